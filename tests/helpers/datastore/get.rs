//! `GetFromDatastore`.

use super::*;

/// The look and the download: tool, object, words. `…` and `~` as in [`lines`].
const LINES: [(&str, [&str; 2]); 3] = [
    (
        S3CMD,
        [
            "…1|ls|s3://some-bucket/d/a.dat",
            "…1|--force|get|s3://some-bucket/d/a.dat|~/to/.adt-private-",
        ],
    ),
    (
        S5CMD,
        [
            "…1|ls|s3://some-bucket/d/a.dat",
            "…1|cp|s3://some-bucket/d/a.dat|~/to/.adt-private-",
        ],
    ),
    (
        RCLONE,
        [
            "…1|ls|s3:some-bucket/d/a.dat",
            "…1|copy|s3:some-bucket/d/a.dat|~/to/.adt-private-",
        ],
    ),
];

#[test]
fn an_object_comes_to_the_directory() {
    for (tool, expected) in LINES {
        let world = world(tool);
        objects(&world, BUCKET, &["d/a.dat", "d/a.dat.old", "a.dat"]);
        std::fs::create_dir(world.path("to")).unwrap();
        let to = world.path("to").display().to_string();
        runs(&world, "GetFromDatastore", &[BUCKET, "d/a.dat", &to]);
        assert_eq!(lines(&world, tool), expected);
        assert_eq!(world.names_below("to"), [".", "./a.dat"]);
        assert_eq!(std::fs::read(world.path("to/a.dat")).unwrap(), b"d/a.dat");
        assert_eq!(names(&world, BUCKET).len(), 3);
    }
}

#[test]
fn it_takes_the_place_of_an_older_file() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, BUCKET, &["authorised-ips.dat"]);
        std::fs::create_dir(world.path("to")).unwrap();
        std::fs::write(world.path("to/authorised-ips.dat"), "older").unwrap();
        runs(
            &world,
            "GetFromDatastore",
            &[BUCKET, "authorised-ips.dat", "to"],
        );
        let file = std::fs::read(world.path("to/authorised-ips.dat")).unwrap();
        assert_eq!(file, b"authorised-ips.dat", "{tool}");
    }
}

#[test]
fn without_a_directory_it_is_the_current_one() {
    for tool in TOOLS {
        for words in [&[BUCKET, "a.dat"][..], &[BUCKET, "a.dat", ""]] {
            let world = world(tool);
            objects(&world, BUCKET, &["a.dat"]);
            runs(&world, "GetFromDatastore", words);
            assert_eq!(std::fs::read(world.path("a.dat")).unwrap(), b"a.dat");
        }
    }
}

/// Such as the folder `verify` that a new certificate is fetched into.
#[test]
fn a_directory_that_is_not_there_is_made_with_its_parents() {
    for tool in TOOLS {
        for (end, has_object) in [("", true), ("/", true), ("", false)] {
            let world = world(tool);
            objects(
                &world,
                BUCKET,
                if has_object { &["d/a.dat"] } else { &["b"] },
            );
            let to = format!("{}{end}", world.path("in to/verify").display());
            let run = world.helper(Door::Shim, "GetFromDatastore");
            let ended = run.args([BUCKET, "d/a.dat", to.as_str()]).ends();
            assert_eq!(ended.status, Some(i32::from(!has_object)), "{ended}");
            let below = world.names_below("in to");
            if has_object {
                assert_eq!(below, [".", "./verify", "./verify/a.dat"], "{tool}");
            } else {
                assert_eq!(below, [".", "./verify"], "{tool}");
            }
        }
    }
}

#[test]
fn a_file_in_the_place_of_the_directory_is_refused_and_stays() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, BUCKET, &["a.dat"]);
        std::fs::write(world.path("to"), "mine").unwrap();
        let ended = run(&world, "GetFromDatastore", &[BUCKET, "a.dat", "to"]);
        assert!(
            ended.refused().contains("cannot make the directory 'to'"),
            "{ended}"
        );
        assert_eq!(std::fs::read(world.path("to")).unwrap(), b"mine");
        assert_eq!(world.words(), [[""; 0]; 0]);
    }
}

#[test]
fn a_missing_key_is_said_on_stdout_and_by_the_status() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, BUCKET, &["ab", "a.dat/x", "d/a"]);
        for (bucket, name) in [
            (BUCKET, "a"),
            (BUCKET, "a.da"),
            (BUCKET, "a.dat"),
            (BUCKET, "d"),
            ("no-such-bucket", "a"),
        ] {
            let before = world.names_below("");
            let ended = run(&world, "GetFromDatastore", &[bucket, name]);
            assert_eq!(ended.status, Some(1), "{ended}");
            assert_eq!(ended.stdout(), "Key does not exist\n", "{ended}");
            ended.says(&format!("the bucket '{bucket}' has no object '{name}'"));
            let after = world.names_below("");
            let is_ours =
                |path: &&String| !path.starts_with("./cloud/") && !path.contains("helperscripts");
            let ours = |names: &[String]| names.iter().filter(is_ours).cloned().collect::<Vec<_>>();
            assert_eq!(ours(&after), ours(&before));
        }
        let looks = lines(&world, tool);
        assert_eq!(looks.len(), 5, "one look each: {looks:?}");
    }
}

#[test]
fn an_awkward_name_arrives_as_it_is() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, BUCKET, &[AWKWARD, "x*", "x1"]);
        runs(&world, "GetFromDatastore", &[BUCKET, AWKWARD]);
        assert_eq!(
            std::fs::read(world.path(AWKWARD)).unwrap(),
            AWKWARD.as_bytes()
        );
        let ended = run(&world, "GetFromDatastore", &[BUCKET, "x*"]);
        if tool == S3CMD {
            assert!(
                ended.refused().contains("takes 'x*' for a pattern"),
                "{ended}"
            );
        } else {
            assert_eq!(ended.succeeded_silently(), "");
            assert_eq!(std::fs::read(world.path("x*")).unwrap(), b"x*");
        }
        assert!(!world.path("x1").exists(), "{tool}");
    }
}

#[test]
fn what_is_no_name_is_refused() {
    let world = world(RCLONE);
    for name in ["", "/", "..", "a/../b", "a/"] {
        let ended = run(&world, "GetFromDatastore", &[BUCKET, name]);
        ended.refused();
    }
    assert_eq!(world.words(), [[""; 0]; 0]);
}
