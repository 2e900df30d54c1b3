//! Several runs at once on one `BUILD_HOME`.

use super::*;

#[test]
fn eight_runs_at_once_lose_no_line_and_make_one_snapshot_a_machine() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 200);
        let labels = TYPES.map(|(_, label)| label).into_iter().cycle().take(8);
        let runs: Vec<_> = labels
            .map(|label| {
                let run = world
                    .helper(Door::Binary, "ObtainWholeMachineSnapshot")
                    .args(["--type", label, "--os", "debian"])
                    .starts();
                (label, run)
            })
            .collect();
        let mut recorded = Vec::new();
        for (label, run) in runs {
            let output = run.wait_with_output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.success() {
                recorded.push(label);
            } else {
                assert!(
                    stderr.contains("exists and is recorded"),
                    "{cloudhost} {label}: {stderr}"
                );
            }
        }
        recorded.sort_unstable();
        let mut every = TYPES.map(|(_, label)| label);
        every.sort_unstable();
        assert_eq!(recorded, every, "{cloudhost}");
        assert_eq!(world.made().len(), 5, "{cloudhost}");
        let ids = world.ids();
        let mut lines: Vec<&str> = ids.lines().collect();
        lines.sort_unstable();
        let mut expected: Vec<String> = TYPES
            .iter()
            .map(|(_, label)| {
                let name = world.snapshot_name(label);
                let made = world
                    .made()
                    .into_iter()
                    .find(|made| made.name == name)
                    .unwrap();
                format!("{label}:{}", made.id)
            })
            .collect();
        expected.sort_unstable();
        assert_eq!(lines, expected);
        let uploaded =
            &world.bucket(&format!("www-testwebsite-uk-{cloudhost}-snap"))["snapshot_ids.dat"];
        assert_eq!(
            String::from_utf8_lossy(uploaded),
            ids,
            "the last upload has every line"
        );
        assert_eq!(world.pending(), [""; 0]);
    }
}
