//! The simulated cloud: every provider CLI and datastore tool the helpers call, as one program.
//!
//! Called as `doctl`, `exo`, `linode-cli`, `vultr`, `s3cmd`, `s5cmd` or `rclone` it is that tool, as far as the helpers and
//! the scripts they replace use it; called as `simcloud` it sets up a cloud. README.md tells how.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command-line tool for tests; what it prints is what it is for"
)]

mod admin;
mod answer;
mod args;
mod base64;
mod call;
mod cloud;
mod doctl;
mod exo;
mod faults;
mod linode;
mod log;
mod rclone;
mod s3cmd;
mod s5cmd;
mod state;
mod store;
mod tool;
mod vultr;

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut argv = env::args_os().map(|arg| arg.to_string_lossy().into_owned());
    let argv0 = argv.next().unwrap_or_default();
    let argv: Vec<String> = argv.collect();
    let name = argv0.rsplit('/').next().unwrap_or_default();
    let result = match tool::TOOLS.iter().find(|tool| tool.name == name) {
        Some(tool) => call::run(tool, &argv0, &argv),
        None => admin::run(&argv0, &argv),
    };
    match result {
        Ok(rc) => ExitCode::from(u8::try_from(rc).unwrap_or(u8::MAX)),
        Err(error) => {
            eprintln!("simcloud: {error}");
            ExitCode::from(70)
        }
    }
}
