//! What single words in and around a tag are: levels, words that may stand beside
//! one, verdicts. It looks at no more than the word.

use crate::bytes::holds_triple;
use crate::finding::Level;
use crate::reply::words::fold;

/// Reads a level word, also in the short forms `nit` and `med`.
pub(super) fn level_of(word: &str) -> Option<Level> {
    if word.is_ascii() {
        return ascii_level(word.as_bytes());
    }
    if 24 < word.len() {
        return None;
    }
    let folded: String = word.chars().map(fold).collect();
    if folded.is_ascii() { ascii_level(folded.as_bytes()) } else { None }
}

/// Most words share no initial with a level. What [`Level::from_word`] knows is known
/// here too.
fn ascii_level(word: &[u8]) -> Option<Level> {
    use Level::{High, Low, Medium, Nitpick};
    let levels: &[(&[u8], Level)] = match word.first()? | 0x20 {
        b'b' => &[(b"blocker", High), (b"blockers", High), (b"blocking", High)],
        b'c' => &[(b"critical", High)],
        b'h' => &[(b"high", High)],
        b'i' => &[(b"info", Nitpick)],
        b'l' => &[(b"low", Low)],
        b'm' => &[(b"medium", Medium), (b"med", Medium), (b"minor", Low), (b"major", Medium)],
        b'n' => {
            &[(b"nitpick", Nitpick), (b"nit", Nitpick), (b"nits", Nitpick), (b"nitpicks", Nitpick)]
        }
        b'p' => &[(b"p0", High), (b"p1", High), (b"p2", Medium), (b"p3", Low)],
        b't' => &[(b"trivial", Nitpick)],
        _ => &[],
    };
    levels.iter().find(|it| it.0.eq_ignore_ascii_case(word)).map(|it| it.1)
}

/// A word of another scale or another language where a level belongs; it is kept
/// and counts as HIGH, since nobody knows what it weighs.
pub(super) fn is_other_level(word: &str) -> bool {
    const WIDER: [&str; 5] =
        ["\u{e9}lev\u{e9}", "\u{e9}lev\u{e9}e", "cr\u{ed}tico", "cr\u{ed}tica", "h\u{f6}g"];
    let Some(initial) = word.bytes().next() else { return false };
    if 24 < word.len() {
        return false;
    }
    if word.is_ascii() {
        return is_numbered_severity(word.as_bytes())
            || other_levels(initial).iter().any(|it| it.eq_ignore_ascii_case(word));
    }
    WIDER.contains(&word.to_lowercase().as_str())
}

fn other_levels(initial: u8) -> &'static [&'static str] {
    match initial | 0x20 {
        b'a' => &["alto", "alta"],
        b'b' => &["bloquant"],
        b'c' => &["catastrophic", "critique"],
        b'd' => &["disaster", "dealbreaker"],
        b'e' => &["emergency", "extreme"],
        b'f' => &["fatal"],
        b'g' => &["grave", "grav"],
        b'h' => &["hoch", "haute", "hoog"],
        b'i' => &["important"],
        b'k' => &["kritisch", "kritiek"],
        b'm' => &["moderate", "mittel", "majeur", "moyen", "medio", "media"],
        b'n' => &["niedrig"],
        b's' => &["severe", "serious", "showstopper", "significant", "schwer", "schwerwiegend"],
        b'u' => &["urgent"],
        b'w' => &["wichtig", "wysoki", "wysokie"],
        _ => &[],
    }
}

/// `sev1`, `SEV-2`, `S 3`.
fn is_numbered_severity(word: &[u8]) -> bool {
    let [b's' | b'S', rest @ ..] = word else { return false };
    let rest = match rest {
        [b'e' | b'E', b'v' | b'V', rest @ ..] => rest,
        _ => rest,
    };
    let [marks @ .., digit] = rest else { return false };
    digit.is_ascii_digit() && marks.iter().all(|it| matches!(it, b'-' | b' '))
}

/// Whether one of the words is a level.
pub(super) fn names_level(text: &str) -> bool {
    if text.is_ascii() {
        let mut words = text.as_bytes().split(|it| !it.is_ascii_alphanumeric());
        return words.any(|it| ascii_level(it).is_some());
    }
    text.split(|it: char| !it.is_alphanumeric()).any(|it| level_of(it).is_some())
}

/// Cheap test whether a word in the text may be a level, in any case; letters of other
/// widths pass it too.
pub(super) fn may_name_level(text: &str) -> bool {
    holds_triple(text.as_bytes(), |first, second, third| {
        let wide = (first == 0xef) | (second == 0xef) | (third == 0xef);
        let (first, second, third) = (first | 0x20, second | 0x20, third | 0x20);
        let is_number = |it: u8| (b'0'..=b'3').contains(&it);
        // No branch here: this is asked of every place in a text.
        (second == b'i') & (first == b'h') & (third == b'g')
            | (second == b'i') & (first == b'm') & (third == b'n')
            | (second == b'i') & (first == b'n') & (third == b't')
            | (second == b'r') & (first == b'c') & (third == b'i')
            | (second == b'r') & (first == b't') & (third == b'i')
            | (second == b'n') & (first == b'i') & (third == b'f')
            | (second == b'e') & (first == b'm') & (third == b'd')
            | (second == b'a') & (first == b'm') & (third == b'j')
            | (second == b'l') & (first == b'b') & (third == b'o')
            | (second == b'o') & (first == b'l') & (third == b'w')
            | (second == b'p') & is_number(third)
            | (first == b'p') & is_number(second)
            | wide
    })
}

