//! Every form in which the toolkit's own scripts call an operation, with each tool: what is left in the buckets and in the
//! build's folder, and what is printed. `make original` runs the same on the scripts.

use super::*;
use crate::original::{self, corrected};

const CONFIG: &str = "www-testwebsite-uk-config-xk3j";
const SSL: &str = "www-testwebsite-uk-linode-zero-ssl";
const REGIONS: &str = "www-testwebsite-uk-multi-region";
const AUTH: &str = "authip-adt-allowed-203-0-113-9";
const SCALING: &str = "www-testwebsite-uk-scaling-linode-gb-lon";

/// The folder of the build as a helper sees it.
fn build_folder(world: &World) -> String {
    let home = match original::toolkit() {
        Some(_) => original::BUILD_HOME.to_owned(),
        None => world.home("").display().to_string(),
    };
    format!(
        "{}/runtimedata/linode/test-build",
        home.trim_end_matches('/')
    )
}

/// Runs a helper that has no reason to fail; what it prints. A script's status is that of its last command, such as a
/// tool that found nothing, and no caller looks at it.
#[track_caller]
fn said(world: &World, helper: &str, words: &[&str]) -> String {
    let ended = world.helper(Door::Shim, helper).args(words).ends();
    let is_ours = original::toolkit().is_none();
    assert!(!is_ours || ended.status == Some(0), "{ended}");
    ended.stdout().to_owned()
}

/// The last words of the lines, without what a tool puts before an object's name.
fn last_words(listing: &str) -> Vec<&str> {
    let lines = listing.lines();
    let words = lines.filter_map(|line| line.split_whitespace().last());
    words
        .map(|word| word.rsplit("//").next().unwrap())
        .collect()
}

/// What a machine's address is recorded with, by all five build scripts.
#[test]
fn an_address_is_looked_for_forgotten_and_recorded() {
    for tool in TOOLS {
        for kind in [
            "webserverpublicips",
            "webserverips",
            "autoscalerips",
            "reverseproxyips",
            "databaseip",
            "authenticatorpublicip",
        ] {
            let world = world(tool);
            objects(&world, CONFIG, &["INSTALLED_SUCCESSFULLY"]);
            let all = format!("{kind}/*");
            assert_eq!(said(&world, "ListFromDatastore", &["config", &all]), "");
            let put = |address| {
                said(
                    &world,
                    "PutToDatastore",
                    &["config", address, kind, "local", "no"],
                )
            };
            put("203.0.113.7");
            assert_ne!(said(&world, "ListFromDatastore", &["config", &all]), "");
            said(&world, "DeleteFromDatastore", &["config", kind, "local"]);
            assert_eq!(said(&world, "ListFromDatastore", &["config", &all]), "");
            put("203.0.113.8");
            let record = format!("{kind}/203.0.113.8");
            assert_eq!(
                names(&world, CONFIG),
                ["INSTALLED_SUCCESSFULLY", &record],
                "{tool}"
            );
            assert_eq!(world.bucket(CONFIG)[&record], b"");
            for marker in ["203.0.113.7", "203.0.113.8"] {
                assert!(world.build("datastore_workarea").join(marker).exists());
            }
        }
    }
}

/// `FinaliseBuildProcessing` records the end of a build; `AuditSSHConnections` asks for it.
#[test]
fn the_end_of_a_build_is_recorded_and_found() {
    for tool in TOOLS {
        let world = world(tool);
        let list = || {
            said(
                &world,
                "ListFromDatastore",
                &["config", "INSTALLED_SUCCESSFULLY"],
            )
        };
        said(&world, "MountDatastore", &["config", "local"]);
        assert_eq!(list(), "");
        said(
            &world,
            "PutToDatastore",
            &["config", "INSTALLED_SUCCESSFULLY", "root", "local", "no"],
        );
        assert_ne!(list(), "");
        assert_eq!(names(&world, CONFIG), ["INSTALLED_SUCCESSFULLY"], "{tool}");
    }
}

