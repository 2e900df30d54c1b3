//! A way into one machine: its host keys (P-SCAN), the build's key, and what an end of the connection means.

mod going_down;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

pub use going_down::Departure;

use super::Reach;
use super::machines::Machine;
use crate::command::{Command, Stream};
use crate::console;
use crate::files;
use crate::ssh::{self, FAILED_ITSELF, HostKeys, Target, Tries};
use crate::start;

/// What ssh says when a host key is not the one that is known.
const NOT_THE_KNOWN_KEY: &str = "Host key verification failed";

/// What ssh says when nothing has gone wrong.
const NOTICES: [&str; 3] = ["Warning: ", "** ", "Pseudo-terminal will not be allocated"];

/// A way into a machine.
#[derive(Debug)]
pub struct Connection<'a> {
    reach: &'a Reach,
    machine: Machine,
    target: Target,
    /// What ssh itself has to say, apart from what the machine says.
    log: NamedTempFile,
}

impl<'a> Connection<'a> {
    pub(super) fn to(
        reach: &'a Reach,
        machine: &Machine,
        tries: Tries,
        accepts_new_keys: bool,
    ) -> anyhow::Result<Self> {
        let key = reach
            .build
            .keys()
            .join(reach.build.key_name(&reach.environment)?);
        ssh::ensure_usable_key(&key)?;
        let known_hosts = known_hosts(reach, machine, accepts_new_keys)?;
        let log = NamedTempFile::with_prefix("adt-ssh-").context("cannot make a temporary file")?;
        Ok(Self {
            reach,
            machine: machine.clone(),
            target: Target {
                user: reach.user.clone(),
                address: machine.address,
                port: reach.port,
                key,
                known_hosts,
                tries,
                is_attended: true,
            },
            log,
        })
    }

    /// A session for the person at the terminal; its exit status.
    ///
    /// # Errors
    /// When ssh is not installed, or the machine shows other host keys than before.
    pub fn session(&self) -> anyhow::Result<ExitCode> {
        let session = self.target.session(self.log.path())?;
        let status = self.reach.runner.hand_over(&session)?;
        self.judged(status)
    }

    /// Runs `command_line` in the machine's shell on our own streams; its exit status.
    ///
    /// # Errors
    /// As [`Connection::session`], and when it takes longer than `limit`.
    pub fn run(&self, command_line: &OsStr, limit: Duration) -> anyhow::Result<ExitCode> {
        let remote = self.target.remote(command_line, self.log.path())?;
        let remote = remote.timeout(limit);
        let status = self.reach.runner.hand_over(&remote)?;
        self.judged(status)
    }

    /// Runs `command_line` with `input` to read, giving `reader` each line that it prints; its exit status.
    ///
    /// # Errors
    /// As [`Connection::run`].
    pub fn run_reading_along(
        &self,
        command_line: &OsStr,
        input: &[u8],
        limit: Duration,
        reader: &mut dyn FnMut(Stream, &[u8]),
    ) -> anyhow::Result<i32> {
        let target = self.target.unattended();
        let remote = target.remote(command_line, self.log.path())?;
        let remote = remote.timeout(limit).input(input);
        let output = self.reach.runner.run_reading_along(&remote, reader)?;
        self.explained(output.status)?;
        Ok(output.status)
    }

    /// Copies with scp, as `copy` says; its exit status.
    ///
    /// # Errors
    /// When the copy takes longer than `limit`, or the machine shows other host keys than before.
    pub fn copy(
        &self,
        copy: impl FnOnce(&Target) -> anyhow::Result<Command>,
        limit: Duration,
    ) -> anyhow::Result<ExitCode> {
        let copy = copy(&self.target)?.timeout(limit);
        let status = self.reach.runner.hand_over(&copy)?;
        self.explained_copy(status)?;
        Ok(start::passed_on(status))
    }

    /// As [`Connection::copy`], giving `reader` what scp says.
    ///
    /// # Errors
    /// As [`Connection::copy`].
    pub fn copy_reading_along(
        &self,
        copy: impl FnOnce(&Target) -> anyhow::Result<Command>,
        limit: Duration,
        reader: &mut dyn FnMut(Stream, &[u8]),
    ) -> anyhow::Result<i32> {
        let copy = copy(&self.target.unattended())?.timeout(limit);
        let output = self.reach.runner.run_reading_along(&copy, reader)?;
        self.explained_copy(output.status)?;
        Ok(output.status)
    }

    fn judged(&self, status: i32) -> anyhow::Result<ExitCode> {
        self.explained(status)?;
        Ok(start::passed_on(status))
    }

