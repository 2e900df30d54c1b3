//! Every recording of a command that the simulated cloud knows, played again.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::compare::{calm, normal, same};
use crate::sim::Sim;
use crate::state::Provider;
use crate::world::{self, EXO_FIRST, LONG_MS};

/// Recordings that are not played, and why.
const NOT_PLAYED: [(&str, &str); 22] = [
    (".hang", "it does not end; tested with the faults"),
    (".429-retry-after-120", "it does not end"),
    (".429-date", "a server that the faults do not play"),
    (".offline", "like refused, with other words"),
    (".closed-forever", "like refused, with other words"),
    (".truncated", "like cut, with other words"),
    (
        "linode/linodes-list.reset-once",
        "like refused, with other words",
    ),
    (
        "linode/images-create.reset-once",
        "like refused, with other words",
    ),
    (
        "linode/linodes-list.500-once",
        "like 500-forever: it does not repeat",
    ),
    (
        "linode/images-create.500-once",
        "like 500-forever: it does not repeat",
    ),
    (
        ".page2-fails",
        "its count is 250 of 450; the fault partial-list halves",
    ),
    (
        ".page2-truncated",
        "its count is 250 of 450; the fault partial-list halves",
    ),
    (
        "doctl/droplet-list.notoken",
        "credentials are not looked at",
    ),
    (
        "doctl/droplet-list.legacyconfig-401",
        "a configuration file that is not read",
    ),
    (
        "exo/instance-list.noconfig",
        "credentials are not looked at",
    ),
    (
        "exo/snapshot-create.429",
        "there the request before the POST failed too",
    ),
    (
        "exo/private-network-list.onezonefails",
        "a fault strikes all zones",
    ),
    (
        "linode/linodes-list.noconfig",
        "credentials are not looked at",
    ),
    (
        "linode/linodes-list.noconfig-noeof",
        "credentials are not looked at",
    ),
    ("linode/linodes-list.nospec", "a broken installation"),
    ("linode/linodes-list.newspec", "an outdated installation"),
    ("linode/linodes-list.label", "--text is not played"),
];

#[test]
fn doctl_prints_what_was_recorded() {
    play_all("doctl", "doctl", Provider::DigitalOcean);
}

#[test]
fn exo_prints_what_was_recorded() {
    play_all("exo", "exo", Provider::Exoscale);
}

#[test]
fn linode_cli_prints_what_was_recorded() {
    play_all("linode", "linode-cli", Provider::Linode);
}

#[test]
fn vultr_prints_what_was_recorded() {
    play_all("vultr", "vultr", Provider::Vultr);
}

