use proptest::prelude::*;

use super::*;
use crate::names::SnapshotKind;

const DAY: i64 = 86_400;
const NOW: i64 = 1_800_000_000;

fn candidate(
    machine_type: MachineType,
    id: &str,
    days: Option<i64>,
    state: SnapshotState,
) -> Candidate {
    Candidate {
        machine_type,
        snapshot: Snapshot {
            id: id.parse().unwrap(),
            kind: SnapshotKind::Snapshot,
            name: "a name".into(),
            state,
            machine_id: None,
            created: days.map(|days| Timestamp::from_second(NOW - days * DAY).unwrap()),
            regions: Vec::new(),
            lacks_cloud_init: false,
        },
    }
}

fn limits(keep: usize, days: u64) -> Limits {
    Limits {
        keep,
        within: Duration::from_secs(days * 86_400),
        now: Timestamp::from_second(NOW).unwrap(),
    }
}

fn words(planned: &[Planned]) -> Vec<(&str, Option<&Stay>)> {
    planned
        .iter()
        .map(|it| (it.candidate.snapshot.id.as_str(), it.stays.as_ref()))
        .collect()
}

fn webserver(id: &str, days: i64) -> Candidate {
    candidate(
        MachineType::Webserver,
        id,
        Some(days),
        SnapshotState::Usable,
    )
}

#[test]
fn the_newest_the_young_and_the_needed_stay_and_the_rest_goes() {
    let mut candidates: Vec<Candidate> = [("a", 40), ("b", 30), ("c", 20), ("d", 10), ("e", 5)]
        .into_iter()
        .map(|(id, days)| webserver(id, days))
        .collect();
    candidates.push(candidate(
        MachineType::Database,
        "z",
        Some(900),
        SnapshotState::Usable,
    ));
    let needed = Needed {
        recorded: BTreeSet::from(["a".parse().unwrap()]),
        ..Needed::default()
    };
    let planned = plan(candidates, &needed, limits(1, 14));
    assert_eq!(
        words(&planned),
        [
            ("e", Some(&Stay::Newest)),
            ("d", Some(&Stay::Young)),
            ("c", None),
            ("b", None),
            ("a", Some(&Stay::Recorded)),
            ("z", Some(&Stay::Newest)),
        ]
    );
}

#[test]
fn what_is_listed_twice_or_has_failed_takes_no_place_among_the_newest() {
    let failed = candidate(
        MachineType::Webserver,
        "f",
        Some(20),
        SnapshotState::Failed("error".into()),
    );
    let twice = [
        failed,
        webserver("a", 30),
        webserver("a", 30),
        webserver("b", 40),
    ];
    let planned = plan(twice.to_vec(), &Needed::default(), limits(2, 0));
    assert_eq!(
        words(&planned),
        [
            ("f", None),
            ("a", Some(&Stay::Newest)),
            ("b", Some(&Stay::Newest))
        ]
    );
}

#[test]
fn exactly_as_old_as_the_limit_is_not_young_and_the_future_is() {
    let planned = plan(
        vec![webserver("a", 14), webserver("b", 13), webserver("c", -3)],
        &Needed::default(),
        limits(0, 14),
    );
    assert_eq!(
        words(&planned),
        [
            ("c", Some(&Stay::Young)),
            ("b", Some(&Stay::Young)),
            ("a", None)
        ]
    );
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let states = prop_oneof![
        4 => Just(SnapshotState::Usable),
        1 => Just(SnapshotState::Pending("pending".into())),
        1 => Just(SnapshotState::Failed("error".into())),
    ];
    let ages = prop::option::weighted(0.8, -2i64..60);
    (0usize..5, 0u32..30, ages, states).prop_map(|(kind, id, days, state)| {
        candidate(MachineType::ALL[kind], &id.to_string(), days, state)
    })
}

fn ids() -> impl Strategy<Value = BTreeSet<SnapshotId>> {
    prop::collection::btree_set(
        (0u32..30).prop_map(|id| id.to_string().parse().unwrap()),
        0..4,
    )
}

fn any_needed() -> impl Strategy<Value = Needed> {
    let types = prop::collection::btree_set((0usize..5).prop_map(|n| MachineType::ALL[n]), 0..2);
    (ids(), ids(), ids(), types, ids()).prop_map(
        |(recorded, sources, in_use, types_under_way, ids_under_way)| Needed {
            recorded,
            sources,
            in_use,
            types_under_way,
            ids_under_way,
        },
    )
}

proptest! {
    #[test]
    fn nothing_needed_unfinished_undated_or_young_goes_and_only_candidates_do(
        candidates in prop::collection::vec(any_candidate(), 0..40),
        needed in any_needed(),
        keep in 0usize..4,
        days in 0u64..30,
    ) {
        let planned = plan(candidates.clone(), &needed, limits(keep, days));
        let mut seen = BTreeSet::new();
        for it in &planned {
            prop_assert!(candidates.contains(&it.candidate));
            prop_assert!(seen.insert(it.candidate.snapshot.id.clone()), "listed twice");
        }
        for gone in planned.iter().filter(|it| it.goes()) {
            let snapshot = &gone.candidate.snapshot;
            for kept in [&needed.recorded, &needed.sources, &needed.in_use, &needed.ids_under_way] {
                prop_assert!(!kept.contains(&snapshot.id));
            }
            prop_assert!(!needed.types_under_way.contains(&gone.candidate.machine_type));
            prop_assert!(!matches!(snapshot.state, SnapshotState::Pending(_)));
            let age = NOW - snapshot.created.unwrap().as_second();
            prop_assert!(age >= i64::try_from(days).unwrap() * DAY);
            let newer = planned.iter().filter(|other| {
                let other = &other.candidate;
                other.machine_type == gone.candidate.machine_type
                    && other.snapshot.state.is_usable()
                    && other.snapshot.created >= snapshot.created
                    && other.snapshot.id != snapshot.id
            });
            let is_usable = snapshot.state.is_usable();
            prop_assert!(!is_usable || newer.count() >= keep, "one of the newest goes");
        }
    }

    #[test]
    fn the_order_of_the_list_makes_no_difference(
        candidates in prop::collection::btree_map(0u32..30, any_candidate(), 0..20),
        needed in any_needed(),
    ) {
        let mut there: Vec<Candidate> = candidates
            .into_iter()
            .map(|(id, mut candidate)| {
                candidate.snapshot.id = id.to_string().parse().unwrap();
                candidate
            })
            .collect();
        let forwards = plan(there.clone(), &needed, limits(2, 14));
        there.reverse();
        prop_assert_eq!(plan(there, &needed, limits(2, 14)), forwards);
    }
}
