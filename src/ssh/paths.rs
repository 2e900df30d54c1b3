//! Paths as OpenSSH takes them.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use bstr::ByteSlice;

/// A path of this machine that scp takes neither for an option nor for another machine's.
pub(super) fn local(path: &OsStr) -> OsString {
    if path.as_bytes().starts_with(b"/") || path.as_bytes().starts_with(b"./") {
        return path.to_owned();
    }
    let mut local = OsString::from("./");
    local.push(path);
    local
}

/// The key, with `-i` as in the scripts unless its path has a `%`, which nothing makes `-i` take as it is.
pub(super) fn identity(key: &Path) -> [OsString; 2] {
    if key.as_os_str().as_bytes().contains(&b'%') {
        ["-o".into(), in_an_option("IdentityFile", key)]
    } else {
        ["-i".into(), key.into()]
    }
}

/// A path as the value of an option for `-o`, which ssh splits at blanks and in which it replaces what follows a `%`.
pub(super) fn in_an_option(name: &str, path: &Path) -> OsString {
    let path = path.as_os_str().as_bytes().replace("%", "%%");
    let is_special = |byte: &u8| byte.is_ascii_whitespace() || b"\"'\\".contains(byte);
    let mut option = [name.as_bytes(), b"="].concat();
    if path.iter().any(is_special) {
        option.push(b'"');
        for byte in path {
            if b"\"\\".contains(&byte) {
                option.push(b'\\');
            }
            option.push(byte);
        }
        option.push(b'"');
    } else {
        option.extend(path);
    }
    OsString::from_vec(option)
}

/// A path of a machine that its shell is given and that arrives as it is, but for the home that a `~` at its beginning
/// means.
pub(super) fn for_a_shell(path: &OsStr) -> OsString {
    escaped(path, b"")
}

/// As [`for_a_shell`], leaving the shell what stands for several names.
pub(super) fn pattern_for_a_shell(pattern: &OsStr) -> OsString {
    // A backslash says already that what follows stands for itself.
    escaped(pattern, b"*?[]\\")
}

fn escaped(path: &OsStr, left: &[u8]) -> OsString {
    let mut quoted = Vec::new();
    for (at, byte) in path.as_bytes().iter().enumerate() {
        let is_plain =
            byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"/._-,+@:=%".contains(byte);
        if is_plain || left.contains(byte) || (at == 0 && *byte == b'~') {
            quoted.push(*byte);
        } else if *byte == b'\n' {
            // To a shell a backslash and a line end are nothing.
            quoted.extend(b"'\n'");
        } else {
            quoted.extend([b'\\', *byte]);
        }
    }
    OsString::from_vec(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_makes_of_a_path_what_it_was() {
        for path in [
            "/a b/it's \"x\"$HOME;`id`*[x]?\\ü",
            "a\nb",
            "-r",
            "#x",
            "x~",
        ] {
            let quoted = for_a_shell(OsStr::new(path));
            let words = shell_words::split(quoted.to_str().unwrap()).unwrap();
            assert_eq!(words, [path]);
        }
        assert_eq!(for_a_shell(OsStr::new("~/a b")), "~/a\\ b");
        assert_eq!(
            pattern_for_a_shell(OsStr::new("/l g/*.[ab]\\*?")),
            "/l\\ g/*.[ab]\\*?"
        );
    }

    #[test]
    fn a_path_without_blanks_is_not_quoted() {
        let option = |path| in_an_option("Name", Path::new(path));
        assert_eq!(option("/a/b-keys"), "Name=/a/b-keys");
        assert_eq!(option("/a\"b\\"), "Name=\"/a\\\"b\\\\\"");
        assert_eq!(identity(Path::new("/b h/id")), ["-i", "/b h/id"]);
    }

    #[test]
    fn a_local_path_is_no_option_and_no_machine() {
        assert_eq!(local(OsStr::new("-r")), "./-r");
        assert_eq!(local(OsStr::new("a:b")), "./a:b");
        assert_eq!(local(OsStr::new("/a b")), "/a b");
    }
}
