//! s5cmd's `head` about one object.

use super::S5cmd;
use crate::answer::{Answer, Failure, date, go_json};
use crate::store::{MD5, Store, media_type};

impl S5cmd {
    pub(super) fn head(&self, store: &Store) -> Answer {
        let (bucket, key) = self.remote(0);
        let address = &self.words[0];
        if !self.raw && key.contains(['*', '?', '[']) {
            return self.error(&format!(
                "remote source \"{address}\" can not contain glob characters"
            ));
        }
        if !store.has_bucket(&bucket) {
            return self
                .error("NotFound: Not Found status code: 404, request id: SIMCLOUD, host id:");
        }
        let Some(object) = store.entry(&bucket, &key) else {
            return self.error(&format!("given object {address} not found"));
        };
        let size = match object.size {
            0 => String::new(),
            size => format!("\"size\":{size},"),
        };
        Answer::out(format!(
            "{{\"key\":{},\"content_type\":\"{}\",\"last_modified\":\"{}\",{size}\"storage_class\":\"STANDARD\",\"etag\":\"{MD5}\",\
             \"metadata\":{{}}}}\n",
            go_json(address),
            media_type(&key),
            date(object.modified_ms, "%Y-%m-%dT%H:%M:%SZ"),
        ))
    }

    pub(super) fn head_fails(&self, failure: Failure) -> Answer {
        let coded = |code: &str, says: &str, status: u16| {
            self.error(&format!(
                "{code}: {says} status code: {status}, request id: , host id:"
            ))
        };
        match failure {
            Failure::Status(401) => coded("Unauthorized", "Unauthorized", 401),
            Failure::Status(403) => coded("Forbidden", "Forbidden", 403),
            Failure::Status(429) => coded("TooManyRequests", "Too Many Requests", 429),
            Failure::Status(503) => coded("ServiceUnavailable", "Service Unavailable", 503),
            Failure::Status(status) => coded("InternalServerError", "Internal Server Error", status),
            Failure::Html502 => coded("BadGateway", "Bad Gateway", 502),
            Failure::Cut => self.error(
                "SerializationError: empty response payload status code: 200, request id: , host id: caused by: EOF",
            ),
            Failure::EmptyBody => Answer::out(format!(
                "{{\"key\":{},\"storage_class\":\"STANDARD\",\"metadata\":{{}}}}\n",
                go_json(&self.words[0])
            )),
            Failure::Refused => {
                let (bucket, key) = self.remote(0);
                self.error(&format!(
                    "RequestError: send request failed caused by: Head \"http://127.0.0.1:8080/{bucket}/{key}\": dial tcp \
                     127.0.0.1:8080: connect: connection refused"
                ))
            }
        }
    }
}
