//! `buildstyles.dat`: the software that the toolkit is told to use, a line `NAME:value:…` a choice.

use bstr::ByteSlice;

use super::build_home::BuildHome;
use crate::files;

/// The choices of a toolkit.
#[derive(Debug)]
pub struct BuildStyles(Vec<u8>);

impl BuildStyles {
    /// Those of the toolkit at `home`; none where it has no such file.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(home: &BuildHome) -> anyhow::Result<Self> {
        let content = files::read_if_there(&home.build_styles())?;
        Ok(Self(content.unwrap_or_default()))
    }

    /// What follows the last `:` of the line of `name`, as the scripts take it; empty without such a line.
    pub fn last_field(&self, name: &str) -> String {
        let fields = self.lines(name).next().unwrap_or_default();
        fields.split(':').next_back().unwrap_or_default().to_owned()
    }

    /// Whether a line of `name` has `choice` among its fields.
    pub fn chooses(&self, name: &str, choice: &str) -> bool {
        self.lines(name)
            .any(|fields| fields.split(':').any(|field| field.trim() == choice))
    }

    /// What follows `name` and its `:`, a line each.
    fn lines(&self, name: &str) -> impl Iterator<Item = String> {
        let lines = self.0.lines().filter_map(move |line| {
            let line = line.to_str_lossy();
            let rest = line.strip_prefix(name)?.strip_prefix(':')?;
            Some(rest.trim_end().to_owned())
        });
        lines.collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_a_field_of_a_line_that_begins_with_its_name() {
        let styles = BuildStyles(
            b"# VIRUSSCANNER:clamav:daily\nGITBRANCHES:x\nGITBRANCH:main\nEMAILUTIL:sendemail\nVIRUSSCANNER:clamavx\n"
                .to_vec(),
        );
        assert_eq!(styles.last_field("GITBRANCH"), "main");
        assert_eq!(styles.last_field("NOTHING"), "");
        assert!(styles.chooses("EMAILUTIL", "sendemail"));
        assert!(!styles.chooses("VIRUSSCANNER", "clamav"));
    }
}
