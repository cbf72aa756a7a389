//! Reads findings and answers out of ordinary Markdown. It raises what it
//! cannot place as a finding, and leaves the judgement to its caller.

use std::ops::Range;

use crate::finding::{Finding, FindingId, Level};
use crate::reply::approval::{Heard, Place, Stance};
use crate::reply::draft::{Body, Draft, join};
use crate::reply::outline::{Block, Kind, outline};
use crate::reply::phrases::Claim;
use crate::reply::section::{Section, section_of};
use crate::reply::status::{answers, stands, status};
use crate::reply::tag::{Grade, elsewhere, is_none_or_count, label, leading};
use crate::reply::{PriorAnswer, PriorStatus, table};

/// All that the prose of a reply holds.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pub(super) drafts: Vec<Draft>,
    pub(super) answers: Vec<PriorAnswer>,
    pub(super) stance: Stance,
    /// Source whose tags are settled, answered or counts.
    pub(super) accounted: Vec<Range<usize>>,
    /// Source of code and quotes, which hold somebody else's words.
    pub(super) code: Vec<Range<usize>>,
    pub(super) quotes: Vec<Range<usize>>,
    pub(super) diagnostics: Vec<String>,
}

pub(super) fn read(text: &str, prior: &[Finding]) -> Prose {
    let blocks = outline(text);
    let mut walk = Walk {
        text,
        prior,
        blocks: &blocks,
        tagged_lists: tagged_lists(text, &blocks),
        prose: Prose::default(),
        opens: Vec::new(),
        scopes: vec![Scope::new(0, Section::Plain, usize::MAX)],
        loose: Vec::new(),
        pending: Vec::new(),
        last: None,
    };
    walk.run();
    walk.prose
}

/// For each list whether one of its own items begins with a tag.
fn tagged_lists(text: &str, blocks: &[Block]) -> Vec<bool> {
    let mut tagged = Vec::new();
    for pair in blocks.windows(2) {
        if let Kind::Item { list } = pair[0].kind {
            if tagged.len() <= list {
                tagged.resize(list + 1, false);
            }
            if pair[1].kind == Kind::Paragraph && pair[1].depth == pair[0].depth + 1 {
                let lead = leading(first_line(&text[pair[1].range.clone()]));
                tagged[list] |= lead.grade.is_some();
            }
        }
    }
    tagged
}

/// Something whose text is still being collected.
struct Open {
    role: Role,
    until: Until,
    draft: Draft,
    /// A finding of its own was found inside.
    nested: bool,
    /// The text again, by where it stands, in case it is no finding after all.
    said: Vec<Loose>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Role {
    Finding,
    /// Stands where findings stand, so it is one even without a level.
    Required,
    /// Becomes a finding only if a level is named inside.
    Candidate,
    /// The answer to a finding of an earlier round, by its place in the answers.
    Answer(usize),
    Settled,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Until {
    Block(usize),
    Heading(u8),
    /// The next paragraph, heading or item with a tag.
    Flow,
}

/// A heading, or a line that acts as one, and what stands under it.
pub(super) struct Scope {
    level: u8,
    pub(super) section: Section,
    until: usize,
    /// Something was read here, so that the heading does not stand empty.
    pub(super) recognised: bool,
    /// Settled findings of this section, in case the reply says they still stand.
    settled: Vec<Draft>,
    stands: bool,
}

impl Scope {
    fn new(level: u8, section: Section, until: usize) -> Self {
        Self { level, section, until, recognised: false, settled: Vec::new(), stands: false }
    }
}

/// Prose that belongs to no finding.
struct Loose {
    range: Range<usize>,
    place: Place,
    taken: bool,
}

pub(super) struct Walk<'a> {
    pub(super) text: &'a str,
    pub(super) prior: &'a [Finding],
    pub(super) blocks: &'a [Block],
    tagged_lists: Vec<bool>,
    pub(super) prose: Prose,
    opens: Vec<Open>,
    scopes: Vec<Scope>,
    loose: Vec<Loose>,
    /// Loose paragraphs since the last finding of this section.
    pending: Vec<usize>,
    last: Option<usize>,
}

const PSEUDO: u8 = 7;
const INSIDE_ITEM: u8 = 8;

impl Walk<'_> {
    fn run(&mut self) {
        let mut index = 0;
        while index < self.blocks.len() {
            let block = &self.blocks[index];
            self.close_items(index);
            let mut next = index + 1;
            match &block.kind {
                Kind::Heading(level) => self.heading(index, *level),
                Kind::Item { .. } => {}
                Kind::Paragraph | Kind::Html => self.paragraph(index),
                Kind::Code => {
                    self.prose.code.push(block.range.clone());
                    self.attach(block.range.clone());
                }
                Kind::Quote => {
                    self.prose.quotes.push(block.range.clone());
                    self.attach(block.range.clone());
                }
                Kind::Row { table, .. } => {
                    while self.blocks.get(next).is_some_and(|it| in_table(it, *table)) {
                        next += 1;
                    }
                    table::read(self, index..next);
                }
                Kind::Rule => {
                    self.close_flow();
                    self.leave_scopes(PSEUDO);
                }
            }
            index = next;
        }
        while !self.opens.is_empty() {
            self.close_last();
        }
        self.leave_scopes(0);
        self.hear();
    }

