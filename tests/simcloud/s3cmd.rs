//! s3cmd 2.3 on the shared buckets.

use std::env;
use std::fmt::Write;
use std::path::Path;

use crate::answer::{Answer, Failure, date};
use crate::args::{Args, Flag};
use crate::cloud::Cloud;
use crate::store::{Place, Store, download_to, fold, upload_to};
use crate::tool::Call;

mod failure;
mod info;
mod sync;

const FLAGS: &[Flag] = &[
    ("-c|--config", true),
    ("--host", true),
    ("--host-bucket", true),
    ("-r|--recursive", false),
    ("-f|--force", false),
    ("--no-progress", false),
    ("-q|--quiet", false),
];

struct S3cmd {
    verb: String,
    words: Vec<String>,
    config: Option<String>,
    recursive: bool,
    force: bool,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    let args = Args::parse(line, FLAGS)?;
    let (verb, words) = args.words.split_first().ok_or("no command")?;
    let enough = match verb.as_str() {
        "ls" => words.len() <= 1,
        "mb" | "rb" | "info" => words.len() == 1,
        "get" => (1..=2).contains(&words.len()),
        "put" => words.len() >= 2,
        "del" | "rm" => !words.is_empty(),
        "mv" | "sync" => words.len() == 2,
        _ => false,
    };
    if !enough {
        return Err(format!("unknown command: {}", args.words.join(" ")));
    }
    Ok(Box::new(S3cmd {
        verb: verb.clone(),
        words: words.to_vec(),
        config: args.get("--config").map(str::to_owned),
        recursive: args.has("--recursive"),
        force: args.has("--force"),
    }))
}

impl Call for S3cmd {
    fn mutates(&self) -> bool {
        !matches!(self.verb.as_str(), "ls" | "get" | "info")
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        if let Some(answer) = self.without_config() {
            return answer;
        }
        let store = Store::new(cloud);
        match self.verb.as_str() {
            "ls" => self.ls(&store),
            "info" => self.info(&store),
            "mb" => self.make_bucket(&store),
            "rb" => self.remove_bucket(&store),
            "put" => self.put(&store),
            "get" => self.get(&store),
            "mv" => self.move_object(&store),
            "sync" => self.sync(&store),
            _ => self.delete(&store),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        self.failure(failure)
    }
}

impl S3cmd {
    fn without_config(&self) -> Option<Answer> {
        let in_home = || format!("{}/.s3cfg", env::var("HOME").unwrap_or_default());
        let config = self.config.clone().unwrap_or_else(in_home);
        (!Path::new(&config).is_file()).then(|| {
            Answer::err(
                78,
                format!(
                    "ERROR: {config}: None\nERROR: Configuration file not available.\n\
                     ERROR: Consider using --configure parameter to create one.\n"
                ),
            )
        })
    }

    /// Bucket and key of a word; empty if it is no `s3://` address.
    fn remote(&self, word: usize) -> (String, String) {
        match self.words.get(word).map(|word| Place::parse(word, "s3://")) {
            Some(Place::Remote { bucket, key }) => (bucket, key),
            _ => Default::default(),
        }
    }

    fn ls(&self, store: &Store) -> Answer {
        let (bucket, prefix) = self.remote(0);
        let mut text = String::new();
        if bucket.is_empty() {
            for bucket in store.buckets() {
                let _ = writeln!(text, "{}  s3://{}", minute(bucket.modified_ms), bucket.name);
            }
            return Answer::out(text);
        }
        if !store.has_bucket(&bucket) {
            return Answer::err(
                12,
                format!("ERROR: Bucket '{bucket}' does not exist\n{NO_BUCKET}"),
            );
        }
        let objects = store.objects(&bucket, &prefix);
        let (directories, files) = if self.recursive {
            (Vec::new(), objects)
        } else {
            fold(objects, &prefix)
        };
        for directory in directories {
            let _ = writeln!(text, "{:>29}  s3://{bucket}/{directory}", "DIR");
        }
        for file in files {
            let _ = writeln!(
                text,
                "{} {:>12}  s3://{bucket}/{}",
                minute(file.modified_ms),
                file.size,
                file.name
            );
        }
        Answer::out(text)
    }

    fn make_bucket(&self, store: &Store) -> Answer {
        let (bucket, _) = self.remote(0);
        match store.make_bucket(&bucket) {
            Ok(()) => Answer::out(format!("Bucket 's3://{bucket}/' created\n")),
            Err(error) => io_error(&error),
        }
    }

    fn remove_bucket(&self, store: &Store) -> Answer {
        let (bucket, _) = self.remote(0);
        if !store.has_bucket(&bucket) {
            return Answer::err(12, NO_BUCKET);
        }
        if !store.all_objects(&bucket, "").is_empty() {
            return Answer::err(
                13,
                "ERROR: S3 error: 409 (BucketNotEmpty): The bucket you tried to delete is not empty\n",
            );
        }
        match store.remove_bucket(&bucket) {
            Ok(()) => Answer::out(format!("Bucket 's3://{bucket}/' removed\n")),
            Err(error) => io_error(&error),
        }
    }

