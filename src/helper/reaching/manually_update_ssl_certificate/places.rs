//! Where a build has the certificate of one of its addresses: on this machine and in its buckets (contract 10 §2.10).

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use super::pair::Pair;
use crate::build::Build;
use crate::command::Runner;
use crate::console;
use crate::datastore::{Asking, Bucket, Datastore, ObjectName, WantedBucket, certifier};
use crate::files::{self, DirectoryLock, NewMode};
use crate::names::{MachineType, WebsiteUrl};

pub(super) const CHAIN: &str = "fullchain.pem";
pub(super) const KEY: &str = "privkey.pem";

/// How long to wait for another run that puts a certificate into the same folder.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

/// What an address of a build is for.
#[derive(Debug, Clone, Copy)]
struct Address {
    url: &'static str,
    dns: &'static str,
    /// The types of its buckets: the certificate's own, and the configuration's.
    buckets: [&'static str; 2],
    kinds: &'static [MachineType],
}

const ADDRESSES: [Address; 2] = [
    Address {
        url: "WEBSITE_URL",
        dns: "DNS_CHOICE",
        buckets: ["ssl", "config"],
        kinds: &[MachineType::Webserver, MachineType::ReverseProxy],
    },
    Address {
        url: "AUTH_SERVER_URL",
        dns: "AUTH_DNS_CHOICE",
        buckets: ["auth-ssl", "auth-config"],
        kinds: &[MachineType::Authenticator],
    },
];

/// The addresses that the build's machines serve, the site's first.
///
/// # Errors
/// When the build does not say its site's.
pub(super) fn addresses_of(build: &Build) -> anyhow::Result<Vec<WebsiteUrl>> {
    let mut urls = vec![build.site()?];
    let other = build.environment().text("AUTH_SERVER_URL")?;
    if !other.is_empty() && other != urls[0].as_str() {
        urls.push(other.parse().context("AUTH_SERVER_URL is no address")?);
    }
    Ok(urls)
}

/// Where the certificate of one address is.
#[derive(Debug)]
pub(super) struct Places {
    pub url: WebsiteUrl,
    /// The types of the machines that serve the address.
    pub kinds: Vec<MachineType>,
    /// The folders on this machine, the one that a build reads first.
    folders: Vec<PathBuf>,
    /// The buckets, with the folder in each.
    buckets: Vec<(Bucket, Option<ObjectName>)>,
}

impl Places {
    /// Those of the address `url` of the build.
    ///
    /// # Errors
    /// When the build does not say what their names are made of.
    pub fn of(build: &Build, url: WebsiteUrl) -> anyhow::Result<Self> {
        let environment = build.environment();
        let service = environment.required("SSL_GENERATION_SERVICE")?;
        let service = certifier(&service)?;
        let mut places = Self {
            url,
            kinds: Vec::new(),
            folders: Vec::new(),
            buckets: Vec::new(),
        };
        for address in ADDRESSES {
            if environment.text(address.url)? != places.url.as_str() {
                continue;
            }
            let dns: WebsiteUrl = environment.required(address.dns)?.parse()?;
            let ssl = build.directory().path().join("ssl").join(dns.as_str());
            places
                .folders
                .push(ssl.join(service).join(places.url.as_str()));
            // Where the scripts for a certificate that a person has look for it.
            let by_hand = ssl.join(places.url.as_str());
            if by_hand.is_dir() {
                places.folders.push(by_hand);
            }
            let [own, configuration] = address.buckets;
            let folder = format!("ssl/{}", places.url).parse()?;
            places.buckets.push((bucket(build, own)?, None));
            places
                .buckets
                .push((bucket(build, configuration)?, Some(folder)));
            places.kinds.extend(address.kinds);
        }
        Ok(places)
    }

    /// The chain that a build would use now; none where there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn present_chain(&self) -> anyhow::Result<Option<String>> {
        let Some(folder) = self.folders.first() else {
            return Ok(None);
        };
        let content = files::read_if_there(&folder.join(CHAIN))?;
        Ok(content.map(|content| String::from_utf8_lossy(&content).into_owned()))
    }

    /// What would be done on this machine and in the buckets, a line each.
    pub fn planned(&self) -> Vec<String> {
        let folders = self.folders.iter();
        let folders = folders.map(|folder| format!("would be replaced in '{}'", folder.display()));
        let buckets = self.buckets.iter().map(|(bucket, place)| match place {
            Some(place) => format!("would be uploaded to '{place}' in the bucket '{bucket}'"),
            None => format!("would be uploaded to the bucket '{bucket}'"),
        });
        folders.chain(buckets).collect()
    }

    /// Puts the pair into the folders on this machine; the old one is kept beside it, with the date in its name.
    ///
    /// # Errors
    /// When a file cannot be written; the folder then has the old pair.
    pub fn put_here(&self, pair: &Pair, date: &str) -> anyhow::Result<()> {
        for folder in &self.folders {
            put_into(folder, pair, date)?;
            console::say(format_args!("it is in '{}'", folder.display()));
        }
        Ok(())
    }

    /// Uploads what the first folder has.
    ///
    /// # Errors
    /// When a bucket is not there and cannot be made, or an upload fails.
    pub fn upload(&self, store: &Datastore, runner: &Runner) -> anyhow::Result<()> {
        let folder = self
            .folders
            .first()
            .context("the build has no folder for it")?;
        for (bucket, place) in &self.buckets {
            store.create_bucket_if_absent(runner, bucket)?;
            for name in [KEY, CHAIN] {
                store.upload(runner, &folder.join(name), bucket, place.as_ref())?;
            }
            console::say(format_args!("it is in the bucket '{bucket}'"));
        }
        Ok(())
    }
}

fn bucket(build: &Build, kind: &str) -> anyhow::Result<Bucket> {
    let wanted = WantedBucket {
        kind,
        specifier: "",
        variable: &|name| build.told(name),
    };
    Bucket::of(&wanted, Asking::Put)
}

fn put_into(folder: &Path, pair: &Pair, date: &str) -> anyhow::Result<()> {
    files::make_directories(folder)?;
    let _lock = DirectoryLock::acquire(folder, LOCK_LIMIT)?;
    let key = folder.join(KEY);
    hide(&key)?;
    let old = put(&key, pair.key().as_bytes(), date)?;
    let Err(why) = put(&folder.join(CHAIN), pair.chain().as_bytes(), date) else {
        return Ok(());
    };
    // A key without its certificate is of no use to a build.
    if let Some(old) = old {
        console::also(files::update(&key, &old, NewMode::Secret));
    }
    Err(why)
}

/// Puts `content` at `path` and what was there beside it; what was there.
fn put(path: &Path, content: &[u8], date: &str) -> anyhow::Result<Option<Vec<u8>>> {
    let old = files::read_if_there(path)?;
    if let Some(old) = old.as_deref().filter(|old| *old != content) {
        let mut kept = path.as_os_str().to_owned();
        kept.push(format!(".previous.{date}"));
        files::replace(Path::new(&kept), old, NewMode::Secret)?;
    }
    files::update(path, content, NewMode::Secret)?;
    Ok(old)
}

/// Takes from others the right to read a key, which the script had left to them.
fn hide(key: &Path) -> anyhow::Result<()> {
    let hidden = || -> std::io::Result<()> {
        let mut mode = match std::fs::metadata(key) {
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            metadata => metadata?.permissions(),
        };
        if mode.mode() & 0o077 != 0 {
            mode.set_mode(mode.mode() & 0o700);
            std::fs::set_permissions(key, mode)?;
        }
        Ok(())
    };
    hidden().with_context(|| format!("cannot hide the key '{}' from others", key.display()))
}
