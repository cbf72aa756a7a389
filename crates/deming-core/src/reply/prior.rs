//! Records what a reply says about findings of earlier rounds. Only those that
//! were open can be answered.

use std::ops::Range;

use memchr::memchr2_iter;

use crate::bytes::holds;
use crate::finding::{FindingId, Level};
use crate::reply::approval::Place;
use crate::reply::denial::{asks_for_more, denies, is_crossed, names_fault};
use crate::reply::draft::{Body, Draft};
use crate::reply::prose::{Role, Until, Walk};
use crate::reply::section::Section;
use crate::reply::source::{first_line, lines, trimmed};
use crate::reply::status::{Answer, answers, stands, status};
use crate::reply::tag::{Grade, elsewhere, leading};
use crate::reply::{PriorAnswer, PriorStatus};

impl Walk<'_> {
    /// Reads a line that begins with the name of an earlier finding.
    pub(super) fn answer(&mut self, range: &Range<usize>, until: Until) -> bool {
        if !self.may_answer {
            return false;
        }
        let text = &self.text[range.clone()];
        let line = first_line(text);
        if !may_name_finding(line) {
            return false;
        }
        if self.scopes.iter().any(|it| it.section == Section::Foreign) {
            return false;
        }
        let found = answers(line);
        let known: Vec<_> =
            found.iter().filter(|it| self.prior_level(it.id).is_some()).cloned().collect();
        let Some(first) = known.first() else {
            return self.unknown_answer(range, &found);
        };
        let grade = leading(text).grade.or_else(|| elsewhere(line).map(|it| Grade::Known(it.0)));
        let whole = match until {
            Until::Block(end) => self.item_range(end, range),
            Until::Heading(_) | Until::Flow => range.clone(),
        };
        let awaits = first.status.is_none() && known.len() == 1;
        if awaits && until == Until::Flow && grade.is_none() && text.len() == line.len() {
            self.no_status(first.id);
            return false;
        }
        for answer in &known {
            let restated = grade.is_some() && answer.status.is_none() && text.len() > line.len();
            let status = match answer.status {
                Some(status) => status,
                None if grade.is_some() && !restated && until == Until::Flow => {
                    PriorStatus::NotFixed
                }
                None => {
                    if awaits {
                        continue;
                    }
                    self.no_status(answer.id);
                    continue;
                }
            };
            let note = note_of(line);
            let is_taken_back = denies(&note) || is_crossed(line);
            let status = if is_taken_back { PriorStatus::NotFixed } else { status };
            self.push_answer(answer.id, status, note, grade.as_ref(), whole.start);
        }
        self.prose.accounted.push(range.start..range.start + status_place(line));
        self.recognise();
        if !awaits {
            self.say_what_is_behind(range, self.place());
            let sentence = line.split(". ").next().unwrap_or(line);
            let is_fixed = known.iter().any(|it| it.status == Some(PriorStatus::Fixed));
            if is_fixed && (names_fault(sentence) || asks_for_more(sentence)) {
                self.raise(Draft::new(range.start, None, range.clone()));
            }
        }
        let draft = Draft { start: range.start, grade, body: Body::Parts(Vec::new()) };
        if awaits && self.prior_level(first.id) < draft.grade.as_ref().map(Grade::level) {
            let body = Body::Parts(Vec::from([range.clone()]));
            self.raise(Draft { body, ..draft.clone() });
        }
        let index = if awaits {
            self.prose.answers.push(PriorAnswer {
                id: first.id,
                status: PriorStatus::NotFixed,
                note: String::new(),
            });
            self.prose.answers.len() - 1
        } else {
            usize::MAX
        };
        let rest = trimmed(self.text, &(range.start + line.len()..range.end));
        if awaits && !rest.is_empty() {
            self.under_answer(index, &rest);
        }
        if until != Until::Flow {
            self.push_open(Role::Answer(index), until, draft);
        }
        true
    }

    /// What stands behind an answer, in a sentence or a line of its own, may be
    /// about something else.
    fn say_what_is_behind(&mut self, range: &Range<usize>, place: Place) {
        let first = first_line(&self.text[range.clone()]);
        if let Some(after) = first.find(". ") {
            self.say(range.start + after + 2..range.start + first.len(), place);
        }
        for line in lines(self.text, range).skip(1) {
            if self.text[line.clone()].trim_start().starts_with(char::is_uppercase) {
                self.say(line, place);
            }
        }
    }

    pub(super) fn item_range(&self, end: usize, range: &Range<usize>) -> Range<usize> {
        let last = self.blocks.get(end - 1).map_or(range.end, |it| it.range.end);
        range.start..last.max(range.end)
    }

    pub(super) fn unknown_answer(&mut self, range: &Range<usize>, found: &[Answer]) -> bool {
        let text = &self.text[range.clone()];
        let Some(answer) = found.first() else { return false };
        let settled = found
            .iter()
            .all(|it| matches!(it.status, Some(PriorStatus::Fixed | PriorStatus::Withdrawn)));
        if settled && leading(text).grade.is_none() {
            self.prose.diagnostics.push(format!(
                "the reply answers {}, which is not an open finding of an earlier round",
                answer.id
            ));
            self.prose.accounted.push(range.clone());
            self.say_what_is_behind(range, self.place());
            return true;
        }
        if found.iter().any(|it| it.status == Some(PriorStatus::NotFixed))
            && leading(text).grade.is_none()
            && !self.prior.is_empty()
        {
            self.raise(Draft::new(range.start, None, range.clone()));
            return true;
        }
        false
    }

    pub(super) fn prior_level(&self, id: FindingId) -> Option<Level> {
        self.prior.iter().find(|it| it.id == id).map(|it| it.level)
    }

    pub(super) fn push_answer(
        &mut self,
        id: FindingId,
        status: PriorStatus,
        note: String,
        grade: Option<&Grade>,
        start: usize,
    ) {
        let raised = grade.map(Grade::level);
        if status == PriorStatus::NotFixed && self.prior_level(id) < raised {
            self.prose
                .diagnostics
                .push(format!("{id} is said to be worse than before and counts as a new finding"));
            let body = Body::Cells(note.clone());
            self.raise(Draft { start, grade: grade.cloned(), body });
        }
        if self.prose.answers.iter().all(|it| it.id != id || it.status != status) {
            self.prose.answers.push(PriorAnswer { id, status, note });
        }
    }

    /// Takes the text under the name of an earlier finding: its status, and what is
    /// said after that, which may object to something else and never approves.
    pub(super) fn under_answer(&mut self, index: usize, range: &Range<usize>) {
        let answer = self.prose.answers.get(index);
        let is_status = answer.is_some_and(|it| it.note.is_empty());
        self.late_status(index, &self.text[range.clone()]);
        if is_status {
            self.say_what_is_behind(range, Place::Foreign);
        } else {
            self.say(range.clone(), Place::Foreign);
        }
    }

    /// Code or a quote under the answer: it may take the answer back.
    pub(super) fn block_under_answer(&mut self, index: usize, range: &Range<usize>) {
        let text = self.text[range.clone()].trim_matches(|it: char| " >`~\n".contains(it));
        let is_taken_back =
            stands(text) || status(text) == Some(PriorStatus::NotFixed) || denies(text);
        if is_taken_back {
            // Where the line says the status, the answer is the last one.
            let last = self.prose.answers.len().wrapping_sub(1);
            let index = index.min(last);
            if let Some(answer) = self.prose.answers.get_mut(index) {
                answer.status = PriorStatus::NotFixed;
            }
        }
    }

    fn late_status(&mut self, index: usize, text: &str) {
        let Some(answer) = self.prose.answers.get_mut(index) else { return };
        if !answer.note.is_empty() {
            answer.note.push('\n');
            answer.note.push_str(text);
            if stands(text) {
                answer.status = PriorStatus::NotFixed;
            }
            return;
        }
        answer.status = status(text).unwrap_or(PriorStatus::NotFixed);
        text.clone_into(&mut answer.note);
    }

    pub(super) fn no_status(&mut self, id: FindingId) {
        let unclear = format!("{id} is named without a status that could be read");
        self.prose.stance.doubts.push(unclear.clone());
        self.prose.diagnostics.push(unclear);
    }
}

