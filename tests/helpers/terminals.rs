//! What a terminal gets to see, and what it does not when it or its reader cannot have it.

use crate::simcloud_state::Fault;
use crate::world::{Door, Run, World};

const COLOUR_OF_OK: &str = "\u{1b}[32mok";
const ESCAPE: char = '\u{1b}';

/// Settings of a terminal that knows no more than lines.
const DUMB: [Option<&str>; 3] = [Some("dumb"), Some(""), None];

impl Run<'_> {
    /// At a terminal of this kind.
    fn with_term(self, term: Option<&str>) -> Self {
        match term {
            Some(term) => self.env("TERM", term),
            None => self.without_env("TERM"),
        }
    }
}

impl World {
    fn build_check(&self) -> Run<'_> {
        self.helper(Door::Binary, "CheckSnapshotBuild")
    }

    fn webserver_snapshot(&self) -> Run<'_> {
        self.obtain(&["--type", "webserver", "--no-datastore"])
    }
}

/// The names of all helpers.
fn programs() -> impl Iterator<Item = &'static str> {
    adt_helpers::helpers::ALL.iter().map(|helper| helper.name)
}

#[test]
fn a_report_has_colours_on_a_terminal_that_knows_them() {
    let world = World::at("vultr");
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    for no_color in [None, Some("")] {
        let run = world.build_check().env("TERM", "xterm-256color");
        let run = match no_color {
            Some(value) => run.env("NO_COLOR", value),
            None => run,
        };
        let shown = run.shown_on_a_terminal();
        assert!(shown.contains(COLOUR_OF_OK), "{no_color:?}: {shown}");
    }
}

#[test]
fn a_report_has_no_colours_where_they_are_not_wanted_or_not_known() {
    let world = World::at("vultr");
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    let refused = world.build_check().env("TERM", "xterm-256color");
    let shown = refused.env("NO_COLOR", "1").shown_on_a_terminal();
    assert!(shown.contains("ok ") && !shown.contains(ESCAPE), "{shown}");
    for term in DUMB {
        let shown = world.build_check().with_term(term).shown_on_a_terminal();
        assert!(shown.contains("ok "), "{shown}");
        assert!(!shown.contains(ESCAPE), "{term:?}: {shown}");
    }
    let piped = world.build_check().env("TERM", "xterm-256color").ends();
    let text = format!("{}{}", piped.stdout(), piped.stderr());
    assert!(text.contains("ok ") && !text.contains(ESCAPE), "{text}");
}

#[test]
fn progress_is_one_line_on_a_terminal_and_has_no_colour_of_its_own() {
    for no_color in ["", "1"] {
        let world = World::at("linode");
        let run = world.webserver_snapshot().env("TERM", "xterm-256color");
        let shown = run.env("NO_COLOR", no_color).shown_on_a_terminal();
        assert!(
            shown.contains("\u{1b}[2K"),
            "nothing is drawn anew: {shown:?}"
        );
        let mut sequences = shown.split(ESCAPE).skip(1);
        let is_colour = |sequence: &str| {
            let end = sequence.find(|it: char| it.is_ascii_alphabetic());
            end.and_then(|end| sequence.get(end..=end)) == Some("m")
        };
        assert!(!sequences.any(is_colour), "{shown:?}");
    }
}

#[test]
fn progress_is_plain_lines_where_nothing_can_be_drawn_anew() {
    for term in DUMB {
        let world = World::at("linode");
        let shown = world
            .webserver_snapshot()
            .with_term(term)
            .shown_on_a_terminal();
        assert!(
            shown.contains("webserver: image: asking the provider (0s so far"),
            "{term:?}: {shown}"
        );
        assert!(!shown.contains(ESCAPE), "{term:?}: {shown}");
    }
    let world = World::at("linode");
    let piped = world
        .webserver_snapshot()
        .env("TERM", "xterm-256color")
        .ends();
    piped.says("webserver: image: asking the provider (0s so far");
    assert!(!piped.stderr().contains(ESCAPE), "{piped}");
}

#[test]
fn help_and_refusals_have_no_escape_sequences_on_any_terminal() {
    let world = World::at("vultr");
    for name in programs() {
        for words in [
            &["--help"][..],
            &["--no-such-option", "x", "y", "z", "a", "b"],
        ] {
            let run = world.speaking_helper(name).args(words);
            let shown = run.env("TERM", "xterm-256color").shown_on_a_terminal();
            assert!(!shown.contains(ESCAPE), "{name} {words:?}: {shown:?}");
        }
    }
}

#[test]
fn every_programs_help_says_how_it_is_called_and_has_an_example() {
    let world = World::at("vultr");
    for name in programs() {
        let ended = world.speaking_helper(name).args(["--help"]).ends();
        let help = ended.succeeded_silently();
        assert!(help.contains(&format!("Usage: {name}")), "{help}");
        let mut lines = help.lines();
        let has_examples = lines.any(|line| line.starts_with("Example") && line.ends_with(':'));
        assert!(has_examples, "{name} has no example: {help}");
        let example = lines.find(|line| line.contains(name));
        assert!(
            example.is_some(),
            "{name}'s example calls something else: {help}"
        );
    }
    assert_eq!(world.changes(), [""; 0]);
}

/// A person is told once why nothing happens; what captures standard error is not.
#[test]
fn a_person_is_told_why_an_answer_takes_long() {
    for (cloudhost, tool, reason) in [
        ("digitalocean", "doctl", "Unexpected server-side error"),
        ("vultr", "vultr", "Server error (500)"),
    ] {
        let world = World::at(cloudhost);
        let count = || {
            world
                .helper(Door::Binary, "NumberOfServers")
                .args(["ws", cloudhost])
        };
        world.faults(&[Fault {
            tool: tool.into(),
            kind: "500".into(),
            ..Fault::default()
        }]);
        let shown = count().shown_on_a_terminal();
        assert_eq!(
            shown.matches("trying again, at most 3 times").count(),
            1,
            "{shown}"
        );
        assert!(shown.contains(reason), "{shown}");
        let unseen = count().ends();
        assert!(!unseen.stderr().contains("trying again"), "{unseen}");
        world.faults(&[Fault {
            tool: tool.into(),
            kind: "slow".into(),
            ms: 2_000,
            ..Fault::default()
        }]);
        let shown = count().shown_on_a_terminal();
        let told = format!("no answer to '{tool} ");
        assert_eq!(shown.matches(&told).count(), 1, "{shown}");
        assert!(shown.contains("yet; waiting for it, at most 3m"), "{shown}");
    }
}
