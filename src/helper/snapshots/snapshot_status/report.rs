//! The screen for people, and JSON for programs.

use serde::Serialize;

use super::state::{OfType, Pending, Recorded, State, Step};
use crate::console;
use crate::console::age_since;
use crate::console::sheet::{self, Row};
use crate::foreign_text::on_one_line;
use crate::json;

/// The version of the JSON's layout.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct JsonReport<'a> {
    #[serde(flatten)]
    state: &'a State,
}

/// Prints the state.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(state: &State, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let report = JsonReport { state };
        return json::print_report("SnapshotStatus", VERSION, &report);
    }
    Ok(console::print_lines(lines(state))?)
}

/// A headline, and for each machine type a line in columns with what is special about it below.
fn lines(state: &State) -> Vec<String> {
    let (site, build) = (&state.website_url, &state.build_identifier);
    let mut lines = vec![format!(
        "{site}: build {build} at {}, records in '{}'",
        state.cloudhost, state.directory
    )];
    let rows: Vec<Row> = state.machine_types.iter().map(row).collect();
    lines.extend(sheet::lines(&rows, false));
    if state.is_transferring {
        lines.push("a run is copying the records to the bucket or from there".to_owned());
    }
    lines.extend(state.problems.iter().map(|why| problem(why)));
    lines
}

fn row(of_type: &OfType) -> Row {
    let details = of_type.recorded.as_ref().map_or_else(String::new, details);
    let pending = of_type.pending.iter().map(under_way);
    let run = of_type
        .is_at_work
        .then(|| "a run is at work on it".to_owned());
    let problems = of_type.problems.iter().map(|why| problem(why));
    Row::of([of_type.machine_type.label(), shown_id(of_type), &details])
        .with_below(pending.chain(run).chain(problems))
}

fn shown_id(of_type: &OfType) -> &str {
    match &of_type.recorded {
        Some(recorded) => recorded.id.as_str(),
        None => "-",
    }
}

fn details(recorded: &Recorded) -> String {
    match (&recorded.machine_name, recorded.since) {
        (Some(machine), Some(moment)) => {
            on_one_line(&format!("{} old, of {machine}", age_since(moment)))
        }
        _ => "of unknown age: the manifest does not have it".to_owned(),
    }
}

fn problem(why: &str) -> String {
    format!("problem: {}", on_one_line(why))
}

fn under_way(pending: &Pending) -> String {
    let kind = pending
        .kind
        .map_or_else(|| "snapshot".to_owned(), |kind| kind.to_string());
    let id = pending.id.as_ref().map_or("", |id| id.as_str());
    let step = match pending.step {
        Step::Begun => "nothing is asked for yet".to_owned(),
        Step::Asked => format!("the {kind} is asked for and has no id yet"),
        Step::Made => format!("the {kind} {id} is not usable yet"),
        Step::Usable => format!("the {kind} {id} is usable and not recorded yet"),
        Step::Recorded if pending.to_delete > 0 => format!(
            "the {kind} {id} is recorded; still to be deleted: {}",
            pending.to_delete
        ),
        Step::Recorded => format!("the {kind} {id} is recorded and not uploaded yet"),
    };
    on_one_line(&format!(
        "begun {} ago: {step} ({})",
        age_since(pending.begun),
        pending.machine_name
    ))
}
