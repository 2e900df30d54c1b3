//! `cloud-init/<type>.yaml`: the configuration that a machine of a type is made with (contract 09, 10 §1.2).
//!
//! The file has the machine's host name in it: as shipped a placeholder, and once a machine of the type was made, that
//! machine's name, since each one leaves the file for the next.

use bstr::{BStr, ByteSlice};

use crate::names::{MachineType, ServerName};

/// How the line that says the host name begins.
const HOST_NAME_LINE: &[u8] = b"hostname: ";

/// What stands for the host name of a machine type in the file as it is shipped.
fn placeholder(kind: MachineType) -> String {
    format!("XXXX{}_HOSTNAMEXXXX", kind.label().to_uppercase())
}

/// The configuration `shared` for the machine `name`: its host name in place of the placeholder and of the host name
/// that the file has from the machine before. Everything else stays, byte for byte.
pub fn filled(shared: &[u8], name: &ServerName) -> Vec<u8> {
    let placeholder = placeholder(name.kind());
    let former = former_host_name(shared).map(BStr::to_owned);
    let filled = shared.replace(&placeholder, name.as_str());
    match former {
        Some(former) if former != placeholder.as_str() && former != name.as_str() => {
            with_word_replaced(&filled, &former, name.as_str().as_bytes())
        }
        _ => filled,
    }
}

/// What the first line that says the host name says.
fn former_host_name(shared: &[u8]) -> Option<&BStr> {
    let mut lines = shared.lines();
    let line = lines.find(|line| line.starts_with(HOST_NAME_LINE))?;
    let words = line.get(HOST_NAME_LINE.len()..)?;
    words.fields().next().map(BStr::new)
}

/// `text` with `new` wherever `old` stands as a word of its own: `ws-1` is no part of `ws-10`.
fn with_word_replaced(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut copied = 0;
    for at in text.find_iter(old) {
        let (before, after) = (text.get(..at), text.get(at + old.len()..));
        let is_within = before
            .and_then(<[u8]>::last)
            .copied()
            .is_some_and(is_of_a_name)
            || after
                .and_then(<[u8]>::first)
                .copied()
                .is_some_and(is_of_a_name);
        if !is_within {
            replaced.extend_from_slice(text.get(copied..at).unwrap_or_default());
            replaced.extend_from_slice(new);
            copied = at + old.len();
        }
    }
    replaced.extend_from_slice(text.get(copied..).unwrap_or_default());
    replaced
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "ws-lon1-b-0-Xabc-init-1";

    fn fill(shared: &str, name: &str) -> String {
        String::from_utf8(filled(shared.as_bytes(), &name.parse().unwrap())).unwrap()
    }

    #[test]
    fn the_placeholder_of_the_type_goes_everywhere_and_no_other() {
        for (name, token) in [
            ("NO-1-as-lon1-b-Xabc", "AUTOSCALER"),
            (FIRST, "WEBSERVER"),
            ("db-lon1-b-Xabc", "DATABASE"),
            ("NO-1-auth-lon1-b-Xabc", "AUTHENTICATOR"),
            ("NO-1-rp-lon1-b-Xabc", "REVERSEPROXY"),
        ] {
            let shared = format!(
                "#cloud-config\r\nhostname: XXXX{token}_HOSTNAMEXXXX\r\n#XXXXAPACHEXXXX - x\n  - echo XXXX{token}_HOSTNAMEXXXX.local\n"
            );
            let expected = shared.replace(&format!("XXXX{token}_HOSTNAMEXXXX"), name);
            assert_eq!(fill(&shared, name), expected);
            assert_eq!(fill(&expected, name), expected);
        }
    }

    #[test]
    fn the_machine_before_makes_room_for_the_next_wherever_it_is_named() {
        let shared = format!(
            "hostname: {FIRST}\n  - echo {FIRST} \"{FIRST}.local\" {FIRST}0 x{FIRST} {FIRST}-b\n"
        );
        let second = "ws-lon1-b-0-Xabc-init-2";
        assert_eq!(
            fill(&shared, second),
            format!(
                "hostname: {second}\n  - echo {second} \"{second}.local\" {FIRST}0 x{FIRST} {FIRST}-b\n"
            )
        );
        let database = "hostname: db-lon1-b-Xold\nfqdn: db-lon1-b-Xold.x\n";
        let renewed = "hostname: db-lon1-b-Xabc\nfqdn: db-lon1-b-Xabc.x\n";
        assert_eq!(fill(database, "db-lon1-b-Xabc"), renewed);
    }

    #[test]
    fn a_file_that_says_no_host_name_stays_as_it_is() {
        for shared in [
            "",
            "#cloud-config\n",
            "hostname: \n",
            " hostname: x\n",
            "hostname:\tx",
        ] {
            assert_eq!(fill(shared, FIRST), shared);
        }
        let odd = b"\xff\nhostname: XXXXWEBSERVER_HOSTNAMEXXXX";
        assert_eq!(
            filled(odd, &FIRST.parse().unwrap()),
            [b"\xff\nhostname: ", FIRST.as_bytes()].concat()
        );
    }
}
