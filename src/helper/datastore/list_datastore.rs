//! `ListDatastore TYPE [SPECIFIER]`: the account's buckets.

use std::ffi::OsString;

use bstr::ByteSlice;

use super::Words;
use crate::build::buckets::Buckets;
use crate::console;

pub const HELP: &str = "\
Lists the buckets of the first datastore whose names begin as TYPE and SPECIFIER say, a line each.

Usage: ListDatastore TYPE [SPECIFIER]

TYPE is a type such as config-all, backup or scaling, or the beginning of a bucket's own name. With
the type all the buckets of the whole account are listed, with all that the datastore tool tells.
No bucket is no error and prints nothing.

Examples:
  ListDatastore all
  ListDatastore scaling www-testwebsite-uk-scaling-linode
";

/// The type that means every bucket of the account.
const ALL: &str = "all";

/// Prints the buckets.
///
/// # Errors
/// When the tool cannot tell; nothing is printed then.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let specifier = words.text(2, "specifier")?;
    if kind == ALL {
        let listing = buckets.first_store()?.list_buckets(buckets.runner())?;
        return Ok(console::print(&listing.replace("s3://", ""))?);
    }
    let beginning = buckets.buckets_beginning(kind, specifier)?;
    let mut found = buckets.names()?;
    found.retain(|name| name.starts_with(&beginning));
    Ok(console::print_lines(found)?)
}
