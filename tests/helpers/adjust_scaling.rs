//! `AdjustScaling`: how many webservers an autoscaler keeps, in the name of an empty object.

use expectrl::{Eof, Expect};

use crate::simcloud_state::Fault;
use crate::world::{DOORS, Door, Ended, World};

const BUCKET: &str = "www-testwebsite-uk-scaling-linode-gb-lon";

/// A world whose site scales in two regions, with markers in the first.
fn world_with(markers: &[&str]) -> World {
    let world = World::at("linode");
    let buckets = world.path("cloud/buckets");
    for bucket in [
        BUCKET,
        "www-testwebsite-uk-scaling-linode-us-east",
        "my-www-testwebsite-uk-scaling-linode-x",
    ] {
        std::fs::create_dir_all(buckets.join(bucket)).unwrap();
    }
    for marker in markers {
        let marker = buckets.join(BUCKET).join(marker);
        std::fs::create_dir_all(marker.parent().unwrap()).unwrap();
        std::fs::write(marker, "").unwrap();
    }
    world
}

fn adjust(world: &World, words: &[&str]) -> Ended {
    let place = "--cloudhost linode --build test-build --site www.testwebsite.uk --region gb-lon";
    let run = world.helper(Door::Shim, "AdjustScaling");
    run.args(place.split(' ')).args(words).ends()
}

fn markers(world: &World) -> Vec<String> {
    world.bucket(BUCKET).into_keys().collect()
}

/// The build's copies.
fn copies(world: &World) -> Vec<String> {
    let files = world.files().into_keys();
    let copies = files.filter_map(|name| {
        name.strip_prefix("linode/test-build/scaling/")
            .map(str::to_owned)
    });
    copies.collect()
}

#[test]
fn the_answers_of_the_script_set_the_number_and_leave_one_marker() {
    for door in DOORS {
        let world = world_with(&[
            "autoscaler-1/STATIC_SCALE:3",
            "autoscaler-1/STATIC_SCALE:4",
            "autoscaler-2/STATIC_SCALE:1",
        ]);
        world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "test-build\n");
        for (count, answers) in [
            (
                "5",
                "3\ntest-build\nwww.testwebsite.uk\ngb-lon\nautoscaler-1\n5\nY\n",
            ),
            (
                "2",
                "3\ntest-build\nwww.testwebsite.uk\ngb-lon\nmine\n\nautoscaler-1\n2\ny\n",
            ),
        ] {
            let ended = world.helper(door, "AdjustScaling").stdin(answers).ends();
            ended
                .says("It scales in these regions: gb-lon us-east\n")
                .succeeded();
            let marker = format!("autoscaler-1/STATIC_SCALE:{count}");
            assert_eq!(
                markers(&world),
                [marker.clone(), "autoscaler-2/STATIC_SCALE:1".to_owned()]
            );
            assert_eq!(world.bucket(BUCKET)[&marker], b"");
            assert_eq!(copies(&world), [marker]);
        }
    }
}

