//! Machines with disks: what they are asked for by ssh runs, on a folder each in place of their files.
//!
//! All of them are this computer, and the tests may run as root. What runs is given the folder in `ADT_MACHINE_ROOT`, and
//! in place of sudo there is a script that wants the password of the servers' user on standard input.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::disk::{Disk, HOME, executable, write};
use super::ssh::Server;
use super::{Stage, World};

/// What a login runs: what was asked for, with the machine's disk and without the right to become root.
const SCRIPT: &str = r#"
cd "${0%/*}" || exit 99
printf '%s\n' "$MACHINE" >>order
printf '%s\n' "$SSH_ORIGINAL_COMMAND" >>"$MACHINE.asked"
[ ! -f "$MACHINE.part" ] || . "./$MACHINE.part"
. ./environment
export ADT_MACHINE_ROOT="$PWD/disks/$MACHINE"
asked=$(printf '%s' "$SSH_ORIGINAL_COMMAND" | sed "s;/usr/bin/sudo -S -E -p '';$PWD/sudo;")
exec /bin/sh -c "$asked"
"#;

/// In place of sudo: the words run if standard input begins with the password.
const SUDO: &str = r#"#!/bin/sh
IFS= read -r given
if [ "$given" != "$(cat "${0%/*}/password")" ]; then
    echo 'sudo: 1 incorrect password attempt' >&2
    exit 1
fi
exec "$@"
"#;

/// The line of an autoscaler's crontab that fetches the toolkit's scripts anew.
pub const UPDATE: &str =
    "@reboot export HOME=/home/Xk3J && /home/Xk3J/utilities/software/UpdateInfrastructure.sh";

/// The snapshots were taken then.
const TAKEN: Duration = Duration::from_secs(1_790_000_000);

/// A build whose webservers and database were just made of old snapshots, while the datastore has the latest backup.
pub struct Disks {
    /// The machines.
    pub stage: Stage,
}

impl Disks {
    /// The sample build at `cloudhost`, with the simulated datastore.
    pub fn at(cloudhost: &str) -> Self {
        Self::of(World::at(cloudhost))
    }

    /// The machines of `world`.
    pub fn of(world: World) -> Self {
        world.snapshot_webserver_and_database();
        world.edit_state(|state| {
            for snapshot in &mut state.snapshots {
                let taken = u64::try_from(TAKEN.as_millis()).unwrap();
                (snapshot.created_ms, snapshot.ready_ms) = (taken, taken);
            }
        });
        world.edit_environment(|text| {
            text.replace("BUILD_FROM_SNAPSHOT=0", "BUILD_FROM_SNAPSHOT=1")
        });
        let disks = Self {
            stage: Stage::playing(world, SCRIPT),
        };
        let place = disks.world().path("stage");
        executable(&place.join("sudo"), SUDO);
        write(&place.join("password"), &disks.stage.password);
        let world = disks.world();
        world.machines_reach_the_datastore(&world.path("home/.s3cfg-1"), "");
        for label in ["webserver", "database"] {
            for server in disks.stage.fleet.servers_of(label) {
                disks.disk(server).make(label);
            }
        }
        for server in disks.stage.fleet.servers_of("autoscaler") {
            disks.make_autoscaler(&disks.disk(server).folder);
        }
        disks.world().put_backups();
        disks
    }

    fn make_autoscaler(&self, disk: &Path) {
        write(&disk.join("home/homedir.dat"), &format!("{HOME}\n"));
        let content = "#cloud-config\n\nruncmd:\n  - '/usr/bin/true'";
        write(&self.scale_ups_in(disk), content);
        let crontab = disk.join("var/spool/cron/crontabs/root");
        write(&crontab, &format!("{UPDATE}\n"));
    }

    fn scale_ups_in(&self, disk: &Path) -> PathBuf {
        let folder = disk
            .join(&HOME[1..])
            .join("providerscripts/server/cloud-init");
        folder
            .join(self.stage.cloudhost())
            .join("webserver-by-snapshot.yaml")
    }

    /// The cloud-init configuration that an autoscaler makes webservers of a snapshot with.
    pub fn scale_ups(&self) -> PathBuf {
        self.scale_ups_in(&self.disk_of("autoscaler").folder)
    }

    /// The world.
    pub fn world(&self) -> &World {
        self.stage.world()
    }

    /// The files of a machine.
    pub fn disk(&self, server: &Server) -> Disk<'_> {
        Disk {
            world: self.world(),
            folder: self.world().path("stage/disks").join(&server.name),
        }
    }

    /// The files of the first machine of a type.
    pub fn disk_of(&self, label: &str) -> Disk<'_> {
        self.disk(self.stage.fleet.server(label))
    }

    /// The files of the machines of a type.
    pub fn disks_of(&self, label: &str) -> Vec<Disk<'_>> {
        let servers = self.stage.fleet.servers_of(label).into_iter();
        servers.map(|server| self.disk(server)).collect()
    }

    /// The files of the machines that make backups: the webservers and the database.
    pub fn that_make_backups(&self) -> Vec<Disk<'_>> {
        let labels = ["webserver", "database"].into_iter();
        labels.flat_map(|label| self.disks_of(label)).collect()
    }

    /// Has all of them hold their backups.
    pub fn all_hold_backups(&self) {
        for disk in self.that_make_backups() {
            disk.holds_backups();
        }
    }

    /// Makes all of them anew, as they are when the build has just made them, with the latest backups in the datastore.
    pub fn begin_anew(&self) {
        for label in ["webserver", "database"] {
            for disk in self.disks_of(label) {
                disk.make(label);
                disk.holds_backups();
            }
        }
        self.world().put_backups();
    }

    /// Has none of them hold its backups: they were not just made.
    pub fn are_in_use(&self) {
        for label in ["webserver", "database"] {
            self.disks_of(label)
                .iter()
                .for_each(|disk| disk.make(label));
        }
    }

    /// The hour strikes everywhere.
    pub fn the_hour_strikes(&self) {
        for disk in self.that_make_backups() {
            disk.the_hour_strikes();
        }
    }
}
