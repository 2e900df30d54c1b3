//! A shell script as lines of words: quotes, escapes and comments as `sh` reads them, and nothing expanded.
//!
//! dotenvy reads the values that are written as the toolkit writes them, between two quotes. It has rules of its own for
//! escapes, `$` and line ends, so the others are read here.

use bstr::ByteSlice;

/// A line, which quotes and escaped line ends may stretch over several.
#[derive(Debug, Default)]
pub(super) struct ShellLine<'a> {
    /// Where it begins, counted from 1.
    pub(super) number: usize,
    /// Its words.
    pub(super) words: Vec<Word>,
    /// Whether it is one command, without pipes and the like, that is whole.
    pub(super) is_plain: bool,
    /// Whether the lines below it may belong to it: a here-document, a function, a subshell.
    pub(super) goes_on: bool,
    /// All of it.
    pub(super) raw: &'a [u8],
}

/// A word as the shell passes it on.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// As the shell passes it on.
    bytes: Vec<u8>,
    /// As it is written.
    source: Vec<u8>,
    /// Where the `=` of an assignment stands.
    equals: Option<usize>,
    /// Whether a shell would put something else in its place.
    expands: bool,
    /// Whether what it stands for is printed by a command.
    runs_a_command: bool,
    has_quotes: bool,
}

impl Word {
    /// The word, where it is nothing else to a shell.
    pub(super) fn text(&self) -> String {
        if self.expands {
            return String::new();
        }
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// As it is written.
    pub(super) fn written(&self) -> &[u8] {
        &self.source
    }

    /// Whether it sets a variable.
    pub(super) fn is_assignment(&self) -> bool {
        self.equals.is_some()
    }

    /// Whether it is a variable's name.
    pub(super) fn is_name(&self) -> bool {
        !self.expands && !self.has_quotes && is_name(&self.bytes)
    }

    /// The variable that it sets, and its value; no value when only a shell can tell.
    pub(super) fn assignment(&self) -> Option<(String, Option<String>)> {
        let (name, value) = self.bytes.split_at_checked(self.equals?)?;
        let value = match usual(&self.source) {
            Some(read) => Some(read),
            None => String::from_utf8(value.get(1..)?.to_vec()).ok(),
        };
        let name = String::from_utf8_lossy(name).into_owned();
        Some((name, value.filter(|_| !self.expands)))
    }

    fn push(&mut self, byte: u8) {
        let is_first_equals = byte == b'=' && self.equals.is_none();
        if is_first_equals && !self.has_quotes && !self.expands && is_name(&self.bytes) {
            self.equals = Some(self.bytes.len());
        }
        self.bytes.push(byte);
    }

    fn run(&mut self) {
        self.expands = true;
        self.runs_a_command = true;
    }

    /// Whether a `~` here stands for a home.
    fn begins_a_path(&self) -> bool {
        matches!(self.bytes.last(), None | Some(b'=' | b':'))
    }
}

/// The value of `NAME="value"`, where there is nothing in it that dotenvy reads otherwise than a shell.
fn usual(source: &[u8]) -> Option<String> {
    let (_, value) = source.split_once_str("=")?;
    let value = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let is_literal = |byte: &u8| !byte.is_ascii_control() && !b"\"\\$`".contains(byte);
    if !value.iter().all(is_literal) {
        return None;
    }
    let (_, value) = dotenvy::from_read_iter(source).next()?.ok()?;
    Some(value)
}

fn is_name(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|byte| !byte.is_ascii_digit())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether a line that is more than a command is likely to have more lines: told by what need not be so, since to be
/// wrong here means to ask for a plainer template.
fn goes_on(raw: &[u8]) -> bool {
    let count = |byte: u8| raw.find_iter(&[byte]).count();
    raw.contains_str("<<")
        || raw.contains_str("()")
        || count(b'(') > count(b')')
        || count(b'`') % 2 == 1
}

/// The lines of a script.
pub(super) fn of(content: &[u8]) -> Vec<ShellLine<'_>> {
    let mut reader = Reader { content, at: 0 };
    let mut lines = Vec::new();
    let mut number = 1;
    while reader.at < content.len() {
        let mut line = reader.line();
        line.number = number;
        number += line.raw.find_iter("\n").count();
        lines.push(line);
    }
    lines
}

struct Reader<'a> {
    content: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.content.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn peek(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    fn line(&mut self) -> ShellLine<'a> {
        let mut line = ShellLine {
            is_plain: true,
            ..ShellLine::default()
        };
        let start = self.at;
        let mut word: Option<Word> = None;
        while let Some(byte) = self.next() {
            let from = self.at - 1;
            match byte {
                b'\n' => break,
                b' ' | b'\t' => line.words.extend(word.take()),
                b'#' if word.is_none() => {
                    while self.next().is_some_and(|byte| byte != b'\n') {}
                    break;
                }
                b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    line.is_plain = false;
                    line.words.extend(word.take());
                }
                // The line goes on.
                b'\\' if self.peek() == Some(b'\n') => self.at += 1,
                0 => line.is_plain = false,
                _ => {
                    let word = word.get_or_insert_default();
                    line.is_plain &= self.add(byte, word);
                    word.source
                        .extend(self.content.get(from..self.at).unwrap_or_default());
                }
            }
        }
        line.words.extend(word);
        line.is_plain &= !line.words.iter().any(|word| word.runs_a_command);
        line.raw = self.content.get(start..self.at).unwrap_or_default();
        line.goes_on = !line.is_plain && goes_on(line.raw);
        line
    }

    /// Adds what begins with `byte` to a word; whether it is whole.
    fn add(&mut self, byte: u8, word: &mut Word) -> bool {
        match byte {
            b'\'' => {
                word.has_quotes = true;
                return self.single_quoted(word);
            }
            b'"' => {
                word.has_quotes = true;
                return self.double_quoted(word);
            }
            b'\\' => {
                word.has_quotes = true;
                match self.next() {
                    Some(escaped) => word.push(escaped),
                    None => return false,
                }
            }
            b'$' => self.dollar(word),
            b'`' => word.run(),
            b'*' | b'?' | b'[' => word.expands = true,
            b'~' if word.begins_a_path() => word.expands = true,
            _ => word.push(byte),
        }
        true
    }

    fn single_quoted(&mut self, word: &mut Word) -> bool {
        while let Some(byte) = self.next() {
            match byte {
                b'\'' => return true,
                0 => word.expands = true,
                _ => word.push(byte),
            }
        }
        false
    }

    fn double_quoted(&mut self, word: &mut Word) -> bool {
        while let Some(byte) = self.next() {
            match (byte, self.peek()) {
                (b'"', _) => return true,
                (b'\\', Some(b'\n')) => self.at += 1,
                (b'\\', Some(escaped @ (b'\\' | b'"' | b'$' | b'`'))) => {
                    self.at += 1;
                    word.push(escaped);
                }
                (b'$', _) => self.dollar(word),
                (b'`', _) => word.run(),
                (0, _) => word.expands = true,
                _ => word.push(byte),
            }
        }
        false
    }

    /// A `$` stands for itself where nothing that could be expanded follows.
    fn dollar(&mut self, word: &mut Word) {
        let is_expanded =
            |byte: u8| byte.is_ascii_alphanumeric() || b"_{(*@#?$!-'\"\\".contains(&byte);
        if self.peek() == Some(b'(') {
            word.run();
        } else if self.peek().is_some_and(is_expanded) {
            word.expands = true;
        } else {
            word.push(b'$');
        }
    }
}
