//! The deliberate corrections: every difference that is meant, with its reason and the test that holds it.

mod table;

use std::fmt;

use crate::difference::Difference;
use crate::scenario::Scenario;

pub use table::CORRECTIONS;

/// What ours must be in an aspect, so that a row excuses nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Ours {
    /// Empty, or not there at all.
    Nothing,
    /// A text that has this in it.
    Has(&'static str),
    /// The original's text, apart from what stands between these two.
    ApartFrom(&'static str, &'static str),
    /// What the tests named beside it say.
    AsTested,
}

/// A row of the table. `*` in a pattern stands for any text.
#[derive(Debug)]
pub struct Correction {
    /// The helpers, separated by blanks.
    pub helpers: &'static str,
    /// Which scenarios: a pattern of their names.
    pub when: &'static str,
    /// Which aspect: a pattern.
    pub aspect: &'static str,
    pub ours: Ours,
    pub why: &'static str,
    /// A test of `make test` that holds what ours does.
    pub test: &'static str,
}

/// The first row that stands for a difference.
pub fn row_for(scenario: &Scenario, difference: &Difference) -> Option<usize> {
    let name = scenario.to_string();
    CORRECTIONS.iter().position(|row| {
        let ours = difference.ours.as_deref().unwrap_or_default();
        let is_it = match row.ours {
            Ours::Nothing => ours.is_empty(),
            Ours::Has(text) => ours.contains(text),
            Ours::ApartFrom(start, end) => {
                let theirs = difference.theirs.as_deref().unwrap_or_default();
                without(ours, start, end) == without(theirs, start, end)
            }
            Ours::AsTested => true,
        };
        is_it
            && row
                .helpers
                .split(' ')
                .any(|helper| helper == scenario.helper)
            && matches(row.when, &name)
            && matches(row.aspect, &difference.aspect)
    })
}

fn matches(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(before) else {
        return false;
    };
    let mut starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    starts.any(|at| matches(after, &rest[at..]))
}

/// The text without what stands between `start` and the next `end`, each time.
fn without(text: &str, start: &str, end: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(start) {
        kept.push_str(before);
        kept.push_str(start);
        rest = after.find(end).map_or(after, |at| &after[at..]);
    }
    kept + rest
}

#[test]
fn what_stands_between_two_texts_is_left_out_each_time() {
    assert_eq!(without("a <b> c <d> e", "<", ">"), "a <> c <> e");
    assert_eq!(without("a <b", "<", ">"), "a <b");
}

impl fmt::Display for Correction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            helpers,
            when,
            aspect,
            why,
            ..
        } = self;
        write!(formatter, "{helpers} '{when}' {aspect}: {why}")
    }
}

#[test]
fn a_pattern_means_any_text_by_a_star() {
    assert!(
        matches("*", "") && matches("a*c", "abc") && matches("*b*", "abc") && matches("abc", "abc")
    );
    assert!(!matches("a*c", "ab") && !matches("abc", "abcd") && !matches("*b", "abc"));
}

/// Words that ours has besides or instead; they are taken for the original's.
pub struct Wording {
    /// The helper; `*` for any.
    pub helper: &'static str,
    pub aspect: &'static str,
    /// What ours says; a `*` at its end is the rest of the word.
    pub ours: &'static str,
    pub theirs: &'static str,
    pub why: &'static str,
    pub test: &'static str,
}

