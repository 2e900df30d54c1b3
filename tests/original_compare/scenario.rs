//! One call of a helper as a caller of the toolkit makes it.

use std::fmt;

use crate::scenes::{Scene, Step};

/// What a caller sees of a helper besides what it leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Neither: the words on standard output are for a person, the status is ignored.
    Nothing,
    /// Standard output, in backticks; the status is ignored.
    Stdout,
    /// The exit status.
    Status,
    /// Both.
    Both,
    /// Everything, standard error too: cron mails it.
    AllStreams,
}

impl Reads {
    pub fn stdout(self) -> bool {
        matches!(self, Self::Stdout | Self::Both | Self::AllStreams)
    }

    pub fn status(self) -> bool {
        matches!(self, Self::Status | Self::Both)
    }
}

/// A helper, its words and where it is called.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub helper: &'static str,
    /// How a shell of the caller runs it; `$helper` is its path and `$@` its words.
    pub form: &'static str,
    pub words: Vec<String>,
    pub stdin: String,
    pub cloud: &'static str,
    pub scene: Scene,
    pub reads: Reads,
    pub on_autoscaler: bool,
    /// At a person's prompt, where nothing of a build is exported.
    pub by_hand: bool,
}

/// The most usual form: by path.
pub const BY_PATH: &str = r#""$helper" "$@""#;

/// As `/bin/sh <path>`.
pub const BY_SHELL: &str = r#"/bin/sh "$helper" "$@""#;

impl Scenario {
    /// The helper by path, on the build machine, with its fleet, answering to nobody; standard output is read.
    pub fn of(helper: &'static str, cloud: &'static str) -> Self {
        Self {
            helper,
            form: BY_PATH,
            words: Vec::new(),
            stdin: String::new(),
            cloud,
            scene: Vec::new(),
            reads: Reads::Stdout,
            on_autoscaler: false,
            by_hand: false,
        }
    }

    pub fn words<W: AsRef<str>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.words = words
            .into_iter()
            .map(|word| word.as_ref().to_owned())
            .collect();
        self
    }

    pub fn stdin(mut self, stdin: impl Into<String>) -> Self {
        self.stdin = stdin.into();
        self
    }

    pub fn scene(mut self, scene: impl IntoIterator<Item = Step>) -> Self {
        self.scene.extend(scene);
        self
    }

    pub fn form(mut self, form: &'static str) -> Self {
        self.form = form;
        self
    }

    pub fn reads(mut self, reads: Reads) -> Self {
        self.reads = reads;
        self
    }

    pub fn by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    pub fn on_autoscaler(mut self) -> Self {
        self.on_autoscaler = true;
        self
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = if self.on_autoscaler {
            "autoscaler "
        } else {
            ""
        };
        write!(
            formatter,
            "{} {machine}{} {:?}: {:?}",
            self.helper, self.cloud, self.scene, self.words
        )?;
        if self.form == BY_SHELL {
            write!(formatter, " by /bin/sh")?;
        }
        if !self.stdin.is_empty() {
            write!(formatter, " < {:?}", self.stdin)?;
        }
        Ok(())
    }
}
