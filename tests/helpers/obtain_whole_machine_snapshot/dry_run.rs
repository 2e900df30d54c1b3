//! `--dry-run`: the commands that would be run, and nothing changed here or there.

use super::*;

const WORDS: [&str; 4] = ["--dry-run", "--verbose", "--type", "webserver"];

/// Runs it and looks whether anything has changed; hands back the commands it printed, split into words.
#[track_caller]
fn rehearsed(world: &World, words: &[&str], input: &str) -> Vec<Vec<String>> {
    let before = world.tree();
    let state = serde_json::to_value(world.state()).unwrap();
    let buckets = world.names_below("cloud");
    let ended = world.obtain(words).stdin(input).ends();
    assert_eq!(ended.succeeded(), "", "{ended}");
    assert_eq!(world.tree(), before);
    assert_eq!(serde_json::to_value(world.state()).unwrap(), state);
    assert_eq!(world.changes(), [""; 0]);
    let mut there = world.names_below("cloud");
    there.retain(|name| !["./calls.jsonl", "./counters.json", "./lock"].contains(&name.as_str()));
    assert!(there.iter().all(|name| buckets.contains(name)), "{there:?}");
    let bin = world.path("bin").display().to_string();
    let of_bin = |line: &&str| line.trim_start_matches('\'').starts_with(&bin);
    let lines = ended.stderr().lines().filter(of_bin);
    lines
        .map(|line| {
            let mut words = shell_words::split(line).unwrap();
            words[0] = words[0].replace(&format!("{bin}/"), "");
            words
        })
        .collect()
}

/// What would be asked of the provider to make the webserver's snapshot.
fn creations(world: &World, cloudhost: &str) -> Vec<String> {
    let name = world.machine_name("webserver");
    let id = world.machine_id("webserver");
    match cloudhost {
        "digitalocean" => vec![format!(
            "doctl compute droplet-action snapshot --snapshot-name {name} {id} -o json"
        )],
        "exoscale" => vec![
            format!("exo compute instance snapshot create -z ch-gva-2 {id} -O json"),
            format!(
                "exo compute instance-template register --boot-mode legacy --disable-password --from-snapshot SNAPSHOT_ID \
                 --zone ch-gva-2 --username debian {name} -O json"
            ),
        ],
        "linode" => vec![format!(
            "linode-cli images create --disk_id {} --label {name} --cloud_init true --no-defaults --json --suppress-warnings",
            world.root_disk("webserver")
        )],
        _ => vec![format!(
            "vultr snapshot create -i {id} -d {} -o json",
            world.snapshot_name("webserver")
        )],
    }
}

#[test]
fn every_command_is_printed_and_only_those_that_read_are_run() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let printed = rehearsed(&world, &WORDS, "");
        let lines: Vec<String> = printed.iter().map(|words| words.join(" ")).collect();
        let run = world.calls();
        let not_run: Vec<&String> = lines
            .iter()
            .filter(|line| !run.contains(line) && !line.starts_with("s3cmd"))
            .collect();
        let creations = creations(&world, cloudhost);
        assert_eq!(not_run, creations.iter().collect::<Vec<_>>(), "{lines:#?}");
        let uploads = lines.iter().filter(|line| line.contains(" put ")).count();
        assert_eq!(uploads, 5, "{lines:#?}");
        let changes = |call: &String| call.contains(" put ") || call.contains(" mb ");
        assert!(!run.iter().any(changes), "{run:#?}");
    }
}

#[test]
fn after_a_rehearsal_the_run_itself_is_as_if_there_had_been_none() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        rehearsed(&world, &WORDS, "");
        world.obtain(&["--type", "webserver"]).ends().succeeded();
        assert_eq!(world.made().len(), 1);
    }
}

#[test]
fn a_rehearsal_of_an_answered_question_is_one_too() {
    let world = World::at("exoscale");
    let printed = rehearsed(&world, &["--dry-run", "-v", "--no-datastore"], "4\n2\n");
    let register = printed
        .iter()
        .find(|words| words.contains(&"register".to_owned()))
        .unwrap();
    assert!(register.contains(&"debian".to_owned()));
}

#[test]
fn words_with_blanks_are_quoted_for_the_shell() {
    let world = World::at("digitalocean");
    let tool = world.path("bin/my doctl's");
    std::fs::create_dir(&tool).unwrap();
    std::fs::rename(world.path("bin/doctl"), tool.join("doctl")).unwrap();
    let tool = tool.join("doctl").display().to_string();
    let before = world.tree();
    let words = ["--dry-run", "-v", "--type", "webserver", "--no-datastore"];
    let run = world
        .obtain(&words)
        .env("DOCTL", format!("\"{tool}\" --context 'prod east'"));
    let ended = run.ends();
    ended.succeeded();
    let creation = ended
        .stderr()
        .lines()
        .find(|line| line.contains("droplet-action"));
    let words = shell_words::split(creation.unwrap()).unwrap();
    assert_eq!(
        words[..5],
        [&tool, "--context", "prod east", "compute", "droplet-action"]
    );
    assert_eq!(world.tree(), before);
}

#[test]
fn without_the_commands_it_is_a_plan_that_a_person_can_read() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.obtain(&["--type", "webserver"]).ends().succeeded();
        let old = world.ids().trim_end().replace("webserver:", "");
        let words = ["--dry-run", "--type", "webserver", "--replace"];
        let ended = world.obtain(&words).ends();
        let (name, id) = (
            world.machine_name("webserver"),
            world.machine_id("webserver"),
        );
        ended.says(&format!(
            "webserver: would make a snapshot of {name} ({id}) called "
        ));
        ended.says("webserver: would record its id in snapshot_ids.dat");
        ended.says(&format!(" {old} that it replaces"));
        ended.says("would upload the records to the bucket 'www-testwebsite-uk-");
        assert!(ended.stderr().lines().count() <= 6, "{ended}");
        let bin = world.path("bin").display().to_string();
        assert!(!ended.stderr().contains(&bin), "{ended}");
    }
}

#[test]
fn in_json_it_is_what_would_be_made() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let before = world.tree();
        let ended = world.obtain(&[&WORDS[..], &["--json"]].concat()).ends();
        let document: serde_json::Value = serde_json::from_str(ended.succeeded()).unwrap();
        let result = &document["results"][0];
        assert_eq!(result["outcome"], "would-make");
        assert_eq!(result["id"], serde_json::Value::Null);
        assert_eq!(result["uploaded"], false);
        assert_eq!(result["machine_name"], world.machine_name("webserver"));
        assert_eq!(world.tree(), before);
    }
}

#[test]
fn a_rehearsed_replacement_deletes_nothing() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.obtain(&["--type", "webserver"]).ends().succeeded();
        let changes = world.changes();
        let before = world.tree();
        let words = ["--dry-run", "--type", "webserver", "--replace"];
        world.obtain(&words).ends().succeeded();
        assert_eq!(world.changes(), changes);
        assert_eq!(world.tree(), before);
        assert_eq!(world.made().len(), 1);
    }
}

#[test]
fn a_rehearsed_upload_uploads_nothing() {
    let world = World::at("vultr");
    let words = ["--type", "webserver", "--no-datastore"];
    world.obtain(&words).ends().succeeded();
    let before = world.tree();
    let ended = world.obtain(&["--dry-run", "-v", "--upload-only"]).ends();
    assert_eq!(ended.succeeded(), "");
    assert_eq!(ended.stderr().matches(" put ").count(), 5, "{ended}");
    assert!(world.bucket("www-testwebsite-uk-vultr-snap").is_empty());
    assert_eq!(world.tree(), before);
}
