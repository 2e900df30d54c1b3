//! `adt-helpers update-toolkit`: the toolkit's own scripts, renewed beneath the shims.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Parser;

use super::place::Place;
use super::record::{Record, Tree};
use super::{Shims, turn, upstream};
use crate::command::{Command, Failure, Program, Runner, Tool};
use crate::console;
use crate::foreign_text::first_words;

/// What keeps the toolkit and its development copy.
pub const GIT: Tool = Tool {
    names: &["git"],
    variable: "GIT",
    toolkit_path: "/usr/bin/git",
    install: "install it with your package manager",
};

/// How long a download of the toolkit's changes may take.
const FETCH_LIMIT: Duration = Duration::from_secs(600);

/// Renews the toolkit from its repository: puts the scripts back, pulls, and puts the shims on again
#[derive(Debug, Parser)]
#[command(name = "adt-helpers update-toolkit")]
pub struct Update {
    /// The toolkit's folder; without it every toolkit that has shims, development copies apart
    build_home: Option<PathBuf>,
    /// The folder that has the program under every helper's name
    #[arg(long, value_name = "FOLDER", hide = true)]
    names: Option<PathBuf>,
}

/// Renews the toolkits that have shims.
///
/// # Errors
/// When one cannot be renewed; it is then as it was, with its shims.
pub fn update_toolkit(arguments: &Update, shims: &Shims) -> anyhow::Result<()> {
    let place = Place::new(arguments.names.as_deref())?;
    let record = Record::read(&place)?;
    let mut folders: Vec<PathBuf> = record
        .trees
        .iter()
        .filter(|tree| !tree.is_development)
        .map(|tree| tree.folder.clone())
        .collect();
    if let Some(named) = &arguments.build_home {
        let named: PathBuf = named.components().collect();
        folders.retain(|folder| *folder == named);
    }
    ensure!(
        !folders.is_empty(),
        "no such toolkit has shims; 'git pull' renews it, 'adt-helpers install' puts the shims on"
    );
    let git = GIT.find()?;
    let (_turn, _) = turn(&place)?;
    // Another installation may have worked here meanwhile.
    let mut record = Record::read(&place)?;
    for folder in folders {
        let checkout = Checkout::of(&git, &folder)?;
        checkout.fetch()?;
        let missing = checkout.missing_commits()?;
        if missing == 0 {
            let line = format!("'{}' is up to date", folder.display());
            console::print_lines([line])?;
            continue;
        }
        let line = format!("{missing} new commits for '{}'", folder.display());
        console::print_lines([line])?;
        renew(&checkout, &place, &mut record, shims)?;
    }
    Ok(())
}

/// Merges what was fetched between taking the shims off and putting them on again.
fn renew(
    checkout: &Checkout,
    place: &Place,
    record: &mut Record,
    shims: &Shims,
) -> anyhow::Result<()> {
    let tree = record.tree(&checkout.folder, false);
    tree.check(shims)?;
    tree.check_taking_back()?;
    let merged = tree.take_shims_back(place).and_then(|taken| {
        for difference in taken.differences {
            console::say(format_args!("{difference}"));
        }
        checkout.merge()
    });
    // Whatever came of it: a build must find the shims, and the record what stands beneath them.
    let on_again = put_on_again(tree, place, shims);
    record.write(place)?;
    match (merged, on_again) {
        (Ok(()), Ok(())) => {
            let line = format!(
                "'{}' is renewed, and the shims are on again",
                checkout.folder.display()
            );
            let advice = upstream::advice(&checkout.folder, shims)?;
            Ok(console::print_lines(advice.into_iter().chain([line]))?)
        }
        (Ok(()), Err(why)) => Err(why.context(format!(
            "'{}' is renewed, but not every shim is on again; run 'adt-helpers install' when this is mended",
            checkout.folder.display()
        ))),
        (Err(why), Ok(())) => Err(why.context(format!(
            "'{}' was not renewed and is as before, with its shims",
            checkout.folder.display()
        ))),
        (Err(why), Err(also)) => {
            console::also(Err(also));
            Err(why.context("not renewed, and not every shim is on again; run 'adt-helpers install' when this is mended"))
        }
    }
}

