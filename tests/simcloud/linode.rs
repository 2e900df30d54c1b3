//! linode-cli: its commands and how each fails.

use crate::answer::{Answer, Failure, python_json};
use crate::args::{Args, Flag};
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Machine, Provider, Snapshot};
use crate::tool::Call;

mod text;

use text::PUBLIC_IMAGES;

const LINODE: Provider = Provider::Linode;

const FLAGS: &[Flag] = &[
    ("--disk_id", true),
    ("--label", true),
    ("--description", true),
    ("--is_public", true),
    ("--page-size", true),
    ("--page", true),
    ("--as-user", true),
    ("--all-rows", false),
    ("--no-defaults", false),
    ("--suppress-warnings", false),
    ("--json", false),
];

#[derive(Debug)]
enum Command {
    LinodesList {
        label: Option<String>,
    },
    LinodesView(String),
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
    },
    ImagesDelete(String),
    AccountView,
    /// Refused by linode-cli itself, with its usage text.
    Usage(String),
}

struct Linode {
    command: Command,
    json: bool,
    page: usize,
    /// None: all rows.
    page_size: Option<usize>,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    // Python's argparse takes no flag for a value.
    let empty_disk = line
        .windows(2)
        .any(|pair| pair[0] == "--disk_id" && pair[1].starts_with("--"));
    let args = Args::parse(line, FLAGS)?;
    let own = |flag| args.get(flag).map(str::to_owned);
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
            disk: own("--disk_id").unwrap_or_default(),
            label: own("--label").unwrap_or_default(),
        },
        ["images", "create", surplus @ ..] if json => Command::Usage(format!(
            "{}error: unrecognized arguments: {}\n",
            text::IMAGES_CREATE_USAGE,
            surplus.join(" ")
        )),
        ["images", "delete", id] => Command::ImagesDelete((*id).to_owned()),
        ["account", "view"] => Command::AccountView,
        words => return Err(format!("unknown command: {}", words.join(" "))),
    };
    let page_size = if args.has("--all-rows") {
        None
    } else {
        Some(number("--page-size")?.unwrap_or(100).clamp(25, 500))
    };
    Ok(Box::new(Linode {
        command,
        json,
        page: number("--page")?.unwrap_or(1).max(1),
        page_size,
    }))
}

impl Call for Linode {
    fn mutates(&self) -> bool {
        matches!(
            self.command,
            Command::LinodesDelete(_)
                | Command::LinodesShutdown(_)
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
            Command::ImagesCreate { disk, label } => self.make(cloud, disk, label),
            Command::ImagesDelete(id) => self.done(cloud.delete_snapshot(LINODE, Kind::Image, id)),
            Command::AccountView => Answer::out(text::ACCOUNT),
            Command::Usage(says) => Answer::err(2, says.clone()),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        let traceback = match failure {
            Failure::Status(status) => return self.status(status),
            Failure::Html502 => include_str!("linode/traceback/html.txt").to_owned(),
            Failure::Cut => text::cut(self.mutates()),
            Failure::EmptyBody => include_str!("linode/traceback/empty.txt").to_owned(),
            Failure::Refused => text::refused(&self.path(), self.mutates()),
        };
        Answer::err(1, traceback)
    }
}

impl Linode {
    fn make(&self, cloud: &mut Cloud, disk: &str, label: &str) -> Answer {
        let owner = |m: &&Machine| {
            m.provider == LINODE && text::disks(m).iter().any(|d| d.id.to_string() == disk)
        };
        let Some(machine) = cloud.state.machines.iter().find(owner).cloned() else {
            return self.status(404);
        };
        if cloud.is_busy(LINODE, &machine.id) {
            return self.refusal(400, "Linode busy.");
        }
        let made = cloud.make(Kind::Image, label, &machine);
        self.one(Some(text::image(&made, "creating")))
    }

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

    /// An error of the API: a line and, with `--json`, an array; otherwise a table.
    fn refusal(&self, status: u16, reason: &str) -> Answer {
        let detail = if self.json {
            format!(
                "[{{\"field\": \"\", \"reason\": {}}}]\n",
                python_json(reason)
            )
        } else {
            text::error_table(reason)
        };
        Answer::err(2, format!("Request failed: {status}\n{detail}"))
    }

    /// The path of the request that fails when the command fails.
    fn path(&self) -> String {
        let path = match &self.command {
            Command::LinodesList { .. } => "/v4/linode/instances".to_owned(),
            Command::LinodesView(id) | Command::LinodesDelete(id) => {
                format!("/v4/linode/instances/{id}")
            }
            Command::LinodesShutdown(id) => format!("/v4/linode/instances/{id}/shutdown"),
            Command::DisksList(id) => format!("/v4/linode/instances/{id}/disks"),
            Command::IpsList(id) => format!("/v4/linode/instances/{id}/ips"),
            Command::ImagesList { .. } | Command::ImagesCreate { .. } => "/v4/images".to_owned(),
            Command::ImagesView(id) | Command::ImagesDelete(id) => format!("/v4/images/{id}"),
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
