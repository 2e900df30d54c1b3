//! The images: recorded, at the provider, and not old.

use super::*;

#[test]
fn the_numbers_of_machines_are_numbers() {
    let expected = [(Rule::RecordedId, "NO_WEBSERVERS", Verdict::Failure)];
    expect(
        &plan_with("NO_WEBSERVERS", "many"),
        &good(),
        &expected,
        &["'many'"],
    );
    let empty = Plan::of(&BuildEnvironment::new(
        b"BUILD_FROM_SNAPSHOT=1\nBUILD_ARCHIVE_CHOICE=daily\n".to_vec(),
    ));
    let expected = [(Rule::RecordedId, "machines", Verdict::Failure)];
    expect(&empty.unwrap(), &good(), &expected, &["NO_WEBSERVERS"]);
}

#[test]
fn each_planned_type_needs_its_id() {
    for kind in MachineType::ALL {
        let facts = with_records(|records| drop(records.ids.remove(&kind)));
        let expected = [(Rule::RecordedId, kind.label(), Verdict::Failure)];
        let command = format!("adt-helpers ObtainWholeMachineSnapshot --type {kind}");
        expect(&plan_with("", ""), &facts, &expected, &[&command]);
        let facts = with_records(|records| {
            records
                .ids
                .insert(kind, Err("the line is damaged".to_owned()));
        });
        expect(&plan_with("", ""), &facts, &expected, &["damaged"]);
    }
}

#[test]
fn a_type_that_is_not_planned_needs_nothing() {
    let bare = |kind: MachineType| {
        with_records(|records| {
            records.ids.remove(&kind);
            records.database = None;
        })
    };
    let none = plan_with("DATABASE_INSTALLATION_TYPE", "None");
    let findings = examine(&none, &bare(MachineType::Database));
    let about_database = |it: &&crate::records::Finding<Rule>| it.subject == "database";
    assert_eq!(findings.all().iter().find(about_database), None);
    assert_eq!(findings.with(Verdict::Failure).count(), 0, "{findings:#?}");
}

#[test]
fn each_id_is_usable_at_the_provider_and_in_the_region() {
    use Verdict::{Failure, Warning};
    let plan = plan_with("", "");
    let state = |state: SnapshotState| with_snapshot(|snapshot| snapshot.state = state);
    let broken = |result| [(Rule::AtProvider, "webserver", result)];
    let pending = state(SnapshotState::Pending("creating".to_owned()));
    expect(
        &plan,
        &pending,
        &broken(Failure),
        &["not usable yet", "'creating'"],
    );
    let failed = state(SnapshotState::Failed("error".to_owned()));
    expect(&plan, &failed, &broken(Failure), &["'error'", "--replace"]);
    let elsewhere = with_snapshot(|snapshot| snapshot.regions = vec!["ams3".into(), "nyc1".into()]);
    expect(&plan, &elsewhere, &broken(Failure), &["ams3, nyc1", "lon1"]);
    let unfit = with_snapshot(|snapshot| snapshot.lacks_cloud_init = true);
    expect(
        &plan,
        &unfit,
        &broken(Warning),
        &["--cloud_init", "--replace"],
    );
    let everywhere = with_snapshot(|snapshot| snapshot.regions.clear());
    expect(&plan, &everywhere, &[], &[]);
    let unknown = with_lookup(Lookup::Unknown);
    expect(
        &plan,
        &unknown,
        &broken(Failure),
        &["digitalocean does not know 180001003", "lon1"],
    );
    let words = "doctl failed with exit status 1\n  doctl| Error: 503 ".to_owned();
    let unanswered = with_lookup(Lookup::Unanswered(words));
    expect(
        &plan,
        &unanswered,
        &[(Rule::AtProvider, "digitalocean", Verdict::Unknown)],
        &["not checked (webserver): doctl failed with exit status 1 doctl| Error: 503"],
    );
    let not_asked = good_with(|facts| facts.provider = None);
    let expected = [(Rule::AtProvider, "digitalocean", Warning)];
    expect(&plan, &not_asked, &expected, &["--no-provider"]);
}

#[test]
fn an_image_is_old_after_thirty_days() {
    let plan = plan_with("", "");
    let aged = |hours| {
        with_snapshot(|snapshot| snapshot.created = Some(now() - SignedDuration::from_hours(hours)))
    };
    for young in [-5, 0, 24, 24 * 30, 24 * 31 - 1] {
        expect(&plan, &aged(young), &[], &[]);
    }
    let expected = [(Rule::Age, "webserver", Verdict::Warning)];
    expect(&plan, &aged(24 * 31), &expected, &["is 31 days old"]);
    // Without the provider's word the manifest's counts; without either it is said.
    let old = now() - SignedDuration::from_hours(24 * 45);
    let mut facts = with_entry(MachineType::Webserver, |entry| entry.recorded = old);
    facts.provider = None;
    let findings = examine(&plan, &facts);
    assert!(format!("{findings:?}").contains("is 45 days old"));
    let unknown = good_with(|facts| {
        facts.provider = None;
        facts.records.as_mut().unwrap().manifest = Ok(None);
    });
    let findings = examine(&plan, &unknown);
    assert!(format!("{findings:?}").contains("how old it is is not known"));
}
