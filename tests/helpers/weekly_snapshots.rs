//! The job that systemd or cron starts every week: fresh snapshots, verified, the old ones pruned, and a mail when that
//! fails.

mod mail;

use std::os::unix::fs::{PermissionsExt, symlink};

use crate::simcloud_state::Fault;
use crate::world::{CLOUDS, Door, Ended, Run, TYPES, World, programs};

const JOB: &str = "libexec/adt-snapshots-weekly";
const STEPS: [(&str, &str); 3] = [
    ("take", "ObtainWholeMachineSnapshot"),
    ("verify", "VerifySnapshots"),
    ("prune", "PruneSnapshots"),
];

/// Stands in for the toolkit's mailer: writes down what it was given.
const MAILER: &str = "n=$(ls -d \"$BUILD_HOME\"/../mail-* 2>/dev/null | wc -l)
printf '%s\\n%s\\n%s\\n' \"$1\" \"$3\" \"$2\" >\"$BUILD_HOME/../mail-$n\"\n";

/// A world whose machines were snapshotted, with the job beside the binaries and a mailer.
fn scheduled(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    world.obtain(&["--all"]).ends().succeeded();
    std::fs::create_dir(world.path("libexec")).unwrap();
    let job = concat!(env!("CARGO_MANIFEST_DIR"), "/install/weekly.sh");
    std::fs::copy(job, world.path(JOB)).unwrap();
    for (_, name) in STEPS {
        let installed = world.path("libexec").join(name);
        symlink(programs::helper(name), installed).unwrap();
    }
    world.write("providerscripts/email/SendEmail.sh", MAILER);
    world
}

impl World {
    /// The job, with nothing of the environment that a build has.
    fn week(&self) -> Run<'_> {
        self.helper(Door::Binary, "VerifySnapshots")
            .within(&format!("exec {JOB}"))
    }

    /// Lets shell words run before a helper, or in its place.
    fn before(&self, helper: &str, words: &str) {
        let path = self.path("libexec").join(helper);
        let binary = programs::helper(helper);
        let text = format!(
            "#!/bin/sh\ncd ..\n{words}\nexec {} \"$@\"\n",
            binary.display()
        );
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Every mail so far: the subject, the level, then the message.
    fn mails(&self) -> Vec<String> {
        let mails = (0..).map(|number| self.path(&format!("mail-{number}")));
        let mails = mails.map_while(|path| std::fs::read_to_string(path).ok());
        mails.collect()
    }

    /// The one mail, which is about the step.
    #[track_caller]
    fn mail_about(&self, step: &str) -> String {
        let mails = self.mails();
        let [mail] = mails.as_slice() else {
            panic!("not one mail: {mails:?}");
        };
        let head = format!("Weekly snapshots failed: {step}\nERROR\n");
        assert!(mail.starts_with(&head), "{mail}");
        for secret in ["aB3dE5fG7hJ9kL1mN2", "p9x7c3v1bp", "0123456789abcdefTOKEN"] {
            assert!(!mail.contains(secret), "a secret was mailed: {mail}");
        }
        mail.clone()
    }
}

/// The steps that were begun.
fn begun(ended: &Ended) -> Vec<&'static str> {
    let has_begun = |(step, _): &(&str, &str)| {
        let start = format!("adt-snapshots-weekly: {step}: ");
        ended.stdout().lines().any(|line| line.starts_with(&start))
    };
    let begun = STEPS.into_iter().filter(has_begun);
    begun.map(|(step, _)| step).collect()
}

#[test]
fn a_week_has_fresh_snapshots_of_all_machines_and_no_mail() {
    for (cloudhost, _, _) in CLOUDS {
        let world = scheduled(cloudhost);
        let before = world.ids();
        let ended = world.week().ends();
        ended.succeeded_silently();
        assert_eq!(begun(&ended), ["take", "verify", "prune"]);
        let ids = world.ids();
        assert_eq!(ids.lines().count(), TYPES.len(), "{ended}");
        for line in before.lines() {
            assert!(!ids.contains(line), "{line} is still recorded: {ended}");
        }
        assert_eq!(world.made().len(), TYPES.len(), "{ended}");
        assert_eq!(world.mails(), [""; 0]);
    }
}

