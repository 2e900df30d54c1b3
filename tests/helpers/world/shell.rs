//! Helpers in a shell line, and what a refusal looks like.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{Door, Ended, Run, World};

/// Every way in.
pub const DOORS: [Door; 3] = [Door::Shim, Door::Shell, Door::Binary];

/// A message longer than this fills a screen.
const LONGEST_LINE_BYTES: usize = 2000;

/// Puts `$1/tmp` in the place of `/tmp`; what is needed of the old `/tmp`, the world and what cargo built, shows through.
const PRIVATE_TMP: &str = r#"
set -e
for place in "$1" "$2"; do
    case $place in
    /tmp/*)
        mkdir -p "$1/tmp/${place#/tmp/}"
        mount --bind "$place" "$1/tmp/${place#/tmp/}"
        ;;
    esac
done
mount --rbind "$1/tmp" /tmp
cd "$1"
shift 2
exec "$@"
"#;

impl<'a> Run<'a> {
    /// Runs it as `"$@"` of a shell script, so that a pipe, a redirection or a limit can surround it.
    pub fn within(self, script: &str) -> Run<'a> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", script, "sh"])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear()
            .current_dir(self.world.root.path());
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        Run {
            world: self.world,
            command,
            input: self.input,
        }
    }

    /// Runs it where `/tmp` is the world's own `tmp`, so that what it leaves there ends no build of this machine.
    pub fn in_private_tmp(self) -> Run<'a> {
        let root = self.world.root.path().to_owned();
        std::fs::create_dir_all(root.join("tmp")).unwrap();
        let built = super::simcloud();
        let built = built.ancestors().nth(2).unwrap();
        let script = format!(
            "exec unshare --user --map-root-user --mount /bin/sh -c '{PRIVATE_TMP}' sh '{}' '{}' \"$@\"",
            root.display(),
            built.display()
        );
        self.within(&script)
    }

    /// Runs it with a standard input that is open and says nothing.
    pub fn with_silent_input(self) -> Run<'a> {
        self.within("mkfifo silence; exec \"$@\" 0<>silence")
    }
}

impl World {
    /// Puts a shell script in the place of a tool: the first on `PATH` of that name.
    pub fn tool(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        // The simulated tools are links to one program, which all tests have.
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }

    /// ObtainWholeMachineSnapshot with `words`.
    pub fn obtain(&self, words: &[&str]) -> Run<'_> {
        self.helper(Door::Binary, "ObtainWholeMachineSnapshot")
            .args(words)
    }

    /// Everything below `runtimedata`: modes, names, links, contents.
    pub fn tree(&self) -> (String, BTreeMap<String, Vec<u8>>) {
        let list = "cd \"$1\" && find . -printf '%m %p -> %l\\n' | sort -k2";
        (self.system(list, &self.home("runtimedata")), self.files())
    }

    /// Replaces the value of a variable, or takes the variable out.
    pub fn set_variable(&self, name: &str, value: Option<&str>) {
        self.edit_environment(|content| {
            let start = format!("{name}=");
            let lines = content.split_inclusive('\n');
            let kept: String = lines.filter(|line| !line.starts_with(&start)).collect();
            kept + &value.map_or_else(String::new, |value| format!("{start}{value}\n"))
        });
    }

    /// Runs a shell line of the system's own programs in this world, with a file for `$1`; hands back what it printed.
    pub fn system(&self, script: &str, file: &Path) -> String {
        let mut command = assert_cmd::Command::new("/bin/sh");
        command.args(["-c", script, "sh"]).arg(file);
        command.env("LC_ALL", "C").current_dir(self.root.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{script}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The names of all files and directories below a directory of the world.
    pub fn names_below(&self, relative: &str) -> Vec<String> {
        let listing = self.system("cd \"$1\" && find . | sort", &self.path(relative));
        listing.lines().map(str::to_owned).collect()
    }
}

impl Ended {
    /// It was refused: status 1, nothing on standard output, one line on standard error, which is handed back.
    #[track_caller]
    pub fn refused(&self) -> &str {
        let line = self.failed();
        assert!(
            line.ends_with('\n') && line.matches('\n').count() == 1,
            "not one line: {self}"
        );
        assert!(
            line.len() <= LONGEST_LINE_BYTES,
            "{} bytes are no message: {line:.200}",
            line.len()
        );
        line.trim_end()
    }

    /// It failed somewhere on the way, with a message that a person can read: handed back without the lines that tell
    /// of progress.
    #[track_caller]
    pub fn gave_up(&self) -> &str {
        let said = self.failed();
        assert!(
            said.len() <= 10 * LONGEST_LINE_BYTES,
            "{} bytes are no message: {said:.200}",
            said.len()
        );
        let last = said.rfind("ObtainWholeMachineSnapshot: ");
        assert!(last.is_some(), "no message of its own: {self}");
        said.get(last.unwrap_or_default()..).unwrap_or_default()
    }

    /// Its standard output, whatever became of it.
    pub fn stdout(&self) -> &str {
        &self.stdout
    }

    /// It succeeded without a word to the person.
    #[track_caller]
    pub fn succeeded_silently(&self) -> &str {
        assert_eq!(self.stderr, "", "{self}");
        self.succeeded()
    }
}