#[test]
fn the_same_questions_are_asked_at_a_terminal() {
    let world = world_with(&[]);
    let mut session = world.helper(Door::Shim, "AdjustScaling").on_a_terminal();
    for (question, answer) in [
        ("4) Vultr", "3"),
        ("name of the build?", "test-build"),
        ("address of the web site?", "www.testwebsite.uk"),
        ("Which region?", "gb-lon"),
        ("Which autoscaler?", "autoscaler-2"),
        ("How many webservers", "0"),
        ("that is NONE. Is this right?", "Y"),
    ] {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
    session.expect(Eof).unwrap();
    assert_eq!(markers(&world), ["autoscaler-2/STATIC_SCALE:0"]);
}

#[test]
fn with_all_given_nothing_is_asked_with_any_tool() {
    for tool in ["s3cmd", "s5cmd", "rclone"] {
        let world = world_with(&["autoscaler-1/STATIC_SCALE:3", "autoscaler-1/other"]);
        world.use_datastore_tool(tool);
        let before = world.files();
        let words = ["--autoscaler", "autoscaler-1", "--webservers", "4"];
        let rehearsed = adjust(&world, &[&words[..], &["--dry-run"]].concat());
        rehearsed.says("would be set: autoscaler-1 of").succeeded();
        assert_eq!(
            markers(&world),
            ["autoscaler-1/STATIC_SCALE:3", "autoscaler-1/other"]
        );
        assert_eq!(world.files(), before);
        std::fs::remove_file(
            world
                .path("cloud/buckets")
                .join(BUCKET)
                .join("autoscaler-1/other"),
        )
        .unwrap();
        adjust(&world, &[&words[..], &["--yes"]].concat()).succeeded();
        assert_eq!(markers(&world), ["autoscaler-1/STATIC_SCALE:4"]);
    }
}

#[test]
fn a_site_of_another_name_than_the_active_builds_gets_its_own_bucket() {
    let world = world_with(&[]);
    let other = "other-site-uk-scaling-linode-gb-lon";
    std::fs::create_dir(world.path("cloud/buckets").join(other)).unwrap();
    let words = "--cloudhost linode --build test-build --site other.site.uk --region gb-lon --autoscaler 1 --webservers 2 --yes";
    let run = world
        .helper(Door::Binary, "AdjustScaling")
        .args(words.split(' '));
    run.ends().succeeded();
    assert!(
        world
            .bucket(other)
            .contains_key("autoscaler-1/STATIC_SCALE:2")
    );
    assert_eq!(markers(&world), [""; 0]);
}

#[test]
fn what_is_not_right_is_an_error_and_changes_nothing() {
    let world = world_with(&["autoscaler-1/STATIC_SCALE:3"]);
    let before = (world.files(), markers(&world));
    for words in [
        &["--autoscaler", "6", "--webservers", "1", "--yes"][..],
        &["--autoscaler", "1", "--webservers=-1", "--yes"],
        &["--autoscaler", "1", "--webservers", "11", "--yes"],
        &["--autoscaler", "1", "--webservers", "many", "--yes"],
        &["--autoscaler", "1", "--webservers", "1"],
    ] {
        let ended = adjust(&world, words);
        assert!(matches!(ended.status, Some(1 | 2)), "{ended}");
    }
    let start = "3\ntest-build\nwww.testwebsite.uk\n";
    for answers in [
        "",
        "9\n",
        "3\nnobody\n",
        "3\ntest-build\n",
        "3\ntest-build\nwww.nobody.uk\n",
        &format!("{start}lhr\n"),
        &format!("{start}gb-lon\n"),
        &format!("{start}gb-lon\nautoscaler-9\nx\n"),
        &format!("{start}gb-lon\nautoscaler-1\n-1\nY\n"),
        &format!("{start}gb-lon\nautoscaler-1\nfive\nY\n"),
        &format!("{start}gb-lon\nautoscaler-1\n2\n"),
        &format!("{start}gb-lon\nautoscaler-1\n2\nN\n"),
    ] {
        let run = world.helper(Door::Shell, "AdjustScaling");
        run.stdin(answers).ends().failed();
    }
    assert_eq!((world.files(), markers(&world)), before);
}

#[test]
fn a_build_that_is_not_in_production_is_an_error_before_any_question() {
    let world = world_with(&[]);
    world.set_variable("PRODUCTION", Some("0"));
    let ended = world.helper(Door::Binary, "AdjustScaling").ends();
    assert!(
        ended.refused().contains("is not a PRODUCTION one"),
        "{ended}"
    );
    assert_eq!(world.words(), [[""; 0]; 0]);
}

#[test]
fn a_store_that_refuses_is_an_error_and_the_copy_is_as_it_was() {
    let world = world_with(&["autoscaler-1/STATIC_SCALE:3"]);
    world.faults(&[Fault {
        tool: "s3cmd".to_owned(),
        kind: "403".to_owned(),
        ..Fault::default()
    }]);
    let words = ["--autoscaler", "1", "--webservers", "4", "--yes"];
    adjust(&world, &words).failed();
    assert_eq!(markers(&world), ["autoscaler-1/STATIC_SCALE:3"]);
    assert_eq!(copies(&world), [""; 0]);
}
