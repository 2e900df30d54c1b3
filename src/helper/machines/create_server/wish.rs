//! What the command line asks for, its words told apart by what they are.

use anyhow::{Context, bail, ensure};

use super::Arguments;
use crate::foreign_text::beginning;
use crate::names::{Cloudhost, ServerName};

/// The server that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub name: ServerName,
    /// Its size; the build's for the type when not given.
    pub size: Option<String>,
    /// The cloud; the active one when not given.
    pub cloudhost: Option<Cloudhost>,
    /// What it is built from; the build decides when not given.
    pub image: Option<String>,
}

impl Wish {
    /// The wish in `arguments`: of the two words of the toolkit's callers the second is the name. Otherwise a cloudhost is
    /// one of four words, a name tells a machine type, and what is left is the size.
    ///
    /// # Errors
    /// When a word is empty, given twice, or too many are left.
    pub fn of(arguments: &Arguments) -> anyhow::Result<Self> {
        let (mut name, mut cloudhost) = (None, None);
        let mut others: Vec<&String> = Vec::new();
        let is_callers = is_size_and_name(&arguments.words);
        for (at, word) in arguments.words.iter().enumerate() {
            ensure!(
                !word.is_empty(),
                "one of the words is empty; expected the server's size and its name"
            );
            if is_callers && at == 0 {
                others.push(word);
            } else if let Ok(known) = word.parse::<Cloudhost>() {
                set_once(&mut cloudhost, known, "cloudhost")?;
            } else if let Ok(known) = word.parse::<ServerName>() {
                set_once(&mut name, known, "server name")?;
            } else {
                others.push(word);
            }
        }
        if let Some(text) = &arguments.name {
            set_once(&mut name, text.parse()?, "server name")?;
        }
        let mut size = arguments.size.clone();
        match others.as_slice() {
            [] => {}
            [only] => set_once(&mut size, (*only).clone(), "size")?,
            [one, other, ..] => bail!(
                "neither '{}' nor '{}' is a server's name or a cloudhost, and only one can be the size",
                beginning(one),
                beginning(other)
            ),
        }
        let name = name.context(
            "the server's name is missing; it starts with 'ws-' or 'db-', or with 'NO-1-as-', 'NO-1-auth-' or 'NO-1-rp-'",
        )?;
        ensure_word(size.as_deref(), "size")?;
        ensure_word(arguments.image.as_deref(), "image")?;
        let image = arguments.image.clone();
        Ok(Self {
            name,
            size,
            cloudhost,
            image,
        })
    }
}

/// Whether the words are those that every script of the toolkit passes. A size may look like a name, as `db-s-2vcpu` does.
fn is_size_and_name(words: &[String]) -> bool {
    let [size, name] = words else { return false };
    size.parse::<Cloudhost>().is_err() && name.parse::<ServerName>().is_ok()
}

/// An empty word swallows the flag after it, and one with a dash is a flag.
fn ensure_word(word: Option<&str>, what: &str) -> anyhow::Result<()> {
    let is_one = |word: &str| !word.trim().is_empty() && !word.starts_with('-');
    ensure!(
        word.is_none_or(is_one),
        "the {what} is '{}'; expected the provider's word for it",
        beginning(word.unwrap_or_default())
    );
    Ok(())
}

fn set_once<T>(slot: &mut Option<T>, value: T, what: &str) -> anyhow::Result<()> {
    ensure!(slot.is_none(), "the {what} is given twice");
    *slot = Some(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    const NAME: &str = "ws-lon1-b1-1-Xabc-init-1";

    fn wish(words: &[&str]) -> anyhow::Result<Wish> {
        let words = std::iter::once("CreateServer").chain(words.iter().copied());
        Wish::of(&Arguments::try_parse_from(words)?)
    }

    #[test]
    fn the_order_of_the_words_does_not_matter() {
        let expected = Wish {
            name: NAME.parse().unwrap(),
            size: Some("s-1vcpu-1gb".into()),
            cloudhost: Some(Cloudhost::DigitalOcean),
            image: None,
        };
        let (size, cloudhost) = ("s-1vcpu-1gb", "digitalocean");
        for words in [
            [NAME, size, cloudhost],
            [NAME, cloudhost, size],
            [size, NAME, cloudhost],
            [size, cloudhost, NAME],
            [cloudhost, NAME, size],
            [cloudhost, size, NAME],
        ] {
            assert_eq!(wish(&words).unwrap(), expected, "{words:?}");
        }
        let two = Wish {
            size: Some("db-s-1vcpu".into()),
            cloudhost: None,
            ..expected.clone()
        };
        assert_eq!(wish(&["db-s-1vcpu", NAME]).unwrap(), two);
        let named = ["--size", size, "--name", NAME, cloudhost];
        assert_eq!(wish(&named).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        for (words, reason) in [
            (&["s-1vcpu-1gb"][..], "name is missing"),
            (&[NAME, ""], "is empty"),
            (&[NAME, "a", "b"], "only one can be the size"),
            (&[NAME, "a", "--size", "b"], "the size is given twice"),
            (&[NAME, "--name", NAME], "server name is given twice"),
            (&[NAME, "linode", "vultr"], "cloudhost is given twice"),
            (&[NAME, "--size="], "the size is ''"),
            (&[NAME, "--image="], "the image is ''"),
            (&["--name=x"], "does not tell the machine type"),
        ] {
            let refusal = wish(words).unwrap_err().to_string();
            assert!(refusal.contains(reason), "{words:?}: {refusal}");
        }
    }
}
