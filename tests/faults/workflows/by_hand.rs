//! What people run by hand that changes objects in buckets.

use super::{USUAL, Workflow, World, at, plain};

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

/// The helpers that end with one object in another's place.
pub const BY_HAND: [Workflow; 2] = [
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
];
