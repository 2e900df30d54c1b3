//! `make install` and `make uninstall`: a toolkit that gets shims, and is afterwards as it was.

#[path = "install/commands.rs"]
mod commands;
#[path = "install/pages.rs"]
mod pages;
#[path = "install/schedule.rs"]
mod schedule;
#[path = "install/shims.rs"]
mod shims;
#[path = "install/stage.rs"]
mod stage;
#[path = "install/tools.rs"]
mod tools;
#[path = "install/trees.rs"]
mod trees;
#[path = "install/updates.rs"]
mod updates;
#[path = "install/upgrades.rs"]
mod upgrades;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use stage::{REPOSITORY, Stage, helper_names, names_in, refuses, succeeds};

const SHIM: &str = "home/helperscripts/GetVariableValue.sh";
const KEPT: &str = "home/helperscripts/.legacy/GetVariableValue.sh";

#[test]
fn a_shim_starts_its_binary_with_the_same_words_by_path_and_through_sh() {
    let stage = Stage::new();
    stage.install();
    for mode in [0o700, 0o744] {
        let shim = stage.path(SHIM);
        fs::set_permissions(&shim, Permissions::from_mode(mode)).unwrap();
        let path = shim.to_str().unwrap();
        let expected = format!("GetVariableValue\n--shim\n{path}\na b\n\n$HOME\n");
        let by_path = stage.run(&shim, &["a b", "", "$HOME"]);
        let through_sh = stage.run(Path::new("/bin/sh"), &[path, "a b", "", "$HOME"]);
        assert_eq!(succeeds(&by_path), expected);
        assert_eq!(succeeds(&through_sh), expected);
    }
}

#[test]
fn a_copy_of_a_shim_works_anywhere() {
    let stage = Stage::new();
    stage.install();
    fs::create_dir(stage.path("sbin")).unwrap();
    fs::copy(stage.path(SHIM), stage.path("sbin/push")).unwrap();
    let output = succeeds(&stage.run(&stage.path("sbin/push"), &["x"]));
    let expected = format!(
        "GetVariableValue\n--shim\n{}\nx\n",
        stage.path("sbin/push").display()
    );
    assert_eq!(output, expected);
}

#[test]
fn the_real_binaries_run_from_where_they_are_installed() {
    let stage = Stage::new();
    stage.has_the_real_program();
    let shim = stage.path("home/helperscripts/IsHardcoreBuild.sh");
    fs::set_permissions(&shim, Permissions::from_mode(0o700)).unwrap();
    stage.install();
    let by_path = succeeds(&stage.run(&shim, &[]));
    assert!(["0\n", "1\n"].contains(&&*by_path), "{by_path}");
    let through_sh = stage.run(Path::new("/bin/sh"), &[shim.to_str().unwrap()]);
    assert_eq!(succeeds(&through_sh), by_path);
}

#[test]
fn a_shim_can_be_run_whatever_the_mode_of_the_script_is() {
    let stage = Stage::new();
    let not_runnable = [
        ("DisplayPassword", 0o644, 0o755),
        ("PruneSnapshots", 0o640, 0o750),
        ("SnapshotStatus", 0o400, 0o700),
        ("VerifySnapshots", 0o602, 0o702),
    ];
    for (name, mode, _) in not_runnable {
        stage.write(&format!("home/helperscripts/{name}.sh"), "a script", mode);
    }
    let before = stage.snapshot("home");
    stage.install();
    for (name, mode, shims) in not_runnable {
        assert_eq!(stage.mode(&format!("home/helperscripts/{name}.sh")), shims);
        let kept = format!("home/helperscripts/.legacy/{name}.sh");
        assert_eq!(stage.mode(&kept), mode);
        let shim = stage.path(&format!("home/helperscripts/{name}.sh"));
        succeeds(&stage.run(&shim, &[]));
    }
    // What takes a shim's mode away is made good by the next installation.
    fs::set_permissions(stage.path(SHIM), Permissions::from_mode(0o644)).unwrap();
    stage.install();
    assert_eq!(stage.mode(SHIM), 0o755);
    stage.uninstall();
    assert_eq!(stage.snapshot("home"), before);
}

