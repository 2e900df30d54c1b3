//! The three datastore tools on their common buckets.

use std::fs;
use std::path::PathBuf;

use crate::sim::{Done, Sim};
use crate::state::Fault;

struct Tools {
    sim: Sim,
}

impl Tools {
    fn new() -> Self {
        let sim = Sim::new();
        fs::write(sim.work().join("config"), "[s3]\n").expect("a file");
        fs::write(sim.work().join("f1"), "hello\n").expect("a file");
        Self { sim }
    }

    fn s3cmd(&self, line: &str) -> Done {
        self.sim
            .line(&format!("s3cmd --config=config  --host=https://h {line}"))
    }

    fn s5cmd(&self, line: &str) -> Done {
        self.sim.line(&format!(
            "s5cmd --credentials-file config --endpoint-url https://h {line}"
        ))
    }

    fn rclone(&self, line: &str) -> Done {
        self.sim.line(&format!(
            "rclone --config config --s3-endpoint https://h {line}"
        ))
    }

    fn object(&self, path: &str) -> PathBuf {
        self.sim.dir().join("buckets").join(path)
    }
}

#[test]
fn s3cmd_works_as_recorded() {
    let tools = Tools::new();
    let missing = tools.s3cmd("ls s3://b");
    assert_eq!(missing.rc, Some(12));
    assert_eq!(
        missing.stderr,
        "ERROR: Bucket 'b' does not exist\nERROR: S3 error: 404 (NoSuchBucket): The specified bucket does not exist\n"
    );
    assert_eq!(tools.s3cmd("put f1 s3://b/f1").rc, Some(12));
    assert_eq!(
        tools.s3cmd("mb s3://b").text(),
        "Bucket 's3://b/' created\n"
    );
    assert_eq!(tools.s3cmd("ls s3://b").text(), "");
    assert!(
        tools
            .s3cmd("put f1 s3://b/f1")
            .text()
            .starts_with("upload: 'f1' -> 's3://b/f1' (6 bytes in ")
    );
    assert_eq!(tools.s3cmd("put f1 s3://b/sub/f1").rc, Some(0));
    let nothing = tools.s3cmd("put nofile s3://b/x");
    assert_eq!(
        (nothing.rc, nothing.stderr.as_str()),
        (Some(64), "ERROR: Parameter problem: Nothing to upload.\n")
    );
    assert_eq!(
        fs::read(tools.object("b/sub/f1")).expect("the object"),
        b"hello\n"
    );

    let list = tools.s3cmd("ls s3://b").text();
    let mut lines = list.lines();
    assert_eq!(
        lines.next(),
        Some("                          DIR  s3://b/sub/")
    );
    assert_eq!(
        lines.next().map(|line| &line[16..]),
        Some("            6  s3://b/f1")
    );
    assert_eq!(
        tools.s3cmd("--recursive ls s3://b").text().lines().count(),
        2
    );
    assert_eq!(&tools.s3cmd("ls").text()[16..], "  s3://b\n");

    assert!(
        tools
            .s3cmd("get s3://b/f1 copy")
            .text()
            .starts_with("download: 's3://b/f1' -> 'copy' (6 bytes")
    );
    let again = tools.s3cmd("get s3://b/f1 copy");
    assert_eq!(again.rc, Some(64));
    assert!(
        again
            .stderr
            .contains("File 'copy' already exists. Use either of --force")
    );
    assert_eq!(tools.s3cmd("get --force s3://b/f1 copy").rc, Some(0));
    assert!(
        tools
            .s3cmd("get s3://b/no copy2")
            .stderr
            .contains("Source object 's3://b/no' does not exist.")
    );

    assert_eq!(
        tools.s3cmd("mv s3://b/f1 s3://b/f2").text(),
        "move: 's3://b/f1' -> 's3://b/f2'  [1 of 1]\n"
    );
    assert_eq!(
        tools.s3cmd("mv s3://b/f1 s3://b/f2").stderr,
        "WARNING: Key not found s3://b/f1\n"
    );
    assert_eq!(
        tools.s3cmd("--recursive --force del s3://b/sub/f1").text(),
        "delete: 's3://b/sub/f1'\n"
    );
    assert_eq!(tools.s3cmd("rb s3://b").rc, Some(13));
    assert_eq!(tools.s3cmd("--recursive --force del s3://b").rc, Some(0));
    assert_eq!(
        tools.s3cmd("rb s3://b").text(),
        "Bucket 's3://b/' removed\n"
    );
    assert_eq!(tools.s3cmd("rb s3://b").rc, Some(12));
    assert_eq!(tools.sim.line("s3cmd --config=none ls").rc, Some(78));
}

