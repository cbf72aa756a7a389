//! Reads the tables of a reply: findings by row, answers by row, or counts.

use std::ops::Range;

use memchr::{memchr, memchr2};

use crate::bytes::holds;
use crate::reply::PriorStatus;
use crate::reply::approval::Place;
use crate::reply::denial::{asks_for_more, denies, is_crossed, names_fault};
use crate::reply::draft::{Body, Draft};
use crate::reply::outline::Kind;
use crate::reply::phrases::Claim;
use crate::reply::prose::{Role, Until, Walk};
use crate::reply::search::{blocking_tags, is_none_or_count};
use crate::reply::section::Section;
use crate::reply::source::clip;
use crate::reply::status::{answers, stands};
use crate::reply::tag::{Grade, graded};

/// What a column holds, by its heading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Column {
    Level,
    /// The number or the name of a finding.
    Name,
    Status,
    /// What is wrong; its rows are findings even without a level.
    Finding,
    /// What is wanted of a finding, not what became of it.
    Wanted,
    /// What would speak against an answer: that the finding blocks, or leaves something.
    Against,
    Text,
}

impl Column {
    /// Whether the heading says nothing of what its cells are to a reader of findings.
    fn is_plain(self) -> bool {
        matches!(self, Self::Text | Self::Wanted | Self::Against)
    }
}

/// The source of a row and the words of its cells.
struct Row<'a> {
    range: Range<usize>,
    cells: Vec<&'a str>,
}

pub(super) fn read(walk: &mut Walk<'_>, blocks: Range<usize>) {
    let (text, all) = (walk.text, walk.blocks);
    if is_part_of_a_finding(walk, blocks.clone()) {
        let range = all[blocks.start].range.start..all[blocks.end - 1].range.end;
        walk.attach(range);
        return;
    }
    let mut body = all[blocks].iter().filter_map(|it| row_of(text, &it.kind));
    let Some(head) = body.next() else { return };
    if let Some(claim) = counts(&head.cells, body.clone()) {
        walk.recognise();
        walk.prose.stance.claims.push(claim);
        let rows = [head].into_iter().chain(body).map(|it| it.range);
        walk.prose.accounted.extend(rows.filter(|it| is_untagged(text, it)));
        return;
    }
    let columns: Vec<Column> = head.cells.iter().map(|it| column(it)).collect();
    if columns.contains(&Column::Level) && is_untagged(text, &head.range) {
        walk.prose.accounted.push(head.range);
    } else if columns.iter().all(|it| it.is_plain()) {
        // What heads a column is no statement of its own.
        let approves = walk.heard_alone(&head.range).approves;
        walk.say(head.range, if approves { Place::Foreign } else { Place::Title });
    }
    for it in body {
        row(walk, &columns, it);
    }
}

/// Whether a table inside an item or under the heading of a finding names no level
/// and answers nothing.
fn is_part_of_a_finding(walk: &Walk<'_>, blocks: Range<usize>) -> bool {
    let inside = walk.opens.last().is_some_and(|it| {
        matches!(it.role, Role::Finding | Role::Required) && it.until != Until::Flow
    });
    let mut rows = walk.blocks[blocks].iter().filter_map(|it| row_of(walk.text, &it.kind));
    inside
        && rows.next().is_some_and(|it| it.cells.iter().all(|it| column(it).is_plain()))
        && rows.all(|it| it.cells.iter().all(|it| graded(it).is_none() && answers(it).is_empty()))
}

/// "High" may head a column or a count; in brackets it is meant for a finding.
fn is_untagged(text: &str, row: &Range<usize>) -> bool {
    blocking_tags(&text[row.clone()], true).is_empty()
}

fn row_of<'a>(text: &'a str, kind: &Kind) -> Option<Row<'a>> {
    match kind {
        Kind::Row(row) => {
            let cells = &row.cells;
            // Markdown drops the cells of a row that has too many; they are no part of it.
            let range = cells.first()?.start..cells.last()?.end;
            let cells = cells.iter().map(|it| bare(&text[it.clone()])).collect();
            Some(Row { range, cells })
        }
        Kind::Heading(_)
        | Kind::Item { .. }
        | Kind::Paragraph
        | Kind::Html
        | Kind::Code
        | Kind::Quote
        | Kind::Rule => None,
    }
}

