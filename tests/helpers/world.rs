//! A `BUILD_HOME`, a simulated cloud and the tools of both, for one test.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use crate::original::{self, Sandbox};
use crate::simcloud_state::{Fault, Kind, Machine, Provider, Snapshot, State};

#[path = "world/backups.rs"]
mod backups;
#[allow(dead_code, reason = "the matrix of faults does without")]
#[path = "world/crowd.rs"]
pub mod crowd;
#[allow(dead_code, reason = "the matrix of faults does without")]
#[path = "world/disk.rs"]
pub mod disk;
#[allow(dead_code, reason = "the matrix of faults does without")]
#[path = "world/disks.rs"]
pub mod disks;
#[allow(dead_code, reason = "only some name the program itself")]
#[path = "../programs/mod.rs"]
pub mod programs;
#[allow(dead_code, reason = "only the matrix of faults needs a world twice")]
#[path = "world/scenes.rs"]
mod scenes;
#[path = "world/servers.rs"]
mod servers;
#[path = "world/shell.rs"]
mod shell;
#[allow(dead_code, reason = "the matrix of faults does without")]
#[path = "world/ssh.rs"]
pub mod ssh;
#[path = "world/stage.rs"]
mod stage;
#[path = "world/terminal.rs"]
mod terminal;

pub use servers::{LABELS, PUBLIC_KEY, shipped_cloud_init};
pub use shell::DOORS;
pub use stage::{BREAKS, Stage, names};

/// The site of the sample build.
pub const URL: &str = "www.testwebsite.uk";

/// What the names of the sample build's machines carry: the first four characters of its servers' user.
pub const RND: &str = "Xk3J";

/// The five machine types: their numbers in the question, labels, and the names of the sample build's machines.
pub const TYPES: [(&str, &str); 5] = [
    ("1", "authenticator"),
    ("2", "reverseproxy"),
    ("3", "autoscaler"),
    ("4", "webserver"),
    ("5", "database"),
];

/// The four clouds and the region that the sample build has there.
pub const CLOUDS: [(&str, Provider, &str); 4] = [
    ("digitalocean", Provider::DigitalOcean, "lon1"),
    ("exoscale", Provider::Exoscale, "ch-gva-2"),
    ("linode", Provider::Linode, "gb-lon"),
    ("vultr", Provider::Vultr, "lhr"),
];

/// What the lists of two clouds show beside the snapshots that the toolkit makes.
pub const OTHER_SORTS: [(&str, &str); 2] = [("digitalocean", "volume"), ("linode", "automatic")];

/// A `BUILD_HOME` with the sample build, and a cloud with its fleet.
pub struct World {
    root: tempfile::TempDir,
    /// The checkout of the toolkit whose scripts are under test; none where our helpers are.
    toolkit: Option<PathBuf>,
    cloudhost: &'static str,
    provider: Provider,
    region: &'static str,
}

/// A call that the simulated cloud logged.
#[derive(Debug, Deserialize)]
struct Call {
    tool: String,
    argv: Vec<String>,
    unexpected: bool,
    mutating: bool,
}

/// How a helper is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `helperscripts/<Name>.sh` by path.
    Shim,
    /// `/bin/sh helperscripts/<Name>.sh`.
    Shell,
    /// The binary.
    Binary,
}

impl World {
    /// A world at `cloudhost`, with one machine of every type.
    pub fn at(cloudhost: &str) -> Self {
        Self::with_toolkit(cloudhost, original::toolkit())
    }

