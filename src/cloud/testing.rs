//! A CLI that answers with a recording, for the tests of the providers.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What a provider's CLI printed once, from `tests/recordings`.
#[derive(Debug, Deserialize)]
pub struct Recording {
    /// The words it was called with, its own name first.
    pub argv: Vec<String>,
    rc: Option<i32>,
    stdout: String,
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
}

/// A directory with a program that answers like a recording, whatever it is asked, and notes what it was asked.
pub struct FakeCli {
    directory: tempfile::TempDir,
}

impl FakeCli {
    /// A program that answers like the recordings, one after the other, then like the last for ever.
    pub fn answering(names: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        for (number, name) in names.iter().enumerate() {
            let recording = Recording::named(name);
            std::fs::write(at.join(format!("{number}.out")), &recording.stdout).unwrap();
            std::fs::write(at.join(format!("{number}.err")), &recording.stderr).unwrap();
            std::fs::write(
                at.join(format!("{number}.rc")),
                recording.rc.unwrap_or(1).to_string(),
            )
            .unwrap();
        }
        let script = format!(
            "#!/bin/sh\ncd '{}' || exit 70\nn=$(cat calls.count 2>/dev/null || echo 0)\necho $((n + 1)) > calls.count\n\
             for word in \"$@\"; do printf '%s\\n' \"$word\"; done > \"$n.argv\"\n[ -f \"$n.rc\" ] || n={}\n\
             cat \"$n.out\"; cat \"$n.err\" >&2; exit \"$(cat \"$n.rc\")\"\n",
            at.display(),
            names.len() - 1
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
