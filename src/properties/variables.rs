//! The files of variables and settings.

use bstr::ByteSlice;

use super::{first_line, is_fit_for_people};
use crate::toolkit::build_environment::{Assignment, BuildEnvironment};
use crate::toolkit::configuration_settings::ConfigurationSettings;
use crate::toolkit::template::Template;

/// What was set is read back, and every other line stays byte for byte. The first line is the assignment, the rest the
/// file.
pub fn build_environment(data: &[u8]) {
    let (argument, content) = first_line(data);
    let assignment = match Assignment::parse(argument) {
        Ok(assignment) => assignment,
        Err(why) => return is_fit_for_people(&format!("{why:#}"), "\0"),
    };
    let name = assignment.name();
    let before = BuildEnvironment::new(content.to_vec());
    let after = before.with(&assignment);
    let value = argument.get(name.len() + 1..).unwrap().replace("\"", "");
    let read: Vec<Vec<u8>> = after.values(name).collect();
    assert!(!read.is_empty() && read.iter().all(|it| *it == value));
    let others = |environment: &BuildEnvironment| {
        let lines = environment.as_bytes().lines_with_terminator();
        let is_other = |line: &&[u8]| {
            let rest = line.strip_prefix(name);
            !rest.is_some_and(|rest| rest.starts_with(b"="))
        };
        lines
            .filter(is_other)
            .map(|line| line.strip_suffix(b"\n").unwrap_or(line).to_vec())
            .collect::<Vec<_>>()
    };
    assert_eq!(others(&after), others(&before));
    assert_eq!(after.with(&assignment), after);
}

/// Values are in the file, and none spans lines.
pub fn configuration_settings(data: &[u8]) {
    let (name, content) = first_line(data);
    let settings = ConfigurationSettings::new(content.to_vec());
    for value in settings.values(name) {
        assert!(!value.is_empty() && !value.contains(&b'\n'));
        assert!(content.contains_str([name, b":", value].concat()));
    }
    for variable in ["BUILD_FROM_SNAPSHOT", "SERVER_USER"] {
        if let Some(value) = settings.value_of_variable(variable) {
            assert!(content.contains_str(value));
        }
    }
    assert!(settings.secrets().all(|value| content.contains_str(value)));
}

/// A value that a template sets is one line of what the build will see. One that is quoted for the shell is read back:
/// the first line is such a value, the rest a template.
pub fn template(data: &[u8]) {
    let (value, content) = first_line(data);
    let environment = Template::parse(content).environment();
    for line in environment.as_bytes().lines_with_terminator() {
        let is_whole = line.ends_with(b"\n") && line.contains_str("=");
        assert!(is_whole, "{:?}", line.as_bstr());
    }
    let Ok(value) = value.to_str() else {
        return;
    };
    // A backquote runs something in a shell, and the build's own reader drops quotes.
    if value.contains(|it: char| it.is_control() || matches!(it, '`' | '"')) {
        return;
    }
    let quoted = value.replace('\\', "\\\\").replace('$', "\\$");
    let line = format!("export VALUE=\"{quoted}\"  #{value}\n");
    let read = Template::parse(line.as_bytes()).environment();
    assert_eq!(read.text("VALUE").unwrap(), value, "{line}");
}
