//! What the snapshots hold beside what the latest backups hold.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::findings::{Check, Findings};
use super::images::Image;
use super::site::Site;
use crate::checking::backups::Backups;
use crate::command::Runner;
use crate::foreign_text::beginning;
use crate::names::MachineType;

/// Holds the dates of the recorded snapshots against those of the backups that the build chooses.
///
/// # Errors
/// When a variable of the build is not UTF-8.
pub fn verify(
    site: &Site,
    images: &[Image],
    runner: &Runner,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let check = Check::LatestBackup;
    let Some(backups) = Backups::chosen(site.build.environment())? else {
        let name = "BUILD_ARCHIVE_CHOICE";
        let choice = site.build.environment().text(name)?;
        let found = format!(
            "is '{}', which names no backup that a snapshot could be older than",
            beginning(&choice)
        );
        findings.ok(check, name, &found);
        return Ok(());
    };
    let snapshots: BTreeMap<MachineType, Option<Timestamp>> = images
        .iter()
        .map(|image| (image.machine_type, taken(site, image)))
        .collect();
    let kinds: Vec<MachineType> = snapshots.keys().copied().collect();
    let backups = backups.looked_up(site.build.home(), &site.url, &kinds, runner);
    for remark in backups.remarks(&snapshots) {
        match &remark.fix {
            None => findings.ok(check, remark.subject, &remark.found),
            Some(fix) => findings.warn(check, remark.subject, &remark.found, fix),
        }
    }
    Ok(())
}

/// When a snapshot was taken: as the provider says, or else as the manifest does.
fn taken(site: &Site, image: &Image) -> Option<Timestamp> {
    let recorded = || {
        let manifest = site.manifest.as_ref().ok()?;
        let entry = manifest.snapshots.get(&image.machine_type)?;
        (entry.id == image.id).then_some(entry.recorded)
    };
    image.created.or_else(recorded)
}
