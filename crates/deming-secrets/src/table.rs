//! Secrets in tables: a column or a row that is named like one, in Markdown
//! and in comma-separated lines.

use std::ops::Range;

use crate::hit::Hit;
use crate::key_name::{Role, role};
use crate::literal::{is_quote, quoted, trim};
use crate::value::{Tie, is_secret};

/// Finds the values in the cells of all tables of a text.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut columns: Vec<Option<Role>> = Vec::new();
    let mut fields: Vec<Option<Role>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = start..start + line.trim_end().len();
        start += line.len();
        let cells = if line.contains('|') { cells(text, body.clone(), '|') } else { Vec::new() };
        if 3 <= cells.len() || line.trim_start().starts_with('|') {
            if columns.is_empty() {
                columns = cells.iter().map(|it| heading(&text[it.clone()])).collect();
            }
            row(text, &cells, &columns, &mut hits);
            fields.clear();
            continue;
        }
        columns.clear();
        if fields.is_empty() && !line.contains([',', '\t']) {
            continue;
        }
        let separator = if line.contains('\t') { '\t' } else { ',' };
        let cells = self::cells(text, body, separator);
        if cells.len() < 2 {
            fields.clear();
        } else if fields.len() == cells.len() {
            for (cell, role) in cells.iter().zip(&fields) {
                judge(text, cell.clone(), *role, Tie::Said, &mut hits);
            }
        } else {
            fields = field_names(text, &cells);
        }
    }
    hits
}

/// The names of a header line, or nothing when the line is no header.
fn field_names(text: &str, cells: &[Range<usize>]) -> Vec<Option<Role>> {
    let names: Vec<&str> =
        cells.iter().map(|it| text[it.clone()].trim_matches(['"', '\''])).collect();
    let plain = names.iter().all(|it| {
        !it.is_empty()
            && it.len() <= 30
            && it.split(' ').count() <= 3
            && it.chars().all(|it| it.is_alphabetic() || " _-.".contains(it))
    });
    if plain { names.into_iter().map(heading).collect() } else { Vec::new() }
}

fn heading(text: &str) -> Option<Role> {
    let short = text.len() <= 60 && text.split_whitespace().count() <= 5;
    if short { role(text) } else { None }
}

fn row(text: &str, cells: &[Range<usize>], columns: &[Option<Role>], hits: &mut Vec<Hit>) {
    let mut named: Option<Role> = None;
    for (index, cell) in cells.iter().enumerate() {
        let column = columns.get(index).copied().flatten();
        judge(text, cell.clone(), column.or(named), Tie::Said, hits);
        named = heading(&text[cell.clone()]).or(named);
    }
}

fn cells(text: &str, line: Range<usize>, separator: char) -> Vec<Range<usize>> {
    let mut start = line.start;
    text[line]
        .split(separator)
        .map(|cell| {
            let range = start..start + cell.len();
            start = range.end + separator.len_utf8();
            trim(text, range)
        })
        .collect()
}

/// Judges a cell whole, or each quoted or bare word of it.
fn judge(text: &str, cell: Range<usize>, role: Option<Role>, tie: Tie, hits: &mut Vec<Hit>) {
    let Some(role) = role else { return };
    let mut position = cell.start;
    while position < cell.end {
        let rest = &text[position..cell.end];
        let first = rest.as_bytes()[0];
        let value = match is_quote(first) {
            true => quoted(text, position).filter(|it| it.end < cell.end),
            false => None,
        };
        let range = value.unwrap_or_else(|| {
            position..position + rest.find(char::is_whitespace).unwrap_or(rest.len())
        });
        let inside = text[range.clone()].trim_matches(['"', '\'', '`', '(', ')', ',', ';']);
        let start = range.start + text[range.clone()].find(inside).unwrap_or_default();
        if is_secret(inside, role, tie) {
            let kind = if role == Role::Password { "password" } else { "token" };
            hits.push(Hit::context(start..start + inside.len(), kind));
        }
        let behind = range.end.max(position + 1);
        position = behind
            + text[behind..]
                .chars()
                .take_while(|it| it.is_whitespace())
                .map(char::len_utf8)
                .sum::<usize>();
        while !text.is_char_boundary(position) {
            position += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[track_caller]
    fn check(template: &str, value: &str) {
        let text = template.replace('@', value);
        let found: Vec<&str> = find(&text).iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(found, [value], "{text}");
    }

    #[test]
    fn columns_and_rows_that_are_named() {
        let mut generator = Generator::new(9);
        for template in [
            "| user | password |\n| --- | --- |\n| ci | `@` |\n",
            "| Datadog API key | @ | eu |\n",
            "| service | url | access token |\n|---|---|---|\n| a | b | @ |\n",
            "name,password,role\nci,@,admin\n",
        ] {
            check(template, &generator.hex(32));
        }
    }

    #[test]
    fn descriptions_in_tables_are_no_secrets() {
        for text in [
            "| password | varchar(255) | NOT NULL | argon2id hash |\n",
            "| Claim | Type |\n|---|---|\n| `jti` | uuid |\n",
            "| Token expiry | 15 minutes | `exp` |\n",
            "| token | `TOKEN_TTL=3600` | v2.1.0 |\n",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
