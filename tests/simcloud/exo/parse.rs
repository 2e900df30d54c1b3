//! exo's argument lists.

use super::Exo;
use super::group::NewRule;
use crate::args::{Args, Flag};

const FLAGS: &[Flag] = &[
    ("-z|--zone", true),
    ("-O|--output-format", true),
    ("-C|--config", true),
    ("--visibility", true),
    ("--from-snapshot", true),
    ("--boot-mode", true),
    ("--username", true),
    ("--description", true),
    ("--instance-type", true),
    ("--security-group", true),
    ("--template", true),
    ("--template-visibility", true),
    ("--cloud-init", true),
    ("--ssh-key", true),
    ("--disk-size", true),
    ("--start-ip", true),
    ("--end-ip", true),
    ("--netmask", true),
    ("--network", true),
    ("--port", true),
    ("--protocol", true),
    ("--flow", true),
    ("--icmp-code", true),
    ("--icmp-type", true),
    ("--disable-password", false),
    ("-f|--force", false),
    ("-Q|--quiet", false),
];

#[derive(Debug)]
pub enum Command {
    InstanceList,
    InstanceShow(String),
    InstanceCreate(Box<Wanted>),
    InstanceDelete(String),
    SnapshotCreate(String),
    SnapshotList,
    SnapshotShow(String),
    SnapshotDelete(String),
    TemplateRegister {
        name: String,
        snapshot: String,
        user: String,
    },
    TemplateList {
        private: bool,
    },
    TemplateShow(String),
    TemplateDelete(String),
    NetworkList,
    NetworkCreate {
        name: String,
        start_ip: String,
        end_ip: String,
        netmask: String,
    },
    NetworkAttach {
        instance: String,
        network: String,
    },
    NetworkShow(String),
    SecurityGroupList,
    SecurityGroupShow(String),
    SecurityGroupCreate(String),
    RuleAdd {
        group: String,
        rule: NewRule,
    },
    RuleDelete {
        group: String,
        rule: String,
    },
    ZoneList,
    Status,
    /// An argument is missing.
    Incomplete,
    /// Refused by exo itself, without a request.
    Refused(String),
}

/// The instance that is to be made.
#[derive(Debug)]
pub struct Wanted {
    pub name: String,
    pub kind: String,
    pub template: String,
    pub visibility: String,
    pub groups: Vec<String>,
    pub keys: Vec<String>,
    pub cloud_init: Option<String>,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Exo, String> {
    let args = match Args::parse(line, FLAGS) {
        // The database's port is such a flag when nobody said which it is.
        Err(why)
            if why.starts_with("flag needs an argument: ") && line.contains(&"rule".to_owned()) =>
        {
            return Ok(Exo {
                command: Command::Refused(why),
                zone: None,
                json: false,
                quiet: false,
                force: false,
            });
        }
        parsed => parsed?,
    };
    let own = |word: &&str| (*word).to_owned();
    let value = |flag| args.get(flag).unwrap_or_default().to_owned();
    let command = match args.word_slices().as_slice() {
        ["compute", "instance", "list", ..] => Command::InstanceList,
        ["compute", "instance", "show", id] => Command::InstanceShow(own(id)),
        ["compute", "instance", "create", name] => instance(&args, name),
        ["compute", "instance", "delete", id] => Command::InstanceDelete(own(id)),
        ["compute", "instance", "snapshot", "create", id] => Command::SnapshotCreate(own(id)),
        ["compute", "instance", "create"] | ["compute", "instance", "snapshot", "create"] => {
            Command::Incomplete
        }
        ["compute", "instance", "snapshot", "list"] => Command::SnapshotList,
        ["compute", "instance", "snapshot", "show", id] => Command::SnapshotShow(own(id)),
        ["compute", "instance", "snapshot", "delete", id] => Command::SnapshotDelete(own(id)),
        ["compute", "instance-template", "register", name, ..]
            if args.get("--from-snapshot").is_some() =>
        {
            Command::TemplateRegister {
                name: own(name),
                snapshot: value("--from-snapshot"),
                user: value("--username"),
            }
        }
        ["compute", "instance-template", "list"] => Command::TemplateList {
            private: args.get("--visibility") == Some("private"),
        },
        ["compute", "instance-template", "show", id] => Command::TemplateShow(own(id)),
        ["compute", "instance-template", "delete", id] => Command::TemplateDelete(own(id)),
        [
            "compute",
            "instance",
            "private-network",
            "attach",
            instance,
            network,
        ] => Command::NetworkAttach {
            instance: own(instance),
            network: own(network),
        },
        ["compute", "private-network", "create", name] => Command::NetworkCreate {
            name: own(name),
            start_ip: value("--start-ip"),
            end_ip: value("--end-ip"),
            netmask: value("--netmask"),
        },
        ["compute", "security-group", "list"] => Command::SecurityGroupList,
        ["compute", "security-group", "show", id] => Command::SecurityGroupShow(own(id)),
        ["compute", "security-group", "create", name] => Command::SecurityGroupCreate(own(name)),
        ["compute", "security-group", "rule", "add", group] => Command::RuleAdd {
            group: own(group),
            rule: NewRule {
                is_outbound: args.get("--flow") == Some("egress"),
                protocol: args.get("--protocol").unwrap_or("tcp").to_owned(),
                network: value("--network"),
                port: value("--port"),
            },
        },
        ["compute", "security-group", "rule", "delete", group, rule] => Command::RuleDelete {
            group: own(group),
            rule: own(rule),
        },
        ["compute", "security-group", "show" | "create"]
        | ["compute", "security-group", "rule", "add"]
        | ["compute", "security-group", "rule", "delete", ..] => Command::Incomplete,
        ["compute", "private-network", "list"] => Command::NetworkList,
        ["compute", "private-network", "show", id] => Command::NetworkShow(own(id)),
        ["status"] => Command::Status,
        ["zone", "list"] => Command::ZoneList,
        words => return Err(format!("unknown command: {}", words.join(" "))),
    };
    Ok(Exo {
        command,
        zone: args.get("--zone").map(str::to_owned),
        json: args.get("--output-format") == Some("json"),
        quiet: args.has("--quiet"),
        force: args.has("--force"),
    })
}

fn instance(args: &Args, name: &str) -> Command {
    let value = |flag, default: &str| args.get(flag).unwrap_or(default).to_owned();
    let listed = |flag| {
        let values = args.all(flag).flat_map(|value| value.split(','));
        let values = values.filter(|value| !value.is_empty());
        values.map(str::to_owned).collect()
    };
    Command::InstanceCreate(Box::new(Wanted {
        name: name.to_owned(),
        kind: value("--instance-type", "standard.medium"),
        template: value("--template", "Linux Ubuntu 22.04 LTS 64-bit"),
        visibility: value("--template-visibility", "public"),
        groups: listed("--security-group"),
        keys: listed("--ssh-key"),
        cloud_init: args.get("--cloud-init").map(str::to_owned),
    }))
}
