//! Where a scenario is played: the sandbox with the original at its place, or with all installed helpers over it.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use crate::original::{BUILD_HOME, Sandbox, folder_of, link_or_copy};
use crate::scenario::Scenario;
use crate::seen::Seen;
use crate::world::{RND, URL, World};

/// Where the programs of the helpers are in the sandbox.
const PROGRAMS: &str = "/home/.adt-helpers";

/// Programs of the machine that must not be reached from a test; each notes its words, and answers.
const FAKES: [(&str, &str); 14] = [
    ("usr/bin/pinky", include_str!("programs/wget")),
    ("usr/bin/freshclam", include_str!("programs/logger")),
    ("usr/bin/clamscan", include_str!("programs/wget")),
    ("usr/bin/date", include_str!("programs/date")),
    ("usr/bin/ssh", include_str!("programs/logger")),
    ("usr/bin/scp", include_str!("programs/logger")),
    ("usr/bin/ssh-keyscan", include_str!("programs/ssh-keyscan")),
    ("usr/bin/wget", include_str!("programs/wget")),
    ("usr/bin/curl", include_str!("programs/curl")),
    ("usr/bin/hostname", include_str!("programs/hostname")),
    ("usr/bin/systemctl", include_str!("programs/logger")),
    ("usr/bin/tail", include_str!("programs/tail")),
    ("usr/bin/vi", include_str!("programs/vi")),
    ("usr/sbin/service", include_str!("programs/service")),
];

/// Runs a scenario and says what came of it.
pub fn run(checkout: &Path, scenario: &Scenario, with_ours: bool) -> Seen {
    let world = World::with_toolkit(scenario.cloud, Some(checkout.to_owned()));
    put_fakes(&world);
    // As ssh-keygen leaves it.
    let key = world.build("keys/id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build");
    std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o600)).unwrap();
    if scenario.on_autoscaler {
        become_an_autoscaler(&world, scenario);
    }
    crate::scenes::set(&scenario.scene, &world, scenario);
    if with_ours {
        install(&world, scenario.on_autoscaler);
    }
    let folder = place_of(scenario.helper, scenario.on_autoscaler);
    let directory = format!("{BUILD_HOME}/{folder}");
    let script = "exec 3>/home/.simcloud/cloud/fd3 4>/home/.simcloud/cloud/fd4; helper=$1; shift; umask 022; ";
    let mut words = vec![
        "/bin/sh".to_owned(),
        "-c".into(),
        format!("{script}{}", scenario.form),
        "caller".into(),
        format!("{directory}/{}.sh", scenario.helper),
    ];
    words.extend(scenario.words.iter().map(|word| with_names(word, &world)));
    let path = world.path("");
    let sandbox = Sandbox {
        limit_secs: crate::scenes::LIMIT_SECS,
        ..Sandbox::of(&path)
    };
    let mut command = sandbox.running(&directory, &words);
    if scenario.by_hand || scenario.on_autoscaler {
        command.env_remove("BUILD_HOME");
    } else {
        command.env("WEBSITE_URL", URL);
        command.env("BUILD_IDENTIFIER", "test-build");
    }
    let mut child = command
        .env("ADT_POLL_SECONDS", "0.02")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who asks nothing has gone before it is answered.
    let _ = child
        .stdin
        .take()
        .unwrap()
        .write_all(with_names(&scenario.stdin, &world).as_bytes());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() != Some(125) && !stderr.contains("panicked"),
        "{scenario}: {stderr}"
    );
    if std::env::var_os("ADT_COMPARE_STDERR").is_some() {
        println!("{scenario} ours={with_ours}\n{stderr}");
    }
    Seen::of(&world, scenario, &output)
}

/// The folder of a script, below the build machine's or the autoscaler's home.
fn place_of(helper: &str, on_autoscaler: bool) -> &'static str {
    if on_autoscaler && helper == "ExtractConfigValue" {
        return "utilities/config";
    }
    folder_of(helper)
}

