//! Machines that have no SFTP server, which scp needs since OpenSSH 9.

use std::path::{Path, PathBuf};

use super::copy_to::{NAMES, content, directory, to};
use crate::world::ssh::Fleet;

fn file_of(directory: &Path, name: &[u8]) -> PathBuf {
    directory.join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name))
}

#[test]
fn the_message_names_sftp_and_the_way_out() {
    for line in ["", "Subsystem sftp /no/such/sftp-server"] {
        let mut fleet = Fleet::at("digitalocean");
        let name = fleet.world.machine_name("webserver");
        fleet.lose_sftp(&name, line);
        let there = directory(&fleet, "there");
        let address = fleet.server("webserver").address;
        let advice = format!(
            "{name} ({address}): the machine has no SFTP server that works, which scp needs; run the same command again with \
             ADT_SCP=\"scp -O\" in the environment, or set one up there ('Subsystem sftp internal-sftp' in its sshd_config)\n"
        );
        for (copy, of, machine, status) in [
            ("CopyToWebserver", "/etc/hostname", name.as_str(), 255),
            ("CopyFromWebserver", "/etc/hostname", &name, 255),
            ("CopyToWebserver", "/etc/hostname", "all", 1),
        ] {
            let ended = to(&fleet, copy, machine)
                .arg_of_directory(&there)
                .args([of])
                .ends();
            assert_eq!(ended.status, Some(status), "{ended}");
            ended.says(&advice);
            assert!(!ended.stderr().contains("connection failed"), "{ended}");
        }
    }
}

#[test]
fn with_scps_old_protocol_files_of_any_name_are_copied_both_ways() {
    let mut fleet = Fleet::at("digitalocean");
    let name = fleet.world.machine_name("database");
    fleet.lose_sftp(&name, "");
    let there = directory(&fleet, "over there's * [x]");
    let (here, back) = (directory(&fleet, "here"), directory(&fleet, "back"));
    let files: Vec<PathBuf> = NAMES.iter().map(|it| file_of(&here, it)).collect();
    for file in &files {
        std::fs::write(file, content()).unwrap();
    }
    // Where a person's own configuration makes no session, the old protocol has none either.
    let configuration = fleet.world.path("ssh_config");
    std::fs::write(&configuration, "Host *\nSessionType none\n").unwrap();
    let scp = format!("scp -O -F {}", configuration.display());
    let ended = to(&fleet, "CopyToDatabase", &name)
        .env("ADT_SCP", &scp)
        .arg_of_directory(&there)
        .args(&files)
        .ends();
    assert_eq!(ended.succeeded(), "");
    for file in &files {
        let copied = std::fs::read(there.join(file.file_name().unwrap())).unwrap();
        assert!(copied == content(), "{}", file.display());
    }
    // The pattern of a name is the machine's, and what is around it stands for itself.
    let ended = to(&fleet, "CopyFromDatabase", &name)
        .env("ADT_SCP", &scp)
        .arg_of_directory(&back)
        .args([here.join("it's \"q*.[st]xt"), here.join("a  page.html")])
        .ends();
    assert_eq!(ended.succeeded(), "");
    for name in ["it's \"quoted\".txt", "a  page.html"] {
        assert!(
            std::fs::read(back.join(name)).unwrap() == content(),
            "{name}"
        );
    }
}
