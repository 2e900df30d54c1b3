//! Cut short while the image is asked for or made, the next run ends with one image.

use crate::linode_api::Trouble;
use crate::stage::Stage;

const CREATE: &str = "POST /v4/images";

/// How often an image is seen that is not made before the test says so.
const NEVER: usize = usize::MAX;

#[test]
fn killed_before_the_answer_the_image_is_found_by_the_next_run() {
    let stage = Stage::new();
    stage.api.account().looks_at_image = NEVER;
    stage.lost_answer(CREATE, Trouble::Silence);
    stage.killed_at(stage.obtaining(&[]), CREATE);
    assert_eq!(stage.recorded(), "");
    stage.api.account().images[0].looks_left = 1;
    let again = stage.obtain(&[]);
    again.succeeded();
    assert!(again.stderr.contains("going on with it"), "{again}");
    stage.assert_one_image_is_recorded();
    assert_eq!(stage.api.requests(CREATE).len(), 1);
}

#[test]
fn killed_before_anything_came_of_the_request_it_is_repeated_by_the_next_run() {
    let stage = Stage::new();
    stage.trouble(CREATE, 1, Trouble::Silence);
    stage.killed_at(stage.obtaining(&[]), CREATE);
    stage.obtain(&[]).succeeded();
    stage.assert_one_image_is_recorded();
    assert_eq!(stage.api.requests(CREATE).len(), 2);
}

#[test]
fn killed_while_waiting_the_next_run_waits_on() {
    let stage = Stage::new();
    stage.api.account().looks_at_image = NEVER;
    stage.killed_at(stage.obtaining(&[]), "GET /v4/images/private/");
    assert_eq!(stage.recorded(), "");
    stage.api.account().images[0].looks_left = 1;
    stage.obtain(&[]).succeeded();
    stage.assert_one_image_is_recorded();
    assert_eq!(stage.api.requests(CREATE).len(), 1);
}

#[test]
fn a_silent_answer_is_given_up_and_the_image_is_found() {
    let stage = Stage::new();
    stage.lost_answer(CREATE, Trouble::Silence);
    stage.obtain(&["--timeout", "8s"]).succeeded();
    stage.assert_one_image_is_recorded();
    assert_eq!(stage.api.requests(CREATE).len(), 1);
}

#[test]
fn a_silent_answer_to_an_image_that_takes_its_time_leaves_the_image_to_the_next_run() {
    let stage = Stage::new();
    stage.api.account().looks_at_image = NEVER;
    stage.lost_answer(CREATE, Trouble::Silence);
    let gave_up = stage.obtain(&["--timeout", "8s"]);
    gave_up.failed_saying(&["stopped waiting", "run the same command again"]);
    stage.api.account().images[0].looks_left = 1;
    stage.obtain(&[]).succeeded();
    stage.assert_one_image_is_recorded();
    assert_eq!(stage.api.requests(CREATE).len(), 1);
}
