//! Reads replies that came as JSON, ours and those of other tools. A verdict
//! never outweighs a finding, and what is not understood never helps it.

use std::ops::Range;

use crate::finding::{Finding, FindingId, Level};
use crate::reply::json::{Json, find};
use crate::reply::phrases::Claim;
use crate::reply::prose::clip;
use crate::reply::status::status;
use crate::reply::tag::{Grade, graded, is_none_or_count, leading, level_of};
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
    /// A list of findings was there, even if empty.
    pub(super) has_list: bool,
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
            let read = reader.read;
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
        let seen: std::collections::HashSet<_> =
            self.raised.iter().map(|it| (it.level, normal(&it.text))).collect();
        let fresh = |it: &Raised| !seen.contains(&(it.level, normal(&it.text)));
        self.raised.extend(other.raised.into_iter().filter(fresh));
        self.verdicts.extend(other.verdicts);
        self.answers.extend(other.answers);
        self.claims.extend(other.claims);
        self.contradictions.extend(other.contradictions);
        self.doubts.extend(other.doubts);
        self.diagnostics.extend(other.diagnostics);
        self.remarks.extend(other.remarks);
        self.has_list |= other.has_list;
    }
}

struct Reader<'a> {
    prior: &'a [Finding],
    read: Structured,
}

