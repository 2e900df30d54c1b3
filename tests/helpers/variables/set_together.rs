//! SetVariableValue: several at the same time.

use super::*;

#[test]
fn eight_writers_at_once_lose_nothing_and_leave_nothing_behind() {
    let world = World::at("digitalocean");
    let names = || {
        let mut names = world.names_below("build_home");
        names.retain(|name| !name.ends_with("/SetVariableValue.sh"));
        names
    };
    let before = names();
    let length = std::fs::read(world.build("build_environment"))
        .unwrap()
        .len();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let run = world.helper(Door::Binary, "SetVariableValue");
            let run = run.args([format!("WRITER_{number}=value {number}")]);
            scope.spawn(move || run.ends().succeeded_silently().to_owned());
        }
    });
    let content = std::fs::read_to_string(world.build("build_environment")).unwrap();
    for number in 0..8 {
        let line = format!("\nWRITER_{number}=value {number}\n");
        assert_eq!(content.matches(&line).count(), 1, "{content}");
    }
    assert_eq!(content.len(), length + 8 * "WRITER_0=value 0\n".len());
    assert_eq!(names(), before, "something was left behind");
}

#[test]
fn a_reader_sees_the_old_value_or_the_new_one_and_nothing_between() {
    let world = World::at("digitalocean");
    world.edit_environment(|content| format!("{content}FILL={}\n", "x".repeat(1 << 20)));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..10 {
                let run = world.helper(Door::Binary, "SetVariableValue");
                run.args([format!("REGION=lon{number}")])
                    .ends()
                    .succeeded_silently();
            }
        });
        while !writer.is_finished() {
            let run = world.helper(Door::Binary, "GetVariableValue");
            let ended = run.args(["REGION"]).ends();
            let value = ended.succeeded_silently();
            assert!(
                value.starts_with("lon") && value.len() == "lon1\n".len(),
                "{value}"
            );
        }
    });
}
