//! Every fault at every provider call and every file operation of every workflow, and then the same command undisturbed.
//!
//! The calls and operations are those that an undisturbed run was seen to make: nobody lists them. docs/RELIABILITY.md
//! says what is promised; `tests/faults/table` prints how often it was tried.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, starts what it tests, and says how many cases there were"
)]

#[path = "../simcloud/state.rs"]
#[allow(
    dead_code,
    missing_docs,
    reason = "shared with the simulated cloud, which uses all of it"
)]
mod simcloud_state;

#[path = "../helpers/original.rs"]
#[allow(dead_code, reason = "the scripts themselves are not put to this test")]
mod original;
#[path = "../helpers/world.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with tests/helpers, which uses all of it"
)]
mod world;

mod counts;
mod faults;
mod file_operations;
mod invariants;
mod matrix;
mod provider_calls;
mod scene;
mod waits;
mod wholeness;
mod workflows;
