//! doctl: its commands and how each fails.

use crate::answer::{Answer, Failure, HTML_502, go_json};
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Provider, Snapshot};
use crate::tool::Call;

mod account;
mod droplet;
mod firewall;
mod image;
mod make;
mod pages;
mod parse;
mod text;

use parse::Command;

const DO: Provider = Provider::DigitalOcean;

pub struct Doctl {
    command: Command,
    json: bool,
    trace: bool,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    Ok(Box::new(parse::parse(line)?))
}

impl Call for Doctl {
    fn mutates(&self) -> bool {
        matches!(
            self.command,
            Command::DropletCreate(_)
                | Command::DropletDelete(_)
                | Command::Snapshot { .. }
                | Command::SnapshotDelete(_)
                | Command::KeyCreate { .. }
                | Command::KeyDelete(_)
                | Command::VpcCreate { .. }
                | Command::FirewallCreate { .. }
                | Command::FirewallDelete(_)
                | Command::FirewallAddRules { .. }
                | Command::FirewallAdd { .. }
        )
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        match &self.command {
            Command::DropletList => self.listed(cloud, cloud.machines(DO), |rows| {
                droplet::list(cloud, rows, self.json)
            }),
            Command::DropletGet(id) => match cloud.machine(DO, id) {
                Some(machine) => droplet::list(cloud, &[machine], self.json),
                None => self.not_found(),
            },
            Command::DropletCreate(wanted) => self.create_droplets(cloud, wanted),
            Command::DropletDelete(ids) => self.delete_droplets(cloud, ids),
            Command::DropletActions(id) => {
                let actions: Vec<_> = cloud
                    .state
                    .actions
                    .iter()
                    .filter(|a| a.droplet_id == *id)
                    .collect();
                text::actions(cloud.now, &actions, self.json)
            }
            Command::Snapshot {
                name,
                droplet,
                wait,
            } => self.make_snapshot(cloud, name, droplet, *wait),
            Command::ActionGet(id) => {
                match cloud.state.actions.iter().find(|a| a.id.to_string() == *id) {
                    Some(action) => text::actions(cloud.now, &[action], self.json),
                    None => self.not_found(),
                }
            }
            Command::SnapshotList => {
                self.listed(cloud, ready(cloud), |rows| text::snapshots(rows, self.json))
            }
            Command::SnapshotGet(id) => match finished(cloud, id) {
                Some(snapshot) => text::snapshots(&[snapshot], self.json),
                None => self.not_found(),
            },
            Command::SnapshotDelete(ids) => {
                let found = ids.iter().all(|id| {
                    finished(cloud, id).is_some() && cloud.delete_snapshot(DO, Kind::Snapshot, id)
                });
                if found {
                    Answer::default()
                } else {
                    self.not_found()
                }
            }
            Command::ImageList { public } => {
                self.listed(cloud, ready(cloud), |rows| image::images(rows, *public))
            }
            Command::ImageGet(id) => image::get(cloud, id).unwrap_or_else(|| self.not_found()),
            Command::KeyList => {
                self.listed(cloud, cloud.keys(DO), |rows| account::keys(rows, self.json))
            }
            Command::KeyCreate { name, public_key } => self.create_key(cloud, name, public_key),
            Command::KeyDelete(ids) => self.delete_keys(cloud, ids),
            Command::VpcList => {
                self.listed(cloud, cloud.vpcs(DO), |rows| account::vpcs(rows, self.json))
            }
            Command::VpcCreate {
                name,
                region,
                range,
            } => self.create_vpc(cloud, name, region, range),
            Command::FirewallList => self.listed(cloud, cloud.firewalls(DO), |rows| {
                firewall::firewalls(cloud, rows, "succeeded", self.json)
            }),
            Command::FirewallCreate { name, rules } => self.create_firewall(cloud, name, rules),
            Command::FirewallDelete(ids) => self.delete_firewalls(cloud, ids),
            Command::FirewallAddRules { firewall, rules } => self.add_rules(cloud, firewall, rules),
            Command::FirewallAdd { firewall, droplets } => {
                self.add_droplets(cloud, firewall, droplets)
            }
            Command::BalanceGet => Answer::out(text::balance(cloud.now)),
            Command::AccountGet => Answer::out(text::account(self.json)),
            Command::Refused(why) => self.refused(why),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        if let Command::Refused(why) = &self.command {
            return self.refused(why);
        }
        let (verb, path) = self.request();
        let title = format!("{}{}", &verb[..1], verb[1..].to_lowercase());
        let detail = match failure {
            Failure::Status(status) => self.refusal(status, status_text(status)),
            Failure::Html502 => {
                format!(
                    "{verb} http://127.0.0.1:8080{path}: 502 {HTML_502}; giving up after 6 attempt(s)"
                )
            }
            Failure::Cut => "unexpected EOF".to_owned(),
            Failure::EmptyBody => "EOF".to_owned(),
            Failure::Refused => format!(
                "{title} \"https://api.digitalocean.com{path}\": dial tcp 127.0.0.1:8080: connect: connection refused"
            ),
        };
        self.error(&detail)
            .with_stderr(self.trace_of_failure(failure))
    }
}

impl Doctl {
    /// The request that fails when a command fails.
    fn request(&self) -> (&'static str, String) {
        match &self.command {
            Command::DropletList => ("GET", "/v2/droplets?page=1&per_page=200".to_owned()),
            Command::DropletGet(id) => ("GET", format!("/v2/droplets/{id}")),
            Command::DropletActions(id) => (
                "GET",
                format!("/v2/droplets/{id}/actions?page=1&per_page=200"),
            ),
            Command::DropletCreate(_) => ("POST", "/v2/droplets".to_owned()),
            Command::DropletDelete(ids) if is_name(&ids[0]) => {
                ("GET", "/v2/droplets?page=1&per_page=200".to_owned())
            }
            Command::DropletDelete(ids) => ("DELETE", format!("/v2/droplets/{}", ids[0])),
            Command::Snapshot { droplet, .. } => {
                ("POST", format!("/v2/droplets/{droplet}/actions"))
            }
            Command::ActionGet(id) => ("GET", format!("/v2/actions/{id}")),
            Command::SnapshotList => ("GET", "/v2/snapshots?page=1&per_page=200".to_owned()),
            Command::SnapshotGet(id) => ("GET", format!("/v2/snapshots/{id}")),
            Command::SnapshotDelete(ids) => ("DELETE", format!("/v2/snapshots/{}", ids[0])),
            Command::ImageList { .. } => ("GET", "/v2/images?page=1&per_page=200".to_owned()),
            Command::ImageGet(id) => ("GET", format!("/v2/images/{id}")),
            Command::KeyList => ("GET", "/v2/account/keys?page=1&per_page=200".to_owned()),
            Command::KeyCreate { .. } => ("POST", "/v2/account/keys".to_owned()),
            Command::KeyDelete(ids) => ("DELETE", format!("/v2/account/keys/{}", ids[0])),
            Command::VpcList => ("GET", "/v2/vpcs?page=1&per_page=200".to_owned()),
            Command::VpcCreate { .. } => ("POST", "/v2/vpcs".to_owned()),
            Command::FirewallList => ("GET", "/v2/firewalls?page=1&per_page=200".to_owned()),
            Command::FirewallCreate { .. } => ("POST", "/v2/firewalls".to_owned()),
            Command::FirewallDelete(ids) => ("DELETE", format!("/v2/firewalls/{}", ids[0])),
            Command::FirewallAddRules { firewall, .. } => {
                ("POST", format!("/v2/firewalls/{firewall}/rules"))
            }
            Command::FirewallAdd { firewall, .. } => {
                ("POST", format!("/v2/firewalls/{firewall}/droplets"))
            }
            Command::BalanceGet => ("GET", "/v2/customers/my/balance".to_owned()),
            Command::AccountGet | Command::Refused(_) => ("GET", "/v2/account".to_owned()),
        }
    }

