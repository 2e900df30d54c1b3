use std::ffi::OsStr;

use super::*;

/// One line per operation and tool, as contract 06 has it; `|` stands between words.
const COMMAND_LINES: [(DatastoreTool, [&str; 5]); 3] = [
    (
        DatastoreTool::S3cmd,
        [
            "--config=CFG|--host=https://H|ls|s3://bucket",
            "--config=CFG|--host=https://H|ls|s3://bucket/it's one.dat",
            "--config=CFG|--host=https://H|mb|s3://bucket",
            "--config=CFG|--host=https://H|put|/a b/it's one.dat|s3://bucket/it's one.dat",
            "--config=CFG|--host=https://H|--force|get|s3://bucket/it's one.dat|/a b",
        ],
    ),
    (
        DatastoreTool::S5cmd,
        [
            "--credentials-file|CFG|--endpoint-url|https://H|ls|s3://bucket",
            "--credentials-file|CFG|--endpoint-url|https://H|ls|s3://bucket/it's one.dat",
            "--credentials-file|CFG|--endpoint-url|https://H|mb|s3://bucket",
            "--credentials-file|CFG|--endpoint-url|https://H|cp|--metadata|'CreationDate=NOW'|/a b/it's one.dat|s3://bucket/it's one.dat",
            "--credentials-file|CFG|--endpoint-url|https://H|cp|s3://bucket/it's one.dat|/a b",
        ],
    ),
    (
        DatastoreTool::Rclone,
        [
            "--config|CFG|--s3-endpoint|https://H|ls|s3:bucket",
            "--config|CFG|--s3-endpoint|https://H|ls|s3:bucket/it's one.dat",
            "--config|CFG|--s3-endpoint|https://H|mkdir|s3:bucket",
            "--config|CFG|--s3-endpoint|https://H|copy|/a b/it's one.dat|s3:bucket/",
            "--config|CFG|--s3-endpoint|https://H|copy|s3:bucket/it's one.dat|/a b",
        ],
    ),
];

fn settings() -> Settings {
    Settings {
        file: "CFG".into(),
        endpoint: "https://H".to_owned(),
    }
}

fn upload<'a>(file: &'a str, bucket: &'a Bucket) -> Operation<'a> {
    let file = Path::new(file);
    Operation::Upload {
        file,
        bucket,
        name: file.file_name().unwrap(),
        now: "NOW",
    }
}

#[test]
fn every_command_line_is_the_scripts_own() {
    let bucket: Bucket = "bucket".parse().unwrap();
    let name = "it's one.dat";
    for (tool, lines) in COMMAND_LINES {
        let operations = [
            Operation::ListBucket { bucket: &bucket },
            Operation::ListObject {
                bucket: &bucket,
                name,
            },
            Operation::CreateBucket { bucket: &bucket },
            upload("/a b/it's one.dat", &bucket),
            Operation::Download {
                bucket: &bucket,
                name,
                into: Path::new("/a b"),
            },
        ];
        for (operation, line) in operations.iter().zip(lines) {
            let words = tool.dialect().arguments(&settings(), operation);
            let expected: Vec<&OsStr> = line.split('|').map(OsStr::new).collect();
            assert_eq!(words, expected, "{tool}: {operation:?}");
        }
    }
}

#[test]
fn s5cmd_is_told_when_a_path_is_no_pattern() {
    let bucket: Bucket = "bucket".parse().unwrap();
    for file in ["/a/b*.dat", "/a?/b", "/[a]/b"] {
        let words = DatastoreTool::S5cmd
            .dialect()
            .arguments(&settings(), &upload(file, &bucket));
        assert_eq!(words.get(5).unwrap(), "--raw", "{file}");
        assert!(words.contains(&file.into()), "{file}");
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
            "                                  DIR  a b.txt/\n2026/11/24 12:22:39                 6  a b.txt\n",
        ),
        (
            DatastoreTool::Rclone,
            "        9 a b.txt.old\n        8 a b.txt\n",
        ),
    ] {
        let has = |name| {
            tool.dialect()
                .lists_object(listing.as_bytes(), &bucket, name)
        };
        assert!(has("a b.txt"), "{tool}");
        for other in ["b.txt", "a b.tx", "a", "txt", "a b.txt/"] {
            assert!(!has(other), "{tool}: {other}");
        }
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
    let now = now();
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
        .upload(&Runner::default(), &file, &"bucket".parse().unwrap())
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
    datastore.upload(&runner, &file, &bucket).unwrap();
    assert_eq!(calls(directory.path()), "ls s3://bucket\n");
}

#[test]
fn a_file_that_is_not_there_is_never_uploaded() {
    let directory = tempfile::tempdir().unwrap();
    let datastore = scripted(directory.path(), "");
    let bucket: Bucket = "bucket".parse().unwrap();
    for file in [directory.path(), Path::new("/nowhere/x.dat")] {
        let why = datastore.upload(&Runner::default(), file, &bucket);
        let why = format!("{:#}", why.unwrap_err());
        assert!(
            why.starts_with(&format!("cannot upload '{}' to", file.display())),
            "{why}"
        );
    }
    assert_eq!(calls(directory.path()), "");
}

#[test]
fn a_download_that_breaks_off_is_repeated_and_one_that_leaves_no_file_fails() {
    let directory = tempfile::tempdir().unwrap();
    let bucket: Bucket = "bucket".parse().unwrap();
    let listing =
        "case \"$*\" in *' ls '*) echo '2026-11-24 12:30  8  s3://bucket/x.dat'; exit;; esac";
    let into = directory.path().join("into");
    std::fs::create_dir(&into).unwrap();
    let script = format!(
        "{listing}; [ $N -gt 2 ] || exit 1; echo whole > '{}/x.dat'",
        into.display()
    );
    let datastore = scripted(directory.path(), &script);
    let runner = Runner::without_delays();
    assert!(
        datastore
            .download(&runner, &bucket, "x.dat", &into)
            .unwrap()
    );
    assert_eq!(calls(directory.path()).lines().count(), 3);
    assert!(
        !datastore
            .download(&runner, &bucket, "y.dat", &into)
            .unwrap()
    );
    let empty = scripted(directory.path(), listing);
    std::fs::remove_file(into.join("x.dat")).unwrap();
    let why = empty.download(&runner, &bucket, "x.dat", &into);
    let why = format!("{:#}", why.unwrap_err());
    assert!(
        why.starts_with("cannot download 'x.dat' from the bucket 'bucket'")
            && why.contains("it left no file"),
        "{why}"
    );
}
