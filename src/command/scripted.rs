//! Answers for commands that are not run, for tests and fuzzing.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Output;

/// The answers to give, one after the other, then the last for ever.
#[derive(Debug)]
pub struct Scripted {
    answers: Vec<Output>,
    given: AtomicUsize,
}

impl Scripted {
    /// The answers in `bytes`, with a NUL between two. One that starts with `!` is a failure, said on standard error.
    pub fn parse(bytes: &[u8]) -> Self {
        let answer = |text: &[u8]| match text.strip_prefix(b"!") {
            Some(said) => Output {
                status: 1,
                stdout: Vec::new(),
                stderr: said.to_vec(),
            },
            None => Output {
                status: 0,
                stdout: text.to_vec(),
                stderr: Vec::new(),
            },
        };
        Self {
            answers: bytes.split(|byte| *byte == 0).map(answer).collect(),
            given: AtomicUsize::new(0),
        }
    }

    pub(super) fn next_answer(&self) -> Output {
        let last = self.answers.len().saturating_sub(1);
        let number = self.given.fetch_add(1, Ordering::Relaxed).min(last);
        // `split` gives at least one.
        self.answers.get(number).cloned().unwrap_or(Output {
            status: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
        })
    }
}
