//! What holds for every foreign byte that is read: files that others write, answers of CLIs, archives from a bucket.
//!
//! Each property takes any bytes and panics where it does not hold. The fuzz targets in `fuzz/` call them with made-up
//! bytes, the tests with those in `fuzz/corpus/`, so that what was found once stays found. Not in any binary.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a property that does not hold panics, which is how a fuzzer and a test notice"
)]

mod archive;
mod clouds;
mod names;
mod records;
mod variables;

use crate::datastore::properties as stores;
pub use clouds::ask_everything;

/// What holds for any bytes.
pub type Property = fn(&[u8]);

/// Every property, under the name of its fuzz target and of its corpus.
pub const ALL: [(&str, Property); 17] = [
    ("build_environment", variables::build_environment),
    ("configuration_settings", variables::configuration_settings),
    ("console_password", records::console_password),
    ("credentials", records::credentials),
    ("datastore", stores::listings),
    ("datastore_settings", stores::configuration),
    ("digitalocean", clouds::digitalocean),
    ("exoscale", clouds::exoscale),
    ("history", records::history),
    ("keys_archive", archive::keys),
    ("linode", clouds::linode),
    ("manifest", records::manifest),
    ("names", names::all),
    ("notes", records::notes),
    ("snapshot_ids", records::snapshot_ids),
    ("template", variables::template),
    ("vultr", clouds::vultr),
];

/// Whether the property `name` holds for `data`; for the fuzz targets.
///
/// # Panics
/// When it does not, or there is none of that name.
pub fn hold(name: &str, data: &[u8]) {
    let (_, property) = ALL.iter().find(|(known, _)| *known == name).unwrap();
    property(data);
}

/// The first line, as text, and the rest.
pub(crate) fn first_line(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    let end = end.unwrap_or(data.len());
    let rest = data.get(end + 1..).unwrap_or_default();
    (data.get(..end).unwrap_or_default(), rest)
}

/// A message is for a terminal: it ends, it draws nothing, and it tells no secret.
fn is_fit_for_people(message: &str, secret: &str) {
    assert!(message.chars().count() < 10_000, "too long: {message}");
    assert!(!message.contains(secret), "a secret is told: {message}");
    let draws = |it: char| it.is_control() && !matches!(it, '\n' | '\t');
    assert!(!message.contains(draws), "it draws: {message:?}");
}

#[cfg(test)]
mod tests;