#[test]
fn s5cmd_works_as_recorded() {
    let tools = Tools::new();
    let missing = tools.s5cmd("ls s3://b");
    assert_eq!(missing.rc, Some(1));
    assert!(
        missing
            .stderr
            .starts_with("ERROR \"ls s3://b\": NoSuchBucket: The specified bucket does not exist")
    );
    assert_eq!(tools.s5cmd("mb s3://b").text(), "mb s3://b\n");
    let put = tools.sim.run(
        "s5cmd",
        &[
            "--credentials-file",
            "config",
            "--endpoint-url",
            "https://h",
            "cp",
            "--metadata",
            "'CreationDate=Mon'",
            "f1",
            "s3://b/f1",
        ],
    );
    assert_eq!(put.text(), "cp f1 s3://b/f1\n");
    assert_eq!(
        tools.s5cmd("cp f1 s3://b/sub/").text(),
        "cp f1 s3://b/sub/f1\n"
    );
    assert!(
        tools
            .s5cmd("cp nofile s3://b/x")
            .stderr
            .ends_with("given object nofile not found\n")
    );
    let list = tools.s5cmd("ls s3://b").text();
    let mut lines = list.lines();
    assert_eq!(
        lines.next(),
        Some("                                   DIR  sub/").map(|line| &line[1..])
    );
    assert_eq!(
        lines.next().map(|line| &line[19..]),
        Some("                 6  f1")
    );
    assert!(
        tools
            .s5cmd("ls s3://b/no")
            .stderr
            .ends_with("no object found\n")
    );
    fs::create_dir(tools.sim.work().join("d")).expect("a directory");
    assert_eq!(tools.s5cmd("cp s3://b/f1 d").text(), "cp s3://b/f1 d/f1\n");
    assert!(tools.s5cmd("cp s3://b/no d").stderr.contains("NoSuchKey"));
    assert_eq!(
        tools.s5cmd("sync d s3://b/s/").text(),
        "cp d/f1 s3://b/s/d/f1\n"
    );
    assert_eq!(
        tools.s5cmd("mv s3://b/f1 s3://b/f2").text(),
        "mv s3://b/f1 s3://b/f2\n"
    );
    assert_eq!(tools.s5cmd("rb s3://b").rc, Some(1));
    assert_eq!(tools.s5cmd("rm s3://b/f2*").text(), "rm s3://b/f2\n");
    assert_eq!(tools.s5cmd("rm s3://b/*").text().lines().count(), 2);
    assert_eq!(tools.s5cmd("rb s3://b").text(), "rb s3://b\n");
    assert!(
        tools
            .sim
            .line("s5cmd --credentials-file none ls")
            .stderr
            .contains("SharedCredsLoad")
    );
}

