//! A template: the shell lines `export NAME="value"  # comment` that a build is configured by (contract 04 §4.1).
//!
//! The scripts source it. Here nothing in it is run or expanded: what a shell would have after plain assignments is told,
//! and a variable that takes a shell to tell is named with its line.

pub mod exports;
mod shell_lines;
#[cfg(test)]
mod tests;

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

/// The commands after which a shell may read no more of the file.
const ENDING: [&str; 3] = ["exit", "return", "exec"];

/// The commands that set the names that follow.
const DECLARING: [&str; 6] = ["read", "readonly", "unset", "getopts", "typeset", "for"];

/// The variables that a template sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// The values by name; the last line of a name decides, as in the shell.
    values: BTreeMap<String, Setting>,
    /// The last line, counted from 1, that may set any variable.
    sets_anything: Option<usize>,
    /// How many conditions and loops the line that is read stands in.
    depth: usize,
    /// The first line, counted from 1, below which only a shell can tell what is run.
    unsure_below: Option<usize>,
}

/// What a line sets a variable to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    Literal(String),
    /// The line, counted from 1, cannot be read without a shell.
    Unreadable(usize),
    /// The line ends with a carriage return, which is a part of the value to a shell.
    CarriageReturn(usize),
    /// The variable is set below this line, which leaves open what is run below it.
    Unsure(usize),
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
            for word in rest {
                self.set(word, line.number);
            }
        } else if line.is_plain && first == "unset" && rest.iter().all(Word::is_name) {
            for word in rest {
                self.unset(word, line.number);
            }
        } else if line.is_plain && line.words.iter().all(Word::is_assignment) {
            for word in &line.words {
                self.set(word, line.number);
            }
        } else {
            self.read_what_only_a_shell_can(line, &first);
        }
    }

    fn set(&mut self, word: &Word, line: usize) {
        if let Some((name, value)) = word.assignment() {
            let setting = match value {
                _ if let Some(line) = self.unsure_below => Setting::Unsure(line),
                Some(value) if value.ends_with('\r') => Setting::CarriageReturn(line),
                Some(value) if self.depth == 0 && !value.chars().any(is_control) => {
                    Setting::Literal(value)
                }
                _ => Setting::Unreadable(line),
            };
            self.values.insert(name, setting);
        }
    }

    fn unset(&mut self, word: &Word, line: usize) {
        let name = word.text();
        if let Some(line) = self.unsure_below {
            self.values.insert(name, Setting::Unsure(line));
        } else if self.depth > 0 {
            self.values.insert(name, Setting::Unreadable(line));
        } else {
            self.values.remove(&name);
        }
    }

    /// A line that is more than assignments: whatever it may set is not known any more.
    fn read_what_only_a_shell_can(&mut self, line: &ShellLine<'_>, first: &str) {
        let words: Vec<String> = line.words.iter().map(Word::text).collect();
        let has_one_of = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
        let last = words.last().map(String::as_str).unwrap_or_default();
        let opens = OPENING.contains(&first) || last == "{";
        if opens && !CLOSING.contains(&last) {
            self.depth += 1;
        } else if CLOSING.contains(&first) {
            self.depth = self.depth.saturating_sub(1);
        }
        if line.is_plain && PRINTING.contains(&first) {
            return;
        }
        if has_one_of(&SETTING_ANYTHING) {
            self.values.clear();
            self.sets_anything = Some(line.number);
        }
        if line.goes_on || has_one_of(&ENDING) {
            self.unsure_below.get_or_insert(line.number);
        }
        for name in names_that_are_set(line.raw, has_one_of(&DECLARING)) {
            self.values.insert(name, Setting::Unreadable(line.number));
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
                (Some(Setting::Unsure(line)), _) => bail!(
                    "line {line} leaves open what is run below it, where {name} is set; write export {name}=\"value\" above it"
                ),
                (None, Some(line)) => bail!(
                    "line {line} may set {name}, which only a shell can tell; write export {name}=\"value\" below it"
                ),
                _ => {}
            }
        }
        Ok(())
    }

    /// The value of `name`, where it can be told without a shell.
    pub fn literal(&self, name: &str) -> Option<&str> {
        match self.values.get(name)? {
            Setting::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The names of the variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
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

/// The names that stand before a `=` or `:=` in `raw`, and all of them where it declares some.
fn names_that_are_set(raw: &[u8], declares: bool) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let is_of_a_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
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
