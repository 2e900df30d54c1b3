//! The latest backup in a real bucket: an S3 server on the loopback interface, and the real s3cmd on both sides.

use std::os::unix::fs::symlink;

use crate::s3_server::{ACCESS_KEY, Keys, S3Server};
use crate::tools::real_tool;
use crate::world::Ended;
use crate::world::disk::{DUMP, WEBROOT};
use crate::world::disks::Disks;
use crate::world::{Door, World};

/// Machines that were just made of old snapshots, and a bucket store that they and the build machine reach with s3cmd.
struct Shop {
    disks: Disks,
    server: S3Server,
}

impl Shop {
    /// A store that has the buckets and nothing in them.
    fn at(cloudhost: &str) -> Self {
        let world = World::at(cloudhost);
        let server = S3Server::start(Keys::Any);
        let tool = world.path("bin/s3cmd");
        std::fs::remove_file(&tool).unwrap();
        symlink(real_tool("s3cmd"), tool).unwrap();
        let port = server.port;
        let configuration = format!(
            "[default]\naccess_key = {ACCESS_KEY}\nsecret_key = x\nhost_base = http://127.0.0.1:{port}\n\
             host_bucket = 127.0.0.1:{port}\nuse_https = False\nbucket_location = us-east-1\n"
        );
        std::fs::write(world.path("home/.s3cfg-1"), configuration).unwrap();
        let shop = Self {
            disks: Disks::of(world),
            server,
        };
        let (config, host) = (
            shop.world().path("home/.s3cfg-1"),
            format!("--host=http://127.0.0.1:{port}"),
        );
        shop.world().machines_reach_the_datastore(&config, &host);
        for object in [WEBROOT, DUMP] {
            let (bucket, _) = object.split_once('/').unwrap();
            assert_eq!(shop.server.put(&format!("/{bucket}"), "", b""), 200);
        }
        shop.disks.all_hold_backups();
        shop
    }

    fn world(&self) -> &World {
        self.disks.world()
    }

    /// What the latest backup is.
    fn whole(&self, object: &str) -> Vec<u8> {
        std::fs::read(self.world().path("cloud/buckets").join(object)).unwrap()
    }

    fn put(&self, object: &str, content: &[u8]) {
        let status = self
            .server
            .put(&format!("/{object}"), "application/gzip", content);
        assert_eq!(status, 200);
    }

    /// The page and the dump that are in the bucket.
    fn stored(&self) -> (String, String) {
        for object in [WEBROOT, DUMP] {
            let answer = self.server.get(&format!("/{object}"));
            assert_eq!(answer.status, 200, "{object}");
            let file = self.world().path("cloud/buckets").join(object);
            std::fs::write(file, answer.body).unwrap();
        }
        self.world().latest_backups()
    }

    fn restore(&self) -> Ended {
        let helper = self.world().helper(Door::Shim, "RestoreLatestBackup");
        helper.ends()
    }

    /// Fails unless the machines still serve what their snapshots hold, and make no backups.
    fn is_as_it_was(&self, ended: &Ended, why: &str) {
        let said = ended.failed();
        assert!(said.contains(why), "{why}: {ended}");
        for disk in self.disks.disks_of("webserver") {
            assert_eq!(disk.page(), "old", "{ended}");
        }
        let database = self.disks.disk_of("database").database();
        assert!(database.contains("old"), "{ended}");
        for disk in self.disks.that_make_backups() {
            assert!(disk.crontab().contains("ADT-HELD"), "{ended}");
        }
    }
}

#[test]
fn a_real_bucket_gives_the_latest_backup_and_gets_the_next() {
    let shop = Shop::at("exoscale");
    for object in [WEBROOT, DUMP] {
        shop.put(object, &shop.whole(object));
    }
    shop.disks.the_hour_strikes();
    assert_eq!(shop.stored().0, "latest", "they are held");
    let ended = shop.restore();
    ended.succeeded();
    for disk in shop.disks.disks_of("webserver") {
        assert_eq!(disk.page(), "latest", "{ended}");
        assert!(!disk.site("deleted-since.php").exists(), "{ended}");
        // Somebody works on the site.
        std::fs::write(disk.site("index.php"), "later").unwrap();
    }
    let database = shop.disks.disk_of("database").database();
    assert!(database.contains("latest"), "{ended}");
    shop.disks.the_hour_strikes();
    let (page, dump) = shop.stored();
    assert_eq!(page, "later", "{ended}");
    assert!(dump.contains("latest"), "{dump}");
    let former = shop.server.get(&format!("/{DUMP}.BACKUP"));
    assert_eq!(former.status, 200, "the one before is kept");
}

#[test]
fn a_real_bucket_without_a_whole_backup_changes_nothing() {
    let shop = Shop::at("digitalocean");
    let ended = shop.restore();
    shop.is_as_it_was(
        &ended,
        "there is no backup 'testwebsite-DB-backup.tar.gz' in the bucket",
    );
    let whole = shop.whole(DUMP);
    shop.put(WEBROOT, &shop.whole(WEBROOT));
    shop.put(DUMP, &whole[..whole.len() / 2]);
    let ended = shop.restore();
    shop.is_as_it_was(&ended, "is cut or damaged; nothing was changed");
    shop.put(DUMP, &whole);
    shop.restore().succeeded();
    let database = shop.disks.disk_of("database").database();
    assert!(database.contains("latest"), "{database}");
}