fn row(walk: &mut Walk<'_>, columns: &[Column], row: Row<'_>) {
    let Row { range, cells } = row;
    let at = |wanted: Column| {
        let mut pairs = cells.iter().zip(columns);
        pairs.find(|it| *it.1 == wanted).map(|it| *it.0).filter(|it| !it.is_empty())
    };
    let text = words_of(&cells, columns);
    let level_cell = at(Column::Level);
    let grade = match level_cell {
        Some(word) => Some(match graded(word) {
            Some(level) => Grade::Known(level),
            None => Grade::Unknown(clip(word)),
        }),
        None => cells
            .iter()
            .find_map(|it| if it.len() < 24 { graded(it) } else { None })
            .map(Grade::Known),
    };
    if let Some(name) = at(Column::Name).or_else(|| cells.first().copied()) {
        let second = columns.get(1).is_none_or(|it| *it != Column::Wanted);
        let second = if second { cells.get(1).copied() } else { None };
        let status = at(Column::Status).or(second).unwrap_or_default();
        let against = at(Column::Against).is_some_and(|it| !is_none_or_count(it));
        let is_taken_back = against || is_crossed(&walk.text[range.clone()]);
        let answer = Answer { name, status, text: &text, is_taken_back };
        if let Some(settled) = answered(walk, &answer, grade.as_ref(), range.start) {
            walk.recognise();
            if settled || is_untagged(walk.text, &range) {
                walk.prose.accounted.push(range);
            }
            return;
        }
    }
    let status = at(Column::Status);
    let settled = status.is_some_and(|it| {
        matches!(
            crate::reply::status::status(it),
            Some(PriorStatus::Fixed | PriorStatus::Withdrawn)
        )
    });
    if settled || walk.scope() == Section::Settled && !stands(&cells.join(" ")) {
        walk.recognise();
        walk.prose.accounted.push(range);
        return;
    }
    let names_level = columns.contains(&Column::Level) || columns.contains(&Column::Finding);
    let holds = matches!(walk.scope(), Section::Findings | Section::Group(_));
    let empty = cells.iter().all(|it| it.is_empty() || is_none_or_count(it));
    if empty || (text.is_empty() && level_cell.is_none()) {
        walk.recognise();
    } else if is_none_or_count(&text) && level_cell.is_some() {
        walk.recognise();
        if let Some(grade) = &grade {
            walk.claim(grade, &text);
        }
        if is_untagged(walk.text, &range) {
            walk.prose.accounted.push(range);
        }
    } else if grade.is_some() || names_level || holds || walk.scope() == Section::Settled {
        let grade = grade.or_else(|| walk.group());
        if let Some(grade) = &grade {
            walk.note_unknown(grade);
        }
        walk.raise(Draft { start: range.start, grade, body: Body::Cells(text) });
    } else {
        walk.say_loose(range);
    }
}

/// The cells that say something about the finding, without its level and its name.
fn words_of(cells: &[&str], columns: &[Column]) -> String {
    let mut text = String::with_capacity(cells.iter().map(|it| it.len() + 5).sum());
    for (index, cell) in cells.iter().enumerate() {
        let column = columns.get(index).copied().unwrap_or(Column::Text);
        let says_nothing = cell.is_empty() || column == Column::Against && is_none_or_count(cell);
        if says_nothing || matches!(column, Column::Level | Column::Name) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(" \u{2014} ");
        }
        text.push_str(cell);
    }
    text
}

/// The cells of a row that may answer earlier findings.
struct Answer<'a> {
    name: &'a str,
    status: &'a str,
    /// All that is said of it.
    text: &'a str,
    /// Another cell or a sign says that it is not so.
    is_taken_back: bool,
}

