//! Words without case, markup and punctuation, so that two texts can be
//! compared by what they say.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that a rule looks for; built when it is first asked.
pub(crate) type WordList = LazyLock<HashSet<&'static str>>;

/// The words of a text that holds them between white space.
pub(crate) fn word_list(text: &'static str) -> HashSet<&'static str> {
    text.split_whitespace().collect()
}

/// The words of a text in lower case; an apostrophe stays inside its word.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|it: char| !it.is_alphanumeric() && it != '\'' && it != '’')
        .map(|it| it.trim_matches(['\'', '’']))
        .filter(|it| !it.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The same words with one space between them.
pub(crate) fn words_joined(text: &str) -> String {
    words(text).join(" ")
}

/// Whether a word stands in a short list whose words are separated by spaces.
pub(crate) fn is_listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|it| it == word)
}

/// A heading without its numbering (`1.`, `2.3`) and what stands in
/// parentheses at its end, so that `1. Goal (v2)` equals `Goal`.
pub(crate) fn bare_heading(heading: &str) -> String {
    let mut text = heading.trim();
    while let Some(open) = text.rfind('(') {
        if !text.ends_with(')') || open == 0 {
            break;
        }
        text = text[..open].trim_end();
    }
    let words = words(text);
    let numbers = words.iter().take_while(|it| it.chars().all(char::is_numeric)).count();
    if numbers == words.len() { words.join(" ") } else { words[numbers..].join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(heading: &str, want: &str) {
        assert_eq!(bare_heading(heading), want);
    }

    #[test]
    fn numbering_and_parentheses_do_not_count() {
        check("1. Goal (v2)", "goal");
        check("2.3 Data model", "data model");
        check("**Überblick**", "überblick");
        check("2024", "2024");
        check("(draft)", "draft");
    }
}
