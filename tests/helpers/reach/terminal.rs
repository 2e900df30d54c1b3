//! What a person at a terminal sees and does.

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Eof, Expect};

use crate::world::Door;
use crate::world::ssh::Fleet;

/// Waits for the end, and hands back the exit status.
/// The status that what runs at a terminal ends with.
pub fn status(mut session: OsSession) -> i32 {
    let _ = session.expect(Eof);
    match session.get_process().wait().unwrap() {
        WaitStatus::Exited(_, status) => status,
        // As a shell says it.
        WaitStatus::Signaled(_, signal, _) => 128 + signal as i32,
        other => panic!("{other:?}"),
    }
}

fn answers(session: &mut OsSession, questions: &[(&str, &str)]) {
    for (question, answer) in questions {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
}

#[test]
fn a_person_answers_works_on_the_machine_and_leaves_with_a_status() {
    let fleet = Fleet::at("digitalocean");
    let helper = fleet.world.helper(Door::Shim, "ConnectToDatabase");
    let mut session = helper.on_a_terminal();
    answers(
        &mut session,
        &[
            ("4) Vultr", "1"),
            ("name of the build?", "test-build"),
            ("Y/N", "y"),
        ],
    );
    session.send_line("echo at-$(tty) on-$MACHINE").unwrap();
    session.expect("at-/dev/pts/").unwrap();
    session
        .expect(format!("on-{}", fleet.server("database").name))
        .unwrap();
    // Ctrl-C is the remote command's, not the helper's.
    session
        .send_line("PS1=rea''dy; sh -c 'echo sleeps-$((1 + 1)); exec sleep 100'")
        .unwrap();
    session.expect("sleeps-2").unwrap();
    session.send(expectrl::ControlCode::EndOfText).unwrap();
    session.expect("ready").unwrap();
    session.send_line("echo still-$((1 + 1))").unwrap();
    session.expect("still-2").unwrap();
    session.send_line("exit 5").unwrap();
    assert_eq!(status(session), 5);
}

#[test]
fn ctrl_c_at_a_question_ends_the_helper() {
    let fleet = Fleet::at("digitalocean");
    for questions in [
        &[][..],
        &[("4) Vultr", "1")],
        &[("4) Vultr", "1"), ("name of the build?", "test-build")],
    ] {
        let helper = fleet.world.helper(Door::Shim, "ConnectToDatabase");
        let mut session = helper.on_a_terminal();
        answers(&mut session, questions);
        let next = ["4) Vultr", "name of the build?", "Y/N"][questions.len()];
        session.expect(next).unwrap();
        session.send(expectrl::ControlCode::EndOfText).unwrap();
        assert_eq!(status(session), 130);
    }
    assert_eq!(fleet.server("database").logins(), 0);
}

#[test]
fn the_end_of_input_at_a_question_ends_the_helper() {
    let fleet = Fleet::at("digitalocean");
    let helper = fleet.world.helper(Door::Shim, "ConnectToDatabase");
    let mut session = helper.on_a_terminal();
    session.expect("4) Vultr").unwrap();
    session
        .send(expectrl::ControlCode::EndOfTransmission)
        .unwrap();
    session
        .expect("standard input ended before this was answered")
        .unwrap();
    assert_eq!(status(session), 1);
}

#[test]
fn ctrl_c_ends_a_command_on_one_machine_and_on_all() {
    let fleet = Fleet::at("digitalocean");
    for machine in ["all", &fleet.servers_of("webserver")[1].name] {
        let helper = fleet.world.helper(Door::Shim, "ExecuteOnWebserver");
        let helper = helper
            .args(["--cloudhost", "digitalocean", "--build", "test-build"])
            .args(["--machine", machine, "echo begun-$MACHINE; sleep 100"]);
        let mut session = helper.on_a_terminal();
        session.expect("begun-ws-").unwrap();
        session.send(expectrl::ControlCode::EndOfText).unwrap();
        assert_eq!(status(session), 130);
    }
}

#[test]
fn a_key_with_a_passphrase_opens_one_machine_and_hangs_no_other() {
    let fleet = Fleet::at("digitalocean");
    let key = fleet
        .world
        .build("keys/id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build");
    let locked = std::process::Command::new("ssh-keygen")
        .args(["-q", "-p", "-P", "", "-N", "open sesame", "-f"])
        .arg(key)
        .status();
    assert!(locked.unwrap().success());
    let execute = |machine: &str| {
        let helper = fleet.world.helper(Door::Shim, "ExecuteOnWebserver");
        let helper = helper
            .args(["--cloudhost", "digitalocean", "--build", "test-build"])
            .args(["--machine", machine, "echo in-$((1 + 1))"]);
        helper.on_a_terminal()
    };
    let mut session = execute(&fleet.server("webserver").name);
    answers(&mut session, &[("Enter passphrase", "open sesame")]);
    session.expect("in-2").unwrap();
    assert_eq!(status(session), 0);
    // Several in the background could not ask.
    let mut session = execute("all");
    session.expect("2 of 2 machines failed").unwrap();
    assert_eq!(status(session), 1);
}

#[test]
fn a_signal_ends_the_helper_and_the_ssh_that_it_started() {
    let fleet = Fleet::at("digitalocean");
    let pid_file = fleet.world.path("pid");
    let ssh = fleet.world.path("ssh");
    let text = format!(
        "#!/bin/sh\necho $$ >'{}'\nexec /usr/bin/ssh \"$@\"\n",
        pid_file.display()
    );
    std::fs::write(&ssh, text).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&ssh, executable).unwrap();
    let temporary = fleet.world.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let helper = fleet.world.helper(Door::Binary, "ConnectToDatabase");
    let mut session = helper
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", &fleet.server("database").name])
        .env("ADT_SSH", &ssh)
        .env("TMPDIR", &temporary)
        .on_a_terminal();
    session.send_line("echo there-$((1 + 1))").unwrap();
    session.expect("there-2").unwrap();
    let helper = session.get_process().pid().to_string();
    // What ssh says goes there, for the owner alone.
    let folder = std::fs::read_dir(&temporary).unwrap().next().unwrap();
    let folder = folder.unwrap().path();
    assert_eq!(fleet.world.mode(&folder), "700");
    let kill = |pid: &str, signal: &str| {
        let status = std::process::Command::new("kill")
            .args([signal, pid])
            .stderr(std::process::Stdio::null())
            .status();
        status.unwrap().success()
    };
    assert!(kill(&helper, "-TERM"));
    assert_eq!(status(session), 128 + 15);
    let ssh = std::fs::read_to_string(pid_file).unwrap();
    assert!(!kill(ssh.trim(), "-0"), "ssh outlived the helper");
    assert_eq!(fleet.world.names_below("temporary"), ["."]);
}

