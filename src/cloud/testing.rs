//! A CLI that answers with a recording, for the tests of the providers.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;

pub use crate::properties::ask_everything;

/// What a provider's CLI printed once, from `tests/recordings`.
#[derive(Debug, Deserialize)]
pub struct Recording {
    /// The words it was called with, its own name first.
    pub argv: Vec<String>,
    /// Its exit status; none when it was stopped.
    pub rc: Option<i32>,
    /// What it printed.
    pub stdout: String,
    stderr: String,
}

impl Recording {
    /// The recording `name`, such as `doctl/droplet-list.ok`.
    pub fn named(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/recordings")
            .join(format!("{name}.json"));
        let content =
            std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        serde_json::from_slice(&content).unwrap()
    }

    /// The words after the tool's own name.
    pub fn arguments(&self) -> Vec<OsString> {
        self.argv.iter().skip(1).map(OsString::from).collect()
    }
}

/// What a CLI prints: standard output, standard error and the exit status.
pub type Answer<'a> = (&'a [u8], &'a [u8], i32);

/// A directory with a program that answers like a recording, whatever it is asked, and notes what it was asked.
pub struct FakeCli {
    directory: tempfile::TempDir,
}

impl FakeCli {
    /// A program that answers like the recordings, one after the other, then like the last for ever.
    pub fn answering(names: &[&str]) -> Self {
        let recordings: Vec<Recording> = names.iter().map(|name| Recording::named(name)).collect();
        let answers = recordings.iter().map(|recording| {
            let (stdout, stderr) = (recording.stdout.as_bytes(), recording.stderr.as_bytes());
            (stdout, stderr, recording.rc.unwrap_or(1))
        });
        Self::printing(&answers.collect::<Vec<_>>())
    }

    /// A program that prints the answers, one after the other, then the last for ever.
    pub fn printing(answers: &[Answer<'_>]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        for (number, (stdout, stderr, status)) in answers.iter().enumerate() {
            std::fs::write(at.join(format!("{number}.out")), stdout).unwrap();
            std::fs::write(at.join(format!("{number}.err")), stderr).unwrap();
            std::fs::write(at.join(format!("{number}.rc")), status.to_string()).unwrap();
        }
        let script = format!(
            "#!/bin/sh\ncd '{}' || exit 70\nn=$(cat calls.count 2>/dev/null || echo 0)\necho $((n + 1)) > calls.count\n\
             for word in \"$@\"; do printf '%s\\n' \"$word\"; done > \"$n.argv\"\n[ -f \"$n.rc\" ] || n={}\n\
             cat \"$n.out\"; cat \"$n.err\" >&2; exit \"$(cat \"$n.rc\")\"\n",
            at.display(),
            answers.len() - 1
        );
        let program = at.join("cli");
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { directory }
    }

    /// Where the program is.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("cli")
    }

    /// The words of its calls, in order.
    pub fn calls(&self) -> Vec<Vec<OsString>> {
        (0..)
            .map_while(|number| {
                std::fs::read_to_string(self.directory.path().join(format!("{number}.argv"))).ok()
            })
            .map(|words| words.lines().map(OsString::from).collect())
            .collect()
    }
}

/// What a CLI might print instead of `recording`: anything, or the recording cut off, or with a few bytes changed.
pub fn garbage(recording: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let whole = Recording::named(recording).stdout.into_bytes();
    let cut = {
        let whole = whole.clone();
        (0..=whole.len()).prop_map(move |length| whole[..length].to_vec())
    };
    let changed =
        proptest::collection::vec((0..whole.len(), any::<u8>()), 1..8).prop_map(move |changes| {
            let mut bytes = whole.clone();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes
        });
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), cut, changed]
}
