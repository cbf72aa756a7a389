//! Secrets behind one layer of base64. What they decode to is scanned like any
//! text; what is found there hides the whole encoded run.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The readable texts that stand in base64, with the place of each.
pub(crate) fn find(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut position = 0;
    while let Some(next) = bytes[position..].iter().position(|it| is_digit(*it)) {
        let start = position + next;
        let length = bytes[start..].iter().take_while(|it| is_digit(**it) || **it == b'=').count();
        position = start + length;
        if (20..=16 * 1024).contains(&length) {
            found.extend(decode(&text[start..position]).map(|plain| (start..position, plain)));
        }
    }
    found
}

/// The text behind one run of base64, when it is text.
pub(crate) fn decode(run: &str) -> Option<String> {
    let run = run.trim_end_matches('=');
    let engine = if run.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let plain = String::from_utf8(engine.decode(run).ok()?).ok()?;
    let readable = plain.bytes().all(|it| matches!(it, b' '..=b'~' | b'\n' | b'\r' | b'\t'));
    readable.then_some(plain)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_behind_base64_is_read() {
        let run = STANDARD.encode("user: somebody, word: something");
        let text = format!("data: {run}\n");
        let found = find(&text);
        assert_eq!(found, [(6..6 + run.len(), "user: somebody, word: something".to_owned())]);
    }

    #[test]
    fn names_and_numbers_do_not_decode() {
        assert_eq!(find("some_identifier_of_a_function 1234567890123456789012345678"), []);
    }
}
