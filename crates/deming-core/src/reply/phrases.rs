//! Phrases about findings that a sentence may hold without harm: that there are
//! none, that they are settled, or how many there are of each level.

use crate::finding::Level;
use crate::reply::vocabulary::{Role, is};
use crate::reply::words::Word;

/// How many findings of each level a sentence says there are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Claim {
    pub(super) levels: Vec<(Level, u32)>,
    pub(super) total: Option<u32>,
}

/// What was understood of one sentence; `known[i]` covers its word `i`.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    pub(super) known: Vec<bool>,
    pub(super) claim: Claim,
    /// The sentence says that all earlier findings are settled.
    pub(super) all_settled: bool,
    /// The sentence says that there are no findings.
    pub(super) no_findings: bool,
}

impl Phrases {
    pub(super) fn of(words: &[Word<'_>]) -> Self {
        let mut phrases = Self { known: vec![false; words.len()], ..Self::default() };
        phrases.read_claim(words);
        if is_courtesy(words) {
            phrases.known.fill(true);
            return phrases;
        }
        let mut at = 0;
        while at < words.len() {
            let end = if words[at].quoted { None } else { phrases.harmless(words, at) };
            match end {
                Some(end) => {
                    phrases.known[at..end].fill(true);
                    at = end;
                }
                None => at += 1,
            }
        }
        phrases
    }

    /// The end of a harmless phrase that starts at `at`.
    fn harmless(&mut self, words: &[Word<'_>], at: usize) -> Option<usize> {
        match words[at].text {
            "no" | "zero" | "0" | "without" => self.no_finding(words, at),
            "needs" | "need" if word(words, at + 1) == "no" => self.no_finding(words, at + 1),
            "after" if matches!(word(words, at + 1), "reviewing" | "reading" | "review") => {
                Some(at + 2)
            }
            "not" if matches!(word(words, at + 1), "blocking" | "blockers") => Some(at + 2),
            "non" if matches!(word(words, at + 1), "blocking" | "critical") => Some(at + 2),
            "nonblocking" => Some(at + 1),
            "none" => {
                let end = skip(words, at + 1, |it| is(Role::Trailer, it));
                let ends = end == words.len() || words[end].is_mark();
                (ends && word(words, at + 1) != "of").then(|| {
                    self.no_findings = true;
                    end
                })
            }
            "nothing" => {
                let end = skip(words, at + 1, is_nothing_trailer);
                let ends = end == words.len() || words[end].is_mark();
                (ends && at + 1 < end).then(|| {
                    self.no_findings = true;
                    end
                })
            }
            "all" | "both" | "every" | "each" | "the" => self.settled(words, at),
            "addresses" | "addressed" | "resolves" | "resolved" | "fixes" | "fixed" | "covers"
            | "answers" | "settles" | "closes" => {
                let noun = skip(words, at + 1, is_fixed_object);
                let found = at + 1 < noun && is(Role::Noun, word(words, noun - 1));
                found.then_some(noun)
            }
            "minor" | "small" | "cosmetic" | "optional" | "trivial" | "low" | "nitpick" => {
                let noun = skip(words, at + 1, |it| {
                    matches!(it, "severity" | "priority" | "level" | "or" | "and" | "nitpick")
                });
                is_minor_noun(word(words, noun)).then_some(noun + 1)
            }
            "only" => {
                let noun = skip(words, at + 1, |it| {
                    matches!(
                        it,
                        "minor"
                            | "small"
                            | "cosmetic"
                            | "optional"
                            | "low"
                            | "severity"
                            | "nitpick"
                            | "non"
                            | "blocking"
                            | "or"
                            | "and"
                            | "few"
                            | "a"
                            | "some"
                            | "priority"
                            | "the"
                    )
                });
                let minor = word(words, noun).starts_with("nit") || at + 1 < noun;
                (minor && is_minor_noun(word(words, noun))).then(|| {
                    skip(words, noun + 1, |it| matches!(it, "remain" | "remaining" | "left"))
                })
            }
            _ => None,
        }
    }

    /// `no blocking findings remain`, `no further changes needed`.
    fn no_finding(&mut self, words: &[Word<'_>], at: usize) -> Option<usize> {
        let mut end = at + 1;
        if word(words, end) == "need" {
            end = skip(words, end + 1, |it| {
                matches!(it, "to" | "for" | "any" | "further" | "more" | "additional" | "change")
                    || is(Role::Noun, it)
                    || it == "revise"
            });
            return Some(end);
        }
        let mut noun = false;
        let mut level = false;
        while let Some(next) = words.get(end).filter(|next| !next.quoted) {
            if is(Role::Noun, next.text) {
                noun = true;
            } else if !is(Role::Adjective, next.text) || (next.text == "," && noun) {
                break;
            }
            level |= matches!(next.text, "high" | "medium" | "blocking");
            end += 1;
        }
        if words.get(end - 1).is_some_and(|it| it.is_mark()) {
            end -= 1;
        }
        if !noun && !(level && (end == words.len() || words[end].is_mark())) {
            return None;
        }
        let end = skip(words, end, |it| is(Role::Trailer, it));
        let undone = is(Role::Settled, word(words, end))
            || matches!(
                word(words, end),
                "made" | "done" | "applied" | "implemented" | "handled" | "covered" | "taken"
            );
        if undone {
            return None;
        }
        self.no_findings = true;
        Some(end)
    }

    /// `all previous findings have been fixed`; the head noun decides.
    fn settled(&mut self, words: &[Word<'_>], at: usize) -> Option<usize> {
        let all = words[at].text != "the";
        let mut end = at + 1;
        let mut noun = false;
        let mut prior = false;
        while let Some(next) = words.get(end).filter(|next| !next.quoted) {
            let counted = next.text.bytes().all(|byte| byte.is_ascii_digit());
            if is(Role::Noun, next.text) {
                noun = true;
            } else if !is(Role::Adjective, next.text) && !counted && !is_origin(next.text) {
                break;
            }
            prior |= matches!(next.text, "prior" | "previous" | "earlier" | "last" | "old");
            end += 1;
        }
        let verb = end;
        end = skip(words, end, |it| {
            matches!(
                it,
                "have"
                    | "has"
                    | "been"
                    | "are"
                    | "were"
                    | "is"
                    | "was"
                    | "now"
                    | "all"
                    | "fully"
                    | "adequately"
                    | "properly"
                    | "completely"
                    | "both"
                    | "successfully"
                    | "well"
                    | "being"
                    | "satisfactorily"
            )
        });
        if !noun || end == verb || !is(Role::Settled, word(words, end)) {
            return None;
        }
        let end = skip(words, end + 1, |it| {
            matches!(
                it,
                "in" | "by"
                    | "the"
                    | "this"
                    | "revision"
                    | "version"
                    | "plan"
                    | "new"
                    | "updated"
                    | "now"
                    | "too"
                    | "well"
                    | "revised"
                    | "and"
                    | "fully"
                    | "adequately"
                    | "or"
                    | "withdrawn"
            ) || is(Role::Settled, it)
                || is_version(it)
        });
        let whole = at == 0 && end == words.len();
        let named = |name: &str| words[at..verb].iter().any(|it| it.text == name);
        let some = ["minor", "low", "nitpick", "other", "new", "additional", "critical", "major"]
            .into_iter()
            .chain(["security", "performance", "design", "technical", "code", "serious"])
            .any(named);
        let plural = words[at..verb].last().is_some_and(|it| it.text.ends_with('s'))
            || words[at..verb].iter().any(|it| is(Role::Noun, it.text) && it.text.ends_with('s'));
        let every = if all { true } else { prior && plural };
        self.all_settled |= whole && every && !some && named("high") == named("medium");
        Some(end)
    }

    /// `1 high, 2 medium` and `high: 1, medium: 2`.
    fn read_claim(&mut self, words: &[Word<'_>]) {
        let is_pair = |number: usize, level: usize| {
            number_of(word(words, number)).is_some() && level_of(word(words, level)).is_some()
        };
        let mut at = 0;
        let mut last_zero = false;
        let letters = ["h", "m"].iter().all(|it| words.iter().any(|word| word.text == *it));
        while at < words.len() {
            let number = number_of(word(words, at));
            let named = level_of(word(words, at)).or(match word(words, at) {
                "h" if letters => Some(Level::High),
                "m" if letters => Some(Level::Medium),
                "l" if letters => Some(Level::Low),
                _ => None,
            });
            if let Some(number) = number
                && is_pair(at, at + 1)
                && ends_claim(word(words, at + 2))
            {
                self.add_claim(word(words, at + 1), number);
                last_zero = number == 0;
                self.known[at..at + 2].fill(true);
                at += 2;
            } else if let Some(level) = named
                && matches!(word(words, at + 1), ":" | "=" | "-" | "\u{2014}")
                && let Some(number) = number_of(word(words, at + 2))
                && ends_claim(word(words, at + 3))
            {
                self.add(level, number);
                self.known[at..at + 3].fill(true);
                at += 3;
            } else if last_zero
                && matches!(word(words, at), "or" | "and" | "/" | ",")
                && level_of(word(words, at + 1)).is_some()
            {
                self.add_claim(word(words, at + 1), 0);
                self.known[at..at + 2].fill(true);
                at += 2;
            } else {
                let joins = word(words, at) == "severity" || is(Role::Noun, word(words, at));
                last_zero &= joins;
                at += 1;
            }
        }
        let history = words.iter().any(|it| {
            is(Role::Settled, it.text)
                || matches!(it.text, "prior" | "previous" | "earlier" | "last")
        });
        let settled = words.iter().any(|it| is(Role::Settled, it.text));
        if settled && history {
            self.claim = Claim::default();
        } else if self.claim.levels.is_empty() && !history {
            let named = words.windows(3).find_map(|it| {
                let noun = matches!(it[0].text, "finding" | "findings" | "issues");
                if noun && it[1].text == ":" { it[2].text.parse().ok() } else { None }
            });
            self.claim.total = named.or_else(|| {
                words.windows(2).find_map(|pair| {
                    let digits = pair[0].text.bytes().all(|byte| byte.is_ascii_digit());
                    let noun = matches!(pair[1].text, "finding" | "findings" | "issues");
                    if digits && noun { pair[0].text.parse().ok() } else { None }
                })
            });
        }
    }

    fn add_claim(&mut self, level: &str, number: u32) {
        if let Some(level) = level_of(level) {
            self.add(level, number);
        }
    }

    fn add(&mut self, level: Level, number: u32) {
        match self.claim.levels.iter_mut().find(|it| it.0 == level) {
            Some(found) => found.1 = found.1.saturating_add(number),
            None => self.claim.levels.push((level, number)),
        }
    }
}

/// `Let me know if you have any questions.`
fn is_courtesy(words: &[Word<'_>]) -> bool {
    let opening = [word(words, 0), word(words, 1), word(words, 2)];
    matches!(opening, ["let", "me", "know"] | ["feel", "free", "to"])
        && words.iter().all(|it| {
            matches!(
                it.text,
                "let"
                    | "me"
                    | "know"
                    | "feel"
                    | "free"
                    | "to"
                    | "if"
                    | "you"
                    | "have"
                    | "any"
                    | "questions"
                    | "question"
                    | "need"
                    | "want"
                    | "more"
                    | "details"
                    | "else"
                    | "anything"
                    | "clarification"
                    | "ask"
                    | "reach"
                    | "out"
                    | "further"
                    | "about"
                    | "this"
                    | "review"
                    | "would"
                    | "like"
                    | "me to"
                    | "with"
                    | "help"
                    | "other"
            )
        })
}

/// The word at `at`, or nothing past the end.
pub(super) fn word<'a>(words: &[Word<'a>], at: usize) -> &'a str {
    words.get(at).map_or("", |it| it.text)
}

fn skip(words: &[Word<'_>], from: usize, wanted: impl Fn(&str) -> bool) -> usize {
    let rest = words.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|it| !it.quoted && wanted(it.text)).count()
}

/// The level words of a summary; words of other scales are too common in prose.
fn level_of(word: &str) -> Option<Level> {
    match word {
        "high" | "critical" | "p0" | "p1" => Some(Level::High),
        "medium" | "p2" => Some(Level::Medium),
        "low" | "p3" => Some(Level::Low),
        "nitpick" | "nitpicks" | "nit" | "nits" => Some(Level::Nitpick),
        _ => None,
    }
}

fn number_of(word: &str) -> Option<u32> {
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    if let Some(number) = words.iter().position(|it| *it == word) {
        return u32::try_from(number).ok();
    }
    match word {
        "zero" | "none" => Some(0),
        "ten" => Some(10),
        digits if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse().unwrap_or(u32::MAX))
        }
        _ => None,
    }
}

fn ends_claim(word: &str) -> bool {
    matches!(word, "" | "and" | "or" | "severity" | "priority" | "level" | "plus")
        || is(Role::Noun, word)
        || !word.starts_with(char::is_alphanumeric)
        || number_of(word).is_some()
}

fn is_nothing_trailer(word: &str) -> bool {
    matches!(
        word,
        "blocking"
            | "major"
            | "further"
            | "else"
            | "more"
            | "critical"
            | "serious"
            | "significant"
            | "to"
            | "add"
            | "fix"
            | "change"
            | "flag"
            | "report"
            | "left"
            | "remains"
            | "remaining"
            | "found"
            | "outstanding"
            | "new"
            | "wrong"
            | "open"
            | "that"
            | "blocks"
            | "here"
            | "from"
            | "my"
            | "side"
            | "is"
            | "here's"
    )
}

fn is_fixed_object(word: &str) -> bool {
    is(Role::Noun, word)
        || is_origin(word)
        || (is(Role::Adjective, word) && word != ",")
        || matches!(word, "all" | "both" | "every" | "each")
}

fn is_origin(word: &str) -> bool {
    matches!(
        word,
        "from"
            | "in"
            | "the"
            | "last"
            | "round"
            | "review"
            | "iteration"
            | "my"
            | "i"
            | "raised"
            | "that"
            | "of"
            | "version"
            | "first"
            | "second"
    )
}

fn is_minor_noun(word: &str) -> bool {
    is(Role::Noun, word) && !matches!(word, "blocker" | "blockers")
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
}
