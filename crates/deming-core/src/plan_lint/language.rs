//! Guesses the language of a plan, so that a rule about something missing
//! stays silent where its words are not known.

use crate::plan::{Plan, WordList, word_list, words};

/// A language whose words for tests and roll-backs are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Language {
    English,
    /// One of the others that the rules know.
    Known,
    Unknown,
}

/// Small words that English plans have; nearly no other language has them.
static ENGLISH: WordList =
    WordList::new(|| word_list("the and with that from when this will should which into"));
static KNOWN_LATIN: WordList = WordList::new(|| {
    word_list(
        "\
    der die das und für mit nicht wird eine einen ist bei \
    le les et pour avec une dans est sur qui \
    el los las y para con una por del que se \
    os uma não da em ao \
    il gli di per che della alla sono \
    het een van voor niet wordt naar",
    )
});
static OTHER_LATIN: WordList = WordList::new(|| {
    word_list(
        "\
    dan yang untuk dengan pada och att för till som og av til ikke ja että ei ovat sekä \
    ve için ile bir olarak się nie jest oraz dla pro je jsou jako și pentru este cu \
    és egy nem hogy az và của cho các với na ili",
    )
});

impl Language {
    pub(super) fn of(plan: &Plan) -> Self {
        let prose = prose(plan);
        let script = Scripts::of(&prose);
        let n_letters = script.latin + script.known + script.unknown;
        if n_letters < script.unknown * 2 {
            return Self::Unknown;
        }
        if n_letters < script.known * 3 {
            return Self::Known;
        }
        let words = words(&prose);
        let count = |list: &WordList| words.iter().filter(|it| list.contains(it.as_str())).count();
        let (english, known, other) = (count(&ENGLISH), count(&KNOWN_LATIN), count(&OTHER_LATIN));
        let is_accented = script.latin < script.accented * 40;
        match () {
            () if known.max(other) < english => Self::English,
            () if other < known && 1 < known => Self::Known,
            () if 0 < other || is_accented => Self::Unknown,
            // Terse notes: "Add cache, update model".
            () => Self::English,
        }
    }
}

fn prose(plan: &Plan) -> String {
    let mut prose = String::new();
    for block in plan.blocks.iter().filter(|it| !it.is_code()) {
        for span in block.spans.iter().filter(|it| !it.is_code()) {
            prose.push_str(&span.text);
            prose.push(' ');
        }
    }
    prose
}

#[derive(Default)]
struct Scripts {
    latin: usize,
    accented: usize,
    /// Cyrillic, kana, Han and Hangul.
    known: usize,
    unknown: usize,
}

impl Scripts {
    fn of(text: &str) -> Self {
        let mut scripts = Self::default();
        for letter in text.chars().filter(|it| it.is_alphabetic()) {
            match letter {
                'a'..='z' | 'A'..='Z' => scripts.latin += 1,
                '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                    scripts.latin += 1;
                    scripts.accented += 1;
                }
                '\u{400}'..='\u{4ff}'
                | '\u{3040}'..='\u{30ff}'
                | '\u{3400}'..='\u{9fff}'
                | '\u{ac00}'..='\u{d7af}' => scripts.known += 1,
                _ => scripts.unknown += 1,
            }
        }
        scripts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Language) {
        assert_eq!(Language::of(&Plan::parse(text).unwrap()), want);
    }

    #[test]
    fn languages_are_told_apart_by_small_words() {
        check("# Plan: Cache\n\n- Add cache\n- Update model\n", Language::English);
        check("# Plan\n\nThe login issues tokens for the user.\n", Language::English);
        check("# Plan\n\nDas Login stellt Token für die Nutzer aus.\n", Language::Known);
        check("# План\n\nДобавить вход по токену в `main.py`.\n", Language::Known);
        check("# 計画\n\nFastAPI に JWT 認証を追加する。\n", Language::Known);
        check("# Suunnitelma\n\nLisätään kirjautuminen ja päivitetään malli.\n", Language::Unknown);
        check("# Rencana\n\nTambah login untuk pengguna dan sesi.\n", Language::Unknown);
        check("# תוכנית\n\nהוספת התחברות.\n", Language::Unknown);
    }
}
