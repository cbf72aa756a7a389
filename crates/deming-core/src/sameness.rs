//! Whether two findings say the same, so that one keeps its name over the
//! rounds in whatever words it comes back.

use std::collections::BTreeSet;

/// The share of words that two findings must have in common to be the same.
/// Too low would end a review that makes headway; too high only lets one run
/// until its rounds are used up.
const SAME_WORDS: f64 = 0.75;
const FEWEST_WORDS: usize = 3;

/// Whether two findings share nearly all of the words that carry their meaning
/// (Jaccard index), and every number and name of code, or are equal.
pub(crate) fn says_the_same(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    if !one.is_empty() && one == other {
        return true;
    }
    let shared = one.intersection(&other).count();
    let all = one.union(&other).count();
    // What tells `step 3` from `step 4` and one file from another.
    let are_names_equal = one.symmetric_difference(&other).all(|it| !is_name(it));
    are_names_equal && FEWEST_WORDS <= shared && SAME_WORDS * all as f64 <= shared as f64
}

/// The words of a finding, without those that every sentence has.
fn words(text: &str) -> BTreeSet<String> {
    const FILLERS: [&str; 42] = [
        "a", "about", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do",
        "does", "for", "from", "has", "have", "how", "in", "is", "it", "its", "of", "on", "or",
        "plan", "should", "so", "still", "than", "that", "the", "there", "this", "to", "was",
        "what", "when", "which", "will", "with",
    ];
    text.split(|it: char| !(it.is_alphanumeric() || is_part_of_name(it)))
        .map(|it| it.trim_matches(is_part_of_name).to_lowercase())
        .filter(|it| !it.is_empty() && !FILLERS.contains(&it.as_str()))
        .collect()
}

fn is_part_of_name(letter: char) -> bool {
    matches!(letter, '_' | '.' | '/' | ':')
}

/// A number, a path or an identifier.
fn is_name(word: &str) -> bool {
    word.contains(|it: char| it.is_ascii_digit() || is_part_of_name(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, want: bool) {
        assert_eq!(says_the_same(one, other), want, "{one:?} {other:?}");
        assert_eq!(says_the_same(other, one), want, "{other:?} {one:?}");
    }

    #[test]
    fn same_finding_in_other_words_is_the_same() {
        check("No rate limit on the login endpoint", "no rate limit on the login endpoint.", true);
        check(
            "There is no rate limit on the login endpoint",
            "The login endpoint still has no rate limit",
            true,
        );
        check("Step 3 has no test", "Step 3 still has no test.", true);
        check(
            "`auth.py` keeps the refresh token in local storage, where scripts can read it",
            "The refresh token is kept in local storage by `auth.py`, where scripts can read it",
            true,
        );
        check(
            "The migration of the table users cannot be rolled back",
            "The migration of the table users cannot be rolled back as described",
            true,
        );
    }

    #[test]
    fn other_findings_in_similar_words_are_others() {
        check("Step 3 has no test", "Step 4 has no test", false);
        check("No tests for login", "No tests for logout", false);
        check("No rate limit on the login endpoint", "No rate limit on the reset endpoint", false);
        check("`a/users.py` has no roll-back", "`b/users.py` has no roll-back", false);
        check("Tokens expire after 15 minutes", "Tokens expire after 30 minutes", false);
        check("Missing tests", "Missing docs", false);
        check("Missing tests", "The tests are missing.", true);
        check("", "", false);
        check("日本語の計画にテストがない", "別の指摘", false);
    }
}
