//! Reads findings and answers out of ordinary Markdown. It raises what it
//! cannot place as a finding, and leaves the judgement to its caller.

use std::ops::Range;

use memchr::memrchr;

use crate::finding::Finding;
use crate::reply::PriorAnswer;
use crate::reply::approval::{Heard, Place, Stance, is_refusal_in_form};
use crate::reply::draft::{Draft, USUAL_PARTS};
use crate::reply::outline::{Block, Kind, items, outline};
use crate::reply::phrases::Claim;
use crate::reply::prior::may_name_finding;
use crate::reply::section::Section;
use crate::reply::source::{
    Entry, clip, first_line, in_table, is_fenced, is_verdict_line, visible,
};
use crate::reply::table;
use crate::reply::tag::{Grade, leading};

/// All that the prose of a reply holds.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pub(super) drafts: Vec<Draft>,
    pub(super) answers: Vec<PriorAnswer>,
    pub(super) stance: Stance,
    /// A heading says that what follows is somebody else's.
    pub(super) is_framed: bool,
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
        may_answer: may_name_finding(text),
        lists: Vec::new(),
        entries: Vec::new(),
        prose: Prose::default(),
        opens: Vec::new(),
        scopes: vec![Scope::new(0, Section::Plain, usize::MAX)],
        loose: Vec::new(),
        pending: Vec::new(),
        patience: MOST_PROSE,
        last: None,
        levels_at: None,
    };
    walk.run();
    walk.prose
}

/// Something whose text is still being collected.
pub(super) struct Open {
    pub(super) role: Role,
    /// Where in the text a heading inside began, once a label has set the level.
    pub(super) inner: Option<usize>,
    pub(super) until: Until,
    pub(super) draft: Draft,
    /// A finding of its own was found inside.
    pub(super) nested: bool,
    /// The text again, by where it stands, in case it is no finding after all.
    pub(super) said: Vec<Loose>,
}

