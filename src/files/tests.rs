use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::*;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_new_file_with_a_secret_is_for_its_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("credentials.dat");
    replace(&path, b"USERNAME:x\n", NewMode::Secret).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"USERNAME:x\n");
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn an_existing_file_keeps_its_mode_and_no_temporary_file_stays() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("snapshot_ids.dat");
    std::fs::write(&path, "old").unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o744)).unwrap();
    replace(&path, b"new", NewMode::Secret).unwrap();
    assert_eq!(mode(&path), 0o744);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn a_symbolic_link_is_followed() {
    let directory = tempfile::tempdir().unwrap();
    let real = directory.path().join("real");
    let link = directory.path().join("link");
    std::fs::write(&real, "old").unwrap();
    std::os::unix::fs::symlink("real", &link).unwrap();
    replace(&link, b"new", NewMode::Plain).unwrap();
    assert!(link.is_symlink());
    assert_eq!(std::fs::read(&real).unwrap(), b"new");
}

#[test]
fn a_write_that_fails_names_the_file() {
    let failure = replace(Path::new("/nowhere/at/all"), b"", NewMode::Plain).unwrap_err();
    assert!(format!("{failure:#}").starts_with("cannot write '/nowhere/at/all': "));
}

#[test]
fn what_a_killed_run_left_of_a_file_goes_with_its_next_write_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    for name in [
        ".adt-new-ids.dat-x1",
        ".adt-new-ids.dat.candidate-x1",
        "kept.dat",
    ] {
        std::fs::write(at(name), "half").unwrap();
    }
    replace(&at("ids.dat"), b"whole", NewMode::Plain).unwrap();
    let mut left: Vec<_> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(
        left,
        [".adt-new-ids.dat.candidate-x1", "ids.dat", "kept.dat"]
    );
}

#[test]
fn a_lock_that_is_held_is_waited_for_and_the_wait_ends() {
    let directory = tempfile::tempdir().unwrap();
    let held = DirectoryLock::acquire(directory.path(), Duration::ZERO).unwrap();
    let refused = DirectoryLock::acquire(directory.path(), Duration::ZERO).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("another program has held the lock")
    );
    drop(held);
    DirectoryLock::acquire(directory.path(), Duration::ZERO).unwrap();
}

#[test]
fn a_lock_file_goes_with_its_holder() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("webserver.lock");
    let held = LockFile::acquire(&path, Duration::ZERO, || {}).unwrap();
    assert!(LockFile::acquire(&path, Duration::ZERO, || {}).is_err());
    drop(held);
    assert!(!path.exists());
}

#[test]
fn eight_threads_take_turns() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("count");
    std::fs::write(&path, "0").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let lock = directory.path().join("count.lock");
                for _ in 0..20 {
                    let _held = LockFile::acquire(&lock, Duration::from_mins(1), || {}).unwrap();
                    let count: u32 = std::fs::read_to_string(&path).unwrap().parse().unwrap();
                    replace(&path, (count + 1).to_string().as_bytes(), NewMode::Plain).unwrap();
                }
            });
        }
    });
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "160");
}
