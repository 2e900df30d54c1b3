//! Whether a list of doctl's is whole.
//!
//! doctl asks for 200 rows a page. When the first page fails the list fails; a later one that fails is left out, with status
//! 0 and without a word. So a list of fewer rows had one page and is whole. A longer one is asked for with `--trace`, which
//! shows each request and each answer on standard error: how many rows there are stands in every answer. The token does
//! not show there: doctl adds it to a request after it is shown.

use std::sync::atomic::Ordering;

use bstr::ByteSlice;
use serde::de::DeserializeOwned;

use super::DigitalOcean;
use crate::cloud::rows::{Keyed, Rows};
use crate::cloud::{Listing, decode, patient_list};
use crate::command::{Failure, Output};

/// How many rows doctl asks for in one request.
const ROWS_OF_A_PAGE: usize = 200;

/// What each line of a trace begins with.
const TRACE: &str = "doctl: ";

/// What stands before the number of rows in an answer, as Go quotes it.
const TOTAL: &str = r#"\"total\":"#;

/// What stands before the number of a page in a request.
const PAGE: &str = "?page=";

/// What the trace of a list tells.
#[derive(Debug, Default, PartialEq, Eq)]
struct Trace {
    /// The most rows that an answer counts.
    rows: Option<usize>,
    /// The last page that was asked for.
    pages: usize,
}

impl DigitalOcean<'_> {
    /// What a list shows, tried again as long as rows are missing.
    pub(super) fn list<T: DeserializeOwned + Keyed>(
        &self,
        words: &[&str],
    ) -> Result<Listing<T>, Failure> {
        if !self.has_several_pages.load(Ordering::Relaxed) {
            let rows: Rows<T> = self.runner.read(&self.reading(words), decode::json)?;
            if rows.listed < ROWS_OF_A_PAGE {
                return Ok(rows.into_listing());
            }
            self.has_several_pages.store(true, Ordering::Relaxed);
        }
        let command = self.reading(&[words, &["--trace"]].concat());
        patient_list::listed(self.runner, &command.tracing(TRACE), |output, rows| {
            Trace::of(output).missing(rows.listed)
        })
    }
}

impl Trace {
    fn of(output: &Output) -> Self {
        let mut trace = Self::default();
        for line in output.stderr.lines() {
            let line = line.to_str_lossy();
            // A date and a time come first.
            let Some(exchanged) = line
                .strip_prefix(TRACE)
                .and_then(|it| it.splitn(3, ' ').nth(2))
            else {
                continue;
            };
            if exchanged.starts_with("-> ") {
                let page = number_after(PAGE, exchanged).unwrap_or(1);
                trace.pages = trace.pages.max(page);
            } else if exchanged.starts_with("<- ") {
                trace.rows = trace.rows.max(number_after(TOTAL, exchanged));
            }
        }
        trace
    }

    /// Why this many rows are not all there are; none when they are.
    fn missing(&self, listed: usize) -> Option<String> {
        let is_whole = match self.rows {
            Some(all) => listed >= all,
            // Every page but the last is full.
            None => self.pages > 0 && listed > (self.pages - 1) * ROWS_OF_A_PAGE,
        };
        (!is_whole).then(|| match self.rows {
            Some(all) => format!("doctl shows {listed} of {all}"),
            None => format!("doctl shows {listed} and not of how many"),
        })
    }
}

/// The number that follows the last `mark` in `text`.
fn number_after(mark: &str, text: &str) -> Option<usize> {
    let (_, rest) = text.rsplit_once(mark)?;
    let rest = rest.trim_start();
    let end = rest
        .find(|it: char| !it.is_ascii_digit())
        .unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(trace: &str, listed: usize) -> Option<String> {
        let output = Output {
            status: 0,
            stdout: Vec::new(),
            stderr: trace.into(),
        };
        Trace::of(&output).missing(listed)
    }

    #[test]
    fn what_the_answers_count_decides_and_else_the_pages_that_were_asked_for() {
        let asked = |page: usize| {
            format!(
                "doctl: 2026/11/28 10:00:00 -> \"GET /v2/droplets?page={page}&per_page=200 HTTP/1.1\\r\\n\"\n"
            )
        };
        let told = |total: usize| {
            format!(
                r#"doctl: 2026/11/28 10:00:00 <- "HTTP/2.0 200 OK\r\n\r\n{{\"droplets\":[{{\"name\":\"\\\"total\\\":9\"}}],\"meta\":{{\"total\":{total}}}}}\n""#
            ) + "\n"
        };
        let all = [asked(1), told(450), asked(2), asked(3), told(451)].concat();
        assert_eq!(missing(&all, 451), None);
        assert_eq!(missing(&all, 450).unwrap(), "doctl shows 450 of 451");
        let untold = [asked(1), asked(3), asked(2)].concat();
        assert_eq!(missing(&untold, 401), None);
        assert_eq!(
            missing(&untold, 400).unwrap(),
            "doctl shows 400 and not of how many"
        );
        assert!(missing("", 450).is_some());
        assert!(missing("Notice: x\ndoctl: \ndoctl: a b <- \"\n", 450).is_some());
    }
}
