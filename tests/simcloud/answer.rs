//! What a call prints and returns, and the notations it uses.

use std::fmt::Write;

use jiff::Timestamp;

/// What a tool prints and returns.
#[derive(Debug, Default)]
pub struct Answer {
    pub rc: i32,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The tool prints and ends at this time only, like a CLI that waits for an operation.
    pub wait_until_ms: u64,
}

impl Answer {
    /// A success that prints `text`.
    pub fn out(text: impl Into<String>) -> Self {
        Self {
            stdout: text.into().into_bytes(),
            ..Self::default()
        }
    }

    /// A failure that prints `text` on stderr.
    pub fn err(rc: i32, text: impl Into<String>) -> Self {
        Self {
            rc,
            stderr: text.into().into_bytes(),
            ..Self::default()
        }
    }

    /// Adds to stderr.
    pub fn with_stderr(mut self, text: impl AsRef<str>) -> Self {
        self.stderr.extend_from_slice(text.as_ref().as_bytes());
        self
    }

    /// Ends with another status.
    pub fn with_rc(mut self, rc: i32) -> Self {
        self.rc = rc;
        self
    }

    /// Is given at that time only.
    pub fn at(mut self, wait_until_ms: u64) -> Self {
        self.wait_until_ms = wait_until_ms;
        self
    }
}

/// How an API, or the way to it, fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Status(u16),
    /// A gateway's HTML page.
    Html502,
    /// The connection ends in the middle of the answer.
    Cut,
    EmptyBody,
    /// Nothing listens.
    Refused,
}

pub const HTML_502: &str =
    "<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>\n";

/// A JSON string as Go writes it.
pub fn go_json(text: &str) -> String {
    quote(text)
        .replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
}

/// A JSON string as Python writes it.
pub fn python_json(text: &str) -> String {
    let mut out = String::new();
    for c in quote(text).chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A moment in strftime's notation, UTC.
pub fn date(ms: u64, format: &str) -> String {
    let ms = i64::try_from(ms).unwrap_or(0);
    Timestamp::from_millisecond(ms)
        .unwrap_or_default()
        .strftime(format)
        .to_string()
}

/// Columns of text, each but the last padded to its widest cell and four blanks, as Go's tabwriter does for doctl.
pub fn columns(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |i: usize| {
        let cells = rows.iter().map(|row| row[i].chars().count());
        cells.chain([header[i].len()]).max().unwrap_or(0) + 4
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut text = String::new();
    let header = header.iter().map(|cell| (*cell).to_owned()).collect();
    for row in std::iter::once(&header).chain(rows) {
        for (cell, width) in row.iter().zip(&widths).take(row.len() - 1) {
            let _ = write!(text, "{cell:width$}");
        }
        text.push_str(row.last().map_or("", String::as_str));
        text.push('\n');
    }
    text
}

/// A table with bars, as exo prints it.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |i: usize| {
        rows.iter()
            .map(|row| row[i].chars().count())
            .chain([header[i].len()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut text = String::new();
    for (cell, width) in header.iter().zip(&widths) {
        let _ = write!(text, "| {cell:^width$} ");
    }
    text.push_str("|\n");
    for width in &widths {
        let _ = write!(text, "|{}", "-".repeat(width + 2));
    }
    text.push_str("|\n");
    for row in rows {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
    }
    text
}

/// The system's reason in Go's words.
pub fn go_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
