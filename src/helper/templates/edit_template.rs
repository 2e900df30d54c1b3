//! `EditTemplate [CLOUDHOST TEMPLATE]`: one of the toolkit's templates in an editor, and then what a build from snapshots
//! asks of it (contract 02 §2.11, 10 §2.5). The toolkit's `Template.sh` calls it without words.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{bail, ensure};
use clap::Parser;

use crate::ask;
use crate::build::{Plan, read_template};
use crate::checking::examine_template;
use crate::command::{self, Command, Runner, Tool};
use crate::console;
use crate::files;
use crate::foreign_text::beginning;
use crate::names::Cloudhost;
use crate::records::Conclusion;
use crate::start;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::{BuildHome, is_hardcore_build};

const WHICH_CLOUD: &str =
    "Which cloud is the template for? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr";

/// Opens one of the toolkit's templates in $VISUAL, $EDITOR or vi.
///
/// What is not given is asked for. A template for a build from snapshots is held against the rules of such a build
/// afterwards.
#[derive(Debug, Parser)]
#[command(
    name = "EditTemplate",
    version,
    after_help = "Examples:\n  EditTemplate\n  EditTemplate linode linode2.tmpl\n  EDITOR=nano EditTemplate vultr vultr1.tmpl\n\nExit status:\n  that of the editor; 1 also where nothing could be opened; 2 also where the command line cannot be understood"
)]
pub struct Arguments {
    /// The cloud: digitalocean, exoscale, linode or vultr
    #[arg(value_name = "CLOUDHOST")]
    cloudhost: Option<Cloudhost>,

    /// The template's file name, such as linode2.tmpl
    #[arg(value_name = "TEMPLATE", requires = "cloudhost")]
    template: Option<String>,
}

/// Opens the template and hands back the editor's exit status.
///
/// # Errors
/// When an answer is not one of the choices, there is no such template, or no editor is installed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let home = BuildHome::find()?;
    command::watch_for_interrupts()?;
    let cloudhost = match arguments.cloudhost {
        Some(cloudhost) => cloudhost,
        None => asked(&home)?,
    };
    let template = template(&home.templates(cloudhost), arguments.template.as_deref())?;
    let edit = Command::changing(&editor().find()?, &[&template]).timeout(Duration::MAX);
    let status = Runner::default().hand_over(&edit)?;
    if status == 0 {
        tell_rules(&template)?;
    }
    Ok(start::passed_on(status))
}

/// The cloud that the person names, which becomes the active one if they agree.
fn asked(home: &BuildHome) -> anyhow::Result<Cloudhost> {
    let cloudhost = ask::choose_once(WHICH_CLOUD, &Cloudhost::ALL, "cloud")?;
    let active = BuildDirectory::active_cloudhost(home)?;
    if active != Some(cloudhost) {
        let place = active.map_or("no cloud", Cloudhost::as_str);
        let question =
            format!("The active build is at {place}. Make {cloudhost} the active cloud?");
        if ask::answers_yes(&question)? {
            BuildDirectory::make_cloud_active(home, cloudhost)?;
        }
    }
    Ok(cloudhost)
}

/// The template of that name, or that the person names.
fn template(folder: &Path, given: Option<&str>) -> anyhow::Result<PathBuf> {
    let is_template = |name: &String| name.ends_with("tmpl");
    let there = files::listed(folder)?.into_iter();
    let names = there.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let names: Vec<String> = names.filter(is_template).collect();
    ensure!(
        !names.is_empty(),
        "there is no template in '{}'",
        folder.display()
    );
    let name = if let Some(name) = given {
        name.to_owned()
    } else {
        let list = names.join(", ");
        console::say(format_args!("There are these templates: {list}"));
        ask::text("Which one do you want to edit?")?
    };
    if !names.contains(&name) {
        bail!(
            "there is no template '{}' in '{}'; expected one of: {}",
            beginning(&name),
            folder.display(),
            names.join(", ")
        );
    }
    Ok(folder.join(name))
}

/// The editor that the environment names, or else vi.
fn editor() -> Tool {
    let has_visual = std::env::var_os("VISUAL").is_some_and(|value| !value.is_empty());
    Tool {
        names: &["vi"],
        variable: if has_visual { "VISUAL" } else { "EDITOR" },
        toolkit_path: "/usr/bin/vi",
        install: "install the package vim, or set EDITOR",
    }
}

/// Says what a build from snapshots would find wrong with the template, where it is for one.
fn tell_rules(template: &Path) -> anyhow::Result<()> {
    let environment = match read_template(template) {
        Ok(environment) => environment,
        Err(why) => {
            console::say(format_args!("{why:#}"));
            return Ok(());
        }
    };
    if environment.text("BUILD_FROM_SNAPSHOT")? != "1" {
        return Ok(());
    }
    let findings = examine_template(&Plan::of(&environment)?, is_hardcore_build());
    let counts = findings.counts();
    let conclusion = match findings.conclusion() {
        Conclusion::Ok => "The template suits a build from snapshots.".to_owned(),
        Conclusion::Failures => {
            format!("The template does not suit a build from snapshots: {counts}.")
        }
        _ => format!("The template suits a build from snapshots, with {counts}."),
    };
    let in_colour = console::shows_colours();
    Ok(console::print_lines(
        findings.lines(conclusion, false, in_colour),
    )?)
}
