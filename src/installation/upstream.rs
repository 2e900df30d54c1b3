//! `adt-helpers upstream-check`: whether the scripts beneath the shims are those that the helpers stand in for. A shim
//! hides that a script was changed; what was changed in it may be missing in the helper.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;

use super::beneath::{is_shim, kept_script};
use super::place::Place;
use super::record::Record;
use super::script::Original;
use super::{Shims, toolkit};
use crate::console;
use crate::files;
use crate::json;

/// The versions that the helpers stand in for: a hash and a path a line (`install/known.sh`).
const KNOWN: &str = include_str!("known_scripts.txt");

/// The folder in which each script has a helper.
const HELPERSCRIPTS: &str = "helperscripts";

/// The version of what `--json` prints (docs/schemas).
const VERSION: u32 = 1;

/// The exit status when something differs.
const DIFFERS: u8 = 3;

/// Lists the toolkit's scripts that are not the versions which the helpers stand in for
#[derive(Debug, Parser)]
#[command(
    name = "adt-helpers upstream-check",
    after_help = "Examples:\n  adt-helpers upstream-check\n  adt-helpers upstream-check /home/me/adt --json\n\nExit status:\n  \
                  0  every script is a known version\n  1  it failed, and standard error says why\n  \
                  2  the command line cannot be understood\n  3  some are not; they are listed"
)]
pub struct UpstreamCheck {
    /// The toolkit's folder; without it every toolkit that has shims, or the one that the environment or
    /// /home/buildhome.dat names
    build_home: Option<PathBuf>,
    /// Print the list as JSON
    #[arg(long)]
    json: bool,
    /// The folder that has the program under every helper's name
    #[arg(long, value_name = "FOLDER", hide = true)]
    names: Option<PathBuf>,
}

/// What is different about a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// It is another version than those that are known.
    Changed,
    /// None was known, and there is one now.
    New,
    /// One was known, and there is none now.
    Gone,
    /// No helper stands in for it.
    NoHelper,
}

impl State {
    fn said(self) -> &'static str {
        match self {
            Self::Changed => "changed: not a version that the helper was made for",
            Self::New => "new: the helper was made when there was no such script",
            Self::Gone => "gone: the toolkit has no such script any more",
            Self::NoHelper => "no helper stands in for it",
        }
    }
}

/// A script that differs.
#[derive(Debug, Serialize)]
struct Difference {
    script: String,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

#[derive(Debug, Serialize)]
struct Checked {
    folder: PathBuf,
    differences: Vec<Difference>,
}

#[derive(Debug, Serialize)]
struct Report {
    toolkits: Vec<Checked>,
}

/// Compares the scripts of toolkits with the known versions; the status says whether some differ.
///
/// # Errors
/// When there is no toolkit, or a script cannot be read.
pub fn upstream_check(arguments: &UpstreamCheck, shims: &Shims) -> anyhow::Result<ExitCode> {
    let mut toolkits = Vec::new();
    for folder in folders(arguments)? {
        let differences = differences(&folder, shims)?;
        toolkits.push(Checked {
            folder,
            differences,
        });
    }
    let differs = toolkits.iter().any(|it| !it.differences.is_empty());
    let report = Report { toolkits };
    if arguments.json {
        json::print_report("upstream-check", VERSION, &report)?;
    } else {
        console::print_lines(report.toolkits.iter().flat_map(lines))?;
    }
    Ok(if differs {
        ExitCode::from(DIFFERS)
    } else {
        ExitCode::SUCCESS
    })
}

/// The toolkits that are asked about; development copies only by their name.
fn folders(arguments: &UpstreamCheck) -> anyhow::Result<Vec<PathBuf>> {
    let named = arguments.build_home.as_deref();
    if named.is_none() {
        let record = Record::read(&Place::new(arguments.names.as_deref())?)?;
        let trees = record.trees.into_iter();
        let trees = trees.filter(|tree| !tree.is_development && toolkit::is_one(&tree.folder));
        let folders: Vec<PathBuf> = trees.map(|tree| tree.folder).collect();
        if !folders.is_empty() {
            return Ok(folders);
        }
    }
    Ok(vec![toolkit::chosen(named)?])
}

/// What differs in the toolkit at `folder`, in the order of paths.
fn differences(folder: &Path, shims: &Shims) -> anyhow::Result<Vec<Difference>> {
    let mut found = Vec::new();
    let with_helper: BTreeSet<&str> = shims.paths().map(|(path, _)| path).collect();
    for script in &with_helper {
        let at = folder.join(script);
        let sha256 = match Original::at(&if is_shim(&at)? { kept_script(&at) } else { at })? {
            Some(Original::File { sha256, .. }) => Some(sha256),
            // Where a link leads is nobody's version.
            Some(Original::Link { link }) => Some(format!("-> {}", link.display())),
            None => None,
        };
        found.extend(difference(script, sha256));
    }
    for path in files::listed(&folder.join(HELPERSCRIPTS))? {
        let is_script = path.extension().is_some_and(|it| it == "sh") && path.is_file();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let script = format!("{HELPERSCRIPTS}/{name}");
        if is_script && !with_helper.contains(script.as_str()) && !is_shim(&path)? {
            found.push(Difference {
                script,
                state: State::NoHelper,
                sha256: None,
            });
        }
    }
    found.sort_by(|a, b| a.script.cmp(&b.script));
    Ok(found)
}

/// How a script with this hash, or none that is there, differs from the known versions.
fn difference(script: &str, sha256: Option<String>) -> Option<Difference> {
    let known: Vec<&str> = known(script).collect();
    let state = match &sha256 {
        Some(sha256) if known.contains(&sha256.as_str()) => return None,
        Some(_) if known.is_empty() => State::New,
        Some(_) => State::Changed,
        None if known.is_empty() => return None,
        None => State::Gone,
    };
    Some(Difference {
        script: script.to_owned(),
        state,
        sha256,
    })
}

/// The hashes of the versions of a script that a helper stands in for.
fn known(script: &str) -> impl Iterator<Item = &'static str> {
    let lines = KNOWN.lines().filter(|line| !line.starts_with('#'));
    let versions = lines.filter_map(|line| line.split_once("  "));
    versions.filter_map(move |(sha256, path)| (path == script).then_some(sha256))
}

