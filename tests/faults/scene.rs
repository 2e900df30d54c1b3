//! A workflow, and what an undisturbed run of it does.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::simcloud_state::State;
use crate::world::{Ended, Run, World, simcloud};

/// A command in a situation.
pub struct Workflow {
    /// The helper, and the situation if there are several.
    pub name: &'static str,
    /// The helper's binary.
    pub helper: &'static str,
    /// The world in which it runs, at a cloudhost.
    pub prepare: fn(&str) -> World,
    /// The command.
    pub run: for<'a> fn(&'a World) -> Run<'a>,
    /// What it says when an earlier run did all of it already.
    pub done_already: &'static str,
    /// Whether its standard output is an answer that a script takes for true.
    pub answers: bool,
    /// Whether it reports what is wrong on standard output, with a status of its own.
    pub reports: bool,
    /// Whether each run makes the same calls in the same order.
    pub is_steady: bool,
}

/// A call of a tool, as the simulated cloud logged it.
#[derive(Debug, Deserialize)]
pub struct Call {
    pub tool: String,
    pub argv: Vec<String>,
    #[serde(rename = "mutating")]
    pub changes: bool,
    #[serde(default)]
    pub secret_argv: bool,
    pub fault: Option<String>,
}

impl Call {
    /// Whether it is of a datastore's tool.
    pub fn is_of_the_datastore(&self) -> bool {
        ["s3cmd", "s5cmd", "rclone"].contains(&self.tool.as_str())
    }
}

/// All there is at one moment.
pub struct Moment {
    /// Every file below `runtimedata`; links as `-> target`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Their modes.
    pub modes: BTreeMap<String, u32>,
    /// Every object of the datastore.
    pub objects: BTreeMap<String, Vec<u8>>,
    /// The provider.
    pub cloud: State,
}

/// A workflow at a cloud before it runs, and what an undisturbed run did.
pub struct Scene {
    pub workflow: &'static Workflow,
    pub cloudhost: String,
    pub start: World,
    pub before: Moment,
    pub after: Moment,
    pub undisturbed: Ended,
    pub calls: Vec<Call>,
    /// The file operations, as `<operation> <path>`.
    pub operations: Vec<String>,
    /// How many times it slept.
    pub waits: usize,
}

impl Moment {
    /// The world as it is now.
    pub fn of(world: &World) -> Self {
        let files = world.files();
        let root = world.home("runtimedata");
        let modes = files.keys().filter_map(|name| {
            let metadata = root.join(name).symlink_metadata().ok()?;
            Some((name.clone(), metadata.permissions().mode() & 0o7777))
        });
        Self {
            modes: modes.collect(),
            objects: world.bucket(""),
            cloud: world.state(),
            files,
        }
    }
}

impl Scene {
    /// Watches an undisturbed run.
    pub fn record(workflow: &'static Workflow, cloudhost: &str) -> Self {
        let start = (workflow.prepare)(cloudhost);
        start.forget_calls();
        let world = start.twin();
        let undisturbed = interposed(&world, (workflow.run)(&world), workflow.helper, None).ends();
        let operations = operations(&world);
        Self {
            workflow,
            cloudhost: cloudhost.to_owned(),
            before: Moment::of(&start),
            after: Moment::of(&world),
            calls: calls(&world),
            operations,
            waits: waits(&world),
            undisturbed,
            start,
        }
    }
}

/// The calls so far.
pub fn calls(world: &World) -> Vec<Call> {
    let log = std::fs::read_to_string(world.path("cloud/calls.jsonl")).unwrap_or_default();
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The file operations of the last interposed run.
pub fn operations(world: &World) -> Vec<String> {
    let log = std::fs::read(world.path("operations")).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    log.lines().map(str::to_owned).collect()
}

/// How many times the last interposed run slept.
fn waits(world: &World) -> usize {
    std::fs::read(world.path("waits")).map_or(0, |log| log.len())
}

/// A run whose helper has its file operations noted, and perhaps one of them struck.
pub fn interposed<'a>(
    world: &'a World,
    run: Run<'a>,
    helper: &str,
    strike: Option<(usize, &str)>,
) -> Run<'a> {
    let run = run
        .env("LD_PRELOAD", library())
        .env("FILEFAULTS_PROGRAM", helper)
        .env("FILEFAULTS_BELOW", world.root())
        .env("FILEFAULTS_LOG", world.path("operations"))
        .env("FILEFAULTS_WAITS", world.path("waits"));
    match strike {
        Some((number, "interrupt-wait")) => run.env("FILEFAULTS_INTERRUPT", number.to_string()),
        Some((number, kind)) => run.env("FILEFAULTS_STRIKE", format!("{number} {kind}")),
        None => run,
    }
}

/// The library that stands between a helper and libc.
fn library() -> PathBuf {
    let library = simcloud().with_file_name("libfilefaults.so");
    assert!(
        library.exists(),
        "'{}' is not built; run 'cargo build --examples'",
        library.display()
    );
    library
}

/// A directory, and every directory and file below it.
pub fn places(below: &Path) -> Vec<PathBuf> {
    let mut found = vec![below.to_owned()];
    let mut next = 0;
    while let Some(directory) = found.get(next).cloned() {
        next += 1;
        for entry in std::fs::read_dir(directory).into_iter().flatten() {
            let entry = entry.unwrap();
            if !entry.file_type().unwrap().is_symlink() {
                found.push(entry.path());
            }
        }
    }
    found
}
