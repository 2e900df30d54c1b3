//! `credentials.dat` and `db_credentials.dat`: lines `FIELD:value` whose readers take the last `:` field (contract 03 §3.2).

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use super::build_environment::{BuildEnvironment, is_inert};

/// The user and password of snapshotted servers, fit for `build_environment`.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerCredentials {
    /// The servers' user.
    pub user: Vec<u8>,
    /// The user's password.
    pub password: Vec<u8>,
}

impl ServerCredentials {
    /// The credentials in the content of `credentials.dat`, which came from a bucket. The scripts would put any value into
    /// `build_environment`, which five of them run as a shell script.
    ///
    /// # Errors
    /// When one is missing, empty, or not a plain word. No value is in the message.
    pub fn parse(content: &[u8]) -> anyhow::Result<Self> {
        let value = |name: &str| {
            let value = field(content, name).filter(|value| !value.is_empty());
            let value = value.with_context(|| format!("it has no line {name}:value"))?;
            ensure!(is_inert(value), "{}", not_inert(name));
            anyhow::Ok(value.to_vec())
        };
        Ok(Self {
            user: value("USERNAME")?,
            password: value("PASSWORD")?,
        })
    }
}

/// The user, password and name of a snapshotted database; all three empty for a build without one.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseCredentials {
    /// The user, whole: `admin:::app` on a managed database, where a build from snapshots wants `app`.
    pub user: Vec<u8>,
    /// The user's password.
    pub password: Vec<u8>,
    /// The name of the database.
    pub name: Vec<u8>,
}

impl DatabaseCredentials {
    /// `DB_USERNAME`, `DB_PASSWORD` and `DB_NAME` of a build, when all three are set.
    pub fn of_build(environment: &BuildEnvironment) -> Option<Self> {
        let value = |name: &str| {
            let mut values = environment.values(name.as_bytes());
            values.find(|value| !value.is_empty())
        };
        Some(Self {
            user: value("DB_USERNAME")?,
            password: value("DB_PASSWORD")?,
            name: value("DB_NAME")?,
        })
    }

    /// The content of `db_credentials.dat`.
    ///
    /// # Errors
    /// When a value has a line break.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        database_credentials(&self.user, &self.password, &self.name)
    }

    /// The credentials in the content of `db_credentials.dat`.
    ///
    /// # Errors
    /// When a line is missing, or some of the values are empty and some are not. No value is in the message.
    pub fn parse(content: &[u8]) -> anyhow::Result<Self> {
        let value = |name: &str| {
            let value = whole_field(content, name);
            anyhow::Ok(
                value
                    .with_context(|| format!("it has no line {name}:value"))?
                    .to_vec(),
            )
        };
        let all = Self {
            user: value("USERNAME")?,
            password: value("PASSWORD")?,
            name: value("DBNAME")?,
        };
        let empty = all.values().filter(|(_, value)| value.is_empty()).count();
        ensure!(
            empty == 0 || empty == 3,
            "it has the values of some of USERNAME, PASSWORD and DBNAME and not of all"
        );
        Ok(all)
    }

    /// Whether it says that there is no database.
    pub fn is_empty(&self) -> bool {
        self.user.is_empty()
    }

    /// The variables of a build from snapshots. Its machines were set up when they were snapshotted, so they log in to a
    /// managed database as its application does: `app` of `admin:::app`.
    ///
    /// # Errors
    /// When a value is no plain word, which the scripts that source `build_environment` would not survive.
    pub fn variables(&self) -> anyhow::Result<[(&'static str, &[u8]); 3]> {
        for (field, value) in self.values() {
            ensure!(is_inert(value), "{}", not_inert(field));
        }
        Ok([
            ("DB_USERNAME", of_the_application(&self.user)),
            ("DB_PASSWORD", of_the_application(&self.password)),
            ("DB_NAME", &self.name),
        ])
    }

    fn values(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        [
            ("USERNAME", &self.user),
            ("PASSWORD", &self.password),
            ("DBNAME", &self.name),
        ]
        .into_iter()
        .map(|(field, value)| (field, value.as_slice()))
    }
}

fn not_inert(field: &str) -> String {
    format!(
        "its value for {field} has blanks, quotes or other characters that a shell acts upon, so it may not be put into build_environment"
    )
}

/// The content of `credentials.dat`: the user and password of the snapshotted servers.
///
/// # Errors
/// When a value has a line break, which no reader would survive. The value is not in the message.
pub fn server_credentials(user: &[u8], password: &[u8]) -> anyhow::Result<Vec<u8>> {
    lines(&[("USERNAME", user), ("PASSWORD", password)])
}

/// The content of `db_credentials.dat`: user, password and name of the snapshotted database.
///
/// # Errors
/// When a value has a line break.
pub fn database_credentials(user: &[u8], password: &[u8], name: &[u8]) -> anyhow::Result<Vec<u8>> {
    lines(&[("USERNAME", user), ("PASSWORD", password), ("DBNAME", name)])
}

