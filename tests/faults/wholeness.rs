//! Whether a file is one of the versions that a run without faults could have left.

use std::io::Read;

use crate::scene::{Moment, Scene};
use crate::world::LABELS;

/// How the names of temporary files and of directories for fetched files start.
const TEMPORARY: [&str; 3] = [".adt-new-", ".tmp", ".adt-private-"];

/// Whether a path is of a file that is to take another's place, which nobody reads.
pub fn is_temporary(path: &str) -> bool {
    path.split('/')
        .any(|part| TEMPORARY.iter().any(|start| part.starts_with(start)))
}

/// Every file is whole: it is as before, as after, or the like of one of them with other ids, times and random words.
pub fn assert_whole(scene: &Scene, now: &Moment, what: &str) {
    for (name, content) in &now.files {
        if is_temporary(name) {
            continue;
        }
        let versions = [&scene.before, &scene.after]
            .into_iter()
            .filter_map(|moment| moment.files.get(name));
        let versions: Vec<&Vec<u8>> = versions.collect();
        let is_known = versions.contains(&content);
        assert!(
            is_known || is_like(name, content, &versions),
            "'{name}' is no whole version: {:?}\n{what}",
            String::from_utf8_lossy(content)
        );
    }
}

/// What follows the last point of a name.
pub fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn is_like(name: &str, content: &[u8], versions: &[&Vec<u8>]) -> bool {
    let base = name.rsplit('/').next().unwrap();
    if extension(base) == "lock" || base == "mirroring" {
        return content.is_empty();
    }
    if extension(base) == "json" {
        return serde_json::from_slice::<serde_json::Value>(content).is_ok();
    }
    if base.ends_with(".tar.gz") {
        return unpacks(content);
    }
    if is_a_copy_of_user_data(name) {
        return content.starts_with(b"#cloud-config\n") && content.ends_with(b"\n");
    }
    let Ok(text) = std::str::from_utf8(content) else {
        return false;
    };
    if base == "history.jsonl" && text.is_empty() {
        return true;
    }
    if !text.ends_with('\n') {
        return false;
    }
    match base {
        "history.jsonl" => text
            .lines()
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "snapshot_ids.dat" => text.lines().all(|line| {
            let (label, id) = line.split_once(':').unwrap_or_default();
            LABELS.contains(&label) && !id.is_empty()
        }),
        _ => versions
            .iter()
            .any(|version| shape(version) == shape(content)),
    }
}

/// Whether a path is of the configuration of one server, which the next run of a killed one removes.
fn is_a_copy_of_user_data(name: &str) -> bool {
    extension(name) == "yaml" && name.contains("/pending-servers/")
}

/// The names of a file of `NAME:VALUE` or `NAME=VALUE` lines, and which have a value.
fn shape(content: &[u8]) -> Vec<(String, bool)> {
    let text = String::from_utf8_lossy(content);
    let lines = text.lines().map(|line| {
        let (name, value) = line.split_once([':', '=']).unwrap_or(("", line));
        (name.to_owned(), !value.is_empty())
    });
    lines.collect()
}

fn unpacks(content: &[u8]) -> bool {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(content));
    let Ok(entries) = archive.entries() else {
        return false;
    };
    let mut count = 0;
    for entry in entries {
        let mut bytes = Vec::new();
        if entry
            .and_then(|mut entry| entry.read_to_end(&mut bytes))
            .is_err()
        {
            return false;
        }
        count += 1;
    }
    count > 0
}
