//! Reads what an agent hands over: fields that begin with `Label:`, as text or
//! as a list. What belongs nowhere is named with its line, never dropped.

use crate::clean::clean;
use crate::session::prefix::{bullet, is_fence};

/// What a form can hold.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As it is shown, and as it is written: `Approach`.
    pub label: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    pub is_list: bool,
}

impl Field {
    pub const fn text(label: &'static str, aliases: &'static [&'static str]) -> Self {
        Self { label, aliases, is_list: false }
    }

    pub const fn list(label: &'static str, aliases: &'static [&'static str]) -> Self {
        Self { label, aliases, is_list: true }
    }
}

/// Why an input is not taken. Lines count from 1.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FormError {
    #[error("line {line} belongs to no field: `{text}`")]
    NoField { line: usize, text: String, fields: String },
    #[error("the field `{label}` is there twice, at line {first} and at line {line}")]
    Twice { label: &'static str, first: usize, line: usize },
    #[error("line {line} is no item of the list `{label}`: `{text}`")]
    NoItem { label: &'static str, line: usize, text: String, fields: String },
    #[error("`{label}` is missing")]
    Missing { label: &'static str, hint: &'static str },
    #[error("{labels} are missing")]
    SeveralMissing { labels: String, hints: String },
    #[error("`{label}` is not clear: `{text}`")]
    Unclear { label: &'static str, text: String, hint: &'static str },
    #[error("{what}")]
    Wrong { what: String, hint: &'static str },
}

impl FormError {
    /// One thing to do.
    pub fn hint(&self) -> String {
        match self {
            Self::NoField { fields, .. } => {
                format!("start a field with its label at the line's beginning: {fields}")
            }
            Self::Twice { .. } => "write each field once".to_owned(),
            Self::NoItem { fields, .. } => format!(
                "start an item with `- `, indent its further lines, or start a field: {fields}"
            ),
            Self::SeveralMissing { hints, .. } => format!("add the lines {hints}"),
            Self::Missing { hint, .. } | Self::Unclear { hint, .. } | Self::Wrong { hint, .. } => {
                (*hint).to_owned()
            }
        }
    }
}

/// An input taken apart into its fields.
#[derive(Debug)]
pub struct Form {
    filled: Vec<Filled>,
}

#[derive(Debug)]
struct Filled {
    label: &'static str,
    line: usize,
    text: String,
    items: Vec<String>,
}

impl Form {
    /// Reads an input. Text before the first label belongs to the field
    /// `default`, if there is one.
    ///
    /// # Errors
    /// When a line belongs to no field, or a field is there twice.
    pub fn read(
        input: &str,
        fields: &[Field],
        default: Option<&'static str>,
    ) -> Result<Self, FormError> {
        let input = clean(input);
        let mut parts: Vec<(Option<&Field>, usize, Vec<&str>)> = vec![(None, 1, vec![])];
        let mut is_code = false;
        for (index, line) in input.lines().enumerate() {
            is_code ^= is_fence(line);
            match labelled(line, fields).filter(|_| !is_code) {
                Some((field, rest)) => parts.push((Some(field), index + 1, vec![rest])),
                None => {
                    if let Some(part) = parts.last_mut() {
                        part.2.push(line);
                    }
                }
            }
        }
        let mut form = Self { filled: vec![] };
        for (field, line, lines) in parts {
            let is_empty = lines.iter().all(|it| it.trim().is_empty());
            let field = match field {
                Some(field) => field,
                None if is_empty => continue,
                None => match fields.iter().find(|it| Some(it.label) == default) {
                    Some(field) => field,
                    None => {
                        let found = lines.iter().enumerate().find(|it| !it.1.trim().is_empty());
                        let (offset, text) = found.unwrap_or((0, &""));
                        return Err(FormError::NoField {
                            line: line + offset,
                            text: shown(text),
                            fields: names(fields),
                        });
                    }
                },
            };
            if let Some(known) = form.filled.iter().find(|it| it.label == field.label) {
                return Err(FormError::Twice { label: field.label, first: known.line, line });
            }
            let items = match field.is_list {
                true => items(field, line, &lines, fields)?,
                false => vec![],
            };
            let text = lines.join("\n").trim().to_owned();
            form.filled.push(Filled { label: field.label, line, text, items });
        }
        Ok(form)
    }

    pub fn is_empty(&self) -> bool {
        self.filled.is_empty()
    }

    /// The text of a field, unless it is absent or empty.
    pub fn text(&self, label: &str) -> Option<&str> {
        self.find(label).map(|it| it.text.as_str()).filter(|it| !it.is_empty())
    }

    /// # Errors
    /// When the field is absent or empty.
    pub fn required(&self, label: &'static str, hint: &'static str) -> Result<String, FormError> {
        match self.text(label) {
            Some(text) => Ok(text.to_owned()),
            None => Err(FormError::Missing { label, hint }),
        }
    }

    /// Several fields at once, each with a hint, so that all that is missing is
    /// named in one answer.
    ///
    /// # Errors
    /// When one or more of them are absent or empty.
    pub fn need(&self, fields: &[(&'static str, &'static str)]) -> Result<(), FormError> {
        let missing: Vec<_> =
            fields.iter().copied().filter(|it| self.text(it.0).is_none()).collect();
        match missing.as_slice() {
            [] => Ok(()),
            [(label, hint)] => Err(FormError::Missing { label, hint }),
            several => {
                let labels: Vec<String> = several.iter().map(|it| format!("`{}`", it.0)).collect();
                let hints: Vec<String> =
                    several.iter().map(|(label, hint)| format!("`{label}: …` ({hint})")).collect();
                let (labels, hints) = (labels.join(" and "), hints.join(" and "));
                Err(FormError::SeveralMissing { labels, hints })
            }
        }
    }

    /// The items of a list; `None` where the field is absent. A list that says
    /// `none` is empty.
    pub fn list(&self, label: &str) -> Option<&[String]> {
        self.find(label).map(|it| it.items.as_slice())
    }

    fn find(&self, label: &str) -> Option<&Filled> {
        self.filled.iter().find(|it| it.label == label)
    }
}

/// `Approach: …`, `**Approach:** …` or `## Approach`, not indented.
fn labelled<'l, 'f>(line: &'l str, fields: &'f [Field]) -> Option<(&'f Field, &'l str)> {
    let is_heading = line.starts_with('#');
    let plain = line.trim_start_matches(['#', '*']).trim_start_matches(match is_heading {
        true => " ",
        false => "*",
    });
    let (name, rest) = match plain.split_once([':', '：']) {
        Some((name, rest)) => (name, rest.trim_start_matches('*')),
        None if is_heading => (plain, ""),
        None => return None,
    };
    let name = name.trim_end_matches(['*', ' ']).to_lowercase();
    let is_called = |it: &&Field| {
        it.label.to_lowercase() == name || it.aliases.iter().any(|alias| *alias == name)
    };
    fields.iter().find(is_called).map(|it| (it, rest.trim()))
}

fn items(
    field: &Field,
    first: usize,
    lines: &[&str],
    fields: &[Field],
) -> Result<Vec<String>, FormError> {
    let filled = || lines.iter().enumerate().filter(|it| !it.1.trim().is_empty());
    // A list may be indented as a whole.
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let margin = filled().filter(|it| 0 < it.0).map(|it| blanks(it.1)).min().unwrap_or(0);
    let lines =
        || filled().map(|(at, line)| (at, line.get(margin..).filter(|_| 0 < at).unwrap_or(line)));
    let has_bullets = lines().any(|it| bullet(it.1).is_some());
    let mut items: Vec<String> = vec![];
    for (offset, line) in lines() {
        let is_inside = line.starts_with([' ', '\t']);
        match bullet(line) {
            Some(text) => items.push(text.to_owned()),
            None if is_inside && !items.is_empty() => {
                if let Some(item) = items.last_mut() {
                    item.push('\n');
                    item.push_str(line.trim());
                }
            }
            // On the line of the label, or in a list without any bullet.
            None if offset == 0 || !has_bullets => items.push(line.trim().to_owned()),
            None => {
                return Err(FormError::NoItem {
                    label: field.label,
                    line: first + offset,
                    text: shown(line),
                    fields: names(fields),
                });
            }
        }
    }
    items.retain(|it| !["", "none", "none."].contains(&it.to_lowercase().as_str()));
    Ok(items)
}

fn names(fields: &[Field]) -> String {
    let names: Vec<String> = fields.iter().map(|it| format!("`{}:`", it.label)).collect();
    names.join(", ")
}

/// The beginning of a line, for an error.
fn shown(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 3] = [
        Field::text("Approach", &["approach selected"]),
        Field::list("Patterns", &["key patterns"]),
        Field::text("Why", &[]),
    ];

    /// Text and items of each field that is there.
    type Read = Vec<(&'static str, String, Vec<String>)>;

    #[track_caller]
    fn check(input: &str, want: &[(&'static str, &str, &[&str])]) {
        let form = Form::read(input, &FIELDS, Some("Approach")).unwrap();
        let got: Read = form.filled.into_iter().map(|it| (it.label, it.text, it.items)).collect();
        let want: Read = want
            .iter()
            .map(|(label, text, items)| {
                (*label, (*text).to_owned(), items.iter().map(|&it| it.to_owned()).collect())
            })
            .collect();
        assert_eq!(got, want);
    }

    #[track_caller]
    fn check_refused(input: &str, want: &str) {
        let error = Form::read(input, &FIELDS, None).unwrap_err();
        assert_eq!(error.to_string(), want);
        assert!(!error.hint().is_empty());
    }

    #[test]
    fn fields_begin_with_their_labels() {
        check(
            "Approach: Use the lock\nof the gate.\nPatterns:\n- a\n- b\n",
            &[
                ("Approach", "Use the lock\nof the gate.", &[]),
                ("Patterns", "- a\n- b", &["a", "b"]),
            ],
        );
        check(
            "## Approach Selected\nLocks.\n\n**Key Patterns:**\n1. a\n2) b\n",
            &[("Approach", "Locks.", &[]), ("Patterns", "1. a\n2) b", &["a", "b"])],
        );
        check("WHY： weil\n", &[("Why", "weil", &[])]);
    }

    #[test]
    fn text_without_a_label_is_the_default_field() {
        check("Just so.\nNote: it is text\n", &[("Approach", "Just so.\nNote: it is text", &[])]);
    }

    #[test]
    fn items_have_further_lines_and_may_lack_bullets() {
        check(
            "Patterns:\n- a\n  more\n  - inner\n* b\n",
            &[("Patterns", "- a\n  more\n  - inner\n* b", &["a\nmore\n- inner", "b"])],
        );
        check("Patterns:\n  - a\n  - b\n", &[("Patterns", "- a\n  - b", &["a", "b"])]);
        check("Patterns: a\n", &[("Patterns", "a", &["a"])]);
        check("Patterns:\na\nb\n", &[("Patterns", "a\nb", &["a", "b"])]);
        check("Patterns: none\n", &[("Patterns", "none", &[])]);
    }

    #[test]
    fn label_in_code_is_text() {
        check("Approach:\n```\nWhy: not\n```\n", &[("Approach", "```\nWhy: not\n```", &[])]);
    }

    #[test]
    fn what_belongs_nowhere_is_named() {
        check_refused("\nAproach: x\n", "line 2 belongs to no field: `Aproach: x`");
        check_refused(
            "Why: a\nWhy: b\n",
            "the field `Why` is there twice, at line 1 and at line 2",
        );
        check_refused(
            "Patterns:\n- a\nRisks: x\n",
            "line 3 is no item of the list `Patterns`: `Risks: x`",
        );
    }
}
