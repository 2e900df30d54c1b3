//! The real linode-cli against a stand-in of Linode's API on this machine, from the helpers' front door: what its
//! command lines ask, what its answers become, and what is left when it fails.
//!
//! `make test-tools` installs it. Whatever it asks of another host would go through the stand-in, which notes it; every
//! test checks that there is no such note.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and starts what it tests"
)]

#[path = "../linode_api/mod.rs"]
mod linode_api;
#[allow(dead_code, reason = "some tests name the program itself")]
#[path = "../programs/mod.rs"]
mod programs;
#[path = "../tools/mod.rs"]
mod tools;

mod interrupted;
mod questions;
mod replacement;
mod snapshots;
mod stage;
mod troubles;
