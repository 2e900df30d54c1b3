//! What s3cmd prints when a request fails.

use super::S3cmd;
use crate::answer::{Answer, Failure, HTML_502};

impl S3cmd {
    pub(super) fn failure(&self, failure: Failure) -> Answer {
        if self.verb == "info" {
            return self.info_fails(failure);
        }
        let (bucket, _) = self.remote(0);
        let lists = self.verb == "ls" && !bucket.is_empty();
        // The real one repeats each request five times, and prints many more such lines than these.
        let repeated = |reason: &str| {
            let line = |wait: u32| {
                format!(
                    "WARNING: Retrying failed request: / ({reason})\nWARNING: Waiting {wait} sec...\n"
                )
            };
            let lines = [3, 6, 9, 12, 15].map(line).concat();
            match (self.verb.as_str(), self.words.first()) {
                ("put", Some(file)) => {
                    let gave_up = format!("Too many failures. Giving up on '{file}'");
                    let error = format!(
                        "ERROR: Upload of '{file}' failed too many times (Last reason: {gave_up})\n"
                    );
                    Answer::err(2, format!("{lines}WARNING: {gave_up}\n{error}"))
                }
                _ => Answer::err(70, format!("{lines}ERROR: S3 error: {reason}\n")),
            }
        };
        match failure {
            Failure::Status(401) => {
                Answer::err(70, "ERROR: S3 error: 401 (Unauthorized): Unauthorized\n")
            }
            Failure::Status(403) => {
                let denied = if lists {
                    format!("ERROR: Access to bucket '{bucket}' was denied\n")
                } else {
                    String::new()
                };
                Answer::err(
                    77,
                    denied + "ERROR: S3 error: 403 (AccessDenied): AccessDenied\n",
                )
            }
            Failure::Status(status) => {
                let code = match status {
                    429 => "SlowDown",
                    503 => "ServiceUnavailable",
                    _ => "InternalError",
                };
                repeated(&format!("{status} ({code}): {code}"))
            }
            Failure::Html502 => {
                let page = HTML_502.trim_end();
                let malformed = format!(
                    "ERROR: Error parsing xml: Malformed error XML returned from remote server..  ErrorXML: b'{page}\\n'\n"
                );
                let mut answer = repeated("502 (Bad Gateway)");
                answer.stderr.splice(0..0, malformed.into_bytes());
                answer
            }
            Failure::Cut => Answer::err(
                1,
                "ERROR: Error parsing xml: unclosed token: line 1, column 46\n",
            ),
            Failure::EmptyBody => Answer::err(
                1,
                "ERROR: Error parsing xml: no element found: line 1, column 0\nERROR: b''\n",
            ),
            Failure::Refused if self.verb == "put" => repeated("[Errno 111] Connection refused"),
            Failure::Refused => Answer::err(111, "ERROR: [Errno 111] Connection refused\n"),
        }
    }
}
