//! How the bucket of each type is called (contract 06).

use anyhow::{bail, ensure};

/// Who asks for a bucket: some types have another bucket for some of the scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// `PutToDatastore`.
    Put,
    /// `GetFromDatastore`.
    Get,
    /// `ListFromDatastore`.
    ListFrom,
    /// `ListDatastore`.
    ListBuckets,
    /// `MountDatastore`.
    Mount,
    /// `DeleteFromDatastore`.
    DeleteFrom,
    /// `DeleteDatastore`.
    DeleteBucket,
    /// `MoveDatastoreObject`.
    Move,
    /// `SyncDatastore`.
    Sync,
}

use Asking::{
    DeleteBucket, DeleteFrom, Get, ListBuckets, ListFrom, Mount, Move, Put, Sync as SyncIt,
};

const ANYONE: &[Asking] = &[
    Put,
    Get,
    ListFrom,
    ListBuckets,
    Mount,
    DeleteFrom,
    DeleteBucket,
    Move,
    SyncIt,
];

/// A piece of a bucket's name.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// These characters.
    Text(&'static str),
    /// The variable's value.
    Variable(&'static str),
    /// The variable's value with `-` for every `.`.
    Dashed(&'static str),
    /// `lets` or `zero`, for the service that `SSL_GENERATION_SERVICE` names.
    Certifier,
    /// The first four characters of `SERVER_USER` in small letters.
    User,
    /// The caller's specifier.
    Specifier,
    /// The caller's specifier with `-` for each of these characters.
    SpecifierWithout(&'static [char]),
    /// The number of this process.
    Process,
}

use Part::{Certifier, Dashed, Process, Specifier, SpecifierWithout, Text, User, Variable};

use crate::foreign_text::beginning;

/// The site's address at the beginning of a name.
const SITE: Part = Dashed("WEBSITE_URL");
const AUTHENTICATOR: Part = Dashed("AUTH_SERVER_URL");

/// A bucket's name: for which types, who asks, and its parts.
type Rule = (&'static [&'static str], &'static [Asking], &'static [Part]);

/// The first rule for a type and a script counts. Where none does, the bucket is called as the type is.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    (&["snap"], ANYONE, &[SITE, Text("-"), Variable("DNS_CHOICE"), Text("-snap")]),
    (&["ssl"], ANYONE, &[SITE, Text("-"), Variable("DNS_CHOICE"), Text("-"), Certifier, Text("-ssl")]),
    (&["auth-ssl"], ANYONE, &[AUTHENTICATOR, Text("-"), Variable("AUTH_DNS_CHOICE"), Text("-"), Certifier, Text("-ssl")]),
    (&["dbaas"], ANYONE, &[SITE, Text("-"), Variable("DNS_CHOICE"), Text("-dbaas")]),
    (&["multi-region"], ANYONE, &[SITE, Text("-multi-region")]),
    (&["webroot-sync"], ANYONE, &[SITE, Text("-webroot-sync-tunnel"), SpecifierWithout(&['/'])]),
    (&["config-sync"], ANYONE, &[SITE, Text("-config-sync-tunnel"), SpecifierWithout(&['/'])]),
    (&["config"], &[DeleteBucket], &[SITE, Text("-config-"), Specifier]),
    (&["config"], ANYONE, &[SITE, Text("-config-"), User]),
    (&["config-all"], &[ListBuckets], &[SITE, Text("-config")]),
    (&["auth-config"], &[ListBuckets, DeleteBucket], &[AUTHENTICATOR, Text("-config-"), Specifier]),
    (&["auth-config"], &[Put, Get, Mount, DeleteFrom, Move, SyncIt], &[AUTHENTICATOR, Text("-config-"), User]),
    (&["asset"], ANYONE, &[SITE, Text("-assets-"), SpecifierWithout(&['.', '/'])]),
    (&["backup"], &[Put, ListFrom, ListBuckets, Mount, DeleteFrom, DeleteBucket, Move, SyncIt], &[SITE, Text("-"), Specifier]),
    (&["backup-web"], &[Get], &[SITE, Text("-"), Specifier]),
    (&["backup-db"], &[Get], &[SITE, Text("-db-"), Specifier]),
    (&["scaling"], &[Put, Mount], &[SITE, Text("-"), Specifier]),
    (&["scaling"], &[ListBuckets, ListFrom, DeleteFrom], &[SpecifierWithout(&['.'])]),
    (&["auth"], ANYONE, &[Text("authip-adt-allowed-"), Specifier]),
    (&["firewall-auth-laptop-ips"], &[ListFrom, ListBuckets, DeleteFrom, DeleteBucket], &[SITE, Text("-firewall-auth-laptop-ips")]),
    (&["basic-auth-credentials"], &[ListFrom, ListBuckets, DeleteFrom, DeleteBucket], &[SITE, Text("-basic-auth-credentials")]),
    (&["ad-hoc"], &[Mount, DeleteBucket], &[Text("1"), Process, Text("agile")]),
];

/// What a bucket is asked for by: its type, the specifier (empty when there is none), and the build's variables, which
/// fail when they are not set.
pub struct WantedBucket<'a> {
    /// The type, or a bucket's own name.
    pub kind: &'a str,
    /// What tells buckets of one type apart.
    pub specifier: &'a str,
    /// The value of a variable of the build.
    pub variable: &'a dyn Fn(&str) -> anyhow::Result<String>,
}