fn lines(fields: &[(&str, &[u8])]) -> anyhow::Result<Vec<u8>> {
    let mut content = Vec::new();
    for (field, value) in fields {
        ensure!(
            !value.contains(&b'\n') && !value.contains(&b'\r'),
            "the value for {field} has a line break; correct it in build_environment"
        );
        content.extend_from_slice(field.as_bytes());
        content.push(b':');
        content.extend_from_slice(value);
        content.push(b'\n');
    }
    Ok(content)
}

/// What the scripts read of a field: the last `:` field of the first line that holds `field`
/// (`grep FIELD file | awk -F: '{print $NF}'`); `admin:::app` is read as `app`.
pub fn field<'a>(content: &'a [u8], field: &str) -> Option<&'a [u8]> {
    let line = content.lines().find(|line| line.contains_str(field))?;
    line.rsplit(|byte| *byte == b':').next()
}

/// All of a field: what follows `FIELD:` in the first line that starts so.
fn whole_field<'a>(content: &'a [u8], field: &str) -> Option<&'a [u8]> {
    let mut lines = content.lines();
    lines.find_map(|line| line.strip_prefix(field.as_bytes())?.strip_prefix(b":"))
}

/// The application's part of a managed database's user or password, `admin:::app`; of any other all.
pub fn of_the_application(value: &[u8]) -> &[u8] {
    value.rsplit_str(":::").next().unwrap_or_default()
}

/// What the scripts will read back of `value`: all after its last `:`.
pub fn as_read_back(value: &[u8]) -> &[u8] {
    value
        .rsplit(|byte| *byte == b':')
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_the_scripts() {
        assert_eq!(
            server_credentials(b"XabcX", b"pw").unwrap(),
            b"USERNAME:XabcX\nPASSWORD:pw\n"
        );
        assert_eq!(
            database_credentials(b"u", b"p", b"n").unwrap(),
            b"USERNAME:u\nPASSWORD:p\nDBNAME:n\n"
        );
    }

    #[test]
    fn a_value_in_several_parts_is_written_whole_and_read_by_its_last() {
        let content = database_credentials(b"admin:::app", b"p", b"n").unwrap();
        assert_eq!(field(&content, "USERNAME"), Some(&b"app"[..]));
        assert_eq!(as_read_back(b"admin:::app"), b"app");
    }

    #[test]
    fn the_servers_credentials_are_read_as_the_scripts_read_them() {
        let read = ServerCredentials::parse(b"USERNAME:old:XabcX\nPASSWORD:pw\r\n").unwrap();
        assert_eq!((read.user, read.password), (b"XabcX".into(), b"pw".into()));
    }

    #[test]
    fn what_a_shell_would_act_upon_never_reaches_the_environment() {
        for (content, expected) in [
            (&b""[..], "it has no line USERNAME:value"),
            (b"\0\xff\n", "it has no line USERNAME:value"),
            (b"USERNAME:\nPASSWORD:p\n", "it has no line USERNAME:value"),
            (b"USERNAME:u\n", "it has no line PASSWORD:value"),
            (b"USERNAME:u\nPASSWORD:$(id)\n", "for PASSWORD"),
            (b"USERNAME:u v\nPASSWORD:p\n", "for USERNAME"),
            (b"USERNAME:u;v\nPASSWORD:p\n", "for USERNAME"),
        ] {
            let Err(why) = ServerCredentials::parse(content) else {
                panic!("{content:?} was accepted");
            };
            let why = why.to_string();
            assert!(
                why.contains(expected) && !why.contains("(id)"),
                "{content:?}: {why}"
            );
        }
    }

    #[test]
    fn a_databases_credentials_are_read_whole() {
        let content = database_credentials(b"admin:::app", b"a:b", b"n").unwrap();
        let read = DatabaseCredentials::parse(&content).unwrap();
        assert!(!read.is_empty() && read.user == b"admin:::app");
        // A build from snapshots wants the application's part, and no other is cut.
        let variables: [(&str, &[u8]); 3] = [
            ("DB_USERNAME", b"app"),
            ("DB_PASSWORD", b"a:b"),
            ("DB_NAME", b"n"),
        ];
        assert_eq!(read.variables().unwrap(), variables);
    }

    #[test]
    fn a_database_is_there_as_a_whole_or_not_at_all() {
        let none = database_credentials(b"", b"", b"").unwrap();
        assert!(DatabaseCredentials::parse(&none).unwrap().is_empty());
        let half = database_credentials(b"u", b"", b"n").unwrap();
        assert!(DatabaseCredentials::parse(&half).is_err());
        assert!(DatabaseCredentials::parse(b"USERNAME:u\nPASSWORD:p\n").is_err());
        let odd = database_credentials(b"u", b"`id`", b"n").unwrap();
        assert!(
            DatabaseCredentials::parse(&odd)
                .unwrap()
                .variables()
                .is_err()
        );
    }

    #[test]
    fn a_line_break_is_refused_without_showing_the_value() {
        let refusal = server_credentials(b"u", b"hun\nter2")
            .unwrap_err()
            .to_string();
        assert!(
            refusal.starts_with("the value for PASSWORD") && !refusal.contains("ter2"),
            "{refusal}"
        );
    }
}
