//! Which words the providers' CLIs are called with, one by one, as the scripts call them (contract 07).

use adt_helpers::toolkit::first_boot;

use super::*;
use crate::world::{PUBLIC_KEY, shipped_cloud_init};

/// The user data of a machine as its provider gets it, as text and in base64.
fn user_data(world: &World, label: &str) -> (String, String) {
    let token = format!("XXXX{}_HOSTNAMEXXXX", label.to_uppercase());
    let text = shipped_cloud_init(label).replace(&token, &world.machine_name(label));
    let environment = std::fs::read_to_string(world.build("build_environment")).unwrap();
    let makes_backups = ["webserver", "database"].contains(&label);
    let text = if makes_backups && environment.contains("\nBUILD_FROM_SNAPSHOT=1\n") {
        text + &first_boot::section(&[first_boot::holding_backups()])
    } else {
        text
    };
    let base64 = base64(&text);
    (text.trim_end().to_owned(), base64)
}

/// `text` as the toolkit's `base64 -w 0` prints it.
pub fn base64(text: &str) -> String {
    let output = std::process::Command::new("base64")
        .args(["-w", "0"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write;
            child.stdin.take().unwrap().write_all(text.as_bytes())?;
            child.wait_with_output()
        })
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

const LINODE_INTERFACES: &str = r#" [ { "purpose": "public", "firewall_id": FIREWALL, "default_route": { "ipv4": true }, "public": { "ipv4": { "addresses": [ { "address": "auto", "primary": true, "nat_1_1_address": "auto" } ] } } }, { "purpose": "vpc", "firewall_id": FIREWALL,  "vpc": { "ipv4": { "addresses": [ { "address": "auto", "primary": true } ] } , "subnet_id": SUBNET } } ]"#;

/// The call that the contract's row of the build machine makes.
fn expected(world: &World, cloudhost: &str, label: &str, image: &str) -> String {
    let state = world.state();
    let (name, size, region) = (world.machine_name(label), world.size(), world.region());
    let yaml = world.build("pending-servers").join(format!("{name}.yaml"));
    let yaml = yaml.display();
    let (_, base64) = user_data(world, label);
    let firewall_name = format!("adt-{label}-test-build");
    let firewalls = &state.firewalls;
    let firewall = &firewalls
        .iter()
        .find(|it| it.name == firewall_name)
        .unwrap()
        .id;
    let vpc = state
        .vpcs
        .iter()
        .find(|vpc| vpc.name != format!("default-{}", vpc.region));
    let vpc = vpc.unwrap();
    match cloudhost {
        "digitalocean" => format!(
            "doctl compute droplet create {name} --ssh-keys {} --size {size} --image {image} --region {region} --vpc-uuid {} \
             --user-data-file {yaml}",
            state.keys[0].id, vpc.id
        ),
        "exoscale" => {
            let visibility = if image.starts_with("Linux") {
                "public"
            } else {
                "private"
            };
            format!(
                "exo compute instance create {name} --instance-type standard.{size} --security-group {firewall_name} --template {image} \
                 --zone {region} --template-visibility {visibility} --cloud-init {yaml}"
            )
        }
        "linode" => {
            let interfaces = LINODE_INTERFACES
                .replace("FIREWALL", firewall)
                .replace("SUBNET", &vpc.subnet_id);
            format!(
                "linode-cli linodes create --root_pass --region {region} --image {image} --type {size} --label {name} --no-defaults \
                 --interface_generation linode --interfaces {interfaces} --metadata.user_data {base64} --disk_encryption enabled --suppress-warnings"
            )
        }
        _ => {
            let flag = if image.len() == 36 { "snapshot" } else { "os" };
            format!(
                "vultr instance create --label={name} --region={region} --plan={size} --{flag}={image} --ipv6=false \
                 --firewall-group {firewall} --ddos=false --userdata-file={yaml} --vpc-enable --vpc-ids {}",
                vpc.id
            )
        }
    }
}

fn system_image(cloudhost: &str) -> &'static str {
    match cloudhost {
        "digitalocean" => "debian-13-x64",
        "exoscale" => "Linux Debian 13 (Trixie) 64-bit",
        "linode" => "linode/debian13",
        _ => "2625",
    }
}

#[test]
fn every_type_at_every_cloud_from_an_operating_system() {
    for (cloudhost, ..) in CLOUDS {
        for label in LABELS {
            let world = World::before_servers(cloudhost);
            let ended = world.create(label);
            assert_eq!(ended.succeeded(), "", "{cloudhost} {label}");
            let machine = world.only_machine(label, cloudhost);
            assert_eq!(machine.from_snapshot, "", "{cloudhost} {label}");
            assert_eq!(
                machine.user_data.trim_end(),
                user_data(&world, label).0,
                "{cloudhost} {label}"
            );
            let call = expected(&world, cloudhost, label, system_image(cloudhost));
            assert_eq!(world.creations(), [call], "{cloudhost} {label}");
        }
    }
}