    /// Says what ssh had to say, and whether a status is the command's or ssh's own.
    fn explained(&self, status: i32) -> anyhow::Result<()> {
        let said = std::fs::read(self.log.path()).unwrap_or_default();
        // ssh adds to the file, and the next command may be over the same connection.
        let _ = self.log.as_file().set_len(0);
        let said = self.reach.runner.redact(&said);
        if status == FAILED_ITSELF && said.contains(NOT_THE_KNOWN_KEY) {
            self.ensure_known_keys()?;
        }
        let lines = said
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty());
        for line in lines.clone() {
            console::say(format_args!("{line}"));
        }
        let has_failed_itself = lines.clone().any(|line| !is_notice(line));
        let (name, address) = (&self.machine.name, self.machine.address);
        match status {
            FAILED_ITSELF if has_failed_itself => console::say(format_args!(
                "{name} ({address}): ssh itself failed, with status {FAILED_ITSELF}; see above"
            )),
            FAILED_ITSELF => console::say(format_args!(
                "{name} ({address}): ended with status {FAILED_ITSELF}; ssh reports no trouble of its own"
            )),
            _ => {}
        }
        Ok(())
    }

    /// Says what the failure of a copy means; scp itself has told what ssh and the machine said.
    fn explained_copy(&self, status: i32) -> anyhow::Result<()> {
        let (name, address) = (&self.machine.name, self.machine.address);
        match status {
            0 => {}
            FAILED_ITSELF => {
                self.ensure_known_keys()?;
                console::say(format_args!(
                    "{name} ({address}): the connection failed, with status {FAILED_ITSELF}; see above"
                ));
            }
            _ => console::say(format_args!(
                "{name} ({address}): not everything was copied, status {status}; make sure that the files are there and readable, \
                 and that the directory they go to is there and writable"
            )),
        }
        Ok(())
    }

    /// Refuses a machine that shows other host keys than those on record.
    fn ensure_known_keys(&self) -> anyhow::Result<()> {
        let path = &self.target.known_hosts;
        let known = HostKeys::new(files::read_if_there(path)?.unwrap_or_default());
        let runner = &self.reach.runner;
        let (shown, _) = ssh::scan(self.target.address, Some(self.target.port), runner)?;
        if !known.are_contradicted_by(&shown) {
            return Ok(());
        }
        bail!(
            "{} ({}) shows other host keys than those on record, so nothing was done there; shown now: {}; on record in '{}': {}; \
             if the machine was made anew, run the same command again with --accept-host-key, and if not, somebody may be in between",
            self.machine.name,
            self.machine.address,
            shown.fingerprints(runner)?.join(", "),
            path.display(),
            known.fingerprints(runner)?.join(", ")
        )
    }
}

/// Whether ssh says this though nothing has gone wrong.
fn is_notice(line: &str) -> bool {
    let is_farewell = line.starts_with("Connection to ") && line.ends_with(" closed.");
    is_farewell || NOTICES.iter().any(|notice| line.starts_with(notice))
}

/// The file of the machine's host keys: one that is there already is trusted as it is, else the machine is asked.
fn known_hosts(
    reach: &Reach,
    machine: &Machine,
    accepts_new_keys: bool,
) -> anyhow::Result<PathBuf> {
    let names = reach.build.known_hosts(machine.kind, machine.address);
    if !accepts_new_keys {
        for path in &names {
            if holds_keys(path)? {
                return Ok(path.clone());
            }
        }
    }
    let [path, _] = names;
    let shown = asked_for(reach, machine)?;
    reach.build.keep_known_hosts(&path, shown.as_bytes())?;
    Ok(path)
}

fn holds_keys(path: &Path) -> anyhow::Result<bool> {
    let content = files::read_if_there(path)?;
    Ok(content.is_some_and(|content| !HostKeys::new(content).is_empty()))
}

/// The keys that the machine shows, at the build's port or else at the usual one.
fn asked_for(reach: &Reach, machine: &Machine) -> anyhow::Result<HostKeys> {
    let (shown, said) = ssh::scan(machine.address, Some(reach.port), &reach.runner)?;
    if !shown.is_empty() {
        return Ok(shown);
    }
    let (shown, also_said) = ssh::scan(machine.address, None, &reach.runner)?;
    if !shown.is_empty() {
        return Ok(shown);
    }
    let said = [said, also_said].join("; ");
    bail!(
        "no ssh server answers at {} ({}), port {} or 22; make sure that the machine is online and that its firewall lets this \
         machine in{}",
        machine.address,
        machine.name,
        reach.port,
        match said.trim_matches([';', ' ']) {
            "" => String::new(),
            said => format!(": {said}"),
        }
    )
}
