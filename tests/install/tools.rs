//! `make test-tools` on somebody's own machine: packages are named and not installed.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::stage::REPOSITORY;

#[test]
#[allow(clippy::disallowed_methods, reason = "a test starts the script")]
fn packages_are_installed_by_root_and_in_ci_and_else_named() {
    for (user, ci, is_installed) in [
        ("1000", None, false),
        ("1000", Some("true"), true),
        ("0", None, true),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let bin = directory.path().join("bin");
        fs::create_dir(&bin).unwrap();
        symlink("/usr/bin/dirname", bin.join("dirname")).unwrap();
        let log = directory.path().join("log");
        // What would install anything says so and stops the script.
        let refusing = format!("echo \"$0 $*\" >>'{}'; exit 9", log.display());
        let id = format!("echo {user}");
        for (name, words) in [
            ("id", id.as_str()),
            ("sudo", &refusing),
            ("apt-get", &refusing),
        ] {
            let path = bin.join(name);
            fs::write(&path, format!("#!/bin/sh\n{words}\n")).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        }
        let script = Path::new(REPOSITORY).join("tests/tools/install");
        let mut command = Command::new("/bin/sh");
        command.arg(script).env_clear().env("PATH", &bin);
        command.envs(ci.map(|ci| ("CI", ci)));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{said}");
        assert_eq!(log.exists(), is_installed, "{user} {ci:?}: {said}");
        if !is_installed {
            assert!(said.contains("run 'sudo apt-get install s3cmd "), "{said}");
        }
    }
}
