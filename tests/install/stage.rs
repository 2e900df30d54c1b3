//! A toolkit, a prefix and a place for binaries below one temporary folder, and `make` run on them.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, SystemTime};

use adt_helpers::helpers;
use assert_cmd::Command;
use tempfile::TempDir;

pub const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// Where the program lies before it is installed.
pub const PROGRAM: &str = "bin/adt-helpers";

/// Says the name and the words that it was started with, a line each.
const SAY_THE_WORDS: &str = "printf '%s\\n' \"${0##*/}\" \"$@\"";

pub struct Stage {
    root: TempDir,
}

impl Stage {
    /// A toolkit whose scripts are as they come out of a clone and a build, and the program, with a stand-in for its helpers.
    pub fn new() -> Self {
        let stage = Self {
            root: tempfile::tempdir().unwrap(),
        };
        stage.make_toolkit("home");
        fs::create_dir(stage.path("bin")).unwrap();
        stage.has_helpers_that(SAY_THE_WORDS);
        stage
    }

    /// Puts a program in place of ours that is ours by its own names, and does what `shell` says by the helpers'.
    pub fn has_helpers_that(&self, shell: &str) {
        let ours = env!("CARGO_BIN_EXE_adt-helpers");
        let text = format!(
            "#!/bin/sh\ncase ${{0##*/}} in\nadt-helpers) exec '{ours}' \"$@\" ;;\n\
             adt-helpers-*) exec '{ours}' \"${{0##*/adt-helpers-}}\" \"$@\" ;;\nesac\n{shell}\n"
        );
        self.write(PROGRAM, &text, 0o755);
    }

    /// Puts our program itself in its place.
    pub fn has_the_real_program(&self) {
        fs::copy(env!("CARGO_BIN_EXE_adt-helpers"), self.path(PROGRAM)).unwrap();
    }

    pub fn make_toolkit(&self, folder: &str) {
        fs::create_dir_all(self.path(folder).join("helperscripts")).unwrap();
        fs::create_dir_all(self.path(folder).join("initscripts")).unwrap();
        fs::create_dir_all(
            self.path(folder)
                .join("providerscripts/datastore/operations"),
        )
        .unwrap();
        fs::create_dir_all(self.path(folder).join("providerscripts/server")).unwrap();
        for (script, mode) in [
            ("ExpeditedAgileDeploymentToolkit.sh", 0o700),
            ("helperscripts/GetVariableValue.sh", 0o744),
            ("helperscripts/SetVariableValue.sh", 0o700),
            ("helperscripts/IsHardcoreBuild.sh", 0o644),
            ("helperscripts/ConnectToWebserver.sh", 0o755),
            ("initscripts/InitialiseServerUserCredentials.sh", 0o700),
            ("providerscripts/server/ListServerIDs.sh", 0o700),
            ("providerscripts/server/CreateServer.sh", 0o700),
        ] {
            let text = format!("#!/bin/sh\necho legacy {script}");
            self.write(&format!("{folder}/{script}"), &text, mode);
        }
        let link = self.path(folder).join("helperscripts/GetOsName.sh");
        symlink("../elsewhere/GetOsName.sh", link).unwrap();
        for (age, changed) in [
            "helperscripts",
            "initscripts",
            "providerscripts/server",
            ".",
        ]
        .into_iter()
        .enumerate()
        {
            self.set_age(&format!("{folder}/{changed}"), age);
        }
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    pub fn text(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    pub fn mode(&self, below: &str) -> u32 {
        fs::metadata(self.path(below)).unwrap().mode() & 0o7777
    }

    pub fn exists(&self, below: &str) -> bool {
        self.path(below).symlink_metadata().is_ok()
    }

    pub fn write(&self, below: &str, text: &str, mode: u32) {
        let file = self.path(below);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        self.set_age(below, text.len());
    }

    /// Sets a time of change that a copy made now would not have, down to the nanosecond.
    fn set_age(&self, below: &str, days: usize) {
        let days = u64::try_from(days).unwrap();
        let age = Duration::new(1_000_000 + days * 86_400, 123_456_789);
        File::open(self.path(below))
            .and_then(|file| file.set_times(FileTimes::new().set_modified(SystemTime::now() - age)))
            .unwrap();
    }

    /// Runs a program with this stage as its whole environment.
    pub fn run(&self, program: &Path, words: &[&str]) -> Output {
        Command::new(program)
            .args(words)
            .current_dir(self.root.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .output()
            .unwrap()
    }

    /// Runs `make TARGET` with the prefix, the binaries, the pages and the development tree of this stage, and then `words`.
    pub fn make(&self, target: &str, words: &[&str]) -> Output {
        let prefix = format!("PREFIX={}", self.path("prefix").display());
        let binaries = format!("BINDIR={}", self.path("bin").display());
        let manuals = format!("MANUALS={}", self.path("manuals").display());
        let development = format!("DEVELOPMENT={}", self.path("development").display());
        let mut all = vec!["-s", "-C", REPOSITORY, target];
        all.extend([&*prefix, &*binaries, &*manuals, &*development]);
        all.extend(words);
        self.run(Path::new("make"), &all)
    }

    pub fn install(&self) {
        let build_home = format!("BUILD_HOME={}", self.path("home").display());
        succeeds(&self.make("install", &[&build_home]));
    }

    /// Runs the installed program by its name on PATH, with this stage's development tree. The stand-in cannot know where
    /// it lies.
    pub fn command(&self, words: &[&str]) -> Output {
        let names = self.path("prefix/libexec/adt-helpers");
        let development = self.path("development").display().to_string();
        let mut all = [words, &["--names", names.to_str().unwrap()]].concat();
        if words != ["update-toolkit"] {
            all.extend(["--development", &development]);
        }
        self.run(&self.path("prefix/bin/adt-helpers"), &all)
    }

    pub fn uninstall(&self) {
        succeeds(&self.make("uninstall", &[]));
    }

    /// Everything that is to be seen below a folder: path, kind and mode, owner, time of change, content.
    pub fn snapshot(&self, below: &str) -> BTreeMap<PathBuf, String> {
        let mut seen = BTreeMap::new();
        look(&self.path(below), &mut seen);
        seen
    }
}

fn look(path: &Path, seen: &mut BTreeMap<PathBuf, String>) {
    let Ok(data) = path.symlink_metadata() else {
        return;
    };
    let content = if data.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            look(&entry.unwrap().path(), seen);
        }
        String::new()
    } else if data.is_symlink() {
        fs::read_link(path).unwrap().display().to_string()
    } else {
        String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
    };
    let facts = format!(
        "{:o} {}:{} {}.{} {content}",
        data.mode(),
        data.uid(),
        data.gid(),
        data.mtime(),
        data.mtime_nsec()
    );
    seen.insert(path.to_owned(), facts);
}

/// The names of our helpers, in alphabetical order.
pub fn helper_names() -> Vec<String> {
    let mut names: Vec<String> = helpers::ALL.iter().map(|it| it.name.to_owned()).collect();
    names.sort();
    names
}

/// The names, without it, of a folder's files that end in `.extension`.
pub fn names_in(folder: &Path, extension: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ends| ends == extension))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// What a program said that did what it should.
pub fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a program said that refused, on the line before that of `make`.
pub fn refuses(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let errors = String::from_utf8(output.stderr.clone()).unwrap();
    let lines: Vec<&str> = errors.lines().collect();
    assert!(
        matches!(lines[..], [_, make] if make.starts_with("make: ")),
        "{errors}"
    );
    lines[0].to_owned()
}
