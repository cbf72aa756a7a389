//! Says whether prose approves. An approval must be plain: not negated, not
//! conditional, not quoted, not asked; what is doubtful never approves.

use memchr::memchr_iter;

use crate::finding::Level;
use crate::reply::phrases::{Claim, Phrases, word};
use crate::reply::qualified::follows;
use crate::reply::source::clip;
use crate::reply::tag::word_end;
use crate::reply::understood::is_understood;
use crate::reply::vocabulary::{self, Role, is, is_doubt, is_negation};
use crate::reply::words::{Folded, Word};

/// Where a piece of prose stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Plain,
    /// A heading, which may name anything.
    Title,
    /// Under a heading such as `Verdict`, where `Pass` is an approval too.
    Verdict,
    /// Under a heading such as `Strengths`, where a "no" is praise.
    Praise,
    /// Under a heading such as `Example`, or quoted: nothing approves here.
    Foreign,
}

/// What the prose of a reply says beside its findings.
#[derive(Debug, Default)]
pub(super) struct Stance {
    pub(super) approvals: usize,
    /// What may object and is not understood as harmless; each is a sentence.
    pub(super) doubts: Vec<String>,
    /// What no approval can be read beside, although it objects to nothing more
    /// than the findings do.
    pub(super) hesitations: Vec<String>,
    /// Sentences that refuse an approval or name a blocking problem.
    pub(super) objections: Vec<String>,
    pub(super) claims: Vec<Claim>,
    pub(super) all_settled: bool,
    /// There was more prose than is listened to.
    pub(super) cut_short: bool,
}

/// What one piece of prose added.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Heard {
    pub(super) approves: bool,
    pub(super) no_findings: bool,
    pub(super) claims: bool,
    pub(super) settles: bool,
}

/// Words; what is longer is not plain, and reading it would take long.
const LONGEST_SENTENCE: usize = 400;

impl Stance {
    pub(super) fn hear(&mut self, text: &str, place: Place) -> Heard {
        let mut heard = Heard::default();
        let folded = Folded::of(text);
        if is_negated_by_mark(folded.lower()) {
            self.doubts.push(clip(text));
        }
        each_sentence(&folded.words(), |sentence, asked| {
            self.hear_sentence(sentence, asked, place, &mut heard);
        });
        heard
    }

