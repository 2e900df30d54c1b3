//! The mail by Debian's own sendemail, to a server on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread::JoinHandle;

use super::{STEPS, scheduled};
use crate::world::World;

/// The default of the toolkit's mailers.
const SENDEMAIL: &str = "/usr/bin/sendemail";

/// A mail server that takes one mail from somebody with a password.
struct MailServer {
    port: u16,
    thread: JoinHandle<std::io::Result<String>>,
}

impl MailServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || converse(&listener.accept()?.0));
        Self { port, thread }
    }

    /// Stands in for the toolkit's SendEmail.sh: the message without quotes, the subject in them (contract 10).
    fn hand_over(&self, world: &World) {
        let text = format!(
            "message=\"MESSAGE RELATED TO MACHINE WITH IP ADDRESS: 203.0.113.9: $2\"\n\
             {SENDEMAIL} -o tls=no -f from@site.uk -t to@site.uk -s 127.0.0.1:{} -xu user -xp word \
             -u \"$1 $(date)\" -m $message\n",
            self.port
        );
        world.write("providerscripts/email/SendEmail.sh", text);
    }

    /// The mail that came, header and body.
    fn mail(self) -> String {
        // Should nobody have come, this ends the wait.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        self.thread.join().unwrap().unwrap()
    }
}

/// Speaks SMTP until the client leaves; the lines of the mail.
fn converse(stream: &TcpStream) -> std::io::Result<String> {
    let say = |text: &str| (&mut &*stream).write_all(format!("{text}\r\n").as_bytes());
    let mut mail = String::new();
    let mut is_mail = false;
    say("220 mail.site.uk")?;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        assert!(line.len() < 998, "no relay takes so long a line");
        match line.split(' ').next().unwrap_or_default() {
            "." if is_mail => {
                is_mail = false;
                say("250 taken")?;
            }
            _ if is_mail => mail.extend([line.as_str(), "\n"]),
            "EHLO" => say("250-mail.site.uk\r\n250 AUTH PLAIN")?,
            "AUTH" => say("235 welcome")?,
            "DATA" => {
                is_mail = true;
                say("354 go on")?;
            }
            "QUIT" => {
                say("221 bye")?;
                break;
            }
            _ => say("250 ok")?,
        }
    }
    Ok(mail)
}

#[track_caller]
fn is_sent(world: &World) -> String {
    assert!(
        Path::new(SENDEMAIL).exists(),
        "sendemail is not installed; run 'make test-tools'"
    );
    let server = MailServer::start();
    server.hand_over(world);
    let ended = world.week().ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says("Email was sent successfully");
    server.mail()
}

#[test]
fn a_failure_of_each_step_is_mailed_by_the_default_mailer() {
    for (step, helper) in STEPS {
        let world = scheduled("vultr");
        for (_, other) in STEPS {
            world.before(other, "exit 0");
        }
        world.before(helper, "echo the reason; exit 7");
        let mail = is_sent(&world);
        let subject = format!("\nSubject: Weekly snapshots failed: {step} ");
        assert!(mail.contains(&subject), "{mail}");
        let words = format!("stopped at the step '{step}': {helper} ended with status 7.");
        assert!(mail.contains(&words), "{mail}");
        assert!(mail.contains("\n the reason"), "{mail}");
    }
}

#[test]
fn whatever_a_step_says_is_mailed_and_read_as_nothing_else() {
    let world = scheduled("vultr");
    world.before(
        "ObtainWholeMachineSnapshot",
        r#"printf '%s\n' '-a --all -o tls=yes -bcc x@y.z' '0' 'made 0 0 of 3' '* /e*c ? [a-z]*' '.' '$HOME `id` "q" it'"'"'s' -- 'the end'
        printf '%2000d\n%s\tx\n' 7 last; exit 3"#,
    );
    let mail = is_sent(&world);
    let (head, body) = mail.split_once("\n\n").unwrap();
    assert!(!head.contains("x@y.z"), "{mail}");
    for line in [
        " '-a' '--all' '-o' tls=yes '-bcc' x@y.z ",
        " '0' ",
        " made '0' '0' of 3 ",
        " _ /e_c _ (a-z)_ ",
        " . ",
        " $HOME `id` \"q\" it's ",
        " '--' ",
        " the end ",
        " last x ",
    ] {
        assert!(body.contains(&format!("\n{line}\n")), "{line}: {mail}");
    }
}
