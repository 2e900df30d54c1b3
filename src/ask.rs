//! Questions to the person at the terminal, or to whatever feeds standard input.

use std::io::{BufRead, IsTerminal, Read};

use anyhow::{Context, bail};

use crate::console;

/// An answer longer than this is not an answer.
const LONGEST_ANSWER_BYTES: u64 = 4096;

/// Whether a person sits at standard input.
pub fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks `question` until the answer is one of the numbers from 1 to the count of `choices`, and hands back the chosen
/// one. Wrong answers are asked again, as the scripts do.
///
/// # Errors
/// When standard input ends, which the scripts took for an answer or looped on for ever.
pub fn choose<T: Copy>(question: &str, choices: &[T]) -> anyhow::Result<T> {
    match choose_or_end(question, choices)? {
        Some(choice) => Ok(choice),
        None => bail!(
            "standard input ended before the question was answered; answer with a number from 1 to {}",
            choices.len()
        ),
    }
}

/// As [`choose`], with `None` when standard input ends.
///
/// # Errors
/// When standard input cannot be read.
pub fn choose_or_end<T: Copy>(question: &str, choices: &[T]) -> anyhow::Result<Option<T>> {
    loop {
        console::say(format_args!("{question}"));
        console::prompt(format_args!("Enter a number from 1 to {}: ", choices.len()));
        let Some(answer) = next_line()? else {
            console::say(format_args!(""));
            return Ok(None);
        };
        if !somebody_is_there() {
            // Nobody pressed enter, so the line is still open.
            console::say(format_args!(""));
        }
        let number = std::str::from_utf8(&answer)
            .ok()
            .and_then(|text| text.trim().parse::<usize>().ok());
        match number.and_then(|number| choices.get(number.wrapping_sub(1))) {
            Some(choice) => return Ok(Some(*choice)),
            None => console::say(format_args!(
                "That is not a number from 1 to {}.",
                choices.len()
            )),
        }
    }
}

/// Asks `question`, and hands back whether the answer is `y` or `yes`. Anything else is no, as is the end of input.
///
/// # Errors
/// When standard input cannot be read.
pub fn agrees(question: &str) -> anyhow::Result<bool> {
    console::prompt(format_args!("{question} [y/N] "));
    let answer = next_line()?;
    if answer.is_none() || !somebody_is_there() {
        // Nobody pressed enter, so the line is still open.
        console::say(format_args!(""));
    }
    let answer = answer.unwrap_or_default();
    let word = answer.trim_ascii().to_ascii_lowercase();
    Ok(word == b"y" || word == b"yes")
}

/// The next line of standard input without its end, or `None` at the end of input. Of a line that is too long to be
/// an answer only the beginning is kept.
fn next_line() -> anyhow::Result<Option<Vec<u8>>> {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    input
        .by_ref()
        .take(LONGEST_ANSWER_BYTES)
        .read_until(b'\n', &mut line)
        .context("cannot read the answer from standard input")?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop_if(|byte| *byte == b'\n').is_none()
        && u64::try_from(line.len())? >= LONGEST_ANSWER_BYTES
    {
        input
            .skip_until(b'\n')
            .context("cannot read the answer from standard input")?;
    }
    Ok(Some(line))
}
