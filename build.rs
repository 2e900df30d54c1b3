//! Tells the program which commit it was built from, where that is known. A build for release only: a debug build would be
//! compiled anew after each commit.

#![allow(
    clippy::disallowed_methods,
    reason = "it asks git while the program is built"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=ADT_COMMIT");
    let commit = match std::env::var("ADT_COMMIT") {
        Ok(given) => Some(given),
        Err(_) if std::env::var("PROFILE").as_deref() == Ok("release") => of_the_checkout(),
        Err(_) => None,
    };
    let shown = commit.filter(|commit| !commit.is_empty());
    let shown = shown.map_or_else(String::new, |commit| format!(" ({commit})"));
    println!("cargo:rustc-env=ADT_COMMIT={shown}");
}

/// The commit that is checked out here, if this is a checkout and git is there.
fn of_the_checkout() -> Option<String> {
    // A copy of the source inside somebody else's checkout is not that checkout.
    if !Path::new(".git").exists() {
        return None;
    }
    // It grows with each commit and each switch of branches.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if Path::new(&log).exists() {
        println!("cargo:rerun-if-changed={log}");
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(words: &[&str]) -> Option<String> {
    let output = Command::new("git").args(words).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !said.trim().is_empty()).then(|| said.trim().to_owned())
}
