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
    /// A sleep: between two looks, or until a lock is free.
    Waits,
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
            // Where it is not sure which call is struck, it may be one that changes something.
            let may_hang = scene.workflow.is_steady && !call.is_of_the_datastore();
            let kinds = kinds.filter(|&&kind| kind != "hang" || may_hang);
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

    /// An interrupt at each of the undisturbed run's first `count` waits.
    pub fn at_waits(scene: &Scene, count: usize) -> Vec<Self> {
        let numbers = 1..=scene.waits.min(count);
        let strike = |number| Self {
            layer: Layer::Waits,
            number,
            kind: "interrupt-wait",
        };
        numbers.map(strike).collect()
    }

    /// So many of them, the same ones each time.
    pub fn some(of: &[Self], name: &str, count: usize) -> Vec<Self> {
        let mut dice = Dice::of(name);
        (0..count).map(|_| dice.one_of(of)).collect()
    }

    /// Whether the helper does not live to say anything.
    fn is_deadly(self) -> bool {
        self.kind.contains("kill") || self.kind.starts_with("interrupt")
    }

    /// Whether the provider itself does something twice.
    fn doubles(self) -> bool {
        self.kind == "duplicate"
    }
}

/// What goes wrong before a run that nothing disturbs.
#[derive(Debug, Clone)]
pub struct Case {
    /// The faults of each disturbed run.
    pub runs: Vec<Vec<Strike>>,
}

impl Case {
    /// A run for each fault that there is.
    pub fn each_of(strikes: Vec<Strike>) -> Vec<Self> {
        let case = |strike| Self {
            runs: vec![vec![strike]],
        };
        strikes.into_iter().map(case).collect()
    }

    /// So many pairs of faults, some in one run and some in two. The same ones each time, since nobody can look for what
    /// does not come again.
    pub fn pairs(strikes: &[Strike], name: &str, count: usize) -> Vec<Self> {
        let mut dice = Dice::of(name);
        let mut cases = Vec::new();
        let has_several = strikes.iter().any(|it| it.number > 1);
        // After a fault the same number may be a call that changes something, whose limit is minutes.
        let bounded: Vec<Strike> = strikes
            .iter()
            .copied()
            .filter(|it| it.kind != "hang")
            .collect();
        // The second of a run that the first one ends would not strike.
        let living: Vec<Strike> = bounded
            .iter()
            .copied()
            .filter(|it| !it.is_deadly())
            .collect();
        while cases.len() < count {
            let is_in_one_run = cases.len() % 2 == 0 && has_several;
            let first = if is_in_one_run {
                dice.one_of(&living)
            } else {
                dice.one_of(&bounded)
            };
            let second = dice.one_of(&bounded);
            if is_in_one_run && second.number > first.number {
                cases.push(Self {
                    runs: vec![vec![first, second]],
                });
            } else if !is_in_one_run {
                cases.push(Self {
                    runs: vec![vec![first], vec![second]],
                });
            }
        }
        cases
    }

    /// All faults.
    pub fn strikes(&self) -> impl Iterator<Item = Strike> {
        self.runs.iter().flatten().copied()
    }

    /// Whether a helper does not live to say anything.
    pub fn is_deadly(&self) -> bool {
        self.strikes().any(Strike::is_deadly)
    }

    /// Whether the provider itself does something twice.
    pub fn doubles(&self) -> bool {
        self.strikes().any(Strike::doubles)
    }

    /// Whether there is a fault of this kind.
    pub fn has(&self, kind: &str) -> bool {
        self.strikes().any(|strike| strike.kind == kind)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs: Vec<String> = self
            .runs
            .iter()
            .map(|run| {
                let strikes: Vec<String> = run.iter().map(Strike::to_string).collect();
                strikes.join(" and ")
            })
            .collect();
        formatter.write_str(&runs.join(", then "))
    }
}

/// Numbers that look like chance and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn of(name: &str) -> Self {
        let seed = name.bytes().fold(0x9E37_79B9_7F4A_7C15, |seed: u64, byte| {
            (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self(seed | 1)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let count = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.0 % count).unwrap()]
    }
}

impl fmt::Display for Strike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.layer {
            Layer::Calls => "call",
            Layer::Files => "file operation",
            Layer::Waits => "wait",
        };
        write!(formatter, "{} at {what} {}", self.kind, self.number)
    }
}
