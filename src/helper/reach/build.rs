//! Which cloud and which build: the scripts' questions P-CLOUD, P-ACTIVE and P-BUILD.
//!
//! The scripts write what is answered into the files of the active build at once, wrong answers too, and go on with a
//! cloud and a build that do not belong together. Here a build is looked for first, and the files change together, when
//! the person named the build in answer to the question and, if it is at another cloud, agreed to that.

use anyhow::{Context, ensure};

use super::BuildChoice;
use crate::ask;
use crate::console;
use crate::names::{BuildIdentifier, Cloudhost, beginning};
use crate::toolkit::active_build::ActiveBuild;
use crate::toolkit::build_home::BuildHome;

/// The question for the cloud, in the scripts' order.
const WHICH_CLOUD: &str =
    "Which cloud is the build at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr";

/// The build that `choice` names, or the person.
///
/// # Errors
/// When an answer is none, or there is no such build; the active build is then as it was.
pub fn chosen(choice: &BuildChoice) -> anyhow::Result<ActiveBuild> {
    let home = BuildHome::find()?;
    let cloudhost = match choice.cloudhost {
        Some(cloudhost) => cloudhost,
        None => ask::choose_once(WHICH_CLOUD, &Cloudhost::ALL, "cloud")?,
    };
    let active = ActiveBuild::active_cloudhost(&home)?;
    let moves = if choice.cloudhost.is_none() && active != Some(cloudhost) && !choice.make_active {
        ask::agrees(&format!(
            "The active build is at {}. Make {cloudhost} the active cloud?",
            active.map_or("no cloud", Cloudhost::as_str)
        ))?
    } else {
        active == Some(cloudhost)
    };
    let builds = home.builds_at(cloudhost)?;
    ensure!(
        !builds.is_empty(),
        "there is no build at {cloudhost} on this build machine; build first"
    );
    let (identifier, is_answered) = match &choice.build {
        Some(build) => (build.clone(), false),
        None => (asked(&builds, moves)?, true),
    };
    ensure!(
        builds.contains(&identifier),
        "there is no build '{}' at {cloudhost}; expected one of: {}",
        beginning(identifier.as_str()),
        listed(&builds)
    );
    let build = ActiveBuild::new(home, cloudhost, identifier);
    if choice.make_active || is_answered && moves {
        build.make_active()?;
    }
    Ok(build)
}

fn asked(builds: &[BuildIdentifier], becomes_active: bool) -> anyhow::Result<BuildIdentifier> {
    console::say(format_args!("There are these builds: {}", listed(builds)));
    let effect = if becomes_active {
        " (it becomes the active one)"
    } else {
        ""
    };
    let answer = ask::line(&format!("What is the name of the build?{effect}"))?;
    let text = answer.to_str().context("the build's name is not UTF-8")?;
    text.trim().parse()
}

fn listed(builds: &[BuildIdentifier]) -> String {
    let names: Vec<&str> = builds.iter().map(BuildIdentifier::as_str).collect();
    names.join(" ")
}
