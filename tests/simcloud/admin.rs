//! `simcloud` by its own name: to set up a cloud and to look at its log.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::answer::columns;
use crate::args::{Args, Flag};
use crate::call::directory;
use crate::log::Logged;
use crate::state::{self, Config, Machine, Provider, State};
use crate::tool::TOOLS;

const FLAGS: &[Flag] = &[
    ("--snapshot-ms", true),
    ("--server-ms", true),
    ("--list-lag-ms", true),
    ("--cloudhost", true),
    ("--name", true),
    ("--region", true),
    ("--build", true),
    ("--rnd", true),
    ("--count", true),
    ("--snapshots", true),
];

const USAGE: &str = "\
usage: simcloud init DIR [--snapshot-ms N] [--server-ms N] [--list-lag-ms N]
                                                               make an empty cloud
       simcloud link BINDIR                                    put doctl, exo, … there, for the cloud in SIMCLOUD_DIR
       simcloud fleet --cloudhost C --region R --build B --rnd Xabc [--count N] [--snapshots N]
                                                               add the five machine types, and N machines and snapshots
                                                               of no concern
       simcloud firewall --cloudhost C --name N                add a firewall without rules
       simcloud halt NAME                                      switch a machine off, as it does from within
       simcloud age DAYS                                       make every snapshot so much older
       simcloud bootcmd NAME                                   print the shell commands that cloud-init runs on a machine
                                                               before its cron starts
       simcloud machines                                       print the machines and what they were made from
       simcloud destroy-all                                    delete every machine
       simcloud calls                                          print the call log";

/// Runs an administrative command.
pub fn run(argv0: &str, line: &[String]) -> io::Result<i32> {
    let args = Args::parse(line, FLAGS).map_err(io::Error::other)?;
    match args.word_slices().as_slice() {
        ["init", dir] => init(Path::new(dir), &args)?,
        ["link", bin] => link(argv0, Path::new(bin))?,
        ["fleet"] => fleet(argv0, &args)?,
        ["firewall"] => firewall(&directory(argv0)?, &args)?,
        ["halt", name] => halt(&directory(argv0)?, name)?,
        ["age", days] => age(&directory(argv0)?, days)?,
        ["bootcmd", name] => bootcmd(&directory(argv0)?, name)?,
        ["machines"] => machines(&directory(argv0)?)?,
        ["destroy-all"] => destroy_all(&directory(argv0)?)?,
        ["calls"] => calls(&directory(argv0)?)?,
        _ => {
            eprintln!("{USAGE}");
            return Ok(64);
        }
    }
    Ok(0)
}

/// Makes an empty cloud, or empties one.
fn init(dir: &Path, args: &Args) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    for file in ["counters.json", "calls.jsonl"] {
        match fs::remove_file(dir.join(file)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => (),
        }
    }
    if dir.join("buckets").exists() {
        fs::remove_dir_all(dir.join("buckets"))?;
    }
    state::save_faults(dir, &[])?;
    let config = Config {
        snapshot_ms: number(args, "--snapshot-ms")?,
        server_ms: number(args, "--server-ms")?,
        list_lag_ms: number(args, "--list-lag-ms")?,
    };
    State {
        config,
        ..State::default()
    }
    .save(dir)
}

/// Links every tool's name to this program and leaves a note of where the cloud is.
fn link(argv0: &str, bin: &Path) -> io::Result<()> {
    let dir = fs::canonicalize(directory(argv0)?)?;
    let program = env::current_exe()?;
    fs::create_dir_all(bin)?;
    for tool in TOOLS {
        let link = bin.join(tool.name);
        if link.symlink_metadata().is_ok() {
            fs::remove_file(&link)?;
        }
        symlink(&program, link)?;
    }
    fs::write(bin.join("simcloud.dir"), format!("{}\n", dir.display()))
}

/// Adds a build's machines under the names that the toolkit gives them.
fn fleet(argv0: &str, args: &Args) -> io::Result<()> {
    let dir = directory(argv0)?;
    let provider = provider(args)?;
    let (region, build, rnd) = (
        required(args, "--region")?,
        required(args, "--build")?,
        required(args, "--rnd")?,
    );
    let _lock = state::lock(&dir)?;
    let mut cloud = State::load(&dir)?;
    for n in 0..number(args, "--count")? {
        cloud.add_machine(provider, &format!("filler-{n:05}"), region);
    }
    for n in 0..number(args, "--snapshots")? {
        cloud.add_snapshot(provider, &format!("filler-{n:05}"), "0");
    }
    for name in [
        format!("NO-1-auth-{region}-{build}-{rnd}"),
        format!("NO-1-rp-{region}-{build}-{rnd}"),
        format!("NO-1-as-{region}-{build}-{rnd}"),
        format!("ws-{region}-{build}-1-{rnd}-init-1"),
        format!("db-{region}-{build}-{rnd}"),
    ] {
        cloud.add_machine(provider, &name, region);
    }
    cloud.save(&dir)
}

fn firewall(dir: &Path, args: &Args) -> io::Result<()> {
    let _lock = state::lock(dir)?;
    let mut cloud = State::load(dir)?;
    let id = &cloud
        .add_firewall(provider(args)?, required(args, "--name")?)
        .id;
    println!("{id}");
    cloud.save(dir)
}