/// Takes a row as the answer to earlier findings, if its first words name any;
/// says whether the row settles all of them.
fn answered(
    walk: &mut Walk<'_>,
    row: &Answer<'_>,
    grade: Option<&Grade>,
    start: usize,
) -> Option<bool> {
    let Answer { name, status: word, text, is_taken_back } = *row;
    let pieces = [name, word].map(str::as_bytes);
    // The name of a finding has an `f` and a digit; their wide forms begin with this byte.
    let wide = pieces.iter().any(|it| memchr(0xef, it).is_some());
    let digit = || pieces.iter().any(|it| holds(it, |byte| byte.is_ascii_digit()));
    let letter = || pieces.iter().any(|it| memchr2(b'f', b'F', it).is_some());
    let may_name = wide || (digit() && letter());
    if !may_name {
        return None;
    }
    let mut settled = None;
    for answer in answers(&format!("{name}: {word}")) {
        if walk.prior_level(answer.id).is_none() {
            continue;
        }
        let mut status = answer.status.unwrap_or(PriorStatus::NotFixed);
        if status == PriorStatus::Fixed {
            // A cell beside the status can take it back, or speak of something else.
            let whole = crate::reply::status::status(&format!("{word}, {text}"));
            status = whole.unwrap_or(status);
            if is_taken_back || denies(text) || text.split(" \u{2014} ").any(is_denial) {
                status = PriorStatus::NotFixed;
            }
            if names_fault(text) || asks_for_more(text) {
                walk.raise(Draft { start, grade: None, body: Body::Cells(text.to_owned()) });
            }
        }
        walk.push_answer(answer.id, status, text.to_owned(), grade, start);
        settled = Some(settled != Some(false) && status != PriorStatus::NotFixed);
    }
    settled
}

/// A cell that says "no" to the question of its column.
fn is_denial(cell: &str) -> bool {
    let cell = cell.to_ascii_lowercase();
    matches!(cell.as_str(), "no" | "n" | "false" | "open" | "rejected" | "disagree" | "\u{2717}")
}

/// A table that only counts: levels beside numbers, or levels over numbers.
fn counts<'a>(head: &[&str], body: impl Iterator<Item = Row<'a>> + Clone) -> Option<Claim> {
    let number = |it: &str| it.parse::<u32>().ok();
    let mut levels = Vec::new();
    let mut rows = body.clone();
    if let (Some(Row { cells, .. }), None) = (rows.next(), rows.next())
        && head.len() == cells.len()
        && head.iter().any(|it| graded(it).is_some())
        && cells.iter().all(|it| it.is_empty() || number(it).is_some() || it.contains("ount"))
    {
        for (name, cell) in head.iter().zip(cells) {
            if let (Some(level), Some(count)) = (graded(name), number(cell)) {
                levels.push((level, count));
            }
        }
        return Some(Claim { levels, total: None });
    }
    for Row { cells, .. } in body {
        let [name, count] = cells.as_slice() else { return None };
        let count = number(count)?;
        match graded(name) {
            Some(level) => levels.push((level, count)),
            None if name.to_ascii_lowercase().contains("total") => {}
            None => return None,
        }
    }
    (!levels.is_empty()).then_some(Claim { levels, total: None })
}

fn column(heading: &str) -> Column {
    match heading.to_ascii_lowercase().as_str() {
        "severity" | "level" | "priority" | "sev" | "sev." | "prio" | "risk" | "risk level"
        | "severity level" | "grade" | "rating" => Column::Level,
        "id" | "#" | "no" | "no." | "nr" | "finding id" | "prior finding" | "prior"
        | "earlier finding" | "previous finding" | "finding #" => Column::Name,
        "status" | "resolution" | "state" | "answer" | "outcome" => Column::Status,
        "issue" | "finding" | "problem" | "concern" | "defect" | "issues" | "findings"
        | "problems" | "concerns" => Column::Finding,
        other => column_by_words(other),
    }
}

/// A column whose heading is no usual one.
fn column_by_words(heading: &str) -> Column {
    let mut words = heading.split(|it: char| !it.is_alphanumeric());
    let is_wanted = |it: &str| {
        matches!(
            it,
            "target"
                | "required"
                | "expected"
                | "desired"
                | "planned"
                | "wanted"
                | "needed"
                | "goal"
        )
    };
    let is_against = |it: &str| {
        matches!(
            it,
            "blocks"
                | "blocking"
                | "blocker"
                | "remaining"
                | "open"
                | "unresolved"
                | "left"
                | "outstanding"
                | "missing"
        )
    };
    match words.find(|it| is_wanted(it) || is_against(it)) {
        Some(word) if is_wanted(word) => Column::Wanted,
        Some(_) => Column::Against,
        None if heading == "new risk" || heading == "new risks" => Column::Against,
        None => Column::Text,
    }
}

/// A cell without emphasis, backticks and emoji around it.
fn bare(cell: &str) -> &str {
    cell.trim_matches(|it: char| {
        matches!(it, '*' | '_' | '`' | '~')
            || it.is_whitespace()
            || (!it.is_ascii() && !it.is_alphanumeric())
    })
}
