//! `PushInfrastructureScriptsUpdates` and `PushAndSyncInfrastructureScriptsUpdates`, also under the names that the toolkit
//! copies them to.

use super::{OWN, SCRIPT, Workshop, refused};
use crate::world::DOORS;

const PUSH: &str = "PushInfrastructureScriptsUpdates";
const PUSH_AND_SYNC: &str = "PushAndSyncInfrastructureScriptsUpdates";

/// What the repository's branch dev has of a file.
fn repositorys(shop: &Workshop, file: &str) -> String {
    shop.git("origin.git", &["show", &format!("dev:{file}")])
}

/// A workshop with work of a developer's: a script, a script beneath a shim, a new file, and what is no work.
fn with_work() -> Workshop {
    let shop = Workshop::on_dev();
    shop.shim("development");
    shop.write(
        "development/helperscripts/.legacy/GetVariableValue.sh",
        "mended\n",
    );
    // A shim where the toolkit has no script.
    let shim = shop.read(&format!("development/{SCRIPT}"));
    shop.write("development/helperscripts/SnapshotStatus.sh", &shim);
    shop.write(&format!("development/{OWN}"), "work\n");
    shop.write("development/initscripts/new.sh", "new\n");
    shop.write("development/runtimedata/linode/secret", "secret\n");
    shop
}

#[test]
fn what_is_committed_is_shown_first_and_has_no_shims() {
    for (helper, door) in [PUSH, PUSH_AND_SYNC]
        .into_iter()
        .zip(DOORS.into_iter().cycle().skip(1))
    {
        let shop = with_work();
        let ended = shop
            .through(door, helper, &["a 'message'"])
            .stdin("\n\n\n")
            .ends();
        ended.succeeded();
        let said = ended.stderr();
        let shown = said.find("to be committed from '").unwrap();
        assert!(shown < said.find("This is committed").unwrap(), "{said}");
        for file in [OWN, SCRIPT, "initscripts/new.sh"] {
            assert!(said.contains(&format!("  {file} ")), "{file}: {said}");
        }
        assert_eq!(shop.pushed("dev"), ["a 'message'", "go on", "begin"]);
        assert_eq!(shop.pushed("main"), ["begin"]);
        let files = shop.git("origin.git", &["ls-tree", "-r", "--name-only", "dev"]);
        assert_eq!(
            files.lines().collect::<Vec<_>>(),
            [
                OWN,
                SCRIPT,
                "initscripts/new.sh",
                "initscripts/x.sh",
                "providerscripts/x.sh"
            ]
        );
        assert_eq!(repositorys(&shop, SCRIPT), "mended");
        let author = shop.git("origin.git", &["log", "-1", "--format=%an <%ae>", "dev"]);
        assert_eq!(author, "A Developer <developer@example.invalid>");
        // The shims are where they were, also the one that stands for no script.
        assert_eq!(shop.beneath("development"), "mended\n");
        assert!(
            shop.read("development/helperscripts/SnapshotStatus.sh")
                .contains("--shim")
        );
        let is_synced = helper == PUSH_AND_SYNC;
        let expected = if is_synced {
            "work\n"
        } else {
            "the toolkit's\n"
        };
        assert_eq!(shop.read(&format!("build_home/{OWN}")), expected);
        let beneath = if is_synced {
            "mended\n"
        } else {
            "#!/bin/sh\necho original\n"
        };
        assert_eq!(shop.beneath("build_home"), beneath);
    }
}

