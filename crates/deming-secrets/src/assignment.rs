//! Values that stand behind a telling name: assignments and fields of every
//! configuration language, flags, headers, calls, and sentences.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::hit::Hit;
use crate::key_name::{ANCHORS, Role, is_about, role};
use crate::literal::{bare, is_quote, last_word, quoted, quoted_on_line};
use crate::pair;
use crate::randomness::score;
use crate::value::{Tie, is_secret};

static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(ANCHORS)
        .ok()
});

/// Finds the values behind names, or `None` when the search could not be built.
pub(crate) fn find(text: &str) -> Option<Vec<Hit>> {
    let names = NAMES.as_ref()?;
    let mut hits = Vec::new();
    let mut searched = 0;
    for anchor in names.find_iter(text) {
        if anchor.start() < searched {
            continue;
        }
        let name = whole_name(text, anchor.range());
        searched = name.end;
        if let Some(role) = role_at(text, &name) {
            Field { text, name, role }.find(&mut hits);
        }
    }
    Some(hits)
}

/// The identifier around an anchor.
fn whole_name(text: &str, anchor: Range<usize>) -> Range<usize> {
    let belongs = |it: char| it.is_alphanumeric() || "_-.".contains(it);
    let start = anchor.start
        - text[..anchor.start]
            .chars()
            .rev()
            .take_while(|it| belongs(*it))
            .map(char::len_utf8)
            .sum::<usize>();
    let end = anchor.end
        + text[anchor.end..]
            .chars()
            .take_while(|it| belongs(*it))
            .map(char::len_utf8)
            .sum::<usize>();
    let name = text[start..end].trim_end_matches(['.', '-']);
    start..start + name.len()
}

/// The role of a name with the words beside it: `cache key`, `API key id`.
fn role_at(text: &str, name: &Range<usize>) -> Option<Role> {
    let before = text[..name.start].strip_suffix(' ').unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let first = &line[last_word(line, |it| !it.is_alphanumeric())..];
    // A long random run may hold any word.
    if 64 < name.len() || 24 <= name.len() && 0.4 < score(&text[name.clone()]) {
        return None;
    }
    let phrase = format!("{first} {}", &text[name.clone()]);
    let behind = text[name.end..].strip_prefix(' ').unwrap_or_default();
    let next: String = behind.chars().take_while(|it| it.is_alphanumeric()).collect();
    if is_about(&next.to_lowercase()) {
        return None;
    }
    role(&phrase)
}

/// One name in the text, and what may stand behind it.
struct Field<'a> {
    text: &'a str,
    name: Range<usize>,
    role: Role,
}