    fn put(&self, store: &Store) -> Answer {
        let (bucket, key) = self.remote(self.words.len() - 1);
        let mut files: Vec<_> = self.words[..self.words.len() - 1].iter().collect();
        files.retain(|file| Path::new(file).is_file());
        if files.is_empty() {
            return Answer::err(64, "ERROR: Parameter problem: Nothing to upload.\n");
        }
        if !store.has_bucket(&bucket) {
            return Answer::err(12, NO_BUCKET);
        }
        let mut text = String::new();
        for (i, file) in files.iter().enumerate() {
            let key = upload_to(&key, file);
            match store.put(Path::new(file), &bucket, &key) {
                Ok(size) => line(
                    &mut text,
                    "upload",
                    file,
                    &format!("s3://{bucket}/{key}"),
                    size,
                    (i + 1, files.len()),
                ),
                Err(error) => return io_error(&error),
            }
        }
        Answer::out(text)
    }

    fn get(&self, store: &Store) -> Answer {
        let (bucket, key) = self.remote(0);
        if !store.has(&bucket, &key) {
            return Answer::err(
                64,
                format!(
                    "ERROR: Parameter problem: Source object '{}' does not exist.\n",
                    self.words[0]
                ),
            );
        }
        let to = download_to(self.words.get(1).map_or("./", String::as_str), &key);
        if Path::new(&to).exists() && !self.force {
            let advice =
                "Use either of --force / --continue / --skip-existing or give it a new name.";
            return Answer::err(
                64,
                format!("ERROR: Parameter problem: File '{to}' already exists. {advice}\n"),
            );
        }
        match store.get(&bucket, &key, Path::new(&to)) {
            Ok(size) => Answer::out(format!(
                "download: '{}' -> '{to}' ({size} bytes in 0.0 seconds, 2.50 KB/s)\n",
                self.words[0]
            )),
            Err(error) => io_error(&error),
        }
    }

    fn delete(&self, store: &Store) -> Answer {
        let mut answer = Answer::default();
        for word in 0..self.words.len() {
            let (bucket, key) = self.remote(word);
            if !store.has_bucket(&bucket) {
                return Answer::err(12, NO_BUCKET);
            }
            if self.recursive && key.is_empty() && !self.force {
                let address = format!("s3://{bucket}");
                return Answer::err(
                    64,
                    format!(
                        "ERROR: Parameter problem: Please use --force to delete ALL contents of {address}\n"
                    ),
                );
            }
            let keys = if self.recursive {
                store
                    .all_objects(&bucket, &key)
                    .into_iter()
                    .map(|object| object.name)
                    .collect()
            } else {
                vec![key]
            };
            if keys.is_empty() {
                answer = answer.with_stderr("WARNING: Remote list is empty.\n");
            }
            for key in keys {
                store.delete(&bucket, &key);
                answer
                    .stdout
                    .extend(format!("delete: 's3://{bucket}/{key}'\n").bytes());
            }
        }
        answer
    }

    fn move_object(&self, store: &Store) -> Answer {
        let ((bucket, key), (to_bucket, to_key)) = (self.remote(0), self.remote(1));
        let address = &self.words[0];
        if !store.has_bucket(&bucket) || !store.has_bucket(&to_bucket) {
            let says = "(404 (NoSuchBucket): The specified bucket does not exist)";
            return Answer::err(1, format!("ERROR: Copy failed for: '{address}' {says}\n"));
        }
        let Ok(content) = store.read(&bucket, &key) else {
            return Answer::err(12, format!("WARNING: Key not found {address}\n"));
        };
        let to_key = upload_to(&to_key, &key);
        if let Err(error) = store.write(&content, &to_bucket, &to_key) {
            return io_error(&error);
        }
        if (&bucket, &key) != (&to_bucket, &to_key) {
            store.delete(&bucket, &key);
        }
        Answer::out(format!(
            "move: '{address}' -> 's3://{to_bucket}/{to_key}'  [1 of 1]\n"
        ))
    }
}

const NO_BUCKET: &str =
    "ERROR: S3 error: 404 (NoSuchBucket): The specified bucket does not exist\n";

fn line(text: &mut String, verb: &str, from: &str, to: &str, size: u64, (i, of): (usize, usize)) {
    let _ = writeln!(
        text,
        "{verb}: '{from}' -> '{to}' ({size} bytes in 0.0 seconds, 1200.00 B/s) [{i} of {of}]"
    );
}

fn minute(ms: u64) -> String {
    date(ms, "%Y-%m-%d %H:%M")
}

fn io_error(error: &std::io::Error) -> Answer {
    Answer::err(74, format!("ERROR: {error}\n"))
}
