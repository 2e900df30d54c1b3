//! The simulated cloud: every provider CLI and datastore tool the helpers call, as one program.
//!
//! Called as `doctl`, `exo`, `linode-cli`, `vultr`, `s3cmd`, `s5cmd` or `rclone` it is that tool, as far as the helpers and
//! the scripts they replace use it; called as `simcloud` it sets up a cloud. README.md tells how.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command-line tool for tests; what it prints is what it is for"
)]

// Two programs have this text: an example has the tests' dependencies, and the demo is to be built without them.
include!("program.rs");
