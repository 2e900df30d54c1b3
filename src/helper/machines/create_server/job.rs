//! What one server is made with, from its beginning to its end.

use std::time::Duration;

use super::blueprint::Blueprint;
use crate::build::layout::Layout;
use crate::cloud::{Cloud, Machine};
use crate::command::Runner;

/// What the progress calls the one thing that is made.
pub(super) const STEP: &str = "server";

/// Everything one server is made with.
pub struct Job<'a> {
    pub(super) layout: &'a dyn Layout,
    pub(super) cloud: &'a dyn Cloud,
    pub(super) runner: &'a Runner,
    pub(super) blueprint: &'a Blueprint,
    pub(super) timeout: Duration,
}

/// What is said when a signal ends the program after the server was asked for.
pub(super) fn farewell(job: &Job<'_>) -> String {
    format!(
        "{}: interrupted; the provider goes on with what it was asked for: run the same command again to continue",
        job.blueprint.name
    )
}

pub(super) fn is_it(job: &Job<'_>, machine: &Machine) -> bool {
    machine.name == job.blueprint.name.as_str()
}

/// Whether it has the name, or what a provider that cuts names may have left of it.
pub(super) fn may_be_it(job: &Job<'_>, machine: &Machine) -> bool {
    let is_cut = job
        .cloud
        .longest_name()
        .is_some_and(|longest| machine.name.chars().count() == longest);
    is_it(job, machine)
        || is_cut
            && job
                .blueprint
                .name
                .as_str()
                .starts_with(machine.name.as_str())
}
