//! Letters and digits that nobody can guess.

use anyhow::Context;

const LETTERS_AND_DIGITS: &[u8; 62] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// So many characters from the system's source of chance, all of them equally likely.
///
/// # Errors
/// When the system has no chance to give.
pub fn letters_and_digits(count: usize) -> anyhow::Result<String> {
    let mut characters = String::with_capacity(count);
    let mut bytes = [0; 64];
    while characters.len() < count {
        getrandom::fill(&mut bytes).context("cannot draw a password from the system")?;
        // 256 is no multiple of 62: the first characters would come up more often.
        let fair = bytes.iter().filter(|byte| **byte < 4 * 62);
        let drawn = fair.filter_map(|byte| LETTERS_AND_DIGITS.get(usize::from(byte % 62)));
        characters.extend(drawn.map(|byte| char::from(*byte)));
    }
    characters.truncate(count);
    Ok(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_and_digit_comes_up_and_nothing_else() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let characters = letters_and_digits(18).unwrap();
            assert_eq!(characters.len(), 18);
            seen.extend(characters.into_bytes());
        }
        let mut all = LETTERS_AND_DIGITS.to_vec();
        all.sort_unstable();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
    }
}
