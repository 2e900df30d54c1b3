//! The rows of a list, each once. A list that comes in pages repeats a row when something is made meanwhile, and a row
//! that is not like the others says nothing about them.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Completeness, Listing};
use crate::foreign_text::first_words;

/// A row that can be told from another.
pub(super) trait Keyed {
    /// What is the same in two rows about one thing, and in no others.
    fn key(&self) -> String;
}

/// Tells rows of these types apart by the `id` that each has.
macro_rules! keyed_by_id {
    ($($row:ty),+) => {
        $(impl $crate::cloud::rows::Keyed for $row {
            fn key(&self) -> String {
                self.id.clone()
            }
        })+
    };
}
pub(super) use keyed_by_id;

/// The rows of an answer.
#[derive(Debug)]
pub(super) struct Rows<T> {
    /// Those that can be read.
    pub(super) items: Vec<T>,
    /// How many there were, repeated ones included.
    pub(super) listed: usize,
    /// Why one of them cannot be read.
    pub(super) odd: Option<String>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            listed: 0,
            odd: None,
        }
    }
}

impl<T: Keyed> Rows<T> {
    /// These rows and those of the next page.
    pub(super) fn append(&mut self, mut more: Self) {
        self.listed += more.listed;
        self.odd = self.odd.take().or(more.odd);
        self.items.append(&mut more.items);
        self.keep_each_once();
    }

    fn keep_each_once(&mut self) {
        let mut seen = HashSet::with_capacity(self.items.len());
        self.items.retain(|row| seen.insert(row.key()));
    }

    /// The list; one with a row that cannot be read may lack what it is about.
    pub(super) fn into_listing(self) -> Listing<T> {
        let completeness = match self.odd {
            None => Completeness::Whole,
            Some(why) => Completeness::Doubtful(format!("one row cannot be read: {why}")),
        };
        Listing {
            items: self.items,
            completeness,
        }
    }
}

impl<'de, T: DeserializeOwned + Keyed> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OneByOne(PhantomData))
    }
}

struct OneByOne<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned + Keyed> Visitor<'de> for OneByOne<T> {
    type Value = Rows<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut answer: A) -> Result<Rows<T>, A::Error> {
        let mut rows = Rows::default();
        while let Some(raw) = answer.next_element::<&RawValue>()? {
            rows.listed += 1;
            match serde_json::from_str(raw.get()) {
                Ok(row) => rows.items.push(row),
                Err(why) => rows.odd = Some(first_words(&why.to_string())),
            }
        }
        match &rows.odd {
            // A list of something else altogether.
            Some(why) if rows.items.is_empty() => Err(A::Error::custom(why)),
            _ => {
                rows.keep_each_once();
                Ok(rows)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::decode;

    #[derive(Debug, Deserialize)]
    struct Row {
        #[serde(deserialize_with = "decode::id")]
        id: String,
    }

    keyed_by_id!(Row);

    fn listing(text: &str) -> Option<(Vec<String>, bool)> {
        let rows: Rows<Row> = serde_json::from_str(text).ok()?;
        let listing = rows.into_listing();
        let whole = listing.is_whole();
        Some((listing.items.into_iter().map(|row| row.id).collect(), whole))
    }

    #[test]
    fn a_row_counts_once_and_an_odd_one_fails_no_other() {
        let ids =
            |ids: &[&str], whole| Some((ids.iter().map(|id| (*id).to_owned()).collect(), whole));
        assert_eq!(listing("[]"), ids(&[], true));
        let twice = "[{\"id\":1},{\"id\":2},{\"id\":\"1\"}]";
        assert_eq!(listing(twice), ids(&["1", "2"], true));
        for odd in [
            "null",
            "7",
            "{}",
            "{\"id\":null}",
            "{\"id\":\"<nil>\"}",
            "{\"id\":\"-\"}",
        ] {
            let text = format!("[{{\"id\":1}},{odd}]");
            assert_eq!(listing(&text), ids(&["1"], false), "{odd}");
            assert_eq!(listing(&format!("[{odd}]")), None, "{odd}");
        }
        assert_eq!(listing("{}"), None);
        assert_eq!(listing("null"), None);
    }
}
