//! Hiding secrets in what is shown to people and written to logs.

use bstr::ByteSlice;

/// The secrets of a build, to be replaced wherever they turn up in a message.
#[derive(Default, Clone)]
pub struct Redactor {
    secrets: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Redactor({} secrets)", self.secrets.len())
    }
}

impl Redactor {
    /// What stands in a secret's place.
    const MASK: &'static [u8] = b"[hidden]";

    /// A value shorter than this is no secret worth the name, and hiding it would garble every message.
    const SHORTEST_SECRET_BYTES: usize = 6;

    /// Hides every one of `secrets` that is long enough to be one; a value of several parts joined by `|` (one per
    /// region) is hidden part by part too.
    pub fn new(secrets: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut all: Vec<Vec<u8>> = Vec::new();
        for secret in secrets {
            all.extend(secret.split_str("|").map(<[u8]>::to_vec));
            all.push(secret);
        }
        all.retain(|secret| secret.len() >= Self::SHORTEST_SECRET_BYTES);
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        all.dedup();
        Self { secrets: all }
    }

    /// `bytes` as text with every secret masked.
    pub fn redact(&self, bytes: &[u8]) -> String {
        let mut shown = bytes.to_vec();
        for secret in &self.secrets {
            shown = shown.replace(secret, Self::MASK);
        }
        String::from_utf8_lossy(&shown).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_every_secret_and_nothing_else() {
        let redactor = Redactor::new([b"s3cretvalue".to_vec(), b"tiny".to_vec()]);
        assert_eq!(
            redactor.redact(b"tiny error: token s3cretvalue refused"),
            "tiny error: token [hidden] refused"
        );
    }

    #[test]
    fn hides_the_parts_of_a_value_with_one_part_per_region() {
        let redactor = Redactor::new([b"firstkey|secondkey".to_vec()]);
        assert_eq!(redactor.redact(b"bad key secondkey"), "bad key [hidden]");
    }

    #[test]
    fn a_secret_inside_a_longer_one_leaves_no_tail() {
        let redactor = Redactor::new([b"abcdef".to_vec(), b"abcdefghij".to_vec()]);
        assert_eq!(redactor.redact(b"abcdefghij"), "[hidden]");
    }

    #[test]
    fn debug_output_counts_secrets_only() {
        let redactor = Redactor::new([b"s3cretvalue".to_vec()]);
        assert_eq!(format!("{redactor:?}"), "Redactor(1 secrets)");
    }
}
