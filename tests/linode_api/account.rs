//! What an account has, and what the API answers about it.

use serde_json::{Value, json};

use super::http::{Answer, Request};

const MOMENT: &str = "2026-11-24T02:03:07";

/// An account: its machines, its images, and the token that opens it.
#[derive(Debug, Default)]
pub struct Account {
    pub token: String,
    pub linodes: Vec<Linode>,
    /// Its own images; the public ones are always there.
    pub images: Vec<Image>,
    /// How often an image that is made from now on is seen before it can be used.
    pub looks_at_image: usize,
}

/// A machine with a root disk and a swap disk.
#[derive(Debug, Clone)]
pub struct Linode {
    pub id: u64,
    pub label: String,
    pub status: &'static str,
    pub public_ip: String,
    /// Its address in the VPC, and the public one that leads there.
    pub vpc: Option<(String, Option<String>)>,
}

/// An image of the account's own.
#[derive(Debug, Clone)]
pub struct Image {
    /// The number in `private/NUMBER`.
    pub number: u64,
    pub label: String,
    /// The disk it was made of.
    pub disk: u64,
    /// How often it is still seen before a machine can be built from it.
    pub looks_left: usize,
}

impl Account {
    /// What the API answers.
    pub fn answer(&mut self, request: &Request) -> Answer {
        if request.method == "CONNECT" {
            return Answer::error(403, "There is no way out of the test");
        }
        if request.header("authorization") != Some(&format!("Bearer {}", self.token)) {
            return Answer::error(401, "Invalid Token");
        }
        let path = request.path();
        let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (request.method.as_str(), words.as_slice()) {
            ("GET", ["v4", "linode", "instances"]) => {
                let rows = self.linodes.iter().map(Linode::row).collect();
                page(rows, request, &["label"])
            }
            ("GET", ["v4", "linode", "instances", id]) => found(self.linode(id).map(Linode::row)),
            ("GET", ["v4", "linode", "instances", id, "disks"]) => match self.linode(id) {
                Some(linode) => page(linode.disks(), request, &["label"]),
                None => not_found(),
            },
            ("GET", ["v4", "linode", "instances", id, "ips"]) => {
                found(self.linode(id).map(Linode::addresses))
            }
            ("GET", ["v4", "images"]) => {
                let own = self.images.iter_mut().map(Image::seen);
                let rows = public_images().into_iter().chain(own).collect();
                page(rows, request, &["label", "is_public"])
            }
            ("POST", ["v4", "images"]) => self.make_image(&request.body),
            ("GET", ["v4", "images", "private", number]) => {
                found(self.image(number).map(|place| self.images[place].seen()))
            }
            ("DELETE", ["v4", "images", "private", number]) => match self.image(number) {
                Some(place) => {
                    self.images.remove(place);
                    Answer::default()
                }
                None => not_found(),
            },
            _ => not_found(),
        }
    }

    fn linode(&self, id: &str) -> Option<&Linode> {
        let mut linodes = self.linodes.iter();
        linodes.find(|linode| linode.id.to_string() == id)
    }

    fn image(&self, number: &str) -> Option<usize> {
        let mut images = self.images.iter();
        images.position(|image| image.number.to_string() == number)
    }

    /// Neither a label that is taken nor an image under way is in the way of another.
    fn make_image(&mut self, body: &[u8]) -> Answer {
        let asked: Value = serde_json::from_slice(body).unwrap_or_default();
        let (Some(disk), Some(label)) = (asked["disk_id"].as_u64(), asked["label"].as_str()) else {
            return Answer::error(400, "disk_id and label are required");
        };
        if !self.linodes.iter().any(|linode| linode.root_disk() == disk) {
            return not_found();
        }
        let last = self.images.iter().map(|image| image.number).max();
        let image = Image {
            number: last.unwrap_or(30_001_000) + 1,
            label: label.to_owned(),
            disk,
            looks_left: self.looks_at_image,
        };
        let answer = image_row(&image.id(), label, false, "creating");
        self.images.push(image);
        Answer::json(&answer)
    }
}

impl Linode {
    /// The disk that an image is made of.
    pub fn root_disk(&self) -> u64 {
        self.id * 2
    }

