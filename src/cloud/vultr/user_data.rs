//! How vultr-cli is given the cloud-init configuration of an instance.

use super::Vultr;
use crate::cloud::server::{ServerOrder, as_one_word};
use crate::command::{Failure, Output};

/// The first version of vultr-cli that reads the configuration from a file (`--userdata-file`). Older ones take it as a
/// word only, which every user of the machine sees while the instance is made.
const FROM_FILES_SINCE: [u32; 2] = [3, 9];

/// The word that tells vultr-cli the configuration.
#[derive(Debug)]
pub(super) struct UserData {
    pub(super) word: String,
    /// The word without what nobody should see.
    pub(super) shown: String,
}

impl Vultr<'_> {
    /// The word for this order: the path of the configuration where the installed vultr-cli takes one.
    ///
    /// # Errors
    /// When vultr-cli does not say its version, or the configuration cannot be read. Nothing has been asked for then.
    pub(super) fn user_data(&self, order: &ServerOrder<'_>) -> Result<UserData, Failure> {
        let path = order.user_data.display();
        let not_asked = |why: &dyn std::fmt::Display| Failure::not_asked(self.cli.name(), why);
        let version = self.runner.read(&self.reading(&["version"]), version);
        if version.map_err(|why| not_asked(&why))? >= FROM_FILES_SINCE {
            let word = format!("--userdata-file={path}");
            return Ok(UserData {
                shown: word.clone(),
                word,
            });
        }
        let content = std::fs::read_to_string(order.user_data)
            .map_err(|why| not_asked(&format_args!("cannot read '{path}': {why}")))?;
        // The shell drops line breaks at the end of what `cat` prints.
        let word = format!("--userdata={}", content.trim_end_matches('\n'));
        Ok(UserData {
            word: as_one_word(self.cli.name(), word)?,
            shown: format!("--userdata=[{path}]"),
        })
    }
}

/// The version in `Vultr-CLI v3.10.0`.
fn version(output: &Output) -> anyhow::Result<[u32; 2]> {
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().find_map(|word| {
        let numbers = word.trim_start_matches('v').split('.');
        let mut numbers = numbers.map(str::parse::<u32>);
        Some([numbers.next()?.ok()?, numbers.next()?.ok()?])
    });
    version.ok_or_else(|| anyhow::anyhow!("that is no version, such as v3.10.0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_whatever_stands_around_it() {
        for (printed, expected) in [
            ("Vultr-CLI v3.10.0\n", Some([3, 10])),
            ("Vultr-CLI v3.9.2\n", Some([3, 9])),
            ("a notice\nVultr-CLI 2.22.1", Some([2, 22])),
            ("Vultr-CLI\n", None),
            ("", None),
        ] {
            let output = Output {
                status: 0,
                stdout: printed.as_bytes().to_vec(),
                stderr: Vec::new(),
            };
            assert_eq!(version(&output).ok(), expected, "{printed:?}");
        }
    }
}
