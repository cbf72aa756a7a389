//! Says whether a sentence beside an approval is understood as harmless. It knows
//! the words that are, and none of the many that are not.

use crate::reply::vocabulary::{Role, is};
use crate::reply::words::Word;

/// Whether every word is known to do no harm, and what is named is said to be good;
/// a title may name it alone.
///
/// `known[i]` covers words that were understood as a part of a phrase.
pub(super) fn is_understood(words: &[Word<'_>], known: &[bool], is_title: bool) -> bool {
    if let [first, _, last] = words
        && (first.text, last.text) == ("n", "a")
    {
        return true;
    }
    let mut names = false;
    let mut praises = false;
    for (at, it) in words.iter().enumerate() {
        if known[at] {
            continue;
        }
        if it.is_mark() {
            let opens = it.text == "(" && at + 1 == words.len();
            if opens || !is_harmless_mark(it.text) {
                return false;
            }
            continue;
        }
        if it.quoted && !it.code {
            return false;
        }
        let next = words.get(at + 1).map_or("", |it| it.text);
        match it.text {
            // The name of a thing in the plan.
            _ if it.code => names = true,
            "high" if next == "level" => {}
            "back" if at.checked_sub(1).is_some_and(|it| is_way_back(words[it].text)) => {}
            // What has to be, is to be or is good to have is not there.
            "out" if 0 < at && words[at - 1].text == "thought" => {}
            "has" | "have" | "is" | "are" if next == "to" => return false,
            "to" if matches!(next, "have" | "be" | "see") => return false,
            "for" if next == "review" => return false,
            "can" if next == "be" && is_done_later(words, at + 2) => {}
            "found" if known.get(at + 1) == Some(&true) => {}
            "finding" | "findings" if is_harmless_finding(words, known, at) => {}
            "error" | "errors" | "failure" | "failures" if is_dealt_with(next) => names = true,
            "limit" | "limits" if 0 < at && words[at - 1].text == "rate" => names = true,
            word if is(Role::Praise, word) => praises = true,
            word if is(Role::Plain, word) => {}
            word if is(Role::Subject, word) || is_number(word) => names = true,
            _ => return false,
        }
    }
    praises || !names || is_title
}

fn is_harmless_mark(mark: &str) -> bool {
    matches!(
        mark,
        "," | ":" | "(" | "-" | "\u{2014}" | "/" | "|" | "=" | "\u{2022}" | "&" | "\u{2026}"
    )
}

fn is_way_back(word: &str) -> bool {
    matches!(word, "way" | "rolled" | "roll")
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or(word);
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `can be handled during implementation`, and nothing that can be made good.
fn is_done_later(words: &[Word<'_>], at: usize) -> bool {
    let done = words.get(at).map_or("", |it| it.text);
    matches!(
        done,
        "handled" | "addressed" | "fixed" | "resolved" | "rolled" | "tested" | "verified"
    )
}

/// `Findings: none`, `the remaining findings are minor`
fn is_harmless_finding(words: &[Word<'_>], known: &[bool], at: usize) -> bool {
    let mut rest = words.iter().zip(known).skip(at + 1);
    let is_plain = words[..at].iter().all(|it| is(Role::Adjective, it.text));
    let is_label = is_plain && rest.all(|(it, known)| *known || it.is_mark());
    is_label || words.iter().any(|it| it.text == "minor")
}

fn is_dealt_with(next: &str) -> bool {
    matches!(next, "handling" | "cases" | "recovery" | "paths")
}
