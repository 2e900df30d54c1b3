//! `GenerateOverrideTemplate` and `GenerateHardcoreUserDataScript`: a template of one's own, and the user data by it.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use expectrl::{Eof, Expect};

use crate::world::{DOORS, Door, Ended, World};

const TEMPLATE: &str = "\
# A template of the tests
#####MANDATORY - a heading
export KIND=\"plain\" #MANDATORY
export SIZE=\"small\"   # one of several
export OTHER_KEY=\"\"  #NOT REQUIRED
export FULL_NAME=\"a  b\"
  export RANGE=\"\" #MANDATORY
";

const SPECIFICATION: &str =
    "### KIND\n\nWhat it is.\n\n-----\n### SIZE\n\nHow large it is.\n\n-----\n";

const SEPARATOR: &str =
    "##############################################################################\n";

/// What a base of user data has: text of the machine's own, and the marks.
const BASE: &str = "#!/bin/sh\nexport OWN=\"mine\"\n#XXXECHOZZZ\n#XXXYYYZZZ\n#XXXROOTENVZZZ\n. /root/Environment.env\n#XXXSTACKYYY\n";

/// A world with the toolkit's folder of templates.
fn world() -> World {
    let world = World::at("linode");
    let folder = "templatedconfigurations";
    let templates = format!("{folder}/templates/linode");
    world.write(&format!("{templates}/templatemenu.md"), "1. one\n2. two\n");
    world.write(&format!("{templates}/linode2.tmpl"), TEMPLATE);
    world.write(&format!("{folder}/specification.md"), SPECIFICATION);
    for name in ["OverrideScript.sh", "OverrideScriptLinode.sh"] {
        world.write(&format!("{folder}/templateoverrides/{name}"), BASE);
    }
    world.write(
        &format!("{folder}/ValidateTemplate.sh"),
        "echo \"checked ${1##*/} of ${2##*/}\"; exit 4\n",
    );
    world
}

fn generate(world: &World, door: Door, words: &[&str], answers: &str) -> Ended {
    let run = world.helper(door, "GenerateOverrideTemplate");
    run.args(words).stdin(answers).ends()
}

fn made(world: &World) -> (String, String) {
    let read = |name: &str| std::fs::read_to_string(world.home(&format!("overridescripts/{name}")));
    (
        read("linode2override.tmpl").unwrap(),
        read("linode2override.tmpl.stack").unwrap(),
    )
}

fn mode(world: &World, path: &str) -> u32 {
    let facts = std::fs::metadata(world.home(path)).unwrap();
    facts.permissions().mode() & 0o7777
}

#[test]
fn an_override_is_made_by_the_answers_of_the_script() {
    for door in DOORS {
        let world = world();
        let ended = generate(&world, door, &[], "\n3\n2\n\nfancy\n10.0.0.0/8\nn\n\n");
        let name = world.home("").file_name().unwrap().to_owned();
        let checked = format!("checked linode2override.tmpl of {}\n", name.display());
        assert_eq!(ended.succeeded(), checked);
        ended.says("What it is.").says("KIND is \"plain\"");
        let (template, fields) = made(&world);
        // What is not asked about keeps its value; the script wrote the last answer into it.
        assert_eq!(
            template,
            format!(
                "export KIND=\"fancy\"\nexport RANGE=\"10.0.0.0/8\"\n{SEPARATOR}export SIZE=\"small\"\nexport FULL_NAME=\"a  b\"\n"
            )
        );
        assert_eq!(
            fields,
            "# <UDF name=\"SELECTED_TEMPLATE\" label=\"The number of the template you are using\" />\n\
             # <UDF name=\"KIND\" label=\"KIND\" />\n\
             # <UDF name=\"RANGE\" label=\"RANGE\" />\n\
             # <UDF name=\"SIZE\" label=\"SIZE\" default=\"small\" />\n\
             # <UDF name=\"FULL_NAME\" label=\"FULL NAME\" default=\"a  b\" />\n"
        );
        assert_eq!(mode(&world, "overridescripts/linode2override.tmpl"), 0o600);
    }
}

#[test]
fn the_other_variables_are_asked_for_when_a_person_wants_to_and_reset_empties_one() {
    let world = world();
    let answers = "\n3\n2\n\n\nreset\nmaybe\ny\nlarge\nreset\n\n";
    generate(&world, Door::Shim, &["stack"], answers)
        .says("That is neither Y nor N.")
        .says("How large it is.")
        .succeeded();
    let (template, fields) = made(&world);
    assert_eq!(
        template,
        "export KIND=\"plain\"\nexport RANGE=\"\"\nexport SIZE=\"large\"\nexport FULL_NAME=\"\"\n"
    );
    assert!(fields.contains(&format!(
        "label=\"RANGE\" />\n{SEPARATOR}# <UDF name=\"SIZE\""
    )));
}

