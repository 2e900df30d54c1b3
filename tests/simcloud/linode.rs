//! linode-cli: its commands and how each fails.

use crate::answer::{Answer, Failure, python_json};
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Machine, Provider, Snapshot};
use crate::tool::Call;

mod account;
mod firewall;
mod make;
mod parse;
mod table;
mod text;

use parse::Command;
use text::PUBLIC_IMAGES;

const LINODE: Provider = Provider::Linode;

pub struct Linode {
    command: Command,
    json: bool,
    page: usize,
    /// None: all rows.
    page_size: Option<usize>,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    Ok(Box::new(parse::parse(line)?))
}

impl Call for Linode {
    fn mutates(&self) -> bool {
        matches!(
            self.command,
            Command::LinodesCreate(_)
                | Command::LinodesDelete(_)
                | Command::LinodesShutdown(_)
                | Command::VpcsCreate { .. }
                | Command::FirewallsCreate { .. }
                | Command::RulesUpdate(..)
                | Command::ImagesCreate { .. }
                | Command::ImagesDelete(_)
        )
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        match &self.command {
            Command::LinodesList { label } => {
                let wanted = |m: &&Machine| label.as_ref().is_none_or(|label| *label == m.name);
                self.list(
                    &cloud.cut(cloud.machines(LINODE).into_iter().filter(wanted).collect()),
                    |m| text::linode(m),
                )
            }
            Command::LinodesView(id) => self.one(cloud.machine(LINODE, id).map(text::linode)),
            Command::DisksList(id) => match cloud.machine(LINODE, id) {
                Some(machine) => self.list(&text::disks(machine), |disk| text::disk(disk, machine)),
                None => self.status(404),
            },
            Command::IpsList(id) => self.one(cloud.machine(LINODE, id).map(text::ips)),
            Command::LinodesCreate(wanted) => self.create_linode(cloud, wanted),
            Command::LinodesDelete(id) => self.done(cloud.delete_machine(LINODE, id)),
            Command::LinodesShutdown(id) => {
                let machine = cloud
                    .state
                    .machines
                    .iter_mut()
                    .find(|m| m.provider == LINODE && m.id == *id);
                self.done(
                    machine
                        .map(|m| "offline".clone_into(&mut m.status))
                        .is_some(),
                )
            }
            Command::ImagesList { label, public } => {
                let listed = |is_public: bool, name: &str| {
                    public.is_none_or(|public| public == is_public)
                        && label.as_ref().is_none_or(|label| label == name)
                };
                let public_ones = PUBLIC_IMAGES
                    .iter()
                    .filter(|image| listed(true, image.1))
                    .map(text::public_image);
                let private = cloud
                    .snapshots(LINODE, Kind::Image)
                    .filter(|s| is_there(cloud, s) && listed(false, &s.name));
                let rows = public_ones
                    .chain(private.map(|s| image(cloud, s)))
                    .collect();
                self.list(&cloud.cut(rows), Clone::clone)
            }
            Command::ImagesView(id) => {
                let public = PUBLIC_IMAGES
                    .iter()
                    .find(|image| image.0 == id)
                    .map(text::public_image);
                let private = cloud
                    .snapshot(LINODE, Kind::Image, id)
                    .filter(|s| is_there(cloud, s))
                    .map(|s| image(cloud, s));
                self.one(public.or(private))
            }
            Command::ImagesCreate {
                disk,
                label,
                cloud_init,
            } => self.make_image(cloud, disk, label, *cloud_init),
            Command::ImagesDelete(id) => self.done(cloud.delete_snapshot(LINODE, Kind::Image, id)),
            Command::VpcsList => self.list(&cloud.cut(cloud.vpcs(LINODE)), |vpc| {
                account::vpc(cloud, vpc, false)
            }),
            Command::VpcsCreate {
                label,
                region,
                subnet,
                range,
            } => self.create_vpc(cloud, label, region, subnet, range),
            Command::SubnetsList(id) => match cloud.vpc(LINODE, id) {
                Some(vpc) => self.list(&account::subnets(cloud, vpc), Clone::clone),
                None => self.status(404),
            },
            Command::FirewallsList => self.list(&cloud.cut(cloud.firewalls(LINODE)), |firewall| {
                firewall::firewall(cloud, firewall)
            }),
            Command::FirewallsCreate {
                label,
                inbound_policy,
                outbound_policy,
            } => self.create_firewall(cloud, label, [inbound_policy, outbound_policy]),
            Command::RulesUpdate(id, rules) => self.update_rules(cloud, id, rules),
            Command::KeysList => self.list(&cloud.cut(cloud.keys(LINODE)), |key| account::key(key)),
            Command::AccountView => Answer::out(text::ACCOUNT),
            Command::RegionTable => Answer::default(),
            Command::Usage(says) => Answer::err(2, says.clone()),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        if let Command::Usage(says) = &self.command {
            return Answer::err(2, says.clone());
        }
        let traceback = match failure {
            Failure::Status(status) => return self.status(status),
            Failure::Html502 => include_str!("linode/traceback/html.txt").to_owned(),
            Failure::Cut => text::cut(self.verb()),
            Failure::EmptyBody => include_str!("linode/traceback/empty.txt").to_owned(),
            Failure::Refused => text::refused(&self.path(), self.verb()),
        };
        Answer::err(1, traceback)
    }
}

impl Linode {
    /// One page of rows, or all of them.
    fn list<T>(&self, rows: &[T], text: impl Fn(&T) -> String) -> Answer {
        let shown = match self.page_size {
            None => rows,
            Some(size) => match rows.chunks(size).nth(self.page - 1) {
                Some(page) => page,
                None if self.page == 1 => &[],
                None => return self.status(404),
            },
        };
        Answer::out(format!(
            "[{}]\n",
            shown.iter().map(text).collect::<Vec<_>>().join(", ")
        ))
    }