impl WantedBucket<'_> {
    /// The name for `asking`, which need not be a bucket's: with an empty specifier it is the beginning of many.
    ///
    /// # Errors
    /// When a variable in it is not set.
    pub fn name(&self, asking: Asking) -> anyhow::Result<String> {
        let Some(parts) = self.parts(asking) else {
            // The scripts would look into a bucket without a name.
            ensure!(
                asking != ListFrom,
                "'{}' is no type of bucket whose content can be listed; expected one such as 'config' or 'snap'",
                beginning(self.kind)
            );
            return Ok(self.kind.to_owned());
        };
        let mut name = String::new();
        for part in parts {
            name.push_str(&self.part(*part)?);
        }
        Ok(match self.kind {
            "asset" => name.replace("--", "-"),
            _ => name,
        })
    }

    fn parts(&self, asking: Asking) -> Option<&'static [Part]> {
        let (_, _, parts) = RULES
            .iter()
            .find(|(kinds, who, _)| kinds.contains(&self.kind) && who.contains(&asking))?;
        Some(parts)
    }

    /// What the name is made of, for a message.
    pub(super) fn sources(&self, asking: Asking) -> String {
        let mut sources = vec![format!("the type '{}'", beginning(self.kind))];
        for part in self.parts(asking).unwrap_or_default() {
            match part {
                Variable(name) | Dashed(name) => sources.push((*name).to_owned()),
                Certifier => sources.push("SSL_GENERATION_SERVICE".to_owned()),
                User => sources.push("SERVER_USER".to_owned()),
                Specifier | SpecifierWithout(_) => {
                    sources.push(format!("the specifier '{}'", beginning(self.specifier)));
                }
                Text(_) | Process => {}
            }
        }
        sources.join(", ")
    }

    fn part(&self, part: Part) -> anyhow::Result<String> {
        let variable = self.variable;
        Ok(match part {
            Text(text) => text.to_owned(),
            Variable(name) => variable(name)?,
            Dashed(name) => variable(name)?.replace('.', "-"),
            Certifier => certifier(&variable("SSL_GENERATION_SERVICE")?)?.to_owned(),
            User => {
                let user = variable("SERVER_USER")?;
                user.chars().take(4).collect::<String>().to_lowercase()
            }
            Specifier => self.specifier.to_owned(),
            SpecifierWithout(characters) => self.specifier.replace(characters, "-"),
            Process => std::process::id().to_string(),
        })
    }
}

/// `lets` or `zero`, by which names tell apart what the services that make certificates have made.
///
/// # Errors
/// When `service` is not one that `SSL_GENERATION_SERVICE` may name.
pub fn certifier(service: &str) -> anyhow::Result<&'static str> {
    match service {
        "LETSENCRYPT" => Ok("lets"),
        "ZEROSSL" => Ok("zero"),
        _ => bail!(
            "SSL_GENERATION_SERVICE is '{}'; expected LETSENCRYPT or ZEROSSL",
            beginning(service)
        ),
    }
}

#[cfg(test)]
mod tests;
