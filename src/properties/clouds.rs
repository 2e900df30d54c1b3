//! The answers of the providers' CLIs.

use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

use super::is_fit_for_people;
use crate::cloud::server::{Image, Links, Location, Maker, ServerOrder};
use crate::cloud::{self, Account, Cloud, Machine, SnapshotOrder};
use crate::command::{Program, Redactor, Runner, Scripted};
use crate::names::{BaseOs, Cloudhost, NameFilter};

/// What the tools may print and no message may hold.
const SECRET: &str = "s3cr3t-T0KEN";

/// Whatever doctl prints, each question is answered or fails with a message for people.
pub fn digitalocean(data: &[u8]) {
    ask_each(Cloudhost::DigitalOcean, data);
}

/// The same for exo.
pub fn exoscale(data: &[u8]) {
    ask_each(Cloudhost::Exoscale, data);
}

/// The same for linode-cli.
pub fn linode(data: &[u8]) {
    ask_each(Cloudhost::Linode, data);
}

/// The same for vultr.
pub fn vultr(data: &[u8]) {
    ask_each(Cloudhost::Vultr, data);
}

/// Asks a cloud everything; whatever its CLI prints, each question is answered or fails, and none panics.
pub fn ask_everything(cloud: &dyn Cloud) {
    for question in QUESTIONS {
        question(cloud);
    }
    connect(cloud);
}

/// Each question is the first that the answers are for. What makes networks looks again and again for what it made, so
/// that is only rehearsed.
fn ask_each(cloudhost: Cloudhost, data: &[u8]) {
    let ask = |question: fn(&dyn Cloud), dry_run| {
        let redactor = Redactor::new([SECRET.into()]);
        let runner = Runner::answered_by(Scripted::parse(data), redactor, dry_run);
        let program = Program::at("cli", Path::new("cli"));
        let account = Account {
            zone: Some("ch-gva-2".parse().unwrap()),
            ..Account::default()
        };
        let cloud = cloud::through(program, cloudhost, &account, &runner).unwrap();
        question(cloud.as_ref());
    };
    for question in QUESTIONS {
        ask(question, false);
    }
    ask(connect, true);
}

const QUESTIONS: [fn(&dyn Cloud); 8] = [
    machines, addresses, actions, snapshots, creations, deletions, systems, servers,
];

fn machines(cloud: &dyn Cloud) {
    if let Some(listing) = told(cloud.machines()) {
        assert!(listing.items.iter().all(|machine| !machine.id.is_empty()));
    }
    told(cloud.machines_at("10.0.0.9"));
}

fn addresses(cloud: &dyn Cloud) {
    told(cloud.private_addresses(None));
    let filter = NameFilter::new("ws-", None, cloud.longest_name());
    told(cloud.private_addresses(Some(&filter)));
    told(cloud.public_addresses_by_private("10.0.0.9"));
}

fn actions(cloud: &dyn Cloud) {
    told(cloud.actions("1"));
    told(cloud.action("1"));
}

const ORDER: SnapshotOrder<'_> = SnapshotOrder {
    machine_id: "1",
    machine_name: "m",
    snapshot_name: "s",
    base_os: Some(BaseOs::Debian),
};

fn snapshots(cloud: &dyn Cloud) {
    for kind in cloud.steps() {
        told(cloud.all_snapshots(*kind));
        told(cloud.snapshots(*kind, &ORDER));
        told(cloud.snapshot(*kind, &"123".parse().unwrap()));
    }
}

fn creations(cloud: &dyn Cloud) {
    let source = "123".parse().unwrap();
    for kind in cloud.steps() {
        let limit = Duration::from_secs(9);
        told(cloud.create(*kind, &ORDER, Some(&source), limit));
    }
}

fn deletions(cloud: &dyn Cloud) {
    for kind in cloud.steps() {
        told(cloud.delete(*kind, &"123".parse().unwrap()));
    }
}

fn systems(cloud: &dyn Cloud) {
    told(cloud.system_image(BaseOs::Debian, "13"));
    told(cloud.system_image(BaseOs::Ubuntu, "24.04"));
}

fn servers(cloud: &dyn Cloud) {
    let limit = Duration::from_secs(9);
    on_site(Maker::Autoscaler, |site| {
        let order = ServerOrder {
            site: &site,
            name: &"ws-lon1-b1-1-Xk3J-init-1".parse().unwrap(),
            size: "small",
            image: &Image::System("debian-13".to_owned()),
            user_data: Path::new("/none"),
            links: &Links::default(),
            console_password: "aaaaaaaa",
            is_shielded: true,
        };
        told(cloud.create_server(&order, limit));
        let machine = Machine {
            id: "1".to_owned(),
            name: "m".to_owned(),
            status: "running".to_owned(),
            is_off: false,
            public_addresses: Vec::new(),
            private_addresses: Vec::new(),
        };
        told(cloud.complete_server(&machine, true));
        if let Some(listing) = told(cloud.firewalls("adt-webserver-b1")) {
            for firewall in listing.items {
                told(cloud.guard(&firewall, &machine));
            }
        }
        told(cloud.destroy_server(&machine, limit));
    });
}

fn connect(cloud: &dyn Cloud) {
    let build_machine = Maker::BuildMachine {
        public_key: "ssh-ed25519 AAAA",
        is_key_known: false,
    };
    for maker in [Maker::Autoscaler, build_machine] {
        on_site(maker, |site| drop(told(cloud.connect(&site))));
    }
}

fn on_site(maker: Maker<'_>, act: impl FnOnce(Location<'_>)) {
    let (region, build) = ("lon1".parse().unwrap(), "b1".parse().unwrap());
    act(Location {
        region: &region,
        build: &build,
        network: "adt-vpc",
        network_range: "10.0.0.0/24",
        maker,
    });
}

/// The answer; a refusal is fit for people.
fn told<T, E: Display>(answer: Result<T, E>) -> Option<T> {
    answer
        .map_err(|why| is_fit_for_people(&format!("{why:#}"), SECRET))
        .ok()
}
