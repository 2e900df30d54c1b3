//! `s3cmd sync`.

use std::fmt::Write;
use std::path::Path;

use super::{NO_BUCKET, S3cmd, line};
use crate::answer::Answer;
use crate::store::{Place, Store, base_name, files_under};

impl S3cmd {
    pub(super) fn sync(&self, store: &Store) -> Answer {
        let (from, to) = (
            Place::parse(&self.words[0], "s3://"),
            Place::parse(&self.words[1], "s3://"),
        );
        for place in [&from, &to] {
            if matches!(place, Place::Remote { bucket, .. } if !store.has_bucket(bucket)) {
                return Answer::err(12, NO_BUCKET);
            }
        }
        let mut text = String::new();
        let mut total = 0;
        let doing = match (&from, &to) {
            (Place::Local(dir), Place::Remote { bucket, key }) => {
                // As with rsync, `dir/` means what is in it.
                let (root, below) = if dir.ends_with('/') {
                    (dir.clone(), String::new())
                } else {
                    (dir.clone(), format!("{}/", base_name(dir)))
                };
                let files = files_under(Path::new(&root));
                for (i, file) in files.iter().enumerate() {
                    let key = format!("{key}{below}{}", file.name);
                    let path = Path::new(&root).join(&file.name);
                    total += store.put(&path, bucket, &key).unwrap_or_default();
                    let path = path.display().to_string();
                    line(
                        &mut text,
                        "upload",
                        &path,
                        &format!("s3://{bucket}/{key}"),
                        file.size,
                        (i + 1, files.len()),
                    );
                }
                "Uploaded"
            }
            (Place::Remote { bucket, key }, Place::Local(dir)) => {
                let objects = store.all_objects(bucket, key);
                for (i, object) in objects.iter().enumerate() {
                    let path =
                        Path::new(dir).join(object.name[key.len()..].trim_start_matches('/'));
                    total += store.get(bucket, &object.name, &path).unwrap_or_default();
                    let path = path.display().to_string();
                    line(
                        &mut text,
                        "download",
                        &format!("s3://{bucket}/{}", object.name),
                        &path,
                        object.size,
                        (i + 1, objects.len()),
                    );
                }
                "Downloaded"
            }
            (
                Place::Remote { bucket, key },
                Place::Remote {
                    bucket: to_bucket,
                    key: to_key,
                },
            ) => {
                let objects = store.all_objects(bucket, key);
                for (i, object) in objects.iter().enumerate() {
                    let name = format!(
                        "{to_key}{}",
                        object.name[key.len()..].trim_start_matches('/')
                    );
                    let content = store.read(bucket, &object.name).unwrap_or_default();
                    total += store.write(&content, to_bucket, &name).unwrap_or_default();
                    let _ = writeln!(
                        text,
                        "remote copy: '{}' -> '{name}'  [{} of {}]",
                        object.name,
                        i + 1,
                        objects.len()
                    );
                }
                "Copied"
            }
            (Place::Local(_), Place::Local(_)) => {
                return Answer::err(
                    64,
                    "ERROR: Parameter problem: Source and destination must not be both local.\n",
                );
            }
        };
        Answer::out(format!(
            "{text}Done. {doing} {total} bytes in 1.0 seconds, {total}.00 B/s.\n"
        ))
    }
}
