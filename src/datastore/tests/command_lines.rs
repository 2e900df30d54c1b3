//! The words of each tool's command lines.

use std::ffi::OsStr;

use super::super::operation::Doomed;
use super::*;

/// One line per operation, as contract 06 has it; `|` stands between words, and `…` for the tool's own options.
const COMMAND_LINES: [(DatastoreTool, &str, [&str; 17]); 3] = [
    (
        DatastoreTool::S3cmd,
        "--config=CFG|--host=https://H",
        [
            "…|ls",
            "…|ls|s3://bucket",
            "…|ls|s3://bucket/it's one.dat",
            "--recursive|…|ls|s3://bucket/a",
            "…|mb|s3://bucket",
            "…|put|/a b/it's one.dat|s3://bucket/it's one.dat",
            "…|put|/a b/it's one.dat|s3://bucket/p l/it's one.dat",
            "…|--force|get|s3://bucket/it's one.dat|/d",
            "…|mv|s3://bucket/it's one.dat|s3://bucket/p l",
            "…|sync|s3://bucket/a/|s3://bucket/b/",
            "…|sync|s3://bucket/a/|s3://bucket/b",
            "--force|…|del|s3://bucket/it's one.dat",
            "--recursive|--force|…|del|s3://bucket/p l/",
            "--recursive|--force|…|del|s3://bucket/",
            "--recursive|--force|…|del|s3://bucket/as-1/STATIC [x]:",
            "--recursive|--force|…|del|s3://bucket",
            "…|rb|s3://bucket",
        ],
    ),
    (
        DatastoreTool::S5cmd,
        "--credentials-file|CFG|--endpoint-url|https://H",
        [
            "…|ls",
            "…|ls|s3://bucket",
            "…|ls|s3://bucket/it's one.dat",
            "…|ls|s3://bucket/a*/b",
            "…|mb|s3://bucket",
            "…|cp|--metadata|'CreationDate=NOW'|/a b/it's one.dat|s3://bucket/it's one.dat",
            "…|cp|--metadata|'CreationDate=NOW'|/a b/it's one.dat|s3://bucket/p l/it's one.dat",
            "…|cp|s3://bucket/it's one.dat|/d",
            "…|mv|s3://bucket/it's one.dat|s3://bucket/p l",
            "…|sync|s3://bucket/a/*|s3://bucket/b/",
            "…|sync|s3://bucket/a/*|s3://bucket/b/",
            "…|rm|s3://bucket/it's one.dat",
            "…|rm|s3://bucket/p l/*",
            "…|rm|s3://bucket/*",
            "…|rm|s3://bucket/as-1/STATIC [x]:*",
            "…|rm|s3://bucket/*",
            "…|rb|s3://bucket",
        ],
    ),
    (
        DatastoreTool::Rclone,
        "--config|CFG|--s3-endpoint|https://H",
        [
            "…|lsd|s3:",
            "…|ls|s3:bucket",
            "…|ls|s3:bucket/it's one.dat",
            "…|--include|*a*/b*|ls|s3:bucket/",
            "…|mkdir|s3:bucket",
            "…|copy|/a b/it's one.dat|s3:bucket/",
            "…|copy|/a b/it's one.dat|s3:bucket/p l/",
            "…|copy|s3:bucket/it's one.dat|/d",
            "…|moveto|s3:bucket/it's one.dat|s3:bucket/p l",
            "…|sync|s3:bucket/a/|s3:bucket/b/",
            "…|sync|s3:bucket/a/|s3:bucket/b",
            "…|delete|s3:bucket/it's one.dat",
            "…|delete|s3:bucket/p l/",
            "…|delete|s3:bucket/",
            "…|--filter|+ /STATIC \\[x\\]:**|--filter|- *|delete|s3:bucket/as-1/",
            "…|delete|s3:bucket",
            "…|purge|s3:bucket",
        ],
    ),
];