#[test]
fn the_end_of_input_is_no_confirmation() {
    let shop = with_work();
    for answers in ["", "\n", "\nn\n"] {
        let before = (
            shop.state(),
            shop.git("development", &["status", "--porcelain"]),
        );
        let ended = shop.run(PUSH_AND_SYNC, &["x"]).stdin(answers).ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        let after = (
            shop.state(),
            shop.git("development", &["status", "--porcelain"]),
        );
        assert_eq!(after, before, "{answers:?}");
    }
    let ended = shop.run(PUSH_AND_SYNC, &["x"]).stdin("\n\n").ends();
    refused(&ended, "standard input ended");
    assert_eq!(shop.git("development", &["log", "-1", "--format=%s"]), "x");
    assert_eq!(shop.pushed("dev"), ["go on", "begin"]);
    // What is committed is pushed the next time.
    let ended = shop.run(PUSH, &["y", "--yes"]).ends();
    ended.says("is to be committed").succeeded();
    assert_eq!(shop.pushed("dev"), ["x", "go on", "begin"]);
    assert_eq!(shop.read(&format!("build_home/{OWN}")), "the toolkit's\n");
}

#[test]
fn what_the_repository_refuses_is_not_copied_either() {
    let shop = with_work();
    shop.write("seed/initscripts/x.sh", "theirs\n");
    shop.commits("seed", "theirs");
    shop.git("seed", &["push", "-q", &shop.origin(), "dev"]);
    let ended = shop.run(PUSH_AND_SYNC, &["mine", "--yes"]).ends();
    refused(&ended, "'dev' was not pushed; its commits are in '");
    assert_eq!(shop.pushed("dev"), ["theirs", "go on", "begin"]);
    assert_eq!(shop.read(&format!("build_home/{OWN}")), "the toolkit's\n");
    assert_eq!(shop.beneath("development"), "mended\n");
}

#[test]
fn a_commit_that_is_refused_is_not_pushed() {
    let shop = with_work();
    let hook = shop.path("development/.git/hooks/pre-commit");
    crate::world::disk::executable(&hook, "#!/bin/sh\necho not like this >&2; exit 1\n");
    let ended = shop.run(PUSH, &["x", "--yes"]).ends();
    refused(&ended, "not like this");
    assert_eq!(shop.pushed("dev"), ["go on", "begin"]);
    assert_eq!(shop.beneath("development"), "mended\n");
}

#[test]
fn a_message_and_the_right_branch_are_needed() {
    let shop = with_work();
    let before = shop.state();
    for words in [&[][..], &[""], &[" "]] {
        refused(
            &shop.run(PUSH, words).stdin("\n\n\n").ends(),
            "there is no commit message",
        );
    }
    let ended = shop.run(PUSH, &["x", "other"]).stdin("\n\n\n").ends();
    refused(
        &ended,
        "is on the branch 'dev', not on 'other'; 'InitialiseToolkitForDevelopment other'",
    );
    assert_eq!(shop.state(), before);
}

#[test]
fn a_rehearsal_of_a_push_shows_the_commit_and_changes_nothing() {
    let shop = with_work();
    let before = shop.state();
    for helper in [PUSH, PUSH_AND_SYNC] {
        let ended = shop.run(helper, &["x", "--dry-run"]).ends();
        ended.says(OWN).succeeded();
        assert_eq!(shop.state(), before);
        assert_eq!(
            shop.git("development", &["diff", "--cached", "--name-only"]),
            ""
        );
    }
    assert_eq!(shop.pushed("dev"), ["go on", "begin"]);
    assert_eq!(shop.read(&format!("build_home/{OWN}")), "the toolkit's\n");
}

#[test]
fn they_work_under_the_names_that_the_toolkit_copies_them_to() {
    for (helper, name) in [(PUSH, "push"), (PUSH_AND_SYNC, "push-and-sync")] {
        let shop = with_work();
        let copy = shop.copied_to_sbin(helper, name);
        let development = shop.path("development");
        let run = shop.world.started_as(&copy).args(["x", "dev"]);
        let ended = run
            .args(["--development".as_ref(), development.as_os_str()])
            .stdin("\n\n\n")
            .ends();
        ended.succeeded();
        assert_eq!(shop.pushed("dev"), ["x", "go on", "begin"]);
    }
}