    /// A world at `cloudhost` whose helpers are the scripts of a toolkit.
    pub fn with_toolkit(cloudhost: &str, toolkit: Option<PathBuf>) -> Self {
        let (cloudhost, provider, region) = CLOUDS
            .into_iter()
            .find(|cloud| cloud.0 == cloudhost)
            .unwrap();
        let world = Self {
            root: tempfile::tempdir().unwrap(),
            toolkit,
            cloudhost,
            provider,
            region,
        };
        if let Some(toolkit) = &world.toolkit {
            Sandbox::of(world.root.path()).install(toolkit, &simcloud());
        }
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtimedata");
        copy(
            &sample.join(cloudhost),
            &world.runtimedata().join(cloudhost),
        );
        world.write("runtimedata/ACTIVE_CLOUDHOST", format!("{cloudhost}\n"));
        world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "test-build\n");
        world.write(
            "builddescriptors/buildstyles.dat",
            "#DATASTORETOOL:s5cmd\nDATASTORETOOL:s3cmd\n",
        );
        for (config, content) in [
            (".s3cfg-1", "[default]\nhost_base = sos.example.invalid\n"),
            (".s5cfg-1", "[default]\nhost_base = sos.example.invalid\n"),
            (
                ".config/rclone/rclone.conf-1",
                "[s3]\nendpoint = https://sos.example.invalid\n",
            ),
        ] {
            let path = world.path("home").join(config);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        if world.toolkit.is_some() && cloudhost == "vultr" {
            // The toolkit leaves the token there for those of its scripts that do not export it.
            let configuration = world.path("home/.vultr-cli.yaml");
            std::fs::write(configuration, "api-key: 0123456789abcdefTOKEN\n").unwrap();
        }
        world.write("helperscripts/.keep", "");
        world.install_tools();
        world.set_state(&State {
            machines: world.fleet(),
            ..State::default()
        });
        world
    }

    /// A path below the world's root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    /// A path in `BUILD_HOME`.
    pub fn home(&self, relative: &str) -> PathBuf {
        self.path("build_home").join(relative)
    }

    fn runtimedata(&self) -> PathBuf {
        self.home("runtimedata")
    }

    /// Whose machines they are.
    #[allow(dead_code, reason = "the comparison with the scripts asks")]
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// A path in the active build's directory.
    pub fn build(&self, relative: &str) -> PathBuf {
        self.runtimedata()
            .join(self.cloudhost)
            .join("test-build")
            .join(relative)
    }

    /// A path in the snapshot directory, under the documented name.
    pub fn snapshots(&self, relative: &str) -> PathBuf {
        self.runtimedata()
            .join("wholemachinebackups")
            .join(URL)
            .join("snapshots")
            .join(relative)
    }

    /// A path in the snapshot directory, under the name that the build scripts use.
    pub fn legacy_snapshots(&self, relative: &str) -> PathBuf {
        self.runtimedata()
            .join("wholemachinesnapshots")
            .join(URL)
            .join("snapshots")
            .join(relative)
    }

    /// Writes a file of `BUILD_HOME`.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) {
        let path = self.home(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Changes the build's variables with `edit`.
    pub fn edit_environment(&self, edit: impl FnOnce(String) -> String) {
        let path = self.build("build_environment");
        let content = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, edit(content)).unwrap();
    }

    fn install_tools(&self) {
        let tools = self.path("bin");
        std::fs::create_dir_all(&tools).unwrap();
        std::fs::create_dir_all(self.path("cloud")).unwrap();
        for tool in [
            "doctl",
            "exo",
            "linode-cli",
            "vultr",
            "s3cmd",
            "s5cmd",
            "rclone",
        ] {
            std::os::unix::fs::symlink(simcloud(), tools.join(tool)).unwrap();
        }
    }

    /// The name of a machine of the sample build.
    pub fn machine_name(&self, label: &str) -> String {
        let region = self.region;
        match label {
            "authenticator" => format!("NO-1-auth-{region}-test-build-{RND}"),
            "reverseproxy" => format!("NO-1-rp-{region}-test-build-{RND}"),
            "autoscaler" => format!("NO-1-as-{region}-test-build-{RND}"),
            "webserver" => format!("ws-{region}-test-build-1-{RND}-init-1"),
            "database" => format!("db-{region}-test-build-{RND}"),
            _ => panic!("no machine type {label}"),
        }
    }

    /// The id of a machine of the sample build.
    pub fn machine_id(&self, label: &str) -> String {
        let name = self.machine_name(label);
        self.fleet()
            .into_iter()
            .find(|machine| machine.name == name)
            .unwrap()
            .id
    }

    /// The id of a linode's root disk, as linode-cli tells it.
    pub fn root_disk(&self, label: &str) -> String {
        let output = assert_cmd::Command::new(self.path("bin/linode-cli"))
            .env("SIMCLOUD_DIR", self.path("cloud"))
            .args([
                "linodes",
                "disks-list",
                &self.machine_id(label),
                "--no-defaults",
                "--json",
            ])
            .output()
            .unwrap();
        let disks: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut disks = disks.as_array().unwrap().iter();
        disks.find(|disk| disk["filesystem"] == "ext4").unwrap()["id"].to_string()
    }

