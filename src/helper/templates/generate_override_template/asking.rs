//! A question a variable, the needed ones first.

use anyhow::{Context, ensure};

use crate::ask;
use crate::console;
use crate::toolkit::template::Template;
use crate::toolkit::template::exports::{Export, Need};

/// What the specification's explanation of a variable ends with.
const END_OF_EXPLANATION: &str = "----";

/// The word that empties a variable.
const RESET: &str = "reset";

/// What is asked, and what needs no question.
pub struct Questions<'a> {
    /// The values that are known.
    pub known: &'a Template,
    /// What explains the variables.
    pub specification: &'a str,
    /// Whether what is not known keeps its value without a question.
    pub asks_nothing: bool,
}

impl Questions<'_> {
    /// The variables with the values that they get: those that a build needs, and the others.
    ///
    /// # Errors
    /// When standard input ends, or an answer is not text.
    pub fn answered(&self, exports: &[Export]) -> anyhow::Result<(Vec<Export>, Vec<Export>)> {
        let answers = |need: Need, asks: bool| {
            let of_need = exports.iter().filter(move |export| export.need == need);
            let answers = of_need.map(|export| self.answer(export, asks));
            answers.collect::<anyhow::Result<Vec<Export>>>()
        };
        let asks = !self.asks_nothing;
        let needed = answers(Need::Mandatory, asks)?;
        let others = answers(Need::Usual, asks && reviews_the_rest()?)?;
        Ok((needed, others))
    }

    fn answer(&self, export: &Export, asks: bool) -> anyhow::Result<Export> {
        let name = export.name.as_str();
        if let Some(value) = self.known.literal(name) {
            return export.set_to(value);
        }
        if !asks {
            return Ok(export.clone());
        }
        for line in explanation(self.specification, name) {
            console::say(format_args!("{line}"));
        }
        let value = export.value.as_deref().unwrap_or("(only a shell knows it)");
        let answer = ask::line(&format!(
            "{name} is \"{value}\". Nothing keeps it, '{RESET}' empties it; or enter a new value:"
        ))?;
        let answer = answer.to_str();
        let answer = answer.with_context(|| format!("the answer for {name} is not UTF-8"))?;
        ensure!(
            answer.len() < ask::LONGEST_ANSWER_BYTES,
            "the answer for {name} has {} bytes or more; put it into a file and give --values",
            ask::LONGEST_ANSWER_BYTES
        );
        match answer {
            "" => Ok(export.clone()),
            RESET => export.set_to(""),
            value => export.set_to(value),
        }
    }
}

/// Whether the other variables are asked for too; nothing means no, as in the script.
fn reviews_the_rest() -> anyhow::Result<bool> {
    let question = "Go through the other variables too, such as regions and sizes? Y/N";
    loop {
        let answer = ask::line(question)?;
        match &*answer.to_string_lossy().trim().to_ascii_lowercase() {
            "y" | "yes" => return Ok(true),
            "n" | "no" | "" => return Ok(false),
            _ => console::say(format_args!("That is neither Y nor N.")),
        }
    }
}

/// What the specification says of a variable: from its heading to the line that ends it.
fn explanation<'s>(specification: &'s str, name: &str) -> Vec<&'s str> {
    let is_heading = |line: &str| {
        let heading = line.trim().strip_prefix("### ");
        heading.is_some_and(|heading| heading.split_whitespace().next() == Some(name))
    };
    let lines = specification.lines().skip_while(|line| !is_heading(line));
    lines
        .take_while(|line| !line.contains(END_OF_EXPLANATION))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_explained_by_its_own_heading() {
        let text = "### APPLICATION_NAME\n\nA name\n\n-----\n### KEY \n### SECRET\n\nBoth\n-----\n### APPLICATION\nOne\n";
        assert_eq!(explanation(text, "APPLICATION"), ["### APPLICATION", "One"]);
        let both = ["### KEY ", "### SECRET", "", "Both"];
        assert_eq!(explanation(text, "KEY"), both);
        assert_eq!(explanation(text, "SECRET"), both[1..]);
        assert!(explanation(text, "NONE").is_empty());
    }
}
