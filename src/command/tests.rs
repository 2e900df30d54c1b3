use std::time::Instant;

use super::*;

fn shell(script: &str) -> Command {
    let program = Program::at("sh", std::path::Path::new("/bin/sh"));
    Command::reading(&program, &["-c", script])
}

#[test]
fn a_command_shows_itself_as_a_person_would_type_it() {
    let program = Program::at("doctl", std::path::Path::new("doctl"));
    let command = Command::changing(
        &program,
        &[
            "compute",
            "droplet-action",
            "snapshot",
            "--snapshot-name",
            "it's one",
            "7",
        ],
    );
    assert_eq!(
        command.to_string(),
        r"doctl compute droplet-action snapshot --snapshot-name 'it'\''s one' 7"
    );
}

#[test]
fn both_streams_and_the_status_are_kept_as_they_are() {
    let output = Runner::default()
        .run(&shell(r"printf 'out\377\r\n'; printf err >&2; exit 3"))
        .unwrap();
    assert_eq!(
        output,
        Output {
            status: 3,
            stdout: b"out\xff\r\n".to_vec(),
            stderr: b"err".to_vec()
        }
    );
}

#[test]
fn a_command_that_hangs_is_ended_with_what_it_started() {
    let directory = tempfile::tempdir().unwrap();
    let mark = directory.path().join("survived");
    let script = format!("(sleep 2; echo > '{}') & sleep 60", mark.display());
    let failure = Runner::default()
        .run(&shell(&script).timeout(Duration::from_millis(100)))
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        "sh gave no answer within 1s and was stopped"
    );
    std::thread::sleep(Duration::from_millis(2500));
    assert!(!mark.exists(), "the grandchild lived on");
}

#[test]
fn a_grandchild_that_keeps_the_streams_open_holds_nobody_up() {
    let started = Instant::now();
    let output = Runner::default()
        .run(&shell("sleep 30 & echo done"))
        .unwrap();
    assert_eq!(output.stdout, b"done\n");
    assert!(started.elapsed() < Duration::from_secs(20));
}

/// The lines of a command that somebody reads along, and its exit status.
fn read_along(script: &str) -> (Vec<(Stream, String)>, i32) {
    let mut lines = Vec::new();
    let status = Runner::default().run_reading_along(&shell(script), &mut |stream, line| {
        lines.push((stream, line.to_str_lossy().into_owned()));
    });
    (lines, status.unwrap())
}

#[test]
fn who_reads_along_is_given_every_line_of_both_streams_and_one_that_has_no_end() {
    let (mut lines, status) = read_along("echo a; echo b >&2; printf c; exit 3");
    lines.sort_by_key(|(_, line)| line.clone());
    let (out, err) = (Stream::Stdout, Stream::Stderr);
    let expected = [(out, "a"), (err, "b"), (out, "c")].map(|(at, line)| (at, line.to_owned()));
    assert_eq!((&lines[..], status), (&expected[..], 3));
}

#[test]
fn nobody_who_reads_along_waits_for_a_grandchild() {
    let (lines, _) = read_along("sleep 30 & echo done");
    assert_eq!(lines, [(Stream::Stdout, "done".to_owned())]);
    // One that never falls silent, until it is told that nobody listens any more.
    let (lines, status) = read_along("while :; do echo more; done & echo done >&2");
    assert!(lines.contains(&(Stream::Stderr, "done".to_owned())));
    assert_eq!(status, 0);
}

#[test]
fn a_command_on_our_own_streams_is_heard_all_the_same() {
    let mut heard = Vec::new();
    let status =
        Runner::default().hand_over_hearing(&shell("echo why >&2; exit 4"), &mut |_, line| {
            heard.push(line.to_vec());
        });
    assert_eq!((heard, status), (vec![b"why".to_vec()], Ok(4)));
    let failure = Runner::default()
        .hand_over_hearing(
            &shell("exec sleep 60 2>&-").timeout(Duration::from_millis(100)),
            &mut |_, _| {},
        )
        .unwrap_err();
    assert!(failure.to_string().contains("was stopped"), "{failure}");
}

#[test]
fn standard_input_is_empty_unless_given() {
    let runner = Runner::default();
    assert_eq!(runner.run(&shell("cat")).unwrap().stdout, b"");
    assert_eq!(
        runner.run(&shell("cat").input("words")).unwrap().stdout,
        b"words"
    );
}

#[test]
fn a_failure_carries_the_tools_own_words_without_secrets() {
    let runner = Runner::new(Redactor::new([b"t0psecret".to_vec()]), false);
    let failure = runner
        .output(&shell("echo 'bad token t0psecret' >&2; exit 2"))
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        "sh failed with exit status 2\n  sh| bad token [hidden]"
    );
    assert_eq!(failure.exit_status(), Some(2));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let program = Program::at("exo", std::path::Path::new("/nowhere/exo"));
    let failure = Runner::default()
        .run(&Command::reading(&program, &["version"]))
        .unwrap_err();
    assert!(
        failure.to_string().starts_with("exo could not be run: "),
        "{failure}"
    );
}

#[test]
fn a_dry_run_reads_but_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mark = directory.path().join("changed");
    let program = Program::at("touch", std::path::Path::new("/usr/bin/touch"));
    let runner = Runner::new(Redactor::default(), true);
    let change = Command::changing(&program, &[&mark]);
    assert_eq!(runner.change(&change), Ok(Change::Rehearsed));
    // What was not asked for as a change is stopped all the same.
    assert!(runner.run(&change).unwrap_err().is_dry_run());
    assert!(!mark.exists());
    assert_eq!(runner.run(&shell("echo read")).unwrap().stdout, b"read\n");
}
