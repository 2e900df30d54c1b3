use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::ALL;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names_in(directory: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().path());
    names
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_property_holds_for_its_corpus() {
    for (name, property) in ALL {
        let corpus = std::fs::read_dir(fuzz().join("corpus").join(name)).unwrap();
        let mut checked = 0;
        for entry in corpus {
            let path = entry.unwrap().path();
            let data = std::fs::read(&path).unwrap();
            let held = std::panic::catch_unwind(|| property(&data));
            assert!(
                held.is_ok(),
                "{name} does not hold for '{}'",
                path.display()
            );
            checked += 1;
        }
        assert!(checked > 0, "the corpus of {name} is empty");
        property(b"");
    }
}

#[test]
fn every_property_has_a_fuzz_target_and_a_corpus_and_no_other_is_there() {
    let names: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names_in(&fuzz().join("fuzz_targets")), names);
    assert_eq!(names_in(&fuzz().join("corpus")), names);
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in names {
        let words = format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&words), "{name}");
    }
}

#[test]
fn the_corpus_is_small() {
    let corpus = names_in(&fuzz().join("corpus")).into_iter();
    let files =
        corpus.flat_map(|name| std::fs::read_dir(fuzz().join("corpus").join(name)).unwrap());
    let bytes: u64 = files
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    assert!(bytes < 300_000, "{bytes} bytes");
}
