//! Every fault at every call of a provider's CLI or of a datastore's tool.

use crate::matrix::disturb_calls;
use crate::workflows as the;
use crate::world::CLOUDS;

#[test]
fn obtain_at_digitalocean() {
    disturb_calls(&the::OBTAIN, "digitalocean", 1);
}

#[test]
fn obtain_at_exoscale() {
    disturb_calls(&the::OBTAIN, "exoscale", 1);
}

#[test]
fn obtain_at_linode() {
    disturb_calls(&the::OBTAIN, "linode", 1);
}

#[test]
fn obtain_at_vultr() {
    disturb_calls(&the::OBTAIN, "vultr", 1);
}

#[test]
fn replace_at_digitalocean() {
    disturb_calls(&the::REPLACE, "digitalocean", 1);
}

#[test]
fn replace_at_exoscale() {
    disturb_calls(&the::REPLACE, "exoscale", 1);
}

#[test]
fn replace_at_linode() {
    disturb_calls(&the::REPLACE, "linode", 1);
}

#[test]
fn replace_at_vultr() {
    disturb_calls(&the::REPLACE, "vultr", 1);
}

#[test]
fn obtain_all_at_digitalocean() {
    disturb_calls(&the::OBTAIN_ALL, "digitalocean", 1);
}

#[test]
fn obtain_all_at_exoscale() {
    disturb_calls(&the::OBTAIN_ALL, "exoscale", 1);
}

#[test]
fn obtain_all_at_linode() {
    disturb_calls(&the::OBTAIN_ALL, "linode", 1);
}

#[test]
fn obtain_all_at_vultr() {
    disturb_calls(&the::OBTAIN_ALL, "vultr", 1);
}

#[test]
fn initialise_at_digitalocean() {
    disturb_calls(&the::INITIALISE, "digitalocean", 1);
}

#[test]
fn initialise_at_exoscale() {
    disturb_calls(&the::INITIALISE, "exoscale", 1);
}

#[test]
fn initialise_at_linode() {
    disturb_calls(&the::INITIALISE, "linode", 1);
}

#[test]
fn initialise_at_vultr() {
    disturb_calls(&the::INITIALISE, "vultr", 1);
}

#[test]
fn create_at_digitalocean() {
    disturb_calls(&the::CREATE, "digitalocean", 1);
}

#[test]
fn create_at_exoscale() {
    disturb_calls(&the::CREATE, "exoscale", 1);
}

#[test]
fn create_at_linode() {
    disturb_calls(&the::CREATE, "linode", 1);
}

#[test]
fn create_at_vultr() {
    disturb_calls(&the::CREATE, "vultr", 1);
}

#[test]
fn create_from_a_snapshot_at_digitalocean() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "digitalocean", 1);
}

#[test]
fn create_from_a_snapshot_at_exoscale() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "exoscale", 1);
}

#[test]
fn create_from_a_snapshot_at_linode() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "linode", 1);
}

#[test]
fn create_from_a_snapshot_at_vultr() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "vultr", 1);
}

#[test]
fn verify_at_digitalocean() {
    disturb_calls(&the::VERIFY, "digitalocean", 1);
}

#[test]
fn verify_at_exoscale() {
    disturb_calls(&the::VERIFY, "exoscale", 1);
}

#[test]
fn verify_at_linode() {
    disturb_calls(&the::VERIFY, "linode", 1);
}

#[test]
fn verify_at_vultr() {
    disturb_calls(&the::VERIFY, "vultr", 1);
}

#[test]
fn destroy_everywhere() {
    for (cloudhost, ..) in CLOUDS {
        disturb_calls(&the::DESTROY, cloudhost, 1);
    }
}

#[test]
fn prune_everywhere() {
    for (cloudhost, ..) in CLOUDS {
        disturb_calls(&the::PRUNE, cloudhost, 1);
    }
}

#[test]
fn check_everywhere() {
    for (cloudhost, ..) in CLOUDS {
        disturb_calls(&the::CHECK, cloudhost, 1);
    }
}

#[test]
fn questions_at_digitalocean() {
    for question in &the::QUESTIONS {
        disturb_calls(question, "digitalocean", 1);
    }
}

#[test]
fn questions_at_exoscale() {
    for question in &the::QUESTIONS {
        disturb_calls(question, "exoscale", 1);
    }
}

#[test]
fn questions_at_linode() {
    for question in &the::QUESTIONS {
        disturb_calls(question, "linode", 1);
    }
}

#[test]
fn questions_at_vultr() {
    for question in &the::QUESTIONS {
        disturb_calls(question, "vultr", 1);
    }
}
