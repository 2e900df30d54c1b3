//! The deliberate corrections: every difference that is meant, with its reason and the test that holds it.

use std::fmt;

use crate::difference::Difference;
use crate::scenario::Scenario;

/// What ours must be in an aspect, so that a row excuses nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Ours {
    /// Empty, or not there at all.
    Nothing,
    /// A text that has this in it.
    Has(&'static str),
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
    pub aspect: &'static str,
    /// What ours says; a `*` at its end is the rest of the word.
    pub ours: &'static str,
    pub theirs: &'static str,
    pub why: &'static str,
    pub test: &'static str,
}

pub const WORDINGS: &[Wording] = &[
    Wording {
        aspect: "changes",
        ours: " --root_pass --region",
        theirs: " --root_pass [hidden] --region",
        why: "linode-cli takes the console's password from its environment, and it is in no list of processes",
        test: "the_consoles_password_is_in_no_argument_and_for_its_owner_alone",
    },
    Wording {
        aspect: "changes",
        ours: ", \"vpc\": {",
        theirs: ",  \"vpc\": {",
        why: "a blank between the words of JSON means nothing",
        test: "every_type_at_every_cloud_from_an_operating_system",
    },
    Wording {
        aspect: "cloud machines",
        ours: ", \\\"vpc\\\": {",
        theirs: ",  \\\"vpc\\\": {",
        why: "a blank between the words of JSON means nothing",
        test: "every_type_at_every_cloud_from_an_operating_system",
    },
    Wording {
        aspect: "changes",
        ours: " --suppress-warnings",
        theirs: "",
        why: "linode-cli prints nothing but the answer",
        test: "the_cli_is_called_with_the_words_that_show_everything",
    },
    Wording {
        aspect: "programs",
        ours: " [-E] [*",
        theirs: "",
        why: "what ssh itself says is told apart from what the machine says",
        test: "the_programs_get_the_scripts_options_and_no_secret",
    },
];

