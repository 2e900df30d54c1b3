//! `CleanupDatastore`: deletes buckets of the account, one by one (contract 02 §2.10, 10 §2.4).
//!
//! The account may have buckets of other sites and of other programs, so each is shown with whose it is and what is in it.

use anyhow::{Context, ensure};
use clap::Parser;

use crate::ask;
use crate::build::buckets::{Buckets, Stores};
use crate::build::sites::{self, Site};
use crate::console;
use crate::console::sheet;
use crate::datastore::{Bucket, Datastore};
use crate::foreign_text::on_one_line;
use crate::names::{Cloudhost, WebsiteUrl};
use crate::toolkit::build_home::BuildHome;

/// How the name of a bucket ends that has a site's snapshot records, and the record without which they are nothing.
const SNAPSHOT_BUCKETS: &str = "-snap";
const SNAPSHOT_IDS: &str = "snapshot_ids.dat";

/// How the name of a bucket begins that has a build machine's firewall list.
const FIREWALL_BUCKETS: &str = "authip-adt-allowed-";

/// Deletes buckets and all that is in them, from all datastores of the build.
///
/// Each bucket of the account is shown, with whose it is and how much is in it, and asked about; only y deletes it.
/// Nothing brings it back.
#[derive(Debug, Parser)]
#[command(
    name = "CleanupDatastore",
    version,
    after_help = "Examples:\n  CleanupDatastore\n  CleanupDatastore --dry-run\n  CleanupDatastore --cloudhost linode --site www.testwebsite.uk\n  CleanupDatastore --cloudhost linode --bucket authip-adt-allowed-198-51-100-9 --yes"
)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Arguments {
    /// The cloud whose datastore it is: digitalocean, exoscale, linode or vultr
    #[arg(long, value_name = "CLOUDHOST")]
    cloudhost: Option<Cloudhost>,

    /// Only the buckets of this site, such as www.testwebsite.uk
    #[arg(long, value_name = "URL")]
    site: Option<WebsiteUrl>,

    /// Only this bucket; may be given several times
    #[arg(long, value_name = "NAME")]
    bucket: Vec<Bucket>,

    /// Delete the buckets of --bucket without asking
    #[arg(long, requires = "bucket")]
    yes: bool,

    /// With --yes: also a bucket with snapshot records
    #[arg(long, requires = "yes")]
    with_snapshot_records: bool,

    /// Show the buckets, ask nothing and delete nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// Deletes the buckets that are agreed to.
///
/// # Errors
/// When the datastore cannot tell what is there, a bucket that is named is not there, a question has no answer, or a
/// deletion fails. What was agreed to before is then deleted.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let home = BuildHome::find()?;
    if arguments.cloudhost.is_none() && !arguments.dry_run {
        // The script asks and does nothing with the answer: the datastore is the one that is configured.
        ask::choose_once(
            "Which cloud is the datastore at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr",
            &Cloudhost::ALL,
            "cloud",
        )?;
    }
    let buckets = Buckets::new()?;
    let cleanup = Cleanup {
        sites: sites::of_all_builds(&home)?,
        store: buckets.first_store()?,
        buckets,
    };
    let names = cleanup.names(arguments)?;
    if names.is_empty() {
        console::say(format_args!(
            "there is no such bucket, so there is nothing to delete"
        ));
    }
    for name in &names {
        cleanup.offer(name, arguments)?;
    }
    Ok(())
}

struct Cleanup {
    buckets: Buckets,
    store: Datastore,
    sites: Vec<Site>,
}

impl Cleanup {
    /// The buckets that are meant, in the order of the datastore's list.
    fn names(&self, arguments: &Arguments) -> anyhow::Result<Vec<String>> {
        let mut names = self.buckets.names()?;
        for wanted in &arguments.bucket {
            ensure!(
                names.iter().any(|name| name == wanted.as_str()),
                "there is no bucket '{wanted}', so nothing was deleted; CleanupDatastore --dry-run shows what there is"
            );
        }
        if !arguments.bucket.is_empty() {
            names.retain(|name| {
                arguments
                    .bucket
                    .iter()
                    .any(|wanted| wanted.as_str() == name)
            });
        }
        if let Some(site) = &arguments.site {
            let mut known = self.sites.clone();
            known.push(Site::named(site.clone()));
            names.retain(|name| sites::owner(&known, name).is_some_and(|owner| owner.url == *site));
        }
        Ok(names)
    }

    /// Shows a bucket, and deletes it if that is agreed to.
    fn offer(&self, name: &str, arguments: &Arguments) -> anyhow::Result<()> {
        let parsed: anyhow::Result<Bucket> = name.parse();
        let Ok(bucket) = parsed else {
            console::say(format_args!(
                "{}: left alone, since its name is none that the toolkit gives",
                on_one_line(name)
            ));
            return Ok(());
        };
        let held = self.store.held(self.buckets.runner(), &bucket)?;
        let objects = held.as_ref().map_or(&[][..], |held| &held.names);
        let has_records =
            name.ends_with(SNAPSHOT_BUCKETS) || objects.iter().any(|object| object == SNAPSHOT_IDS);
        let size = held.as_ref().and_then(|held| held.bytes);
        console::say(format_args!(
            "{bucket}: {}; {}{}{}",
            self.owner(name),
            sheet::counted(objects.len(), "object"),
            size.map_or_else(String::new, |bytes| format!(" of {bytes} bytes")),
            if has_records {
                "; IT HOLDS SNAPSHOT RECORDS, without which no machine is built from the site's snapshots"
            } else {
                ""
            }
        ));
        if arguments.dry_run {
            return Ok(());
        }
        ensure!(
            !(arguments.yes && has_records) || arguments.with_snapshot_records,
            "the bucket '{bucket}' has snapshot records, so it was not deleted; --with-snapshot-records deletes it too"
        );
        let is_agreed = arguments.yes
            || ask::answers_yes(&format!(
                "Delete the bucket {bucket} and all that is in it?"
            ))
            .with_context(|| format!("'{bucket}' and what comes after it were not deleted"))?;
        if !is_agreed {
            console::say(format_args!("{bucket}: kept"));
            return Ok(());
        }
        self.delete(&bucket)
    }

    fn delete(&self, bucket: &Bucket) -> anyhow::Result<()> {
        let runner = self.buckets.runner();
        self.buckets.in_each(Stores::All, |store| {
            store.remove_bucket(runner, bucket).map(drop)
        })?;
        console::say(format_args!("{bucket}: deleted"));
        Ok(())
    }

    /// Whose a bucket of this name is, as far as this build machine knows.
    fn owner(&self, name: &str) -> String {
        match sites::owner(&self.sites, name) {
            Some(site) => format!(
                "of the site {} (build {})",
                site.url,
                site.builds.join(", ")
            ),
            None if name.starts_with(FIREWALL_BUCKETS) => {
                "the firewall list of a build machine".to_owned()
            }
            None => "of no site that this build machine knows".to_owned(),
        }
    }
}
