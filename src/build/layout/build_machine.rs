//! The build machine: `BUILD_HOME`, and the active build in it (contract 04).

use std::path::PathBuf;

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use super::{Layout, MakerMachine};
use crate::build::Build;
use crate::command::Redactor;
use crate::files;
use crate::names::{BuildIdentifier, Cloudhost, MachineType, ServerName, SnapshotId};
use crate::records::snapshot_directory::SNAPSHOT_IDS;
use crate::records::snapshot_ids::SnapshotIds;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::Assignment;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::console_password::{self, CONSOLE_PASSWORD};
use crate::toolkit::twin_servers::TwinServers;

/// The active build of a build machine.
#[derive(Debug)]
pub struct BuildMachine {
    build: Build,
}

impl BuildMachine {
    /// The active build of the toolkit at `home`, or the build of the same name at `cloudhost`.
    pub fn read(home: BuildHome, cloudhost: Option<Cloudhost>) -> anyhow::Result<Self> {
        let active = BuildDirectory::active(home)?;
        let directory = match cloudhost {
            Some(cloudhost) => active.at(cloudhost),
            None => active,
        };
        let build = Build::in_directory(directory)?;
        Ok(Self { build })
    }

    /// The recorded snapshots of the site.
    fn snapshot_ids(&self) -> anyhow::Result<Option<SnapshotIds>> {
        let directory = self.build.snapshot_directory()?;
        Ok(directory.read(SNAPSHOT_IDS)?.map(SnapshotIds::new))
    }
}

impl Layout for BuildMachine {
    fn made_from(&self) -> MakerMachine {
        MakerMachine::BuildMachine
    }

    fn cloudhost(&self) -> Cloudhost {
        self.build.cloudhost()
    }

    fn build(&self) -> &BuildIdentifier {
        self.build.identifier()
    }

    fn variable(&self, variable: &str) -> anyhow::Result<String> {
        self.build.environment().text(variable)
    }

    fn token(&self) -> anyhow::Result<Option<Vec<u8>>> {
        self.build.directory().token()
    }

    fn token_place(&self) -> Option<String> {
        self.build.directory().token_place()
    }

    fn redactor(&self) -> anyhow::Result<Redactor> {
        self.build.redactor()
    }

    /// The script passes an empty image when the file or the line is missing, and the provider takes the next flag for
    /// it (contract 03 §3.4 step 10); here that is an error.
    fn snapshot(&self, kind: MachineType) -> anyhow::Result<Option<SnapshotId>> {
        if self.build.environment().text("BUILD_FROM_SNAPSHOT")? != "1" {
            return Ok(None);
        }
        let how = "take one with 'adt-helpers ObtainWholeMachineSnapshot' or set BUILD_FROM_SNAPSHOT to 0";
        let ids = self.snapshot_ids()?.with_context(|| {
            format!("the build is from snapshots, but there is no {SNAPSHOT_IDS}; {how}")
        })?;
        let id = ids.id(kind)?.with_context(|| {
            format!("the build is from snapshots, but none of the {kind} is recorded; {how}")
        })?;
        Ok(Some(id))
    }

    /// Only the webserver's is recorded: the autoscaler's settings are written from it (contract 03 §3.5).
    fn record_snapshot(&self, kind: MachineType, id: &SnapshotId) -> anyhow::Result<()> {
        if kind != MachineType::Webserver
            || self.build.environment().text("SNAPSHOT_ID")? == id.as_str()
        {
            return Ok(());
        }
        let assignment = Assignment::parse(format!("SNAPSHOT_ID={id}").as_bytes())?;
        self.build.directory().set(&[assignment])
    }

    fn cloud_init(&self, kind: MachineType) -> PathBuf {
        let folder = self.build.directory().path().join("cloud-init");
        folder.join(format!("{kind}.yaml"))
    }

    fn public_key(&self) -> anyhow::Result<Option<String>> {
        let name = format!("{}.pub", self.build.key_name_or_usual()?);
        let path = self.build.directory().keys().join(name);
        let content = files::read_if_there(&path)?.unwrap_or_default();
        let key = content.to_str().map(str::trim).unwrap_or_default();
        ensure!(
            !key.is_empty() && !key.contains('\n'),
            "'{}' is not there or holds no ssh key, so nobody could log in to the server; build first",
            path.display()
        );
        Ok(Some(key.to_owned()))
    }

    fn key_mark(&self) -> PathBuf {
        self.build.directory().path().join("SSH_KEY_ASSIGNED")
    }

    fn console_password(&self) -> anyhow::Result<String> {
        console_password::kept_at(&self.build.directory().path().join(CONSOLE_PASSWORD))
    }

    fn firewall_script(&self) -> Option<PathBuf> {
        let folder = "providerscripts/security/firewall";
        let script = format!("{folder}/ConfigureNativeFirewall.sh");
        Some(self.build.home().path().join(script))
    }

    fn note_twins(&self, name: &ServerName, ids: &[String]) -> anyhow::Result<()> {
        TwinServers::note(self.build.directory().path(), name, ids)
    }

    fn twins(&self) -> anyhow::Result<TwinServers> {
        TwinServers::read(self.build.directory().path())
    }

    fn notes(&self) -> PathBuf {
        self.build.directory().path().join("pending-servers")
    }
}
