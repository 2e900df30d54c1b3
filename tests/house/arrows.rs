//! The arrows between modules, read from the paths that they name: they go down only, and never in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{read, root, sources};

/// The floors of the house, from the roof to the cellar. A module may use those on the floors below it, no others.
const FLOORS: [&[&str]; 14] = [
    &["helpers"],
    &["helper", "installation"],
    &["restoring"],
    &["reach", "checking"],
    &["build", "waiting"],
    &["records"],
    &["toolkit", "cloud", "datastore", "ssh"],
    &["command"],
    &["ask", "files", "json", "start"],
    &["patience"],
    &["console"],
    &["names"],
    &["durations", "foreign_text"],
    &[],
];

/// A module by its file below `src`, without `.rs`.
type Module = String;

/// What each module uses, by its own name; what only tests and fuzzing compile is left out.
fn arrows() -> BTreeMap<Module, BTreeSet<Module>> {
    let texts = texts();
    let named: BTreeMap<&Module, Vec<Vec<String>>> = texts
        .iter()
        .map(|(module, text)| (module, paths(module, text)))
        .collect();
    let mut arrows = BTreeMap::new();
    for (module, paths) in &named {
        let targets = paths.iter().filter_map(|path| defining(path, &named, 0));
        let others = targets.filter(|target| target != *module);
        arrows.insert((*module).clone(), others.collect());
    }
    arrows
}

