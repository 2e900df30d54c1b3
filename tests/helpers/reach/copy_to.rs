//! `CopyToWebserver` and its like.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::world::ssh::Fleet;
use crate::world::{Door, Run};

/// Names that a shell, scp or ssh may take for something else.
pub const NAMES: [&[u8]; 9] = [
    b"a  page.html",
    b"it's \"quoted\".txt",
    "\u{fc}ber \u{65e5}\u{672c}.txt".as_bytes(),
    b"not\xffutf8",
    b"star*",
    b"[ab]",
    b"-r",
    b"host:file",
    b"$HOME;`id`",
];

/// Every byte value, over some megabytes.
pub fn content() -> Vec<u8> {
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    [&bytes.repeat(12 << 10)[..], b"end"].concat()
}

/// A helper for one machine or several, about to run.
pub fn to<'a>(fleet: &'a Fleet, helper: &str, machine: &str) -> Run<'a> {
    fleet
        .world
        .helper(Door::Shim, helper)
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", machine])
}

/// A directory that is there on this machine and, since the servers run on it, on the others.
pub fn directory(fleet: &Fleet, name: &str) -> PathBuf {
    let path = fleet.world.path(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn the_questions_come_in_the_order_of_the_script_and_the_file_until_it_is_there() {
    let fleet = Fleet::at("digitalocean");
    let there = directory(&fleet, "there");
    let file = fleet.world.path("page.html");
    std::fs::write(&file, content()).unwrap();
    let answers = [
        "/no/such file",
        there.to_str().unwrap(),
        file.to_str().unwrap(),
        "1",
        "test-build",
        "N",
        "Y",
        there.to_str().unwrap(),
    ];
    let ended = fleet
        .world
        .helper(Door::Shell, "CopyToWebserver")
        .stdin(answers.join("\n") + "\n")
        .ends();
    assert_eq!(ended.succeeded(), "");
    let [first, second] = fleet.servers_of("webserver")[..] else {
        panic!("there are two webservers");
    };
    let expected = format!(
        "What is the full path of the file to copy to the webserver? \n\
         There is no file '/no/such file'.\n\
         What is the full path of the file to copy to the webserver? \n\
         '{there}' is a directory.\n\
         What is the full path of the file to copy to the webserver? \n\
         Which cloud is the build at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr \n\
         There are these builds: test-build\n\
         What is the name of the build? (it becomes the active one) \n\
         Which webserver do you want to reach?\n\
         1:   {}   {}\nIs it this one? Y/N \n\
         2:   {}   {}\nIs it this one? Y/N \n\
         What is the full path of the directory on the webserver to copy to? \n",
        first.address,
        first.name,
        second.address,
        second.name,
        there = there.display()
    );
    assert_eq!(ended.stderr(), expected);
    assert!(
        std::fs::read(there.join("page.html")).unwrap() == content(),
        "{ended}"
    );
    assert_eq!((first.logins(), second.logins()), (0, 1), "{ended}");
}

#[test]
fn files_of_any_name_arrive_byte_for_byte_in_a_directory_of_any_name() {
    let fleet = Fleet::at("digitalocean");
    let there = directory(&fleet, "over there's * [x]");
    let here = directory(&fleet, "here");
    let files: Vec<PathBuf> = NAMES
        .iter()
        .map(|name| here.join(OsStr::from_bytes(name)))
        .collect();
    for (number, file) in files.iter().enumerate() {
        std::fs::write(
            file,
            [&content()[..], &[u8::try_from(number).unwrap()]].concat(),
        )
        .unwrap();
    }
    let machine = fleet.server("database").name.clone();
    let ended = to(&fleet, "CopyToDatabase", &machine)
        .arg_of_directory(&there)
        .args(&files)
        .ends();
    assert_eq!(ended.succeeded(), "");
    assert_eq!(ended.stderr(), "");
    for file in &files {
        let copied = std::fs::read(there.join(file.file_name().unwrap())).unwrap();
        assert!(copied == std::fs::read(file).unwrap(), "{}", file.display());
    }
    assert_eq!(std::fs::read_dir(&there).unwrap().count(), NAMES.len());
    assert_eq!(fleet.server("database").logins(), 1);
}

#[test]
fn a_relative_name_is_a_file_here_whatever_it_looks_like() {
    let fleet = Fleet::at("digitalocean");
    let there = directory(&fleet, "there");
    let machine = fleet.server("database").name.clone();
    for name in ["-r", "host:file"] {
        // The helpers start in the world's directory.
        std::fs::write(fleet.world.path(name), name).unwrap();
        let ended = to(&fleet, "CopyToDatabase", &machine)
            .arg_of_directory(&there)
            .args(["--", name])
            .ends();
        assert_eq!(ended.succeeded(), "");
        assert_eq!(std::fs::read_to_string(there.join(name)).unwrap(), name);
    }
}

#[test]
fn what_is_not_there_is_an_error_and_makes_no_file_of_that_name() {
    let fleet = Fleet::at("digitalocean");
    let machine = fleet.server("database").name.clone();
    let missing = fleet.world.path("missing");
    let ended = to(&fleet, "CopyToDatabase", &machine)
        .arg_of_directory(&missing)
        .args(["/etc/hostname"])
        .ends();
    ended.failed();
    ended.says("/missing/");
    assert!(!missing.exists(), "{ended}");
    for (file, complaint) in [
        ("/no/such", "there is no file '/no/such' to copy"),
        ("/etc", "'/etc' is a directory"),
    ] {
        let ended = to(&fleet, "CopyToDatabase", &machine)
            .args(["/etc/hostname", file])
            .ends();
        ended.failed();
        ended.says(complaint);
    }
    assert_eq!(fleet.server("database").logins(), 1);
}

#[test]
fn a_copy_to_all_names_the_machine_it_failed_on() {
    let fleet = Fleet::at("digitalocean");
    let there = directory(&fleet, "there");
    let ended = to(&fleet, "CopyToWebserver", "all")
        .arg_of_directory(&there)
        .args(["/etc/hostname"])
        .ends();
    assert_eq!(ended.succeeded(), "");
    let [first, second] = fleet.servers_of("webserver")[..] else {
        panic!("there are two webservers");
    };
    assert_eq!((first.logins(), second.logins()), (1, 1), "{ended}");
    let missing = fleet.world.path("missing");
    let ended = to(&fleet, "CopyToWebserver", "all")
        .arg_of_directory(&missing)
        .args(["/etc/hostname"])
        .ends();
    ended.failed();
    ended.says(&format!(
        "{} ({}): not everything was copied, status 1;",
        first.name, first.address
    ));
    ended.says(&format!(
        "2 of 2 machines failed: {} (status 1), {} (status 1)\n",
        first.name, second.name
    ));
}

impl Run<'_> {
    /// Adds the option that names the directory to copy to.
    pub fn arg_of_directory(self, directory: &std::path::Path) -> Self {
        self.args([OsStr::new("--to"), directory.as_os_str()])
    }
}

/// As the toolkit's script for a new certificate runs the two: from `helperscripts`, one after the other.
#[test]
fn a_script_that_sources_both_goes_on_after_each() {
    let fleet = Fleet::at("digitalocean");
    let there = directory(&fleet, "there");
    for (file, text) in [("chain.pem", "chain"), ("key.pem", "key")] {
        std::fs::write(fleet.world.path(file), text).unwrap();
    }
    let answers = |file: &str| {
        let file = fleet.world.path(file);
        let answers = ["", file.to_str().unwrap(), "1", "test-build", "Y"];
        answers.join("\n") + "\n" + there.to_str().unwrap() + "\n"
    };
    // The world writes a shim when it is asked for.
    drop(fleet.world.helper(Door::Shim, "CopyToAutoscaler"));
    let ended = fleet
        .world
        .helper(Door::Shim, "CopyToWebserver")
        .within(
            "set -- && cd build_home/helperscripts && sourcefile=SSL && echo one && read x &&
            . ./CopyToAutoscaler.sh && echo two && read x && . ./CopyToWebserver.sh && echo three $sourcefile",
        )
        .stdin(answers("chain.pem") + &answers("key.pem"))
        .ends();
    assert_eq!(ended.succeeded(), "one\ntwo\nthree SSL\n", "{ended}");
    for (file, text) in [("chain.pem", "chain"), ("key.pem", "key")] {
        assert_eq!(std::fs::read_to_string(there.join(file)).unwrap(), text);
    }
}