#[test]
fn under_nohup_a_hang_up_ends_nothing() {
    let fleet = Fleet::at("digitalocean");
    let ssh = fleet.world.path("ssh");
    std::fs::write(
        &ssh,
        "#!/bin/sh\nkill -HUP $PPID\nexec /usr/bin/ssh \"$@\"\n",
    )
    .unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&ssh, executable).unwrap();
    for (is_under_nohup, expected) in [(true, None), (false, Some(1))] {
        let helper = fleet
            .world
            .helper(Door::Binary, "ExecuteOnDatabase")
            .args(["--cloudhost", "digitalocean", "--build", "test-build"])
            .args(["--machine", &fleet.server("database").name])
            .env("ADT_SSH", &ssh)
            .args(["true"]);
        let helper = if is_under_nohup {
            helper.under_nohup()
        } else {
            helper
        };
        let ended = helper.ends();
        assert_eq!(ended.signal, expected, "{ended}");
    }
}

#[test]
fn what_is_typed_ahead_of_the_questions_reaches_the_machine() {
    let fleet = Fleet::at("digitalocean");
    let helper = fleet.world.helper(Door::Shim, "ConnectToDatabase");
    let mut session = helper.on_a_terminal();
    session
        .send("1\ntest-build\nY\necho ahead-$((1 + 1))\nexit 6\n")
        .unwrap();
    session.expect("ahead-2").unwrap();
    assert_eq!(status(session), 6);
}
