//! Every fault at every operation on a file. They are the same at all clouds, so one cloud is enough for each workflow.

use crate::matrix::disturb_files;
use crate::workflows as the;
use crate::world::CLOUDS;

#[test]
fn obtain() {
    disturb_files(&the::OBTAIN, "digitalocean", 98);
}

#[test]
fn replace() {
    disturb_files(&the::REPLACE, "exoscale", 120);
}

#[test]
fn obtain_all() {
    disturb_files(&the::OBTAIN_ALL, "linode", 160);
}

#[test]
fn upload() {
    disturb_files(&the::UPLOAD, "vultr", 23);
}

#[test]
fn initialise() {
    disturb_files(&the::INITIALISE, "digitalocean", 105);
}

#[test]
fn server_user() {
    disturb_files(&the::SERVER_USER, "exoscale", 28);
}

#[test]
fn database() {
    disturb_files(&the::DATABASE, "linode", 19);
}

#[test]
fn database_from_snapshots() {
    disturb_files(&the::DATABASE_FROM_SNAPSHOT, "vultr", 27);
}

#[test]
fn set_variable() {
    disturb_files(&the::SET_VARIABLE, "digitalocean", 9);
}

#[test]
fn create() {
    disturb_files(&the::CREATE, "exoscale", 18);
}

#[test]
fn create_from_a_snapshot() {
    disturb_files(&the::CREATE_FROM_SNAPSHOT, "linode", 42);
}

#[test]
fn destroy() {
    disturb_files(&the::DESTROY, "vultr", 5);
}

#[test]
fn prune() {
    disturb_files(&the::PRUNE, "digitalocean", 56);
}

#[test]
fn verify() {
    disturb_files(&the::VERIFY, "exoscale", 19);
}

#[test]
fn status() {
    disturb_files(&the::STATUS, "linode", 12);
}

#[test]
fn check() {
    disturb_files(&the::CHECK, "vultr", 10);
}

#[test]
fn datastore_helpers() {
    let clouds = ["digitalocean", "linode", "vultr"];
    for (helper, cloudhost) in the::DATASTORE_HELPERS.iter().zip(clouds.iter().cycle()) {
        disturb_files(helper, cloudhost, 1);
    }
}

#[test]
fn what_people_run_by_hand() {
    for (helper, cloudhost) in the::BY_HAND.iter().zip(["linode", "vultr", "digitalocean"]) {
        disturb_files(helper, cloudhost, 1);
    }
}

#[test]
fn questions() {
    for (question, (cloudhost, ..)) in the::QUESTIONS.iter().zip(CLOUDS.iter().cycle()) {
        disturb_files(question, cloudhost, 4);
    }
}
