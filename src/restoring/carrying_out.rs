//! The way from what there is to what is wanted, a step on each machine at a time.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;

use super::backups::{Backups, Found, snapshot_date};
use super::remote::{Facts, Remote, Server};
use super::report::{Fate, Report};
use super::subject::Subject;
use super::verdict::{Known, Verdict};
use super::{Arguments, NAME};
use crate::command;
use crate::console::{self, StatusLines};
use crate::durations;
use crate::names::MachineType;
use crate::patience::{self, Look, Patience};
use crate::reach::Host;
use crate::reach::infrastructure::called;
use crate::waiting::progress::Progress;

/// A run.
#[derive(Debug)]
pub(super) struct Restoration<'a> {
    /// What is restored.
    pub subject: &'a Subject,
    /// How.
    pub arguments: &'a Arguments,
    /// The machines, asked as root.
    pub remote: Remote<'a>,
    /// Whether the build is not declared installed yet.
    pub is_building: bool,
    status: &'a StatusLines,
    /// What tells this run from others on a machine.
    run: String,
}

impl<'a> Restoration<'a> {
    /// A run for `subject`.
    pub fn new(subject: &'a Subject, arguments: &'a Arguments, status: &'a StatusLines) -> Self {
        Self {
            subject,
            arguments,
            remote: Remote {
                reach: &subject.reach,
                password: &subject.password,
                accepts_new_keys: arguments.accept_host_key,
            },
            is_building: subject.is_pending(),
            status,
            run: format!("{}-{}", Timestamp::now().as_second(), std::process::id()),
        }
    }

