use super::*;

fn value(name: &str) -> anyhow::Result<String> {
    let value = match name {
        "WEBSITE_URL" => "www.site.uk",
        "AUTH_SERVER_URL" => "auth.site.uk",
        "DNS_CHOICE" => "cloudflare",
        "AUTH_DNS_CHOICE" => "linode",
        "SSL_GENERATION_SERVICE" => "ZEROSSL",
        "SERVER_USER" => "Xk3JdQ9sPzLw8RtYv2NX",
        _ => bail!("{name} is asked for"),
    };
    Ok(value.to_owned())
}

fn name(asking: Asking, kind: &str, specifier: &str) -> String {
    let wanted = WantedBucket {
        kind,
        specifier,
        variable: &value,
    };
    wanted.name(asking).unwrap()
}

#[test]
fn the_types_that_are_the_same_for_everybody() {
    for asking in ANYONE {
        for (kind, specifier, expected) in [
            ("snap", "x", "www-site-uk-cloudflare-snap"),
            ("ssl", "", "www-site-uk-cloudflare-zero-ssl"),
            ("auth-ssl", "", "auth-site-uk-linode-zero-ssl"),
            ("dbaas", "", "www-site-uk-cloudflare-dbaas"),
            ("multi-region", "", "www-site-uk-multi-region"),
            ("webroot-sync", "", "www-site-uk-webroot-sync-tunnel"),
            (
                "webroot-sync",
                "/a/b",
                "www-site-uk-webroot-sync-tunnel-a-b",
            ),
            ("config-sync", "/a.b", "www-site-uk-config-sync-tunnel-a.b"),
            ("asset", "/a.b//c", "www-site-uk-assets-a-b-c"),
            ("auth", "b1", "authip-adt-allowed-b1"),
        ] {
            assert_eq!(name(*asking, kind, specifier), expected, "{asking:?}");
        }
    }
}

#[test]
fn the_types_with_exceptions() {
    use Asking::Sync;
    for (kind, specifier, who, expected) in [
        ("config", "s", &[DeleteBucket][..], "www-site-uk-config-s"),
        (
            "config",
            "s",
            &[
                Put,
                Get,
                ListFrom,
                ListBuckets,
                Mount,
                DeleteFrom,
                Move,
                Sync,
            ],
            "www-site-uk-config-xk3j",
        ),
        ("config-all", "s", &[ListBuckets], "www-site-uk-config"),
        (
            "auth-config",
            "s",
            &[ListBuckets, DeleteBucket],
            "auth-site-uk-config-s",
        ),
        (
            "auth-config",
            "s",
            &[Put, Get, Mount, DeleteFrom, Move, Sync],
            "auth-site-uk-config-xk3j",
        ),
        (
            "backup",
            "s",
            &[
                Put,
                ListFrom,
                ListBuckets,
                Mount,
                DeleteFrom,
                DeleteBucket,
                Move,
                Sync,
            ],
            "www-site-uk-s",
        ),
        ("backup", "s", &[Get], "backup"),
        ("backup-web", "s", &[Get], "www-site-uk-s"),
        ("backup-db", "s", &[Get], "www-site-uk-db-s"),
        ("scaling", "s.t", &[Put, Mount], "www-site-uk-s.t"),
        (
            "scaling",
            "s.t",
            &[ListBuckets, ListFrom, DeleteFrom],
            "s-t",
        ),
        (
            "scaling",
            "s.t",
            &[Get, DeleteBucket, Move, Sync],
            "scaling",
        ),
        (
            "basic-auth-credentials",
            "s",
            &[ListBuckets, DeleteBucket],
            "www-site-uk-basic-auth-credentials",
        ),
        (
            "firewall-auth-laptop-ips",
            "",
            &[Put],
            "firewall-auth-laptop-ips",
        ),
        (
            "any-bucket",
            "s",
            &[Put, Get, Mount, DeleteBucket],
            "any-bucket",
        ),
        ("", "s", &[DeleteBucket], ""),
    ] {
        for asking in who {
            assert_eq!(
                name(*asking, kind, specifier),
                expected,
                "{asking:?} {kind}"
            );
        }
    }
    assert!(name(Mount, "ad-hoc", "").ends_with("agile"));
}

#[test]
fn what_cannot_be_named_says_why() {
    let why = |asking, kind, service: &'static str| {
        let variable = |name: &str| match name {
            "SSL_GENERATION_SERVICE" => Ok(service.to_owned()),
            _ => value(name),
        };
        let wanted = WantedBucket {
            kind,
            specifier: "s",
            variable: &variable,
        };
        wanted.name(asking).unwrap_err().to_string()
    };
    assert!(why(Put, "ssl", "OTHER").contains("expected LETSENCRYPT or ZEROSSL"));
    for kind in ["auth-config", "config-all", "other"] {
        assert!(why(ListFrom, kind, "").contains(kind));
    }
}
