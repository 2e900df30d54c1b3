//! `MoveDatastoreObject`.

use super::*;

#[test]
fn an_object_gets_another_name() {
    for (tool, look, line) in [
        (
            S3CMD,
            "…1|ls|s3://some-bucket/d/a",
            "…1|mv|s3://some-bucket/d/a|s3://some-bucket/e/b c",
        ),
        (
            S5CMD,
            "…1|ls|s3://some-bucket/d/a",
            "…1|mv|s3://some-bucket/d/a|s3://some-bucket/e/b c",
        ),
        (
            RCLONE,
            "…1|ls|s3:some-bucket/d/a",
            "…1|moveto|s3:some-bucket/d/a|s3:some-bucket/e/b c",
        ),
    ] {
        let world = world(tool);
        objects(&world, BUCKET, &["d/a", "d/a2", "e/b c"]);
        runs(
            &world,
            "MoveDatastoreObject",
            &[BUCKET, "d/a", "e/b c", "local"],
        );
        assert_eq!(lines(&world, tool), [look, line]);
        assert_eq!(names(&world, BUCKET), ["d/a2", "e/b c"]);
        assert_eq!(world.bucket(BUCKET)["e/b c"], b"d/a");
    }
}

#[test]
fn what_cannot_be_moved_stays() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, BUCKET, &["a", "ab"]);
        for (old, new, says) in [
            ("b", "c", "there is no such object"),
            ("a", "a", "the two names are the same"),
            ("", "c", "the name of the object is empty"),
            ("a", "", "the name of the object is empty"),
            ("a", "../c", "is not the name of an object"),
            ("a/", "c", "is not the name of an object"),
        ] {
            let words = [BUCKET, old, new, "local"];
            let ended = run(&world, "MoveDatastoreObject", &words);
            assert!(ended.refused().contains(says), "{ended}");
            assert_eq!(names(&world, BUCKET), ["a", "ab"]);
        }
        let changes: Vec<_> = lines(&world, tool)
            .into_iter()
            .filter(|line| !line.contains("|ls|"))
            .collect();
        assert_eq!(changes, [""; 0]);
    }
}

#[test]
fn a_bucket_is_named_for_the_move() {
    let world = world(S3CMD);
    objects(&world, "www-testwebsite-uk-daily", &["a"]);
    runs(
        &world,
        "MoveDatastoreObject",
        &["backup", "a", "b", "local", "daily"],
    );
    assert_eq!(names(&world, "www-testwebsite-uk-daily"), ["b"]);
}
