//! What the snapshots were made of.

use super::*;

#[test]
fn the_snapshots_are_of_a_build_like_the_planned_one() {
    use Verdict::{Failure, Warning};
    for (name, result) in [
        ("WEBSERVER_CHOICE", Failure),
        ("DATABASE_INSTALLATION_TYPE", Failure),
        ("BUILDOS", Failure),
        ("BUILDOS_VERSION", Failure),
        ("APPLICATION", Warning),
    ] {
        let expected = [(Rule::SameBuild, name, result)];
        expect(
            &plan_with(name, "other"),
            &good(),
            &expected,
            &["'other', but the snapshot of"],
        );
    }
    for (kind, name, result) in [
        (MachineType::Webserver, "WEBSERVER_CHOICE", Failure),
        (MachineType::ReverseProxy, "WEBSERVER_CHOICE", Warning),
        (MachineType::Database, "DATABASE_INSTALLATION_TYPE", Failure),
        (
            MachineType::Webserver,
            "DATABASE_INSTALLATION_TYPE",
            Warning,
        ),
        (MachineType::Autoscaler, "BUILDOS", Failure),
        (MachineType::Authenticator, "BUILDOS_VERSION", Failure),
        (MachineType::Database, "APPLICATION", Warning),
    ] {
        let facts = with_entry(kind, |entry| {
            drop(entry.variables.insert(name.into(), "old".into()));
        });
        let words = format!("the snapshot of {kind} was made with 'old'");
        expect(
            &plan_with("", ""),
            &facts,
            &[(Rule::SameBuild, name, result)],
            &[&words],
        );
    }
    let moved = with_entry(MachineType::Webserver, |entry| {
        entry.region = "ams3".to_owned();
    });
    expect(
        &plan_with("", ""),
        &moved,
        &[(Rule::SameBuild, "REGION", Warning)],
        &["ams3"],
    );
    let other = with_entry(MachineType::Webserver, |entry| {
        entry.cloudhost = Cloudhost::Vultr;
    });
    expect(
        &plan_with("", ""),
        &other,
        &[(Rule::SameBuild, "CLOUDHOST", Failure)],
        &["vultr"],
    );
}

#[test]
fn what_the_manifest_does_not_say_is_a_warning() {
    use Verdict::Warning;
    let plan = plan_with("", "");
    let absent = with_records(|records| records.manifest = Ok(None));
    let about = [(Rule::SameBuild, "snapshot_manifest.json", Warning)];
    expect(&plan, &absent, &about, &["cannot be known"]);
    let damaged = with_records(|records| records.manifest = Err("no JSON".to_owned()));
    expect(&plan, &damaged, &about, &["no JSON", "cannot be known"]);
    let without_entry = with_records(|records| {
        let manifest = records.manifest.as_mut().unwrap().as_mut().unwrap();
        manifest.snapshots.remove(&MachineType::Webserver);
    });
    let about = [(Rule::SameBuild, "webserver", Warning)];
    expect(&plan, &without_entry, &about, &["no entry", "--adopt"]);
    let of_another = with_entry(MachineType::Webserver, |entry| {
        entry.id = "9".parse().unwrap();
    });
    expect(&plan, &of_another, &about, &["another snapshot, 9"]);
}