/// Cheap test before a line is read as an answer.
pub(super) fn may_name_finding(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !holds(bytes, |it| it.is_ascii_digit()) {
        return false;
    }
    let mut initials = memchr2_iter(b'F', b'f', bytes);
    initials.any(|at| bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        || text.contains("inding")
            && ["rior", "revious", "arlier"].iter().any(|it| text.contains(it))
}

/// Where the status of an answer begins, or its words where it has none; a tag
/// after that is a new one.
pub(super) fn status_place(line: &str) -> usize {
    let lower = line.to_ascii_lowercase();
    let words = ["fixed", "resolved", "addressed", "withdr", "done", "closed", "solved", "open"];
    words.iter().filter_map(|it| lower.find(it)).min().unwrap_or_else(|| leading(line).rest)
}

/// What an answer says beside the name of the finding and its status.
pub(super) fn note_of(line: &str) -> String {
    let after = line
        .char_indices()
        .find(|(at, it)| {
            matches!(it, 'F' | 'f') && line[at + 1..].starts_with(|it: char| it.is_ascii_digit())
        })
        .map_or(line, |(at, _)| line[at + 1..].trim_start_matches(|it: char| it.is_ascii_digit()));
    let quiet = |it: char| !it.is_alphanumeric() && !"\"`([".contains(it);
    let mut note = after.trim_start_matches(|it: char| quiet(it) || it == '`');
    for word in ["is", "has", "been", "not", "fixed", "withdrawn", "resolved", "addressed"] {
        if let Some(rest) = note.get(..word.len()).filter(|it| it.eq_ignore_ascii_case(word)) {
            let rest = &note[rest.len()..];
            if !rest.starts_with(char::is_alphanumeric) {
                note = rest.trim_start_matches(quiet);
            }
        }
    }
    note.trim().to_owned()
}
