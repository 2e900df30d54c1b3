//! vultr-cli's argument lists.

use std::env;
use std::path::{Path, PathBuf};

use super::{PAGE, Vultr};
use crate::args::{Args, Flag};

const FLAGS: &[Flag] = &[
    ("-o|--output", true),
    ("--config", true),
    ("-i|--id", true),
    ("-d|--description", true),
    ("--per-page", true),
    ("-c|--cursor", true),
    ("-l|--label", true),
    ("--region", true),
    ("--plan", true),
    ("--os", true),
    ("--snapshot", true),
    ("-u|--userdata", true),
    ("--userdata-file", true),
    ("--firewall-group", true),
    ("-v|--vpc-ids", true),
    ("--ssh-keys", true),
    ("--subnet", true),
    ("-z|--size", true),
    ("--host", true),
    ("--protocol", true),
    ("--port", true),
    ("-t|--ip-type", true),
    ("--source", true),
    ("-n|--notes", true),
    ("--vpc-enable", false),
    ("--ipv6", false),
    ("--ddos", false),
];

#[derive(Debug)]
pub enum Command {
    InstanceList {
        per_page: usize,
        cursor: String,
    },
    InstanceGet(String),
    InstanceIpv4List(String),
    InstanceCreate(Box<Wanted>),
    InstanceDelete(String),
    SnapshotList,
    SnapshotGet(String),
    SnapshotCreate {
        instance: String,
        description: String,
    },
    SnapshotDelete(String),
    OsList,
    VpcList {
        per_page: usize,
        cursor: String,
    },
    VpcCreate {
        region: String,
        description: String,
        /// Like `10.0.0.0/16`.
        range: String,
    },
    FirewallList {
        per_page: usize,
        cursor: String,
    },
    GroupCreate {
        description: String,
    },
    GroupUpdate {
        group: String,
        description: String,
    },
    RuleList {
        group: String,
        per_page: usize,
        cursor: String,
    },
    RuleCreate {
        group: String,
        rule: NewRule,
    },
    RuleDelete {
        group: String,
        number: String,
    },
    AccountInfo,
    Version,
    /// Refused by vultr-cli itself.
    Refused(String),
}

/// The firewall rule that is to be made.
#[derive(Debug)]
pub struct NewRule {
    pub protocol: String,
    /// Empty: none.
    pub ports: String,
    pub subnet: String,
    pub size: u64,
    pub source: String,
}

/// The instance that is to be made.
#[derive(Debug)]
pub struct Wanted {
    pub label: String,
    pub region: String,
    pub plan: String,
    pub os: String,
    pub snapshot: String,
    pub user_data: String,
    pub user_data_file: Option<String>,
    pub firewall: String,
    pub vpcs: Vec<String>,
    pub keys: Vec<String>,
}

