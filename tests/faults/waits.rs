//! An interrupt at every wait of a workflow, while the provider takes its time.

use crate::matrix::disturb_waits;
use crate::scene::Workflow;
use crate::workflows as the;
use crate::world::CLOUDS;

fn everywhere(workflow: &'static Workflow) {
    for (cloudhost, ..) in CLOUDS {
        disturb_waits(workflow, cloudhost, 5);
    }
}

#[test]
fn of_obtain() {
    everywhere(&the::OBTAIN_WAITING);
}

#[test]
fn of_replace() {
    everywhere(&the::REPLACE_WAITING);
}

#[test]
fn of_obtain_all() {
    everywhere(&the::OBTAIN_ALL_WAITING);
}

#[test]
fn of_obtain_all_at_once() {
    everywhere(&the::OBTAIN_ALL_AT_ONCE);
}

#[test]
fn of_create() {
    // exo waits by itself until the instance is there.
    for (cloudhost, ..) in CLOUDS {
        let floor = usize::from(cloudhost != "exoscale");
        disturb_waits(&the::CREATE_WAITING, cloudhost, floor);
    }
}
