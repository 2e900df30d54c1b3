//! What the snapshots hold beside what the latest backups hold.

use super::images;
use crate::build::Plan;
use crate::checking::{Facts, Findings, Records, Rule};

/// What a build does about a latest backup that is newer than its snapshot, or older.
pub fn latest(plan: &Plan, facts: &Facts, records: &Records, findings: &mut Findings) {
    let Some(backups) = &facts.backups else {
        return;
    };
    let recorded = facts.recorded(plan).into_iter();
    let snapshots = recorded.map(|kind| (kind, images::taken(facts, records, kind)));
    for remark in backups.remarks(&snapshots.collect()) {
        let (subject, result) = (remark.subject, remark.result);
        let fix = remark.fix.as_deref();
        findings.add(Rule::LatestBackup, subject, result, remark.found, fix);
    }
}
