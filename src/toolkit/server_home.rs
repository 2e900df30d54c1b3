//! Where a server of the toolkit, such as an autoscaler, keeps its own: the servers' user's home (contract 03 §3.5).

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::configuration_settings::ConfigurationSettings;
use crate::files;
use crate::names::{Cloudhost, MachineType};

/// The environment variable that names the home where `/home/homedir.dat` does not.
pub const HOME_VARIABLE: &str = "ADT_SERVER_HOME";

/// The one-line file that names the home. A build machine has none.
const HOME_FILE: &str = "/home/homedir.dat";

/// The files that mark a server's cloud.
const MARKS: [(&str, Cloudhost); 4] = [
    ("DROPLET", Cloudhost::DigitalOcean),
    ("EXOSCALE", Cloudhost::Exoscale),
    ("LINODE", Cloudhost::Linode),
    ("VULTR", Cloudhost::Vultr),
];

/// The vultr token stands in the name of an empty file.
const VULTR_TOKEN_MARK: &str = "VULTRAPIKEY:";

/// The home of the servers' user on a server of the toolkit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHome(PathBuf);

impl ServerHome {
    /// The home on this machine: what the environment's `ADT_SERVER_HOME` says when set and not empty, else
    /// `/home/homedir.dat`; none on a build machine.
    ///
    /// # Errors
    /// When what is said is not an absolute path.
    pub fn find() -> anyhow::Result<Option<Self>> {
        let said = std::env::var_os(HOME_VARIABLE).filter(|path| !path.is_empty());
        if let Some(path) = said {
            return Self::new(path.into(), HOME_VARIABLE).map(Some);
        }
        let Some(mut line) = files::read_if_there(Path::new(HOME_FILE))? else {
            return Ok(None);
        };
        line.truncate(line.trim_ascii_end().len());
        Self::new(OsString::from_vec(line).into(), HOME_FILE).map(Some)
    }

    fn new(path: PathBuf, said_by: &str) -> anyhow::Result<Self> {
        ensure!(
            path.is_absolute(),
            "{said_by} is '{}', which is not an absolute path; it names the home of the servers' user",
            path.display()
        );
        Ok(Self(path))
    }

    /// The home itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The cloud that an empty file in the home marks, for scripts that do not read the settings (contract 09).
    ///
    /// # Errors
    /// When there is no mark, or there are several.
    pub fn marked_cloudhost(&self) -> anyhow::Result<Cloudhost> {
        let mut marked = MARKS.iter().filter(|(mark, _)| self.0.join(mark).is_file());
        match (marked.next(), marked.next()) {
            (Some((_, cloudhost)), None) => Ok(*cloudhost),
            (Some((one, _)), Some((other, _))) => bail!(
                "'{}' has the marks '{one}' and '{other}', of two clouds; set CLOUDHOST in the machine's settings",
                self.0.display()
            ),
            (None, _) => bail!(
                "neither the machine's settings nor a mark such as '{}' in '{}' say its CLOUDHOST",
                MARKS.map(|(mark, _)| mark).join("', '"),
                self.0.display()
            ),
        }
    }

    /// The directory of everything the toolkit writes on a server.
    pub fn runtime(&self) -> PathBuf {
        self.0.join("runtime")
    }

    /// The machine's settings. An autoscaler has those of the webservers that it makes too; its own come first.
    ///
    /// # Errors
    /// When there are none, or they cannot be read.
    pub fn settings(&self) -> anyhow::Result<ConfigurationSettings> {
        use MachineType::{Authenticator, Autoscaler, Database, ReverseProxy, Webserver};
        for kind in [Autoscaler, Webserver, Database, Authenticator, ReverseProxy] {
            let path = self
                .runtime()
                .join(format!("{kind}_configuration_settings.dat"));
            if let Some(content) = files::read_if_there(&path)? {
                return Ok(ConfigurationSettings::new(content));
            }
        }
        Err(anyhow::anyhow!(
            "no '*_configuration_settings.dat' is there"
        ))
        .with_context(|| {
            format!(
                "the machine has no settings in '{}'",
                self.runtime().display()
            )
        })
    }

    /// The token for vultr's CLI: `.config/VULTRAPIKEY:<token>` (contract 07).
    pub fn vultr_token(&self) -> Option<Vec<u8>> {
        let names = std::fs::read_dir(self.0.join(".config"))
            .into_iter()
            .flatten();
        let names = names.filter_map(|entry| Some(entry.ok()?.file_name()));
        let mut tokens = names.filter_map(|name| {
            let token = name.as_bytes().strip_prefix(VULTR_TOKEN_MARK.as_bytes())?;
            (!token.is_empty()).then(|| token.to_vec())
        });
        tokens.next()
    }

    /// Where [`ServerHome::vultr_token`] is read from, for a message; none where there is none. The name of the file has
    /// the token in it.
    pub fn vultr_token_place(&self) -> Option<String> {
        let folder = self.0.join(".config");
        self.vultr_token().map(|_| {
            format!(
                "the name of the file '{}/{VULTR_TOKEN_MARK}...'",
                folder.display()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(files: &[(&str, &str)]) -> (tempfile::TempDir, ServerHome) {
        let directory = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let home = ServerHome::new(directory.path().to_owned(), "test").unwrap();
        (directory, home)
    }

    #[test]
    fn an_autoscalers_own_settings_come_first() {
        let webserver = ("runtime/webserver_configuration_settings.dat", "A:ws\n");
        let own = ("runtime/autoscaler_configuration_settings.dat", "A:as\n");
        let (_kept, both) = home(&[webserver, own]);
        assert_eq!(
            both.settings().unwrap().values(b"A").next(),
            Some(&b"as"[..])
        );
        let (_kept, one) = home(&[webserver]);
        assert_eq!(
            one.settings().unwrap().values(b"A").next(),
            Some(&b"ws"[..])
        );
        let (_kept, none) = home(&[]);
        assert!(none.settings().is_err());
    }

    #[test]
    fn a_mark_tells_the_cloud_and_two_do_not() {
        let (_kept, one) = home(&[("EXOSCALE", "")]);
        assert_eq!(one.marked_cloudhost().unwrap(), Cloudhost::Exoscale);
        let (_kept, two) = home(&[("VULTR", ""), ("LINODE", "")]);
        let why = two.marked_cloudhost().unwrap_err().to_string();
        assert!(why.contains("'LINODE' and 'VULTR'"), "{why}");
        assert!(home(&[]).1.marked_cloudhost().is_err());
    }

    #[test]
    fn the_token_is_the_end_of_a_files_name() {
        let (_kept, home) = home(&[(".config/other", ""), (".config/VULTRAPIKEY:abc", "")]);
        assert_eq!(home.vultr_token(), Some(b"abc".to_vec()));
        assert!(ServerHome::new("relative".into(), "test").is_err());
    }
}
