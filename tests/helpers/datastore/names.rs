//! Which bucket is meant, from the front door; the table itself is tested where it is.

use super::*;

/// The bucket of the only call that changes something.
fn bucket_of(world: &World, helper: &str, words: &[&str]) -> String {
    let before = world.words().len();
    run(world, helper, words).succeeded();
    let call = world.words().split_off(before).pop().unwrap();
    let address = call
        .last()
        .unwrap()
        .strip_prefix("s3://")
        .unwrap()
        .to_owned();
    address.split('/').next().unwrap_or_default().to_owned()
}

#[test]
fn a_type_and_the_build_make_the_name() {
    let world = world(S3CMD);
    world.set_variable("AUTH_SERVER_URL", Some("auth.testwebsite.uk"));
    for (kind, specifier, expected) in [
        ("snap", "", "www-testwebsite-uk-linode-snap"),
        ("ssl", "", "www-testwebsite-uk-linode-zero-ssl"),
        ("auth-ssl", "", "auth-testwebsite-uk-cloudflare-zero-ssl"),
        ("dbaas", "", "www-testwebsite-uk-linode-dbaas"),
        ("multi-region", "", "www-testwebsite-uk-multi-region"),
        (
            "webroot-sync",
            "/a/b",
            "www-testwebsite-uk-webroot-sync-tunnel-a-b",
        ),
        ("config", "", "www-testwebsite-uk-config-xk3j"),
        ("auth-config", "", "auth-testwebsite-uk-config-xk3j"),
        ("asset", "a/b.c", "www-testwebsite-uk-assets-a-b-c"),
        ("backup", "daily", "www-testwebsite-uk-daily"),
        (
            "scaling",
            "scaling-linode-gb-lon",
            "www-testwebsite-uk-scaling-linode-gb-lon",
        ),
        ("auth", "b1", "authip-adt-allowed-b1"),
        ("any-bucket", "x", "any-bucket"),
    ] {
        let words = [kind, "local", specifier];
        assert_eq!(bucket_of(&world, "MountDatastore", &words), expected);
        let words = [kind, "m", "root", "local", "yes", specifier];
        assert_eq!(bucket_of(&world, "PutToDatastore", &words), expected);
    }
}

#[test]
fn the_servers_user_is_found_when_the_environment_lost_it() {
    let world = world(S3CMD);
    world.set_variable("SERVER_USER", None);
    world.write(
        "runtimedata/linode/test-build/credentials/SERVERUSER",
        "QwErTyUiOp\n",
    );
    let name = bucket_of(&world, "MountDatastore", &["config", "local"]);
    assert_eq!(name, "www-testwebsite-uk-config-qwer");
    std::fs::remove_file(world.build("credentials/SERVERUSER")).unwrap();
    let ended = run(&world, "MountDatastore", &["config", "local"]);
    assert!(ended.refused().contains("SERVER_USER"), "{ended}");
}

#[test]
fn the_site_is_the_builds_whatever_the_callers_environment_says() {
    for (helper, words) in [
        ("MountDatastore", &["multi-region", "local"][..]),
        (
            "PutToDatastore",
            &["multi-region", "m", "root", "local", "no"],
        ),
        ("GetFromDatastore", &["multi-region", "m"]),
        ("ListFromDatastore", &["multi-region"]),
        ("DeleteFromDatastore", &["multi-region", "m", "local"]),
        ("MoveDatastoreObject", &["multi-region", "m", "n", "local"]),
        ("SyncDatastore", &["multi-region", "m", "n", "local"]),
        ("DeleteDatastore", &["multi-region", "local"]),
    ] {
        let world = world(S3CMD);
        let run = world.helper(Door::Shim, helper).args(words);
        run.env("WEBSITE_URL", "www.other.org").ends();
        let said = lines(&world, S3CMD);
        assert!(!said.is_empty(), "{helper}");
        for line in said {
            assert!(
                line.contains("s3://www-testwebsite-uk-multi-region"),
                "{helper}: {line}"
            );
        }
    }
    let world = world(S3CMD);
    for bucket in ["www-testwebsite-uk-config-a", "www-other-org-config-a"] {
        objects(&world, bucket, &[]);
    }
    let run = world
        .helper(Door::Shim, "ListDatastore")
        .args(["config-all"]);
    let ended = run.env("WEBSITE_URL", "www.other.org").ends();
    assert_eq!(ended.succeeded_silently(), "www-testwebsite-uk-config-a\n");
}

#[test]
fn a_build_without_a_site_has_no_bucket_of_it() {
    let world = world(S3CMD);
    world.set_variable("WEBSITE_URL", None);
    let run = world.helper(Door::Shim, "MountDatastore");
    let run = run.args(["multi-region", "local"]);
    let ended = run.env("WEBSITE_URL", "www.other.org").ends();
    assert!(
        ended.refused().contains("WEBSITE_URL is not set"),
        "{ended}"
    );
    assert_eq!(world.words(), [[""; 0]; 0]);
}

#[test]
fn what_makes_no_name_is_refused_before_anything_is_done() {
    let world = world(S3CMD);
    let before = world.tree();
    for (kind, specifier, says) in [
        ("auth-config", "", "AUTH_SERVER_URL is not set"),
        ("backup", "", "the specifier ''"),
        ("auth", "b 1", "the specifier 'b 1'"),
        ("", "", "'' is not the name of a bucket"),
    ] {
        for (helper, words) in [
            ("MountDatastore", &[kind, "local", specifier][..]),
            (
                "PutToDatastore",
                &[kind, "m", "root", "local", "no", specifier],
            ),
            ("DeleteFromDatastore", &[kind, "m", "local", specifier]),
        ] {
            let ended = run(&world, helper, words);
            assert!(ended.refused().contains(says), "{ended}");
        }
    }
    assert_eq!(world.tree(), before);
    assert_eq!(world.words(), [[""; 0]; 0]);
}
