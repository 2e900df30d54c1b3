//! What must be true after a fault, and after the same command once more.

use std::collections::BTreeMap;

use crate::faults::{Case, Layer};
use crate::scene::{Call, Moment, Scene, calls, places};
use crate::simcloud_state::{Kind, State, now_ms};
use crate::wholeness::{assert_whole, extension};
use crate::world::{Ended, World};

/// The sample build's passwords and tokens.
const SECRETS: [&str; 4] = [
    "aB3dE5fG7hJ9kL1mN2",
    "p9x7c3v1bp",
    "0123456789abcdefTOKEN",
    "s3secret/Example",
];

/// Right after the disturbed run: it ended, and said why in a line of its own; what is on the disk is whole.
pub fn after_the_fault(scene: &Scene, world: &World, case: &Case, ended: &Ended) {
    let what = format!("{case}\n{ended}");
    match ended.status {
        _ if case.is_deadly() => {}
        Some(0) => {}
        Some(1..=3) => {
            let sentence = format!("{}: ", scene.workflow.helper);
            let is_said = ended
                .stderr()
                .lines()
                .any(|line| line.starts_with(&sentence));
            let is_report = scene.workflow.reports && !ended.stdout().is_empty();
            assert!(is_said || is_report, "no sentence of its own: {what}");
        }
        status => panic!("ended with {status:?}: {what}"),
    }
    if scene.workflow.answers && ended.status == scene.undisturbed.status {
        // A listing that is lost altogether looks like one of nothing (s3cmd).
        let lost = case.has("empty-stdout") && scene.calls.iter().all(Call::is_of_the_datastore);
        let is_undetectable = lost || case.has("overwritten-stdout");
        assert!(
            is_undetectable || answer(scene, ended) == answer(scene, &scene.undisturbed),
            "another answer than '{}': {what}",
            scene.undisturbed.stdout()
        );
    }
    let now = Moment::of(world);
    assert_whole(scene, &now, &what);
    assert_nothing_lost(scene, &now, &what);
    assert_not_twice(scene, &now, case, &[], &what);
}

/// What a helper printed. A listing of objects has the times of its own world, so there the numbers do not count.
fn answer(scene: &Scene, ended: &Ended) -> String {
    let text = ended.stdout();
    if scene.workflow.helper == "ListFromDatastore" {
        return text.replace(|it: char| it.is_ascii_digit(), "#");
    }
    text.to_owned()
}

/// After the rerun: all is done and in order, or both of two are named.
pub fn in_the_end(scene: &Scene, world: &World, case: &Case, said: &[Ended], was_repeated: bool) {
    let shown: Vec<String> = said.iter().map(Ended::to_string).collect();
    let what = format!("{case}\n{}", shown.join("\n=== again\n"));
    let now = Moment::of(world);
    let again = said.last().filter(|_| was_repeated);
    let said: Vec<&Ended> = said.iter().collect();
    assert_whole(scene, &now, &what);
    assert_nothing_lost(scene, &now, &what);
    assert_no_secret(world, &what);
    assert_no_lock_is_held(world, &what);
    let is_twice = assert_not_twice(scene, &now, case, &said, &what);
    if is_twice {
        return;
    }
    if let Some(again) = again {
        let done = scene.workflow.done_already;
        let is_done = !done.is_empty() && again.stderr().contains(done);
        assert!(
            again.status == scene.undisturbed.status || is_done,
            "the rerun did not end well: {what}"
        );
    }
    if is_believed(scene, case, &said) {
        return;
    }
    assert_history(scene, &now, &said, &what);
    assert_same_cloud(&scene.after.cloud, &now.cloud, &what);
    assert_same_places(scene, &now, &what);
    assert_objects(scene, &now, &what);
}

/// Whether the datastore's tool printed nothing where it lists an object, which is what s3cmd prints when there is none,
/// and the helper said what it then goes without.
fn is_believed(scene: &Scene, case: &Case, said: &[&Ended]) -> bool {
    let is_of_the_datastore = case.strikes().any(|strike| {
        strike.layer == Layer::Calls
            && strike.kind == "empty-stdout"
            && scene.calls[strike.number - 1].is_of_the_datastore()
    });
    is_of_the_datastore && said.iter().any(|ended| ended.stderr().contains(" lacks "))
}

/// The ids recorded, by machine type.
fn recorded(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for (name, content) in files {
        if !name.ends_with("snapshots/snapshot_ids.dat") {
            continue;
        }
        for line in String::from_utf8_lossy(content).lines() {
            let (label, id) = line.split_once(':').unwrap();
            ids.insert(label.to_owned(), id.to_owned());
        }
    }
    ids
}

/// Every id recorded before has a successor, and every id recorded now can be used.
fn assert_nothing_lost(scene: &Scene, now: &Moment, what: &str) {
    let ids = recorded(&now.files);
    for label in recorded(&scene.before.files).keys() {
        assert!(
            ids.contains_key(label),
            "the id of the {label} is lost: {what}"
        );
    }
    for (label, id) in &ids {
        let snapshots = &now.cloud.snapshots;
        let snapshot = snapshots.iter().find(|it| it.id == *id);
        let is_usable = snapshot.is_some_and(|it| !it.failed && it.ready_ms <= now_ms());
        assert!(
            is_usable,
            "the id of the {label} is of no use: {id}: {what}"
        );
    }
}

