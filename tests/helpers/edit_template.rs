//! `EditTemplate`: a template in an editor, and the rules of a build from snapshots afterwards.

use expectrl::{Eof, Expect};

use crate::world::{DOORS, Door, Ended, World};

const FOLDER: &str = "templatedconfigurations/templates/linode";

/// A world with two templates and an editor that says what it was called with and appends a line.
fn world() -> World {
    let world = World::at("linode");
    for name in ["linode1.tmpl", "linode2.tmpl"] {
        let template = "export BUILD_FROM_SNAPSHOT=\"0\"\nexport BUILD_ARCHIVE_CHOICE=\"virgin\"\n";
        world.write(&format!("{FOLDER}/{name}"), template);
    }
    world.write(&format!("{FOLDER}/templatemenu.md"), "1. one\n");
    world.write("runtimedata/ACTIVE_CLOUDHOST", "linode\n");
    for tool in ["vi", "my-editor"] {
        world.tool(tool, "echo \"${0##*/} $*\"; exit \"${EDITOR_STATUS:-0}\"");
    }
    world
}

fn edit(world: &World, door: Door, words: &[&str], answers: &str) -> Ended {
    let run = world.helper(door, "EditTemplate");
    let run = run.without_env("VISUAL").without_env("EDITOR");
    run.args(words).stdin(answers).ends()
}

#[test]
fn the_template_that_is_named_or_asked_for_is_opened() {
    for door in DOORS {
        let world = world();
        let file = world.home(&format!("{FOLDER}/linode2.tmpl"));
        let called = format!("vi {}\n", file.display());
        let before = world.files();
        let ended = edit(&world, door, &["linode", "linode2.tmpl"], "");
        assert_eq!(ended.succeeded(), called, "{ended}");
        let ended = edit(&world, door, &[], "3\nlinode2.tmpl\n");
        ended.says("There are these templates: linode1.tmpl, linode2.tmpl\n");
        assert_eq!(ended.succeeded(), called, "{ended}");
        assert_eq!(world.files(), before);
    }
}

#[test]
fn another_cloud_becomes_the_active_one_if_the_person_agrees() {
    for (answer, active) in [("Y", "linode\n"), ("n", "vultr\n")] {
        let world = world();
        world.write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
        let mut expected = world.files();
        expected.insert("ACTIVE_CLOUDHOST".into(), active.into());
        let answers = format!("3\n{answer}\nlinode1.tmpl\n");
        edit(&world, Door::Shim, &[], &answers).succeeded();
        assert_eq!(world.files(), expected);
    }
}

#[test]
fn the_environment_names_the_editor_and_its_status_is_ours() {
    let world = world();
    let file = world.home(&format!("{FOLDER}/linode1.tmpl"));
    for (visual, editor, called) in [
        ("", "my-editor --wait", "my-editor --wait"),
        ("my-editor", "vi", "my-editor"),
    ] {
        let run = world.helper(Door::Shim, "EditTemplate");
        let run = run.args(["linode", "linode1.tmpl"]).env("VISUAL", visual);
        let ended = run.env("EDITOR", editor).ends();
        assert_eq!(ended.succeeded(), format!("{called} {}\n", file.display()));
    }
    let run = world
        .helper(Door::Shim, "EditTemplate")
        .env("EDITOR_STATUS", "7");
    let run = run.without_env("VISUAL").without_env("EDITOR");
    let ended = run.args(["linode", "linode1.tmpl"]).ends();
    assert_eq!(ended.status, Some(7), "{ended}");
}

#[test]
fn a_template_that_is_not_there_is_an_error_with_the_list() {
    let world = world();
    let before = world.files();
    for (words, answers) in [
        (&["linode", "linode9.tmpl"][..], ""),
        (&["linode", "../linode/linode1.tmpl"], ""),
        (&["linode", "templatemenu.md"], ""),
        (&[], "3\nlinode9.tmpl\n"),
    ] {
        let ended = edit(&world, Door::Shim, words, answers);
        let said = ended.failed();
        assert!(
            said.contains("expected one of: linode1.tmpl, linode2.tmpl"),
            "{ended}"
        );
        assert!(!ended.stdout().contains("vi "), "{ended}");
    }
    assert!(
        edit(&world, Door::Shim, &[], "9\n")
            .failed()
            .contains("'9' is not the number")
    );
    assert!(
        edit(&world, Door::Shim, &[], "3\n")
            .failed()
            .contains("standard input ended")
    );
    assert!(
        edit(&world, Door::Shim, &["vultr"], "")
            .failed()
            .contains("there is no template in")
    );
    assert_eq!(world.files(), before);
}

#[test]
fn a_template_for_a_build_from_snapshots_is_held_against_its_rules() {
    let world = world();
    world.tool(
        "vi",
        "printf 'export BUILD_FROM_SNAPSHOT=\"1\"\\nexport BUILD_ARCHIVE_CHOICE=\"%s\"\\n' \"$CHOICE\" >\"$1\"",
    );
    for (choice, conclusion) in [
        (
            "virgin",
            "The template does not suit a build from snapshots: 1 failure, 0 warnings.",
        ),
        ("hourly", "The template suits a build from snapshots"),
    ] {
        let run = world
            .helper(Door::Shim, "EditTemplate")
            .env("CHOICE", choice);
        let run = run.without_env("VISUAL").without_env("EDITOR");
        let ended = run.args(["linode", "linode1.tmpl"]).ends();
        assert!(ended.succeeded().contains(conclusion), "{choice}: {ended}");
    }
}

#[test]
fn at_a_terminal_the_editor_has_it() {
    let world = world();
    world.tool(
        "vi",
        "test -t 0 && test -t 1 && echo the editor is at a terminal",
    );
    let run = world.helper(Door::Shim, "EditTemplate");
    let mut session = run
        .without_env("VISUAL")
        .without_env("EDITOR")
        .on_a_terminal();
    session.expect("Which cloud").unwrap();
    session.send("3\n").unwrap();
    session.expect("Which one do you want to edit?").unwrap();
    session.send("linode1.tmpl\n").unwrap();
    session.expect("the editor is at a terminal").unwrap();
    session.expect(Eof).unwrap();
}