    fn fleet(&self) -> Vec<Machine> {
        let named = TYPES.iter().enumerate();
        named
            .map(|(number, (_, label))| self.machine(number, &self.machine_name(label)))
            .collect()
    }

    /// Lets the provider's tool run `script` where its words hold `words`; there `"$real" "$@"` is what it would do.
    #[allow(dead_code, reason = "the matrix of faults does without")]
    pub fn before_the_tool(&self, words: &str, script: &str) {
        let name = match self.provider {
            Provider::DigitalOcean => "doctl",
            Provider::Exoscale => "exo",
            Provider::Linode => "linode-cli",
            Provider::Vultr => "vultr",
        };
        let (tool, real) = (self.path("bin").join(name), self.path("real"));
        std::fs::create_dir_all(&real).unwrap();
        let real = real.join(name);
        if !real.exists() {
            std::fs::rename(&tool, &real).unwrap();
        }
        let text = format!(
            "#!/bin/sh\nreal='{real}'\ncase \"$*\" in *'{words}'*)\n{script}\n;; esac\nexec \"$real\" \"$@\"\n",
            real = real.display()
        );
        std::fs::write(&tool, text).unwrap();
        std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A machine at this world's cloud.
    pub fn machine(&self, number: usize, name: &str) -> Machine {
        let id = match self.provider {
            Provider::DigitalOcean => format!("{}", 500_001_001 + number),
            Provider::Linode => format!("{}", 70_001_001 + number),
            Provider::Exoscale | Provider::Vultr => format!("cd613e30-d8f1-4adf-91b7-{number:012}"),
        };
        Machine {
            provider: self.provider,
            id,
            name: name.to_owned(),
            region: self.region.to_owned(),
            public_ip: format!("203.0.113.{}", number % 250 + 1),
            private_ip: format!("10.0.0.{}", number % 250 + 1),
            ..Machine::default()
        }
    }

    /// A usable snapshot that is at the provider before the test.
    pub fn snapshot(&self, id: &str, name: &str, label: &str) -> Snapshot {
        let kind = match self.provider {
            Provider::Exoscale => Kind::Template,
            Provider::Linode => Kind::Image,
            _ => Kind::Snapshot,
        };
        let machine_name = self.machine_name(label);
        let machine = self
            .fleet()
            .into_iter()
            .find(|machine| machine.name == machine_name)
            .unwrap();
        Snapshot {
            provider: self.provider,
            kind,
            id: id.to_owned(),
            name: name.to_owned(),
            machine_id: machine.id,
            machine_name,
            region: self.region.to_owned(),
            created_ms: 1_760_000_000_000,
            ready_ms: 1_760_000_000_000,
            ..Snapshot::default()
        }
    }

    /// The name that a snapshot of the type gets at this cloud.
    pub fn snapshot_name(&self, label: &str) -> String {
        match self.provider {
            Provider::Vultr => format!("{label}-Xk3JdQ9sPzLw8RtYv2NX"),
            _ => self.machine_name(label),
        }
    }

    /// The cloud as it is.
    pub fn state(&self) -> State {
        serde_json::from_slice(&std::fs::read(self.path("cloud/state.json")).unwrap()).unwrap()
    }

    /// Puts the cloud into a state.
    pub fn set_state(&self, state: &State) {
        std::fs::write(
            self.path("cloud/state.json"),
            serde_json::to_vec(state).unwrap(),
        )
        .unwrap();
    }

    /// Changes the cloud's state.
    pub fn edit_state(&self, edit: impl FnOnce(&mut State)) {
        let mut state = self.state();
        edit(&mut state);
        self.set_state(&state);
    }

    /// Lets calls go wrong from now on.
    pub fn faults(&self, faults: &[Fault]) {
        std::fs::write(
            self.path("cloud/faults.json"),
            serde_json::to_vec(faults).unwrap(),
        )
        .unwrap();
        let _ = std::fs::remove_file(self.path("cloud/counters.json"));
    }

    /// What the provider has that a machine can be built from, as `id name`.
    pub fn made(&self) -> Vec<Snapshot> {
        let kind = if self.provider == Provider::Exoscale {
            Some(Kind::Template)
        } else {
            None
        };
        let made = self.state().snapshots.into_iter();
        made.filter(|snapshot| kind.is_none_or(|kind| snapshot.kind == kind))
            .collect()
    }

    /// A command that runs a helper.
    pub fn helper(&self, door: Door, name: &str) -> Run<'_> {
        if self.toolkit.is_some() {
            return Run {
                world: self,
                command: self.script(door, name),
                input: Vec::new(),
            };
        }
        self.refuse_to_touch_this_computer(name);
        self.ours(door, name)
    }

