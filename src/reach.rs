//! Reaching a machine of a build over ssh: which cloud, which build, which machine, and whether it is the one it was
//! (contract 02 §2.0). What is done there is the business of the helpers.

mod arguments;
mod build;
mod build_to_show;
mod connection;
mod copying;
mod everywhere;
mod family;
mod hosts;
pub mod infrastructure;
mod picking;
mod root;

pub use arguments::{BuildChoice, MachineChoice, TimeLimit};
pub use build::{active_unless_named, build_named_first};
pub use build_to_show::BuildToShow;
pub use connection::{Connection, Departure};
pub use everywhere::{on_all, pass_on};
pub use family::Family;
pub use hosts::Host;
pub use picking::Picked;
pub use root::{End, Root};

use crate::build::Build;
use crate::cloud::{self, Cloud};
use crate::command::Runner;
use crate::files::PrivateFolder;
use crate::names::MachineType;
use crate::ssh::{self, Tries, User};

use anyhow::Context;

/// A build whose machines are reached.
#[derive(Debug)]
pub struct Reach {
    pub build: Build,
    /// What runs ssh and the provider's CLI.
    pub runner: Runner,
    user: User,
    port: u16,
    /// What ssh itself has to say goes there, a file a machine.
    logs: PrivateFolder,
}

impl Reach {
    /// The build that `choice` or the person names, whose machines are logged in to as `user`, or as its servers' user.
    ///
    /// # Errors
    /// When there is no such build, or it does not say what is needed.
    pub fn of(choice: &BuildChoice, user: Option<&str>) -> anyhow::Result<Self> {
        Self::to(Build::in_directory(build::chosen(choice)?)?, user)
    }

    /// As [`Reach::of`], where nothing is asked about the active cloud.
    ///
    /// # Errors
    /// As [`Reach::of`].
    pub fn at_any_cloud(choice: &BuildChoice, user: Option<&str>) -> anyhow::Result<Self> {
        Self::to(
            Build::in_directory(build::chosen_at_any_cloud(choice)?)?,
            user,
        )
    }

    /// `build`, whose machines are logged in to as `user`, or as its servers' user.
    ///
    /// # Errors
    /// When it does not say what is needed.
    pub fn to(build: Build, user: Option<&str>) -> anyhow::Result<Self> {
        let user = match user {
            Some(user) => user.to_owned(),
            None => servers_user(&build)?,
        };
        let port = build.environment().required("SSH_PORT")?;
        let port = port
            .parse()
            .with_context(|| format!("SSH_PORT is '{port}', which is not a port; build again"))?;
        Ok(Self {
            user: User::new(&user)?,
            port,
            runner: Runner::new(build.redactor()?, false),
            build,
            logs: PrivateFolder::temporary()?,
        })
    }

    /// The machines of the types `kinds`, in that order, each type's in the provider's order.
    ///
    /// # Errors
    /// When the provider gives no usable answer.
    pub fn machines(&self, kinds: &[MachineType]) -> anyhow::Result<Vec<Host>> {
        hosts::of(self, kinds)
    }

    /// As [`Reach::machines`], each at one address: linode lists a machine at its private address as well.
    ///
    /// # Errors
    /// When the provider gives no usable answer.
    pub fn machines_once(&self, kinds: &[MachineType]) -> anyhow::Result<Vec<Host>> {
        let mut machines = self.machines(kinds)?;
        machines.retain(|machine| !machine.is_repeated);
        Ok(machines)
    }

    /// The password with which the servers' user becomes root, once it is sure that the build's key lets that user in.
    ///
    /// # Errors
    /// When the build does not say the password, or its key cannot be used.
    pub fn root_password(&self) -> anyhow::Result<Vec<u8>> {
        let build = &self.build;
        let password = build.directory().server_user_password()?.with_context(|| {
            format!(
                "the build {} does not say the password of its servers' user in credentials/SERVERUSERPASSWORD, without which \
                 nobody is root there; build first, or restore it from the build's backup",
                build.identifier()
            )
        })?;
        ssh::ensure_usable_key(&build.directory().keys().join(build.key_name()?))?;
        Ok(password)
    }

    /// The build's provider.
    ///
    /// # Errors
    /// When its CLI is not installed, or the build lacks what the CLI needs.
    pub fn cloud(&self) -> anyhow::Result<Box<dyn Cloud + '_>> {
        cloud::open(self.build.cloudhost(), &self.build.account()?, &self.runner)
    }

    /// A way into `machine`, whose host keys are known from before or asked for now; `accepts_new_keys` forgets the old.
    ///
    /// # Errors
    /// When the build's key cannot be used, or no ssh server answers.
    pub fn connection(
        &self,
        machine: &Host,
        tries: Tries,
        accepts_new_keys: bool,
    ) -> anyhow::Result<Connection<'_>> {
        Connection::to(self, machine, tries, accepts_new_keys)
    }

    /// The user in whose home the servers have their scripts, whoever logs in.
    ///
    /// # Errors
    /// When the build's file of it cannot be read, or names no user.
    pub fn scripts_user(&self) -> anyhow::Result<User> {
        match self.build.directory().server_user()? {
            Some(user) => User::new(&String::from_utf8_lossy(&user)),
            None => Ok(self.user.clone()),
        }
    }

    /// The user that is logged in as.
    pub fn user(&self) -> &User {
        &self.user
    }
}

fn servers_user(build: &Build) -> anyhow::Result<String> {
    let user = build.directory().server_user()?.with_context(|| {
        format!(
            "the build {} does not say the user of its servers in credentials/SERVERUSER; give it with --user",
            build.identifier()
        )
    })?;
    String::from_utf8(user)
        .context("credentials/SERVERUSER is not UTF-8; give the user with --user")
}
