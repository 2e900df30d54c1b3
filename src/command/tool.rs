//! Finding a tool: the environment's override, then `PATH`, then where the toolkit installs it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::refused::Refusals;
use crate::foreign_text::beginning;

/// An external tool as the toolkit knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool {
    /// The names it is installed under, the usual one first.
    pub names: &'static [&'static str],
    /// The environment variable that overrides where it is; its value is split as a shell would.
    pub variable: &'static str,
    /// Where the toolkit's own install scripts put it (contract 06, 07).
    pub toolkit_path: &'static str,
    /// How a person installs it.
    pub install: &'static str,
}

/// A tool that was found: the words its command line starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    name: &'static str,
    words: Vec<OsString>,
    refusals: Option<Refusals>,
}

impl Program {
    /// The tool's usual name, for messages.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The same program, of which `refusals` recognises a failure that no repetition mends.
    #[must_use]
    pub fn refusing(self, refusals: Refusals) -> Self {
        Self {
            refusals: Some(refusals),
            ..self
        }
    }

    /// How its refusals are recognised, where that is known.
    pub(super) fn refusals(&self) -> Option<&Refusals> {
        self.refusals.as_ref()
    }

    /// The words that stand before the arguments.
    pub(super) fn words(&self) -> &[OsString] {
        &self.words
    }

    /// Whether it is run with `option` whatever its arguments are, as the variable of a tool may say.
    pub fn is_given(&self, option: &str) -> bool {
        self.words.iter().skip(1).any(|word| word == option)
    }

    /// A program at a fixed place that needs no looking for, such as `/bin/sh`.
    pub fn at(name: &'static str, path: &Path) -> Self {
        Self {
            name,
            words: vec![path.as_os_str().to_owned()],
            refusals: None,
        }
    }
}

impl Tool {
    /// The tool's usual name.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    /// Finds the tool.
    ///
    /// # Errors
    /// When it is nowhere: the message names it, the places looked at, and how to install it. When the override
    /// cannot be split into words or names a program that is not there.
    pub fn find(&self) -> anyhow::Result<Program> {
        match std::env::var_os(self.variable) {
            Some(value) if !value.is_empty() => self.overridden(&value),
            _ => self.installed(),
        }
    }

    fn overridden(&self, value: &OsString) -> anyhow::Result<Program> {
        let variable = self.variable;
        let text = value.to_str().with_context(|| {
            format!(
                "{variable} is not UTF-8; set it to the command that runs {}",
                self.name()
            )
        })?;
        let mut words = shell_words::split(text).with_context(|| {
            format!(
                "{variable} is '{}', which has an unmatched quote",
                beginning(text)
            )
        })?;
        if words.is_empty() {
            return self.installed();
        }
        let program = words.remove(0);
        let found = which::which(&program).map_err(|_| {
            anyhow::anyhow!(
                "{variable} names '{}', which is not an executable; correct or unset {variable}",
                beginning(&program)
            )
        })?;
        let words = std::iter::once(found.into_os_string())
            .chain(words.into_iter().map(OsString::from))
            .collect();
        Ok(Program {
            name: self.name(),
            words,
            refusals: None,
        })
    }

    fn installed(&self) -> anyhow::Result<Program> {
        let on_path = self.names.iter().find_map(|name| which::which(name).ok());
        let Some(found) = on_path.or_else(|| self.at_the_toolkits_path()) else {
            bail!(
                "{} is not installed: looked for {} on PATH and at {}; {} or set {}",
                self.name(),
                self.names.join(" and "),
                self.toolkit_path,
                self.install,
                self.variable
            );
        };
        Ok(Program {
            name: self.name(),
            words: vec![found.into_os_string()],
            refusals: None,
        })
    }

    fn at_the_toolkits_path(&self) -> Option<PathBuf> {
        which::which(self.toolkit_path).ok()
    }
}
