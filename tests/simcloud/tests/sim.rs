//! A simulated cloud in a temporary directory.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::state::{Fault, State, save_faults};

/// The cloud, and the directory with the tools' names.
pub struct Sim {
    home: TempDir,
}

/// What a call returned and printed.
#[derive(Debug)]
pub struct Done {
    pub rc: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Done {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }

    /// The number of rows of a JSON list.
    pub fn rows(&self) -> usize {
        let json = self.json();
        let rows = ["instances", "snapshots", "vpcs", "firewall_groups"]
            .iter()
            .find_map(|key| json.get(*key));
        rows.unwrap_or(&json).as_array().expect("a list").len()
    }
}

impl Sim {
    pub fn new() -> Self {
        let sim = Self {
            home: TempDir::new().expect("a temporary directory"),
        };
        let dir = sim.dir();
        let dir = dir.to_str().expect("UTF-8");
        assert_eq!(sim.admin(&["init", dir]).rc, Some(0));
        assert_eq!(
            sim.admin(&["link", sim.bin().to_str().expect("UTF-8")]).rc,
            Some(0)
        );
        sim
    }

    pub fn dir(&self) -> PathBuf {
        self.home.path().join("cloud")
    }

    pub fn bin(&self) -> PathBuf {
        self.home.path().join("bin")
    }

    /// Where the tools run.
    pub fn work(&self) -> PathBuf {
        let work = self.home.path().join("work");
        fs::create_dir_all(&work).expect("a directory");
        work
    }

    /// Changes the state.
    pub fn with(&self, change: impl FnOnce(&mut State)) -> &Self {
        let mut state = self.state();
        change(&mut state);
        state.save(&self.dir()).expect("the state is written");
        self
    }

    pub fn state(&self) -> State {
        State::load(&self.dir()).expect("the state is read")
    }

    /// Replaces the faults by one that strikes every matching call.
    pub fn fault(&self, tool: &str, kind: &str, ms: u64) -> &Self {
        self.faults(&[Fault {
            tool: tool.into(),
            kind: kind.into(),
            ms,
            ..Fault::default()
        }])
    }

    pub fn faults(&self, faults: &[Fault]) -> &Self {
        save_faults(&self.dir(), faults).expect("the faults are written");
        self
    }

    /// The command of a tool, to be found by the file beside its link.
    pub fn command(&self, tool: &str, argv: &[&str]) -> Command {
        let mut command = Command::new(self.bin().join(tool));
        command
            .args(argv)
            .env_clear()
            .env("VULTR_API_KEY", "x")
            .env("HOME", self.home.path());
        command.current_dir(self.work()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, tool: &str, argv: &[&str]) -> Done {
        finish(&mut self.command(tool, argv))
    }

    /// Runs a tool on a command line without quotes.
    pub fn line(&self, line: &str) -> Done {
        let words: Vec<_> = line.split_whitespace().collect();
        self.run(words[0], &words[1..])
    }

    pub fn admin(&self, argv: &[&str]) -> Done {
        let mut command = Command::new(program());
        finish(command.args(argv).env("SIMCLOUD_DIR", self.dir()))
    }

    /// The lines of the call log.
    pub fn calls(&self) -> Vec<Value> {
        let log = fs::read_to_string(self.dir().join("calls.jsonl")).unwrap_or_default();
        log.lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }
}

pub fn finish(command: &mut Command) -> Done {
    let output = command.output().expect("the tool starts");
    Done {
        rc: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The example, beside the directory of the test executables.
pub fn program() -> PathBuf {
    let test = env::current_exe().expect("the test's own path");
    let profile = test
        .ancestors()
        .nth(2)
        .map(Path::to_owned)
        .expect("target/<profile>");
    let program = profile.join("examples/simcloud");
    assert!(
        program.exists(),
        "{} is missing: cargo build --example simcloud",
        program.display()
    );
    program
}

/// A shell that runs a script with the tools in reach.
pub fn shell(sim: &Sim, script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", script])
        .current_dir(sim.work())
        .stdin(Stdio::null());
    command
}
