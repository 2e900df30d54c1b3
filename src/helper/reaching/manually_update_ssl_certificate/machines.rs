//! The pair on the machines that serve its address: each puts it in place and reloads its webserver.

use std::time::Duration;

use anyhow::{bail, ensure};

use super::pair::Pair;
use crate::console;
use crate::foreign_text::on_one_line;
use crate::reach::{Host, Reach};
use crate::waiting::at_a_time;

/// What runs on the machine.
const SCRIPT: &str = include_str!("machine.sh");

/// How long a machine may take.
const LIMIT: Duration = Duration::from_secs(300);

/// How many machines are worked on at the same time.
const AT_THE_SAME_TIME: usize = 8;

/// What the script's status says.
const MISSING: i32 = 72;
const NOT_RELOADED: i32 = 75;

/// What is put on the machines.
#[derive(Debug)]
pub(super) struct Delivery<'a> {
    pub reach: &'a Reach,
    pub pair: &'a Pair,
    /// The address that the certificate is for.
    pub url: &'a str,
    /// What the names of the old files end with.
    pub date: &'a str,
    /// Whether the host keys that a machine shows now are trusted.
    pub accepts_new_keys: bool,
}

impl Delivery<'_> {
    /// Puts it on each of `machines`, and says what became of each.
    ///
    /// # Errors
    /// When one of them has not got it, or does not use it yet; all are tried.
    pub fn to_all(&self, machines: &[Host]) -> anyhow::Result<()> {
        let fates = at_a_time(AT_THE_SAME_TIME, machines, |machine| self.to(machine));
        let (mut lines, mut failed) = (Vec::new(), Vec::new());
        for (machine, fate) in machines.iter().zip(fates) {
            let name = on_one_line(&machine.name);
            let fate = fate.unwrap_or_else(|why| {
                failed.push(name.clone());
                format!("failed: {why:#}")
            });
            lines.push(format!("{name} ({}): {fate}", machine.address));
        }
        console::print_lines(lines)?;
        ensure!(
            failed.is_empty(),
            "{} of {} machines do not use the new certificate: {}; the build and its buckets have it, so run this again",
            failed.len(),
            machines.len(),
            failed.join(", ")
        );
        Ok(())
    }

    fn to(&self, machine: &Host) -> anyhow::Result<String> {
        let reach = self.reach;
        let root = reach.root(machine, self.accepts_new_keys)?;
        let home = format!("/home/{}", reach.scripts_user()?.as_str());
        let command =
            shell_words::join(["/bin/sh", "-c", SCRIPT, "adt", &home, self.url, self.date]);
        let given = format!(
            "\n#adt chain\n{}#adt key\n{}#adt end\n",
            self.pair.chain(),
            self.pair.key()
        );
        let end = root.run_giving(&command, given.as_bytes(), LIMIT)?;
        let state = end.answer("state");
        match (end.status, state) {
            (0, Some("same")) => Ok("had it already; its webserver was reloaded".to_owned()),
            (0, Some("put")) => Ok("has it, and its webserver was reloaded".to_owned()),
            (NOT_RELOADED, Some(_)) => bail!(
                "it has it, but its webserver was not reloaded, which a restart of the machine does too{}",
                end.said()
            ),
            (MISSING, _) => bail!(
                "it has no folder {}, so it serves another address or is not built yet",
                end.answer("missing").unwrap_or("for it")
            ),
            (status, _) => bail!("it still has the old one (status {status}){}", end.said()),
        }
    }
}
