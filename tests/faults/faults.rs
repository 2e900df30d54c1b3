//! The faults, and where each can strike.

use std::fmt;

use crate::scene::Scene;

/// One fault of one run.
#[derive(Debug, Clone, Copy)]
pub struct Strike {
    pub layer: Layer,
    /// The call or operation, counted from 1.
    pub number: usize,
    pub kind: &'static str,
}

/// What is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Calls,
    Files,
}

/// What becomes of a call that only reads.
const READING: [&str; 11] = [
    "500",
    "slow",
    "hang",
    "kill-parent-before",
    "kill-parent-after",
    "interrupt-parent",
    "truncated-stdout",
    "overwritten-stdout",
    "garbage-stdout",
    "empty-stdout",
    "non-utf8",
];

/// What becomes of a call that changes something. One that never ends is left out: its limit is minutes, and an
/// interrupt ends it as well.
const CHANGING: [&str; 11] = [
    "500",
    "slow",
    "lost-answer-once",
    "duplicate",
    "kill-parent-before",
    "kill-parent-after",
    "interrupt-parent",
    "truncated-stdout",
    "overwritten-stdout",
    "garbage-stdout",
    "empty-stdout",
];

impl Strike {
    /// Every fault at every call of the undisturbed run.
    pub fn at_calls(scene: &Scene) -> Vec<Self> {
        let mut strikes = Vec::new();
        for (number, call) in (1..).zip(&scene.calls) {
            let kinds = if call.changes { &CHANGING } else { &READING };
            // The limits of the datastore's tools are minutes, so those are interrupted only.
            let kinds = kinds.iter();
            let kinds = kinds.filter(|&&kind| kind != "hang" || !call.is_of_the_datastore());
            strikes.extend(kinds.map(|&kind| Self {
                layer: Layer::Calls,
                number,
                kind,
            }));
        }
        strikes
    }

    /// Every fault at every file operation of the undisturbed run.
    pub fn at_operations(scene: &Scene) -> Vec<Self> {
        let mut strikes = Vec::new();
        for (number, operation) in (1..).zip(&scene.operations) {
            let kinds: &[&str] = match operation.split(' ').next().unwrap() {
                // Nothing is changed, so being killed before or after it is being killed at the next operation.
                "open-to-read" => &["eio"],
                "write" => &["enospc", "eio", "short", "kill-before", "kill-after"],
                "lock" | "chmod" | "chown" | "unlink" | "rmdir" | "truncate" => {
                    &["eio", "kill-before", "kill-after"]
                }
                _ => &["enospc", "eio", "kill-before", "kill-after"],
            };
            strikes.extend(kinds.iter().map(|&kind| Self {
                layer: Layer::Files,
                number,
                kind,
            }));
        }
        strikes
    }

    /// Whether the helper does not live to say anything.
    pub fn is_deadly(self) -> bool {
        self.kind.contains("kill") || self.kind == "interrupt-parent"
    }

    /// Whether the provider itself does something twice.
    pub fn doubles(self) -> bool {
        self.kind == "duplicate"
    }
}

impl fmt::Display for Strike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.layer {
            Layer::Calls => "call",
            Layer::Files => "file operation",
        };
        write!(formatter, "{} at {what} {}", self.kind, self.number)
    }
}
