//! `adt-helpers` by its own name, and what every helper answers about itself.

use std::os::unix::fs::symlink;

use adt_helpers::helpers::ALL;

use crate::json_schemas::fits;
use crate::world::{Door, Ended, Run, World, programs};

impl World {
    /// A command that runs `adt-helpers` with words.
    fn program(&self, words: &[&str]) -> Run<'_> {
        let link = self.path("adt-helpers");
        if !link.exists() {
            symlink(programs::program(), &link).unwrap();
        }
        self.started_as(&link).args(words)
    }
}

#[test]
fn every_helper_says_its_version_and_its_help_by_the_usual_words() {
    let world = World::at("digitalocean");
    for helper in ALL {
        let asked = |word: &str| -> Ended {
            let run = world.speaking_helper(helper.name).args([word]);
            run.ends()
        };
        let version = asked("--version").succeeded_silently().to_owned();
        assert!(
            version.starts_with(&format!("{} 0.", helper.name)),
            "{version}"
        );
        let (long, short) = (asked("--help"), asked("-h"));
        assert!(
            long.succeeded_silently().contains("\nExit status:\n"),
            "{long}"
        );
        assert!(short.succeeded_silently().contains("Usage: "), "{short}");
    }
    assert_eq!(world.changes(), [""; 0]);
}

#[test]
fn the_program_shows_every_helper_on_one_screen() {
    let world = World::at("vultr");
    for words in [&[][..], &["--help"], &["help"]] {
        let text = world.program(words).ends().succeeded_silently().to_owned();
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        for helper in ALL {
            let families = ["ConnectTo", "CopyTo", "CopyFrom", "ExecuteOn"];
            let family = families.iter().find(|verb| helper.name.starts_with(**verb));
            let shown = family.map_or(helper.name.to_owned(), |verb| format!("{verb}<Machine>"));
            assert!(text.contains(&format!("  {shown} ")), "{shown}: {text}");
        }
    }
}

#[test]
fn the_program_lists_names_and_scripts_for_scripts_and_as_json() {
    let world = World::at("vultr");
    let list = world
        .program(&["--list"])
        .ends()
        .succeeded_silently()
        .to_owned();
    let report = fits(
        "adt-helpers",
        world
            .program(&["--list", "--json"])
            .ends()
            .succeeded_silently(),
    );
    let rows = report["helpers"].as_array().unwrap();
    assert_eq!(list.lines().count(), ALL.len());
    for (line, row) in list.lines().zip(rows) {
        let scripts = row["scripts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap());
        let words: Vec<&str> = std::iter::once(row["name"].as_str().unwrap())
            .chain(scripts)
            .collect();
        assert_eq!(line, words.join("\t"));
    }
    assert!(list.contains(
        "CreateServer\thelperscripts/CreateServer.sh\tproviderscripts/server/CreateServer.sh\n"
    ));
}

#[test]
fn a_helper_that_is_named_to_the_program_is_run_as_by_its_own_name() {
    let world = World::at("linode");
    for words in [&["REGION"][..], &["NO_SUCH_VARIABLE"], &["--help"], &[]] {
        let own = world
            .helper(Door::Binary, "GetVariableValue")
            .args(words)
            .ends();
        for name in ["GetVariableValue", "GetVariableValue.sh"] {
            let named = world.program(&[&[name], words].concat()).ends();
            assert_eq!(named.status, own.status, "{named}");
            assert_eq!(named.stdout(), own.stdout());
            assert_eq!(named.stderr(), own.stderr());
        }
    }
}

#[test]
fn the_program_explains_a_helper() {
    let world = World::at("linode");
    for helper in ALL {
        let text = world
            .program(&["help", helper.name])
            .ends()
            .succeeded_silently()
            .to_owned();
        assert!(
            text.starts_with(&format!("{} - {}\n", helper.name, helper.does)),
            "{text}"
        );
        assert!(text.contains(&format!("Usage: {}", helper.name)), "{text}");
    }
}

#[test]
fn a_name_that_is_not_there_suggests_the_nearest_and_does_nothing() {
    let world = World::at("linode");
    for (words, said) in [
        (
            &["ObtainSnapshot"][..],
            "there is no helper 'ObtainSnapshot'; did you mean 'ObtainWholeMachineSnapshot'?",
        ),
        (
            &["getvariablevalue.sh", "REGION"],
            "there is no helper 'getvariablevalue.sh'; did you mean 'GetVariableValue'?",
        ),
        (
            &["help", "ListServerIds"],
            "there is no helper 'ListServerIds'; did you mean 'ListServerIDs'?",
        ),
        (&["xyz\u{1b}[2J"], "there is no helper 'xyz"),
        (&["--lst"], "'--lst' cannot be understood"),
        (&["help", "a", "b"], "'help a b' cannot be understood"),
    ] {
        let ended = world.program(words).ends();
        assert_eq!((ended.status, ended.stdout()), (Some(2), ""), "{ended}");
        let line = ended.stderr();
        assert!(line.starts_with(&format!("adt-helpers: {said}")), "{line}");
        assert!(line.ends_with("'adt-helpers' lists what there is\n") && !line.contains('\u{1b}'));
        assert_eq!(line.lines().count(), 1, "{line}");
    }
    assert_eq!(world.changes(), [""; 0]);
}

#[test]
fn a_link_under_another_name_is_told_what_it_could_be() {
    let world = World::at("linode");
    let link = world.path("GetVariable");
    symlink(programs::program(), &link).unwrap();
    let ended = world.started_as(&link).args(["REGION"]).ends();
    assert_eq!(ended.status, Some(2), "{ended}");
    assert!(
        ended
            .stderr()
            .contains("there is no helper 'GetVariable'; did you mean 'GetVariableValue'?"),
        "{ended}"
    );
}
