//! The helpers: a row each. Everything that lists helpers reads this table, by `adt-helpers --list` where it is not Rust.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::helper::datastore::{
    cleanup_datastore, delete_datastore, delete_from_datastore, get_from_datastore, list_datastore,
    list_from_datastore, mount_datastore, move_datastore_object, put_to_datastore, sync_datastore,
};
use crate::helper::servers::{
    get_server_ip_addresses, get_server_name, get_server_private_ip_addresses,
    get_server_public_ip_address_by_ip, is_instance_running, list_server_ids, number_of_servers,
};
use crate::helper::{
    adjust_scaling, allow_laptop_ip, audit_ssh_connections, check_snapshot_build, connect_to,
    copy_from, copy_to, create_server, destroy_server, display_logging_streams, display_password,
    edit_template, execute_on, extract_config_value, generate_hardcore_user_data_script,
    generate_local_backups, generate_override_template, get_build_machine_ip, get_os_name,
    get_variable_value, initialise_server_user_credentials,
    initialise_snapshot_database_credentials, initialise_snapshots,
    initialise_toolkit_for_development, is_flagged, manually_update_ssl_certificate,
    obtain_whole_machine_snapshot, perform_backup, perform_baseline, prune_snapshots,
    push_and_sync_infrastructure_scripts_updates, push_infrastructure_scripts_updates,
    reboot_infrastructure, restore_latest_backup, run_service_command, set_variable_value,
    shutdown_infrastructure, snapshot_status, sync_infrastructure_scripts_updates,
    verify_snapshots, virus_scan,
};
use crate::names::MachineType;
use crate::start;

mod program;

use Group::{
    Backups, Datastore, Development, Machines, Reaching, Security, Snapshots, Templates, Variables,
};

/// Where a script of the toolkit stands that a person calls, and every shim.
pub const HELPERSCRIPTS: &str = "helperscripts";

const SERVERS: &str = "providerscripts/server";
const OPERATIONS: &str = "providerscripts/datastore/operations";
const INITSCRIPTS: &str = "initscripts";

/// The name of the program itself; a helper is run by its own name.
pub const PROGRAM: &str = "adt-helpers";

/// What a helper is for, as people speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Taking, checking and using whole-machine snapshots.
    Snapshots,
    /// The machines at the provider.
    Machines,
    /// Sessions, copies and commands on a build's machines.
    Reaching,
    /// Buckets and what is in them.
    Datastore,
    /// What the active build and this machine are set to.
    Variables,
    /// What a build is configured by.
    Templates,
    /// The site's backups.
    Backups,
    /// Who and what comes onto this machine.
    Security,
    /// A developer's working copy of the toolkit.
    Development,
}

impl Group {
    /// Every group, in the order in which they are told.
    pub const ALL: [Self; 9] = [
        Self::Snapshots,
        Self::Machines,
        Self::Reaching,
        Self::Datastore,
        Self::Variables,
        Self::Templates,
        Self::Backups,
        Self::Security,
        Self::Development,
    ];

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Snapshots => "Snapshots",
            Self::Machines => "Machines",
            Self::Reaching => "Reaching machines",
            Self::Datastore => "The datastore",
            Self::Variables => "The build's variables, and this machine",
            Self::Templates => "Templates",
            Self::Backups => "Backups",
            Self::Security => "Security of this machine",
            Self::Development => "Developing the toolkit",
        }
    }
}

