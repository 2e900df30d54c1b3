//! Archives of keys that are not what they seem.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use super::damaged::assert_stopped;
use super::*;

fn gz(tar: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(tar).unwrap();
    encoder.finish().unwrap()
}

/// A tar with the build's key and one more member.
fn tar(name: &str, kind: EntryType, content: &[u8]) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    for (name, kind, content) in [
        (KEY, EntryType::Regular, &b"key\n"[..]),
        (name, kind, content),
    ] {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o4777);
        header.set_link_name("/etc/passwd").unwrap();
        header.set_cksum();
        archive.append(&header, content).unwrap();
    }
    archive.into_inner().unwrap()
}

/// A tar whose member is renamed by an extension header, as some tools do for long names.
fn renamed(name: &str) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    archive
        .append_pax_extensions([("path", name.as_bytes())])
        .unwrap();
    let mut header = Header::new_ustar();
    header.set_path(KEY).unwrap();
    header.set_size(4);
    header.set_cksum();
    archive.append(&header, &b"key\n"[..]).unwrap();
    archive.into_inner().unwrap()
}

/// The archives, with what they are and what is said of them.
fn archives() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let file = EntryType::Regular;
    let whole = gz(&tar("BUILD_KEY", file, b"key"));
    let bomb = gz(&tar("BUILD_KEY", file, &vec![0; 64 << 20]));
    assert!(bomb.len() < 1 << 20, "it is small to download");
    vec![
        (
            "a way up",
            gz(&tar("../BUILD_KEY", file, b"x")),
            "'../BUILD_KEY' is not named",
        ),
        (
            "a way round",
            gz(&tar("a/../../BUILD_KEY", file, b"x")),
            "is not named like a key",
        ),
        (
            "an absolute path",
            gz(&tar("/tmp/BUILD_KEY", file, b"x")),
            "'/tmp/BUILD_KEY' is not",
        ),
        (
            "a folder's file",
            gz(&tar("x/BUILD_KEY", file, b"x")),
            "is not named like a key",
        ),
        (
            "another file",
            gz(&tar("authorized_keys", file, b"x")),
            "'authorized_keys' is not",
        ),
        (
            "a hidden rename",
            gz(&renamed("../BUILD_KEY")),
            "'../BUILD_KEY' is not named",
        ),
        (
            "a symbolic link",
            gz(&tar("BUILD_KEY", EntryType::Symlink, b"")),
            "is a link",
        ),
        (
            "a hard link",
            gz(&tar("BUILD_KEY", EntryType::Link, b"")),
            "is a link",
        ),
        (
            "a device",
            gz(&tar("BUILD_KEY", EntryType::Char, b"")),
            "is a device",
        ),
        (
            "a disk",
            gz(&tar("BUILD_KEY", EntryType::Block, b"")),
            "is a device",
        ),
        (
            "a pipe",
            gz(&tar("BUILD_KEY", EntryType::Fifo, b"")),
            "is a pipe",
        ),
        (
            "a directory",
            gz(&tar("BUILD_KEY", EntryType::Directory, b"")),
            "is a directory",
        ),
        (
            "an empty key",
            gz(&tar("BUILD_KEY", file, b"")),
            "'BUILD_KEY' is empty",
        ),
        ("a bomb", bomb, "it unpacks to more than 1048576 bytes"),
        ("an empty archive", gz(&[0; 10240]), "it holds no key"),
        ("no archive", gz(b"webserver:1\n"), "tar archive"),
        (
            "a cut gzip",
            whole[..whole.len() - 3].to_vec(),
            "it is no whole gzip file",
        ),
        (
            "a longer gzip",
            [&whole[..], b"x"].concat(),
            "it is no whole gzip file",
        ),
        (
            "a cut tar",
            gz(&tar("BUILD_KEY", file, b"key")[..1024]),
            "its tar archive is cut short",
        ),
        (
            "a cut member",
            gz(&tar("BUILD_KEY", file, &[b'k'; 900])[..2000]),
            "cut short",
        ),
    ]
}

#[test]
fn an_archive_with_anything_but_keys_ends_the_build_and_writes_nothing() {
    for (what, archive, expected) in archives() {
        let world = World::from_snapshots("linode", "s5cmd");
        world.initialise().succeeded();
        std::fs::write(world.object("keys.tar.gz"), archive).unwrap();
        assert_stopped(&world, "keys.tar.gz", expected);
        let outside = ["BUILD_KEY", "tmp/BUILD_KEY"].map(|name| world.path(name));
        assert!(!outside.iter().any(|path| path.exists()), "{what}");
    }
}
