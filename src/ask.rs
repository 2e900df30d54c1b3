//! Questions to the person at the terminal, or to whatever feeds standard input.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Read};
use std::os::fd::AsFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use anyhow::{Context, bail, ensure};

use crate::console;
use crate::foreign_text::beginning;

/// An answer longer than this is not an answer.
pub const LONGEST_ANSWER_BYTES: usize = 4096;

/// Whether a person sits at standard input.
pub fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal()
}

/// A question with numbered answers.
#[derive(Debug)]
pub struct Choice<'a, T> {
    /// The question, with the numbers of the answers.
    pub question: &'a str,
    /// What the numbers stand for, from 1 on.
    pub choices: &'a [T],
    /// The option of the command line that would have answered it.
    pub option: &'a str,
    /// What an empty answer at a terminal means.
    pub usual: Option<T>,
}

impl<T: Copy + PartialEq> Choice<'_, T> {
    /// Asks until the answer is one of the numbers. Wrong answers are asked again, as the scripts do.
    ///
    /// # Errors
    /// When standard input ends, which the scripts took for an answer or looped on for ever.
    pub fn made(&self) -> anyhow::Result<T> {
        match self.made_or_end()? {
            Some(choice) => Ok(choice),
            None => bail!(
                "standard input ended before the question was answered; answer with a number from 1 to {}, or give {}",
                self.choices.len(),
                self.option
            ),
        }
    }

    /// As [`Self::made`], with `None` when standard input ends.
    ///
    /// # Errors
    /// When standard input cannot be read.
    pub fn made_or_end(&self) -> anyhow::Result<Option<T>> {
        let last = self.choices.len();
        let usual = self.usual.filter(|_| somebody_is_there());
        let usual_number = usual.and_then(|usual| self.choices.iter().position(|it| *it == usual));
        console::say(format_args!("{}", self.question));
        loop {
            match usual_number {
                Some(index) => console::prompt(format_args!(
                    "Enter a number from 1 to {last}, or nothing for {} ({} answers this too): ",
                    index + 1,
                    self.option
                )),
                None => console::prompt(format_args!(
                    "Enter a number from 1 to {last} ({} answers this too): ",
                    self.option
                )),
            }
            let Some(answer) = next_line()? else {
                console::say(format_args!(""));
                return Ok(None);
            };
            if !somebody_is_there() {
                // Nobody pressed enter, so the line is still open.
                console::say(format_args!(""));
            }
            if answer.trim_ascii().is_empty()
                && let Some(usual) = usual
            {
                return Ok(Some(usual));
            }
            let number = std::str::from_utf8(&answer)
                .ok()
                .and_then(|text| text.trim().parse::<usize>().ok());
            match number.and_then(|number| self.choices.get(number.wrapping_sub(1))) {
                Some(choice) => return Ok(Some(*choice)),
                None => console::say(format_args!("That is not a number from 1 to {last}.")),
            }
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
    Ok(is_yes(&answer.unwrap_or_default()))
}

/// As [`agrees`], where the end of input is no answer.
///
/// # Errors
/// When standard input ends or cannot be read.
pub fn answers_yes(question: &str) -> anyhow::Result<bool> {
    let answer = line(&format!("{question} [y/N]"))?;
    Ok(is_yes(answer.as_bytes()))
}

/// Asks `question`, to which the enter key alone agrees and `n` or `no` does not.
///
/// # Errors
/// When standard input ends or cannot be read.
pub fn goes_on(question: &str) -> anyhow::Result<bool> {
    let answer = line(question)?;
    let word = answer.as_bytes().trim_ascii().to_ascii_lowercase();
    Ok(word != b"n" && word != b"no")
}

fn is_yes(answer: &[u8]) -> bool {
    let word = answer.trim_ascii().to_ascii_lowercase();
    word == b"y" || word == b"yes"
}

/// As [`Choice::made`], asked once: any other answer is an error, as with the scripts' questions that end the program.
/// `what` is what the numbers stand for.
///
/// # Errors
/// When the answer is not one of the numbers, or standard input ends.
pub fn choose_once<T: Copy>(question: &str, choices: &[T], what: &str) -> anyhow::Result<T> {
    let answer = line(question)?;
    let number = answer
        .to_str()
        .and_then(|text| text.trim().parse::<usize>().ok());
    let chosen = number.and_then(|number| choices.get(number.wrapping_sub(1)));
    chosen.copied().with_context(|| {
        format!(
            "'{}' is not the number of a {what}; expected one from 1 to {}",
            beginning(&answer.to_string_lossy()),
            choices.len()
        )
    })
}

/// Asks `question`, and hands back the answer without its line end, which may be empty.
///
/// # Errors
/// When standard input ends or cannot be read.
pub fn line(question: &str) -> anyhow::Result<OsString> {
    console::prompt(format_args!("{question} "));
    let answer = next_line()?;
    if answer.is_none() || !somebody_is_there() {
        // Nobody pressed enter, so the line is still open.
        console::say(format_args!(""));
    }
    match answer {
        Some(answer) => Ok(OsString::from_vec(answer)),
        None => bail!("standard input ended before this was answered: {question}"),
    }
}

/// Asks for several lines, and hands back all up to the one that `is_last`, each with its end.
///
/// # Errors
/// When standard input ends before or cannot be read, or more than `most_bytes` come.
pub fn lines_until(
    question: &str,
    most_bytes: usize,
    is_last: impl Fn(&[u8]) -> bool,
) -> anyhow::Result<Vec<u8>> {
    console::say(format_args!("{question}"));
    let mut text = Vec::new();
    while let Some(line) = next_line()? {
        text.extend_from_slice(&line);
        text.push(b'\n');
        ensure!(
            text.len() <= most_bytes,
            "more than {most_bytes} bytes came in answer to this: {question}"
        );
        if is_last(&line) {
            return Ok(text);
        }
    }
    bail!("standard input ended before this was answered: {question}")
}

/// As [`line`], as text without the blanks around it.
///
/// # Errors
/// As [`line`].
pub fn text(question: &str) -> anyhow::Result<String> {
    let answer = line(question)?;
    Ok(answer.to_string_lossy().trim().to_owned())
}

/// The next line of standard input without its end, or `None` at the end of input. Of a line that is too long to be
/// an answer only the beginning is kept.
///
/// It is read byte by byte, as the shell's `read` does: what comes after the answer belongs to the command that is run
/// next, such as ssh.
fn next_line() -> anyhow::Result<Option<Vec<u8>>> {
    let cannot = "cannot read the answer from standard input";
    let input = std::io::stdin().as_fd().try_clone_to_owned();
    let mut input = File::from(input.context(cannot)?);
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        match input.read(&mut byte) {
            Ok(0) => return Ok((!line.is_empty()).then_some(line)),
            Ok(_) if byte == *b"\n" => return Ok(Some(line)),
            Ok(_) if line.len() < LONGEST_ANSWER_BYTES => line.extend(byte),
            Ok(_) => {}
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            Err(why) => return Err(why).context(cannot),
        }
    }
}
