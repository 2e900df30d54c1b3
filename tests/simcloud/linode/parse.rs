//! linode-cli's argument lists.

use serde_json::Value;

use super::{Linode, text};
use crate::args::{Args, Flag};

const FLAGS: &[Flag] = &[
    ("--cloud_init", true),
    ("--disk_id", true),
    ("--label", true),
    ("--description", true),
    ("--is_public", true),
    ("--page-size", true),
    ("--page", true),
    ("--as-user", true),
    ("--region", true),
    ("--type", true),
    ("--image", true),
    ("--root_pass", true),
    ("--authorized_keys", true),
    ("--firewall_id", true),
    ("--interface_generation", true),
    ("--interfaces", true),
    ("--metadata.user_data", true),
    ("--disk_encryption", true),
    ("--private_ip", true),
    ("--booted", true),
    ("--subnets.label", true),
    ("--subnets.ipv4", true),
    ("--rules.inbound_policy", true),
    ("--rules.outbound_policy", true),
    ("--inbound", true),
    ("--outbound", true),
    ("--inbound_policy", true),
    ("--outbound_policy", true),
    ("--all-rows", false),
    ("--no-defaults", false),
    ("--suppress-warnings", false),
    ("--json", false),
];

#[derive(Debug)]
pub enum Command {
    LinodesList {
        label: Option<String>,
    },
    LinodesView(String),
    LinodesCreate(Box<Wanted>),
    LinodesDelete(String),
    LinodesShutdown(String),
    DisksList(String),
    IpsList(String),
    ImagesList {
        label: Option<String>,
        public: Option<bool>,
    },
    ImagesView(String),
    ImagesCreate {
        disk: String,
        label: String,
        cloud_init: bool,
    },
    ImagesDelete(String),
    VpcsList,
    VpcsCreate {
        label: String,
        region: String,
        subnet: String,
        range: String,
    },
    SubnetsList(String),
    FirewallsList,
    FirewallsCreate {
        label: String,
        inbound_policy: String,
        outbound_policy: String,
    },
    RulesUpdate(String, Rules),
    KeysList,
    AccountView,
    /// A plugin's; what it prints is made up: nothing.
    RegionTable,
    /// Refused by linode-cli itself, with its usage text.
    Usage(String),
}

/// What a firewall is to have; what is not given stays.
#[derive(Debug)]
pub struct Rules {
    pub inbound: Option<Vec<Value>>,
    pub outbound: Option<Vec<Value>>,
    pub inbound_policy: Option<String>,
    pub outbound_policy: Option<String>,
}

/// The linode that is to be made.
#[derive(Debug)]
pub struct Wanted {
    pub label: String,
    pub region: String,
    pub kind: String,
    pub image: String,
    pub root_pass: RootPass,
    pub keys: Vec<String>,
    pub firewall: String,
    /// JSON.
    pub interfaces: String,
    /// Base64.
    pub user_data: String,
}

/// Where the root password comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootPass {
    Nowhere,
    Argument,
    /// The flag stood without a value: from `LINODE_CLI_ROOT_PASS`, or asked for.
    Elsewhere,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Linode, String> {
    let (line, asks) = with_password_value(line);
    // Python's argparse takes no flag for a value.
    let empty_disk = line
        .windows(2)
        .any(|pair| pair[0] == "--disk_id" && pair[1].starts_with("--"));
    let args = Args::parse(&line, FLAGS)?;
    let own = |flag| args.get(flag).map(str::to_owned);
    let text = |flag| args.get(flag).unwrap_or_default().to_owned();
    let number = |flag| {
        args.get(flag)
            .map(str::parse::<usize>)
            .transpose()
            .map_err(|e| format!("{flag}: {e}"))
    };
    let json = args.has("--json");
    let with_id = |id: &str, usage: &str, command: fn(String) -> Command| match id.parse::<u64>() {
        Ok(_) => command(id.to_owned()),
        Err(_) => Command::Usage(format!(
            "{usage}error: argument linodeId: invalid int value: '{id}'\n"
        )),
    };
    let command = match args.word_slices().as_slice() {
        ["images", "create", ..] if empty_disk => Command::Usage(format!(
            "{}error: argument --disk_id: expected one argument\n",
            text::IMAGES_CREATE_USAGE
        )),
        ["linodes", "list"] if json => Command::LinodesList {
            label: own("--label"),
        },
        ["linodes", "view", id] if json => Command::LinodesView((*id).to_owned()),
        ["linodes", "create"] => linode(&args, asks),
        ["linodes", "create", surplus @ ..] => Command::Usage(format!(
            "{}error: unrecognized arguments: {}\n",
            text::LINODES_CREATE_USAGE,
            surplus.join(" ")
        )),
        ["linodes", "delete", id] => Command::LinodesDelete((*id).to_owned()),
        ["linodes", "shutdown", id] => Command::LinodesShutdown((*id).to_owned()),
        ["linodes", "disks-list", id] if json => {
            with_id(id, text::DISKS_LIST_USAGE, Command::DisksList)
        }
        ["linodes", "disks-list"] if json => Command::Usage(format!(
            "{}error: the following arguments are required: linodeId\n",
            text::DISKS_LIST_USAGE
        )),
        ["linodes", "ips-list", id] if json => Command::IpsList((*id).to_owned()),
        ["images", "list"] if json => Command::ImagesList {
            label: own("--label"),
            public: args.get("--is_public").map(|value| value == "true"),
        },
        ["images", "view", id] if json => Command::ImagesView((*id).to_owned()),
        ["images", "create"] if json => Command::ImagesCreate {
            disk: text("--disk_id"),
            label: text("--label"),
            cloud_init: args.get("--cloud_init") == Some("true"),
        },
        ["images", "create", surplus @ ..] if json => Command::Usage(format!(
            "{}error: unrecognized arguments: {}\n",
            text::IMAGES_CREATE_USAGE,
            surplus.join(" ")
        )),
        ["images", "delete", id] => Command::ImagesDelete((*id).to_owned()),
        ["vpcs", "list"] if json => Command::VpcsList,
        ["vpcs", "create"] => Command::VpcsCreate {
            label: text("--label"),
            region: text("--region"),
            subnet: text("--subnets.label"),
            range: text("--subnets.ipv4"),
        },
        ["vpcs", "subnets-list", id] if json => Command::SubnetsList((*id).to_owned()),
        ["vpcs", "subnets-list"] if json => Command::Usage(format!(
            "{}error: the following arguments are required: vpcId\n",
            text::SUBNETS_LIST_USAGE
        )),
        ["firewalls", "list"] if json => Command::FirewallsList,
        ["firewalls", "create"] if json => Command::FirewallsCreate {
            label: text("--label"),
            inbound_policy: text("--rules.inbound_policy"),
            outbound_policy: text("--rules.outbound_policy"),
        },
        ["firewalls", "rules-update", words @ ..] => rules(&args, words),
        ["sshkeys", "list"] if json => Command::KeysList,
        ["region-table"] => Command::RegionTable,
        ["account", "view"] => Command::AccountView,
        words => return Err(format!("unknown command: {}", words.join(" "))),
    };
    let page_size = if args.has("--all-rows") {
        None
    } else {
        Some(number("--page-size")?.unwrap_or(100).clamp(25, 500))
    };
    Ok(Linode {
        command,
        json,
        page: number("--page")?.unwrap_or(1).max(1),
        page_size,
    })
}

