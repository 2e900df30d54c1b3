//! Holds the recorded snapshots against the provider and the bucket.

use std::process::ExitCode;

use adt_helpers::helper::verify_snapshots;

fn main() -> ExitCode {
    adt_helpers::start::run_judging(verify_snapshots::run, verify_snapshots::not_verified())
}
