//! What changes nothing, or not everything: a pair that cannot serve the site, a no, a rehearsal, a bucket that fails.

use super::authority::{self, Authority, Issued};
use super::{BUCKETS, HELPER, files, folder, has_old, put, replaced};
use crate::world::{Door, Stage, URL};

#[test]
fn a_pair_that_cannot_serve_the_site_changes_nothing() {
    let stage = Stage::at("digitalocean");
    has_old(&folder(stage.world()));
    let authority = Authority::new();
    let (good, other) = (authority.issues(URL), authority.issues("www.other.uk"));
    let stranger = Authority::new();
    let mixed = |chain: String, key: &str| authority::issued(chain, key.to_owned());
    let garbled = good.chain.replacen("MII", "AAA", 1);
    for (issued, why) in [
        (
            &other,
            "the certificate is not for www.testwebsite.uk, but for: ",
        ),
        (
            &authority.issues_expired(URL),
            "the certificate has expired on 20",
        ),
        (
            &mixed(good.chain.clone(), &other.key),
            "the private key is not the certificate's",
        ),
        (
            &mixed(format!("{}{}", good.leaf, stranger.certificate), &good.key),
            "certificate 1 of the chain is not vouched for by the next: ",
        ),
        (
            &mixed(format!("{}{}", authority.certificate, good.leaf), &good.key),
            "the certificate is not for www.testwebsite.uk",
        ),
        (&mixed(garbled, &good.key), "the certificate cannot be read"),
        (
            &mixed(good.chain.clone(), &good.key.replacen("MIG", "AAA", 1)),
            "the private key cannot be read",
        ),
        (
            &mixed(good.chain.clone(), &authority.encrypted(&good)),
            "the private key is encrypted",
        ),
        (&mixed(good.chain.clone(), ""), "there are 0 private keys"),
    ] {
        let before = stage.world().tree();
        let ended = put(&stage, issued, &["--yes"]);
        let said = ended.failed();
        assert!(said.contains(why), "{why}: {ended}");
        assert!(!ended.to_string().contains("PRIVATE KEY"), "{ended}");
        assert_eq!(stage.world().tree(), before, "{why}");
    }
    assert_eq!(stage.order(), [""; 0]);
}

#[test]
fn without_an_answer_or_with_a_no_nothing_is_changed() {
    let stage = Stage::at("digitalocean");
    has_old(&folder(stage.world()));
    let before = stage.world().tree();
    let issued = Authority::new().issues(URL);
    let Issued { chain, key, .. } = &issued;
    for answers in [
        String::new(),
        "1\n".to_owned(),
        "1\nwww.other.uk\n".to_owned(),
        "1\n\n".to_owned(),
        format!("1\n\n{chain}"),
        format!("1\n\n{chain}{}", key.lines().next().unwrap()),
        format!("1\n\n{chain}{key}"),
        format!("1\n\n{chain}{key}n\n"),
        format!("1\n\n{chain}{key}NO\n"),
        "5\n".to_owned(),
    ] {
        let run = stage.world().helper(Door::Shim, HELPER);
        let ended = run.stdin(answers.clone()).ends();
        ended.failed();
        assert_eq!(stage.world().tree(), before, "{answers:?}: {ended}");
    }
    let ended = put(&stage, &issued, &["--url", "www.other.uk"]);
    assert_eq!(ended.status, Some(2), "{ended}");
    assert_eq!(stage.order(), [""; 0]);
}

#[test]
fn no_machine_is_reached_while_a_bucket_still_has_the_old_one() {
    let stage = Stage::at("digitalocean");
    has_old(&folder(stage.world()));
    let issued = Authority::new().issues(URL);
    stage.world().tool(
        "s3cmd",
        "echo 'ERROR: S3 error: 403 (AccessDenied)' >&2; exit 77",
    );
    let ended = put(&stage, &issued, &["--yes"]);
    let said = ended.failed();
    assert!(
        said.contains("the new certificate is on this machine alone; run this again"),
        "{ended}"
    );
    assert_eq!(files(&folder(stage.world())), replaced(&issued));
    assert_eq!(stage.order(), [""; 0]);
}

#[test]
fn a_dry_run_checks_the_pair_and_says_where_it_would_be_put() {
    let stage = Stage::at("digitalocean");
    has_old(&folder(stage.world()));
    let before = stage.world().tree();
    let issued = Authority::new().issues(URL);
    let ended = put(&stage, &issued, &["--dry-run"]);
    let said = ended.succeeded();
    for line in [
        format!("would be replaced in '{}'", folder(stage.world()).display()),
        format!("would be uploaded to the bucket '{}'", BUCKETS[0].0),
        format!(
            "would be uploaded to 'ssl/{URL}' in the bucket '{}'",
            BUCKETS[1].0
        ),
        format!(
            "would be replaced on {} (",
            stage.fleet.server("reverseproxy").name
        ),
    ] {
        assert!(said.contains(&line), "{line}: {ended}");
    }
    assert_eq!(said.matches("would be replaced on ").count(), 3, "{ended}");
    assert_eq!(stage.world().tree(), before);
    assert_eq!(stage.order(), [""; 0]);
}
