//! `PutToDatastore`.

use super::*;

/// The words for one upload to the root, and to the folder `p`; of rclone two.
const LINES: [(&str, &str, &[&str]); 3] = [
    (
        S3CMD,
        "…1|put|~/a.dat|s3://some-bucket/a.dat",
        &["…1|put|~/a.dat|s3://some-bucket/p/a.dat"],
    ),
    (
        S5CMD,
        "…1|cp|--metadata|'CreationDate=NOW'|~/a.dat|s3://some-bucket/a.dat",
        &["…1|cp|--metadata|'CreationDate=NOW'|~/a.dat|s3://some-bucket/p/a.dat"],
    ),
    (
        RCLONE,
        "…1|copy|~/a.dat|s3:some-bucket/",
        &[
            "…1|copy|~/a.dat|s3:some-bucket/p/",
            "…1|--timestamp|NOW|touch|s3:some-bucket/p/",
        ],
    ),
];

#[test]
fn a_file_goes_to_the_root_or_to_a_folder() {
    for (tool, to_root, to_folder) in LINES {
        let world = world(tool);
        let file = world.path("a.dat");
        std::fs::write(&file, b"first \xff\0\n").unwrap();
        let file = file.to_str().unwrap();
        for place in ["root", ""] {
            runs(
                &world,
                "PutToDatastore",
                &[BUCKET, file, place, "local", "no"],
            );
        }
        assert_eq!(lines(&world, tool), [to_root, to_root]);
        for place in ["p", "/p/"] {
            runs(
                &world,
                "PutToDatastore",
                &[BUCKET, file, place, "local", ""],
            );
        }
        assert_eq!(lines(&world, tool)[2..], [to_folder, to_folder].concat());
        assert_eq!(names(&world, BUCKET), ["a.dat", "p/a.dat"]);
        for content in world.bucket(BUCKET).values() {
            assert_eq!(content, b"first \xff\0\n");
        }
        assert_eq!(std::fs::read(file).unwrap(), b"first \xff\0\n");
    }
}

#[test]
fn a_newer_file_takes_the_place_of_the_object() {
    for tool in TOOLS {
        let world = world(tool);
        for content in ["one", "another"] {
            std::fs::write(world.path("a.dat"), content).unwrap();
            runs(
                &world,
                "PutToDatastore",
                &[BUCKET, "a.dat", "root", "local", "no"],
            );
            assert_eq!(world.bucket(BUCKET)["a.dat"], content.as_bytes());
        }
    }
}

#[test]
fn yes_removes_the_file_after_the_upload_and_only_then() {
    for tool in TOOLS {
        let world = world(tool);
        let file = world.path("a.dat");
        std::fs::write(&file, "a").unwrap();
        let words = ["no-such-bucket", "a.dat", "root", "local", "yes"];
        if tool != RCLONE {
            // rclone makes the bucket.
            let ended = run(&world, "PutToDatastore", &words);
            assert!(ended.failed().contains("cannot upload 'a.dat'"), "{ended}");
            assert!(file.exists());
        }
        for delete in ["no", "", "YES", "y"] {
            let words = [BUCKET, "a.dat", "root", "local", delete];
            runs(&world, "PutToDatastore", &words);
            assert!(file.exists(), "{delete}");
        }
        runs(
            &world,
            "PutToDatastore",
            &[BUCKET, "a.dat", "root", "local", "yes"],
        );
        assert!(!file.exists());
        assert_eq!(names(&world, BUCKET), ["a.dat"]);
    }
}

#[test]
fn a_bare_name_that_is_no_file_is_an_empty_marker() {
    for tool in TOOLS {
        let world = world(tool);
        let marker = world.build("datastore_workarea/203.0.113.7");
        for (delete, stays) in [("no", true), ("yes", false), ("no", true)] {
            let words = [BUCKET, "203.0.113.7", "webserverips", "local", delete];
            runs(&world, "PutToDatastore", &words);
            assert_eq!(marker.exists(), stays, "{delete}");
            assert_eq!(world.bucket(BUCKET)["webserverips/203.0.113.7"], b"");
        }
        assert_eq!(std::fs::read(&marker).unwrap(), b"");
    }
}

#[test]
fn a_path_that_is_no_marker_and_no_file_is_refused() {
    let world = world(RCLONE);
    let before = world.tree();
    std::fs::create_dir(world.path("folder")).unwrap();
    for (file, says) in [
        (
            "/no/such/a.dat",
            "'/no/such/a.dat' does not exist, so there is nothing to upload",
        ),
        ("../../a.dat", "is no name of a marker"),
        ("x/../../a.dat", "is no name of a marker"),
        ("", "FILE is empty"),
        ("folder", "it is not a file"),
    ] {
        let ended = run(
            &world,
            "PutToDatastore",
            &[BUCKET, file, "root", "local", "yes"],
        );
        assert!(ended.refused().contains(says), "{ended}");
    }
    for place in ["..", "a/../b", "a//b"] {
        let ended = run(
            &world,
            "PutToDatastore",
            &[BUCKET, "x", place, "local", "yes"],
        );
        assert!(ended.refused().contains("PLACE is no folder"), "{ended}");
    }
    assert_eq!(world.tree(), before);
    assert_eq!(world.words(), [[""; 0]; 0]);
}

#[test]
fn file_and_place_arrive_as_they_are() {
    for tool in TOOLS {
        let world = world(tool);
        for other in ["x1", "x2", AWKWARD] {
            std::fs::write(world.path(other), other).unwrap();
        }
        for file in ["x*", AWKWARD] {
            std::fs::write(world.path(file), file).unwrap();
            let words = [BUCKET, file, "p * [q]  'r'", "local", "yes"];
            runs(&world, "PutToDatastore", &words);
            let name = format!("p * [q]  'r'/{file}");
            assert_eq!(world.bucket(BUCKET)[&name], file.as_bytes(), "{tool}");
        }
        assert_eq!(names(&world, BUCKET).len(), 2, "{tool}");
        assert!(world.path("x1").exists() && world.path("x2").exists());
    }
}
