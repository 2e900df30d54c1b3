//! A planned build from snapshots held against the records: what is planned ([`Plan`]) and what there is ([`Facts`]) are
//! values; [`examine`] holds one against the other and needs neither disk nor provider. [`gather`] reads both, and changes
//! neither.

pub mod backups;
mod facts;
mod gathering;
mod rule;
mod rules;

use anyhow::ensure;

pub use facts::{Facts, KeyPair, Lookup, Records};
pub use gathering::{Provider, gather};
pub use rule::Rule;
pub use rules::{examine, examine_template};

use crate::build::{Plan, PlannedBuild};
use crate::console;
use crate::records::{self, Finding, Verdict};

/// What the rules found.
pub type Findings = records::Findings<Rule>;

/// Refuses to go on with a build from snapshots that cannot work, before it costs anything; what a person should look at
/// is said on standard error. For the helpers that such a build starts.
///
/// # Errors
/// When a rule is broken, with every broken one and what to do; when a record cannot be read.
pub fn ensure_can_work(
    planned: &PlannedBuild,
    plan: &Plan,
    provider: &Provider<'_>,
) -> anyhow::Result<()> {
    let findings = examine(plan, &gather(planned, provider)?);
    for result in [Verdict::Unknown, Verdict::Warning] {
        for warning in findings.with(result) {
            console::say(format_args!("warning: {}", warning.sentence()));
        }
    }
    refuse_failures(&findings)
}

/// As [`ensure_can_work`] without the warnings and without asking the provider, for one server after the other.
///
/// # Errors
/// When a rule is broken, with every broken one and what to do; when a record cannot be read.
pub fn ensure_fits(planned: &PlannedBuild, plan: &Plan) -> anyhow::Result<()> {
    refuse_failures(&examine(plan, &gather(planned, &Provider::NotAsked)?))
}

fn refuse_failures(findings: &Findings) -> anyhow::Result<()> {
    let broken: Vec<String> = findings
        .with(Verdict::Failure)
        .map(Finding::sentence)
        .collect();
    ensure!(
        broken.is_empty(),
        "a build from snapshots cannot work: {}",
        broken.join("; ")
    );
    Ok(())
}
