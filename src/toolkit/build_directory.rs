//! The directory of a build: which cloud, which identifier, and the files in it (contract 04, "`$B`").

mod access;
mod scaling;

pub use scaling::STATIC_SCALE;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use bstr::ByteSlice;

use super::build_environment::{Assignment, BuildEnvironment};
use super::build_home::BuildHome;
use super::credentials::ServerCredentials;
use crate::files::{self, DirectoryLock, NewMode};
use crate::foreign_text::beginning;
use crate::names::{BuildIdentifier, Cloudhost, Region};

/// Writes are quick, so a lock held longer than this belongs to a program that is stuck.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

/// How often to look again while another build is being made the active one, and with which pause.
const LOOKS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// A build by its cloud and its name, and the directory of its files. Its variables are read in [`crate::build`].
#[derive(Debug, Clone)]
pub struct BuildDirectory {
    home: BuildHome,
    cloudhost: Cloudhost,
    identifier: BuildIdentifier,
    directory: PathBuf,
}

impl BuildDirectory {
    /// The build that the machine works on, as `ACTIVE_CLOUDHOST` and `ACTIVE_BUILD_IDENTIFIER` of the toolkit at `home` name it.
    ///
    /// # Errors
    /// When one of the two files is missing or does not hold a name.
    pub fn active(home: BuildHome) -> anyhow::Result<Self> {
        let mut looks = 0..LOOKS;
        loop {
            let both = || -> anyhow::Result<(Cloudhost, BuildIdentifier)> {
                let cloudhost = one_line(&home.active_cloudhost())?;
                Ok((cloudhost, one_line(&home.active_build_identifier())?))
            };
            // Read twice: another build may become the active one between the two files.
            let looked = || -> anyhow::Result<(Cloudhost, BuildIdentifier, bool)> {
                let (first, again) = (both()?, both()?);
                let is_the_same = first == again;
                Ok((first.0, first.1, is_the_same))
            };
            match looked() {
                Ok((cloudhost, identifier, true)) => {
                    return Ok(Self::new(home, cloudhost, identifier));
                }
                // Another build is being made the active one.
                Ok(_) if looks.next().is_some() => std::thread::sleep(PAUSE),
                Err(_) if is_between_two(&home) && looks.next().is_some() => {
                    std::thread::sleep(PAUSE);
                }
                Ok((cloudhost, ..)) => bail!(
                    "'{}' changes again and again, lately to {cloudhost}; try again",
                    home.active_cloudhost().display()
                ),
                Err(why) => return Err(why),
            }
        }
    }

