//! Reading `keys.tar.gz`, which came from a bucket and may hold anything.
//!
//! The scripts unpack it as root with `tar xvfz … -C keys`, which follows wherever a member leads. Here the whole archive
//! is read before a byte of it is written, and only plain files named like keys are taken.

use std::collections::BTreeMap;
use std::io::Read;

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;
use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};

use super::KEY_MARK;
use crate::foreign_text::beginning;

/// How large an archive may be unpacked: a pair of the longest keys takes a hundredth of it.
const LARGEST_BYTES: u64 = 1 << 20;

/// What every tar ends with: two blocks of zeros. One that was cut between two members lacks them.
const END: [u8; 1024] = [0; 1024];

/// The keys in an archive, by name.
///
/// # Errors
/// When it is cut or damaged, larger than a mebibyte, holds no key, or holds anything other than keys at its top level.
pub fn unpack(archive: &[u8]) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let tar = decompressed(archive)?;
    let mut keys = BTreeMap::new();
    for entry in Archive::new(&tar[..])
        .entries()
        .context("it is no tar archive")?
    {
        let (name, key) = key_in(entry.context("it is no whole tar archive")?)?;
        keys.insert(name, key);
    }
    ensure!(!keys.is_empty(), "it holds no key (*{KEY_MARK}*)");
    ensure!(tar.ends_with(&END), "its tar archive is cut short");
    Ok(keys)
}

fn decompressed(archive: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut tar = Vec::new();
    MultiGzDecoder::new(archive)
        .take(LARGEST_BYTES + 1)
        .read_to_end(&mut tar)
        .context("it is no whole gzip file")?;
    ensure!(
        tar.len() as u64 <= LARGEST_BYTES,
        "it unpacks to more than {LARGEST_BYTES} bytes"
    );
    Ok(tar)
}

fn key_in<R: Read>(mut entry: Entry<'_, R>) -> anyhow::Result<(String, Vec<u8>)> {
    let path = entry.path_bytes().into_owned();
    let shown = beginning(&path.to_str_lossy());
    let kind = entry.header().entry_type();
    ensure!(
        kind == EntryType::Regular,
        "its member '{shown}' is {}, not a file",
        described(kind)
    );
    let Some(name) = key_name(&path) else {
        bail!("its member '{shown}' is not named like a key at top level (*{KEY_MARK}*)");
    };
    let size = entry.size();
    let mut key = Vec::new();
    entry
        .read_to_end(&mut key)
        .with_context(|| format!("its member '{shown}' cannot be read"))?;
    ensure!(
        key.len() as u64 == size,
        "its member '{shown}' is cut short"
    );
    ensure!(!key.is_empty(), "its member '{shown}' is empty");
    Ok((name, key))
}

/// The name of a key that `path` is, with or without the `./` of an archive that was made by hand.
fn key_name(path: &[u8]) -> Option<String> {
    let name = path.strip_prefix(b"./").unwrap_or(path);
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'/';
    let is_key = name.iter().all(is_plain) && name.contains_str(KEY_MARK);
    is_key.then(|| name.to_str_lossy().into_owned())
}