/// The text of each module, without comments, tests and what is there for tests.
fn texts() -> BTreeMap<Module, String> {
    let mut texts = BTreeMap::new();
    let mut for_tests = Vec::new();
    for path in sources("src") {
        let below = path.strip_prefix(root().join("src")).unwrap();
        let module = below.with_extension("").to_str().unwrap().to_owned();
        let whole = read(&path);
        let text = whole.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let mut is_for_tests = false;
        for line in text.lines() {
            if let (true, Some((_, name))) = (is_for_tests, line.split_once("mod ")) {
                let name = name.trim_end_matches(';');
                let parent = if module == "lib" { "" } else { module.as_str() };
                for_tests.push(format!("{parent}/{name}").trim_matches('/').to_owned());
            }
            is_for_tests = line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(any(test");
        }
        let code = text.lines().map(|line| line.split("//").next().unwrap());
        texts.insert(module, code.collect::<Vec<_>>().join("\n"));
    }
    let is_for_tests = |module: &Module| {
        let mut places = for_tests.iter();
        places.any(|place| module == place || module.starts_with(&format!("{place}/")))
    };
    texts.retain(|module, _| module != "lib" && module != "main" && !is_for_tests(module));
    texts
}

/// The paths that a module imports or names, from the crate's root.
fn paths(module: &str, text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for statement in text.split(';') {
        let Some((before, tree)) = statement.rsplit_once("use ") else {
            continue;
        };
        let line = before.rsplit('\n').next().unwrap().trim();
        if line.is_empty() || line.starts_with("pub") {
            branches(tree, &mut Vec::new(), &mut found);
        }
    }
    for root in ["crate::", "super::"] {
        for (at, _) in text.match_indices(root) {
            let rest = text.get(at..).unwrap();
            let is_of_path = |it: char| it.is_alphanumeric() || it == '_' || it == ':';
            let path = rest.split(|it| !is_of_path(it)).next().unwrap();
            found.push(path.split("::").map(str::to_owned).collect());
        }
    }
    let whole = found.into_iter().map(|path| from_the_root(module, path));
    whole.collect()
}

/// Adds each path of a tree such as `a::{b, c::d}`.
fn branches(tree: &str, stem: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let Some((front, inner)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap();
        let mut path = stem.clone();
        path.extend(name.split("::").map(|part| part.trim().to_owned()));
        path.retain(|part| part != "self" && !part.is_empty());
        found.push(path);
        return;
    };
    let depth = stem.len();
    let front = front.split("::").map(|part| part.trim().to_owned());
    stem.extend(front.filter(|part| !part.is_empty()));
    let inner = inner.rsplit_once('}').unwrap().0;
    let (mut open, mut start) = (0, 0);
    for (at, character) in inner.char_indices().chain([(inner.len(), ',')]) {
        match character {
            '{' => open += 1,
            '}' => open -= 1,
            ',' if open == 0 => {
                let branch = inner.get(start..at).unwrap();
                if !branch.trim().is_empty() {
                    branches(branch, stem, found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    stem.truncate(depth);
}

/// `path` as it is named in `module`, from the crate's root.
fn from_the_root(module: &str, path: Vec<String>) -> Vec<String> {
    let mut here: Vec<String> = module.split('/').map(str::to_owned).collect();
    let mut rest = path.into_iter().peekable();
    if rest.next_if(|part| part == "crate").is_some() {
        here.clear();
    }
    while rest.next_if(|part| part == "super").is_some() {
        here.pop();
    }
    here.extend(rest);
    here
}

/// The module that defines what `path` names, through what modules import and hand on.
fn defining(
    path: &[String],
    named: &BTreeMap<&Module, Vec<Vec<String>>>,
    hops: usize,
) -> Option<Module> {
    let lengths = (1..=path.len()).rev();
    let (length, module) = lengths
        .map(|length| (length, path[..length].join("/")))
        .find(|(_, module)| named.contains_key(module))?;
    let handed_on = path.get(length).and_then(|name| {
        let mut imports = named[&module].iter();
        imports.find(|it| it.last() == Some(name) && **it != *path)
    });
    match handed_on {
        Some(from) if hops < 8 => {
            let whole: Vec<String> = from.iter().chain(&path[length + 1..]).cloned().collect();
            defining(&whole, named, hops + 1)
        }
        _ => Some(module),
    }
}

fn first(module: &str) -> &str {
    module.split('/').next().unwrap()
}

fn floor(module: &str) -> usize {
    let of = |floor: &&[&str]| floor.contains(&first(module));
    let floor = FLOORS.iter().position(of);
    assert!(floor.is_some(), "'{}' stands on no floor", first(module));
    floor.unwrap()
}

#[test]
fn arrows_go_down_only() {
    for (module, targets) in arrows() {
        for target in targets {
            assert!(
                first(&module) == first(&target) || floor(&module) < floor(&target),
                "src/{module}.rs uses src/{target}.rs, which does not stand on a floor below it"
            );
        }
    }
}

#[test]
fn no_helper_imports_another() {
    let helper = |module: &str| -> Option<String> {
        let parts: Vec<&str> = module.split('/').collect();
        let is_one = parts.first() == Some(&"helper") && parts.len() > 2;
        is_one.then(|| parts[..3].join("/"))
    };
    for (module, targets) in arrows() {
        let Some(own) = helper(&module) else {
            continue;
        };
        for other in targets.iter().filter_map(|target| helper(target)) {
            assert_eq!(own, other, "src/{module}.rs imports another helper");
        }
    }
}

/// Modules of one folder. What a module's own file and the files in its folder use of each other is no circle: they are
/// one module.
#[test]
fn no_modules_of_a_folder_stand_in_a_circle() {
    let mut folders: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (module, targets) in arrows() {
        for target in targets {
            let (from, to): (Vec<&str>, Vec<&str>) =
                (module.split('/').collect(), target.split('/').collect());
            let alike = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if let (Some(one), Some(other)) = (from.get(alike), to.get(alike)) {
                let folder = folders.entry(from[..alike].join("/")).or_default();
                let of_one = folder.entry((*one).to_owned()).or_default();
                of_one.insert((*other).to_owned());
            }
        }
    }
    for (folder, arrows) in folders {
        for start in arrows.keys() {
            let mut reached = BTreeSet::new();
            let mut next = vec![start];
            while let Some(module) = next.pop() {
                for target in arrows.get(module).into_iter().flatten() {
                    assert_ne!(target, start, "a circle in src/{folder}: {reached:?}");
                    if reached.insert(target) {
                        next.push(target);
                    }
                }
            }
        }
    }
}

#[test]
fn every_way_of_naming_a_module_is_seen() {
    let text = "use std::fmt;\nuse super::{near::One, Two as Three};\npub(crate) use crate::a::b::{self, c::{D, E}};\n\
                fn f() -> crate::g::H { super::super::i::j() }";
    let found = paths("x/y", text);
    for path in [
        "x/near/One",
        "x/Two",
        "a/b",
        "a/b/c/D",
        "a/b/c/E",
        "g/H",
        "i/j",
    ] {
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        assert!(found.contains(&path), "{path:?} in {found:?}");
    }
    assert!(arrows().values().map(BTreeSet::len).sum::<usize>() > 500);
}
