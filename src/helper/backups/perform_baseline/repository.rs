//! The repository of a baseline, and what it says of itself when git asks it. The token is in no command line: git asks a
//! credential helper for it, which has it from the environment.

use std::fmt;
use std::time::Duration;

use anyhow::ensure;
use bstr::ByteSlice;

use crate::command::{Command, Output, Runner, Tool};
use crate::foreign_text::{beginning, first_words};
use crate::reach::Reach;

const GIT: Tool = Tool {
    names: &["git"],
    variable: "ADT_GIT",
    toolkit_path: "/usr/bin/git",
    install: "install the package git",
};

/// How long the provider may take to answer.
const LIMIT: Duration = Duration::from_secs(60);

/// The user and the token, for the credential helper alone.
const USER: &str = "ADT_REPOSITORY_USER";
const TOKEN: &str = "ADT_REPOSITORY_TOKEN";

/// What git runs when it needs a user and a password.
const CREDENTIALS: &str = "credential.helper=!f() { [ \"$1\" = get ] || exit 0; printf 'username=%s\\npassword=%s\\n' \"$ADT_REPOSITORY_USER\" \"$ADT_REPOSITORY_TOKEN\"; }; f";

/// The branch that a server pushes.
const BRANCH: &str = "refs/heads/main";

/// How providers say that there is no such repository, or none that this token may see.
const NOT_FOUND: [&str; 5] = [
    "repository not found",
    "could not be found",
    "does not exist",
    "does not appear to be a git repository",
    "' not found",
];

/// A repository at the application's provider.
#[derive(Debug)]
pub(super) struct Repository {
    provider: String,
    owner: String,
    name: String,
    /// Where it is; what is wrong with the build's variables when nobody can tell.
    address: Result<String, String>,
    user: String,
    token: String,
}

/// What a repository says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// There is none, or none that the token may see.
    Absent,
    /// It is there without a branch.
    Empty,
    /// It has this.
    Filled(String),
    /// It could not be asked; why.
    Unknown(String),
}

impl fmt::Display for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            provider,
            owner,
            name,
            ..
        } = self;
        write!(
            formatter,
            "the repository '{name}' of '{}' at {}",
            beginning(owner),
            beginning(provider)
        )
    }
}

impl Repository {
    /// The one called `name`, at the provider that the build names.
    ///
    /// # Errors
    /// When a variable of the build is not UTF-8.
    pub fn of(reach: &Reach, name: &str) -> anyhow::Result<Self> {
        let variable = |part: &str| {
            let environment = reach.build.environment();
            environment.text(&format!("APPLICATION_REPOSITORY_{part}"))
        };
        let (provider, user) = (variable("PROVIDER")?, variable("USERNAME")?);
        let owner = match variable("OWNER")? {
            owner if owner.is_empty() => user.clone(),
            owner => owner,
        };
        let address = address(&provider, &owner, name).map_err(|why| format!("{why:#}"));
        Ok(Self {
            address,
            token: variable("TOKEN")?,
            name: name.to_owned(),
            provider,
            owner,
            user,
        })
    }

    /// What it says of itself.
    pub fn state(&self, runner: &Runner) -> State {
        let address = match &self.address {
            Ok(address) => address,
            Err(why) => return State::Unknown(why.clone()),
        };
        match self.asked(address, runner) {
            Ok(output) => judged(&output, runner),
            Err(why) => State::Unknown(format!("{why:#}")),
        }
    }

    fn asked(&self, address: &str, runner: &Runner) -> anyhow::Result<Output> {
        let mut words = vec!["-c", "credential.helper="];
        if !self.token.is_empty() {
            words.extend(["-c", CREDENTIALS]);
        }
        words.extend(["ls-remote", "--", address]);
        let command = Command::reading(&GIT.find()?, &words)
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "")
            .env(USER, &self.user)
            .env(TOKEN, &self.token)
            .timeout(LIMIT);
        Ok(runner.run(&command)?)
    }
}

/// Where the repository is.
fn address(provider: &str, owner: &str, name: &str) -> anyhow::Result<String> {
    let host = match provider {
        "github" => "github.com",
        "gitlab" => "gitlab.com",
        "bitbucket" => "bitbucket.org",
        _ => "",
    };
    ensure!(
        !host.is_empty(),
        "APPLICATION_REPOSITORY_PROVIDER of the build is '{}'; expected github, gitlab or bitbucket",
        beginning(provider)
    );
    let is_allowed = |it: char| it.is_ascii_alphanumeric() || "._-/".contains(it);
    ensure!(
        !owner.is_empty() && owner.chars().all(is_allowed) && !owner.contains(".."),
        "neither APPLICATION_REPOSITORY_OWNER nor APPLICATION_REPOSITORY_USERNAME of the build names whose repositories they are"
    );
    Ok(format!("https://{host}/{owner}/{name}.git"))
}

fn judged(output: &Output, runner: &Runner) -> State {
    if !output.succeeded() {
        let said = runner.redact(&output.stderr);
        let lower = said.to_lowercase();
        if NOT_FOUND.iter().any(|words| lower.contains(words)) {
            return State::Absent;
        }
        return State::Unknown(format!(
            "git ended with status {}: {}",
            output.status,
            first_words(&said)
        ));
    }
    let listed = output.stdout.to_str_lossy();
    let refs: Vec<(&str, &str)> = listed
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let branch = refs.iter().find(|(_, name)| *name == BRANCH);
    match (branch, refs.first()) {
        (Some((commit, _)), _) => State::Filled(format!("its branch main is at {}", cut(commit))),
        (None, Some((commit, name))) => State::Filled(format!(
            "it has '{}' at {} and no branch main",
            beginning(name),
            cut(commit)
        )),
        (None, None) => State::Empty,
    }
}

/// The beginning of a commit's id, as git shows it.
fn cut(commit: &str) -> String {
    commit.chars().take(10).collect()
}