#[test]
fn with_a_file_of_values_nothing_is_asked_and_the_template_before_is_kept() {
    let world = world();
    let values = world.path("values");
    std::fs::write(
        &values,
        "export RANGE=\"10.1.0.0/16\"\nSIZE='x y'\nTYPO=1\n",
    )
    .unwrap();
    let words = [
        "--cloudhost",
        "linode",
        "--template",
        "2",
        "--yes",
        "--values",
    ];
    let words = [&words[..], &[values.to_str().unwrap()]].concat();
    let ended = generate(&world, Door::Shim, &words, "");
    ended.says("left out, since the template does not ask for it: TYPO");
    ended.succeeded();
    let (first, _) = made(&world);
    assert_eq!(
        first,
        format!(
            "export KIND=\"plain\"\nexport RANGE=\"10.1.0.0/16\"\n{SEPARATOR}export SIZE=\"x y\"\nexport FULL_NAME=\"a  b\"\n"
        )
    );
    std::fs::write(&values, "RANGE=none\n").unwrap();
    generate(&world, Door::Binary, &words, "").succeeded();
    assert!(made(&world).0.contains("RANGE=\"none\""));
    let kept = std::fs::read_dir(world.home("overridescripts")).unwrap();
    let kept = kept.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    assert!(kept.into_iter().any(|content| content == first));
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let world = world();
    let values = world.path("values");
    std::fs::write(&values, "SIZE=$(hostname)\n").unwrap();
    let values = values.to_str().unwrap();
    for (words, answers, said) in [
        (&[][..], "\n5\n", "'5' is not the number of a cloud"),
        (
            &[],
            "\n3\n3\n",
            "there is no template 3 for linode; expected a number from 1 to 2",
        ),
        (&[], "\n3\nx\n", "'x' is not the number of a template"),
        (
            &[],
            "\n3\n2\n\nfancy\n",
            "standard input ended before this was answered: RANGE",
        ),
        (
            &[],
            "\n3\n2\n\n\n\n",
            "standard input ended before this was answered: Go through",
        ),
        (
            &[],
            "\n3\n2\n\na\x1b[31m\n",
            "the value for KIND has a line end or another control character",
        ),
        (&[], "\n3\n1\n", "linode1.tmpl'"),
        (
            &[
                "--cloudhost",
                "linode",
                "--template",
                "2",
                "--yes",
                "--values",
                values,
            ],
            "",
            "line 1 sets SIZE to something other than one value",
        ),
    ] {
        let ended = generate(&world, Door::Shim, words, answers);
        assert!(ended.failed().contains(said), "{said}: {ended}");
        assert!(!world.home("overridescripts").exists(), "{ended}");
    }
}

#[test]
fn a_person_at_a_terminal_is_asked_there() {
    let world = world();
    let run = world.helper(Door::Shim, "GenerateOverrideTemplate");
    let words = ["--cloudhost", "linode", "--template", "2", "--no-check"];
    let mut session = run.args(words).on_a_terminal();
    for (question, answer) in [
        ("Press enter to go on", ""),
        ("Press enter to begin", ""),
        ("KIND is \"plain\"", "typed"),
        ("RANGE is \"\"", ""),
        ("Y/N", "n"),
    ] {
        session.expect(question).unwrap();
        session.send(format!("{answer}\n")).unwrap();
    }
    session.expect(Eof).unwrap();
    assert!(made(&world).0.starts_with("export KIND=\"typed\"\n"));
}

fn user_data(world: &World, door: Door, words: &[&str], answers: &str) -> Ended {
    let run = world.helper(door, "GenerateHardcoreUserDataScript");
    run.args(words).stdin(answers).ends()
}

#[test]
fn the_user_data_is_the_toolkits_script_with_the_override_in_it() {
    for door in DOORS {
        let world = world();
        world.write(
            "overridescripts/linode2override.tmpl",
            "export KIND=\"plain\"\n",
        );
        let answers = "other.tmpl\nlinode2override.tmpl\n\na/b\nmachine\n";
        let ended = user_data(&world, door, &[], answers);
        ended.says("There are these overrides: linode2override.tmpl");
        ended.says("there is no override 'other.tmpl'");
        ended.says("'a/b' is not the name of a file");
        ended.succeeded();
        let script = std::fs::read_to_string(world.home("userdatascripts/machine")).unwrap();
        assert_eq!(
            script,
            "#!/bin/sh\nexport OWN=\"mine\"\n/bin/echo '\nexport KIND=\"plain\"\n  ' >> /root/Environment.env\n\
             . /root/Environment.env\n#XXXSTACKYYY\ncd adt-build-machine-scripts\n\n. ./HardcoreADTWrapper.sh\n"
        );
        assert_eq!(mode(&world, "userdatascripts/machine"), 0o700);
    }
}

