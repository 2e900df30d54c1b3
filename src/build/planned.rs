//! Which build is planned, and where its state is.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use super::Build;
use super::plan::{PLANNED_VARIABLES, Plan};
use crate::cloud::Account;
use crate::command::Redactor;
use crate::files;
use crate::names::WebsiteUrl;
use crate::records::snapshot_directory::SnapshotDirectory;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::template::Template;

/// A planned build and where its state is, which need not be there yet.
#[derive(Debug)]
pub struct PlannedBuild {
    pub plan: Plan,
    pub build: Build,
    /// The site, whose snapshots it is built from.
    pub website_url: WebsiteUrl,
}

impl PlannedBuild {
    /// The build of a template; without one the active build, or while that has no variables yet, the build of the
    /// template that `current_template_name` names.
    ///
    /// # Errors
    /// When there is none of these, or it does not say which build it is.
    pub fn find(home: BuildHome, template: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(template) = template {
            return Self::of_template(home, template);
        }
        let active = BuildDirectory::active(home.clone());
        if let Ok(directory) = &active
            && let Some(environment) = directory.environment()?
        {
            let build = Build::with_variables(directory.clone(), environment);
            let site = build.website_url()?;
            return Self::of(build, site);
        }
        if let Some(template) = current_template(&home)? {
            return Self::of_template(home, &template);
        }
        let directory = active?;
        anyhow::bail!(
            "'{}' does not exist and no template is current; name one with --template",
            directory.build_environment().display()
        )
    }

    /// The build of `website_url` with the variables of `build`.
    ///
    /// # Errors
    /// When a variable is not UTF-8.
    pub fn of(build: Build, website_url: WebsiteUrl) -> anyhow::Result<Self> {
        Ok(Self {
            plan: Plan::of(build.environment())?.at(build.directory()),
            website_url,
            build,
        })
    }

    /// The build of a template. What it does not say of cloud, name and site is that of the active build.
    fn of_template(home: BuildHome, path: &Path) -> anyhow::Result<Self> {
        let environment = read_template(path)?;
        let plan = Plan::of(&environment)?;
        let (cloudhost, identifier) = (plan.text("CLOUDHOST"), plan.text("BUILD_IDENTIFIER"));
        let directory = if cloudhost.is_empty() || identifier.is_empty() {
            let active = BuildDirectory::active(home.clone()).with_context(|| {
                format!(
                    "'{}' does not say both CLOUDHOST and BUILD_IDENTIFIER",
                    path.display()
                )
            })?;
            let cloudhost = match cloudhost {
                "" => active.cloudhost(),
                named => named.parse()?,
            };
            let identifier = match identifier {
                "" => active.identifier().clone(),
                named => named.parse()?,
            };
            BuildDirectory::new(home, cloudhost, identifier)
        } else {
            BuildDirectory::new(home, cloudhost.parse()?, identifier.parse()?)
        };
        let named_site = environment.text("WEBSITE_URL")?;
        let build = Build::with_variables(directory, environment);
        let website_url = match named_site.as_str() {
            "" => build
                .website_url()
                .with_context(|| format!("'{}' does not say WEBSITE_URL", path.display()))?,
            url => url.parse()?,
        };
        Ok(Self {
            plan: plan.at(build.directory()),
            build,
            website_url,
        })
    }

    /// All its variables.
    pub fn environment(&self) -> &BuildEnvironment {
        self.build.environment()
    }

    /// The directory of the site's snapshot records.
    ///
    /// # Errors
    /// When the site has two directories that differ.
    pub fn snapshot_directory(&self) -> anyhow::Result<SnapshotDirectory> {
        SnapshotDirectory::find(self.build.home(), &self.website_url)
    }

    /// How the build will be known at its cloud. Its zone is the one it plans, not the one it was in before.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn account(&self) -> anyhow::Result<Account> {
        self.build.planned_account()
    }

    /// The secrets of the build, to be kept out of messages.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn redactor(&self) -> anyhow::Result<Redactor> {
        self.build.redactor()
    }
}

/// The variables that a template sets.
///
/// # Errors
/// When it cannot be read, or sets one that matters in a way that only a shell can read.
pub fn read_template(path: &Path) -> anyhow::Result<BuildEnvironment> {
    let content = std::fs::read(path)
        .with_context(|| format!("cannot read the template '{}'", path.display()))?;
    let template = Template::parse(&content);
    let needed: Vec<&str> = PLANNED_VARIABLES
        .into_iter()
        .chain(["WEBSITE_URL", "DB_INSTALL_MODE", "PRIMARY_REGION"])
        .collect();
    template
        .ensure_readable(&needed)
        .with_context(|| format!("cannot read the template '{}'", path.display()))?;
    let environment = template.environment();
    ensure!(
        !environment.as_bytes().is_empty(),
        "'{}' sets no variable, so it is no template",
        path.display()
    );
    Ok(environment)
}

/// The template that the last build was configured by, `None` when nothing says so.
fn current_template(home: &BuildHome) -> anyhow::Result<Option<PathBuf>> {
    let Some(content) = files::read_if_there(&home.current_template_name())? else {
        return Ok(None);
    };
    let line = content.lines().next().unwrap_or_default().trim_ascii();
    let path = line.to_path().ok().filter(|_| !line.is_empty());
    Ok(path.map(Path::to_owned))
}
