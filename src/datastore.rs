//! The S3 bucket store: bucket names, and one file per tool that talks to it (contract 06).
//!
//! What is to be done is an [`Operation`]; a tool's file turns it into the words of a command line, and knows how that
//! tool says that nothing is there. Everything else is the same for all three. The keys stay in the tool's own
//! configuration file.

mod bucket;
mod operation;
mod rclone;
mod s3cmd;
mod s5cmd;
mod settings;
mod tool;

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

pub use bucket::Bucket;
pub use tool::DatastoreTool;

use crate::command::{Command, Effect, Output, Program, Runner};
use operation::Operation;
use settings::Settings;

/// How long a question or a bucket's creation may take. s5cmd repeats a refused connection for a minute and a half; a
/// server that has not answered by now will not.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(60);

/// How long an upload, or a download, may take, whatever the file's size.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// An upload that is slower than this is going nowhere: a larger file has that much longer.
const SLOWEST_BYTES_PER_SECOND: u64 = 64 * 1024;

/// The bucket store of the active build, reached through the tool that the build chose.
#[derive(Debug)]
pub struct Datastore {
    tool: DatastoreTool,
    program: Program,
    settings: Settings,
}

impl Datastore {
    /// Finds `tool` and its configuration, in the first of `places` that has it: the user's home directory, root's, and
    /// then `BUILD_HOME`, where the toolkit keeps copies.
    ///
    /// # Errors
    /// When the tool is not installed, when no place has its configuration, or when that names no host.
    pub fn open(tool: DatastoreTool, places: &[&Path]) -> anyhow::Result<Self> {
        let dialect = tool.dialect();
        Ok(Self {
            tool,
            program: dialect.tool().find()?,
            settings: Settings::find(dialect, places)?,
        })
    }

    /// The tool it is reached through.
    pub fn tool(&self) -> DatastoreTool {
        self.tool
    }

    /// Makes `bucket` unless it is there, empty or not.
    ///
    /// # Errors
    /// When it is not there and cannot be made, such as one that somebody else owns.
    pub fn create_bucket_if_absent(&self, runner: &Runner, bucket: &Bucket) -> anyhow::Result<()> {
        self.create(runner, bucket).with_context(|| {
            format!(
                "cannot create the bucket '{bucket}' with the settings in '{}'",
                self.settings.file.display()
            )
        })
    }

    fn create(&self, runner: &Runner, bucket: &Bucket) -> anyhow::Result<()> {
        let look = self.command(&Operation::ListBucket { bucket });
        match runner.output(&look) {
            Ok(_) => return Ok(()),
            // Nobody to ask, or nobody who answers: the next command would only take as long again.
            Err(failure) if failure.exit_status().is_none() => return Err(failure.into()),
            Err(_) => {}
        }
        let creation = self.command(&Operation::CreateBucket { bucket });
        let outcome = runner.output(&creation);
        match &outcome {
            Ok(output) if self.no_complaint(output).is_ok() => return Ok(()),
            Err(failure) if failure.is_dry_run() => return Ok(()),
            _ => {}
        }
        // Somebody else was quicker, or the first look met a bad moment: a bucket that can be listed will do.
        match runner.output(&look) {
            Ok(_) => Ok(()),
            Err(unseen) => Err(outcome.err().unwrap_or(unseen).into()),
        }
    }

    /// Uploads `file` to the root of `bucket` under the file's own name, in place of an object of that name.
    ///
    /// # Errors
    /// When there is no such file, or when four attempts fail: the message ends with the tool's own words.
    pub fn upload(&self, runner: &Runner, file: &Path, bucket: &Bucket) -> anyhow::Result<()> {
        self.put(runner, file, bucket).with_context(|| {
            format!(
                "cannot upload '{}' to the bucket '{bucket}' with the settings in '{}'",
                file.display(),
                self.settings.file.display()
            )
        })
    }

