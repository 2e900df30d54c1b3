//! Names, which come from arguments, files and providers and become file names and words of command lines.

use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use bstr::ByteSlice;

use super::{first_line, is_fit_for_people};
use crate::datastore::{Bucket, Named, ObjectName};
use crate::foreign_text::beginning;
use crate::names::{
    BaseOs, BuildIdentifier, Cloudhost, MachineType, NameFilter, Region, ServerName, SnapshotId,
    WebsiteUrl,
};

/// A name that is accepted is what was given and stays where it is put; one that is refused is refused in a line for
/// people. The first line is the name, the second a search word.
pub fn all(data: &[u8]) {
    let (name, rest) = first_line(data);
    let (token, _) = first_line(rest);
    let (name, token) = (name.to_str_lossy(), token.to_str_lossy());
    for it in [
        parsed::<WebsiteUrl>(&name),
        parsed::<BuildIdentifier>(&name),
        parsed::<Region>(&name),
        parsed::<ServerName>(&name),
        parsed::<Bucket>(&name),
    ] {
        it.as_deref().inspect(|it| stays_in_its_directory(it));
    }
    for it in [
        parsed::<SnapshotId>(&name),
        parsed::<MachineType>(&name),
        parsed::<Cloudhost>(&name),
        parsed::<BaseOs>(&name),
    ] {
        let is_a_word = |it: &String| !it.is_empty() && !it.starts_with('-') && !it.contains(':');
        assert!(it.as_ref().is_none_or(is_a_word), "{it:?}");
    }
    objects(&name);
    machines(&name, &token);
    is_fit_for_people(&beginning(&name), "\0");
}

/// The name, the same as was given.
fn parsed<T: FromStr + Display>(text: &str) -> Option<String>
where
    T::Err: Display,
{
    match text.parse::<T>() {
        Ok(name) => {
            assert_eq!(name.to_string(), text);
            Some(text.to_owned())
        }
        Err(why) => {
            let why = format!("{why:#}");
            is_fit_for_people(&why, "\0");
            assert!(!why.contains('\n'), "not one line: {why}");
            None
        }
    }
}

fn stays_in_its_directory(name: &str) {
    let path = Path::new("/directory").join(name);
    assert_eq!(path.parent(), Some(Path::new("/directory")), "{name:?}");
    assert_eq!(path.file_name(), Some(name.as_ref()), "{name:?}");
}

fn objects(text: &str) {
    if let Ok(name) = text.parse::<ObjectName>() {
        assert_eq!(name.as_str(), text);
        let path = Path::new("/bucket").join(text);
        assert!(
            path.starts_with("/bucket") && !text.ends_with('/'),
            "{text:?}"
        );
    }
    match text.parse() {
        Ok(Named::Everything) => assert_eq!(text, "root"),
        Ok(Named::StartingWith(start)) => assert_eq!(format!("{start}*"), text),
        Ok(Named::Matching(pattern)) => assert_eq!(pattern.as_str(), text),
        Ok(Named::Folder(name)) => assert_eq!(format!("{}/", name.as_str()), text),
        Ok(Named::ObjectOrFolder(name)) => assert_eq!(name.as_str(), text),
        Err(why) => is_fit_for_people(&format!("{why:#}"), "\0"),
    }
}

/// A machine is of one type of one build, and the search for that type finds it.
fn machines(name: &str, token: &str) {
    let (region, build): (Region, BuildIdentifier) =
        ("lon1".parse().unwrap(), "prod".parse().unwrap());
    for cut_at in [None, Some(32)] {
        let bears = |kind: &MachineType| kind.names(name, &region, &build, cut_at);
        let kinds: Vec<MachineType> = MachineType::ALL.into_iter().filter(bears).collect();
        assert!(kinds.len() <= 1, "{name} is {kinds:?}");
        if let [kind] = kinds[..] {
            assert_eq!(MachineType::of_name(name), Some(kind), "{name}");
            let other = "prod2".parse().unwrap();
            assert!(!kind.names(name, &region, &other, None), "{name}");
        }
        let filter = NameFilter::new(token, Some((&region, &build)), cut_at);
        if filter.accepts(name) {
            let token = token.trim_start_matches('-');
            let start: String = token.chars().take(cut_at.unwrap_or(usize::MAX)).collect();
            assert!(name.contains(&start), "'{token}' finds {name}");
        }
    }
}