    // Opening and closing

    fn close_items(&mut self, index: usize) {
        let done = |until: Until| matches!(until, Until::Block(end) if end <= index);
        while self.opens.iter().any(|it| done(it.until)) {
            self.close_last();
        }
        while self.scopes.last().is_some_and(|it| it.until <= index) {
            self.leave_scope();
        }
    }

    fn close_flow(&mut self) {
        while self.opens.last().is_some_and(|it| it.until == Until::Flow) {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        let Some(open) = self.opens.pop() else { return };
        let raised = match open.role {
            Role::Finding => true,
            Role::Required => open.draft.grade.is_some() || !open.nested,
            Role::Candidate => open.draft.grade.is_some(),
            Role::Answer(_) | Role::Settled => return,
        };
        if raised {
            self.last = Some(self.prose.drafts.len());
            self.prose.drafts.push(open.draft);
            return;
        }
        self.loose.extend(open.said);
    }

    fn leave_scopes(&mut self, level: u8) {
        while self.scopes.last().is_some_and(|it| level <= it.level) {
            self.leave_scope();
        }
    }

    fn leave_scope(&mut self) {
        let Some(scope) = self.scopes.pop() else { return };
        if scope.stands {
            self.prose.drafts.extend(scope.settled);
        } else {
            self.prose.accounted.extend(scope.settled.iter().flat_map(|it| it.ranges().to_vec()));
        }
        let holds = matches!(scope.section, Section::Findings | Section::Group(_));
        if holds && !scope.recognised {
            self.prose
                .stance
                .doubts
                .push("a heading for findings has no finding that could be read under it".into());
        }
        self.pending.clear();
        self.last = None;
    }

    pub(super) fn scope(&self) -> Section {
        self.scopes.last().map_or(Section::Plain, |it| it.section)
    }

    /// Marks every heading around as not empty.
    pub(super) fn recognise(&mut self) {
        for scope in &mut self.scopes {
            scope.recognised = true;
        }
    }

    pub(super) fn place(&self) -> Place {
        let foreign = self.scopes.iter().any(|it| it.section == Section::Foreign);
        match self.scope() {
            _ if foreign => Place::Foreign,
            Section::Verdict => Place::Verdict,
            Section::Praise => Place::Praise,
            Section::Settled => Place::Foreign,
            Section::Plain | Section::Findings | Section::Group(_) | Section::Foreign => {
                Place::Plain
            }
        }
    }

    fn open(&mut self, role: Role, until: Until, draft: Draft) {
        self.recognise();
        if matches!(role, Role::Finding | Role::Required) {
            for open in &mut self.opens {
                open.nested = true;
            }
            self.take_pending();
        }
        self.push_open(role, until, draft);
    }

    fn push_open(&mut self, role: Role, until: Until, draft: Draft) {
        let place = self.place();
        let said = draft.ranges().iter().cloned();
        let said = said.map(|range| Loose { range, place, taken: false }).collect();
        self.opens.push(Open { role, until, draft, nested: false, said });
    }

    /// Paragraphs between two findings belong to the first.
    fn take_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let Some(last) = self.last else { return };
        for index in pending {
            let loose = &mut self.loose[index];
            let range = loose.range.clone();
            if matches!(heard_alone(&self.text[range.clone()]), Heard { approves: false, .. }) {
                loose.taken = true;
                self.prose.drafts[last].attach(range);
            }
        }
    }

