//! Helpers at a terminal.

use std::time::Duration;

use expectrl::session::Session;
use expectrl::{Eof, Expect};

use super::Run;

impl Run<'_> {
    /// Runs it with a terminal for standard input, output and error; hands back all that was to be seen there.
    pub fn on_a_terminal(self) -> String {
        let scene = format!("{:?}", self.command);
        let mut session = Session::spawn(self.command).unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(150)));
        let shown = session.expect(Eof);
        let shown = shown.unwrap_or_else(|why| panic!("{why}: {scene}"));
        let text = String::from_utf8_lossy(shown.as_bytes()).into_owned();
        assert!(!text.contains("panicked"), "{scene}: {text}");
        text
    }
}
