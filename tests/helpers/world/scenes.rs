//! Worlds in which something has happened already.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::simcloud_state::Provider;

use super::World;

/// The ages in days of the webserver's snapshots, by number. The first is recorded, the last two are the newest.
const AGES: [u64; 6] = [100, 60, 50, 40, 30, 1];

fn days_ago(days: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (now.as_secs() - days * 86_400) * 1000
}

fn others(world: &World, cloudhost: &str) -> Vec<String> {
    let name = world.snapshot_name("webserver");
    if cloudhost == "vultr" {
        return vec![
            format!("{name}a"),
            format!("my-{name}"),
            "webserver-".into(),
            "webserver".into(),
        ];
    }
    vec![
        name.replace("test-build", "test-build2"),
        name.replace("test-build", "test"),
        name.replace("test-build", "my-test-build"),
        format!("{name}-copy"),
    ]
}

impl World {
    /// A machine that builds from the snapshots of a webserver and a database, which were taken elsewhere: the records
    /// are in the bucket only.
    pub fn from_snapshots(cloudhost: &str, tool: &str) -> Self {
        let world = Self::at(cloudhost);
        world.use_datastore_tool(tool);
        world.snapshot_webserver_and_database();
        world.begin_anew();
        world
    }

    /// Has the datastore spoken to with `tool`.
    pub fn use_datastore_tool(&self, tool: &str) {
        let line = format!("DATASTORETOOL:{tool}\n");
        self.write("builddescriptors/buildstyles.dat", line);
    }

    /// Takes the snapshots of a webserver and a database.
    pub fn snapshot_webserver_and_database(&self) {
        let words = [
            "--type",
            "webserver",
            "--type",
            "database",
            "--os",
            "debian",
        ];
        self.obtain(&words).ends().succeeded();
    }

    /// What the toolkit does to the build's directory before it fetches the records, on a machine without any.
    pub fn begin_anew(&self) {
        for gone in ["wholemachinebackups", "wholemachinesnapshots"] {
            let _ = std::fs::remove_dir_all(self.home("runtimedata").join(gone));
        }
        for gone in ["keys", "credentials"] {
            std::fs::remove_dir_all(self.build(gone)).unwrap();
        }
        std::fs::create_dir(self.build("credentials")).unwrap();
        self.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
        // The snapshots are those of a webserver and a database.
        self.set_variable("NO_AUTOSCALERS", Some("0"));
        for name in ["SERVER_USER", "SERVER_USER_PASSWORD"] {
            self.set_variable(name, None);
        }
        self.forget_calls();
    }

    /// Lets the log of calls begin anew.
    pub fn forget_calls(&self) {
        let _ = std::fs::remove_file(self.path("cloud/calls.jsonl"));
        let _ = std::fs::remove_file(self.path("cloud/counters.json"));
    }

    /// A world with the sample fleet in the build's private network.
    pub fn in_a_network(cloudhost: &str) -> Self {
        let world = Self::at(cloudhost);
        let (provider, region) = (world.machines()[0].provider, world.region());
        let network = match provider {
            Provider::Exoscale => format!("adt_private_net_{region}"),
            _ => "adt-vpc".to_owned(),
        };
        world.edit_state(|state| {
            let vpc = state
                .add_vpc(provider, &network, region, "10.0.0.0/24")
                .id
                .clone();
            state
                .machines
                .iter_mut()
                .for_each(|machine| machine.vpc.clone_from(&vpc));
        });
        world
    }

    /// A world with six snapshots of the webserver and some of other builds, whose names are almost the same.
    pub fn with_old_snapshots(cloudhost: &str) -> Self {
        let world = Self::at(cloudhost);
        world.edit_state(|state| {
            let own = AGES.iter().zip(1..).map(|(age, number)| {
                let mut snapshot = world.usable_snapshot(number, "webserver");
                snapshot.created_ms = days_ago(*age);
                snapshot
            });
            state.snapshots.extend(own);
            for (name, number) in others(&world, cloudhost).iter().zip(11..) {
                let mut snapshot = world.usable_snapshot(number, "webserver");
                snapshot.name.clone_from(name);
                snapshot.created_ms = days_ago(900);
                state.snapshots.push(snapshot);
            }
        });
        let recorded = format!("webserver:{}\n", world.snapshot_id(1));
        for directory in [world.snapshots(""), world.legacy_snapshots("")] {
            std::fs::create_dir_all(directory).unwrap();
        }
        std::fs::write(world.snapshots("snapshot_ids.dat"), &recorded).unwrap();
        std::fs::write(world.legacy_snapshots("snapshot_ids.dat"), recorded).unwrap();
        world
    }

    /// The same world once more, as it is now; in memory where there is such a place, since what is synced to a disk
    /// waits for whoever else uses it.
    pub fn twin(&self) -> Self {
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let twin = Self {
            root: root.unwrap(),
            toolkit: None,
            cloudhost: self.cloudhost,
            provider: self.provider,
            region: self.region,
        };
        copy_all(self.root.path(), twin.root.path());
        twin
    }

    /// The cloud that this world is at.
    pub fn cloudhost(&self) -> &'static str {
        self.cloudhost
    }

    /// Where everything of this world is.
    pub fn root(&self) -> &Path {
        self.root.path()
    }
}

/// Copies a directory with its links and modes.
fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            std::os::unix::fs::symlink(from.read_link().unwrap(), to).unwrap();
        } else if kind.is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy_all(&from, &to);
            let permissions = entry.metadata().unwrap().permissions();
            std::fs::set_permissions(to, permissions).unwrap();
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}
