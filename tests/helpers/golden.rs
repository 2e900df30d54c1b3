//! What people read, as files in tests/golden: `GOLDEN=write cargo nextest run golden` writes them anew, and the difference
//! is then for a person to read.

use std::path::{Path, PathBuf};

use adt_helpers::helpers::{self, ALL};

use crate::world::{CLOUDS, Door, World};

/// The file of that name.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// Compares `text` with the file `name`, or writes the file where that is asked for.
#[track_caller]
fn is_golden(name: &str, text: &str) {
    let path = file(name);
    if std::env::var_os("GOLDEN").is_some_and(|wish| wish == "write") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text, known,
        "tests/golden/{name} differs; GOLDEN=write writes it anew"
    );
}

/// `text` without what differs from run to run: folders, dates, and the version.
fn settled(world: &World, text: &str) -> String {
    let mut text = text.replace(&world.path("").display().to_string(), "WORLD/");
    text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let mut settled = Vec::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| {
            let date = word.trim_end_matches([',', ':']);
            let is_date = date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok();
            let is_time = date.len() == 5 && date.as_bytes().get(2) == Some(&b':');
            if is_date {
                word.replace(date, "DATE")
            } else if is_time {
                word.replace(date, "TIME")
            } else {
                word.to_owned()
            }
        });
        settled.push(words.collect::<Vec<_>>().join(" "));
    }
    settled.join("\n") + "\n"
}

#[test]
fn the_help_of_every_helper_is_the_one_that_was_read() {
    let world = World::at("digitalocean");
    for helper in ALL {
        let ended = world.speaking_helper(helper.name).args(["--help"]).ends();
        is_golden(
            &format!("help/{}.txt", helper.name),
            ended.succeeded_silently(),
        );
    }
    is_golden("help/adt-helpers.txt", &helpers::overview());
    if std::env::var_os("GOLDEN").is_none() {
        let files = std::fs::read_dir(file("help")).unwrap().count();
        assert_eq!(
            files,
            ALL.len() + 1,
            "a helper that is gone has its file still"
        );
    }
}

#[test]
fn the_reports_are_those_that_were_read() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::at(cloudhost);
        world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
        let report = |name: &str, words: &[&str]| {
            let ended = world.helper(Door::Binary, name).args(words).ends();
            settled(&world, ended.stdout())
        };
        let check = report("CheckSnapshotBuild", &[]);
        is_golden(
            &format!("reports/check-nothing-there.{cloudhost}.txt"),
            &check,
        );
        if cloudhost == "vultr" {
            is_golden(
                "reports/status-nothing-there.txt",
                &report("SnapshotStatus", &[]),
            );
            is_golden(
                "reports/verify-nothing-there.txt",
                &report("VerifySnapshots", &[]),
            );
        }
    }
}
