//! Reads the fields of a JSON reply, ours and those of other tools: what each key
//! may hold, and what a key that is not known may hide.

use std::borrow::Cow;

use crate::finding::{Finding, FindingId, Level};
use crate::reply::denial::{denies, names_fault};
use crate::reply::json::Json;
use crate::reply::keys::{is_alarming, is_name, is_wrapper, key_level, names_the_review};
use crate::reply::phrases::Claim;
use crate::reply::search::{blocking_tags, is_none_or_count, label};
use crate::reply::source::clip;
use crate::reply::status::status;
use crate::reply::structured::{Structured, Word, is_finding, is_reply};
use crate::reply::tag::{Grade, graded, leading};
use crate::reply::terms::level_of;
use crate::reply::{PriorAnswer, PriorStatus, Raised};

/// The keys of an answer to an earlier finding, as they are asked for or usual: its name,
/// its status, and what is said of it. Of each it has one.
const PRIOR_KEYS: [&[&str]; 3] = [
    &["id", "finding", "ref"],
    &["status", "state", "resolution", "answer"],
    &["note", "text", "comment", "reason", "explanation"],
];

/// Reads one object; what it found is taken from `read`.
pub(super) struct Reader<'a> {
    pub(super) prior: &'a [Finding],
    pub(super) read: Structured,
}

