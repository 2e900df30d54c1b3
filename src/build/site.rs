//! Which site a build is of. A build script re-points the exported `WEBSITE_URL` (`BuildAuthenticator` to
//! `AUTH_SERVER_URL`), so what is inherited need not be the site's address.

use std::env::VarError;

use anyhow::bail;

use super::Build;
use crate::names::WebsiteUrl;
use crate::toolkit::build_environment::BuildEnvironment;

const WEBSITE_URL: &str = "WEBSITE_URL";

impl Build {
    /// The web site's address for whoever may be told another one: the environment's `WEBSITE_URL` when set and not
    /// empty, else the build's. The authenticator's address is never a site's: the build's own counts then.
    ///
    /// # Errors
    /// When neither names one or it cannot be a folder's name.
    pub fn website_url(&self) -> anyhow::Result<WebsiteUrl> {
        chosen(inherited()?, self.environment())
    }

    /// The web site's address as `GetVariableValue` tells it: the build's, whatever the environment says.
    ///
    /// # Errors
    /// When the build names none or it cannot be a folder's name.
    pub fn site(&self) -> anyhow::Result<WebsiteUrl> {
        site_of(self.environment())
    }
}

fn site_of(environment: &BuildEnvironment) -> anyhow::Result<WebsiteUrl> {
    environment.required(WEBSITE_URL)?.parse()
}

fn inherited() -> anyhow::Result<Option<String>> {
    match std::env::var(WEBSITE_URL) {
        Ok(url) => Ok(Some(url).filter(|url| !url.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            bail!("{WEBSITE_URL} in the environment is not UTF-8; set it to the site's address")
        }
    }
}

fn chosen(inherited: Option<String>, environment: &BuildEnvironment) -> anyhow::Result<WebsiteUrl> {
    let Some(url) = inherited else {
        return site_of(environment);
    };
    let is_authenticators = url == environment.text("AUTH_SERVER_URL")?;
    match environment.text(WEBSITE_URL)?.as_str() {
        "" => url.parse(),
        site if is_authenticators => site.parse(),
        _ => url.parse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(text: &str) -> BuildEnvironment {
        BuildEnvironment::new(text.as_bytes().to_vec())
    }

    #[test]
    fn the_inherited_address_counts_unless_it_is_the_authenticators() {
        let both = "WEBSITE_URL=\"www.site.uk\"\nAUTH_SERVER_URL=auth.site.uk\n";
        let same = "WEBSITE_URL=www.site.uk\nAUTH_SERVER_URL=www.site.uk\n";
        for (inherited, content, expected) in [
            (None, both, "www.site.uk"),
            (Some("www.other.org"), both, "www.other.org"),
            (Some("auth.site.uk"), both, "www.site.uk"),
            (
                Some("auth.site.uk"),
                "AUTH_SERVER_URL=auth.site.uk\n",
                "auth.site.uk",
            ),
            (Some("www.site.uk"), same, "www.site.uk"),
            (Some("www.site.uk"), "", "www.site.uk"),
        ] {
            let url = chosen(inherited.map(str::to_owned), &environment(content));
            assert_eq!(url.unwrap().as_str(), expected, "{inherited:?} {content}");
        }
        assert!(chosen(None, &environment("AUTH_SERVER_URL=auth.site.uk\n")).is_err());
        assert!(chosen(Some("../x".to_owned()), &environment(both)).is_err());
    }
}
