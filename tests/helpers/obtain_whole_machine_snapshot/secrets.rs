//! Secrets that a CLI prints: none of them is in our messages. That `ends` finds none is a part of each test here.

use super::tools::script;
use super::*;

const CLIS: [(&str, &str); 4] = [
    ("digitalocean", "DOCTL"),
    ("exoscale", "EXO"),
    ("linode", "LINODE_CLI"),
    ("vultr", "VULTR"),
];

/// The sample build's secrets.
const SECRETS: [&str; 4] = [
    "0123456789abcdefTOKEN",
    "aB3dE5fG7hJ9kL1mN2",
    "p9x7c3v1bp",
    "s3secret/Example+Key0123456789abcdef",
];

/// A run with a CLI that does `lines`.
fn run_with(cloudhost: &str, variable: &str, lines: &str, words: &[&str]) -> crate::world::Ended {
    let world = World::at(cloudhost);
    let wrapper = script(&world, "wrapper", lines);
    let words = [&["--type", "webserver"], words].concat();
    world.obtain(&words).env(variable, wrapper).ends()
}

#[test]
fn on_standard_error_they_are_masked() {
    for (cloudhost, variable) in CLIS {
        for secret in SECRETS {
            let lines = format!("echo 'error: {secret} was refused' >&2; exit 1");
            let ended = run_with(cloudhost, variable, &lines, &[]);
            assert!(ended.gave_up().contains("[hidden] was refused"), "{ended}");
        }
    }
}

#[test]
fn on_standard_output_they_are_masked() {
    for (cloudhost, variable) in CLIS {
        for secret in SECRETS {
            for lines in [
                format!("echo '{secret} is not JSON'"),
                format!("echo '{secret} was refused'; exit 1"),
                format!("echo '[{{\"id\": \"{secret}\", \"name\": [\"{secret}\"]}}]'"),
                format!("echo '\"{secret}\"'"),
            ] {
                run_with(cloudhost, variable, &lines, &[]).gave_up();
            }
        }
    }
}

#[test]
fn where_a_message_is_cut_no_half_of_one_is_left() {
    for (cloudhost, variable) in CLIS {
        for blanks in (40..60).step_by(4) {
            let secret = SECRETS[0];
            let lines = format!("printf '%{blanks}s' x | tr ' ' x; echo '{secret}'");
            let ended = run_with(cloudhost, variable, &lines, &[]);
            ended.gave_up();
            assert!(!ended.stderr().contains(&secret[..6]), "{ended}");
        }
    }
}

#[test]
fn in_what_makes_a_list_doubtful_they_are_masked() {
    for secret in SECRETS {
        let lines = format!("echo 'warning: zone failed with {secret}' >&2; exec exo \"$@\"");
        let ended = run_with("exoscale", "EXO", &lines, &[]);
        assert!(
            ended.gave_up().contains("zone failed with [hidden]"),
            "{ended}"
        );
    }
}

#[test]
fn in_json_they_are_masked() {
    for (cloudhost, variable) in CLIS {
        for secret in SECRETS {
            let lines = format!("echo 'error: {secret} was refused' >&2; exit 1");
            let ended = run_with(cloudhost, variable, &lines, &["--json"]);
            assert_eq!(ended.status, Some(1), "{ended}");
            assert!(ended.stderr().contains("[hidden] was refused"), "{ended}");
        }
    }
}

#[test]
fn escape_sequences_of_a_cli_do_not_reach_the_terminal() {
    for (cloudhost, variable) in CLIS {
        let lines =
            "printf '\\033[2J\\033]0;title\\007\\rerror: \\033[31mred\\033[0m\\b\\n' >&2; exit 1";
        let ended = run_with(cloudhost, variable, lines, &[]);
        let said = ended.gave_up();
        assert!(said.contains("error: "), "{ended}");
        assert!(
            !said.contains(|c: char| c.is_control() && c != '\n'),
            "{said:?}"
        );
    }
}

#[test]
fn a_cli_that_says_a_mebibyte_is_shown_in_part() {
    let floods = [
        "head -c 1048576 /dev/zero | tr '\\0' x >&2; exit 1",
        "head -c 1048576 /dev/zero | tr '\\0' '\\n' >&2; echo end >&2; exit 1",
        "head -c 1048576 /dev/zero | tr '\\0' x",
        "yes 'a line' | head -n 100000 >&2; exit 1",
    ];
    for (lines, (cloudhost, variable)) in floods.into_iter().zip(CLIS) {
        run_with(cloudhost, variable, lines, &[]).gave_up();
    }
    // What exo says beside a list is the reason to doubt it.
    let lines = "head -c 1048576 /dev/zero | tr '\\0' x >&2; echo '[]'";
    run_with("exoscale", "EXO", lines, &[]).gave_up();
}
