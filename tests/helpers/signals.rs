//! A signal ends what a helper has started, in every helper that starts something.

use crate::world::{Door, World};

/// What stands in for a program: it ends the helper with a signal, and leaves a mark should it be left alone.
const PROGRAM: &str = "echo $$ >program\nkill -s TERM $PPID\nsleep 3 && echo >survived";

#[test]
fn no_program_outlives_the_helper_that_started_it() {
    for (helper, words, program) in [
        ("ListServerIDs", &["ws", "digitalocean"][..], "doctl"),
        ("NumberOfServers", &["ws", "digitalocean"], "doctl"),
        ("GetServerIPAddresses", &["ws", "digitalocean"], "doctl"),
        ("IsInstanceRunning", &["ws", "digitalocean"], "doctl"),
        ("DestroyServer", &["203.0.113.9", "digitalocean"], "doctl"),
        ("GetBuildMachineIP", &[], "wget"),
        ("RunServiceCommand", &["cron", "restart"], "service"),
        ("ListFromDatastore", &["config", "x"], "s3cmd"),
    ] {
        let world = World::at("digitalocean");
        for other in ["wget", "curl", "hostname", "service", "systemctl"] {
            world.tool(other, "exit 1");
        }
        world.tool(program, PROGRAM);
        let ended = world.helper(Door::Binary, helper).args(words).ends();
        assert_eq!(ended.signal, Some(15), "{helper}: {ended}");
        let pid = std::fs::read_to_string(world.path("program")).unwrap();
        let status = std::path::Path::new("/proc")
            .join(pid.trim())
            .join("status");
        // Whom nobody has waited for yet has ended all the same.
        let is_over = || {
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            status.is_empty() || status.contains("State:\tZ")
        };
        while !is_over() {
            // It has been told to; the mark below is of one that has not.
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert!(!world.path("survived").exists(), "{helper}");
    }
}
