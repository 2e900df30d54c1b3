//! A stand-in for the toolkit's `SendEmail.sh`, and the mails that it was given.

use crate::world::World;

/// A mail: subject, message and level.
pub type Mail = (String, String, String);

impl World {
    /// Gives the build an account for mails and a mailer that keeps them, after `first`.
    pub fn has_a_mailer(&self, first: &str) {
        for name in [
            "SYSTEM_FROMEMAIL_ADDRESS",
            "SYSTEM_TOEMAIL_ADDRESS",
            "SYSTEM_EMAIL_USERNAME",
            "SYSTEM_EMAIL_PASSWORD",
        ] {
            self.set_variable(name, Some("x@example.invalid"));
        }
        let mails = self.path("mails");
        let script = format!(
            "#!/bin/sh\n{first}\nprintf '%s\\0' \"$#\" \"$@\" >>'{}'\n",
            mails.display()
        );
        self.write("providerscripts/email/SendEmail.sh", script);
    }

    /// The mails so far.
    pub fn sent_mails(&self) -> Vec<Mail> {
        let sent = std::fs::read_to_string(self.path("mails")).unwrap_or_default();
        let words: Vec<&str> = sent.split_terminator('\0').collect();
        words
            .chunks(4)
            .map(|mail| {
                assert_eq!(mail[0], "3", "{mail:?}");
                (mail[1].to_owned(), mail[2].to_owned(), mail[3].to_owned())
            })
            .collect()
    }
}
