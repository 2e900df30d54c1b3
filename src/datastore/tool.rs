//! The three tools: which one the build chose, and where its settings are.

use std::fmt;
use std::path::Path;

use anyhow::bail;
use bstr::ByteSlice;

use super::dialect::Dialect;
use super::settings::Settings;
use super::{rclone, s3cmd, s5cmd};

/// A tool that the toolkit reaches the bucket store through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatastoreTool {
    /// `s3cmd`.
    S3cmd,
    /// `s5cmd`.
    S5cmd,
    /// `rclone`, with a remote called `s3`.
    Rclone,
}

impl DatastoreTool {
    /// All of them, in the order in which the scripts look for them.
    pub const ALL: [Self; 3] = [Self::S3cmd, Self::S5cmd, Self::Rclone];

    /// The tool that `buildstyles.dat` chooses: the first of s3cmd, s5cmd and rclone that any line starting with
    /// `DATASTORETOOL` mentions.
    pub fn configured(buildstyles: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| {
            buildstyles
                .lines()
                .filter(|line| line.starts_with(b"DATASTORETOOL"))
                .any(|line| line.contains_str(tool.as_str()))
        })
    }

    /// Its name in `buildstyles.dat`.
    pub fn as_str(self) -> &'static str {
        self.dialect().tool().name()
    }

    /// Reads the first configuration number `index` that one of `places` has; the first number is 1.
    pub(super) fn settings(self, index: usize, places: &[&Path]) -> anyhow::Result<Settings> {
        let dialect = self.dialect();
        let mut looked_at = Vec::new();
        for place in places {
            for name in dialect.configuration_files() {
                let file = place.join(format!("{name}{index}"));
                // Root's home is closed to everyone else: what cannot be read there is no reason to stop looking.
                match std::fs::read(&file) {
                    Ok(text) => return Settings::read(file, dialect.host_setting(), &text),
                    Err(why) => looked_at.push(format!("'{}' ({})", file.display(), why.kind())),
                }
            }
        }
        bail!(
            "cannot find the settings of {}: looked at {}; the datastore configuration step of a build writes them, so run a build on this machine first",
            dialect.tool().name(),
            looked_at.join(", ")
        )
    }

    pub(super) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::S3cmd => &s3cmd::S3cmd,
            Self::S5cmd => &s5cmd::S5cmd,
            Self::Rclone => &rclone::Rclone,
        }
    }
}

impl fmt::Display for DatastoreTool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_tool_is_the_first_that_a_line_mentions() {
        for (buildstyles, expected) in [
            ("DATASTORETOOL:rclone:binary\n", Some(DatastoreTool::Rclone)),
            ("DATASTORETOOL:s3cmd\n", Some(DatastoreTool::S3cmd)),
            ("X\nDATASTORETOOL:s5cmd:binary", Some(DatastoreTool::S5cmd)),
            ("DATASTORETOOL s5cmd\r\n", Some(DatastoreTool::S5cmd)),
            (
                "DATASTORETOOL:rclone\nDATASTORETOOL:s5cmd\nDATASTORETOOL:s3cmd\n",
                Some(DatastoreTool::S3cmd),
            ),
            (
                "#DATASTORETOOL:s3cmd\nDATASTORETOOL:rclone\n",
                Some(DatastoreTool::Rclone),
            ),
            (" DATASTORETOOL:s3cmd\n", None),
            ("DATASTORETOOL:\nOTHER:s3cmd\n", None),
            ("", None),
        ] {
            assert_eq!(
                DatastoreTool::configured(buildstyles.as_bytes()),
                expected,
                "{buildstyles:?}"
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_change_nothing() {
        assert_eq!(
            DatastoreTool::configured(b"\xff\xfe\nDATASTORETOOL:\xe4:s5cmd\n\xff"),
            Some(DatastoreTool::S5cmd)
        );
    }

    #[test]
    fn the_first_place_with_a_configuration_counts() {
        let home = tempfile::tempdir().unwrap();
        let build_home = tempfile::tempdir().unwrap();
        std::fs::write(
            build_home.path().join(".rclone.cfg-1"),
            "endpoint = https://copy",
        )
        .unwrap();
        let places = [home.path(), build_home.path()];
        let found = DatastoreTool::Rclone.settings(1, &places).unwrap();
        assert_eq!(found.endpoint, "https://copy");
        let directory = home.path().join(".config/rclone");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("rclone.conf-1"), "endpoint = https://own").unwrap();
        let found = DatastoreTool::Rclone.settings(1, &places).unwrap();
        assert_eq!(found.endpoint, "https://own");
        assert_eq!(found.file, directory.join("rclone.conf-1"));
    }

    #[test]
    fn every_place_looked_at_is_named() {
        let why = DatastoreTool::Rclone
            .settings(
                2,
                &[Path::new("/nowhere/home"), Path::new("/nowhere/build")],
            )
            .unwrap_err()
            .to_string();
        for place in [
            "'/nowhere/home/.config/rclone/rclone.conf-2'",
            "'/nowhere/home/.rclone.cfg-2'",
            "'/nowhere/build/.config/rclone/rclone.conf-2'",
            "'/nowhere/build/.rclone.cfg-2'",
            "datastore configuration step",
        ] {
            assert!(why.contains(place), "{why}");
        }
    }

    proptest! {
        #[test]
        fn comments_never_choose_a_tool(comment in "#[^\n]*", tool in "s3cmd|s5cmd|rclone") {
            let text = format!("{comment}\n#DATASTORETOOL:{tool}\n{comment}");
            prop_assert_eq!(DatastoreTool::configured(text.as_bytes()), None);
        }
    }
}
