//! What one run of a helper printed, changed and left.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use crate::scenario::Scenario;
use crate::world::World;

/// A text for each aspect.
#[derive(Debug, Default)]
pub struct Seen(pub BTreeMap<String, String>);

impl Seen {
    /// Looks at what a run left in its world.
    pub fn of(world: &World, scenario: &Scenario, output: &Output) -> Self {
        let mut seen = Self::default();
        if scenario.reads.stdout() {
            seen.put("stdout", text(&output.stdout));
        }
        if scenario.reads == crate::scenario::Reads::AllStreams {
            seen.put("stderr", text(&output.stderr));
        }
        if scenario.reads.status() {
            // No caller reads more of it.
            let status = if output.status.success() {
                "success"
            } else {
                "failure"
            };
            seen.put("status", status.into());
        }
        if output.status.code() == Some(124) {
            seen.put("end", "it did not end".into());
        }
        seen.put(
            "changes",
            with_rules_in_order(&without_places(&world.changes().join("\n"))),
        );
        seen.put("programs", read(&world.path("cloud/programs.log")));
        let ends = world.path("sandbox/tmp/END_IT_ALL").exists();
        seen.put("END_IT_ALL", if ends { "there" } else { "" }.into());
        let state = if scenario.on_autoscaler {
            "runtime"
        } else {
            "runtimedata"
        };
        seen.tree("file", &world.home(state), true);
        seen.tree("bucket", &world.path("cloud/buckets"), false);
        seen.cloud(world);
        seen.blur(scenario);
        seen
    }

    fn put(&mut self, aspect: &str, text: String) {
        self.0.insert(aspect.to_owned(), text);
    }

    fn tree(&mut self, kind: &str, root: &Path, with_modes: bool) {
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().display().to_string();
                if is_the_other_name(&path, root) {
                    self.put(&format!("{kind} {name}"), "-> the records".into());
                    continue;
                }
                // What is linked is what a script finds by that name.
                if path.is_symlink() && !path.is_dir() {
                    let target = path.read_link().unwrap();
                    self.put(
                        &format!("{kind} {name}"),
                        format!("-> {}", target.display()),
                    );
                } else if path.is_dir() {
                    folders.push(path);
                } else {
                    self.put(&format!("{kind} {name}"), content(&path));
                    if with_modes {
                        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
                        self.put(&format!("mode {name}"), format!("{mode:o}"));
                    }
                }
            }
        }
    }

    /// What the provider has: machines and what they were made with, snapshots, networks, firewalls and keys. An id or an
    /// address says only in which order things were made, which the changes tell.
    fn cloud(&mut self, world: &World) {
        let state = serde_json::to_value(world.state()).unwrap();
        let rows = |kind: &str| state[kind].as_array().cloned().unwrap_or_default();
        let kinds = ["machines", "snapshots", "vpcs", "firewalls", "keys"];
        let names: BTreeMap<String, String> = ["vpcs", "firewalls", "keys"]
            .into_iter()
            .flat_map(rows)
            .map(|row| (plain(&row["id"]), plain(&row["name"])))
            .collect();
        for kind in kinds {
            let rows = rows(kind).into_iter().map(|mut row| {
                let fields = row.as_object_mut().unwrap();
                let is_left_out = |name: &str| {
                    name.ends_with("_ms") || ["id", "public_ip", "fingerprint"].contains(&name)
                };
                fields.retain(|name, _| !is_left_out(name));
                sort_rules(&mut row);
                let mut text = row.to_string();
                for (id, name) in &names {
                    text = text.replace(id, name);
                }
                without_times(&text)
            });
            let mut rows: Vec<String> = rows.collect();
            rows.sort();
            self.put(&format!("cloud {kind}"), rows.join("\n"));
        }
    }

    /// Puts a word in the place of what is drawn at random.
    fn blur(&mut self, scenario: &Scenario) {
        // The trail has the second in it.
        if let Some(trail) = self.0.get_mut("file ssh-audit/audit_trail") {
            let lines = trail.lines().filter_map(|line| line.rsplit_once(" from "));
            *trail = lines.map(|(_, from)| from).collect::<Vec<_>>().join("\n");
        }
        let random: &[(&str, &str)] = match scenario.helper {
            "InitialiseServerUserCredentials" => &[
                (
                    "file * credentials/SERVERUSER",
                    "a user of X, 18 letters and digits, X",
                ),
                (
                    "file * credentials/SERVERUSERPASSWORD",
                    "a password of 18 letters and digits",
                ),
            ],
            "CreateServer" => &[(
                "file * EMERGENCY_PASSWORD",
                "a password of 16 letters and digits",
            )],
            _ => return,
        };
        for (file, word) in random {
            let place = file
                .replace('*', &format!("{}/test-build/", scenario.cloud))
                .replace("/ ", "/");
            let Some(value) = self.0.get(&place).map(|it| it.trim_end().to_owned()) else {
                continue;
            };
            let length = if word.contains("16") { 16 } else { 18 };
            let core = if word.contains('X') {
                value
                    .strip_prefix('X')
                    .and_then(|it| it.strip_suffix('X'))
                    .unwrap_or_default()
            } else {
                &value
            };
            if core.len() != length || !core.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                continue;
            }
            for text in self.0.values_mut() {
                *text = text.replace(&value, word);
            }
        }
    }
}

