//! `credentials.dat` and `db_credentials.dat`: lines `FIELD:value` whose readers take the last `:` field (contract 03 §3.2).

use anyhow::ensure;
use bstr::ByteSlice;

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
            !value.contains(&b'\n'),
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
