//! The build that the snapshots were made of is like the planned one, as far as the manifest tells.

use std::collections::BTreeMap;

use crate::build::Plan;
use crate::checking::{Findings, Records, Rule};
use crate::foreign_text::beginning;
use crate::names::MachineType;
use crate::records::Verdict;
use crate::records::manifest::RecordedSnapshot;
use crate::records::snapshot_directory::MANIFEST;

use super::images::obtain;

/// What cannot be known of a snapshot without its entry.
const UNKNOWN: &str = "of which build, key, user and operating system it is cannot be known";

/// How bad it is when a machine type was made with another value.
type Severity = fn(MachineType) -> Verdict;

/// The variables that must be alike, and how bad it is when one is not.
const COMPARED: [(&str, Severity); 6] = [
    ("WEBSERVER_CHOICE", |kind| {
        fatal_on(kind, MachineType::Webserver)
    }),
    ("DATABASE_INSTALLATION_TYPE", |kind| {
        fatal_on(kind, MachineType::Database)
    }),
    ("BUILDOS", |_| Verdict::Failure),
    ("BUILDOS_VERSION", |_| Verdict::Failure),
    ("APPLICATION", |_| Verdict::Warning),
    // Whether an image can be used in a region is what the provider says.
    ("REGION", |_| Verdict::Warning),
];

fn fatal_on(kind: MachineType, fatal: MachineType) -> Verdict {
    if kind == fatal {
        Verdict::Failure
    } else {
        Verdict::Warning
    }
}

/// A value of the plan, and where it must agree with what is recorded.
struct Comparison<'a> {
    rule: Rule,
    name: &'a str,
    planned: &'a str,
    recorded: &'a dyn Fn(&RecordedSnapshot) -> Option<String>,
    severity: Severity,
}

/// Each snapshot is recorded in the manifest, and was made of a build like the planned one.
pub fn same_build(plan: &Plan, records: &Records, findings: &mut Findings) {
    entries(plan, records, findings);
    let mut compare =
        |name: &str, recorded: &dyn Fn(&RecordedSnapshot) -> Option<String>, severity| {
            let comparison = Comparison {
                rule: Rule::SameBuild,
                name,
                planned: plan.text(name),
                recorded,
                severity,
            };
            comparison.make(plan, records, findings, None);
        };
    compare(
        "CLOUDHOST",
        &|recorded| Some(recorded.cloudhost.to_string()),
        |_| Verdict::Failure,
    );
    for (name, severity) in COMPARED {
        if name == "REGION" {
            compare(name, &|recorded| Some(recorded.region.clone()), severity);
        } else {
            compare(
                name,
                &|recorded| recorded.variables.get(name).cloned(),
                severity,
            );
        }
    }
}

/// Each snapshot has an entry in the manifest.
fn entries(plan: &Plan, records: &Records, findings: &mut Findings) {
    let types = plan.machine_types().into_iter();
    let with_id: Vec<MachineType> = types.filter(|kind| records.id(*kind).is_some()).collect();
    let Some(first) = with_id.first() else {
        return;
    };
    let rule = Rule::SameBuild;
    match &records.manifest {
        Err(why) => {
            let fix = format!("move it away, then {} --adopt", obtain(*first));
            findings.warn(rule, MANIFEST, format!("{why}: {UNKNOWN}"), fix);
        }
        Ok(None) => {
            let found = format!("is not there: for no snapshot is anything known; {UNKNOWN}");
            let fix = format!(
                "{} --adopt records it, and so for each type",
                obtain(*first)
            );
            findings.warn(rule, MANIFEST, found, fix);
        }
        Ok(Some(manifest)) => {
            for kind in with_id {
                if records.recorded(kind).is_none() {
                    let other = match manifest.snapshots.get(&kind) {
                        Some(entry) => format!("{MANIFEST} knows another snapshot, {}", entry.id),
                        None => format!("{MANIFEST} has no entry for it"),
                    };
                    let fix = format!("{} --adopt records it", obtain(kind));
                    findings.warn(rule, kind.label(), format!("{other}: {UNKNOWN}"), fix);
                }
            }
        }
    }
}

/// The key pair has the name of the snapshots' one, which is the one they let in.
pub fn key_names(plan: &Plan, records: &Records, findings: &mut Findings) {
    for name in ["BUILD_IDENTIFIER", "ALGORITHM"] {
        let comparison = Comparison {
            rule: Rule::KeyPair,
            name,
            planned: plan.text(name),
            recorded: &|recorded| recorded.variables.get(name).cloned(),
            severity: |_| Verdict::Failure,
        };
        comparison.make(plan, records, findings, None);
    }
}

/// The user in `credentials.dat` is the one whom the snapshots know.
pub fn server_user(plan: &Plan, records: &Records, findings: &mut Findings) {
    let Some(Ok(user)) = &records.server else {
        return;
    };
    let comparison = Comparison {
        rule: Rule::ServerUser,
        name: "USERNAME",
        planned: user,
        recorded: &|recorded| Some(recorded.server_user.clone()),
        severity: |_| Verdict::Failure,
    };
    let fix =
        "put the user and password of the machines that were snapshotted into credentials.dat";
    comparison.make(plan, records, findings, Some(fix));
}

impl Comparison<'_> {
    /// Holds the planned value against that of each machine type with an entry; without any there is nothing to say.
    fn make(&self, plan: &Plan, records: &Records, findings: &mut Findings, fix: Option<&str>) {
        let types = plan.machine_types().into_iter();
        let recorded: Vec<(MachineType, String)> = types
            .filter_map(|kind| Some((kind, (self.recorded)(records.recorded(kind)?)?)))
            .collect();
        let others = recorded.iter().filter(|(_, value)| value != self.planned);
        let others: Vec<&(MachineType, String)> = others.collect();
        let planned = beginning(self.planned);
        let Some((_, other)) = others.first() else {
            if !recorded.is_empty() {
                findings.ok(self.rule, self.name, format!("is '{planned}', as recorded"));
            }
            return;
        };
        let found = format!("is '{planned}', but {}", who_was_made_with(&others));
        let worst = others.iter().map(|(kind, _)| (self.severity)(*kind)).max();
        let default_fix = format!(
            "plan the build with {}=\"{}\", or make new snapshots of a build with '{planned}'",
            self.name,
            beginning(other)
        );
        let result = worst.unwrap_or(Verdict::Failure);
        findings.add(
            self.rule,
            self.name,
            result,
            found,
            Some(fix.unwrap_or(&default_fix)),
        );
    }
}

/// Which machine types were snapshotted with which other values, each value once.
fn who_was_made_with(others: &[&(MachineType, String)]) -> String {
    let mut by_value: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, value) in others {
        by_value.entry(value).or_default().push(kind.label());
    }
    let made = by_value.iter().map(|(value, kinds)| {
        format!(
            "the snapshot of {} was made with '{}'",
            kinds.join(", of "),
            beginning(value)
        )
    });
    made.collect::<Vec<_>>().join(", and ")
}
