//! doctl: its commands and how each fails.

use crate::answer::{Answer, Failure, HTML_502, go_json};
use crate::args::{Args, Flag};
use crate::cloud::{Cloud, Phase};
use crate::state::{Action, Kind, Provider, Snapshot};
use crate::tool::Call;

mod droplet;
mod text;

const DO: Provider = Provider::DigitalOcean;

const FLAGS: &[Flag] = &[
    ("-o|--output", true),
    ("-c|--config", true),
    ("--snapshot-name", true),
    ("--resource", true),
    ("--context", true),
    ("-f|-force|--force", false),
    ("--wait", false),
    ("--public", false),
    ("-v|--verbose", false),
];

#[derive(Debug)]
enum Command {
    DropletList,
    DropletGet(String),
    DropletDelete(Vec<String>),
    DropletActions(String),
    Snapshot {
        name: String,
        droplet: String,
        wait: bool,
    },
    ActionGet(String),
    SnapshotList,
    SnapshotGet(String),
    SnapshotDelete(Vec<String>),
    ImageList,
    ImageGet(String),
    BalanceGet,
    AccountGet,
    /// Refused by doctl itself, without a request.
    Refused(String),
}

struct Doctl {
    command: Command,
    json: bool,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    let args = Args::parse(line, FLAGS)?;
    let odd_output = args
        .get("--output")
        .is_some_and(|output| !matches!(output, "json" | "text"));
    let command = match args.word_slices().as_slice() {
        _ if odd_output => Command::Refused("unknown output type".to_owned()),
        ["compute", "droplet", "list"] => Command::DropletList,
        ["compute", "droplet", "get", id] => Command::DropletGet((*id).to_owned()),
        ["compute", "droplet", "actions", id] => Command::DropletActions((*id).to_owned()),
        ["compute", "droplet", "delete", ids @ ..] => {
            confirmed(&args, "droplet.delete", ids, Command::DropletDelete)
        }
        ["compute", "droplet-action", "snapshot", ids @ ..] if ids.len() < 2 => {
            snapshot(&args, ids.first())
        }
        ["compute", "action", "get", id] => Command::ActionGet((*id).to_owned()),
        ["compute", "snapshot", "list"] => Command::SnapshotList,
        ["compute", "snapshot", "get", id] => Command::SnapshotGet((*id).to_owned()),
        ["compute", "snapshot", "delete", ids @ ..] => {
            confirmed(&args, "snapshot.delete", ids, Command::SnapshotDelete)
        }
        ["compute", "image", "list"] => Command::ImageList,
        ["compute", "image", "get", id] => Command::ImageGet((*id).to_owned()),
        ["balance", "get"] => Command::BalanceGet,
        ["account", "get"] => Command::AccountGet,
        words => return Err(format!("unknown command: {}", words.join(" "))),
    };
    Ok(Box::new(Doctl {
        command,
        json: args.get("--output") == Some("json"),
    }))
}

fn snapshot(args: &Args, droplet: Option<&&str>) -> Command {
    let missing =
        |what: &str| Command::Refused(format!("({what}) command is missing required arguments"));
    let name = args.get("--snapshot-name").unwrap_or_default();
    match droplet {
        None => missing("droplet-action.snapshot"),
        Some(id) if id.parse::<u64>().is_err() => Command::Refused(format!(
            "expected <droplet-id> to be a positive integer, got \"{id}\""
        )),
        Some(_) if name.is_empty() => missing("droplet-action.snapshot.snapshot-name"),
        Some(id) => Command::Snapshot {
            name: name.to_owned(),
            droplet: (*id).to_owned(),
            wait: args.has("--wait"),
        },
    }
}

fn confirmed(args: &Args, what: &str, ids: &[&str], delete: fn(Vec<String>) -> Command) -> Command {
    if ids.is_empty() {
        Command::Refused(format!("({what}) command is missing required arguments"))
    } else if args.has("--force") {
        delete(ids.iter().map(|id| (*id).to_owned()).collect())
    } else {
        Command::Refused("Operation aborted.".to_owned())
    }
}

