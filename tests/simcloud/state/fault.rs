//! Faults, and how often each has struck.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{load, save};

/// One entry of `faults.json`; README.md lists the kinds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fault {
    /// The tool's name; empty or `*` for any.
    pub tool: String,
    /// Texts that must all occur in the arguments joined by blanks.
    pub argv: Vec<String>,
    /// The first matching call that it strikes, counted from 1; 0 is 1.
    pub nth: u64,
    /// How many calls it strikes; 0: all of them.
    pub times: u64,
    /// The number in the call log instead of `nth`; 0: not used.
    pub call: u64,
    pub kind: String,
    /// For `slow` and `hide-new`.
    pub ms: u64,
}

/// What changes with every call, apart from the state because a list of 10,000 machines need not be rewritten.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    pub calls: u64,
    /// By fault (as JSON): how many calls matched, and how many it struck.
    pub faults: BTreeMap<String, (u64, u64)>,
}

impl Counters {
    pub fn load(dir: &Path) -> io::Result<Self> {
        load(&dir.join("counters.json"))
    }

    pub fn save(&self, dir: &Path) -> io::Result<()> {
        save(&dir.join("counters.json"), self)
    }
}

/// Reads `faults.json`; without a file there are none.
pub fn load_faults(dir: &Path) -> io::Result<Vec<Fault>> {
    load(&dir.join("faults.json"))
}

/// Replaces `faults.json`. A fault that was there before keeps its count.
pub fn save_faults(dir: &Path, faults: &[Fault]) -> io::Result<()> {
    save(&dir.join("faults.json"), &faults)
}