fn described(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Symlink | EntryType::Link => "a link",
        EntryType::Directory => "a directory",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a pipe",
        _ => "something else",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_b";

    fn gz(tar: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::fast());
        encoder.write_all(tar).unwrap();
        encoder.finish().unwrap()
    }

    /// A tar of members, whose names may be ones that the library itself refuses to write.
    fn tar(members: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, kind, content) in members {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            header.set_mode(0o600);
            header.set_link_name("/etc/passwd").unwrap();
            header.set_cksum();
            archive.append(&header, *content).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[test]
    fn keys_are_taken_by_their_names() {
        let file = EntryType::Regular;
        let public = format!("./{KEY}.pub");
        let packed = gz(&tar(&[(KEY, file, b"private"), (&public, file, b"public")]));
        let keys: Vec<_> = unpack(&packed).unwrap().into_iter().collect();
        let public = format!("{KEY}.pub");
        assert_eq!(
            keys,
            [
                (KEY.to_owned(), b"private".to_vec()),
                (public, b"public".to_vec())
            ]
        );
    }

    #[test]
    fn whatever_is_no_key_at_top_level_is_refused_by_name() {
        let file = EntryType::Regular;
        for (name, kind, expected) in [
            ("../BUILD_KEY", file, "'../BUILD_KEY' is not named like"),
            ("..", file, "'..' is not named like"),
            ("a/../../BUILD_KEY", file, "is not named like a key"),
            ("/root/.ssh/BUILD_KEY", file, "is not named like a key"),
            (".//BUILD_KEY", file, "is not named like a key"),
            ("./../BUILD_KEY", file, "is not named like a key"),
            ("BUILD_KEY\n", file, "'BUILD_KEY\\n' is not named like"),
            ("BUILD_KEY x", file, "is not named like a key"),
            ("BUILD_KEY\u{fc}", file, "is not named like a key"),
            ("authorized_keys", file, "'authorized_keys' is not named"),
            ("keys.tar.gz", file, "is not named like a key"),
            ("", file, "is not named like a key"),
            (KEY, EntryType::Symlink, "is a link, not a file"),
            (KEY, EntryType::Link, "is a link, not a file"),
            (KEY, EntryType::Char, "is a device, not a file"),
            (KEY, EntryType::Block, "is a device, not a file"),
            (KEY, EntryType::Fifo, "is a pipe, not a file"),
            (KEY, EntryType::Directory, "is a directory, not a file"),
            (KEY, EntryType::Continuous, "is something else"),
            (KEY, EntryType::XGlobalHeader, "is something else"),
        ] {
            let packed = gz(&tar(&[(KEY, file, b"good"), (name, kind, b"")]));
            let why = unpack(&packed).unwrap_err().to_string();
            assert!(why.contains(expected), "{name} {kind:?}: {why}");
        }
    }

    #[test]
    fn what_is_cut_empty_or_endless_is_refused() {
        let whole = tar(&[(KEY, EntryType::Regular, b"private")]);
        let packed = gz(&whole);
        let bomb = tar(&[(KEY, EntryType::Regular, &vec![0; 8 << 20])]);
        for (bytes, expected) in [
            (&b""[..], "it is no whole gzip file"),
            (b"webserver:1\n", "it is no whole gzip file"),
            (&packed[..packed.len() - 1], "it is no whole gzip file"),
            (&packed[..packed.len() / 2], "it is no whole gzip file"),
            (&gz(b""), "it holds no key"),
            (&gz(&[0; 10240]), "it holds no key"),
            (&gz(&whole[..700]), "whole tar archive"),
            (&gz(&whole[..1024]), "its tar archive is cut short"),
            (&gz(&whole[..1536]), "its tar archive is cut short"),
            (&gz(&[b'x'; 2048]), "tar archive"),
            (&gz(&tar(&[(KEY, EntryType::Regular, b"")])), "is empty"),
            (&gz(&bomb), "it unpacks to more than 1048576 bytes"),
        ] {
            let why = format!("{:#}", unpack(bytes).unwrap_err());
            assert!(why.contains(expected), "expected '{expected}' in '{why}'");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_keys_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            for packed in [gz(&bytes), bytes] {
                for name in unpack(&packed).unwrap_or_default().into_keys() {
                    prop_assert!(name.contains(KEY_MARK) && !name.contains('/'));
                }
            }
        }

        #[test]
        fn a_damaged_byte_never_names_a_key_elsewhere(at in 0_usize..2048, byte in any::<u8>()) {
            let mut damaged = tar(&[(KEY, EntryType::Regular, b"private")]);
            if let Some(place) = damaged.get_mut(at) {
                *place = byte;
            }
            for name in unpack(&gz(&damaged)).unwrap_or_default().into_keys() {
                prop_assert!(name.contains(KEY_MARK) && !name.contains('/'));
            }
        }
    }
}
