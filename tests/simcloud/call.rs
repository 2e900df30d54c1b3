//! The course of one call: count it, log it, let a fault strike, do it, answer.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, thread};

use rustix::process::{Signal, getppid, kill_process};

use crate::answer::{Answer, Failure};
use crate::cloud::Cloud;
use crate::faults::{self, Kind};
use crate::log::{Logged, without_secrets};
use crate::state::{self, Counters, Fault, Machine, Provider, Snapshot, State, now_ms};
use crate::tool::{Call, Tool};

/// Stands for the byte 0xFF until the output is printed.
const NOT_UTF8: &str = "\u{fdd0}";

/// How long a tool waits to be ended once it has told the caller to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Runs a tool and returns its exit status.
pub fn run(tool: &Tool, argv0: &str, argv: &[String]) -> io::Result<i32> {
    let dir = directory(argv0)?;
    let parsed = (tool.parse)(argv);
    let struck = register(
        &dir,
        tool,
        argv,
        parsed.as_ref().ok().map(|call| call.mutates()),
    )?;
    let call = match parsed {
        Ok(call) => call,
        Err(why) => {
            writeln!(
                io::stderr(),
                "simcloud: {} call not understood: {why}",
                tool.name
            )?;
            return Ok(64);
        }
    };
    let kind = struck.as_ref().map(|(_, kind)| *kind);
    let ms = struck.as_ref().map_or(0, |(fault, _)| fault.ms);
    let answer = match kind {
        Some(Kind::Fails(failure)) => call.fails(failure),
        Some(Kind::Hang) => loop {
            thread::sleep(Duration::from_secs(3600));
        },
        Some(Kind::KillParentBefore) => {
            signal_parent(Signal::KILL);
            return Ok(0);
        }
        Some(Kind::Slow) => {
            thread::sleep(Duration::from_millis(ms));
            act(&dir, tool, call.as_ref(), kind, ms)?
        }
        _ => act(&dir, tool, call.as_ref(), kind, ms)?,
    };
    if kind == Some(Kind::KillParentAfter) {
        signal_parent(Signal::KILL);
        return Ok(0);
    }
    if kind == Some(Kind::InterruptParent) {
        signal_parent(Signal::TERM);
        thread::sleep(FAREWELL);
        return Ok(0);
    }
    thread::sleep(Duration::from_millis(
        answer.wait_until_ms.saturating_sub(now_ms()),
    ));
    print(&answer)?;
    Ok(answer.rc)
}

/// Where the simulated cloud is kept.
pub fn directory(argv0: &str) -> io::Result<PathBuf> {
    if let Some(dir) = env::var_os("SIMCLOUD_DIR") {
        return Ok(dir.into());
    }
    let beside = Path::new(argv0).with_file_name("simcloud.dir");
    // Called through PATH, argv[0] has no directory; then the link is looked up there.
    let found = if argv0.contains('/') {
        Some(beside)
    } else {
        on_path(argv0)
    };
    let file =
        found.ok_or_else(|| io::Error::other("neither SIMCLOUD_DIR nor a file simcloud.dir"))?;
    let text = fs::read_to_string(&file).map_err(|e| {
        io::Error::new(
            e.kind(),
            format!("SIMCLOUD_DIR is not set and {}: {e}", file.display()),
        )
    })?;
    Ok(text.trim_end().into())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .find(|dir| dir.join(name).is_file())
        .map(|dir| dir.join("simcloud.dir"))
}

/// Counts and logs a call before anything else happens, and finds the fault that strikes it.
/// `mutates` is None for a call that was not understood; no fault strikes that.
fn register(
    dir: &Path,
    tool: &Tool,
    argv: &[String],
    mutates: Option<bool>,
) -> io::Result<Option<(Fault, Kind)>> {
    let _lock = state::lock(dir)?;
    let mut counters = Counters::load(dir)?;
    counters.calls += 1;
    let struck = match mutates {
        Some(_) => faults::choose(&state::load_faults(dir)?, &mut counters, tool.name, argv)?,
        None => None,
    };
    let (argv, secret_argv) = without_secrets(argv);
    let line = Logged {
        n: counters.calls,
        tool: tool.name.to_owned(),
        argv,
        secret_argv,
        unexpected: mutates.is_none(),
        fault: struck.as_ref().map(|(fault, _)| fault.kind.clone()),
        mutating: mutates == Some(true),
        parent: getppid().map_or(0, |pid| pid.as_raw_nonzero().get()),
    };
    let mut log = File::options()
        .create(true)
        .append(true)
        .open(dir.join("calls.jsonl"))?;
    log.write_all(format!("{}\n", serde_json::to_string(&line)?).as_bytes())?;
    counters.save(dir)?;
    Ok(struck)
}