fn upload<'a>(file: &'a str, bucket: &'a Bucket, place: Option<&'a ObjectName>) -> Operation<'a> {
    let file = Path::new(file);
    Operation::Upload {
        file,
        bucket,
        place,
        name: file.file_name().unwrap(),
        now: "NOW",
    }
}

fn download<'a>(bucket: &'a Bucket, name: &'a ObjectName) -> Operation<'a> {
    Operation::Download {
        bucket,
        name,
        to: Path::new("/d"),
    }
}

/// One of each, in the order of the command lines.
fn operations<'a>(
    bucket: &'a Bucket,
    name: &'a ObjectName,
    place: &'a ObjectName,
) -> [Operation<'a>; 17] {
    let delete = |what| Operation::Delete { bucket, what };
    let sync = |from, to| Operation::Sync { bucket, from, to };
    [
        Operation::ListBuckets,
        Operation::ListBucket { bucket },
        Operation::ListObject {
            bucket,
            name: name.as_str(),
        },
        Operation::ListMatching {
            bucket,
            pattern: "a*/b",
        },
        Operation::CreateBucket { bucket },
        upload("/a b/it's one.dat", bucket, None),
        upload("/a b/it's one.dat", bucket, Some(place)),
        download(bucket, name),
        Operation::Move {
            bucket,
            from: name,
            to: place,
        },
        sync("a/", "b/"),
        sync("a/", "b"),
        delete(Doomed::Object(name)),
        delete(Doomed::Within(Some(place))),
        delete(Doomed::Within(None)),
        delete(Doomed::StartingWith("as-1/STATIC [x]:")),
        Operation::EmptyBucket { bucket },
        Operation::RemoveBucket { bucket },
    ]
}

#[test]
fn every_command_line_is_the_scripts_own() {
    let bucket: Bucket = "bucket".parse().unwrap();
    let (name, place) = (name("it's one.dat"), name("p l"));
    for (tool, common, lines) in COMMAND_LINES {
        let operations = operations(&bucket, &name, &place);
        for (operation, line) in operations.iter().zip(lines) {
            let words = tool.dialect().arguments(&settings(), operation);
            let line = line.replace('…', common);
            let expected: Vec<&OsStr> = line.split('|').map(OsStr::new).collect();
            assert_eq!(words, expected, "{tool}: {operation:?}");
        }
    }
}

#[test]
fn only_rclone_has_something_to_do_after_an_upload_to_a_folder() {
    let bucket: Bucket = "bucket".parse().unwrap();
    let place = name("p l");
    for tool in DatastoreTool::ALL {
        let after = |place| {
            let upload = upload("/a", &bucket, place);
            tool.dialect().after_upload(&settings(), &upload)
        };
        assert_eq!(after(None), None, "{tool}");
        let line = "--config|CFG|--s3-endpoint|https://H|--timestamp|NOW|touch|s3:bucket/p l/";
        let expected = (tool == DatastoreTool::Rclone)
            .then(|| line.split('|').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(after(Some(&place)), expected, "{tool}");
    }
}

#[test]
fn s5cmd_is_told_when_a_name_is_no_pattern() {
    let bucket: Bucket = "bucket".parse().unwrap();
    let words = |operation: &Operation<'_>| {
        DatastoreTool::S5cmd
            .dialect()
            .arguments(&settings(), operation)
    };
    for file in ["/a/b*.dat", "/a?/b", "/[a]/b"] {
        let words = words(&upload(file, &bucket, None));
        assert_eq!(words.get(5).unwrap(), "--raw", "{file}");
        assert!(words.contains(&file.into()), "{file}");
    }
    let (plain, odd) = (name("a"), name("a*"));
    for operation in [
        upload("/a", &bucket, Some(&odd)),
        download(&bucket, &odd),
        Operation::Move {
            bucket: &bucket,
            from: &plain,
            to: &odd,
        },
        Operation::Delete {
            bucket: &bucket,
            what: Doomed::Object(&odd),
        },
    ] {
        let words = words(&operation);
        assert_eq!(words.get(5).unwrap(), "--raw", "{words:?}");
    }
}
