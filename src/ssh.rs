//! OpenSSH: the argument lists of its programs and what they answer (contract 02 §2.0), which nothing else knows.

mod access;
mod host_keys;
mod paths;
mod settings;

use std::ffi::{OsStr, OsString};
use std::net::IpAddr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use access::{User, ensure_usable_key};
pub use host_keys::{HostKeys, scan};

use self::paths::{for_a_shell, identity, in_an_option, local, pattern_for_a_shell};
use self::settings::{Purpose, needed};
use crate::command::{Command, Program, Tool};

const SSH: Tool = openssh(&["ssh"], "ADT_SSH", "/usr/bin/ssh");
const SCP: Tool = openssh(&["scp"], "ADT_SCP", "/usr/bin/scp");

/// What has scp speak its old protocol, which needs no SFTP server on the machine but its shell.
const OLD_PROTOCOL: &str = "-O";

/// How OpenSSH says that it failed itself; the status of the command it ran is passed on otherwise.
pub const FAILED_ITSELF: i32 = 255;

/// Without a person to see that nothing happens any more, a connection whose other end is silent for a minute is over: a
/// machine that goes down often takes its network away before it says so.
const UNATTENDED: [&str; 3] = [
    "BatchMode=yes",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=6",
];

/// No limit: a person's own session ends when the person leaves.
const FOR_EVER: Duration = Duration::MAX;

const fn openssh(
    names: &'static [&'static str],
    variable: &'static str,
    toolkit_path: &'static str,
) -> Tool {
    Tool {
        names,
        variable,
        toolkit_path,
        install: "install the package openssh-client",
    }
}

/// How long and how often a connection is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How long one try may take, in seconds.
    pub timeout_secs: u32,
    /// How many tries there are.
    pub attempts: u32,
}

/// For a person who waits (`SSH5`).
pub const QUICK: Tries = Tries {
    timeout_secs: 5,
    attempts: 2,
};

/// For a machine that may be busy (`SSH10`).
pub const PATIENT: Tries = Tries {
    timeout_secs: 10,
    attempts: 30,
};

/// For a machine that is about to be halted (`SSH6`).
pub const HALTING: Tries = Tries {
    timeout_secs: 5,
    attempts: 6,
};

/// A machine that can be logged in to, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: User,
    pub address: IpAddr,
    /// The port of the ssh server.
    pub port: u16,
    /// The file of the private key.
    pub key: PathBuf,
    /// The file of the host keys that are trusted.
    pub known_hosts: PathBuf,
    /// How a connection is tried.
    pub tries: Tries,
    /// Whether a person is there, whom ssh may ask for a passphrase or a password.
    pub is_attended: bool,
}

impl Login {
    /// The same for a connection that several others are made beside: nobody could tell which of them asks, and a process
    /// in the background that reads the terminal is stopped for good.
    #[must_use]
    pub fn unattended(&self) -> Self {
        Self {
            is_attended: false,
            ..self.clone()
        }
    }

    /// A session for a person. What ssh itself has to say goes to the file `log`, apart from what the machine says.
    ///
    /// # Errors
    /// When ssh is not installed.
    pub fn session(&self, log: &Path) -> anyhow::Result<Command> {
        let mut words = self.options("-p", Purpose::Session);
        words.extend(["-E".into(), log.into(), self.login()]);
        Ok(Command::changing(&SSH.find()?, &words).timeout(FOR_EVER))
    }

    /// A command line for the machine's shell.
    ///
    /// # Errors
    /// When ssh is not installed.
    pub fn remote(&self, command_line: &OsStr, log: &Path) -> anyhow::Result<Command> {
        let mut words = self.options("-p", Purpose::Command);
        words.extend(["-E".into(), log.into(), self.login()]);
        // ssh looks for options behind the machine too.
        if command_line.as_bytes().starts_with(b"-") {
            words.push("--".into());
        }
        words.push(command_line.to_owned());
        Ok(Command::changing(&SSH.find()?, &words))
    }

    /// A copy of files of this machine in a directory of the other one, which must be there: the `/` at its end keeps
    /// scp from making a file of that name. An empty one is the user's home.
    ///
    /// # Errors
    /// When scp is not installed.
    pub fn copy_to(&self, files: &[PathBuf], directory: &OsStr) -> anyhow::Result<Command> {
        let scp = SCP.find()?;
        let mut words = self.options("-P", purpose_of(&scp));
        words.extend(files.iter().map(|file| local(file.as_os_str())));
        let mut directory = directory.to_owned();
        if !directory.is_empty() && !directory.as_bytes().ends_with(b"/") {
            directory.push("/");
        }
        if purpose_of(&scp) == Purpose::Command {
            directory = for_a_shell(&directory);
        }
        words.push(self.place(&directory));
        Ok(Command::changing(&scp, &words))
    }