/// A text of ours in the original's words.
pub fn in_their_words(aspect: &str, text: &str) -> String {
    let mut text = text.to_owned();
    for wording in WORDINGS.iter().filter(|wording| wording.aspect == aspect) {
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

pub const CORRECTIONS: &[Correction] = &[
    Correction {
        helpers: "SetVariableValue",
        when: "*\"REGION=*",
        aspect: "file *build_environment",
        ours: Ours::AsTested,
        why: "a longer name that ends alike is left alone",
        test: "the_name_is_exact_so_a_longer_one_is_left_alone",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*APPLICATION_NAME=x*",
        aspect: "file *build_environment",
        ours: Ours::AsTested,
        why: "the value is literal, `&` and `\\n` too",
        test: "the_value_is_taken_literally",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*APPLICATION_NAME=a/b*",
        aspect: "file *build_environment",
        ours: Ours::AsTested,
        why: "the value is literal, `/` too",
        test: "the_value_is_taken_literally",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*SNAPSHOT_ID=private/30000005*",
        aspect: "file *build_environment",
        ours: Ours::AsTested,
        why: "the value is literal, `/` too",
        test: "a_linode_image_can_be_set_twice",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*: [\"NOTHING\"]",
        aspect: "file *build_environment",
        ours: Ours::AsTested,
        why: "what is no assignment is no line of a file that scripts source",
        test: "anything_but_one_assignment_is_refused",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*: [\"\"]",
        aspect: "file *build_environment",
        ours: Ours::AsTested,
        why: "what is no assignment is no line of a file that scripts source",
        test: "anything_but_one_assignment_is_refused",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*: []",
        aspect: "file *build_environment",
        ours: Ours::AsTested,
        why: "what is no assignment is no line of a file that scripts source",
        test: "anything_but_one_assignment_is_refused",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*",
        aspect: "mode *build_environment",
        ours: Ours::Has("600"),
        why: "a new file, which has passwords, is its owner's alone",
        test: "a_file_that_is_not_there_is_made_for_its_owner_alone",
    },
    Correction {
        helpers: "SetVariableValue",
        when: "*ACTIVE_CLOUDHOST*",
        aspect: "* *",
        ours: Ours::Nothing,
        why: "without an active build no stray file is made",
        test: "without_an_active_build_the_file_that_is_missing_is_named",
    },
    Correction {
        helpers: "GetVariableValue",
        when: "*R.GION*",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "the name is literal",
        test: "the_name_is_exact_and_no_pattern",
    },
    Correction {
        helpers: "GetVariableValue",
        when: "*NoEnv(*",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "the servers' user is known when the environment was dumped without",
        test: "the_servers_user_is_found_in_credentials_when_the_environment_lost_it",
    },
    Correction {
        helpers: "ExtractConfigValue",
        when: "*REGIO.*",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "the name is literal",
        test: "a_setting_is_printed_by_the_scripts_rules",
    },
    Correction {
        helpers: "GetBuildMachineIP",
        when: "*<html>*",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "a page of an error is no address: the next one is asked",
        test: "the_next_one_is_asked_when_there_is_no_answer_or_none_that_is_an_address",
    },
    Correction {
        helpers: "GetBuildMachineIP",
        when: "*<html>*",
        aspect: "programs",
        ours: Ours::AsTested,
        why: "a page of an error is no address: the next one is asked",
        test: "the_next_one_is_asked_when_there_is_no_answer_or_none_that_is_an_address",
    },
    Correction {
        helpers: "GetBuildMachineIP",
        when: "* []: []",
        aspect: "stdout",
        ours: Ours::Nothing,
        why: "a sentence is no address",
        test: "when_nobody_knows_it_that_is_no_address_on_standard_output",
    },
    Correction {
        helpers: "RunServiceCommand",
        when: "*: [\"ssh\"]",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "without an action nothing is done",
        test: "words_that_are_missing_or_empty_are_refused",
    },
    Correction {
        helpers: "RunServiceCommand",
        when: "*: []",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "without a service nothing is done",
        test: "words_that_are_missing_or_empty_are_refused",
    },
    Correction {
        helpers: "RunServiceCommand",
        when: "*: [\"ssh\"]",
        aspect: "programs",
        ours: Ours::AsTested,
        why: "without an action nothing is done",
        test: "words_that_are_missing_or_empty_are_refused",
    },
    Correction {
        helpers: "RunServiceCommand",
        when: "*: []",
        aspect: "programs",
        ours: Ours::AsTested,
        why: "without a service nothing is done",
        test: "words_that_are_missing_or_empty_are_refused",
    },
    Correction {
        helpers: "RunServiceCommand",
        when: "*: [\"ssh\"]",
        aspect: "status",
        ours: Ours::AsTested,
        why: "without an action nothing is done",
        test: "words_that_are_missing_or_empty_are_refused",
    },
    Correction {
        helpers: "RunServiceCommand",
        when: "*: []",
        aspect: "status",
        ours: Ours::AsTested,
        why: "without a service nothing is done",
        test: "words_that_are_missing_or_empty_are_refused",
    },
    Correction {
        helpers: "DisplayPassword",
        when: "*Active(*\"test-build\"] <*",
        aspect: "file ACTIVE_CLOUDHOST",
        ours: Ours::AsTested,
        why: "with its words nothing is asked",
        test: "with_arguments_nothing_is_asked_whatever_the_active_cloud_is",
    },
    Correction {
        helpers: "DisplayLoggingStreams",
        when: "*\"crew\"*",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "with its words nothing is asked; the status says that nothing was shown, so that Log.sh asks",
        test: "with_arguments_nothing_is_asked_whatever_the_active_cloud_is",
    },
    Correction {
        helpers: "DisplayLoggingStreams",
        when: "*\"crew\"*",
        aspect: "status",
        ours: Ours::AsTested,
        why: "with its words nothing is asked; the status says that nothing was shown, so that Log.sh asks",
        test: "with_arguments_nothing_is_asked_whatever_the_active_cloud_is",
    },
    Correction {
        helpers: "ListServerIDs NumberOfServers GetServerIPAddresses GetServerPrivateIPAddresses",
        when: "*Neighbours*",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "a build's machines are those of exactly that build",
        test: "a_token_of_the_active_build_means_exactly_that_build",
    },
    Correction {
        helpers: "NumberOfServers IsInstanceRunning",
        when: "*Fault(*",
        aspect: "stdout",
        ours: Ours::Has("<>"),
        why: "an error is no answer: nothing is printed",
        test: "an_error_of_the_provider_prints_nothing_to_capture",
    },
    Correction {
        helpers: "DestroyServer",
        when: "*: [\"{public:webserver}\"]",
        aspect: "changes",
        ours: Ours::AsTested,
        why: "without a cloud it is the active one",
        test: "without_a_cloudhost_it_is_the_active_one",
    },
    Correction {
        helpers: "DestroyServer",
        when: "*: [\"{public:webserver}\"]",
        aspect: "cloud machines",
        ours: Ours::AsTested,
        why: "without a cloud it is the active one",
        test: "without_a_cloudhost_it_is_the_active_one",
    },
    Correction {
        helpers: "ConnectToAuthenticator ConnectToAutoscaler ConnectToDatabase ConnectToReverseProxy ConnectToWebserver ExecuteOnAutoscaler ExecuteOnDatabase ExecuteOnWebserver",
        when: "*Says(\"quick\"*",
        aspect: "programs",
        ours: Ours::AsTested,
        why: "what takes no three seconds is not done twice",
        test: "the_questions_of_the_script_lead_to_one_machine_where_the_command_runs_once",
    },
    Correction {
        helpers: "CopyToAutoscaler CopyToDatabase CopyToWebserver",
        when: "*",
        aspect: "programs",
        ours: Ours::Has(":/tmp/]"),
        why: "a folder that is not there is an error, and no file of that name",
        test: "what_is_not_there_is_an_error_and_makes_no_file_of_that_name",
    },
    Correction {
        helpers: "RebootInfrastructure ShutdownInfrastructure",
        when: "*",
        aspect: "file *_*keys",
        ours: Ours::AsTested,
        why: "one file of host keys a machine: that of the other helpers is written, both are read",
        test: "a_file_under_either_name_is_trusted_as_it_is_and_an_empty_one_is_none",
    },
    Correction {
        helpers: "RebootInfrastructure ShutdownInfrastructure",
        when: "*",
        aspect: "mode *_*keys",
        ours: Ours::AsTested,
        why: "one file of host keys a machine: that of the other helpers is written, both are read",
        test: "a_file_under_either_name_is_trusted_as_it_is_and_an_empty_one_is_none",
    },
    Correction {
        helpers: "RebootInfrastructure ShutdownInfrastructure",
        when: "*",
        aspect: "programs",
        ours: Ours::Has("sudo -S -E -p '' "),
        why: "the password is on standard input and in no command line",
        test: "the_password_is_on_standard_input_and_nowhere_else",
    },
    Correction {
        helpers: "InitialiseSnapshots ObtainWholeMachineSnapshot",
        when: "*",
        aspect: "file wholemachinebackups/*",
        ours: Ours::Has("-> the records"),
        why: "the documented name reaches the same files",
        test: "where_neither_exists_the_documented_one_is_made_and_the_other_is_a_relative_link",
    },
    Correction {
        helpers: "InitialiseSnapshots ObtainWholeMachineSnapshot",
        when: "*",
        aspect: "mode wholemachinesnapshots/*",
        ours: Ours::Has("600"),
        why: "records hold passwords: their owner's alone",
        test: "new_files_are_their_owners_alone",
    },
    Correction {
        helpers: "ObtainWholeMachineSnapshot",
        when: "*",
        aspect: "mode *keys.tar.gz",
        ours: Ours::Has("600"),
        why: "an archive of keys is its owner's alone",
        test: "new_files_are_their_owners_alone",
    },
    Correction {
        helpers: "ObtainWholeMachineSnapshot",
        when: "*",
        aspect: "file *db_credentials.dat*",
        ours: Ours::Has("DBNAME:n4f8k2lq1n"),
        why: "without a candidate the build's variables are recorded",
        test: "the_databases_credentials_come_from_the_builds_variables",
    },
    Correction {
        helpers: "ObtainWholeMachineSnapshot",
        when: "*",
        aspect: "bucket *db_credentials.dat*",
        ours: Ours::Has("DBNAME:n4f8k2lq1n"),
        why: "without a candidate the build's variables are recorded",
        test: "five_objects_are_at_the_buckets_root_byte_for_byte",
    },
    Correction {
        helpers: "ObtainWholeMachineSnapshot",
        when: "*",
        aspect: "bucket *keys.tar.gz",
        ours: Ours::Has("AGILE_DEPLOYMENT_BUILD_KEY_test-build"),
        why: "the keys are uploaded",
        test: "five_objects_are_at_the_buckets_root_byte_for_byte",
    },
    Correction {
        helpers: "ObtainWholeMachineSnapshot",
        when: "*",
        aspect: "file *snapshot_manifest.json",
        ours: Ours::Has("is_candidate_ours"),
        why: "a manifest says of which machine each snapshot is",
        test: "what_was_made_is_told_type_by_type",
    },
    Correction {
        helpers: "ObtainWholeMachineSnapshot",
        when: "*NoMachines*",
        aspect: "file *credentials.dat",
        ours: Ours::Nothing,
        why: "without a machine nothing is recorded",
        test: "a_machine_that_does_not_match_is_refused_with_those_that_do",
    },
    Correction {
        helpers: "ObtainWholeMachineSnapshot",
        when: "*Fault(*",
        aspect: "file *",
        ours: Ours::Nothing,
        why: "without an answer nothing is recorded",
        test: "a_provider_that_always_refuses_is_quoted_and_nothing_is_made",
    },
    Correction {
        helpers: "InitialiseSnapshots",
        when: "*RecordsInBucket*",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "the id is all that is printed, not the names in the archive",
        test: "through_every_door_the_id_is_all_that_is_printed",
    },
    Correction {
        helpers: "CreateServer",
        when: "*",
        aspect: "mode *EMERGENCY_PASSWORD",
        ours: Ours::Has("600"),
        why: "the console's password is its owner's alone",
        test: "the_consoles_password_is_in_no_argument_and_for_its_owner_alone",
    },
    Correction {
        helpers: "CreateServer",
        when: "*exoscale*",
        aspect: "changes",
        ours: Ours::AsTested,
        why: "the network is there before the machine that is attached to it",
        test: "every_type_at_every_cloud_from_an_operating_system",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Env(\"BUILD_FROM_SNAPSHOT\", \"1\")]:*",
        aspect: "changes",
        ours: Ours::AsTested,
        why: "without the record of a snapshot nothing is made",
        test: "a_snapshot_that_is_not_recorded",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Fault(*",
        aspect: "changes",
        ours: Ours::AsTested,
        why: "while the provider does not answer nothing is made",
        test: "nothing_is_made_while_the_list_may_be_incomplete",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Env(\"BUILD_FROM_SNAPSHOT\", \"1\")]:*",
        aspect: "cloud *",
        ours: Ours::AsTested,
        why: "without the record of a snapshot nothing is made",
        test: "a_snapshot_that_is_not_recorded",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Fault(*",
        aspect: "cloud *",
        ours: Ours::AsTested,
        why: "while the provider does not answer nothing is made",
        test: "nothing_is_made_while_the_list_may_be_incomplete",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Env(\"BUILD_FROM_SNAPSHOT\", \"1\")]:*",
        aspect: "end",
        ours: Ours::AsTested,
        why: "without the record of a snapshot nothing is made",
        test: "a_snapshot_that_is_not_recorded",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Fault(*",
        aspect: "end",
        ours: Ours::AsTested,
        why: "while the provider does not answer nothing is made",
        test: "nothing_is_made_while_the_list_may_be_incomplete",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Env(\"BUILD_FROM_SNAPSHOT\", \"1\")]:*",
        aspect: "file *",
        ours: Ours::AsTested,
        why: "without the record of a snapshot nothing is made",
        test: "a_snapshot_that_is_not_recorded",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Fault(*",
        aspect: "file *",
        ours: Ours::AsTested,
        why: "while the provider does not answer nothing is made",
        test: "nothing_is_made_while_the_list_may_be_incomplete",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Env(\"BUILD_FROM_SNAPSHOT\", \"1\")]:*",
        aspect: "mode *",
        ours: Ours::AsTested,
        why: "without the record of a snapshot nothing is made",
        test: "a_snapshot_that_is_not_recorded",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Fault(*",
        aspect: "mode *",
        ours: Ours::AsTested,
        why: "while the provider does not answer nothing is made",
        test: "nothing_is_made_while_the_list_may_be_incomplete",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Env(\"BUILD_FROM_SNAPSHOT\", \"1\")]:*",
        aspect: "programs",
        ours: Ours::AsTested,
        why: "without the record of a snapshot nothing is made",
        test: "a_snapshot_that_is_not_recorded",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Fault(*",
        aspect: "programs",
        ours: Ours::AsTested,
        why: "while the provider does not answer nothing is made",
        test: "nothing_is_made_while_the_list_may_be_incomplete",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Env(\"BUILD_FROM_SNAPSHOT\", \"1\")]:*",
        aspect: "status",
        ours: Ours::AsTested,
        why: "without the record of a snapshot nothing is made",
        test: "a_snapshot_that_is_not_recorded",
    },
    Correction {
        helpers: "CreateServer",
        when: "*Fault(*",
        aspect: "status",
        ours: Ours::AsTested,
        why: "while the provider does not answer nothing is made",
        test: "nothing_is_made_while_the_list_may_be_incomplete",
    },
    Correction {
        helpers: "CreateServer",
        when: "*exoscale*\"12\")*",
        aspect: "* *pending-servers/*",
        ours: Ours::AsTested,
        why: "a note says what was asked, until the machine is there",
        test: "a_refusal_is_told_and_the_next_run_asks_again",
    },
    Correction {
        helpers: "CreateServer",
        when: "*exoscale*\"12\")*",
        aspect: "status",
        ours: Ours::AsTested,
        why: "what was refused is no success",
        test: "a_refusal_is_told_and_the_next_run_asks_again",
    },
    Correction {
        helpers: "CreateServer",
        when: "*exoscale*\"12\")*",
        aspect: "cloud vpcs",
        ours: Ours::AsTested,
        why: "the network is there before the machine that is attached to it",
        test: "every_type_at_every_cloud_from_an_operating_system",
    },
    Correction {
        helpers: "CreateServer",
        when: "* linode *\"ACTIVE_FIREWALLS\", \"*",
        aspect: "changes",
        ours: Ours::AsTested,
        why: "without a firewall the machine gets the build's public key",
        test: "without_active_firewalls_the_script_is_asked_and_nothing_depends_on_it",
    },
    Correction {
        helpers: "CreateServer",
        when: "* linode *\"ACTIVE_FIREWALLS\", \"*",
        aspect: "cloud machines",
        ours: Ours::AsTested,
        why: "without a firewall the machine gets the build's public key",
        test: "without_active_firewalls_the_script_is_asked_and_nothing_depends_on_it",
    },
    Correction {
        helpers: "CreateServer",
        when: "*autoscaler linode*ACTIVEFIREWALLS:0*",
        aspect: "*",
        ours: Ours::AsTested,
        why: "without a firewall the words are JSON all the same",
        test: "without_firewalls_none_is_looked_for",
    },
    Correction {
        helpers: "CreateServer",
        when: "*autoscaler digitalocean*",
        aspect: "changes",
        ours: Ours::AsTested,
        why: "the configuration, which has passwords, is in a file and in no word",
        test: "the_words_are_those_of_the_autoscalers_rows",
    },
    Correction {
        helpers: "DestroyServer",
        when: "*",
        aspect: "changes",
        ours: Ours::AsTested,
        why: "digitalocean: the option stands where it means something; exoscale: by id, and not asked",
        test: "the_machine_is_found_by_its_public_or_its_private_address",
    },
    Correction {
        helpers: "GetServerIPAddresses",
        when: "*vultr*Starting*",
        aspect: "stdout",
        ours: Ours::Has("<>"),
        why: "an address that is none yet is not printed; callers wait for both alike",
        test: "machines_are_found_by_name_at_every_cloud",
    },
    Correction {
        helpers: "GetServerPublicIPAddressByIP",
        when: "* vultr *",
        aspect: "stdout",
        ours: Ours::AsTested,
        why: "an address that is no private one is not everybody's",
        test: "a_machine_is_found_by_its_address",
    },
];
