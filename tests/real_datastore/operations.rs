//! Getting, listing, moving, deleting and synchronising.

use std::path::Path;

use adt_helpers::command::Runner;
use adt_helpers::datastore::{Bucket, Datastore, DatastoreTool, Held};

use super::s3_server::{Keys, S3Server};
use super::{in_a_clean_environment, name, open, percent_encoded};

/// A name without what s3cmd takes for a pattern.
const AWKWARD_NAME: &str = "it's \"a\" [b] $(id) {c} \u{fc}.dat";

#[test]
fn s3cmd_does_every_operation() {
    in_a_clean_environment("operations::s3cmd_does_every_operation", || {
        does_every_operation(DatastoreTool::S3cmd);
    });
}

#[test]
fn s5cmd_does_every_operation() {
    in_a_clean_environment("operations::s5cmd_does_every_operation", || {
        does_every_operation(DatastoreTool::S5cmd);
    });
}

#[test]
fn rclone_does_every_operation() {
    in_a_clean_environment("operations::rclone_does_every_operation", || {
        does_every_operation(DatastoreTool::Rclone);
    });
}

/// A bucket on a server of this machine, and a directory of files.
struct Shop {
    server: S3Server,
    home: tempfile::TempDir,
    datastore: Datastore,
    runner: Runner,
    bucket: Bucket,
}

fn does_every_operation(tool: DatastoreTool) {
    let server = S3Server::start(Keys::Any);
    let home = tempfile::tempdir().unwrap();
    let shop = Shop {
        datastore: open(tool, home.path(), server.port),
        server,
        home,
        runner: Runner::default(),
        bucket: "www-testwebsite-uk-config-xk3j".parse().unwrap(),
    };
    shop.knows_nothing_of_a_bucket_that_is_not_there();
    shop.datastore
        .create_bucket_if_absent(&shop.runner, &shop.bucket)
        .unwrap();
    shop.puts_and_lists();
    shop.gets();
    shop.moves(tool);
    shop.deletes_what_is_named(tool);
    shop.deletes_what_a_pattern_means(tool);
    shop.synchronises(tool);
    shop.removes_the_bucket();
}

impl Shop {
    fn put(&self, path: &str, content: &str) {
        let (place, file) = match path.rsplit_once('/') {
            Some((place, file)) => (Some(name(place)), file),
            None => (None, path),
        };
        let directory = self.home.path().join("files");
        std::fs::create_dir_all(&directory).unwrap();
        let file = directory.join(file);
        std::fs::write(&file, content).unwrap();
        self.datastore
            .upload(&self.runner, &file, &self.bucket, place.as_ref())
            .unwrap();
    }

    fn get(&self, path: &str, to: &Path) -> bool {
        self.datastore
            .download(&self.runner, &self.bucket, &name(path), to)
            .unwrap()
    }

    fn delete(&self, named: &str) -> bool {
        self.datastore
            .delete(&self.runner, &self.bucket, &named.parse().unwrap())
            .unwrap()
    }

    fn list(&self, pattern: &str) -> String {
        let listing = self.datastore.list(&self.runner, &self.bucket, pattern);
        String::from_utf8(listing.unwrap()).unwrap()
    }

    fn held(&self) -> Option<Held> {
        self.datastore.held(&self.runner, &self.bucket).unwrap()
    }

    /// What the server has, past the tool: `None` for no object.
    fn content(&self, path: &str) -> Option<Vec<u8>> {
        let path = path.split('/').map(percent_encoded).collect::<Vec<_>>();
        let answer = self
            .server
            .get(&format!("/{}/{}", self.bucket, path.join("/")));
        match answer.status {
            200 => Some(answer.body),
            404 => None,
            status => panic!("the server answers {status} to {path:?}"),
        }
    }

    #[track_caller]
    fn has(&self, paths: &[&str], others: &[&str]) {
        for path in paths {
            assert!(self.content(path).is_some(), "{path} is gone");
        }
        for path in others {
            assert!(self.content(path).is_none(), "{path} is there");
        }
    }