    /// A command that runs a helper with words that only let it speak, such as `--help`: it may be any.
    pub fn speaking_helper(&self, name: &str) -> Run<'_> {
        self.ours(Door::Binary, name)
    }

    fn ours(&self, door: Door, name: &str) -> Run<'_> {
        let binary = programs::helper(name);
        let shim = self.home("helperscripts").join(format!("{name}.sh"));
        write_shim(&shim, name);
        match door {
            Door::Shim => self.started_as(&shim),
            Door::Binary => self.started_as(&binary),
            Door::Shell => {
                let mut run = self.started_as(Path::new("/bin/sh"));
                run.command.arg(&shim);
                run
            }
        }
    }

    /// A command that runs a program by this path in the environment that the helpers get.
    pub fn started_as(&self, program: &Path) -> Run<'_> {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("HOME", self.path("home"))
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("BUILD_HOME", self.path("build_home"))
            .env("SIMCLOUD_DIR", self.path("cloud"))
            .env("ADT_POLL_SECONDS", "0.02")
            .current_dir(self.root.path());
        Run {
            world: self,
            command,
            input: Vec::new(),
        }
    }

    /// Puts the shim of a helper where the toolkit keeps its script.
    pub fn install_at_the_toolkits_path(&self, name: &str) {
        let folder = original::folder_of(name);
        write_shim(&self.home(folder).join(format!("{name}.sh")), name);
    }

    /// The original of a helper, where the main shell of the toolkit would start it. It is no binary: that door leads to
    /// the script as well.
    fn script(&self, door: Door, name: &str) -> Command {
        let sandbox = Sandbox::of(self.root.path());
        let mut command = sandbox.command(name, door == Door::Shell);
        command
            .env("WEBSITE_URL", URL)
            .env("BUILD_IDENTIFIER", "test-build");
        command
    }

    fn log(&self) -> Vec<Call> {
        let log = std::fs::read_to_string(self.path("cloud/calls.jsonl")).unwrap_or_default();
        log.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The calls so far, as typed; a call that no tool would understand fails the test.
    pub fn calls(&self) -> Vec<String> {
        let log = self.log();
        for call in &log {
            assert!(
                !call.unexpected,
                "no tool understands: {} {:?}",
                call.tool, call.argv
            );
        }
        log.iter().map(Call::typed).collect()
    }

    /// The words of the calls so far, the tool first.
    pub fn words(&self) -> Vec<Vec<String>> {
        let words = |call: Call| std::iter::once(call.tool).chain(call.argv).collect();
        self.log().into_iter().map(words).collect()
    }

    /// The calls so far that changed something at a provider.
    pub fn changes(&self) -> Vec<String> {
        let providers = ["doctl", "exo", "linode-cli", "vultr"];
        let changes = self
            .log()
            .into_iter()
            .filter(|call| call.mutating && providers.contains(&call.tool.as_str()));
        changes.map(|call| call.typed()).collect()
    }

    /// Every file below `runtimedata`, by its path; links as `-> target`.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.runtimedata(), &self.runtimedata(), &mut files);
        files
    }

    /// The objects in a bucket, by name.
    pub fn bucket(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let directory = self.path("cloud/buckets").join(name);
        collect(&directory, &directory, &mut files);
        files
    }

    /// What `snapshot_ids.dat` holds, which must be the same under both names.
    pub fn ids(&self) -> String {
        let ids = std::fs::read_to_string(self.snapshots("snapshot_ids.dat")).unwrap_or_default();
        let legacy =
            std::fs::read_to_string(self.legacy_snapshots("snapshot_ids.dat")).unwrap_or_default();
        assert_eq!(ids, legacy, "the two names differ");
        ids
    }

    /// The notes of snapshots under way, and whatever else was left beside them.
    pub fn pending(&self) -> Vec<String> {
        let listing = std::fs::read_dir(self.snapshots("pending"))
            .into_iter()
            .flatten();
        let mut names: Vec<String> = listing
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Call {
    fn typed(&self) -> String {
        format!("{} {}", self.tool, self.argv.join(" "))
    }
}

/// A helper about to run.
pub struct Run<'a> {
    world: &'a World,
    command: Command,
    input: Vec<u8>,
}

