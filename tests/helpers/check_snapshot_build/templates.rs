//! The planned build in a template.

use std::fmt::Write as _;

use super::*;

/// The active build's variables as a template, with the odd things that people write into one.
fn template_of(world: &World) -> String {
    let content = std::fs::read_to_string(world.build("build_environment")).unwrap();
    let mut template = "#!/bin/sh\n#####  the site's template\nunset NOTHING\n".to_owned();
    for line in content.lines() {
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        if name.chars().all(|it| it.is_ascii_uppercase() || it == '_')
            && !["PATH", "HOME"].contains(&name)
        {
            let _ = writeln!(
                template,
                "export {name}=\"{value}\"  #it's a comment \"here\""
            );
        }
    }
    template
}

fn write(world: &World, content: &str) -> String {
    world.write("my.tmpl", content);
    world.home("my.tmpl").display().to_string()
}

#[test]
fn a_template_plans_what_the_environment_would() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let template = template_of(&world);
        let path = write(&world, &template);
        world.set_variable("BUILD_ARCHIVE_CHOICE", Some("virgin"));
        assert_eq!(world.broken_rules(&["--template", &path]), [""; 0]);
        let virgin = template + "export BUILD_ARCHIVE_CHOICE=\"virgin\"\n";
        let path = write(&world, &virgin);
        let expected = ["archive-choice BUILD_ARCHIVE_CHOICE failure"];
        assert_eq!(world.broken_rules(&["--template", &path]), expected);
    }
}

#[test]
fn the_current_template_is_taken_while_the_build_has_no_variables() {
    let world = snapshotted("vultr");
    let template = template_of(&world) + "export MULTI_REGION=\"1\"\n";
    let path = write(&world, &template);
    world.write("runtimedata/current_template_name", format!("{path}\n"));
    world.breaks(&[]);
    std::fs::remove_file(world.build("build_environment")).unwrap();
    world.breaks(&["multi-region MULTI_REGION warning"]);
    // The template says which build it is, so there need not be an active one.
    std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
    world.breaks(&["multi-region MULTI_REGION warning"]);
}

#[test]
fn what_a_template_leaves_open_is_the_active_builds() {
    let world = snapshotted("linode");
    let template = template_of(&world);
    let open = |name: &str| {
        !["CLOUDHOST", "BUILD_IDENTIFIER"]
            .iter()
            .any(|it| name.starts_with(&format!("export {it}=")))
    };
    let lines: Vec<&str> = template.lines().filter(|line| open(line)).collect();
    let path = write(&world, &lines.join("\n"));
    assert_eq!(world.broken_rules(&["--template", &path]), [""; 0]);
    let other = template + "export BUILD_IDENTIFIER=\"other\"\n";
    let path = write(&world, &other);
    let expected = ["key-pair keys failure", "key-pair BUILD_IDENTIFIER failure"];
    assert_eq!(world.broken_rules(&["--template", &path]), expected);
}

#[test]
fn a_token_is_taken_from_the_template_before_the_build_has_one() {
    let world = snapshotted("vultr");
    let path = write(&world, &template_of(&world));
    std::fs::remove_file(world.build("TOKEN")).unwrap();
    assert_eq!(world.broken_rules(&["--template", &path]), [""; 0]);
}

#[test]
fn nothing_in_a_template_is_run_and_what_only_a_shell_can_tell_is_named() {
    let world = snapshotted("digitalocean");
    let marker = world.path("marker");
    for value in [
        format!("\"$(touch {0})`touch {0}`\"", marker.display()),
        "\"${HOME}\"".to_owned(),
        "\"joomla\"\r".to_owned(),
        "joomla; touch marker".to_owned(),
    ] {
        let template = template_of(&world) + &format!("export APPLICATION={value}\n");
        let path = write(&world, &template);
        for words in [
            &["--template", &path][..],
            &["--template-rules", "--template", &path],
        ] {
            let ended = world.check(words).ends();
            assert!(ended.stderr().contains("APPLICATION"), "{ended}");
            assert!(!ended.stdout().contains("can work"), "{ended}");
            assert_ne!(ended.status, Some(0), "{ended}");
        }
        assert!(!marker.exists());
    }
}

#[test]
fn the_rules_of_a_template_need_nothing_else() {
    let world = World::at("digitalocean");
    std::fs::remove_dir_all(world.home("runtimedata")).unwrap();
    let outcome = |content: &str| {
        let path = write(&world, content);
        let words = ["--template-rules", "--verbose", "--template", &path];
        let run = world.check(&words).without_env("BUILD_HOME");
        let ended = run.ends();
        assert_eq!(ended.stderr(), "", "{ended}");
        (ended.status.unwrap(), ended.stdout().to_owned())
    };
    let snapshots = "export BUILD_FROM_SNAPSHOT=\"1\"\n";
    let hourly = format!("{snapshots}export BUILD_ARCHIVE_CHOICE=\"hourly\"\n");
    let (status, said) = outcome(&hourly);
    assert_eq!((status, said.lines().count()), (0, 6), "{said}");
    assert_eq!(outcome(&format!("{hourly}MULTI_REGION=1\n")).0, 1);
    assert_eq!(
        outcome(&format!(
            "{snapshots}export BUILD_ARCHIVE_CHOICE=\"virgin\"\n"
        ))
        .0,
        2
    );
    let (status, said) =
        outcome("export BUILD_FROM_SNAPSHOT=\"0\"\nexport BUILD_ARCHIVE_CHOICE=\"virgin\"\n");
    assert_eq!(
        (status, said.lines().last()),
        (0, Some("The build uses no snapshots."))
    );
    assert_eq!(world.calls(), [""; 0]);
}
