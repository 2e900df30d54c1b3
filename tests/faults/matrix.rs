//! Runs the faults of a scene one by one, each in a world of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::counts;
use crate::faults::{Layer, Strike};
use crate::invariants;
use crate::scene::{Scene, Workflow, calls, interposed, operations};
use crate::simcloud_state::Fault;
use crate::wholeness::is_temporary;
use crate::world::{Ended, World};

/// Most of a case is waiting for processes, so several go on at a time.
const AT_A_TIME: usize = 4;

/// The name of the threads in which cases run.
const WORKER: &str = "cases";

/// A failed test shows this many of the cases that failed; what they show is long.
const SHOWN: usize = 3;

/// Disturbs every provider call of the workflow at a cloud in every way; there must be `floor` calls at least.
pub fn disturb_calls(workflow: &'static Workflow, cloudhost: &str, floor: usize) {
    let scene = recorded(workflow, cloudhost);
    assert!(
        scene.calls.len() >= floor,
        "only {} calls were seen: {:?}",
        scene.calls.len(),
        scene.calls
    );
    let strikes = Strike::at_calls(&scene);
    run_all(&scene, &strikes);
}

/// Disturbs every file operation of the workflow in every way; there must be `floor` operations at least.
pub fn disturb_files(workflow: &'static Workflow, cloudhost: &str, floor: usize) {
    let scene = recorded(workflow, cloudhost);
    assert!(
        scene.operations.len() >= floor,
        "only {} file operations were seen: {:#?}",
        scene.operations.len(),
        scene.operations
    );
    let strikes = Strike::at_operations(&scene);
    run_all(&scene, &strikes);
}

fn recorded(workflow: &'static Workflow, cloudhost: &str) -> Scene {
    let scene = Scene::record(workflow, cloudhost);
    assert!(
        matches!(scene.undisturbed.status, Some(0 | 1)),
        "{}",
        scene.undisturbed
    );
    scene
}

fn run_all(scene: &Scene, strikes: &[Strike]) {
    quieten();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            let worker = std::thread::Builder::new().name(WORKER.to_owned());
            let work = || {
                while let Some(strike) = strikes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let case = catch_unwind(AssertUnwindSafe(|| run(scene, *strike)));
                    if let Err(why) = case {
                        failures.lock().unwrap().push((*strike, why));
                    }
                }
            };
            worker.spawn_scoped(scope, work).unwrap();
        }
    });
    counts::note(scene, strikes);
    let (name, cloudhost) = (scene.workflow.name, &scene.cloudhost);
    println!("{name} at {cloudhost}: {} cases", strikes.len());
    let failures = failures.into_inner().unwrap();
    for (strike, why) in failures.iter().take(SHOWN) {
        println!(
            "=== {strike}: {}\n{}",
            place(scene, *strike),
            words(why.as_ref())
        );
    }
    let which: Vec<String> = failures
        .iter()
        .map(|(strike, why)| {
            let first = words(why.as_ref())
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            format!("{strike}: {}: {first}", place(scene, *strike))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{name} at {cloudhost}: {} of {} cases failed:\n{}",
        failures.len(),
        strikes.len(),
        which.join("\n")
    );
}

/// What a failed case says is kept and told in order at the end.
fn quieten() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some(WORKER) {
                usual(panic);
            }
        }));
    });
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words")
}

/// What a fault strikes.
fn place(scene: &Scene, strike: Strike) -> String {
    let number = strike.number - 1;
    match strike.layer {
        Layer::Calls => {
            let call = &scene.calls[number];
            let argv: String = call.argv.join(" ").chars().take(80).collect();
            format!("{} {argv}", call.tool)
        }
        Layer::Files => scene.operations[number].clone(),
    }
}

/// One disturbed run, and the same command undisturbed unless all was done.
fn run(scene: &Scene, strike: Strike) {
    let world = scene.start.twin();
    let disturbed = disturb(scene, &world, strike);
    invariants::after_the_fault(scene, &world, strike, &disturbed);
    let expected = scene.undisturbed.status;
    // What could not be removed is removed by the next run.
    let is_left = world.files().keys().any(|name| is_temporary(name));
    let is_due = disturbed.status != expected || is_left;
    let again = is_due.then(|| (scene.workflow.run)(&world).ends());
    invariants::in_the_end(scene, &world, strike, &disturbed, again.as_ref());
}

fn disturb(scene: &Scene, world: &World, strike: Strike) -> Ended {
    let run = (scene.workflow.run)(world);
    match strike.layer {
        Layer::Calls => {
            world.faults(&[Fault {
                tool: "*".into(),
                call: u64::try_from(strike.number).unwrap(),
                times: 1,
                kind: strike.kind.into(),
                ms: 50,
                ..Fault::default()
            }]);
            let run = match strike.kind {
                "hang" => run.env("ADT_CALL_SECONDS", "1"),
                _ => run,
            };
            let ended = run.ends();
            let struck = calls(world).iter().filter(|it| it.fault.is_some()).count();
            assert_eq!(struck, 1, "the fault did not strike once: {ended}");
            world.faults(&[]);
            ended
        }
        Layer::Files => {
            let at = Some((strike.number, strike.kind));
            let ended = interposed(world, run, scene.workflow.helper, at).ends();
            let seen = operations(world);
            let struck = seen.get(strike.number - 1);
            let expected = &scene.operations[strike.number - 1];
            assert_eq!(
                struck.map(|it| nameless(it)),
                Some(nameless(expected)),
                "another operation was struck: {ended}"
            );
            ended
        }
    }
}

/// An operation without the random end of a temporary name.
fn nameless(operation: &str) -> String {
    let mut parts = Vec::new();
    for part in operation.split('/') {
        parts.push(match part.rsplit_once('-') {
            Some((start, _)) if is_temporary(part) => start,
            _ => part,
        });
    }
    parts.join("/")
}