#[test]
fn rclone_works_as_recorded() {
    let tools = Tools::new();
    let missing = tools.rclone("ls s3:b");
    assert_eq!(missing.rc, Some(3));
    assert!(
        missing
            .stderr
            .ends_with("Failed to ls: directory not found\n")
    );
    assert_eq!(tools.rclone("mkdir s3:b").rc, Some(0));
    assert_eq!(
        tools.rclone("lsd s3:").text().split_whitespace().last(),
        Some("b")
    );
    assert_eq!(tools.rclone("copy f1 s3:b/").rc, Some(0));
    assert_eq!(tools.rclone("copy f1 s3:new/sub/").rc, Some(0));
    assert!(tools.object("new/sub/f1").is_file());
    let touched = tools.rclone("--timestamp 2026-01-01T00:00:00 touch s3:b/");
    assert_eq!(
        (touched.rc, touched.stderr.matches("ERROR").count()),
        (Some(1), 3)
    );
    let touched = tools.rclone("touch s3:b/sub/");
    assert_eq!(touched.rc, Some(0));
    assert!(touched.stderr.contains("NOTICE"));
    let failed = tools.rclone("copy nofile s3:b/");
    assert_eq!(
        (failed.rc, failed.stderr.matches("ERROR").count()),
        (Some(3), 6)
    );

    assert_eq!(tools.rclone("ls s3:b").text(), "        6 f1\n");
    assert_eq!(tools.rclone("ls s3:b/f1").text(), "        6 f1\n");
    let none = tools.rclone("ls s3:b/no");
    assert_eq!((none.rc, none.text().as_str()), (Some(0), ""));
    assert_eq!(
        tools.rclone("--include *f* ls s3:new/").text(),
        "        6 sub/f1\n"
    );
    assert_eq!(tools.rclone("--include *zz* ls s3:new/").text(), "");
    assert_eq!(tools.rclone("copy s3:b/f1 out/").rc, Some(0));
    assert!(tools.sim.work().join("out/f1").is_file());
    assert_eq!(tools.rclone("moveto s3:b/f1 s3:b/f2").rc, Some(0));
    assert!(tools.object("b/f2").is_file() && !tools.object("b/f1").exists());
    assert_eq!(tools.rclone("sync out s3:b/f3").rc, Some(0));
    assert!(tools.object("b/f3/f1").is_file());

    // An inclusion alone excludes nothing: everything goes.
    let delete = |filter: &[&str]| {
        let argv = [&["--config", "config"], filter, &["delete", "s3:b/"]].concat();
        tools.sim.run("rclone", &argv).rc
    };
    assert_eq!(delete(&["--filter", "+ f2", "--filter", "- *"]), Some(0));
    assert!(!tools.object("b/f2").exists() && tools.object("b/f3/f1").is_file());
    assert_eq!(delete(&["--filter", "+ other"]), Some(0));
    assert!(!tools.object("b/f3/f1").exists());
    assert_eq!(tools.rclone("purge s3:new").rc, Some(0));
    assert_eq!(tools.rclone("purge s3:new").rc, Some(3));
    assert!(
        tools
            .sim
            .line("rclone --config none lsd s3:")
            .stderr
            .contains("NOTICE: Config file \"none\" not found")
    );
}

#[test]
fn the_datastore_fails_too() {
    for (tool, says) in [("s3cmd", "ERROR"), ("s5cmd", "ERROR"), ("rclone", "ERROR")] {
        for kind in [
            "401", "403", "429", "500", "503", "502-html", "cut", "refused",
        ] {
            let tools = Tools::new();
            fs::create_dir_all(tools.object("b")).expect("a bucket");
            tools.sim.faults(&[Fault {
                tool: tool.into(),
                kind: kind.into(),
                times: 1,
                ..Fault::default()
            }]);
            let put = || match tool {
                "s3cmd" => tools.s3cmd("put f1 s3://b/f1"),
                "s5cmd" => tools.s5cmd("cp f1 s3://b/f1"),
                _ => tools.rclone("copy f1 s3:b/"),
            };
            let failed = put();
            assert_ne!(failed.rc, Some(0), "{tool} {kind}");
            assert!(failed.stderr.contains(says), "{tool} {kind}: {failed:?}");
            assert!(!tools.object("b/f1").exists(), "{tool} {kind}");
            assert_eq!(put().rc, Some(0));
            assert!(tools.object("b/f1").exists());
            assert_eq!(tools.sim.calls()[0]["mutating"], true);
        }
    }
}
