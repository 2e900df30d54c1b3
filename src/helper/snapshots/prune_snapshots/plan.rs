//! What goes and what stays: a function of what there is, and of nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::cloud::{Snapshot, SnapshotState};
use crate::names::{MachineType, SnapshotId};

/// A snapshot that has the name of a machine of the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The type of that machine.
    pub machine_type: MachineType,
    pub snapshot: Snapshot,
}

/// What the records say is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needed {
    /// The ids that builds from snapshots read.
    pub recorded: BTreeSet<SnapshotId>,
    /// The ids that recorded templates were registered from.
    pub sources: BTreeSet<SnapshotId>,
    /// The ids that autoscalers of the build make webservers from.
    pub in_use: BTreeSet<SnapshotId>,
    /// The machine types of which a snapshot is under way.
    pub types_under_way: BTreeSet<MachineType>,
    /// The ids that a note of an unfinished snapshot names.
    pub ids_under_way: BTreeSet<SnapshotId>,
}

/// How much stays that nothing needs.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many of the newest of each machine type.
    pub keep: usize,
    /// Those younger than this.
    pub within: Duration,
    /// The moment that ages are counted to.
    pub now: Timestamp,
}

/// Why a snapshot stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stay {
    /// `snapshot_ids.dat` names it.
    Recorded,
    /// A recorded template was registered from it.
    Source,
    /// Autoscalers make webservers from it.
    InUse,
    /// A snapshot of the machine type is under way.
    UnderWay,
    /// It is being made; the provider's word.
    Unfinished(String),
    /// The provider does not say when it was made.
    Undated,
    /// It is among the newest.
    Newest,
    /// It is younger than what goes.
    Young,
}

/// What is to become of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub candidate: Candidate,
    /// Why it stays; `None`: it goes.
    pub stays: Option<Stay>,
    /// The snapshot that goes with a template that was registered from it.
    pub source: Option<SnapshotId>,
}

/// What is to become of each candidate, by machine type, the newest first. One that is listed twice counts once.
pub fn plan(candidates: Vec<Candidate>, needed: &Needed, limits: Limits) -> Vec<Planned> {
    let mut by_type: BTreeMap<MachineType, Vec<Candidate>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for candidate in candidates {
        if seen.insert(candidate.snapshot.id.clone()) {
            let of_type = by_type.entry(candidate.machine_type).or_default();
            of_type.push(candidate);
        }
    }
    let mut planned = Vec::new();
    for mut of_type in by_type.into_values() {
        of_type.sort_by(|one, other| {
            let key = |it: &Candidate| (it.snapshot.created, it.snapshot.id.clone());
            key(other).cmp(&key(one))
        });
        let mut newest = 0;
        for candidate in of_type {
            // One that cannot be built from is no replacement for one that can.
            let counts =
                candidate.snapshot.state.is_usable() && candidate.snapshot.created.is_some();
            let is_newest = counts && newest < limits.keep;
            newest += usize::from(counts);
            let stays = needed
                .keeps(candidate.machine_type, &candidate.snapshot)
                .or_else(|| is_newest.then_some(Stay::Newest))
                .or_else(|| limits.is_young(&candidate.snapshot).then_some(Stay::Young));
            planned.push(Planned {
                candidate,
                stays,
                source: None,
            });
        }
    }
    planned
}

impl Needed {
    /// Why `snapshot` must stay whatever the limits are.
    pub fn keeps(&self, machine_type: MachineType, snapshot: &Snapshot) -> Option<Stay> {
        let id = &snapshot.id;
        if self.recorded.contains(id) {
            return Some(Stay::Recorded);
        }
        if self.sources.contains(id) {
            return Some(Stay::Source);
        }
        if self.in_use.contains(id) {
            return Some(Stay::InUse);
        }
        if self.ids_under_way.contains(id) || self.types_under_way.contains(&machine_type) {
            return Some(Stay::UnderWay);
        }
        match &snapshot.state {
            SnapshotState::Pending(word) => Some(Stay::Unfinished(word.clone())),
            _ if snapshot.created.is_none() => Some(Stay::Undated),
            _ => None,
        }
    }
}

impl Limits {
    /// Whether it is younger than what goes, or of the future, as another machine's clock may have it.
    fn is_young(&self, snapshot: &Snapshot) -> bool {
        let within = SignedDuration::try_from(self.within).unwrap_or(SignedDuration::MAX);
        snapshot
            .created
            .is_none_or(|created| self.now.duration_since(created) < within)
    }
}

impl Planned {
    pub fn goes(&self) -> bool {
        self.stays.is_none()
    }
}

impl fmt::Display for Stay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recorded => formatter.write_str("recorded for builds from snapshots"),
            Self::Source => formatter.write_str("a recorded template was registered from it"),
            Self::InUse => formatter.write_str("the build's autoscalers make webservers from it"),
            Self::UnderWay => formatter.write_str(
                "a snapshot of the machine type is being made; finish it with 'adt-helpers ObtainWholeMachineSnapshot'",
            ),
            Self::Unfinished(word) => write!(formatter, "not finished: {word}"),
            Self::Undated => formatter.write_str("the provider does not say when it was made"),
            Self::Newest => formatter.write_str("among the newest"),
            Self::Young => formatter.write_str("young"),
        }
    }
}

#[cfg(test)]
mod tests;