/// A helper's command line: who reads it, and what runs then.
#[derive(Debug, Clone, Copy)]
enum Line {
    /// The helper reads its words itself, since they may be anything. The first is its help text.
    Words(&'static str, fn(&[OsString]) -> anyhow::Result<()>),
    /// clap reads the words.
    Clap(fn() -> clap::Command, fn(&[OsString]) -> ExitCode),
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Helper {
    /// The name of the script that it replaces, without `.sh`.
    pub name: &'static str,
    /// What it is for.
    pub group: Group,
    /// The folder below `BUILD_HOME` in which the toolkit keeps the script.
    pub folder: &'static str,
    /// What it does, in one sentence without its full stop.
    pub does: &'static str,
    line: Line,
}

const fn helper(
    name: &'static str,
    group: Group,
    folder: &'static str,
    does: &'static str,
    line: Line,
) -> Helper {
    Helper {
        name,
        group,
        folder,
        does,
        line,
    }
}

/// A helper that reads its words itself.
macro_rules! plain {
    ($helper:ident) => {
        Line::Words($helper::HELP, $helper::run)
    };
}

/// A helper that ends well or fails.
macro_rules! parsed {
    ($helper:ident) => {
        Line::Clap($helper::Arguments::command, |words| {
            start::run_parsed(words, $helper::run)
        })
    };
}

/// A helper whose exit status is an answer; the second is its status when there is none.
macro_rules! judging {
    ($helper:ident, $on_error:expr) => {
        Line::Clap($helper::Arguments::command, |words| {
            start::run_judging(words, $helper::run, $on_error)
        })
    };
}

/// A helper of a family, for one machine type.
macro_rules! one_of {
    ($family:ident, $kind:ident) => {
        Line::Clap(
            || $family::FAMILY.command(MachineType::$kind),
            |words| $family::FAMILY.run(MachineType::$kind, words),
        )
    };
}

/// The helper of a family that is told the machine type.
macro_rules! any_of {
    ($family:ident) => {
        Line::Clap(
            || $family::FAMILY.command_for_any(),
            |words| $family::FAMILY.run_for_any(words),
        )
    };
}

/// Every helper, group by group.
#[rustfmt::skip]
pub const ALL: &[Helper] = &[
    helper("ObtainWholeMachineSnapshot", Snapshots, HELPERSCRIPTS, "Takes a snapshot of a machine and records its id", parsed!(obtain_whole_machine_snapshot)),
    helper("CheckSnapshotBuild", Snapshots, HELPERSCRIPTS, "Says whether a build from the snapshots can work", judging!(check_snapshot_build, check_snapshot_build::not_checked())),
    helper("SnapshotStatus", Snapshots, HELPERSCRIPTS, "Shows what is recorded of a site's snapshots", parsed!(snapshot_status)),
    helper("VerifySnapshots", Snapshots, HELPERSCRIPTS, "Compares the records with the provider and the bucket", judging!(verify_snapshots, verify_snapshots::not_verified())),
    helper("PruneSnapshots", Snapshots, HELPERSCRIPTS, "Deletes old snapshots that nothing needs any more", parsed!(prune_snapshots)),
    helper("InitialiseSnapshots", Snapshots, INITSCRIPTS, "Fetches a site's snapshot records for the active build", plain!(initialise_snapshots)),
    helper("InitialiseSnapshotDatabaseCredentials", Snapshots, HELPERSCRIPTS, "Keeps a build's and its snapshots' credentials alike", plain!(initialise_snapshot_database_credentials)),
    helper("CreateServer", Machines, SERVERS, "Makes a server from an operating system or from a snapshot", parsed!(create_server)),
    helper("DestroyServer", Machines, SERVERS, "Destroys the one machine that has an address", parsed!(destroy_server)),
    helper("RebootInfrastructure", Machines, HELPERSCRIPTS, "Reboots a build's autoscalers, webservers and databases", parsed!(reboot_infrastructure)),
    helper("ShutdownInfrastructure", Machines, HELPERSCRIPTS, "Halts a build's autoscalers, webservers and databases", parsed!(shutdown_infrastructure)),
    helper("ListServerIDs", Machines, SERVERS, "Prints the ids of the machines with a token in their name", plain!(list_server_ids)),
    helper("NumberOfServers", Machines, SERVERS, "Prints how many machines have a token in their name", plain!(number_of_servers)),
    helper("IsInstanceRunning", Machines, SERVERS, "Prints whether the machines with a token in their name run", plain!(is_instance_running)),
    helper("GetServerName", Machines, SERVERS, "Prints the name of the machine that has an address", plain!(get_server_name)),
    helper("GetServerIPAddresses", Machines, SERVERS, "Prints the public addresses of such machines", plain!(get_server_ip_addresses)),
    helper("GetServerPrivateIPAddresses", Machines, SERVERS, "Prints the private addresses of such machines", plain!(get_server_private_ip_addresses)),
    helper("GetServerPublicIPAddressByIP", Machines, SERVERS, "Prints the public address that belongs to a private one", plain!(get_server_public_ip_address_by_ip)),
    helper("AdjustScaling", Machines, HELPERSCRIPTS, "Sets how many webservers an autoscaler keeps", parsed!(adjust_scaling)),
    helper("GetBuildMachineIP", Machines, HELPERSCRIPTS, "Prints the address of this machine", plain!(get_build_machine_ip)),
    helper("ConnectToAuthenticator", Reaching, HELPERSCRIPTS, "Opens a session on an authenticator of a build", one_of!(connect_to, Authenticator)),
    helper("ConnectToAutoscaler", Reaching, HELPERSCRIPTS, "Opens a session on an autoscaler of a build", one_of!(connect_to, Autoscaler)),
    helper("ConnectToDatabase", Reaching, HELPERSCRIPTS, "Opens a session on a database of a build", one_of!(connect_to, Database)),
    helper("ConnectToReverseProxy", Reaching, HELPERSCRIPTS, "Opens a session on a reverse proxy of a build", one_of!(connect_to, ReverseProxy)),
    helper("ConnectToWebserver", Reaching, HELPERSCRIPTS, "Opens a session on a webserver of a build", one_of!(connect_to, Webserver)),
    helper("ConnectToRemoteMachine", Reaching, HELPERSCRIPTS, "Opens a session on a machine of a build, of any class", any_of!(connect_to)),
    helper("CopyToAuthenticator", Reaching, HELPERSCRIPTS, "Copies files to an authenticator of a build", one_of!(copy_to, Authenticator)),
    helper("CopyToAutoscaler", Reaching, HELPERSCRIPTS, "Copies files to an autoscaler of a build", one_of!(copy_to, Autoscaler)),
    helper("CopyToDatabase", Reaching, HELPERSCRIPTS, "Copies files to a database of a build", one_of!(copy_to, Database)),
    helper("CopyToReverseProxy", Reaching, HELPERSCRIPTS, "Copies files to a reverse proxy of a build", one_of!(copy_to, ReverseProxy)),
    helper("CopyToWebserver", Reaching, HELPERSCRIPTS, "Copies files to a webserver of a build", one_of!(copy_to, Webserver)),
    helper("CopyToRemoteMachine", Reaching, HELPERSCRIPTS, "Copies files to machines of a build, of any class", any_of!(copy_to)),
    helper("CopyFromAuthenticator", Reaching, HELPERSCRIPTS, "Copies files from an authenticator of a build", one_of!(copy_from, Authenticator)),
    helper("CopyFromAutoscaler", Reaching, HELPERSCRIPTS, "Copies files from an autoscaler of a build", one_of!(copy_from, Autoscaler)),
    helper("CopyFromDatabase", Reaching, HELPERSCRIPTS, "Copies files from a database of a build", one_of!(copy_from, Database)),
    helper("CopyFromReverseProxy", Reaching, HELPERSCRIPTS, "Copies files from a reverse proxy of a build", one_of!(copy_from, ReverseProxy)),
    helper("CopyFromWebserver", Reaching, HELPERSCRIPTS, "Copies files from a webserver of a build", one_of!(copy_from, Webserver)),
    helper("CopyFromRemoteMachine", Reaching, HELPERSCRIPTS, "Copies files from machines of a build, of any class", any_of!(copy_from)),
    helper("ExecuteOnAuthenticator", Reaching, HELPERSCRIPTS, "Runs a command on an authenticator of a build", one_of!(execute_on, Authenticator)),
    helper("ExecuteOnAutoscaler", Reaching, HELPERSCRIPTS, "Runs a command on an autoscaler of a build", one_of!(execute_on, Autoscaler)),
    helper("ExecuteOnDatabase", Reaching, HELPERSCRIPTS, "Runs a command on a database of a build", one_of!(execute_on, Database)),
    helper("ExecuteOnReverseProxy", Reaching, HELPERSCRIPTS, "Runs a command on a reverse proxy of a build", one_of!(execute_on, ReverseProxy)),
    helper("ExecuteOnWebserver", Reaching, HELPERSCRIPTS, "Runs a command on a webserver of a build", one_of!(execute_on, Webserver)),
    helper("ExecuteOnRemoteMachine", Reaching, HELPERSCRIPTS, "Runs a command on machines of a build, of any class", any_of!(execute_on)),
    helper("ManuallyUpdateSSLCertificate", Reaching, HELPERSCRIPTS, "Puts a certificate of your own in place of a site's", parsed!(manually_update_ssl_certificate)),
    helper("ListDatastore", Datastore, OPERATIONS, "Lists the account's buckets", plain!(list_datastore)),
    helper("MountDatastore", Datastore, OPERATIONS, "Makes a bucket unless it is there", plain!(mount_datastore)),
    helper("DeleteDatastore", Datastore, OPERATIONS, "Deletes a bucket and all that is in it", plain!(delete_datastore)),
    helper("ListFromDatastore", Datastore, OPERATIONS, "Lists the objects in a bucket", plain!(list_from_datastore)),
    helper("GetFromDatastore", Datastore, OPERATIONS, "Downloads an object from a bucket", plain!(get_from_datastore)),
    helper("PutToDatastore", Datastore, OPERATIONS, "Uploads a file to a bucket", plain!(put_to_datastore)),
    helper("MoveDatastoreObject", Datastore, OPERATIONS, "Gives an object of a bucket another name", plain!(move_datastore_object)),
    helper("DeleteFromDatastore", Datastore, OPERATIONS, "Deletes objects from a bucket", plain!(delete_from_datastore)),
    helper("SyncDatastore", Datastore, OPERATIONS, "Copies what is new in one folder of a bucket to another", plain!(sync_datastore)),
    helper("CleanupDatastore", Datastore, HELPERSCRIPTS, "Deletes buckets of the account, one by one", parsed!(cleanup_datastore)),
    helper("GetVariableValue", Variables, HELPERSCRIPTS, "Prints the value of a variable of the active build", plain!(get_variable_value)),
    helper("SetVariableValue", Variables, HELPERSCRIPTS, "Sets a variable of the active build", plain!(set_variable_value)),
    helper("ExtractConfigValue", Variables, HELPERSCRIPTS, "Prints the value of a setting of a server of the toolkit", plain!(extract_config_value)),
    helper("GetOsName", Variables, HELPERSCRIPTS, "Prints the code name of the active build's operating system", plain!(get_os_name)),
    helper("IsHardcoreBuild", Variables, HELPERSCRIPTS, "Prints whether this is a hardcore build", Line::Words(is_flagged::HARDCORE_HELP, is_flagged::hardcore)),
    helper("IsParameterBuild", Variables, HELPERSCRIPTS, "Prints whether this is a build from parameters", Line::Words(is_flagged::PARAMETER_HELP, is_flagged::parameter)),
    helper("InitialiseServerUserCredentials", Variables, INITSCRIPTS, "Gives the active build its servers' user and password", plain!(initialise_server_user_credentials)),
    helper("DisplayPassword", Variables, HELPERSCRIPTS, "Shows the password of the servers' user of a build", parsed!(display_password)),
    helper("DisplayLoggingStreams", Variables, HELPERSCRIPTS, "Shows the newest log of a build", judging!(display_logging_streams, ExitCode::FAILURE)),
    helper("AllowLaptopIP", Variables, HELPERSCRIPTS, "Says who may reach this build machine's ssh", parsed!(allow_laptop_ip)),
    helper("RunServiceCommand", Variables, HELPERSCRIPTS, "Starts, stops or restarts a service of this machine", judging!(run_service_command, ExitCode::FAILURE)),
    helper("EditTemplate", Templates, HELPERSCRIPTS, "Opens one of the toolkit's templates in an editor", judging!(edit_template, ExitCode::FAILURE)),
    helper("GenerateOverrideTemplate", Templates, HELPERSCRIPTS, "Makes a template of your own out of one of the toolkit's", parsed!(generate_override_template)),
    helper("GenerateHardcoreUserDataScript", Templates, HELPERSCRIPTS, "Makes the user data of a build machine that builds by itself", parsed!(generate_hardcore_user_data_script)),
    helper("PerformWebsiteBackup", Backups, HELPERSCRIPTS, "Has a webserver make a backup of the site's files now", one_of!(perform_backup, Webserver)),
    helper("PerformDatabaseBackup", Backups, HELPERSCRIPTS, "Has a database make a backup of itself now", one_of!(perform_backup, Database)),
    helper("PerformWebsiteBaseline", Backups, HELPERSCRIPTS, "Puts a baseline of the site's files into a repository", one_of!(perform_baseline, Webserver)),
    helper("PerformDatabaseBaseline", Backups, HELPERSCRIPTS, "Puts a baseline of the database into a repository", one_of!(perform_baseline, Database)),
    helper("GenerateLocalBackups", Backups, HELPERSCRIPTS, "Copies a site's files and its database to this machine", parsed!(generate_local_backups)),
    helper("RestoreLatestBackup", Backups, HELPERSCRIPTS, "Installs the latest backup on the machines of a build", parsed!(restore_latest_backup)),
    helper("AuditSSHConnections", Security, HELPERSCRIPTS, "Mails when somebody logs in from a new address", parsed!(audit_ssh_connections)),
    helper("VirusScan", Security, HELPERSCRIPTS, "Scans this machine for viruses and mails the report", judging!(virus_scan, ExitCode::FAILURE)),
    helper("InitialiseToolkitForDevelopment", Development, HELPERSCRIPTS, "Puts the toolkit's development copy on a branch", parsed!(initialise_toolkit_for_development)),
    helper("PushInfrastructureScriptsUpdates", Development, HELPERSCRIPTS, "Commits the development copy and pushes it", parsed!(push_infrastructure_scripts_updates)),
    helper("PushAndSyncInfrastructureScriptsUpdates", Development, HELPERSCRIPTS, "Does the same and copies it over the toolkit", parsed!(push_and_sync_infrastructure_scripts_updates)),
    helper("SyncInfrastructureScriptsUpdates", Development, HELPERSCRIPTS, "Copies the development copy over the toolkit", Line::Clap(sync_infrastructure_scripts_updates::Arguments::command, sync_infrastructure_scripts_updates::main)),
];

impl Helper {
    /// The helper of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|helper| helper.name == name)
    }

    /// Where its shims stand below `BUILD_HOME`: every helper in `helperscripts`, and where else the toolkit keeps its script.
    pub fn scripts(&self) -> Vec<String> {
        let mut folders = vec![HELPERSCRIPTS, self.folder];
        folders.dedup();
        let script = |folder: &str| format!("{folder}/{}.sh", self.name);
        folders.into_iter().map(script).collect()
    }

    /// What clap knows of its command line; nothing where the helper reads its words itself.
    pub fn command(&self) -> Option<clap::Command> {
        match self.line {
            Line::Words(..) => None,
            Line::Clap(command, _) => Some(start::dressed(command())),
        }
    }

    /// What `--help` prints.
    pub fn help(&self) -> String {
        match self.line {
            Line::Words(help, _) => start::help_text(help),
            Line::Clap(command, _) => start::dressed(command()).render_long_help().to_string(),
        }
    }

    fn run(&self, words: &[OsString]) -> ExitCode {
        match self.line {
            Line::Words(help, run) => start::run(self.name, words, help, run),
            Line::Clap(_, run) => run(words),
        }
    }
}

/// What `adt-helpers` says of itself, for its manual page.
pub fn overview() -> String {
    program::overview()
}

/// The command lines of what `adt-helpers` does to a toolkit, for their manual pages.
pub fn own_commands() -> Vec<clap::Command> {
    program::Command::lines().into()
}

/// Runs the helper by whose name the program was called, or the program itself.
pub fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let called = words.next().unwrap_or_default();
    let name = Path::new(&called).file_name().unwrap_or(&called).to_owned();
    let words = start::without_shim(words.collect());
    if name == PROGRAM {
        return program::run(&words);
    }
    if let Some(command) = program::Command::called(&name) {
        return command.run(&words);
    }
    match name.to_str().and_then(Helper::named) {
        Some(helper) => helper.run(&words),
        None => program::no_helper(name.as_bytes()),
    }
}