    fn one(&self, row: Option<String>) -> Answer {
        row.map_or_else(|| self.status(404), |row| Answer::out(format!("[{row}]\n")))
    }

    /// Deleting prints nothing.
    fn done(&self, found: bool) -> Answer {
        if found {
            Answer::default()
        } else {
            self.status(404)
        }
    }

    fn status(&self, status: u16) -> Answer {
        let reason = match status {
            401 => "Invalid Token",
            403 => "Forbidden",
            404 => "Not found",
            429 => "Too many requests",
            503 => "Service temporarily unavailable",
            _ => "Internal Server Error",
        };
        self.refusal(status, reason)
    }

    fn refusal(&self, status: u16, reason: &str) -> Answer {
        self.field_refused(status, "", reason)
    }

    /// An error of the API: a line and, with `--json`, an array; otherwise a table.
    fn field_refused(&self, status: u16, field: &str, reason: &str) -> Answer {
        let detail = if self.json {
            format!(
                "[{{\"field\": {}, \"reason\": {}}}]\n",
                python_json(field),
                python_json(reason)
            )
        } else {
            table::error(field, reason)
        };
        Answer::err(2, format!("Request failed: {status}\n{detail}"))
    }

    fn verb(&self) -> &'static str {
        match self.command {
            Command::LinodesDelete(_) | Command::ImagesDelete(_) => "delete",
            Command::RulesUpdate(..) => "put",
            _ if self.mutates() => "post",
            _ => "get",
        }
    }

    /// The path of the request that fails when the command fails.
    fn path(&self) -> String {
        let path = match &self.command {
            Command::LinodesList { .. } | Command::LinodesCreate(_) => {
                "/v4/linode/instances".to_owned()
            }
            Command::LinodesView(id) | Command::LinodesDelete(id) => {
                format!("/v4/linode/instances/{id}")
            }
            Command::LinodesShutdown(id) => format!("/v4/linode/instances/{id}/shutdown"),
            Command::DisksList(id) => format!("/v4/linode/instances/{id}/disks"),
            Command::IpsList(id) => format!("/v4/linode/instances/{id}/ips"),
            Command::ImagesList { .. } | Command::ImagesCreate { .. } => "/v4/images".to_owned(),
            Command::ImagesView(id) | Command::ImagesDelete(id) => format!("/v4/images/{id}"),
            Command::VpcsList | Command::VpcsCreate { .. } => "/v4/vpcs".to_owned(),
            Command::SubnetsList(id) => format!("/v4/vpcs/{id}/subnets"),
            Command::FirewallsList | Command::FirewallsCreate { .. } => {
                "/v4/networking/firewalls".to_owned()
            }
            Command::RulesUpdate(id, _) => format!("/v4/networking/firewalls/{id}/rules"),
            Command::KeysList => "/v4/profile/sshkeys".to_owned(),
            Command::RegionTable => "/v4/regions".to_owned(),
            Command::AccountView | Command::Usage(_) => "/v4/account".to_owned(),
        };
        let size = self.page_size.unwrap_or(500);
        if self.mutates() {
            path
        } else {
            format!("{path}?page={}&page_size={size}", self.page)
        }
    }
}

/// An image whose making failed vanishes.
fn is_there(cloud: &Cloud, snapshot: &Snapshot) -> bool {
    cloud.phase(snapshot) != Phase::Failed
}

fn image(cloud: &Cloud, snapshot: &Snapshot) -> String {
    let status = if cloud.phase(snapshot) == Phase::Pending {
        "creating"
    } else {
        "available"
    };
    text::image(snapshot, status)
}
