//! What a droplet can be made from, and how doctl prints it.

use super::text::{ISO, array, gigabytes, list};
use super::{DO, finished};
use crate::answer::{Answer, date, go_json};
use crate::cloud::Cloud;
use crate::state::{Machine, Snapshot};

pub const REGIONS: &str =
    r#""nyc1", "nyc3", "sfo3", "ams3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1""#;

/// Id, name, distribution and slug of the public ones.
const PUBLIC: [(&str, &str, &str, &str); 7] = [
    ("150000000", "24.04 (LTS) x64", "Ubuntu", "ubuntu-24-04-x64"),
    ("150000001", "22.04 (LTS) x64", "Ubuntu", "ubuntu-22-04-x64"),
    ("150000002", "12 x64", "Debian", "debian-12-x64"),
    ("150000003", "13 x64", "Debian", "debian-13-x64"),
    ("150000004", "42 x64", "Fedora", "fedora-42-x64"),
    ("150000005", "9 x64", "Rocky Linux", "rockylinux-9-x64"),
    ("150000006", "9 x64", "AlmaLinux", "almalinux-9-x64"),
];

/// A public image or a finished snapshot.
pub enum Image<'a> {
    Public(&'static (&'static str, &'static str, &'static str, &'static str)),
    Snapshot(&'a Snapshot),
    /// A snapshot that is there no more.
    Gone(&'a str),
}

impl<'a> Image<'a> {
    /// What a droplet can be made from under that slug or id.
    pub fn find(cloud: &'a Cloud, wanted: &str) -> Option<Self> {
        let public = PUBLIC.iter().find(|i| i.0 == wanted || i.3 == wanted);
        match public {
            Some(image) => Some(Self::Public(image)),
            None => finished(cloud, wanted).map(Self::Snapshot),
        }
    }

    /// What the droplet was made from.
    pub fn of(cloud: &'a Cloud, machine: &'a Machine) -> Self {
        if machine.image.is_empty() {
            return Self::Public(&PUBLIC[2]);
        }
        Self::find(cloud, &machine.image).unwrap_or(Self::Gone(&machine.image))
    }

    /// The id, if it is a snapshot.
    pub fn snapshot_id(&self) -> String {
        match self {
            Self::Snapshot(snapshot) => snapshot.id.clone(),
            Self::Public(_) | Self::Gone(_) => String::new(),
        }
    }

    /// As a table of droplets names it.
    pub fn title(&self) -> String {
        match self {
            Self::Public((_, name, distribution, _)) => format!("{distribution} {name}"),
            Self::Snapshot(snapshot) => format!("Debian {}", snapshot.name),
            Self::Gone(id) => format!("Debian {id}"),
        }
    }

    /// An object that is closed at that indentation.
    pub fn json(&self, indent: usize) -> String {
        let pad = " ".repeat(indent);
        match self {
            Self::Public((id, name, distribution, slug)) => format!(
                "{{\n{pad}  \"id\": {id},\n{pad}  \"name\": \"{name}\",\n{pad}  \"type\": \"base\",\n{pad}  \
                 \"distribution\": \"{distribution}\",\n{pad}  \"slug\": \"{slug}\",\n{pad}  \"public\": true,\n{pad}  \
                 \"regions\": {},\n{pad}  \"min_disk_size\": 7,\n{pad}  \"size_gigabytes\": 2.6,\n{pad}  \
                 \"created_at\": \"2025-10-09T08:53:20Z\",\n{pad}  \"description\": \"{name}\",\n{pad}  \
                 \"status\": \"available\"\n{pad}}}",
                array(REGIONS, indent + 2),
            ),
            Self::Snapshot(s) => format!(
                "{{\n{pad}  \"id\": {},\n{pad}  \"name\": {},\n{pad}  \"type\": \"snapshot\",\n{pad}  \
                 \"distribution\": \"Debian\",\n{pad}  \"regions\": {},\n{pad}  \"min_disk_size\": 25,\n{pad}  \
                 \"size_gigabytes\": {},\n{pad}  \"created_at\": \"{}\",\n{pad}  \"status\": \"available\"\n{pad}}}",
                s.id,
                go_json(&s.name),
                array(&go_json(&s.region), indent + 2),
                gigabytes(s),
                date(s.created_ms, ISO),
            ),
            Self::Gone(id) => format!(
                "{{\n{pad}  \"id\": {id},\n{pad}  \"name\": \"\",\n{pad}  \"type\": \"snapshot\",\n{pad}  \
                 \"distribution\": \"Debian\",\n{pad}  \"status\": \"deleted\"\n{pad}}}"
            ),
        }
    }
}

/// `image list`: the private ones, and the public ones only if asked; without a row it says so on stderr.
pub fn images(snapshots: &[&Snapshot], public: bool) -> Answer {
    let public_ones = PUBLIC.iter().filter(|_| public).map(Image::Public);
    let images = public_ones.chain(snapshots.iter().map(|s| Image::Snapshot(s)));
    let answer = list(images.map(|image| format!("  {}", image.json(2))));
    if snapshots.is_empty() && !public {
        return answer.with_stderr(
            "Notice: Listing private images. Use '--public' to include all images.\n",
        );
    }
    answer
}

/// `image get`.
pub fn get(cloud: &Cloud, id: &str) -> Option<Answer> {
    let image = cloud.snapshot(DO, crate::state::Kind::Snapshot, id);
    let image = image.filter(|s| finished(cloud, &s.id).is_some())?;
    Some(list(std::iter::once(format!(
        "  {}",
        Image::Snapshot(image).json(2)
    ))))
}
