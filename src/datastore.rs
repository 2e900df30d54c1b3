//! The S3 bucket store: bucket names, and one file per tool that talks to it (contract 06).
//!
//! What is to be done is an [`Operation`]; a tool's file turns it into the words of a command line, and knows how that
//! tool says that nothing is there. Everything else is the same for all three. The keys stay in the tool's own
//! configuration file.

mod address;
pub mod backups;
mod bucket;
mod deletions;
mod dialect;
mod downloads;
mod listings;
mod naming;
mod object_name;
mod operation;
mod pattern;
#[cfg(any(test, fuzzing))]
pub(crate) mod properties;
mod rclone;
mod refusals;
mod s3cmd;
mod s5cmd;
mod settings;
mod stored;
mod tool;
mod transfers;

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

pub use bucket::Bucket;
pub use downloads::TooLarge;
pub use listings::Held;
pub use naming::{Asking, WantedBucket, certifier};
pub use object_name::ObjectName;
pub use pattern::{Named, Pattern};
pub use stored::StoredObject;
pub use tool::DatastoreTool;

use crate::command::{Change, Command, Effect, Failure, Output, Program, Runner};
use operation::Operation;
use settings::Settings;

/// How long a question or a bucket's creation may take. s5cmd repeats a refused connection for a minute and a half; a
/// server that has not answered by now will not.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a request may take that is about any number of objects.
const BULK_TIMEOUT: Duration = Duration::from_secs(4 * 60 * 60);

/// The bucket store of the active build, reached through the tool that the build chose.
#[derive(Debug)]
pub struct Datastore {
    tool: DatastoreTool,
    program: Program,
    settings: Settings,
}

impl Datastore {
    /// Finds `tool` and its configuration number `index` (the first is 1), in the first of `places` that has it: the
    /// user's home directory, root's, and then `BUILD_HOME`, where the toolkit keeps copies.
    ///
    /// # Errors
    /// When the tool is not installed, when no place has its configuration, or when that names no host.
    pub fn open(tool: DatastoreTool, index: usize, places: &[&Path]) -> anyhow::Result<Self> {
        let program = tool.dialect().tool().find()?;
        let settings = tool.settings(index, places)?;
        Ok(Self {
            tool,
            program: program.refusing(refusals::of_keys_in(&settings.file)),
            settings,
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
        runner
            .repeat(|| self.create(runner, bucket))
            .with_context(|| self.cannot(&format!("create the bucket '{bucket}'")))
    }

    fn create(&self, runner: &Runner, bucket: &Bucket) -> Result<(), Failure> {
        let look = self.command(&Operation::ListBucket { bucket });
        match runner.output(&look) {
            Ok(_) => return Ok(()),
            // Nobody to ask, or nobody who answers: the next command would only take as long again.
            Err(failure) if failure.exit_status().is_none() => return Err(failure),
            Err(_) => {}
        }
        let creation = self.command(&Operation::CreateBucket { bucket });
        let outcome = runner.change(&creation);
        match &outcome {
            Ok(Change::Made(output)) if self.no_complaint(output).is_ok() => return Ok(()),
            Ok(Change::Rehearsed) => return Ok(()),
            _ => {}
        }
        // Somebody else was quicker, or the first look met a bad moment: a bucket that can be listed will do.
        match runner.output(&look) {
            Ok(_) => Ok(()),
            Err(unseen) => Err(outcome.err().unwrap_or(unseen)),
        }
    }

    fn command(&self, operation: &Operation<'_>) -> Command {
        let words = self.tool.dialect().arguments(&self.settings, operation);
        self.command_of(&words, operation.effect())
    }

    fn command_of(&self, words: &[OsString], effect: Effect) -> Command {
        let dialect = self.tool.dialect();
        let command = match effect {
            Effect::Reads => Command::reading(&self.program, words),
            Effect::Changes => Command::changing(&self.program, words),
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

    /// The beginning of a message about what could not be done.
    fn cannot(&self, act: &str) -> String {
        format!(
            "cannot {act} with the settings in '{}'",
            self.settings.file.display()
        )
    }
}

#[cfg(test)]
mod tests;
