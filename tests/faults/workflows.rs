//! The workflows of this project, each in the situation in which it does most.

mod by_hand;

pub use by_hand::BY_HAND;

use crate::scene::Workflow;
use crate::world::{Door, LABELS, Run, World};

/// The datastore's tool of a cloud's build, so that each tool has its turn.
fn tool(cloudhost: &str) -> &'static str {
    match cloudhost {
        "digitalocean" | "exoscale" => "s3cmd",
        "linode" => "s5cmd",
        _ => "rclone",
    }
}

fn at(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    world.use_datastore_tool(tool(cloudhost));
    world
}

/// A world in which snapshots of a webserver and a database were taken and uploaded.
fn snapshotted(cloudhost: &str) -> World {
    let world = at(cloudhost);
    world.snapshot_webserver_and_database();
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    world.set_variable("NO_AUTOSCALERS", Some("0"));
    world
}

/// As [`snapshotted`], with the latest backups of both.
fn backed_up(cloudhost: &str) -> World {
    let world = snapshotted(cloudhost);
    world.has_backups();
    world
}

/// A build with these machines only, of which there are no snapshots.
fn with_machines(cloudhost: &str, labels: &[&str]) -> World {
    let world = at(cloudhost);
    let wanted = labels.iter().map(|label| world.machine_name(label));
    let wanted: Vec<String> = wanted.collect();
    world.edit_state(|state| state.machines.retain(|it| wanted.contains(&it.name)));
    world
}

fn pair(cloudhost: &str) -> World {
    with_machines(cloudhost, &["webserver", "database"])
}

fn trio(cloudhost: &str) -> World {
    with_machines(cloudhost, &["autoscaler", "webserver", "database"])
}

fn normal_build(cloudhost: &str) -> World {
    let world = at(cloudhost);
    world.begin_anew();
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("0"));
    world
}

fn servers_from_snapshots(cloudhost: &str) -> World {
    let world = World::before_servers(cloudhost);
    world.records_snapshots();
    world
}

fn obtain<'a>(world: &'a World, words: &[&str]) -> Run<'a> {
    let usual = ["--type", "webserver", "--os", "debian"];
    quick(world.obtain(&usual).args(words))
}

fn plain<'a>(world: &'a World, helper: &str) -> Run<'a> {
    quick(world.helper(Door::Binary, helper))
}

fn quick(run: Run<'_>) -> Run<'_> {
    run.env("ADT_POLL_SECONDS", "0.001")
}

fn create(world: &World) -> Run<'_> {
    let name = world.machine_name(LABELS[3]);
    let words = [name.as_str(), world.size(), world.cloudhost()];
    quick(world.creating(&words))
}

fn ask<'a>(world: &'a World, helper: &str, subject: &str) -> Run<'a> {
    plain(world, helper).args([subject, world.cloudhost()])
}

const USUAL: Workflow = Workflow {
    name: "",
    helper: "",
    prepare: at,
    run: |world| plain(world, ""),
    done_already: "",
    answers: false,
    reports: false,
    is_steady: true,
};

pub const OBTAIN: Workflow = Workflow {
    name: "ObtainWholeMachineSnapshot",
    helper: "ObtainWholeMachineSnapshot",
    run: |world| obtain(world, &[]),
    done_already: "exists and is recorded",
    ..USUAL
};

pub const REPLACE: Workflow = Workflow {
    name: "ObtainWholeMachineSnapshot --replace",
    helper: "ObtainWholeMachineSnapshot",
    prepare: snapshotted,
    run: |world| obtain(world, &["--replace", "--no-datastore"]),
    ..USUAL
};

pub const OBTAIN_ALL: Workflow = Workflow {
    name: "ObtainWholeMachineSnapshot --all",
    helper: "ObtainWholeMachineSnapshot",
    prepare: pair,
    run: |world| {
        let words = [
            "--all",
            "--parallel",
            "1",
            "--os",
            "debian",
            "--no-datastore",
        ];
        quick(world.obtain(&words))
    },
    ..USUAL
};

pub const UPLOAD: Workflow = Workflow {
    name: "ObtainWholeMachineSnapshot --upload-only",
    helper: "ObtainWholeMachineSnapshot",
    prepare: snapshotted,
    run: |world| quick(world.obtain(&["--upload-only"])),
    ..USUAL
};

pub const INITIALISE: Workflow = Workflow {
    name: "InitialiseSnapshots",
    helper: "InitialiseSnapshots",
    prepare: |cloudhost| World::from_snapshots(cloudhost, tool(cloudhost)),
    run: |world| plain(world, "InitialiseSnapshots").in_private_tmp(),
    answers: true,
    ..USUAL
};