impl Open {
    /// Keeps what is said inside, unless it is sure that this is a finding.
    pub(super) fn say(&mut self, range: Range<usize>, place: Place) {
        let is_sure = self.role == Role::Finding || self.draft.grade.is_some();
        if !is_sure {
            self.said.push(Loose { range, place: Some(place), taken: false });
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
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
pub(super) enum Until {
    Block(usize),
    Heading(u8),
    /// The next paragraph, heading or item with a tag.
    Flow,
}

/// A heading, or a line that acts as one, and what stands under it.
pub(super) struct Scope {
    pub(super) level: u8,
    pub(super) section: Section,
    pub(super) until: usize,
    /// Something was read here, so that the heading does not stand empty.
    pub(super) recognised: bool,
    /// Settled findings of this section, in case the reply says they still stand.
    pub(super) settled: Vec<Draft>,
    pub(super) stands: bool,
}

impl Scope {
    pub(super) fn new(level: u8, section: Section, until: usize) -> Self {
        Self { level, section, until, recognised: false, settled: Vec::new(), stands: false }
    }
}

/// A list, and whether an item of its own begins with a tag, once that was asked.
#[derive(Clone, Copy, Default)]
pub(super) struct List {
    first: usize,
    is_tagged: Option<bool>,
}

/// Prose that belongs to no finding.
pub(super) struct Loose {
    pub(super) range: Range<usize>,
    /// `None` in code and quotes, where only an objection counts.
    pub(super) place: Option<Place>,
    pub(super) taken: bool,
}

pub(super) struct Walk<'a> {
    pub(super) text: &'a str,
    pub(super) prior: &'a [Finding],
    pub(super) blocks: &'a [Block],
    /// Some line may begin with the name of an earlier finding.
    pub(super) may_answer: bool,
    /// Every list of which an item was reached.
    pub(super) lists: Vec<List>,
    /// Room for the entries of a paragraph, empty between two.
    pub(super) entries: Vec<Entry>,
    pub(super) prose: Prose,
    pub(super) opens: Vec<Open>,
    pub(super) scopes: Vec<Scope>,
    pub(super) loose: Vec<Loose>,
    /// Loose paragraphs since the last finding of this section.
    pub(super) pending: Vec<usize>,
    /// How much prose may still be listened to.
    pub(super) patience: usize,
    /// The last finding of this section, and whether it is a plain paragraph.
    pub(super) last: Option<(usize, bool)>,
    /// The level of the last heading that is a level of findings and no more.
    pub(super) levels_at: Option<u8>,
}

/// Bytes of prose beside the findings; a plain approval is not lost in more.
pub(super) const MOST_PROSE: usize = 64 * 1024;
pub(super) const PSEUDO: u8 = 7;
pub(super) const INSIDE_ITEM: u8 = 8;

impl Walk<'_> {
    fn run(&mut self) {
        let mut index = 0;
        while index < self.blocks.len() {
            let block = &self.blocks[index];
            self.close_items(index);
            let mut next = index + 1;
            match &block.kind {
                Kind::Heading(level) => self.heading(index, *level),
                Kind::Item { list } => self.enter_list(*list, index),
                Kind::Paragraph | Kind::Html => self.paragraph(index),
                Kind::Code => {
                    self.prose.code.push(block.range.clone());
                    self.foreign_block(&block.range);
                }
                Kind::Quote => {
                    self.prose.quotes.push(block.range.clone());
                    self.foreign_block(&block.range);
                }
                Kind::Row(row) => {
                    while self.blocks.get(next).is_some_and(|it| in_table(it, row.table)) {
                        next += 1;
                    }
                    table::read(self, index..next);
                }
                Kind::Rule => {
                    self.close_flow();
                    while self.opens.last().is_some_and(|it| matches!(it.until, Until::Heading(_)))
                    {
                        self.close_last();
                    }
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

    fn enter_list(&mut self, list: usize, item: usize) {
        if self.lists.len() <= list {
            let found = List { first: item, is_tagged: None };
            self.lists.resize(list + 1, found);
        }
    }

    /// Whether the list of an item that has no tag holds one that has.
    pub(super) fn is_in_tagged_list(&mut self, item: usize) -> bool {
        let Kind::Item { list } = self.blocks[item].kind else { return false };
        let Some(List { first, is_tagged }) = self.lists.get(list).copied() else { return false };
        let is_tagged = is_tagged.unwrap_or_else(|| {
            let items = items(self.blocks, first).filter(|it| *it != item);
            items.filter_map(|it| self.own_line(it)).any(|it| leading(it).grade.is_some())
        });
        self.lists[list].is_tagged = Some(is_tagged);
        is_tagged
    }

    /// The first line of an item that begins with a paragraph.
    fn own_line(&self, item: usize) -> Option<&str> {
        let block = self.blocks.get(item + 1)?;
        let is_own = block.kind == Kind::Paragraph && block.depth == self.blocks[item].depth + 1;
        is_own.then(|| first_line(&self.text[block.range.clone()]))
    }

    // Opening and closing

    pub(super) fn close_items(&mut self, index: usize) {
        let done = |until: Until| matches!(until, Until::Block(end) if end <= index);
        while self.opens.iter().any(|it| done(it.until)) {
            self.close_last();
        }
        while self.scopes.last().is_some_and(|it| it.until <= index) {
            self.leave_scope();
        }
    }

    pub(super) fn close_flow(&mut self) {
        while self.opens.last().is_some_and(|it| it.until == Until::Flow) {
            self.close_last();
        }
    }

    /// Closes headings that turned out to be no findings.
    pub(super) fn close_candidates(&mut self) {
        let empty = |it: &Open| {
            it.role == Role::Candidate
                && it.draft.grade.is_none()
                && matches!(it.until, Until::Heading(_))
        };
        while self.opens.last().is_some_and(empty) {
            self.close_last();
        }
    }

    pub(super) fn close_last(&mut self) {
        let Some(open) = self.opens.pop() else { return };
        let raised = match open.role {
            Role::Finding => true,
            Role::Required => open.draft.grade.is_some() || !open.nested,
            Role::Candidate => open.draft.grade.is_some(),
            Role::Answer(_) | Role::Settled => return,
        };
        if raised {
            self.last = Some((self.prose.drafts.len(), open.until == Until::Flow));
            self.prose.drafts.push(open.draft);
            return;
        }
        self.loose.extend(open.said);
    }

    pub(super) fn leave_scopes(&mut self, level: u8) {
        while self.scopes.last().is_some_and(|it| level <= it.level) {
            self.leave_scope();
        }
    }

    pub(super) fn leave_scope(&mut self) {
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
        self.end_section();
    }

    /// What follows the last finding of a section stays prose; a finding in
    /// paragraphs keeps it as its text as well.
    pub(super) fn end_section(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if let Some((last, true)) = self.last.take() {
            for index in pending {
                let range = self.loose[index].range.clone();
                let said = self.heard_alone(&range) != Heard::default();
                if said || is_verdict_line(&self.text[range.clone()]) {
                    break;
                }
                self.prose.drafts[last].attach(range);
            }
        }
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
            Section::Plain
            | Section::Findings
            | Section::Finding
            | Section::Group(_)
            | Section::Foreign => Place::Plain,
        }
    }

    pub(super) fn open(&mut self, role: Role, until: Until, draft: Draft) {
        self.recognise();
        if matches!(role, Role::Finding | Role::Required) {
            for open in &mut self.opens {
                open.nested = true;
            }
            self.take_pending();
        }
        self.push_open(role, until, draft);
    }

    pub(super) fn push_open(&mut self, role: Role, until: Until, draft: Draft) {
        // Only what may turn out to be no finding is listened to again.
        let said = if matches!(role, Role::Required | Role::Candidate) {
            let place = Some(self.place());
            let ranges = draft.ranges().iter().cloned();
            let mut said = Vec::with_capacity(USUAL_PARTS);
            said.extend(ranges.map(|range| Loose { range, place, taken: false }));
            said
        } else {
            Vec::new()
        };
        self.opens.push(Open { role, inner: None, until, draft, nested: false, said });
    }

    /// Paragraphs between two findings belong to the first.
    pub(super) fn take_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let Some((last, _)) = self.last else { return };
        for index in pending {
            let range = self.loose[index].range.clone();
            if !self.heard_alone(&range).approves {
                // It may be about the whole plan, and is listened to as well.
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

    /// Code or a quote: part of the finding around it, or somebody else's words.
    pub(super) fn foreign_block(&mut self, range: &Range<usize>) {
        let text = &self.text[range.clone()];
        let fenced = is_fenced(text) || text.trim_start().starts_with('>');
        let quoted = self.prose.quotes.last() == Some(range);
        let answer = self.opens.last().and_then(|it| match it.role {
            Role::Answer(index) => Some(index),
            Role::Finding | Role::Required | Role::Candidate | Role::Settled => None,
        });
        if let Some(index) = answer {
            self.block_under_answer(index, range);
        }
        let is_text = !fenced && !quoted;
        if self.opens.iter().all(|it| it.role == Role::Candidate) || answer.is_some() && is_text {
            let place = if is_text { Some(Place::Foreign) } else { None };
            self.loose.push(Loose { range: range.clone(), place, taken: false });
        }
        self.attach(range.clone());
    }

    /// Gives a block to what is open around it.
    pub(super) fn attach(&mut self, range: Range<usize>) {
        let start = self.line_start(range.start);
        if let Some(open) = self.opens.last_mut() {
            open.draft.attach(start..range.end);
        } else if let Some((last, _)) = self.last {
            self.prose.drafts[last].attach(start..range.end);
        }
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let line = memrchr(b'\n', &self.text.as_bytes()[..at]).map_or(0, |it| it + 1);
        let before = &self.text[line..at];
        let marks = |it: char| it.is_whitespace() || it == '>';
        if before.trim_matches(marks).is_empty() { line } else { at }
    }

    pub(super) fn say_loose(&mut self, range: Range<usize>) {
        let place = self.place();
        self.say(range, place);
    }

    pub(super) fn say(&mut self, range: Range<usize>, place: Place) {
        if self.last.is_some() && self.opens.is_empty() {
            self.pending.push(self.loose.len());
        }
        self.loose.push(Loose { range, place: Some(place), taken: false });
    }

    // What is said beside the findings

    /// `High: none` and `High: 2` say how many there are.
    pub(super) fn claim(&mut self, grade: &Grade, text: &str) {
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

    /// What a text says on its own, before it is known what it belongs to.
    pub(super) fn heard_alone(&mut self, range: &Range<usize>) -> Heard {
        if 600 < range.len() || self.patience < range.len() {
            return Heard::default();
        }
        self.patience -= range.len();
        Stance::default().hear(&self.text[range.clone()], Place::Plain)
    }

    fn hear(&mut self) {
        let mut left = MOST_PROSE;
        let loose = std::mem::take(&mut self.loose);
        for it in loose.iter().filter(|it| !it.taken) {
            let Some(rest) = left.checked_sub(it.range.len()) else {
                self.prose.stance.cut_short = true;
                break;
            };
            left = rest;
            let text = visible(&self.text[it.range.clone()]);
            match it.place {
                Some(place) => {
                    self.prose.stance.hear(&text, place);
                }
                None => {
                    let mut foreign = Stance::default();
                    foreign.hear(&text, Place::Foreign);
                    self.prose.stance.objections.append(&mut foreign.objections);
                    let refusals = text.lines().filter(|it| is_refusal_in_form(it)).take(1);
                    self.prose.stance.objections.extend(refusals.map(clip));
                }
            }
        }
        self.prose.drafts.sort_by_key(|it| it.start);
        // A paragraph is given to a finding later than the code that follows it.
        for draft in &mut self.prose.drafts {
            draft.sort();
        }
    }
}
