//! A build that is about to make its servers, on the build machine and on an autoscaler.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use crate::simcloud_state::{Fault, Machine, Provider, Snapshot};

use super::crowd::is_strange;
use super::{Door, Ended, Run, TYPES, World};

/// The public half of no key.
pub const PUBLIC_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB9yLmG3zC6vQp5yVQ0r0K9mZ0q3o3J1m1m1m1m1m1m1 root@build";

/// The five machine types.
pub const LABELS: [&str; 5] = [
    "authenticator",
    "reverseproxy",
    "autoscaler",
    "webserver",
    "database",
];

/// The cloud-init configuration of a machine type as the toolkit ships it, as far as a helper reads it.
pub fn shipped_cloud_init(label: &str) -> String {
    let token = label.to_uppercase();
    format!("#cloud-config\nhostname: XXXX{token}_HOSTNAMEXXXX\n#XXXXAPACHEXXXX - apache2\n")
}

impl World {
    /// A world at `cloudhost` with what a build has prepared before it makes the first machine, which is nothing at the
    /// provider.
    pub fn before_servers(cloudhost: &str) -> Self {
        let world = Self::at(cloudhost);
        for (_, label) in TYPES {
            let path = world.build("cloud-init").join(format!("{label}.yaml"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, shipped_cloud_init(label)).unwrap();
        }
        let key = world.build("keys/id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build.pub");
        std::fs::write(key, format!("{PUBLIC_KEY}\n")).unwrap();
        world.edit_state(|state| state.machines.clear());
        let script = "providerscripts/security/firewall/ConfigureNativeFirewall.sh";
        world.write(script, include_str!("native_firewall"));
        let executable = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(world.home(script), executable).unwrap();
        world.install_at_the_toolkits_path("ListServerIDs");
        world
    }

    /// Gives a command of a build script what the toolkit's main shell exports, and nothing else.
    pub fn in_a_builds_environment(&self, command: &mut std::process::Command) {
        let run = self.helper(Door::Shim, "GetVariableValue").command;
        command.env_clear().current_dir(self.path(""));
        let exported = run
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        command
            .envs(exported)
            .env("CLOUDHOST", self.cloudhost)
            .env("REGION", self.region)
            .env("BUILD_IDENTIFIER", "test-build")
            .env("WEBSITE_URL", super::URL);
    }

    /// The firewalls that the toolkit's script was asked for, in order.
    pub fn firewalls_asked_for(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.home("firewalls-asked-for")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    /// What the toolkit's firewall script does first from now on.
    pub fn firewall_trouble(&self, script: &str) {
        self.write("firewall-trouble", script);
    }

    /// The same on an autoscaler, whose settings are `settings`; its home is `server_home`.
    pub fn on_an_autoscaler(cloudhost: &str, settings: &str) -> Self {
        let world = Self::before_servers(cloudhost);
        let (provider, region) = (world.provider, world.region);
        world.edit_state(|state| {
            state.add_key(
                provider,
                "AGILE_TOOLKIT_PUBLIC_KEY-test-build",
                "ssh-ed25519 AAAA x",
            );
            // The build machine has made it for the webservers of the build.
            state.add_firewall(provider, "adt-webserver-test-build");
            if provider != Provider::Exoscale {
                state.add_vpc(provider, "adt-vpc", region, "10.0.0.0/24");
            }
        });
        let password = world.path("server_home/.ssh/EMERGENCY_PASSWORD");
        std::fs::create_dir_all(password.parent().unwrap()).unwrap();
        std::fs::write(password, "aB3dE5fG7hJ9kL1m\n").unwrap();
        let home = world.path("server_home/runtime");
        std::fs::create_dir_all(home.join("cloud-init")).unwrap();
        std::fs::create_dir_all(
            world.path("server_home/.config/VULTRAPIKEY:0123456789abcdefTOKEN"),
        )
        .unwrap();
        std::fs::copy(
            world.build("cloud-init/webserver.yaml"),
            home.join("cloud-init/webserver.yaml"),
        )
        .unwrap();
        let common = format!(
            "CLOUDHOST:{cloudhost}\nBUILDIDENTIFIER:test-build\nREGION:{region}\nVPCNAME:adt-vpc\nVPCIPRANGE:10.0.0.0/24\n\
             BUILDOS:debian\nBUILDOSVERSION:13\nACTIVEFIREWALLS:3\nDBPASSWORD:p9x7c3v1bp\n"
        );
        std::fs::write(
            home.join("autoscaler_configuration_settings.dat"),
            common + settings,
        )
        .unwrap();
        world
    }

    /// `CreateServer` with `words`, on an autoscaler where this world is one.
    pub fn creating(&self, words: &[&str]) -> Run<'_> {
        self.at_this_machine("CreateServer", words)
    }

    /// A helper with `words`, on an autoscaler where this world is one.
    pub fn at_this_machine(&self, helper: &str, words: &[&str]) -> Run<'_> {
        let run = self.helper(Door::Binary, helper).args(words);
        if self.path("server_home").exists() {
            return run
                .without_env("BUILD_HOME")
                .env("ADT_SERVER_HOME", self.path("server_home"));
        }
        run
    }

