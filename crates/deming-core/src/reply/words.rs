//! Folds free text into plain words and marks. It knows nothing of what they mean.

use crate::bytes::{is_one_of, position};

/// One word or one mark of punctuation, in lower case and without Markdown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// Stands between quotation marks or backticks, so it is somebody's words.
    pub(super) quoted: bool,
    /// Stands between backticks.
    pub(super) code: bool,
    /// Begins with something other than a lower-case letter.
    pub(super) capital: bool,
    /// Has letters and none in lower case.
    pub(super) shouted: bool,
}

impl Word<'_> {
    pub(super) fn is_mark(self) -> bool {
        !self.text.starts_with(char::is_alphanumeric)
    }
}

/// Maps full-width forms and typographic punctuation to ASCII.
pub(super) fn fold(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{300c}' | '\u{300d}' | '\u{300e}' | '\u{300f}' => '"',
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '\u{2012}'..='\u{2015}' => '\u{2014}',
        '\u{3002}' => '.',
        '\u{3001}' => ',',
        '\u{3010}' | '\u{3014}' | '\u{300a}' => '[',
        '\u{3011}' | '\u{3015}' | '\u{300b}' => ']',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// The same as [`char::is_alphanumeric`], which takes long over the dashes and
/// quotation marks of prose.
pub(super) fn is_alphanumeric(character: char) -> bool {
    !matches!(character, '\u{2000}'..='\u{206f}') && character.is_alphanumeric()
}

/// The same as [`char::is_lowercase`], which looks further even for ASCII.
fn is_lowercase(character: char) -> bool {
    character.is_ascii_lowercase() || !character.is_ascii() && character.is_lowercase()
}

/// Folded text in two spellings with the same offsets.
pub(super) struct Folded {
    cased: String,
    lower: String,
}

impl Folded {
    /// Emphasis marks are dropped, so `**not** approved` reads as it looks.
    pub(super) fn of(text: &str) -> Self {
        let mut cased = String::with_capacity(text.len());
        let mut rest = text;
        loop {
            let odd = |it: u8| is_one_of(it, [b'*', b'_']) | !it.is_ascii();
            let (plain, from) = rest.split_at(position(rest.as_bytes(), odd).unwrap_or(rest.len()));
            cased.push_str(plain);
            let mut characters = from.chars();
            match characters.next() {
                None => break,
                Some('*') => {}
                Some('_' | '\u{2502}') => cased.push(' '),
                Some('\u{3002}') => cased.push_str(". "),
                Some(other) => cased.push(fold(other)),
            }
            rest = characters.as_str();
        }
        let lower = cased.to_ascii_lowercase();
        Self { cased, lower }
    }

    /// The text that the words are pieces of.
    pub(super) fn lower(&self) -> &str {
        &self.lower
    }

    pub(super) fn words(&self) -> Vec<Word<'_>> {
        let mut words = Vec::with_capacity(self.lower.len() / 5 + 4);
        let mut quotes = Quotes::default();
        let bytes = self.lower.as_bytes();
        let mut at = 0;
        while let Some(character) = self.lower[at..].chars().next() {
            let end = at + character.len_utf8();
            if character == ' ' {
                at = end;
                continue;
            }
            if is_alphanumeric(character) {
                let end = self.word_end(at);
                let cased = &self.cased[at..end];
                words.push(Word {
                    text: &self.lower[at..end],
                    quoted: quotes.any(),
                    code: quotes.code,
                    capital: !cased.starts_with(is_lowercase),
                    shouted: !cased.contains(is_lowercase),
                });
                at = end;
                continue;
            }
            let before = self.lower[..at].chars().next_back();
            let after = bytes.get(end).copied();
            let spaced = before.is_none_or(char::is_whitespace)
                || after.is_none_or(|byte| byte.is_ascii_whitespace());
            let keep = match character {
                '\n' => true,
                '"' => {
                    quotes.double = !quotes.double;
                    false
                }
                '`' => {
                    quotes.code = !quotes.code;
                    false
                }
                '[' => {
                    quotes.link = opens_link(&self.lower[end..]);
                    false
                }
                ']' => {
                    quotes.link = false;
                    false
                }
                '\'' => {
                    quotes.see_single(before, after);
                    false
                }
                '.' => after.is_none_or(|byte| !byte.is_ascii_alphanumeric()),
                '-' => spaced,
                ')' | '{' | '}' | '<' | '>' | '#' | '\\' | '\u{2705}' | '\u{2714}' | '\u{fe0f}'
                | '\u{1f44d}' | '\u{1f680}' | '\u{1f389}' => false,
                other => !other.is_whitespace(),
            };
            if keep {
                words.push(Word {
                    text: &self.lower[at..end],
                    quoted: quotes.any(),
                    code: quotes.code,
                    capital: false,
                    shouted: false,
                });
            }
            at = end;
        }
        words
    }

    /// The end of the word at `at`; an apostrophe between letters belongs to it.
    fn word_end(&self, at: usize) -> usize {
        let rest = &self.lower[at..];
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if matches!(rest.as_bytes().get(plain), None | Some(b' ' | b'\n' | b'.' | b',')) {
            return at + plain;
        }
        let mut characters = rest.char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            let joined = character == '\''
                && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !character.is_alphanumeric() && !joined {
                return at + offset;
            }
        }
        self.lower.len()
    }
}

/// Whether the bracket that was just opened is followed by an address.
fn opens_link(rest: &str) -> bool {
    let close = rest.bytes().take(200).position(|it| matches!(it, b']' | b'\n'));
    close.is_some_and(|it| rest[it..].starts_with("]("))
}

/// An opening mark without its partner quotes the rest, which fails closed.
#[derive(Default)]
struct Quotes {
    double: bool,
    single: bool,
    code: bool,
    /// The text of a link or of an image.
    link: bool,
}

impl Quotes {
    fn any(&self) -> bool {
        self.double || self.single || self.code || self.link
    }

    fn see_single(&mut self, before: Option<char>, after: Option<u8>) {
        if self.single {
            self.single = after.is_some_and(|byte| byte.is_ascii_alphanumeric());
        } else {
            self.single = before.is_none_or(|it| !it.is_alphanumeric())
                && after.is_some_and(|byte| byte.is_ascii_alphanumeric());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_those_of_the_standard_library() {
        let odd: Vec<char> =
            ('\0'..=char::MAX).filter(|it| is_alphanumeric(*it) != it.is_alphanumeric()).collect();
        assert_eq!(odd, Vec::<char>::new());
    }
}
