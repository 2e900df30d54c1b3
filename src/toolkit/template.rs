//! A template: the shell lines `export NAME="value"  # comment` that a build is configured by (contract 04 §4.1).
//!
//! The scripts source it. Here it is only read, so a value is taken as it is written: nothing in it is run or expanded.

use std::collections::BTreeMap;

use anyhow::bail;
use bstr::ByteSlice;

use super::build_environment::BuildEnvironment;

/// Stands in for a `$`, which dotenvy would expand.
const DOLLAR: char = '\u{1}';

/// Stands in for a `\` that is no escape to a shell; dotenvy makes a line break of `\n` and refuses `\x`.
const BACKSLASH: char = '\u{2}';

/// The variables that a template sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// The values by name; the last line of a name decides, as in the shell.
    values: BTreeMap<String, Setting>,
}

/// What a line sets a variable to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    Literal(String),
    /// The line, counted from 1, cannot be read without a shell.
    Unreadable(usize),
}

impl Template {
    /// The variables in a template's content. Lines that set none are left out.
    pub fn parse(content: &[u8]) -> Self {
        let mut values = BTreeMap::new();
        for (line, number) in content.lines().zip(1..) {
            if let Some((name, value)) = assignment(line) {
                let value = literal(value);
                let setting = value.map_or(Setting::Unreadable(number), Setting::Literal);
                values.insert(name.to_owned(), setting);
            }
        }
        Self { values }
    }

    /// Refuses a template in which one of `names` is set in a way that only a shell can read.
    ///
    /// # Errors
    /// When there is one. The value is not in the message.
    pub fn ensure_readable(&self, names: &[&str]) -> anyhow::Result<()> {
        for name in names {
            if let Some(Setting::Unreadable(line)) = self.values.get(*name) {
                bail!(
                    "line {line} sets {name} to something other than one value; write export {name}=\"value\""
                );
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

/// The name that a line sets, and all that follows the `=`.
fn assignment(line: &[u8]) -> Option<(&str, &[u8])> {
    let line = line.trim_ascii();
    let line = match line.strip_prefix(b"export") {
        Some(rest) if rest.first().is_some_and(u8::is_ascii_whitespace) => rest.trim_ascii_start(),
        _ => line,
    };
    let (name, value) = line.split_once_str("=")?;
    let is_name = name.first().is_some_and(|byte| !byte.is_ascii_digit())
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    Some((name.to_str().ok().filter(|_| is_name)?, value))
}

/// The value that follows an `=`, `None` when it is more or less than one value. dotenvy takes it apart; it is given
/// one line at a time, since it would join lines over an odd quote.
fn literal(value: &[u8]) -> Option<String> {
    let value = value.to_str().ok()?;
    if value.chars().any(|it| it.is_control() && it != '\t') {
        return None;
    }
    // To the shell, a blank ends the value; dotenvy would skip it.
    if value.starts_with([' ', '\t']) && !value.trim_start().starts_with('#') {
        return None;
    }
    let line = format!("VALUE={}", guarded(value));
    let (_, parsed) = dotenvy::from_read_iter(line.as_bytes()).next()?.ok()?;
    Some(parsed.replace(DOLLAR, "$").replace(BACKSLASH, "\\"))
}

/// `value` with nothing in it that dotenvy takes for more than the shell does. Its comment is left out: after two
/// blanks, dotenvy would look for the end of a quote in it.
fn guarded(value: &str) -> String {
    let mut guarded = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    let mut quote = None;
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('$', _) => guarded.push(DOLLAR),
            ('\\', Some('\'')) => guarded.push(BACKSLASH),
            ('\\', _) => match characters.next_if(|next| matches!(next, '\\' | '"' | '$')) {
                Some(escaped) => guarded.extend(['\\', escaped]),
                None => guarded.push(BACKSLASH),
            },
            ('#', None) if guarded.is_empty() || guarded.ends_with([' ', '\t']) => break,
            ('\'' | '"', None) => {
                quote = Some(character);
                guarded.push(character);
            }
            _ => {
                quote = quote.filter(|open| *open != character);
                guarded.push(character);
            }
        }
    }
    guarded.truncate(guarded.trim_end().len());
    guarded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value_of(content: &str, name: &str) -> Option<String> {
        match Template::parse(content.as_bytes()).values.remove(name)? {
            Setting::Literal(value) => Some(value),
            Setting::Unreadable(_) => None,
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
            (
                "export A=\"$HOME/${PATH}`id`$(id)\"",
                "$HOME/${PATH}`id`$(id)",
            ),
            ("export A=$HOME", "$HOME"),
            ("export A='$HOME \\$ \\ \\n\\'", "$HOME \\$ \\ \\n\\"),
            ("export A=\"\\$5 \\\"q\\\" \\\\ \\n\"", "$5 \"q\" \\ \\n"),
            ("export A=\"Bob's site\"", "Bob's site"),
            ("export A=\"a#b\"", "a#b"),
            ("export A=\"a|b:c=d\"", "a|b:c=d"),
            ("export A=\"\u{a3}\"\r", "\u{a3}"),
            ("export A=\"1\"\nexport A=\"2\"", "2"),
            ("export A=\"odd\nexport A=\"2\"", "2"),
        ] {
            assert_eq!(value_of(line, "A").as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_line_that_sets_nothing_is_none_of_ours() {
        let content = "#!/bin/sh\n# A=\"x\"\n\nif [ \"$A\" = 1 ]\nexport A\necho A=1\n1A=x\n=x\nA B=x\n\u{fc}=x\n";
        assert_eq!(Template::parse(content.as_bytes()), Template::default());
    }

    #[test]
    fn what_only_a_shell_can_read_is_named_with_its_line_and_without_its_value() {
        for value in [
            "hunter two",
            "\"hunter",
            "'hunter",
            "\"a\" hunter",
            " hunter",
        ] {
            let template = Template::parse(format!("# c\nexport REGION={value}\n").as_bytes());
            let why = template
                .ensure_readable(&["REGION"])
                .unwrap_err()
                .to_string();
            assert!(why.starts_with("line 2 sets REGION"), "{why}");
            assert!(!why.contains("hunter"), "{why}");
            assert_eq!(template.environment().text("REGION").unwrap(), "");
            template.ensure_readable(&["BUILDOS"]).unwrap();
        }
        let template = Template::parse(b"export A=\"\xff\"\nexport B=\"\0\"");
        assert!(template.ensure_readable(&["A"]).is_err());
        assert!(template.ensure_readable(&["B"]).is_err());
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
        fn a_quoted_value_is_read_back_literally(value in "[^\\p{Cc}\"\\\\]{0,40}") {
            let content = format!("export A=\"{value}\"  # c'\n");
            prop_assert_eq!(value_of(&content, "A"), Some(value.clone()));
            if !value.contains('\'') {
                prop_assert_eq!(value_of(&format!("A='{value}'"), "A"), Some(value));
            }
        }
    }
}
