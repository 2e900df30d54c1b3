//! What is there when a helper is called: the sample build with its fleet, and what a scenario changes of it.

use std::io::Write as _;

use crate::scenario::Scenario;
use crate::simcloud_state::{Fault, Machine, now_ms};
use crate::world::{CLOUDS, PUBLIC_KEY, RND, TYPES, URL, World};

/// One change of the scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The account is empty.
    NoMachines,
    /// Two more webservers and a second autoscaler.
    SeveralOfAType,
    /// Machines of builds whose names begin like the build's, and machines of nobody.
    Neighbours,
    /// All machines are still being made.
    Starting,
    /// All machines are stopped.
    Stopped,
    /// Every provider call goes wrong this way.
    Fault(&'static str),
    /// A variable of the build.
    Env(&'static str, &'static str),
    /// The build has no such variable.
    NoEnv(&'static str),
    /// A line at the end of `build_environment`.
    Line(&'static str),
    /// A line at the end of an autoscaler's settings.
    Setting(&'static str),
    /// A file of root's home.
    RootFile(&'static str, &'static str),
    /// A file below `BUILD_HOME`, or an autoscaler's home.
    File(&'static str, &'static str),
    /// A file of the active build.
    BuildFile(&'static str, &'static str),
    /// There is no such file in `BUILD_HOME`.
    NoFile(&'static str),
    /// The active cloud or build is another.
    Active(&'static str, &'static str),
    /// What a fake program answers, by the program's name; see `programs`.
    Says(&'static str, &'static str),
    /// What the cloud-init scripts of the toolkit have put there, and the build's public key.
    CloudInit,
    /// A machine of each type was snapshotted before: the records, and the snapshots at the provider.
    Records,
    /// The same records are in the datastore alone.
    RecordsInBucket,
    /// An object in the datastore, by bucket and name, and its content.
    Object(&'static str, &'static str),
    /// A marker of an autoscaler in the site's scaling bucket, by region, autoscaler and number.
    Scaling(&'static str),
    /// The firewall, network and key that the build machine made.
    Prepared,
    /// The mark that a build leaves in its config bucket at its end.
    Installed,
}

pub type Scene = Vec<Step>;

/// Does to the world what the steps say.
pub fn set(scene: &Scene, world: &World, scenario: &Scenario) {
    for step in scene {
        step.set(world, scenario);
    }
}

/// A script that the original never ends is ended within this time.
pub const LIMIT_SECS: u32 = 20;

impl Step {
    fn set(&self, world: &World, scenario: &Scenario) {
        match self {
            Self::NoMachines => world.edit_state(|state| state.machines.clear()),
            Self::SeveralOfAType => add(world, &several(world)),
            Self::Neighbours => add(world, &neighbours(world)),
            Self::Starting => world.edit_state(|state| {
                for machine in &mut state.machines {
                    machine.ready_ms = now_ms() + 3_600_000;
                }
            }),
            Self::Stopped => world.edit_state(|state| {
                for machine in &mut state.machines {
                    machine.status = stopped(scenario.cloud).into();
                }
            }),
            Self::Fault(kind) => {
                let tools = ["doctl", "exo", "linode-cli", "vultr"];
                let fault = |tool: &str| Fault {
                    tool: tool.into(),
                    kind: (*kind).into(),
                    ms: 1500,
                    ..Fault::default()
                };
                world.faults(&tools.map(fault));
            }
            Self::Env(name, value) => {
                Self::NoEnv(name).set(world, scenario);
                world.edit_environment(|text| format!("{text}{name}={value}\n"));
            }
            Self::NoEnv(name) => world.edit_environment(|text| {
                let prefix = format!("{name}=");
                without_lines(&text, &prefix)
            }),
            Self::Line(line) => world.edit_environment(|text| format!("{text}{line}\n")),
            Self::Setting(line) => {
                let path = world.home("runtime/autoscaler_configuration_settings.dat");
                let name = line.split(':').next().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                let prefix = format!("{name}:");
                let text = without_lines(&text, &prefix);
                std::fs::write(path, format!("{text}{line}\n")).unwrap();
            }
            Self::RootFile(path, text) => {
                std::fs::write(world.path("home").join(path), text).unwrap();
            }
            Self::File(path, text) => world.write(path, text),
            Self::BuildFile(path, text) => {
                let path = world.build(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            Self::Installed => {
                let bucket = world.path("cloud/buckets/www-testwebsite-uk-config-xk3j");
                std::fs::create_dir_all(&bucket).unwrap();
                std::fs::write(bucket.join("INSTALLED_SUCCESSFULLY"), "").unwrap();
            }
            Self::NoFile(path) => std::fs::remove_file(world.home(path)).unwrap(),
            Self::Active(cloud, build) => {
                world.write("runtimedata/ACTIVE_CLOUDHOST", format!("{cloud}\n"));
                world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", format!("{build}\n"));
            }
            Self::Says(program, text) => {
                let path = world.path("cloud").join(program);
                let mut file = std::fs::File::create(path).unwrap();
                file.write_all(text.as_bytes()).unwrap();
            }
            Self::CloudInit => cloud_init(world),
            Self::Records => records(world, &world.legacy_snapshots(""), true),
            Self::RecordsInBucket => {
                let bucket = format!("{}-{}-snap", URL.replace('.', "-"), scenario.cloud);
                records(world, &world.path("cloud/buckets").join(bucket), false);
            }
            Self::Object(path, text) => put_object(world, path, text),
            Self::Scaling(marker) => {
                let site = URL.replace('.', "-");
                put_object(
                    world,
                    &format!("{site}-scaling-{}-{marker}", scenario.cloud),
                    "",
                );
            }
            Self::Prepared => prepare(world),
        }
    }
}

fn put_object(world: &World, path: &str, text: &str) {
    let object = world.path("cloud/buckets").join(path);
    std::fs::create_dir_all(object.parent().unwrap()).unwrap();
    std::fs::write(object, text).unwrap();
}

fn stopped(cloud: &str) -> &'static str {
    match cloud {
        "digitalocean" => "off",
        "linode" => "offline",
        _ => "stopped",
    }
}

fn add(world: &World, names: &[String]) {
    let first = 15 + world.state().machines.len();
    let machines: Vec<Machine> = names
        .iter()
        .enumerate()
        .map(|(number, name)| world.machine(first + number, name))
        .collect();
    world.edit_state(|state| state.machines.extend(machines));
}

fn several(world: &World) -> Vec<String> {
    let region = world.region();
    vec![
        format!("ws-{region}-test-build-0-{RND}-init-2"),
        format!("ws-{region}-test-build-1-{RND}-4711"),
        format!("NO-2-as-{region}-test-build-{RND}"),
    ]
}

fn neighbours(world: &World) -> Vec<String> {
    let region = world.region();
    let mut names = vec![
        "build-machine".to_owned(),
        format!("web-{region}-test-build"),
    ];
    for build in ["test-build2", "test-build-x", "other"] {
        names.push(format!("NO-1-as-{region}-{build}-Xabc"));
        names.push(format!("ws-{region}-{build}-1-Xabc-init-1"));
        names.push(format!("db-{region}-{build}-Xabc"));
    }
    names
}

fn cloud_init(world: &World) {
    for (_, label) in TYPES {
        let path = world.build("cloud-init").join(format!("{label}.yaml"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, crate::world::shipped_cloud_init(label)).unwrap();
    }
    let key = world.build("keys/id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build.pub");
    std::fs::write(key, format!("{PUBLIC_KEY}\n")).unwrap();
}

/// The id that a type's snapshot has at the provider; in the provider's own form.
fn snapshot_id(cloud: &str, number: usize) -> String {
    match cloud {
        "digitalocean" => format!("{}", 180_000_001 + number),
        "linode" => format!("private/{}", 30_000_001 + number),
        _ => format!("0aa11bb2-d8f1-4adf-91b7-{number:012}"),
    }
}

/// `text` without the lines that begin so, each with its end.
fn without_lines(text: &str, prefix: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with(prefix));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn records(world: &World, folder: &std::path::Path, at_provider: bool) {
    std::fs::create_dir_all(folder).unwrap();
    let mut ids = String::new();
    for (number, (_, label)) in TYPES.iter().enumerate() {
        let id = snapshot_id(world.cloudhost(), number);
        ids.extend([label, ":", id.as_str(), "\n"]);
        let snapshot = world.snapshot(&id, &world.snapshot_name(label), label);
        let is_there = world.state().snapshots.iter().any(|it| it.id == id);
        if !is_there {
            world.edit_state(|state| state.snapshots.push(snapshot));
        }
    }
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    put("snapshot_ids.dat", ids.as_bytes());
    put(
        "credentials.dat",
        b"USERNAME:Xk3JdQ9sPzLw8RtYv2NX\nPASSWORD:aB3dE5fG7hJ9kL1mN2\n",
    );
    let database = b"USERNAME:u2m5n8b4vu\nPASSWORD:p9x7c3v1bp\nDBNAME:n4f8k2lq1n\n";
    put("db_credentials.dat", database);
    put("db_credentials.dat.candidate", database);
    if !at_provider {
        put("keys.tar.gz", &keys_archive(world));
    }
}

fn keys_archive(world: &World) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(encoder);
    for ending in ["", ".pub"] {
        let name = format!("id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build{ending}");
        archive
            .append_path_with_name(world.build("keys").join(&name), &name)
            .unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn prepare(world: &World) {
    let region = world.region();
    let mut clouds = CLOUDS.iter();
    let (_, provider, _) = *clouds.find(|it| it.0 == world.cloudhost()).unwrap();
    world.edit_state(|state| {
        state.add_key(provider, "AGILE_TOOLKIT_PUBLIC_KEY-test-build", PUBLIC_KEY);
        state.add_firewall(provider, "adt-webserver-test-build");
        if world.cloudhost() != "exoscale" {
            state.add_vpc(provider, "adt-vpc", region, "10.0.0.0/24");
        }
    });
}
