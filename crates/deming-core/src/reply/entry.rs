//! Reads the text of items and paragraphs: a finding, a part of one, a label,
//! or prose that is left to others.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memrchr};

use crate::reply::approval::Heard;
use crate::reply::draft::{Body, Draft};
use crate::reply::inline::split_tags;
use crate::reply::outline::Kind;
use crate::reply::prose::{INSIDE_ITEM, Loose, PSEUDO, Role, Until, Walk};
use crate::reply::search::is_none_or_count;
use crate::reply::section::Section;
use crate::reply::source::{
    Entry, clip, cut_parts, entries, first_line, is_tag_of, is_verdict_line, label_in, lines,
    trimmed,
};
use crate::reply::status::stands;
use crate::reply::tag::{Grade, elsewhere, leading, word_end};
use crate::reply::vocabulary::{self, is};

impl Walk<'_> {
    pub(super) fn paragraph(&mut self, index: usize) {
        let block = &self.blocks[index];
        let before = index.checked_sub(1);
        let item = before.filter(|it| {
            matches!(self.blocks[*it].kind, Kind::Item { .. }) && index < self.blocks[*it].end
        });
        if item.is_none() && self.opens.last().is_some_and(|it| it.until == Until::Flow) {
            let keeps = self.opens.last().is_some_and(|it| it.draft.ranges().is_empty());
            if !keeps {
                self.close_flow();
            }
        }
        let range = trimmed(self.text, &block.range);
        if self.text[range.clone()].starts_with("<!--") {
            self.prose.quotes.push(range);
            self.prose.stance.doubts.push("the reply holds a comment".to_owned());
            return;
        }
        if item.is_none() && block.depth == 0 && self.acts_as_heading(index, &range) {
            return;
        }
        let is_html = block.kind == Kind::Html;
        let has_lines = memchr(b'\n', self.text[range.clone()].as_bytes()).is_some();
        let mut found = std::mem::take(&mut self.entries);
        if is_html {
            found.extend(lines(self.text, &range).map(|it| Entry::of(self.text, it)));
        } else if has_lines {
            entries(self.text, &range, self.may_answer, &mut found);
        } else {
            split_tags(self.text, &range, &mut found);
        }
        if has_lines {
            let heads_finding = found.first().is_some_and(|it| it.lead.grade.is_some());
            self.hear_lines_apart(&range, heads_finding);
        }
        for (number, entry) in found.drain(..).enumerate() {
            if is_html && 0 < number && self.ends_finding(&entry.range) {
                self.close_flow();
            }
            let item = if number == 0 { item } else { None };
            self.entry(entry, item);
        }
        self.entries = found;
    }

    /// A line that says something of its own may have become a part of the finding
    /// above it, so it is listened to as well.
    fn hear_lines_apart(&mut self, range: &Range<usize>, heads_finding: bool) {
        if self.opens.is_empty() && !heads_finding {
            return;
        }
        let place = Some(self.place());
        let apart = lines(self.text, range).skip(1);
        let apart = apart.filter(|it| stands_alone(&self.text[it.clone()]));
        self.loose.extend(apart.map(|range| Loose { range, place, taken: false }));
    }

    /// Whether a line of HTML begins something else than the text of a finding.
    pub(super) fn ends_finding(&self, entry: &Range<usize>) -> bool {
        let line = &self.text[entry.clone()];
        line.starts_with("<verdict") || line.starts_with("<decision") || line.starts_with("</")
    }

    pub(super) fn entry(&mut self, entry: Entry, item: Option<usize>) {
        let Entry { range, lead } = entry;
        let until = item.map_or(Until::Flow, |it| Until::Block(self.blocks[it].end));
        if self.opens.last().is_some_and(|it| it.role == Role::Settled) {
            self.inside_settled(range);
            return;
        }
        if self.answer(&range, until) {
            return;
        }
        let text = &self.text[range.clone()];
        let rest = range.start + lead.rest.min(text.len());
        if lead.unchecked && lead.grade.is_none() {
            self.prose.stance.doubts.push(format!("the box is empty: {}", clip(first_line(text))));
        }
        if self.is_settled_scope() || lead.settled {
            let whole = item.map_or(range.clone(), |it| self.blocks[it].range.clone());
            if item.is_some() || lead.grade.is_some() || lead.settled {
                self.settled_item(whole, lead.grade, until);
                return;
            }
            if stands(text) {
                self.mark_standing();
            }
        }
        if let Some(grade) = lead.grade {
            self.tagged(range, rest, grade, item, until);
            return;
        }
        if let Some((grade, cut)) = label_in(self.text, &range) {
            let heads = lead.rest >= cut.start.saturating_sub(4);
            self.labelled(range, cut, heads, grade, item, until);
            return;
        }
        let listed = item.is_some_and(|it| self.is_in_tagged_list(it));
        let holds = matches!(self.scope(), Section::Findings | Section::Group(_));
        let free = self.opens.iter().all(|it| it.role == Role::Candidate);
        let expected = listed || (holds && item.is_some() && free);
        let line = first_line(text);
        if let Some((level, cut)) = elsewhere(line)
            && (expected || is_tag_of(line, &cut, item.is_some()))
        {
            let parts = cut_parts(self.text, &range, &cut);
            let grade = Some(Grade::Known(level));
            let draft = Draft { start: range.start, grade, body: Body::Parts(parts) };
            self.open(Role::Finding, until, draft);
            return;
        }
        if expected {
            let heard = self.heard_alone(&range);
            if is_none_or_count(text) || heard != Heard::default() || is_verdict_line(text) {
                self.recognise();
                self.say_loose(range);
                return;
            }
            let draft = Draft::new(range.start, self.group(), rest..range.end);
            self.open(Role::Required, until, draft);
            return;
        }
        let start = match item {
            Some(_) => self.item_start(&range),
            None => self.line_start(range.start),
        };
        let place = self.place();
        if self.opens.iter().all(|it| it.role == Role::Candidate) {
            self.recognise_if_said(&range);
        }
        if let Some(open) = self.opens.last_mut() {
            let before = &self.text[..start];
            let apart = || before.ends_with("\n\n") || before.ends_with("\n\r\n");
            let listed = item.is_some() && open.until == Until::Flow && apart();
            let is_own = || listed || stands_alone(first_line(text));
            if open.role == Role::Finding && is_own() {
                // A list or a label of its own, which may be about the whole plan.
                let taken = false;
                self.loose.push(Loose { range: range.clone(), place: Some(place), taken });
            }
            open.draft.attach(start..range.end);
            let heard = range.clone();
            open.say(range, place);
            if let Role::Answer(answer) = open.role {
                self.under_answer(answer, &heard);
            }
            return;
        }
        if item.is_some() {
            let draft = Draft::new(start, None, range);
            self.push_open(Role::Candidate, until, draft);
            return;
        }
        self.loose_entry(range);
    }

    /// A heading is not empty when what stands under it says "none" or approves.
    pub(super) fn recognise_if_said(&mut self, range: &Range<usize>) -> bool {
        let none = is_none_or_count(&self.text[range.clone()]);
        let said = none || self.heard_alone(range) != Heard::default();
        if said {
            self.recognise();
        }
        said
    }

    pub(super) fn loose_entry(&mut self, range: Range<usize>) {
        if self.recognise_if_said(&range) {
            self.say_loose(range);
            return;
        }
        if let Section::Group(level) = self.scope()
            && self.scopes.last().is_some_and(|it| !it.recognised)
        {
            let grade = Some(Grade::Known(level));
            let draft = Draft::new(range.start, grade, range);
            self.open(Role::Finding, Until::Flow, draft);
            return;
        }
        self.say_loose(range);
    }

    pub(super) fn item_start(&self, range: &Range<usize>) -> usize {
        memrchr(b'\n', &self.text.as_bytes()[..range.start]).map_or(0, |it| it + 1)
    }

    pub(super) fn tagged(
        &mut self,
        range: Range<usize>,
        rest: usize,
        grade: Grade,
        item: Option<usize>,
        until: Until,
    ) {
        let grade = self.graver(grade);
        let words = &self.text[rest..range.end];
        if !words.trim().is_empty() && is_none_or_count(words) {
            self.claim(&grade, &self.text[rest..range.end]);
            self.recognise();
            return;
        }
        let group = words.trim().is_empty() || is_none_or_count(words);
        if group && until == Until::Flow {
            self.close_flow();
            self.close_candidates();
            self.leave_scopes(PSEUDO);
            self.note_unknown(&grade);
            self.enter(PSEUDO, Section::Group(grade.level()), usize::MAX);
            return;
        }
        if let (true, Some(item)) = (group, item)
            && self.holds_items(item)
        {
            self.note_unknown(&grade);
            self.enter(INSIDE_ITEM, Section::Group(grade.level()), self.blocks[item].end);
            return;
        }
        if until == Until::Flow {
            self.close_flow();
        }
        let draft = Draft::new(range.start, Some(grade), rest..range.end);
        self.open(Role::Finding, until, draft);
    }

    /// `LOW` right under a heading such as `Must fix`: the graver of the two counts.
    fn graver(&self, grade: Grade) -> Grade {
        let is_first = self.scopes.last().is_some_and(|it| !it.recognised);
        if let Section::Group(level) = self.scope()
            && is_first
            && level.is_blocking()
            && grade.level() < level
        {
            return Grade::Known(level);
        }
        grade
    }

    /// Whether the item is a label over items of its own.
    pub(super) fn holds_items(&self, item: usize) -> bool {
        let inside = &self.blocks[item + 1..self.blocks[item].end];
        matches!(inside.get(1).map(|it| &it.kind), Some(Kind::Item { .. }))
    }

    /// `Severity: high`, beside the text of its finding or in a line of its own.
    pub(super) fn labelled(
        &mut self,
        range: Range<usize>,
        cut: Range<usize>,
        heads: bool,
        grade: Grade,
        item: Option<usize>,
        until: Until,
    ) {
        let parts = cut_parts(self.text, &range, &cut);
        let alone = parts.iter().all(|it| !self.text[it.clone()].contains(char::is_alphanumeric));
        if let Some(open) = self.opens.last_mut()
            && open.draft.grade.is_none()
            && (alone || heads)
            && matches!(open.role, Role::Required | Role::Candidate | Role::Finding)
        {
            open.draft.grade = Some(grade);
            open.inner = None;
            if !alone {
                open.draft.attach(range);
            }
            for scope in &mut self.scopes {
                scope.recognised = true;
            }
            return;
        }
        if let Some(open) = self.opens.last_mut()
            && let Some(inner) = open.inner.take()
            && item.is_none()
            && alone
            && let Body::Parts(parts) = &mut open.draft.body
            && inner < parts.len()
        {
            let parts = parts.split_off(inner);
            let start = parts[0].start;
            let until = open.until;
            let draft = Draft { start, grade: Some(grade), body: Body::Parts(parts) };
            self.close_last();
            self.open(Role::Finding, until, draft);
            return;
        }
        if let Some(open) = self.opens.last_mut()
            && alone
            && open.role == Role::Finding
        {
            let known = open.draft.grade.as_ref().map(Grade::level);
            if known < Some(grade.level()) {
                open.draft.grade = Some(grade);
            }
            return;
        }
        let mut draft = Draft { start: range.start, grade: Some(grade), body: Body::Parts(parts) };
        if alone {
            draft.body = Body::Parts(Vec::new());
            if let Some(title) = self.loose.last_mut()
                && item.is_none()
                && !title.taken
                && self
                    .text
                    .get(title.range.end..range.start)
                    .is_some_and(|it| it.trim().is_empty())
            {
                title.taken = true;
                draft = Draft::new(range.start, draft.grade, title.range.clone());
            }
        }
        self.close_flow();
        self.open(Role::Finding, until, draft);
    }

    /// An item under a heading for settled findings.
    pub(super) fn settled_item(&mut self, range: Range<usize>, grade: Option<Grade>, until: Until) {
        let text = &self.text[range.clone()];
        let grade = grade.or_else(|| elsewhere(first_line(text)).map(|it| Grade::Known(it.0)));
        let lead = leading(text);
        let rest = range.start + lead.rest.min(text.len());
        let draft = Draft::new(range.start, grade, rest..range.end);
        self.recognise();
        if stands(text) {
            self.prose.diagnostics.push(format!(
                "an earlier finding is said to stand and was counted: `{}`",
                clip(first_line(text))
            ));
            self.open(Role::Finding, until, draft);
        } else {
            self.prose.accounted.push(range);
            self.settle(draft.clone());
            if until != Until::Flow {
                self.push_open(Role::Settled, until, draft);
            }
        }
    }

    /// Text under a settled finding can still take the word back.
    pub(super) fn inside_settled(&mut self, range: Range<usize>) {
        let taken_back = stands(&self.text[range.clone()]);
        let Some(open) = self.opens.last_mut() else { return };
        open.draft.attach(range);
        if taken_back && matches!(open.until, Until::Heading(_)) {
            open.role = Role::Finding;
            let start = open.draft.start;
            for scope in &mut self.scopes {
                scope.settled.retain(|it| it.start != start);
            }
        }
    }

    pub(super) fn mark_standing(&mut self) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.stands = true;
        }
    }
}

