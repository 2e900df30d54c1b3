//! What a person's configuration of ssh, agent and environment may hold.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::world::ssh::{Fleet, Server};
use crate::world::{Door, Run};

/// Lines of a `ssh_config` after which a plain `ssh machine command`, as the scripts have it, does something else. `PORT`
/// stands for an address and a port that somebody listens at, `TOUCH` for a command that leaves a mark.
const HOSTILE: [&str; 31] = [
    "LogLevel QUIET",
    "LogLevel VERBOSE",
    "LogLevel DEBUG3",
    "LogVerbose *:*:*",
    "RemoteCommand echo other",
    "SessionType none",
    "SessionType subsystem",
    "StdinNull yes",
    "ForkAfterAuthentication yes",
    "RequestTTY force",
    "ControlMaster auto\nControlPath CONTROL\nControlPersist 5",
    "LocalForward PORT localhost:1\nExitOnForwardFailure yes",
    "RemoteForward PORT localhost:1\nExitOnForwardFailure yes",
    "DynamicForward PORT\nExitOnForwardFailure yes",
    "Tunnel yes\nExitOnForwardFailure yes",
    "ForwardX11 yes\nForwardX11Trusted yes\nExitOnForwardFailure yes",
    "ForwardAgent yes",
    "PermitLocalCommand yes\nLocalCommand echo local",
    "EscapeChar none",
    "VisualHostKey yes",
    "FingerprintHash md5",
    "UpdateHostKeys yes",
    "HashKnownHosts yes\nCheckHostIP yes",
    "PubkeyAuthentication no",
    "PreferredAuthentications password",
    "AddressFamily inet6",
    "Hostname other.example.invalid",
    "CanonicalizeHostname always\nCanonicalDomains example.invalid",
    "SetEnv MACHINE=other\nSendEnv *",
    "ServerAliveInterval 1\nServerAliveCountMax 3\nBatchMode yes\nConnectTimeout 1\nTCPKeepAlive no",
    "User other\nPort 1\nIdentityFile none\nStrictHostKeyChecking ask\nUserKnownHostsFile /dev/null",
];

fn configured(fleet: &Fleet, lines: &str) -> PathBuf {
    let port = format!("{}:{}", fleet.server("webserver").address, fleet.port);
    let control = fleet.world.path("c");
    let lines = lines.replace("PORT", &port);
    let lines = lines.replace("CONTROL", control.to_str().unwrap());
    let path = fleet.world.path("ssh_config");
    std::fs::write(&path, format!("Host *\n{lines}\n")).unwrap();
    path
}

/// A helper for the database, with a configuration in place of the person's own.
fn helper<'a>(fleet: &'a Fleet, name: &str, configuration: &Path) -> Run<'a> {
    let with = |tool: &str| format!("{tool} -F '{}'", configuration.display());
    fleet
        .world
        .helper(Door::Shim, name)
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", &fleet.world.machine_name("database")])
        .env("ADT_SSH", with("ssh"))
        .env("ADT_SCP", with("scp"))
}

fn own_status(server: &Server) -> String {
    format!(
        "{} ({}): ended with status 255; ssh reports no trouble of its own\n",
        server.name, server.address
    )
}

#[test]
fn a_command_is_the_same_whatever_a_persons_configuration_says() {
    let fleet = Fleet::at("digitalocean");
    let server = fleet.server("database");
    let known_hosts = fleet.known_hosts("database", server);
    for lines in HOSTILE {
        let configuration = configured(&fleet, lines);
        let ended = helper(&fleet, "ExecuteOnDatabase", &configuration)
            .args(["--timeout", "20", "echo $MACHINE; tr a-z A-Z; exit 255"])
            .stdin("typed\n")
            .ends();
        assert_eq!(ended.status, Some(255), "{lines}: {ended}");
        let expected = format!("{}\nTYPED\n", server.name);
        assert_eq!(ended.stdout(), expected, "{lines}: {ended}");
        assert_eq!(ended.stderr(), own_status(server), "{lines}");
        let known = std::fs::read_to_string(&known_hosts).unwrap();
        assert_eq!(known.matches("ssh-ed25519").count(), 1, "{lines}: {known}");
        assert!(!fleet.world.path("c").exists(), "{lines}: {ended}");
    }
}

#[test]
fn a_copy_is_the_same_whatever_a_persons_configuration_says() {
    let fleet = Fleet::at("digitalocean");
    let there = fleet.world.path("there");
    let file = fleet.world.path("page.html");
    std::fs::write(&file, "text").unwrap();
    for lines in HOSTILE {
        let configuration = configured(&fleet, lines);
        std::fs::create_dir(&there).unwrap();
        let ended = helper(&fleet, "CopyToDatabase", &configuration)
            .args(["--timeout", "20", "--to"])
            .args([&there, &file])
            .ends();
        assert_eq!(ended.succeeded(), "", "{lines}");
        assert_eq!(ended.stderr(), "", "{lines}");
        assert!(there.join("page.html").exists(), "{lines}");
        std::fs::remove_dir_all(&there).unwrap();
    }
}

