//! The original of each helper and the installed helper, the one after the other on equal worlds: with
//! `ADT_ORIGINAL=<toolkit checkout>` (and the autoscaler's beside it, or in `ADT_AUTOSCALER`), what differs must be a
//! deliberate correction. `ADT_COMPARE=<text>` takes only the scenarios whose name has the text, or one of
//! several with `|` between them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, starts what it tests, and its table is for whoever reads the log"
)]

#[path = "../simcloud/state.rs"]
#[allow(
    dead_code,
    missing_docs,
    reason = "shared with the simulated cloud, which uses all of it"
)]
mod simcloud_state;

/// What the tests of the helpers are built from.
#[path = "../helpers"]
mod helpers {
    #[allow(dead_code, reason = "the tests of the helpers use all of it")]
    pub mod original;
    #[allow(
        dead_code,
        unused_imports,
        reason = "the tests of the helpers use all of it"
    )]
    pub mod world;
}
use helpers::{original, world};

mod callers;
mod corrections;
mod difference;
mod place;
mod scenario;
mod scenes;
mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use corrections::CORRECTIONS;
use difference::{Difference, differences};
use scenario::Scenario;

/// How many pairs of runs are under way at once.
const AT_ONCE: usize = 2;

/// The checkouts that are compared with.
struct Originals {
    build_machine: PathBuf,
    autoscaler: Option<PathBuf>,
}

/// What came of a scenario.
struct Outcome {
    scenario: Scenario,
    /// The rows of the table that stand for a difference.
    corrected: Vec<usize>,
    different: Vec<Difference>,
}

#[test]
fn every_helper_does_what_its_script_does() {
    let Some(originals) = originals() else {
        return;
    };
    let chosen = std::env::var("ADT_COMPARE").unwrap_or_default();
    let scenarios: Vec<Scenario> = callers::scenarios(&originals.build_machine)
        .into_iter()
        .filter(|scenario| originals.autoscaler.is_some() || !scenario.on_autoscaler)
        .filter(|scenario| {
            let name = scenario.to_string();
            chosen.split('|').any(|text| name.contains(text))
        })
        .collect();
    let outcomes = compare_all(&originals, &scenarios);
    for outcome in &outcomes {
        for difference in &outcome.different {
            println!("\n{}\n{difference}", outcome.scenario);
        }
    }
    print_table(&outcomes);
    let used: BTreeSet<usize> = outcomes
        .iter()
        .flat_map(|it| it.corrected.clone())
        .collect();
    let unused = (0..CORRECTIONS.len()).filter(|row| chosen.is_empty() && !used.contains(row));
    let unused: Vec<String> = unused.map(|row| CORRECTIONS[row].to_string()).collect();
    for row in &unused {
        println!("no scenario needs this correction: {row}");
    }
    let different = outcomes
        .iter()
        .filter(|it| !it.different.is_empty())
        .count();
    assert!(
        different == 0 && unused.is_empty(),
        "{different} scenarios are different, {} corrections are idle",
        unused.len()
    );
}

/// Every correction names a test that holds it, so that the table cannot excuse what nobody means.
#[test]
fn every_correction_of_the_comparison_names_a_test() {
    let mut text = String::new();
    let mut folders = vec![
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let wordings = corrections::WORDINGS.iter().map(|it| (it.test, it.why));
    for (test, why) in CORRECTIONS
        .iter()
        .map(|it| (it.test, it.why))
        .chain(wordings)
    {
        assert!(
            text.contains(&format!("fn {test}()")),
            "'{test}', which '{why}' names, is no test"
        );
    }
}

fn originals() -> Option<Originals> {
    let place = std::env::var_os("ADT_ORIGINAL").filter(|place| !place.is_empty())?;
    let build_machine = original::chosen(Some("theirs".into()), Some(place)).unwrap();
    let beside = build_machine.parent().unwrap().join("autoscaler");
    let named = std::env::var_os("ADT_AUTOSCALER").map(PathBuf::from);
    let is_named = named.is_some();
    let autoscaler = named.unwrap_or(beside);
    let is_there = autoscaler
        .join("utilities/config/ExtractConfigValue.sh")
        .is_file();
    assert!(
        is_there || !is_named,
        "ADT_AUTOSCALER is '{}', which is no checkout of the autoscaler's scripts",
        autoscaler.display()
    );
    if !is_there {
        println!(
            "no checkout of the autoscaler's scripts: ADT_AUTOSCALER may name it; its scenarios are left out"
        );
    }
    Some(Originals {
        build_machine,
        autoscaler: is_there.then_some(autoscaler),
    })
}

fn compare_all(originals: &Originals, scenarios: &[Scenario]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(scenario) = scenarios.get(number) else {
                        return;
                    };
                    let outcome = compare(originals, scenario);
                    outcomes.lock().unwrap().insert(number, outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap().into_values().collect()
}

fn compare(originals: &Originals, scenario: &Scenario) -> Outcome {
    let checkout = if scenario.on_autoscaler {
        originals.autoscaler.as_ref().unwrap()
    } else {
        &originals.build_machine
    };
    let theirs = place::run(checkout, scenario, false);
    let ours = place::run(checkout, scenario, true);
    let mut corrected = Vec::new();
    let mut different = Vec::new();
    for difference in differences(scenario.helper, &theirs, &ours) {
        match corrections::row_for(scenario, &difference) {
            Some(row) => corrected.push(row),
            None => different.push(difference),
        }
    }
    Outcome {
        scenario: scenario.clone(),
        corrected,
        different,
    }
}

/// A line a helper: how many scenarios are equal, corrected and different; then the reasons.
fn print_table(outcomes: &[Outcome]) {
    let mut rows: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut reasons: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    let mut total = [0; 4];
    for outcome in outcomes {
        let column = match (outcome.different.is_empty(), outcome.corrected.is_empty()) {
            (false, _) => 3,
            (true, false) => 2,
            (true, true) => 1,
        };
        let helper = outcome.scenario.helper;
        for counts in [rows.entry(helper).or_default(), &mut total] {
            counts[0] += 1;
            counts[column] += 1;
        }
        for row in outcome.corrected.iter().collect::<BTreeSet<_>>() {
            *reasons.entry((helper, *row)).or_default() += 1;
        }
    }
    println!("\ncorrections, with the number of scenarios that show them:");
    for ((helper, row), count) in reasons {
        let row = &CORRECTIONS[row];
        println!("  {helper} ({count}): {} ({})", row.why, row.test);
    }
    println!(
        "\n{:32} {:>9} {:>6} {:>9} {:>9}",
        "helper", "scenarios", "equal", "corrected", "different"
    );
    let total = [("all", total)];
    for (helper, counts) in rows.into_iter().chain(total) {
        let [all, equal, corrected, different] = counts;
        println!("{helper:32} {all:>9} {equal:>6} {corrected:>9} {different:>9}");
    }
}
