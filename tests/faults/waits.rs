//! An interrupt at every wait of a workflow, while the provider takes its time.

use crate::matrix::disturb_waits;
use crate::workflows as the;
use crate::world::CLOUDS;

#[test]
fn of_obtain() {
    for (cloudhost, ..) in CLOUDS {
        disturb_waits(&the::OBTAIN_WAITING, cloudhost, 5);
    }
}

#[test]
fn of_replace() {
    for (cloudhost, ..) in CLOUDS {
        disturb_waits(&the::REPLACE_WAITING, cloudhost, 5);
    }
}

#[test]
fn of_obtain_all() {
    for (cloudhost, ..) in CLOUDS {
        disturb_waits(&the::OBTAIN_ALL_WAITING, cloudhost, 5);
    }
}

#[test]
fn of_obtain_all_at_once() {
    for (cloudhost, ..) in CLOUDS {
        disturb_waits(&the::OBTAIN_ALL_AT_ONCE, cloudhost, 5);
    }
}

#[test]
fn of_create() {
    // exo waits by itself until the instance is there.
    for (cloudhost, ..) in CLOUDS {
        let floor = usize::from(cloudhost != "exoscale");
        disturb_waits(&the::CREATE_WAITING, cloudhost, floor);
    }
}
