//! What commands print, however much it is.

use crate::world::ssh::Fleet;
use crate::world::{Door, Ended};

/// In bytes, with its line end.
const LINE: usize = 100_000;

/// What a program can hold, in units of 1024 bytes: of memory, and of a file, which one in memory is too.
const LIMITS: &str = "ulimit -v 250000 && ulimit -f 20000";

/// Runs a command on both webservers within those limits, and hands what they print to `reader`; the helper's own status
/// stands at the end.
fn all(fleet: &Fleet, command: &str, reader: &str) -> Ended {
    fleet
        .world
        .helper(Door::Binary, "ExecuteOnWebserver")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", "all", command])
        .within(&format!(
            "{LIMITS} && {{ \"$@\"; echo $? >status; }} | {reader} && cat status"
        ))
        .ends()
}

#[test]
fn memory_stays_flat_however_much_is_printed_and_however_slowly_it_is_read() {
    let fleet = Fleet::at("digitalocean");
    let names = fleet.servers_of("webserver");
    let zeros = format!("$(printf %0{}d 0)", LINE - 1);
    for (lines, reader) in [(800, "wc -c"), (400, "{ sleep 2; wc -c; }")] {
        let command = format!("yes {zeros} | head -{lines}; yes {zeros} | head -{lines} >&2");
        let ended = all(&fleet, &command, reader);
        let expected: usize = names
            .iter()
            .map(|server| lines * (server.name.len() + ": ".len() + LINE))
            .sum();
        assert_eq!(ended.succeeded(), format!("{expected}\n0\n"));
        // What is printed on standard error comes there too.
        assert_eq!(ended.stderr().len(), expected, "{reader}");
    }
}

#[test]
fn a_line_without_an_end_is_passed_on_too() {
    let fleet = Fleet::at("digitalocean");
    let ended = all(
        &fleet,
        "head -c 30000000 /dev/zero | tr '\\0' x",
        "tr -cd x | wc -c",
    );
    assert_eq!(ended.succeeded(), "60000000\n0\n");
}