/// What a letter stands for depends on the command.
fn spelled_out(line: &[String]) -> Vec<String> {
    let has = |word: &str| line.iter().any(|arg| arg == word);
    let letters: &[(&str, &str)] = if has("rule") && has("create") {
        &[("-p", "--protocol"), ("-s", "--subnet"), ("-r", "--port")]
    } else {
        &[
            ("-p", "--per-page"),
            ("-s", "--ssh-keys"),
            ("-r", "--region"),
        ]
    };
    let full = |arg: &String| {
        let found = letters.iter().find(|(letter, _)| letter == arg);
        found.map_or_else(|| arg.clone(), |(_, name)| (*name).to_owned())
    };
    line.iter().map(full).collect()
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Vultr, String> {
    let args = Args::parse(&spelled_out(line), FLAGS)?;
    let own = |word: &&str| (*word).to_owned();
    let text = |flag| args.get(flag).unwrap_or_default().to_owned();
    let json = args.get("--output") == Some("json");
    let pages = args.get("--per-page").or(args.get("--cursor")).is_some();
    let per_page = args
        .get("--per-page")
        .map_or(Ok(PAGE), str::parse)
        .map_err(|e| format!("--per-page: {e}"))?
        .clamp(1, 500);
    let cursor = text("--cursor");
    let command = match args.word_slices().as_slice() {
        // An id after `instance list` is ignored.
        ["instance", "list", ..] => Command::InstanceList { per_page, cursor },
        ["vpc", "list"] if json => Command::VpcList { per_page, cursor },
        ["firewall", "group", "list"] if json => Command::FirewallList { per_page, cursor },
        ["firewall", "rule", "list", group] if json => Command::RuleList {
            group: own(group),
            per_page,
            cursor,
        },
        _ if pages => return Err("unknown flag: --per-page or --cursor".to_owned()),
        ["instance", "get", id] => Command::InstanceGet(own(id)),
        ["instance", "ipv4", "list", id] => Command::InstanceIpv4List(own(id)),
        // So is a second system that was not quoted.
        ["instance", "create", ..] => instance(&args),
        ["instance", "delete", id] => Command::InstanceDelete(own(id)),
        ["snapshot", "list"] => Command::SnapshotList,
        ["snapshot", "get", id] => Command::SnapshotGet(own(id)),
        ["snapshot", "create", ..] => match args.get("--id") {
            None => Command::Refused("required flag(s) \"id\" not set".to_owned()),
            Some(instance) => Command::SnapshotCreate {
                instance: instance.to_owned(),
                description: text("--description"),
            },
        },
        ["snapshot", "delete", id] => Command::SnapshotDelete(own(id)),
        ["os", "list"] if json => Command::OsList,
        ["vpc", "create"] => Command::VpcCreate {
            region: text("--region"),
            description: text("--description"),
            range: format!("{}/{}", text("--subnet"), text("--size")),
        },
        ["firewall", "group", "create"] => Command::GroupCreate {
            description: text("--description"),
        },
        ["firewall", "group", "update"] | ["firewall", "rule", "create" | "list"] => {
            Command::Refused("please provide a firewall group ID".to_owned())
        }
        ["firewall", "group", "update", group, ..] => match args.get("--description") {
            None => Command::Refused("required flag(s) \"description\" not set".to_owned()),
            Some(description) => Command::GroupUpdate {
                group: own(group),
                description: description.to_owned(),
            },
        },
        ["firewall", "rule", "create", group, ..] => rule(&args, group),
        ["firewall", "rule", "delete", group, number, ..] => Command::RuleDelete {
            group: own(group),
            number: own(number),
        },
        ["firewall", "rule", "delete", ..] => Command::Refused(
            "please provide a firewall group ID and firewall rule number".to_owned(),
        ),
        ["account", "info"] => Command::AccountInfo,
        ["version"] => Command::Version,
        words => return Err(format!("unknown command: {}", words.join(" "))),
    };
    Ok(Vultr {
        command,
        json,
        has_key: has_key(args.get("--config")),
    })
}

fn rule(args: &Args, group: &str) -> Command {
    let text = |flag: &str| args.get(flag).unwrap_or_default().to_owned();
    let missing: Vec<_> = ["ip-type", "protocol", "size", "subnet"]
        .iter()
        .filter(|flag| args.get(&format!("--{flag}")).is_none())
        .map(|flag| format!("\"{flag}\""))
        .collect();
    if !missing.is_empty() {
        return Command::Refused(format!("required flag(s) {} not set", missing.join(", ")));
    }
    let size = text("--size");
    let Ok(size) = size.parse() else {
        return Command::Refused(format!(
            "invalid argument \"{size}\" for \"-z, --size\" flag: strconv.ParseInt: parsing \"{size}\": invalid syntax"
        ));
    };
    if text("--ip-type").is_empty() {
        return Command::Refused(
            "a firewall rule requires an IP type. Pass an --ip-type value of v4 or v6".to_owned(),
        );
    }
    Command::RuleCreate {
        group: group.to_owned(),
        rule: NewRule {
            protocol: text("--protocol"),
            ports: text("--port"),
            subnet: text("--subnet"),
            size,
            source: text("--source"),
        },
    }
}

fn instance(args: &Args) -> Command {
    let text = |flag| args.get(flag).unwrap_or_default().to_owned();
    let listed = |flag| {
        let values = args.all(flag).flat_map(|value| value.split(','));
        let values = values.filter(|value| !value.is_empty());
        values.map(str::to_owned).collect()
    };
    let os = args.get("--os");
    if let Some(os) = os.filter(|os| os.parse::<u64>().is_err()) {
        return Command::Refused(format!(
            "invalid argument \"{os}\" for \"--os\" flag: strconv.ParseInt: parsing \"{os}\": invalid syntax"
        ));
    }
    let user_data_file = args.get("--userdata-file").map(str::to_owned);
    if user_data_file.is_some() && !super::reads_files() {
        return Command::Refused("unknown flag: --userdata-file".to_owned());
    }
    if user_data_file.is_some() && args.get("--userdata").is_some() {
        return Command::Refused(
            "if any flags in the group [userdata userdata-file] are set none of the others can be; [userdata userdata-file] were all set"
                .to_owned(),
        );
    }
    let missing: Vec<_> = ["region", "plan"]
        .iter()
        .filter(|flag| args.get(&format!("--{flag}")).is_none())
        .map(|flag| format!("\"{flag}\""))
        .collect();
    if !missing.is_empty() {
        return Command::Refused(format!("required flag(s) {} not set", missing.join(", ")));
    }
    Command::InstanceCreate(Box::new(Wanted {
        label: text("--label"),
        region: text("--region"),
        plan: text("--plan"),
        os: text("--os"),
        snapshot: text("--snapshot"),
        user_data: text("--userdata"),
        user_data_file,
        firewall: text("--firewall-group"),
        vpcs: listed("--vpc-ids"),
        keys: listed("--ssh-keys"),
    }))
}

/// Whether there is a key in the environment or a configuration file with one; what the key is does not matter here.
fn has_key(config: Option<&str>) -> bool {
    let in_home = || env::var_os("HOME").map(|home| Path::new(&home).join(".vultr-cli.yaml"));
    env::var_os("VULTR_API_KEY").is_some_and(|key| !key.is_empty())
        || config
            .map(PathBuf::from)
            .or_else(in_home)
            .is_some_and(|file| file.is_file())
}
