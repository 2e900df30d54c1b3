//! What it takes to reach the machines and the database once they are built: a key pair, a user, credentials.

use crate::build::Plan;
use crate::checking::{Facts, Findings, KeyPair, Records, Rule};
use crate::foreign_text::beginning;
use crate::names::MachineType;
use crate::records::keys_archive;
use crate::records::snapshot_directory::{CREDENTIALS, DB_CREDENTIALS};

use super::images::{OBTAIN_ALL, obtain};

const ABSENT: &str = "is not there";

/// The key pair of the planned build is there, unpacked or packed.
pub fn key_files(keys: Option<&KeyPair>, findings: &mut Findings) {
    let (rule, subject) = (Rule::KeyPair, "keys");
    let Some(keys) = keys else {
        let found = "have no known name: ALGORITHM is not set";
        let fix = "set ALGORITHM to that of the snapshotted build, such as ed25519";
        findings.fail(rule, subject, found, fix);
        return;
    };
    if keys.missing.is_empty() {
        findings.ok(rule, subject, format!("{} and .pub are there", keys.name));
        return;
    }
    let (directory, archive) = (keys.directory.display(), keys_archive::NAME);
    let missing = keys.missing.join(" and ");
    let found = format!("neither '{directory}' nor a {archive} has {missing}");
    let fix = format!(
        "put the key pair of the snapshotted build there, or fetch {archive} from the bucket of the snapshots into it"
    );
    findings.fail(rule, subject, found, fix);
}

/// The servers' user and password are recorded. The build takes them, whatever its own directory says.
pub fn server_user(facts: &Facts, records: &Records, findings: &mut Findings) {
    let rule = Rule::ServerUser;
    let user = match &records.server {
        Some(Ok(user)) => user,
        other => {
            let why = other.as_ref().and_then(|it| it.as_ref().err());
            let found = why.map_or(ABSENT, String::as_str);
            let fix = if records.ids.is_empty() {
                OBTAIN_ALL.to_owned()
            } else {
                format!("{} --adopt", obtain(MachineType::Webserver))
            };
            findings.fail(rule, CREDENTIALS, found, fix);
            return;
        }
    };
    findings.ok(rule, CREDENTIALS, "has USERNAME and PASSWORD");
    let Some(own) = &facts.own_server_user else {
        return;
    };
    if own == user {
        findings.ok(rule, "SERVERUSER", format!("is the user in {CREDENTIALS}"));
        return;
    }
    let (own, user) = (beginning(own), beginning(user));
    let found = format!("is '{own}'; the build will use '{user}' of {CREDENTIALS}");
    let fix = format!(
        "expect '{user}' on the new machines; keep '{own}' and its password if machines that have it stay"
    );
    findings.warn(rule, "SERVERUSER", found, fix);
}

/// The database's user, password and name are recorded, when one is built.
pub fn database(plan: &Plan, records: &Records, findings: &mut Findings) {
    let (rule, kind) = (Rule::DatabaseCredentials, MachineType::Database);
    if !plan.machine_types().contains(&kind) {
        findings.ok(
            rule,
            DB_CREDENTIALS,
            "is not needed: no database is planned",
        );
        return;
    }
    let found = match &records.database {
        Some(Ok(())) => {
            findings.ok(rule, DB_CREDENTIALS, "has USERNAME, PASSWORD and DBNAME");
            return;
        }
        Some(Err(why)) => why,
        None => ABSENT,
    };
    if records.ids.is_empty() {
        findings.fail(rule, DB_CREDENTIALS, found, OBTAIN_ALL);
        return;
    }
    let fix = format!(
        "set DB_USERNAME, DB_PASSWORD and DB_NAME of the snapshotted build with 'adt-helpers SetVariableValue', then '{} --adopt'",
        obtain(kind)
    );
    findings.fail(rule, DB_CREDENTIALS, found, fix);
}