fn play_all(folder: &str, tool: &str, provider: Provider) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/recordings")
        .join(folder);
    let mut names: Vec<_> = fs::read_dir(&root)
        .expect("the recordings")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .trim_end_matches(".json")
                .to_owned()
        })
        .collect();
    names.sort();
    let (mut played, mut wrong) = (0, Vec::new());
    for name in names {
        let full = format!("{folder}/{name}");
        let skipped = |(what, _): &&(&str, &str)| {
            if what.starts_with('.') {
                full.ends_with(what)
            } else {
                full == *what
            }
        };
        if NOT_PLAYED.iter().any(|entry| skipped(&entry)) {
            continue;
        }
        let text = fs::read_to_string(root.join(format!("{name}.json"))).expect("a recording");
        let recording: Value = serde_json::from_str(&text).expect("JSON");
        played += 1;
        if let Err(difference) = play(&name, tool, provider, &recording) {
            wrong.push(format!("== {full}\n{difference}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {played} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(played > 35, "only {played} recordings were played");
}

fn play(name: &str, tool: &str, provider: Provider, recording: &Value) -> Result<(), String> {
    let sim = Sim::new();
    let (command, case) = name.split_once('.').expect("command.case");
    set_up(&sim, command, case, tool, provider);
    // The toolkit's network has another name than the recorded one.
    let user_data = sim.work().join("user-data.yaml");
    let renamed = |text: &str| {
        text.replace("pn1", "adt_private_net_ch-gva-2")
            .replace("/tmp/x/user-data.yaml", &user_data.to_string_lossy())
    };
    let argv: Vec<String> = recording["argv"]
        .as_array()
        .expect("argv")
        .iter()
        .map(|arg| renamed(arg.as_str().expect("text")))
        .collect();
    if name.contains("-create") {
        fs::write(&user_data, "#cloud-config\n").expect("the user data is written");
    }
    let argv: Vec<&str> = argv.iter().skip(1).map(String::as_str).collect();
    let mut started = sim.command(tool, &argv);
    if let Some(typed) = recording["stdin"].as_str() {
        let file = sim.work().join("typed");
        fs::write(&file, typed).expect("the input is written");
        started.stdin(fs::File::open(file).expect("the input"));
    }
    if case == "nokey" {
        started.env_remove("VULTR_API_KEY");
    }
    let done = crate::sim::finish(&mut started);
    let text = |key: &str| renamed(recording[key].as_str().unwrap_or_default());
    let any_order = provider == Provider::Exoscale;
    let expected = (
        recording["rc"].as_i64(),
        normal(&text("stdout")),
        calm(&text("stderr"), any_order),
    );
    let found = (
        done.rc.map(i64::from),
        normal(&done.text()),
        calm(&done.stderr, any_order),
    );
    let stdout_same = same(&expected.1, &found.1);
    if expected.0 != found.0 || !stdout_same || expected.2 != found.2 {
        return Err(format!(
            "argv {argv:?}\nrecorded {expected:#?}\nfound {found:#?}"
        ));
    }
    if let Some(listed) = recording["listed"].as_u64()
        && done.rows() as u64 != listed
    {
        return Err(format!("{} rows instead of {listed}", done.rows()));
    }
    let made = sim.state().snapshots.len() as u64;
    if let Some(total) = recording["left"]["snapshots"].as_u64()
        && made != total
    {
        return Err(format!("{made} snapshots were left instead of {total}"));
    }
    let servers = sim.state().machines.len() as u64;
    let left = &recording["left"];
    if let Some(total) = left["droplets"].as_u64().or(left["instances"].as_u64())
        && servers != total
    {
        return Err(format!("{servers} servers were left instead of {total}"));
    }
    Ok(())
}

/// Makes the cloud as it was, and the fault that there was.
fn set_up(sim: &Sim, command: &str, case: &str, tool: &str, provider: Provider) {
    let state = |change: &dyn Fn(&mut crate::state::State)| {
        sim.with(|state| change(state));
    };
    let fault = |kind: &str| {
        sim.fault(tool, kind, 0);
    };
    match case {
        "empty" | "onlypublic" => return,
        "many" => return state(&|s| world::many(s, provider, 450)),
        "1200" => return state(&|s| world::many(s, provider, 1200)),
        _ => state(&|s| world::usual(s, provider)),
    }
    match (command, case) {
        (_, "401" | "403" | "503-forever" | "502-html" | "cut" | "empty-body" | "refused") => {
            fault(case.trim_end_matches("-forever"));
        }
        (_, "429" | "429-forever" | "429-no-retry-after") => fault("429"),
        (_, "500-forever") => fault("500"),
        (_, "lost-answer" | "lost-connection") => fault("lost-answer"),
        (_, "lost-answer-slow") => {
            state(&|s| s.config.snapshot_ms = LONG_MS);
            fault("lost-answer");
        }
        ("instance-create", "pendingsnapshot") => state(&|s| {
            world::pending(s, "webserver-nightly");
            "05b6e6e3-07d4-4edc-9143-1193e6c3f339".clone_into(&mut s.snapshots[1].id);
        }),
        ("instance-create", "ambiguoustemplate") => state(&|s| {
            world::template(s, "ws-template");
            world::template(s, "ws-template");
        }),
        ("instance-private-network-attach", "ok") => state(&|s| {
            s.add_vpc(
                provider,
                "adt_private_net_ch-gva-2",
                "ch-gva-2",
                "10.0.0.0/24",
            );
        }),
        ("vpcs-create", "duplicate") => state(&|s| {
            s.add_vpc(provider, "adt-vpc", "", "10.0.0.0/16");
        }),
        (_, "failed") => fault("errored"),
        ("instance-list" | "snapshot-list", "onezonefails") => {
            // Two rows, of which the fault leaves one; there it was the other zone's that were missing.
            state(&|s| {
                s.machines.retain(|m| m.region == "ch-gva-2");
                let doubled = [s.machines.clone(), s.machines.clone()].concat();
                let snapshots = [s.snapshots.clone(), s.snapshots.clone()].concat();
                (s.machines, s.snapshots) = (doubled, snapshots);
            });
            fault("partial-list");
        }
        (_, "busy") => state(&|s| world::pending(s, "first")),
        ("images-list", "pending") => state(&|s| world::pending(s, "ws-nightly")),
        ("images-list", "done") => state(&|s| {
            let first = s.machines[0].clone();
            world::add(s, &first, "ws-nightly");
        }),
        ("snapshot-list", "pending") => state(&|s| world::pending(s, "webserver-nightly")),
        ("snapshot-list", "instancegone") => state(&|s| s.machines.retain(|m| m.id != EXO_FIRST)),
        ("template-register", "exportrefused") => state(&|s| s.snapshots[0].ready_ms += LONG_MS),
        ("template-register", "samename") => state(&|s| world::template(s, "ws-template")),
        ("snapshot-create", "samename") => state(&|s| {
            for id in ["1", "2"] {
                world::machine(s, provider, id, "twin", "ch-gva-2");
            }
        }),
        ("snapshot-create", "twice") => state(&|s| {
            let first = s.machines[0].clone();
            world::add(s, &first, "webserver-nightly");
        }),
        ("private-network-show", "ok") => {
            state(&|s| "10.0.0.20".clone_into(&mut s.machines[0].private_ip));
        }
        _ => (),
    }
}
