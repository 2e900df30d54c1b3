//! exo: its commands and how each fails.

use crate::answer::{Answer, Failure};
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Machine, Provider, Snapshot};
use crate::tool::Call;

mod create;
mod failure;
mod group;
mod make;
mod network;
mod parse;
mod text;

use parse::Command;
use text::ZONES;

const EXO: Provider = Provider::Exoscale;
const DEFAULT_ZONE: &str = "ch-gva-2";

pub struct Exo {
    command: Command,
    zone: Option<String>,
    json: bool,
    quiet: bool,
    force: bool,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    Ok(Box::new(parse::parse(line)?))
}

impl Call for Exo {
    fn mutates(&self) -> bool {
        matches!(
            self.command,
            Command::InstanceCreate(_)
                | Command::InstanceDelete(_)
                | Command::NetworkCreate { .. }
                | Command::NetworkAttach { .. }
                | Command::SecurityGroupCreate(_)
                | Command::RuleAdd { .. }
                | Command::RuleDelete { .. }
                | Command::SnapshotCreate(_)
                | Command::SnapshotDelete(_)
                | Command::TemplateRegister { .. }
                | Command::TemplateDelete(_)
        )
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        let needs_zone = !matches!(
            self.command,
            Command::TemplateRegister { .. }
                | Command::ZoneList
                | Command::Status
                | Command::Incomplete
                | Command::Refused(_)
        );
        let unknown_zone = self
            .zone
            .as_ref()
            .filter(|zone| !ZONES.contains(&zone.as_str()));
        if let (Some(zone), true) = (unknown_zone, needs_zone) {
            let reason = "not found in ListZonesResponse: Not Found";
            return Answer::err(
                1,
                format!("error: get zone api endpoint: find zone: \"{zone}\" {reason}\n"),
            );
        }
        match &self.command {
            Command::InstanceList => text::instances(
                &cloud.cut(self.in_zones(&cloud.machines(EXO), |m| &m.region)),
                self.json,
            ),
            Command::InstanceShow(id) => match self.instance(cloud, id) {
                Ok(machine) => self.shown(cloud, &machine),
                Err(answer) => answer,
            },
            Command::InstanceCreate(wanted) => self.create_instance(cloud, wanted),
            Command::InstanceDelete(id) => self.delete_instance(cloud, id),
            Command::SnapshotCreate(id) => self.create_snapshot(cloud, id),
            Command::SnapshotList => self.list_snapshots(cloud),
            Command::SnapshotShow(id) => match self.find(cloud, Kind::Snapshot, id) {
                Some(snapshot) => text::snapshot(&snapshot, state(cloud, &snapshot), self.json),
                None => unknown(id, "ListSnapshotsResponse"),
            },
            Command::SnapshotDelete(id) => self.delete(cloud, Kind::Snapshot, id),
            Command::TemplateRegister {
                name,
                snapshot,
                user,
            } => self.register(cloud, name, snapshot, user),
            Command::TemplateList { private } => text::templates(*private, &self.templates(cloud)),
            Command::TemplateShow(id) => match self.find(cloud, Kind::Template, id) {
                Some(template) => text::template(&template),
                None => unknown(id, "ListTemplatesResponse"),
            },
            Command::TemplateDelete(id) => self.delete(cloud, Kind::Template, id),
            Command::NetworkList => self.list_networks(cloud),
            Command::NetworkShow(id) => self.show_network(cloud, id),
            Command::NetworkCreate {
                name,
                start_ip,
                end_ip,
                netmask,
            } => self.create_network(cloud, name, [start_ip, end_ip, netmask]),
            Command::NetworkAttach { instance, network } => self.attach(cloud, instance, network),
            Command::SecurityGroupList => group::groups(&cloud.cut(cloud.firewalls(EXO))),
            Command::SecurityGroupShow(id) => self.show_group(cloud, id),
            Command::SecurityGroupCreate(name) => self.create_group(cloud, name),
            Command::RuleAdd { group, rule } => self.add_rule(cloud, group, rule),
            Command::RuleDelete { group, rule } => self.delete_rule(cloud, group, rule),
            Command::ZoneList => {
                let zones: Vec<_> = ZONES
                    .iter()
                    .map(|zone| format!("{{\"name\":\"{zone}\"}}"))
                    .collect();
                Answer::out(format!("[{}]\n", zones.join(",")))
            }
            Command::Status => text::status(),
            Command::Incomplete => {
                Answer::err(1, "error: missing arguments, run with --help for usage\n")
            }
            Command::Refused(why) => Answer::err(1, format!("error: {why}\n")),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        failure::answer(&self.command, self.zone.as_deref(), self.zone(), failure)
    }

    fn partial(&self, answer: Answer) -> Answer {
        failure::partial(&self.command, self.zone.as_deref(), answer)
    }
}

impl Exo {
    fn zone(&self) -> &str {
        // Without a zone of one's own the configuration's is taken, except for what belongs to no zone.
        let default = match self.command {
            Command::SecurityGroupList
            | Command::SecurityGroupShow(_)
            | Command::SecurityGroupCreate(_)
            | Command::RuleAdd { .. }
            | Command::RuleDelete { .. } => "ch-dk-2",
            _ => DEFAULT_ZONE,
        };
        self.zone.as_deref().unwrap_or(default)
    }