/// No machine has two new snapshots, and no name two new machines, unless the provider itself made two: then both are
/// named. Whether there are two.
fn assert_not_twice(scene: &Scene, now: &Moment, case: &Case, said: &[&Ended], what: &str) -> bool {
    let mut new: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let before = &scene.before.cloud;
    for snapshot in &now.cloud.snapshots {
        if !before.snapshots.iter().any(|it| it.id == snapshot.id) {
            let key = (kind(snapshot.kind), without_time(&snapshot.name));
            new.entry(key).or_default().push(snapshot.id.clone());
        }
    }
    for machine in &now.cloud.machines {
        if !before.machines.iter().any(|it| it.id == machine.id) {
            let key = ("machine".to_owned(), machine.name.clone());
            new.entry(key).or_default().push(machine.id.clone());
        }
    }
    new.retain(|_, ids| ids.len() > 1);
    for (key, ids) in &new {
        assert!(
            case.doubles(),
            "two where one was wanted: {key:?} {ids:?}: {what}"
        );
        let is_said = |id: &&String| said.iter().any(|it| it.stderr().contains(id.as_str()));
        let unsaid: Vec<&String> = ids.iter().filter(|id| !is_said(id)).collect();
        // A template's snapshot is recorded in the manifest.
        let records = ["snapshot_ids.dat", "snapshot_manifest.json"];
        let records = now
            .files
            .iter()
            .filter(|(name, _)| records.iter().any(|it| name.ends_with(it)));
        let records: Vec<_> = records.map(|(_, it)| String::from_utf8_lossy(it)).collect();
        let is_recorded = |id: &&String| records.iter().any(|it| it.contains(id.as_str()));
        assert!(
            said.is_empty()
                || unsaid.is_empty()
                || unsaid.len() == 1 && unsaid.iter().all(is_recorded),
            "one of two is neither named nor recorded: {key:?} {ids:?}: {what}"
        );
    }
    !new.is_empty()
}

/// Each snapshot that was there before and is gone has its line in the history, unless the run said that the history
/// could not be written.
fn assert_history(scene: &Scene, now: &Moment, said: &[&Ended], what: &str) {
    let histories = now.files.iter();
    let histories = histories.filter(|(name, _)| name.ends_with("/history.jsonl"));
    let lines: Vec<String> = histories
        .flat_map(|(_, content)| {
            let text = String::from_utf8_lossy(content).into_owned();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let is_there = |id: &str| now.cloud.snapshots.iter().any(|it| it.id == id);
    let before = scene.before.cloud.snapshots.iter();
    for snapshot in before.filter(|it| !is_there(&it.id)) {
        let id = format!("\"{}\"", snapshot.id);
        let noted = lines.iter().filter(|line| line.contains(&id)).count();
        let is_said = said.iter().any(|ended| {
            let mut lines = ended.stderr().lines();
            lines.any(|line| line.contains("the history lacks the") && line.contains(&snapshot.id))
        });
        assert!(
            noted > 0 || is_said,
            "the history lacks {}: {what}",
            snapshot.id
        );
    }
}

fn kind(kind: Kind) -> String {
    format!("{kind:?}")
}

/// The provider has what it has after an undisturbed run.
fn assert_same_cloud(expected: &State, now: &State, what: &str) {
    let machines = |state: &State| {
        let mut names: Vec<String> = state.machines.iter().map(|it| it.name.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(machines(now), machines(expected), "machines: {what}");
    let snapshots = |state: &State| {
        let all = state.snapshots.iter();
        let mut names: Vec<(String, String)> = all
            .map(|it| (kind(it.kind), without_time(&it.name)))
            .collect();
        names.sort();
        names
    };
    assert_eq!(snapshots(now), snapshots(expected), "snapshots: {what}");
}

/// A name without the time that exoscale puts at its end.
fn without_time(name: &str) -> String {
    let end = |end: &str| end.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once('_') {
        Some((start, time)) if end(time) => start.to_owned(),
        _ => name.to_owned(),
    }
}

/// The same files are there with the same modes as after an undisturbed run, and no other, save the empty files of
/// locks that nobody holds.
fn assert_same_places(scene: &Scene, now: &Moment, what: &str) {
    let mut modes = now.modes.clone();
    modes.retain(|name, _| extension(name) != "lock");
    assert_eq!(modes, scene.after.modes, "files and modes: {what}");
}

/// The datastore has the records that are on this machine, where an undisturbed run leaves it so.
fn assert_objects(scene: &Scene, now: &Moment, what: &str) {
    let names = |moment: &Moment| moment.objects.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(now), names(&scene.after), "objects: {what}");
    if scene.workflow.helper.contains("Datastore") {
        assert_eq!(now.objects, scene.after.objects, "objects: {what}");
        assert_eq!(now.files, scene.after.files, "files: {what}");
    }
    for name in now.objects.keys() {
        let is_expected = is_the_record_here(&scene.after, name);
        let is_so = is_the_record_here(now, name) || !is_expected;
        assert!(is_so, "'{name}' is not the record here: {what}");
    }
}

/// Whether an object is the same as the record of its name, if there is one.
fn is_the_record_here(moment: &Moment, object: &str) -> bool {
    let base = object.rsplit('/').next().unwrap();
    let record = format!("snapshots/{base}");
    let local = moment
        .files
        .iter()
        .find(|(path, _)| path.ends_with(&record));
    local.is_none_or(|(_, local)| *local == moment.objects[object])
}

/// No argument of any call held a secret.
fn assert_no_secret(world: &World, what: &str) {
    for call in calls(world) {
        let told = call
            .argv
            .iter()
            .any(|word| SECRETS.iter().any(|it| word.contains(it)));
        assert!(
            !told && !call.secret_argv,
            "a secret in {:?}: {what}",
            call.argv
        );
    }
}

/// Every directory and file can be locked at once.
fn assert_no_lock_is_held(world: &World, what: &str) {
    for path in places(&world.home("runtimedata")) {
        let is_free = std::fs::File::open(&path).unwrap().try_lock().is_ok();
        assert!(is_free, "'{}' is locked: {what}", path.display());
    }
}