#[test]
fn a_shim_has_the_mode_of_the_script_it_replaces_and_a_new_one_0755() {
    let stage = Stage::new();
    stage.install();
    assert_eq!(stage.mode(SHIM), 0o755);
    assert_eq!(stage.mode(KEPT), 0o744);
    assert_eq!(stage.mode("home/helperscripts/SetVariableValue.sh"), 0o700);
    assert_eq!(stage.mode("home/helperscripts/NumberOfServers.sh"), 0o755);
    let server = "home/providerscripts/server";
    assert_eq!(stage.mode(&format!("{server}/ListServerIDs.sh")), 0o700);
    assert_eq!(stage.mode(&format!("{server}/NumberOfServers.sh")), 0o755);
    assert!(!stage.exists(&format!("{server}/GetVariableValue.sh")));
}

#[test]
fn uninstalling_restores_every_byte_mode_and_time() {
    let stage = Stage::new();
    let before = stage.snapshot("");
    stage.install();
    assert_ne!(stage.snapshot(""), before);
    stage.uninstall();
    assert_eq!(stage.snapshot(""), before);
}

#[test]
fn installing_twice_changes_no_more_than_once() {
    let stage = Stage::new();
    let before = stage.snapshot("");
    stage.install();
    let once = stage.snapshot("home");
    let manifest = stage.text("prefix/libexec/adt-helpers/.manifest");
    stage.install();
    assert_eq!(stage.snapshot("home"), once);
    let manifest_again = stage.text("prefix/libexec/adt-helpers/.manifest");
    assert_eq!(manifest_again, manifest);
    stage.uninstall();
    assert_eq!(stage.snapshot(""), before);
}

#[test]
fn uninstalling_what_was_never_installed_changes_nothing() {
    let stage = Stage::new();
    let before = stage.snapshot("");
    stage.uninstall();
    assert_eq!(stage.snapshot(""), before);
    stage.install();
    stage.uninstall();
    stage.uninstall();
    assert_eq!(stage.snapshot(""), before);
}

#[test]
fn modes_that_the_toolkit_sets_meanwhile_stay() {
    let stage = Stage::new();
    stage.install();
    for script in [SHIM, KEPT] {
        fs::set_permissions(stage.path(script), Permissions::from_mode(0o711)).unwrap();
    }
    stage.install();
    assert_eq!(stage.mode(SHIM), 0o711);
    stage.uninstall();
    assert_eq!(stage.mode(SHIM), 0o711);
}

#[test]
fn a_script_that_a_checkout_put_back_is_the_one_kept() {
    let stage = Stage::new();
    stage.install();
    stage.write(SHIM, "#!/bin/sh\necho newer\n", 0o700);
    let newer = stage.snapshot(SHIM);
    stage.install();
    assert_eq!(stage.text(KEPT), "#!/bin/sh\necho newer\n");
    assert_eq!(stage.mode(SHIM), 0o700);
    stage.uninstall();
    assert_eq!(stage.snapshot(SHIM), newer);
}

#[test]
fn a_script_that_a_checkout_put_back_survives_uninstalling() {
    let stage = Stage::new();
    stage.install();
    stage.write(SHIM, "#!/bin/sh\necho newer\n", 0o700);
    let newer = stage.snapshot(SHIM);
    stage.uninstall();
    assert_eq!(stage.snapshot(SHIM), newer);
    assert!(!stage.exists("home/helperscripts/.legacy"));
}

#[test]
fn what_cannot_be_a_toolkit_is_refused_before_anything_changes() {
    let stage = Stage::new();
    fs::create_dir(stage.path("empty")).unwrap();
    let home = stage.path("home").display().to_string();
    let file = stage.path(SHIM).display().to_string();
    let empty = stage.path("empty").display().to_string();
    let before = stage.snapshot("");
    for (words, reason) in [
        (vec![format!("BUILD_HOME={home}/none")], "does not exist"),
        (vec![format!("BUILD_HOME={file}")], "is not a folder"),
        (
            vec![format!("BUILD_HOME={empty}")],
            "it has no 'ExpeditedAgileDeploymentToolkit.sh', no 'helperscripts', no 'initscripts', no 'providerscripts'",
        ),
        (
            vec![format!("BUILD_HOME={REPOSITORY}")],
            "is the source of adt-helpers; name the toolkit's folder",
        ),
        (
            vec!["BUILD_HOME=home".into()],
            "is 'home', which is not an absolute path",
        ),
        (
            vec![format!("BUILD_HOME={home}\nx")],
            "has a character in it that is not text",
        ),
        (
            vec![format!("BUILD_HOME={home}"), "PREFIX=usr".into()],
            "'usr' is not an absolute path",
        ),
        (
            vec![format!("BUILD_HOME={home}"), "PREFIX=/a b".into()],
            "a character that",
        ),
        (
            vec![format!("BUILD_HOME={home}"), format!("PREFIX={file}")],
            "is not a folder",
        ),
        (
            vec![format!("BUILD_HOME={home}"), format!("BINDIR={empty}")],
            "say 'make build' first",
        ),
    ] {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let error = refuses(&stage.make("install", &words));
        assert!(error.contains(reason), "{words:?}: {error}");
        assert_eq!(stage.snapshot(""), before, "{words:?}");
    }
}

