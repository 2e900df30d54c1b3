//! A `BUILD_HOME` with the sample build, the API with the build's machines, and the real linode-cli between them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::linode_api::{Account, Fault, Image, Linode, LinodeApi, Trouble};
use crate::programs;
use crate::tools::real_tool;

/// The name of the sample build's webserver.
pub const WEBSERVER: &str = "ws-gb-lon-test-build-1-Xk3J-init-1";

/// The token of the sample build.
const TOKEN: &str = "0123456789abcdefTOKEN";

/// What must not be told.
const SECRETS: [&str; 3] = [TOKEN, "aB3dE5fG7hJ9kL1mN2", "s3secret/Example"];

/// A test's world.
pub struct Stage {
    root: tempfile::TempDir,
    pub api: LinodeApi,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    requests: Vec<String>,
}

impl Stage {
    /// The sample build and its five machines.
    pub fn new() -> Self {
        let labels = [
            "NO-1-auth-gb-lon-test-build-Xk3J",
            "NO-1-rp-gb-lon-test-build-Xk3J",
            "NO-1-as-gb-lon-test-build-Xk3J",
            WEBSERVER,
            "db-gb-lon-test-build-Xk3J",
        ];
        let numbered = labels.iter().zip(1..);
        Self::with(
            numbered
                .map(|(label, number)| linode(number, label))
                .collect(),
        )
    }