#[test]
fn old_snapshots_that_nothing_records_are_no_failure_and_are_pruned() {
    let world = scheduled("vultr");
    let name = world.snapshot_name("webserver");
    world.before("VerifySnapshots", "printf x >>verified");
    world.before("ObtainWholeMachineSnapshot", "exit 0");
    world.edit_state(|state| {
        let strays = (71..74).map(|number| {
            let mut stray = world.usable_snapshot(number, "webserver");
            stray.name.clone_from(&name);
            stray
        });
        let strays: Vec<_> = strays.collect();
        state.snapshots.extend(strays);
    });
    let ended = world.week().ends();
    ended.succeeded_silently();
    assert!(world.path("verified").exists());
    assert!(world.made().len() < TYPES.len() + 3, "{ended}");
    assert_eq!(world.mails(), [""; 0]);
}

#[test]
fn without_fresh_snapshots_nothing_is_verified_or_pruned_and_the_old_ones_stay() {
    for (cloudhost, _, _) in CLOUDS {
        let world = scheduled(cloudhost);
        let (ids, made) = (world.ids(), world.made().len());
        let faults = CLOUDS.map(|_| Fault {
            tool: "*".into(),
            kind: "403".into(),
            nth: 1,
            times: 10_000,
            ..Fault::default()
        });
        world.faults(&faults);
        let ended = world.week().ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        assert_eq!(begun(&ended), ["take"]);
        assert_eq!(
            ended.stderr(),
            "adt-snapshots-weekly: the step 'take' failed: ObtainWholeMachineSnapshot ended with status 1\n"
        );
        let mail = world.mail_about("take");
        assert!(mail.contains("Nothing was verified or pruned."), "{mail}");
        assert!(mail.contains("\n ObtainWholeMachineSnapshot: "), "{mail}");
        assert_eq!((world.ids(), world.made().len()), (ids, made));
    }
}

#[test]
fn nothing_is_pruned_while_something_is_missing() {
    let world = scheduled("linode");
    let id = world.ids().lines().next().unwrap().to_owned();
    world.before("VerifySnapshots", "rm -r cloud/buckets");
    let ended = world.week().ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    assert_eq!(begun(&ended), ["take", "verify"]);
    ended.says("the step 'verify' failed: VerifySnapshots ended with status 2");
    let mail = world.mail_about("verify");
    assert!(mail.contains("Nothing was pruned."), "{mail}");
    assert!(!world.ids().contains(&id), "{ended}");
}

#[test]
fn nothing_is_pruned_while_it_could_not_be_checked_what_is_there() {
    let world = scheduled("vultr");
    let made = world.made().len();
    world.before(
        "VerifySnapshots",
        r#"echo '[{"tool":"vultr","argv":[],"kind":"500","nth":1,"times":1000}]' >cloud/faults.json; rm -f cloud/counters.json"#,
    );
    let ended = world.week().ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    assert_eq!(begun(&ended), ["take", "verify"]);
    ended.says("the step 'verify' failed: VerifySnapshots ended with status 3");
    let mail = world.mail_about("verify");
    assert!(mail.contains("not checked"), "{mail}");
    assert_eq!(world.made().len(), made, "{ended}");
}

#[test]
fn pruning_that_fails_is_mailed_with_what_it_said() {
    let world = scheduled("digitalocean");
    world.before(
        "PruneSnapshots",
        r#"echo '[{"tool":"*","argv":[],"kind":"500","nth":1,"times":1000}]' >cloud/faults.json; rm -f cloud/counters.json"#,
    );
    let ended = world.week().ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    assert_eq!(begun(&ended), ["take", "verify", "prune"]);
    let mail = world.mail_about("prune");
    assert!(mail.contains("The fresh snapshots are there."), "{mail}");
    assert!(mail.contains("\n PruneSnapshots: "), "{mail}");
}