/// The person's own session may have what the person wants; but it is one, with its status, and its input is ours.
#[test]
fn a_session_is_one_whatever_a_persons_configuration_says() {
    let fleet = Fleet::at("digitalocean");
    for lines in [
        "LogLevel VERBOSE",
        "SessionType none",
        "StdinNull yes",
        "ForkAfterAuthentication yes",
    ] {
        let configuration = configured(&fleet, lines);
        let ended = helper(&fleet, "ConnectToDatabase", &configuration)
            .stdin("echo in-$((1 + 1)); exit 255\n")
            .ends();
        assert_eq!(ended.status, Some(255), "{lines}: {ended}");
        assert!(ended.stdout().ends_with("in-2\n"), "{lines}: {ended}");
        ended.says(&own_status(fleet.server("database")));
    }
}

#[test]
fn what_ssh_says_is_told_whatever_a_persons_configuration_says() {
    let mut fleet = Fleet::at("digitalocean");
    let name = fleet.server("database").name.clone();
    let configuration = configured(&fleet, "LogLevel QUIET");
    helper(&fleet, "ExecuteOnDatabase", &configuration)
        .args(["true"])
        .ends()
        .succeeded();
    fleet.make_anew(&name);
    // Any of them would have ssh trust the other key, or say nothing.
    let host_key = fleet.world.path("sshd").join(&name).join("host_key.pub");
    let [kind, key] = {
        let text = std::fs::read_to_string(host_key).unwrap();
        let mut words = text.split(' ').map(str::to_owned);
        [words.next().unwrap(), words.next().unwrap()]
    };
    let trusting = format!("KnownHostsCommand /bin/echo %H {kind} {key}");
    for lines in [
        "LogLevel QUIET",
        "NoHostAuthenticationForLocalhost yes",
        "StrictHostKeyChecking no",
        &trusting,
    ] {
        let configuration = configured(&fleet, lines);
        let ended = helper(&fleet, "ExecuteOnDatabase", &configuration)
            .args(["echo in"])
            .ends();
        ended.failed();
        ended.says("shows other host keys than those on record, so nothing was done there");
        ended.says(&fleet.server("database").fingerprint());
    }
    fleet.stop(&name);
    let configuration = configured(&fleet, "LogLevel QUIET");
    for helper_name in ["ExecuteOnDatabase", "CopyFromDatabase"] {
        let ended = helper(&fleet, helper_name, &configuration)
            .args(
                ["--to", "/tmp"]
                    .iter()
                    .filter(|_| helper_name.starts_with("Copy")),
            )
            .args(["/etc/hostname"])
            .ends();
        assert_eq!(ended.status, Some(255), "{ended}");
        ended.says("Connection refused");
        assert!(!ended.stderr().contains("no trouble"), "{ended}");
    }
}

#[test]
fn who_asks_ssh_for_more_is_told_more_and_a_status_is_still_the_commands() {
    let fleet = Fleet::at("digitalocean");
    let configuration = configured(&fleet, "");
    let ended = helper(&fleet, "ExecuteOnDatabase", &configuration)
        .env("ADT_SSH", "ssh -v -F none")
        .args(["exit 255"])
        .ends();
    ended.says("debug1: ");
    ended.says(&own_status(fleet.server("database")));
}

#[test]
fn an_option_that_an_older_ssh_does_not_know_is_passed_over() {
    let fleet = Fleet::at("digitalocean");
    // Such an ssh knows it under no name, and so stops at it unless it is told to pass over it.
    let old = fleet.world.path("old-ssh");
    let text = "#!/bin/sh\nfor word; do shift; case $word in SessionType=*) word=NoSuchOption=1 ;; esac; set -- \"$@\" \"$word\"; done\nexec ssh \"$@\"\n";
    std::fs::write(&old, text).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&old, executable).unwrap();
    let configuration = configured(&fleet, "");
    let ended = helper(&fleet, "ExecuteOnDatabase", &configuration)
        .env("ADT_SSH", &old)
        .args(["echo in"])
        .ends();
    assert_eq!(ended.succeeded(), "in\n");
}

/// An agent, ended when dropped.
struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_agent_full_of_other_keys_does_not_get_in_the_way_and_gets_no_key() {
    let fleet = Fleet::at("digitalocean");
    let socket = fleet.world.path("agent");
    let _agent = Agent(
        Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    while !socket.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let agent = |program: &str, words: &[&str]| {
        let output = Command::new(program)
            .args(words)
            .env("SSH_AUTH_SOCK", &socket)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    // A server lets one try six keys.
    for number in 0..8 {
        let key = fleet.world.path(&format!("key-{number}"));
        let key = key.to_str().unwrap();
        agent("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", key]);
        agent("ssh-add", &["-q", key]);
    }
    let keys = agent("ssh-add", &["-l"]);
    assert_eq!(keys.lines().count(), 8);
    for lines in ["AddKeysToAgent yes", "IdentityAgent SOCKET"] {
        let lines = lines.replace("SOCKET", socket.to_str().unwrap());
        let configuration = configured(&fleet, &lines);
        let ended = helper(&fleet, "ExecuteOnDatabase", &configuration)
            .env("SSH_AUTH_SOCK", &socket)
            .args(["echo in"])
            .ends();
        assert_eq!(ended.succeeded(), "in\n", "{lines}");
        let ended = helper(&fleet, "CopyFromDatabase", &configuration)
            .env("SSH_AUTH_SOCK", &socket)
            .args(["--to", "/tmp", "/dev/null"])
            .ends();
        assert!(!ended.stderr().contains("authentication"), "{ended}");
        assert_eq!(agent("ssh-add", &["-l"]), keys, "{lines}");
    }
}
