//! The commands of exo that change something.

use super::{EXO, Exo, text, unknown};
use crate::answer::{Answer, date};
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Machine};

impl Exo {
    pub(super) fn delete_instance(&self, cloud: &mut Cloud, id: &str) -> Answer {
        let Ok(machine) = self.instance(cloud, id) else {
            return Answer::default().with_stderr(format!("warning: {id} not found.\n"));
        };
        self.confirmed("instance", id, || {
            cloud.delete_machine(EXO, &machine.id);
        })
    }

    pub(super) fn create_snapshot(&self, cloud: &mut Cloud, id: &str) -> Answer {
        let machine = match self.instance(cloud, id) {
            Ok(machine) => machine,
            Err(answer) => return answer,
        };
        if cloud.is_busy(EXO, &machine.id) {
            return Answer::err(
                1,
                "error: Conflict: Instance is busy: a snapshot is already in progress\n",
            );
        }
        let name = format!("{}_{}", machine.name, date(cloud.now, "%Y%m%d%H%M%S"));
        let snapshot = cloud.make(Kind::Snapshot, &name, &machine);
        let spinner = self.spinner(&format!("Creating snapshot of instance \"{id}\""));
        let answer = if snapshot.failed {
            failed_operation(cloud, "snapshot", &snapshot.id, spinner)
        } else if self.quiet {
            Answer::default()
        } else {
            text::snapshot(&snapshot, "ready", self.json).with_stderr(spinner)
        };
        answer.at(snapshot.ready_ms)
    }

    pub(super) fn register(&self, cloud: &mut Cloud, name: &str, from: &str, user: &str) -> Answer {
        let Some(source) = self.find(cloud, Kind::Snapshot, from) else {
            return unknown(from, "ListSnapshotsResponse");
        };
        let spinner = self.spinner("exporting snapshot");
        if cloud.phase(&source) != Phase::Ready {
            let error = "error: error retrieving snapshot export information: operation is nil\n";
            return Answer::err(1, spinner + error);
        }
        let spinner = spinner + &self.spinner(&format!("Registering template \"{name}\""));
        // The one that the snapshot was made of may be gone.
        let origin = Machine {
            provider: EXO,
            id: source.machine_id,
            name: source.machine_name,
            region: source.region,
            ..Machine::default()
        };
        let id = cloud.make(Kind::Template, name, &origin).id;
        let Some(template) = cloud.state.snapshots.iter_mut().find(|s| s.id == id) else {
            return Answer::default();
        };
        user.clone_into(&mut template.user);
        let template = template.clone();
        let answer = match (template.failed, self.quiet) {
            (true, _) => failed_operation(cloud, "template", &id, spinner),
            (false, true) => Answer::default(),
            (false, false) => text::template(&template).with_stderr(spinner),
        };
        answer.at(template.ready_ms)
    }

    pub(super) fn delete(&self, cloud: &mut Cloud, kind: Kind, id: &str) -> Answer {
        let (noun, response) = match kind {
            Kind::Template => ("template", "ListTemplatesResponse"),
            _ => ("snapshot", "ListSnapshotsResponse"),
        };
        let Some(found) = self.find(cloud, kind, id) else {
            return unknown(id, response);
        };
        self.confirmed(noun, id, || {
            cloud.delete_snapshot(EXO, kind, &found.id);
        })
    }

    /// Deletes with `--force` or after a `y` on stdin.
    fn confirmed(&self, noun: &str, id: &str, delete: impl FnOnce()) -> Answer {
        let spinner = self.spinner(&format!("Deleting {noun} \"{id}\""));
        if self.force {
            delete();
            return Answer::default().with_stderr(spinner);
        }
        let question = format!("[+] Are you sure you want to delete {noun} \"{id}\"? [yN]: ");
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(n) if n > 0 && matches!(line.trim(), "y" | "Y" | "yes") => {
                delete();
                Answer::out(question).with_stderr(spinner)
            }
            Ok(n) if n > 0 => Answer::out(question),
            _ => Answer::out(question).with_stderr("EOF\n").with_rc(1),
        }
    }

    /// The progress that exo draws on stderr even if it is no terminal; here three lines only.
    pub(super) fn spinner(&self, what: &str) -> String {
        if self.quiet {
            return String::new();
        }
        format!("{what}... 0s\n\x1b[1A\x1b[J{what}... 0s\n\x1b[1A\x1b[J{what}... 0s\n")
    }
}

pub(super) fn failed_operation(cloud: &mut Cloud, noun: &str, id: &str, spinner: String) -> Answer {
    let operation = crate::state::uuid(cloud.state.next());
    let error = format!(
        "error: operation: \"{operation}\" {{get-{noun} {id} /v2/{noun}/{id}}}, state: failure, reason: \"fault\", message: \"Internal error\"\n"
    );
    Answer::err(1, spinner + &error)
}
