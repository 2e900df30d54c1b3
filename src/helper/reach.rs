//! Reaching a machine of a build over ssh: which cloud, which build, which machine, and whether it is the one it was
//! (contract 02 §2.0). What is done there is the business of [`super::connect_to`] and its neighbours.

mod arguments;
mod build;
mod connection;
mod copying;
mod everywhere;
mod family;
mod machines;
mod picking;

pub use arguments::{BuildChoice, MachineChoice, TimeLimit};
pub use connection::{Connection, Departure};
pub use everywhere::{on_all, pass_on};
pub use family::Family;
pub use machines::Machine;
pub use picking::Picked;

use crate::cloud::{self, Account, Cloud};
use crate::command::{Redactor, Runner};
use crate::files::PrivateFolder;
use crate::names::MachineType;
use crate::ssh::{self, Tries, User};
use crate::toolkit::active_build::ActiveBuild;
use crate::toolkit::build_environment::BuildEnvironment;

use anyhow::Context;

/// A build whose machines are reached.
#[derive(Debug)]
pub struct Reach {
    /// The build.
    pub build: ActiveBuild,
    /// Its variables.
    pub environment: BuildEnvironment,
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
        Self::to(build::chosen(choice)?, user)
    }

    /// `build`, whose machines are logged in to as `user`, or as its servers' user.
    ///
    /// # Errors
    /// When it does not say what is needed.
    pub fn to(build: ActiveBuild, user: Option<&str>) -> anyhow::Result<Self> {
        let environment = build.required_environment()?;
        let user = match user {
            Some(user) => user.to_owned(),
            None => servers_user(&build)?,
        };
        let port = environment.required("SSH_PORT")?;
        let port = port
            .parse()
            .with_context(|| format!("SSH_PORT is '{port}', which is not a port; build again"))?;
        let redactor = Redactor::new(build.secrets(&environment)?);
        Ok(Self {
            user: User::new(&user)?,
            port,
            runner: Runner::new(redactor, false),
            environment,
            build,
            logs: PrivateFolder::temporary()?,
        })
    }

    /// The machines of the types `kinds`, in that order, each type's in the provider's order.
    ///
    /// # Errors
    /// When the provider gives no usable answer.
    pub fn machines(&self, kinds: &[MachineType]) -> anyhow::Result<Vec<Machine>> {
        machines::of(self, kinds)
    }

    /// As [`Reach::machines`], each at one address: linode lists a machine at its private address as well.
    ///
    /// # Errors
    /// When the provider gives no usable answer.
    pub fn machines_once(&self, kinds: &[MachineType]) -> anyhow::Result<Vec<Machine>> {
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
        let password = build.server_user_password()?.with_context(|| {
            format!(
                "the build {} does not say the password of its servers' user in credentials/SERVERUSERPASSWORD, without which \
                 nobody is root there; build first, or restore it from the build's backup",
                build.identifier()
            )
        })?;
        ssh::ensure_usable_key(&build.keys().join(build.key_name(&self.environment)?))?;
        Ok(password)
    }

    /// The build's provider.
    ///
    /// # Errors
    /// When its CLI is not installed, or the build lacks what the CLI needs.
    pub fn cloud(&self) -> anyhow::Result<Box<dyn Cloud + '_>> {
        let account = Account {
            zone: Some(self.build.current_region(&self.environment)?),
            token: self.build.token()?,
            token_place: self.build.token_place(),
        };
        cloud::open(self.build.cloudhost(), &account, &self.runner)
    }

    /// A way into `machine`, whose host keys are known from before or asked for now; `accepts_new_keys` forgets the old.
    ///
    /// # Errors
    /// When the build's key cannot be used, or no ssh server answers.
    pub fn connection(
        &self,
        machine: &Machine,
        tries: Tries,
        accepts_new_keys: bool,
    ) -> anyhow::Result<Connection<'_>> {
        Connection::to(self, machine, tries, accepts_new_keys)
    }

    /// The user that is logged in as.
    pub fn user(&self) -> &User {
        &self.user
    }
}

fn servers_user(build: &ActiveBuild) -> anyhow::Result<String> {
    let user = build.server_user()?.with_context(|| {
        format!(
            "the build {} does not say the user of its servers in credentials/SERVERUSER; give it with --user",
            build.identifier()
        )
    })?;
    String::from_utf8(user)
        .context("credentials/SERVERUSER is not UTF-8; give the user with --user")
}