/// Whether it is the directory of records under its documented name, and no other than the one that the scripts know.
fn is_the_other_name(path: &Path, root: &Path) -> bool {
    let Ok(rest) = path.strip_prefix(root.join("wholemachinebackups")) else {
        return false;
    };
    let theirs = root.join("wholemachinesnapshots").join(rest);
    path.ends_with("snapshots")
        && std::fs::canonicalize(theirs).is_ok_and(|it| it == std::fs::canonicalize(path).unwrap())
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Without the times that exo puts into names: ten digits, of seconds, or fourteen, of a date.
fn without_times(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|it: char| it.is_ascii_digit()) {
        let digits = rest[at..].find(|it: char| !it.is_ascii_digit());
        let end = digits.map_or(rest.len(), |count| at + count);
        plain.push_str(&rest[..at]);
        let is_time = [10, 14].contains(&(end - at)) && plain.ends_with(['-', '_']);
        plain.push_str(if is_time { "<time>" } else { &rest[at..end] });
        rest = &rest[end..];
    }
    plain + rest
}

/// The rules of a firewall, whose script adds them all at once, in order.
fn sort_rules(row: &mut serde_json::Value) {
    let Some(rules) = row.get_mut("rules").and_then(|it| it.as_array_mut()) else {
        return;
    };
    for rule in rules.iter_mut() {
        rule.as_object_mut().unwrap().remove("id");
    }
    rules.sort_by_key(ToString::to_string);
}

/// The calls without where the configuration of a machine is read from: what is in it is compared at the provider.
fn without_places(calls: &str) -> String {
    let mut words = Vec::new();
    for word in calls.split(' ') {
        let is_place = ["--user-data-file", "--cloud-init"].contains(words.last().unwrap_or(&""));
        match word.split_once('\n') {
            Some((_, rest)) if is_place && word.starts_with('/') => {
                words.push("<configuration>\n");
                words.push(rest);
            }
            None if is_place && word.starts_with('/') => words.push("<configuration>"),
            _ => words.push(word),
        }
    }
    words.join(" ").replace("\n ", "\n")
}

/// The calls with those that add rules to a group of exoscale's sorted: the toolkit's script makes them at the same time.
fn with_rules_in_order(calls: &str) -> String {
    let mut calls: Vec<&str> = calls.split('\n').collect();
    let is_rule = |call: &str| call.starts_with("exo compute security-group rule add ");
    for part in calls.chunk_by_mut(|one, other| is_rule(one) && is_rule(other)) {
        part.sort_unstable();
    }
    calls.join("\n")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// A file's bytes, or the members of an archive of keys, which has the time in it.
fn content(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    if !path.to_string_lossy().ends_with(".tar.gz") {
        return text(&bytes);
    }
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
    let mut members = BTreeMap::new();
    for entry in archive.entries().into_iter().flatten().flatten() {
        let mut entry = entry;
        let name = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if entry.header().entry_type().is_file() {
            members.insert(name.trim_start_matches("./").to_owned(), text(&bytes));
        }
    }
    let mut all = String::new();
    for (name, text) in members {
        let _ = writeln!(all, "{name}: {text}");
    }
    all
}