pub const SERVER_USER: Workflow = Workflow {
    name: "InitialiseServerUserCredentials",
    helper: "InitialiseServerUserCredentials",
    prepare: normal_build,
    run: |world| plain(world, "InitialiseServerUserCredentials"),
    ..USUAL
};

pub const DATABASE: Workflow = Workflow {
    name: "InitialiseSnapshotDatabaseCredentials",
    helper: "InitialiseSnapshotDatabaseCredentials",
    run: |world| plain(world, "InitialiseSnapshotDatabaseCredentials"),
    ..USUAL
};

pub const DATABASE_FROM_SNAPSHOT: Workflow = Workflow {
    name: "InitialiseSnapshotDatabaseCredentials from snapshots",
    prepare: |cloudhost| {
        let world = snapshotted(cloudhost);
        world.set_variable("DB_PASSWORD", Some("another"));
        world
    },
    ..DATABASE
};

pub const SET_VARIABLE: Workflow = Workflow {
    name: "SetVariableValue",
    helper: "SetVariableValue",
    run: |world| plain(world, "SetVariableValue").args(["PRODUCTION=0"]),
    ..USUAL
};

pub const CREATE: Workflow = Workflow {
    name: "CreateServer",
    helper: "CreateServer",
    prepare: World::before_servers,
    run: create,
    done_already: "exists already",
    ..USUAL
};

pub const CREATE_FROM_SNAPSHOT: Workflow = Workflow {
    name: "CreateServer from a snapshot",
    prepare: servers_from_snapshots,
    ..CREATE
};

pub const DESTROY: Workflow = Workflow {
    name: "DestroyServer",
    helper: "DestroyServer",
    prepare: World::in_a_network,
    run: |world| ask(world, "DestroyServer", "203.0.113.4"),
    done_already: "no machine has the address",
    ..USUAL
};

pub const PRUNE: Workflow = Workflow {
    name: "PruneSnapshots --yes",
    helper: "PruneSnapshots",
    prepare: World::with_old_snapshots,
    run: |world| plain(world, "PruneSnapshots").args(["--yes"]),
    ..USUAL
};

pub const VERIFY: Workflow = Workflow {
    name: "VerifySnapshots",
    helper: "VerifySnapshots",
    prepare: backed_up,
    run: |world| plain(world, "VerifySnapshots"),
    reports: true,
    ..USUAL
};

pub const STATUS: Workflow = Workflow {
    name: "SnapshotStatus",
    helper: "SnapshotStatus",
    prepare: snapshotted,
    run: |world| plain(world, "SnapshotStatus"),
    ..USUAL
};

pub const CHECK: Workflow = Workflow {
    name: "CheckSnapshotBuild",
    helper: "CheckSnapshotBuild",
    prepare: backed_up,
    run: |world| plain(world, "CheckSnapshotBuild"),
    reports: true,
    ..USUAL
};

/// The provider takes its time, as it does.
fn unhurried(world: World) -> World {
    world.edit_state(|state| {
        state.config.snapshot_ms = 120;
        state.config.server_ms = 400;
    });
    world
}

pub const OBTAIN_WAITING: Workflow = Workflow {
    prepare: |cloudhost| unhurried(at(cloudhost)),
    ..OBTAIN
};

pub const REPLACE_WAITING: Workflow = Workflow {
    prepare: |cloudhost| unhurried(snapshotted(cloudhost)),
    ..REPLACE
};

pub const OBTAIN_ALL_WAITING: Workflow = Workflow {
    prepare: |cloudhost| unhurried(pair(cloudhost)),
    ..OBTAIN_ALL
};

pub const CREATE_WAITING: Workflow = Workflow {
    prepare: |cloudhost| unhurried(servers_from_snapshots(cloudhost)),
    ..CREATE_FROM_SNAPSHOT
};

/// Several machines at a time. Which call is the how manieth is another each time.
pub const OBTAIN_ALL_AT_ONCE: Workflow = Workflow {
    name: "ObtainWholeMachineSnapshot --all --parallel 3",
    prepare: |cloudhost| unhurried(trio(cloudhost)),
    run: |world| {
        let words = [
            "--all",
            "--parallel",
            "3",
            "--os",
            "debian",
            "--no-datastore",
        ];
        quick(world.obtain(&words))
    },
    is_steady: false,
    ..OBTAIN_ALL
};