/// `InitialiseNewSSLCertificate`: put at the root and in a folder, fetched into a folder that is there and one that is not.
#[test]
fn a_certificate_goes_to_two_buckets_and_comes_back() {
    for tool in TOOLS {
        let world = world(tool);
        let folder = format!(
            "{}/ssl/linode/zero/www.testwebsite.uk",
            build_folder(&world)
        );
        let here = world.build("ssl/linode/zero/www.testwebsite.uk");
        std::fs::create_dir_all(&here).unwrap();
        said(&world, "MountDatastore", &["ssl", "local"]);
        said(&world, "MountDatastore", &["config", "local"]);
        let place = "ssl/www.testwebsite.uk";
        for name in ["fullchain.pem", "privkey.pem"] {
            std::fs::write(here.join(name), name).unwrap();
            let file = format!("{folder}/{name}");
            assert_eq!(said(&world, "ListFromDatastore", &["ssl", name]), "");
            said(
                &world,
                "PutToDatastore",
                &["ssl", &file, "root", "local", "no"],
            );
            said(
                &world,
                "PutToDatastore",
                &["config", &file, place, "local", "no"],
            );
            // Without the fifth word, as one of the two pairs is.
            said(&world, "PutToDatastore", &["config", &file, place, "local"]);
            assert_ne!(said(&world, "ListFromDatastore", &["ssl", name]), "");
            std::fs::remove_file(here.join(name)).unwrap();
            said(&world, "GetFromDatastore", &["ssl", name, &folder]);
            assert_eq!(std::fs::read(here.join(name)).unwrap(), name.as_bytes());
            let object = format!("{place}/{name}");
            said(
                &world,
                "GetFromDatastore",
                &["config", &object, &format!("{folder}/verify")],
            );
            let verified = std::fs::read(here.join("verify").join(name));
            assert_eq!(verified.unwrap(), name.as_bytes(), "{tool}");
        }
        assert_eq!(names(&world, SSL), ["fullchain.pem", "privkey.pem"]);
        assert_eq!(
            names(&world, CONFIG),
            ["fullchain.pem", "privkey.pem"].map(|name| format!("{place}/{name}"))
        );
    }
}

/// The same script puts the old certificate aside. With s3cmd and s5cmd its deletion takes the one put aside along.
#[test]
fn an_old_certificate_is_put_aside() {
    if corrected("DeleteFromDatastore: the object of that name alone; contract 06") {
        return;
    }
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, SSL, &["fullchain.pem"]);
        let aside = "fullchain.pem.4711.old";
        said(
            &world,
            "MoveDatastoreObject",
            &["ssl", "fullchain.pem", aside, "local"],
        );
        assert_eq!(names(&world, SSL), [aside]);
        objects(&world, SSL, &["fullchain.pem"]);
        said(
            &world,
            "DeleteFromDatastore",
            &["ssl", "fullchain.pem", "local"],
        );
        assert_eq!(names(&world, SSL), [aside], "{tool}");
        // Its way back names no mode, and so nothing happens.
        said(
            &world,
            "MoveDatastoreObject",
            &["ssl", aside, "fullchain.pem"],
        );
        assert_eq!(names(&world, SSL), [aside]);
    }
}

#[test]
fn calls_without_a_mode_do_nothing() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, SSL, &["a"]);
        for (helper, words) in [
            ("MoveDatastoreObject", &["ssl", "a", "b"][..]),
            ("MountDatastore", &["ad-hoc"]),
            ("DeleteDatastore", &["ad-hoc"]),
            ("MountDatastore", &["www-testwebsite-uk-assets-images"]),
            (
                "SyncDatastore",
                &["/root/images/", "www-testwebsite-uk-assets-images"],
            ),
        ] {
            assert_eq!(said(&world, helper, words), "", "{helper}");
        }
        assert_eq!(world.words(), [[""; 0]; 0]);
        assert_eq!(names(&world, SSL), ["a"]);
    }
}

/// `InitialiseDatabaseService` and `InitialiseDatastoreConfig`, for a site in several regions.
#[test]
fn the_bucket_of_several_regions_is_filled_and_emptied() {
    for tool in TOOLS {
        let world = world(tool);
        let file = format!("{}/credentials.dat", build_folder(&world));
        std::fs::write(world.build("credentials.dat"), "user").unwrap();
        assert_eq!(said(&world, "ListFromDatastore", &["multi-region"]), "");
        said(&world, "MountDatastore", &["multi-region", "distributed"]);
        said(
            &world,
            "PutToDatastore",
            &["multi-region", &file, "root", "distributed", "no"],
        );
        assert_ne!(
            said(
                &world,
                "ListFromDatastore",
                &["multi-region", "credentials.dat"]
            ),
            ""
        );
        std::fs::remove_file(world.build("credentials.dat")).unwrap();
        said(
            &world,
            "GetFromDatastore",
            &["multi-region", "credentials.dat", &build_folder(&world)],
        );
        assert_eq!(
            std::fs::read(world.build("credentials.dat")).unwrap(),
            b"user"
        );
        said(
            &world,
            "DeleteFromDatastore",
            &["multi-region", "credentials.dat", "distributed"],
        );
        assert_eq!(names(&world, REGIONS), [""; 0]);
        said(
            &world,
            "PutToDatastore",
            &["multi-region", &file, "root", "distributed", "no"],
        );
        said(
            &world,
            "DeleteFromDatastore",
            &["multi-region", "root", "distributed"],
        );
        assert_eq!(names(&world, REGIONS), [""; 0], "{tool}");
    }
}

