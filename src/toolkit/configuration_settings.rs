//! `<type>_configuration_settings.dat`: a line `NAME:value` for each setting of a machine (contract 03 §3.5).

use bstr::ByteSlice;

use super::build_environment::sounds_secret;

/// The settings of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigurationSettings(Vec<u8>);

impl ConfigurationSettings {
    /// The settings in a file's content.
    pub fn new(content: Vec<u8>) -> Self {
        Self(content)
    }

    /// Every value of `name` that is not empty, in file order: what follows the first `:` (in the shell
    /// `grep -a "^NAME:"`, the last `:` field or, of several, all after the first; blank lines dropped). The name is
    /// taken literally, not as a pattern.
    pub fn values<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + 'a {
        let lines = self.0.lines_with_terminator();
        let values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(b":"));
        values
            .map(|value| value.strip_suffix(b"\n").unwrap_or(value))
            .filter(|value| !value.is_empty())
    }

    /// The first value of the setting that a build calls `variable`. The settings leave out a name's underscores:
    /// `BUILD_FROM_SNAPSHOT` is `BUILDFROMSNAPSHOT`.
    pub fn value_of_variable(&self, variable: &str) -> Option<Vec<u8>> {
        let squeezed = variable.replace('_', "");
        let names = [squeezed.as_str(), variable];
        let mut values = names
            .into_iter()
            .flat_map(|name| self.values(name.as_bytes()));
        values.next().map(<[u8]>::to_vec)
    }

    /// The values of the settings whose names speak of a key, a password, a secret or a token.
    pub fn secrets(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        let settings = self.0.lines().filter_map(|line| line.split_once_str(":"));
        settings
            .filter(|(name, _)| sounds_secret(name))
            .map(|(_, value)| value.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(content: &str, name: &str) -> Vec<String> {
        let settings = ConfigurationSettings::new(content.as_bytes().to_vec());
        let found = settings.values(name.as_bytes());
        found
            .map(|value| value.to_str_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_value_is_what_follows_the_first_colon() {
        let content = "A:1\nAB:2\nDB:x:y:z\nXA:3\nA:\nA:4\n";
        assert_eq!(values(content, "A"), ["1", "4"]);
        assert_eq!(values(content, "DB"), ["x:y:z"]);
        assert_eq!(values(content, "A."), [""; 0]);
        assert_eq!(values(content, "B"), [""; 0]);
    }

    #[test]
    fn a_variable_is_found_without_its_underscores() {
        let content = b"BUILDFROMSNAPSHOT:1\nSNAPSHOTID:private/12\nVPC_NAME:v\n".to_vec();
        let settings = ConfigurationSettings::new(content);
        let value = |name| settings.value_of_variable(name);
        assert_eq!(value("BUILD_FROM_SNAPSHOT"), Some(b"1".to_vec()));
        assert_eq!(value("SNAPSHOT_ID"), Some(b"private/12".to_vec()));
        assert_eq!(value("VPC_NAME"), Some(b"v".to_vec()));
        assert_eq!(value("REGION"), None);
    }
}
