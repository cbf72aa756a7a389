//! Finds blocking tags that no finding accounts for. A tag inside a minor finding
//! raises it; one that stands nowhere is handed back.

use std::collections::HashSet;
use std::ops::Range;

use crate::finding::Level;
use crate::reply::draft::Draft;
use crate::reply::prose::Prose;
use crate::reply::search::blocking_tags;
use crate::reply::source::{clip, text_of};
use crate::reply::tag::Grade;

/// Raises findings whose text holds a graver tag; returns tags outside of findings.
pub(super) fn promote(text: &str, prose: &mut Prose) -> Vec<Range<usize>> {
    let blocking = |it: &Draft| it.grade.as_ref().is_none_or(|it| it.level().is_blocking());
    if prose.drafts.iter().any(blocking) {
        return Vec::new();
    }
    let mut owners: Vec<(Range<usize>, usize)> = Vec::new();
    for (index, draft) in prose.drafts.iter().enumerate() {
        owners.extend(draft.ranges().iter().map(|it| (it.clone(), index)));
    }
    owners.sort_by_key(|it| it.0.start);
    prose.accounted.sort_by_key(|it| it.start);
    let mut hidden = Vec::new();
    let mut promoted = HashSet::new();
    for (range, level) in tags_of(text, &prose.code) {
        if covers(&prose.accounted, range.start) {
            continue;
        }
        let after = owners.partition_point(|it| it.0.start <= range.start);
        let owner = owners[..after].iter().rev().take(4).find(|it| it.0.contains(&range.start));
        match owner {
            Some((_, index)) if !in_code(&prose.code, range.start) => {
                let draft = &mut prose.drafts[*index];
                let own = draft.grade.as_ref().map(Grade::level);
                draft.grade = own.max(Some(level)).map(Grade::Known);
                promoted.insert(*index);
            }
            Some(_) | None => hidden.push(range),
        }
    }
    hidden.truncate(20);
    let mut promoted: Vec<usize> = promoted.into_iter().collect();
    promoted.sort_unstable();
    for draft in promoted.iter().take(20).map(|it| &prose.drafts[*it]) {
        prose.diagnostics.push(format!(
            "a blocking tag stands inside a finding, which was raised to it: `{}`",
            clip(&text_of(draft.body.clone(), text))
        ));
    }
    hidden
}

fn in_code(code: &[Range<usize>], at: usize) -> bool {
    let after = code.partition_point(|it| it.start <= at);
    after.checked_sub(1).is_some_and(|it| code[it].contains(&at))
}

/// Blocking tags; in code only those in brackets.
fn tags_of(text: &str, code: &[Range<usize>]) -> Vec<(Range<usize>, Level)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut scan = |range: Range<usize>, code: bool| {
        let tags = blocking_tags(&text[range.clone()], code);
        found.extend(
            tags.into_iter()
                .map(|(it, level)| (it.start + range.start..it.end + range.start, level)),
        );
    };
    for block in code {
        scan(at..block.start.max(at), false);
        scan(block.clone(), true);
        at = block.end.max(at);
    }
    scan(at..text.len(), false);
    found
}

/// Whether sorted ranges, which may overlap a little, hold a place.
fn covers(ranges: &[Range<usize>], at: usize) -> bool {
    let after = ranges.partition_point(|it| it.start <= at);
    ranges[..after].iter().rev().take(8).any(|it| it.contains(&at))
}
