//! Every fault at every operation on a file. They are the same at all clouds, so one cloud is enough for each workflow.

use crate::matrix::disturb_files;
use crate::workflows as the;
use crate::world::CLOUDS;

#[test]
fn obtain() {
    disturb_files(&the::OBTAIN, "digitalocean", 1);
}

#[test]
fn replace() {
    disturb_files(&the::REPLACE, "exoscale", 1);
}

#[test]
fn obtain_all() {
    disturb_files(&the::OBTAIN_ALL, "linode", 1);
}

#[test]
fn upload() {
    disturb_files(&the::UPLOAD, "vultr", 1);
}

#[test]
fn initialise() {
    disturb_files(&the::INITIALISE, "digitalocean", 1);
}

#[test]
fn server_user() {
    disturb_files(&the::SERVER_USER, "exoscale", 1);
}

#[test]
fn database() {
    disturb_files(&the::DATABASE, "linode", 1);
}

#[test]
fn database_from_snapshots() {
    disturb_files(&the::DATABASE_FROM_SNAPSHOT, "vultr", 1);
}

#[test]
fn set_variable() {
    disturb_files(&the::SET_VARIABLE, "digitalocean", 1);
}

#[test]
fn create() {
    disturb_files(&the::CREATE, "exoscale", 1);
}

#[test]
fn create_from_a_snapshot() {
    disturb_files(&the::CREATE_FROM_SNAPSHOT, "linode", 1);
}

#[test]
fn destroy() {
    disturb_files(&the::DESTROY, "vultr", 1);
}

#[test]
fn prune() {
    disturb_files(&the::PRUNE, "digitalocean", 1);
}

#[test]
fn verify() {
    disturb_files(&the::VERIFY, "exoscale", 1);
}

#[test]
fn status() {
    disturb_files(&the::STATUS, "linode", 1);
}

#[test]
fn check() {
    disturb_files(&the::CHECK, "vultr", 1);
}

#[test]
fn questions() {
    for (question, (cloudhost, ..)) in the::QUESTIONS.iter().zip(CLOUDS.iter().cycle()) {
        disturb_files(question, cloudhost, 1);
    }
}