#[test]
fn every_type_at_every_cloud_from_a_snapshot_recorded_by_the_script() {
    for (cloudhost, ..) in CLOUDS {
        for (number, label) in LABELS.into_iter().enumerate() {
            let world = World::before_servers(cloudhost);
            world.records_snapshots();
            let ended = world.create(label);
            assert_eq!(ended.succeeded(), "", "{cloudhost} {label}");
            let id = world.snapshot_id(number);
            let machine = world.only_machine(label, cloudhost);
            assert_eq!(machine.from_snapshot, id, "{cloudhost} {label}");
            let call = expected(&world, cloudhost, label, &id);
            assert_eq!(world.creations(), [call], "{cloudhost} {label}");
            // The autoscaler's settings are written from the webserver's.
            let environment = std::fs::read_to_string(world.build("build_environment")).unwrap();
            let said = environment
                .lines()
                .filter(|line| line.starts_with("SNAPSHOT_ID="));
            let said: Vec<String> = said.map(str::to_owned).collect();
            if label == "webserver" {
                assert_eq!(said, [format!("SNAPSHOT_ID={id}")], "{cloudhost}");
            } else {
                assert!(said.is_empty(), "{cloudhost} {label}: {said:?}");
            }
        }
    }
}

#[test]
fn a_vultr_cli_that_takes_no_file_is_given_the_configuration_as_a_word() {
    for (version, is_a_word) in [("2.22.1", true), ("3.8.0", true), ("3.9.0", false)] {
        let world = World::before_servers("vultr");
        let (size, name) = (world.size(), world.machine_name("webserver"));
        let run = world.creating(&[size, &name]);
        run.env("SIMCLOUD_VULTR_VERSION", version)
            .ends()
            .succeeded();
        let machine = world.only_machine("webserver", "vultr");
        let (text, _) = user_data(&world, "webserver");
        assert_eq!(machine.user_data.trim_end(), text, "{version}");
        let call = world.creations().remove(0);
        let in_words = format!("--userdata={text}");
        assert_eq!(call.contains(&in_words), is_a_word, "{version}: {call}");
    }
}

#[test]
fn a_configuration_that_no_word_can_hold_is_named() {
    for (cloudhost, version) in [("vultr", "3.8.0"), ("linode", "")] {
        let world = World::before_servers(cloudhost);
        let yaml = world.build("cloud-init/webserver.yaml");
        let long = format!("#cloud-config\n#{}\n", "x".repeat(131_072));
        std::fs::write(&yaml, long).unwrap();
        let (size, name) = (world.size(), world.machine_name("webserver"));
        let run = world.creating(&[size, &name]);
        let ended = run.env("SIMCLOUD_VULTR_VERSION", version).ends();
        let said = ended.failed();
        let expected = "the server's cloud-init configuration is too long: ";
        assert!(said.contains(expected), "{ended}");
        assert_eq!(world.creations(), [""; 0], "{ended}");
        let notes = world.server_notes();
        assert!(notes.is_empty(), "{notes:?}");
    }
}

#[test]
fn the_id_is_set_literally_in_place_of_another() {
    let world = World::before_servers("linode");
    world.records_snapshots();
    world.set_variable("SNAPSHOT_ID", Some("a/b&c"));
    world.set_variable("S3_SECRET_KEY", Some("s/e&c"));
    world.create("webserver").succeeded();
    let environment = std::fs::read_to_string(world.build("build_environment")).unwrap();
    assert!(
        environment.contains("\nSNAPSHOT_ID=private/30007004\n"),
        "{environment}"
    );
    assert!(
        environment.contains("\nS3_SECRET_KEY=s/e&c\n"),
        "{environment}"
    );
}

