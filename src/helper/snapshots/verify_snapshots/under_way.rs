//! The notes of snapshots that a run began and did not end.

use super::findings::{Check, Findings};
use super::site::Site;
use crate::console::age_since;
use crate::names::MachineType;
use crate::records::pending::{self, PendingSnapshot};

/// Names each unfinished snapshot, and how to finish it.
pub fn verify(site: &Site, findings: &mut Findings) {
    for (kind, note) in &site.notes {
        match note {
            Ok(note) => mention(site, *kind, note, findings),
            Err(why) => {
                let fix = "see to the note first: what it made may be listed as not recorded";
                findings.warn(Check::UnderWay, kind.label(), why, fix);
            }
        }
    }
}

fn mention(site: &Site, kind: MachineType, note: &PendingSnapshot, findings: &mut Findings) {
    let (wanted, ours) = (&note.wanted, site.build.identifier().as_str());
    let is_ours = wanted.build.is_empty() || wanted.build == ours;
    let whose = if is_ours {
        String::new()
    } else {
        format!(" of the build '{}'", wanted.build)
    };
    let found = format!(
        "a snapshot of {}{whose} was begun {} ago and is not finished; its note is '{}'",
        wanted.machine_name,
        age_since(note.begun),
        pending::path_in(&site.directory.pending(), kind).display()
    );
    let command = format!("adt-helpers ObtainWholeMachineSnapshot --type {kind}");
    let fix = if is_ours {
        format!("{command} finishes it")
    } else {
        format!(
            "make '{}' the active build; {command} finishes it",
            wanted.build
        )
    };
    findings.warn(Check::UnderWay, kind.label(), &found, &fix);
}
