//! One call for all who ask the same at the same time.
//!
//! An answer is never older than its question: whoever asks while a call runs waits for the next one, since what "was
//! not there before" is told by such answers.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::{Command, Failure, Output};

/// How long a call waits for others who are about to ask the same. Starting a CLI takes longer.
const GATHERING: Duration = Duration::from_millis(20);

type Answer = OnceLock<Result<Arc<Output>, Failure>>;

/// The calls that several threads share.
#[derive(Debug, Default)]
pub(super) struct SharedCalls(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    /// Those that have not begun, so that more may ask; of a command there is one.
    gathering: Vec<(Command, Arc<Answer>)>,
    /// Those that have begun; of a command there is one.
    running: Vec<(Command, Arc<Answer>)>,
}

impl SharedCalls {
    /// What a call of `command` answers that begins after this question. Of all who ask before it begins, the first
    /// makes it, with `call`, once no other call of the command runs.
    pub(super) fn ask(
        &self,
        command: &Command,
        call: impl FnOnce() -> Result<Arc<Output>, Failure>,
    ) -> Result<Arc<Output>, Failure> {
        let mut calls = self.calls();
        if let Some(shared) = answer_to(command, &calls.gathering) {
            drop(calls);
            return shared.wait().clone();
        }
        let answer = Arc::new(Answer::new());
        let asked = (command.clone(), Arc::clone(&answer));
        calls.gathering.push(asked.clone());
        drop(calls);
        std::thread::sleep(GATHERING);
        let before = answer_to(command, &self.calls().running);
        if let Some(before) = before {
            before.wait();
        }
        let mut calls = self.calls();
        calls.gathering.retain(|(known, _)| known != command);
        calls.running.push(asked);
        drop(calls);
        let outcome = answer.get_or_init(call).clone();
        let is_another = |known: &Arc<Answer>| !Arc::ptr_eq(known, &answer);
        self.calls().running.retain(|(_, known)| is_another(known));
        outcome
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer_to(command: &Command, calls: &[(Command, Arc<Answer>)]) -> Option<Arc<Answer>> {
    let call = calls.iter().find(|(known, _)| known == command);
    call.map(|(_, answer)| Arc::clone(answer))
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicI32, Ordering};

    use super::*;
    use crate::command::Tool;

    fn list(words: &[&str]) -> Command {
        let shell = Tool {
            names: &["sh"],
            variable: "ADT_NO_SUCH_VARIABLE",
            toolkit_path: "/bin/sh",
            install: "",
        };
        Command::reading(&shell.find().unwrap(), words)
    }

    fn numbered(number: i32) -> Arc<Output> {
        Arc::new(Output {
            status: number,
            stdout: Vec::new(),
            stderr: Vec::new(),
        })
    }

    #[test]
    fn who_asks_while_a_call_runs_gets_the_answer_of_the_next_one_and_all_of_them_the_same() {
        let (calls, made, list) = (SharedCalls::default(), AtomicI32::new(0), list(&["list"]));
        let (has_begun, may_end) = (Barrier::new(2), Barrier::new(2));
        let next = || Ok(numbered(made.fetch_add(1, Ordering::SeqCst)));
        std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                calls.ask(&list, || {
                    has_begun.wait();
                    may_end.wait();
                    next()
                })
            });
            has_begun.wait();
            let later: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| calls.ask(&list, next)))
                .collect();
            // The list holds one of the answer, the one who makes the call two, and each of the others one.
            let holders = || {
                calls
                    .calls()
                    .gathering
                    .iter()
                    .map(|(_, it)| Arc::strong_count(it))
                    .sum::<usize>()
            };
            while holders() < 3 + 7 {
                std::thread::yield_now();
            }
            may_end.wait();
            assert_eq!(first.join().unwrap(), Ok(numbered(0)));
            for one in later {
                assert_eq!(one.join().unwrap(), Ok(numbered(1)));
            }
        });
        assert_eq!(made.into_inner(), 2);
    }

    #[test]
    fn what_is_asked_after_an_answer_is_asked_anew_and_nothing_is_kept() {
        let (calls, list) = (SharedCalls::default(), list(&["list"]));
        for number in 0..3 {
            assert_eq!(
                calls.ask(&list, || Ok(numbered(number))),
                Ok(numbered(number))
            );
        }
        let left = calls.calls();
        assert!(left.gathering.is_empty() && left.running.is_empty());
    }

    #[test]
    fn different_questions_do_not_wait_for_each_other() {
        let (calls, both_run) = (SharedCalls::default(), Barrier::new(2));
        std::thread::scope(|scope| {
            for word in ["machines", "snapshots"] {
                let (calls, both_run) = (&calls, &both_run);
                scope.spawn(move || {
                    calls.ask(&list(&[word]), || {
                        both_run.wait();
                        Ok(numbered(0))
                    })
                });
            }
        });
    }
}
