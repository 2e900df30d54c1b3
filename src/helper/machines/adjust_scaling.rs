//! `AdjustScaling`: how many webservers an autoscaler keeps (contract 02 §2.10, 10 §2.1).
//!
//! The number is in the name of an empty object in the site's scaling bucket. The autoscaler reads all objects below its
//! name; with two of them it no longer scales.

use std::time::Duration;

use anyhow::{Context, ensure};
use clap::{Args, Parser};

use crate::ask;
use crate::build::Build;
use crate::build::buckets::Buckets;
use crate::console;
use crate::datastore::{Asking, Bucket, Datastore, Named};
use crate::files::{self, LockFile, NewMode, PrivateFolder};
use crate::foreign_text::{beginning, on_one_line};
use crate::names::{BuildIdentifier, Cloudhost, Region, WebsiteUrl};
use crate::toolkit::build_directory::{BuildDirectory, STATIC_SCALE};
use crate::toolkit::build_home::BuildHome;

/// The type of the bucket.
const BUCKET: &str = "scaling";

/// What the autoscalers' markers are asked for by.
const ALL_MARKERS: &str = "autoscaler*/STATIC_SCALE*";

/// A build has at most so many autoscalers.
const MOST_AUTOSCALERS: u8 = 5;

/// More webservers than this an autoscaler does not build, where `MAX_WEBSERVERS` does not say another number.
const MOST_WEBSERVERS: u32 = 20;

/// How long another change may take before this one gives up.
const LOCK_LIMIT: Duration = Duration::from_secs(600);

/// Sets how many webservers an autoscaler keeps running; it follows within minutes.
///
/// What is not given is asked for. The active build must be a PRODUCTION one: only that has autoscalers.
#[derive(Debug, Parser)]
#[command(
    name = "AdjustScaling",
    version,
    after_help = "Examples:\n  AdjustScaling\n  AdjustScaling --cloudhost linode --build prod --site www.testwebsite.uk --region gb-lon --autoscaler 1 --webservers 3 --yes"
)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,

    /// The autoscaler: its number, or its name such as autoscaler-1
    #[arg(long, value_name = "NUMBER", value_parser = autoscaler)]
    autoscaler: Option<u8>,

    /// How many webservers it keeps; at most as many as the active build lets an autoscaler start
    #[arg(long, value_name = "COUNT")]
    webservers: Option<u32>,

    /// Do not ask whether it is right
    #[arg(long)]
    yes: bool,

    /// Say what would be set and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Where the autoscaler is.
#[derive(Debug, Args)]
struct Place {
    /// The cloud: digitalocean, exoscale, linode or vultr
    #[arg(long, value_name = "CLOUDHOST")]
    cloudhost: Option<Cloudhost>,

    /// The build's name; its folder gets a copy of the marker
    #[arg(long, value_name = "BUILD")]
    build: Option<BuildIdentifier>,

    /// The address of the web site, such as www.testwebsite.uk
    #[arg(long, value_name = "URL")]
    site: Option<WebsiteUrl>,

    /// The region, as the name of the site's scaling bucket ends
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
}

