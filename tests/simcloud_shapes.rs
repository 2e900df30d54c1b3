//! The simulated cloud answers as the real tools were recorded to answer, and its faults do what they say.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "these tests start the simulated tools themselves, fail by panicking, and use a part of its state"
)]

#[path = "simcloud/tests/account.rs"]
mod account;
#[path = "simcloud/tests/compare.rs"]
mod compare;
#[path = "simcloud/tests/datastore.rs"]
mod datastore;
#[path = "simcloud/tests/faults.rs"]
mod faults;
#[path = "simcloud/tests/firewalls.rs"]
mod firewalls;
#[path = "simcloud/tests/recordings.rs"]
mod recordings;
#[path = "simcloud/tests/servers.rs"]
mod servers;
#[path = "simcloud/tests/sim.rs"]
mod sim;
#[path = "simcloud/state.rs"]
mod state;
#[path = "simcloud/tests/tools.rs"]
mod tools;
#[path = "simcloud/tests/world.rs"]
mod world;