/// What is said of a toolkit.
fn lines(checked: &Checked) -> Vec<String> {
    let folder = checked.folder.display();
    let differences = &checked.differences;
    if differences.is_empty() {
        return vec![format!(
            "all scripts of '{folder}' are versions that the helpers were made for"
        )];
    }
    let mut lines = vec![format!(
        "{} scripts of '{folder}' differ from what the helpers were made for:",
        differences.len()
    )];
    lines.extend(
        differences
            .iter()
            .map(|it| format!("  {}  {}", it.script, it.state.said())),
    );
    lines
}

/// A line when shims over the toolkit at `folder` hide other versions than the helpers were made for.
///
/// # Errors
/// When a script cannot be read.
pub fn advice(folder: &Path, shims: &Shims) -> anyhow::Result<Option<String>> {
    let differences = differences(folder, shims)?;
    let hides = |it: &&Difference| matches!(it.state, State::Changed | State::New);
    let count = differences.iter().filter(hides).count();
    let folder = folder.display();
    Ok((count > 0).then(|| {
        format!("{count} scripts of '{folder}' are not the versions that the helpers were made for; 'adt-helpers upstream-check {folder}' lists them")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_version_is_a_hash_and_a_path() {
        let lines = KNOWN.lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for line in lines {
            let (sha256, path) = line.split_once("  ").expect(line);
            assert!(
                sha256.len() == 64 && sha256.bytes().all(|it| it.is_ascii_hexdigit()),
                "{line}"
            );
            assert!(
                Path::new(path).extension().is_some_and(|it| it == "sh") && !path.starts_with('/'),
                "{line}"
            );
            count += 1;
        }
        assert!(count >= 64, "{count}");
    }

    #[test]
    fn a_script_differs_by_its_hash_or_by_being_there() {
        let script = "helperscripts/GetOsName.sh";
        let known = known(script).next().map(str::to_owned);
        assert!(known.is_some());
        let state = |script, sha256: Option<String>| difference(script, sha256).map(|it| it.state);
        assert_eq!(state(script, known), None);
        assert_eq!(state(script, Some("0".to_owned())), Some(State::Changed));
        assert_eq!(state(script, None), Some(State::Gone));
        let ours = "helperscripts/SnapshotStatus.sh";
        assert_eq!(state(ours, None), None);
        assert_eq!(state(ours, Some("0".to_owned())), Some(State::New));
    }
}
