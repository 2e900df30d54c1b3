//! What exo prints when a request fails: lists are empty with status 0 and a warning, the rest is an error.

use super::Command;
use super::text::ZONES;
use crate::answer::{Answer, Failure};

/// The answer of a command whose request fails; `asked` is the zone given, `zone` the one used.
pub fn answer(command: &Command, asked: Option<&str>, zone: &str, failure: Failure) -> Answer {
    match command {
        Command::Refused(why) => return Answer::err(1, format!("error: {why}\n")),
        // It asks others than the API, and knows nothing of the credentials.
        Command::Status => return super::text::status(),
        _ => {}
    }
    if failure == Failure::Refused {
        let get = "Get \"https://api-ch-gva-2.exoscale.com/v2/zone\"";
        let list = format!(
            "ListZones: http client do: {get}: GET https://api-ch-gva-2.exoscale.com/v2/zone giving up after 5 attempt(s): {get}: \
             dial tcp 127.0.0.1:8080: connect: connection refused\n"
        );
        let prefix = if lists_zones(command) {
            ""
        } else {
            "switch client zone v3: get zone api endpoint: list zones: "
        };
        return Answer::err(1, format!("error: {prefix}{list}"));
    }
    if matches!(command, Command::ZoneList | Command::Incomplete) {
        let zones: Vec<_> = ZONES
            .iter()
            .map(|zone| format!("{{\"name\":\"{zone}\"}}"))
            .collect();
        return Answer::out(format!("[{}]\n", zones.join(",")));
    }
    let zones = if asked.is_some() {
        vec![zone]
    } else {
        ZONES.to_vec()
    };
    let reasons = |zones: &[&str]| {
        zones
            .iter()
            .map(|zone| reason(command, zone, failure))
            .collect::<Vec<_>>()
    };
    match command {
        Command::InstanceList | Command::SnapshotList => {
            Answer::out("[]\n").with_stderr(warning(&reasons(&zones)))
        }
        Command::NetworkList => {
            let line = |zone: &&str| {
                let at =
                    format!("http://127.0.0.1:8080/exo/{zone}/v2 {zone} https://sos-{zone}.exo.io");
                let reason = reason(command, zone, failure);
                format!(
                    "warning: zone {zone}: unable to list Private Networks in zone {{{at}}}: {reason}\n"
                )
            };
            let lines: String = zones.iter().map(line).collect();
            Answer::out("[]\n")
                .with_stderr(format!("{lines}error: {} zone(s) failed\n", zones.len()))
                .with_rc(1)
        }
        // Outside of lists exo says what the API said, not which request failed.
        _ => match failure {
            Failure::Status(401 | 403) => {
                let reason = reason(command, zone, failure);
                Answer::err(
                    1,
                    format!(
                        "error: {}\n",
                        reason
                            .split_once("http response: ")
                            .map_or("", |(_, says)| says)
                    ),
                )
            }
            _ => Answer::err(1, format!("error: {}\n", reason(command, zone, failure))),
        },
    }
}

/// Status 0 and the rest of the list: a warning is all that tells, of another zone's refusal or, where one `zone` was asked
/// for, of an outage in it.
pub fn partial(command: &Command, zone: Option<&str>, answer: Answer) -> Answer {
    let reason = match zone {
        Some(zone) => reason(command, zone, Failure::Status(500)),
        None => reason(command, "de-fra-1", Failure::Status(403)),
    };
    match command {
        Command::InstanceList | Command::SnapshotList => answer.with_stderr(warning(&[reason])),
        _ => answer,
    }
}

/// The warning of a list that lost something; empty if it lost nothing.
pub fn warning(errors: &[String]) -> String {
    if errors.is_empty() {
        return String::new();
    }
    let count = if errors.len() == 1 {
        "1 error occurred".to_owned()
    } else {
        format!("{} errors occurred", errors.len())
    };
    let lines = errors
        .iter()
        .fold(String::new(), |lines, error| lines + "\t* " + error + "\n");
    format!("warning: errors during listing, results might be incomplete.\n{count}:\n{lines}\n\n")
}

fn lists_zones(command: &Command) -> bool {
    matches!(
        command,
        Command::InstanceList | Command::SnapshotList | Command::NetworkList | Command::ZoneList
    )
}

fn reason(command: &Command, zone: &str, failure: Failure) -> String {
    let (operation, verb, path) = request(command);
    let url = format!("http://127.0.0.1:8080/exo/{zone}/v2/{path}");
    let title = format!("{}{}", &verb[..1], verb[1..].to_lowercase());
    let says = match failure {
        Failure::Status(401) => "http response: Unauthorized: Invalid request signature".to_owned(),
        Failure::Status(403) => {
            "http response: Forbidden: Forbidden by role policy for compute".to_owned()
        }
        Failure::Cut => "prepare Json response: unexpected EOF".to_owned(),
        Failure::EmptyBody => "prepare Json response: unexpected end of JSON input".to_owned(),
        Failure::Status(_) | Failure::Html502 | Failure::Refused => {
            format!("http client do: {title} \"{url}\": {verb} {url} giving up after 5 attempt(s)")
        }
    };
    format!("{operation}: {says}")
}

/// The request that fails when a command fails.
fn request(command: &Command) -> (&'static str, &'static str, String) {
    match command {
        Command::InstanceList | Command::InstanceShow(_) | Command::InstanceDelete(_) => {
            ("ListInstances", "GET", "instance".to_owned())
        }
        Command::NetworkAttach { .. } => ("ListInstances", "GET", "instance".to_owned()),
        Command::InstanceCreate(_) => (
            "error listing instance type: ListInstanceTypes",
            "GET",
            "instance-type".to_owned(),
        ),
        Command::NetworkCreate { .. } => {
            ("CreatePrivateNetwork", "POST", "private-network".to_owned())
        }
        Command::SecurityGroupCreate(_) => {
            ("CreateSecurityGroup", "POST", "security-group".to_owned())
        }
        Command::SecurityGroupList
        | Command::SecurityGroupShow(_)
        | Command::RuleAdd { .. }
        | Command::RuleDelete { .. } => ("ListSecurityGroups", "GET", "security-group".to_owned()),
        Command::SnapshotCreate(id) => (
            "CreateSnapshot",
            "POST",
            format!("instance/{id}:create-snapshot"),
        ),
        Command::SnapshotList
        | Command::SnapshotShow(_)
        | Command::SnapshotDelete(_)
        | Command::TemplateRegister { .. } => ("ListSnapshots", "GET", "snapshot".to_owned()),
        Command::TemplateList { private: false } => (
            "ListTemplates",
            "GET",
            "template?visibility=public".to_owned(),
        ),
        Command::TemplateList { .. } | Command::TemplateShow(_) | Command::TemplateDelete(_) => (
            "ListTemplates",
            "GET",
            "template?visibility=private".to_owned(),
        ),
        Command::NetworkList
        | Command::NetworkShow(_)
        | Command::ZoneList
        | Command::Status
        | Command::Incomplete
        | Command::Refused(_) => ("ListPrivateNetworks", "GET", "private-network".to_owned()),
    }
}
