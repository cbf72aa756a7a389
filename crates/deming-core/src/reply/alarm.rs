//! Finds minor findings whose words say that they are not minor.

use memchr::memmem;

use crate::reply::phrases::word;
use crate::reply::words::Folded;

/// `This is critical and blocks the release`, of a finding that is called minor.
pub(super) fn says_it_blocks(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Nearly all findings hold none of these, and need not be taken apart.
    let may = ["rit", "RIT", "lock", "LOCK", "ust not", "o not", "topper", "annot"];
    if !may.iter().any(|it| memmem::find(bytes, it.as_bytes()).is_some()) {
        return false;
    }
    let folded = Folded::of(text);
    let words = folded.words();
    let is_work = |at: usize| {
        let at = at + usize::from(matches!(word(&words, at), "the" | "this" | "any"));
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
        )
    };
    (0..words.len()).any(|at| {
        let pair = (word(&words, at), word(&words, at + 1));
        match pair {
            ("is" | "are" | "it's", "critical" | "blocking" | "showstopper" | "blocker") => true,
            ("is" | "are" | "it's", "a") => {
                matches!(word(&words, at + 2), "blocker" | "showstopper" | "critical" | "blocking")
            }
            ("blocks" | "block" | "blocking", _) => is_work(at + 1),
            ("must" | "do" | "should" | "can", "not") => ships(at + 2),
            ("cannot" | "mustn't" | "don't" | "can't", _) => ships(at + 1),
            _ => false,
        }
    })
}
