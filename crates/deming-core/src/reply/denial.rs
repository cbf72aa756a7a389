//! Reads what stands beside a "fixed" or a "withdrawn": whether it denies that, names a
//! fault or asks for more. Which of them counts for what is up to the callers.

use crate::finding::Level;
use crate::reply::terms::level_of;
use crate::reply::vocabulary::is_negation;
use crate::reply::words::Folded;

/// Whether text beside a "fixed" says that something is wrong now, as in `fixed, step 5
/// now leaks the token`. Only words that never speak well of a plan.
pub(super) fn names_fault(text: &str) -> bool {
    says(text, |it| {
        matches!(
            it,
            "leaks"
                | "breaks"
                | "crashes"
                | "corrupts"
                | "loses"
                | "lacks"
                | "misses"
                | "omits"
                | "contradicts"
                | "deadlocks"
                | "vulnerable"
                | "insecure"
                | "unsafe"
                | "dangerous"
                | "broken"
        )
    })
}

/// Words of which a note says little more when it has so few.
const SHORT: usize = 4;

/// Whether text beside a "fixed" or "withdrawn" says that it is not so: `claimed; I do not
/// see it`, `reopened`, `the restore command is wrong`. Most notes tell what a plan does, as
/// in `expired tokens are rejected`, so words count where they stand.
pub(super) fn denies(text: &str) -> bool {
    let folded = Folded::of(text);
    let words = folded.words();
    let own: Vec<&str> = words.iter().filter(|it| !it.quoted).map(|it| it.text).collect();
    let plain = words.iter().filter(|it| !it.is_mark()).count();
    let has = |wanted: &str| wanted.split_whitespace().any(|it| own.contains(&it));
    let says = |phrases: &[&[&str]]| {
        phrases.iter().any(|phrase| own.windows(phrase.len()).any(|it| it == *phrase))
    };
    // What is said to be mended may have been wrong before.
    let is_mended =
        has("added replaced removed corrected renamed changed rewritten moved covered \
         covers handled now longer fixed resolved addressed updated");
    let heads = own.first().is_some_and(|it| {
        matches!(
            *it,
            "claimed" | "claims" | "reverted" | "ignored" | "deferred" | "postponed" | "add"
        )
    });
    heads
        || has("reopened reopen disputed disagree allegedly wontfix \u{1f44e} \u{274c}")
        || says(DENIALS)
        || plain <= SHORT && has("revise reject % half") && !has("100")
        || !is_mended
            && (has("untested gibberish promised worse")
                || words.iter().any(|it| it.shouted && is_blocking_word(it.text))
                || says(SHORTCOMINGS)
                || plain <= SHORT
                    && has("rejected high critical blocking wrong open author blank empty"))
}

/// Whether a sign strikes out what it stands beside, as in `\u{274c} F1: fixed`.
pub(super) fn is_crossed(text: &str) -> bool {
    let signs =
        ['\u{274c}', '\u{2717}', '\u{2718}', '\u{2716}', '\u{1f44e}', '\u{1f6ab}', '\u{26d4}'];
    !text.is_ascii() && text.contains(signs)
}

/// `HIGH`, `CRITICAL`; a plan may have a phase called P1.
fn is_blocking_word(word: &str) -> bool {
    2 < word.len() && level_of(word).is_some_and(Level::is_blocking)
}

/// What takes a "fixed" back, whatever else is said.
const DENIALS: &[&[&str]] = &[
    &["i", "do", "not", "see"],
    &["i", "don't", "see"],
    &["cannot", "verify"],
    &["on", "paper"],
    &["name", "only"],
    &["fixed", "only"],
    &["do", "not", "proceed"],
    &["isn't", "there"],
    &["please", "add"],
    &["added", "later"],
    &["done", "later"],
    &["fixed", "later"],
    &["by", "next"],
    &["not", "to", "approve"],
    &["neither", "is", "true"],
    &["nothing", "changed"],
    &["nothing", "of", "the", "kind"],
    &["asserts", "nothing"],
    &["tests", "nothing"],
    &["blocks", "my", "approval"],
];

/// What is wrong or due, unless the note says that it is mended.
const SHORTCOMINGS: &[&[&str]] = &[
    &["by", "the", "author"],
    &["by", "the", "author's"],
    &["to", "be", "done"],
    &["soon", "as"],
    &["provided", "that"],
    &["apart", "from"],
    &["needs", "work"],
    &["same", "concern"],
    &["you", "have", "to"],
    &["is", "wrong"],
    &["are", "wrong"],
    &["is", "empty"],
    &["is", "blank"],
    &["nothing", "of"],
    &["not", "true"],
];

/// Whether text beside a "fixed" asks for more, as in `fixed, step 5 must get a test`.
pub(super) fn asks_for_more(text: &str) -> bool {
    says(text, |it| matches!(it, "must" | "should" | "needs"))
}

/// Whether the text has such a word of its own, which nothing before it denies.
fn says(text: &str, is_wanted: impl Fn(&str) -> bool) -> bool {
    let folded = Folded::of(text);
    let words = folded.words();
    words.iter().enumerate().any(|(at, it)| {
        let before = &words[at.saturating_sub(3)..at];
        let is_denied = before.iter().any(|it| is_negation(it.text) || it.text == "was");
        is_wanted(it.text) && !it.quoted && !is_denied
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_fixed_back_is_heard() {
        for text in [
            "Claimed; I do not see it in the text.",
            "(reopened)",
            "reverted in the latest revision",
            "the restore command is wrong",
            "Half done.",
            "10%",
            "verdict: revise",
            "Will be added later.",
            "please add a rollback",
            "add a rollback before implementation",
            "nothing changed in the plan",
            "the author says it is fixed; the text shows nothing of the kind",
            "the test asserts nothing",
            "by next week",
            "neither is true",
            "introduces a new HIGH problem: SQL injection",
        ] {
            assert!(denies(text), "{text}");
        }
    }

    #[test]
    fn what_a_plan_does_is_no_denial() {
        for text in [
            "Expired tokens are rejected with 401.",
            "The JWT claims are validated in step 3.",
            "A regression test covers the wrong password.",
            "Each step can be reverted.",
            "Tokens will be rotated every hour.",
            "A rollback will be added in step 3.",
            "The drop is deferred until after the verification.",
            "A test for the empty list is named.",
            "Coverage rises to 80 % with the two tests.",
            "Nothing left.",
            "Users do not see the error.",
            "The HIGH risk is removed by step 3.",
            "Step 3 adds a test.",
            "Covered in phase P1.",
            "A test covers that the flag is not true.",
            "The test asserts that nothing is written.",
        ] {
            assert!(!denies(text), "{text}");
        }
    }
}
