//! Which build the variables are of: `BUILD_HOME`, `ACTIVE_CLOUDHOST` and `ACTIVE_BUILD_IDENTIFIER`.

use super::*;

/// The helpers that read the active build, each with arguments that would be right.
const READERS: [(&str, &[&str]); 4] = [
    ("GetVariableValue", &["REGION"]),
    ("SetVariableValue", &["REGION=x"]),
    ("GetOsName", &[]),
    ("ObtainWholeMachineSnapshot", &["--type", "webserver"]),
];

#[track_caller]
fn assert_refused(world: &World, expected: &str) {
    if corrected(
        "a missing or bad active build is an error with a status; contract 00, exit status, and README, decisions 2 and 3",
    ) {
        return;
    }
    let before = world.files();
    for (name, words) in READERS {
        for door in DOORS {
            let ended = world.helper(door, name).args(words).ends();
            let line = ended.refused();
            assert!(line.starts_with(&format!("{name}: ")), "{ended}");
            assert!(line.contains(expected), "expected '{expected}' in: {ended}");
        }
    }
    assert_eq!(world.files(), before);
    assert!(world.calls().is_empty());
}

#[test]
fn without_an_active_build_the_file_that_is_missing_is_named() {
    for file in ["ACTIVE_CLOUDHOST", "ACTIVE_BUILD_IDENTIFIER"] {
        let world = World::at("digitalocean");
        std::fs::remove_file(world.home("runtimedata").join(file)).unwrap();
        let path = world.home("runtimedata").join(file);
        assert_refused(
            &world,
            &format!("there is no active build: '{}'", path.display()),
        );
    }
}

#[test]
fn a_cloudhost_that_is_none_is_refused() {
    for content in [
        &b"../x\n"[..],
        b"\n",
        b"",
        b"digitalocean\0\n",
        b"digital\nocean\n",
        b"aws\n",
        b"DigitalOcean\n",
        b"\xff\xfe\n",
        b"$(id)\n",
        b"digitalocean/../vultr\n",
        &vec![b'a'; 1 << 20],
        &vec![0xff; 1 << 20],
    ] {
        let world = World::at("digitalocean");
        world.write("runtimedata/ACTIVE_CLOUDHOST", content);
        assert_refused(&world, "ACTIVE_CLOUDHOST");
    }
}

#[test]
fn a_build_identifier_that_leaves_its_folder_is_refused() {
    for content in [
        &b"../x\n"[..],
        b"..\n",
        b".\n",
        b"\n",
        b"",
        b"a/b\n",
        b"/etc\n",
        b"test-build\0x\n",
        b"test\nbuild\n",
        b"test\rbuild\n",
        b"\xff\xfe\n",
        &vec![b'a'; 1 << 20],
        &vec![0xff; 1 << 20],
    ] {
        let world = World::at("digitalocean");
        world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", content);
        assert_refused(&world, "ACTIVE_BUILD_IDENTIFIER");
    }
}

#[test]
fn a_missing_line_end_or_a_foreign_one_does_not_matter() {
    for end in ["", "\n", "\r\n", "\n\n", " \n"] {
        let is_foreign = end.contains(['\r', ' ']);
        if is_foreign
            && corrected(
                "blanks and returns after the active build's name do not matter; contract 04",
            )
        {
            continue;
        }
        let world = World::at("vultr");
        world.write("runtimedata/ACTIVE_CLOUDHOST", format!("vultr{end}"));
        world.write(
            "runtimedata/ACTIVE_BUILD_IDENTIFIER",
            format!("test-build{end}"),
        );
        let run = world.helper(Door::Shim, "GetVariableValue");
        assert_eq!(run.args(["REGION"]).ends().succeeded_silently(), "lhr\n");
    }
}

#[test]
fn an_odd_name_that_stays_in_its_folder_is_a_build() {
    if corrected("an odd build identifier is one part of a path; contract README, decision 2") {
        return;
    }
    for name in ["a b", "$(id)", "-x", "it's", "\u{fc}ber", "x;y&z", "*"] {
        let world = World::at("digitalocean");
        world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", format!("{name}\n"));
        world.write(
            &format!("runtimedata/digitalocean/{name}/build_environment"),
            "REGION=odd\n",
        );
        for door in DOORS {
            let run = world.helper(door, "GetVariableValue").args(["REGION"]);
            assert_eq!(run.ends().succeeded_silently(), "odd\n", "{name}");
        }
    }
}