fn put_on_again(tree: &mut Tree, place: &Place, shims: &Shims) -> anyhow::Result<()> {
    tree.remember(place, shims)?;
    tree.put_shims(place, shims)
}

/// A toolkit that git knows.
struct Checkout {
    git: Program,
    folder: PathBuf,
    runner: Runner,
}

impl Checkout {
    fn of(git: &Program, folder: &Path) -> anyhow::Result<Self> {
        let checkout = Self {
            git: git.clone(),
            folder: folder.to_owned(),
            runner: Runner::default(),
        };
        let shown = folder.display();
        let top = checkout
            .says(&["rev-parse", "--show-toplevel"])
            .map_err(|why| {
                anyhow::anyhow!(
                    "'{shown}' is no checkout that git can renew: {}",
                    why.on_one_line()
                )
            })?;
        ensure!(
            Path::new(OsStr::from_bytes(&top)).canonicalize()? == folder.canonicalize()?,
            "'{shown}' is no checkout of its own; fetch the toolkit as you did before, then run 'adt-helpers install'"
        );
        checkout.says(&["rev-parse", "--verify", "--quiet", "@{upstream}"]).map_err(|_| {
            anyhow::anyhow!("'{shown}' follows no branch of its repository; check one out that does, such as with 'git -C {shown} switch main'")
        })?;
        Ok(checkout)
    }

    /// git in the toolkit's folder. The toolkit gives all its files mode 0700, which git would take for changes of ours.
    fn git(&self, words: &[&str]) -> Command {
        let folder = self.folder.as_os_str();
        let mut all = vec![
            OsStr::new("-C"),
            folder,
            OsStr::new("-c"),
            OsStr::new("core.fileMode=false"),
        ];
        all.extend(words.iter().map(OsStr::new));
        Command::changing(&self.git, &all)
            .env("LC_ALL", "C")
            // Nobody is asked for a password in the middle of this.
            .env("GIT_TERMINAL_PROMPT", "0")
            .timeout(FETCH_LIMIT)
    }

    /// What git prints, without the line's end.
    fn says(&self, words: &[&str]) -> Result<Vec<u8>, Failure> {
        let mut said = self.runner.output(&self.git(words))?.stdout;
        said.truncate(said.trim_ascii_end().len());
        Ok(said)
    }

    fn fetch(&self) -> anyhow::Result<()> {
        self.says(&["fetch", "--quiet"]).map_err(|why| {
            anyhow::anyhow!(
                "cannot fetch what is new; nothing was changed: {}",
                why.on_one_line()
            )
        })?;
        Ok(())
    }

    /// How many commits of the repository are not here.
    fn missing_commits(&self) -> anyhow::Result<u64> {
        let said = self.says(&["rev-list", "--count", "HEAD..@{upstream}"])?;
        String::from_utf8_lossy(&said)
            .parse()
            .context("git did not print how many commits there are")
    }

    /// Merges them, where that takes no more than going forward. A file that is written anew keeps the mode that the
    /// toolkit gave it, so that a script that could be run still can.
    fn merge(&self) -> anyhow::Result<()> {
        let changed = self.says(&["diff", "--name-only", "-z", "HEAD", "@{upstream}"])?;
        let paths = changed.split(|byte| *byte == 0).filter(|it| !it.is_empty());
        let paths = paths.map(|path| self.folder.join(OsStr::from_bytes(path)));
        let modes: BTreeMap<PathBuf, u32> = paths
            .filter_map(|path| {
                let data = path.symlink_metadata().ok()?;
                data.is_file().then(|| (path, data.mode() & 0o7777))
            })
            .collect();
        if let Err(why) = self.says(&["merge", "--quiet", "--ff-only", "@{upstream}"]) {
            bail!("{}", self.refusal(&why));
        }
        for (path, mode) in modes {
            if path.is_file() {
                fs::set_permissions(&path, Permissions::from_mode(mode))
                    .with_context(|| format!("cannot give '{}' its mode", path.display()))?;
            }
        }
        Ok(())
    }

    fn refusal(&self, why: &Failure) -> String {
        let folder = self.folder.display();
        let advice = if why.says("would be overwritten") {
            format!(
                "; 'git -C {folder} diff' shows what was changed here: commit it, stash it or take it back"
            )
        } else {
            String::new()
        };
        format!("{}{advice}", first_words(&why.to_string()))
    }
}