#[test]
fn a_folder_where_a_script_should_be_is_refused() {
    let stage = Stage::new();
    fs::create_dir(stage.path("home/helperscripts/NumberOfServers.sh")).unwrap();
    let before = stage.snapshot("");
    let build_home = format!("BUILD_HOME={}", stage.path("home").display());
    let error = refuses(&stage.make("install", &[&build_home]));
    assert!(error.contains("is a folder, not a script"), "{error}");
    assert_eq!(stage.snapshot(""), before);
}

#[test]
fn a_build_home_with_a_blank_is_as_good_as_any() {
    let stage = Stage::new();
    stage.make_toolkit("my home");
    let before = stage.snapshot("my home");
    let build_home = format!("BUILD_HOME={}", stage.path("my home").display());
    succeeds(&stage.make("install", &[&build_home]));
    assert!(
        stage
            .text("my home/helperscripts/GetOsName.sh")
            .contains("--shim")
    );
    stage.uninstall();
    assert_eq!(stage.snapshot("my home"), before);
}

#[test]
fn a_prefix_too_long_for_a_first_line_leaves_the_start_to_sh() {
    let stage = Stage::new();
    let prefix = stage.path(&"long/".repeat(50));
    let prefix_word = format!("PREFIX={}", prefix.display());
    let build_home = format!("BUILD_HOME={}", stage.path("home").display());
    succeeds(&stage.make("install", &[&prefix_word, &build_home]));
    assert!(stage.text(SHIM).starts_with("#!/bin/sh\n"));
    let output = succeeds(&stage.run(&stage.path(SHIM), &["x"]));
    let expected = format!(
        "GetVariableValue\n--shim\n{}\nx\n",
        stage.path(SHIM).display()
    );
    assert_eq!(output, expected);
}

#[test]
fn a_helper_that_a_later_version_drops_leaves_the_toolkit() {
    let stage = Stage::new();
    let script = "home/helperscripts/Gone.sh";
    stage.write(script, "a script", 0o700);
    let before = stage.snapshot(script);
    stage.install();
    // The version before had a helper of this name.
    let kept = "home/helperscripts/.legacy/Gone.sh";
    fs::rename(stage.path(script), stage.path(kept)).unwrap();
    let shim = stage.text(SHIM).replace("GetVariableValue", "Gone");
    stage.write(script, &shim, 0o700);
    stage.write("prefix/libexec/adt-helpers/Gone", "a link", 0o755);
    let (manifest, record) = (
        "prefix/libexec/adt-helpers/.manifest",
        "prefix/libexec/adt-helpers/.toolkits.json",
    );
    let text = stage.text(manifest) + "bin\tGone\n";
    stage.write(manifest, &text, 0o644);
    let hash = "3c6e5ad43ee2dc0a7cd4a9a5eb5f2fbf7a4bd5e52cc3f4dcbdbbf8d31b1f3b5f";
    let entry = format!(
        "\"scripts\": {{\n\"helperscripts/Gone.sh\": {{\"sha256\": \"{hash}\", \"mode\": \"0700\"}},"
    );
    let text = stage.text(record).replacen("\"scripts\": {", &entry, 1);
    stage.write(record, &text, 0o644);

    stage.install();
    assert_eq!(stage.snapshot(script), before);
    assert!(!stage.exists(kept));
    assert!(!stage.exists("prefix/libexec/adt-helpers/Gone"));
    assert!(!stage.text(manifest).contains("Gone") && !stage.text(record).contains("Gone"));
    assert!(stage.text(SHIM).contains("--shim"));
}

#[test]
fn the_repository_has_a_shim_for_each_helper_and_no_other() {
    let repository = Path::new(REPOSITORY);
    assert_eq!(
        names_in(&repository.join("helperscripts"), "sh"),
        helper_names()
    );
}
