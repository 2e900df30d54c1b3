//! What cannot be checked ends with the status of a build that cannot work, a line that says why, and no report.

use super::*;

#[track_caller]
fn not_checked(ended: &Ended) -> &str {
    assert_eq!((ended.status, ended.stdout()), (Some(2), ""), "{ended}");
    assert_eq!(ended.stderr().lines().count(), 1, "{ended}");
    assert!(
        ended.stderr().starts_with("CheckSnapshotBuild: "),
        "{ended}"
    );
    ended.stderr()
}

#[test]
fn a_command_line_that_is_not_understood() {
    let world = World::at("digitalocean");
    for words in [
        &["--nothing"][..],
        &["webserver"],
        &["--template"],
        &["--template-rules"],
        &["--template", "x", "--template-rules", "--no-provider"],
        &["--template", "x", "--template-rules", "--no-datastore"],
    ] {
        let ended = world.check(words).ends();
        assert!(
            not_checked(&ended).contains("try 'CheckSnapshotBuild --help'"),
            "{ended}"
        );
    }
}

#[test]
fn a_planned_build_that_cannot_be_read() {
    let world = World::at("digitalocean");
    let path = world.home("my.tmpl").display().to_string();
    let checked = |words: &[&str]| world.check(words).ends();
    let absent = checked(&["--template", &path]);
    assert!(
        not_checked(&absent).contains("cannot read the template"),
        "{absent}"
    );
    for (content, expected) in [
        ("", "sets no variable"),
        ("hello\n", "sets no variable"),
        (
            "export A=1\nexport REGION=\"hunter two",
            "line 2 sets REGION",
        ),
        ("export REGION=hunter two\n", "line 1 sets REGION"),
        ("export CLOUDHOST=\"aws\"\n", "'aws' is not a cloudhost"),
        (
            "export BUILD_IDENTIFIER=\"../x\"\n",
            "BUILD_IDENTIFIER is '../x'",
        ),
        ("export WEBSITE_URL=\"a/b\"\n", "WEBSITE_URL is 'a/b'"),
        ("export REGION=\"lon1\"\n", "does not say WEBSITE_URL"),
    ] {
        world.write("my.tmpl", content);
        let ended = checked(&["--template", &path]);
        let said = not_checked(&ended);
        assert!(
            said.contains(expected) && !said.contains("hunter"),
            "{ended}"
        );
    }
    std::fs::remove_file(world.build("build_environment")).unwrap();
    let ended = checked(&["--json"]);
    assert!(not_checked(&ended).contains("--template"), "{ended}");
    std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
    let ended = checked(&[]);
    assert!(
        not_checked(&ended).contains("there is no active build"),
        "{ended}"
    );
}

#[test]
fn help_teaches_and_says_what_is_not_replaced() {
    let world = World::at("digitalocean");
    for door in DOORS {
        let ended = world
            .helper(door, "CheckSnapshotBuild")
            .args(["--help"])
            .ends();
        let help = ended.succeeded_silently();
        for words in [
            "Usage: CheckSnapshotBuild",
            "Examples:",
            "Exit status:",
            "ValidateTemplate.sh",
            "--no-provider",
            "--no-datastore",
            "RESTORE_LATEST_BACKUP=\"0\"",
        ] {
            assert!(help.contains(words), "{help}");
        }
    }
}