    /// Says what became of a machine as soon as it is known.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn done(&self, report: &mut Report, server: &Server, fate: Fate) -> anyhow::Result<()> {
        let machine = &server.machine;
        let line = format!("{:<11} {}: {fate}", machine.kind, called(machine));
        self.status.tell(NAME, &line);
        report.add(server, fate);
        if self.arguments.json {
            console::say(format_args!("{line}"));
            return Ok(());
        }
        Ok(console::print_lines([line])?)
    }

    /// The machines that are to be restored, each at one address.
    ///
    /// # Errors
    /// When there is none, or one is not reached.
    pub fn looked_at(&self) -> anyhow::Result<Vec<Server>> {
        let look = |machine| {
            let facts = self
                .remote
                .facts(&machine)
                .with_context(|| called(&machine))?;
            Ok(Server { machine, facts })
        };
        self.machines()?.into_iter().map(look).collect()
    }

    fn machines(&self) -> anyhow::Result<Vec<Host>> {
        let kinds = self.subject.kinds(self.arguments)?;
        let machines = self.subject.reach.machines_once(&kinds)?;
        ensure!(
            !machines.is_empty(),
            "there is no machine to restore of the build {} at {}; make sure that REGION in its build_environment is right",
            self.subject.build().identifier(),
            self.subject.cloudhost()
        );
        Ok(machines)
    }

    /// Keeps all of them from making backups, and waits until none is made any more.
    ///
    /// # Errors
    /// When one refuses, or a backup takes longer than the time that was given.
    pub fn hold(&self) -> anyhow::Result<Vec<Server>> {
        command::on_interrupt_say("stopped; nothing was installed yet");
        let seconds = self.arguments.timeout.as_secs();
        let words = [
            "hold".to_owned(),
            format!("seconds={seconds}"),
            format!("run={}", self.run),
        ];
        let mut held: Vec<Server> = Vec::new();
        for machine in self.machines()? {
            match self.remote.tell(&machine, &words) {
                Ok(facts) => held.push(Server { machine, facts }),
                Err(why) => {
                    self.let_go_of(&held);
                    return Err(why.context(called(&machine)));
                }
            }
        }
        let quiet = held.iter().map(|server| self.quiet(server));
        let quiet: anyhow::Result<Vec<Server>> = quiet.collect();
        if quiet.is_err() {
            self.let_go_of(&held);
        }
        quiet
    }

    /// `server`, once it makes no backup and no phase of an earlier run goes on there.
    fn quiet(&self, server: &Server) -> anyhow::Result<Server> {
        let machine = &server.machine;
        let mut patience = Patience::until(self.arguments.timeout);
        let mut progress = Progress::new(&machine.name);
        let mut known = Some(server.facts.clone());
        patience::look_until_enough(|| {
            let facts = if let Some(facts) = known.take() {
                facts
            } else {
                let look = self.remote.tell(machine, &["look".to_owned()]);
                look.with_context(|| called(machine))?
            };
            let state = match (facts.backups, facts.state.as_str()) {
                (0, "running") => format!("an earlier run is still working there: {}", facts.said),
                (0, _) => {
                    return Ok(Look::Enough(Server {
                        machine: machine.clone(),
                        facts,
                    }));
                }
                _ => "a backup is being made there".to_owned(),
            };
            ensure!(
                !patience.is_over(),
                "{}: {state}, and did not end in the time that was given; nothing was installed, run the same command again",
                called(machine)
            );
            progress.say("waiting", &state, &patience);
            Ok(Look::AgainAfter(patience.next_delay()))
        })
    }

    /// Lets those make backups again that did before this run and were not changed by it.
    pub fn let_go_of(&self, held: &[Server]) {
        if self.arguments.dry_run {
            return;
        }
        let words = ["let-go".to_owned(), format!("run={}", self.run)];
        for server in held {
            let outcome = self.remote.tell(&server.machine, &words);
            console::also(outcome.map(|_| ()).with_context(|| {
                let name = called(&server.machine);
                format!(
                    "{name} may make no backups until RestoreLatestBackup has run without an error"
                )
            }));
        }
    }

    /// What is done with each machine.
    ///
    /// # Errors
    /// When it cannot be told of one.
    pub fn decided(
        &self,
        servers: &[Server],
        backups: &Backups,
    ) -> anyhow::Result<Vec<(Server, Verdict)>> {
        let mut decided = Vec::new();
        // The provider is asked once for the snapshot that several machines are made of.
        let mut dates = BTreeMap::new();
        for server in servers {
            let kind = server.machine.kind;
            let verdict = match self.subject.without_database {
                Some(why) if kind == MachineType::Database => Verdict::Keep(why.to_owned()),
                _ => self
                    .verdict(server, backups.of(kind)?, &mut dates)
                    .with_context(|| called(&server.machine))?,
            };
            decided.push((server.clone(), verdict));
        }
        Ok(decided)
    }

    fn verdict(
        &self,
        server: &Server,
        found: &Found,
        dates: &mut BTreeMap<MachineType, Option<Timestamp>>,
    ) -> anyhow::Result<Verdict> {
        let kind = server.machine.kind;
        let may_be_new = server.facts.is_new || self.is_building;
        if may_be_new && !self.arguments.replace_newer && !dates.contains_key(&kind) {
            dates.insert(kind, snapshot_date(self.subject, kind)?);
        }
        let snapshot = dates.get(&kind).copied().flatten();
        let known = Known {
            kind,
            facts: &server.facts,
            found,
            period: self.subject.period.as_str(),
            is_building: self.is_building,
            snapshot,
            replaces_newer: self.arguments.replace_newer,
        };
        known.verdict()
    }

    /// Has every machine that gets a backup fetch it and look whether it is one, before any is changed. The webservers
    /// first: they tell how the names of the site's tables begin, which the dump must have.
    ///
    /// # Errors
    /// When a machine finds that it is not this site's backup.
    pub fn check(&self, decided: &[(Server, Verdict)], backups: &Backups) -> anyhow::Result<()> {
        let of = |wanted: MachineType| {
            let install = move |it: &&(Server, Verdict)| {
                it.0.machine.kind == wanted && it.1 == Verdict::Install
            };
            decided.iter().filter(install).map(|(server, _)| server)
        };
        let mut prefix = String::new();
        for server in of(MachineType::Webserver) {
            let found = backups.of(MachineType::Webserver)?;
            let facts = self
                .phase("check", server, found, "")
                .with_context(|| called(&server.machine))?;
            prefix = facts.prefix;
        }
        for server in of(MachineType::Database) {
            let found = backups.of(MachineType::Database)?;
            self.phase("check", server, found, &prefix)
                .with_context(|| called(&server.machine))?;
        }
        Ok(())
    }

    /// Does with a machine what was decided; what became of it.
    pub fn carry_out(&self, server: &Server, verdict: &Verdict, backups: &Backups) -> Fate {
        let outcome = match verdict {
            Verdict::Serves | Verdict::Keep(_) => self
                .remote
                .tell(&server.machine, &["keep".to_owned()])
                .map(|_| Fate::done(verdict)),
            Verdict::Install => self.installed(server, backups),
        };
        outcome.unwrap_or_else(|why| Fate::Failed(format!("{why:#}")))
    }

    fn installed(&self, server: &Server, backups: &Backups) -> anyhow::Result<Fate> {
        let name = &server.machine.name;
        command::on_interrupt_say(format!(
            "{name}: stopped waiting; the machine goes on with it, run the same command again to see its end"
        ));
        let found = backups.of(server.machine.kind)?;
        self.phase("install", server, found, "")?;
        Ok(Fate::Restored(found.stored.modified))
    }

    /// Begins a phase and looks until it ends.
    fn phase(
        &self,
        phase: &str,
        server: &Server,
        found: &Found,
        prefix: &str,
    ) -> anyhow::Result<Facts> {
        let machine = &server.machine;
        let mut patience = Patience::until(self.arguments.timeout);
        let words = [
            "begin".to_owned(),
            format!("phase={phase}"),
            format!("kind={}", machine.kind),
            format!("period={}", self.subject.period),
            format!("object={}", found.backup.latest),
            format!("size={}", found.stored.size),
            format!("date={}", found.stored.modified.as_second()),
            format!("prefix={prefix}"),
        ];
        let mut facts = self.remote.tell(machine, &words)?;
        let mut progress = Progress::new(&machine.name);
        let mut is_first = true;
        patience::look_until_enough(|| {
            if !std::mem::take(&mut is_first) {
                match self.remote.tell(machine, &["look".to_owned()]) {
                    Ok(looked) => facts = looked,
                    // The phase goes on there without us, and its end can be seen later.
                    Err(why) if !patience.is_over() => {
                        progress.say(phase, &format!("{why:#}"), &patience);
                    }
                    Err(why) => return Err(why),
                }
            }
            match facts.state.as_str() {
                "finished" => return Ok(Look::Enough(facts.clone())),
                "running" => {}
                "failed" => bail!("{}", facts.said),
                other => {
                    bail!("it says '{other}' of what it was told to do; run the same command again")
                }
            }
            ensure!(
                !patience.is_over(),
                "it did not end in {}: {}; the machine goes on with it, run the same command again to see its end",
                durations::shown(self.arguments.timeout),
                facts.said
            );
            progress.say(phase, &facts.said, &patience);
            Ok(Look::AgainAfter(patience.next_delay()))
        })
    }

    /// Lets every machine keep what it has, and make backups of it.
    ///
    /// # Errors
    /// When there is none.
    pub fn keep(&self, report: &mut Report) -> anyhow::Result<()> {
        let verdict = Verdict::Keep("a person said so".to_owned());
        for machine in self.machines()? {
            let server = Server {
                machine,
                facts: Facts::default(),
            };
            let fate = if self.arguments.dry_run {
                Fate::planned(&verdict)
            } else {
                match self.remote.tell(&server.machine, &["keep".to_owned()]) {
                    Ok(_) => Fate::done(&verdict),
                    Err(why) => Fate::Failed(format!("{why:#}")),
                }
            };
            self.done(report, &server, fate)?;
        }
        Ok(())
    }
}