#[test]
fn a_step_that_does_not_end_is_ended_and_mailed() {
    let world = scheduled("exoscale");
    world.before("ObtainWholeMachineSnapshot", "exec sleep 1000");
    let ended = world.week().env("ADT_STEP_LIMIT", "0.2s").ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    let mail = world.mail_about("take");
    let words = "ObtainWholeMachineSnapshot did not end within 0.2s.";
    assert!(mail.contains(words), "{mail}");
}

#[test]
fn a_mail_that_cannot_be_sent_is_said_and_the_status_stays() {
    let world = scheduled("vultr");
    world.before("ObtainWholeMachineSnapshot", "echo broken; exit 7");
    world.write(
        "providerscripts/email/SendEmail.sh",
        "echo no relay; exit 3\n",
    );
    let ended = world.week().ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    let mailer = world.home("providerscripts/email/SendEmail.sh");
    assert_eq!(
        ended.stderr(),
        format!(
            "adt-snapshots-weekly: the step 'take' failed: ObtainWholeMachineSnapshot ended with status 7\nno relay\n\
             adt-snapshots-weekly: the mail about it could not be sent: '{}' ended with status 3\n",
            mailer.display()
        )
    );
}

#[test]
fn a_second_run_at_the_same_time_does_nothing() {
    let world = scheduled("vultr");
    let calls = world.calls();
    let ended = world
        .helper(Door::Binary, "VerifySnapshots")
        .within(&format!("exec flock build_home {JOB}"))
        .ends();
    let line = ended.refused();
    assert_eq!(
        line,
        "adt-snapshots-weekly: another run is working; nothing was done"
    );
    assert_eq!(world.calls(), calls);
    assert_eq!(world.mails(), [""; 0]);
}

/// NFS, and file systems without locks: flock says so with another status than that of a lock that is held.
#[test]
fn a_toolkit_that_cannot_be_locked_is_no_other_run() {
    for cannot in [65, 71] {
        let world = scheduled("vultr");
        std::fs::create_dir(world.path("first")).unwrap();
        let flock = world.path("first/flock");
        std::fs::write(&flock, format!("#!/bin/sh\nexit {cannot}\n")).unwrap();
        std::fs::set_permissions(&flock, std::fs::Permissions::from_mode(0o755)).unwrap();
        let (first, bin) = (world.path("first"), world.path("bin"));
        let path = format!("{}:{}:/usr/bin:/bin", first.display(), bin.display());
        let ended = world.week().env("PATH", &path).ends();
        ended.succeeded();
        ended.says("cannot be locked");
        assert_eq!(begun(&ended), ["take", "verify", "prune"]);
    }
}

#[test]
fn a_tool_that_pipx_installed_is_found() {
    let world = scheduled("vultr");
    world.before("ObtainWholeMachineSnapshot", "exec a-tool-of-pipx");
    let bin = world.path("home/.local/bin");
    std::fs::create_dir_all(&bin).unwrap();
    let tool = bin.join("a-tool-of-pipx");
    std::fs::write(&tool, "#!/bin/sh\necho found by pipx\nexit 7\n").unwrap();
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    let home = world.path("home").display().to_string();
    let run = world.week().env("HOME", &home).env("PATH", "/usr/bin:/bin");
    let ended = run.ends();
    assert!(ended.stdout().contains("found by pipx"), "{ended}");
}

#[test]
fn crons_bare_environment_is_enough() {
    let world = scheduled("vultr");
    world.before(
        "ObtainWholeMachineSnapshot",
        "printf %s \"$HOME|$PATH\"; exit 7",
    );
    let ended = world
        .week()
        .without_env("HOME")
        .env("PATH", "/usr/bin:/bin")
        .ends();
    assert!(ended.stdout().contains("\n/"), "no HOME: {ended}");
    assert!(
        ended
            .stdout()
            .contains("|/usr/bin:/bin:/usr/local/sbin:/usr/local/bin:")
    );
}

#[test]
fn a_job_without_a_toolkit_says_so() {
    let world = scheduled("vultr");
    for (home, reason) in [("/none", "cannot be entered"), ("home", "not an absolute")] {
        let ended = world.week().env("BUILD_HOME", home).ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        ended.says(reason);
        assert_eq!(ended.stdout(), "");
    }
}
