//! What root's crontab runs, and nobody reads.

use super::CLOUDS;
use crate::scenario::{Reads, Scenario};
use crate::scenes::Step;

const SESSIONS: &str = "\
Login    Name                 TTY      Idle   When         Where
root     root                 pts/0           Nov 28 21:06 203.0.113.5
";

const CLEAN: &str = "
----------- SCAN SUMMARY -----------
Known viruses: 1
Scanned files: 1
Infected files: 0
";

/// Notes the subject and the level.
const MAILER: &str = "#!/bin/sh
printf 'SendEmail [%s] [%s]\\n' \"$1\" \"$3\" >>/home/.simcloud/cloud/programs.log
";

pub fn scenarios() -> Vec<Scenario> {
    let all = CLOUDS.into_iter().flat_map(|cloud| {
        [
            of("AuditSSHConnections", cloud),
            of("AuditSSHConnections", cloud).scene([Step::Installed]),
            of("AuditSSHConnections", cloud).scene([
                Step::Installed,
                Step::File(
                    "runtimedata/ssh-audit/audit_trail",
                    "SSH connection first initiated at now from IP address 203.0.113.5\n",
                ),
            ]),
            of("VirusScan", cloud),
        ]
    });
    all.map(Scenario::by_hand).collect()
}

fn of(helper: &'static str, cloud: &'static str) -> Scenario {
    let account = [
        "SYSTEM_FROMEMAIL_ADDRESS",
        "SYSTEM_TOEMAIL_ADDRESS",
        "SYSTEM_EMAIL_USERNAME",
        "SYSTEM_EMAIL_PASSWORD",
    ];
    Scenario::of(helper, cloud)
        .reads(Reads::Nothing)
        .scene(account.map(|name| Step::Env(name, "x")))
        .scene([
            Step::File(
                "builddescriptors/buildstyles.dat",
                "DATASTORETOOL:s3cmd\nVIRUSSCANNER:clamav:daily\n",
            ),
            Step::File("providerscripts/email/SendEmail.sh", MAILER),
            Step::Says("pinky", SESSIONS),
            Step::Says("clamscan", CLEAN),
        ])
}