/// `--root_pass` is the one flag whose value may be missing; then it gets an empty one.
fn with_password_value(line: &[String]) -> (Vec<String>, bool) {
    let mut line = line.to_vec();
    let flag = line.iter().position(|arg| arg == "--root_pass");
    let Some(flag) = flag else {
        return (line, false);
    };
    let has_value = line.get(flag + 1).is_some_and(|arg| !arg.starts_with('-'));
    if !has_value {
        line.insert(flag + 1, String::new());
    }
    let asks = line[flag + 1].is_empty();
    (line, asks)
}

fn rules(args: &Args, words: &[&str]) -> Command {
    let usage = |says: String| {
        let usage = text::RULES_UPDATE_USAGE;
        Command::Usage(format!("{usage}error: {says}\n"))
    };
    let listed = |flag: &str| {
        let given = args.get(flag).map(serde_json::from_str::<Vec<Value>>);
        given.transpose().map_err(|_| {
            let given = args.get(flag).unwrap_or_default();
            usage(format!(
                "argument {flag}: invalid <lambda> value: '{given}'"
            ))
        })
    };
    let (inbound, outbound) = match (listed("--inbound"), listed("--outbound")) {
        (Ok(inbound), Ok(outbound)) => (inbound, outbound),
        (Err(command), _) | (_, Err(command)) => return command,
    };
    let own = |flag| args.get(flag).map(str::to_owned);
    match words {
        [] => usage("the following arguments are required: firewallId".to_owned()),
        [id] if id.parse::<u64>().is_err() => {
            usage(format!("argument firewallId: invalid int value: '{id}'"))
        }
        [id] => Command::RulesUpdate(
            (*id).to_owned(),
            Rules {
                inbound,
                outbound,
                inbound_policy: own("--inbound_policy"),
                outbound_policy: own("--outbound_policy"),
            },
        ),
        [_, surplus @ ..] => usage(format!("unrecognized arguments: {}", surplus.join(" "))),
    }
}

fn linode(args: &Args, asks_password: bool) -> Command {
    let text = |flag| args.get(flag).unwrap_or_default().to_owned();
    let interfaces = text("--interfaces");
    let is_list = serde_json::from_str::<Vec<Value>>(&interfaces).is_ok();
    if args.get("--interfaces").is_some() && !is_list {
        return Command::Usage(format!(
            "{}error: argument --interfaces: invalid <lambda> value: '{interfaces}'\n",
            text::LINODES_CREATE_USAGE
        ));
    }
    Command::LinodesCreate(Box::new(Wanted {
        label: text("--label"),
        region: text("--region"),
        kind: text("--type"),
        image: text("--image"),
        root_pass: match args.get("--root_pass") {
            None => RootPass::Nowhere,
            Some(_) if asks_password => RootPass::Elsewhere,
            Some(_) => RootPass::Argument,
        },
        keys: args.all("--authorized_keys").map(str::to_owned).collect(),
        firewall: text("--firewall_id"),
        interfaces,
        user_data: text("--metadata.user_data"),
    }))
}
