//! The unmodified scripts under the same tests: `SUT=theirs ADT_ORIGINAL=<toolkit checkout>`.
//!
//! They run by their real paths in a sandbox (`sandbox`, beside this file), so neither they nor our binaries know of it.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use adt_helpers::helpers::Helper;

/// Where the toolkit is for its scripts.
pub const BUILD_HOME: &str = "/home/agile-user/adt-build-machine-scripts";

/// Where the toolkit has the tools that the simulated cloud stands for (contract 07, and 06 for the datastore's).
const TOOLS: [(&str, &str); 7] = [
    ("doctl", "usr/local/bin"),
    ("linode-cli", "usr/local/bin"),
    ("exo", "usr/bin"),
    ("vultr", "usr/bin"),
    ("s3cmd", "usr/bin"),
    ("s5cmd", "usr/bin"),
    ("rclone", "usr/bin"),
];

/// A script ends within this time: some never end.
const LIMIT_SECS: u32 = 120;

/// The namespaces of a sandbox. The last two options end what runs in it when it is killed from outside.
const NAMESPACES: [&str; 7] = [
    "--user",
    "--map-root-user",
    "--mount",
    "--net",
    "--pid",
    "--fork",
    "--kill-child",
];

/// The checkout whose scripts are under test; none where our helpers are.
pub fn toolkit() -> Option<PathBuf> {
    chosen(std::env::var_os("SUT"), std::env::var_os("ADT_ORIGINAL"))
}

/// Whether the unmodified scripts are under test. A difference in wording stands in an `if is_original()`, no other does.
pub fn is_original() -> bool {
    toolkit().is_some()
}

/// What `SUT` and `ADT_ORIGINAL` choose. Nothing is skipped: what cannot be tested fails.
pub fn chosen(sut: Option<OsString>, original: Option<OsString>) -> Option<PathBuf> {
    let sut = sut.unwrap_or_else(|| "ours".into());
    match sut.to_str() {
        Some("ours") => return None,
        Some("theirs") => {}
        _ => panic!(
            "SUT is '{}'; it is 'ours', the default, or 'theirs'",
            sut.display()
        ),
    }
    let original = PathBuf::from(original.unwrap_or_default());
    assert!(
        original != Path::new(""),
        "SUT=theirs needs a checkout of the toolkit; ADT_ORIGINAL names it"
    );
    let script = original.join("helperscripts/GetVariableValue.sh");
    let named = format!("ADT_ORIGINAL is '{}'", original.display());
    let text = std::fs::read_to_string(&script).unwrap_or_else(|error| {
        let script = script.display();
        panic!("{named}, which is no checkout of the toolkit: '{script}': {error}")
    });
    assert!(
        !text.contains(" --shim"),
        "{named}, but its GetVariableValue.sh is a shim of ours; it must be unmodified"
    );
    Some(std::fs::canonicalize(&original).unwrap())
}

/// Whether the original is known to do otherwise, so that the test has nothing to compare; `why` names the helper, what we
/// do, and the page of the contract. `make original` lists each of them.
#[track_caller]
pub fn corrected(why: &str) -> bool {
    let is_original = is_original();
    if is_original {
        let place = std::panic::Location::caller();
        let line = format!("{}\t{}:{}\t{why}", test(), place.file(), place.line());
        record("original-corrected.txt", &line);
    }
    is_original
}

/// How many differences in wording the tests below a directory allow for; the number may only fall.
pub fn count(directory: &Path) -> usize {
    let entries = std::fs::read_dir(directory).unwrap();
    let counts = entries.map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return count(&path);
        }
        if path.ends_with("original.rs") || path.extension().is_none_or(|it| it != "rs") {
            return 0;
        }
        let content = std::fs::read_to_string(&path).unwrap();
        let code = content
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        code.filter(|line| line.contains("if is_original()") || line.contains("if !is_original()"))
            .count()
    });
    counts.sum()
}

/// The machine that a script sees, made of the folder of a test.
pub struct Sandbox<'a> {
    /// The folder of the test, with `build_home`, `cloud` and `home`.
    pub world: &'a Path,
    /// `links` does without an overlay.
    pub layers: &'static str,
    /// When a script is ended.
    pub limit_secs: u32,
}

impl<'a> Sandbox<'a> {
    /// The sandbox of a test.
    pub fn of(world: &'a Path) -> Self {
        Self {
            world,
            layers: "any",
            limit_secs: LIMIT_SECS,
        }
    }

