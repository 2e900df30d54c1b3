//! The same program on an autoscaler: other files, the other words of the contract's rows `a:`.

use super::*;

fn snapshot_settings(world: &World) -> String {
    format!("BUILDFROMSNAPSHOT:1\nSNAPSHOTID:{}\n", world.snapshot_id(3))
}

fn scaled_up(cloudhost: &str, settings: &str) -> (World, Vec<String>) {
    let world = World::on_an_autoscaler(cloudhost, settings);
    let snapshot = world.usable_snapshot(3, "webserver");
    world.edit_state(|state| state.snapshots.push(snapshot));
    let ended = world.create("webserver");
    assert_eq!(ended.succeeded(), "", "{cloudhost}");
    world.only_machine("webserver", cloudhost);
    let changes = world.changes();
    (world, changes)
}

#[test]
fn a_scale_up_uses_the_snapshot_when_there_is_one() {
    for (cloudhost, ..) in CLOUDS {
        let id = World::at(cloudhost).snapshot_id(3);
        let settings = snapshot_settings(&World::at(cloudhost));
        let (world, _) = scaled_up(cloudhost, &settings);
        assert_eq!(world.machines()[0].from_snapshot, id, "{cloudhost}");
        for settings in [
            "BUILDFROMSNAPSHOT:1\nSNAPSHOTID:\n".to_owned(),
            "BUILDFROMSNAPSHOT:1\n".to_owned(),
            format!("BUILDFROMSNAPSHOT:0\nSNAPSHOTID:{id}\n"),
            format!("XBUILDFROMSNAPSHOT:1\nSNAPSHOTID:{id}\n"),
        ] {
            let (world, _) = scaled_up(cloudhost, &settings);
            assert_eq!(
                world.machines()[0].from_snapshot,
                "",
                "{cloudhost} {settings}"
            );
        }
    }
}

#[test]
fn the_words_are_those_of_the_autoscalers_rows() {
    for (cloudhost, ..) in CLOUDS {
        let settings = snapshot_settings(&World::at(cloudhost));
        let (world, changes) = scaled_up(cloudhost, &settings);
        let state = world.state();
        let (name, size, region) = (
            world.machine_name("webserver"),
            world.size(),
            world.region(),
        );
        let image = world.snapshot_id(3);
        let yaml = world.path("server_home/runtime/pending-servers");
        let yaml = yaml.join(format!("{name}.yaml"));
        let yaml = yaml.display();
        let firewall_name = "adt-webserver-test-build";
        let firewall = &state
            .firewalls
            .iter()
            .find(|it| it.name == firewall_name)
            .unwrap()
            .id;
        let text = format!("#cloud-config\nhostname: {name}\n#XXXXAPACHEXXXX - apache2\n");
        let base64 = words::base64(&text);
        let vpc = state
            .vpcs
            .iter()
            .find(|vpc| !vpc.name.starts_with("default"))
            .unwrap();
        let expected: Vec<String> = match cloudhost {
            "digitalocean" => vec![
                format!(
                    "doctl compute droplet create {name} -o json --size {size} --image {image} --region {region} --ssh-keys {} \
                     --vpc-uuid {} --user-data-file {yaml}",
                    state.keys[0].id, vpc.id
                ),
                format!(
                    "doctl compute firewall add-droplets {firewall} --droplet-ids {}",
                    state.machines[0].id
                ),
            ],
            "exoscale" => vec![
                format!(
                    "exo compute private-network create adt_private_net_{region} --zone {region} --start-ip 10.0.0.20 --end-ip 10.0.0.200 \
                     --netmask 255.255.255.0"
                ),
                format!(
                    "exo compute instance create {name} --instance-type standard.{size} --security-group {firewall_name} \
                     --template {image} --template-visibility private --zone {region} --cloud-init {yaml}"
                ),
                format!(
                    "exo compute instance private-network attach {name} adt_private_net_{region} --zone {region}"
                ),
            ],
            "linode" => vec![format!(
                r#"linode-cli linodes create --root_pass --region {region} --image {image} --firewall_id={firewall} --type {size} --label {name} --no-defaults --interface_generation linode --interfaces  [ {{ "purpose": "public", "firewall_id": {firewall}, "default_route": {{ "ipv4": true }}, "public": {{ "ipv4": {{ "addresses": [ {{ "address": "auto", "primary": true }} ] }} }} }}, {{ "purpose": "vpc", "firewall_id": {firewall},  "vpc": {{ "ipv4": {{ "addresses": [ {{ "address": "auto", "primary": true }} ] }} , "subnet_id": {} }} }} ] --metadata.user_data {base64} --disk_encryption enabled --suppress-warnings"#,
                vpc.subnet_id
            )],
            _ => vec![format!(
                "vultr instance create --label={name} --region={region} --plan={size} --ipv6=false --snapshot={image} \
                 --firewall-group={firewall} --userdata-file={yaml} --vpc-enable --vpc-ids {}",
                vpc.id
            )],
        };
        assert_eq!(changes, expected, "{cloudhost}");
        assert_eq!(
            state.machines[0].firewalls,
            std::slice::from_ref(firewall),
            "{cloudhost}"
        );
    }
}

