//! Machines that only play the part of going down.
//!
//! All of them are this computer, and the tests may run as root. So the ssh servers run nothing that is asked for: each
//! login runs a script of the test, which notes what was asked for and what came on standard input, and then ends in the
//! way that the test wants.

use super::ssh::{FORCE, Fleet, Server};
use super::{World, simcloud};

/// Runs nothing of what was asked for: it is only written down.
const SCRIPT: &str = r#"
PATH=/usr/bin:/bin
cd "${0%/*}" || exit 99
printf '%s\n' "$MACHINE" >>order
printf '%s\n' "$SSH_ORIGINAL_COMMAND" >>"$MACHINE.asked"
case $SSH_ORIGINAL_COMMAND in
'echo adt-begun; '*) echo adt-begun ;;
esac
cat >>"$MACHINE.input"
# Whatever else is running here may be seen by everybody.
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' >>seen
[ ! -f "$MACHINE.part" ] || . "./$MACHINE.part"
"#;

/// The part of a machine whose connection breaks: the ssh server of this login is killed, and no other.
pub const BREAKS: &str = r#"
pid=$$
while read -r name <"/proc/$pid/comm"; do
    case $name in
    sshd*) break ;;
    esac
    pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
done
kill -9 "$pid"
"#;

/// A fleet whose machines play parts.
pub struct Stage {
    /// The fleet.
    pub fleet: Fleet,
    /// The password of the servers' user, which no other test has.
    pub password: String,
}

impl Stage {
    /// The sample build at `cloudhost` with a second webserver; every machine does what it is told.
    pub fn at(cloudhost: &str) -> Self {
        Self::of(World::at(cloudhost))
    }

    /// The machines of `world` and a second webserver.
    pub fn of(world: World) -> Self {
        Self::playing(world, SCRIPT)
    }

    /// As [`Stage::of`], with the script that each login runs.
    pub(super) fn playing(world: World, played: &str) -> Self {
        let script = world.path("stage/script");
        std::fs::create_dir_all(world.path("stage")).unwrap();
        std::fs::write(&script, played).unwrap();
        let password = format!("pw{}of1test", std::process::id());
        std::fs::write(
            world.build("credentials/SERVERUSERPASSWORD"),
            format!("{password}\n"),
        )
        .unwrap();
        Self {
            fleet: Fleet::started(world, Some(script)),
            password,
        }
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.fleet.world
    }

    /// The world's cloud.
    pub fn cloudhost(&self) -> &'static str {
        self.world().cloudhost
    }

    /// What the machine does once it has been asked: lines of a shell script.
    pub fn plays(&self, server: &Server, part: &str) {
        let path = self
            .world()
            .path("stage")
            .join(format!("{}.part", server.name));
        std::fs::write(path, part).unwrap();
    }

    /// `server` halts after `part`, and the connection ends without a word.
    pub fn halts(&self, server: &Server, part: &str) {
        let cloud = self.world().path("cloud");
        let (program, directory) = (simcloud(), cloud.display().to_string());
        let halt = format!(
            "{part}\nSIMCLOUD_DIR='{directory}' '{}' halt '{}' >>halted 2>&1\n{BREAKS}",
            program.display(),
            server.name
        );
        self.plays(server, &halt);
    }

    /// When `server` is asked, the provider loses the machine called `name`.
    pub fn takes_away(&self, server: &Server, name: &str) {
        let mut state = self.world().state();
        state.machines.retain(|machine| machine.name != name);
        let path = self.world().path("stage/state");
        std::fs::write(path, serde_json::to_vec(&state).unwrap()).unwrap();
        self.plays(server, "cp state ../cloud/state.json");
    }

    /// The machines that go down, in their order.
    pub fn servers(&self) -> Vec<&Server> {
        let labels = ["autoscaler", "webserver", "database"].into_iter();
        labels
            .flat_map(|label| self.fleet.servers_of(label))
            .collect()
    }

    /// The names of the machines that were asked, in order.
    pub fn order(&self) -> Vec<String> {
        let text = self.read("order");
        text.lines().map(str::to_owned).collect()
    }

    /// What a machine was asked for, and what came on standard input.
    pub fn asked(&self, server: &Server) -> (String, String) {
        let of = |what: &str| self.read(&format!("{}.{what}", server.name));
        (of("asked"), of("input"))
    }

    /// The command lines of all that ran here while a machine was asked.
    pub fn seen(&self) -> String {
        self.read("seen")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.world().path("stage").join(name)).unwrap_or_default()
    }
}

/// The names of machines.
pub fn names(servers: &[&Server]) -> Vec<String> {
    servers.iter().map(|it| it.name.clone()).collect()
}

/// The helpers that would do something to this computer or ask the world about it, and what must stand in for the tools
/// they use.
const NEEDS_STAND_INS: [(&str, &[&str]); 4] = [
    ("AuditSSHConnections", &["pinky"]),
    ("GetBuildMachineIP", &["wget", "curl", "hostname"]),
    ("RunServiceCommand", &["service", "systemctl"]),
    ("VirusScan", &["freshclam", "clamscan"]),
];

impl World {
    /// Refuses to start a helper that takes machines down unless all of them only play the part, and one that uses tools
    /// of this computer unless others stand in for them.
    pub(super) fn refuse_to_touch_this_computer(&self, helper: &str) {
        for (_, tools) in NEEDS_STAND_INS.iter().filter(|(name, _)| *name == helper) {
            for tool in *tools {
                let is_there = self.path("bin").join(tool).exists();
                assert!(is_there, "{helper} needs a stand-in for {tool}");
            }
        }
        if helper.ends_with("Infrastructure")
            || helper.starts_with("Perform")
            || helper == "GenerateLocalBackups"
            || helper == "ManuallyUpdateSSLCertificate" && !self.state().machines.is_empty()
            || helper == "RestoreLatestBackup"
        {
            assert!(self.is_a_stage(), "{helper} runs on a Stage only");
        }
    }

    /// Whether there are ssh servers, and each runs a script of the test whatever is asked for.
    fn is_a_stage(&self) -> bool {
        let servers = std::fs::read_dir(self.path("sshd")).into_iter().flatten();
        let plays: Vec<bool> = servers
            .map(|entry| {
                let file = entry.unwrap().path().join("sshd_config");
                std::fs::read_to_string(file).unwrap().starts_with(FORCE)
            })
            .collect();
        !plays.is_empty() && plays.into_iter().all(|it| it)
    }
}