#[test]
fn build_home_comes_from_the_environment() {
    if corrected("BUILD_HOME of the environment counts; contract README, decision 2") {
        return;
    }
    let world = World::at("digitalocean");
    let other = World::at("linode");
    for door in DOORS {
        let run = world.helper(door, "GetVariableValue").args(["REGION"]);
        let ended = run.env("BUILD_HOME", other.home("")).ends();
        assert_eq!(ended.succeeded_silently(), "gb-lon\n");
    }
}

#[test]
fn a_relative_build_home_is_refused() {
    if corrected("BUILD_HOME of the environment counts; contract README, decision 2") {
        return;
    }
    let world = World::at("digitalocean");
    for (name, words) in READERS {
        let run = world.helper(Door::Shim, name).args(words);
        let ended = run.env("BUILD_HOME", "build_home").ends();
        let line = ended.refused();
        assert!(
            line.contains("BUILD_HOME is 'build_home', which is not an absolute path"),
            "{ended}"
        );
    }
    assert!(world.calls().is_empty());
}

#[test]
fn a_build_home_with_blanks_and_quotes_is_a_directory_like_any_other() {
    if corrected("BUILD_HOME of the environment counts; contract README, decision 2") {
        return;
    }
    let world = World::at("digitalocean");
    let odd = world.path("it's a \"home\" $(id)");
    std::fs::rename(world.path("build_home"), &odd).unwrap();
    std::os::unix::fs::symlink(&odd, world.path("build_home")).unwrap();
    let run = world.helper(Door::Binary, "SetVariableValue");
    run.args(["A=b c"])
        .env("BUILD_HOME", &odd)
        .ends()
        .succeeded_silently();
    let run = world.helper(Door::Binary, "GetVariableValue").args(["A"]);
    let ended = run.env("BUILD_HOME", &odd).ends();
    assert_eq!(ended.succeeded_silently(), "b c\n");
}

#[test]
fn the_current_directory_does_not_matter() {
    let world = World::at("digitalocean");
    for directory in ["/", "build_home/helperscripts"] {
        for door in DOORS {
            let run = world.helper(door, "GetVariableValue").args(["REGION"]);
            let line = format!("cd {directory} && exec \"$@\"");
            assert_eq!(run.within(&line).ends().succeeded_silently(), "lon1\n");
        }
    }
}

/// The toolkit's scripts read one file after the other; what they find there for longer than a moment belongs together.
#[test]
fn nobody_sees_the_cloud_of_one_build_with_the_name_of_another() {
    if corrected("--make-active changes both files together; contract 02 §2.0") {
        return;
    }
    let world = World::at("digitalocean");
    let builds = [("linode", "prod"), ("vultr", "shop")];
    for (cloudhost, build) in builds {
        world.write(&format!("runtimedata/{cloudhost}/{build}/.keep"), "");
    }
    let read = |name: &str| {
        let path = world.home("runtimedata").join(name);
        let text = std::fs::read_to_string(path).unwrap();
        text.trim_end().to_owned()
    };
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let order = std::sync::atomic::Ordering::SeqCst;
    let seen = std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut seen = std::collections::BTreeSet::new();
            while !is_over.load(order) {
                let both = || (read("ACTIVE_CLOUDHOST"), read("ACTIVE_BUILD_IDENTIFIER"));
                let (first, again) = (both(), both());
                if first == again {
                    seen.insert(first);
                }
            }
            seen
        });
        // Whoever watches ends with this thread, also when it fails.
        let ends = OnDrop(&is_over);
        for (cloudhost, build) in builds.into_iter().cycle().take(200) {
            // There is no more of the build than its folder, so it cannot be gone on with.
            let run = world.helper(Door::Binary, "ExecuteOnWebserver");
            let ended = run
                .args(["--cloudhost", cloudhost, "--build", build])
                .args(["--make-active", "true"])
                .ends();
            assert_eq!(read("ACTIVE_CLOUDHOST"), cloudhost, "{ended}");
            assert_eq!(read("ACTIVE_BUILD_IDENTIFIER"), build, "{ended}");
        }
        drop(ends);
        watching.join().unwrap()
    });
    let belongs_together = |(cloudhost, build): &(String, String)| {
        build.is_empty()
            || (cloudhost.as_str(), build.as_str()) == ("digitalocean", "test-build")
            || builds.contains(&(cloudhost, build))
    };
    assert!(seen.iter().all(belongs_together), "{seen:?}");
    assert!(seen.len() >= builds.len(), "{seen:?}");
}

/// Says that something is over when it goes.
struct OnDrop<'a>(&'a std::sync::atomic::AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}