fn age(dir: &Path, days: &str) -> io::Result<()> {
    let days: u64 = days.parse().map_err(io::Error::other)?;
    let _lock = state::lock(dir)?;
    let mut cloud = State::load(dir)?;
    for snapshot in &mut cloud.snapshots {
        let milliseconds = days * 24 * 60 * 60 * 1000;
        snapshot.created_ms = snapshot.created_ms.saturating_sub(milliseconds);
        snapshot.ready_ms = snapshot.ready_ms.saturating_sub(milliseconds);
    }
    cloud.save(dir)
}

/// The scripts of the section `bootcmd`, in which each line is a list that ends with a script in quotes.
fn bootcmd(dir: &Path, name: &str) -> io::Result<()> {
    let cloud = State::load(dir)?;
    let mut named = cloud.machines.iter().filter(|it| it.name == name);
    let machine = named
        .next()
        .ok_or_else(|| io::Error::other(format!("there is no machine '{name}'")))?;
    let lines = machine.user_data.lines();
    let section = lines.skip_while(|line| *line != "bootcmd:").skip(1);
    for line in section.take_while(|line| line.starts_with("- ")) {
        let script = line.split_once("/bin/sh, -c, ");
        let script = script.and_then(|(_, script)| script.strip_suffix(']'));
        let script = script.ok_or_else(|| io::Error::other(format!("not understood: {line}")))?;
        println!("{}", serde_json::from_str::<String>(script)?);
    }
    Ok(())
}

/// The machines with what they were made from, for people.
fn machines(dir: &Path) -> io::Result<()> {
    let cloud = State::load(dir)?;
    let row = |m: &Machine| {
        let snapshot = cloud.snapshots.iter().find(|s| s.id == m.from_snapshot);
        let image = match (snapshot, m.from_snapshot.as_str(), m.image.as_str()) {
            (Some(snapshot), id, _) => format!("snapshot {id} ({})", snapshot.name),
            (None, "", "") => "-".to_owned(),
            (None, "", image) => image.to_owned(),
            (None, id, _) => format!("snapshot {id}"),
        };
        let status = match (m.is_new(), m.status.as_str()) {
            (true, _) => "new",
            (false, "") => "running",
            (false, status) => status,
        };
        vec![
            m.name.clone(),
            image,
            status.to_owned(),
            m.public_ip.clone(),
        ]
    };
    let rows: Vec<_> = cloud.machines.iter().map(row).collect();
    print!(
        "{}",
        columns(&["NAME", "MADE FROM", "STATUS", "ADDRESS"], &rows)
    );
    Ok(())
}

/// Switches machines off, in the word of their provider.
fn halt(dir: &Path, name: &str) -> io::Result<()> {
    let _lock = state::lock(dir)?;
    let mut cloud = State::load(dir)?;
    let mut named = cloud.machines.iter_mut().filter(|it| it.name == name);
    let machine = named
        .next()
        .ok_or_else(|| io::Error::other(format!("there is no machine '{name}'")))?;
    let word = match machine.provider {
        Provider::DigitalOcean => "off",
        Provider::Linode => "offline",
        Provider::Exoscale | Provider::Vultr => "stopped",
    };
    word.clone_into(&mut machine.status);
    cloud.save(dir)
}

fn destroy_all(dir: &Path) -> io::Result<()> {
    let _lock = state::lock(dir)?;
    let mut cloud = State::load(dir)?;
    println!("{} machines destroyed", cloud.machines.len());
    cloud.machines.clear();
    cloud.save(dir)
}

fn calls(dir: &Path) -> io::Result<()> {
    let log = match fs::read_to_string(dir.join("calls.jsonl")) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
        log => log?,
    };
    for line in log.lines() {
        let call: Logged = serde_json::from_str(line)?;
        let kind = if call.mutating { '*' } else { ' ' };
        let argv: Vec<_> = call.argv.iter().map(|arg| quoted(arg)).collect();
        let fault = call
            .fault
            .map_or_else(String::new, |fault| format!("  [{fault}]"));
        let odd = if call.unexpected {
            "  NOT UNDERSTOOD"
        } else {
            ""
        };
        println!(
            "{:4} {kind} {} {}{fault}{odd}",
            call.n,
            call.tool,
            argv.join(" ")
        );
    }
    Ok(())
}

fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!("'{}'", arg.replace('\'', r"'\''"))
    }
}

fn provider(args: &Args) -> io::Result<Provider> {
    Ok(match required(args, "--cloudhost")? {
        "digitalocean" => Provider::DigitalOcean,
        "exoscale" => Provider::Exoscale,
        "linode" => Provider::Linode,
        "vultr" => Provider::Vultr,
        other => {
            return Err(io::Error::other(format!(
                "--cloudhost '{other}' is none of the four"
            )));
        }
    })
}

fn required<'a>(args: &'a Args, flag: &str) -> io::Result<&'a str> {
    args.get(flag)
        .ok_or_else(|| io::Error::other(format!("{flag} is missing")))
}

fn number(args: &Args, flag: &str) -> io::Result<u64> {
    args.get(flag)
        .map_or(Ok(0), str::parse)
        .map_err(|e| io::Error::other(format!("{flag}: {e}")))
}
