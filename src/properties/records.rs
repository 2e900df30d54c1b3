//! The records of snapshots and the notes about what is being made.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::is_fit_for_people;
use crate::json;
use crate::names::MachineType;
use crate::records::history as deletions;
use crate::records::manifest::Manifest;
use crate::records::pending::PendingSnapshot;
use crate::records::snapshot_ids::SnapshotIds;
use crate::toolkit::console_password as password;
use crate::toolkit::credentials::{DatabaseCredentials, ServerCredentials, server_credentials};
use crate::toolkit::pending_server::PendingServer;

/// An id that is recorded is read back, and the other types' ids stay what they were.
pub fn snapshot_ids(data: &[u8]) {
    let ids = SnapshotIds::new(data.to_vec());
    let read = |ids: &SnapshotIds| {
        MachineType::ALL.map(|kind| ids.id(kind).map_err(|why| format!("{why:#}")))
    };
    let before = read(&ids);
    for answer in &before {
        if let Err(why) = answer {
            is_fit_for_people(why, "\0");
        }
    }
    let id = "private/123".parse().unwrap();
    for (number, kind) in MachineType::ALL.into_iter().enumerate() {
        let with = ids.with(kind, &id);
        assert_eq!(with.id(kind).unwrap().as_ref(), Some(&id));
        assert_eq!(with.with(kind, &id), with);
        let mut expected = before.clone();
        *expected.get_mut(number).unwrap() = Ok(Some(id.clone()));
        assert_eq!(read(&with), expected);
    }
}

/// Credentials that are read and written again are the same; a refusal tells no value.
pub fn credentials(data: &[u8]) {
    match ServerCredentials::parse(data) {
        Ok(read) => {
            let bytes = server_credentials(&read.user, &read.password).unwrap();
            // A user that holds the word PASSWORD is what the scripts' grep would find.
            let is_odd = bstr::ByteSlice::contains_str(&*read.user, "PASSWORD");
            assert!(is_odd || ServerCredentials::parse(&bytes).unwrap() == read);
        }
        Err(why) => is_fit_for_people(&format!("{why:#}"), "\0"),
    }
    match DatabaseCredentials::parse(data) {
        Ok(read) => {
            let written = read.to_bytes();
            let again = written.map(|bytes| DatabaseCredentials::parse(&bytes).unwrap() == read);
            assert!(again.unwrap_or(true), "it is read otherwise than written");
            let _ = read.variables();
        }
        Err(why) => is_fit_for_people(&format!("{why:#}"), "\0"),
    }
}

/// A password is one word that stays the same, and the file is written only where it holds none.
pub fn console_password(data: &[u8]) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("password");
    std::fs::write(&path, data).unwrap();
    let Ok(known) = password::kept_at(&path) else {
        return assert_eq!(std::fs::read(&path).unwrap(), data);
    };
    assert!(
        !known.is_empty() && !known.contains(char::is_control),
        "{known:?}"
    );
    assert_eq!(password::kept_at(&path).unwrap(), known);
    let now = std::fs::read(&path).unwrap();
    assert!(now == data || data.trim_ascii().is_empty() || known.len() == 16);
}

/// A line that is added to a history is whole, whatever was there, and what was there stays.
pub fn history(data: &[u8]) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("history.jsonl");
    std::fs::write(&path, data).unwrap();
    deletions::append_line(&path, b"{\"a\":1}".to_vec()).unwrap();
    let content = std::fs::read(&path).unwrap();
    let rest = content.strip_prefix(data).unwrap();
    let expected: &[u8] = if data.is_empty() || data.ends_with(b"\n") {
        b"{\"a\":1}\n"
    } else {
        b"\n{\"a\":1}\n"
    };
    assert_eq!(rest, expected);
}

/// A manifest that is read and written again is the same.
pub fn manifest(data: &[u8]) {
    match Manifest::parse(Some(data)) {
        Ok(read) => {
            let bytes = read.to_bytes().unwrap();
            assert_eq!(Manifest::parse(Some(&bytes)).unwrap(), read);
        }
        Err(why) => is_fit_for_people(&format!("{why:#}"), "\0"),
    }
}

/// A note that is read and written again is the same.
pub fn notes(data: &[u8]) {
    same_again::<PendingSnapshot>(data);
    same_again::<PendingServer>(data);
}

fn same_again<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(data: &[u8]) {
    match json::parse::<T>(data) {
        Ok(read) => {
            let bytes = serde_json::to_vec_pretty(&read).unwrap();
            assert_eq!(json::parse::<T>(&bytes).unwrap(), read);
        }
        Err(why) => is_fit_for_people(&format!("{why:#}"), "\0"),
    }
}
