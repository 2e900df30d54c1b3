//! Keys, users and credentials.

use super::*;

#[test]
fn the_key_pair_is_there_and_the_snapshots_let_it_in() {
    use Verdict::Failure;
    let plan = plan_with("", "");
    for missing in [&["k"][..], &["k.pub"], &["k", "k.pub"]] {
        let missing: Vec<String> = missing.iter().map(|&name| name.to_owned()).collect();
        let words = missing.join(" and ");
        let facts = good_with(|facts| facts.keys.as_mut().unwrap().missing = missing);
        expect(
            &plan,
            &facts,
            &[(Rule::KeyPair, "keys", Failure)],
            &[&words, "keys.tar.gz"],
        );
    }
    let nameless = good_with(|facts| facts.keys = None);
    let about = [(Rule::KeyPair, "keys", Failure)];
    expect(&plan, &nameless, &about, &["ALGORITHM is not set"]);
    for name in ["BUILD_IDENTIFIER", "ALGORITHM"] {
        let facts = with_entry(MachineType::Autoscaler, |entry| {
            entry.variables.insert(name.to_owned(), "old".to_owned());
        });
        expect(
            &plan,
            &facts,
            &[(Rule::KeyPair, name, Failure)],
            &["autoscaler was made with 'old'"],
        );
    }
}

#[test]
fn the_servers_user_is_known_and_is_the_snapshots() {
    use Verdict::{Failure, Warning};
    let plan = plan_with("", "");
    let about = |subject, result| [(Rule::ServerUser, subject, result)];
    let absent = with_records(|records| records.server = None);
    expect(
        &plan,
        &absent,
        &about("credentials.dat", Failure),
        &["is not there"],
    );
    let half =
        with_records(|records| records.server = Some(Err("no line PASSWORD:value".to_owned())));
    expect(
        &plan,
        &half,
        &about("credentials.dat", Failure),
        &["no line PASSWORD:value"],
    );
    let other = good_with(|facts| facts.own_server_user = Some("XnewX".to_owned()));
    expect(
        &plan,
        &other,
        &about("SERVERUSER", Warning),
        &["XnewX", "will use 'XabcX'"],
    );
    let none = good_with(|facts| facts.own_server_user = None);
    expect(&plan, &none, &[], &[]);
    let old = with_entry(MachineType::Database, |entry| {
        entry.server_user = "XoldX".to_owned();
    });
    expect(
        &plan,
        &old,
        &about("USERNAME", Failure),
        &["database was made with 'XoldX'"],
    );
}

#[test]
fn the_databases_credentials_are_known_when_one_is_planned() {
    let absent = with_records(|records| records.database = None);
    let half = with_records(|records| {
        records.database = Some(Err("no line DBNAME:value".to_owned()));
    });
    let expected = [(
        Rule::DatabaseCredentials,
        "db_credentials.dat",
        Verdict::Failure,
    )];
    expect(
        &plan_with("", ""),
        &absent,
        &expected,
        &["SetVariableValue"],
    );
    expect(
        &plan_with("", ""),
        &half,
        &expected,
        &["no line DBNAME:value"],
    );
    let dbaas = with_entry(MachineType::Database, |_| ());
    expect(
        &plan_with("", "").only(MachineType::Webserver),
        &absent,
        &[],
        &[],
    );
    expect(&plan_with("", ""), &dbaas, &[], &[]);
}
