//! Where the toolkit lives. Every path of its state is spelt here or in [`super::build_directory`] (contract 04).

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::files;
use crate::names::{BuildIdentifier, Cloudhost, WebsiteUrl};

/// The one-line file that names `BUILD_HOME` when the environment does not.
const BUILD_HOME_FILE: &str = "/home/buildhome.dat";

/// The flag that a build watches for: it ends itself and all that it started once the file is there (contract 04). That is
/// the only way to end it from within, since it ignores the exit status of most of its steps.
const STOP_FLAG: &str = "/tmp/END_IT_ALL";

/// The flag of a hardcore build, one without the questions of an expedited one.
pub const HARDCORE_FLAG: &str = "/root/HARDCORE";

/// Whether [`HARDCORE_FLAG`] is a file.
pub fn is_hardcore_build() -> bool {
    Path::new(HARDCORE_FLAG).is_file()
}

/// Asks the running build to end.
///
/// # Errors
/// When the flag is not there and cannot be made.
pub fn stop_the_build() -> anyhow::Result<()> {
    // A name in a directory that anyone may write to: never through somebody's link, never emptying a file.
    match std::fs::File::create_new(STOP_FLAG) {
        Err(why) if why.kind() != ErrorKind::AlreadyExists => Err(why).with_context(|| {
            format!("cannot make '{STOP_FLAG}' to end the build; end it with Ctrl-C")
        }),
        _ => Ok(()),
    }
}

/// The directory of the toolkit's clone, `BUILD_HOME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildHome(PathBuf);

impl BuildHome {
    /// The environment's `BUILD_HOME` when set and not empty, else what `/home/buildhome.dat` says (contract README,
    /// decision 2).
    ///
    /// # Errors
    /// When neither names an absolute path.
    pub fn find() -> anyhow::Result<Self> {
        if let Some(path) = std::env::var_os("BUILD_HOME").filter(|path| !path.is_empty()) {
            return Self::new(path.into(), "BUILD_HOME");
        }
        let mut line = files::read_if_there(Path::new(BUILD_HOME_FILE))?.with_context(|| {
            format!("BUILD_HOME is not set and '{BUILD_HOME_FILE}' does not exist; set BUILD_HOME to the toolkit's directory")
        })?;
        line.truncate(line.trim_ascii_end().len());
        Self::new(OsString::from_vec(line).into(), BUILD_HOME_FILE)
    }

    /// `path` as the toolkit's directory.
    ///
    /// # Errors
    /// When it is not absolute; `said_by` is who named it.
    pub fn new(path: PathBuf, said_by: &str) -> anyhow::Result<Self> {
        ensure!(
            path.is_absolute(),
            "{said_by} is '{}', which is not an absolute path; it names the toolkit's directory",
            path.display()
        );
        Ok(Self(path))
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The directory of everything a build writes.
    pub fn runtimedata(&self) -> PathBuf {
        self.0.join("runtimedata")
    }

    /// The directory of the copies of sites that are made on this machine.
    pub fn local_backups(&self) -> PathBuf {
        self.0.join("localbackups")
    }

    /// The one-line file that names the active build's cloud.
    pub fn active_cloudhost(&self) -> PathBuf {
        self.runtimedata().join("ACTIVE_CLOUDHOST")
    }

    /// The one-line file that names the active build.
    pub fn active_build_identifier(&self) -> PathBuf {
        self.runtimedata().join("ACTIVE_BUILD_IDENTIFIER")
    }

    /// The names of the builds at `cloudhost`, in alphabetical order.
    ///
    /// # Errors
    /// When their directory is there and cannot be listed.
    pub fn builds_at(&self, cloudhost: Cloudhost) -> anyhow::Result<Vec<BuildIdentifier>> {
        let directory = self.runtimedata().join(cloudhost.as_str());
        let mut builds = Vec::new();
        for path in files::listed(&directory)? {
            let name = path.file_name().and_then(|name| name.to_str());
            // What cannot be a build's name is something else.
            if let Some(Ok(build)) = name.map(str::parse)
                && path.is_dir()
            {
                builds.push(build);
            }
        }
        Ok(builds)
    }

    /// The one-line file that names the template the last build was configured by.
    pub fn current_template_name(&self) -> PathBuf {
        self.runtimedata().join("current_template_name")
    }

    /// The list of software choices, among them the datastore tool.
    pub fn build_styles(&self) -> PathBuf {
        self.0.join("builddescriptors/buildstyles.dat")
    }

    /// The toolkit's templates for `cloudhost`.
    pub fn templates(&self, cloudhost: Cloudhost) -> PathBuf {
        self.templated_configurations()
            .join("templates")
            .join(cloudhost.as_str())
    }

    /// What explains the variables of a template.
    pub fn specification(&self) -> PathBuf {
        self.templated_configurations().join("specification.md")
    }

    /// The toolkit's own check of a template.
    pub fn template_check(&self) -> PathBuf {
        self.templated_configurations().join("ValidateTemplate.sh")
    }

    /// The script that the user data of a build machine is made of, or a `StackScript`.
    pub fn user_data_base(&self, is_stack: bool) -> PathBuf {
        let name = if is_stack {
            "OverrideScriptLinode.sh"
        } else {
            "OverrideScript.sh"
        };
        self.templated_configurations()
            .join("templateoverrides")
            .join(name)
    }

    /// The templates that a person made by overriding one.
    pub fn override_scripts(&self) -> PathBuf {
        self.0.join("overridescripts")
    }

    /// The user data that a person made.
    pub fn user_data_scripts(&self) -> PathBuf {
        self.0.join("userdatascripts")
    }

    fn templated_configurations(&self) -> PathBuf {
        self.0.join("templatedconfigurations")
    }

    /// The snapshot directory as the documentation names it.
    pub fn documented_snapshots(&self, url: &WebsiteUrl) -> PathBuf {
        self.runtimedata()
            .join("wholemachinebackups")
            .join(url.as_str())
            .join("snapshots")
    }

    /// The snapshot directories of all sites, under whichever name.
    ///
    /// # Errors
    /// When a directory is there and cannot be listed.
    pub fn snapshots_of_all_sites(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for name in ["wholemachinebackups", "wholemachinesnapshots"] {
            let sites = self.runtimedata().join(name);
            let sites = files::listed(&sites)?.into_iter();
            found.extend(sites.map(|site| site.join("snapshots")));
        }
        Ok(found)
    }

    /// The snapshot directory as the build scripts name it.
    pub fn legacy_snapshots(&self, url: &WebsiteUrl) -> PathBuf {
        self.runtimedata()
            .join("wholemachinesnapshots")
            .join(url.as_str())
            .join("snapshots")
    }
}
