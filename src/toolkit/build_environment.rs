//! `build_environment`: the dump of the build's environment, a line `NAME=value` for each variable, unquoted
//! (contract 04 §4.1). It is bytes, not text: a value may hold anything an environment can.

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use crate::foreign_text::beginning;

/// What the name of a variable or setting has that nobody else may see, such as `S3_SECRET_KEY` or `DNSSECURITYKEY`.
const MARKS_OF_SECRETS: [&str; 4] = ["KEY", "PASSWORD", "SECRET", "TOKEN"];

/// Whether what is called so is a key, a password, a secret or a token, as far as its name tells.
pub(super) fn sounds_secret(name: &[u8]) -> bool {
    MARKS_OF_SECRETS.iter().any(|mark| name.contains_str(mark))
}

/// The variables of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildEnvironment(Vec<u8>);

impl BuildEnvironment {
    /// The variables in the content of a `build_environment` file.
    pub fn new(content: Vec<u8>) -> Self {
        Self(content)
    }

    /// The file's content.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Every value of `name`, in file order: what follows the first `=`, without `"` (contract 02 §2.1; in the shell
    /// `grep "^NAME=" | sed 's/"//g; s/[^=]*=//'`). The name is taken literally, not as a pattern.
    pub fn values<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = Vec<u8>> + 'a {
        self.0
            .lines_with_terminator()
            .filter_map(|line| value_in(line, name))
            .map(|value| {
                let value = value.strip_suffix(b"\n").unwrap_or(value);
                value.replace("\"", "")
            })
    }

    /// The first value of `name` as text, empty when there is none, which is how callers of the scripts see it.
    ///
    /// # Errors
    /// When the value is not UTF-8.
    pub fn text(&self, name: &str) -> anyhow::Result<String> {
        let value = self.values(name.as_bytes()).next().unwrap_or_default();
        String::from_utf8(value)
            .with_context(|| format!("{name} in build_environment is not UTF-8"))
    }

    /// The first value of `name` as text, which must not be empty.
    ///
    /// # Errors
    /// When there is none or it is not UTF-8.
    pub fn required(&self, name: &str) -> anyhow::Result<String> {
        let value = self.text(name)?;
        ensure!(
            !value.is_empty(),
            "{name} is not set in the build's build_environment; build first"
        );
        Ok(value)
    }

    /// Whether the machines are built from snapshots.
    pub fn builds_from_snapshots(&self) -> bool {
        self.values(b"BUILD_FROM_SNAPSHOT").next().as_deref() == Some(b"1")
    }

    /// Whether the build makes no database.
    ///
    /// # Errors
    /// When the variable is not UTF-8.
    pub fn has_no_database(&self) -> anyhow::Result<bool> {
        let kind = self.text("DATABASE_INSTALLATION_TYPE")?;
        Ok(kind.is_empty() || kind.eq_ignore_ascii_case("none"))
    }

    /// Why a build from snapshots leaves its database as it is, whatever the latest backup is; none where it does not.
    ///
    /// # Errors
    /// When a variable is not UTF-8.
    pub fn why_database_is_left_alone(&self) -> anyhow::Result<Option<&'static str>> {
        let is = |name: &str, value: &str| self.text(name).map(|it| it == value);
        Ok(if self.has_no_database()? {
            Some("the build has none")
        } else if is("DB_INSTALL_MODE", "0")? {
            Some("DB_INSTALL_MODE is 0, so the build makes no database machine")
        } else if is("DATABASE_INSTALLATION_TYPE", "DBaaS")? {
            Some("the provider runs it, so it is in no snapshot")
        } else if is("DB_INSTALL_MODE", "2")? {
            Some("DB_INSTALL_MODE is 2, so the toolkit does not install it")
        } else if is("MULTI_REGION", "1")? && is("PRIMARY_REGION", "0")? {
            Some("the primary region installs it")
        } else {
            None
        })
    }

    /// The values that nobody else may see.
    pub fn secrets(&self) -> impl Iterator<Item = Vec<u8>> {
        let assignments = self.0.lines().filter_map(|line| line.split_once_str("="));
        assignments
            // `PUBLIC_KEY_NAME` is a name.
            .filter(|(name, _)| sounds_secret(name) && !name.contains_str("PUBLIC"))
            .map(|(_, value)| value.replace("\"", ""))
    }

    /// The file's content with `NAME=value` in place of every line that sets `NAME`, or at the end when none does.
    /// The value is taken literally and the name anchored, unlike in the script's `sed` (contract 08).
    #[must_use]
    pub fn with(&self, assignment: &Assignment) -> Self {
        let mut content = Vec::with_capacity(self.0.len() + assignment.0.len() + 2);
        let mut is_set = false;
        for line in self.0.lines_with_terminator() {
            if value_in(line, assignment.name()).is_some() {
                is_set = true;
                content.extend_from_slice(&assignment.0);
                content.push(b'\n');
            } else {
                content.extend_from_slice(line);
            }
        }
        if !is_set {
            if content.last().is_some_and(|byte| *byte != b'\n') {
                content.push(b'\n');
            }
            content.extend_from_slice(&assignment.0);
            content.push(b'\n');
        }
        Self(content)
    }
}

/// Whether `value` stands for itself in a script that sources `NAME=value`: no blank that ends the word, and nothing that
/// a shell acts upon. A value that comes from elsewhere must be so, since five scripts source the file (contract 04 §4.1).
pub fn is_inert(value: &[u8]) -> bool {
    let acts = |byte: &u8| {
        byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"'\\`$;&|<>()~".contains(byte)
    };
    !value.iter().any(acts)
}

/// The rest of `line` after `name=`, when the line starts so.
fn value_in<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    if name.is_empty() {
        return None;
    }
    line.strip_prefix(name)?.strip_prefix(b"=")
}

/// A line `NAME=value` that may be put into `build_environment`: the name is a shell variable's, and there is no line
/// break, which would add a second line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment(Vec<u8>);

impl Assignment {
    /// The assignment in an argument `NAME=value`.
    ///
    /// # Errors
    /// When there is no `=`, the name is not a variable's, or the value has a line break. The value, which may be a
    /// password, is not in the message.
    pub fn parse(argument: &[u8]) -> anyhow::Result<Self> {
        let (name, value) = argument
            .split_once_str("=")
            .context("expected one argument NAME=value")?;
        ensure!(
            is_variable_name(name),
            "'{}' is not the name of a variable; expected NAME=value with letters, digits and '_' before the '='",
            beginning(&name.to_str_lossy())
        );
        ensure!(
            !value.contains(&b'\n') && !value.contains(&0),
            "the value for {} has a line break, which would become a line of its own in build_environment; give it in one line",
            name.as_bstr()
        );
        Ok(Self(argument.to_vec()))
    }

    /// The line, without its end.
    pub fn line(&self) -> &[u8] {
        &self.0
    }

    /// The variable's name.
    pub fn name(&self) -> &[u8] {
        self.0
            .split(|byte| *byte == b'=')
            .next()
            .unwrap_or_default()
    }
}

fn is_variable_name(name: &[u8]) -> bool {
    name.first().is_some_and(|byte| !byte.is_ascii_digit())
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests;