    /// Copies the toolkit into the test's `BUILD_HOME`, and the simulated cloud into the sandbox.
    pub fn install(&self, toolkit: &Path, simcloud: &Path) {
        assert_namespaces_are_permitted();
        assert!(
            Path::new("/usr/bin/jq").exists(),
            "the toolkit's scripts need '/usr/bin/jq', which does not exist; install jq"
        );
        copy_toolkit(toolkit, &self.world.join("build_home"));
        let sandbox = self.world.join("sandbox");
        for folder in [
            "home/agile-user/adt-build-machine-scripts",
            "home/.simcloud/cloud",
            "home/.machine",
            "links/usr/bin",
            "links/usr/local/bin",
            "run",
            "tmp",
            "usr/bin",
            "usr/local/bin",
        ] {
            std::fs::create_dir_all(sandbox.join(folder)).unwrap();
        }
        std::fs::write(
            sandbox.join("home/buildhome.dat"),
            format!("{BUILD_HOME}\n"),
        )
        .unwrap();
        link_or_copy(simcloud, &sandbox.join("home/.simcloud/simcloud"));
        let sleep = sandbox.join("usr/bin/sleep");
        std::fs::write(&sleep, include_str!("sleep")).unwrap();
        std::fs::set_permissions(&sleep, std::fs::Permissions::from_mode(0o755)).unwrap();
        for (tool, folder) in TOOLS {
            symlink("/home/.simcloud/simcloud", sandbox.join(folder).join(tool)).unwrap();
        }
    }

    /// A command that runs the original of a helper by its path, or as `/bin/sh <path>`.
    pub fn command(&self, name: &str, through_shell: bool) -> Command {
        if is_original() {
            record("original-ran.txt", &test());
        }
        let directory = format!("{BUILD_HOME}/{}", folder_of(name));
        let shell = through_shell.then(|| "/bin/sh".to_owned());
        let script = format!("{directory}/{name}.sh");
        let words: Vec<String> = shell.into_iter().chain([script]).collect();
        self.running(&directory, &words)
    }

    /// A command that runs these words in a directory of the sandbox.
    pub fn running(&self, directory: &str, words: &[String]) -> Command {
        let mut command = unshare();
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helpers/sandbox"))
            .arg(self.world)
            .args([self.layers, &self.limit_secs.to_string(), directory])
            .args(words)
            .current_dir(self.world)
            .env("HOME", "/root")
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("BUILD_HOME", BUILD_HOME)
            .env("SIMCLOUD_DIR", "/home/.simcloud/cloud");
        command
    }
}

/// The folder of the toolkit that has a helper's script.
pub fn folder_of(name: &str) -> &'static str {
    Helper::named(name).map_or("helperscripts", |helper| helper.folder)
}

/// Puts a program of many megabytes into a sandbox: a link is as good as a copy, which takes its time.
pub fn link_or_copy(program: &Path, place: &Path) {
    if std::fs::hard_link(program, place).is_err() {
        std::fs::copy(program, place).unwrap();
    }
}

/// Copies what git has of a checkout. A toolkit in use has its state, and its keys, in `runtimedata` and in hidden files.
fn copy_toolkit(toolkit: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let listing = std::fs::read_dir(toolkit).unwrap();
    let entries = listing.map(|entry| entry.unwrap()).filter(|entry| {
        let name = entry.file_name();
        name != "runtimedata" && !name.to_string_lossy().starts_with('.')
    });
    let copied = Command::new("cp")
        .args(["-a", "--no-preserve=ownership", "--target-directory"])
        .arg(to)
        .args(entries.map(|entry| entry.path()))
        .status()
        .unwrap();
    // In git no script is executable; the toolkit does this to itself before it runs (contract 00).
    let opened = Command::new("chmod").args(["-R", "700"]).arg(to).status();
    assert!(
        copied.success() && opened.unwrap().success(),
        "cannot copy '{}'",
        toolkit.display()
    );
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command
        .env_clear()
        .env(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
        .args(NAMESPACES);
    command
}

/// Fails with the way out where a sandbox cannot be.
fn assert_namespaces_are_permitted() {
    static REFUSAL: OnceLock<Option<String>> = OnceLock::new();
    let refusal = REFUSAL.get_or_init(|| {
        let told = match unshare().arg("true").output() {
            Ok(output) if output.status.success() => return None,
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => format!("unshare: {error}"),
        };
        Some(advice(&told))
    });
    if let Some(refusal) = refusal {
        panic!("{refusal}");
    }
}

/// What to do where `unshare` refuses and says why.
pub fn advice(told: &str) -> String {
    format!(
        "no sandbox for the toolkit's scripts, since user namespaces are not permitted here: {told}\n\
         allow them: 'sysctl kernel.unprivileged_userns_clone=1', 'sysctl kernel.apparmor_restrict_unprivileged_userns=0' \
         or 'sysctl user.max_user_namespaces=10000'; for a container, '--security-opt seccomp=unconfined'"
    )
}

/// The name of the running test. A thread has it, unless it is the only one; then the runner gave it as an argument.
fn test() -> String {
    let thread = std::thread::current();
    let argument = || std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let named = thread.name().filter(|name| *name != "main");
    named
        .map(str::to_owned)
        .or_else(argument)
        .unwrap_or_default()
}

/// Adds a line to a list of this run, in the folder that cargo builds in.
fn record(list: &str, line: &str) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .create(true)
        .append(true)
        .open(target.join(list))
        .unwrap();
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}
