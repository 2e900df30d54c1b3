//! A chain of certificates and its private key, as PEM.

use std::fmt;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::ask;
use crate::files;
use crate::foreign_text::beginning;

/// The longest that both may be together.
const MOST_BYTES: usize = 1 << 20;

/// The most certificates of a chain.
const MOST_CERTIFICATES: usize = 20;

const CERTIFICATE: &str = "CERTIFICATE";

/// What the label of every private key ends with, such as `RSA PRIVATE KEY`.
const PRIVATE_KEY: &str = "PRIVATE KEY";

const PASTE: &str = "Paste the chain of certificates, the site's own first, and after it the private key; each from its BEGIN \
                     line to its END line.";

/// A chain and its key, each block with the lines that belong to it and nothing around them.
pub(super) struct Pair {
    /// The site's own first.
    certificates: Vec<String>,
    key: String,
}

impl fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Pair");
        shown
            .field("certificates", &self.certificates)
            .finish_non_exhaustive()
    }
}

/// A block of PEM.
struct Block {
    label: String,
    /// All its lines, each with its end.
    text: String,
}

impl Pair {
    /// The two in these files.
    ///
    /// # Errors
    /// When one cannot be read, or they hold no such pair.
    pub fn of_files(chain: &Path, key: &Path) -> anyhow::Result<Self> {
        let mut text = Vec::new();
        for file in [chain, key] {
            let content = files::read_if_there(file)?
                .with_context(|| format!("there is no file '{}'", file.display()))?;
            ensure!(
                content.len() <= MOST_BYTES,
                "'{}' is too large for certificates or a key",
                file.display()
            );
            text.extend(content);
            text.push(b'\n');
        }
        Self::parsed(&text).with_context(|| {
            format!(
                "'{}' and '{}' are no chain and its key",
                chain.display(),
                key.display()
            )
        })
    }

    /// The two as they are pasted or piped: all up to the end of the key.
    ///
    /// # Errors
    /// When standard input ends before, or what comes is no such pair.
    pub fn asked_for() -> anyhow::Result<Self> {
        let text = ask::lines_until(PASTE, MOST_BYTES, |line| {
            let line = String::from_utf8_lossy(line);
            marked(&line, "END").is_some_and(|label| label.ends_with(PRIVATE_KEY))
        });
        Self::parsed(&text?)
    }

    fn parsed(text: &[u8]) -> anyhow::Result<Self> {
        let (mut certificates, mut keys) = (Vec::new(), Vec::new());
        for block in blocks(&String::from_utf8_lossy(text))? {
            match block.label.as_str() {
                CERTIFICATE => certificates.push(block.text),
                label if label.ends_with(PRIVATE_KEY) => {
                    let is_encrypted =
                        label.contains("ENCRYPTED") || block.text.contains("ENCRYPTED");
                    ensure!(
                        !is_encrypted,
                        "the private key is encrypted, which no webserver could read without its password; decrypt it first, \
                         as with 'openssl pkey'"
                    );
                    keys.push(block.text);
                }
                // OpenSSL writes them before a key; the key says them too.
                "EC PARAMETERS" | "DH PARAMETERS" => {}
                label => bail!(
                    "'{}' is neither a certificate nor a private key; expected a chain of certificates and its private key",
                    beginning(label)
                ),
            }
        }
        ensure!(
            (1..=MOST_CERTIFICATES).contains(&certificates.len()),
            "there are {} certificates; expected the site's own and then those that lead to its authority, at most {MOST_CERTIFICATES}",
            certificates.len()
        );
        let [key] = <[String; 1]>::try_from(keys).map_err(|keys| {
            anyhow::anyhow!("there are {} private keys; expected one", keys.len())
        })?;
        Ok(Self { certificates, key })
    }

    /// The certificates, the site's own first.
    pub fn certificates(&self) -> &[String] {
        &self.certificates
    }

    /// What `fullchain.pem` holds.
    pub fn chain(&self) -> String {
        self.certificates.concat()
    }

    /// What `privkey.pem` holds.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The label of a line that begins or ends a block.
fn marked<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let inner = line.trim().strip_prefix("-----")?.strip_suffix("-----")?;
    inner.strip_prefix(word)?.strip_prefix(' ')
}

/// The blocks in `text`; what is around them, such as an authority's remarks, is left out.
fn blocks(text: &str) -> anyhow::Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines().map(str::trim) {
        if let Some(label) = marked(line, "BEGIN") {
            ensure!(
                open.is_none(),
                "a BEGIN line comes before the END line of what is before it; copy each block whole"
            );
            open = Some(Block {
                label: label.to_owned(),
                text: String::new(),
            });
        }
        let Some(block) = &mut open else {
            continue;
        };
        if !line.is_empty() {
            block.text.push_str(line);
            block.text.push('\n');
        }
        if let Some(label) = marked(line, "END") {
            ensure!(
                label == block.label,
                "the END line of a block is another one's than its BEGIN line; copy each block whole"
            );
            blocks.extend(open.take());
        }
    }
    ensure!(
        open.is_none(),
        "the last block has no END line; copy each block whole"
    );
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(label: &str, body: &str) -> String {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    }

    #[test]
    fn a_chain_and_its_key_are_what_is_between_the_marks() {
        let (leaf, next) = (
            block("CERTIFICATE", "TGVhZg=="),
            block("CERTIFICATE", "TmV4dA=="),
        );
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            let key = block(label, "S2V5");
            let text = format!(
                "Bag Attributes\n{}\r\n\nissuer=x\n{next}{}{key}",
                leaf.replace('\n', " \r\n"),
                block("EC PARAMETERS", "Qg==")
            );
            let pair = Pair::parsed(text.as_bytes()).unwrap();
            assert_eq!(pair.chain(), format!("{leaf}{next}"));
            assert_eq!(pair.key(), key);
            assert!(!format!("{pair:?}").contains("S2V5"));
        }
    }

    #[test]
    fn what_is_no_pair_is_refused_and_never_shown() {
        let (leaf, key) = (
            block("CERTIFICATE", "TGVhZg=="),
            block("PRIVATE KEY", "S2V5"),
        );
        for (text, why) in [
            (String::new(), "there are 0 certificates"),
            (leaf.clone(), "there are 0 private keys"),
            (key.clone(), "there are 0 certificates"),
            (format!("{leaf}{key}{key}"), "there are 2 private keys"),
            (
                format!("{}{key}", leaf.repeat(21)),
                "there are 21 certificates",
            ),
            (
                format!("{leaf}{}", block("ENCRYPTED PRIVATE KEY", "S2V5")),
                "is encrypted",
            ),
            (
                format!(
                    "{leaf}{}",
                    block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nS2V5")
                ),
                "is encrypted",
            ),
            (
                format!("{leaf}{}", block("PUBLIC KEY", "S2V5")),
                "'PUBLIC KEY' is neither",
            ),
            (
                format!("{leaf}-----BEGIN PRIVATE KEY-----\nS2V5"),
                "no END line",
            ),
            (
                format!("-----BEGIN CERTIFICATE-----\nS2V5\n{key}"),
                "comes before the END line",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nS2V5\n-----END PRIVATE KEY-----\n".to_owned(),
                "another one's",
            ),
        ] {
            let said = format!("{:#}", Pair::parsed(text.as_bytes()).unwrap_err());
            assert!(said.contains(why), "{text:?}: {said}");
            assert!(!said.contains("S2V5"), "{said}");
        }
    }
}
