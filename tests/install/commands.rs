//! `adt-helpers install` and `uninstall` by themselves, as a package and `cargo install` leave the program.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::fs;
use std::os::unix::fs::symlink;

use crate::stage::{Stage, succeeds};
use crate::{KEPT, SHIM};

/// A stage with the program where `cargo install --root` puts it.
fn as_cargo_installs_it() -> Stage {
    let stage = Stage::new();
    fs::create_dir_all(stage.path("prefix/bin")).unwrap();
    stage.has_the_real_program();
    fs::rename(
        stage.path("bin/adt-helpers"),
        stage.path("prefix/bin/adt-helpers"),
    )
    .unwrap();
    stage
}

#[test]
fn a_program_that_cargo_installed_makes_its_names_and_takes_them_back() {
    let stage = as_cargo_installs_it();
    let before = stage.snapshot("home");
    let home = stage.path("home").display().to_string();
    let development = stage.path("development").display().to_string();
    let program = stage.path("prefix/bin/adt-helpers");
    let run = |words: &[&str]| succeeds(&stage.run(&program, words));
    let next = run(&[]);
    assert!(
        next.ends_with("'adt-helpers install' puts them in the place of its scripts.\n"),
        "{next}"
    );
    let said = run(&["install", &home, "--development", &development]);
    assert!(said.contains(&format!("shims are in {home}\n")), "{said}");
    let shim = stage.path("home/helperscripts/IsHardcoreBuild.sh");
    let version = succeeds(&stage.run(&shim, &["--version"]));
    assert!(version.starts_with("IsHardcoreBuild "), "{version}");
    let link = stage.path("prefix/libexec/adt-helpers/IsHardcoreBuild");
    assert_eq!(
        fs::read_link(link).unwrap().to_str(),
        Some("../../bin/adt-helpers")
    );
    let overview = run(&[]);
    assert!(!overview.contains("No toolkit uses"), "{overview}");
    let said = run(&["uninstall", "--development", &development]);
    assert!(said.contains("are back as they were before"), "{said}");
    assert_eq!(stage.snapshot("home"), before);
    let left = fs::read_dir(stage.path("prefix")).unwrap();
    assert_eq!(left.count(), 1, "the program itself is cargo's");
}

#[test]
fn the_names_with_a_dash_do_the_same() {
    let stage = as_cargo_installs_it();
    let before = stage.snapshot("home");
    let home = stage.path("home").display().to_string();
    let development = stage.path("development").display().to_string();
    for name in ["adt-helpers-install", "adt-helpers-uninstall"] {
        symlink("adt-helpers", stage.path("prefix/bin").join(name)).unwrap();
    }
    let run = |name: &str, words: &[&str]| {
        let program = stage.path("prefix/bin").join(name);
        let words = [words, &["--development", &development]].concat();
        succeeds(&stage.run(&program, &words))
    };
    run("adt-helpers-install", &[&home]);
    assert!(stage.text(SHIM).contains("--shim") && stage.exists(KEPT));
    run("adt-helpers-uninstall", &[&home]);
    assert_eq!(stage.snapshot("home"), before);
}

#[test]
fn shims_are_put_on_again_where_they_were() {
    let stage = Stage::new();
    stage.make_toolkit("other");
    stage.install();
    let shims = stage.snapshot("home");
    stage.write(SHIM, "#!/bin/sh\necho newer\n", 0o700);
    let said = succeeds(&stage.command(&["install", "--again"]));
    assert!(said.contains("shims are in"), "{said}");
    assert_eq!(
        stage.snapshot("home").keys().collect::<Vec<_>>(),
        shims.keys().collect::<Vec<_>>()
    );
    assert!(stage.text(SHIM).contains("--shim"));
    assert_eq!(stage.text(KEPT), "#!/bin/sh\necho newer\n");
    assert!(!stage.exists("other/helperscripts/.legacy"));
}

#[test]
fn one_toolkit_of_two_gives_its_shims_back() {
    let stage = Stage::new();
    stage.make_toolkit("other");
    let before = stage.snapshot("other");
    stage.install();
    let other = stage.path("other").display().to_string();
    succeeds(&stage.command(&["install", &other]));
    assert_ne!(stage.snapshot("other"), before);
    succeeds(&stage.command(&["uninstall", &other]));
    assert_eq!(stage.snapshot("other"), before);
    assert!(stage.text(SHIM).contains("--shim"));
    let output = stage.command(&["uninstall", &other]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("/other' has no shims\n"), "{error}");
}

#[test]
fn checking_changes_nothing_and_says_what_is_wrong() {
    let stage = Stage::new();
    stage.install();
    stage.make_toolkit("other");
    fs::create_dir(stage.path("other/helperscripts/NumberOfServers.sh")).unwrap();
    let before = stage.snapshot("");
    let home = stage.path("home").display().to_string();
    let other = stage.path("other").display().to_string();
    assert_eq!(succeeds(&stage.command(&["install", "--check", &home])), "");
    let output = stage.command(&["install", "--check", &other]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("is a folder, not a script"), "{error}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stage.snapshot(""), before);
}