#[test]
fn network_and_key_are_made_once_and_used_again() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.create("webserver").succeeded();
        world.create("database").succeeded();
        let region = world.region();
        let changes = world.changes();
        // What the toolkit's own script does is its affair.
        let is_a_firewalls = |call: &str| {
            [
                "compute firewall",
                "security-group create",
                "firewalls create",
                "firewall group",
            ]
            .iter()
            .any(|words| call.contains(words))
        };
        let others = changes
            .iter()
            .filter(|call| !world.creations().contains(call) && !is_a_firewalls(call));
        let others: Vec<String> = others.cloned().collect();
        let expected: Vec<String> = match cloudhost {
            "digitalocean" => vec![
                format!(
                    "doctl compute ssh-key create AGILE_TOOLKIT_PUBLIC_KEY-test-build --public-key {PUBLIC_KEY}"
                ),
                format!(
                    "doctl vpcs create --name adt-vpc --region {region} --ip-range 10.0.0.0/24"
                ),
            ],
            "exoscale" => vec![
                format!(
                    "exo compute private-network create adt_private_net_{region} --zone {region} --start-ip 10.0.0.20 --end-ip 10.0.0.200 \
                     --netmask 255.255.255.0"
                ),
                format!(
                    "exo compute instance private-network attach {} adt_private_net_{region} --zone {region}",
                    world.machine_name("webserver")
                ),
                format!(
                    "exo compute instance private-network attach {} adt_private_net_{region} --zone {region}",
                    world.machine_name("database")
                ),
            ],
            "linode" => vec![format!(
                "linode-cli vpcs create --no-defaults --label adt-vpc --region {region} --subnets.label adt-subnet --subnets.ipv4 10.0.0.0/24 --suppress-warnings"
            )],
            _ => vec![format!(
                "vultr vpc create --region={region} --description=adt-vpc --subnet=10.0.0.0 --size=24"
            )],
        };
        assert_eq!(others, expected, "{cloudhost}");
        assert_eq!(
            world.build("SSH_KEY_ASSIGNED").exists(),
            cloudhost == "digitalocean"
        );
    }
}

#[test]
fn a_key_of_an_earlier_build_is_replaced_once() {
    let world = World::before_servers("digitalocean");
    let mut old = String::new();
    world.edit_state(|state| {
        let provider = crate::simcloud_state::Provider::DigitalOcean;
        let name = "AGILE_TOOLKIT_PUBLIC_KEY-test-build";
        old.clone_from(&state.add_key(provider, name, "ssh-ed25519 AAAAold x").id);
    });
    world.create("webserver").succeeded();
    world.create("database").succeeded();
    let state = world.state();
    assert_eq!(state.keys.len(), 1);
    assert_ne!(state.keys[0].id, old);
    assert!(
        state
            .machines
            .iter()
            .all(|it| it.keys == [state.keys[0].id.clone()])
    );
}

#[test]
fn the_consoles_password_is_in_no_argument_and_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::before_servers("linode");
    world.create("webserver").succeeded();
    world.create("database").succeeded();
    let path = world.build("EMERGENCY_PASSWORD");
    let password = std::fs::read_to_string(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!((mode & 0o777, password.len()), (0o600, 17));
    assert!(world.machines().iter().all(|machine| machine.has_root_pass));
    assert!(
        world
            .calls()
            .iter()
            .all(|call| !call.contains(password.trim()))
    );
}

#[test]
fn size_and_cloudhost_are_the_builds_when_not_given() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        let ended = world
            .creating(&["--json", "--name", &world.machine_name("webserver")])
            .ends();
        let report: serde_json::Value = serde_json::from_str(ended.succeeded()).unwrap();
        let machine = world.only_machine("webserver", cloudhost);
        assert_eq!(report["id"], machine.id, "{report}");
        assert_eq!(report["outcome"], "made", "{report}");
        assert_eq!(report["type"], "webserver", "{report}");
        assert_eq!(report["public_addresses"][0], machine.public_ip, "{report}");
        assert_eq!(report["size"], world.size(), "{report}");
    }
}

#[test]
fn a_dry_run_shows_the_calls_and_makes_nothing() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        let before = world.tree();
        let ended = world
            .creating(&["--dry-run", "-v", &world.machine_name("webserver")])
            .ends();
        assert_eq!(ended.succeeded(), "");
        ended.says(" create ");
        ended.says("ConfigureNativeFirewall.sh adt-webserver");
        ended.says(&format!(
            "would make {} of size {}",
            world.machine_name("webserver"),
            world.size()
        ));
        assert!(!ended.stderr().contains("hostname: "), "{ended}");
        assert_eq!(world.firewalls_asked_for(), [""; 0]);
        assert_eq!(world.changes(), [""; 0], "{cloudhost}");
        assert_eq!(world.tree(), before, "{cloudhost}");
    }
}

#[test]
fn a_shield_that_the_build_wrote_is_asked_for() {
    // The build writes the one name and the script reads the other.
    for (variable, value, expected) in [
        ("ENABLE_DDOS_PROTECTION", "1", "--ddos=true"),
        ("ENABLE_DDOS_PROTECION", "1", "--ddos=true"),
        ("ENABLE_DDOS_PROTECTION", "0", "--ddos=false"),
        ("ENABLE_DDOS_PROTECTION", "", "--ddos=false"),
    ] {
        let world = World::before_servers("vultr");
        world.set_variable("ENABLE_DDOS_PROTECTION", None);
        world.set_variable("ENABLE_DDOS_PROTECION", None);
        world.set_variable(variable, Some(value));
        world.create("webserver").succeeded();
        let creation = &world.creations()[0];
        assert!(creation.contains(&format!(" {expected} ")), "{creation}");
    }
}
