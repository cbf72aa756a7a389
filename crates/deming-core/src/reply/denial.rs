//! Reads what stands beside a "fixed" or a "withdrawn": whether it denies that, names a
//! fault or asks for more. Which of them counts for what is up to the callers.

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

/// Whether text beside a "fixed" or "withdrawn" says that it is not so: `claimed; I do not
/// see it`, `reopened`, `the restore command is wrong`.
pub(super) fn denies(text: &str) -> bool {
    let folded = Folded::of(text);
    let words = folded.words();
    let has = |wanted: &[&str]| words.iter().any(|it| !it.quoted && wanted.contains(&it.text));
    // What is said to be mended may have been wrong before.
    let is_mended = has(&[
        "added",
        "replaced",
        "removed",
        "corrected",
        "renamed",
        "changed",
        "rewritten",
        "moved",
        "covered",
        "handled",
        "now",
        "longer",
        "fixed",
        "resolved",
        "addressed",
        "updated",
    ]);
    let pair = |first: &str, second: &str| {
        words.windows(2).any(|it| it[0].text == first && it[1].text == second)
    };
    let is_part = has(&["%"]) && !has(&["100"]);
    let is_taken_back = has(&[
        "reopened",
        "reopen",
        "disputed",
        "disagree",
        "reverted",
        "claimed",
        "claims",
        "allegedly",
        "revise",
        "reject",
        "rejected",
        "wontfix",
        "\u{1f44e}",
        "\u{274c}",
    ]);
    let is_doubted = [
        ("cannot", "verify"),
        ("on", "paper"),
        ("name", "only"),
        ("fixed", "only"),
        ("not", "see"),
        ("not", "proceed"),
        ("isn't", "there"),
    ];
    let is_due = [
        ("please", "add"),
        ("will", "be"),
        ("to", "be"),
        ("have", "to"),
        ("soon", "as"),
        ("provided", "that"),
        ("apart", "from"),
        ("needs", "work"),
        ("same", "concern"),
    ];
    let pairs = |of: &[(&str, &str)]| of.iter().any(|it| pair(it.0, it.1));
    let is_amiss = has(&[
        "wrong",
        "blank",
        "empty",
        "untested",
        "gibberish",
        "regression",
        "neither",
        "half",
        "ignored",
        "promised",
        "worse",
        "nothing",
        "blocking",
        "high",
        "critical",
        "deferred",
        "postponed",
        "open",
        "author",
    ]);
    is_part || is_taken_back || pairs(&is_doubted) || !is_mended && (is_amiss || pairs(&is_due))
}

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
