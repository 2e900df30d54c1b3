//! A command that takes the machine down, and the connection with it.

use std::ffi::OsString;
use std::time::Duration;

use super::Connection;
use crate::command::Stream;
use crate::ssh::FAILED_ITSELF;

/// What the machine prints when it has begun: from then on the end of the connection is what was asked for.
const BEGUN: &str = "adt-begun";

/// How a command ended that takes its machine down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// The connection broke after the command had begun, as it does when the machine goes down.
    WithTheConnection,
    /// With this exit status; ssh's own when the command never began.
    Exited(i32),
}

impl Connection<'_> {
    /// As [`Connection::run_reading_along`], telling a machine that went down from one that was never reached: ssh has
    /// one status for both.
    ///
    /// # Errors
    /// As [`Connection::run`].
    pub fn run_going_down(
        &self,
        command_line: &str,
        input: &[u8],
        limit: Duration,
        reader: &mut dyn FnMut(Stream, &[u8]),
    ) -> anyhow::Result<Departure> {
        let line = OsString::from(format!("echo {BEGUN}; {command_line}"));
        let login = self.login.unattended();
        let remote = login.remote(&line, &self.log)?;
        let remote = remote.timeout(limit).input(input);
        // So ssh ends a session that was open; it may be faster than the machine's word.
        let cut_off = format!(
            "Connection to {} closed by remote host.",
            self.machine.address
        );
        let mut has_begun = false;
        let mut reader = |stream, line: &[u8]| {
            let tells = match stream {
                Stream::Stdout => !has_begun && line == BEGUN.as_bytes(),
                Stream::Stderr => line.trim_ascii_end() == cut_off.as_bytes(),
            };
            if tells {
                has_begun = true;
            } else {
                reader(stream, line);
            }
        };
        let status = self.reach.runner.run_reading_along(&remote, &mut reader)?;
        if has_begun && status == FAILED_ITSELF {
            return Ok(Departure::WithTheConnection);
        }
        self.explained(status)?;
        Ok(Departure::Exited(status))
    }
}