    /// A copy of files of the other machine, whose names may be patterns, in a directory of this one.
    ///
    /// # Errors
    /// When scp is not installed.
    pub fn copy_from(&self, files: &[OsString], directory: &Path) -> anyhow::Result<Command> {
        let scp = SCP.find()?;
        let mut words = self.options("-P", purpose_of(&scp));
        let places = files.iter().map(|file| match purpose_of(&scp) {
            Purpose::Command => self.place(&pattern_for_a_shell(file)),
            _ => self.place(file),
        });
        words.extend(places);
        words.push(local(directory.as_os_str()));
        Ok(Command::changing(&scp, &words))
    }

    /// The options that all programs take, `port` being the letter for the port: `-p` of ssh, `-P` of scp. Those of the
    /// scripts come first.
    fn options(&self, port: &str, purpose: Purpose) -> Vec<OsString> {
        let Tries {
            timeout_secs,
            attempts,
        } = self.tries;
        let [how, key] = identity(&self.key);
        let mut words = vec![
            "-o".into(),
            format!("ConnectTimeout={timeout_secs}").into(),
            "-o".into(),
            format!("ConnectionAttempts={attempts}").into(),
            "-o".into(),
            in_an_option("UserKnownHostsFile", &self.known_hosts),
            "-o".into(),
            "StrictHostKeyChecking=yes".into(),
            port.into(),
            self.port.to_string().into(),
            how,
            key,
        ];
        if !self.is_attended {
            for option in UNATTENDED {
                words.extend(["-o".into(), option.into()]);
            }
        }
        words.extend(needed(purpose, self.address));
        words
    }

    fn login(&self) -> OsString {
        format!("{}@{}", self.user.as_str(), self.address).into()
    }

    /// A path of the machine, as scp takes it.
    fn place(&self, path: &OsStr) -> OsString {
        let host = match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let mut place = OsString::from(format!("{}@{host}:", self.user.as_str()));
        place.push(path);
        place
    }
}

/// What scp wants of its connection.
fn purpose_of(scp: &Program) -> Purpose {
    if scp.is_given(OLD_PROTOCOL) {
        Purpose::Command
    } else {
        Purpose::Sftp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(address: &str) -> Login {
        Login {
            user: User::new("Xk3JdQ9s").unwrap(),
            address: address.parse().unwrap(),
            port: 1035,
            key: "/b h/100%/id".into(),
            known_hosts: "/b h/100%/webserver_1.2.3.4keys".into(),
            tries: QUICK,
            is_attended: true,
        }
    }

    fn shown(words: &[OsString]) -> Vec<&str> {
        words.iter().map(|word| word.to_str().unwrap()).collect()
    }

    #[test]
    fn the_options_are_those_of_the_scripts() {
        let options = login("1.2.3.4").options("-P", Purpose::Sftp);
        let expected = [
            "-o",
            "ConnectTimeout=5",
            "-o",
            "ConnectionAttempts=2",
            "-o",
            "UserKnownHostsFile=\"/b h/100%%/webserver_1.2.3.4keys\"",
            "-o",
            "StrictHostKeyChecking=yes",
            "-P",
            "1035",
            "-o",
            "IdentityFile=\"/b h/100%%/id\"",
        ];
        let ours = needed(Purpose::Sftp, "1.2.3.4".parse().unwrap());
        assert_eq!(shown(&options), [&expected[..], &shown(&ours)].concat());
    }

    #[test]
    fn a_connection_that_nobody_watches_asks_nobody_and_notices_silence() {
        let options = |login: &Login| login.options("-p", Purpose::Command);
        let watched = options(&login("1.2.3.4"));
        let unattended = options(&login("1.2.3.4").unattended());
        let more = [
            "-o",
            "BatchMode=yes",
            "-o",
            "ServerAliveInterval=10",
            "-o",
            "ServerAliveCountMax=6",
        ];
        let ours = needed(Purpose::Command, "1.2.3.4".parse().unwrap());
        let (scripts, _) = watched.split_at(watched.len() - ours.len());
        assert_eq!(
            shown(&unattended),
            [&shown(scripts)[..], &more, &shown(&ours)].concat()
        );
    }

    #[test]
    fn a_place_on_a_machine_has_its_address_in_brackets_where_that_has_colons() {
        let path = OsStr::new("/tmp/a b");
        assert_eq!(login("1.2.3.4").place(path), "Xk3JdQ9s@1.2.3.4:/tmp/a b");
        assert_eq!(login("::1").place(path), "Xk3JdQ9s@[::1]:/tmp/a b");
        assert_eq!(login("::1").login(), "Xk3JdQ9s@::1");
    }
}
