//! From hits to findings: overlaps become one, equal values are found
//! everywhere, and each finding gets its kind and its action.

use deming_core::secret::{Action, Secret};

use crate::hit::{Hit, Source};
use crate::private_key::KIND as PRIVATE_KEY;

/// Shorter values are hidden where they were found and not elsewhere.
const SHORTEST_REPEATED: usize = 8;

/// The findings of a text; `masked` is the text that was looked at.
pub(crate) fn secrets(text: &str, masked: &str, hits: Vec<Hit>) -> Vec<Secret> {
    let hits = widen(text, hits);
    let repeated = repeats(masked, &hits);
    merge(hits.into_iter().chain(repeated).collect())
        .into_iter()
        .map(|hit| {
            let action = if hit.is_specific() { Action::Block } else { Action::Redact };
            Secret { span: hit.range, kind: hit.kind, action }
        })
        .collect()
}

/// Moves the ends to character boundaries and drops what is empty.
fn widen(text: &str, hits: Vec<Hit>) -> Vec<Hit> {
    hits.into_iter()
        .map(|mut hit| {
            hit.range.end = hit.range.end.min(text.len());
            while !text.is_char_boundary(hit.range.start) {
                hit.range.start -= 1;
            }
            while !text.is_char_boundary(hit.range.end) {
                hit.range.end += 1;
            }
            // The escaped line break behind a key belongs to it.
            if hit.kind == PRIVATE_KEY && text[hit.range.end..].starts_with("\\n") {
                hit.range.end += 2;
            }
            hit
        })
        .filter(|hit| hit.range.start < hit.range.end)
        .collect()
}

/// The same values elsewhere in the text.
fn repeats(text: &str, hits: &[Hit]) -> Vec<Hit> {
    let mut values: Vec<(&str, &Hit)> =
        hits.iter().map(|it| (&text[it.range.clone()], it)).collect();
    values.sort_by(|a, b| a.0.cmp(b.0).then(b.1.source.cmp(&a.1.source)));
    values.dedup_by(|a, b| a.0 == b.0);
    values
        .into_iter()
        .filter(|(value, _)| SHORTEST_REPEATED <= value.len())
        .flat_map(|(value, hit)| {
            text.match_indices(value)
                .map(|(start, _)| Hit { range: start..start + value.len(), ..hit.clone() })
        })
        .collect()
}

/// One hit for each stretch that hits cover; the strongest names it, and of
/// equals the longest.
fn merge(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| a.range.start.cmp(&b.range.start).then(b.range.end.cmp(&a.range.end)));
    let mut merged: Vec<(Hit, (Source, usize))> = Vec::new();
    for hit in hits {
        let rank = (hit.source, hit.range.len());
        match merged.last_mut() {
            Some((last, best)) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
                if *best < rank {
                    *best = rank;
                    last.kind = hit.kind;
                    last.source = hit.source;
                }
            }
            Some(_) | None => merged.push((hit, rank)),
        }
    }
    merged.into_iter().map(|it| it.0).collect()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    #[test]
    fn overlaps_become_one_and_the_strongest_names_it() {
        let hits = vec![
            Hit::context(4..20, "token"),
            Hit::rule(6..12, "vendor"),
            Hit::context(30..40, "password"),
        ];
        let want = vec![Hit::rule(4..20, "vendor"), Hit::context(30..40, "password")];
        assert_eq!(merge(hits), want);
    }

    #[test]
    fn equal_values_are_found_everywhere() {
        let text = "abcdefgh1 and abcdefgh1";
        let found = secrets(text, text, vec![Hit::rule(0..9, "vendor")]);
        let spans: Vec<Range<usize>> = found.into_iter().map(|it| it.span).collect();
        assert_eq!(spans, [0..9, 14..23]);
    }
}
