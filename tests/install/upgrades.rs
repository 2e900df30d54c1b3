//! What an installation finds of earlier ones, and what a person did meanwhile.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::stage::{Stage, helper_names, succeeds};
use crate::{KEPT, SHIM};

const LIBEXEC: &str = "prefix/libexec/adt-helpers";

/// Makes of an installation one as 0.1.0 made it: a program of its own for each helper, and one list of all that it put
/// anywhere.
fn becomes_one_of_0_1_0(stage: &Stage) {
    let names = helper_names();
    for path in ["prefix/bin", LIBEXEC] {
        fs::remove_dir_all(stage.path(path)).unwrap();
    }
    fs::create_dir(stage.path(LIBEXEC)).unwrap();
    let libexec = stage.path(LIBEXEC).display().to_string();
    let mut manifest = String::new();
    for name in names.iter().map(String::as_str).chain(["Gone"]) {
        let _ = writeln!(manifest, "bin\t{name}");
        stage.write(&format!("{LIBEXEC}/{name}"), "a program", 0o755);
    }
    let _ = writeln!(manifest, "tree\t{}", stage.path("home").display());
    let scripts = names.iter().map(|name| format!("helperscripts/{name}.sh"));
    let others = [
        "providerscripts/server/ListServerIDs.sh".to_owned(),
        "providerscripts/server/CreateServer.sh".to_owned(),
    ];
    for script in scripts.chain(others) {
        let _ = writeln!(manifest, "shim\t{script}");
    }
    let prefix = stage.path("prefix");
    for folder in [
        prefix.clone(),
        prefix.join("libexec"),
        prefix.join("libexec/adt-helpers"),
    ] {
        let _ = writeln!(manifest, "dir\t{}", folder.display());
    }
    stage.write(&format!("{LIBEXEC}/.manifest"), &manifest, 0o644);
    for script in [
        "helperscripts/GetVariableValue.sh",
        "helperscripts/SetVariableValue.sh",
    ] {
        let name = Path::new(script).file_stem().unwrap().to_str().unwrap();
        let shim = format!(
            "#!{libexec}/{name} --shim\n# shellcheck shell=sh\nexec {libexec}/{name} --shim \"$0\" \"$@\"\n"
        );
        stage.write(&format!("home/{script}"), &shim, 0o644);
    }
}

#[test]
fn links_take_the_place_of_the_programs_of_0_1_0_and_the_toolkit_is_as_before_all_of_it() {
    let stage = Stage::new();
    let scripts = |stage: &Stage| {
        let mut seen = stage.snapshot("home");
        // When a folder was changed was kept by 0.1.0 in lines that this stage does not make up.
        seen.retain(|path, _| !path.is_dir());
        seen
    };
    let before = scripts(&stage);
    stage.install();
    becomes_one_of_0_1_0(&stage);
    stage.install();
    for name in helper_names() {
        let link = stage.path(&format!("{LIBEXEC}/{name}"));
        assert_eq!(fs::read_link(link).unwrap(), Path::new("adt-helpers"));
    }
    assert!(!stage.exists(&format!("{LIBEXEC}/Gone")));
    assert!(stage.text(SHIM).contains("adt_shim") && stage.mode(SHIM) == 0o755);
    let manifest = stage.text(&format!("{LIBEXEC}/.manifest"));
    assert!(!manifest.contains("tree\t") && !manifest.contains("shim\t"));
    let said = succeeds(&stage.run(&stage.path(SHIM), &["x"]));
    assert!(said.starts_with("GetVariableValue\n"), "{said}");
    stage.uninstall();
    assert_eq!(scripts(&stage), before);
    assert!(!stage.exists("prefix"));
}

#[test]
fn an_installation_of_0_1_0_can_be_taken_back_at_once() {
    let stage = Stage::new();
    stage.install();
    becomes_one_of_0_1_0(&stage);
    stage.uninstall();
    assert_eq!(
        stage.text(SHIM),
        "#!/bin/sh\necho legacy helperscripts/GetVariableValue.sh"
    );
    assert!(!stage.exists("home/helperscripts/.legacy"));
    assert!(!stage.exists("prefix"));
}

#[test]
fn a_running_program_is_replaced_and_never_written_into() {
    let stage = Stage::new();
    stage.install();
    let program = stage.path(&format!("{LIBEXEC}/adt-helpers"));
    let running = fs::File::open(&program).unwrap();
    stage.has_helpers_that("echo another");
    stage.install();
    let old = std::io::read_to_string(running).unwrap();
    assert!(!old.contains("echo another"));
    assert!(
        fs::read_to_string(&program)
            .unwrap()
            .contains("echo another")
    );
    let left = fs::read_dir(stage.path(LIBEXEC)).unwrap();
    let names = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let temporary: Vec<String> = names.filter(|name| name.starts_with(".new")).collect();
    assert!(temporary.is_empty(), "{temporary:?}");
}

#[test]
fn what_is_not_back_as_it_was_is_named() {
    let stage = Stage::new();
    stage.install();
    stage.write(KEPT, "#!/bin/sh\necho changed\n", 0o744);
    let lost = "home/helperscripts/.legacy/SetVariableValue.sh";
    fs::remove_file(stage.path(lost)).unwrap();
    let output = stage.make("uninstall", &[]);
    assert!(!output.status.success(), "{output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    for words in [
        "/helperscripts/GetVariableValue.sh' is back, but not as it was: what was kept of it was changed meanwhile\n",
        "/helperscripts/SetVariableValue.sh' is not back: what was kept of it is gone; git checkout brings it back\n",
    ] {
        assert!(errors.contains(words), "{errors}");
    }
    assert_eq!(stage.text(SHIM), "#!/bin/sh\necho changed\n");
    assert!(!stage.exists("prefix"));
}

#[test]
fn modes_that_the_toolkit_gave_meanwhile_are_said_and_are_no_fault() {
    let stage = Stage::new();
    stage.install();
    fs::set_permissions(stage.path(KEPT), Permissions::from_mode(0o700)).unwrap();
    let said = succeeds(&stage.make("uninstall", &[]));
    assert!(said.contains("  1 of them have another mode"), "{said}");
    assert_eq!(stage.mode(SHIM), 0o700);
}

#[test]
fn a_toolkit_that_was_deleted_stands_in_nobodys_way() {
    let stage = Stage::new();
    stage.make_toolkit("other");
    stage.install();
    let other = format!("BUILD_HOME={}", stage.path("other").display());
    succeeds(&stage.make("install", &[&other]));
    fs::remove_dir_all(stage.path("other")).unwrap();
    stage.install();
    assert!(!stage.exists("other"));
    stage.uninstall();
    assert!(!stage.exists("prefix") && !stage.exists("other"));
}
