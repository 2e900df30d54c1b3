//! Whether a machine is the one it was: the files of host keys, and the key that opens the machines.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::world::ssh::{Fleet, Server};
use crate::world::{Door, Ended};

const SUFFIXES: [(&str, &str); 5] = [
    ("authenticator", "Authenticator"),
    ("reverseproxy", "ReverseProxy"),
    ("autoscaler", "Autoscaler"),
    ("webserver", "Webserver"),
    ("database", "Database"),
];

fn execute(fleet: &Fleet, label: &str, options: &[&str], variables: &[(&str, &Path)]) -> Ended {
    let (_, suffix) = SUFFIXES.into_iter().find(|it| it.0 == label).unwrap();
    let mut run = fleet
        .world
        .helper(Door::Shim, &format!("ExecuteOn{suffix}"))
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", &fleet.server(label).name])
        .args(options);
    for (name, value) in variables {
        run = run.env(name, value);
    }
    run.args(["echo in"]).ends()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The other name that the scripts have for a file of host keys.
fn other_name(fleet: &Fleet, prefix: &str, server: &Server) -> std::path::PathBuf {
    fleet
        .world
        .build(&format!("keys/{prefix}_{}-keys", server.address))
}

/// A program in the world's directory.
fn program(fleet: &Fleet, name: &str, text: &str) -> std::path::PathBuf {
    let path = fleet.world.path(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn each_type_has_files_of_its_own_but_an_authenticators_is_a_webservers() {
    let fleet = Fleet::at("digitalocean");
    for (label, _) in SUFFIXES {
        assert_eq!(execute(&fleet, label, &[], &[]).succeeded(), "in\n");
        let server = fleet.server(label);
        let prefix = match label {
            "authenticator" => "webserver",
            other => other,
        };
        let kept = fleet.known_hosts(prefix, server);
        assert!(read(&kept).contains("ssh-ed25519 "), "{label}");
        assert!(!other_name(&fleet, prefix, server).exists(), "{label}");
        let mode = std::fs::metadata(&kept).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644, "{label}");
    }
}

#[test]
fn a_file_under_either_name_is_trusted_as_it_is_and_an_empty_one_is_none() {
    let fleet = Fleet::at("digitalocean");
    let server = fleet.server("database");
    execute(&fleet, "database", &[], &[]).succeeded();
    let kept = fleet.known_hosts("database", server);
    let other = other_name(&fleet, "database", server);
    std::fs::rename(&kept, &other).unwrap();
    let nothing = Path::new("/bin/false");
    let ended = execute(&fleet, "database", &[], &[("ADT_SSH_KEYSCAN", nothing)]);
    assert_eq!(ended.succeeded(), "in\n");
    assert!(!kept.exists(), "{ended}");
    std::fs::write(&kept, "").unwrap();
    std::fs::write(&other, "# only words\n").unwrap();
    execute(&fleet, "database", &[], &[]).succeeded();
    assert!(read(&kept).contains("ssh-ed25519 "));
}

#[test]
fn another_host_key_is_refused_with_both_fingerprints_until_it_is_accepted() {
    let mut fleet = Fleet::at("digitalocean");
    execute(&fleet, "webserver", &[], &[]).succeeded();
    let (name, old) = {
        let server = fleet.server("webserver");
        (server.name.clone(), server.fingerprint())
    };
    fleet.make_anew(&name);
    let server = fleet.server("webserver");
    let kept = fleet.known_hosts("webserver", server);
    let before = read(&kept);
    let new = server.fingerprint();
    let why = format!(
        "{name} ({address}) shows other host keys than those on record, so nothing was done there; shown now: {new} (ED25519); on \
         record in '{kept}': {old} (ED25519); if the machine was made anew, run the same command again with --accept-host-key, and \
         if not, somebody may be in between\n",
        address = server.address,
        kept = kept.display(),
    );
    let ended = execute(&fleet, "webserver", &[], &[]);
    assert_eq!(ended.failed(), format!("ExecuteOnWebserver: {why}"));
    let helper = |name: &str| {
        let run = fleet.world.helper(Door::Shim, name);
        run.args(["--cloudhost", "digitalocean", "--build", "test-build"])
    };
    let ended = helper("CopyToWebserver")
        .args(["--machine", &name, "--to", "/tmp", "/etc/hostname"])
        .ends();
    ended.failed();
    ended.says(&format!("CopyToWebserver: {why}"));
    let ended = helper("ExecuteOnWebserver")
        .args(["--machine", "all", "echo in"])
        .ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says(&format!("{name}: {why}"));
    ended.says(&format!("1 of 2 machines failed: {name}\n"));
    assert_eq!(read(&kept), before);
    let ended = execute(&fleet, "webserver", &["--accept-host-key"], &[]);
    assert_eq!(ended.succeeded(), "in\n");
    assert_ne!(read(&kept), before);
    assert_eq!(execute(&fleet, "webserver", &[], &[]).succeeded(), "in\n");
}

#[test]
fn a_machine_that_does_not_answer_is_named_and_nothing_is_kept() {
    let mut fleet = Fleet::at("digitalocean");
    let name = fleet.server("database").name.clone();
    let kept = fleet.known_hosts("database", fleet.server("database"));
    let address = fleet.server("database").address;
    let log = fleet.world.path("scans");
    let keyscan = program(
        &fleet,
        "keyscan",
        &format!(
            "#!/bin/sh\necho \"$*\" >>'{}'\necho refused >&2\n",
            log.display()
        ),
    );
    let ended = execute(&fleet, "database", &[], &[("ADT_SSH_KEYSCAN", &keyscan)]);
    assert_eq!(
        ended.failed(),
        format!(
            "ExecuteOnDatabase: no ssh server answers at {address} ({name}), port {port} or 22; make sure that the machine is online \
             and that its firewall lets this machine in: refused; refused\n",
            port = fleet.port
        )
    );
    assert_eq!(
        read(&log),
        format!("-p {} {address}\n{address}\n", fleet.port)
    );
    assert!(!kept.exists());
    // Once its keys are known, it is ssh that finds nobody there.
    execute(&fleet, "database", &[], &[]).succeeded();
    let port = fleet.port;
    fleet.stop(&name);
    let ended = fleet
        .world
        .helper(Door::Shim, "ExecuteOnDatabase")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", &name, "echo in"])
        .ends();
    assert_eq!(ended.status, Some(255), "{ended}");
    assert_eq!(
        ended.stderr(),
        format!(
            "ssh: connect to host {address} port {port}: Connection refused\n\
             {name} ({address}): ssh itself failed, with status 255; see above\n"
        )
    );
}

#[test]
fn a_look_at_host_keys_that_fails_hides_nothing_of_what_was_said() {
    let mut fleet = Fleet::at("digitalocean");
    let name = fleet.world.machine_name("database");
    execute(&fleet, "database", &[], &[]).succeeded();
    fleet.stop(&name);
    let ended = fleet
        .world
        .helper(Door::Shim, "CopyToDatabase")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", &name, "--to", "/tmp", "/etc/hostname"])
        .env("ADT_SSH_KEYSCAN", "/no/such")
        .ends();
    assert_eq!(ended.status, Some(255), "{ended}");
    ended.says("Connection refused");
    ended.says("cannot tell whether its host keys are those on record: ADT_SSH_KEYSCAN names");
    ended.says("the connection failed, with status 255; see above");
    // Nor is a refusal lost for want of fingerprints.
    let mut fleet = Fleet::at("digitalocean");
    execute(&fleet, "database", &[], &[]).succeeded();
    fleet.make_anew(&name);
    let nothing = Path::new("/no/such");
    let ended = execute(&fleet, "database", &[], &[("ADT_SSH_KEYGEN", nothing)]);
    ended.failed();
    ended.says("shows other host keys than those on record");
    ended.says("keys whose fingerprints cannot be shown (ADT_SSH_KEYGEN names");
}

#[test]
fn what_the_usual_port_shows_will_do_where_the_builds_port_shows_nothing() {
    let fleet = Fleet::at("digitalocean");
    // The usual port is not ours to listen at, so the program stands in for it.
    let keyscan = program(
        &fleet,
        "keyscan",
        &format!(
            "#!/bin/sh\n[ \"$1\" = -p ] && exit 1\n/usr/bin/ssh-keyscan -p {} \"$1\" 2>/dev/null | sed 's/^\\[\\(.*\\)\\]:[0-9]*/\\1/'\n",
            fleet.port
        ),
    );
    let ended = execute(&fleet, "database", &[], &[("ADT_SSH_KEYSCAN", &keyscan)]);
    assert_eq!(ended.succeeded(), "in\n");
    let server = fleet.server("database");
    let kept = read(&fleet.known_hosts("database", server));
    assert!(
        kept.starts_with(&format!("{} ssh-ed25519", server.address)),
        "{kept}"
    );
}

#[test]
fn a_key_that_is_missing_or_that_others_may_read_is_named() {
    let fleet = Fleet::at("digitalocean");
    let key = fleet
        .world
        .build("keys/id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ended = execute(&fleet, "database", &[], &[]);
    assert_eq!(
        ended.failed(),
        format!(
            "ExecuteOnDatabase: the key '{path}' has the mode 0644, so that others may read it and ssh will not use it; run chmod 600 \
             '{path}'\n",
            path = key.display()
        )
    );
    // As the toolkit leaves it.
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(execute(&fleet, "database", &[], &[]).succeeded(), "in\n");
    std::fs::remove_file(&key).unwrap();
    let ended = execute(&fleet, "database", &[], &[]);
    ended.failed();
    ended.says(&format!(
        "the key '{}' that opens the build's machines cannot be read",
        key.display()
    ));
}

#[test]
fn the_toolkit_may_be_in_a_directory_of_any_name() {
    let fleet = Fleet::at("digitalocean");
    let home = fleet.world.path("100% it's \"mine\"");
    std::os::unix::fs::symlink(fleet.world.home(""), &home).unwrap();
    let ended = execute(&fleet, "database", &[], &[("BUILD_HOME", &home)]);
    assert_eq!(ended.succeeded(), "in\n");
    assert_eq!(ended.stderr(), "");
    let there = fleet.world.path("");
    let ended = fleet
        .world
        .helper(Door::Shim, "CopyToDatabase")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", &fleet.server("database").name])
        .args(["--to", there.to_str().unwrap(), "/etc/hostname"])
        .env("BUILD_HOME", &home)
        .ends();
    assert_eq!(ended.succeeded(), "");
}

#[test]
fn the_programs_get_the_scripts_options_and_no_secret() {
    let fleet = Fleet::at("digitalocean");
    let server = fleet.server("webserver");
    let log = fleet.world.path("words");
    let spy = |name: &str| {
        let text = format!(
            "#!/bin/sh\nfor word; do printf '%s\\n' \"$word\" >>'{}'; done\nexec /usr/bin/{name} \"$@\"\n",
            log.display()
        );
        program(&fleet, name, &text)
    };
    let (ssh, scp, keyscan) = (spy("ssh"), spy("scp"), spy("ssh-keyscan"));
    let words = || {
        let words = read(&log).lines().map(str::to_owned).collect::<Vec<_>>();
        std::fs::remove_file(&log).unwrap();
        words
    };
    let variables: &[(&str, &Path)] = &[("ADT_SSH", &ssh), ("ADT_SSH_KEYSCAN", &keyscan)];
    let ended = execute(
        &fleet,
        "webserver",
        &["--user", &crate::world::ssh::user()],
        variables,
    );
    assert_eq!(ended.succeeded(), "in\n");
    let user_at = format!("{}@{}", crate::world::ssh::user(), server.address);
    let port = fleet.port.to_string();
    let kept = format!(
        "UserKnownHostsFile={}",
        fleet.known_hosts("webserver", server).display()
    );
    let key = fleet
        .world
        .build("keys/id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build");
    let key = key.to_str().unwrap();
    let options = |port_option| {
        [
            "-o",
            "ConnectTimeout=5",
            "-o",
            "ConnectionAttempts=2",
            "-o",
            &kept,
            "-o",
            "StrictHostKeyChecking=yes",
            port_option,
            &port,
            "-i",
            key,
        ]
        .map(str::to_owned)
    };
    let seen = words();
    let scan = ["-p".to_owned(), port.clone(), server.address.to_string()];
    assert_eq!(seen[..3], scan);
    assert_eq!(seen[3..15], options("-p"));
    // What a person's configuration must not change.
    let ours = |words: &[String]| {
        assert!(words.chunks(2).all(|it| it[0] == "-o"), "{words:?}");
    };
    let log_at = seen.len() - 4;
    ours(&seen[15..log_at]);
    assert_eq!(seen[log_at], "-E");
    assert_eq!(seen[log_at + 2..], [&user_at, "echo in"]);
    let ended = fleet
        .world
        .helper(Door::Shim, "CopyToWebserver")
        .args([
            "--cloudhost",
            "digitalocean",
            "--build",
            "test-build",
            "--machine",
            &server.name,
        ])
        .args([
            "--to",
            fleet.world.path("").to_str().unwrap(),
            "/etc/hostname",
        ])
        .env("ADT_SCP", &scp)
        .ends();
    ended.succeeded();
    let seen = words();
    assert_eq!(seen[..12], options("-P"));
    let copied_at = seen.len() - 2;
    ours(&seen[12..copied_at]);
    assert_eq!(seen[copied_at], "/etc/hostname");
    assert_eq!(
        seen[copied_at + 1],
        format!("{user_at}:{}", fleet.world.path("").display())
    );
}
