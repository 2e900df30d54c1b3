//! What a machine that is made of a snapshot does first of all: cloud-init runs `bootcmd` before the machine's own cron and
//! ssh server start.
//!
//! The image's cron would make a backup of the site as it was when the snapshot was taken, and put it in place of the
//! latest one. So its lines are held: made comments, until the latest backup is installed (`RestoreLatestBackup`).

use crate::names::ArchivePeriod;

/// How a line of root's crontab begins that is held.
pub const HELD: &str = "#ADT-HELD ";

/// Where the program keeps its things on a machine.
pub const KEPT: &str = "/var/lib/adt-helpers/restore";

/// The key of cloud-init's configuration that the commands stand under.
const BOOTCMD: &str = "bootcmd:";

/// How the configuration begins that is cloud-init's.
const CLOUD_CONFIG: &[u8] = b"#cloud-config";

/// The lines of the crontab that make backups, or give what the machine serves to others.
pub const HELD_LINES: &str = r"^[^#].*\(BackupFromCron\|FileSystemsSyncingController\)\.sh";

/// The variable of the template that lets machines keep what their snapshots hold, where it is `0`.
pub const SWITCH: &str = "RESTORE_LATEST_BACKUP";

/// What a build from snapshots does about the latest backup, as its variables say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LatestBackup {
    /// It installs the backup of this choice, such as `hourly`.
    Installed(String),
    /// The template has turned it off.
    TurnedOff,
    /// Its choice, here as it stands there, names no backup.
    NotNamed(String),
}

/// What a build from snapshots does about the latest backup.
///
/// # Errors
/// When a variable cannot be read.
pub fn latest_backup(
    variable: impl Fn(&str) -> anyhow::Result<String>,
) -> anyhow::Result<LatestBackup> {
    let choice = variable("BUILD_ARCHIVE_CHOICE")?;
    Ok(match choice.parse::<ArchivePeriod>() {
        _ if variable(SWITCH)? == "0" => LatestBackup::TurnedOff,
        Ok(_) => LatestBackup::Installed(choice),
        Err(_) => LatestBackup::NotNamed(choice),
    })
}

/// Whether it installs it.
///
/// # Errors
/// When a variable cannot be read.
pub fn restores_latest_backup(
    variable: impl Fn(&str) -> anyhow::Result<String>,
) -> anyhow::Result<bool> {
    Ok(matches!(
        latest_backup(variable)?,
        LatestBackup::Installed(_)
    ))
}

/// A command that runs once on a machine that was just made, as a line of `bootcmd`.
#[derive(Debug, Clone)]
pub struct FirstCommand {
    /// What cloud-init calls it.
    pub name: &'static str,
    /// What `/bin/sh` runs.
    pub script: String,
}

/// Holds the crontab's lines and notes that the machine serves what its snapshot holds.
pub fn holding_backups() -> FirstCommand {
    FirstCommand {
        name: "adt-hold-backups",
        script: format!(
            "umask 077; mkdir -p {KEPT}; rm -rf {KEPT}/*; date +%s >{KEPT}/made-from-snapshot; \
             c=/var/spool/cron/crontabs/root; if [ -f $c ]; then sed -i '/{HELD_LINES}/s/^/{HELD}/' $c; fi"
        ),
    }
}

/// The configuration `content` with `commands` as the first of all; none where it is not one that could hold them, or
/// has commands of its own.
///
/// The names and scripts stand in double quotes, where YAML has JSON's escapes.
pub fn with_first_commands(content: &[u8], commands: &[FirstCommand]) -> Option<Vec<u8>> {
    let has_its_own =
        bstr::ByteSlice::lines(content).any(|line| line.starts_with(BOOTCMD.as_bytes()));
    if has_its_own || !content.starts_with(CLOUD_CONFIG) {
        return None;
    }
    let mut whole = content.to_vec();
    if !whole.ends_with(b"\n") {
        whole.push(b'\n');
    }
    whole.extend_from_slice(section(commands).as_bytes());
    Some(whole)
}

/// The section `bootcmd`, with a line end, with `commands` in it.
pub fn section(commands: &[FirstCommand]) -> String {
    let lines = commands.iter().map(|command| {
        let script = serde_json::Value::from(command.script.as_str());
        format!(
            "- [cloud-init-per, instance, {}, /bin/sh, -c, {script}]\n",
            command.name
        )
    });
    format!("{BOOTCMD}\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_a_section_of_their_own_at_the_end() {
        let content = b"#cloud-config\nruncmd:\n  - 'x'";
        let whole = with_first_commands(content, &[holding_backups()]).unwrap();
        let text = String::from_utf8(whole).unwrap();
        let (before, section) = text.split_once("\nbootcmd:\n").unwrap();
        assert_eq!(before.as_bytes(), content);
        assert_eq!(section.lines().count(), 1);
        let (words, script) = section.split_once("-c, ").unwrap();
        assert_eq!(
            words,
            "- [cloud-init-per, instance, adt-hold-backups, /bin/sh, "
        );
        let script: String = serde_json::from_str(script.trim_end().trim_end_matches(']')).unwrap();
        assert_eq!(script, holding_backups().script);
    }

    #[test]
    fn what_is_no_configuration_or_has_commands_of_its_own_is_left_alone() {
        for content in ["", "#!/bin/sh\n", "#cloud-config\nbootcmd:\n - x\n"] {
            let added = with_first_commands(content.as_bytes(), &[holding_backups()]);
            assert_eq!(added, None, "{content:?}");
        }
    }
}
