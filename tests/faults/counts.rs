//! How many cases there were, for `tests/faults/table`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::faults::{Case, Layer, Strike};
use crate::scene::Scene;

/// Leaves a line `layer <tab> workflow <tab> cloudhost <tab> kind <tab> count` for each kind of fault.
pub fn note(scene: &Scene, cases: &[Case]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let kind = |case: &Case| match case.strikes().collect::<Vec<Strike>>().as_slice() {
        [only] => only.kind,
        _ if case.runs.len() == 1 => "two in one run",
        _ => "one in each of two runs",
    };
    for case in cases {
        *counts.entry(kind(case)).or_default() += 1;
    }
    let is_single = |case: &Case| case.strikes().count() == 1;
    let layer = match cases.first().and_then(|case| case.strikes().next()) {
        Some(strike) if strike.layer == Layer::Files => "files",
        Some(strike) if strike.layer == Layer::Waits => "waits",
        _ if cases.iter().all(is_single) => "calls",
        _ => "pairs",
    };
    let (name, cloudhost) = (scene.workflow.name, &scene.cloudhost);
    let mut lines = String::new();
    for (kind, count) in counts {
        let _ = writeln!(lines, "{layer}\t{name}\t{cloudhost}\t{kind}\t{count}");
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
    std::fs::create_dir_all(&directory).unwrap();
    let file = format!("{layer} {name} {cloudhost}").replace([' ', ','], "-");
    std::fs::write(directory.join(file), lines).unwrap();
}