impl Reader<'_> {
    pub(super) fn reply(&mut self, value: &Json<'_>, depth: u32) {
        let Json::Object(entries) = value else { return };
        for (key, value) in entries {
            match &**key {
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
                    let level = (key == "blockers").then_some(Level::High);
                    self.read.lists |= is_list(value);
                    self.list(value, level, key);
                }
                "prior" | "prior_findings" | "previous_findings" | "priors" => self.prior(value),
                "strengths" | "positives" | "praise" => {
                    let mut strings = Vec::new();
                    strings_in(value, &mut strings);
                    strings.retain(|it| blocking_tags(it, true).is_empty());
                    self.read.remarks.append(&mut strings);
                }
                _ => self.other(key, value, depth),
            }
        }
    }

    fn verdict(&mut self, value: &Json<'_>) {
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
                let unknown = format!("`{}` is not a verdict that is known", clip(text));
                self.read.diagnostics.push(unknown.clone());
                self.read.doubts.push(unknown);
                Word::Unknown
            }
        };
        self.read.verdicts.push(word);
    }

    /// A list of findings, or one of the forms that stand for none.
    fn list(&mut self, value: &Json<'_>, level: Option<Level>, key: &str) {
        match value {
            Json::List(items) => {
                for item in items {
                    match item {
                        Json::Text(text) if is_none_or_count(text) || text.trim().is_empty() => {}
                        Json::Text(text) => self.text_finding(text, level),
                        Json::Object(_) => self.finding(item, level),
                        Json::List(_) => self.list(item, level, key),
                        Json::Null | Json::Bool(_) | Json::Number(_) => self
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
            Json::Text(text) => self.read.remarks.push(text.clone().into_owned()),
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

    pub(super) fn finding(&mut self, value: &Json<'_>, group: Option<Level>) {
        let Json::Object(entries) = value else { return };
        let mut grade = None;
        let mut text = Cow::Borrowed("");
        let mut id = None;
        let mut answer = None;
        for (key, value) in entries {
            match (&**key, value) {
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
                ("blocking" | "blocker" | "blocks" | "must_fix" | "required", _) => {
                    if is_affirmed(value) {
                        grade = Some(Grade::Known(Level::High));
                    }
                }
                ("resolved" | "fixed", Json::Bool(true)) => answer = Some(PriorStatus::Fixed),
                (
                    "text" | "title" | "body" | "description" | "message" | "finding" | "issue"
                    | "problem" | "summary" | "comment" | "detail" | "details",
                    Json::Text(piece),
                ) => append(&mut text, piece.trim().into()),
                (_, Json::Text(piece)) if !piece.trim().is_empty() => {
                    append(&mut text, format!("{key}: {}", piece.trim()).into());
                }
                (_, Json::Number(number)) => append(&mut text, format!("{key}: {number}").into()),
                (_, Json::Object(_)) if is_finding(value) => self.finding(value, None),
                (_, Json::List(items)) if items.iter().any(is_finding) => {
                    self.list(value, None, key);
                }
                (_, Json::List(_) | Json::Object(_)) => {
                    let mut strings = Vec::new();
                    strings_in(value, &mut strings);
                    if !strings.is_empty() {
                        append(&mut text, format!("{key}: {}", strings.join(", ")).into());
                    }
                }
                (_, Json::Null | Json::Bool(_) | Json::Text(_)) => {}
            }
        }
        let known = id.and_then(|id| self.prior.iter().find(|it| it.id == id));
        let raised = grade.as_ref().map(Grade::level).or(group);
        if let Some(prior) = known {
            let status = answer.unwrap_or(PriorStatus::NotFixed);
            self.read.answers.push(PriorAnswer { id: prior.id, status, note: text.to_string() });
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
        let tags = blocking_tags(text, true).into_iter().map(|it| it.1);
        let label = label(text).map(|it| it.0.level());
        let leads = text.lines().skip(1).filter_map(|it| match leading(it).grade {
            Some(Grade::Known(level)) => Some(level),
            Some(Grade::Unknown(_)) | None => None,
        });
        let worst =
            tags.chain(label).chain(leads).max().filter(|it| it.is_blocking() && level < *it);
        if worst.is_some() {
            self.read
                .diagnostics
                .push(format!("a finding names a graver level in its text: `{}`", clip(text)));
        }
        let level = worst.unwrap_or(level);
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

    fn prior(&mut self, value: &Json<'_>) {
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

    fn prior_item(&mut self, item: &Json<'_>) {
        if let Json::Object(entries) = item {
            self.check_prior_keys(entries);
        }
        let string = |keys: &[&str]| {
            keys.iter().find_map(|key| match item.get(key) {
                Some(Json::Text(text)) => Some(text.clone()),
                Some(
                    Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_),
                )
                | None => None,
            })
        };
        let [name, word, note] = PRIOR_KEYS.map(string);
        let note = note.unwrap_or_default();
        match (name, word) {
            (Some(name), Some(word)) => self.prior_answer(&name, &word, note.into_owned()),
            (Some(_) | None, _) => {
                self.read.doubts.push("an answer under `prior` cannot be read".to_owned());
            }
        }
    }

    /// What stands beside an answer in a form that is not ours may take it back.
    fn check_prior_keys(&mut self, entries: &[(Cow<'_, str>, Json<'_>)]) {
        let mut seen = [false; PRIOR_KEYS.len()];
        for (key, value) in entries {
            let is_empty = match value {
                Json::Null => true,
                Json::Text(text) => text.trim().is_empty(),
                Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => false,
            };
            if is_empty {
                continue;
            }
            let role = PRIOR_KEYS.iter().position(|it| it.contains(&&**key));
            let is_second = role.is_some_and(|it| std::mem::replace(&mut seen[it], true));
            if role.is_none() || is_second || !matches!(value, Json::Text(_)) {
                self.read
                    .doubts
                    .push(format!("`{}` beside an answer is not understood", clip(key)));
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
        // A short note goes on with the status; a long one explains it.
        let is_short = read == PriorStatus::Fixed && note.split_whitespace().count() <= 5;
        let denied = read != PriorStatus::NotFixed
            && (status(&note) == Some(PriorStatus::NotFixed)
                || is_short && status(&format!("fixed, {note}")) == Some(PriorStatus::NotFixed)
                || denies(&note));
        let read = if denied {
            self.read.diagnostics.push(format!(
                "the note on {} contradicts its status; it counts as not fixed",
                clip(name)
            ));
            PriorStatus::NotFixed
        } else {
            read
        };
        if read == PriorStatus::Fixed && names_fault(&note) {
            let level = self.without_level(&note);
            self.raise(level, note.trim());
        }
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
    fn other(&mut self, key: &str, value: &Json<'_>, depth: u32) {
        if let Some(level) = key_level(key) {
            self.read.lists |= is_list(value);
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
            Json::Object(_) if depth < 8 && is_reply(value, depth) => {
                if !is_wrapper(key) {
                    self.read.doubts.push(format!("a reply stands under `{}`", clip(key)));
                }
                self.reply(value, depth + 1);
            }
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
            Json::Text(text) if names_the_review(key) && is_name(text) => {}
            Json::Text(text) => {
                if is_alarming(key) && !is_none_or_count(text) && !text.trim().is_empty() {
                    self.read.doubts.push(format!("`{}` says something", clip(key)));
                }
                self.read.remarks.push(text.clone().into_owned());
            }
            Json::Bool(false) if is_alarming(key) => {}
            Json::Bool(answer) => self.read.doubts.push(format!("`{}` is {answer}", clip(key))),
            Json::Number(count) => {
                let sure = key == "confidence" && (0.5..=1.0).contains(count);
                if !(sure || names_the_review(key) || is_alarming(key) && *count == 0.0) {
                    self.read.doubts.push(format!("`{}` is {count}", clip(key)));
                }
            }
            Json::Null => {}
        }
    }

    fn other_in(&mut self, key: &str, value: &Json<'_>, depth: u32) {
        if depth < 8 {
            self.other(key, value, depth + 1);
        } else {
            self.read.doubts.push("a reply in JSON is nested too deeply".to_owned());
        }
    }

    fn count(&mut self, key: &str, count: f64) {
        if !blocking_tags(key, true).is_empty() {
            // A tag is no name of a field, even beside a zero.
            self.read.doubts.push(format!("a tag stands in the place of a field: `{}`", clip(key)));
        }
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

/// Whether a value lists findings, or says that there are none.
fn is_list(value: &Json<'_>) -> bool {
    match value {
        Json::List(_) | Json::Number(_) => true,
        Json::Text(text) => !text.trim().is_empty(),
        Json::Object(entries) => !entries.is_empty(),
        Json::Null | Json::Bool(_) => false,
    }
}

/// Whether a field such as `blocking` says more than no.
fn is_affirmed(value: &Json<'_>) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(answer) => *answer,
        Json::Number(count) => *count != 0.0,
        Json::Text(word) => {
            let word = word.trim();
            !(word.is_empty() || word.eq_ignore_ascii_case("false") || is_none_or_count(word))
        }
        Json::List(items) => !items.is_empty(),
        Json::Object(entries) => !entries.is_empty(),
    }
}

/// The level of a field of a finding; codex writes the number of a `P1`.
fn grade_of(key: &str, value: &Json<'_>) -> Option<Grade> {
    match value {
        Json::Text(word) if word.trim().is_empty() => None,
        Json::Text(word) => Some(match graded(word) {
            Some(level) if !word.contains('?') => Grade::Known(level),
            Some(_) | None => Grade::Unknown(clip(word)),
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

fn append<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else if !piece.is_empty() {
        text.to_mut().push_str("\n\n");
        text.to_mut().push_str(&piece);
    }
}

fn strings_in(value: &Json<'_>, strings: &mut Vec<String>) {
    match value {
        Json::Text(text) => strings.push(text.clone().into_owned()),
        Json::Number(number) => strings.push(number.to_string()),
        Json::List(items) => items.iter().for_each(|it| strings_in(it, strings)),
        Json::Object(entries) => entries.iter().for_each(|it| strings_in(&it.1, strings)),
        Json::Null | Json::Bool(_) => {}
    }
}
