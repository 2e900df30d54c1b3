//! Any call of a provider's or the datastore's tool may go wrong, at the build machine or on a machine: the latest backup
//! survives, and the same command run again brings it to its end.

use super::killed::all_is_quiet;
use super::{assert_latest_survives, assert_restored, restore};
use crate::simcloud_state::Fault;
use crate::world::CLOUDS;
use crate::world::disks::Disks;

/// What becomes of a call; each call meets one of them, and at each cloud another one.
const KINDS: [&str; 7] = [
    "500",
    "kill-parent-before",
    "truncated-stdout",
    "empty-stdout",
    "kill-parent-after",
    "garbage-stdout",
    "interrupt-parent",
];

/// The tests would take too long with every call; the step and the number of kinds have no common divisor.
const STRIDE: usize = 5;

fn disturbed_at(cloudhost: &str, first_kind: usize) {
    let disks = Disks::at(cloudhost);
    disks.begin_anew();
    let before = disks.world().calls().len();
    restore(&disks, &[]).succeeded();
    let all = disks.world().calls().len() - before;
    assert!(all > 9, "{cloudhost}: {all}");
    for call in (1..=all).step_by(STRIDE) {
        let kind = KINDS[(call + first_kind) % KINDS.len()];
        disks.begin_anew();
        disks.world().faults(&[Fault {
            tool: "*".into(),
            call: u64::try_from(call).unwrap(),
            times: 1,
            kind: kind.into(),
            ..Fault::default()
        }]);
        let ended = restore(&disks, &[]);
        let why = format!("{cloudhost}: {kind} at call {call} of {all}: {ended}");
        all_is_quiet(&disks);
        disks.world().faults(&[]);
        if ended.status == Some(0) {
            assert_restored(&disks, &ended);
        }
        assert_latest_survives(&disks, &why);
        let ended = restore(&disks, &[]);
        assert_eq!(ended.status, Some(0), "{why}{ended}");
        assert_restored(&disks, &ended);
        assert_latest_survives(&disks, &why);
    }
}

#[test]
fn any_fault_at_any_call() {
    // What a list of each cloud's tool may look like when it goes wrong is tried with the other helpers.
    let (cloudhost, ..) = CLOUDS[3];
    disturbed_at(cloudhost, 0);
}
