//! What fails says why in linode-cli's words, and leaves nothing behind.

use crate::linode_api::Trouble;
use crate::stage::Stage;

#[test]
fn a_list_that_fails_is_an_error_in_the_words_of_linode_cli() {
    for (trouble, words) in [
        (
            Trouble::Status(500),
            &["exit status 2", "Request failed: 500", "Out of order"][..],
        ),
        (Trouble::Html502, &["exit status 1", "Request failed: 502"]),
        (Trouble::Cut, &["exit status 1", "IncompleteRead"]),
    ] {
        let stage = Stage::new();
        stage.trouble("GET /v4/linode/instances", usize::MAX, trouble);
        stage.obtain(&[]).failed_saying(words);
        assert_eq!(stage.images(), [""; 0]);
        assert_eq!(stage.recorded(), "");
    }
}

#[test]
fn a_list_of_images_that_fails_keeps_another_from_being_made() {
    let stage = Stage::new();
    stage.trouble("GET /v4/images", usize::MAX, Trouble::Status(503));
    stage.obtain(&[]).failed_saying(&["Request failed: 503"]);
    assert_eq!(stage.images(), [""; 0]);
}

#[test]
fn a_token_that_is_not_taken_is_said_so() {
    let stage = Stage::new();
    stage.api.account().token = "another".to_owned();
    let told = [
        "'linode-cli linodes list' was refused: Invalid Token (401)",
        "the token in the environment variable LINODE_CLI_TOKEN is not valid",
    ];
    stage.obtain(&[]).failed_saying(&told);
    stage.asked("ListServerIDs", "ws").failed_saying(&told);
}

#[test]
fn an_image_that_is_refused_is_not_waited_for() {
    let stage = Stage::new();
    stage.trouble("POST /v4/images", usize::MAX, Trouble::Status(400));
    let refused = stage.obtain(&[]);
    refused.failed_saying(&[
        "no image could be made",
        "Request failed: 400",
        "Out of order",
    ]);
    assert_eq!(stage.api.requests("POST").len(), 1);
    stage.api.faults(&[]);
    stage.obtain(&[]).succeeded();
    stage.assert_one_image_is_recorded();
}

#[test]
fn a_silent_api_is_not_waited_for_without_end() {
    let stage = Stage::new();
    stage.trouble("GET", usize::MAX, Trouble::Silence);
    let mut command = stage.obtaining(&[]);
    command.env("ADT_CALL_SECONDS", "1.5");
    stage
        .ends(command)
        .failed_saying(&["linode-cli gave no answer within", "was stopped"]);
}

#[test]
fn without_a_token_nothing_is_asked_and_nothing_waits_for_an_answer() {
    let stage = Stage::new();
    let mut command = stage.obtaining(&[]);
    command.env_remove("LINODE_CLI_TOKEN");
    let told = "linode-cli was not asked: it is not configured; run 'linode-cli configure' as this user or set LINODE_CLI_TOKEN";
    stage.ends(command).failed_saying(&[told]);
    assert_eq!(stage.api.log(), [""; 0]);
}
