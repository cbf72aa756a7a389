//! Reads what a reply says about a finding of an earlier round. An answer that
//! is hedged, doubled or not a plain "fixed" leaves the finding open.

use memchr::memchr_iter;

use crate::finding::FindingId;
use crate::reply::PriorStatus;
use crate::reply::vocabulary::{Role, is, is_negation};
use crate::reply::words::{Folded, Word};

/// A line that answers one or more findings by their names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Answer {
    pub(super) id: FindingId,
    /// `None` when the line names the finding but no status can be read.
    pub(super) status: Option<PriorStatus>,
}

/// How many findings one line may answer; the rest of a longer one is not guessed.
const MOST_NAMES: usize = 64;

/// Reads `F1: fixed`, `Prior finding #2 - not fixed because …`, `F1, F3: withdrawn`.
///
/// Empty when the line does not begin with the name of a finding.
pub(super) fn answers(line: &str) -> Vec<Answer> {
    let folded = Folded::of(line);
    if !may_hold_id(folded.lower()) {
        return Vec::new();
    }
    let words = folded.words();
    let named: Vec<(usize, FindingId)> =
        (0..words.len()).filter_map(|at| id_at(&words, at).map(|id| (at, id))).collect();
    let Some((first, _)) = named.first().copied() else { return Vec::new() };
    if !words[..first].iter().all(|it| it.is_mark() || is_opening(it.text)) {
        return Vec::new();
    }
    if MOST_NAMES < named.len() {
        return Vec::new();
    }
    let mut answers = Vec::new();
    let mut group = Vec::new();
    for (index, (at, id)) in named.iter().enumerate() {
        group.push(*id);
        let until = named.get(index + 1).map_or(words.len(), |it| it.0);
        let between = &words[at + 1..until];
        let range = matches!(between, [it] if is_range(it.text));
        if range && let Some((_, last)) = named.get(index + 1) {
            let from = id.0.saturating_add(1);
            group.extend((from..last.0).take(64).map(FindingId));
            continue;
        }
        let joined = until < words.len()
            && between.iter().all(|it| {
                matches!(it.text, "," | "and" | "&" | "+" | "/" | "finding" | "findings" | "prior")
            });
        if !joined {
            let status = status_of(between);
            answers.extend(group.drain(..).map(|id| Answer { id, status }));
        }
    }
    answers
}

/// Reads a status without a name: `fixed, tests were added`.
pub(super) fn status(text: &str) -> Option<PriorStatus> {
    status_of(&Folded::of(text).words())
}

/// Whether text about a finding says that it is still there.
pub(super) fn stands(text: &str) -> bool {
    let folded = Folded::of(text);
    let words = folded.words();
    words.iter().enumerate().any(|(at, it)| match it.text {
        "still" | "unresolved" | "unfixed" | "unaddressed" | "outstanding" | "remains"
        | "remain" | "persists" | "persist" | "reopened" | "reopen" | "partially" | "partly"
        | "incomplete" | "stands" | "stand" | "insufficient" | "insufficiently" | "pending"
        | "unchanged" | "regressed" | "mostly" | "almost" | "\u{274c}" | "\u{2717}" => true,
        "no" if words.get(at + 1).is_some_and(|it| !it.is_mark()) => false,
        "open" | "no" => at == 0 || words[at - 1].is_mark() || words[at - 1].text == "is",
        "yet" => 0 < at && words[at - 1].text == "not",
        settled if is(Role::Settled, settled) || settled == "done" => {
            let before = &words[at.saturating_sub(3)..at];
            let hedged = words.get(at + 1).is_some_and(|it| matches!(it.text, "?" | "if" | "once"));
            hedged
                || before.iter().any(|it| {
                    it.text.ends_with("n't")
                        || matches!(it.text, "not" | "never" | "cannot" | "to" | "be" | "must")
                })
        }
        _ => false,
    })
}

/// Cheap test for what [`id_at`] looks for.
fn may_hold_id(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    let short = |at: usize| bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    memchr_iter(b'f', bytes).any(short)
        || ["prior", "previous", "earlier"].iter().any(|it| lower.contains(it))
}

