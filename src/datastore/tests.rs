use std::ffi::OsStr;

use super::operation::Doomed;
use super::*;

/// One line per operation, as contract 06 has it; `|` stands between words, and `…` for the tool's own options.
const COMMAND_LINES: [(DatastoreTool, &str, [&str; 18]); 3] = [
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
            "…|get|s3://bucket/it's one.dat|/d",
            "--force|…|get|s3://bucket/it's one.dat|/d",
            "…|mv|s3://bucket/it's one.dat|s3://bucket/p l",
            "…|sync|/d|s3://bucket/",
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
            "…|cp|s3://bucket/it's one.dat|/d",
            "…|mv|s3://bucket/it's one.dat|s3://bucket/p l",
            "…|sync|/d|s3://bucket/",
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
            "…|copy|s3:bucket/it's one.dat|/d",
            "…|moveto|s3:bucket/it's one.dat|s3:bucket/p l",
            "…|sync|/d|s3:bucket/",
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

fn settings() -> Settings {
    Settings {
        file: "CFG".into(),
        endpoint: "https://H".to_owned(),
    }
}

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

fn download<'a>(bucket: &'a Bucket, name: &'a ObjectName, replaces: bool) -> Operation<'a> {
    Operation::Download {
        bucket,
        name,
        to: Path::new("/d"),
        replaces,
    }
}

/// One of each, in the order of the command lines.
fn operations<'a>(
    bucket: &'a Bucket,
    name: &'a ObjectName,
    place: &'a ObjectName,
) -> [Operation<'a>; 18] {
    let delete = |what| Operation::Delete { bucket, what };
    let sync = |from, to| Operation::Sync { from, to };
    let within = |name| Place::Within(bucket, name);
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
        download(bucket, name, false),
        download(bucket, name, true),
        Operation::Move {
            bucket,
            from: name,
            to: place,
        },
        sync(Place::Directory(Path::new("/d")), within("")),
        sync(within("a/"), within("b")),
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

fn name(text: &str) -> ObjectName {
    text.parse().unwrap()
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
        download(&bucket, &odd, false),
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

#[test]
fn the_very_object_is_found_in_what_the_tools_print() {
    let bucket: Bucket = "bkt".parse().unwrap();
    for (tool, listing) in [
        (
            DatastoreTool::S3cmd,
            "                          DIR  s3://bkt/a b.txt/\n2026-11-24 12:30            8  s3://bkt/a b.txt\n",
        ),
        (
            DatastoreTool::S5cmd,
            "                                  DIR  a b.txt/\n2026/11/24 12:22:39                 8  a b.txt\n",
        ),
        (
            DatastoreTool::Rclone,
            "        9 a b.txt.old\n        8 a b.txt\n",
        ),
    ] {
        let size = |text| {
            let listing = listing.as_bytes();
            tool.dialect().size_of_object(listing, &bucket, &name(text))
        };
        assert_eq!(size("a b.txt"), Some(8), "{tool}");
        for other in ["b.txt", "a b.tx", "a", "txt"] {
            assert_eq!(size(other), None, "{tool}: {other}");
        }
    }
}

#[test]
fn objects_and_folders_within_folders_are_told_apart() {
    let bucket: Bucket = "bkt".parse().unwrap();
    for (tool, object, folder) in [
        (
            DatastoreTool::S3cmd,
            "2026-11-24 12:30           5K  s3://bkt/d/a\n",
            "                          DIR  s3://bkt/d/a/\n",
        ),
        (
            DatastoreTool::S5cmd,
            "2026/11/24 12:22:39                 6  d/a\n",
            "                                  DIR  a/\n",
        ),
        (DatastoreTool::Rclone, "        8 a\n", "        8 b\n"),
    ] {
        let dialect = tool.dialect();
        let a = name("d/a");
        for (listing, is_object) in [(object, true), (folder, false)] {
            let listing = listing.as_bytes();
            let found = dialect.size_of_object(listing, &bucket, &a);
            assert_eq!(found.is_some(), is_object, "{tool}");
            assert_eq!(
                dialect.lists_folder(listing, &bucket, &a),
                !is_object,
                "{tool}"
            );
        }
        assert!(!dialect.lists_folder(b"", &bucket, &a), "{tool}");
    }
}

#[test]
fn an_error_counts_whatever_the_exit_status() {
    for (tool, line, is_complaint) in [
        (
            DatastoreTool::S3cmd,
            "ERROR: S3 error: 403 (AccessDenied)",
            true,
        ),
        (
            DatastoreTool::S3cmd,
            "WARNING: Retrying failed request: /ERROR",
            false,
        ),
        (
            DatastoreTool::S5cmd,
            "ERROR \"cp a s3://b/a\": NotFound",
            true,
        ),
        (
            DatastoreTool::S5cmd,
            "ERROR session: fetching region failed: Forbidden",
            false,
        ),
        (
            DatastoreTool::Rclone,
            "2026/11/24 12:31:04 ERROR : a: Failed to copy",
            true,
        ),
        (
            DatastoreTool::Rclone,
            "2026/11/24 12:25:34 NOTICE: Config file not found",
            false,
        ),
        (DatastoreTool::Rclone, "", false),
    ] {
        let said = tool.dialect().is_complaint(line.as_bytes());
        assert_eq!(said, is_complaint, "{tool}: {line}");
    }
}

#[test]
fn a_time_has_no_blanks() {
    let now = transfers::now();
    assert_eq!(now.len(), "2026-11-24T12:31:04".len());
    assert!(!now.contains(' '), "{now}");
}

/// A store whose tool is a shell script; `$N` is how often it has been called, `$*` its words.
fn scripted(directory: &Path, script: &str) -> Datastore {
    use std::os::unix::fs::PermissionsExt;
    let program = directory.join("tool");
    let calls = directory.join("calls");
    let text = format!(
        "#!/bin/sh\necho \"$*\" >> '{calls}'\nN=$(wc -l < '{calls}')\n{script}\n",
        calls = calls.display()
    );
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    Datastore {
        tool: DatastoreTool::S3cmd,
        program: Program::at("s3cmd", &program),
        settings: settings(),
    }
}

fn calls(directory: &Path) -> String {
    let calls = std::fs::read_to_string(directory.join("calls")).unwrap_or_default();
    calls.replace("--config=CFG --host=https://H ", "")
}

#[test]
fn an_upload_that_reports_an_error_is_repeated() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("x.dat");
    std::fs::write(&file, "x").unwrap();
    let datastore = scripted(
        directory.path(),
        "[ $N -gt 1 ] || echo 'ERROR: not yet' >&2",
    );
    datastore
        .upload(&Runner::default(), &file, &"bucket".parse().unwrap(), None)
        .unwrap();
    assert_eq!(calls(directory.path()).lines().count(), 2);
}

#[test]
fn a_bucket_that_somebody_made_meanwhile_will_do() {
    let directory = tempfile::tempdir().unwrap();
    let datastore = scripted(
        directory.path(),
        "case \"$*\" in *' mb '*) exit 13;; esac; [ $N -gt 1 ] || exit 12",
    );
    datastore
        .create_bucket_if_absent(&Runner::default(), &"bucket".parse().unwrap())
        .unwrap();
    assert_eq!(
        calls(directory.path()),
        "ls s3://bucket\nmb s3://bucket\nls s3://bucket\n"
    );
}

#[test]
fn a_dry_run_looks_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("not written either.dat");
    let datastore = scripted(directory.path(), "exit 12");
    let runner = Runner::new(crate::command::Redactor::default(), true);
    let bucket: Bucket = "bucket".parse().unwrap();
    datastore.create_bucket_if_absent(&runner, &bucket).unwrap();
    datastore.upload(&runner, &file, &bucket, None).unwrap();
    assert_eq!(calls(directory.path()), "ls s3://bucket\n");
}

#[test]
fn a_file_that_is_not_there_is_never_uploaded() {
    let directory = tempfile::tempdir().unwrap();
    let datastore = scripted(directory.path(), "");
    let bucket: Bucket = "bucket".parse().unwrap();
    for file in [directory.path(), Path::new("/nowhere/x.dat")] {
        let why = datastore.upload(&Runner::default(), file, &bucket, None);
        let why = format!("{:#}", why.unwrap_err());
        assert!(
            why.starts_with(&format!("cannot upload '{}' to", file.display())),
            "{why}"
        );
    }
    assert_eq!(calls(directory.path()), "");
}