/// Sets the number, once it is agreed to.
///
/// # Errors
/// When the active build is no PRODUCTION one, an answer is not one of the choices, it is not agreed to, or the datastore
/// cannot be read or written.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let home = BuildHome::find()?;
    let active = Build::active_at(home.clone())?;
    ensure!(
        active.environment().text("PRODUCTION")? == "1",
        "the active build {} is not a PRODUCTION one, so it has no autoscalers; nothing was changed",
        active.identifier()
    );
    let build = arguments.place.build(&home)?;
    let scaling = Scaling::of(&arguments.place, build.cloudhost())?;
    scaling.show(&active)?;
    let autoscaler = match arguments.autoscaler {
        Some(number) => number,
        None => asked_autoscaler()?,
    };
    let webservers = webservers(arguments.webservers, &active)?;
    let wish = format!(
        "autoscaler-{autoscaler} of '{}' keeps {webservers} webservers{}",
        scaling.bucket,
        if webservers == 0 {
            ", that is NONE"
        } else {
            ""
        }
    );
    if arguments.dry_run {
        console::say(format_args!("would be set: {wish}"));
        return Ok(());
    }
    let is_agreed = arguments.yes
        || ask::answers_yes(&format!("{wish}. Is this right?")).context("nothing was changed")?;
    ensure!(
        is_agreed,
        "nothing was changed, since the answer was not Y; --yes sets it without asking"
    );
    let lock = home.runtimedata().join(format!("{}.lock", scaling.bucket));
    let _turn = LockFile::acquire(&lock, LOCK_LIMIT, || {
        console::say(format_args!("waiting for another change of the number"));
    })?;
    scaling.set(autoscaler, webservers)?;
    build.keep_static_scale(&format!("autoscaler-{autoscaler}"), webservers)?;
    console::say(format_args!("set: {wish}"));
    Ok(())
}

impl Place {
    /// The build, which is not made the active one.
    fn build(&self, home: &BuildHome) -> anyhow::Result<BuildDirectory> {
        let cloudhost = match self.cloudhost {
            Some(cloudhost) => cloudhost,
            None => ask::choose_once(
                "Which cloud is the build at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr",
                &Cloudhost::ALL,
                "cloud",
            )?,
        };
        let builds = home.builds_at(cloudhost)?;
        let names: Vec<&str> = builds.iter().map(BuildIdentifier::as_str).collect();
        let names = names.join(" ");
        let build = if let Some(build) = &self.build {
            build.clone()
        } else {
            console::say(format_args!("There are these builds: {names}"));
            ask::text("What is the name of the build?")?.parse()?
        };
        ensure!(
            builds.contains(&build),
            "there is no build '{}' at {cloudhost}; expected one of: {names}",
            beginning(build.as_str())
        );
        Ok(BuildDirectory::new(home.clone(), cloudhost, build))
    }
}

/// The number of the autoscaler that `word` names.
fn autoscaler(word: &str) -> anyhow::Result<u8> {
    let number = word.strip_prefix("autoscaler-").unwrap_or(word);
    let number = number.parse().ok();
    number
        .filter(|number| (1..=MOST_AUTOSCALERS).contains(number))
        .with_context(|| {
            format!(
                "'{}' is not an autoscaler; expected autoscaler-1 to autoscaler-{MOST_AUTOSCALERS}",
                beginning(word)
            )
        })
}

/// Asks until the answer is an autoscaler's name, as the script does.
fn asked_autoscaler() -> anyhow::Result<u8> {
    loop {
        let answer = ask::text("Which autoscaler? (its full name, such as autoscaler-1)")?;
        match autoscaler(&answer) {
            Ok(number) => return Ok(number),
            Err(why) => console::say(format_args!("{why}")),
        }
    }
}

/// The number that is given or answered, which the autoscaler must be able to keep.
fn webservers(given: Option<u32>, active: &Build) -> anyhow::Result<u32> {
    let number = if let Some(number) = given {
        number
    } else {
        let answer = ask::text("How many webservers does it keep? (such as 5)")?;
        answer.parse().with_context(|| {
            format!(
                "'{}' is not a number of webservers; expected a whole number such as 5",
                beginning(&answer)
            )
        })?
    };
    let most = active.environment().text("MAX_WEBSERVERS")?;
    let most = most.parse().unwrap_or(MOST_WEBSERVERS);
    ensure!(
        number <= most,
        "{number} webservers are more than an autoscaler of this build starts; expected at most {most} (MAX_WEBSERVERS)"
    );
    Ok(number)
}

/// The bucket of a site's scaling in a region.
struct Scaling {
    buckets: Buckets,
    store: Datastore,
    bucket: Bucket,
}