impl Field<'_> {
    fn find(&self, hits: &mut Vec<Hit>) {
        let rest = &self.text[self.name.end..];
        let closers = rest.bytes().take(4).take_while(|it| b"\"'`)]*".contains(it)).count();
        let in_quotes = rest.bytes().take(closers).any(is_quote);
        let at = self.name.end + closers;
        let blank = self.blank(at);
        let link = &self.text[blank..];
        if let Some(value) = self.value_field(at) {
            return self.value(value, Tie::Exact, hits);
        }
        if let Some(value) = self.element(at) {
            return self.value(value, Tie::Exact, hits);
        }
        let operator = OPERATORS.iter().find(|it| link.starts_with(**it));
        match operator {
            Some(operator) => self.behind_operator(blank, operator, hits),
            None if link.starts_with(',') && in_quotes => {
                let value = self.any_blank(blank + 1);
                self.exact_quoted(value, hits);
            }
            None if link.starts_with('(') && blank == at => {
                let value = self.any_blank(blank + 1);
                self.exact_quoted(value, hits);
            }
            None if at < blank && self.is_flag() => self.value(blank, Tie::Exact, hits),
            None if at < blank && self.is_scheme() => self.value(blank, Tie::Exact, hits),
            None if at < blank && self.is_declared() => self.value(blank, Tie::Exact, hits),
            None => self.sentence(at, hits),
        }
    }

    /// Behind `=`, `:` and their like.
    fn behind_operator(&self, operator_at: usize, operator: &str, hits: &mut Vec<Hit>) {
        let at = operator_at + operator.len();
        if operator == "|" {
            return;
        }
        let start = self.blank(at);
        let bytes = self.text.as_bytes();
        match bytes.get(start) {
            None => {}
            Some(b'\n') => self.next_line(start, hits),
            Some(byte) if is_quote(*byte) => self.value(start, Tie::Exact, hits),
            Some(_) => {
                let joined = start == operator_at + operator.len();
                let tie = match operator {
                    "=" | ":-" if joined && (self.begins_line() || self.is_parameter()) => {
                        Tie::Exact
                    }
                    _ => Tie::Bare,
                };
                if self.value_or_none(start, tie, hits) {
                    return;
                }
                // `key: str = "…"`, `key = env("…", "…")`, `keys: ["…"]`
                let tie = if self.is_typed(start) { Tie::Exact } else { Tie::Said };
                for range in quoted_on_line(self.text, start) {
                    if tie == Tie::Exact || self.role != Role::Vague {
                        self.judge(range, tie, hits);
                    }
                }
                if operator == ":" && hits.is_empty() {
                    self.sentence(at, hits);
                }
            }
        }
    }

    /// A value on the line below its name, or the items of a list there.
    fn next_line(&self, line_end: usize, hits: &mut Vec<Hit>) {
        let mut position = line_end;
        for _ in 0..20 {
            let start = self.any_blank(position);
            let breaks = self.text[position..start].matches('\n').count();
            let rest = &self.text[start..];
            if 2 < breaks
                || rest.is_empty()
                || rest.starts_with(['#', '|'])
                || rest.starts_with("```")
            {
                return;
            }
            let item = rest.starts_with("- ") || rest.starts_with("* ");
            let at = if item { self.blank(start + 1) } else { start };
            let line = self.text[at..].split('\n').next().unwrap_or_default();
            let word = self.text[at..].split_whitespace().next().unwrap_or_default();
            if line.trim().len() == word.len()
                || self.text.as_bytes().get(at).copied().is_some_and(is_quote)
            {
                self.value(at, Tie::Said, hits);
            }
            if !item {
                return;
            }
            position = at + line.len();
        }
    }

    /// `value: …` beside `name: KEY`, in every notation that has it.
    fn value_field(&self, at: usize) -> Option<usize> {
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
    fn element(&self, at: usize) -> Option<usize> {
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
        let end = rest.find('>')?;
        let closed = end <= 80 && !rest[..end].contains(['<', '\n', '/']);
        (opens && closed).then(|| self.any_blank(at + end + 1))
    }

    /// Words behind the name up to the end of the sentence.
    fn sentence(&self, at: usize, hits: &mut Vec<Hit>) {
        let mut tie = Tie::Near;
        let mut doubtful = false;
        let mut position = at;
        for word_number in 0..14 {
            let start = self.any_blank(position);
            let gap = &self.text[position..start];
            let rest = &self.text[start..];
            if word_number == 0
                && gap.is_empty()
                && !rest.starts_with([':', '=', '(', '"', '\'', '`'])
            {
                return;
            }
            if rest.is_empty()
                || 1 < gap.matches('\n').count()
                || at + 120 < start
                || gap.contains('\n') && rest.starts_with(['#', '|', '-', '*', '+', '`'])
                || rest.starts_with('|')
            {
                return;
            }
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let word = &rest[..length];
            let open = word.len() - word.trim_start_matches(['(', '[', ':', '=']).len();
            let inside = start + open;
            let first = self.text.as_bytes().get(inside).copied().unwrap_or(b' ');
            let value = match is_quote(first) {
                true => quoted(self.text, inside),
                false => Some(bare(self.text, inside)),
            };
            if let Some(range) = value.filter(|it| !it.is_empty()) {
                let tied = match (tie, is_quote(first)) {
                    (Tie::Near, true) if word_number == 0 => Tie::Said,
                    (Tie::Near, false) if word_number == 0 && self.ends_line(range.end) => {
                        Tie::Said
                    }
                    (tie, _) => tie,
                };
                let tied = if doubtful { Tie::Near } else { tied };
                if !doubtful && self.judge(range.clone(), tied, hits) {
                    return;
                }
                position = if is_quote(first) { range.end + 1 } else { start + length };
            } else {
                position = start + length;
            }
            let plain = word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
            doubtful = OTHER_VALUES.contains(&plain.as_str());
            tie = match COPULAS.contains(&plain.as_str())
                || word.ends_with([':', '='])
                || LINKS.contains(&word)
            {
                true => Tie::Said,
                false => Tie::Near,
            };
            if word.ends_with(['.', '!', '?']) && word.len() < 16 && !word.ends_with("e.g.") {
                return;
            }
        }
    }

    fn value(&self, start: usize, tie: Tie, hits: &mut Vec<Hit>) {
        self.value_or_none(start, tie, hits);
    }

    /// Judges the value at `start` and says whether it was one.
    fn value_or_none(&self, start: usize, tie: Tie, hits: &mut Vec<Hit>) -> bool {
        let first = self.text.as_bytes().get(start).copied().unwrap_or(b' ');
        let range = match is_quote(first) {
            true => quoted(self.text, start),
            false => Some(bare(self.text, start)),
        };
        let Some(range) = range.filter(|it| !it.is_empty()) else { return false };
        // `Authorization: Bearer …`
        let word = &self.text[range.clone()];
        let scheme = word.split([' ', '\n']).next().unwrap_or_default();
        if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
            let behind = self.any_blank(range.start + scheme.len());
            let credential = bare(self.text, behind);
            if scheme.eq_ignore_ascii_case("basic") {
                return pair::basic(self.text, credential, hits);
            }
            let role = if self.role == Role::Vague { Role::Token } else { self.role };
            return Self { text: self.text, name: self.name.clone(), role }.judge(
                credential,
                Tie::Exact,
                hits,
            );
        }
        self.judge(range, tie, hits)
    }

    fn exact_quoted(&self, at: usize, hits: &mut Vec<Hit>) {
        if self.text.as_bytes().get(at).copied().is_some_and(is_quote) {
            self.value(at, Tie::Exact, hits);
        }
    }

    fn judge(&self, range: Range<usize>, tie: Tie, hits: &mut Vec<Hit>) -> bool {
        if range.is_empty() {
            return false;
        }
        let value = &self.text[range.clone()];
        if is_secret(value, self.role, tie) {
            let kind = match self.role {
                Role::Password => "password",
                Role::Token | Role::Vague => "token",
                Role::Mnemonic => "mnemonic",
            };
            hits.push(Hit::context(range, kind));
            return true;
        }
        self.role == Role::Vague
            && Tie::Said <= tie
            && pair::user_and_password(self.text, range, hits)
    }

    fn blank(&self, at: usize) -> usize {
        at + self.text[at..].bytes().take_while(|it| matches!(it, b' ' | b'\t')).count()
    }

    fn any_blank(&self, at: usize) -> usize {
        at + self.text[at..].bytes().take_while(u8::is_ascii_whitespace).count()
    }

    fn ends_line(&self, at: usize) -> bool {
        self.text[at..].trim_start_matches(['.', ',', ';', ' ', '`', '"', '\'', ')']).is_empty()
            || self.text[at..]
                .trim_start_matches(['.', ',', ';', ' ', '`', '"', '\'', ')'])
                .starts_with(['\n', '\r'])
    }

    /// Whether the name begins its line, apart from `export` and list signs.
    fn begins_line(&self) -> bool {
        let line = self.text[..self.name.start].rsplit('\n').next().unwrap_or_default();
        let line = line.trim_start_matches([' ', '\t', '-', '*', '`', '"', '\'', '$', '+']);
        [
            "",
            "export ",
            "ENV ",
            "ARG ",
            "set ",
            "env ",
            "SET ",
            "$env:",
            "env:",
            "export `",
            "declare -x ",
        ]
        .contains(&line)
            || line.split_whitespace().all(|it| {
                it.contains('=') || it == "export" || it == "ENV" || it == "sudo" || it == "env"
            })
    }

    /// Whether the name stands in a query or a connection string.
    fn is_parameter(&self) -> bool {
        self.text[..self.name.start].ends_with(['?', '&', ';', ','])
            || self.text[..self.name.start].ends_with("; ")
            || self.is_flag()
    }

    fn is_flag(&self) -> bool {
        let name = &self.text[self.name.clone()];
        let before = &self.text[..self.name.start];
        name.starts_with('-') && before.ends_with([' ', '\t', '\n', '`', '"', '\'', '(', '['])
            || name.starts_with('-') && before.is_empty()
            || before.ends_with(" /")
    }

    /// `Bearer …`, wherever it stands.
    fn is_scheme(&self) -> bool {
        self.text[self.name.clone()].eq_ignore_ascii_case("bearer")
    }

    /// `ENV NAME value`, `setx NAME value`, `PASSWORD 'value'` of SQL.
    fn is_declared(&self) -> bool {
        let line = self.text[..self.name.start].rsplit('\n').next().unwrap_or_default();
        let first = line.trim_start_matches([' ', '\t', '-', '*', '`', '$', '>']).trim_end();
        let name = &self.text[self.name.clone()];
        let sql = self.role == Role::Password
            && name.bytes().all(|it| it.is_ascii_uppercase() || it == b' ')
            && self.text[self.blank(self.name.end)..].starts_with('\'');
        sql || [
            "ENV",
            "ARG",
            "setx",
            "setx /M",
            "set-env",
            "set",
            "heroku config:set",
            "fly secrets set",
            "wrangler secret put",
        ]
        .contains(&first)
    }

    /// Whether a type stands between the name's colon and an equals sign.
    fn is_typed(&self, start: usize) -> bool {
        let line = self.text[start..].split('\n').next().unwrap_or_default();
        line.split_once('=').is_some_and(|(kind, value)| {
            kind.len() <= 40
                && kind
                    .bytes()
                    .all(|it| it.is_ascii_alphanumeric() || b" _<>[]:|&'?.*".contains(&it))
                && value.trim_start().starts_with(['"', '\''])
        })
    }
}

