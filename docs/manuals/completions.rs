//! Shell completions, for `<Name>` and for `<Name>.sh`: a shell looks for them by the name a program is called by.

use adt_helpers::names::{BaseOs, Cloudhost, MachineType};
use clap::builder::PossibleValuesParser;
use clap_complete::{Generator, Shell};

/// The folders of the shells.
pub const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

/// The files that complete a helper's arguments, and what is in them.
pub fn of(command: &clap::Command) -> Vec<(String, String)> {
    let name = command.get_name();
    let bash = bash(name, &generated(Shell::Bash, command));
    vec![
        (format!("bash/{name}"), bash.clone()),
        (format!("bash/{name}.sh"), bash),
        (
            format!("zsh/_{name}"),
            zsh(name, &generated(Shell::Zsh, command)),
        ),
        (format!("fish/{name}.fish"), generated(Shell::Fish, command)),
        (
            format!("fish/{name}.sh.fish"),
            format!("complete -c {name}.sh -w {name}\n"),
        ),
    ]
}

fn generated(shell: Shell, command: &clap::Command) -> String {
    let mut command = command.clone().mut_args(|argument| {
        let words = words(&argument);
        if words.is_empty() {
            argument
        } else {
            argument.value_parser(PossibleValuesParser::new(words))
        }
    });
    command.set_bin_name(command.get_name().to_owned());
    command.build();
    let mut text = Vec::new();
    shell.generate(&command, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The words that an argument takes, where there are few; they are told by what `--help` calls its value.
fn words(argument: &clap::Arg) -> Vec<&'static str> {
    let names = argument.get_value_names().unwrap_or_default();
    match names.first().map(clap::builder::Str::as_str) {
        Some("TYPE") => MachineType::ALL.map(MachineType::label).to_vec(),
        Some("OS") => BaseOs::ALL.map(BaseOs::as_str).to_vec(),
        Some("CLOUDHOST") => Cloudhost::ALL.map(Cloudhost::as_str).to_vec(),
        _ => Vec::new(),
    }
}

/// The completion registers a function that takes the program's name as it was typed, so it serves both names.
fn bash(name: &str, text: &str) -> String {
    format!("{text}\ncomplete -F _{name} -o bashdefault -o default {name}.sh\n")
}

fn zsh(name: &str, text: &str) -> String {
    text.replace(
        &format!("#compdef {name}\n"),
        &format!("#compdef {name} {name}.sh\n"),
    )
    .replace(
        &format!("compdef _{name} {name}\n"),
        &format!("compdef _{name} {name} {name}.sh\n"),
    )
}
