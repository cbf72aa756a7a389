//! Reads the tables of a reply: findings by row, answers by row, or counts.

use std::ops::Range;

use crate::reply::PriorStatus;
use crate::reply::draft::{Body, Draft};
use crate::reply::outline::Kind;
use crate::reply::phrases::Claim;
use crate::reply::prose::Walk;
use crate::reply::search::is_none_or_count;
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
    Text,
}

pub(super) fn read(walk: &mut Walk<'_>, blocks: Range<usize>) {
    let rows: Vec<(Range<usize>, Vec<&str>)> = blocks
        .filter_map(|index| match &walk.blocks[index].kind {
            Kind::Row { cells, .. } => {
                let words = cells.iter().map(|it| bare(&walk.text[it.clone()])).collect();
                // Markdown drops the cells of a row that has too many; they are no part of it.
                let range = cells.first()?.start..cells.last()?.end;
                Some((range, words))
            }
            Kind::Heading(_)
            | Kind::Item { .. }
            | Kind::Paragraph
            | Kind::Html
            | Kind::Code
            | Kind::Quote
            | Kind::Rule => None,
        })
        .collect();
    let Some(((head_range, head), body)) = rows.split_first() else { return };
    if let Some(claim) = counts(head, body) {
        walk.recognise();
        walk.prose.stance.claims.push(claim);
        walk.prose.accounted.extend(rows.iter().map(|it| it.0.clone()));
        return;
    }
    let columns: Vec<Column> = head.iter().map(|it| column(it)).collect();
    if columns.contains(&Column::Level) {
        walk.prose.accounted.push(head_range.clone());
    }
    for (range, cells) in body {
        row(walk, &columns, range, cells);
    }
}

fn row(walk: &mut Walk<'_>, columns: &[Column], range: &Range<usize>, cells: &[&str]) {
    let at = |wanted: Column| {
        let mut pairs = cells.iter().zip(columns);
        pairs.find(|it| *it.1 == wanted).map(|it| *it.0).filter(|it| !it.is_empty())
    };
    let rest: Vec<&str> = cells
        .iter()
        .enumerate()
        .filter(|(index, it)| {
            let column = columns.get(*index).copied().unwrap_or(Column::Text);
            !it.is_empty() && !matches!(column, Column::Level | Column::Name)
        })
        .map(|it| *it.1)
        .collect();
    let text = rest.join(" \u{2014} ");
    let level_cell = at(Column::Level);
    let own = cells.iter().find_map(|it| if it.len() < 24 { graded(it) } else { None });
    let grade = match level_cell {
        Some(word) => Some(match graded(word) {
            Some(level) => Grade::Known(level),
            None => Grade::Unknown(clip(word)),
        }),
        None => own.map(Grade::Known),
    };
    let draft = Draft { start: range.start, grade: grade.clone(), body: Body::Cells(text.clone()) };
    if let Some(name) = at(Column::Name).or_else(|| cells.first().copied()) {
        let status = at(Column::Status).or_else(|| cells.get(1).copied()).unwrap_or_default();
        let found = answers(&format!("{name}: {status}"));
        let mut answered = false;
        for answer in found {
            if walk.prior_level(answer.id).is_none() {
                continue;
            }
            let status = answer.status.unwrap_or(PriorStatus::NotFixed);
            walk.push_answer(answer.id, status, text.clone(), grade.as_ref(), range.start);
            answered = true;
        }
        if answered {
            walk.recognise();
            walk.prose.accounted.push(range.clone());
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
    let whole = cells.join(" ");
    let in_settled = walk.scope() == Section::Settled && !stands(&whole);
    if settled || in_settled {
        walk.recognise();
        walk.prose.accounted.push(range.clone());
        return;
    }
    let names_level = columns.contains(&Column::Level) || columns.contains(&Column::Finding);
    let holds = matches!(walk.scope(), Section::Findings | Section::Group(_));
    let empty = cells.iter().all(|it| it.is_empty() || is_none_or_count(it));
    if empty || (text.is_empty() && level_cell.is_none()) {
        walk.recognise();
    } else if is_none_or_count(&text) && level_cell.is_some() {
        walk.recognise();
        walk.prose.accounted.push(range.clone());
    } else if grade.is_some() || names_level || holds || walk.scope() == Section::Settled {
        let grade = draft.grade.clone().or_else(|| walk.group());
        if let Some(grade) = &grade {
            walk.note_unknown(grade);
        }
        walk.raise(Draft { grade, ..draft });
    } else {
        walk.say_loose(range.clone());
    }
}

/// A table that only counts: levels beside numbers, or levels over numbers.
fn counts(head: &[&str], body: &[(Range<usize>, Vec<&str>)]) -> Option<Claim> {
    let number = |it: &str| it.parse::<u32>().ok();
    let mut levels = Vec::new();
    if let [(_, cells)] = body
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
    for (_, cells) in body {
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
        _ => Column::Text,
    }
}

/// A cell without emphasis, backticks and emoji around it.
fn bare(cell: &str) -> &str {
    cell.trim_matches(|it: char| {
        it.is_whitespace() || "*_`~".contains(it) || (!it.is_ascii() && !it.is_alphanumeric())
    })
}
