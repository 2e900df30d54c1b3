//! One program that stands in for the Agile Deployment Toolkit's helper scripts.
//!
//! The map of the house. Arrows go one way: `helpers` → `helper` → {`toolkit`, `cloud`, `datastore`, `ssh`} → {`command`, `files`};
//! `names` holds the values they all speak of.

#![forbid(unsafe_code)]

pub mod ask;
pub mod cloud;
pub mod command;
pub mod console;
pub mod datastore;
pub mod files;
pub mod helper;
pub mod helpers;
pub mod installation;
pub mod json;
pub mod names;
pub mod patience;
#[cfg(any(test, fuzzing))]
pub mod properties;
pub mod ssh;
pub mod start;
pub mod toolkit;