/// `AllowLaptopIP` and `AdjustBuildMachineFirewall`, which runs every minute.
#[test]
fn the_addresses_that_may_come_in_are_exchanged() {
    for tool in TOOLS {
        let world = world(tool);
        let id = "203-0-113-9";
        let folder = format!("{}/ips", build_folder(&world));
        let here = world.build("ips");
        std::fs::create_dir_all(&here).unwrap();
        assert_eq!(said(&world, "ListDatastore", &["auth", id]), "");
        said(&world, "MountDatastore", &["auth", "local", id]);
        assert!(said(&world, "ListDatastore", &["auth", id]).contains(AUTH));
        assert_eq!(
            said(&world, "ListFromDatastore", &["auth", "FIREWALL-EVENT", id]),
            ""
        );
        for name in ["authorised-ips.dat", "FIREWALL-EVENT"] {
            std::fs::write(here.join(name), name).unwrap();
            let file = format!("{folder}/{name}");
            said(
                &world,
                "PutToDatastore",
                &["auth", &file, "root", "local", "no", id],
            );
            std::fs::remove_file(here.join(name)).unwrap();
            assert_ne!(said(&world, "ListFromDatastore", &["auth", name, id]), "");
            said(&world, "GetFromDatastore", &["auth", name, &folder, id]);
            assert!(here.join(name).exists(), "{tool} {name}");
        }
        said(
            &world,
            "DeleteFromDatastore",
            &["auth", "FIREWALL-EVENT", "local", id],
        );
        assert_eq!(names(&world, AUTH), ["authorised-ips.dat"], "{tool}");
    }
}

/// A build begins with the buckets of the one before out of the way.
#[test]
fn the_buckets_of_the_build_before_go() {
    for tool in TOOLS {
        let world = world(tool);
        world.set_variable("AUTH_SERVER_URL", Some("auth.testwebsite.uk"));
        let old = [
            "auth-testwebsite-uk-config-abcd",
            "www-testwebsite-uk-config-abcd",
        ];
        let basic = "www-testwebsite-uk-basic-auth-credentials";
        for bucket in old.into_iter().chain([basic]) {
            objects(&world, bucket, &["a", "d/b"]);
        }
        for (kind, bucket) in [("auth-config", old[0]), ("config-all", old[1])] {
            let listed = said(&world, "ListDatastore", &[kind]);
            assert_eq!(last_words(&listed), [bucket], "{tool}");
            let kind = kind.trim_end_matches("-all");
            said(&world, "DeleteDatastore", &[kind, "local", "abcd"]);
        }
        assert_ne!(
            said(&world, "ListDatastore", &["basic-auth-credentials"]),
            ""
        );
        said(
            &world,
            "DeleteDatastore",
            &["basic-auth-credentials", "distributed"],
        );
        assert_eq!(
            said(&world, "ListDatastore", &["basic-auth-credentials"]),
            ""
        );
        assert_eq!(
            said(&world, "ListDatastore", &["firewall-auth-laptop-ips"]),
            ""
        );
        let all = said(&world, "ListDatastore", &["all"]);
        assert_eq!(last_words(&all), [BUCKET], "{tool}");
    }
}