/// `Verdict: fail`, `Fatal: no rollback`, `Rejected.`: a label that no part of a
/// finding has, or a refusal in a line of its own.
fn stands_alone(line: &str) -> bool {
    const PARTS: [&str; 32] = [
        "fix",
        "fixes",
        "suggestion",
        "suggested",
        "why",
        "reason",
        "rationale",
        "impact",
        "recommendation",
        "recommended",
        "note",
        "example",
        "location",
        "file",
        "where",
        "how",
        "detail",
        "details",
        "description",
        "evidence",
        "solution",
        "effort",
        "step",
        "steps",
        "line",
        "lines",
        "title",
        "text",
        "severity",
        "problem",
        "risk",
        "proposed",
    ];
    let plain = line.trim_start_matches(['*', '_', ' ', '>']);
    if !plain.starts_with(char::is_alphabetic) {
        return false;
    }
    let end = word_end(plain, 0);
    let first = &plain[..end];
    let labelled = plain[end..].trim_start_matches(['*', '_']).starts_with([':', '\u{ff1a}']);
    let is_part = || PARTS.iter().any(|it| it.eq_ignore_ascii_case(first));
    let apart = labelled && !is_part() || has_few_words(plain) && refuses_or_approves(first);
    apart && leading(line).grade.is_none()
}

/// Whether a line has three words at most.
fn has_few_words(line: &str) -> bool {
    if line.is_ascii() {
        let words = line.as_bytes().split(u8::is_ascii_whitespace);
        return words.filter(|it| !it.is_empty()).nth(3).is_none();
    }
    line.split_whitespace().nth(3).is_none()
}

/// Whether a short line that begins with the word may refuse or approve.
fn refuses_or_approves(word: &str) -> bool {
    let is_lower = word.bytes().all(|it| it.is_ascii_lowercase());
    let word = if is_lower { Cow::Borrowed(word) } else { word.to_lowercase().into() };
    is(vocabulary::Role::Objection, &word) || word.starts_with("approve")
}
