use std::ffi::OsStr;

use super::*;

/// One line per operation and tool, as contract 06 has it; `|` stands between words.
const COMMAND_LINES: [(DatastoreTool, [&str; 4]); 3] = [
    (
        DatastoreTool::S3cmd,
        [
            "--config=CFG|--host=https://H|ls|s3://bucket",
            "--config=CFG|--host=https://H|ls|s3://bucket/it's one.dat",
            "--config=CFG|--host=https://H|mb|s3://bucket",
            "--config=CFG|--host=https://H|put|/a b/it's one.dat|s3://bucket/it's one.dat",
        ],
    ),
    (
        DatastoreTool::S5cmd,
        [
            "--credentials-file|CFG|--endpoint-url|https://H|ls|s3://bucket",
            "--credentials-file|CFG|--endpoint-url|https://H|ls|s3://bucket/it's one.dat",
            "--credentials-file|CFG|--endpoint-url|https://H|mb|s3://bucket",
            "--credentials-file|CFG|--endpoint-url|https://H|cp|--metadata|'CreationDate=NOW'|/a b/it's one.dat|s3://bucket/it's one.dat",
        ],
    ),
    (
        DatastoreTool::Rclone,
        [
            "--config|CFG|--s3-endpoint|https://H|ls|s3:bucket",
            "--config|CFG|--s3-endpoint|https://H|ls|s3:bucket/it's one.dat",
            "--config|CFG|--s3-endpoint|https://H|mkdir|s3:bucket",
            "--config|CFG|--s3-endpoint|https://H|copy|/a b/it's one.dat|s3:bucket/",
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
