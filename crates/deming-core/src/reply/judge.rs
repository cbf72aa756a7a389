//! Applies the rules to what was read: any blocking finding beats an approval,
//! a contradiction is never minor, and a doubt never approves.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::finding::{Counts, Finding, Level};
use crate::reply::alarm::says_it_blocks;
use crate::reply::draft::{Body, Draft};
use crate::reply::leftover::promote;
use crate::reply::phrases::Claim;
use crate::reply::prior::may_name_finding;
use crate::reply::prose::{self, MOST_PROSE, Prose};
use crate::reply::search::blocking_tags;
use crate::reply::source::{clip, line_at, text_of, unwrapped, without};
use crate::reply::status::answers;
use crate::reply::structured::{self, Structured, Word, normal};
use crate::reply::tag::Grade;
use crate::reply::{Decoded, PriorAnswer, PriorStatus, Raised, Reading, Reply};
use crate::verdict::{blocks, has_minor};

/// All that is known of a reply before the rules are applied.
#[derive(Default)]
pub(super) struct Judged {
    reply: Reply,
    /// Reasons why nothing here may approve, though it may count as minor.
    hesitations: Vec<String>,
    /// Reasons why nothing here may approve or count as minor.
    pub(super) doubts: Vec<String>,
    /// The same, of replies that object or contradict themselves.
    contradictions: Vec<String>,
    diagnostics: Vec<String>,
}

impl Judged {
    pub(super) fn of(text: &str, prior: &[Finding], wrappings: u32) -> Self {
        let structured = structured::read(text, prior);
        if 0 < wrappings
            && structured.spans.is_empty()
            && let Some(inner) = unwrapped(text)
        {
            let mut judged = Self::of(&inner, prior, wrappings - 1);
            judged.doubts.push("the whole reply is quoted".to_owned());
            return judged;
        }
        let outside = without(text, &structured.spans);
        let mut prose = prose::read(&outside, prior);
        for remark in &structured.remarks {
            read_remark(&mut prose, remark, &outside, prior);
        }
        let mut judged = Self::default();
        if prose.is_framed && !structured.spans.is_empty() {
            judged.doubts.push("the JSON stands beside a heading for somebody else's words".into());
        }
        judged.take_prose(&outside, &mut prose, prior);
        let said = prose.stance.approvals;
        if judged.reply.raised.is_empty() && structured.raised.is_empty() && said == 0 {
            judged.take_quoted(&outside, &prose, prior);
        }
        judged.take_structured(structured, said);
        judged
    }

    fn take_prose(&mut self, text: &str, prose: &mut Prose, prior: &[Finding]) {
        let hidden = promote(text, prose);
        for draft in std::mem::take(&mut prose.drafts) {
            let words = text_of(draft.body, text);
            if draft.grade.is_none() {
                self.diagnostics
                    .push(format!("a finding without a level counts as high: `{}`", clip(&words)));
            }
            if let Some(Grade::Unknown(word)) = &draft.grade {
                self.diagnostics.push(format!("`{word}` is not a level; it counts as high"));
            }
            let level = draft.grade.as_ref().map_or(Level::High, Grade::level);
            self.reply.raised.push(Raised { level, text: words });
        }
        self.reply.prior.append(&mut prose.answers);
        if prose.stance.all_settled {
            self.settle_all(prior);
        }
        self.contradictions.extend(hidden.into_iter().map(|range| {
            format!("a blocking tag belongs to no finding: `{}`", clip(line_at(text, range.start)))
        }));
        for sentence in std::mem::take(&mut prose.stance.objections) {
            self.contradictions.push(format!("the reply objects: `{sentence}`"));
        }
        if prose.stance.cut_short {
            let most = MOST_PROSE / 1024;
            self.contradictions.push(format!(
                "the reply holds more than {most} kB of prose beside its findings; the rest was not read"
            ));
        }
        for sentence in std::mem::take(&mut prose.stance.doubts) {
            self.doubts.push(format!("not understood as harmless: `{sentence}`"));
        }
        for sentence in std::mem::take(&mut prose.stance.hesitations) {
            self.hesitations.push(format!("an approval would not be plain: `{sentence}`"));
        }
        let claims = std::mem::take(&mut prose.stance.claims);
        self.check_claims(&claims);
        self.diagnostics.append(&mut prose.diagnostics);
    }

    /// "All earlier findings are fixed" answers those that have no answer of their own.
    fn settle_all(&mut self, prior: &[Finding]) {
        for finding in prior {
            if self.reply.prior.iter().all(|it| it.id != finding.id) {
                self.reply.prior.push(PriorAnswer {
                    id: finding.id,
                    status: PriorStatus::Fixed,
                    note: String::new(),
                });
            }
        }
    }

