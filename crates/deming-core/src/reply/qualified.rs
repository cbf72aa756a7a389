//! Reads what follows a word of approval: whether it leaves the approval whole or
//! narrows it to a part, a time or a condition.

use crate::reply::phrases::word;
use crate::reply::vocabulary::{Role, is};
use crate::reply::words::Word;

/// The end of the words after the approval that leave it whole; nothing where one
/// narrows it.
pub(super) fn follows(words: &[Word<'_>], mut at: usize, strict: bool) -> Option<usize> {
    loop {
        let second = word(words, at + 1);
        match word(words, at) {
            "" | "," | "\u{2014}" | "-" => return Some(at),
            ":" | "(" => {
                let narrows = matches!(
                    second,
                    "step"
                        | "steps"
                        | "section"
                        | "sections"
                        | "part"
                        | "parts"
                        | "phase"
                        | "phases"
                        | "n"
                        | "0"
                        | ""
                ) || second.starts_with(|it: char| it.is_ascii_digit());
                return (!narrows).then_some(at);
            }
            "because" | "since" => return Some(at),
            "for" => match second {
                "implementation" | "merge" | "merging" | "execution" | "implementing"
                | "shipping" | "coding" => at += 2,
                "me" | "us" => at += 2,
                _ => return None,
            },
            "as" => match second {
                "is" | "it" | "written" | "planned" | "proposed" | "presented" | "stated"
                | "drafted" => at += 2,
                _ => return None,
            },
            "and" => match second {
                "ready" | "good" | "lgtm" | "approved" => return Some(at),
                _ => return (!strict).then_some(at),
            },
            "to" => match second {
                "proceed" | "implement" | "go" | "ship" | "merge" | "start" | "execute"
                | "continue" => at += 2,
                _ => return None,
            },
            "with" => match minor_remarks(words, at + 1) {
                Some(end) => at = end,
                None => return None,
            },
            "the" | "this" | "plan" | "revised" | "updated" | "current" | "new" | "version"
            | "revision" | "it" | "proposal" | "design" | "approach" | "of" | "implementation"
            | "final" | "now" | "overall" | "wholeheartedly" | "fully" | "unconditionally"
            | "stands" | "from" | "my" | "side" | "thanks" | "thank" | "you" | "lgtm"
            | "approved" | "ahead" | "forward" | "at" | "v1" | "v2" | "v3" | "v4" | "v5" | "v6"
            | "time" => at += 1,
            "great" | "nice" | "good" | "solid" | "all" | "everything" | "i" | "well" | "clear"
            | "is" | "are" | "looks" | "covers" | "on"
                if !strict =>
            {
                return Some(at);
            }
            _ => return None,
        }
    }
}

/// `with two minor suggestions`.
fn minor_remarks(words: &[Word<'_>], from: usize) -> Option<usize> {
    let rest = words.get(from..).unwrap_or_default();
    let adjectives = rest.iter().take_while(|it| is_small(it.text) || is_counted(it.text)).count();
    let noun = from + adjectives;
    let is_nit = word(words, noun).starts_with("nit");
    let minor = rest.iter().take(adjectives).any(|it| is_small(it.text));
    let harmless = !matches!(word(words, noun), "change" | "changes" | "revision" | "revisions");
    let remarks = is(Role::Noun, word(words, noun)) && (harmless || minor) && (minor || is_nit);
    let below = matches!(word(words, noun + 1), "below" | "above" | "attached" | "only");
    remarks.then_some(noun + 1 + usize::from(below))
}

/// A word before remarks that makes them minor.
fn is_small(word: &str) -> bool {
    matches!(
        word,
        "minor" | "small" | "optional" | "low" | "cosmetic" | "non" | "nonblocking" | "no" | "tiny"
    )
}

/// A word before remarks that says nothing of their weight.
fn is_counted(word: &str) -> bool {
    matches!(
        word,
        "blocking"
            | "one"
            | "two"
            | "three"
            | "a"
            | "few"
            | "some"
            | "couple"
            | "of"
            | "the"
            | "following"
            | "priority"
            | "severity"
            | "further"
    )
}
