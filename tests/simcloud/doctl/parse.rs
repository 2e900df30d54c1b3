//! doctl's argument lists.

use super::{Doctl, firewall};
use crate::args::{Args, Flag};
use crate::state::Rule;

const FLAGS: &[Flag] = &[
    ("-o|--output", true),
    ("-c|--config", true),
    ("--snapshot-name", true),
    ("--resource", true),
    ("--context", true),
    ("--image", true),
    ("--size", true),
    ("--region", true),
    ("--vpc-uuid", true),
    ("--ssh-keys", true),
    ("--user-data", true),
    ("--user-data-file", true),
    ("--public-key", true),
    ("--name", true),
    ("--ip-range", true),
    ("--droplet-ids", true),
    ("--inbound-rules", true),
    ("--outbound-rules", true),
    ("-f|-force|--force", false),
    ("--wait", false),
    ("--public", false),
    ("-v|--verbose", false),
    ("--trace", false),
];

#[derive(Debug)]
pub enum Command {
    DropletList,
    DropletGet(String),
    DropletCreate(Wanted),
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
    ImageList {
        public: bool,
    },
    ImageGet(String),
    KeyList,
    KeyCreate {
        name: String,
        public_key: String,
    },
    KeyDelete(Vec<String>),
    VpcList,
    VpcCreate {
        name: String,
        region: String,
        range: String,
    },
    FirewallList,
    FirewallCreate {
        name: String,
        rules: Vec<Rule>,
    },
    FirewallDelete(Vec<String>),
    FirewallAddRules {
        firewall: String,
        rules: Vec<Rule>,
    },
    FirewallAdd {
        firewall: String,
        droplets: Vec<String>,
    },
    BalanceGet,
    AccountGet,
    /// Refused by doctl itself, without a request.
    Refused(String),
}

/// The droplets that are to be made: one of each name.
#[derive(Debug)]
pub struct Wanted {
    pub names: Vec<String>,
    pub image: String,
    pub size: String,
    pub region: String,
    pub vpc: String,
    pub keys: Vec<String>,
    pub user_data: String,
    pub user_data_file: Option<String>,
    pub wait: bool,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Doctl, String> {
    let args = Args::parse(line, FLAGS)?;
    let odd_output = args
        .get("--output")
        .is_some_and(|output| !matches!(output, "json" | "text"));
    let own = |flag| args.get(flag).unwrap_or_default().to_owned();
    let command = match args.word_slices().as_slice() {
        _ if odd_output => Command::Refused("unknown output type".to_owned()),
        ["compute", "droplet", "list"] => Command::DropletList,
        ["compute", "droplet", "get", id] => Command::DropletGet((*id).to_owned()),
        ["compute", "droplet", "create", names @ ..] => wanted(&args, names),
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
        ["compute", "image", "list"] => Command::ImageList {
            public: args.has("--public"),
        },
        ["compute", "image", "get", id] => Command::ImageGet((*id).to_owned()),
        ["compute", "ssh-key", "list"] => Command::KeyList,
        ["compute", "ssh-key", "create", name] => Command::KeyCreate {
            name: (*name).to_owned(),
            public_key: own("--public-key"),
        },
        ["compute", "ssh-key", "delete", ids @ ..] => {
            confirmed(&args, "ssh-key.delete", ids, Command::KeyDelete)
        }
        ["compute", "firewall", "list"] => Command::FirewallList,
        ["compute", "firewall", "create"] if own("--name").is_empty() => {
            missing("firewall.create.name")
        }
        ["compute", "firewall", "create"] => with_rules(&args, |rules| Command::FirewallCreate {
            name: own("--name"),
            rules,
        }),
        ["compute", "firewall", "delete", ids @ ..] => {
            confirmed(&args, "firewall.delete", ids, Command::FirewallDelete)
        }
        ["compute", "firewall", "add-rules"] => missing("firewall.add-rules"),
        ["compute", "firewall", "add-rules", id] => {
            with_rules(&args, |rules| Command::FirewallAddRules {
                firewall: (*id).to_owned(),
                rules,
            })
        }
        ["compute", "firewall", "add-droplets"] => missing("firewall.add-droplets"),
        ["compute", "firewall", "add-droplets", id] => Command::FirewallAdd {
            firewall: (*id).to_owned(),
            droplets: listed(&args, "--droplet-ids"),
        },
        ["vpcs", "list"] => Command::VpcList,
        ["vpcs", "create"] => Command::VpcCreate {
            name: own("--name"),
            region: own("--region"),
            range: own("--ip-range"),
        },
        ["balance", "get"] => Command::BalanceGet,
        ["account", "get"] => Command::AccountGet,
        words => return Err(format!("unknown command: {}", words.join(" "))),
    };
    Ok(Doctl {
        command,
        json: args.get("--output") == Some("json"),
        trace: args.has("--trace"),
    })
}

fn wanted(args: &Args, names: &[&str]) -> Command {
    let own = |flag| args.get(flag).unwrap_or_default().to_owned();
    let wanted = Wanted {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        image: own("--image"),
        size: own("--size"),
        region: own("--region"),
        vpc: own("--vpc-uuid"),
        keys: listed(args, "--ssh-keys"),
        user_data: own("--user-data"),
        user_data_file: args.get("--user-data-file").map(str::to_owned),
        wait: args.has("--wait"),
    };
    if names.is_empty() {
        missing("droplet.create")
    } else if wanted.size.is_empty() {
        missing("droplet.create.size")
    } else if wanted.image.is_empty() {
        missing("droplet.create.image")
    } else {
        Command::DropletCreate(wanted)
    }
}

fn with_rules(args: &Args, command: impl FnOnce(Vec<Rule>) -> Command) -> Command {
    let read = |flag, outbound| firewall::rules(args.get(flag).unwrap_or_default(), outbound);
    match (
        read("--inbound-rules", false),
        read("--outbound-rules", true),
    ) {
        (Ok(inbound), Ok(outbound)) => command([inbound, outbound].concat()),
        (Err(why), _) | (_, Err(why)) => Command::Refused(why),
    }
}

/// The values of a flag that takes several, separated by commas or given repeatedly.
fn listed(args: &Args, flag: &str) -> Vec<String> {
    let values = args.all(flag).flat_map(|value| value.split(','));
    values
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

fn snapshot(args: &Args, droplet: Option<&&str>) -> Command {
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
        missing(what)
    } else if args.has("--force") {
        delete(ids.iter().map(|id| (*id).to_owned()).collect())
    } else {
        Command::Refused("Operation aborted.".to_owned())
    }
}

fn missing(what: &str) -> Command {
    Command::Refused(format!("({what}) command is missing required arguments"))
}