    fn hear_sentence(&mut self, words: &[Word<'_>], asked: bool, place: Place, heard: &mut Heard) {
        if words.iter().all(|it| it.is_mark() && !is_doubt(it.text)) && !asked {
            return;
        }
        if LONGEST_SENTENCE < words.len() {
            self.objections.push(excerpt(words));
            return;
        }
        let phrases = Phrases::of(words);
        heard.no_findings |= phrases.no_findings;
        heard.claims |= phrases.claim != Claim::default();
        if phrases.claim != Claim::default() {
            self.claims.push(phrases.claim.clone());
        }
        if phrases.all_settled && !asked {
            self.all_settled = true;
            heard.settles = true;
        }
        let approval = approval_of(words, &phrases, place);
        let mut doubtful = asked;
        let mut known = phrases.known.clone();
        if let Some(range) = &approval {
            known[range.clone()].fill(true);
        }
        for (index, it) in words.iter().enumerate() {
            let inside = approval.as_ref().is_some_and(|range| range.contains(&index));
            let stem = is_approval_stem(it.text);
            if stem && !inside {
                doubtful = true;
            }
            let heads = index == 0
                || matches!(
                    words[index - 1].text,
                    "," | ":" | "-" | "\u{2014}" | "(" | "and" | "then"
                );
            let doubt = match place {
                Place::Praise => is_doubt(it.text) && !is_negation(it.text),
                Place::Plain | Place::Title | Place::Verdict | Place::Foreign => is_doubt(it.text),
            };
            let request = heads && is(Role::Request, it.text) && !is_test_noun(words, index);
            let pair = is_doubtful_pair(it.text, word(words, index + 1));
            if !known[index] && (doubt || request || pair) {
                doubtful = true;
            }
            if refuses(words, index, &phrases) || alarms(words, index, &phrases) {
                self.objections.push(excerpt(words));
            }
        }
        if doubtful && is_about_the_findings(words) {
            self.hesitations.push(excerpt(words));
        } else if doubtful {
            self.doubts.push(excerpt(words));
        } else if !is_understood(words, &known, place == Place::Title) {
            let held = if place == Place::Title { &mut self.hesitations } else { &mut self.doubts };
            held.push(excerpt(words));
        } else if approval.is_some() {
            if place == Place::Foreign {
                self.doubts.push(excerpt(words));
            } else {
                heard.approves = true;
                self.approvals += 1;
            }
        }
    }
}

/// `!approved`, as programs write what is not so.
fn is_negated_by_mark(lower: &str) -> bool {
    memchr_iter(b'!', lower.as_bytes()).any(|at| {
        let next = &lower[at + 1..];
        let begins = !lower[..at].ends_with(char::is_alphanumeric);
        begins && is_approval_stem(&next[..word_end(next, 0)])
    })
}

/// Takes the sentences of a text one by one, with whether each is a question.
fn each_sentence<'a>(words: &[Word<'a>], mut take: impl FnMut(&[Word<'a>], bool)) {
    let mut sentence = Vec::new();
    let mut last = "";
    for (index, next) in words.iter().enumerate() {
        let ends = match next.text {
            "." | "!" | "?" | ";" => true,
            "\n" => {
                let following = words[index + 1..].iter().find(|it| it.text != "\n");
                !is_dangling(last) && following.is_none_or(|it| it.capital || it.is_mark())
            }
            _ => false,
        };
        if ends {
            take(&sentence, next.text == "?");
            sentence.clear();
            last = "";
        } else if next.text != "\n" {
            last = next.text;
            sentence.push(*next);
        }
    }
    take(&sentence, false);
}

/// Whether a sentence has a word that refuses, limits, blocks or asks for work,
/// outside of phrases such as "no findings".
pub(super) fn may_object(text: &str) -> bool {
    let folded = Folded::of(text);
    let blocks = |it: &str| Level::from_word(it).is_some_and(Level::is_blocking);
    let mut objects = false;
    each_sentence(&folded.words(), |sentence, _| {
        let known = Phrases::of(sentence).known;
        objects |= sentence.iter().zip(known).any(|(it, is_known)| {
            !is_known && (vocabulary::may_object(it.text) || blocks(it.text))
        });
    });
    objects
}

/// `Verdict: revise` or `revise` alone, as it stands in code or a quote.
pub(super) fn is_refusal_in_form(line: &str) -> bool {
    let folded = Folded::of(line);
    let words = folded.words();
    let mut plain = words.iter().filter(|it| !it.is_mark());
    let Some(first) = plain.next() else { return false };
    let refuses = |it: &str| matches!(it, "revise" | "reject" | "rejected" | "fail" | "blocked");
    let labelled = matches!(first.text, "verdict" | "decision" | "recommendation" | "result");
    match plain.next() {
        None => refuses(first.text),
        Some(second) => {
            labelled
                && (refuses(second.text) || plain.any(|it| refuses(it.text)))
                && !words.iter().any(|it| is_approval_stem(it.text))
        }
    }
}

/// `LGTM once renamed`: an approval that waits for the findings alone.
fn is_about_the_findings(words: &[Word<'_>]) -> bool {
    let [first, condition, rest @ ..] = words else { return false };
    is_approval_stem(first.text)
        && matches!(condition.text, "once" | "after" | "when" | "if" | "with")
        && !rest.is_empty()
        && rest.iter().all(|it| {
            is(Role::Settled, it.text)
                || matches!(
                    it.text,
                    "the"
                        | "these"
                        | "those"
                        | "this"
                        | "that"
                        | "is"
                        | "are"
                        | "all"
                        | "minor"
                        | "low"
                        | "nit"
                        | "nits"
                        | "nitpick"
                        | "nitpicks"
                        | "finding"
                        | "findings"
                        | "above"
                        | "below"
                        | "done"
                        | "renamed"
                        | "sorted"
                        | "handled"
                )
        })
}

/// The words of a plain approval, from the start of its clause.
fn approval_of(
    words: &[Word<'_>],
    phrases: &Phrases,
    place: Place,
) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    loop {
        if let Some(end) = approval_at(words, start, place)
            && introduces(&words[..start], &phrases.known[..start])
        {
            return Some(start..end);
        }
        let rest = words.get(start..).unwrap_or_default();
        let comma = rest.iter().position(|it| matches!(it.text, "," | "-" | "\u{2014}" | "and"))?;
        start += comma + 1;
    }
}

/// Whether the words before a clause are the reviewer's own statement.
fn introduces(words: &[Word<'_>], known: &[bool]) -> bool {
    let harmless = words.iter().zip(known).all(|(it, known)| {
        *known || is(Role::Prefix, it.text) || matches!(it.text, "," | "-" | "\u{2014}")
    });
    let states = words.iter().any(|it| {
        matches!(
            it.text,
            "is" | "are"
                | "looks"
                | "covers"
                | "addresses"
                | "has"
                | "have"
                | "reads"
                | "holds"
                | "works"
                | "handles"
                | "thanks"
                | "thank"
                | "resolves"
                | "fixes"
        )
    });
    harmless || (states && words.iter().all(|it| !it.quoted && it.text != ":"))
}

fn approval_at(words: &[Word<'_>], start: usize, place: Place) -> Option<usize> {
    let mut labelled = place == Place::Verdict;
    let mut stated = false;
    let mut planned = false;
    let mut at = start;
    loop {
        let next = words.get(at)?;
        let own = !next.quoted || (next.code && labelled);
        if !own {
            return None;
        }
        let before = if at == start { "" } else { word(words, at - 1) };
        let second = word(words, at + 1);
        let third = word(words, at + 2);
        let person = matches!(before, "i" | "we");
        let length = match next.text {
            "approve" | "approved" if second == "plan" => 0,
            "lgtm" => 1,
            "approved" if !person => 1,
            "approve" if !labelled && !person && !is_mark_or_end(second) => 0,
            "approve" | "approves" => 1,
            "accepted" if labelled || planned => 1,
            "accept" | "ship" | "pass" | "passed" | "approval" if labelled => 1,
            "approval" if second == "granted" => 2,
            "approving" | "approval" if before == "recommend" => 1,
            "looks" | "look" if (second, third) == ("good", "to") => {
                if matches!(word(words, at + 3), "me" | "go" | "us") { 4 } else { 0 }
            }
            "good" if (second, third) == ("to", "go") => 3,
            "ship" if second == "it" => 2,
            "ready" if stated && is_ready_for(second, third) => 3,
            _ => 0,
        };
        if 0 < length {
            let strict = !matches!(next.text, "lgtm" | "looks" | "look" | "good" | "ready");
            return follows(words, at + length, strict);
        }
        match next.text {
            ":" | "-" | "\u{2014}" if start < at => {}
            "verdict" | "decision" | "recommendation" | "result" | "outcome" | "conclusion"
            | "status" => labelled = true,
            "plan" | "proposal" | "revision" | "version" => planned = true,
            "is" | "looks" => stated = true,
            other if is(Role::Prefix, other) => {}
            _ => return None,
        }
        at += 1;
    }
}

fn is_mark_or_end(word: &str) -> bool {
    !word.starts_with(char::is_alphanumeric)
}

fn is_ready_for(second: &str, third: &str) -> bool {
    match second {
        "to" => matches!(third, "implement" | "proceed" | "ship" | "go" | "merge" | "execute"),
        "for" => matches!(third, "implementation" | "execution" | "coding"),
        _ => false,
    }
}

fn is_approval_stem(word: &str) -> bool {
    word.starts_with("approve")
        || word.starts_with("approving")
        || word.starts_with("lgtm")
        || word.starts_with("disapprov")
        || matches!(word, "unapproved" | "notapproved")
}

/// A word after which a line cannot have ended its sentence.
fn is_dangling(word: &str) -> bool {
    matches!(
        word,
        "to" | "be"
            | "is"
            | "was"
            | "from"
            | "this"
            | "as"
            | "the"
            | "a"
            | "an"
            | "of"
            | "has"
            | "have"
            | "by"
            | "for"
            | "until"
            | "it"
            | "not"
            | "and"
            | "or"
            | "that"
            | "with"
            | "in"
            | "are"
            | "been"
            | "being"
            | "become"
            | "called"
            | "marked"
            | "considered"
            | ","
    )
}

/// `not approved`, `cannot approve`, `do not proceed`, `rejected`.
fn refuses(words: &[Word<'_>], at: usize, phrases: &Phrases) -> bool {
    let it = words[at].text;
    if matches!(it, "rejected" | "reject" | "nack" | "disapprove" | "disapproved" | "unapproved")
        || it == "unacceptable"
    {
        return words.len() <= 8;
    }
    let wanted = is_approval_stem(it)
        || matches!(it, "approval" | "ready" | "proceed" | "acceptable" | "implement" | "ship");
    wanted
        && (at.saturating_sub(4)..at).any(|before| {
            is_negation(words[before].text) && !phrases.known[before] && words[before].text != "un"
        })
}

/// Two words that limit or colour an approval where each alone would not.
fn is_doubtful_pair(first: &str, second: &str) -> bool {
    matches!(
        (first, second),
        ("for", "now")
            | ("so", "far")
            | ("at", "first" | "least")
            | ("in", "part" | "principle" | "theory" | "general")
            | ("as", "soon" | "long")
            | ("on", "condition")
            | ("other", "than")
            | ("more", "or")
            | ("red", "circle" | "square" | "flag" | "flags")
    )
}

/// `test coverage` asks for nothing.
fn is_test_noun(words: &[Word<'_>], at: usize) -> bool {
    let next = word(words, at + 1);
    word(words, at) == "test"
        && matches!(next, "coverage" | "plan" | "cases" | "names" | "strategy" | "steps")
}

/// A blocking level before a word for a finding: `a critical flaw`.
fn alarms(words: &[Word<'_>], at: usize, phrases: &Phrases) -> bool {
    if phrases.known[at] {
        return false;
    }
    let level = matches!(
        words[at].text,
        "critical" | "high" | "medium" | "severe" | "blocking" | "major" | "p0" | "p1" | "p2"
    );
    let mut noun = at + 1;
    while matches!(word(words, noun), "severity" | "priority" | "level" | "risk" | "security") {
        noun += 1;
    }
    level && (words[at].shouted || is(Role::Noun, word(words, noun)))
}

/// The sentence in its folded form, short enough for a diagnostic.
fn excerpt(words: &[Word<'_>]) -> String {
    let mut text = String::new();
    for it in words {
        if !text.is_empty() && !it.is_mark() {
            text.push(' ');
        }
        text.push_str(it.text);
        if 80 < text.len() {
            text.push('\u{2026}');
            break;
        }
    }
    text
}
