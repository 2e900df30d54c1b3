//! The toolkit's own scripts read what is written here, and their files are read here (contract 03 §3.2).

use super::*;

/// How the scripts read a field.
fn as_the_scripts_read(world: &World, label: &str, file: &std::path::Path) -> String {
    world.system(
        &format!("grep {label} \"$1\" | awk -F: '{{print $NF}}'"),
        file,
    )
}

#[test]
fn the_scripts_find_every_id_and_credential_under_both_names() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        for (_, label) in TYPES {
            world
                .obtain(&["--type", label, "--os", "debian"])
                .ends()
                .succeeded();
        }
        let made = world.ids();
        world.begin_anew();
        world.initialise().succeeded();
        for file in [
            world.snapshots("snapshot_ids.dat"),
            world.legacy_snapshots("snapshot_ids.dat"),
        ] {
            for line in made.lines() {
                let (label, id) = line.split_once(':').unwrap();
                assert_eq!(as_the_scripts_read(&world, label, &file), format!("{id}\n"));
            }
        }
        for (file, label, value) in [
            ("credentials.dat", "USERNAME", "Xk3JdQ9sPzLw8RtYv2NX"),
            ("credentials.dat", "PASSWORD", "aB3dE5fG7hJ9kL1mN2"),
            ("db_credentials.dat", "USERNAME", "u2m5n8b4vu"),
            ("db_credentials.dat", "PASSWORD", "p9x7c3v1bp"),
            ("db_credentials.dat", "DBNAME", "n4f8k2lq1n"),
        ] {
            let read = as_the_scripts_read(&world, label, &world.legacy_snapshots(file));
            assert_eq!(read, format!("{value}\n"), "{cloudhost} {file}");
        }
    }
}

#[test]
fn the_scripts_unpack_the_archive_into_the_same_keys() {
    let world = World::from_snapshots("digitalocean", "s3cmd");
    world.initialise().succeeded();
    std::fs::create_dir(world.path("theirs")).unwrap();
    let script = format!("tar xvfz \"$1\" -C '{}'", world.path("theirs").display());
    let members = world.system(&script, &world.snapshots("keys.tar.gz"));
    assert_eq!(members, format!("{KEY}\n{KEY}.pub\n"));
    for name in [KEY.to_owned(), format!("{KEY}.pub")] {
        let theirs = std::fs::read(world.path("theirs").join(&name)).unwrap();
        assert_eq!(
            theirs,
            std::fs::read(world.build("keys").join(&name)).unwrap()
        );
    }
}

#[test]
fn what_the_scripts_wrote_is_read() {
    for tool in TOOLS {
        let world = World::from_snapshots("linode", tool);
        let keys = world.path("theirs");
        std::fs::create_dir(&keys).unwrap();
        for name in [KEY.to_owned(), format!("{KEY}.pub")] {
            std::fs::write(keys.join(name), "(a sample, not a key)\n").unwrap();
        }
        let pack = "cd \"$1\" && tar cvfz keys.tar.gz *BUILD_KEY*";
        world.system(pack, &keys);
        std::fs::copy(keys.join("keys.tar.gz"), world.object("keys.tar.gz")).unwrap();
        for (name, content) in [
            (
                "snapshot_ids.dat",
                "autoscaler:private/7\nwebserver:private/12345\n",
            ),
            (
                "credentials.dat",
                "USERNAME:Xk3JdQ9sPzLw8RtYv2NX\nPASSWORD:aB3dE5fG7hJ9kL1mN2\n",
            ),
            (
                "db_credentials.dat",
                "USERNAME:admin:::app\nPASSWORD:p9x7c3v1bp\nDBNAME:n4f8k2lq1n\n",
            ),
        ] {
            std::fs::write(world.object(name), content).unwrap();
        }
        world.has_snapshot("private/12345", "webserver");
        world.set_variable("DATABASE_INSTALLATION_TYPE", Some("None"));
        let ended = world.initialise();
        assert_eq!(ended.succeeded(), "private/12345\n");
        world.assert_initialised(tool);
    }
}
