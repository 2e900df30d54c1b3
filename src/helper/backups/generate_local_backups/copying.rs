//! One archive: made on a machine, brought here, checked, and only then given its name.

use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use tar::Archive;

use crate::console;
use crate::files::{self, OwnerOnly, PrivateFolder};
use crate::foreign_text::on_one_line;
use crate::names::MachineType;
use crate::reach::{End, Host, MachineChoice, Reach, Root, pass_on};

/// What runs on the machine.
const SCRIPT: &str = include_str!("machine.sh");

/// How the folder is called in which the machine has made the archive.
const FOLDER: &str = "/tmp/adt-local-backup.";

/// The archive in it.
const ARCHIVE: &str = "archive.tar.gz";

/// How long the machine may take to remove the folder.
const REMOVAL_LIMIT: Duration = Duration::from_secs(120);

/// An archive that is to be brought here.
#[derive(Debug)]
pub(super) struct Copy {
    machine: Host,
    to: PathBuf,
}

/// An archive that is here.
#[derive(Debug)]
pub(super) struct Copied {
    path: PathBuf,
    by: String,
    checked: Checked,
}

/// What a whole archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checked {
    members: u64,
    bytes: u64,
}

/// A file for its owner alone that has not got its name yet.
#[derive(Debug)]
pub(super) struct Staged {
    folder: PrivateFolder,
    to: PathBuf,
}

impl fmt::Display for Checked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} members, {} bytes", self.members, self.bytes)
    }
}

impl fmt::Display for Copied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, by, checked } = self;
        write!(formatter, "{}: {checked}, made by {by}", path.display())
    }
}

impl Staged {
    /// One that becomes `to`.
    ///
    /// # Errors
    /// When the folder for it cannot be made.
    pub fn beside(to: &Path) -> anyhow::Result<Self> {
        let parent = to.parent().context("an archive has no folder")?;
        files::make_directories(parent)?;
        Ok(Self {
            folder: PrivateFolder::within(parent)?,
            to: to.to_owned(),
        })
    }

    /// Where it is until then.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(ARCHIVE)
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// When it cannot.
    pub fn put(self) -> anyhow::Result<()> {
        files::move_to(&self.to, &self.path())
    }
}

impl Copy {
    /// What `machine` has becomes a file in `folder`.
    pub fn of(reach: &Reach, machine: &Host, folder: &Path) -> Self {
        let what = match machine.kind {
            MachineType::Database => "database",
            _ => "applicationsourcecode",
        };
        let name = format!("{}-{what}.tar.gz", reach.build.identifier());
        Self {
            machine: machine.clone(),
            to: folder.join(name),
        }
    }

    /// What would be done.
    pub fn planned(&self) -> String {
        let name = on_one_line(&self.machine.name);
        format!(
            "{name} ({}): would be copied to {}",
            self.machine.address,
            self.to.display()
        )
    }

    /// Has the archive made, brings it here, and checks it.
    ///
    /// # Errors
    /// When the machine is not reached or has no way to make it, or what arrives is not whole.
    pub fn made(
        &self,
        reach: &Reach,
        choice: &MachineChoice,
        limit: Duration,
    ) -> anyhow::Result<Copied> {
        let name = on_one_line(&self.machine.name);
        let root = reach.root(&self.machine, choice.accept_host_key)?;
        let home = format!("/home/{}", reach.scripts_user()?.as_str());
        let what = match self.machine.kind {
            MachineType::Database => "database",
            _ => "website",
        };
        let command = shell_words::join(["/bin/sh", "-c", SCRIPT, "adt", what, &home]);
        let end = root.work("the archive", &command, limit)?;
        let (folder, sum) = archive_in(&end).with_context(|| name.clone())?;
        let outcome = self.brought(&root, &folder, &sum, limit);
        let removal = root.run(
            &shell_words::join(["/bin/rm", "-rf", "--", &folder]),
            REMOVAL_LIMIT,
        );
        if !matches!(&removal, Ok(end) if end.status == 0) {
            console::say(format_args!(
                "{name}: the folder {folder} is still there; remove it"
            ));
        }
        Ok(Copied {
            path: self.to.clone(),
            by: end.answer("by").unwrap_or("nobody knows what").to_owned(),
            checked: outcome.with_context(|| name)?,
        })
    }

    fn brought(
        &self,
        root: &Root<'_>,
        folder: &str,
        sum: &str,
        limit: Duration,
    ) -> anyhow::Result<Checked> {
        let _mode = OwnerOnly::begin();
        let staged = Staged::beside(&self.to)?;
        let from = [OsString::from(format!("{folder}/{ARCHIVE}"))];
        let to = staged.path();
        let mut written = Ok(());
        let status = root.connection().copy_reading_along(
            |login| login.copy_from(&from, &to),
            limit,
            &mut |stream, line| {
                if written.is_ok() {
                    written = pass_on(&self.machine.name, stream, line);
                }
            },
        )?;
        written?;
        ensure!(
            status == 0,
            "the archive did not arrive (scp's status {status}); nothing is kept of it"
        );
        let checked = checked(&to, Some(sum)).context("the archive did not arrive whole")?;
        staged.put()?;
        Ok(checked)
    }
}

/// The folder that the machine has made the archive in, and the archive's SHA-256.
fn archive_in(end: &End) -> anyhow::Result<(String, String)> {
    if let Some(missing) = end.answer("missing") {
        bail!("it has no way to make the archive: there is {missing}");
    }
    if end.status != 0 {
        bail!("it made no archive (status {}){}", end.status, end.said());
    }
    let (Some(folder), Some(sum)) = (end.answer("folder"), end.answer("sum")) else {
        bail!("it does not say where its archive is{}", end.said());
    };
    let rest = folder.strip_prefix(FOLDER).unwrap_or_default();
    ensure!(
        !rest.is_empty() && rest.chars().all(|it| it.is_ascii_alphanumeric()),
        "it says that its archive is in '{folder}', which is no folder of ours"
    );
    Ok((folder.to_owned(), sum.to_owned()))
}

/// What the archive at `path` holds, whose SHA-256 is `sum` if that is known.
///
/// # Errors
/// When it is cut, damaged, empty, or another one.
pub(super) fn checked(path: &Path, sum: Option<&str>) -> anyhow::Result<Checked> {
    let open = || File::open(path).with_context(|| format!("cannot read '{}'", path.display()));
    if let Some(sum) = sum {
        let mut hash = Sha256::new();
        let bytes = std::io::copy(&mut open()?, &mut Hashing(&mut hash))?;
        let mut found = String::new();
        for byte in hash.finalize() {
            write!(found, "{byte:02x}")?;
        }
        ensure!(
            found == sum,
            "of its {bytes} bytes the SHA-256 is {found}, and on the machine it was {sum}"
        );
    }
    let mut archive = Archive::new(MultiGzDecoder::new(BufReader::new(open()?)));
    let mut members = 0;
    for entry in archive.entries().context("it is no tar archive")? {
        let mut entry = entry.context("it is no whole tar archive")?;
        std::io::copy(&mut entry, &mut std::io::sink()).context("it is no whole tar archive")?;
        members += 1;
    }
    ensure!(members > 0, "it is empty");
    // The checksum of gzip is at its very end.
    let mut rest = archive.into_inner();
    std::io::copy(&mut rest.by_ref(), &mut std::io::sink()).context("it is no whole gzip file")?;
    Ok(Checked {
        members,
        bytes: open()?.metadata()?.len(),
    })
}

/// Takes what is written into a hash.
struct Hashing<'a>(&'a mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