    fn knows_nothing_of_a_bucket_that_is_not_there(&self) {
        assert_eq!(self.list(""), "");
        assert_eq!(self.list("a*"), "");
        assert!(self.held().is_none_or(|held| held.names.is_empty()));
        assert!(!self.get("a", self.home.path()));
        for named in ["a", "a/", "a*", "root"] {
            assert!(!self.delete(named), "{named}");
        }
        let removed = self.datastore.remove_bucket(&self.runner, &self.bucket);
        assert!(!removed.unwrap());
    }

    fn puts_and_lists(&self) {
        assert_eq!(self.list(""), "");
        assert_eq!(self.list("a"), "");
        for path in ["a", "ab", "as-1/STATIC_SCALE:1", "as-10/STATIC_SCALE:2"] {
            self.put(path, path);
            assert_eq!(self.content(path).unwrap(), path.as_bytes());
        }
        let path = format!("p l/{AWKWARD_NAME}");
        self.put(&path, "awkward");
        assert_eq!(self.content(&path).unwrap(), b"awkward");
        let mut held = self.held().unwrap();
        held.names.sort();
        let names = [
            "a",
            "ab",
            "as-1/STATIC_SCALE:1",
            "as-10/STATIC_SCALE:2",
            &path,
        ];
        assert_eq!(held.names, names);
        assert_eq!(held.bytes, Some(1 + 2 + 19 + 20 + 7));
        let scales = self.list("as*/STATIC_SCALE*");
        assert_eq!(scales.lines().count(), 2, "{scales}");
        assert!(scales.contains("as-1/STATIC_SCALE:1\n"), "{scales}");
        let found = self.list("ab");
        assert!(
            found.ends_with("ab\n") && found.lines().count() == 1,
            "{found}"
        );
        let buckets = self.datastore.list_buckets(&self.runner).unwrap();
        let buckets = String::from_utf8(buckets).unwrap();
        assert!(
            buckets.ends_with(&format!("{}\n", self.bucket)),
            "{buckets}"
        );
    }

    fn gets(&self) {
        let to = self.home.path().join("to [d]*");
        std::fs::create_dir(&to).unwrap();
        let path = format!("p l/{AWKWARD_NAME}");
        std::fs::write(to.join(AWKWARD_NAME), "an older one").unwrap();
        assert!(self.get(&path, &to));
        assert_eq!(std::fs::read(to.join(AWKWARD_NAME)).unwrap(), b"awkward");
        for path in ["as", "as-1", "p l/it's", "abc"] {
            assert!(!self.get(path, &to), "{path}");
        }
        assert_eq!(std::fs::read_dir(&to).unwrap().count(), 1);
    }

    fn moves(&self, tool: DatastoreTool) {
        let rename = |from: &str, to: &str| {
            let (from, to) = (name(from), name(to));
            self.datastore
                .rename(&self.runner, &self.bucket, &from, &to)
        };
        let mut path = format!("p l/{AWKWARD_NAME}");
        // For a blank in the source s5cmd writes a '+', which this server does not take for one.
        if tool == DatastoreTool::S5cmd {
            path = path.replace(' ', "");
            self.put(&path, "awkward");
        }
        rename(&path, "q/new name [x]").unwrap();
        assert_eq!(self.content("q/new name [x]").unwrap(), b"awkward");
        self.has(&[], &[&path]);
        assert!(rename("b", "c").is_err());
        assert!(rename("a", "a").is_err());
        self.put("w*", "pattern");
        assert_eq!(rename("w*", "v").is_err(), tool == DatastoreTool::S3cmd);
        self.has(&["a", "ab"], &["b", "c"]);
    }

    fn deletes_what_is_named(&self, tool: DatastoreTool) {
        assert!(self.delete("a"));
        self.has(&["ab", "as-1/STATIC_SCALE:1"], &["a"]);
        assert!(!self.delete("a"));
        self.put("as-1/STATIC_SCALE:3", "");
        self.put("as-1/kept", "");
        assert!(self.delete("as-1/STATIC_SCALE:*"));
        self.has(
            &["as-1/kept", "as-10/STATIC_SCALE:2"],
            &["as-1/STATIC_SCALE:1", "as-1/STATIC_SCALE:3"],
        );
        self.put("as-1/deep/er", "");
        assert!(self.delete("as-1"));
        self.has(
            &["as-10/STATIC_SCALE:2", "ab"],
            &["as-1/kept", "as-1/deep/er"],
        );
        assert!(self.delete("as-10/"));
        self.has(&["ab"], &["as-10/STATIC_SCALE:2"]);
        self.put("x?", "");
        self.put("xy", "");
        let odd = self
            .datastore
            .delete(&self.runner, &self.bucket, &"x?".parse().unwrap());
        assert_eq!(odd.is_err(), tool == DatastoreTool::S3cmd);
        self.has(&["xy"], &[]);
        assert!(self.delete("root"));
        self.has(&[], &["xy", "ab", "x?", "q/new name [x]"]);
        self.delete("root");
    }