    fn put(&self, runner: &Runner, file: &Path, bucket: &Bucket) -> anyhow::Result<()> {
        let length = match std::fs::metadata(file) {
            Ok(metadata) => {
                ensure!(metadata.is_file(), "it is not a file");
                metadata.len()
            }
            // Nothing has written it either.
            Err(_) if runner.is_dry_run() => 0,
            Err(why) => return Err(why.into()),
        };
        let name = file.file_name().context("it has no name")?;
        // A path without a leading '/' could look like an option, or to rclone like another store ('name:').
        let file = &std::path::absolute(file)?;
        let operation = Operation::Upload {
            file,
            bucket,
            name,
            now: &now(),
        };
        let transfer = Duration::from_secs(length / SLOWEST_BYTES_PER_SECOND);
        let command = self.command(&operation).timeout(UPLOAD_TIMEOUT + transfer);
        match runner.read(&command, |output| self.no_complaint(output)) {
            Err(failure) if !failure.is_dry_run() => Err(failure.into()),
            _ => Ok(()),
        }
    }

    /// Whether `bucket` has an object called `name`. A bucket that is not there has none.
    ///
    /// # Errors
    /// When the tool cannot tell, such as with keys that are refused.
    pub fn has_object(&self, runner: &Runner, bucket: &Bucket, name: &str) -> anyhow::Result<bool> {
        let dialect = self.tool.dialect();
        let look = self.command(&Operation::ListObject { bucket, name });
        match runner.output(&look) {
            Ok(output) => Ok(dialect.lists_object(&output.stdout, bucket, name)),
            Err(failure) if dialect.says_nothing_is_there(&failure) => Ok(false),
            Err(failure) => Err(failure).with_context(|| {
                format!(
                    "cannot tell whether the bucket '{bucket}' has '{}' with the settings in '{}'",
                    name.escape_debug(),
                    self.settings.file.display()
                )
            }),
        }
    }

    /// Copies the object `name` at the root of `bucket` into the directory `into`, under its own name; whether there was
    /// one. A file of that name in `into` is replaced, which s3cmd alone would refuse. s3cmd takes `*` and `?` in `name` for
    /// a pattern; no object of the toolkit has one.
    ///
    /// # Errors
    /// When the tool cannot tell whether it is there, or when four attempts fail.
    pub fn download(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &str,
        into: &Path,
    ) -> anyhow::Result<bool> {
        if !self.has_object(runner, bucket, name)? {
            return Ok(false);
        }
        let copying = || -> anyhow::Result<()> {
            let into = &std::path::absolute(into)?;
            let command = self
                .command(&Operation::Download { bucket, name, into })
                .timeout(UPLOAD_TIMEOUT);
            runner.read(&command, |output| {
                self.no_complaint(output)?;
                // rclone succeeds when there is nothing to copy.
                let file = into.join(name);
                ensure!(file.is_file(), "it left no file '{}'", file.display());
                Ok(())
            })?;
            Ok(())
        };
        copying().with_context(|| {
            format!(
                "cannot download '{}' from the bucket '{bucket}' with the settings in '{}'",
                name.escape_debug(),
                self.settings.file.display()
            )
        })?;
        Ok(true)
    }

    fn command(&self, operation: &Operation<'_>) -> Command {
        let dialect = self.tool.dialect();
        let words: Vec<OsString> = dialect.arguments(&self.settings, operation);
        let command = match operation.effect() {
            Effect::Reads => Command::reading(&self.program, &words),
            Effect::Changes => Command::changing(&self.program, &words),
        };
        dialect
            .environment()
            .iter()
            .filter(|(name, _)| std::env::var_os(name).is_none())
            .fold(
                command.timeout(QUESTION_TIMEOUT),
                |command, (name, value)| command.env(name, value),
            )
    }

    /// The tools may report an error and leave with status 0.
    fn no_complaint(&self, output: &Output) -> anyhow::Result<()> {
        let complains = output
            .stderr
            .split(|byte| *byte == b'\n')
            .any(|line| self.tool.dialect().is_complaint(line));
        ensure!(
            !complains,
            "it reported an error, although its exit status is 0"
        );
        Ok(())
    }
}

fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S")
        .to_string()
}

#[cfg(test)]
mod tests;
