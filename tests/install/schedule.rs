//! `make install-schedule` and `make uninstall-schedule`, in a package's stage: this machine's systemd and cron are left
//! alone.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a stage that cannot be set up fails its test, and a test that is left out says so"
)]

use std::fs;
use std::path::Path;

use crate::stage::{Stage, refuses, succeeds};

const JOB: &str = "stage/usr/libexec/adt-helpers/adt-snapshots-weekly";
const SERVICE: &str = "stage/etc/systemd/system/adt-snapshots-weekly.service";
const TIMER: &str = "stage/etc/systemd/system/adt-snapshots-weekly.timer";
const CRONTAB: &str = "stage/etc/cron.d/adt-snapshots-weekly";

impl Stage {
    /// `make TARGET` in the stage, with `words`.
    fn staged(&self, target: &str, words: &[&str]) -> std::process::Output {
        let destdir = format!("DESTDIR={}", self.path("stage").display());
        let words: Vec<&str> = [&*destdir, "PREFIX=/usr"]
            .iter()
            .chain(words)
            .copied()
            .collect();
        self.make(target, &words)
    }
}

/// A stage with the binaries in it.
fn installed() -> Stage {
    let stage = Stage::new();
    succeeds(&stage.staged("install", &[]));
    stage
}

#[test]
fn installing_the_helpers_schedules_nothing() {
    let stage = installed();
    assert!(!stage.exists("stage/etc"));
    assert!(!stage.exists(JOB));
}

#[test]
fn a_timer_starts_the_job_every_week_and_goes_without_a_trace() {
    let stage = installed();
    let before = stage.snapshot("stage");
    for _ in 0..2 {
        let said = succeeds(&stage.staged("install-schedule", &[]));
        assert_eq!(
            said,
            "every week systemd runs /usr/libexec/adt-helpers/adt-snapshots-weekly\n"
        );
        assert_eq!(stage.mode(JOB), 0o755);
        assert_eq!((stage.mode(SERVICE), stage.mode(TIMER)), (0o644, 0o644));
        let service = stage.text(SERVICE);
        assert!(service.contains("\nExecStart=/usr/libexec/adt-helpers/adt-snapshots-weekly\n"));
        assert!(!service.contains('@') && !service.contains("BUILD_HOME"));
        assert!(stage.text(TIMER).contains("\nOnCalendar=Sun "));
        assert!(!stage.exists(CRONTAB));
    }
    succeeds(&stage.staged("uninstall-schedule", &[]));
    let after = stage.snapshot("stage");
    let (before, after): (Vec<_>, Vec<_>) = (before.keys().collect(), after.keys().collect());
    assert_eq!(after, before);
}

#[test]
fn cron_starts_the_job_where_it_is_asked_to() {
    let stage = installed();
    let words = ["SCHEDULER=cron", "BUILD_HOME=/home/agile/toolkit"];
    succeeds(&stage.staged("install-schedule", &words));
    let crontab = stage.text(CRONTAB);
    assert!(
        crontab.contains("\nBUILD_HOME=/home/agile/toolkit\n"),
        "{crontab}"
    );
    assert!(
        crontab.ends_with(
            "\n17 3 * * 0 root /usr/libexec/adt-helpers/adt-snapshots-weekly 2>&1 | /usr/bin/logger -t adt-snapshots-weekly\n"
        ),
        "{crontab}"
    );
    assert_eq!(stage.mode(CRONTAB), 0o644);
    assert!(!stage.exists(TIMER));
}

#[test]
fn the_week_has_one_run_whichever_scheduler_was_chosen_before() {
    let stage = installed();
    succeeds(&stage.staged("install-schedule", &["SCHEDULER=cron"]));
    succeeds(&stage.staged("install-schedule", &["SCHEDULER=systemd"]));
    assert!(stage.exists(TIMER) && !stage.exists(CRONTAB));
    succeeds(&stage.staged("install-schedule", &["SCHEDULER=cron"]));
    assert!(stage.exists(CRONTAB) && !stage.exists(TIMER) && !stage.exists(SERVICE));
}

#[test]
fn uninstalling_the_helpers_takes_the_schedule_along() {
    let stage = installed();
    succeeds(&stage.staged("install-schedule", &[]));
    succeeds(&stage.staged("uninstall", &[]));
    assert!(fs::read_dir(stage.path("stage")).unwrap().next().is_none());
    succeeds(&stage.staged("uninstall-schedule", &[]));
}

#[test]
fn a_schedule_that_cannot_work_is_refused_before_anything_changes() {
    let stage = Stage::new();
    let error = refuses(&stage.staged("install-schedule", &[]));
    assert!(error.contains("say 'make install' first"), "{error}");
    let stage = installed();
    fs::create_dir_all(stage.path("stage/etc/systemd/system")).unwrap();
    stage.write(TIMER, "theirs", 0o600);
    let before = stage.snapshot("stage");
    for (words, reason) in [
        ("SCHEDULER=at", "is neither systemd nor cron"),
        ("BUILD_HOME=home", "is not an absolute path"),
        ("BUILD_HOME=/my home", "a unit or a crontab cannot hold"),
        (
            "SCHEDULER=systemd",
            "is not from here; move it out of the way",
        ),
    ] {
        let error = refuses(&stage.staged("install-schedule", &[words]));
        assert!(error.contains(reason), "{words}: {error}");
        assert_eq!(stage.snapshot("stage"), before, "{words}");
    }
}

#[test]
fn systemd_has_nothing_to_say_against_the_units() {
    let stage = installed();
    let words = ["BUILD_HOME=/home/agile/toolkit"];
    succeeds(&stage.staged("install-schedule", &words));
    if which::which("systemd-analyze").is_err() {
        eprintln!("left out: systemd-analyze is not installed on this machine");
        return;
    }
    let job = stage.path(JOB).display().to_string();
    for unit in [SERVICE, TIMER] {
        let text = stage.text(unit);
        let text = text.replace("/usr/libexec/adt-helpers/adt-snapshots-weekly", &job);
        let file = stage.path(unit).file_name().unwrap().to_owned();
        stage.write(file.to_str().unwrap(), &text, 0o644);
    }
    let units =
        ["service", "timer"].map(|kind| stage.path(&format!("adt-snapshots-weekly.{kind}")));
    let [service, timer] = units.each_ref().map(|unit| unit.to_str().unwrap());
    let output = stage.run(
        Path::new("systemd-analyze"),
        &["verify", "--man=no", service, timer],
    );
    assert_eq!(succeeds(&output), "");
}
