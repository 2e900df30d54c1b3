//! A replaced image goes last, once its successor is recorded.

use crate::linode_api::{Fault, Trouble};
use crate::stage::Stage;

#[test]
fn the_old_image_is_deleted_last() {
    let stage = Stage::new();
    let old = stage.old_image(30_000_001);
    stage.record(&format!("webserver:{old}\n"));
    stage.obtain(&["--replace"]).succeeded();
    stage.assert_one_image_is_recorded();
    assert_ne!(stage.images()[0], old);
    let last = stage.api.log().pop();
    assert_eq!(last, Some(format!("DELETE /v4/images/{old} -> 200")));
}

/// An image is recorded, and the first deletion is answered with an error; whether it is done all the same.
fn with_a_troubled_deletion(is_done: bool) -> (Stage, String) {
    let stage = Stage::new();
    let old = stage.old_image(30_000_001);
    stage.record(&format!("webserver:{old}\n"));
    stage.api.faults(&[Fault {
        on: "DELETE",
        times: 1,
        trouble: Trouble::Status(500),
        is_done,
    }]);
    (stage, old)
}

#[test]
fn an_old_image_that_may_not_be_deleted_is_seen_to_by_the_next_run() {
    let (stage, old) = with_a_troubled_deletion(false);
    let failed = stage.obtain(&["--replace"]);
    failed.failed_saying(&["the new id is recorded", &old, "500", "Out of order"]);
    let new = stage.images().pop().unwrap();
    assert_eq!(stage.recorded(), format!("webserver:{new}\n"));
    stage.obtain(&["--replace"]).succeeded();
    stage.assert_one_image_is_recorded();
    assert_eq!(stage.images(), [new]);
}

#[test]
fn an_old_image_that_is_gone_is_deleted_whatever_the_answer_was() {
    let (stage, old) = with_a_troubled_deletion(true);
    stage.obtain(&["--replace"]).succeeded();
    stage.assert_one_image_is_recorded();
    assert_ne!(stage.images(), [old]);
}