/// Puts `{region}`, `{cloud}`, `{name:webserver}`, `{public:webserver}` and the like in their place.
fn with_names(text: &str, world: &World) -> String {
    let state = world.state();
    let mut text = text
        .replace("{region}", world.region())
        .replace("{cloud}", world.cloudhost())
        .replace("{rnd}", RND);
    for (_, label) in crate::world::TYPES {
        let name = world.machine_name(label);
        text = text.replace(&format!("{{name:{label}}}"), &name);
        let machine = state.machines.iter().find(|machine| machine.name == name);
        let (public, private) = machine.map_or(("203.0.113.77", "10.0.0.77"), |it| {
            (it.public_ip.as_str(), it.private_ip.as_str())
        });
        text = text.replace(&format!("{{public:{label}}}"), public);
        text = text.replace(&format!("{{private:{label}}}"), private);
    }
    text
}

fn put_fakes(world: &World) {
    for (path, text) in FAKES {
        let path = world.path("sandbox").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::create_dir_all(world.path("sandbox/links/usr/sbin")).unwrap();
}

/// What `make install` does: a shim at each script's place, and the programs.
fn install(world: &World, on_autoscaler: bool) {
    let shims = Path::new(env!("CARGO_MANIFEST_DIR")).join("helperscripts");
    let programs = world.path("sandbox/home/.adt-helpers");
    std::fs::create_dir_all(&programs).unwrap();
    for entry in std::fs::read_dir(shims).unwrap() {
        let shim = entry.unwrap().path();
        let name = shim.file_stem().unwrap().to_str().unwrap().to_owned();
        let place = world
            .home(place_of(&name, on_autoscaler))
            .join(format!("{name}.sh"));
        if on_autoscaler && !place.exists() {
            continue;
        }
        if on_autoscaler && !["CreateServer", "ExtractConfigValue"].contains(&name.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&shim).unwrap();
        let text = text.replace("/usr/local/libexec/adt-helpers", PROGRAMS);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, text).unwrap();
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700)).unwrap();
        let built = crate::world::programs::program();
        let program = programs.join(&name);
        link_or_copy(&built, &program);
    }
}

/// The home of the servers' user on an autoscaler, where the build machine's is otherwise.
fn become_an_autoscaler(world: &World, scenario: &Scenario) {
    std::fs::remove_file(world.path("sandbox/home/buildhome.dat")).unwrap();
    std::fs::write(
        world.path("sandbox/home/homedir.dat"),
        format!("{BUILD_HOME}\n"),
    )
    .unwrap();
    std::fs::remove_dir_all(world.home("runtimedata")).unwrap();
    let (cloud, region) = (scenario.cloud, world.region());
    world.write(
        "runtime/autoscaler_configuration_settings.dat",
        format!(
            "CLOUDHOST:{cloud}\nBUILDIDENTIFIER:test-build\nREGION:{region}\nVPCNAME:adt-vpc\nVPCIPRANGE:10.0.0.0/24\n\
             BUILDOS:debian\nBUILDOSVERSION:13\nACTIVEFIREWALLS:3\nBUILDFROMSNAPSHOT:0\nSNAPSHOTID:\nDBPASSWORD:p9x7c3v1bp\n\
             S3HOSTBASE:https://sos.example.invalid:443\nEMPTY:\nTWICE:one\nTWICE:two\n"
        ),
    );
    world.write(
        "runtime/cloud-init/webserver.yaml",
        "#cloud-config\nhostname: XXXXWEBSERVER_HOSTNAMEXXXX\n#XXXXAPACHEXXXX - apache2\n",
    );
    world.write(".ssh/EMERGENCY_PASSWORD", "aB3dE5fG7hJ9kL1m\n");
    world.write(".config/VULTRAPIKEY:0123456789abcdefTOKEN", "");
}