/// A bucket with some objects, and a file to be uploaded.
fn with_objects(cloudhost: &str) -> World {
    let world = at(cloudhost);
    for name in ["a.dat", "b.dat", "old/c.dat", "old/d/e.dat"] {
        let object = world.path("cloud/buckets/some-bucket").join(name);
        std::fs::create_dir_all(object.parent().unwrap()).unwrap();
        std::fs::write(object, format!("the object {name}\n")).unwrap();
    }
    let buckets = world.path("cloud/buckets");
    let synced = buckets.join("www-testwebsite-uk-webroot-sync-tunnel/old");
    std::fs::create_dir_all(&synced).unwrap();
    for name in ["a", "b"] {
        std::fs::write(synced.join(name), name).unwrap();
    }
    world.write("runtimedata/new.dat", "a new file\n");
    world.write("runtimedata/got/a.dat", "an older a\n");
    world
}

const DATASTORE: Workflow = Workflow {
    prepare: with_objects,
    ..USUAL
};

/// The helpers that change a bucket, or a file from one.
pub const DATASTORE_HELPERS: [Workflow; 7] = [
    Workflow {
        name: "PutToDatastore",
        helper: "PutToDatastore",
        run: |world| {
            let file = world.home("runtimedata/new.dat").display().to_string();
            let words = ["some-bucket", file.as_str(), "root", "local", "no"];
            plain(world, "PutToDatastore").args(words)
        },
        ..DATASTORE
    },
    Workflow {
        name: "GetFromDatastore",
        helper: "GetFromDatastore",
        run: |world| {
            let to = world.home("runtimedata/got").display().to_string();
            plain(world, "GetFromDatastore").args(["some-bucket", "a.dat", to.as_str()])
        },
        ..DATASTORE
    },
    Workflow {
        name: "ListFromDatastore",
        helper: "ListFromDatastore",
        run: |world| plain(world, "ListFromDatastore").args(["scaling", "a.dat", "some-bucket"]),
        answers: true,
        ..DATASTORE
    },
    Workflow {
        name: "MountDatastore",
        helper: "MountDatastore",
        run: |world| plain(world, "MountDatastore").args(["new-bucket", "local"]),
        ..DATASTORE
    },
    Workflow {
        name: "MoveDatastoreObject",
        helper: "MoveDatastoreObject",
        run: |world| {
            let words = ["some-bucket", "b.dat", "moved.dat", "local"];
            plain(world, "MoveDatastoreObject").args(words)
        },
        done_already: "there is no such object",
        ..DATASTORE
    },
    Workflow {
        name: "SyncDatastore",
        helper: "SyncDatastore",
        run: |world| {
            let words = ["webroot-sync", "old/", "copied/", "local"];
            plain(world, "SyncDatastore").args(words)
        },
        ..DATASTORE
    },
    Workflow {
        name: "DeleteFromDatastore",
        helper: "DeleteFromDatastore",
        run: |world| plain(world, "DeleteFromDatastore").args(["some-bucket", "old/", "local"]),
        ..DATASTORE
    },
];

/// The helpers that a script asks about machines.
pub const QUESTIONS: [Workflow; 7] = [
    Workflow {
        name: "ListServerIDs",
        helper: "ListServerIDs",
        run: |world| ask(world, "ListServerIDs", "ws"),
        ..QUESTION
    },
    Workflow {
        name: "NumberOfServers",
        helper: "NumberOfServers",
        run: |world| ask(world, "NumberOfServers", "ws"),
        ..QUESTION
    },
    Workflow {
        name: "IsInstanceRunning",
        helper: "IsInstanceRunning",
        run: |world| ask(world, "IsInstanceRunning", "ws"),
        ..QUESTION
    },
    Workflow {
        name: "GetServerIPAddresses",
        helper: "GetServerIPAddresses",
        run: |world| ask(world, "GetServerIPAddresses", "ws"),
        ..QUESTION
    },
    Workflow {
        name: "GetServerPrivateIPAddresses",
        helper: "GetServerPrivateIPAddresses",
        run: |world| ask(world, "GetServerPrivateIPAddresses", "ws"),
        ..QUESTION
    },
    Workflow {
        name: "GetServerName",
        helper: "GetServerName",
        run: |world| ask(world, "GetServerName", "203.0.113.4"),
        ..QUESTION
    },
    Workflow {
        name: "GetServerPublicIPAddressByIP",
        helper: "GetServerPublicIPAddressByIP",
        run: |world| ask(world, "GetServerPublicIPAddressByIP", "10.0.0.4"),
        ..QUESTION
    },
];

const QUESTION: Workflow = Workflow {
    prepare: World::in_a_network,
    answers: true,
    ..USUAL
};
