//! As much of HTTP/1.1 as `linode-cli` speaks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

/// A request.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    /// The path and the query, as they came.
    target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// An answer; nothing in particular by default.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    content_type: &'static str,
    retry_after: Option<u32>,
    body: String,
}

impl Request {
    /// What came in; none when the other side only knocked.
    pub fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut lines = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            lines.read_line(&mut line).ok().filter(|read| *read > 0)?;
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let mut words = head.first()?.split(' ');
        let headers = head.iter().skip(1).filter_map(|line| line.split_once(':'));
        let mut request = Self {
            method: words.next()?.to_owned(),
            target: words.next()?.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
                .collect(),
            body: Vec::new(),
        };
        let length = request.header("content-length").unwrap_or("0");
        request.body = vec![0; length.parse().ok()?];
        lines.read_exact(&mut request.body).ok()?;
        Some(request)
    }

    /// The method and the target.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    /// The path, in which an encoded slash is one.
    pub fn path(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        path.replace("%2F", "/")
    }

    /// A number in the query.
    pub fn number(&self, name: &str) -> Option<usize> {
        let query = self.target.split_once('?')?.1;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(key, _)| *key == name);
        values.next()?.1.parse().ok()
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }
}

impl Answer {
    /// What was asked for.
    pub fn json(value: &Value) -> Self {
        Self {
            status: 200,
            content_type: "application/json",
            retry_after: None,
            body: value.to_string(),
        }
    }

    /// An error as the API words it.
    pub fn error(status: u16, reason: &str) -> Self {
        Self {
            status,
            ..Self::json(&json!({ "errors": [{ "reason": reason }] }))
        }
    }

    /// A page for people.
    pub fn html(status: u16, body: &str) -> Self {
        Self {
            status,
            content_type: "text/html",
            retry_after: None,
            body: body.to_owned(),
        }
    }

    /// With the seconds to wait.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let retry_after = self
            .retry_after
            .map_or_else(String::new, |seconds| format!("Retry-After: {seconds}\r\n"));
        // The API is newer than any CLI, which the CLI takes for a reason to look for a newer self on the network.
        format!(
            "HTTP/1.1 {} Whatever\r\nContent-Type: {}\r\nContent-Length: {}\r\nX-Spec-Version: 999.0.0\r\n{retry_after}Connection: close\r\n\r\n{}",
            self.status,
            self.content_type,
            self.body.len(),
            self.body
        )
        .into_bytes()
    }

    /// Sends it; whoever has hung up does not hear it.
    pub fn write(&self, stream: &mut TcpStream) {
        let _ = stream.write_all(&self.bytes());
    }

    /// Sends all but the end of the body.
    pub fn write_half(&self, stream: &mut TcpStream) {
        let bytes = self.bytes();
        let _ = stream.write_all(&bytes[..bytes.len() - self.body.len() / 2]);
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self::json(&json!({}))
    }
}