    /// The cloud of the active build; none where the file names none.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn active_cloudhost(home: &BuildHome) -> anyhow::Result<Option<Cloudhost>> {
        let content = files::read_if_there(&home.active_cloudhost())?.unwrap_or_default();
        let name = content.trim_ascii_end().to_str().ok();
        Ok(name.and_then(|name| name.parse().ok()))
    }

    /// Makes this the active build, which every helper then works on. Where its cloud is another, there is no active build
    /// for a moment: nobody sees the one build's cloud with the other's name.
    ///
    /// # Errors
    /// When the two files cannot be written.
    pub fn make_active(&self) -> anyhow::Result<()> {
        let _lock = DirectoryLock::acquire(&self.home.runtimedata(), LOCK_LIMIT)?;
        if Self::active_cloudhost(&self.home)? != Some(self.cloudhost) {
            let path = self.home.active_build_identifier();
            files::update(&path, b"", NewMode::Plain)?;
        }
        for (path, name) in [
            (self.home.active_cloudhost(), self.cloudhost.as_str()),
            (
                self.home.active_build_identifier(),
                self.identifier.as_str(),
            ),
        ] {
            files::update(&path, format!("{name}\n").as_bytes(), NewMode::Plain)?;
        }
        Ok(())
    }

    /// Makes `cloudhost` the active cloud and leaves the active build's name, as the scripts do that ask for a cloud alone.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn make_cloud_active(home: &BuildHome, cloudhost: Cloudhost) -> anyhow::Result<()> {
        let _lock = DirectoryLock::acquire(&home.runtimedata(), LOCK_LIMIT)?;
        let line = format!("{cloudhost}\n");
        files::update(&home.active_cloudhost(), line.as_bytes(), NewMode::Plain)
    }

    /// The build of that name, which may become the active one and need not be there.
    pub fn new(home: BuildHome, cloudhost: Cloudhost, identifier: BuildIdentifier) -> Self {
        let directory = home
            .runtimedata()
            .join(cloudhost.as_str())
            .join(identifier.as_str());
        Self {
            home,
            cloudhost,
            identifier,
            directory,
        }
    }

    /// The build of the same name at `cloudhost`, which need not be there.
    #[must_use]
    pub fn at(self, cloudhost: Cloudhost) -> Self {
        Self::new(self.home, cloudhost, self.identifier)
    }

    /// The toolkit the build belongs to.
    pub fn home(&self) -> &BuildHome {
        &self.home
    }

    /// The cloud the build is deployed to.
    pub fn cloudhost(&self) -> Cloudhost {
        self.cloudhost
    }

    /// The build's name.
    pub fn identifier(&self) -> &BuildIdentifier {
        &self.identifier
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.directory
    }

    /// The file of the build's variables.
    pub fn build_environment(&self) -> PathBuf {
        self.directory.join("build_environment")
    }

    /// The directory of the build's ssh keys and of their archive.
    pub fn keys(&self) -> PathBuf {
        self.directory.join("keys")
    }

    /// The directory of what a build said as it ran.
    pub fn logs(&self) -> PathBuf {
        self.directory.join("logs")
    }

    /// Where the datastore scripts make the files that are nothing but a name.
    pub fn datastore_workarea(&self) -> PathBuf {
        self.directory.join("datastore_workarea")
    }

    /// The build's variables; none when the file is not there.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn environment(&self) -> anyhow::Result<Option<BuildEnvironment>> {
        Ok(files::read_if_there(&self.build_environment())?.map(BuildEnvironment::new))
    }

    /// The build's variables, which must be there.
    ///
    /// # Errors
    /// When the file is not there or cannot be read.
    pub fn required_environment(&self) -> anyhow::Result<BuildEnvironment> {
        self.environment()?.with_context(|| {
            format!(
                "'{}' does not exist; build first or set BUILD_HOME",
                self.build_environment().display()
            )
        })
    }

    /// Replaces or adds lines of the build's variables, all in one step; whoever else writes them waits.
    ///
    /// # Errors
    /// When the file cannot be written; it is then as it was.
    pub fn set(&self, assignments: &[Assignment]) -> anyhow::Result<()> {
        let _lock = DirectoryLock::acquire(&self.directory, LOCK_LIMIT)?;
        let old = self
            .environment()?
            .unwrap_or_else(|| BuildEnvironment::new(Vec::new()));
        let new = assignments.iter().fold(old, |old, new| old.with(new));
        files::replace(&self.build_environment(), new.as_bytes(), NewMode::Secret)
    }

    /// The name of the servers' user in its file; [`crate::build::Build::server_user`] knows another place.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn server_user(&self) -> anyhow::Result<Option<Vec<u8>>> {
        self.credential("SERVERUSER")
    }

    /// The password of the servers' user in its file.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn server_user_password(&self) -> anyhow::Result<Option<Vec<u8>>> {
        self.credential("SERVERUSERPASSWORD")
    }

    /// Writes the servers' user and password where the build keeps them, a value and a line end each.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn keep_server_user(&self, credentials: &ServerCredentials) -> anyhow::Result<()> {
        let directory = self.directory.join("credentials");
        files::make_directories(&directory)?;
        let _lock = DirectoryLock::acquire(&self.directory, LOCK_LIMIT)?;
        for (name, value) in [
            ("SERVERUSER", &credentials.user),
            ("SERVERUSERPASSWORD", &credentials.password),
        ] {
            let line = [value, &b"\n"[..]].concat();
            files::update(&directory.join(name), &line, NewMode::Secret)?;
        }
        Ok(())
    }

    /// Writes the region that the build's machines are made in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_current_region(&self, region: &Region) -> anyhow::Result<()> {
        let _lock = DirectoryLock::acquire(&self.directory, LOCK_LIMIT)?;
        let line = format!("{region}\n");
        files::update(
            &self.directory.join("CURRENTREGION"),
            line.as_bytes(),
            NewMode::Plain,
        )
    }

    /// What nobody else may see of the files in the directory: the provider's token and the passwords.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn secrets(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut secrets = Vec::new();
        for file in [
            "TOKEN",
            "credentials/SERVERUSERPASSWORD",
            "credentials/SYSTEMEMAILPASSWORD.dat",
        ] {
            secrets.extend(line_of(&self.directory.join(file))?);
        }
        Ok(secrets)
    }

    fn credential(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        line_of(&self.directory.join("credentials").join(name))
    }

    /// What the build kept in `credentials/` of a variable that its environment may have lost: a build from snapshots
    /// dumps its environment anew and drops `SERVER_USER` and `SERVER_USER_PASSWORD` (contract 03 §3.4 step 6).
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn kept_elsewhere(&self, variable: &[u8]) -> anyhow::Result<Option<Vec<u8>>> {
        match variable {
            b"SERVER_USER" => self.server_user(),
            b"SERVER_USER_PASSWORD" => self.server_user_password(),
            _ => Ok(None),
        }
    }

    /// The provider's token, which vultr's CLI is given through its environment; none where the build wrote none.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn token(&self) -> anyhow::Result<Option<Vec<u8>>> {
        line_of(&self.directory.join("TOKEN"))
    }

    /// Where [`BuildDirectory::token`] is read from, for a message; none where there is none.
    pub fn token_place(&self) -> Option<String> {
        let file = self.directory.join("TOKEN");
        file.exists().then(|| format!("'{}'", file.display()))
    }

    /// The region that the build's machines are made in, on exoscale the zone; none where no step wrote it yet.
    ///
    /// # Errors
    /// When the file is there and does not name one.
    pub fn current_region(&self) -> anyhow::Result<Option<Region>> {
        let Some(line) = line_of(&self.directory.join("CURRENTREGION"))? else {
            return Ok(None);
        };
        text(&line, "CURRENTREGION")?.parse().map(Some)
    }
}

