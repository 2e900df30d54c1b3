//! The sites that this build machine knows, and whose a bucket is by its name.

use super::Build;
use crate::names::{Cloudhost, WebsiteUrl};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

/// The variables that name a site.
const NAMING: [&str; 2] = ["WEBSITE_URL", "AUTH_SERVER_URL"];

/// A site, and the builds of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its address.
    pub url: WebsiteUrl,
    /// The builds on this machine that are of it, such as `prod at linode`.
    pub builds: Vec<String>,
}

impl Site {
    /// A site that no build need be of.
    pub fn named(url: WebsiteUrl) -> Self {
        Self {
            url,
            builds: Vec::new(),
        }
    }

    /// How the names of its buckets begin (contract 06).
    fn beginning(&self) -> String {
        format!("{}-", self.url.as_str().replace('.', "-"))
    }
}

/// The sites of all builds on this machine, the authenticators' among them.
///
/// # Errors
/// When the builds cannot be listed.
pub fn of_all_builds(home: &BuildHome) -> anyhow::Result<Vec<Site>> {
    let mut sites: Vec<Site> = Vec::new();
    for cloudhost in Cloudhost::ALL {
        for identifier in home.builds_at(cloudhost)? {
            let told = format!("{identifier} at {cloudhost}");
            let directory = BuildDirectory::new(home.clone(), cloudhost, identifier);
            let build = Build::as_far_as_known(directory);
            let urls = NAMING.iter().filter_map(|name| {
                let value = build.variable(name)?;
                String::from_utf8(value).ok()?.parse::<WebsiteUrl>().ok()
            });
            for url in urls {
                match sites.iter_mut().find(|site| site.url == url) {
                    Some(site) => site.builds.push(told.clone()),
                    None => sites.push(Site {
                        url,
                        builds: vec![told.clone()],
                    }),
                }
            }
        }
    }
    Ok(sites)
}

/// The site whose bucket has this name: of several the one with the longest address.
pub fn owner<'a>(sites: &'a [Site], bucket: &str) -> Option<&'a Site> {
    let its = sites
        .iter()
        .filter(|site| bucket.starts_with(&site.beginning()));
    its.max_by_key(|site| site.url.as_str().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_of_the_site_with_the_longest_address_that_it_begins_with() {
        let sites = ["a.uk", "a.uk.b"].map(|url| Site::named(url.parse().unwrap()));
        let url = |bucket| owner(&sites, bucket).map(|site| site.url.as_str());
        assert_eq!(url("a-uk-hourly"), Some("a.uk"));
        assert_eq!(url("a-uk-b-hourly"), Some("a.uk.b"));
        assert_eq!(url("a-uky-hourly"), None);
        assert_eq!(url("my-a-uk-hourly"), None);
    }
}