    /// `CreateServer` for the sample machine of a type, in the build's size.
    pub fn create(&self, label: &str) -> Ended {
        self.creating(&[self.size(), &self.machine_name(label)])
            .ends()
    }

    /// The size of the sample build's machines.
    pub fn size(&self) -> &'static str {
        match self.cloudhost {
            "digitalocean" => "s-1vcpu-1gb",
            "exoscale" => "tiny",
            "linode" => "g6-nanode-1",
            _ => "vc2-1c-1gb",
        }
    }

    /// The region of the sample build.
    pub fn region(&self) -> &'static str {
        self.region
    }

    /// Makes it a build from snapshots, whose ids were recorded as the script records them.
    pub fn records_snapshots(&self) {
        self.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
        let mut lines = String::new();
        for (number, label) in LABELS.iter().enumerate() {
            let snapshot = self.usable_snapshot(number, label);
            let _ = writeln!(lines, "{label}:{}", snapshot.id);
            self.edit_state(|state| state.snapshots.push(snapshot));
        }
        let directory = self.legacy_snapshots("");
        std::fs::create_dir_all(&directory).unwrap();
        for (name, content) in [
            ("snapshot_ids.dat", lines.as_str()),
            (
                "credentials.dat",
                "USERNAME:Xk3JdQ9sPzLw8RtYv2NX\nPASSWORD:aB3dE5fG7hJ9kL1mN2\n",
            ),
            (
                "db_credentials.dat",
                "USERNAME:u2m5n8b4vu\nPASSWORD:p9x7c3v1bp\nDBNAME:n4f8k2lq1n\n",
            ),
        ] {
            std::fs::write(directory.join(name), content).unwrap();
        }
    }

    /// A snapshot that a machine can be built from.
    pub fn usable_snapshot(&self, number: usize, label: &str) -> Snapshot {
        let id = self.snapshot_id(number);
        self.snapshot(&id, &self.snapshot_name(label), label)
    }

    /// The id of the sample snapshot of that number.
    pub fn snapshot_id(&self, number: usize) -> String {
        match self.provider {
            Provider::DigitalOcean => format!("{}", 180_007_001 + number),
            Provider::Linode => format!("private/{}", 30_007_001 + number),
            _ => format!("1a2b8f1f-f1fd-42a2-9755-d4c13a9029{number:02}"),
        }
    }

    /// The machines that are there, but for a crowd's.
    pub fn machines(&self) -> Vec<Machine> {
        let mut machines = self.state().machines;
        machines.retain(|machine| !is_strange(&machine.name));
        machines
    }

    /// The one machine that is there, finished: it has its name and network, and no note is left.
    #[track_caller]
    pub fn only_machine(&self, label: &str, what: &str) -> Machine {
        let mut machines = self.machines();
        assert_eq!(machines.len(), 1, "{what}: {machines:#?}");
        let machine = machines.pop().unwrap();
        assert_eq!(machine.name, self.machine_name(label), "{what}");
        assert!(!machine.vpc.is_empty(), "{what}: {machine:#?}");
        assert_eq!(self.server_notes(), [""; 0], "{what}");
        machine
    }

    /// The notes of servers under way, and whatever else was left beside them.
    pub fn server_notes(&self) -> Vec<String> {
        let home = self.path("server_home");
        let notes = if home.exists() {
            home.join("runtime/pending-servers")
        } else {
            self.build("pending-servers")
        };
        let listing = std::fs::read_dir(notes).into_iter().flatten();
        let mut names: Vec<String> = listing
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The call that makes a machine at this cloud goes wrong, once.
    pub fn creation_fault(&self, kind: &str) -> Fault {
        let (tool, words) = match self.provider {
            Provider::DigitalOcean => ("doctl", "compute droplet create"),
            Provider::Exoscale => ("exo", "compute instance create"),
            Provider::Linode => ("linode-cli", "linodes create"),
            Provider::Vultr => ("vultr", "instance create"),
        };
        Fault {
            tool: tool.into(),
            argv: vec![words.into()],
            nth: 1,
            times: 1,
            kind: kind.into(),
            ..Fault::default()
        }
    }

    /// The calls that made a machine, whole.
    pub fn creations(&self) -> Vec<String> {
        let words = self.creation_fault("").argv;
        let mut calls = self.changes();
        calls.retain(|call| call.contains(&words[0]));
        calls
    }
}