/// A number, the name of an item, or a word that says nothing beside a level.
pub(super) fn is_filler(word: &str) -> bool {
    word.bytes().all(|it| it.is_ascii_digit())
        || is_id(word.as_bytes())
        || fillers(word.len()).iter().any(|it| it.eq_ignore_ascii_case(word))
}

/// The words of so many bytes that say nothing beside a level.
fn fillers(length: usize) -> &'static [&'static str] {
    match length {
        2 => &["to", "or"],
        3 => &["new", "sev", "and"],
        4 => &["risk", "very", "prio", "item", "note", "open"],
        5 => &["level", "issue", "items", "risks", "notes", "still"],
        6 => &["impact", "issues"],
        7 => &["finding", "problem", "concern", "comment", "defects"],
        8 => &["severity", "priority", "findings", "problems", "concerns", "comments"],
        10 => &["suggestion"],
        11 => &["suggestions"],
        _ => &[],
    }
}

/// `F3`, `R12`: the letter of an item and its number.
pub(super) fn is_id(word: &[u8]) -> bool {
    match word {
        [letter, number @ ..] => {
            matches!(letter.to_ascii_uppercase(), b'F' | b'R' | b'C' | b'I')
                && !number.is_empty()
                && number.iter().all(u8::is_ascii_digit)
        }
        [] => false,
    }
}

/// Content of a bracket that only numbers or names an item.
pub(super) fn is_label(content: &str) -> bool {
    content.split(|it: char| !it.is_alphanumeric()).all(is_filler)
}

pub(super) fn is_verdict_word(upper: &str) -> bool {
    matches!(
        upper,
        "APPROVED"
            | "APPROVE"
            | "LGTM"
            | "OK"
            | "PASS"
            | "PASSED"
            | "AGREE"
            | "REVISE"
            | "SHIP"
            | "YES"
            | "NO"
            | "NONE"
            | "REJECTED"
            | "N/A"
    )
}

/// One word without lower-case letters, as tags are written.
pub(super) fn is_shouted(content: &str) -> bool {
    let content = content.trim();
    let length = content.chars().count();
    (1..=16).contains(&length) && content.chars().all(|it| it.is_alphabetic() && !it.is_lowercase())
}

pub(super) fn is_lower(word: &str) -> bool {
    word.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_are_listed_by_their_length() {
        for length in 0..16 {
            for word in fillers(length) {
                assert_eq!(word.len(), length, "{word}");
                assert!(is_filler(word), "{word}");
            }
        }
    }

    #[test]
    fn other_levels_are_listed_by_their_initial() {
        for initial in b'a'..=b'z' {
            for word in other_levels(initial) {
                assert_eq!(word.as_bytes()[0], initial, "{word}");
                assert!(is_other_level(&word.to_ascii_uppercase()), "{word}");
            }
        }
        for word in ["\u{c9}lev\u{e9}", "cr\u{ed}tico", "H\u{d6}G", "Sev-1"] {
            assert!(is_other_level(word), "{word}");
        }
    }

    #[test]
    fn levels_are_known_in_any_case_and_width() {
        for level in Level::ALL {
            assert_eq!(level_of(level.tag()), Some(level));
            assert_eq!(level_of(level.word()), Some(level));
            assert!(may_name_level(level.word()), "{level:?}");
        }
        for word in ["Critical", "BLOCKER", "blockers", "Blocking", "p0", "P1", "\u{ff30}1"] {
            assert_eq!(level_of(word), Some(Level::High), "{word}");
        }
        for word in ["med", "Major", "p2"] {
            assert_eq!(level_of(word), Some(Level::Medium), "{word}");
        }
        for word in ["Minor", "p3"] {
            assert_eq!(level_of(word), Some(Level::Low), "{word}");
        }
        for word in ["nit", "NITS", "nitpicks", "trivial", "Info"] {
            assert_eq!(level_of(word), Some(Level::Nitpick), "{word}");
        }
        for word in
            ["critical", "blocker", "p0", "p1", "major", "p2", "minor", "p3", "trivial", "info"]
        {
            assert_eq!(level_of(word), Level::from_word(word), "{word}");
        }
        for word in ["hi\u{ff47}h", "[P0]", "p3.", " nit"] {
            assert!(may_name_level(word), "{word}");
        }
        for word in ["", "p4", "hi", "highs", "mediums", "lower"] {
            assert_eq!(level_of(word), None, "{word}");
        }
    }
}
