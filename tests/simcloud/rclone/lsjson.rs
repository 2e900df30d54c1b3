//! rclone's `lsjson` of one object, or of a folder.

use super::{below, fatal, now};
use crate::answer::{Answer, date, go_json};
use crate::store::{Store, base_name, media_type};

/// What is there with the times of the store (`--use-server-modtime`). Folders in the folder are left out.
pub(super) fn of(store: &Store, bucket: &str, key: &str) -> Answer {
    if !store.has_bucket(bucket) {
        return failed("directory not found", 3);
    }
    // An object is asked for by its name first, which no list can be too short for.
    let entries = match store.entry(bucket, key) {
        Some(object) => vec![(base_name(key).to_owned(), object)],
        None => below(store, bucket, key),
    };
    let lines: Vec<String> = entries
        .iter()
        .filter(|(path, _)| !path.contains('/'))
        .map(|(path, object)| {
            let name = go_json(path);
            format!(
                "{{\"Path\":{name},\"Name\":{name},\"Size\":{},\"MimeType\":\"{}\",\"ModTime\":\"{}\",\"IsDir\":false,\"Tier\":\"STANDARD\"}}",
                object.size,
                media_type(path),
                date(object.modified_ms, "%Y-%m-%dT%H:%M:%S.000000000Z"),
            )
        })
        .collect();
    let end = if lines.is_empty() { "" } else { "\n" };
    Answer::out(format!("[\n{}{end}]\n", lines.join(",\n")))
}

/// It begins its list before it asks.
pub(super) fn failed(says: &str, rc: i32) -> Answer {
    let line = format!("{} ERROR : : error listing: {says}\n", now());
    let mut answer = fatal(
        &format!("lsjson with 2 errors: last error was: error in ListJSON: {says}"),
        rc,
        &line,
    );
    answer.stdout = b"[\n".to_vec();
    answer
}
