//! What the helpers rely on, whatever a person's configuration of ssh says. ssh takes the first value of an option that it
//! meets, and those of the command line come first. Why each is there, and what is left to the person: docs/ARCHITECTURE.md.

use std::ffi::OsString;
use std::net::IpAddr;

/// In every connection.
const EVERYWHERE: [&str; 16] = [
    // So that an older ssh passes over those that it does not know. The first in effect, so it comes first.
    "IgnoreUnknown=*",
    // What ssh says decides whether a failure is its own.
    "LogLevel=INFO",
    "LogVerbose=none",
    "VisualHostKey=no",
    // Only a connection of our own is to the machine whose host key has been checked.
    "ControlPath=none",
    "KnownHostsCommand=none",
    "VerifyHostKeyDNS=no",
    "NoHostAuthenticationForLocalhost=no",
    // The file of host keys is the helpers' alone to write.
    "UpdateHostKeys=no",
    // A server turns away whoever tries too many keys before the build's.
    "IdentitiesOnly=yes",
    "PKCS11Provider=none",
    "PubkeyAuthentication=yes",
    "PreferredAuthentications=publickey,keyboard-interactive,password",
    // The build's key is nothing for an agent to keep.
    "AddKeysToAgent=no",
    // Standard input is ours to give, and the status is the command's.
    "StdinNull=no",
    "ForkAfterAuthentication=no",
];

/// Where a command or a copy is all that is wanted of the connection; a person's own session may have more.
const FOR_A_COMMAND: [&str; 6] = [
    "RemoteCommand=none",
    // A terminal changes bytes, mixes both streams, and shows what is typed: a password too.
    "RequestTTY=no",
    "ClearAllForwardings=yes",
    "ForwardX11=no",
    "Tunnel=no",
    "PermitLocalCommand=no",
];

/// What makes a session of a connection. scp's own `-s` clashes with it.
const FOR_A_SHELL: &str = "SessionType=default";

/// What is wanted of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A person's own session.
    Session,
    /// A command in the machine's shell, which may be scp's.
    Command,
    /// A copy through the machine's SFTP server.
    Sftp,
}

/// The options of ssh and scp that are needed for a connection to `address`.
pub(super) fn needed(purpose: Purpose, address: IpAddr) -> Vec<OsString> {
    let mut options: Vec<String> = EVERYWHERE.map(str::to_owned).into();
    // The address is of one family, and another host's keys are not on record.
    options.push("AddressFamily=any".to_owned());
    options.push(format!("Hostname={address}"));
    if purpose != Purpose::Session {
        options.extend(FOR_A_COMMAND.map(str::to_owned));
    }
    if purpose != Purpose::Sftp {
        options.push(FOR_A_SHELL.to_owned());
    }
    let words = options.into_iter().flat_map(|it| ["-o".to_owned(), it]);
    words.map(OsString::from).collect()
}