    /// Findings that stand in code or quotes alone; they cannot be passed over.
    fn take_quoted(&mut self, text: &str, prose: &Prose, prior: &[Finding]) {
        for range in prose.code.iter().chain(&prose.quotes) {
            let piece = &text[range.clone()];
            if blocking_tags(piece, true).is_empty() {
                continue;
            }
            let inner: String = piece
                .lines()
                .map(|line| line.trim_start_matches(['>', ' ']).to_owned() + "\n")
                .filter(|line| !line.starts_with("```") && !line.starts_with("~~~"))
                .collect();
            let mut quoted = prose::read(&inner, prior);
            promote(&inner, &mut quoted);
            for draft in quoted.drafts {
                let level = draft.grade.as_ref().map_or(Level::High, Grade::level);
                self.reply.raised.push(Raised { level, text: text_of(draft.body, &inner) });
            }
            self.doubts.push("findings stand in a quote or in code".to_owned());
        }
    }

    /// JSON decides about an approval where it holds a verdict.
    fn take_structured(&mut self, mut structured: Structured, said: usize) {
        self.check_claims_of(&structured);
        self.contradictions.append(&mut structured.contradictions);
        self.doubts.append(&mut structured.doubts);
        self.diagnostics.append(&mut structured.diagnostics);
        let verdicts = &structured.verdicts;
        let approves = verdicts.contains(&Word::Approve);
        let all_approve = verdicts.iter().all(|it| *it == Word::Approve);
        if approves && !all_approve {
            self.contradictions.push("the verdicts of the reply disagree".to_owned());
        }
        if verdicts.contains(&Word::Reject) {
            self.contradictions.push("the verdict rejects the plan".to_owned());
        }
        if 0 < said && !verdicts.is_empty() && !approves {
            self.doubts.push("prose and verdict disagree".to_owned());
        }
        self.reply.approves = if verdicts.is_empty() { 0 < said } else { all_approve };
        let restated = std::mem::take(&mut self.reply.raised);
        let has_json = !structured.spans.is_empty();
        self.reply.raised = structured.raised;
        if has_json {
            self.merge(restated);
        } else {
            self.reply.raised.extend(restated);
        }
        self.reply.prior.append(&mut structured.answers);
    }

    /// Adds findings of the prose that the JSON does not restate.
    fn merge(&mut self, prose: Vec<Raised>) {
        if prose.is_empty() {
            return;
        }
        let known: HashSet<String> = self.reply.raised.iter().map(|it| normal(&it.text)).collect();
        let comparable = prose.len().saturating_mul(self.reply.raised.len()) < 4096;
        let bags: Vec<(Level, HashSet<String>)> = if comparable {
            self.reply.raised.iter().map(|it| (it.level, bag(&it.text))).collect()
        } else {
            Vec::new()
        };
        for finding in prose {
            let words = bag(&finding.text);
            let similar = bags.iter().any(|(level, other)| {
                let shared = words.intersection(other).count();
                *level >= finding.level && words.len().min(other.len()) <= shared * 2
            });
            if !similar && !known.contains(&normal(&finding.text)) {
                self.diagnostics.push(format!(
                    "a finding stands beside the JSON and was added: `{}`",
                    clip(&finding.text)
                ));
                self.reply.raised.push(finding);
            }
        }
    }

    fn check_claims(&mut self, claims: &[Claim]) {
        let counts = Counts::of(self.reply.raised.iter().map(|it| it.level));
        self.compare(claims, counts);
    }

    fn check_claims_of(&mut self, structured: &Structured) {
        let counts = Counts::of(structured.raised.iter().map(|it| it.level));
        self.compare(&structured.claims, counts);
    }

    fn compare(&mut self, claims: &[Claim], counts: Counts) {
        for claim in claims {
            for (level, count) in &claim.levels {
                if counts.get(*level) != *count {
                    self.contradictions.push(format!(
                        "the reply speaks of {count} {} findings and lists {}",
                        level.word(),
                        counts.get(*level)
                    ));
                }
            }
            if let Some(total) = claim.total
                && total != counts.total()
            {
                self.contradictions.push(format!(
                    "the reply speaks of {total} findings and lists {}",
                    counts.total()
                ));
            }
        }
    }

