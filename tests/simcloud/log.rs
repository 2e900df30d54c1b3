//! A line of the call log, and what it does not tell.

use serde::{Deserialize, Serialize};

/// Flags whose value is a secret.
const SECRET_FLAGS: [&str; 2] = ["--root_pass", "--access-token"];

/// A line of `calls.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Logged {
    pub n: u64,
    pub tool: String,
    /// A secret's place is taken by `[hidden]`.
    pub argv: Vec<String>,
    /// Whether a secret stood in the arguments, where every user of the machine can read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret_argv: bool,
    pub unexpected: bool,
    pub fault: Option<String>,
    pub mutating: bool,
    pub parent: i32,
}

/// The arguments with passwords and tokens masked, and whether there were any.
pub fn without_secrets(argv: &[String]) -> (Vec<String>, bool) {
    let mut shown = argv.to_vec();
    let mut found = false;
    for i in 0..shown.len() {
        let (flag, attached) = match shown[i].split_once('=') {
            Some((flag, _)) => (flag.to_owned(), true),
            None => (shown[i].clone(), false),
        };
        if !SECRET_FLAGS.contains(&flag.as_str()) {
            continue;
        }
        if attached {
            shown[i] = format!("{flag}=[hidden]");
            found = true;
        } else if let Some(value) = shown.get_mut(i + 1)
            && !value.starts_with("--")
        {
            "[hidden]".clone_into(value);
            found = true;
        }
    }
    (shown, found)
}
