//! Where an installation has the program, its names, and the record of what it did.

use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::files;

/// What the folder of the names is called, below `libexec`.
const FOLDER: &str = "adt-helpers";

/// What `make install` of 0.1.0 wrote beside the programs, and still writes of what it puts there itself.
const MANIFEST: &str = ".manifest";

/// The places of one installation.
#[derive(Debug)]
pub struct Place {
    /// The folder that has the program under each helper's name; it stands in every shim.
    pub names: PathBuf,
}

impl Place {
    /// The installation that this program belongs to, or the one whose folder of names is `given`.
    ///
    /// # Errors
    /// When it is at a place that no shim can name.
    pub fn new(given: Option<&Path>) -> anyhow::Result<Self> {
        let names = match given {
            Some(folder) => folder.to_owned(),
            None => beside(&program()?)?,
        };
        let text = names.to_str().unwrap_or_default();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/._+,:@%=-".contains(&byte);
        ensure!(
            names.is_absolute() && text.bytes().all(fits),
            "the program is installed below '{}', which the first line of a script cannot hold; install it elsewhere",
            names.display()
        );
        Ok(Self { names })
    }

    /// The file that says which toolkits have shims. What a package owns is not written to.
    pub fn record(&self) -> PathBuf {
        if self.names == Path::new("/usr/libexec").join(FOLDER) {
            return PathBuf::from("/var/lib/adt-helpers/toolkits.json");
        }
        self.names.join(".toolkits.json")
    }

    /// What an installation of 0.1.0 wrote down.
    pub fn manifest(&self) -> PathBuf {
        self.names.join(MANIFEST)
    }

    /// Makes sure that the program is there under each of `names`, as a package and `make install` leave it and `cargo
    /// install` does not; the names that were made.
    ///
    /// # Errors
    /// When one cannot be made.
    pub fn make_names<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> anyhow::Result<Vec<&'a str>> {
        let mut made = Vec::new();
        for name in names {
            let path = self.names.join(name);
            if path.symlink_metadata().is_ok() {
                continue;
            }
            files::make_directories(&self.names)?;
            let target = relative(&program()?, &self.names);
            symlink(target, &path).with_context(|| format!("cannot make '{}'", path.display()))?;
            made.push(name);
        }
        Ok(made)
    }
}

/// This program's file.
fn program() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe().context("cannot find this program's own file")?;
    ensure!(
        path.exists(),
        "this program was replaced while it ran; run it again"
    );
    Ok(path)
}

/// The folder of names that belongs to a program: its own where it has the names beside it, else `../libexec/adt-helpers`.
fn beside(program: &Path) -> anyhow::Result<PathBuf> {
    let Some(folder) = program.parent() else {
        bail!("'{}' is in no folder", program.display());
    };
    if folder.ends_with(FOLDER) {
        return Ok(folder.to_owned());
    }
    let above = folder.parent().unwrap_or(folder);
    Ok(above.join("libexec").join(FOLDER))
}

/// `to` as a path from the folder `from`, both absolute.
fn relative(to: &Path, from: &Path) -> PathBuf {
    let shared = to
        .components()
        .zip(from.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_from_a_folder_goes_up_as_far_as_it_must() {
        for (to, from, path) in [
            ("/a/bin/x", "/a/libexec/y", "../../bin/x"),
            ("/a/y/x", "/a/y", "x"),
            ("/x", "/a", "../x"),
        ] {
            assert_eq!(relative(Path::new(to), Path::new(from)), Path::new(path));
        }
    }

    #[test]
    fn the_names_are_beside_the_program_or_below_libexec() {
        for (program, names) in [
            (
                "/usr/libexec/adt-helpers/adt-helpers",
                "/usr/libexec/adt-helpers",
            ),
            (
                "/home/me/.cargo/bin/adt-helpers",
                "/home/me/.cargo/libexec/adt-helpers",
            ),
        ] {
            assert_eq!(beside(Path::new(program)).unwrap(), Path::new(names));
        }
    }
}
