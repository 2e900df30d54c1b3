//! doctl's pages: 200 rows a request. A page that fails after the first is left out, with status 0; with `--trace` every
//! request and every answer is shown on standard error, without the token.

use std::fmt::Write;

use super::Doctl;
use crate::answer::{Answer, Failure, date};
use crate::cloud::Cloud;

/// How many rows doctl asks for in one request.
const ROWS: usize = 200;

impl Doctl {
    /// What a list prints of `rows`; a partial one lacks every page but the first.
    pub(super) fn listed<'a, T>(
        &self,
        cloud: &Cloud,
        mut rows: Vec<&'a T>,
        print: impl FnOnce(&[&'a T]) -> Answer,
    ) -> Answer {
        let total = rows.len();
        if cloud.twist.partial {
            rows.truncate(ROWS);
        }
        let trace = if self.trace {
            self.trace_of_pages(cloud, total)
        } else {
            String::new()
        };
        print(&rows).with_stderr(trace)
    }

    fn trace_of_pages(&self, cloud: &Cloud, total: usize) -> String {
        let (_, path) = self.request();
        let mut trace = String::new();
        for page in 1..=total.div_ceil(ROWS).max(1) {
            let path = path.replace("page=1&", &format!("page={page}&"));
            let answer = if cloud.twist.partial && page > 1 {
                answered(
                    cloud.now,
                    "500 Internal Server Error",
                    r#"{"id":"server_error"}"#,
                )
            } else {
                // The rows themselves are of no interest here.
                let body = format!(r#"{{"rows":["..."],"links":{{}},"meta":{{"total":{total}}}}}"#);
                answered(cloud.now, "200 OK", &body)
            };
            trace += &(asked(cloud.now, &path) + &answer);
        }
        trace
    }

    /// The trace of a first page that failed.
    pub(super) fn trace_of_failure(&self, failure: Failure) -> String {
        let (_, path) = self.request();
        if !self.trace {
            return String::new();
        }
        let answer = match failure {
            Failure::Status(status) => answered(0, &format!("{status} x"), "{}"),
            _ => String::new(),
        };
        asked(0, &path) + &answer
    }
}

fn asked(now: u64, path: &str) -> String {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: api.digitalocean.com\r\nUser-Agent: doctl/1.160.0 (linux amd64) godo/1.202.0\r\n\
         Accept: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
    );
    let mut lines = line(
        now,
        &format!("[DEBUG] GET https://api.digitalocean.com{path}"),
    );
    lines += &line(now, &format!("-> {}", go_quoted(&request)));
    lines
}

fn answered(now: u64, status: &str, body: &str) -> String {
    let answer =
        format!("HTTP/2.0 {status}\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{body}");
    line(now, &format!("<- {}", go_quoted(&answer)))
}

fn line(now: u64, text: &str) -> String {
    format!("doctl: {} {text}\n", date(now, "%Y/%m/%d %H:%M:%S"))
}

/// Go's `strconv.Quote`.
fn go_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        let _ = match letter {
            '"' | '\\' => write!(quoted, "\\{letter}"),
            '\r' => write!(quoted, "\\r"),
            '\n' => write!(quoted, "\\n"),
            other => write!(quoted, "{other}"),
        };
    }
    quoted + "\""
}