    /// The sample build, and these machines.
    pub fn with(linodes: Vec<Linode>) -> Self {
        let root = tempfile::tempdir().unwrap();
        let stage = Self {
            root,
            api: LinodeApi::start(Account {
                token: TOKEN.to_owned(),
                linodes,
                ..Account::default()
            }),
        };
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtimedata/linode");
        let runtimedata = stage.path("build_home/runtimedata");
        copy(&sample, &runtimedata.join("linode"));
        std::fs::write(runtimedata.join("ACTIVE_CLOUDHOST"), "linode\n").unwrap();
        std::fs::write(runtimedata.join("ACTIVE_BUILD_IDENTIFIER"), "test-build\n").unwrap();
        std::fs::create_dir(stage.path("build_home/helperscripts")).unwrap();
        std::fs::create_dir(stage.path("home")).unwrap();
        stage
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    fn snapshots(&self, relative: &str) -> PathBuf {
        self.path("build_home/runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots")
            .join(relative)
    }

    /// Lets requests that hold `on` go wrong so many times; nothing comes of them.
    pub fn trouble(&self, on: &'static str, times: usize, trouble: Trouble) {
        self.api.faults(&[Fault {
            on,
            times,
            trouble,
            is_done: false,
        }]);
    }

    /// Lets the answer to one request that holds `on` get lost; what was asked for is done.
    pub fn lost_answer(&self, on: &'static str, trouble: Trouble) {
        self.api.faults(&[Fault {
            on,
            times: 1,
            trouble,
            is_done: true,
        }]);
    }

    /// Puts an image of the webserver there that can be used; tells its id.
    pub fn old_image(&self, number: u64) -> String {
        let mut account = self.api.account();
        let mut linodes = account.linodes.iter();
        let webserver = linodes.find(|linode| linode.label == WEBSERVER).unwrap();
        let image = Image {
            number,
            label: WEBSERVER.to_owned(),
            disk: webserver.root_disk(),
            looks_left: 0,
        };
        let id = image.id();
        account.images.push(image);
        id
    }

    /// The ids of the account's own images.
    pub fn images(&self) -> Vec<String> {
        self.api.account().images.iter().map(Image::id).collect()
    }

    /// What is recorded.
    pub fn recorded(&self) -> String {
        std::fs::read_to_string(self.snapshots("snapshot_ids.dat")).unwrap_or_default()
    }

    /// Puts a record there.
    pub fn record(&self, ids: &str) {
        std::fs::create_dir_all(self.snapshots("")).unwrap();
        std::fs::write(self.snapshots("snapshot_ids.dat"), ids).unwrap();
    }

    /// There is one image of the webserver's root disk, recorded, and nothing is under way.
    #[track_caller]
    pub fn assert_one_image_is_recorded(&self) {
        let images = self.images();
        assert_eq!(images.len(), 1, "{images:?} {:#?}", self.api.log());
        assert_eq!(self.recorded(), format!("webserver:{}\n", images[0]));
        let account = self.api.account();
        let mut linodes = account.linodes.iter();
        let webserver = linodes.find(|linode| linode.label == WEBSERVER).unwrap();
        let image = &account.images[0];
        assert_eq!(
            (image.label.as_str(), image.disk),
            (WEBSERVER, webserver.root_disk())
        );
        let notes = std::fs::read_dir(self.snapshots("pending")).into_iter();
        assert_eq!(notes.flatten().count(), 0, "a note is left");
    }

    /// A helper about to run, in an environment that has nothing of the user's.
    pub fn helper(&self, name: &str) -> Command {
        let venv = real_tool("linode-cli");
        let places = [
            venv.parent().unwrap(),
            Path::new("/usr/bin"),
            Path::new("/bin"),
        ];
        let api = format!("127.0.0.1:{}", self.api.port);
        let mut command = Command::new(programs::helper(name));
        command
            .env_clear()
            .env("PATH", std::env::join_paths(places).unwrap())
            .env("HOME", self.path("home"))
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("BUILD_HOME", self.path("build_home"))
            .env("ADT_POLL_SECONDS", "0.2")
            .env("LINODE_CLI_TOKEN", TOKEN)
            .env("LINODE_CLI_API_HOST", &api)
            .env("LINODE_CLI_API_SCHEME", "http")
            .env("https_proxy", format!("http://{api}"))
            .env("no_proxy", "127.0.0.1")
            .current_dir(self.root.path());
        command
    }

    /// `ObtainWholeMachineSnapshot` of the webserver, about to run.
    pub fn obtaining(&self, arguments: &[&str]) -> Command {
        let mut command = self.helper("ObtainWholeMachineSnapshot");
        command
            .args(["--type", "webserver", "--no-datastore"])
            .args(arguments);
        command
    }

    /// `ObtainWholeMachineSnapshot` of the webserver, run to its end.
    pub fn obtain(&self, arguments: &[&str]) -> Ended {
        self.ends(self.obtaining(arguments))
    }

    /// What a question about machines is answered.
    #[track_caller]
    pub fn answered(&self, helper: &str, subject: &str) -> String {
        let ended = self.asked(helper, subject);
        assert_eq!(
            (ended.status, ended.stderr.as_str()),
            (Some(0), ""),
            "{ended}"
        );
        ended.stdout
    }

    /// How a question about machines ends.
    pub fn asked(&self, helper: &str, subject: &str) -> Ended {
        let mut command = self.helper(helper);
        command.args([subject, "linode"]);
        self.ends(command)
    }

    /// Runs a command to its end, for at most two minutes.
    pub fn ends(&self, command: Command) -> Ended {
        let output = assert_cmd::Command::from_std(command)
            .timeout(Duration::from_secs(120))
            .output()
            .unwrap();
        let ended = Ended {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            requests: self.api.log(),
        };
        assert!(!ended.stderr.contains("panicked"), "{ended}");
        for secret in SECRETS {
            let is_told = ended.stdout.contains(secret) || ended.stderr.contains(secret);
            assert!(!is_told, "a secret was told: {ended}");
        }
        let elsewhere = self.api.requests("CONNECT");
        assert_eq!(elsewhere, [""; 0], "another host was asked: {ended}");
        ended
    }

    /// Runs a command until the API has heard a request that starts so, and kills it there.
    pub fn killed_at(&self, mut command: Command, request: &str) {
        let mut run: Child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.api.wait_for(request);
        run.kill().unwrap();
        run.wait().unwrap();
    }
}

impl Ended {
    /// It succeeded.
    #[track_caller]
    pub fn succeeded(&self) -> &Self {
        assert_eq!(self.status, Some(0), "{self}");
        self
    }

    /// It failed, printed nothing to capture, and said all of `words`.
    #[track_caller]
    pub fn failed_saying(&self, words: &[&str]) -> &Self {
        assert_eq!((self.status, self.stdout.as_str()), (Some(1), ""), "{self}");
        for part in words {
            assert!(self.stderr.contains(part), "expected '{part}' in: {self}");
        }
        self
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "status {:?}\nstdout:\n{}\nstderr:\n{}\nrequests: {:#?}",
            self.status, self.stdout, self.stderr, self.requests
        )
    }
}

/// A machine that runs, at its number's addresses.
pub fn linode(number: u64, label: &str) -> Linode {
    Linode {
        id: 70_001_000 + number,
        label: label.to_owned(),
        status: "running",
        public_ip: format!("203.0.{}.{}", 100 + number / 250, number % 250 + 1),
        vpc: None,
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