    pub(super) fn decide(mut self, prior: &[Finding]) -> Decoded {
        self.take_back_answers();
        self.one_answer_each();
        for finding in prior {
            if self.reply.prior.iter().all(|it| it.id != finding.id) {
                self.diagnostics.push(format!("{} has no answer; it stands", finding.id));
            }
        }
        for finding in self.reply.raised.iter().filter(|it| !it.level.is_blocking()) {
            if says_it_blocks(&finding.text) {
                self.contradictions.push(format!(
                    "a minor finding says that it blocks: `{}`",
                    clip(&finding.text)
                ));
            }
        }
        let left = self.reply.prior.iter().filter(|it| it.status == PriorStatus::NotFixed);
        for answer in left.filter(|it| says_it_blocks(&it.note)) {
            self.contradictions.push(format!(
                "the note on {} says that it blocks: `{}`",
                answer.id,
                clip(&answer.note)
            ));
        }
        let blocked = blocks(&self.reply, prior);
        let minor = has_minor(&self.reply);
        let plain = self.contradictions.is_empty() && self.doubts.is_empty();
        if self.reply.approves {
            let reasons = self.contradictions.iter().chain(&self.doubts);
            self.diagnostics.extend(reasons.chain(&self.hesitations).cloned());
            if blocked {
                self.diagnostics
                    .push("the reply approves although a blocking finding is open".to_owned());
            } else if !plain || !self.hesitations.is_empty() {
                self.reply.approves = false;
            }
        } else {
            self.diagnostics.append(&mut self.contradictions.clone());
            if minor && !blocked {
                self.diagnostics.append(&mut self.doubts.clone());
            }
        }
        let answered = self.reply.prior.iter().any(|it| it.status == PriorStatus::NotFixed);
        let seen = self.reply.raised.iter().any(|it| it.level.is_blocking()) || answered;
        let readable = if blocked {
            seen || self.reply.approves || minor || !self.reply.prior.is_empty()
        } else {
            (self.reply.approves || minor) && plain
        };
        if !readable {
            // Why an approval was not taken for one.
            let approves = |it: &&String| it.contains("`approved") || it.contains("`lgtm");
            let reasons = self.doubts.iter().chain(&self.hesitations);
            self.diagnostics.extend(reasons.filter(approves).cloned());
            self.diagnostics.push("no finding and no plain approval could be read".to_owned());
        }
        let mut said = HashSet::new();
        self.diagnostics.retain(|it| said.insert(it.clone()));
        self.diagnostics.truncate(50);
        Decoded {
            reading: if readable { Reading::Read(self.reply) } else { Reading::Unreadable },
            diagnostics: self.diagnostics.into_iter().map(Diagnostic::new).collect(),
        }
    }

    /// A new finding such as `F1 is not fixed` speaks against the answer to F1.
    fn take_back_answers(&mut self) {
        let settled = |it: &PriorAnswer| it.status != PriorStatus::NotFixed;
        if !self.reply.prior.iter().any(settled) {
            return;
        }
        let answered: HashSet<_> = self.reply.prior.iter().map(|it| it.id).collect();
        for line in self.reply.raised.iter().flat_map(|it| it.text.lines()) {
            if !may_name_finding(line) {
                continue;
            }
            let open = answers(line)
                .into_iter()
                .filter(|it| it.status == Some(PriorStatus::NotFixed) && answered.contains(&it.id));
            let note = line.trim();
            self.reply.prior.extend(open.map(|it| PriorAnswer {
                id: it.id,
                status: PriorStatus::NotFixed,
                note: note.to_owned(),
            }));
        }
    }

    /// Two answers to one finding: the one that leaves it open counts.
    fn one_answer_each(&mut self) {
        let mut answers: Vec<PriorAnswer> = Vec::new();
        for answer in std::mem::take(&mut self.reply.prior) {
            match answers.iter_mut().find(|it| it.id == answer.id) {
                None => answers.push(answer),
                Some(first) if first.status == answer.status => {}
                Some(first) => {
                    self.diagnostics
                        .push(format!("{} has two answers; it counts as not fixed", answer.id));
                    if answer.status == PriorStatus::NotFixed {
                        *first = answer;
                    } else {
                        first.status = PriorStatus::NotFixed;
                    }
                }
            }
        }
        self.reply.prior = answers;
    }
}

/// Reads a free text field of a JSON reply like prose.
fn read_remark(prose: &mut Prose, remark: &str, text: &str, prior: &[Finding]) {
    let read = prose::read(remark, prior);
    for draft in &read.drafts {
        let words = text_of(draft.body.clone(), remark);
        let body = Body::Cells(words);
        prose.drafts.push(Draft { start: text.len(), grade: draft.grade.clone(), body });
    }
    let mut stance = read.stance;
    prose.stance.doubts.append(&mut stance.doubts);
    prose.stance.doubts.append(&mut stance.hesitations);
    prose.stance.objections.append(&mut stance.objections);
    prose.stance.claims.append(&mut stance.claims);
    prose.stance.cut_short |= stance.cut_short;
    for (range, _) in blocking_tags(remark, false) {
        let covered =
            read.drafts.iter().flat_map(Draft::ranges).any(|it| it.contains(&range.start));
        if !covered && read.drafts.is_empty() {
            prose.stance.doubts.push(format!("a remark holds a tag: `{}`", clip(remark)));
        }
    }
}

fn bag(text: &str) -> HashSet<String> {
    text.split(|it: char| !it.is_alphanumeric())
        .filter(|it| 2 < it.len())
        .map(str::to_lowercase)
        .collect()
}
