//! `keys.tar.gz`, which came from a bucket.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use crate::records::keys_archive;

/// Whatever the archive holds, nothing is written but keys, and those only in the directory they are for; what was
/// written can be packed again and is the same. The bytes are taken for the archive and for the tar in it.
pub fn keys(data: &[u8]) {
    for archive in [data.to_vec(), compressed(data)] {
        if let Ok(keys) = keys_archive::unpack(&archive) {
            installed_where_they_belong(&keys);
        }
    }
}

fn compressed(tar: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(tar).unwrap();
    encoder.finish().unwrap()
}

fn installed_where_they_belong(keys: &BTreeMap<String, Vec<u8>>) {
    for name in keys.keys() {
        assert!(name.contains("BUILD_KEY") && !name.contains('/'), "{name}");
    }
    let outside = tempfile::tempdir().unwrap();
    let directory = outside.path().join("keys");
    let outcome = keys_archive::install(keys, &directory);
    assert_eq!(names_in(outside.path()), ["keys"]);
    // A name may be too long for a file.
    if outcome.is_err() {
        return;
    }
    let expected: Vec<&String> = keys.keys().collect();
    assert_eq!(names_in(&directory).iter().collect::<Vec<_>>(), expected);
    let packed = keys_archive::pack(&directory).unwrap();
    assert_eq!(&keys_archive::unpack(&packed).unwrap(), keys);
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
