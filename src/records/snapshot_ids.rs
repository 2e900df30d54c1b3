//! `snapshot_ids.dat`: a line `<label>:<id>` for each machine type, in the order of first creation (contract 03 §3.2).

use anyhow::Context;
use bstr::ByteSlice;

use crate::names::{MachineType, SnapshotId};

/// The content of `snapshot_ids.dat`, kept byte for byte where it is not ours to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SnapshotIds(Vec<u8>);

impl SnapshotIds {
    /// The ids in the file's content.
    pub fn new(content: Vec<u8>) -> Self {
        Self(content)
    }

    /// The file's content.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The id recorded for a machine type: the last field of its line, as the build scripts read it
    /// (`grep <label> file | awk -F: '{print $NF}'`). None when there is no line or the id is empty.
    ///
    /// # Errors
    /// When the line holds something that is no id.
    pub fn id(&self, kind: MachineType) -> anyhow::Result<Option<SnapshotId>> {
        let Some(line) = self.0.lines().find(|line| is_for(line, kind)) else {
            return Ok(None);
        };
        let id = line
            .rsplit(|byte| *byte == b':')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        if id.is_empty() {
            return Ok(None);
        }
        id.to_str_lossy()
            .parse()
            .map(Some)
            .with_context(|| format!("the line for {kind} in snapshot_ids.dat is damaged"))
    }

    /// The content with `id` recorded for a machine type: in place of its line, or as a new last line. All other lines
    /// stay as they are; of several lines for the type one remains, since the readers expect one.
    #[must_use]
    pub fn with(&self, kind: MachineType, id: &SnapshotId) -> Self {
        let new_line = format!("{kind}:{id}\n");
        let mut content = Vec::with_capacity(self.0.len() + new_line.len() + 1);
        let mut is_recorded = false;
        for line in self.0.lines_with_terminator() {
            if !is_for(line, kind) {
                content.extend_from_slice(line);
            } else if !is_recorded {
                is_recorded = true;
                content.extend_from_slice(new_line.as_bytes());
            }
        }
        if !is_recorded {
            if content.last().is_some_and(|byte| *byte != b'\n') {
                content.push(b'\n');
            }
            content.extend_from_slice(new_line.as_bytes());
        }
        Self(content)
    }
}

fn is_for(line: &[u8], kind: MachineType) -> bool {
    line.split_once_str(":")
        .is_some_and(|(label, _)| label == kind.label().as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> SnapshotId {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_id_makes_the_file() {
        let ids = SnapshotIds::default().with(MachineType::Webserver, &id("180001010"));
        assert_eq!(ids.as_bytes(), b"webserver:180001010\n");
        assert_eq!(
            ids.id(MachineType::Webserver).unwrap(),
            Some(id("180001010"))
        );
        assert_eq!(ids.id(MachineType::Database).unwrap(), None);
    }

    #[test]
    fn order_and_unknown_lines_are_kept_byte_for_byte() {
        let old = SnapshotIds::new(
            b"database:1\r\n# note: webserver\nwebserver:private/2\n\xff\xfe\nauthenticator:3"
                .to_vec(),
        );
        let new = old.with(MachineType::Webserver, &id("private/9"));
        assert_eq!(
            new.as_bytes(),
            b"database:1\r\n# note: webserver\nwebserver:private/9\n\xff\xfe\nauthenticator:3"
        );
        assert_eq!(new.id(MachineType::Database).unwrap(), Some(id("1")));
        let more = new.with(MachineType::Autoscaler, &id("4"));
        assert!(
            more.as_bytes()
                .ends_with(b"authenticator:3\nautoscaler:4\n")
        );
    }

    #[test]
    fn an_empty_id_left_by_the_scripts_counts_as_none() {
        let ids = SnapshotIds::new(b"webserver:\n".to_vec());
        assert_eq!(ids.id(MachineType::Webserver).unwrap(), None);
        assert_eq!(
            ids.with(MachineType::Webserver, &id("5")).as_bytes(),
            b"webserver:5\n"
        );
    }

    #[test]
    fn a_damaged_line_is_named() {
        let ids = SnapshotIds::new(b"webserver:\xff\xfe\n".to_vec());
        let refusal = format!("{:#}", ids.id(MachineType::Webserver).unwrap_err());
        assert!(
            refusal.contains("the line for webserver in snapshot_ids.dat is damaged"),
            "{refusal}"
        );
    }

    proptest! {
        #[test]
        fn whatever_the_file_holds_the_id_is_read_back(content in proptest::collection::vec(any::<u8>(), 0..120), number in "[0-9]{1,9}") {
            let old = SnapshotIds::new(content);
            let new = old.with(MachineType::Database, &id(&number));
            prop_assert_eq!(new.id(MachineType::Database).unwrap(), Some(id(&number)));
            let others = |ids: &SnapshotIds| -> Vec<Vec<u8>> {
                ids.as_bytes().split(|byte| *byte == b'\n').filter(|line| !is_for(line, MachineType::Database)).filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
            };
            prop_assert_eq!(others(&old), others(&new));
        }
    }
}
