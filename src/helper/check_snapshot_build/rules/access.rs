//! What it takes to reach the machines and the database once they are built: a key pair, a user, credentials.

use crate::helper::check_snapshot_build::{
    CredentialsFile, Facts, Findings, KeyPair, Plan, Records, Rule,
};
use crate::names::{MachineType, beginning};
use crate::toolkit::keys_archive;
use crate::toolkit::snapshot_directory::{CREDENTIALS, DB_CREDENTIALS};

use super::images::obtain;

/// The key pair of the planned build is there, unpacked or packed.
pub fn key_files(keys: &KeyPair, findings: &mut Findings) {
    let rule = Rule::KeyPair;
    if keys.missing.is_empty() {
        findings.ok(rule, "keys", format!("{} and .pub are there", keys.name));
    } else {
        let (directory, archive) = (keys.directory.display(), keys_archive::NAME);
        let missing = keys.missing.join(" and ");
        let found = format!("neither '{directory}' nor its {archive} has {missing}");
        let fix = format!(
            "put the key pair of the snapshotted build there, or fetch {archive} from the bucket of the snapshots into it"
        );
        findings.fail(rule, "keys", found, fix);
    }
}

/// The servers' user and password are recorded. The build takes them, whatever its own directory says.
pub fn server_user(facts: &Facts, records: &Records, findings: &mut Findings) {
    let rule = Rule::ServerUser;
    let server = match complete(records.server.as_ref()) {
        Ok(server) => server,
        Err(found) => {
            let fix = format!(
                "{} writes it; add --adopt when the snapshot exists",
                obtain(MachineType::Webserver)
            );
            findings.fail(rule, CREDENTIALS, found, fix);
            return;
        }
    };
    findings.ok(rule, CREDENTIALS, "has USERNAME and PASSWORD");
    let Some(own) = &facts.own_server_user else {
        return;
    };
    if *own == server.user {
        findings.ok(rule, "SERVERUSER", format!("is the user in {CREDENTIALS}"));
    } else {
        let (own, snapshotted) = (beginning(own), beginning(&server.user));
        let found = format!("is '{own}'; the build will use '{snapshotted}' of {CREDENTIALS}");
        let fix = format!(
            "expect '{snapshotted}' on the new machines; keep '{own}' and its password if machines that have it stay"
        );
        findings.warn(rule, "SERVERUSER", found, fix);
    }
}

/// The database's user, password and name are recorded, when one is built.
pub fn database(plan: &Plan, records: &Records, findings: &mut Findings) {
    let rule = Rule::DatabaseCredentials;
    let kind = MachineType::Database;
    if !plan.machine_types().contains(&kind) {
        findings.ok(
            rule,
            DB_CREDENTIALS,
            "is not needed: no database is planned",
        );
        return;
    }
    match complete(records.database.as_ref()) {
        Ok(_) => findings.ok(rule, DB_CREDENTIALS, "has USERNAME, PASSWORD and DBNAME"),
        Err(found) => {
            let fix = format!(
                "set DB_USERNAME, DB_PASSWORD and DB_NAME of the snapshotted build with SetVariableValue, then {} --adopt",
                obtain(kind)
            );
            findings.fail(rule, DB_CREDENTIALS, found, fix);
        }
    }
}

/// A file that lacks nothing, or what is wrong with it.
fn complete(file: Option<&CredentialsFile>) -> Result<&CredentialsFile, String> {
    match file {
        None => Err("is not there".to_owned()),
        Some(file) if file.lacks.is_empty() => Ok(file),
        Some(file) => Err(format!("has no value for {}", file.lacks.join(" and "))),
    }
}
