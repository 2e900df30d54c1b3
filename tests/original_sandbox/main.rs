//! The sandbox for the unmodified scripts, without having them: a stand-in of a toolkit, a few lines of our own a script,
//! must run where the toolkit's would, see what they would see, and reach nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and starts what it tests"
)]

#[path = "../simcloud/state.rs"]
#[allow(
    dead_code,
    missing_docs,
    reason = "shared with the simulated cloud, which uses all of it"
)]
mod simcloud_state;

mod stand_in;

/// What the tests of the helpers are built from.
#[path = "../helpers"]
mod helpers {
    #[allow(dead_code, reason = "the tests of the helpers use all of it")]
    pub mod original;
    #[allow(
        dead_code,
        unused_imports,
        reason = "the tests of the helpers use all of it"
    )]
    pub mod world;
}

use std::path::Path;
use std::time::{Duration, Instant};

use helpers::original::{self, Sandbox};
use helpers::world::{Door, TYPES, URL, World};

/// The wordings that the tests of the helpers leave open. It may only fall.
const WORDINGS: usize = 1;

fn world() -> World {
    let toolkit = stand_in::toolkit();
    World::with_toolkit("digitalocean", Some(toolkit.path().to_owned()))
}

/// What the script `Look` printed, run with a shell's words in a sandbox with other settings than the usual ones.
fn look(sandbox: &Sandbox<'_>, words: &str) -> String {
    let mut command = sandbox.command("Look", false);
    let output = command.arg(words).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_script_runs_by_its_real_path_by_every_door() {
    let world = world();
    let path = format!("{}/helperscripts/Look.sh", original::BUILD_HOME);
    for door in [Door::Shim, Door::Shell, Door::Binary] {
        let ended = world.helper(door, "Look").args([r#"echo "$0 in $PWD""#]);
        let expected = format!("{path} in {}/helperscripts\n", original::BUILD_HOME);
        assert_eq!(ended.ends().succeeded(), expected);
    }
    let of_a_list = world.helper(Door::Shim, "ListServerIDs");
    let ended = of_a_list
        .args(["ws-lon1-test-build", "digitalocean"])
        .ends();
    let id = world.machine_id("webserver");
    assert_eq!(ended.succeeded(), format!("{id}\n"));
}

#[test]
fn the_state_is_the_tests_and_is_found_through_buildhome_dat() {
    let world = world();
    let get = |name: &str| {
        let run = world.helper(Door::Shim, "GetVariableValue");
        // A script that did not read /home/buildhome.dat would have nowhere else to learn it from.
        let ended = run.args([name]).without_env("BUILD_HOME").ends();
        ended.succeeded().to_owned()
    };
    assert_eq!(get("REGION"), "lon1\n");
    let set = world.helper(Door::Shell, "SetVariableValue");
    set.args(["ADDED=by a script"]).ends().succeeded();
    assert_eq!(get("ADDED"), "by a script\n");
    let written = std::fs::read_to_string(world.build("build_environment")).unwrap();
    assert!(written.ends_with("ADDED=by a script\n"), "{written}");
    let probe = world.helper(Door::Shim, "IsHardcoreBuild");
    assert_eq!(probe.ends().succeeded(), "0\n");
    std::fs::write(world.path("home/HARDCORE"), "").unwrap();
    let probe = world.helper(Door::Shim, "IsHardcoreBuild");
    assert_eq!(probe.ends().succeeded(), "1\n");
}

#[test]
fn a_snapshot_is_taken_with_the_simulated_tools_at_their_real_places() {
    let world = world();
    let run = world.helper(Door::Shim, "ObtainWholeMachineSnapshot");
    run.stdin("4\n").ends().succeeded();
    let made = world.made();
    assert_eq!(made.len(), 1);
    let (id, name) = (&made[0].id, world.machine_name("webserver"));
    let ids = world.legacy_snapshots("snapshot_ids.dat");
    assert_eq!(
        std::fs::read_to_string(ids).unwrap(),
        format!("webserver:{id}\n")
    );
    let machine = world.machine_id("webserver");
    assert_eq!(
        world.changes(),
        [format!(
            "doctl compute droplet-action snapshot --snapshot-name {name} {machine}"
        )]
    );
    let bucket = world.bucket("www-testwebsite-uk-digitalocean-snap");
    assert_eq!(
        bucket["snapshot_ids.dat"],
        format!("webserver:{id}\n").into_bytes()
    );
}

#[test]
fn every_tool_is_the_simulated_one_and_every_other_program_the_machines() {
    for layers in ["any", "links"] {
        let world = world();
        let path = world.path("");
        let sandbox = Sandbox {
            layers,
            ..Sandbox::of(&path)
        };
        let words = "for tool in /usr/local/bin/doctl /usr/local/bin/linode-cli /usr/bin/exo /usr/bin/vultr \
                     /usr/bin/s3cmd /usr/bin/s5cmd /usr/bin/rclone; do readlink $tool; done";
        assert_eq!(
            look(&sandbox, words),
            "/home/.simcloud/simcloud\n".repeat(7)
        );
        let words =
            "echo '{\"a\": [1]}' | /usr/bin/jq -c .a; echo one two | /usr/bin/awk '{ print $2 }'";
        assert_eq!(look(&sandbox, words), "[1]\ntwo\n", "{layers}");
        let words = "doctl compute droplet list -o json | jq -r '.[].id' | wc -l";
        assert_eq!(look(&sandbox, words).trim(), TYPES.len().to_string());
        assert_eq!(world.calls(), ["doctl compute droplet list -o json"]);
    }
}

#[test]
fn the_environment_is_that_of_the_main_shell_and_nothing_of_ours() {
    let world = world();
    let run = world.helper(Door::Shim, "Look").args(["env | sort"]);
    let ended = run.ends();
    let ours = ["_", "OLDPWD", "PWD", "SHLVL"];
    let variables = ended.succeeded().lines().map(str::to_owned);
    let variables: Vec<String> = variables
        .filter(|line| !ours.contains(&line.split('=').next().unwrap()))
        .collect();
    let home = format!("BUILD_HOME={}", original::BUILD_HOME);
    let url = format!("WEBSITE_URL={URL}");
    let expected = [
        home.as_str(),
        "BUILD_IDENTIFIER=test-build",
        "HOME=/root",
        "LC_ALL=C",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "SIMCLOUD_DIR=/home/.simcloud/cloud",
        "TZ=UTC",
        url.as_str(),
    ];
    assert_eq!(variables, expected);
}

#[test]
fn nothing_of_the_real_machine_is_touched() {
    let world = world();
    let mark = format!("adt-sandbox-mark-{}", std::process::id());
    let words = format!(
        "for place in /home /root /tmp /run; do echo mark > $place/{mark} || exit 1; done; \
         for place in / /etc /usr /usr/bin /usr/local/bin /usr/local/libexec /var /var/tmp /opt /srv /dev/shm {target}; do \
         (: > $place/{mark}) 2>/dev/null && echo $place; done; ls /home; ls -A /root | sort",
        target = env!("CARGO_TARGET_TMPDIR"),
    );
    let ended = world.helper(Door::Shim, "Look").args([words]).ends();
    let expected =
        format!("{mark}\nagile-user\nbuildhome.dat\n.config\n.s3cfg-1\n.s5cfg-1\n{mark}\n");
    assert_eq!(ended.succeeded(), expected);
    for (place, ours) in [
        ("/home", "sandbox/home"),
        ("/root", "home"),
        ("/tmp", "sandbox/tmp"),
        ("/run", "sandbox/run"),
    ] {
        assert!(world.path(ours).join(&mark).exists(), "{ours}");
        assert!(!Path::new(place).join(&mark).exists(), "{place}");
    }
}

#[test]
fn it_reaches_no_network() {
    let world = world();
    let run = world.helper(Door::Shim, "Look");
    let ended = run.args(["tail -n +3 /proc/self/net/dev | cut -d: -f1 | grep -v '^ *lo$' | grep -v tunl | grep -v sit; true"]);
    assert_eq!(ended.ends().succeeded(), "");
}

#[test]
fn what_does_not_end_is_ended_with_all_that_it_started() {
    let world = world();
    let path = world.path("");
    let sandbox = Sandbox {
        limit_secs: 1,
        ..Sandbox::of(&path)
    };
    let started = Instant::now();
    let mut command = sandbox.command("Look", false);
    // The one in the background keeps standard output open; only its end lets the reader go.
    let words = "sleep 300 & trap '' TERM; while :; do sleep 0.1; done";
    let output = command.arg(words).output().unwrap();
    assert!(started.elapsed() < Duration::from_secs(20));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr, "sandbox: it did not end within 1 seconds\n");
    assert_eq!(output.status.code(), Some(124));
}

#[test]
fn the_status_and_both_streams_are_handed_on() {
    let world = world();
    let run = world.helper(Door::Shim, "Look");
    let ended = run.args(["read word; echo $word; echo two >&2; exit 3"]);
    let ended = ended.stdin("one\n").ends();
    assert_eq!((ended.status, ended.stderr()), (Some(3), "two\n"));
    assert!(ended.to_string().contains("--- stdout\none\n"), "{ended}");
}

#[test]
fn a_toolkits_own_state_and_keys_stay_where_they_are() {
    let toolkit = stand_in::toolkit();
    for (path, content) in [
        ("runtimedata/ACTIVE_CLOUDHOST", "vultr\n"),
        ("runtimedata/vultr/mine/TOKEN", "secret\n"),
        (".s3cfg-1", "secret\n"),
        (".git/config", "secret\n"),
    ] {
        stand_in::write(toolkit.path(), path, content);
    }
    let world = World::with_toolkit("linode", Some(toolkit.path().to_owned()));
    assert!(!world.home(".git").exists() && !world.home(".s3cfg-1").exists());
    assert!(!world.home("runtimedata/vultr").exists());
    let ended = world
        .helper(Door::Shim, "GetVariableValue")
        .args(["CLOUDHOST"])
        .ends();
    assert_eq!(ended.succeeded(), "linode\n");
    let mine = toolkit.path().join("runtimedata/ACTIVE_CLOUDHOST");
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "vultr\n");
}

#[test]
fn ours_are_tested_unless_theirs_are_asked_for() {
    let toolkit = stand_in::toolkit();
    let place = toolkit.path().as_os_str().to_owned();
    assert_eq!(original::chosen(None, None), None);
    assert_eq!(
        original::chosen(Some("ours".into()), Some(place.clone())),
        None
    );
    let chosen = original::chosen(Some("theirs".into()), Some(place.clone()));
    assert_eq!(chosen, Some(std::fs::canonicalize(place).unwrap()));
}

#[test]
#[should_panic(expected = "SUT is 'their'; it is 'ours', the default, or 'theirs'")]
fn anything_else_fails() {
    original::chosen(Some("their".into()), None);
}

#[test]
#[should_panic(expected = "SUT=theirs needs a checkout of the toolkit; ADT_ORIGINAL names it")]
fn theirs_without_a_checkout_fails() {
    original::chosen(Some("theirs".into()), None);
}

#[test]
#[should_panic(expected = "ADT_ORIGINAL is '/', which is no checkout of the toolkit")]
fn theirs_with_another_folder_fails() {
    original::chosen(Some("theirs".into()), Some("/".into()));
}

#[test]
#[should_panic(expected = "is a shim of ours; it must be unmodified")]
fn theirs_with_our_shims_in_it_fails() {
    let ours = env!("CARGO_MANIFEST_DIR");
    original::chosen(Some("theirs".into()), Some(ours.into()));
}

#[test]
fn a_refusal_of_namespaces_tells_the_way_out() {
    let said = original::advice("unshare: unshare failed: Operation not permitted");
    assert!(
        said.contains("Operation not permitted\nallow them: 'sysctl"),
        "{said}"
    );
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the number is for whoever reads the log"
)]
fn the_wordings_left_open_only_become_fewer() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helpers");
    let count = original::count(&tests);
    println!("the tests of the helpers leave {count} wordings open");
    assert_eq!(
        count, WORDINGS,
        "lower WORDINGS, or say it as the original does"
    );
}
