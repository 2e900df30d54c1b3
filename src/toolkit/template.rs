//! A template: the shell lines `export NAME="value"  # comment` that a build is configured by (contract 04 §4.1).
//!
//! The scripts source it. Here nothing in it is run or expanded: what a shell would have after plain assignments is told,
//! and a variable that takes a shell to tell is named with its line.

mod shell_lines;

use std::collections::BTreeMap;

use anyhow::bail;

use self::shell_lines::{ShellLine, Word};
use super::build_environment::BuildEnvironment;

/// The words that begin what may run or not, and those that end it.
const OPENING: [&str; 7] = ["if", "case", "while", "until", "for", "{", "function"];
const CLOSING: [&str; 4] = ["fi", "esac", "done", "}"];

/// The commands that print what looks like an assignment.
const PRINTING: [&str; 4] = ["echo", "/bin/echo", "printf", "/usr/bin/printf"];

/// The commands that set what another file or text says.
const SETTING_ANYTHING: [&str; 3] = [".", "source", "eval"];

/// The variables that a template sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// The values by name; the last line of a name decides, as in the shell.
    values: BTreeMap<String, Setting>,
    /// The last line, counted from 1, that may set any variable.
    sets_anything: Option<usize>,
    /// How many conditions and loops the line that is read stands in.
    depth: usize,
}

/// What a line sets a variable to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    Literal(String),
    /// The line, counted from 1, cannot be read without a shell.
    Unreadable(usize),
    /// The line ends with a carriage return, which is a part of the value to a shell.
    CarriageReturn(usize),
}

impl Template {
    /// The variables in a template's content. Lines that set none are left out.
    pub fn parse(content: &[u8]) -> Self {
        let mut template = Self::default();
        for line in shell_lines::of(content) {
            template.read(&line);
        }
        template
    }

    fn read(&mut self, line: &ShellLine<'_>) {
        let first = line.words.first().map(Word::text).unwrap_or_default();
        let rest = line.words.get(1..).unwrap_or_default();
        // A name beside an assignment is likely the rest of a value that lacks its quotes.
        let is_each = |words: &[Word]| {
            words.iter().all(Word::is_assignment) || words.iter().all(Word::is_name)
        };
        if line.is_plain && first == "export" && is_each(rest) {
            rest.iter().for_each(|word| self.set(word, line.number));
        } else if line.is_plain && first == "unset" && rest.iter().all(Word::is_name) {
            for word in rest {
                self.values.remove(&word.text());
            }
        } else if line.is_plain && line.words.iter().all(Word::is_assignment) {
            line.words
                .iter()
                .for_each(|word| self.set(word, line.number));
        } else {
            self.read_what_only_a_shell_can(line, &first);
        }
    }

    fn set(&mut self, word: &Word, line: usize) {
        if let Some((name, value)) = word.assignment() {
            let setting = match value {
                Some(value) if value.ends_with('\r') => Setting::CarriageReturn(line),
                Some(value) if self.depth == 0 && !value.chars().any(is_control) => {
                    Setting::Literal(value)
                }
                _ => Setting::Unreadable(line),
            };
            self.values.insert(name, setting);
        }
    }

    /// A line that is more than assignments: whatever it may set is not known any more.
    fn read_what_only_a_shell_can(&mut self, line: &ShellLine<'_>, first: &str) {
        let last = line.words.last().map(Word::text).unwrap_or_default();
        let closes = CLOSING.contains(&last.as_str());
        if OPENING.contains(&first) && !closes {
            self.depth += 1;
        } else if CLOSING.contains(&first) {
            self.depth = self.depth.saturating_sub(1);
        }
        if SETTING_ANYTHING.contains(&first) {
            self.values.clear();
            self.sets_anything = Some(line.number);
        } else if !PRINTING.contains(&first) {
            for name in names_that_are_set(line.raw) {
                self.values.insert(name, Setting::Unreadable(line.number));
            }
        }
    }

    /// Refuses a template in which one of `names` is set in a way that only a shell can read.
    ///
    /// # Errors
    /// When there is one. The value is not in the message.
    pub fn ensure_readable(&self, names: &[&str]) -> anyhow::Result<()> {
        for name in names {
            match (self.values.get(*name), self.sets_anything) {
                (Some(Setting::Unreadable(line)), _) => bail!(
                    "line {line} sets {name} to something other than one value; write export {name}=\"value\""
                ),
                (Some(Setting::CarriageReturn(line)), _) => bail!(
                    "line {line} ends with a carriage return, which the shell takes for a part of {name}; save the file with Unix line ends"
                ),
                (None, Some(line)) => bail!(
                    "line {line} may set {name}, which only a shell can tell; write export {name}=\"value\" below it"
                ),
                _ => {}
            }
        }
        Ok(())
    }

    /// The variables in the form in which a build dumps them; those that cannot be read are not there.
    pub fn environment(&self) -> BuildEnvironment {
        let mut content = Vec::new();
        for (name, setting) in &self.values {
            if let Setting::Literal(value) = setting {
                content.extend_from_slice(format!("{name}={value}\n").as_bytes());
            }
        }
        BuildEnvironment::new(content)
    }
}

fn is_control(character: char) -> bool {
    character.is_control() && character != '\t'
}