impl Call for Doctl {
    fn mutates(&self) -> bool {
        matches!(
            self.command,
            Command::DropletDelete(_) | Command::Snapshot { .. } | Command::SnapshotDelete(_)
        )
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        match &self.command {
            Command::DropletList => droplet::list(cloud, &cloud.cut(cloud.machines(DO)), self.json),
            Command::DropletGet(id) => match cloud.machine(DO, id) {
                Some(machine) => droplet::list(cloud, &[machine], self.json),
                None => self.not_found(),
            },
            Command::DropletDelete(ids) => {
                let found = ids.iter().all(|id| cloud.delete_machine(DO, id));
                if found {
                    Answer::default()
                } else {
                    self.not_found()
                }
            }
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
            } => self.make(cloud, name, droplet, *wait),
            Command::ActionGet(id) => {
                match cloud.state.actions.iter().find(|a| a.id.to_string() == *id) {
                    Some(action) => text::actions(cloud.now, &[action], self.json),
                    None => self.not_found(),
                }
            }
            Command::SnapshotList => text::snapshots(&ready(cloud), self.json),
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
            Command::ImageList => text::images(&ready(cloud), true),
            Command::ImageGet(id) => match finished(cloud, id) {
                Some(snapshot) => text::images(&[snapshot], false),
                None => self.not_found(),
            },
            Command::BalanceGet => Answer::out(text::balance(cloud.now)),
            Command::AccountGet => Answer::out(text::account(self.json)),
            Command::Refused(why) if why == "Operation aborted." => {
                let warning = "Warning: Requires confirmation. Use the `--force` flag to continue without confirmation.\n";
                Answer::err(1, format!("{warning}Error: {why}\n"))
            }
            Command::Refused(why) => self.error(why),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
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
    }
}

impl Doctl {
    fn make(&self, cloud: &mut Cloud, name: &str, droplet: &str, wait: bool) -> Answer {
        let Some(machine) = cloud.machine(DO, droplet).cloned() else {
            return self.not_found();
        };
        if cloud.is_busy(DO, droplet) {
            return self.error(&self.refusal(422, "Droplet already has a pending event."));
        }
        let snapshot = cloud.make(Kind::Snapshot, name, &machine);
        let action = Action {
            id: 2_600_000_000 + cloud.state.next(),
            droplet_id: droplet.to_owned(),
            kind: "snapshot".to_owned(),
            started_ms: cloud.now,
            ready_ms: snapshot.ready_ms,
            errored: snapshot.failed,
            region: machine.region,
        };
        cloud.state.actions.push(action.clone());
        if wait {
            text::actions(action.ready_ms, &[&action], self.json).at(action.ready_ms)
        } else {
            // Even an action that takes no time is printed as it was when it began.
            text::actions(0, &[&action], self.json)
        }
    }

    /// The request that fails when a command fails.
    fn request(&self) -> (&'static str, String) {
        match &self.command {
            Command::DropletList => ("GET", "/v2/droplets?page=1&per_page=200".to_owned()),
            Command::DropletGet(id) => ("GET", format!("/v2/droplets/{id}")),
            Command::DropletActions(id) => (
                "GET",
                format!("/v2/droplets/{id}/actions?page=1&per_page=200"),
            ),
            Command::DropletDelete(ids) => ("DELETE", format!("/v2/droplets/{}", ids[0])),
            Command::Snapshot { droplet, .. } => {
                ("POST", format!("/v2/droplets/{droplet}/actions"))
            }
            Command::ActionGet(id) => ("GET", format!("/v2/actions/{id}")),
            Command::SnapshotList => ("GET", "/v2/snapshots?page=1&per_page=200".to_owned()),
            Command::SnapshotGet(id) => ("GET", format!("/v2/snapshots/{id}")),
            Command::SnapshotDelete(ids) => ("DELETE", format!("/v2/snapshots/{}", ids[0])),
            Command::ImageList => ("GET", "/v2/images?page=1&per_page=200".to_owned()),
            Command::ImageGet(id) => ("GET", format!("/v2/images/{id}")),
            Command::BalanceGet => ("GET", "/v2/customers/my/balance".to_owned()),
            Command::AccountGet | Command::Refused(_) => ("GET", "/v2/account".to_owned()),
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
            Command::DropletDelete(ids) => format!("Unable to delete Droplet {}: {detail}", ids[0]),
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
    cloud.cut(
        cloud
            .snapshots(DO, Kind::Snapshot)
            .filter(|s| cloud.phase(s) == Phase::Ready && cloud.is_listed(s.ready_ms))
            .collect(),
    )
}

fn finished<'a>(cloud: &'a Cloud, id: &str) -> Option<&'a Snapshot> {
    cloud
        .snapshot(DO, Kind::Snapshot, id)
        .filter(|s| cloud.phase(s) == Phase::Ready)
}
