//! Every fault at every call of a provider's CLI or of a datastore's tool.

use crate::matrix::{disturb_calls, disturb_pairs, disturb_some};
use crate::scene::Workflow;
use crate::workflows as the;
use crate::world::CLOUDS;

#[test]
fn obtain_at_digitalocean() {
    disturb_calls(&the::OBTAIN, "digitalocean", 10);
}

#[test]
fn obtain_at_exoscale() {
    disturb_calls(&the::OBTAIN, "exoscale", 10);
}

#[test]
fn obtain_at_linode() {
    disturb_calls(&the::OBTAIN, "linode", 10);
}

#[test]
fn obtain_at_vultr() {
    disturb_calls(&the::OBTAIN, "vultr", 10);
}

#[test]
fn replace_at_digitalocean() {
    disturb_calls(&the::REPLACE, "digitalocean", 6);
}

#[test]
fn replace_at_exoscale() {
    disturb_calls(&the::REPLACE, "exoscale", 6);
}

#[test]
fn replace_at_linode() {
    disturb_calls(&the::REPLACE, "linode", 6);
}

#[test]
fn replace_at_vultr() {
    disturb_calls(&the::REPLACE, "vultr", 6);
}

#[test]
fn obtain_all_at_digitalocean() {
    disturb_calls(&the::OBTAIN_ALL, "digitalocean", 9);
}

#[test]
fn obtain_all_at_exoscale() {
    disturb_calls(&the::OBTAIN_ALL, "exoscale", 9);
}

#[test]
fn obtain_all_at_linode() {
    disturb_calls(&the::OBTAIN_ALL, "linode", 9);
}

#[test]
fn obtain_all_at_vultr() {
    disturb_calls(&the::OBTAIN_ALL, "vultr", 9);
}

#[test]
fn obtain_all_at_once_at_digitalocean() {
    disturb_some(&the::OBTAIN_ALL_AT_ONCE, "digitalocean", 48);
}

#[test]
fn obtain_all_at_once_at_exoscale() {
    disturb_some(&the::OBTAIN_ALL_AT_ONCE, "exoscale", 48);
}

#[test]
fn obtain_all_at_once_at_linode() {
    disturb_some(&the::OBTAIN_ALL_AT_ONCE, "linode", 48);
}

#[test]
fn obtain_all_at_once_at_vultr() {
    disturb_some(&the::OBTAIN_ALL_AT_ONCE, "vultr", 48);
}

#[test]
fn initialise_at_digitalocean() {
    disturb_calls(&the::INITIALISE, "digitalocean", 10);
}

#[test]
fn initialise_at_exoscale() {
    disturb_calls(&the::INITIALISE, "exoscale", 10);
}

#[test]
fn initialise_at_linode() {
    disturb_calls(&the::INITIALISE, "linode", 10);
}

#[test]
fn initialise_at_vultr() {
    disturb_calls(&the::INITIALISE, "vultr", 10);
}

#[test]
fn create_at_digitalocean() {
    disturb_calls(&the::CREATE, "digitalocean", 8);
}

#[test]
fn create_at_exoscale() {
    disturb_calls(&the::CREATE, "exoscale", 8);
}

#[test]
fn create_at_linode() {
    disturb_calls(&the::CREATE, "linode", 8);
}

#[test]
fn create_at_vultr() {
    disturb_calls(&the::CREATE, "vultr", 8);
}

#[test]
fn create_from_a_snapshot_at_digitalocean() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "digitalocean", 8);
}

#[test]
fn create_from_a_snapshot_at_exoscale() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "exoscale", 8);
}

#[test]
fn create_from_a_snapshot_at_linode() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "linode", 8);
}

#[test]
fn create_from_a_snapshot_at_vultr() {
    disturb_calls(&the::CREATE_FROM_SNAPSHOT, "vultr", 8);
}

#[test]
fn verify_at_digitalocean() {
    disturb_calls(&the::VERIFY, "digitalocean", 13);
}

#[test]
fn verify_at_exoscale() {
    disturb_calls(&the::VERIFY, "exoscale", 13);
}

#[test]
fn verify_at_linode() {
    disturb_calls(&the::VERIFY, "linode", 13);
}

#[test]
fn verify_at_vultr() {
    disturb_calls(&the::VERIFY, "vultr", 13);
}

#[test]
fn destroy_everywhere() {
    for (cloudhost, ..) in CLOUDS {
        disturb_calls(&the::DESTROY, cloudhost, 4);
    }
}

#[test]
fn prune_everywhere() {
    for (cloudhost, ..) in CLOUDS {
        disturb_calls(&the::PRUNE, cloudhost, 6);
    }
}

#[test]
fn check_everywhere() {
    for (cloudhost, ..) in CLOUDS {
        disturb_calls(&the::CHECK, cloudhost, 3);
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

/// Two of the clouds' builds use s3cmd.
#[test]
fn datastore_helpers_with_each_tool() {
    for helper in &the::DATASTORE_HELPERS {
        for cloudhost in ["digitalocean", "linode", "vultr"] {
            disturb_calls(helper, cloudhost, 1);
        }
    }
}

#[test]
fn what_people_run_by_hand_with_each_tool() {
    let [of_firewall, of_scaling, of_certificate] = &the::BY_HAND;
    for cloudhost in ["digitalocean", "linode", "vultr"] {
        disturb_calls(of_firewall, cloudhost, 1);
        disturb_calls(of_scaling, cloudhost, 1);
    }
    // openssl is asked a dozen times a run, and no tool uploads it otherwise than another.
    disturb_calls(of_certificate, "linode", 1);
}

/// How many pairs of faults each workflow meets at each cloud.
const PAIRS: usize = 16;

fn pairs_everywhere(workflow: &'static Workflow) {
    for (cloudhost, ..) in CLOUDS {
        disturb_pairs(workflow, cloudhost, PAIRS);
    }
}

#[test]
fn two_faults_of_obtain() {
    pairs_everywhere(&the::OBTAIN);
}

#[test]
fn two_faults_of_replace() {
    pairs_everywhere(&the::REPLACE);
}

#[test]
fn two_faults_of_obtain_all() {
    pairs_everywhere(&the::OBTAIN_ALL);
}

#[test]
fn two_faults_of_initialise() {
    pairs_everywhere(&the::INITIALISE);
}

#[test]
fn two_faults_of_create() {
    pairs_everywhere(&the::CREATE_FROM_SNAPSHOT);
}

#[test]
fn two_faults_of_destroy() {
    pairs_everywhere(&the::DESTROY);
}

#[test]
fn two_faults_of_prune() {
    pairs_everywhere(&the::PRUNE);
}

#[test]
fn two_faults_of_the_datastore_helpers() {
    for helper in &the::DATASTORE_HELPERS {
        for cloudhost in ["digitalocean", "linode", "vultr"] {
            disturb_pairs(helper, cloudhost, PAIRS / 4);
        }
    }
}
