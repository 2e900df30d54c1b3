//! What a machine shows to prove who it is: asked for with `ssh-keyscan`, kept in a known-hosts file.

use std::net::IpAddr;
use std::time::Duration;

use bstr::ByteSlice;

use super::openssh;
use crate::command::{Command, Output, Runner, Tool};

const KEYSCAN: Tool = openssh(&["ssh-keyscan"], "ADT_SSH_KEYSCAN", "/usr/bin/ssh-keyscan");
const KEYGEN: Tool = openssh(&["ssh-keygen"], "ADT_SSH_KEYGEN", "/usr/bin/ssh-keygen");

/// `ssh-keyscan` gives a silent machine five seconds for each kind of key.
const SCAN_LIMIT: Duration = Duration::from_secs(60);

/// The host keys of a machine, as a known-hosts file has them: a line each, the machine's name, the kind and the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKeys(Vec<u8>);

impl HostKeys {
    /// The keys in the content of a known-hosts file.
    pub fn new(content: Vec<u8>) -> Self {
        Self(content)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.each().next().is_none()
    }

    /// Each key's kind and the key itself.
    fn each(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.lines().filter_map(|line| {
            let mut fields = line.fields().filter(|field| !field.starts_with(b"@"));
            let _name = fields.next().filter(|name| !name.starts_with(b"#"))?;
            Some((fields.next()?, fields.next()?))
        })
    }

    /// Whether `shown` proves that the machine is not the one whose keys these are: a kind that both have differs, or
    /// they have none in common.
    pub fn are_contradicted_by(&self, shown: &Self) -> bool {
        let mut has_common = false;
        for (kind, key) in self.each() {
            for (_, other) in shown.each().filter(|(other_kind, _)| *other_kind == kind) {
                if key == other {
                    has_common = true;
                } else {
                    return true;
                }
            }
        }
        !has_common && !shown.is_empty()
    }

    /// The keys' fingerprints, such as `SHA256:2jv… (ED25519)`, as `ssh-keygen` prints them.
    ///
    /// # Errors
    /// When `ssh-keygen` is not installed or cannot read them.
    pub fn fingerprints(&self, runner: &Runner) -> anyhow::Result<Vec<String>> {
        let list = Command::reading(&KEYGEN.find()?, &["-l", "-f", "-"]).input(self.0.clone());
        let output = runner.output(&list)?;
        let text = output.stdout.to_str_lossy();
        let shown = text.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            let fingerprint = words.find(|word| word.contains(':'))?;
            Some(format!("{fingerprint} {}", words.last()?))
        });
        Ok(shown.collect())
    }
}

/// The host keys that the machine at `address` shows, none when no ssh server answers; and what `ssh-keyscan` had to say.
///
/// # Errors
/// When `ssh-keyscan` is not installed or does not end.
pub fn scan(
    address: IpAddr,
    port: Option<u16>,
    runner: &Runner,
) -> anyhow::Result<(HostKeys, String)> {
    let mut words = Vec::new();
    if let Some(port) = port {
        words.extend(["-p".to_owned(), port.to_string()]);
    }
    words.push(address.to_string());
    let scan = Command::reading(&KEYSCAN.find()?, &words).timeout(SCAN_LIMIT);
    let Output { stdout, stderr, .. } = runner.run(&scan)?;
    // The lines with a `#` name the server's version.
    let said = stderr.lines().filter(|line| !line.starts_with(b"#"));
    let said = said.map(|line| line.to_str_lossy().into_owned());
    Ok((HostKeys(stdout), said.collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> HostKeys {
        HostKeys::new(text.into())
    }

    #[test]
    fn keys_are_contradicted_by_another_key_of_a_kind_and_by_none_in_common() {
        let known =
            keys("# h:22 SSH-2.0\n[1.2.3.4]:1035 ssh-rsa AAA\n[1.2.3.4]:1035 ssh-ed25519 BBB\n");
        let same = keys("[1.2.3.4]:1035 ssh-ed25519 BBB\n");
        let other = keys("[1.2.3.4]:1035 ssh-rsa AAA\n[1.2.3.4]:1035 ssh-ed25519 CCC\n");
        let foreign = keys("1.2.3.4 ecdsa-sha2-nistp256 AAA\n");
        assert!(!known.are_contradicted_by(&same));
        assert!(known.are_contradicted_by(&other));
        assert!(known.are_contradicted_by(&foreign));
        assert!(!known.are_contradicted_by(&keys("")));
    }

    #[test]
    fn a_file_without_a_key_is_empty() {
        for text in ["", "\n", "# 1.2.3.4:22 SSH-2.0-OpenSSH\n", "1.2.3.4\n"] {
            assert!(keys(text).is_empty(), "{text}");
        }
        assert!(!keys("@revoked 1.2.3.4 ssh-rsa AAA\n").is_empty());
    }
}
