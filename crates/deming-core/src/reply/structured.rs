//! Reads replies that came as JSON, ours and those of other tools. A verdict
//! never outweighs a finding, and what is not understood never helps it.

use std::collections::HashSet;
use std::ops::Range;

use crate::finding::{Finding, Level};
use crate::reply::fields::Reader;
use crate::reply::json::{Json, find};
use crate::reply::phrases::Claim;
use crate::reply::search::blocking_tags;
use crate::reply::{PriorAnswer, PriorStatus, Raised};

/// What the verdict field of a JSON reply says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Word {
    Approve,
    Revise,
    Reject,
    /// A word that is none of these; it approves nothing.
    Unknown,
}

/// All JSON replies of a text as one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Structured {
    /// The source of the objects that were read as a reply or as a finding.
    pub(super) spans: Vec<Range<usize>>,
    pub(super) verdicts: Vec<Word>,
    pub(super) raised: Vec<Raised>,
    pub(super) answers: Vec<PriorAnswer>,
    pub(super) claims: Vec<Claim>,
    pub(super) contradictions: Vec<String>,
    pub(super) doubts: Vec<String>,
    pub(super) diagnostics: Vec<String>,
    /// Free text of fields that are not ours, to be read like prose.
    pub(super) remarks: Vec<String>,
    /// A list of findings is there, even if it is empty.
    pub(super) lists: bool,
    /// What was raised, once there is more than one source of it.
    seen: Option<HashSet<(Level, String)>>,
}

pub(super) fn read(text: &str, prior: &[Finding]) -> Structured {
    let found = find(text);
    let mut whole = Structured::default();
    let mut last: Option<Structured> = None;
    for (span, value) in &found.objects {
        let mut reader = Reader { prior, read: Structured::default() };
        if is_reply(value, 0) {
            reader.reply(value, 0);
            if is_quoted(text, span.start) && !reader.read.verdicts.is_empty() {
                reader.read.doubts.push("a JSON reply stands inside a quote".to_owned());
            }
            let mut read = reader.read;
            if !read.raised.iter().any(|it| it.level.is_blocking()) && holds_tag(value) {
                read.contradictions.push("a field holds a blocking tag".to_owned());
            }
            if let Some(last) = &last
                && !last.agrees(&read)
            {
                whole.contradictions.push("two JSON replies disagree".to_owned());
                whole.absorb(last.clone());
            }
            last = Some(read);
        } else if is_finding(value) {
            reader.finding(value, None);
            whole.absorb(reader.read);
        } else {
            continue;
        }
        whole.spans.push(span.clone());
    }
    if let Some(last) = last {
        whole.absorb(last);
    }
    if !whole.lists && whole.verdicts.contains(&Word::Approve) {
        whole.doubts.push("the reply in JSON has no list of findings".to_owned());
    }
    if !found.broken.is_empty() {
        whole.contradictions.push("a reply in JSON is cut off or malformed".to_owned());
    }
    whole
}

impl Structured {
    /// Whether two replies say the same; their wording may differ.
    fn agrees(&self, other: &Self) -> bool {
        let key = |it: &Raised| (it.level, normal(&it.text));
        let mut mine: Vec<_> = self.raised.iter().map(key).collect();
        let mut theirs: Vec<_> = other.raised.iter().map(key).collect();
        mine.sort();
        theirs.sort();
        let answers = |it: &Self| -> Vec<_> {
            let mut pairs: Vec<_> =
                it.answers.iter().map(|it| (it.id, it.status == PriorStatus::NotFixed)).collect();
            pairs.sort_unstable();
            pairs
        };
        self.verdicts == other.verdicts && mine == theirs && answers(self) == answers(other)
    }

    fn absorb(&mut self, other: Self) {
        if self.raised.is_empty() {
            self.raised = other.raised;
        } else {
            let key = |it: &Raised| (it.level, normal(&it.text));
            let seen = self.seen.get_or_insert_with(|| self.raised.iter().map(key).collect());
            self.raised.extend(other.raised.into_iter().filter(|it| seen.insert(key(it))));
        }
        self.verdicts.extend(other.verdicts);
        self.answers.extend(other.answers);
        self.claims.extend(other.claims);
        self.contradictions.extend(other.contradictions);
        self.doubts.extend(other.doubts);
        self.diagnostics.extend(other.diagnostics);
        self.remarks.extend(other.remarks);
        self.lists |= other.lists;
    }
}

/// Whether an object is a reply, or holds one.
pub(super) fn is_reply(value: &Json<'_>, depth: u32) -> bool {
    let Json::Object(entries) = value else { return false };
    let has = |keys: &[&str]| entries.iter().any(|it| keys.contains(&&*it.0));
    has(&["verdict", "decision", "approved", "findings", "issues", "lgtm"])
        || has(&["prior", "blockers", "concerns", "problems"])
        || has(&["high", "medium", "low", "critical"]) && !is_finding(value)
        || depth < 8
            && entries.iter().any(|(_, value)| match value {
                Json::Object(_) => is_reply(value, depth + 1),
                Json::List(items) => items.iter().any(is_finding),
                Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => false,
            })
}

pub(super) fn is_finding(value: &Json<'_>) -> bool {
    let Json::Object(entries) = value else { return false };
    entries.iter().any(|(key, value)| match &**key {
        "level" | "severity" | "priority" | "sev" => match value {
            Json::Text(_) | Json::Number(_) => true,
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => false,
        },
        _ => false,
    })
}

/// Whether a blocking tag stands in any text but the answers to earlier findings.
fn holds_tag(value: &Json<'_>) -> bool {
    match value {
        Json::Text(text) => !blocking_tags(text, true).is_empty(),
        Json::List(items) => items.iter().any(holds_tag),
        Json::Object(entries) => entries.iter().any(|(key, value)| {
            !key.starts_with("prior") && (holds_tag(value) || !blocking_tags(key, true).is_empty())
        }),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

fn is_quoted(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let before = text[line..at].trim_start();
    before.starts_with('>') || before.trim_end().ends_with(['`', '"']) && !before.starts_with("```")
}

/// Letters and digits alone, so that two wordings can be compared.
pub(super) fn normal(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
