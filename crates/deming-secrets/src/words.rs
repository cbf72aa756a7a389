//! The word lists behind the rules, kept in `words.txt`. Looks words up; what
//! a word means for a value is decided elsewhere.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A section of the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Words {
    About,
    Anchors,
    Ciphers,
    Clients,
    Decorations,
    Filler,
    KeyQualifiers,
    Links,
    Logins,
    NoKeys,
    NoPasswords,
    NoTokens,
    OtherKeys,
    OtherTokens,
    OtherValues,
    PasswordEnds,
    Passwords,
    Placeholders,
    Schemes,
    Secures,
    Technical,
    TokenEnds,
    Tokens,
    Trivial,
    Vague,
    Worn,
}

static SECTIONS: LazyLock<HashMap<&str, HashSet<&str>>> = LazyLock::new(|| {
    let mut sections: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut name = "";
    for line in include_str!("words.txt").lines().filter(|it| !it.starts_with('#')) {
        match line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(section) => name = section,
            None => sections.entry(name).or_default().extend(line.split_whitespace()),
        }
    }
    sections
});

impl Words {
    /// Whether the section holds the word, which is in lower case.
    pub(crate) fn has(self, word: &str) -> bool {
        SECTIONS.get(self.section()).is_some_and(|it| it.contains(word))
    }

    /// Whether a longer word ends in one of the section.
    pub(crate) fn end(self, word: &str) -> bool {
        self.all().any(|end| end.len() < word.len() && word.ends_with(end))
    }

    pub(crate) fn all(self) -> impl Iterator<Item = &'static str> {
        SECTIONS.get(self.section()).into_iter().flatten().copied()
    }

    fn section(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::Anchors => "anchors",
            Self::Ciphers => "ciphers",
            Self::Clients => "clients",
            Self::Decorations => "decorations",
            Self::Filler => "filler",
            Self::KeyQualifiers => "key-qualifiers",
            Self::Links => "links",
            Self::Logins => "logins",
            Self::NoKeys => "no-keys",
            Self::NoPasswords => "no-passwords",
            Self::NoTokens => "no-tokens",
            Self::OtherKeys => "other-keys",
            Self::OtherTokens => "other-tokens",
            Self::OtherValues => "other-values",
            Self::PasswordEnds => "password-ends",
            Self::Passwords => "passwords",
            Self::Placeholders => "placeholder-words",
            Self::Schemes => "schemes",
            Self::Secures => "secures",
            Self::Technical => "technical",
            Self::TokenEnds => "token-ends",
            Self::Tokens => "tokens",
            Self::Trivial => "trivial",
            Self::Vague => "vague",
            Self::Worn => "worn",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_read_and_known() {
        let known = [
            Words::About,
            Words::Anchors,
            Words::Ciphers,
            Words::Clients,
            Words::Decorations,
            Words::Logins,
            Words::Secures,
            Words::Filler,
            Words::KeyQualifiers,
            Words::Links,
            Words::NoKeys,
            Words::NoPasswords,
            Words::NoTokens,
            Words::OtherKeys,
            Words::OtherTokens,
            Words::OtherValues,
            Words::PasswordEnds,
            Words::Passwords,
            Words::Placeholders,
            Words::Schemes,
            Words::Technical,
            Words::TokenEnds,
            Words::Tokens,
            Words::Trivial,
            Words::Vague,
            Words::Worn,
        ];
        for words in known {
            assert!(words.all().next().is_some(), "{words:?} is empty");
        }
        let mut names: Vec<&str> = SECTIONS.keys().copied().filter(|it| !it.is_empty()).collect();
        let mut want: Vec<&str> = known.iter().map(|it| it.section()).collect();
        names.sort_unstable();
        want.sort_unstable();
        assert_eq!(names, want);
    }
}
