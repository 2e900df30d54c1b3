//! The three ways into a shim: by its path, as `/bin/sh <path>`, and with `.` from another script.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::stage::{Stage, helper_names, succeeds};
use crate::{KEPT, SHIM};

/// Scripts are read by either.
const SHELLS: [&str; 2] = ["sh", "bash"];

/// Says its words as the stand-ins do, and the number of its process first; its status is the variable's.
const TELLING: &str = "printf '%s\\n' \"$$\" \"${0##*/}\" \"$@\"\nexit \"${STATUS:-0}\"";

fn installed_with_a_telling_program() -> Stage {
    let stage = Stage::new();
    stage.has_helpers_that(TELLING);
    stage.install();
    stage
}

#[test]
fn every_shim_can_be_sourced_and_the_caller_goes_on_unharmed() {
    let stage = Stage::new();
    stage.install();
    let names = helper_names();
    let mut caller = "set -eu\nline=mine IFS=:\nset -- \"$-\" \"$@\"\n".to_owned();
    for name in &names {
        let _ = writeln!(caller, ". home/helperscripts/{name}.sh");
    }
    // `$1` has the options as they were; a variable that the shims need for a moment is gone.
    caller += "[ \"$-\" = \"$1\" ] && [ -z \"${adt_shim-}\" ]\n";
    caller += "printf '%s\\n' \"$0\" \"$line\" \"$IFS\" \"$#\"\n";
    stage.write("caller", &caller, 0o755);
    for shell in SHELLS {
        let output = stage.run(Path::new(shell), &["caller", "a b", "", "$HOME"]);
        let said = succeeds(&output);
        let mut lines = said.lines();
        let options = said.lines().nth(3).unwrap();
        for name in &names {
            for word in [name, "--shim", "caller", options, "a b", "", "$HOME"] {
                assert_eq!(lines.next(), Some(word), "{shell}: {said}");
            }
        }
        assert_eq!(lines.collect::<Vec<_>>(), ["caller", "mine", ":", "4"]);
    }
}

#[test]
fn the_status_of_a_sourced_shim_is_the_programs() {
    let stage = installed_with_a_telling_program();
    for shell in SHELLS {
        for status in ["0", "7"] {
            let line = format!("export STATUS={status}; . {SHIM} >said; echo $?; . {SHIM} >said");
            // The words come after `$0`: from a shell that is typed into it has no file.
            let output = stage.run(Path::new(shell), &["-c", &line, "no-such-file", "x"]);
            assert_eq!(
                String::from_utf8(output.stdout).unwrap(),
                format!("{status}\n")
            );
            assert_eq!(output.status.code().unwrap().to_string(), status);
            assert!(output.stderr.is_empty());
        }
    }
}

#[test]
fn a_shim_that_is_run_lets_the_program_take_the_place_of_the_shell() {
    let stage = installed_with_a_telling_program();
    fs::copy(stage.path(SHIM), stage.path("push")).unwrap();
    for shell in SHELLS {
        for (path, way) in [
            (SHIM, "exec"),
            (SHIM, "exec sh"),
            (SHIM, "exec bash"),
            ("push", "exec sh"),
            ("./push", "exec"),
        ] {
            let line = format!("echo $$; {way} \"$0\" x");
            let output = stage.run(Path::new(shell), &["-c", &line, path]);
            let said = succeeds(&output);
            let lines: Vec<&str> = said.lines().collect();
            assert_eq!(lines[0], lines[1], "{way} {path}: {said}");
            // bash starts what it is told to by its whole path.
            let [name, shim, from, word] = lines[2..] else {
                panic!("not four words: {said}");
            };
            assert_eq!([name, shim, word], ["GetVariableValue", "--shim", "x"]);
            assert!(from.ends_with(path.trim_start_matches("./")), "{said}");
        }
    }
}

/// What `make install` of the versions before put there.
fn older_shim(stage: &Stage) -> String {
    let binary = stage.path("prefix/libexec/adt-helpers/GetVariableValue");
    let binary = binary.display();
    format!("#!{binary} --shim\n# shellcheck shell=sh\nexec {binary} --shim \"$0\" \"$@\"\n")
}

#[test]
fn a_shim_of_an_older_version_is_replaced_and_taken_back_like_any() {
    let stage = Stage::new();
    let before = stage.snapshot("home");
    stage.install();
    let (shim, kept) = (stage.text(SHIM), stage.text(KEPT));
    stage.write(SHIM, &older_shim(&stage), 0o744);
    stage.install();
    assert_eq!((stage.text(SHIM), stage.text(KEPT)), (shim, kept));
    stage.write(SHIM, &older_shim(&stage), 0o744);
    stage.uninstall();
    assert_eq!(stage.snapshot("home"), before);
}
