//! s3cmd's `info` about one object.

use super::S3cmd;
use crate::answer::{Answer, Failure, date};
use crate::store::{ACCOUNT, MD5, Store, media_type};

impl S3cmd {
    pub(super) fn info(&self, store: &Store) -> Answer {
        let (bucket, key) = self.remote(0);
        // The answer to HEAD has no body, so that it cannot tell a bucket from an object.
        let Some(object) = store.entry(&bucket, &key) else {
            return Answer::err(
                12,
                "ERROR: S3 error: 404 (NoSuchKey): The specified key does not exist.\n",
            );
        };
        Answer::out(format!(
            "{} (object):\n   File size: {}\n   Last mod:  {}\n   MIME type: {}\n   Storage:   STANDARD\n   MD5 sum:   {MD5}\n   \
             SSE:       none\n   Policy:    none\n   CORS:      none\n   ACL:       {ACCOUNT}: FULL_CONTROL\n",
            self.words[0],
            object.size,
            date(object.modified_ms, "%a, %d %b %Y %H:%M:%S GMT"),
            media_type(&key),
        ))
    }

    pub(super) fn info_fails(&self, failure: Failure) -> Answer {
        let repeated = |rc, reason: &str| {
            let line = |wait: u32| {
                format!(
                    "WARNING: Retrying failed request: /a ({reason})\nWARNING: Waiting {wait} sec...\n"
                )
            };
            let lines = [3, 6, 9, 12, 15].map(line).concat();
            Answer::err(rc, format!("{lines}ERROR: S3 error: {reason}\n"))
        };
        let unexpected = |stdout: String, problem: &str| {
            let banner = "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!";
            let mut answer = Answer::err(
                1,
                format!(
                    "\n{banner}\n    An unexpected error has occurred.\n{banner}\n\nProblem: <class '{problem}\n"
                ),
            );
            answer.stdout = stdout.into_bytes();
            answer
        };
        let heading = format!("{} (object):\n", self.words[0]);
        match failure {
            Failure::Status(401) => Answer::err(70, "ERROR: S3 error: 401 (Unauthorized)\n"),
            Failure::Status(403) => Answer::err(77, "ERROR: S3 error: 403 (Forbidden)\n"),
            Failure::Status(429) => repeated(15, "429 (Too Many Requests)"),
            Failure::Status(503) => repeated(15, "503 (Service Unavailable)"),
            Failure::Status(status) => repeated(70, &format!("{status} (Internal Server Error)")),
            Failure::Html502 => repeated(70, "502 (Bad Gateway)"),
            Failure::EmptyBody => {
                let size = "   File size: 0\n";
                unexpected(heading + size, "KeyError: 'last-modified'")
            }
            Failure::Cut => unexpected(heading, "KeyError: 'content-length'"),
            Failure::Refused => Answer::err(111, "ERROR: [Errno 111] Connection refused\n"),
        }
    }
}
