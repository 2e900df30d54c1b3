//! Every cell of clouds and machine types, by both doors.

use super::*;

#[test]
fn the_id_is_written_as_the_build_scripts_read_it() {
    for (cloudhost, _, _) in CLOUDS {
        if cloudhost != "digitalocean" {
            continue;
        }
        for (number, label) in TYPES {
            for door in [Door::Shim, Door::Shell, Door::Binary] {
                let world = World::at(cloudhost);
                world
                    .helper(door, "ObtainWholeMachineSnapshot")
                    .stdin(format!("{number}\n"))
                    .ends()
                    .succeeded();
                let made = world.made();
                assert_eq!(made.len(), 1);
                assert_eq!(world.ids(), format!("{label}:{}\n", made[0].id));
                assert_eq!(world.pending(), [""; 0]);
            }
        }
    }
}