fn id_at(words: &[Word<'_>], at: usize) -> Option<FindingId> {
    let word = words[at].text;
    if let Some(digits) = word.strip_prefix('f') {
        return exact(digits);
    }
    let named = 0 < at && matches!(words[at - 1].text, "finding" | "findings");
    let prior = 1 < at && matches!(words[at - 2].text, "prior" | "previous" | "earlier");
    if named && prior { exact(word) } else { None }
}

/// A name without leading zeros, so that each finding has one spelling.
fn exact(digits: &str) -> Option<FindingId> {
    let plain = !digits.is_empty()
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok().map(FindingId) } else { None }
}

/// Words that may stand before the name of the finding.
fn is_opening(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
        || matches!(
            word,
            "prior"
                | "previous"
                | "earlier"
                | "old"
                | "finding"
                | "findings"
                | "issue"
                | "issues"
                | "re"
                | "regarding"
                | "status"
                | "of"
                | "for"
                | "on"
                | "the"
                | "high"
                | "medium"
                | "low"
                | "nitpick"
                | "answer"
                | "answers"
                | "to"
                | "both"
                | "critical"
                | "major"
                | "minor"
                | "still"
                | "open"
                | "fixed"
                | "resolved"
                | "id"
        )
}

fn is_range(word: &str) -> bool {
    matches!(word, "-" | "\u{2014}" | "to" | "through" | "until" | "\u{2026}")
}

