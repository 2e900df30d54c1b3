//! Helpers at a terminal.

use std::time::Duration;

use expectrl::session::OsSession;
use expectrl::{Eof, Expect};

use super::Run;

impl Run<'_> {
    /// Starts it at a terminal of its own, where a person answers.
    pub fn on_a_terminal(self) -> OsSession {
        let mut session = OsSession::spawn(self.command).unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(150)));
        session
    }

    /// Runs it with a terminal for standard input, output and error; hands back all that was to be seen there.
    pub fn shown_on_a_terminal(self) -> String {
        let scene = format!("{:?}", self.command);
        let mut session = self.on_a_terminal();
        let shown = session.expect(Eof);
        let shown = shown.unwrap_or_else(|why| panic!("{why}: {scene}"));
        let text = String::from_utf8_lossy(shown.as_bytes()).into_owned();
        assert!(!text.contains("panicked"), "{scene}: {text}");
        text
    }
}