    /// No request is made, so none can fail.
    fn refused(&self, why: &str) -> Answer {
        let warning = "Warning: Requires confirmation. Use the `--force` flag to continue without confirmation.\n";
        if why == "Operation aborted." {
            Answer::err(1, format!("{warning}Error: {why}\n"))
        } else {
            self.error(why)
        }
    }

    fn refusal(&self, status: u16, says: &str) -> String {
        let (verb, path) = self.request();
        let retried = if status == 429 || status >= 500 {
            "; giving up after 6 attempt(s)"
        } else {
            ""
        };
        format!(
            "{verb} http://127.0.0.1:8080{path}: {status} (request \"00000000-0000-0000-0000-{status:012x}\") {says}{retried}"
        )
    }

    fn not_found(&self) -> Answer {
        self.error(&self.refusal(404, status_text(404)))
    }

    /// With `-o json` an error is JSON on stdout, otherwise a line on stderr.
    fn error(&self, detail: &str) -> Answer {
        let detail = match &self.command {
            Command::DropletDelete(ids) if !is_name(&ids[0]) => {
                format!("Unable to delete Droplet {}: {detail}", ids[0])
            }
            _ => detail.to_owned(),
        };
        if self.json {
            Answer::out(format!(
                "{{\"errors\":[{{\"detail\":{}}}]}}\n",
                go_json(&detail)
            ))
            .with_rc(1)
        } else {
            Answer::err(1, format!("Error: {detail}\n"))
        }
    }
}

fn is_name(id: &str) -> bool {
    id.parse::<u64>().is_err()
}

fn status_text(status: u16) -> &'static str {
    match status {
        401 => "Unable to authenticate you",
        403 => "You are not authorized to perform this operation",
        404 => "The resource you were accessing could not be found.",
        429 => "API Rate limit exceeded.",
        503 => "Service Unavailable",
        _ => "Unexpected server-side error",
    }
}

/// The snapshots that a list shows: those that are done.
fn ready(cloud: &Cloud) -> Vec<&Snapshot> {
    cloud
        .snapshots(DO, Kind::Snapshot)
        .filter(|s| cloud.phase(s) == Phase::Ready && cloud.is_listed(s.ready_ms))
        .collect()
}

fn finished<'a>(cloud: &'a Cloud, id: &str) -> Option<&'a Snapshot> {
    cloud
        .snapshot(DO, Kind::Snapshot, id)
        .filter(|s| cloud.phase(s) == Phase::Ready)
}
