//! Which cloud and which build: the scripts' questions P-CLOUD, P-ACTIVE and P-BUILD.
//!
//! The scripts write what is answered into the files of the active build at once, wrong answers too, and go on with a
//! cloud and a build that do not belong together. Here a build is looked for first, and the files change together, when
//! the person agreed to another cloud or named a build at the active one in answer to the question.

use anyhow::{Context, ensure};

use super::BuildChoice;
use crate::ask;
use crate::console;
use crate::foreign_text::beginning;
use crate::names::{BuildIdentifier, Cloudhost};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

/// The question for the cloud, in the scripts' order.
const WHICH_CLOUD: &str =
    "Which cloud is the build at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr";

/// The question for the datastore's cloud.
const WHICH_DATASTORE: &str =
    "Which cloud is the datastore at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr";

/// The build that `choice` names, or the person.
///
/// # Errors
/// When an answer is not one of the choices, or there is no such build; the active build is then as it was.
pub fn chosen(choice: &BuildChoice) -> anyhow::Result<BuildDirectory> {
    asked_for(choice, is_to_become_active)
}

/// As [`chosen`], where nothing is asked about the active cloud: at another one the active build stays as it is.
///
/// # Errors
/// As [`chosen`].
pub fn chosen_at_any_cloud(choice: &BuildChoice) -> anyhow::Result<BuildDirectory> {
    asked_for(choice, |choice, cloudhost, home| {
        let is_active = BuildDirectory::active_cloudhost(home)? == Some(cloudhost);
        Ok(choice.build.is_none() && is_active)
    })
}

/// `choice` with the name of the active build where it names none, for scripts that ask for the cloud alone. Where there
/// is no active build, it is asked for.
///
/// # Errors
/// When there is no toolkit.
pub fn active_unless_named(choice: &BuildChoice) -> anyhow::Result<BuildChoice> {
    let mut choice = choice.clone();
    if choice.build.is_none() {
        let active = BuildDirectory::active(BuildHome::find()?);
        choice.build = active.ok().map(|active| active.identifier().clone());
    }
    Ok(choice)
}

fn asked_for(
    choice: &BuildChoice,
    is_to_become_active: impl FnOnce(&BuildChoice, Cloudhost, &BuildHome) -> anyhow::Result<bool>,
) -> anyhow::Result<BuildDirectory> {
    let home = BuildHome::find()?;
    let cloudhost = match choice.cloudhost {
        Some(cloudhost) => cloudhost,
        None => ask::choose_once(WHICH_CLOUD, &Cloudhost::ALL, "cloud")?,
    };
    let becomes_active = choice.make_active || is_to_become_active(choice, cloudhost, &home)?;
    let builds = builds_at(&home, cloudhost)?;
    let name = match &choice.build {
        Some(build) => build.as_str().to_owned(),
        None => asked(&builds, becomes_active)?,
    };
    found(home, cloudhost, &builds, &name, becomes_active)
}

/// As [`chosen`], with the questions in the order of `AllowLaptopIP`'s script: the build's name, without a list of them,
/// comes first, and the cloud is where the datastore is.
///
/// # Errors
/// As [`chosen`].
pub fn build_named_first(choice: &BuildChoice) -> anyhow::Result<BuildDirectory> {
    let home = BuildHome::find()?;
    let name = match &choice.build {
        Some(build) => build.as_str().to_owned(),
        None => ask::text("What is the name of the build?")?,
    };
    let cloudhost = match choice.cloudhost {
        Some(cloudhost) => cloudhost,
        None => ask::choose_once(WHICH_DATASTORE, &Cloudhost::ALL, "cloud")?,
    };
    let becomes_active = choice.make_active || is_to_become_active(choice, cloudhost, &home)?;
    let builds = builds_at(&home, cloudhost)?;
    found(home, cloudhost, &builds, &name, becomes_active)
}

fn builds_at(home: &BuildHome, cloudhost: Cloudhost) -> anyhow::Result<Vec<BuildIdentifier>> {
    let builds = home.builds_at(cloudhost)?;
    ensure!(
        !builds.is_empty(),
        "there is no build at {cloudhost} on this build machine; build first"
    );
    Ok(builds)
}

/// The one of `builds` that has the name, which becomes the active one if it is to.
fn found(
    home: BuildHome,
    cloudhost: Cloudhost,
    builds: &[BuildIdentifier],
    name: &str,
    becomes_active: bool,
) -> anyhow::Result<BuildDirectory> {
    let found = builds.iter().find(|build| build.as_str() == name);
    let identifier = found.with_context(|| {
        format!(
            "there is no build '{}' at {cloudhost}; expected one of: {}",
            beginning(name),
            listed(builds)
        )
    })?;
    let build = BuildDirectory::new(home, cloudhost, identifier.clone());
    if becomes_active {
        build.make_active()?;
    }
    Ok(build)
}

/// Whether the answers make the build the active one: where the cloud was asked for and is another than the active one,
/// the person is asked (P-ACTIVE); at the active cloud, naming the build in answer to the question is enough.
fn is_to_become_active(
    choice: &BuildChoice,
    cloudhost: Cloudhost,
    home: &BuildHome,
) -> anyhow::Result<bool> {
    if choice.cloudhost.is_some() && choice.build.is_some() {
        return Ok(false);
    }
    let active = BuildDirectory::active_cloudhost(home)?;
    if active == Some(cloudhost) {
        return Ok(choice.build.is_none());
    }
    if choice.cloudhost.is_some() {
        return Ok(false);
    }
    let place = active.map_or("no cloud", Cloudhost::as_str);
    ask::answers_yes(&format!(
        "The active build is at {place}. Make {cloudhost} the active cloud?"
    ))
}

fn asked(builds: &[BuildIdentifier], becomes_active: bool) -> anyhow::Result<String> {
    console::say(format_args!("There are these builds: {}", listed(builds)));
    let effect = if becomes_active {
        " (it becomes the active one)"
    } else {
        ""
    };
    ask::text(&format!("What is the name of the build?{effect}"))
}

fn listed(builds: &[BuildIdentifier]) -> String {
    let names: Vec<&str> = builds.iter().map(BuildIdentifier::as_str).collect();
    names.join(" ")
}
