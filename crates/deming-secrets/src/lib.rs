//! Secret rules behind [`deming_core::secret::Scanner`]; their weight stays in this crate.
//!
//! Vendors' token shapes come from a library; names, sentences, tables,
//! commands, addresses and key blocks are judged here. Nothing here reads a
//! file, keeps a value or decides what is sent.

mod address;
mod assignment;
mod below;
mod call;
mod command;
mod encoded;
mod form;
#[cfg(test)]
mod generate;
mod hit;
mod join;
mod jwk;
mod key_name;
mod literal;
mod manifest;
mod normal;
mod pair;
mod placeholder;
mod private_key;
mod randomness;
mod report;
mod search;
mod shape;
mod table;
mod value;
mod vendor;
mod view;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use deming_core::secret::{ScanError, Scanner, Secret, mask_labels};

use crate::hit::{Hit, Source};
use crate::view::View;

/// Texts above this size, in bytes, are not scanned and so not sent.
pub const LARGEST_TEXT: usize = 8 * 1024 * 1024;

/// The scanner with all rules. Making one costs nothing; the first scan of a
/// process loads the rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleScanner;

impl Scanner for RuleScanner {
    fn scan(&self, text: &str) -> Result<Vec<Secret>, ScanError> {
        if LARGEST_TEXT < text.len() {
            let (size, limit) = (text.len() / 1024, LARGEST_TEXT / 1024);
            return Err(ScanError(format!("the text has {size} kB, more than {limit} kB")));
        }
        let masked = mask_labels(text);
        let hits = find(&masked).map_err(ScanError)?;
        Ok(report::secrets(text, &masked, hits))
    }
}

/// All hits in a text, in its own offsets.
fn find(text: &str) -> Result<Vec<Hit>, String> {
    let mut hits = vendor::find(text)?;
    hits.extend(address::find(text));
    hits.extend(command::find(text));
    hits.extend(decoded(text)?);
    let normal = normal::normalise(text).unwrap_or_else(|| View::identity(text));
    let mut seen = context(normal.text())?;
    seen.extend(vendor::find(&blank(normal.text()))?);
    hits.extend(seen.into_iter().map(|it| it.moved(|range| normal.source(range))));
    if let Some((outer, seams)) = join::join(normal.text()) {
        let joined = normal.then(outer);
        for window in windows(joined.text(), &seams) {
            let seen = look(&joined.text()[window.clone()])?;
            hits.extend(seen.into_iter().filter_map(|it| {
                let range = window.start + it.range.start..window.start + it.range.end;
                let crosses = seams.iter().any(|seam| range.start < *seam && *seam < range.end);
                crosses.then(|| Hit { range: joined.source(range), ..it })
            }));
        }
    }
    Ok(hits)
}

/// All hits in one view.
fn look(text: &str) -> Result<Vec<Hit>, String> {
    let mut hits = vendor::find(text)?;
    hits.extend(context(text)?);
    Ok(hits)
}

/// What names, sentences, tables, commands, addresses and marks give away.
fn context(text: &str) -> Result<Vec<Hit>, String> {
    let assigned = assignment::find(text).ok_or("the names could not be searched for")?;
    let mut hits = assigned;
    hits.extend(private_key::find(text));
    hits.extend(table::find(text));
    hits.extend(address::find(text));
    hits.extend(command::find(text));
    hits.extend(call::find(text));
    hits.extend(manifest::find(text));
    hits.extend(shape::find(text));
    hits.extend(jwk::find(text));
    hits.extend(below::find(text));
    Ok(hits)
}

/// The lines around each seam, overlaps united.
fn windows(text: &str, seams: &[usize]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for &seam in seams {
        let start = text[..seam].rmatch_indices('\n').nth(2).map_or(0, |it| it.0 + 1);
        let end = text[seam..].match_indices('\n').nth(1).map_or(text.len(), |it| seam + it.0);
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            Some(_) | None => windows.push(start..end),
        }
    }
    windows
}

/// What is found behind base64, all of it in one pass.
fn decoded(text: &str) -> Result<Vec<Hit>, String> {
    let runs = encoded::find(text);
    let mut plain = String::new();
    let mut places: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (place, run) in runs {
        let start = plain.len();
        plain.push_str(&run);
        places.push((start..plain.len(), place));
        plain.push_str("\n\n");
    }
    if plain.is_empty() {
        return Ok(Vec::new());
    }
    let hits = look(&plain)?.into_iter().filter_map(|it| {
        let (_, place) = places.iter().find(|(run, _)| run.contains(&it.range.start))?;
        Some(Hit { range: place.clone(), ..it })
    });
    Ok(hits.collect())
}

/// The same text with the marks around words as blanks, of the same length:
/// the rules take a blank for the end of a token, but not a bracket.
fn blank(text: &str) -> Cow<'_, str> {
    let marks = ['(', ')', '[', ']', '{', '}', ',', '*', '|', '<', '>', '!', '?', '~'];
    if !text.contains(marks) {
        return Cow::Borrowed(text);
    }
    let mut blanked = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends = characters.peek().is_none_or(|it| it.is_whitespace());
        let mark = marks.contains(&character) || matches!(character, '.' | ':') && ends;
        blanked.push(if mark { ' ' } else { character });
    }
    Cow::Owned(blanked)
}

impl Hit {
    fn moved(self, place: impl Fn(Range<usize>) -> Range<usize>) -> Self {
        Self { range: place(self.range), kind: self.kind, source: self.source }
    }

    fn is_specific(&self) -> bool {
        self.source == Source::Rule
    }
}
