//! Where each notation keeps the value that belongs to a name: on the next
//! line, in a field beside it, in an element, behind a declaration.

use super::Field;
use crate::hit::Hit;
use crate::key_name::Role;
use crate::literal::is_quote;
use crate::value::Tie;

/// Words at the start of a line behind which a name is declared.
const DECLARING: [&str; 8] = ["export", "ENV", "ARG", "set", "SET", "env", "sudo", "declare -x"];

/// Commands that take a name and its value as two words.
const SETTING: [&str; 9] = [
    "ENV",
    "ARG",
    "setx",
    "setx /M",
    "set-env",
    "set",
    "heroku config:set",
    "fly secrets set",
    "wrangler secret put",
];

impl Field<'_> {
    /// A value on the line below its name, or the items of a list there.
    pub(super) fn next_line(&self, line_end: usize, tie: Tie, hits: &mut Vec<Hit>) {
        let mut position = line_end;
        let first_fence = self.text[line_end..].trim_start().starts_with("```");
        for _ in 0..20 {
            let start = self.any_blank(position);
            let breaks = self.text[position..start].matches('\n').count();
            let rest = &self.text[start..];
            if 2 < breaks || rest.is_empty() || rest.starts_with(['#', '|']) {
                return;
            }
            if rest.starts_with("```") && first_fence && position == line_end {
                position = start + rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            let item = rest.starts_with("- ") || rest.starts_with("* ");
            let at = if item { self.blank(start + 1) } else { start };
            let line = self.line_from(at);
            let word = self.text[at..].split_whitespace().next().unwrap_or_default();
            if line.trim().len() == word.len()
                || self.text.as_bytes().get(at).copied().is_some_and(is_quote)
            {
                self.value(at, tie, hits);
            }
            if !item {
                return;
            }
            position = at + line.len();
        }
    }

    /// `value: …` beside `name: KEY`, in every notation that has it.
    pub(super) fn value_field(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let start = rest.find(|it: char| !it.is_whitespace() && !",{}-".contains(it))?;
        let between = &rest[..start];
        if between.is_empty() || 60 < start || 1 < between.matches('\n').count() {
            return None;
        }
        let word = rest[start..].trim_start_matches(['"', '\'']);
        let lower: String = word.chars().take(16).collect::<String>().to_lowercase();
        let length = ["parametervalue", "secretstring", "value", "content", "string-value"]
            .iter()
            .find(|it| lower.starts_with(**it))?
            .len();
        let behind = &word[word.char_indices().nth(length).map_or(word.len(), |it| it.0)..];
        let behind = behind.trim_start_matches(['"', '\'']);
        let flag = between.contains("--") && behind.starts_with(' ');
        let linked = behind.trim_start().starts_with([':', '=']) || flag;
        let value =
            behind.trim_start().trim_start_matches([':', '=', '>']).trim_start_matches([' ', '\t']);
        linked.then(|| self.text.len() - value.len())
    }

    /// The text of an XML element or of the property list entry behind it.
    pub(super) fn element(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        if let Some(behind) = rest.strip_prefix("</key>") {
            let behind = behind.trim_start().strip_prefix("<string>")?;
            return Some(self.text.len() - behind.len());
        }
        let before = &self.text[..self.name.start];
        let opens = before.ends_with('<')
            || before.ends_with(['"', '\'', ':']) && {
                let tag = before.rfind('<')?;
                before.len() - tag < 80 && !before[tag..].contains('>')
            };
        if !opens {
            return None;
        }
        // Bounded: in a long text without a `>` every name would search it all.
        let end = rest.bytes().take(81).position(|it| it == b'>')?;
        let closed = !rest[..end].contains(['<', '\n', '/']);
        closed.then(|| self.any_blank(at + end + 1))
    }

    /// `|`, `>-` and the like: the value is the block below.
    pub(super) fn opens_block(&self, at: usize) -> bool {
        matches!(self.line_from(at).trim_end(), "|" | ">" | "|-" | ">-" | "|+" | ">+")
    }

    /// Whether the name begins its line, apart from `export` and list signs.
    pub(super) fn begins_line(&self) -> bool {
        let line = self.text[..self.name.start].rsplit('\n').next().unwrap_or_default();
        let line = line.trim_start_matches([' ', '\t', '-', '*', '`', '"', '\'', '$', '+']);
        let scoped = matches!(line, "env:" | "$env:");
        scoped
            || DECLARING.contains(&line.trim_end())
            || line.split_whitespace().all(|it| it.contains('=') || DECLARING.contains(&it))
    }

    /// Whether the name stands in a query or a connection string.
    pub(super) fn is_parameter(&self) -> bool {
        self.text[..self.name.start].ends_with(['?', '&', ';', ','])
            || self.text[..self.name.start].ends_with("; ")
            || self.is_flag()
    }

    pub(super) fn is_flag(&self) -> bool {
        let name = &self.text[self.name.clone()];
        let before = &self.text[..self.name.start];
        name.starts_with('-') && before.ends_with([' ', '\t', '\n', '`', '"', '\'', '(', '['])
            || name.starts_with('-') && before.is_empty()
            || before.ends_with(" /")
    }

    /// `Bearer …`, wherever it stands.
    pub(super) fn is_scheme(&self) -> bool {
        self.text[self.name.clone()].eq_ignore_ascii_case("bearer")
    }

    /// `ENV NAME value`, `setx NAME value`, `PASSWORD 'value'` of SQL.
    pub(super) fn is_declared(&self) -> bool {
        let line = self.text[..self.name.start].rsplit('\n').next().unwrap_or_default();
        let first = line.trim_start_matches([' ', '\t', '-', '*', '`', '$', '>']).trim_end();
        let name = &self.text[self.name.clone()];
        let sql = self.role == Role::Password
            && name.bytes().all(|it| it.is_ascii_uppercase() || it == b' ')
            && self.text[self.blank(self.name.end)..].starts_with('\'');
        sql || SETTING.contains(&first)
    }

    /// `key = b64decode("…")`: the literal is all that the call is given.
    pub(super) fn is_converted(&self, start: usize, literal: usize) -> bool {
        let call = self.text[start..literal].trim_end_matches(['"', '\'', '`']);
        let name =
            call.trim_end_matches('b').strip_suffix('(').unwrap_or_default().to_ascii_lowercase();
        ["decode", "fromhex", "unhex", "bytes", "from", "new", "parse", "buffer"]
            .iter()
            .any(|it| name.ends_with(it))
    }

    /// The length of `q(` and the like, which open a string of Perl.
    pub(super) fn perl_quote(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        ["q(", "qq(", "q{", "q["].iter().find(|it| rest.starts_with(**it)).map_or(0, |it| it.len())
    }

    /// Whether a type stands between the name's colon and an equals sign.
    pub(super) fn is_typed(&self, start: usize) -> bool {
        let line = self.line_from(start);
        line.split_once('=').is_some_and(|(kind, value)| {
            kind.len() <= 40
                && kind
                    .bytes()
                    .all(|it| it.is_ascii_alphanumeric() || b" _<>[]:|&'?.*".contains(&it))
                && value.trim_start().starts_with(['"', '\''])
        })
    }
}
