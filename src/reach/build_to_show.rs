//! Which build a helper shows something of: by its first two words, or asked for (contract 02 §2.11).
//!
//! The cloud is told by a word, not by a number as elsewhere, and the build becomes the active one only with the cloud.

use anyhow::{Context, bail, ensure};
use clap::Args;

use crate::ask;
use crate::command::watch_for_interrupts;
use crate::console;
use crate::foreign_text::beginning;
use crate::names::{BuildIdentifier, Cloudhost};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

/// The words for the clouds besides their names.
const SHORT_WORDS: [(&str, Cloudhost); 4] = [
    ("do", Cloudhost::DigitalOcean),
    ("exo", Cloudhost::Exoscale),
    ("lin", Cloudhost::Linode),
    ("vul", Cloudhost::Vultr),
];

/// The question for the cloud.
const WHICH_CLOUD: &str =
    "Which cloud is the build at? DigitalOcean (do), Exoscale (exo), Linode (lin) or Vultr (vul)";

/// The build, as the first two words name it.
#[derive(Debug, Args)]
pub struct BuildToShow {
    /// The cloud: do, exo, lin, vul or the whole name; asked for when not given
    #[arg(value_name = "CLOUDHOST", value_parser = cloudhost, requires = "build")]
    cloudhost: Option<Cloudhost>,

    /// The build's name; asked for when not given
    #[arg(value_name = "BUILD")]
    build: Option<BuildIdentifier>,
}

impl BuildToShow {
    /// The build that is named, or that the person names.
    ///
    /// # Errors
    /// When an answer is not one of the choices, or there is no such build.
    pub fn find(&self) -> anyhow::Result<BuildDirectory> {
        watch_for_interrupts()?;
        let home = BuildHome::find()?;
        match (self.cloudhost, &self.build) {
            (Some(cloudhost), Some(build)) => known(home, cloudhost, build.clone()),
            _ => asked(home),
        }
    }
}

/// The cloud that `word` stands for.
fn cloudhost(word: &str) -> anyhow::Result<Cloudhost> {
    let short = SHORT_WORDS.iter().find(|(short, _)| *short == word);
    match short {
        Some((_, cloudhost)) => Ok(*cloudhost),
        None => match word.parse() {
            Ok(cloudhost) => Ok(cloudhost),
            Err(_) => bail!(
                "'{}' is not a cloud; expected do, exo, lin or vul",
                beginning(word)
            ),
        },
    }
}

fn asked(home: BuildHome) -> anyhow::Result<BuildDirectory> {
    let cloudhost = cloudhost(text(&ask::line(WHICH_CLOUD)?)?)?;
    let active = BuildDirectory::active_cloudhost(&home)?;
    let becomes_active = active != Some(cloudhost)
        && ask::agrees(&format!(
            "The active build is at {}. Make {cloudhost} the active cloud?",
            active.map_or("no cloud", Cloudhost::as_str)
        ))?;
    console::say(format_args!(
        "There are these builds: {}",
        listed(&home.builds_at(cloudhost)?)
    ));
    let effect = if becomes_active {
        " (it becomes the active one)"
    } else {
        ""
    };
    let answer = ask::line(&format!("What is the name of the build?{effect}"))?;
    let build = known(home, cloudhost, text(&answer)?.parse()?)?;
    if becomes_active {
        // The script makes the cloud alone the active one, with a build's name that belongs to the other.
        build.make_active()?;
    }
    Ok(build)
}

fn text(answer: &std::ffi::OsString) -> anyhow::Result<&str> {
    Ok(answer.to_str().context("the answer is not UTF-8")?.trim())
}

/// The build, if there is one of this name.
fn known(
    home: BuildHome,
    cloudhost: Cloudhost,
    identifier: BuildIdentifier,
) -> anyhow::Result<BuildDirectory> {
    let builds = home.builds_at(cloudhost)?;
    ensure!(
        builds.contains(&identifier),
        "there is no build '{}' at {cloudhost}; there are: {}",
        beginning(identifier.as_str()),
        listed(&builds)
    );
    Ok(BuildDirectory::new(home, cloudhost, identifier))
}

fn listed(builds: &[BuildIdentifier]) -> String {
    let names: Vec<&str> = builds.iter().map(BuildIdentifier::as_str).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(" "),
    }
}