impl Reader<'_> {
    fn reply(&mut self, value: &Json, depth: u32) {
        let Json::Object(entries) = value else { return };
        for (key, value) in entries {
            match key.as_str() {
                "verdict" | "decision" | "recommendation" => self.verdict(value),
                "approved" | "approve" | "approval" | "lgtm" => match value {
                    Json::Bool(true) => self.read.verdicts.push(Word::Approve),
                    Json::Bool(false) => self.read.verdicts.push(Word::Revise),
                    Json::Null
                    | Json::Number(_)
                    | Json::Text(_)
                    | Json::List(_)
                    | Json::Object(_) => self.verdict(value),
                },
                "findings" | "issues" | "comments" | "problems" | "concerns" | "blockers" => {
                    self.read.has_list = true;
                    let level = (key == "blockers").then_some(Level::High);
                    self.list(value, level, key);
                }
                "prior" | "prior_findings" | "previous_findings" | "priors" => self.prior(value),
                "strengths" | "positives" | "praise" => {}
                _ => self.other(key, value, depth),
            }
        }
    }

    fn verdict(&mut self, value: &Json) {
        let Json::Text(text) = value else {
            self.read.verdicts.push(Word::Unknown);
            self.read.diagnostics.push("the verdict is not a word".to_owned());
            return;
        };
        let plain = text.trim().trim_end_matches(['.', '!']).to_ascii_lowercase();
        let plain = plain.replace([' ', '-'], "_");
        let word = match plain.as_str() {
            "approve" | "approved" | "approves" | "lgtm" | "ship" | "ship_it" | "accept"
            | "accepted" | "pass" | "passed" => Word::Approve,
            "revise" | "request_changes" | "changes_requested" | "needs_work"
            | "needs_revision" | "needs_changes" | "revision_needed" | "changes_required" => {
                Word::Revise
            }
            "reject" | "rejected" | "block" | "blocked" | "fail" | "failed" | "deny" | "denied"
            | "no" | "not_approved" | "no_go" => Word::Reject,
            _ => {
                self.read
                    .diagnostics
                    .push(format!("`{}` is not a verdict that is known", clip(text)));
                Word::Unknown
            }
        };
        self.read.verdicts.push(word);
    }

    /// A list of findings, or one of the forms that stand for none.
    fn list(&mut self, value: &Json, level: Option<Level>, key: &str) {
        match value {
            Json::List(items) => {
                for item in items {
                    match item {
                        Json::Text(text) if is_none_or_count(text) || text.trim().is_empty() => {}
                        Json::Text(text) => self.text_finding(text, level),
                        Json::Object(_) => self.finding(item, level),
                        Json::List(_) => self.list(item, level, key),
                        Json::Null => {}
                        Json::Bool(_) | Json::Number(_) => self
                            .read
                            .doubts
                            .push(format!("`{key}` holds something that is not a finding")),
                    }
                }
            }
            Json::Object(_) if is_finding(value) => self.finding(value, level),
            Json::Object(entries) => {
                for (name, value) in entries {
                    match value {
                        Json::Number(count) => self.count(name, *count),
                        Json::Text(text) if !is_none_or_count(text) => {
                            self.text_finding(text, key_level(name).or(level));
                        }
                        Json::Object(_) if is_finding(value) => self.finding(value, level),
                        Json::List(_) | Json::Object(_) => {
                            self.list(value, key_level(name).or(level), name);
                        }
                        Json::Null | Json::Bool(_) | Json::Text(_) => {}
                    }
                }
            }
            Json::Text(text) if is_none_or_count(text) || text.trim().is_empty() => {}
            Json::Text(text) if level.is_some() => self.text_finding(text, level),
            Json::Text(text) => self.read.remarks.push(text.clone()),
            Json::Number(count) => self.count(key, *count),
            Json::Null => {}
            Json::Bool(_) => self.read.doubts.push(format!("`{key}` is not a list")),
        }
    }

    fn text_finding(&mut self, text: &str, level: Option<Level>) {
        let lead = leading(text);
        let words = text[lead.rest..].trim();
        let tagged = lead.grade.as_ref().map(Grade::level);
        let level = match (level, tagged) {
            (Some(level), Some(tagged)) => level.max(tagged),
            (Some(level), None) | (None, Some(level)) => level,
            (None, None) => self.without_level(text),
        };
        self.note_unknown(lead.grade.as_ref());
        self.raise(level, if words.is_empty() { text.trim() } else { words });
    }

    fn finding(&mut self, value: &Json, group: Option<Level>) {
        let Json::Object(entries) = value else { return };
        let mut grade = None;
        let mut text = String::new();
        let mut id = None;
        let mut answer = None;
        for (key, value) in entries {
            match (key.as_str(), value) {
                ("level" | "severity" | "priority" | "sev" | "rank" | "risk", _) => {
                    let read = grade_of(key, value);
                    let higher = |it: &Grade| read.as_ref().map(Grade::level) <= Some(it.level());
                    if !grade.as_ref().is_some_and(higher) {
                        grade = read;
                    }
                }
                ("id" | "name" | "ref", Json::Text(name)) if name.parse::<FindingId>().is_ok() => {
                    id = name.parse::<FindingId>().ok().filter(|it| it.to_string() == *name);
                }
                ("status" | "state" | "resolution", Json::Text(word)) => answer = status(word),
                ("resolved" | "fixed", Json::Bool(true)) => answer = Some(PriorStatus::Fixed),
                (
                    "text" | "title" | "body" | "description" | "message" | "finding" | "issue"
                    | "problem" | "summary" | "comment" | "detail" | "details",
                    Json::Text(piece),
                ) => append(&mut text, piece.trim()),
                (_, Json::Text(piece)) if !piece.trim().is_empty() => {
                    append(&mut text, &format!("{key}: {}", piece.trim()));
                }
                (_, Json::Number(number)) => append(&mut text, &format!("{key}: {number}")),
                (_, Json::List(_) | Json::Object(_)) => {
                    let mut strings = Vec::new();
                    strings_in(value, &mut strings);
                    if !strings.is_empty() {
                        append(&mut text, &format!("{key}: {}", strings.join(", ")));
                    }
                }
                (_, Json::Null | Json::Bool(_) | Json::Text(_)) => {}
            }
        }
        let known = id.and_then(|id| self.prior.iter().find(|it| it.id == id));
        let raised = grade.as_ref().map(Grade::level).or(group);
        if let Some(prior) = known {
            let status = answer.unwrap_or(PriorStatus::NotFixed);
            self.read.answers.push(PriorAnswer { id: prior.id, status, note: text.clone() });
            if status != PriorStatus::NotFixed || raised <= Some(prior.level) {
                return;
            }
        } else if matches!(answer, Some(PriorStatus::Fixed | PriorStatus::Withdrawn)) {
            self.read.diagnostics.push(format!(
                "a finding that is said to be settled was not counted: `{}`",
                clip(&text)
            ));
            return;
        }
        let lead = leading(&text);
        let tagged = lead.grade.as_ref().map(Grade::level);
        let level = match (grade.as_ref().map(Grade::level).or(group), tagged) {
            (Some(level), Some(tagged)) => level.max(tagged),
            (Some(level), None) | (None, Some(level)) => level,
            (None, None) => self.without_level(&text),
        };
        self.note_unknown(grade.as_ref());
        let words = if lead.grade.is_some() { text[lead.rest..].trim() } else { text.trim() };
        self.raise(level, words);
    }

    fn raise(&mut self, level: Level, text: &str) {
        let text = if text.is_empty() { "(no text)" } else { text };
        self.read.raised.push(Raised { level, text: text.to_owned() });
    }

    fn without_level(&mut self, text: &str) -> Level {
        self.read
            .diagnostics
            .push(format!("a finding without a level counts as high: `{}`", clip(text)));
        Level::High
    }

    fn note_unknown(&mut self, grade: Option<&Grade>) {
        if let Some(Grade::Unknown(word)) = grade {
            self.read.diagnostics.push(format!("`{word}` is not a level; it counts as high"));
        }
    }

    fn prior(&mut self, value: &Json) {
        match value {
            Json::List(items) => {
                for item in items {
                    self.prior_item(item);
                }
            }
            Json::Object(entries) => {
                for (name, value) in entries {
                    if let Json::Text(word) = value {
                        self.prior_answer(name, word, String::new());
                    } else {
                        self.read.doubts.push("an answer under `prior` cannot be read".to_owned());
                    }
                }
            }
            Json::Null => {}
            Json::Bool(_) | Json::Number(_) | Json::Text(_) => {
                self.read.doubts.push("`prior` is not a list".to_owned());
            }
        }
    }

    fn prior_item(&mut self, item: &Json) {
        let string = |keys: &[&str]| {
            keys.iter().find_map(|key| match item.get(key) {
                Some(Json::Text(text)) => Some(text.clone()),
                Some(
                    Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_),
                )
                | None => None,
            })
        };
        let name = string(&["id", "finding", "ref"]);
        let word = string(&["status", "state", "resolution", "answer"]);
        let note =
            string(&["note", "text", "comment", "reason", "explanation"]).unwrap_or_default();
        match (name, word) {
            (Some(name), Some(word)) => self.prior_answer(&name, &word, note),
            (Some(_) | None, _) => {
                self.read.doubts.push("an answer under `prior` cannot be read".to_owned());
            }
        }
    }

    fn prior_answer(&mut self, name: &str, word: &str, note: String) {
        let upper = name.trim().to_ascii_uppercase();
        let known = self.prior.iter().find(|it| it.id.to_string() == upper).map(|it| it.id);
        let plain = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        let read = match plain.as_str() {
            "fixed" | "resolved" | "addressed" | "closed" | "done" => PriorStatus::Fixed,
            "withdrawn" | "retracted" => PriorStatus::Withdrawn,
            "not_fixed" | "unfixed" | "open" | "still_open" | "partially_fixed" | "unresolved"
            | "not_resolved" | "not_addressed" => PriorStatus::NotFixed,
            _ => {
                self.read.diagnostics.push(format!(
                    "`{}` is no answer to {}; it counts as not fixed",
                    clip(word),
                    clip(name)
                ));
                PriorStatus::NotFixed
            }
        };
        let denied = read != PriorStatus::NotFixed && status(&note) == Some(PriorStatus::NotFixed);
        let read = if denied {
            self.read.diagnostics.push(format!(
                "the note on {} contradicts its status; it counts as not fixed",
                clip(name)
            ));
            PriorStatus::NotFixed
        } else {
            read
        };
        match known {
            Some(id) => self.read.answers.push(PriorAnswer { id, status: read, note }),
            None if read == PriorStatus::NotFixed => {
                let text = format!("{}: {}", clip(name), note);
                let level = self.without_level(&text);
                self.raise(level, text.trim());
            }
            None => self.read.diagnostics.push(format!(
                "the reply answers `{}`, which is not an open finding of an earlier round",
                clip(name)
            )),
        }
    }

    /// A field that is not ours: findings by level, counts, a wrapper, or a remark.
    fn other(&mut self, key: &str, value: &Json, depth: u32) {
        if let Some(level) = key_level(key) {
            match value {
                Json::Number(count) => self.count(key, *count),
                Json::List(_) | Json::Text(_) | Json::Object(_) => {
                    self.list(value, Some(level), key);
                }
                Json::Bool(true) => {
                    self.read.doubts.push(format!("`{key}` is true"));
                }
                Json::Null | Json::Bool(false) => {}
            }
            return;
        }
        self.read.diagnostics.push(format!("the field `{}` is not known", clip(key)));
        match value {
            Json::Object(_) if depth < 8 && is_reply(value, depth) => self.reply(value, depth + 1),
            Json::Object(entries) => {
                for (name, value) in entries {
                    match value {
                        Json::Number(count) => self.count(name, *count),
                        Json::Null
                        | Json::Bool(_)
                        | Json::Text(_)
                        | Json::List(_)
                        | Json::Object(_) => self.other_in(name, value, depth),
                    }
                }
            }
            Json::List(items) => {
                for item in items {
                    if is_finding(item) {
                        self.finding(item, None);
                    } else {
                        self.other_in(key, item, depth);
                    }
                }
                if !items.is_empty() {
                    self.read.doubts.push(format!("the list `{}` is not understood", clip(key)));
                }
            }
            Json::Text(text) => self.read.remarks.push(text.clone()),
            Json::Bool(true) if !is_alarming(key) => {}
            Json::Bool(answer) => self.read.doubts.push(format!("`{}` is {answer}", clip(key))),
            Json::Number(count) => {
                if is_alarming(key) && *count != 0.0 {
                    self.read.doubts.push(format!("`{}` is not zero", clip(key)));
                }
            }
            Json::Null => {}
        }
    }

    fn other_in(&mut self, key: &str, value: &Json, depth: u32) {
        if depth < 8 {
            self.other(key, value, depth + 1);
        } else {
            self.read.doubts.push("a reply in JSON is nested too deeply".to_owned());
        }
    }

    fn count(&mut self, key: &str, count: f64) {
        if let Some(level) = key_level(key) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates, and a wrong count only contradicts"
            )]
            let count = count as u32;
            self.read.claims.push(Claim { levels: vec![(level, count)], total: None });
        } else if is_alarming(key) && count != 0.0 {
            self.read.doubts.push(format!("`{}` is not zero", clip(key)));
        }
    }
}

