//! Runs the faults of a scene one by one, each in a world of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::counts;
use crate::faults::{Case, Layer, Strike};
use crate::invariants;
use crate::scene::{Scene, Workflow, calls, interposed, operations};
use crate::simcloud_state::Fault;
use crate::wholeness::is_temporary;
use crate::world::{Ended, World};

/// Most of a case is waiting for processes, so several go on at a time.
const AT_A_TIME: usize = 4;

/// The name of the threads in which cases run.
const WORKER: &str = "cases";

/// A wait that goes on has the same looks again and again, so as many of its sleeps are interrupted at most.
const WAITS: usize = 10;

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
    run_all(&scene, &Case::each_of(strikes));
}

/// Disturbs provider calls of the workflow at a cloud in so many ways.
pub fn disturb_some(workflow: &'static Workflow, cloudhost: &str, count: usize) {
    let scene = recorded(workflow, cloudhost);
    let name = format!("{} {cloudhost}", workflow.name);
    let strikes = Strike::some(&Strike::at_calls(&scene), &name, count);
    run_all(&scene, &Case::each_of(strikes));
}

/// Disturbs provider calls of the workflow at a cloud two at a time, in so many ways.
pub fn disturb_pairs(workflow: &'static Workflow, cloudhost: &str, count: usize) {
    let scene = recorded(workflow, cloudhost);
    let strikes = Strike::at_calls(&scene);
    let name = format!("{} {cloudhost}", workflow.name);
    run_all(&scene, &Case::pairs(&strikes, &name, count));
}

/// Interrupts the workflow at each of its first waits; there must be `floor` waits at least.
pub fn disturb_waits(workflow: &'static Workflow, cloudhost: &str, floor: usize) {
    let scene = recorded(workflow, cloudhost);
    assert!(scene.waits >= floor, "only {} waits were seen", scene.waits);
    run_all(&scene, &Case::each_of(Strike::at_waits(&scene, WAITS)));
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
    run_all(&scene, &Case::each_of(strikes));
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

fn run_all(scene: &Scene, cases: &[Case]) {
    quieten();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            let worker = std::thread::Builder::new().name(WORKER.to_owned());
            let work = || {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = catch_unwind(AssertUnwindSafe(|| run(scene, case)));
                    if let Err(why) = outcome {
                        failures.lock().unwrap().push((case, why));
                    }
                }
            };
            worker.spawn_scoped(scope, work).unwrap();
        }
    });
    counts::note(scene, cases);
    let (name, cloudhost) = (scene.workflow.name, &scene.cloudhost);
    println!("{name} at {cloudhost}: {} cases", cases.len());
    let failures = failures.into_inner().unwrap();
    for (case, why) in failures.iter().take(SHOWN) {
        println!(
            "=== {case}: {}\n{}",
            place(scene, case),
            words(why.as_ref())
        );
    }
    let which: Vec<String> = failures
        .iter()
        .map(|(case, why)| {
            let first = words(why.as_ref())
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            format!("{case}: {}: {first}", place(scene, case))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{name} at {cloudhost}: {} of {} cases failed:\n{}",
        failures.len(),
        cases.len(),
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

/// What the faults strike.
fn place(scene: &Scene, case: &Case) -> String {
    let of = |strike: Strike| {
        let number = strike.number - 1;
        match strike.layer {
            Layer::Calls => {
                let call = &scene.calls[number];
                let argv: String = call.argv.join(" ").chars().take(80).collect();
                format!("{} {argv}", call.tool)
            }
            Layer::Files => scene.operations[number].clone(),
            Layer::Waits => format!("of {}", scene.waits),
        }
    };
    case.strikes().map(of).collect::<Vec<_>>().join(", ")
}

/// The disturbed runs, and the same command undisturbed unless all was done.
fn run(scene: &Scene, case: &Case) {
    let world = scene.start.twin();
    let expected = scene.undisturbed.status;
    let mut said: Vec<Ended> = Vec::new();
    for (number, strikes) in case.runs.iter().enumerate() {
        // A run that goes on with what another one left makes fewer calls.
        let is_sure = number == 0 && scene.workflow.is_steady;
        let disturbed = disturb(scene, &world, strikes, is_sure);
        invariants::after_the_fault(scene, &world, case, &disturbed);
        let is_done = disturbed.status == expected;
        said.push(disturbed);
        if is_done {
            break;
        }
    }
    // What could not be removed is removed by the next run.
    let is_left = world.files().keys().any(|name| is_temporary(name));
    let is_due = said.iter().all(|it| it.status != expected) || is_left;
    if is_due {
        said.push((scene.workflow.run)(&world).ends());
    }
    invariants::in_the_end(scene, &world, case, &said, is_due);
}

fn disturb(scene: &Scene, world: &World, strikes: &[Strike], is_sure: bool) -> Ended {
    let run = (scene.workflow.run)(world);
    let [first, ..] = strikes else {
        panic!("a run without a fault");
    };
    match first.layer {
        Layer::Calls => {
            let fault = |strike: &Strike| Fault {
                tool: "*".into(),
                call: u64::try_from(strike.number).unwrap(),
                times: 1,
                kind: strike.kind.into(),
                ms: 50,
                ..Fault::default()
            };
            world.faults(&strikes.iter().map(fault).collect::<Vec<_>>());
            let strikes_so_far = || calls(world).iter().filter(|it| it.fault.is_some()).count();
            let before = strikes_so_far();
            let run = if strikes.iter().any(|strike| strike.kind == "hang") {
                run.env("ADT_CALL_SECONDS", "1")
            } else {
                run
            };
            let ended = run.ends();
            let struck = strikes_so_far() - before;
            // After one fault there may be no such call any more.
            assert!(struck <= strikes.len(), "struck {struck} times: {ended}");
            assert!(struck > 0 || !is_sure, "the fault did not strike: {ended}");
            world.faults(&[]);
            ended
        }
        // How often a run sleeps depends on the machine: the last wait may not come.
        Layer::Waits => {
            let at = Some((first.number, first.kind));
            interposed(world, run, scene.workflow.helper, at).ends()
        }
        Layer::Files => {
            let at = Some((first.number, first.kind));
            let ended = interposed(world, run, scene.workflow.helper, at).ends();
            let seen = operations(world);
            let struck = seen.get(first.number - 1);
            let expected = &scene.operations[first.number - 1];
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