#[test]
fn what_an_autoscaler_cannot_do_is_refused() {
    let world = World::on_an_autoscaler("digitalocean", "");
    let ended = world.create("database");
    assert!(ended.failed().contains("makes webservers only"), "{ended}");
    world.edit_state(|state| state.keys.clear());
    let ended = world.create("webserver");
    assert!(
        ended.failed().contains("does not know the ssh key"),
        "{ended}"
    );
    let world = World::on_an_autoscaler("linode", "");
    world.edit_state(|state| state.vpcs.clear());
    let ended = world.create("webserver");
    assert!(
        ended.failed().contains("does not know the VPC 'adt-vpc'"),
        "{ended}"
    );
    let world = World::on_an_autoscaler("vultr", "BUILDFROMSNAPSHOT:1\nSNAPSHOTID:gone\n");
    let ended = world.create("webserver");
    assert!(
        ended.failed().contains("does not know the snapshot gone"),
        "{ended}"
    );
    assert_eq!(world.changes(), [""; 0]);
}

#[test]
fn a_scale_up_that_is_cut_short_is_finished() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::on_an_autoscaler(cloudhost, "");
        world.faults(&[world.creation_fault("kill-parent-after")]);
        assert_eq!(world.create("webserver").status, None, "{cloudhost}");
        world.faults(&[]);
        world.create("webserver").succeeded();
        let machine = world.only_machine("webserver", cloudhost);
        assert_eq!(machine.firewalls.len(), 1, "{cloudhost}: {machine:#?}");
    }
}

#[test]
fn without_the_firewall_no_server_is_made() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::on_an_autoscaler(cloudhost, "");
        world.edit_state(|state| state.firewalls.clear());
        let ended = world.create("webserver");
        let said = ended.failed();
        assert!(
            said.contains("no firewall 'adt-webserver-test-build'"),
            "{ended}"
        );
        assert_eq!(world.changes(), [""; 0], "{cloudhost}");
        assert_eq!(world.server_notes(), [""; 0], "{cloudhost}");
    }
}

#[test]
fn without_firewalls_none_is_looked_for() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::on_an_autoscaler(cloudhost, "");
        let path = world.path("server_home/runtime/autoscaler_configuration_settings.dat");
        let settings = std::fs::read_to_string(&path).unwrap();
        let settings = settings.replace("ACTIVEFIREWALLS:3", "ACTIVEFIREWALLS:1");
        std::fs::write(path, settings).unwrap();
        world.create("webserver").succeeded();
        let machine = world.only_machine("webserver", cloudhost);
        assert!(machine.firewalls.is_empty(), "{machine:#?}");
        let calls = world.calls().join("\n");
        assert!(
            !calls.contains("firewall") && !calls.contains("security-group"),
            "{calls}"
        );
        if cloudhost == "linode" {
            let interfaces: serde_json::Value = serde_json::from_str(&machine.interfaces).unwrap();
            assert_eq!(interfaces[0]["purpose"], "public");
            assert!(calls.contains("--root_pass --region"), "{calls}");
        }
    }
}

