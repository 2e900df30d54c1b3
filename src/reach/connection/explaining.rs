//! What the end of a connection means: ssh has one status for its own trouble and for a command that ends with it.

use anyhow::bail;
use bstr::ByteSlice;

use super::Connection;
use crate::console;
use crate::files;
use crate::ssh::{self, FAILED_ITSELF, HostKeys};

/// What ssh says when a host key is not the one that is known.
const NOT_THE_KNOWN_KEY: &str = "Host key verification failed";

/// How lines of ssh begin though nothing has gone wrong. The last ones are of a person who asks for more (`ADT_SSH="ssh -v"`).
const NOTICES: [&str; 11] = [
    "Warning: ",
    "** ",
    "Pseudo-terminal will not be allocated",
    "X11 forwarding request failed",
    "debug1: ",
    "debug2: ",
    "debug3: ",
    "OpenSSH_",
    "Authenticated to ",
    "Transferred: ",
    "Bytes per second: ",
];

/// What is said where a machine has no SFTP server.
const NO_SFTP: &str = "subsystem request failed";

/// What scp says last when its connection has ended, whatever the reason.
const ENDED: &str = "scp: Connection closed";

/// What scp has said.
#[derive(Debug, Default)]
pub(super) struct Heard {
    of_no_sftp: bool,
    of_an_end: bool,
    of_a_reason: bool,
}

impl Heard {
    pub(super) fn notes(&mut self, line: &[u8]) {
        let line = line.trim_ascii_end();
        self.of_no_sftp |= line.contains_str(NO_SFTP);
        if line.ends_with_str(ENDED) {
            self.of_an_end = true;
        } else if !is_notice(&line.to_str_lossy()) {
            self.of_a_reason = true;
        }
    }

    /// Whether SFTP is what was missing. A server that cannot be started on the machine ends the connection, and nobody
    /// says why; of all else ssh says something.
    fn is_of_no_sftp(&self) -> bool {
        self.of_no_sftp || (self.of_an_end && !self.of_a_reason)
    }
}

impl Connection<'_> {
    /// Says what ssh had to say, and whether a status is the command's or ssh's own.
    pub(super) fn explained(&self, status: i32) -> anyhow::Result<()> {
        let said = self.said();
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

    /// What ssh itself has said since the last time, secrets masked.
    fn said(&self) -> String {
        let said = files::read_if_there(&self.log);
        // The next command may be over the same connection, and ssh adds to the file.
        let said = said.and_then(|said| files::remove_if_there(&self.log).map(|()| said));
        match said {
            Ok(said) => self.reach.runner.redact(&said.unwrap_or_default()),
            // The status is known all the same.
            Err(why) => {
                console::say(format_args!("what ssh said is not known: {why:#}"));
                String::new()
            }
        }
    }

    /// Says what the failure of a copy means; scp itself has told what ssh and the machine said.
    pub(super) fn explained_copy(&self, status: i32, heard: &Heard) -> anyhow::Result<()> {
        let (name, address) = (&self.machine.name, self.machine.address);
        match status {
            0 => {}
            FAILED_ITSELF if heard.is_of_no_sftp() => console::say(format_args!(
                "{name} ({address}): the machine has no SFTP server that works, which scp needs; run the same command again with \
                 ADT_SCP=\"scp -O\" in the environment, or set one up there ('Subsystem sftp internal-sftp' in its sshd_config)"
            )),
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

    /// Refuses a machine that shows other host keys than those on record. A failure to ask for them is said, and does not
    /// take the place of what has been found.
    fn ensure_known_keys(&self) -> anyhow::Result<()> {
        let path = &self.login.known_hosts;
        let (name, address) = (&self.machine.name, self.machine.address);
        let [shown, known] = match self.contradiction() {
            Ok(Some(keys)) => keys.map(|keys| self.fingerprints(&keys)),
            Ok(None) => return Ok(()),
            Err(why) => {
                console::say(format_args!(
                    "{name} ({address}): cannot tell whether its host keys are those on record: {why:#}"
                ));
                return Ok(());
            }
        };
        bail!(
            "{name} ({address}) shows other host keys than those on record, so nothing was done there; shown now: {shown}; on record \
             in '{}': {known}; if the machine was made anew, run the same command again with --accept-host-key, and if not, somebody \
             may be in between",
            path.display(),
        )
    }

    /// The host keys that the machine shows now and those on record, where they cannot be the same machine's.
    fn contradiction(&self) -> anyhow::Result<Option<[HostKeys; 2]>> {
        let known = files::read_if_there(&self.login.known_hosts)?;
        let known = HostKeys::new(known.unwrap_or_default());
        let runner = &self.reach.runner;
        let (shown, _) = ssh::scan(self.login.address, Some(self.login.port), runner)?;
        Ok(known.are_contradicted_by(&shown).then_some([shown, known]))
    }

    fn fingerprints(&self, keys: &HostKeys) -> String {
        match keys.fingerprints(&self.reach.runner) {
            Ok(fingerprints) => fingerprints.join(", "),
            Err(why) => format!("keys whose fingerprints cannot be shown ({why:#})"),
        }
    }
}

/// Whether ssh says this though nothing has gone wrong.
fn is_notice(line: &str) -> bool {
    let is_farewell = line.starts_with("Connection to ") && line.ends_with(" closed.");
    is_farewell || NOTICES.iter().any(|notice| line.starts_with(notice))
}
