//! vultr-cli, installed as `vultr`: its commands and how each fails.

use crate::answer::{Answer, Failure, HTML_502, go_json};
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Provider, Snapshot};
use crate::tool::Call;

mod account;
mod firewall;
mod instance;
mod make;
mod parse;
mod text;

use parse::Command;
use text::Page;

const VULTR: Provider = Provider::Vultr;

/// Where `snapshot list` ends: it has no flag for the next page.
const PAGE: usize = 100;

pub struct Vultr {
    command: Command,
    json: bool,
    has_key: bool,
}

/// The version that was recorded; `SIMCLOUD_VULTR_VERSION` makes it another one.
fn version() -> String {
    std::env::var("SIMCLOUD_VULTR_VERSION").unwrap_or_else(|_| "3.10.0".to_owned())
}

/// Whether this version takes user data from a file.
fn reads_files() -> bool {
    let version = version();
    let mut numbers = version.split('.').map(|it| it.parse().unwrap_or(0));
    [numbers.next(), numbers.next()] >= [Some(3), Some(9)]
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    Ok(Box::new(parse::parse(line)?))
}

impl Call for Vultr {
    fn mutates(&self) -> bool {
        matches!(
            self.command,
            Command::InstanceCreate(_)
                | Command::InstanceDelete(_)
                | Command::VpcCreate { .. }
                | Command::GroupCreate { .. }
                | Command::GroupUpdate { .. }
                | Command::RuleCreate { .. }
                | Command::RuleDelete { .. }
                | Command::SnapshotCreate { .. }
                | Command::SnapshotDelete(_)
        )
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        let needs_no_key = matches!(
            self.command,
            Command::OsList | Command::Version | Command::Refused(_)
        );
        if !self.has_key && !needs_no_key {
            return Answer::err(
                1,
                "Error: set VULTR_API_KEY as an environment variable or add 'api-key' to your config file\n",
            );
        }
        match &self.command {
            Command::InstanceList { per_page, cursor } => {
                let rows = cloud.machines(VULTR);
                let page = Page::new(rows.len(), *per_page, cursor);
                instance::list_of(&cloud.cut(page.of(&rows)), &page, self.json)
            }
            Command::InstanceGet(id) => match cloud.machine(VULTR, id) {
                Some(machine) => instance::one(machine, false, self.json),
                None => self.not_found(),
            },
            Command::InstanceIpv4List(id) => match cloud.machine(VULTR, id) {
                Some(machine) => instance::addresses(machine),
                None => self.not_found(),
            },
            Command::InstanceCreate(wanted) => self.create_instance(cloud, wanted),
            Command::OsList => account::systems(),
            Command::VpcList { per_page, cursor } => {
                let rows = cloud.vpcs(VULTR);
                let page = Page::new(rows.len(), *per_page, cursor);
                account::vpcs(&cloud.cut(page.of(&rows)), &page)
            }
            Command::VpcCreate {
                region,
                description,
                range,
            } => self.create_vpc(cloud, region, description, range),
            Command::FirewallList { per_page, cursor } => {
                let rows = cloud.firewalls(VULTR);
                let page = Page::new(rows.len(), *per_page, cursor);
                firewall::groups(cloud, &cloud.cut(page.of(&rows)), &page)
            }
            Command::GroupCreate { description } => self.create_group(cloud, description),
            Command::GroupUpdate { group, description } => {
                self.update_group(cloud, group, description)
            }
            Command::RuleList {
                group,
                per_page,
                cursor,
            } => self.list_rules(cloud, group, *per_page, cursor),
            Command::RuleCreate { group, rule } => self.create_rule(cloud, group, rule),
            Command::RuleDelete { group, number } => self.delete_rule(cloud, group, number),
            Command::Version => Answer::out(format!("Vultr-CLI v{}\n", version())),
            Command::InstanceDelete(id) => {
                let found = cloud.delete_machine(VULTR, id);
                if found {
                    Answer::out("MESSAGE\nInstance has been deleted\n")
                } else {
                    self.not_found()
                }
            }
            Command::SnapshotList => {
                let rows: Vec<_> = cloud
                    .snapshots(VULTR, Kind::Snapshot)
                    .map(|s| (s, status(cloud, s)))
                    .collect();
                let page = Page::new(rows.len(), PAGE, "");
                text::snapshots(&cloud.cut(page.of(&rows)), &page, self.json)
            }
            Command::SnapshotGet(id) => match cloud.snapshot(VULTR, Kind::Snapshot, id) {
                Some(snapshot) => text::snapshot(snapshot, status(cloud, snapshot), self.json),
                None => self.not_found(),
            },
            Command::SnapshotCreate {
                instance,
                description,
            } => match cloud.machine(VULTR, instance).cloned() {
                Some(machine) => text::snapshot(
                    &cloud.make(Kind::Snapshot, description, &machine),
                    "pending",
                    self.json,
                ),
                None => self.not_found(),
            },
            Command::SnapshotDelete(id) => {
                let found = cloud.delete_snapshot(VULTR, Kind::Snapshot, id);
                if found {
                    Answer::out("MESSAGE\nsnapshot has been deleted\n")
                } else {
                    self.not_found()
                }
            }
            Command::AccountInfo => Answer::out(text::ACCOUNT),
            Command::Refused(says) => Answer::err(1, format!("Error: {says}\n")),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        match (&self.command, failure) {
            // It asks nobody.
            (Command::Version, _) => return Answer::out(format!("Vultr-CLI v{}\n", version())),
            (Command::Refused(says), _) => return Answer::err(1, format!("Error: {says}\n")),
            // It sends no key.
            (Command::OsList, Failure::Status(401 | 403)) => return account::systems(),
            _ => (),
        }
        let (verb, path) = self.request();
        let says = match failure {
            Failure::Status(status @ (401 | 403)) => refusal(
                status,
                if status == 401 {
                    "Invalid API token."
                } else {
                    "Forbidden"
                },
            ),
            Failure::Status(status) => {
                let reason = match status {
                    429 => "Rate limit exceeded.",
                    503 => "Service unavailable",
                    _ => "Server error",
                };
                format!(
                    "gave up after 4 attempts, last error: {}",
                    go_quote(&refusal(status, reason))
                )
            }
            Failure::Html502 => format!(
                "gave up after 4 attempts, last error: \"{}\"",
                HTML_502.trim_end()
            ),
            Failure::Cut => "unexpected EOF".to_owned(),
            Failure::EmptyBody => "unexpected end of JSON input".to_owned(),
            Failure::Refused => format!(
                "gave up after 4 attempts, last error : {verb} \"https://api.vultr.com/v2/{path}\": dial tcp 127.0.0.1:8080: connect: \
                 connection refused"
            ),
        };
        self.error(&says)
    }
}

impl Vultr {
    fn not_found(&self) -> Answer {
        let on_snapshot = matches!(
            self.command,
            Command::SnapshotGet(_) | Command::SnapshotDelete(_)
        );
        self.error(&refusal(
            404,
            if on_snapshot {
                "Invalid snapshot ID."
            } else {
                "Invalid instance ID."
            },
        ))
    }

