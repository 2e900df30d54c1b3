use super::*;

mod command_lines;

fn settings() -> Settings {
    Settings {
        file: "CFG".into(),
        endpoint: "https://H".to_owned(),
    }
}

fn name(text: &str) -> ObjectName {
    text.parse().unwrap()
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
            tool.dialect()
                .listed(listing, &bucket, &name(text))
                .and_then(|listed| listed.size)
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
            let found = dialect.listed(listing, &bucket, &a);
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

#[test]
fn a_download_that_breaks_off_is_repeated_and_one_that_leaves_no_file_fails() {
    let directory = tempfile::tempdir().unwrap();
    let bucket: Bucket = "bucket".parse().unwrap();
    let listing =
        "case \"$*\" in *' ls '*) echo '2026-11-24 12:30  8  s3://bucket/x.dat'; exit;; esac";
    let into = directory.path().join("into");
    std::fs::create_dir(&into).unwrap();
    let script = format!(
        "{listing}; for to; do :; done; echo {} > \"$to/x.dat\"; [ $N -gt 2 ] || exit 1",
        "seven12"
    );
    std::fs::write(into.join("x.dat"), "older").unwrap();
    let datastore = scripted(directory.path(), &script);
    let runner = Runner::without_delays();
    assert!(
        datastore
            .download(&runner, &bucket, &name("x.dat"), &into)
            .unwrap()
    );
    assert_eq!(calls(directory.path()).lines().count(), 3);
    assert_eq!(std::fs::read(into.join("x.dat")).unwrap(), b"seven12\n");
    assert!(
        !datastore
            .download(&runner, &bucket, &name("y.dat"), &into)
            .unwrap()
    );
    let empty = scripted(directory.path(), listing);
    let why = empty.download(&runner, &bucket, &name("x.dat"), &into);
    let why = format!("{:#}", why.unwrap_err());
    assert!(
        why.starts_with("cannot download 'x.dat' from the bucket 'bucket'")
            && why.contains("it left no file"),
        "{why}"
    );
}

/// What a tool may do to a file that was there before, what may arrive, and that nothing of it is left in either case.
#[test]
fn what_does_not_arrive_whole_leaves_what_was_there() {
    let bucket: Bucket = "bucket".parse().unwrap();
    for (deed, says) in [
        (
            "echo seven1 > \"$to/x.dat\"",
            "7 bytes arrived, and the store lists 8",
        ),
        ("echo seven1 > \"$to/x.dat\"; exit 1", "exit status 1"),
        (
            "echo seven12 > \"$to/x.dat\"; echo 'WARNING: MD5 signatures do not match: computed=a, received=b' >&2",
            "it reported an error",
        ),
        (
            "echo seven12 > \"$to/x.dat\"; echo 'WARNING: Reported size (9) does not match received size (8)' >&2",
            "it reported an error",
        ),
        // The second attempt leaves nothing, and must not live on what the first one left.
        (
            "[ $N -gt 2 ] || echo seven1 > \"$to/x.dat\"",
            "it left no file",
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let into = directory.path().join("into");
        std::fs::create_dir(&into).unwrap();
        std::fs::write(into.join("x.dat"), "older 8\n").unwrap();
        let datastore = scripted(
            directory.path(),
            &format!(
                "case \"$*\" in *' ls '*) echo '2026-11-24 12:30  8  s3://bucket/x.dat'; exit;; esac; for to; do :; done; {deed}"
            ),
        );
        let runner = Runner::without_delays();
        let why = datastore.download(&runner, &bucket, &name("x.dat"), &into);
        let why = format!("{:#}", why.unwrap_err());
        assert!(why.contains(says), "{deed}: {why}");
        assert_eq!(
            std::fs::read(into.join("x.dat")).unwrap(),
            b"older 8\n",
            "{deed}"
        );
        assert_eq!(std::fs::read_dir(&into).unwrap().count(), 1, "{deed}");
    }
}

#[test]
fn what_cannot_be_read_is_never_taken_for_no_object() {
    let bucket: Bucket = "bkt".parse().unwrap();
    let told = |tool: DatastoreTool, status, stdout: &str, stderr: &str| {
        let output = Output {
            status,
            stdout: stdout.into(),
            stderr: stderr.into(),
        };
        tool.dialect().stored(&output, &bucket, &name("d/a.gz"))
    };
    for (tool, stdout, stderr) in [
        (DatastoreTool::S3cmd, "", ""),
        (
            DatastoreTool::S3cmd,
            "s3://bkt/d/a.gz (object):\n   File size: 0\n",
            "KeyError",
        ),
        (
            DatastoreTool::S3cmd,
            "s3://bkt/d/a.gz (object):\n   File size: 8\n   Last mod:  Sat, 28 No",
            "",
        ),
        (
            DatastoreTool::S3cmd,
            "s3://bkt/a.gz (object):\n   File size: 8\n   Last mod:  Sat, 28 Nov 2026 13:50:36 GMT\n",
            "",
        ),
        (DatastoreTool::S5cmd, "", ""),
        (
            DatastoreTool::S5cmd,
            "{\"key\":\"s3://bkt/d/a.gz\",\"storage_class\":\"STANDARD\",\"metadata\":{}}\n",
            "",
        ),
        (
            DatastoreTool::S5cmd,
            "{\"key\":\"s3://bkt/a.gz\",\"last_modified\":\"2026-11-28T13:50:36Z\",\"size\":8}\n",
            "",
        ),
        (DatastoreTool::Rclone, "", ""),
        (DatastoreTool::Rclone, "[\n", ""),
        (
            DatastoreTool::Rclone,
            "[\n]\n",
            "NOTICE: a.gz: Failed to read last modified\n",
        ),
    ] {
        assert!(told(tool, 0, stdout, stderr).is_err(), "{tool}: {stdout:?}");
    }
    // A key that may not ask for the object's rights has been told of the object by then.
    let first =
        "s3://bkt/d/a.gz (object):\n   File size: 8\n   Last mod:  Sat, 28 Nov 2026 13:50:36 GMT\n";
    let object = told(DatastoreTool::S3cmd, 77, first, "ERROR: S3 error: 403").unwrap();
    assert_eq!(object.unwrap().modified.to_string(), "2026-11-28T13:50:36Z");
    let elsewhere = "[\n{\"Path\":\"b.gz\",\"Name\":\"b.gz\",\"Size\":8,\"ModTime\":\"2026-11-28T13:50:36Z\",\"IsDir\":false}\n]\n";
    assert_eq!(told(DatastoreTool::Rclone, 0, elsewhere, "").unwrap(), None);
}