/// The names that stand before a `=` or `:=` in `raw`, and those after `read` and the like.
fn names_that_are_set(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let is_of_a_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let declares = text
        .split_whitespace()
        .any(|word| matches!(word, "read" | "readonly" | "unset" | "getopts" | "typeset"));
    let mut names = Vec::new();
    let mut rest = text.as_ref();
    while let Some(start) = rest.find(is_of_a_name) {
        let from = rest.get(start..).unwrap_or_default();
        let end = from.find(|it| !is_of_a_name(it)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        let is_set = after.starts_with('=') || after.starts_with(":=");
        if (is_set || declares) && !name.starts_with(|it: char| it.is_ascii_digit()) {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value_of(content: &str, name: &str) -> Option<String> {
        match Template::parse(content.as_bytes()).values.remove(name)? {
            Setting::Literal(value) => Some(value),
            Setting::Unreadable(_) | Setting::CarriageReturn(_) => None,
        }
    }

    #[test]
    fn values_are_taken_as_they_are_written() {
        for (line, expected) in [
            ("export A=\"x\"  # comment", "x"),
            ("export A=\"x\"  #site's \"name\"", "x"),
            ("A=x", "x"),
            ("  export\tA='x y'", "x y"),
            ("export A=\"\"", ""),
            ("export A=", ""),
            ("export A=  # nothing", ""),
            ("export A=#1", "#1"),
            ("export A=a\\ b\\$c", "a b$c"),
            ("export A=\"a\"'b'c", "abc"),
            ("export A=\"5 $ a\"", "5 $ a"),
            ("export B=1 A=2", "2"),
            ("A=1; A=3\nA=2", "2"),
            ("if true; then A=1; fi\nA=2", "2"),
            ("A=1 # comment\r\n\r\nB=1\r", "1"),
            (". ./other\nA=2", "2"),
            ("export A='$HOME \\$ \\ \\n\\'", "$HOME \\$ \\ \\n\\"),
            ("export A=\"\\$5 \\\"q\\\" \\\\ \\n\"", "$5 \"q\" \\ \\n"),
            ("export A=\"Bob's site\"", "Bob's site"),
            ("export A=\"a#b\"", "a#b"),
            ("export A=\"a|b:c=d\"", "a|b:c=d"),
            ("export A=\"\u{a3}\"", "\u{a3}"),
            ("export A=\"1\"\nexport A=\"2\"", "2"),
        ] {
            assert_eq!(value_of(line, "A").as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_line_that_sets_nothing_is_none_of_ours() {
        let content = "#!/bin/sh\n# A=\"x\"\n\nexport A\necho A=1\n1A=x\n=x\n\u{fc}=x\n\r\nunset B\n[ \"$A\" = 1 ]\n";
        assert_eq!(Template::parse(content.as_bytes()), Template::default());
    }

    #[test]
    fn what_only_a_shell_can_read_is_named_with_its_line_and_without_its_value() {
        for value in [
            "hunter two",
            "\"hunter",
            "'hunter",
            "$hunter",
            "\"${hunter}\"",
            "\"`hunter`\"",
            "\"$(hunter)\"",
            "~hunter",
            "hunter*",
            "a;hunter",
            "hunter&",
            "\"a\nhunter\"",
            "\"$1hunter\"",
            "1\nREGION=a command hunter",
            "1\nread REGION",
            "1\nif hunter\nthen\nREGION=2\nfi",
            "1\n: ${REGION:=hunter}",
            "1\n. ./hunter",
            "\"1\"\r",
            "\"1\"\r\nexport B=2\r",
        ] {
            let template = Template::parse(format!("# c\nexport REGION={value}\n").as_bytes());
            let why = template
                .ensure_readable(&["REGION"])
                .unwrap_err()
                .to_string();
            assert!(why.starts_with("line ") && why.contains("REGION"), "{why}");
            assert!(!why.contains("hunter"), "{why}");
            assert_eq!(template.environment().text("REGION").unwrap(), "");
            if !value.contains("\n. ") {
                template.ensure_readable(&["BUILDOS"]).unwrap();
            }
        }
        let template = Template::parse(b"export A=\"\xff\"\nexport B=\"\0\"");
        assert!(template.ensure_readable(&["A"]).is_err());
        assert!(template.ensure_readable(&["B"]).is_err());
    }

    /// What `sh` has of `A` after it sourced `content`.
    #[allow(
        clippy::disallowed_methods,
        reason = "the shell is what the reader is held to"
    )]
    fn shells_own(content: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("template");
        std::fs::write(&file, content).unwrap();
        let script = ". \"$1\" >/dev/null 2>&1; printf '[%s]' \"$A\"";
        let output = std::process::Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(&file)
            .env_clear()
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).ok()?;
        Some(text.strip_prefix('[')?.strip_suffix(']')?.to_owned())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_value_is_what_the_shell_has(content in "((export )?[AB]=[\"' $;~A#\\\\\r]{0,6}[\r]?\n){1,3}") {
            if let (Some(read), Some(shells)) = (value_of(&content, "A"), shells_own(&content)) {
                prop_assert_eq!(read, shells, "{}", content);
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_template(content in proptest::collection::vec(any::<u8>(), 0..300)) {
            let environment = Template::parse(&content).environment();
            prop_assert!(environment.text("A").is_ok());
        }

        #[test]
        fn any_shell_like_text_is_a_template(content in "(export )?[AB]=[\"'$\\\\{} #nA-C\\n]{0,30}") {
            let environment = Template::parse(content.as_bytes()).environment();
            prop_assert!(environment.text("A").is_ok());
        }

        #[test]
        fn a_quoted_value_is_read_back_literally(value in "[^\\p{Cc}\"\\\\$`]{0,40}") {
            let content = format!("export A=\"{value}\"  # c'\n");
            prop_assert_eq!(value_of(&content, "A"), Some(value.clone()));
            if !value.contains('\'') {
                prop_assert_eq!(value_of(&format!("A='{value}'"), "A"), Some(value));
            }
        }
    }
}