/// Whether an object is a reply, or holds one.
fn is_reply(value: &Json, depth: u32) -> bool {
    let Json::Object(entries) = value else { return false };
    let has = |keys: &[&str]| entries.iter().any(|it| keys.contains(&it.0.as_str()));
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

fn is_finding(value: &Json) -> bool {
    let Json::Object(entries) = value else { return false };
    entries.iter().any(|(key, value)| match key.as_str() {
        "level" | "severity" | "priority" | "sev" => match value {
            Json::Text(_) | Json::Number(_) => true,
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => false,
        },
        _ => false,
    })
}

/// The level of a field of a finding; codex writes the number of a `P1`.
fn grade_of(key: &str, value: &Json) -> Option<Grade> {
    match value {
        Json::Text(word) if word.trim().is_empty() => None,
        Json::Text(word) => Some(match graded(word) {
            Some(level) => Grade::Known(level),
            None => Grade::Unknown(clip(word)),
        }),
        Json::Number(number) => {
            let word = format!("P{number}");
            let known = if key == "priority" { level_of(&word) } else { None };
            Some(known.map_or(Grade::Unknown(number.to_string()), Grade::Known))
        }
        Json::Null => None,
        Json::Bool(_) | Json::List(_) | Json::Object(_) => Some(Grade::Unknown("?".to_owned())),
    }
}

/// The level in a key such as `high`, `critical_issues` or `nonBlocking`.
fn key_level(key: &str) -> Option<Level> {
    let words: Vec<&str> = key.split(|it: char| !it.is_alphanumeric()).collect();
    if words.iter().any(|it| matches!(*it, "non" | "nonblocking" | "optional")) {
        return Some(Level::Low);
    }
    if key.contains("blocking") || key.contains("blocker") || key.starts_with("must") {
        return Some(if key.contains("non") { Level::Low } else { Level::High });
    }
    words.iter().filter_map(|it| level_of(it)).max()
}

/// Keys whose "true" or number speaks against an approval.
fn is_alarming(key: &str) -> bool {
    ["block", "issue", "reject", "outstanding", "fail", "concern", "revis", "change", "finding"]
        .iter()
        .any(|it| key.contains(it))
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

fn append(text: &mut String, piece: &str) {
    if !text.is_empty() && !piece.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(piece);
}

fn strings_in(value: &Json, strings: &mut Vec<String>) {
    match value {
        Json::Text(text) => strings.push(text.clone()),
        Json::Number(number) => strings.push(number.to_string()),
        Json::List(items) => items.iter().for_each(|it| strings_in(it, strings)),
        Json::Object(entries) => entries.iter().for_each(|it| strings_in(&it.1, strings)),
        Json::Null | Json::Bool(_) => {}
    }
}
