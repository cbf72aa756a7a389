//! Values that stand behind a telling name: assignments and fields of every
//! configuration language, flags, headers, calls, and sentences.

mod notation;
mod sentence;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::hit::Hit;
use crate::key_name::{Role, is_about, role};
use crate::literal::{bare, is_quote, last_word, quoted, quoted_on_line};
use crate::pair;
use crate::randomness::score;
use crate::search;
use crate::value::{Tie, is_secret};
use crate::words::Words;

/// Names of several words.
const PHRASES: [&str; 4] = ["mot de passe", "seed phrase", "recovery phrase", "identified by"];

static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    search::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(Words::Anchors.all().chain(PHRASES))
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
        self.before(hits);
        let rest = &self.text[self.name.end..];
        let no_arguments = if rest.starts_with("()") { 2 } else { 0 };
        let closers = no_arguments
            + rest
                .bytes()
                .skip(no_arguments)
                .take(4)
                .take_while(|it| b"\"'`)]*".contains(it))
                .count();
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
        // A cell of a table, or a path of code: `key::Kind`.
        if operator == "|"
            || operator == ":"
                && self.text[at..].starts_with(':')
                && !self.text[at..].starts_with(": ")
        {
            return;
        }
        let start = self.blank(at);
        let bytes = self.text.as_bytes();
        match bytes.get(start) {
            None => {}
            Some(b'\n') => self.next_line(start, Tie::Said, hits),
            Some(b'|' | b'>') if self.opens_block(start) => {
                self.next_line(start + self.line_from(start).len(), Tie::Exact, hits);
            }
            Some(byte) if is_quote(*byte) => self.value(start, Tie::Exact, hits),
            Some(_) => {
                if self.is_login() && pair::beside(self.text, start, hits) {
                    return;
                }
                let joined = start == operator_at + operator.len();
                let tie = match operator {
                    "=" | ":-" if joined && (self.begins_line() || self.is_parameter()) => {
                        Tie::Exact
                    }
                    _ => Tie::Bare,
                };
                let start = start + self.perl_quote(start);
                if self.value_or_none(start, tie, hits) {
                    return;
                }
                // `key: str = "…"`, `key = env("…", "…")`, `keys: ["…"]`
                let before = hits.len();
                let tie = if self.is_typed(start) { Tie::Exact } else { Tie::Said };
                for range in quoted_on_line(self.text, start) {
                    if tie == Tie::Exact
                        || self.role != Role::Vague
                        || self.is_converted(start, range.start)
                    {
                        self.judge(range, tie, hits);
                    }
                }
                if operator == ":" && before == hits.len() {
                    self.sentence(at, hits);
                }
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
        let Some(mut range) = range.filter(|it| !it.is_empty()) else { return false };
        // A point ends a sentence; in a settings file it belongs to the value.
        if tie == Tie::Exact
            && !is_quote(first)
            && self.text[range.end..].lines().next() == Some(".")
        {
            range.end += 1;
        }
        // `Authorization: Bearer …`
        let word = &self.text[range.clone()];
        let scheme = word.split([' ', '\n']).next().unwrap_or_default();
        if Words::Schemes.has(&scheme.to_ascii_lowercase())
            || self.is_scheme_of_header(scheme, &range)
        {
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

    /// `Authorization: Splunk …`: any word may name a scheme there.
    fn is_scheme_of_header(&self, scheme: &str, range: &Range<usize>) -> bool {
        let header = self.text[self.name.clone()].to_ascii_lowercase().ends_with("authorization");
        let rest = &self.text[range.start + scheme.len()..];
        header
            && (2..=16).contains(&scheme.len())
            && scheme.bytes().all(|it| it.is_ascii_alphabetic())
            && rest.starts_with(' ')
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
        self.is_login() && Tie::Said <= tie && pair::user_and_password(self.text, range, hits)
    }

    fn is_login(&self) -> bool {
        let name = self.text[self.name.clone()].to_ascii_lowercase();
        LOGINS.iter().any(|it| name.contains(it))
    }

    fn blank(&self, at: usize) -> usize {
        at + self.text[at..].bytes().take_while(|it| matches!(it, b' ' | b'\t')).count()
    }

    fn any_blank(&self, at: usize) -> usize {
        at + self.text[at..].bytes().take_while(u8::is_ascii_whitespace).count()
    }

    fn line_from(&self, at: usize) -> &str {
        self.text[at..].split('\n').next().unwrap_or_default()
    }
}

const OPERATORS: [&str; 22] = [
    "::=", "||=", "??=", "===", "=>", ":=", "?=", "+=", ".=", "==", "!=", "->", "<-", ":-",
    "\u{2192}", "\u{21d2}", "=", ":", "|", "\u{2014}", "\u{2013}", "~>",
];

/// Names behind which a user and a password may stand together.
const LOGINS: [&str; 4] = ["auth", "cred", "login", "userpw"];

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
