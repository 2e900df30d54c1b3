//! Rules of the house that no compiler checks.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "house/arrows.rs"]
mod arrows;

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(below: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![root().join(below)];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The names of all test functions.
fn tests() -> Vec<String> {
    let mut names = Vec::new();
    for path in sources("src").into_iter().chain(sources("tests")) {
        let text = read(&path);
        let lines = text.lines().map(str::trim);
        names.extend(
            lines.filter_map(|line| Some(line.strip_prefix("fn ")?.split('(').next()?.to_owned())),
        );
    }
    names
}

#[test]
fn every_correction_names_a_test_that_exists() {
    let tests = tests();
    let page = read(&root().join("docs/COMPATIBILITY.md"));
    let mut checked = 0;
    for row in page.lines().filter(|line| line.starts_with('|')) {
        let Some(cell) = row.trim_end_matches('|').rsplit('|').next() else {
            continue;
        };
        let Some(name) = cell
            .trim()
            .strip_prefix('`')
            .and_then(|cell| cell.strip_suffix('`'))
        else {
            continue;
        };
        assert!(
            tests.iter().any(|test| test == name),
            "docs/COMPATIBILITY.md names '{name}', which is no test"
        );
        checked += 1;
    }
    assert!(checked > 20, "only {checked} rows were read");
}

#[test]
fn paths_of_the_toolkits_state_are_spelt_in_one_place() {
    for path in sources("src") {
        let is_the_place =
            path.ends_with("toolkit/build_home.rs") || path.ends_with("toolkit/build_directory.rs");
        if is_the_place {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            let spells =
                line.contains("\"runtimedata") || line.contains("join(\"build_environment");
            assert!(!spells, "{}:{}: {line}", path.display(), number + 1);
        }
    }
}

#[test]
fn every_helper_has_a_section_of_the_compatibility_page_and_a_test() {
    let page = read(&root().join("docs/COMPATIBILITY.md"));
    let tests: String = sources("tests").iter().map(|path| read(path)).collect();
    for helper in adt_helpers::helpers::ALL {
        // Those of a family are told as one, and tested by the verb and the class.
        let families = ["ConnectTo", "CopyTo", "CopyFrom", "ExecuteOn"];
        let family = families.iter().find(|verb| helper.name.starts_with(**verb));
        let name = family.map_or(helper.name, |verb| verb);
        assert!(
            page.contains(name),
            "docs/COMPATIBILITY.md says nothing of {}",
            helper.name
        );
        assert!(
            tests.contains(&format!("\"{name}")),
            "no test runs {}",
            helper.name
        );
    }
}

#[test]
fn every_json_report_has_a_schema_of_its_version() {
    let mut checked = 0;
    let stories = || {
        sources("src/helper")
            .into_iter()
            .chain(sources("src/restoring"))
    };
    for path in stories() {
        let text = read(&path);
        let Some(command) = text.split("json::print_report(").nth(1) else {
            continue;
        };
        let Some(version) = text.split("const VERSION: u32 = ").nth(1) else {
            continue;
        };
        let command = command.split('"').nth(1).unwrap();
        let version = version.split(';').next().unwrap();
        let schema = read(&root().join(format!("docs/schemas/{command}.schema.json")));
        let words = format!("\"version\": {{ \"const\": {version} }}");
        assert!(schema.contains(&words), "{command}: version {version}");
        checked += 1;
    }
    let with_json = stories().filter(|path| read(path).contains("pub json: bool"));
    assert_eq!(checked, with_json.count(), "a report has no schema");
}

#[test]
fn no_file_is_two_things() {
    for path in sources("src") {
        let count = read(&path).lines().count();
        assert!(
            count <= 400,
            "{} has {count} lines; look for the seam",
            path.display()
        );
    }
}

#[test]
fn no_program_has_unsafe_code() {
    for path in sources("src") {
        for (number, line) in read(&path).lines().enumerate() {
            let has_some = line.contains("unsafe") && line != "#![forbid(unsafe_code)]";
            assert!(!has_some, "{}:{}: {line}", path.display(), number + 1);
        }
    }
}
