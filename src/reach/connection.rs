//! A way into one machine: its host keys (P-SCAN), the build's key, and what an end of the connection means.

mod explaining;
mod going_down;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;

pub use going_down::Departure;

use self::explaining::Heard;
use super::Reach;
use super::hosts::Host;
use crate::command::{Command, Stream};
use crate::console;
use crate::files;
use crate::ssh::{self, HostKeys, Login, Tries};
use crate::start;

/// A way into a machine.
#[derive(Debug)]
pub struct Connection<'a> {
    reach: &'a Reach,
    machine: Host,
    login: Login,
    /// What ssh itself has to say, apart from what the machine says.
    log: PathBuf,
}

impl<'a> Connection<'a> {
    pub(super) fn to(
        reach: &'a Reach,
        machine: &Host,
        tries: Tries,
        accepts_new_keys: bool,
    ) -> anyhow::Result<Self> {
        let keys = reach.build.directory().keys();
        let key = keys.join(reach.build.key_name()?);
        ssh::ensure_usable_key(&key)?;
        let known_hosts = known_hosts(reach, machine, accepts_new_keys)?;
        Ok(Self {
            reach,
            machine: machine.clone(),
            login: Login {
                user: reach.user.clone(),
                address: machine.address,
                port: reach.port,
                key,
                known_hosts,
                tries,
                is_attended: true,
            },
            log: reach.logs.path().join(machine.address.to_string()),
        })
    }

    /// A session for the person at the terminal; its exit status.
    ///
    /// # Errors
    /// When ssh is not installed, or the machine shows other host keys than before.
    pub fn session(&self) -> anyhow::Result<ExitCode> {
        let session = self.login.session(&self.log)?;
        let status = self.reach.runner.hand_over(&session)?;
        self.judged(status)
    }

    /// Runs `command_line` in the machine's shell on our own streams; its exit status.
    ///
    /// # Errors
    /// As [`Connection::session`], and when it takes longer than `limit`.
    pub fn run(&self, command_line: &OsStr, limit: Duration) -> anyhow::Result<ExitCode> {
        let remote = self.login.remote(command_line, &self.log)?;
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
        let login = self.login.unattended();
        let remote = login.remote(command_line, &self.log)?;
        let remote = remote.timeout(limit).input(input);
        let status = self.reach.runner.run_reading_along(&remote, reader)?;
        self.explained(status)?;
        Ok(status)
    }

    /// Copies with scp, as `copy` says; its exit status.
    ///
    /// # Errors
    /// When the copy takes longer than `limit`, or the machine shows other host keys than before.
    pub fn copy(
        &self,
        copy: impl FnOnce(&Login) -> anyhow::Result<Command>,
        limit: Duration,
    ) -> anyhow::Result<ExitCode> {
        let copy = copy(&self.login)?.timeout(limit);
        let (mut heard, mut written) = (Heard::default(), Ok(()));
        let runner = &self.reach.runner;
        let status = runner.hand_over_hearing(&copy, &mut |_, line| {
            heard.notes(line);
            if written.is_ok() {
                written = console::complain(line);
            }
        })?;
        self.explained_copy(status, &heard)?;
        written?;
        Ok(start::passed_on(status))
    }

    /// As [`Connection::copy`], giving `reader` what scp says.
    ///
    /// # Errors
    /// As [`Connection::copy`].
    pub fn copy_reading_along(
        &self,
        copy: impl FnOnce(&Login) -> anyhow::Result<Command>,
        limit: Duration,
        reader: &mut dyn FnMut(Stream, &[u8]),
    ) -> anyhow::Result<i32> {
        let copy = copy(&self.login.unattended())?.timeout(limit);
        let mut heard = Heard::default();
        let runner = &self.reach.runner;
        let status = runner.run_reading_along(&copy, &mut |stream, line| {
            heard.notes(line);
            reader(stream, line);
        })?;
        self.explained_copy(status, &heard)?;
        Ok(status)
    }

    fn judged(&self, status: i32) -> anyhow::Result<ExitCode> {
        self.explained(status)?;
        Ok(start::passed_on(status))
    }
}

/// The file of the machine's host keys: one that is there already is trusted as it is, else the machine is asked.
fn known_hosts(reach: &Reach, machine: &Host, accepts_new_keys: bool) -> anyhow::Result<PathBuf> {
    let names = reach
        .build
        .directory()
        .known_hosts(machine.kind, machine.address);
    if !accepts_new_keys {
        for path in &names {
            if holds_keys(path)? {
                return Ok(path.clone());
            }
        }
    }
    let [path, _] = names;
    let shown = asked_for(reach, machine)?;
    reach
        .build
        .directory()
        .keep_known_hosts(&path, shown.as_bytes())?;
    Ok(path)
}

fn holds_keys(path: &Path) -> anyhow::Result<bool> {
    let content = files::read_if_there(path)?;
    Ok(content.is_some_and(|content| !HostKeys::new(content).is_empty()))
}

/// The keys that the machine shows, at the build's port or else at the usual one.
fn asked_for(reach: &Reach, machine: &Host) -> anyhow::Result<HostKeys> {
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
