//! `CopyFromWebserver` and its like.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::copy_to::{NAMES, content};
use crate::world::ssh::Fleet;
use crate::world::{Door, Run};

fn from<'a>(fleet: &'a Fleet, helper: &str, machine: &str) -> Run<'a> {
    fleet
        .world
        .helper(Door::Shim, helper)
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", machine])
}

fn directory(fleet: &Fleet, name: &str) -> PathBuf {
    let path = fleet.world.path(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_file_is_copied_once_and_nothing_is_asked_afterwards() {
    let fleet = Fleet::at("digitalocean");
    let (there, here) = (directory(&fleet, "there"), directory(&fleet, "here"));
    std::fs::write(there.join("a log"), content()).unwrap();
    let file = there.join("a log");
    let answers = [
        file.to_str().unwrap(),
        "1",
        "test-build",
        "Y",
        here.to_str().unwrap(),
    ];
    let ended = fleet
        .world
        .helper(Door::Shell, "CopyFromDatabase")
        .stdin(answers.join("\n") + "\n")
        .ends();
    assert_eq!(ended.succeeded(), "");
    let questions = ended
        .stderr()
        .lines()
        .filter(|line| line.contains("What is the full path"));
    assert_eq!(
        questions.collect::<Vec<_>>(),
        [
            "What is the full path of the file on the database? ",
            "What is the full path of the directory on this machine to copy to? "
        ]
    );
    assert!(
        std::fs::read(here.join("a log")).unwrap() == content(),
        "{ended}"
    );
    assert_eq!(fleet.server("database").logins(), 1, "{ended}");
}

#[test]
fn files_of_any_name_come_back_byte_for_byte() {
    let fleet = Fleet::at("digitalocean");
    let (there, here) = (
        directory(&fleet, "over there"),
        directory(&fleet, "here's * [x]"),
    );
    let files: Vec<PathBuf> = NAMES
        .iter()
        .map(|name| there.join(OsStr::from_bytes(name)))
        .collect();
    for file in &files {
        std::fs::write(file, content()).unwrap();
    }
    let machine = fleet.server("autoscaler").name.clone();
    let ended = from(&fleet, "CopyFromAutoscaler", &machine)
        .arg_of_directory(&here)
        .args(&files)
        .ends();
    assert_eq!(ended.succeeded(), "");
    for file in &files {
        let copied = std::fs::read(here.join(file.file_name().unwrap())).unwrap();
        assert!(copied == content(), "{}", file.display());
    }
    assert_eq!(std::fs::read_dir(&here).unwrap().count(), NAMES.len());
}

#[test]
fn patterns_are_the_other_machines() {
    let fleet = Fleet::at("digitalocean");
    let (there, here) = (directory(&fleet, "there"), directory(&fleet, "here"));
    for name in ["one.log", "two.log", "three.txt"] {
        std::fs::write(there.join(name), name).unwrap();
    }
    let machine = fleet.server("database").name.clone();
    let ended = from(&fleet, "CopyFromDatabase", &machine)
        .arg_of_directory(&here)
        .args([there.join("*.log")])
        .ends();
    assert_eq!(ended.succeeded(), "");
    assert_eq!(names_in(&here), ["one.log", "two.log"]);
}

#[test]
fn from_all_machines_each_ones_files_go_to_a_directory_with_its_name() {
    let fleet = Fleet::at("digitalocean");
    let (there, here) = (directory(&fleet, "there"), directory(&fleet, "here"));
    std::fs::write(there.join("log"), "lines").unwrap();
    let ended = from(&fleet, "CopyFromWebserver", "all")
        .arg_of_directory(&here)
        .args([there.join("log")])
        .ends();
    assert_eq!(ended.succeeded(), "");
    let mut expected: Vec<String> = fleet
        .servers_of("webserver")
        .iter()
        .map(|it| it.name.clone())
        .collect();
    expected.sort();
    assert_eq!(names_in(&here), expected);
    for name in expected {
        assert_eq!(
            std::fs::read_to_string(here.join(name).join("log")).unwrap(),
            "lines"
        );
    }
}

#[test]
fn what_is_not_there_is_an_error_and_makes_no_file_of_that_name() {
    let fleet = Fleet::at("digitalocean");
    let machine = fleet.server("database").name.clone();
    let missing = fleet.world.path("missing");
    let ended = from(&fleet, "CopyFromDatabase", &machine)
        .arg_of_directory(&missing)
        .args(["/etc/hostname"])
        .ends();
    assert_eq!(
        ended.failed(),
        format!(
            "CopyFromDatabase: there is no directory '{}' on this machine; make it first\n",
            missing.display()
        )
    );
    assert!(!missing.exists(), "{ended}");
    let here = directory(&fleet, "here");
    let ended = from(&fleet, "CopyFromDatabase", &machine)
        .arg_of_directory(&here)
        .args(["/no/such"])
        .ends();
    ended.failed();
    ended.says("/no/such");
    let ended = fleet
        .world
        .helper(Door::Shim, "CopyFromDatabase")
        .stdin("\n")
        .ends();
    assert_eq!(
        ended.failed(),
        "What is the full path of the file on the database? \n\
         CopyFromDatabase: no file is named; give the full path of a file on the database\n"
    );
}