/// Runs the script under `sh` where it would run as root, with its own file in place of root's; what the build would see.
fn environment_by(world: &World, script: &str) -> String {
    let text = std::fs::read_to_string(world.home(&format!("userdatascripts/{script}"))).unwrap();
    let own = world.path("Environment.env");
    let text = text.replace("/root/Environment.env", own.to_str().unwrap());
    let place = world.path("machine");
    let toolkit = place.join("adt-build-machine-scripts");
    std::fs::create_dir_all(&toolkit).unwrap();
    let wrapper = "printf '%s\\n' \"$KIND\" \"$RANGE\" \"$SIZE\" \"$FULL_NAME\"\n";
    std::fs::write(toolkit.join("HardcoreADTWrapper.sh"), wrapper).unwrap();
    std::fs::write(place.join("script"), text).unwrap();
    let ran = Command::new("sh")
        .arg("script")
        .current_dir(&place)
        .output();
    let ran = ran.unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn whatever_is_typed_arrives_at_the_build_under_sh() {
    let hostile = [
        "it's '' a \"quote\"",
        "$HOME ${PATH} $(touch /tmp/never) `id`",
        r"back\slash \n \\ \' end\",
        " blanks  and *? #no ; | & > ~ ",
    ];
    let world = world();
    let [kind, range, size, name] = hostile;
    let answers = format!("\n3\n2\n\n{kind}\n{range}\ny\n{size}\n{name}\n\n");
    generate(&world, Door::Shim, &[], &answers).succeeded();
    let words = ["--override", "linode2override.tmpl", "--name", "machine"];
    user_data(&world, Door::Shim, &words, "").succeeded();
    assert_eq!(
        environment_by(&world, "machine"),
        format!("{}\n", hostile.join("\n"))
    );
}

#[test]
fn a_stackscript_has_the_fields_and_sets_nothing_itself() {
    let world = world();
    world.write("overridescripts/a.tmpl", "export KIND=\"plain\"\n");
    let words = ["stack", "--override", "a.tmpl", "--name", "form"];
    let ended = user_data(&world, Door::Shim, &words, "");
    assert!(
        ended
            .failed()
            .contains("a.tmpl.stack', so the script would ask for nothing")
    );
    assert!(!world.home("userdatascripts").exists());
    let fields = "# <UDF name=\"KIND\" label=\"KIND\" />\nexport KIND=\"x\"\n";
    world.write("overridescripts/a.tmpl.stack", fields);
    user_data(&world, Door::Shim, &words, "").succeeded();
    let script = std::fs::read_to_string(world.home("userdatascripts/form")).unwrap();
    assert_eq!(
        script,
        "#!/bin/sh\n#export OWN=\"mine\"\n#XXXECHOZZZ\n#XXXYYYZZZ\n#XXXROOTENVZZZ\n. /root/Environment.env\n\
         # <UDF name=\"KIND\" label=\"KIND\" />\ncd adt-build-machine-scripts\n\n. ./HardcoreADTWrapper.sh\n"
    );
    // The script took the line out of the person's file as well.
    let kept = std::fs::read_to_string(world.home("overridescripts/a.tmpl.stack")).unwrap();
    assert_eq!(kept, fields);
}

#[test]
fn without_an_override_or_a_mark_no_user_data_is_made() {
    let world = world();
    let ended = user_data(&world, Door::Shim, &[], "a\nb\n");
    assert!(
        ended.failed().contains("there is no override in"),
        "{ended}"
    );
    world.write("overridescripts/a.tmpl", "export KIND=\"plain\"\n");
    let ended = user_data(&world, Door::Shim, &[], "nothing.tmpl\n");
    assert!(ended.failed().contains("standard input ended"), "{ended}");
    let base = "templatedconfigurations/templateoverrides/OverrideScript.sh";
    world.write(base, "#!/bin/sh\n");
    let ended = user_data(
        &world,
        Door::Shim,
        &["--override", "a.tmpl", "--name", "x"],
        "",
    );
    assert!(
        ended.failed().contains("has no '#XXXECHOZZZ' any more"),
        "{ended}"
    );
    let ended = user_data(
        &world,
        Door::Shim,
        &["--override", "../a", "--name", "x"],
        "",
    );
    assert!(
        ended.failed().contains("'../a' is not the name of a file"),
        "{ended}"
    );
    assert!(!world.home("userdatascripts").exists());
}
