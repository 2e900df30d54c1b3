use super::*;

struct Toolkit {
    directory: tempfile::TempDir,
    home: BuildHome,
    url: WebsiteUrl,
}

fn toolkit() -> Toolkit {
    let directory = tempfile::tempdir().unwrap();
    let home = BuildHome::new(directory.path().canonicalize().unwrap(), "the test").unwrap();
    Toolkit {
        directory,
        home,
        url: "www.testwebsite.uk".parse().unwrap(),
    }
}

impl Toolkit {
    fn documented(&self) -> PathBuf {
        self.home.documented_snapshots(&self.url)
    }

    fn legacy(&self) -> PathBuf {
        self.home.legacy_snapshots(&self.url)
    }

    fn find(&self) -> anyhow::Result<SnapshotDirectory> {
        SnapshotDirectory::find(&self.home, &self.url)
    }

    fn prepared(&self) -> SnapshotDirectory {
        let mut found = self.find().unwrap();
        found.prepare().unwrap();
        found
    }

    fn write(&self, content: &str) {
        self.prepared()
            .write(&[(SNAPSHOT_IDS, content.into())])
            .unwrap();
    }

    fn assert_both_names_hold(&self, content: &str) {
        for name in [self.documented(), self.legacy()] {
            let read = std::fs::read_to_string(name.join(SNAPSHOT_IDS)).unwrap();
            assert_eq!(read, content, "{}", name.display());
        }
    }
}

#[test]
fn without_either_the_documented_one_is_made_and_the_other_is_a_relative_link() {
    let toolkit = toolkit();
    let found = toolkit.find().unwrap();
    assert_eq!(
        std::fs::read_dir(toolkit.directory.path()).unwrap().count(),
        0,
        "finding changes nothing"
    );
    drop(found);
    toolkit.write("webserver:1\n");
    assert!(!toolkit.documented().is_symlink());
    assert_eq!(
        toolkit.legacy().read_link().unwrap(),
        Path::new("../../wholemachinebackups/www.testwebsite.uk/snapshots")
    );
    toolkit.assert_both_names_hold("webserver:1\n");
}

#[test]
fn the_one_that_exists_is_used_and_the_other_becomes_a_link() {
    let toolkit = toolkit();
    std::fs::create_dir_all(toolkit.legacy()).unwrap();
    std::fs::write(toolkit.legacy().join("users.dat"), "kept").unwrap();
    toolkit.write("webserver:1\n");
    assert!(!toolkit.legacy().is_symlink() && toolkit.documented().is_symlink());
    assert_eq!(
        std::fs::read_to_string(toolkit.documented().join("users.dat")).unwrap(),
        "kept"
    );
    toolkit.assert_both_names_hold("webserver:1\n");
}

#[test]
fn two_directories_that_are_alike_are_both_written() {
    let toolkit = toolkit();
    for name in [toolkit.documented(), toolkit.legacy()] {
        std::fs::create_dir_all(&name).unwrap();
        std::fs::write(name.join(SNAPSHOT_IDS), "database:7\n").unwrap();
    }
    toolkit.write("database:7\nwebserver:1\n");
    assert!(!toolkit.documented().is_symlink() && !toolkit.legacy().is_symlink());
    toolkit.assert_both_names_hold("database:7\nwebserver:1\n");
}

#[test]
fn two_directories_that_differ_are_both_named_and_left_alone() {
    let toolkit = toolkit();
    for (name, content) in [
        (toolkit.documented(), "webserver:1\n"),
        (toolkit.legacy(), "webserver:2\n"),
    ] {
        std::fs::create_dir_all(&name).unwrap();
        std::fs::write(name.join(SNAPSHOT_IDS), content).unwrap();
    }
    let refusal = toolkit.find().unwrap_err().to_string();
    for word in [
        toolkit.documented().display().to_string(),
        toolkit.legacy().display().to_string(),
        SNAPSHOT_IDS.into(),
    ] {
        assert!(refusal.contains(&word), "{refusal}");
    }
    assert_eq!(
        std::fs::read_to_string(toolkit.legacy().join(SNAPSHOT_IDS)).unwrap(),
        "webserver:2\n"
    );
}

#[test]
fn a_record_that_only_one_of_two_directories_has_is_a_difference() {
    let toolkit = toolkit();
    std::fs::create_dir_all(toolkit.documented()).unwrap();
    std::fs::create_dir_all(toolkit.legacy()).unwrap();
    std::fs::write(toolkit.legacy().join(CREDENTIALS), "USERNAME:x\n").unwrap();
    assert!(toolkit.find().is_err());
}

#[test]
fn a_write_to_two_directories_that_was_cut_short_is_finished() {
    let toolkit = toolkit();
    for name in [toolkit.documented(), toolkit.legacy()] {
        std::fs::create_dir_all(&name).unwrap();
        std::fs::write(name.join(SNAPSHOT_IDS), "database:7\n").unwrap();
    }
    let found = toolkit.prepared();
    std::fs::write(found.pending().join(MIRRORING), "").unwrap();
    std::fs::write(toolkit.documented().join(SNAPSHOT_IDS), "database:8\n").unwrap();
    let again = toolkit.prepared();
    toolkit.assert_both_names_hold("database:8\n");
    assert!(!again.pending().join(MIRRORING).exists());
}

#[test]
fn a_link_of_the_users_to_another_place_is_followed() {
    let toolkit = toolkit();
    let elsewhere = toolkit.directory.path().join("big-disk");
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::fs::create_dir_all(toolkit.documented().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, toolkit.documented()).unwrap();
    toolkit.write("webserver:1\n");
    assert!(elsewhere.join(SNAPSHOT_IDS).exists());
    toolkit.assert_both_names_hold("webserver:1\n");
}

#[test]
fn a_link_that_leads_nowhere_is_named() {
    let toolkit = toolkit();
    std::fs::create_dir_all(toolkit.legacy().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", toolkit.legacy()).unwrap();
    let refusal = toolkit.find().unwrap().prepare().unwrap_err().to_string();
    assert!(
        refusal.contains(&toolkit.legacy().display().to_string()),
        "{refusal}"
    );
    assert!(toolkit.legacy().is_symlink(), "the user's link stays");
}

#[test]
fn a_file_in_the_directorys_place_is_named() {
    let toolkit = toolkit();
    std::fs::create_dir_all(toolkit.documented().parent().unwrap()).unwrap();
    std::fs::write(toolkit.documented(), "").unwrap();
    assert!(
        toolkit
            .find()
            .unwrap_err()
            .to_string()
            .contains("is not a directory")
    );
}

#[test]
fn eight_at_once_make_one_directory() {
    let toolkit = toolkit();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| toolkit.prepared());
        }
    });
    toolkit.write("webserver:1\n");
    toolkit.assert_both_names_hold("webserver:1\n");
}
