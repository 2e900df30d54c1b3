//! A snapshot: one image, recorded when a machine can be built from it.

use crate::linode_api::{Fault, Trouble};
use crate::stage::{Stage, WEBSERVER, linode};

const CREATE: &str = "POST /v4/images";

#[test]
fn an_image_of_the_root_disk_is_made_waited_for_and_recorded() {
    let stage = Stage::new();
    stage.api.account().looks_at_image = 2;
    stage.obtain(&[]).succeeded();
    stage.assert_one_image_is_recorded();
    let image = &stage.images()[0];
    let log = stage.api.log();
    let looks = format!("GET /v4/images/{image}?page=1&page_size=100 -> 200");
    assert!(
        log.iter().filter(|line| **line == looks).count() > 1,
        "{log:#?}"
    );
    let asked: Vec<&str> = log
        .iter()
        .map(String::as_str)
        .filter(|line| *line != looks)
        .collect();
    let list = r#"GET /v4/images?page=1&page_size=500 {"is_public": false} -> 200"#;
    let create = format!(
        r#"POST /v4/images {{"cloud_init": true, "disk_id": 140002008, "label": "{WEBSERVER}"}} -> 200"#
    );
    let disks = "GET /v4/linode/instances/70001004/disks?page=1&page_size=100 -> 200";
    let instances = "GET /v4/linode/instances?page=1&page_size=500 -> 200";
    // While the CLI, which starts slowly, has not answered, there may be a look more.
    let (lists, others): (Vec<&str>, Vec<&str>) = asked.into_iter().partition(|it| *it == list);
    assert_eq!(others, [instances, disks, &create]);
    assert!((2..=4).contains(&lists.len()), "{log:#?}");
    let again = stage.obtain(&[]);
    again.failed_saying(&["exists and is recorded", image, "--replace"]);
    assert_eq!(stage.images().len(), 1);
}

#[test]
fn the_machine_is_found_among_many_pages_and_the_image_among_many_images() {
    let others = (1..620).map(|number| linode(number, &format!("other-{number}")));
    let stage = Stage::with(others.chain([linode(620, WEBSERVER)]).collect());
    for number in 0..520 {
        stage.old_image(number);
        stage.api.account().images.last_mut().unwrap().label = format!("other-{number}");
    }
    stage.lost_answer(CREATE, Trouble::Status(500));
    stage.obtain(&[]).succeeded();
    let images = stage.images();
    assert_eq!(images.len(), 521);
    assert_eq!(stage.recorded(), format!("webserver:{}\n", images[520]));
    let pages = [1, 2].map(|page| {
        let page = format!("GET /v4/images?page={page}&page_size=500");
        stage.api.requests(&page).len()
    });
    assert_eq!(pages[0], pages[1], "{:#?}", stage.api.log());
    assert!((2..=4).contains(&pages[0]), "{:#?}", stage.api.log());
}

#[test]
fn a_lost_answer_is_one_image_that_is_adopted() {
    for trouble in [Trouble::Status(500), Trouble::Cut] {
        let stage = Stage::new();
        stage.api.account().looks_at_image = 2;
        stage.lost_answer(CREATE, trouble);
        stage.obtain(&[]).succeeded();
        stage.assert_one_image_is_recorded();
        assert_eq!(stage.api.requests(CREATE).len(), 1, "{trouble:?}");
    }
}

#[test]
fn too_many_requests_are_waited_out_by_linode_cli_itself() {
    let stage = Stage::new();
    stage
        .api
        .faults(&[CREATE, "GET /v4/linode/instances?"].map(|on| Fault {
            on,
            times: 1,
            trouble: Trouble::TooMany { retry_after: 1 },
            is_done: false,
        }));
    stage.obtain(&[]).succeeded();
    stage.assert_one_image_is_recorded();
    let refused = stage.api.log().into_iter();
    assert_eq!(refused.filter(|line| line.ends_with("429")).count(), 2);
}