impl Run<'_> {
    /// Adds arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes an environment variable away.
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Gives it something to read.
    pub fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Starts it and lets it run; it reads nothing.
    pub fn starts(mut self) -> std::process::Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Lets it outlive the terminal that it is started at.
    pub fn under_nohup(mut self) -> Self {
        let mut command = Command::new("/usr/bin/nohup");
        command
            .env_clear()
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .envs(
                self.command
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .current_dir(self.world.root.path());
        self.command = command;
        self
    }

    /// Runs it, for at most two minutes and a half.
    pub fn ends(self) -> Ended {
        let scene = format!("{:?}", self.command);
        let is_about_variables = scene.contains("VariableValue");
        let output = assert_cmd::Command::from_std(self.command)
            .write_stdin(self.input)
            .timeout(Duration::from_secs(150))
            .output()
            .unwrap();
        let ended = Ended {
            status: output.status.code(),
            signal: output.status.signal(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            scene: self.world.scene(&scene),
        };
        assert!(!ended.stderr.contains("panicked"), "{ended}");
        if self.world.toolkit.is_some() {
            return ended;
        }
        // That no secret is told is a promise of ours (decision 6).
        for secret in [
            "aB3dE5fG7hJ9kL1mN2",
            "p9x7c3v1bp",
            "0123456789abcdefTOKEN",
            "s3secret/Example",
        ] {
            let is_told = ended.stdout.contains(secret) || ended.stderr.contains(secret);
            assert!(!is_told || is_about_variables, "a secret was told: {ended}");
        }
        ended
    }
}

impl World {
    fn scene(&self, command: &str) -> String {
        let mut scene = format!("{command}\ncalls:\n");
        for call in self.log() {
            let _ = writeln!(scene, "  {}", call.typed());
        }
        let _ = writeln!(scene, "files:");
        for path in self.files().keys() {
            let _ = writeln!(scene, "  {path}");
        }
        scene
    }
}

/// What a helper left behind.
pub struct Ended {
    /// The exit status; none when a signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    stdout: String,
    stderr: String,
    scene: String,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "status {:?}\n--- stdout\n{}\n--- stderr\n{}\n--- scene\n{}",
            self.status, self.stdout, self.stderr, self.scene
        )
    }
}

impl Ended {
    /// It succeeded; hands back its standard output.
    #[track_caller]
    pub fn succeeded(&self) -> &str {
        assert_eq!(self.status, Some(0), "{self}");
        &self.stdout
    }

    /// It failed in its own words and printed nothing; hands back its standard error.
    #[track_caller]
    pub fn failed(&self) -> &str {
        assert_eq!(self.status, Some(1), "{self}");
        assert_eq!(self.stdout, "", "{self}");
        &self.stderr
    }

    /// Its standard error.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// It said `words` on standard error.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.stderr.contains(words), "expected '{words}' in: {self}");
        self
    }
}

/// The simulated cloud's program.
pub fn simcloud() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let profile = this.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples/simcloud");
    assert!(
        program.exists(),
        "'{}' is not built; run 'cargo build --examples'",
        program.display()
    );
    program
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn collect(root: &Path, directory: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if path.is_symlink() {
            files.insert(
                name,
                format!("-> {}", path.read_link().unwrap().display()).into_bytes(),
            );
        } else if path.is_dir() {
            collect(root, &path, files);
        } else {
            // A helper that runs meanwhile may have put its temporary file in another's place.
            match std::fs::read(&path) {
                Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
                content => drop(files.insert(name, content.unwrap())),
            }
        }
    }
}

/// Puts the shim of a helper at `path`.
fn write_shim(path: &Path, name: &str) {
    let binary = programs::helper(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, shim_text(name, &binary)).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}

/// The shim of a helper, for the binary that was built.
#[allow(dead_code, reason = "the matrix of faults does without")]
pub fn shim_of(name: &str) -> String {
    shim_text(name, &programs::helper(name))
}

/// The shim in the repository, for the binary that was built.
fn shim_text(name: &str, binary: &Path) -> String {
    let shim = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("helperscripts/{name}.sh"));
    let installed = format!("/usr/local/libexec/adt-helpers/{name}");
    let text = std::fs::read_to_string(shim).unwrap();
    text.replace(&installed, &binary.display().to_string())
}
