// The simulated cloud, but for what stands at the top of a program: read by simcloud.rs and by demo/simulated-cloud.rs.

mod admin;
mod answer;
mod args;
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
