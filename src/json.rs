//! JSON that is kept in files, and the reports that helpers print for programs.

use anyhow::anyhow;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::console;
use crate::foreign_text::first_words;

/// The value in `content`.
///
/// # Errors
/// When it is not the JSON expected. What the message quotes of the content is made fit for a terminal.
pub fn parse<T: DeserializeOwned>(content: &[u8]) -> anyhow::Result<T> {
    serde_json::from_slice(content).map_err(|why| anyhow!("{}", first_words(&why.to_string())))
}

/// `value` as it is kept in a file: for people to read too, with a line end.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn for_a_file(value: &impl Serialize) -> anyhow::Result<Vec<u8>> {
    let mut content = serde_json::to_vec_pretty(value)?;
    content.push(b'\n');
    Ok(content)
}

/// Every report's envelope: the version of its layout and who made it, then what is told.
#[derive(Serialize)]
struct Report<'a, T> {
    version: u32,
    command: &'a str,
    #[serde(flatten)]
    told: &'a T,
}

/// Prints what `command` tells programs, in the layout of that `version`.
///
/// # Errors
/// When it cannot be written as JSON, or standard output cannot be written to.
pub fn print_report(command: &str, version: u32, told: &impl Serialize) -> anyhow::Result<()> {
    let report = Report {
        version,
        command,
        told,
    };
    Ok(console::print(&for_a_file(&report)?)?)
}
