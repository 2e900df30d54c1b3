//! `SyncInfrastructureScriptsUpdates`, also under the name that it shares with a program of coreutils.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{OWN, SCRIPT, Workshop, refused};
use expectrl::Expect;

use crate::world::DOORS;

const SYNC: &str = "SyncInfrastructureScriptsUpdates";

impl Workshop {
    /// The shim of a helper where the toolkit's setup copies it to.
    pub(super) fn copied_to_sbin(&self, helper: &str, name: &str) -> PathBuf {
        let copy = self.path("sbin").join(name);
        crate::world::disk::executable(&copy, &crate::world::shim_of(helper));
        copy
    }

    fn was_synced(&self) -> bool {
        self.read(&format!("build_home/{OWN}")) != "the toolkit's\n"
    }
}

#[test]
fn the_copy_goes_over_the_toolkit_around_its_shims() {
    for (door, copy_has_shims) in DOORS.into_iter().zip([false, true, false]) {
        let shop = Workshop::on_dev();
        shop.write(&format!("development/{SCRIPT}"), "mended\n");
        if copy_has_shims {
            shop.shim("development");
        }
        shop.write("development/runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
        shop.write("development/initscripts/new.sh", "new\n");
        shop.write("build_home/initscripts/only-here.sh", "here\n");
        let own = shop.path(&format!("build_home/{OWN}"));
        std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o700)).unwrap();
        let ended = shop.through(door, SYNC, &[]).stdin("\n").ends();
        assert_eq!(ended.succeeded(), "");
        assert_eq!(
            shop.read(&format!("build_home/{OWN}")),
            "#!/bin/sh\necho dev\n"
        );
        // git gives no file the right to be run that the toolkit gives it.
        assert_eq!(own.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(shop.beneath("build_home"), "mended\n");
        assert_eq!(shop.read("build_home/initscripts/new.sh"), "new\n");
        assert_eq!(shop.read("build_home/initscripts/only-here.sh"), "here\n");
        assert_eq!(
            shop.read("build_home/runtimedata/ACTIVE_CLOUDHOST"),
            "linode\n"
        );
        assert!(!shop.path("build_home/.git").exists());
    }
}

#[test]
fn a_toolkit_without_shims_gets_the_scripts_themselves() {
    let shop = Workshop::on_dev();
    std::fs::remove_dir_all(shop.path("build_home/helperscripts")).unwrap();
    shop.write("build_home/helperscripts/.keep", "");
    shop.shim("development");
    let program = crate::world::programs::helper(SYNC);
    let development = shop.path("development");
    let run = shop
        .world
        .started_as(&program)
        .args(["--yes", "--development"]);
    run.args([development]).ends().succeeded();
    assert_eq!(
        shop.read(&format!("build_home/{SCRIPT}")),
        "#!/bin/sh\necho original\n"
    );
    assert!(!shop.path("build_home/helperscripts/.legacy").exists());
}

#[test]
fn no_answer_and_a_no_copy_nothing() {
    let shop = Workshop::on_dev();
    refused(&shop.run(SYNC, &[]).ends(), "standard input ended");
    refused(
        &shop.run(SYNC, &[]).stdin("n\n").ends(),
        "nothing was copied",
    );
    let ended = shop.run(SYNC, &["--dry-run"]).ends();
    assert!(ended.succeeded().contains(OWN), "{ended}");
    assert!(!shop.was_synced());
}

#[test]
fn only_a_toolkits_folder_is_copied_over_one() {
    let shop = Workshop::on_dev();
    std::fs::remove_dir_all(shop.path("development/initscripts")).unwrap();
    let ended = shop.run(SYNC, &["--yes"]).ends();
    refused(&ended, "is not a folder of the toolkit's scripts");
    let home = shop.path("build_home");
    let run = shop.world.helper(crate::world::Door::Shim, SYNC);
    let ended = run
        .args(["--yes", "--development", home.to_str().unwrap()])
        .ends();
    refused(&ended, "is the toolkit itself");
    assert!(!shop.was_synced());
}

#[test]
fn what_rsync_says_is_told_and_the_status_is_1() {
    let shop = Workshop::on_dev();
    shop.world
        .tool("rsync", "echo 'rsync: no space left' >&2; exit 11");
    let ended = shop.run(SYNC, &["--yes"]).ends();
    refused(&ended, "rsync: no space left");
    assert!(!shop.was_synced());
}

#[test]
fn called_as_sync_it_is_the_program_of_coreutils_for_its_words_and_without_a_terminal() {
    let shop = Workshop::on_dev();
    let copy = shop.copied_to_sbin(SYNC, "sync");
    let sync = |words: &[&str], answers: &str| {
        let run = shop.world.started_as(&copy).args(words);
        run.stdin(answers).ends()
    };
    for words in [&[][..], &["-f", "home"], &["-d", "sessions"], &["home"]] {
        std::fs::write(shop.path("sessions"), "").unwrap();
        assert_eq!(sync(words, "\n").succeeded_silently(), "", "{words:?}");
    }
    let ended = sync(&["missing"], "\n");
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says("sync: error opening 'missing'");
    assert!(!shop.was_synced());
    let development = shop.path("development").display().to_string();
    sync(&["--yes", "--development", &development], "").succeeded();
    assert!(shop.was_synced());
}

#[test]
fn a_person_who_calls_sync_is_asked_and_may_have_meant_the_other() {
    let shop = Workshop::on_dev();
    let copy = shop.copied_to_sbin(SYNC, "sync");
    let mut session = shop.world.started_as(&copy).on_a_terminal();
    session
        .expect("'/home/development' is copied over the toolkit")
        .unwrap();
    session.send_line("n").unwrap();
    assert_eq!(crate::reach::status(session), 0);
    for (answer, is_synced) in [("n", false), ("", true)] {
        let development = format!("--development={}", shop.path("development").display());
        let mut session = shop
            .world
            .started_as(&copy)
            .args([development])
            .on_a_terminal();
        session.expect("press Enter to go on").unwrap();
        session.send_line(answer).unwrap();
        assert_eq!(crate::reach::status(session), 0);
        assert_eq!(shop.was_synced(), is_synced);
    }
}
