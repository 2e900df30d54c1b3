//! One program that stands in for the Agile Deployment Toolkit's helper scripts.
//!
//! The map of the house. Arrows go down only (docs/ARCHITECTURE.md draws them, tests/house.rs holds them):
//!
//! `helpers` → `helper` → `restoring` → {`reach`, `records`} → {`build`, `waiting`} → {`toolkit`, `cloud`, `datastore`, `ssh`}
//! → {`command`, `files`, `console`, `names`}

#![forbid(unsafe_code)]

pub(crate) mod ask;
pub(crate) mod build;
pub(crate) mod checking;
pub(crate) mod cloud;
pub mod command;
pub(crate) mod console;
pub mod datastore;
pub(crate) mod durations;
pub(crate) mod files;
pub(crate) mod foreign_text;
pub(crate) mod helper;
pub mod helpers;
pub(crate) mod installation;
pub(crate) mod json;
pub mod names;
pub(crate) mod patience;
#[cfg(any(test, fuzzing))]
pub mod properties;
pub(crate) mod reach;
pub(crate) mod records;
pub(crate) mod restoring;
pub(crate) mod ssh;
pub(crate) mod start;
pub mod toolkit;
pub(crate) mod waiting;
