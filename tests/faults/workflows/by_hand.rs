//! What people run by hand that changes objects in buckets.

use std::process::Command;

use super::{USUAL, Workflow, World, at, plain, with_machines};

/// A site that scales, with a number for one autoscaler, and a firewall list.
fn with_markers(cloudhost: &str) -> World {
    let world = at(cloudhost);
    let buckets = world.path("cloud/buckets");
    let scaling = format!("www-testwebsite-uk-scaling-{cloudhost}-{}", world.region());
    for (object, content) in [
        (format!("{scaling}/autoscaler-1/STATIC_SCALE:3"), ""),
        (
            "authip-adt-allowed-1/authorised-ips.dat".to_owned(),
            "203.0.113.7\n",
        ),
    ] {
        let object = buckets.join(object);
        std::fs::create_dir_all(object.parent().unwrap()).unwrap();
        std::fs::write(object, content).unwrap();
    }
    world
}

/// A build without machines, and a certificate for its site that nobody has put anywhere yet.
fn with_certificate(cloudhost: &str) -> World {
    let world = with_machines(cloudhost, &[]);
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=www.testwebsite.uk \
                 -addext subjectAltName=DNS:www.testwebsite.uk -keyout key.pem -out chain.pem";
    let mut openssl = Command::new("openssl");
    openssl
        .args(words.split_whitespace())
        .current_dir(world.path(""));
    let output = openssl.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    world
}

/// The helpers that end with one object in another's place.
pub const BY_HAND: [Workflow; 3] = [
    Workflow {
        name: "AllowLaptopIP",
        helper: "AllowLaptopIP",
        prepare: with_markers,
        run: |world| plain(world, "AllowLaptopIP").args(["--bucket", "1", "--add", "1.2.3.4"]),
        ..USUAL
    },
    Workflow {
        name: "AdjustScaling",
        helper: "AdjustScaling",
        prepare: with_markers,
        run: |world| {
            let (cloudhost, region) = (world.cloudhost(), world.region());
            plain(world, "AdjustScaling")
                .args(["--cloudhost", cloudhost, "--build", "test-build"])
                .args(["--site", "www.testwebsite.uk", "--region", region])
                .args(["--autoscaler", "1", "--webservers", "5", "--yes"])
        },
        ..USUAL
    },
    Workflow {
        name: "ManuallyUpdateSSLCertificate",
        helper: "ManuallyUpdateSSLCertificate",
        prepare: with_certificate,
        run: |world| {
            plain(world, "ManuallyUpdateSSLCertificate")
                .args(["--cloudhost", world.cloudhost(), "--build", "test-build"])
                .args(["--url", "www.testwebsite.uk", "--yes", "--chain"])
                .args([world.path("chain.pem"), "--key".into()])
                .args([world.path("key.pem")])
        },
        ..USUAL
    },
];