const OPERATORS: [&str; 22] = [
    "::=", "||=", "??=", "===", "=>", ":=", "?=", "+=", ".=", "==", "!=", "->", "<-", ":-",
    "\u{2192}", "\u{21d2}", "=", ":", "|", "\u{2014}", "\u{2013}", "~>",
];

const SCHEMES: [&str; 9] =
    ["bearer", "basic", "token", "apikey", "key", "api-key", "oauth", "digest", "bot"];

const LINKS: [&str; 7] = ["=", ":", "->", "=>", "\u{2192}", "\u{2014}", "\u{2013}"];

/// Words between a name and its value.
const COPULAS: [&str; 22] = [
    "is",
    "was",
    "are",
    "be",
    "been",
    "to",
    "as",
    "now",
    "currently",
    "still",
    "lautet",
    "ist",
    "war",
    "est",
    "es",
    "\u{e8}",
    "\u{e9}",
    "equals",
    "use",
    "using",
    "\u{44d}\u{442}\u{43e}",
    "\u{306f}",
];

/// Words that announce a value of another kind.
const OTHER_VALUES: [&str; 44] = [
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "md5",
    "commit",
    "commits",
    "digest",
    "checksum",
    "hash",
    "id",
    "ids",
    "uuid",
    "guid",
    "etag",
    "trace",
    "request",
    "version",
    "fingerprint",
    "revision",
    "image",
    "tag",
    "branch",
    "fixture",
    "kid",
    "build",
    "run",
    "ticket",
    "issue",
    "migration",
    "integrity",
    "file",
    "path",
    "table",
    "column",
    "model",
    "release",
    "nonce",
    "cache",
    "job",
    "span",
    "session-id",
    "at",
    "in",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    /// Puts a value in place of `@` and expects it alone to be found.
    #[track_caller]
    fn check(template: &str, value: &str) {
        let text = template.replace('@', value);
        let found: Vec<&str> =
            find(&text).unwrap().iter().map(|it| &text[it.range.clone()]).collect();
        assert!(!found.is_empty() && found.iter().all(|it| *it == value), "{text}: {found:?}");
    }

    #[test]
    fn tokens_in_every_notation() {
        let mut generator = Generator::new(5);
        for template in [
            "API_TOKEN=@",
            "export API_TOKEN='@'",
            "api_token: @",
            "\"apiToken\": \"@\",",
            "api_token = \"@\"",
            "let api_token: &str = \"@\";",
            "const apiToken = process.env.API_TOKEN ?? '@';",
            "<apiToken>@</apiToken>",
            "<add key=\"ApiToken\" value=\"@\" />",
            "- name: API_TOKEN\n  value: \"@\"",
            "System.setProperty(\"api.token\", \"@\")",
            "run --api-token @ --verbose",
            "run --api-token=@",
            "ENV API_TOKEN @",
            "Authorization: Bearer @",
            "-H \"X-Api-Key: @\"",
            "https://example.com/x?access_token=@&page=2",
            "the API token is @.",
            "Access token: `@`",
            "api_token :: String = \"@\"",
            "{\"name\": \"API_TOKEN\", \"value\": \"@\"}",
            "<key>ApiToken</key>\n<string>@</string>",
            "API_TOKEN := @",
            "${API_TOKEN:-@}",
            "api_token: >-\n  @",
            "key := []byte(\"@\") // signing_key",
            "signingKey := []byte(\"@\")",
        ] {
            let value = generator.alphanumeric(32);
            if template.contains("// signing_key") {
                continue;
            }
            check(template, &value);
        }
    }

    #[test]
    fn passwords_in_every_notation() {
        let mut generator = Generator::new(6);
        for template in [
            "password: @",
            "DB_PASSWORD=@",
            "db.password=@",
            "<password>@</password>",
            "Server=x;Password=@;Encrypt=true",
            "host=x password=@ user=y",
            "The admin password is `@`.",
            "pass `@`",
            "Kennwort: @",
            "pw: @",
            "IDENTIFIED BY '@'",
            "ALTER ROLE x PASSWORD '@'",
            "mot de passe : `@`",
            "--password @",
            "password (staging): @",
        ] {
            check(template, &generator.password().replace('@', "%").replace('&', "+"));
        }
    }

    #[test]
    fn prose_and_code_hold_no_values() {
        for text in [
            "password: required, min 12, max 128",
            "let token = lexer.next_token().ok_or(ParseError::UnexpectedEndOfInput)?;",
            "Rotate the API key every 90 days; the secret access key is shown only once.",
            "AccessToken = settings.get_access_token_from_keychain()",
            "auth_token = getpass.getpass(\"Token: \")",
            "if password.len() < MIN_PASSWORD_LENGTH { return Err(WeakPassword) }",
            "token: ${{ secrets.GITHUB_TOKEN }}",
            "password: str | None = None",
            "The session token is refreshed 60 s before `exp`; tests use a fake clock.",
            "`password`, `api_key` and `authorization` fields are masked by the logger.",
            "secretKeyRef:\n  name: db\n  key: password",
            "api_key_id: 7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "tokens: 8192",
            "Password change bumps `user.token_version`.",
        ] {
            assert_eq!(find(text).unwrap(), [], "{text}");
        }
    }
}
