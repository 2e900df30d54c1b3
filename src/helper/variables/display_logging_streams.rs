//! `DisplayLoggingStreams [CLOUDHOST BUILD MODE STREAM]`: the newest log of a build (contract 02 §2.11).
//!
//! The toolkit's `Log.sh` goes by the exit status: whatever cannot be shown by the words given, it has asked for.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, ValueEnum};

use crate::ask;
use crate::command::{Command, Runner, Tool};
use crate::foreign_text::beginning;
use crate::reach::BuildToShow;
use crate::start;
use crate::toolkit::build_directory::BuildDirectory;

/// Shows the newest log of a build: what it printed, its errors, or its status.
///
/// What is not given is asked for.
#[derive(Debug, Parser)]
#[command(
    name = "DisplayLoggingStreams",
    version,
    after_help = "Examples:\n  DisplayLoggingStreams\n  DisplayLoggingStreams lin prod t 1\n  DisplayLoggingStreams vultr prod c 2\n\nExit status:\n  that of tail, cat or vi; 1 also where nothing could be shown; \
                  2 also where the command line cannot be understood"
)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildToShow,

    /// How: t follows it with tail, c prints it with cat, v opens it in vi
    #[arg(value_name = "MODE", requires = "build")]
    mode: Option<Mode>,

    /// Which: 1 what the build printed, 2 its errors, 3 its status
    #[arg(value_name = "STREAM", requires = "mode")]
    stream: Option<LogStream>,
}

/// What shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// tail
    T,
    /// cat
    C,
    /// vi
    V,
}

/// Which of the three logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogStream {
    /// what it printed
    #[value(name = "1")]
    Output,
    /// its errors
    #[value(name = "2")]
    Errors,
    /// its status
    #[value(name = "3")]
    Status,
}

/// Shows the log on our own streams and hands back the exit status of the program that does.
///
/// # Errors
/// When there is no such build or no log, or the program is not installed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let build = arguments.build.find()?;
    let mode = match arguments.mode {
        Some(mode) => mode,
        None => asked("Follow it with tail (t), print it with cat (c) or open it in vi (v)?")?,
    };
    let stream = match arguments.stream {
        Some(stream) => stream,
        None => asked("What it printed (1), its errors (2) or its status (3)?")?,
    };
    let log = newest(&build, stream)?;
    let mut words: Vec<_> = mode.options().iter().map(Into::into).collect();
    words.push(log.into_os_string());
    let show = Command::reading(&mode.tool().find()?, &words).timeout(Duration::MAX);
    let status = Runner::default().hand_over(&show)?;
    Ok(start::passed_on(status))
}

fn asked<T: ValueEnum>(question: &str) -> anyhow::Result<T> {
    let answer = ask::line(question)?;
    let answer = answer.to_string_lossy();
    T::from_str(answer.trim(), false).map_err(|_| {
        anyhow::anyhow!(
            "'{}' does not answer the question: {question}",
            beginning(&answer)
        )
    })
}

/// The newest log of the kind; of two written at the same moment the one with the later date in its name.
fn newest(build: &BuildDirectory, stream: LogStream) -> anyhow::Result<PathBuf> {
    let directory = build.logs();
    let entries = std::fs::read_dir(&directory).into_iter().flatten();
    let logs = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let name = entry.file_name();
        let facts = std::fs::metadata(entry.path()).ok()?;
        let is_it = name.to_str()?.starts_with(stream.beginning()) && facts.is_file();
        is_it.then_some((facts.modified().ok()?, name))
    });
    let (_, name) = logs.max().with_context(|| {
        format!(
            "there is no '{}…' in '{}'; the build {} at {} has not run yet",
            stream.beginning(),
            directory.display(),
            build.identifier(),
            build.cloudhost()
        )
    })?;
    Ok(directory.join(name))
}

impl LogStream {
    /// What the names of its files begin with.
    fn beginning(self) -> &'static str {
        match self {
            Self::Output => "build_out",
            Self::Errors => "build_err",
            Self::Status => "build_stat",
        }
    }
}

impl Mode {
    fn tool(self) -> Tool {
        match self {
            Self::T => Tool {
                names: &["tail"],
                variable: "ADT_TAIL",
                toolkit_path: "/bin/tail",
                install: "install the package coreutils",
            },
            Self::C => Tool {
                names: &["cat"],
                variable: "ADT_CAT",
                toolkit_path: "/bin/cat",
                install: "install the package coreutils",
            },
            Self::V => Tool {
                names: &["vi"],
                variable: "ADT_VI",
                toolkit_path: "/usr/bin/vi",
                install: "install the package vim",
            },
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::T => &["-f"],
            Self::C | Self::V => &[],
        }
    }
}
