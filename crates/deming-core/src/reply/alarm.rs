//! Finds minor findings whose words say that they are not minor.

use crate::bytes::holds_triple;
use crate::reply::phrases::word;
use crate::reply::vocabulary::{Role, is};
use crate::reply::words::{Folded, Word};

/// `This is critical and blocks the release`, of a finding that is called minor.
pub(super) fn says_it_blocks(text: &str) -> bool {
    // Nearly all findings hold none of these, and need not be taken apart.
    if !holds_triple(text.as_bytes(), opens_alarm) {
        return false;
    }
    let folded = Folded::of(text);
    let words = folded.words();
    let is_work = |at: usize| {
        let at = at + usize::from(matches!(word(&words, at), "the" | "this" | "any" | "my"));
        matches!(
            word(&words, at),
            "release" | "merge" | "plan" | "approval" | "deployment" | "launch" | "implementation"
        )
    };
    let ships = |at: usize| {
        let at = at + usize::from(word(&words, at) == "be");
        matches!(
            word(&words, at),
            "ship"
                | "shipped"
                | "merge"
                | "merged"
                | "approve"
                | "approved"
                | "released"
                | "proceed"
                | "start"
                | "begin"
                | "implement"
        )
    };
    // `must be fixed before`, `required before`; what a plan says of its own steps, as in
    // `tests must pass before the merge`, asks for nothing.
    let is_due = |at: usize| {
        let demand = (0..at).rfind(|it| {
            let owes = matches!(word(&words, *it), "has" | "have") && word(&words, it + 1) == "to";
            owes || matches!(word(&words, *it), "must" | "required" | "needs" | "need")
        });
        let is_mending = |it: &Word<'_>| {
            is(Role::Settled, it.text)
                || matches!(it.text, "done" | "changed" | "added" | "add" | "fix" | "change")
        };
        demand.is_some_and(|it| it + 1 == at || words[it..at].iter().any(is_mending))
    };
    let is_start = |at: usize| {
        let at = at + usize::from(matches!(word(&words, at), "the" | "any" | "this"));
        is_work(at)
            || matches!(
                word(&words, at),
                "i" | "we" | "coding" | "implementing" | "merging" | "starting" | "anybody"
            )
    };
    let is_before = |at: usize| matches!(word(&words, at), "before" | "until") && is_start(at + 1);
    let approves = words.iter().any(|it| it.text.starts_with("approv"));
    let waits =
        words.iter().any(|it| matches!(it.text, "before" | "until" | "depends" | "withdrawn"));
    if (0..words.len()).any(|it| is_before(it) && is_due(it)) || approves && waits {
        return true;
    }
    if matches!(words.as_slice(), [it] | [it, _] if matches!(it.text, "revise" | "reject")) {
        return true;
    }
    (0..words.len()).any(|at| {
        let pair = (word(&words, at), word(&words, at + 1));
        match pair {
            ("is" | "are" | "it's", "critical" | "blocking" | "showstopper" | "blocker") => true,
            ("is" | "are" | "it's", "a") => {
                matches!(word(&words, at + 2), "blocker" | "showstopper" | "critical" | "blocking")
            }
            ("blocks" | "block" | "blocking", _) | ("reject" | "revise", _) => is_work(at + 1),
            ("please", "revise") => true,
            ("must" | "do" | "should" | "can", "not") => ships(at + 2),
            ("cannot" | "mustn't" | "don't" | "can't", _) => ships(at + 1),
            _ => false,
        }
    })
}

/// Cheap test for what [`says_it_blocks`] looks for: `critical`, `blocks`,
/// `showstopper`, `not`, `can't` with any apostrophe, and wide letters.
fn opens_alarm(first: u8, second: u8, third: u8) -> bool {
    let wide = (first == 0xef) | (second == 0xef) | (third == 0xef);
    let (first, second, third) = (first | 0x20, second | 0x20, third | 0x20);
    // No branch here: this is asked of every place in a text.
    (first == b'r') & (second == b'i') & (third == b't')
        | (first == b'l') & (second == b'o') & (third == b'c')
        | (first == b't') & (second == b'o') & (third == b'p')
        | (first == b'b') & (second == b'e') & (third == b'f')
        | (first == b'u') & (second == b'n') & (third == b't')
        | (first == b'p') & (second == b'r') & (third == b'o')
        | (first == b'r') & (second == b'e') & ((third == b'j') | (third == b'v'))
        | (first == b'n') & (second == b'o') & (third == b't')
        | (first == b'n') & ((second == b'\'') & (third == b't') | (0x7f < second))
        | wide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_heard_in_any_spelling() {
        for text in [
            "This is critical.",
            "Blocks the release.",
            "It's a showstopper.",
            "The plan must not ship.",
            "This should **not** be merged.",
            "It can not be approved.",
            "It cannot be approved.",
            "Don't ship it.",
            "It has to be changed before we start.",
            "Required before the merge: a migration.",
            "Must add auth before coding starts.",
            "Don\u{2019}t ship it.",
            "It can\u{2bc}t be merged.",
            "THIS IS BLOCKING",
            "\u{ff43}\u{ff41}\u{ff4e}\u{ff4e}\u{ff4f}\u{ff54} be merged",
        ] {
            assert!(says_it_blocks(text), "{text}");
        }
    }

    #[test]
    fn ordinary_findings_are_not_alarms() {
        for text in [
            "Name the file.",
            "Do not log the token.",
            "The lock is not released.",
            "A note on top would help.",
            "State that CI must pass before the merge.",
            "It would help to name the file before implementation.",
        ] {
            assert!(!says_it_blocks(text), "{text}");
        }
    }
}
