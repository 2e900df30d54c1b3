//! How many cases there were, for `tests/faults/table`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::faults::{Layer, Strike};
use crate::scene::Scene;

/// Leaves a line `layer <tab> workflow <tab> cloudhost <tab> kind <tab> count` for each kind of fault.
pub fn note(scene: &Scene, strikes: &[Strike]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for strike in strikes {
        *counts.entry(strike.kind).or_default() += 1;
    }
    let layer = match strikes.first().map(|strike| strike.layer) {
        Some(Layer::Calls) => "calls",
        _ => "files",
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
