//! An authority that issues certificates, by real openssl.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An authority with a key of its own.
pub struct Authority {
    folder: tempfile::TempDir,
    /// Its own certificate.
    pub certificate: String,
}

/// A certificate and its key, in files as well.
pub struct Issued {
    pub leaf: String,
    pub chain: String,
    pub key: String,
    pub chain_file: PathBuf,
    pub key_file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut authority = Self {
            folder,
            certificate: String::new(),
        };
        let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=authority \
                     -addext keyUsage=keyCertSign -keyout ca.key -out ca.pem";
        authority.openssl(words);
        authority.certificate = authority.read("ca.pem");
        authority
    }

    /// A certificate for `host` that is valid now.
    pub fn issues(&self, host: &str) -> Issued {
        self.issues_for_days(host, 20)
    }

    /// One that was valid until yesterday.
    pub fn issues_expired(&self, host: &str) -> Issued {
        self.issues_for_days(host, -1)
    }

    fn issues_for_days(&self, host: &str, days: i32) -> Issued {
        std::fs::write(self.path("ext"), format!("subjectAltName=DNS:{host}\n")).unwrap();
        self.openssl(&format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={host} -keyout leaf.key -out leaf.csr"
        ));
        self.openssl(&format!(
            "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -extfile ext -out leaf.pem"
        ));
        let leaf = self.read("leaf.pem");
        let chain = format!("{leaf}{}", self.certificate);
        Issued {
            leaf,
            ..issued(chain, self.read("leaf.key"))
        }
    }

    /// The key with a password.
    pub fn encrypted(&self, issued: &Issued) -> String {
        self.openssl(&format!(
            "pkey -in {} -aes256 -passout pass:secret -out encrypted.key",
            issued.key_file.display()
        ));
        self.read("encrypted.key")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn openssl(&self, words: &str) {
        let output = Command::new("openssl")
            .args(words.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{words}: {output:?}");
    }
}

/// What somebody may have put together.
pub fn issued(chain: String, key: String) -> Issued {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let (chain_file, key_file) = (file("chain"), file("key"));
    std::fs::write(&chain_file, &chain).unwrap();
    std::fs::write(&key_file, &key).unwrap();
    Issued {
        leaf: String::new(),
        chain,
        key,
        chain_file,
        key_file,
        _folder: folder,
    }
}

/// Gives a file a mode.
pub fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}
