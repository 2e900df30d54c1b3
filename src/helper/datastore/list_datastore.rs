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
    let list = |buckets: &Buckets| buckets.first_store()?.list_buckets(buckets.runner());
    if kind == ALL {
        let listing = list(&buckets)?;
        return Ok(console::print(&listing.replace("s3://", ""))?);
    }
    let beginning = buckets.buckets_beginning(kind, specifier)?;
    let listing = list(&buckets)?;
    let names = listing.lines().filter_map(bucket_in);
    let found = names.filter(|name| name.starts_with(beginning.as_bytes()));
    Ok(console::print_lines(found)?)
}

/// The bucket's name in a line that a tool prints: the last word, which has a scheme before it but for rclone.
fn bucket_in(line: &[u8]) -> Option<&[u8]> {
    let name = line.fields_with(char::is_whitespace).last()?;
    Some(name.strip_prefix(b"s3://").unwrap_or(name))
}