/// The first line of a file of the build; none when there is no file or the line is empty.
fn line_of(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    let content = files::read_if_there(path)?;
    Ok(content.and_then(|content| {
        let line = content.lines().next().unwrap_or_default().trim_ascii_end();
        (!line.is_empty()).then(|| line.to_vec())
    }))
}

/// Whether one build may have stopped being the active one and another not become it: by our own hand, which takes the
/// old name away first, or by a script's, which empties a file before it writes.
fn is_between_two(home: &BuildHome) -> bool {
    [home.active_cloudhost(), home.active_build_identifier()]
        .iter()
        .any(|path| path.metadata().map_or(true, |file| file.len() == 0))
}

fn one_line<T: FromStr<Err = anyhow::Error>>(path: &Path) -> anyhow::Result<T> {
    let content = files::read_if_there(path)?.with_context(|| {
        format!(
            "there is no active build: '{}' does not exist; build first or set BUILD_HOME",
            path.display()
        )
    })?;
    let line = content.trim_ascii_end();
    text(line, &path.display().to_string())?
        .parse()
        .with_context(|| format!("'{}' does not name the active build", path.display()))
}

/// `bytes` as text.
fn text<'a>(bytes: &'a [u8], what: &str) -> anyhow::Result<&'a str> {
    bytes.to_str().with_context(|| {
        format!(
            "{what} is not UTF-8: '{}'",
            beginning(&bytes.to_str_lossy())
        )
    })
}
