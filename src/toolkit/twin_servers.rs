//! `twin_servers.json` beside a build: machines that one creation made besides the one that is used.
//!
//! The CLIs of exoscale and vultr repeat a request whose answer was lost, and then two machines have one name, which is
//! what every script searches by. The one that is not used is left alone at the provider, and noted here so that a search
//! by name finds one machine (contract 10 §1.1, §1.5).

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::files::{self, DirectoryLock, NewMode};
use crate::json;
use crate::names::ServerName;

/// The version of the file's layout.
const VERSION: u32 = 1;

/// How long another run may hold the lock on the build's directory.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

/// The machines that are not used.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TwinServers {
    version: u32,
    twins: Vec<Twin>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Twin {
    id: String,
    name: String,
    noted: Timestamp,
}

impl TwinServers {
    /// Those noted in a build's directory.
    ///
    /// # Errors
    /// When the file cannot be read or understood; it is then named.
    pub fn read(build: &Path) -> anyhow::Result<Self> {
        let path = path_in(build);
        let Some(content) = files::read_if_there(&path)? else {
            return Ok(Self::default());
        };
        let damaged = || {
            format!(
                "cannot understand '{}'; remove it if the provider has no two machines of one name",
                path.display()
            )
        };
        let noted: Self = json::parse(&content).with_context(damaged)?;
        ensure!(noted.version == VERSION, damaged());
        Ok(noted)
    }

    /// Notes `ids` as twins of `name`.
    ///
    /// # Errors
    /// When the file cannot be read, understood or written.
    pub fn note(build: &Path, name: &ServerName, ids: &[String]) -> anyhow::Result<()> {
        let _turn = DirectoryLock::acquire(build, LOCK_LIMIT)?;
        let mut noted = Self::read(build)?;
        noted.version = VERSION;
        for id in ids.iter().filter(|id| !noted.has(id)).collect::<Vec<_>>() {
            noted.twins.push(Twin {
                id: id.clone(),
                name: name.to_string(),
                noted: Timestamp::now(),
            });
        }
        let content = json::for_a_file(&noted)?;
        files::replace(&path_in(build), &content, NewMode::Plain)
    }

    /// Whether the machine `id` is one of them.
    pub fn has(&self, id: &str) -> bool {
        self.twins.iter().any(|twin| twin.id == id)
    }

    /// Whether one of them is called `name`.
    pub fn has_one_of(&self, name: &ServerName) -> bool {
        self.twins.iter().any(|twin| twin.name == name.as_str())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.twins.is_empty()
    }
}

fn path_in(build: &Path) -> PathBuf {
    build.join("twin_servers.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_back_once() {
        let directory = tempfile::tempdir().unwrap();
        let build = directory.path();
        assert!(TwinServers::read(build).unwrap().is_empty());
        let name: ServerName = "db-lon1-b-Xabc".parse().unwrap();
        for _ in 0..2 {
            TwinServers::note(build, &name, &["7".to_owned()]).unwrap();
        }
        TwinServers::note(build, &name, &["8".to_owned()]).unwrap();
        let noted = TwinServers::read(build).unwrap();
        assert_eq!(noted.twins.len(), 2);
        assert!(noted.has("7") && noted.has("8") && !noted.has("9"));
        for content in ["", "{}", "{\"version\":2,\"twins\":[]}"] {
            std::fs::write(path_in(build), content).unwrap();
            let why = format!("{:#}", TwinServers::read(build).unwrap_err());
            assert!(why.contains("twin_servers.json"), "{why}");
        }
    }
}
