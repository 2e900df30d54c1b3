//! How the tools say that the store refuses their keys, which no repetition changes.

use std::path::Path;

use bstr::ByteSlice;

use crate::command::{Refusals, Refused};

/// The two statuses as s3cmd, s5cmd and rclone write them, and as newer versions of the last two do.
const MARKS: [&str; 6] = [
    "S3 error: 401 (",
    "S3 error: 403 (",
    "status code: 401",
    "status code: 403",
    "StatusCode: 401",
    "StatusCode: 403",
];

/// The refusals of a tool whose keys are in `settings`.
pub(super) fn of_keys_in(settings: &Path) -> Refusals {
    let advice = format!(
        "the keys in '{}' are not valid or may not do this, or the bucket is somebody else's; correct the keys there and in the \
         build's settings, which write that file",
        settings.display()
    );
    Refusals::new(move |output| {
        let said = output.stderr.to_str_lossy();
        let is_marked = |line: &str| MARKS.iter().any(|mark| line.contains(mark));
        let lines: Vec<&str> = said.lines().map(str::trim).collect();
        let at = lines.iter().position(|line| is_marked(line))?;
        // rclone breaks the line before the status.
        let reason = lines.get(at.saturating_sub(1)..=at)?.join(" ");
        Some(Refused::NotAllowed {
            reason,
            advice: advice.clone(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, Program, Runner};

    #[test]
    fn each_tools_words_for_a_refusal_are_known() {
        let shell = Program::at("s3cmd", Path::new("/bin/sh"));
        let shell = shell.refusing(of_keys_in(Path::new("/s3cfg")));
        let failure = |said: &str| {
            let script = format!("echo '{said}' >&2; exit 1");
            let command = Command::changing(&shell, &["-c", &script]);
            Runner::without_delays().output(&command).unwrap_err()
        };
        for said in [
            "ERROR: S3 error: 403 (AccessDenied): AccessDenied",
            "ERROR \"ls s3://x\": InvalidAccessKeyId: x status code: 403, request id: , host id:",
            "ERROR : x: AccessDenied: AccessDenied\n\tstatus code: 403, request id: , host id: ",
            "NOTICE: S3: ListBuckets, https response error StatusCode: 401, api error Unauthorized",
        ] {
            let failure = failure(said);
            assert!(failure.is_for_good(), "{failure}");
            assert!(
                failure.to_string().contains("the keys in '/s3cfg'"),
                "{failure}"
            );
        }
        assert!(!failure("ERROR: S3 error: 503 (SlowDown): SlowDown").is_for_good());
    }
}