/// `AdjustScaling`: the regions, the autoscalers, and a number put in the place of another.
#[test]
fn a_persons_number_takes_the_place_of_another() {
    for tool in TOOLS {
        let world = world(tool);
        objects(
            &world,
            SCALING,
            &["autoscaler-1/STATIC_SCALE:3", "autoscaler-2/STATIC_SCALE:1"],
        );
        let listed = said(
            &world,
            "ListDatastore",
            &["scaling", "www-testwebsite-uk-scaling-linode"],
        );
        assert_eq!(last_words(&listed), [SCALING], "{tool}");
        let list = || {
            said(
                &world,
                "ListFromDatastore",
                &["scaling", "autoscaler*/STATIC_SCALE*", SCALING],
            )
        };
        assert_eq!(list().lines().count(), 2, "{tool}");
        // The scripts' rclone empties the bucket.
        if tool != RCLONE
            || !corrected("DeleteFromDatastore: rclone deletes what begins so; contract 10 §1.7")
        {
            said(
                &world,
                "DeleteFromDatastore",
                &["scaling", "autoscaler-1/STATIC_SCALE:*", "local", SCALING],
            );
            assert_eq!(
                names(&world, SCALING),
                ["autoscaler-2/STATIC_SCALE:1"],
                "{tool}"
            );
        }
        let here = world.build("scaling/autoscaler-1");
        std::fs::create_dir_all(&here).unwrap();
        std::fs::write(here.join("STATIC_SCALE:4"), "").unwrap();
        let file = format!(
            "{}/scaling/autoscaler-1/STATIC_SCALE:4",
            build_folder(&world)
        );
        let words = [
            "scaling",
            &file,
            "autoscaler-1",
            "local",
            "no",
            "scaling-linode-gb-lon",
        ];
        said(&world, "PutToDatastore", &words);
        assert!(names(&world, SCALING).contains(&"autoscaler-1/STATIC_SCALE:4".to_owned()));
    }
}

/// `InitialiseScalingProfile`, on every production build.
#[test]
fn a_build_forgets_the_numbers_of_the_one_before() {
    for tool in TOOLS {
        let world = world(tool);
        said(
            &world,
            "MountDatastore",
            &["scaling", "local", "scaling-linode-gb-lon"],
        );
        objects(
            &world,
            SCALING,
            &[
                "autoscaler-1/STATIC_SCALE:3",
                "autoscaler-2/STATIC_SCALE:1",
                "kept",
            ],
        );
        let words = [
            "scaling",
            "autoscaler-*/STATIC_SCALE:",
            "local",
            "www.testwebsite.uk-scaling-linode-gb-lon",
        ];
        // Only s5cmd does what is meant.
        if tool != S5CMD
            && corrected("DeleteFromDatastore: a pattern means what it says; contract 10 §1.7")
        {
            continue;
        }
        said(&world, "DeleteFromDatastore", &words);
        assert_eq!(names(&world, SCALING), ["kept"], "{tool}");
    }
}

/// `CheckForAssetsOverwrite` and `InterrogateApplicationType`.
#[test]
fn assets_and_backups_are_found_by_their_specifier() {
    for tool in TOOLS {
        let world = world(tool);
        let assets = "www-testwebsite-uk-assets-images";
        objects(&world, assets, &["a.png"]);
        objects(
            &world,
            "www-testwebsite-uk-daily",
            &["applicationsourcecode.tar.gz"],
        );
        objects(
            &world,
            "www-testwebsite-uk-db-daily",
            &["site-DB-backup.tar.gz"],
        );
        let listed = said(&world, "ListFromDatastore", &["asset", "root", "images"]);
        assert_eq!(
            last_words(&listed),
            [if tool == S3CMD {
                "www-testwebsite-uk-assets-images/a.png"
            } else {
                "a.png"
            }]
        );
        said(&world, "DeleteDatastore", &["asset", "local", "images"]);
        assert!(!world.path("cloud/buckets").join(assets).exists());
        let to = format!("{}/interrogation", build_folder(&world));
        for (kind, name) in [
            ("backup-web", "applicationsourcecode.tar.gz"),
            ("backup-db", "site-DB-backup.tar.gz"),
        ] {
            said(&world, "GetFromDatastore", &[kind, name, &to, "daily"]);
            assert!(world.build("interrogation").join(name).exists(), "{tool}");
        }
    }
}

/// A missing key is said, and the directory made all the same.
#[test]
fn a_missing_key_is_said_and_the_directory_is_there() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, "www-testwebsite-uk-linode-snap", &[]);
        let to = format!("{}/a/b", build_folder(&world));
        let run = world.helper(Door::Shim, "GetFromDatastore");
        let ended = run.args(["snap", "keys.tar.gz", to.as_str()]).ends();
        assert_eq!(ended.stdout(), "Key does not exist\n", "{ended}");
        assert!(world.build("a/b").is_dir(), "{tool}");
    }
}