    fn row(&self) -> Value {
        json!({
            "id": self.id, "label": self.label, "group": "", "status": self.status, "created": MOMENT, "updated": MOMENT,
            "type": "g6-nanode-1", "ipv4": [self.public_ip], "ipv6": "2600:3c00::f03c:1/128", "image": "linode/debian12",
            "region": "gb-lon", "tags": [],
        })
    }

    fn disks(&self) -> Vec<Value> {
        let root = self.root_disk();
        let disk = |id: u64, label: &str, filesystem: &str| {
            json!({
                "id": id, "label": label, "filesystem": filesystem, "size": 512, "status": "ready", "created": MOMENT,
                "updated": MOMENT, "disk_encryption": "enabled",
            })
        };
        vec![
            disk(root, "Debian 12 Disk", "ext4"),
            disk(root + 1, "512 MB Swap Image", "swap"),
        ]
    }

    fn addresses(&self) -> Value {
        let vpc = self.vpc.iter().map(|(address, public)| {
            json!({
                "address": address, "address_range": null, "vpc_id": 1, "subnet_id": 1, "region": "gb-lon",
                "linode_id": self.id, "nat_1_1": public, "active": true, "gateway": "10.0.0.1", "prefix": 24,
                "subnet_mask": "255.255.255.0",
            })
        });
        json!({
            "ipv4": {
                "public": [{
                    "address": self.public_ip, "gateway": null, "subnet_mask": "255.255.255.0", "prefix": 24, "type": "ipv4",
                    "public": true, "rdns": null, "linode_id": self.id, "region": "gb-lon",
                }],
                "private": [], "shared": [], "reserved": [], "vpc": vpc.collect::<Vec<_>>(),
            },
            "ipv6": { "slaac": null, "link_local": null, "global": [] },
        })
    }
}

impl Image {
    /// The id as the API has it.
    pub fn id(&self) -> String {
        format!("private/{}", self.number)
    }

    fn seen(&mut self) -> Value {
        let is_ready = self.looks_left == 0;
        let status = if is_ready { "available" } else { "creating" };
        self.looks_left = self.looks_left.saturating_sub(1);
        image_row(&self.id(), &self.label, false, status)
    }
}

fn image_row(id: &str, label: &str, is_public: bool, status: &str) -> Value {
    json!({
        "id": id, "label": label, "description": "", "created": MOMENT, "updated": MOMENT, "type": "manual",
        "is_public": is_public, "size": 2500, "created_by": "somebody", "vendor": null, "deprecated": false, "expiry": null,
        "eol": null, "status": status, "capabilities": [], "tags": [], "regions": [],
    })
}

fn public_images() -> Vec<Value> {
    let debian = |version| {
        let (id, label) = (
            format!("linode/debian{version}"),
            format!("Debian {version}"),
        );
        image_row(&id, &label, true, "available")
    };
    vec![debian(12), debian(13)]
}

/// The page of `rows` that the query asks for, of those that `X-Filter` lets through.
fn page(mut rows: Vec<Value>, request: &Request, filterable: &[&str]) -> Answer {
    let filter = request.header("x-filter").unwrap_or("{}");
    let filter: serde_json::Map<String, Value> = match serde_json::from_str(filter) {
        Ok(filter) => filter,
        Err(_) => return Answer::error(400, "Cannot parse the X-Filter header"),
    };
    if let Some(unknown) = filter
        .keys()
        .find(|key| !filterable.contains(&key.as_str()))
    {
        return Answer::error(400, &format!("Cannot filter on {unknown}"));
    }
    rows.retain(|row| filter.iter().all(|(key, wanted)| row[key] == *wanted));
    let (number, size) = (
        request.number("page").unwrap_or(1),
        request.number("page_size").unwrap_or(100),
    );
    if !(25..=500).contains(&size) {
        return Answer::error(400, "page_size must be between 25 and 500");
    }
    let pages = rows.len().div_ceil(size).max(1);
    if number == 0 || number > pages {
        return not_found();
    }
    let shown: Vec<&Value> = rows.iter().skip((number - 1) * size).take(size).collect();
    Answer::json(&json!({ "data": shown, "page": number, "pages": pages, "results": rows.len() }))
}

fn found(row: Option<Value>) -> Answer {
    row.map_or_else(not_found, |row| Answer::json(&row))
}

fn not_found() -> Answer {
    Answer::error(404, "Not found")
}
