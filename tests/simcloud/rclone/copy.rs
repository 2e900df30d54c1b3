//! rclone's `copy`, `sync` and `moveto`.

use std::env;
use std::path::Path;

use super::{Rclone, below_all, now};
use crate::answer::Answer;
use crate::store::{Entry, Place, Store, base_name, files_under};

impl Rclone {
    pub(super) fn move_to(&self, store: &Store, from: &Place) -> Answer {
        if let Some(answer) = self.missing(store, from) {
            return answer;
        }
        let to = self.place(1);
        let Some(content) = store.read_at(from) else {
            return Answer::default();
        };
        match store.write_at(&to, &content) {
            Ok(_) if *from != to => store.remove_at(from),
            Ok(_) => (),
            Err(error) => return self.attempts("", &error.to_string(), 1),
        }
        Answer::default()
    }

    /// `copy` and `sync`: the target is always a directory, and a bucket that is not there is made.
    pub(super) fn copy(&self, store: &Store, from: &Place) -> Answer {
        if let Some(answer) = self.missing(store, from) {
            return answer;
        }
        let to = self.place(1);
        let mut wanted = Vec::new();
        let sources: Vec<(String, Place)> = match from {
            Place::Local(path) if Path::new(path).is_file() => {
                vec![(base_name(path).to_owned(), from.clone())]
            }
            Place::Local(dir) => {
                let file = |entry: Entry| {
                    (
                        entry.name.clone(),
                        Place::Local(format!("{}/{}", dir.trim_end_matches('/'), entry.name)),
                    )
                };
                files_under(Path::new(dir)).into_iter().map(file).collect()
            }
            Place::Remote { bucket, key } => {
                let object = |(path, object): (String, Entry)| {
                    (
                        path,
                        Place::Remote {
                            bucket: bucket.clone(),
                            key: object.name,
                        },
                    )
                };
                below_all(store, bucket, key)
                    .into_iter()
                    .map(object)
                    .collect()
            }
        };
        for (path, source) in sources {
            if !self.filter.takes(&path) {
                continue;
            }
            let target = under(&to, &path);
            let content = store.read_at(&source).unwrap_or_default();
            if let Err(error) = store.write_at(&target, &content) {
                return self.attempts("", &error.to_string(), 1);
            }
            wanted.push(target);
        }
        if let (Place::Remote { bucket, .. }, Err(error)) = (&to, made(store, &to)) {
            return self.attempts("", &format!("{bucket}: {error}"), 1);
        }
        if self.verb == "sync" {
            let there = match &to {
                Place::Remote { bucket, key } => {
                    let place = |(_, object): (String, Entry)| Place::Remote {
                        bucket: bucket.clone(),
                        key: object.name,
                    };
                    below_all(store, bucket, key)
                        .into_iter()
                        .map(place)
                        .collect()
                }
                Place::Local(dir) => files_under(Path::new(dir))
                    .into_iter()
                    .map(|file| under(&to, &file.name))
                    .collect::<Vec<_>>(),
            };
            there
                .iter()
                .filter(|place| !wanted.contains(place))
                .for_each(|place| store.remove_at(place));
        }
        Answer::default()
    }

    /// What a source that is not there gives; a missing key in a bucket that is there gives nothing.
    fn missing(&self, store: &Store, from: &Place) -> Option<Answer> {
        let what = match from {
            Place::Local(path) if !Path::new(path).exists() => {
                let dir = env::current_dir().unwrap_or_default();
                format!("Local file system at {}", dir.join(path).display())
            }
            Place::Remote { bucket, key } if !store.has_bucket(bucket) => {
                format!("S3 bucket {bucket} path {key}")
            }
            _ => return None,
        };
        let line = format!(
            "{} ERROR : {what}: error reading source root directory: directory not found\n",
            now()
        );
        Some(self.attempts(&line, "directory not found", 3))
    }
}

fn made(store: &Store, to: &Place) -> std::io::Result<()> {
    match to {
        Place::Remote { bucket, .. } => store.make_bucket(bucket),
        Place::Local(_) => Ok(()),
    }
}

fn under(to: &Place, path: &str) -> Place {
    let join = |dir: &str| {
        let dir = dir.trim_end_matches('/');
        if dir.is_empty() {
            path.to_owned()
        } else {
            format!("{dir}/{path}")
        }
    };
    match to {
        Place::Local(dir) => Place::Local(join(dir)),
        Place::Remote { bucket, key } => Place::Remote {
            bucket: bucket.clone(),
            key: join(key),
        },
    }
}
