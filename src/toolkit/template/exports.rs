//! What a template exports, one variable after the other, for a template that overrides it (contract 02 §2.11, 10 §2.8).

use bstr::ByteSlice;

use super::shell_lines::{self, Word};

/// What the comment of a line says of its variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The build needs it: `MANDATORY`.
    Mandatory,
    /// The template's value will do.
    Usual,
    /// This cloud does not use it: `NOT REQUIRED`.
    None,
}

/// A variable that a template exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The variable.
    pub name: String,
    /// Whether the build needs it.
    pub need: Need,
    /// Its value; none where only a shell can tell.
    pub value: Option<String>,
    /// The value as it is written, with its quotes.
    written: Vec<u8>,
}

impl Export {
    /// The same variable with another value.
    ///
    /// # Errors
    /// When the value has a control character, which no template can hold.
    pub fn set_to(&self, value: &str) -> anyhow::Result<Self> {
        anyhow::ensure!(
            !value.contains(char::is_control),
            "the value for {} has a line end or another control character; a template holds none",
            self.name
        );
        Ok(Self {
            value: Some(value.to_owned()),
            written: quoted(value).into_bytes(),
            ..self.clone()
        })
    }

    /// Its line in a template.
    pub fn line(&self) -> Vec<u8> {
        let mut line = format!("export {}=", self.name).into_bytes();
        line.extend_from_slice(&self.written);
        line.push(b'\n');
        line
    }
}

/// The variables that the template `content` exports, in its order.
pub fn exports(content: &[u8]) -> Vec<Export> {
    let mut exports = Vec::new();
    for line in shell_lines::of(content) {
        let is_export = line
            .words
            .first()
            .is_some_and(|word| word.text() == "export");
        if !is_export || !line.is_plain {
            continue;
        }
        let need = if line.raw.contains_str("MANDATORY") {
            Need::Mandatory
        } else if line.raw.contains_str("NOT REQUIRED") {
            Need::None
        } else {
            Need::Usual
        };
        exports.extend(line.words.iter().filter_map(|word| export(word, need)));
    }
    exports
}

fn export(word: &Word, need: Need) -> Option<Export> {
    let (name, value) = word.assignment()?;
    let (_, written) = word.written().split_once_str("=")?;
    Some(Export {
        name,
        need,
        value,
        written: written.to_owned(),
    })
}

/// `value` between double quotes, so that a shell reads it back as it is.
fn quoted(value: &str) -> String {
    let mut quoted = String::from("\"");
    for character in value.chars() {
        if matches!(character, '"' | '\\' | '$' | '`') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "\
#####MANDATORY - a heading\n\
export APPLICATION=\"joomla\" #MANDATORY\n\
export PHP_VERSION=\"8.5\"  # one of several\n\
export ACCESS_KEY=\"\"   #NOT REQUIRED\n\
echo export NOT=this\n\
export NAME=\"a  b \\\"c\\\" $HOME\"\n";

    #[test]
    fn what_is_kept_is_written_as_it_was() {
        let found = exports(TEMPLATE.as_bytes());
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_str(), it.need, it.value.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("APPLICATION", Need::Mandatory, Some("joomla")),
                ("PHP_VERSION", Need::Usual, Some("8.5")),
                ("ACCESS_KEY", Need::None, Some("")),
                ("NAME", Need::Usual, None),
            ]
        );
        let line = found.last().unwrap().line();
        assert_eq!(line, b"export NAME=\"a  b \\\"c\\\" $HOME\"\n");
    }

    #[test]
    fn a_new_value_is_read_back_as_it_was_typed() {
        let found = exports(TEMPLATE.as_bytes());
        let first = found.first().unwrap();
        for value in ["", "plain", "two  blanks ", r#"a "b" $c `d` \e 'f' #g &|;"#] {
            let line = first.set_to(value).unwrap().line();
            let again = exports(&line);
            assert_eq!(again.first().unwrap().value.as_deref(), Some(value));
        }
        assert_eq!(
            first.set_to("x").unwrap().line(),
            b"export APPLICATION=\"x\"\n"
        );
        assert!(first.set_to("a\nb").is_err());
    }
}