impl Scaling {
    /// The one that `place` names, or the person.
    fn of(place: &Place, cloudhost: Cloudhost) -> anyhow::Result<Self> {
        let site = match &place.site {
            Some(site) => site.clone(),
            None => ask::text("What is the address of the web site? (such as www.testwebsite.uk)")?
                .parse()?,
        };
        let buckets = Buckets::new()?;
        let start = format!("{}-scaling-{cloudhost}-", site.as_str().replace('.', "-"));
        let names = buckets.names()?;
        let regions: Vec<&str> = names
            .iter()
            .filter_map(|name| name.strip_prefix(&start))
            .collect();
        ensure!(
            !regions.is_empty(),
            "there is no bucket '{start}…', so nothing scales the site {site} at {cloudhost}; check the address, or build first"
        );
        let region = if let Some(region) = &place.region {
            region.as_str().to_owned()
        } else {
            console::say(format_args!(
                "It scales in these regions: {}",
                regions.join(" ")
            ));
            ask::text("Which region?")?
        };
        ensure!(
            regions.contains(&region.as_str()),
            "'{}' is not a region that the site {site} scales in; expected one of: {}",
            beginning(&region),
            regions.join(", ")
        );
        let bucket = buckets.bucket(Asking::ListFrom, BUCKET, &format!("{start}{region}"))?;
        Ok(Self {
            store: buckets.first_store()?,
            bucket,
            buckets,
        })
    }

    /// The markers that are there, such as `autoscaler-1/STATIC_SCALE:3`.
    fn markers(&self) -> anyhow::Result<Vec<String>> {
        let listing = self
            .store
            .list(self.buckets.runner(), &self.bucket, ALL_MARKERS)?;
        let listing = String::from_utf8_lossy(&listing).into_owned();
        let names = listing.lines().filter_map(|line| {
            let name = line.split_whitespace().last()?;
            name.find("autoscaler-").and_then(|at| name.get(at..))
        });
        Ok(names.map(str::to_owned).collect())
    }

    /// Shows what is set. How many autoscalers there are says the active build.
    fn show(&self, active: &Build) -> anyhow::Result<()> {
        let markers = self.markers()?;
        console::say(format_args!(
            "The build has {} autoscalers; {} in '{}' have a number of webservers: {}",
            active.environment().text("NO_AUTOSCALERS")?,
            markers.len(),
            self.bucket,
            on_one_line(&markers.join(" "))
        ));
        Ok(())
    }

    /// Puts the marker in place of those that are there. They are deleted first: with none the autoscaler does nothing,
    /// with two it would stop scaling.
    fn set(&self, autoscaler: u8, webservers: u32) -> anyhow::Result<()> {
        let runner = self.buckets.runner();
        let folder = format!("autoscaler-{autoscaler}");
        let all = Named::StartingWith(format!("{folder}/{STATIC_SCALE}"));
        self.store.delete(runner, &self.bucket, &all)?;
        let private = PrivateFolder::temporary()?;
        let file = private.path().join(format!("{STATIC_SCALE}{webservers}"));
        files::replace(&file, b"", NewMode::Plain)?;
        let place = folder.parse()?;
        let put = self.store.upload(runner, &file, &self.bucket, Some(&place));
        put.with_context(|| {
            format!(
                "{folder} has no number of webservers now and does nothing; run AdjustScaling again"
            )
        })?;
        let mut there = self.markers()?;
        there.retain(|name| name.starts_with(&format!("{folder}/")));
        ensure!(
            there == [format!("{folder}/{STATIC_SCALE}{webservers}")],
            "the bucket '{}' now has '{}' for {folder}, where one number is expected; run AdjustScaling again",
            self.bucket,
            on_one_line(&there.join(" "))
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_autoscaler_is_one_of_five() {
        for (word, number) in [("autoscaler-1", 1), ("5", 5)] {
            assert_eq!(autoscaler(word).unwrap(), number);
        }
        for word in [
            "",
            "0",
            "6",
            "xautoscaler-1",
            "autoscaler-1y",
            "autoscaler-10",
            "-1",
        ] {
            assert!(autoscaler(word).is_err(), "{word}");
        }
    }
}
