//! The fields of a Linode `StackScript`: a comment a variable, from which Linode makes a form.

use crate::console;
use crate::toolkit::template::exports::Export;

/// The field that every form begins with.
const NUMBER: &str =
    "# <UDF name=\"SELECTED_TEMPLATE\" label=\"The number of the template you are using\" />\n";

/// The fields that a person must fill in.
pub fn needed(exports: &[Export]) -> String {
    let fields = exports.iter().map(|export| field(&export.name, ""));
    NUMBER.to_owned() + &fields.collect::<String>()
}

/// The fields that have a value already. One that cannot stand between two quotes is left to the person.
pub fn with_defaults(exports: &[Export]) -> String {
    let fields = exports.iter().map(|export| match &export.value {
        Some(value) if !value.contains('"') => {
            field(&export.name, &format!(" default=\"{value}\""))
        }
        _ => {
            console::say(format_args!(
                "{} has no default in the StackScript's form: its value has a double quote, or only a shell knows it",
                export.name
            ));
            field(&export.name, "")
        }
    });
    fields.collect()
}

fn field(name: &str, default: &str) -> String {
    let label = name.replace('_', " ");
    format!("# <UDF name=\"{name}\" label=\"{label}\"{default} />\n")
}