pub const WORDINGS: &[Wording] = &[
    Wording {
        helper: "ObtainWholeMachineSnapshot",
        aspect: "changes",
        ours: " -o json",
        theirs: "",
        why: "the answer to a creation is read",
        test: "every_machine_of_digitalocean_is_snapshotted_and_recorded",
    },
    Wording {
        helper: "ObtainWholeMachineSnapshot",
        aspect: "changes",
        ours: " -O json\nexo compute instance-template",
        theirs: "\nexo compute instance-template",
        why: "the answer to a creation is read",
        test: "every_machine_of_exoscale_is_snapshotted_and_recorded",
    },
    Wording {
        helper: "ObtainWholeMachineSnapshot",
        aspect: "changes",
        ours: " --cloud_init true",
        theirs: "",
        why: "linode: the image is made so that it can be given user data",
        test: "every_machine_of_linode_is_snapshotted_and_recorded",
    },
    Wording {
        helper: "*",
        aspect: "programs",
        ours: "[https://ipinfo.io/ip]",
        theirs: "[http://ipinfo.io/ip]",
        why: "the build machine's address is asked over https first",
        test: "plain_http_is_asked_only_when_https_gives_no_answer",
    },
    Wording {
        helper: "*",
        aspect: "programs",
        ours: "[https://icanhazip.com]",
        theirs: "[icanhazip.com]",
        why: "the build machine's address is asked over https first",
        test: "plain_http_is_asked_only_when_https_gives_no_answer",
    },
    Wording {
        helper: "*",
        aspect: "changes",
        ours: " --root_pass --region",
        theirs: " --root_pass [hidden] --region",
        why: "linode-cli takes the console's password from its environment, and it is in no list of processes",
        test: "the_consoles_password_is_in_no_argument_and_for_its_owner_alone",
    },
    Wording {
        helper: "*",
        aspect: "changes",
        ours: ", \"vpc\": {",
        theirs: ",  \"vpc\": {",
        why: "a blank between the words of JSON means nothing",
        test: "every_type_at_every_cloud_from_an_operating_system",
    },
    Wording {
        helper: "*",
        aspect: "cloud machines",
        ours: ", \\\"vpc\\\": {",
        theirs: ",  \\\"vpc\\\": {",
        why: "a blank between the words of JSON means nothing",
        test: "every_type_at_every_cloud_from_an_operating_system",
    },
    Wording {
        helper: "*",
        aspect: "changes",
        ours: " --suppress-warnings",
        theirs: "",
        why: "linode-cli prints nothing but the answer",
        test: "the_cli_is_called_with_the_words_that_show_everything",
    },
    relied_on(
        " [-o] [IgnoreUnknown=*] \
               [-o] [LogLevel=INFO] \
               [-o] [LogVerbose=none] \
               [-o] [VisualHostKey=no] \
               [-o] [ControlPath=none] \
               [-o] [KnownHostsCommand=none] \
               [-o] [VerifyHostKeyDNS=no] \
               [-o] [NoHostAuthenticationForLocalhost=no] \
               [-o] [UpdateHostKeys=no] \
               [-o] [IdentitiesOnly=yes] \
               [-o] [PKCS11Provider=none] \
               [-o] [PubkeyAuthentication=yes] \
               [-o] [PreferredAuthentications=publickey,keyboard-interactive,password] \
               [-o] [AddKeysToAgent=no] \
               [-o] [StdinNull=no] \
               [-o] [ForkAfterAuthentication=no] \
               [-o] [AddressFamily=any]",
    ),
    relied_on(" [-o] [Hostname=*"),
    relied_on(
        " [-o] [RemoteCommand=none] \
               [-o] [RequestTTY=no] \
               [-o] [ClearAllForwardings=yes] \
               [-o] [ForwardX11=no] \
               [-o] [Tunnel=no] \
               [-o] [PermitLocalCommand=no]",
    ),
    relied_on(" [-o] [SessionType=default]"),
    Wording {
        helper: "*",
        aspect: "programs",
        ours: " [-E] [*",
        theirs: "",
        why: "what ssh itself says is told apart from what the machine says",
        test: "the_programs_get_the_scripts_options_and_no_secret",
    },
];

/// Words of ours for ssh and scp that no script has.
const fn relied_on(ours: &'static str) -> Wording {
    Wording {
        helper: "*",
        aspect: "programs",
        ours,
        theirs: "",
        why: "a person's ssh configuration does not change what is relied on",
        test: "a_command_is_the_same_whatever_a_persons_configuration_says",
    }
}

/// A text of ours in the original's words.
pub fn in_their_words(helper: &str, aspect: &str, text: &str) -> String {
    let mut text = text.to_owned();
    let is_meant = |it: &&Wording| it.aspect == aspect && ["*", helper].contains(&it.helper);
    for wording in WORDINGS.iter().filter(is_meant) {
        let (fixed, is_open) = match wording.ours.strip_suffix('*') {
            Some(fixed) => (fixed, true),
            None => (wording.ours, false),
        };
        let mut from = 0;
        while let Some(found) = text[from..].find(fixed) {
            let at = from + found;
            let mut end = at + fixed.len();
            if is_open {
                end += text[end..].find(']').map_or(0, |it| it + 1);
            }
            text.replace_range(at..end, wording.theirs);
            from = at + wording.theirs.len();
        }
    }
    text
}
