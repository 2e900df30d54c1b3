//! The helpers from the front door: given a `BUILD_HOME` and a cloud, when a helper runs with this input, then these
//! bytes and these calls.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and starts what it tests"
)]

#[path = "../simcloud/state.rs"]
#[allow(
    dead_code,
    missing_docs,
    reason = "shared with the simulated cloud, which uses all of it"
)]
mod simcloud_state;

mod datastore;
mod obtain_whole_machine_snapshot;
mod variables;
mod world;