#[test]
fn the_consoles_password_is_the_build_machines_and_is_never_made_up() {
    let world = World::on_an_autoscaler("linode", "");
    world.create("webserver").succeeded();
    assert!(world.machines()[0].has_root_pass);
    assert!(
        !world
            .path("server_home/runtime/EMERGENCY_PASSWORD")
            .exists()
    );
    for content in ["", "\n", "gone"] {
        let world = World::on_an_autoscaler("linode", "");
        let path = world.path("server_home/.ssh/EMERGENCY_PASSWORD");
        if content == "gone" {
            std::fs::remove_file(&path).unwrap();
        } else {
            std::fs::write(&path, content).unwrap();
        }
        let ended = world.create("webserver");
        let said = ended.failed();
        assert!(said.contains(".ssh/EMERGENCY_PASSWORD"), "{ended}");
        assert_eq!(world.changes(), [""; 0], "{ended}");
        assert_eq!(path.exists(), content != "gone");
    }
}

#[test]
fn a_mark_names_the_cloud_where_the_settings_do_not() {
    for (cloudhost, mark) in [
        ("digitalocean", "DROPLET"),
        ("exoscale", "EXOSCALE"),
        ("linode", "LINODE"),
        ("vultr", "VULTR"),
    ] {
        let world = World::on_an_autoscaler(cloudhost, "");
        let path = world.path("server_home/runtime/autoscaler_configuration_settings.dat");
        let settings = std::fs::read_to_string(&path).unwrap();
        let settings = settings.replace(&format!("CLOUDHOST:{cloudhost}\n"), "");
        std::fs::write(path, settings).unwrap();
        let ended = world.create("webserver");
        assert!(ended.failed().contains("CLOUDHOST"), "{ended}");
        std::fs::write(world.path("server_home").join(mark), "").unwrap();
        world.create("webserver").succeeded();
        world.only_machine("webserver", cloudhost);
    }
}

#[test]
fn a_shield_is_asked_for_or_not_mentioned() {
    for (settings, expected) in [
        ("ENABLEDDOSPROTECTION:1\n", 1),
        ("ENABLEDDOSPROTECTION:0\n", 0),
        ("", 0),
    ] {
        let world = World::on_an_autoscaler("vultr", settings);
        world.create("webserver").succeeded();
        let creation = &world.creations()[0];
        assert_eq!(creation.matches("--ddos").count(), expected, "{creation}");
        assert_eq!(creation.matches("--ddos=true").count(), expected);
    }
}

#[test]
fn the_next_server_of_a_file_gets_its_own_name() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::on_an_autoscaler(cloudhost, "");
        let region = world.region();
        for name in [
            format!("ws-{region}-test-build-1-Xk3J-aB3d"),
            format!("ws-{region}-test-build-1-Xk3J-Zz9y"),
        ] {
            world.creating(&[world.size(), &name]).ends().succeeded();
            let made = world.machines().pop().unwrap();
            assert!(
                made.user_data.contains(&format!("hostname: {name}\n")),
                "{made:#?}"
            );
            let shared = world.path("server_home/runtime/cloud-init/webserver.yaml");
            let shared = std::fs::read_to_string(shared).unwrap();
            assert_eq!(made.user_data.trim_end(), shared.trim_end(), "{cloudhost}");
        }
    }
}

#[test]
fn settings_and_tokens_are_in_no_message() {
    let world = World::on_an_autoscaler("vultr", "");
    let mut refused = world.creation_fault("500");
    refused.times = 0;
    world.faults(&[refused]);
    // What a failed run says is searched for the build's secrets by the harness.
    world.create("webserver").failed();
}
