//! `InitialiseSnapshots`: what an earlier snapshot uploaded, on a machine that builds from it.

use std::path::PathBuf;

use crate::world::{CLOUDS, DOORS, Door, Ended, TYPES, World};

mod damaged;
mod hostile_archives;
mod incomplete;
mod interrupted;
mod legacy;
mod round_trip;

pub const TOOLS: [&str; 3] = ["s3cmd", "s5cmd", "rclone"];

/// The objects in the bucket.
pub const OBJECTS: [&str; 5] = [
    "snapshot_ids.dat",
    "db_credentials.dat.candidate",
    "db_credentials.dat",
    "credentials.dat",
    "keys.tar.gz",
];

/// The sample build's key.
pub const KEY: &str = "id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build";

impl World {
    /// Lets the provider have a usable snapshot of a machine type.
    pub fn has_snapshot(&self, id: &str, label: &str) {
        let snapshot = self.snapshot(id, &self.snapshot_name(label), label);
        self.edit_state(|state| state.snapshots.push(snapshot));
    }

    /// A file in the site's bucket.
    pub fn object(&self, name: &str) -> PathBuf {
        let cloudhost = std::fs::read_to_string(self.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
        let bucket = format!("www-testwebsite-uk-{}-snap", cloudhost.trim());
        self.path("cloud/buckets").join(bucket).join(name)
    }

    /// The id of the webserver's snapshot.
    pub fn webserver_id(&self) -> String {
        let ids = std::fs::read_to_string(self.object("snapshot_ids.dat")).unwrap();
        let mut lines = ids.lines();
        let id = lines.find_map(|line| line.strip_prefix("webserver:"));
        id.unwrap().to_owned()
    }

    /// Runs `InitialiseSnapshots` where ending the build ends none of this machine's.
    pub fn initialise(&self) -> Ended {
        let run = self.helper(Door::Binary, "InitialiseSnapshots");
        run.in_private_tmp().ends()
    }

    /// Whether the build was told to end.
    pub fn is_stopped(&self) -> bool {
        self.path("tmp/END_IT_ALL").exists()
    }

    /// All records are in place, as they are in the bucket, and the build has what belongs to them.
    #[track_caller]
    pub fn assert_initialised(&self, what: &str) {
        for name in OBJECTS {
            let object = std::fs::read(self.object(name)).ok();
            assert_eq!(std::fs::read(self.snapshots(name)).ok(), object, "{what}");
            let legacy = std::fs::read(self.legacy_snapshots(name)).ok();
            assert_eq!(legacy, object, "{what}: {name}");
        }
        let sample = b"(a sample, not a key)\n";
        for key in [KEY.to_owned(), format!("{KEY}.pub")] {
            let path = self.build("keys").join(key);
            assert_eq!(std::fs::read(&path).unwrap(), sample, "{what}");
            assert_eq!(self.mode(&path), "600", "{what}");
        }
        for (file, variable, value) in [
            ("SERVERUSER", "SERVER_USER", "Xk3JdQ9sPzLw8RtYv2NX"),
            (
                "SERVERUSERPASSWORD",
                "SERVER_USER_PASSWORD",
                "aB3dE5fG7hJ9kL1mN2",
            ),
        ] {
            let path = self.build("credentials").join(file);
            let content = std::fs::read_to_string(&path).unwrap();
            assert_eq!(content, format!("{value}\n"), "{what}");
            assert_eq!(self.mode(&path), "600", "{what}");
            assert_eq!(self.variable(variable), [value], "{what}");
        }
        assert_eq!(self.pending(), [""; 0], "{what}");
        assert!(!self.is_stopped(), "{what}");
    }

    /// The values of a variable in `build_environment`.
    pub fn variable(&self, name: &str) -> Vec<String> {
        let content = std::fs::read_to_string(self.build("build_environment")).unwrap();
        let start = format!("{name}=");
        let lines = content.lines();
        lines
            .filter_map(|line| Some(line.strip_prefix(&start)?.to_owned()))
            .collect()
    }

    /// A file's mode, as `stat` says it.
    pub fn mode(&self, path: &std::path::Path) -> String {
        let mode = self.system("stat -c %a \"$1\"", path);
        mode.trim().to_owned()
    }
}