    /// As a build forgets what the deployment before told the autoscalers.
    fn deletes_what_a_pattern_means(&self, tool: DatastoreTool) {
        assert!(
            !self.delete("autoscaler-*/STATIC_SCALE:"),
            "nothing is there"
        );
        let markers = [
            "autoscaler-1/STATIC_SCALE:1",
            "autoscaler-1/STATIC_SCALE:3",
            "autoscaler-12/STATIC_SCALE: 2",
        ];
        let others = [
            "autoscaler-1/kept",
            "autoscaler-1/old/STATIC_SCALE:1",
            "autoscaler/STATIC_SCALE:2",
            "other/autoscaler-1/STATIC_SCALE:1",
            "xautoscaler-1/STATIC_SCALE:1",
        ];
        for path in markers.iter().chain(&others) {
            self.put(path, "");
        }
        assert!(self.delete("autoscaler-*/STATIC_SCALE:"));
        self.has(&others, &markers);
        for path in markers {
            self.put(path, "");
        }
        assert!(self.delete("*autoscaler-1*/STATIC_SCALE:*"));
        self.has(&others[..4], &markers);
        self.has(&[], &others[4..]);
        for path in markers {
            self.put(&format!("p q/{path}"), "");
        }
        assert!(self.delete("p q/auto*-1/STATIC_SCALE:"));
        self.has(
            &["p q/autoscaler-12/STATIC_SCALE: 2"],
            &["p q/autoscaler-1/STATIC_SCALE:1"],
        );
        // Called as the pattern is written: for s3cmd that would be all that matches.
        let literal = "autoscaler-*/STATIC_SCALE:";
        self.put(literal, "");
        self.put("autoscaler-1/x/STATIC_SCALE:", "");
        self.put(markers[0], "");
        let outcome = self
            .datastore
            .delete(&self.runner, &self.bucket, &literal.parse().unwrap());
        assert_eq!(outcome.is_err(), tool == DatastoreTool::S3cmd);
        self.has(&["autoscaler-1/x/STATIC_SCALE:", others[0]], &markers[..1]);
        assert_eq!(
            self.content(literal).is_some(),
            tool == DatastoreTool::S3cmd
        );
        assert!(self.delete("root"));
    }

    fn synchronises(&self, tool: DatastoreTool) {
        for path in ["s/index.php", "s/sub/it's.css", "t/older"] {
            self.put(path, path);
        }
        let sync = |from, to| {
            self.datastore
                .synchronise(&self.runner, &self.bucket, from, to)
        };
        sync("s/", "t/").unwrap();
        assert_eq!(self.content("t/sub/it's.css").unwrap(), b"s/sub/it's.css");
        // rclone makes the two alike; the others only add.
        assert_eq!(
            self.content("t/older").is_none(),
            tool == DatastoreTool::Rclone
        );
        assert!(sync("nothing/", "t/").is_err());
        self.has(&["t/index.php"], &[]);
    }

    fn removes_the_bucket(&self) {
        let other: Bucket = "www-testwebsite-uk-config-xk3j-2".parse().unwrap();
        self.datastore
            .create_bucket_if_absent(&self.runner, &other)
            .unwrap();
        let remove = |bucket: &Bucket| self.datastore.remove_bucket(&self.runner, bucket).unwrap();
        assert!(remove(&self.bucket));
        assert_eq!(self.server.get(&format!("/{}", self.bucket)).status, 404);
        assert_eq!(self.server.get(&format!("/{other}")).status, 200);
        assert!(!remove(&self.bucket));
        assert!(remove(&other));
    }
}
