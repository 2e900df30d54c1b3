//! The buckets that s3cmd, s5cmd and rclone share: `buckets/<bucket>/<key>` in the simulated cloud's directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::cloud::Cloud;

/// The MD5 of every object, and the account that owns them: nothing here looks at either.
pub const MD5: &str = "b1946ac92492d2347c6235b4d2611184";
pub const ACCOUNT: &str = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";

/// The media type that the tools give an object called so, as far as objects here are called.
pub fn media_type(key: &str) -> &'static str {
    if Path::new(key).extension().is_some_and(|it| it == "gz") {
        "application/gzip"
    } else {
        "binary/octet-stream"
    }
}

/// A bucket or an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub name: String,
    pub size: u64,
    pub modified_ms: u64,
}

/// A place that a tool copies from or to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Local(String),
    Remote { bucket: String, key: String },
}

impl Place {
    /// Reads `s3://bucket/key` (for rclone `s3:bucket/key`) or a file's path.
    pub fn parse(text: &str, prefix: &str) -> Self {
        match text.strip_prefix(prefix) {
            Some(rest) => {
                let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
                Self::Remote {
                    bucket: bucket.to_owned(),
                    key: key.to_owned(),
                }
            }
            None => Self::Local(text.to_owned()),
        }
    }
}

pub struct Store<'a> {
    cloud: &'a Cloud,
    root: PathBuf,
}

impl<'a> Store<'a> {
    pub fn new(cloud: &'a Cloud) -> Self {
        Self {
            cloud,
            root: cloud.dir.join("buckets"),
        }
    }

    pub fn buckets(&self) -> Vec<Entry> {
        let Ok(entries) = fs::read_dir(&self.root) else {
            return Vec::new();
        };
        let named = entries.flatten().map(|entry| {
            entry_of(
                &entry.path(),
                entry.file_name().to_string_lossy().into_owned(),
            )
        });
        self.shown(named.collect())
    }

    pub fn has_bucket(&self, bucket: &str) -> bool {
        !bucket.is_empty() && self.root.join(bucket).is_dir()
    }

    pub fn make_bucket(&self, bucket: &str) -> io::Result<()> {
        fs::create_dir_all(self.root.join(bucket))
    }

    /// Removes a bucket that is there and empty.
    pub fn remove_bucket(&self, bucket: &str) -> io::Result<()> {
        fs::remove_dir_all(self.root.join(bucket))
    }

    /// The objects whose key begins with `prefix`, as a list shows them.
    pub fn objects(&self, bucket: &str, prefix: &str) -> Vec<Entry> {
        self.shown(self.all_objects(bucket, prefix))
    }

    /// The objects whose key begins with `prefix`, all of them.
    pub fn all_objects(&self, bucket: &str, prefix: &str) -> Vec<Entry> {
        let root = self.root.join(bucket);
        let mut found = files_under(&root);
        found.retain(|entry| entry.name.starts_with(prefix));
        found
    }

    /// The object of this very name.
    pub fn entry(&self, bucket: &str, key: &str) -> Option<Entry> {
        let path = self.path(bucket, key);
        path.is_file().then(|| entry_of(&path, key.to_owned()))
    }

    pub fn has(&self, bucket: &str, key: &str) -> bool {
        self.path(bucket, key).is_file()
    }

    /// The object's content is the file's.
    pub fn put(&self, from: &Path, bucket: &str, key: &str) -> io::Result<u64> {
        self.write(&fs::read(from)?, bucket, key)
    }

    pub fn write(&self, content: &[u8], bucket: &str, key: &str) -> io::Result<u64> {
        write(&self.path(bucket, key), content)
    }

    pub fn get(&self, bucket: &str, key: &str, to: &Path) -> io::Result<u64> {
        write(to, &fs::read(self.path(bucket, key))?)
    }

    pub fn read(&self, bucket: &str, key: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path(bucket, key))
    }

    /// Deletes an object, and the directories that it leaves empty; false if there is none.
    pub fn delete(&self, bucket: &str, key: &str) -> bool {
        let path = self.path(bucket, key);
        let deleted = fs::remove_file(&path).is_ok();
        let bucket = self.root.join(bucket);
        for parent in path
            .ancestors()
            .skip(1)
            .take_while(|parent| **parent != bucket)
        {
            if fs::remove_dir(parent).is_err() {
                break;
            }
        }
        deleted
    }

    /// The content of a file or an object.
    pub fn read_at(&self, place: &Place) -> Option<Vec<u8>> {
        match place {
            Place::Local(path) => fs::read(path).ok(),
            Place::Remote { bucket, key } => self.read(bucket, key).ok(),
        }
    }

    /// Writes a file or an object.
    pub fn write_at(&self, place: &Place, content: &[u8]) -> io::Result<u64> {
        match place {
            Place::Local(path) => write(Path::new(path), content),
            Place::Remote { bucket, key } => self.write(content, bucket, key),
        }
    }

    /// Removes a file or an object.
    pub fn remove_at(&self, place: &Place) {
        match place {
            Place::Local(path) => drop(fs::remove_file(path)),
            Place::Remote { bucket, key } => drop(self.delete(bucket, key)),
        }
    }

    fn path(&self, bucket: &str, key: &str) -> PathBuf {
        self.root.join(bucket).join(key)
    }

    /// What a list shows: sorted, without what a fault hides.
    fn shown(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        entries.retain(|entry| self.cloud.is_listed(entry.modified_ms));
        entries.sort();
        self.cloud.cut(entries)
    }
}

/// The files below a directory, named relative to it and sorted.
pub fn files_under(root: &Path) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(&dir) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(root) {
                found.push(entry_of(&path, name.to_string_lossy().into_owned()));
            }
        }
    }
    found.sort();
    found
}

/// Keys under `prefix` folded at the next `/`, directories first, as `ls` shows them.
pub fn fold(objects: Vec<Entry>, prefix: &str) -> (Vec<String>, Vec<Entry>) {
    let mut directories: Vec<String> = Vec::new();
    let mut files = Vec::new();
    for object in objects {
        match object.name[prefix.len()..].find('/') {
            Some(slash) => directories.push(object.name[..=prefix.len() + slash].to_owned()),
            None => files.push(object),
        }
    }
    directories.dedup();
    (directories, files)
}

/// The part after the last `/`.
pub fn base_name(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path)
}

/// Where a download of `key` goes: into `to` if that is a directory, to `to` otherwise; as the tools name it.
pub fn download_to(to: &str, key: &str) -> String {
    if to.ends_with('/') || Path::new(to).is_dir() {
        format!("{}/{}", to.trim_end_matches('/'), base_name(key))
    } else {
        to.to_owned()
    }
}

/// Where an upload of `file` goes: below `key` if that ends like a directory.
pub fn upload_to(key: &str, file: &str) -> String {
    if key.is_empty() || key.ends_with('/') {
        format!("{key}{}", base_name(file))
    } else {
        key.to_owned()
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<u64> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)?;
    Ok(content.len() as u64)
}

fn entry_of(path: &Path, name: String) -> Entry {
    let metadata = fs::metadata(path).ok();
    let modified = metadata
        .as_ref()
        .and_then(|m| m.modified().ok())
        .and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    Entry {
        name,
        size: metadata.map_or(0, |m| m.len()),
        modified_ms: modified.map_or(0, |d| d.as_secs() * 1000 + u64::from(d.subsec_millis())),
    }
}
