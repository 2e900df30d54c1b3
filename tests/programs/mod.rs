//! The program under the names of its helpers, as an installation has it.

use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// The program that was built.
pub fn program() -> PathBuf {
    assert_cmd::cargo::cargo_bin("adt-helpers")
}

/// A link to the program that was built, by whose name the program is the helper `name`.
///
/// # Panics
/// When the link cannot be made.
pub fn helper(name: &str) -> PathBuf {
    let links = program().with_file_name("named");
    let link = links.join(name);
    std::fs::create_dir_all(&links).unwrap();
    match symlink("../adt-helpers", &link) {
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {}
        made => made.unwrap(),
    }
    link
}