/// The status that stands first, else the one that ends the first sentence.
fn status_of(words: &[Word<'_>]) -> Option<PriorStatus> {
    let leading = words.iter().take_while(|it| is_separator(it.text) || is_copula(it.text)).count();
    if let Some(read) = plain_status(&words[leading..]) {
        return read;
    }
    let end = words.iter().position(|it| it.text == ".").unwrap_or(words.len());
    let sentence = &words[..end];
    if let Some(read) = ending_status(sentence)
        && (read == PriorStatus::NotFixed || !takes_back(&words[end..]))
    {
        return Some(read);
    }
    stands_in(words).then_some(PriorStatus::NotFixed)
}

/// `No token refresh: fixed` and `the token refresh has been fixed`.
fn ending_status(sentence: &[Word<'_>]) -> Option<PriorStatus> {
    let after_mark = sentence.iter().rposition(|it| is_separator(it.text) && it.text != ",");
    if let Some(mark) = after_mark
        && let Some(Some(read)) = plain_status(&sentence[mark + 1..])
    {
        let title = &sentence[..mark];
        let denied = title.last().is_some_and(|it| is_negation(it.text));
        let reported = title.iter().any(|it| is_speech(it.text) || is_struck(it.text));
        return match (denied, reported) {
            (true, _) => Some(PriorStatus::NotFixed),
            (false, true) => None,
            (false, false) => Some(read),
        };
    }
    let last = sentence.last()?;
    let adverbs = sentence.iter().rev().skip(1).take_while(|it| is_adverb(it.text)).count();
    let copula = sentence.len().checked_sub(2 + adverbs)?;
    let stated = matches!(sentence[copula].text, "is" | "are" | "was" | "were")
        || (0 < adverbs && matches!(sentence[copula].text, "has" | "have"));
    let plain = sentence.iter().all(|it| {
        !it.quoted
            && !is_negation(it.text)
            && !is(Role::Condition, it.text)
            && !is_speech(it.text)
            && !is_struck(it.text)
    });
    let passive =
        stated && !matches!(sentence[copula.saturating_sub(1)].text, "must" | "to" | "will");
    (is(Role::Settled, last.text) && passive && plain).then_some(PriorStatus::Fixed)
}

fn stands_in(words: &[Word<'_>]) -> bool {
    let text: Vec<&str> = words.iter().map(|it| it.text).collect();
    stands(&text.join(" "))
}

/// A status at the start; `Some(None)` when several stand there, as in a form.
#[expect(clippy::option_option, reason = "no status and an unreadable one are different answers")]
fn plain_status(words: &[Word<'_>]) -> Option<Option<PriorStatus>> {
    let adverbs = words.iter().take_while(|it| is_adverb(it.text)).count();
    let words = &words[adverbs..];
    let first = words.first()?;
    let second = words.get(1).map_or("", |it| it.text);
    if first.text == "no" && second.starts_with(char::is_alphanumeric) {
        return None;
    }
    let status = match first.text {
        "not" | "unfixed" | "unresolved" | "unaddressed" | "open" | "still" | "remains"
        | "remain" | "outstanding" | "partially" | "partly" | "mostly" | "almost" | "nearly"
        | "incomplete" | "persists" | "reopened" | "pending" | "no" | "never" | "stands"
        | "isn't" | "wasn't" | "hasn't" | "aren't" | "partial" | "insufficient" | "failed"
        | "rejected" | "unchanged" | "disputed" | "worse" | "notfixed" | "tbd" | "todo" => {
            PriorStatus::NotFixed
        }
        "withdrawn" | "withdraw" | "withdrawing" | "retracted" | "rescinded" => {
            PriorStatus::Withdrawn
        }
        "done" => PriorStatus::Fixed,
        settled if is(Role::Settled, settled) => PriorStatus::Fixed,
        _ => return None,
    };
    let form = matches!(second, "/" | "|" | "or")
        && words.get(2).is_some_and(|it| {
            is(Role::Settled, it.text)
                || matches!(it.text, "not" | "withdrawn" | "unfixed" | "open" | "fixed")
        });
    if form {
        return Some(None);
    }
    if status == PriorStatus::NotFixed {
        return Some(Some(status));
    }
    if first.quoted && !first.code {
        return Some(None);
    }
    let missed = second == "to" && matches!(first.text, "addressed" | "resolved");
    let hedged = missed || is_hedged(&words[1..]) || takes_back(&words[1..]);
    Some(Some(if hedged { PriorStatus::NotFixed } else { status }))
}

/// Whether the rest of the first sentence takes a "fixed" back.
fn is_hedged(rest: &[Word<'_>]) -> bool {
    let start = rest.iter().position(|it| !it.is_mark() || is_struck(it.text));
    let Some(start) = start else { return false };
    let second = rest.get(start + 1).map_or("", |it| it.text);
    let at_once = match rest[start].text {
        "in" => !matches!(
            second,
            "v2" | "v3"
                | "v4"
                | "v5"
                | "v6"
                | "this"
                | "step"
                | "section"
                | "round"
                | "version"
                | "the"
                | "steps"
                | "revision"
        ),
        "by" | "with" | "via" | "through" | "now" | "as" | "and" => false,
        "no" if matches!(second, "longer" | "more" | "further") => false,
        "without" | "under" | "wrong" | "wrongly" => true,
        "no" | "false" | "not" | "if" | "once" | "only" | "when" | "after" | "pending"
        | "partially" | "partly" | "tbd" | "for" | "later" | "next" | "soon" | "maybe" | "nope"
        | "never" | "mostly" | "almost" | "incorrectly" | "badly" | "at" | "until" | "sort"
        | "kind" | "ish" | "somewhat" | "half" => true,
        other => is_struck(other),
    };
    let sentence = rest.iter().take_while(|it| !matches!(it.text, "." | "!"));
    at_once || sentence.clone().any(|it| is_contrast(it.text) || is_struck(it.text))
}

/// Whether a later sentence begins by taking back what stands before it.
fn takes_back(rest: &[Word<'_>]) -> bool {
    rest.windows(2).any(|pair| {
        matches!(pair[0].text, "." | "!" | ";" | "\n")
            && (is_contrast(pair[1].text)
                || matches!(pair[1].text, "unfortunately" | "yet" | "not" | "no" | "sadly"))
    })
}

fn is_contrast(word: &str) -> bool {
    let other = |it: char| matches!(it, '\u{4f46}' | '\u{4e0d}' | '\u{6ca1}' | '\u{672a}');
    word.contains(other)
        || matches!(
            word,
            "but"
                | "however"
                | "except"
                | "although"
                | "though"
                | "unless"
                | "partially"
                | "partly"
                | "mostly"
                | "almost"
                | "incomplete"
                | "still"
                | "unresolved"
                | "remains"
                | "reopened"
                | "disputed"
                | "reverted"
                | "wontfix"
                | "noch"
                | "teilweise"
                | "leider"
                | "toujours"
                | "pendiente"
                | "aber"
                | "jedoch"
                | "nicht"
                | "mais"
                | "pas"
                | "pero"
                | "worse"
                | "yet"
                | "\u{43d}\u{43e}"
                | "\u{43d}\u{435}"
                | "nevertheless"
                | "unfixed"
                | "supposedly"
                | "allegedly"
                | "theoretically"
        )
}

/// Words that report what somebody else thinks of a finding.
fn is_speech(word: &str) -> bool {
    matches!(
        word,
        "author"
            | "claims"
            | "claimed"
            | "says"
            | "said"
            | "states"
            | "think"
            | "thinks"
            | "believe"
            | "believes"
            | "believed"
            | "reports"
            | "reported"
            | "according"
            | "seems"
            | "appears"
            | "claude"
            | "supposed"
            | "should"
            | "must"
            | "needs"
            | "will"
            | "can"
            | "may"
            | "expected"
            | "planned"
            | "promised"
            | "intended"
    )
}

/// Marks that strike out or doubt what stands beside them.
fn is_struck(mark: &str) -> bool {
    matches!(
        mark,
        "?" | "~" | "\u{274c}" | "\u{2717}" | "\u{2718}" | "\u{1f6ab}" | "\u{26a0}" | "\u{1f534}"
    )
}

fn is_separator(mark: &str) -> bool {
    matches!(
        mark,
        ":" | "-" | "\u{2014}" | "\u{2192}" | "|" | "=" | "(" | "," | "\n" | ">" | "\u{21d2}"
    )
}

fn is_adverb(word: &str) -> bool {
    matches!(
        word,
        "fully"
            | "now"
            | "properly"
            | "correctly"
            | "adequately"
            | "completely"
            | "been"
            | "satisfactorily"
            | "already"
            | "well"
            | "successfully"
            | "indeed"
    )
}

fn is_copula(word: &str) -> bool {
    matches!(
        word,
        "is" | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "been"
            | "now"
            | "status"
            | "marked"
            | "as"
            | "considered"
            | "all"
            | "both"
            | "high"
            | "medium"
            | "low"
            | "nitpick"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::PriorStatus::{Fixed, NotFixed, Withdrawn};

    #[track_caller]
    fn check(line: &str, want: &[(u32, Option<PriorStatus>)]) {
        let found: Vec<_> = answers(line).iter().map(|it| (it.id.0, it.status)).collect();
        assert_eq!(found, want, "{line}");
    }

    #[test]
    fn plain_answers_are_read() {
        check("Prior finding F1: fixed", &[(1, Some(Fixed))]);
        check("Prior finding #2: withdrawn", &[(2, Some(Withdrawn))]);
        check("**F1** \u{2014} not fixed because the token stays", &[(1, Some(NotFixed))]);
        check("- F1 (HIGH): Fixed.", &[(1, Some(Fixed))]);
        check("[HIGH] F1: fixed", &[(1, Some(Fixed))]);
        check("F1 has been fixed", &[(1, Some(Fixed))]);
        check("F1: not_fixed", &[(1, Some(NotFixed))]);
        check("F1 \u{2014} No token refresh \u{2192} fixed", &[(1, Some(Fixed))]);
        check("F1: the missing refresh has been fixed.", &[(1, Some(Fixed))]);
        check("F1 (no refresh): fixed in step 3", &[(1, Some(Fixed))]);
    }

    #[test]
    fn several_findings_share_an_answer() {
        check("F1, F2 and F3 are fixed", &[(1, Some(Fixed)), (2, Some(Fixed)), (3, Some(Fixed))]);
        check("F1 - F3: fixed", &[(1, Some(Fixed)), (2, Some(Fixed)), (3, Some(Fixed))]);
        check("F1 is fixed; F2 is not.", &[(1, Some(Fixed)), (2, Some(NotFixed))]);
        check("F1 fixed, F10 not fixed", &[(1, Some(Fixed)), (10, Some(NotFixed))]);
    }

    #[test]
    fn hedged_answers_leave_the_finding_open() {
        check("F1: partially fixed", &[(1, Some(NotFixed))]);
        check("F1: fixed, but the cookie is not", &[(1, Some(NotFixed))]);
        check("F1: fixed?", &[(1, Some(NotFixed))]);
        check("F1: fixed only for logins", &[(1, Some(NotFixed))]);
        check("F1: still open", &[(1, Some(NotFixed))]);
    }

    #[test]
    fn words_of_others_are_no_answer() {
        check("F1: the author says it is fixed", &[(1, None)]);
        check("F1: \"fixed\"", &[(1, None)]);
        check("F1 can't be considered fixed", &[(1, Some(NotFixed))]);
        check("F1: ~~fixed~~", &[(1, None)]);
    }

    #[test]
    fn forms_and_mentions_are_no_answer() {
        check("F1: fixed / not fixed / withdrawn", &[(1, None)]);
        check("F1: no longer mentioned", &[(1, None)]);
        check("The change for F1 is fine", &[]);
        check("F01: fixed", &[]);
    }
}