    /// The rows of the zone asked for, or of all, zone by zone.
    fn in_zones<'a, T>(&self, rows: &[&'a T], zone_of: fn(&T) -> &String) -> Vec<&'a T> {
        let zones = ZONES
            .iter()
            .filter(|zone| self.zone.as_ref().is_none_or(|z| z == *zone));
        zones
            .flat_map(|zone| rows.iter().copied().filter(move |row| zone_of(row) == zone))
            .collect()
    }

    /// The instance of that id or name in the zone.
    fn instance(&self, cloud: &Cloud, id: &str) -> Result<Machine, Answer> {
        let zone = self.zone();
        let mine =
            |m: &&Machine| m.provider == EXO && m.region == zone && (m.id == id || m.name == id);
        let mut found = cloud.state.machines.iter().filter(mine);
        match (found.next(), found.next()) {
            (Some(machine), None) => Ok(machine.clone()),
            (Some(_), Some(_)) => Err(Answer::err(
                1,
                format!("error: \"{id}\" too many found in ListInstancesResponse: Conflict\n"),
            )),
            (None, _) => Err(Answer::err(
                1,
                format!(
                    "error: instance \"{id}\" not found in zone {zone}\nHint: use -z <zone> to specify a different zone, \
                     or run 'exo compute instance list' to see instances across all zones\n"
                ),
            )),
        }
    }

    /// Lists zone by zone; a snapshot whose instance is gone loses the zone's remaining ones.
    fn list_snapshots(&self, cloud: &Cloud) -> Answer {
        let rows = self.in_zones(
            &cloud.snapshots(EXO, Kind::Snapshot).collect::<Vec<_>>(),
            |s| &s.region,
        );
        let mut shown: Vec<(&Snapshot, &str)> = Vec::new();
        let mut errors = Vec::new();
        let mut lost_zone = None;
        for snapshot in rows {
            let gone = !snapshot.machine_id.is_empty()
                && cloud.machine(EXO, &snapshot.machine_id).is_none();
            if lost_zone == Some(&snapshot.region) {
                continue;
            }
            if gone {
                lost_zone = Some(&snapshot.region);
                errors.push(format!(
                    "unable to retrieve Compute instance \"{}\": GetInstance: http response: Not Found: Not found",
                    snapshot.machine_id
                ));
            } else {
                shown.push((snapshot, state(cloud, snapshot)));
            }
        }
        text::snapshots(&cloud.cut(shown)).with_stderr(failure::warning(&errors))
    }

    /// A snapshot in the zone, or a template that is registered, by id or name.
    fn find(&self, cloud: &Cloud, kind: Kind, id: &str) -> Option<Snapshot> {
        let zone = self.zone();
        let mine = |s: &&Snapshot| {
            s.provider == EXO && s.kind == kind && s.region == zone && (s.id == id || s.name == id)
        };
        let there = |s: &&Snapshot| kind == Kind::Snapshot || cloud.phase(s) == Phase::Ready;
        cloud
            .state
            .snapshots
            .iter()
            .filter(mine)
            .find(there)
            .cloned()
    }

    fn templates<'a>(&self, cloud: &'a Cloud) -> Vec<&'a Snapshot> {
        let zone = self.zone();
        let registered = |s: &&Snapshot| {
            s.region == zone && cloud.phase(s) == Phase::Ready && cloud.is_listed(s.ready_ms)
        };
        cloud.cut(
            cloud
                .snapshots(EXO, Kind::Template)
                .filter(registered)
                .collect(),
        )
    }
}

fn state(cloud: &Cloud, snapshot: &Snapshot) -> &'static str {
    match cloud.phase(snapshot) {
        Phase::Pending => "snapshotting",
        Phase::Ready => "ready",
        Phase::Failed => "error",
    }
}

fn unknown(id: &str, response: &str) -> Answer {
    Answer::err(
        1,
        format!("error: \"{id}\" not found in {response}: Not Found\n"),
    )
}
