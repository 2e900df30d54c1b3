//! The branch that development goes on on, which is never the one that everybody installs.

use anyhow::{Context, ensure};

use crate::foreign_text::beginning;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::build_styles::BuildStyles;

/// The branch that everybody installs.
const MAIN: &str = "main";

/// The name of a branch that may be pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch(String);

impl Branch {
    /// The branch that was `given`, else the one that `buildstyles.dat` names.
    ///
    /// # Errors
    /// When none is named, it is `main`, or it is no branch's name.
    pub fn wanted(given: Option<&str>, home: &BuildHome) -> anyhow::Result<Self> {
        let given = given.filter(|given| !given.is_empty()).map(str::to_owned);
        let styles = home.build_styles();
        let name = match given {
            Some(given) => given,
            None => BuildStyles::read(home)?.last_field("GITBRANCH"),
        };
        ensure!(
            !name.is_empty(),
            "there is no branch; name one as an argument, or in a line GITBRANCH:NAME of '{}'",
            styles.display()
        );
        ensure!(
            name != MAIN,
            "the branch 'main' is not pushed to directly; name another one as an argument, or in the line GITBRANCH: of '{}', and ask for a merge",
            styles.display()
        );
        Self::new(&name)
            .with_context(|| format!("'{}' is not the name of a branch", beginning(&name)))
    }

    /// As git has it in `check-ref-format`, and without what is more than a branch's name to it.
    fn new(name: &str) -> Option<Self> {
        let is_plain =
            |it: char| !it.is_whitespace() && !it.is_control() && !"~^:?*[\\+@{".contains(it);
        let parts_fit = name.split('/').all(|part| {
            !part.is_empty() && !part.starts_with('.') && !part.as_bytes().ends_with(b".lock")
        });
        let fits = name.chars().all(is_plain)
            && parts_fit
            && !name.starts_with('-')
            && !name.starts_with("refs/")
            && !name.starts_with("heads/")
            && !name.contains("..")
            && !name.ends_with('.')
            && name != "HEAD";
        fits.then(|| Self(name.to_owned()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its whole name, which git takes for nothing else.
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_more_than_a_branch_is_none() {
        for name in [
            "HEAD",
            "HEAD:main",
            "dev:main",
            "+main",
            "refs/heads/main",
            "heads/main",
            "-f",
            "a b",
            "a..b",
            "a/",
            "/a",
            ".a",
            "a.lock",
            "a@{1}",
            "",
        ] {
            assert_eq!(Branch::new(name), None, "{name}");
        }
        for name in ["dev", "feature/x-1", "main2", "Main"] {
            assert!(Branch::new(name).is_some(), "{name}");
        }
    }
}