/// Does what the call is for, as the fault has it.
fn act(
    dir: &Path,
    tool: &Tool,
    call: &dyn Call,
    kind: Option<Kind>,
    ms: u64,
) -> io::Result<Answer> {
    let lock = if call.mutates() {
        Some(state::lock(dir)?)
    } else {
        None
    };
    let state = if tool.provider.is_some() {
        State::load(dir)?
    } else {
        State::default()
    };
    let twist = kind.map(|kind| kind.twist(ms)).unwrap_or_default();
    let mut cloud = Cloud {
        state,
        now: now_ms(),
        twist,
        dir: dir.to_owned(),
    };
    if kind == Some(Kind::NonUtf8) && !call.mutates() {
        add_odd_rows(&mut cloud.state, tool);
    }
    let answer = call.run(&mut cloud);
    let repeats = tool.repeats && !is_told_not_to_repeat(tool);
    let answer = match kind {
        Some(Kind::LostAnswer) if call.mutates() && repeats => {
            // exo's and vultr's recordings made two; doctl's repetition met a droplet that was still busy.
            cloud.twist.never_busy = tool.name != "doctl";
            call.run(&mut cloud)
        }
        Some(Kind::LostAnswerBusy) if call.mutates() && repeats => call.run(&mut cloud),
        Some(Kind::LostAnswer | Kind::LostAnswerOnce | Kind::LostAnswerBusy) => {
            call.fails(Failure::Status(500))
        }
        Some(Kind::Duplicate) if call.mutates() => {
            cloud.twist.never_busy = true;
            call.run(&mut cloud)
        }
        Some(Kind::PartialList) => call.partial(answer),
        _ => answer,
    };
    if lock.is_some() && tool.provider.is_some() {
        cloud.state.save(dir)?;
    }
    Ok(spoil(answer, kind))
}

/// doctl repeats nothing when its `http-retry-max`, which the environment may set, is 0.
fn is_told_not_to_repeat(tool: &Tool) -> bool {
    let most = std::env::var("DIGITALOCEAN_HTTP_RETRY_MAX");
    tool.name == "doctl" && most.is_ok_and(|most| most == "0")
}

/// Rows that no helper looks for, in front, with a name that is not UTF-8.
fn add_odd_rows(state: &mut State, tool: &Tool) {
    let Some(provider) = tool.provider else {
        return;
    };
    let name = format!("unrelated-{NOT_UTF8}");
    let region = state
        .machines
        .iter()
        .find(|m| m.provider == provider)
        .map_or_else(String::new, |m| m.region.clone());
    let mut extra = State {
        made: 8_000_000,
        ..State::default()
    };
    let machine: Machine = extra.add_machine(provider, &name, &region).clone();
    let mut snapshot: Snapshot = extra.add_snapshot(provider, &name, &machine.id).clone();
    snapshot.ready_ms = 0;
    let vpc = extra.add_vpc(provider, &name, &region, "").clone();
    state.vpcs.insert(0, vpc);
    let firewall = extra.add_firewall(provider, &name).clone();
    state.firewalls.insert(0, firewall);
    let key = extra.add_key(provider, &name, "").clone();
    state.keys.insert(0, key);
    state.machines.insert(0, machine);
    if provider == Provider::Exoscale {
        let template = Snapshot {
            kind: state::Kind::Template,
            id: state::uuid(9_000_000),
            ..snapshot.clone()
        };
        state.snapshots.insert(0, template);
    }
    state.snapshots.insert(0, snapshot);
}

/// What a fault leaves of the output; the status stays or becomes 0.
fn spoil(mut answer: Answer, kind: Option<Kind>) -> Answer {
    match kind {
        Some(Kind::Garbage) => {
            answer.stdout = b"%!s(<nil>) \x00\x01 }{ not json, not text\n".to_vec();
        }
        Some(Kind::Truncated) => answer.stdout.truncate(answer.stdout.len() / 2),
        Some(Kind::Overwritten) => {
            let third = answer.stdout.len() / 3;
            answer.stdout[third..2 * third].fill(0);
        }
        Some(Kind::Empty) => answer.stdout.clear(),
        Some(Kind::NonUtf8) => {
            // linode-cli writes ASCII only; a byte in its place is as odd there.
            let text = String::from_utf8_lossy(&answer.stdout).replace("\\ufdd0", NOT_UTF8);
            let mut bytes = Vec::new();
            for (i, part) in text.split(NOT_UTF8).enumerate() {
                if i > 0 {
                    bytes.push(0xff);
                }
                bytes.extend_from_slice(part.as_bytes());
            }
            answer.stdout = bytes;
        }
        _ => return answer,
    }
    answer.rc = 0;
    answer
}

/// Sends a signal to the process that called, and to nothing else.
fn signal_parent(signal: Signal) {
    if let Some(parent) = getppid().filter(|pid| !pid.is_init()) {
        // Nothing is left to tell it to if it fails.
        let _ = kill_process(parent, signal);
    }
}

/// A closed pipe is the reader's affair.
fn print(answer: &Answer) -> io::Result<()> {
    for (bytes, result) in [
        (&answer.stderr, io::stderr().write_all(&answer.stderr)),
        (
            &answer.stdout,
            io::stdout()
                .write_all(&answer.stdout)
                .and_then(|()| io::stdout().flush()),
        ),
    ] {
        match result {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe && !bytes.is_empty() => return Err(e),
            _ => (),
        }
    }
    Ok(())
}