    pub(super) fn raise(&mut self, draft: Draft) {
        self.recognise();
        self.prose.drafts.push(draft);
    }

    pub(super) fn settle(&mut self, draft: Draft) {
        if let Some(scope) = self.scopes.iter_mut().rev().find(|it| it.section == Section::Settled)
        {
            scope.settled.push(draft);
        } else {
            self.prose.accounted.extend(draft.ranges().to_vec());
        }
    }

    /// Gives a block to what is open around it.
    fn attach(&mut self, range: Range<usize>) {
        let start = self.line_start(range.start);
        if let Some(open) = self.opens.last_mut() {
            open.draft.attach(start..range.end);
        } else if let Some(last) = self.last {
            self.prose.drafts[last].attach(start..range.end);
        }
    }

    fn line_start(&self, at: usize) -> usize {
        let line = self.text[..at].rfind('\n').map_or(0, |it| it + 1);
        let before = &self.text[line..at];
        if before.trim().is_empty() { line } else { at }
    }

    pub(super) fn say_loose(&mut self, range: Range<usize>) {
        let place = self.place();
        if self.last.is_some() && self.opens.is_empty() {
            self.pending.push(self.loose.len());
        }
        self.loose.push(Loose { range, place, taken: false });
    }

    // Headings

    fn heading(&mut self, index: usize, level: u8) {
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
        self.leave_scopes(level);
        self.last = None;
        self.pending.clear();
        let until = Until::Heading(level);
        if self.answer(&range, until) {
            return;
        }
        let text = &self.text[range.clone()];
        let lead = leading(text);
        let rest = range.start + lead.rest.min(text.len());
        let inside = self.opens.last().map(|it| it.role);
        if let Some(grade) = lead.grade {
            if is_none_or_count(&self.text[rest..range.end]) && rest < range.end {
                self.claim(&grade, rest..range.end);
                self.recognise();
                return;
            }
            if self.scope() == Section::Settled || inside == Some(Role::Settled) {
                self.settled_item(range.clone(), Some(grade), until);
                return;
            }
            if self.text[rest..range.end].trim().is_empty() {
                self.enter(level, Section::Group(grade.level()), usize::MAX);
                self.note_unknown(&grade);
            } else {
                let draft = Draft::new(range.start, Some(grade), rest..range.end);
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
        if !self.opens.is_empty() && section == Section::Plain {
            let place = self.place();
            if let Some(open) = self.opens.last_mut() {
                open.draft.attach(block.range.clone());
                open.said.push(Loose { range, place, taken: false });
            }
            return;
        }
        if let Some((level_here, cut)) = elsewhere(text)
            && section == Section::Plain
        {
            let parts = cut_parts(self.text, &range, &cut);
            let grade = Some(Grade::Known(level_here));
            let draft = Draft { start: range.start, grade, body: Body::Parts(parts) };
            self.open(Role::Finding, until, draft);
            return;
        }
        match (section, self.scope()) {
            (Section::Plain, Section::Findings | Section::Group(_)) => {
                let heard = heard_alone(text);
                if heard.approves || heard.no_findings {
                    self.recognise();
                    self.say_loose(range);
                    return;
                }
                let grade = self.group();
                let draft = Draft::new(range.start, grade, range);
                self.open(Role::Required, until, draft);
            }
            (Section::Plain, _) => {
                self.enter(level, Section::Plain, usize::MAX);
                let draft = Draft::new(range.start, None, range);
                self.push_open(Role::Candidate, until, draft);
            }
            (section, _) => {
                self.enter(level, section, usize::MAX);
                if matches!(section, Section::Verdict | Section::Findings) {
                    self.say_loose(range);
                }
            }
        }
    }

    fn enter(&mut self, level: u8, section: Section, until: usize) {
        self.last = None;
        self.pending.clear();
        self.scopes.push(Scope::new(level, section, until));
    }

    fn is_settled_scope(&self) -> bool {
        self.scope() == Section::Settled
    }

    /// The level that the heading above gives to its items.
    pub(super) fn group(&self) -> Option<Grade> {
        match self.scope() {
            Section::Group(level) => Some(Grade::Known(level)),
            Section::Plain
            | Section::Findings
            | Section::Settled
            | Section::Verdict
            | Section::Praise
            | Section::Foreign => None,
        }
    }

    // Paragraphs and the text of items

    fn paragraph(&mut self, index: usize) {
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
        if item.is_none() && block.depth == 0 && self.acts_as_heading(index, &range) {
            return;
        }
        for (number, entry) in entries(self.text, &range).into_iter().enumerate() {
            let item = if number == 0 { item } else { None };
            self.entry(entry, item);
        }
    }

    /// A bold line, or one that ends in a colon before a list.
    fn acts_as_heading(&mut self, index: usize, range: &Range<usize>) -> bool {
        let text = &self.text[range.clone()];
        let next = self.blocks.get(index + 1).map(|it| &it.kind);
        let before_list = matches!(next, Some(Kind::Item { .. } | Kind::Row { .. }));
        let bold = text.starts_with("**") && text.trim_end_matches(':').ends_with("**");
        let colon = text.trim_end_matches('*').ends_with([':', '\u{ff1a}']) && before_list;
        let short = !text.contains('\n') && text.len() < 160;
        if !short || !(bold || colon) || leading(text).grade.is_some() {
            return false;
        }
        if !answers(text).is_empty() || label(text).is_some() || elsewhere(text).is_some() {
            return false;
        }
        let section = section_of(text);
        let heard = heard_alone(text);
        if heard.approves || (section == Section::Plain && !before_list) {
            return false;
        }
        self.close_flow();
        if self.opens.iter().any(|it| it.role != Role::Candidate) {
            return false;
        }
        self.leave_scopes(PSEUDO);
        let until = match section {
            Section::Settled => self.next_block_end(index + 1),
            Section::Plain
            | Section::Findings
            | Section::Group(_)
            | Section::Verdict
            | Section::Praise
            | Section::Foreign => usize::MAX,
        };
        self.say_loose(range.clone());
        self.enter(PSEUDO, section, until);
        true
    }

    /// The end of the list, table or paragraph at `index`.
    fn next_block_end(&self, index: usize) -> usize {
        let Some(block) = self.blocks.get(index) else { return index };
        let mut end = block.end;
        match block.kind {
            Kind::Item { list } => {
                while let Some(Block { kind: Kind::Item { list: next }, end: next_end, .. }) =
                    self.blocks.get(end)
                    && *next == list
                {
                    end = *next_end;
                }
            }
            Kind::Row { table, .. } => {
                while self.blocks.get(end).is_some_and(|it| in_table(it, table)) {
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

    fn entry(&mut self, range: Range<usize>, item: Option<usize>) {
        let until = item.map_or(Until::Flow, |it| Until::Block(self.blocks[it].end));
        if self.opens.last().is_some_and(|it| it.role == Role::Settled) {
            self.inside_settled(range);
            return;
        }
        if self.answer(&range, until) {
            return;
        }
        let text = &self.text[range.clone()];
        let lead = leading(text);
        let rest = range.start + lead.rest.min(text.len());
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
            self.labelled(range, cut, grade, item, until);
            return;
        }
        let listed = item.is_some_and(|it| match self.blocks[it].kind {
            Kind::Item { list } => self.tagged_lists.get(list).copied().unwrap_or_default(),
            Kind::Heading(_)
            | Kind::Paragraph
            | Kind::Html
            | Kind::Code
            | Kind::Quote
            | Kind::Row { .. }
            | Kind::Rule => false,
        });
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
            let heard = heard_alone(text);
            if is_none_or_count(text) || heard != Heard::default() || is_verdict_line(text) {
                self.recognise();
                self.say_loose(range);
                return;
            }
            let draft = Draft::new(range.start, self.group(), rest..range.end);
            self.open(Role::Required, until, draft);
            return;
        }
        let start = if item.is_some() { self.item_start(&range) } else { range.start };
        let place = self.place();
        if let Some(open) = self.opens.last_mut() {
            open.draft.attach(start..range.end);
            open.said.push(Loose { range, place, taken: false });
            if let Role::Answer(answer) = open.role {
                self.late_status(answer, text);
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

    fn loose_entry(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        let heard = heard_alone(text);
        if is_none_or_count(text) || heard != Heard::default() {
            self.recognise();
        } else if let Section::Group(level) = self.scope()
            && self.scopes.last().is_some_and(|it| !it.recognised)
        {
            let grade = Some(Grade::Known(level));
            let draft = Draft::new(range.start, grade, range);
            self.open(Role::Finding, Until::Flow, draft);
            return;
        }
        self.say_loose(range);
    }

    fn item_start(&self, range: &Range<usize>) -> usize {
        self.text[..range.start].rfind('\n').map_or(0, |it| it + 1)
    }

    fn tagged(
        &mut self,
        range: Range<usize>,
        rest: usize,
        grade: Grade,
        item: Option<usize>,
        until: Until,
    ) {
        let words = &self.text[rest..range.end];
        if !words.trim().is_empty() && is_none_or_count(words) {
            self.claim(&grade, rest..range.end);
            self.recognise();
            return;
        }
        let group = words.trim().is_empty() || is_none_or_count(words);
        if group && until == Until::Flow {
            self.close_flow();
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

    /// Whether the item is a label over items of its own.
    fn holds_items(&self, item: usize) -> bool {
        let inside = &self.blocks[item + 1..self.blocks[item].end];
        matches!(inside.get(1).map(|it| &it.kind), Some(Kind::Item { .. }))
    }

    /// `Severity: high`, beside the text of its finding or in a line of its own.
    fn labelled(
        &mut self,
        range: Range<usize>,
        cut: Range<usize>,
        grade: Grade,
        item: Option<usize>,
        until: Until,
    ) {
        let parts = cut_parts(self.text, &range, &cut);
        let alone = parts.iter().all(|it| !self.text[it.clone()].contains(char::is_alphanumeric));
        let heads = leading(&self.text[range.clone()]).rest + range.start
            >= range.start + cut.start.saturating_sub(4);
        if let Some(open) = self.opens.last_mut()
            && open.draft.grade.is_none()
            && (alone || heads)
            && matches!(open.role, Role::Required | Role::Candidate | Role::Finding)
        {
            open.draft.grade = Some(grade);
            if !alone {
                open.draft.attach(range);
            }
            for scope in &mut self.scopes {
                scope.recognised = true;
            }
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
    fn settled_item(&mut self, range: Range<usize>, grade: Option<Grade>, until: Until) {
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
    fn inside_settled(&mut self, range: Range<usize>) {
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

    fn mark_standing(&mut self) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.stands = true;
        }
    }

    // Answers to earlier findings

    /// Reads a line that begins with the name of an earlier finding.
    fn answer(&mut self, range: &Range<usize>, until: Until) -> bool {
        let text = &self.text[range.clone()];
        let line = first_line(text);
        if !may_name_finding(line) {
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
            self.push_answer(answer.id, status, note_of(line), grade.as_ref(), whole.start);
        }
        self.prose.accounted.push(range.start..range.start + line.len());
        self.recognise();
        let draft = Draft { start: range.start, grade, body: Body::Parts(Vec::new()) };
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
        let rest = text[line.len()..].trim();
        if awaits && !rest.is_empty() {
            self.late_status(index, rest);
        }
        if until != Until::Flow {
            self.push_open(Role::Answer(index), until, draft);
        }
        true
    }

    fn item_range(&self, end: usize, range: &Range<usize>) -> Range<usize> {
        let last = self.blocks.get(end - 1).map_or(range.end, |it| it.range.end);
        range.start..last.max(range.end)
    }

    fn unknown_answer(
        &mut self,
        range: &Range<usize>,
        found: &[crate::reply::status::Answer],
    ) -> bool {
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
        self.prose.answers.push(PriorAnswer { id, status, note });
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

    fn no_status(&mut self, id: FindingId) {
        self.prose.diagnostics.push(format!("{id} is named without a status that could be read"));
    }

    // What is said beside the findings

    /// `High: none` and `High: 2` say how many there are.
    pub(super) fn claim(&mut self, grade: &Grade, rest: Range<usize>) {
        let text = &self.text[rest];
        let digits: String = text
            .trim_start_matches(|it: char| !it.is_alphanumeric())
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let count = digits.parse().unwrap_or_default();
        if let Grade::Known(level) = grade {
            let claim = Claim { levels: vec![(*level, count)], total: None };
            self.prose.stance.claims.push(claim);
        }
    }

    pub(super) fn note_unknown(&mut self, grade: &Grade) {
        if let Grade::Unknown(word) = grade {
            self.prose.diagnostics.push(format!("`{word}` is not a level; it counts as high"));
        }
    }

    fn hear(&mut self) {
        let loose = std::mem::take(&mut self.loose);
        for it in loose.iter().filter(|it| !it.taken) {
            let text = visible(&self.text[it.range.clone()]);
            self.prose.stance.hear(&text, it.place);
        }
        self.prose.drafts.sort_by_key(|it| it.start);
    }
}

/// The same text without HTML tags; what is struck out or commented is kept as doubt.
fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('<') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>') else { break };
        let tag = rest[open..=open + close].to_ascii_lowercase();
        let name = tag.trim_matches(|it: char| !it.is_ascii_alphanumeric());
        match name {
            "verdict" | "decision" if !tag.starts_with("</") => plain.push_str("\nverdict: "),
            "b" | "strong" | "i" | "em" | "br" | "p" | "verdict" | "decision" | "u" | "div"
            | "span" | "summary" | "details" | "review" | "reply" => plain.push(' '),
            _ if tag.starts_with("<!--") => plain.push_str("\n? "),
            _ if !tag[1..].starts_with(|it: char| it.is_ascii_alphabetic() || it == '/') => {
                plain.push_str(&rest[open..=open + close]);
            }
            _ => plain.push_str(" ~ "),
        }
        rest = &rest[open + close + 1..];
    }
    plain.push_str(rest);
    plain.into()
}

/// What a text says on its own, before it is known what it belongs to.
pub(super) fn heard_alone(text: &str) -> Heard {
    if 600 < text.len() { Heard::default() } else { Stance::default().hear(text, Place::Plain) }
}

fn in_table(block: &Block, table: usize) -> bool {
    matches!(block.kind, Kind::Row { table: other, .. } if other == table)
}

pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}

/// The words of a heading without its marks.
fn heading_text(text: &str, range: &Range<usize>) -> Range<usize> {
    let range = trimmed(text, range);
    let piece = &text[range.clone()];
    if piece.starts_with('#') {
        let start = range.start + (piece.len() - piece.trim_start_matches(['#', ' ', '\t']).len());
        let closed = text[start..range.end].trim_end_matches(['#', ' ']).len();
        return start..start + closed;
    }
    let end = piece.rfind('\n').unwrap_or(piece.len());
    range.start..range.start + piece[..end].trim_end().len()
}

/// The lines of a paragraph, joined where one goes on with the line before.
fn entries(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let piece = &text[range.clone()];
    if !piece.contains('\n') {
        return vec![range.clone()];
    }
    let labels = piece.lines().filter(|it| label(it).is_some()).count();
    let headed = label(first_line(piece)).is_some_and(|it| it.1.start < 8);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = range.start;
    let mut labelled = false;
    for line in piece.split_inclusive('\n') {
        let end = at + line.len();
        let content = line.trim_end();
        let labels_here = 1 < labels && label(content).is_some();
        let after_label = 1 < labels && !headed && labelled;
        let starts = leading(content).grade.is_some()
            || content.trim_start().starts_with(['\u{2022}', '\u{25aa}', '\u{25cf}', '\u{2013}'])
            || (headed && labels_here)
            || after_label
            || (may_name_finding(content) && !answers(content).is_empty());
        match found.last_mut() {
            Some(last) if !starts => last.end = at + content.len(),
            Some(_) | None => found.push(at..at + content.len()),
        }
        labelled = labels_here;
        at = end;
    }
    found
}

/// The first `Severity:` label in any line of the range, by its place in the range.
fn label_in(text: &str, range: &Range<usize>) -> Option<(Grade, Range<usize>)> {
    let mut offset = 0;
    for line in text[range.clone()].split_inclusive('\n') {
        if let Some((grade, found)) = label(line) {
            return Some((grade, offset + found.start..offset + found.end));
        }
        offset += line.len();
    }
    None
}

/// The range without the tag inside it.
fn cut_parts(text: &str, range: &Range<usize>, cut: &Range<usize>) -> Vec<Range<usize>> {
    let quiet = |it: char| it.is_whitespace() || "*_`-:|()[]\u{2013}\u{2014}".contains(it);
    let before = range.start..range.start + cut.start;
    let after = range.start + cut.end..range.end;
    let head = text[before.clone()].trim_end_matches(quiet).len();
    let tail = text[after.clone()].trim_start_matches(|it: char| quiet(it) || it == '.').len();
    let skipped = text[before.clone()].len()
        - text[before.clone()].trim_start_matches(|it: char| " -*+>\t".contains(it)).len();
    let start = before.start + skipped.min(head);
    vec![start..before.start + head, after.end - tail..after.end]
}

/// Cheap test before a line is read as an answer.
fn may_name_finding(line: &str) -> bool {
    let digit = |it: Option<&u8>| it.is_some_and(u8::is_ascii_digit);
    let bytes = line.as_bytes();
    let named =
        (0..bytes.len()).any(|at| matches!(bytes[at], b'F' | b'f') && digit(bytes.get(at + 1)));
    named || (line.contains("inding") && line.contains(|it: char| it.is_ascii_digit()))
}

fn is_verdict_line(text: &str) -> bool {
    let plain = text.trim_start_matches(|it: char| !it.is_alphanumeric());
    let word: String = plain.chars().take_while(|it| it.is_alphanumeric()).collect();
    matches!(
        word.to_ascii_lowercase().as_str(),
        "verdict" | "summary" | "overall" | "conclusion" | "decision" | "recommendation" | "total"
    )
}

/// Whether a tag inside a line is about the line: in square brackets, and in a
/// paragraph only at its end.
fn is_tag_of(line: &str, cut: &Range<usize>, listed: bool) -> bool {
    let square = line[cut.clone()].starts_with(['[', '\u{3010}', '\u{ff3b}']);
    square && (listed || !line[cut.end..].contains(char::is_alphanumeric))
}

/// What an answer says beside the name of the finding and its status.
fn note_of(line: &str) -> String {
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

pub(super) fn clip(text: &str) -> String {
    let mut clipped: String = text.trim().chars().take(80).collect();
    if clipped.len() < text.trim().len() {
        clipped.push('\u{2026}');
    }
    clipped
}

/// The text of a draft, or a word where it has none.
pub(super) fn text_of(draft: &Draft, source: &str) -> String {
    let text = match &draft.body {
        Body::Parts(parts) => join(source, parts),
        Body::Cells(text) => text.clone(),
    };
    if text.is_empty() { "(no text)".to_owned() } else { text }
}
