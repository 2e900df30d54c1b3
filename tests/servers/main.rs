//! The questions about machines from the front door: given a `BUILD_HOME` and a CLI that prints what was recorded, when a
//! binary runs with these words, then these bytes, this status and these calls.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod odd_answers;
mod troubles;

#[allow(dead_code, reason = "some tests name the program itself")]
#[path = "../programs/mod.rs"]
mod programs;

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

const LIST: &str = "ListServerIDs";
const NUMBER: &str = "NumberOfServers";
const RUNNING: &str = "IsInstanceRunning";
const ADDRESSES: &str = "GetServerIPAddresses";
const PRIVATE: &str = "GetServerPrivateIPAddresses";
const NAME: &str = "GetServerName";
const BY_IP: &str = "GetServerPublicIPAddressByIP";

/// The cloudhosts, the tools they are asked through, and the region of the recorded machines.
const CLOUDS: [(&str, &str, &str); 4] = [
    ("digitalocean", "doctl", "lon1"),
    ("exoscale", "exo", "ch-gva-2"),
    ("linode", "linode-cli", "gb-lon"),
    ("vultr", "vultr", "lhr"),
];

#[derive(Deserialize)]
struct Recording {
    rc: Option<i32>,
    stdout: String,
    stderr: String,
}

fn recorded(name: &str) -> Recording {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let content = std::fs::read(recordings.join(format!("{name}.json"))).unwrap();
    serde_json::from_slice(&content).unwrap()
}

/// A `BUILD_HOME` with the build `prod` at one cloud, and the cloud's CLI.
struct World {
    root: tempfile::TempDir,
    cloudhost: &'static str,
    tool: &'static str,
}

impl World {
    fn at(cloudhost: &str) -> Self {
        let of = |cloud: &&(&str, &str, &str)| cloud.0 == cloudhost;
        let (cloudhost, tool, region) = *CLOUDS.iter().find(of).unwrap();
        let world = Self {
            root: tempfile::tempdir().unwrap(),
            cloudhost,
            tool,
        };
        let build = format!("home/runtimedata/{cloudhost}/prod");
        world.write("home/runtimedata/ACTIVE_CLOUDHOST", cloudhost.as_bytes());
        world.write("home/runtimedata/ACTIVE_BUILD_IDENTIFIER", b"prod\n");
        world.write(&format!("{build}/CURRENTREGION"), region.as_bytes());
        world.write(&format!("{build}/TOKEN"), b"provider-token\n");
        world.write(
            &format!("{build}/build_environment"),
            format!("REGION={region}\n").as_bytes(),
        );
        world
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    fn write(&self, relative: &str, content: &[u8]) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Lets the CLI print a recording when its words hold `words`; the first such answer counts.
    fn recording(self, words: &str, name: &str) -> Self {
        let Recording { rc, stdout, stderr } =
            recorded(&format!("{}/{name}", self.tool.trim_end_matches("-cli")));
        self.answer(words, &stdout, &stderr, rc.unwrap())
    }

    fn answer(self, words: &str, stdout: &str, stderr: &str, status: i32) -> Self {
        let script = self.path(&format!("bin/{}", self.tool));
        let mut text = std::fs::read_to_string(&script).unwrap_or_else(|_| {
            format!(
                "#!/bin/sh\ncd '{}' || exit 70\nprintf '%s\\n' \"$*\" >> calls\nprintf '%s' \"$VULTR_API_KEY\" > key\n",
                self.path("cli").display()
            )
        });
        let number = text.lines().count();
        self.write(&format!("cli/{number}.out"), stdout.as_bytes());
        self.write(&format!("cli/{number}.err"), stderr.as_bytes());
        writeln!(
            text,
            "case \"$*\" in *'{words}'*) cat {number}.out; cat {number}.err >&2; exit {status} ;; esac"
        )
        .unwrap();
        self.write(&format!("bin/{}", self.tool), text.as_bytes());
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn command(&self, binary: &str) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::new(programs::helper(binary));
        command
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("BUILD_HOME", self.path("home"))
            .env("ADT_POLL_SECONDS", "0.01");
        command
    }

    /// What `binary` prints about `subject`: standard output, standard error and the status.
    fn ask(&self, binary: &str, subject: &str) -> (String, String, i32) {
        let mut command = self.command(binary);
        let output = command
            .args([subject, self.cloudhost, "/ignored/build_home"])
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let stderr = text(output.stderr);
        assert!(!stderr.contains("panicked"), "{stderr}");
        (text(output.stdout), stderr, output.status.code().unwrap())
    }

    /// What `binary` prints when all went well and nothing was to be said.
    fn answered(&self, binary: &str, subject: &str) -> String {
        let (stdout, stderr, status) = self.ask(binary, subject);
        assert_eq!((stderr.as_str(), status), ("", 0));
        stdout
    }

    fn calls(&self) -> Vec<String> {
        let calls = std::fs::read_to_string(self.path("cli/calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }
}

/// The world of a cloud with its three recorded machines, `ws-<region>-b1-0001` to `0003`.
fn recorded_world(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    match cloudhost {
        "digitalocean" => world.recording("droplet list", "droplet-list.ok"),
        "exoscale" => world
            .recording("instance list", "instance-list-zone.ok")
            .recording("private-network show", "private-network-show.ok"),
        "linode" => world
            .recording("linodes list", "linodes-list.ok")
            .answer(
                "ips-list 70001015",
                r#"[{"ipv4":{"vpc":[{"address":"10.0.0.2","nat_1_1":"198.51.100.7"}]}}]"#,
                "",
                0,
            )
            .recording("ips-list", "linodes-ips-list.ok"),
        _ => world
            .recording("instance list", "instance-list.ok")
            .recording("instance ipv4 list", "instance-ipv4-list.ok"),
    }
}