    fn error(&self, says: &str) -> Answer {
        let doing = match self.command {
            Command::InstanceList { .. } => "getting instance list",
            Command::InstanceGet(_) => "getting instance",
            Command::InstanceCreate(_) => "creating instance",
            Command::OsList => "getting operating systems",
            Command::VpcList { .. } => "retrieving vpc list",
            Command::VpcCreate { .. } => "creating vpc",
            Command::FirewallList { .. } => "retrieving firewall group list",
            Command::GroupCreate { .. } => "creating firewall group",
            Command::GroupUpdate { .. } => "updating firewall group",
            Command::RuleList { .. } => "retrieving firewall rule list",
            Command::RuleCreate { .. } => "creating firewall rule",
            Command::RuleDelete { .. } => "deleting firewall rule",
            Command::InstanceIpv4List(_) => "getting ipv4 list for instance",
            Command::InstanceDelete(_) => "deleting instance",
            Command::SnapshotList => "retrieving snapshot list",
            Command::SnapshotGet(_) => "retrieving snapshot",
            Command::SnapshotCreate { .. } => "creating snapshot",
            Command::SnapshotDelete(_) => "deleting snapshot",
            Command::AccountInfo | Command::Version | Command::Refused(_) => {
                "retrieving account information"
            }
        };
        Answer::err(1, format!("Error: error {doing} : {says}\n"))
    }

    /// The request that fails when the command fails.
    fn request(&self) -> (&'static str, String) {
        match &self.command {
            Command::InstanceList { per_page, .. } => {
                ("Get", format!("instances?per_page={per_page}"))
            }
            Command::InstanceGet(id) => ("Get", format!("instances/{id}")),
            Command::InstanceCreate(_) => ("Post", "instances".to_owned()),
            Command::OsList => ("Get", "os".to_owned()),
            Command::VpcList { per_page, .. } => ("Get", format!("vpcs?per_page={per_page}")),
            Command::VpcCreate { .. } => ("Post", "vpcs".to_owned()),
            Command::FirewallList { per_page, .. } => {
                ("Get", format!("firewalls?per_page={per_page}"))
            }
            Command::GroupCreate { .. } => ("Post", "firewalls".to_owned()),
            Command::GroupUpdate { group, .. } => ("Put", format!("firewalls/{group}")),
            Command::RuleList {
                group, per_page, ..
            } => (
                "Get",
                format!("firewalls/{group}/rules?per_page={per_page}"),
            ),
            Command::RuleCreate { group, .. } => ("Post", format!("firewalls/{group}/rules")),
            Command::RuleDelete { group, number } => {
                ("Delete", format!("firewalls/{group}/rules/{number}"))
            }
            Command::InstanceIpv4List(id) => ("Get", format!("instances/{id}/ipv4?per_page=100")),
            Command::InstanceDelete(id) => ("Delete", format!("instances/{id}")),
            Command::SnapshotList => ("Get", "snapshots".to_owned()),
            Command::SnapshotGet(id) => ("Get", format!("snapshots/{id}")),
            Command::SnapshotCreate { .. } => ("Post", "snapshots".to_owned()),
            Command::SnapshotDelete(id) => ("Delete", format!("snapshots/{id}")),
            Command::AccountInfo | Command::Version | Command::Refused(_) => {
                ("Get", "account".to_owned())
            }
        }
    }
}

/// A snapshot that failed stays pending for ever.
fn status(cloud: &Cloud, snapshot: &Snapshot) -> &'static str {
    if cloud.phase(snapshot) == Phase::Ready {
        "complete"
    } else {
        "pending"
    }
}

fn refusal(status: u16, reason: &str) -> String {
    format!("{{\"error\":{},\"status\":{status}}}", go_json(reason))
}

/// Go's `%q`.
fn go_quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
