//! Reads headings, and lines that act as one: what stands under them, or a
//! finding that they are themselves.

use std::ops::Range;

use crate::reply::approval::Place;
use crate::reply::draft::Body;
use crate::reply::draft::Draft;
use crate::reply::outline::{Kind, items};
use crate::reply::prose::{Loose, PSEUDO, Role, Scope, Until, Walk};
use crate::reply::search::{is_none_or_count, label};
use crate::reply::section::{Section, section_of};
use crate::reply::source::{cut_parts, heading_text, in_table};
use crate::reply::status::answers;
use crate::reply::tag::{Grade, elsewhere, leading};

impl Walk<'_> {
    pub(super) fn heading(&mut self, index: usize, level: u8) {
        let block = &self.blocks[index];
        let range = heading_text(self.text, &block.range);
        if self.text[range.clone()].contains('\n') {
            self.paragraph(index);
            return;
        }
        self.close_flow();
        let over = |until: Until| match until {
            Until::Heading(open) => level <= open,
            Until::Block(_) | Until::Flow => false,
        };
        while self.opens.iter().any(|it| over(it.until)) {
            self.close_last();
        }
        self.end_section();
        self.leave_scopes(level);
        let until = Until::Heading(level);
        if self.answer(&range, until) {
            return;
        }
        let text = &self.text[range.clone()];
        let lead = leading(text);
        let rest = range.start + lead.rest.min(text.len());
        if lead.grade.is_some() {
            self.close_candidates();
        }
        let text = &self.text[range.clone()];
        let inside = self.opens.last().map(|it| it.role);
        if let Some(grade) = lead.grade {
            if is_none_or_count(&self.text[rest..range.end]) && rest < range.end {
                self.claim(&grade, &self.text[rest..range.end]);
                self.recognise();
                return;
            }
            if self.scope() == Section::Settled || inside == Some(Role::Settled) {
                self.settled_item(range.clone(), Some(grade), until);
                return;
            }
            if self.text[rest..range.end].trim().is_empty() {
                self.levels_at = Some(level);
                self.enter(level, Section::Group(grade.level()), usize::MAX);
                self.note_unknown(&grade);
            } else {
                let draft = Draft::under(range.start, Some(grade), rest..range.end);
                self.open(Role::Finding, until, draft);
            }
            return;
        }
        let section = section_of(text);
        if section == Section::Settled || (section == Section::Plain && self.is_settled_scope()) {
            if section == Section::Plain {
                self.settled_item(range, None, until);
            } else {
                self.enter(level, section, usize::MAX);
            }
            return;
        }
        self.close_candidates();
        if section == Section::Plain && self.is_beside_levels(index, level) {
            let grade = Grade::Unknown(text.to_owned());
            self.note_unknown(&grade);
            self.enter(level, Section::Group(grade.level()), usize::MAX);
            return;
        }
        if !self.opens.is_empty() && section == Section::Plain {
            let place = self.place();
            if let Some(open) = self.opens.last_mut() {
                open.inner = Some(open.draft.ranges().len());
                open.draft.attach(block.range.clone());
                open.say(range, place);
            }
            return;
        }
        if section == Section::Plain
            && let Some((level_here, cut)) = elsewhere(text)
        {
            let mut parts = cut_parts(self.text, &range, &cut);
            parts[0].start = parts[0].start.max(rest).min(parts[0].end);
            let grade = Some(Grade::Known(level_here));
            let draft = Draft { start: range.start, grade, body: Body::Parts(parts) };
            self.open(Role::Finding, until, draft);
            return;
        }
        match (section, self.scope()) {
            (Section::Finding, _) => {
                let draft = Draft::under(range.start, self.group(), rest..range.end);
                self.open(Role::Required, until, draft);
            }
            (Section::Plain, Section::Findings | Section::Group(_)) => {
                let heard = self.heard_alone(&range);
                if heard.approves || heard.no_findings {
                    self.recognise();
                    self.say_loose(range);
                    return;
                }
                let grade = self.group();
                let draft = Draft::under(range.start, grade, rest..range.end);
                self.open(Role::Required, until, draft);
            }
            (Section::Plain, _) => {
                self.enter(level, Section::Plain, usize::MAX);
                let draft = Draft::under(range.start, None, range);
                self.push_open(Role::Candidate, until, draft);
                let said = self.opens.last_mut().and_then(|it| it.said.last_mut());
                if let Some(Loose { place: Some(place @ Place::Plain), .. }) = said {
                    *place = Place::Title;
                }
            }
            (section, _) => {
                self.enter(level, section, usize::MAX);
                if matches!(section, Section::Verdict | Section::Findings) {
                    self.say_loose(range);
                }
            }
        }
    }

    /// Whether a heading of one word over a list stands where headings that are
    /// levels do: it is a level of another scale.
    fn is_beside_levels(&self, index: usize, level: u8) -> bool {
        const OTHERS: [&str; 8] = [
            "summary",
            "overview",
            "overall",
            "scope",
            "context",
            "approach",
            "assessment",
            "notes",
        ];
        let next = self.blocks.get(index + 1).map(|it| &it.kind);
        let range = heading_text(self.text, &self.blocks[index].range);
        let text = &self.text[range];
        let word = text.chars().all(|it| it.is_alphabetic() || it == '-') && !text.is_empty();
        self.levels_at == Some(level)
            && word
            && matches!(next, Some(Kind::Item { .. }))
            && OTHERS.iter().all(|it| !it.eq_ignore_ascii_case(text))
    }

    pub(super) fn enter(&mut self, level: u8, section: Section, until: usize) {
        self.end_section();
        self.prose.is_framed |= section == Section::Foreign;
        self.scopes.push(Scope::new(level, section, until));
    }

    pub(super) fn is_settled_scope(&self) -> bool {
        self.scope() == Section::Settled
    }

    /// The level that the heading above gives to its items.
    pub(super) fn group(&self) -> Option<Grade> {
        match self.scope() {
            Section::Group(level) => Some(Grade::Known(level)),
            Section::Plain
            | Section::Findings
            | Section::Finding
            | Section::Settled
            | Section::Verdict
            | Section::Praise
            | Section::Foreign => None,
        }
    }

    /// A bold line, or one that ends in a colon before a list.
    pub(super) fn acts_as_heading(&mut self, index: usize, range: &Range<usize>) -> bool {
        let text = &self.text[range.clone()];
        let next = self.blocks.get(index + 1).map(|it| &it.kind);
        let before_list = matches!(next, Some(Kind::Item { .. } | Kind::Row(_)));
        let is_marked = before_list || text.starts_with("**");
        if !is_marked || 160 <= text.len() || text.contains('\n') {
            return false;
        }
        let bold = text.starts_with("**") && text.trim_end_matches(':').ends_with("**");
        let colon = text.trim_end_matches('*').ends_with([':', '\u{ff1a}']) && before_list;
        if !(bold || colon) || leading(text).grade.is_some() {
            return false;
        }
        if !answers(text).is_empty() || label(text).is_some() || elsewhere(text).is_some() {
            return false;
        }
        let section = section_of(text);
        let heard = self.heard_alone(range);
        if heard.approves || (section == Section::Plain && !before_list) {
            return false;
        }
        self.close_flow();
        if self.opens.iter().any(|it| it.role != Role::Candidate) {
            return false;
        }
        if matches!(section, Section::Findings | Section::Group(_) | Section::Settled) {
            self.close_candidates();
        }
        self.leave_scopes(PSEUDO);
        let until = match section {
            Section::Settled => self.next_block_end(index + 1),
            Section::Plain
            | Section::Findings
            | Section::Finding
            | Section::Group(_)
            | Section::Verdict
            | Section::Praise
            | Section::Foreign => usize::MAX,
        };
        match section {
            Section::Settled => {}
            Section::Plain => self.say_loose(range.clone()),
            Section::Findings
            | Section::Finding
            | Section::Group(_)
            | Section::Verdict
            | Section::Praise
            | Section::Foreign => self.say(range.clone(), Place::Title),
        }
        self.enter(PSEUDO, section, until);
        true
    }

    /// The end of the list, table or paragraph at `index`.
    pub(super) fn next_block_end(&self, index: usize) -> usize {
        let Some(block) = self.blocks.get(index) else { return index };
        let mut end = block.end;
        match &block.kind {
            Kind::Item { .. } => {
                end = items(self.blocks, index).last().map_or(end, |it| self.blocks[it].end);
            }
            Kind::Row(row) => {
                while self.blocks.get(end).is_some_and(|it| in_table(it, row.table)) {
                    end += 1;
                }
            }
            Kind::Heading(_)
            | Kind::Paragraph
            | Kind::Html
            | Kind::Code
            | Kind::Quote
            | Kind::Rule => {}
        }
        end
    }
}
