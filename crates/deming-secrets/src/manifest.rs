//! Kubernetes manifests of kind `Secret`: there every value is one, whatever
//! its name, plain or in base64. Also the lines of a password file.

use std::ops::Range;

use crate::encoded;
use crate::hit::Hit;
use crate::key_name::Role;
use crate::literal::{bare, is_quote, quoted};
use crate::placeholder::is_placeholder;
use crate::value::{Tie, is_secret};

/// Finds the values of such manifests.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut start = 0;
    let mut secret = false;
    let mut section: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let indent = body.len() - body.trim_start().len();
        let content = body.trim_start();
        match content {
            "---" | "```" | "```yaml" | "```yml" => (secret, section) = (false, None),
            "kind: Secret" | "kind: \"Secret\"" | "kind: SealedSecret" => {
                secret = content != "kind: SealedSecret"
            }
            "data:" | "stringData:" if secret || begins_secret(&text[start..]) => {
                section = Some(indent)
            }
            _ => {
                let inside = section.is_some_and(|it| it < indent);
                match content.find(": ") {
                    Some(colon) if inside => {
                        let at = start + indent + colon + 2;
                        entry(
                            text,
                            at + text[at..].bytes().take_while(|it| *it == b' ').count(),
                            &mut hits,
                        );
                    }
                    Some(_) | None if !inside && !content.is_empty() => section = None,
                    Some(_) | None => {}
                }
            }
        }
        start += line.len();
        hits.extend(password_file(text, start - line.len()..start - line.len() + body.len()));
    }
    hits
}

/// Whether the kind follows its data, which is as good.
fn begins_secret(rest: &str) -> bool {
    let document = rest.split("\n---").next().unwrap_or_default();
    document.lines().take(60).any(|it| it.trim() == "kind: Secret")
}

fn entry(text: &str, at: usize, hits: &mut Vec<Hit>) {
    let first = text.as_bytes().get(at).copied().unwrap_or(b' ');
    let range = if is_quote(first) { quoted(text, at) } else { Some(bare(text, at)) };
    let Some(range) = range.filter(|it| !it.is_empty()) else { return };
    let value = &text[range.clone()];
    let plain = encoded::decode(value).unwrap_or_else(|| value.to_owned());
    let secret =
        is_secret(&plain, Role::Password, Tie::Exact) || is_secret(&plain, Role::Token, Tie::Bare);
    if secret && !is_placeholder(value) {
        hits.push(Hit::context(range, "kubernetes-secret"));
    }
}

/// `host:port:database:user:password`
fn password_file(text: &str, line: Range<usize>) -> Option<Hit> {
    let body = text[line.clone()].trim_matches(['`', ' ']);
    let mut fields = body.splitn(5, ':');
    let host = fields.next()?;
    let port = fields.next()?;
    let (database, user, password) = (fields.next()?, fields.next()?, fields.next()?);
    let plain = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.*".contains(&it))
    };
    let is_port =
        port == "*" || (3..=5).contains(&port.len()) && port.bytes().all(|it| it.is_ascii_digit());
    let named = plain(host)
        && plain(database)
        && plain(user)
        && is_port
        && user.bytes().any(|it| it.is_ascii_alphabetic());
    let found = named && is_secret(password, Role::Password, Tie::Exact);
    let start = line.start + text[line].find(body)? + body.len() - password.len();
    found.then(|| Hit::context(start..start + password.len(), "password"))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::generate::Generator;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let found: Vec<&str> = find(text).iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn every_value_of_a_secret_manifest_counts() {
        let mut generator = Generator::new(71);
        let (value, other) = (STANDARD.encode(generator.password()), generator.alphanumeric(24));
        let text = format!(
            "kind: Secret\nmetadata:\n  name: db2\ndata:\n  pw: {value}\n  user: YWRtaW4=\nstringData:\n  x: \"{other}\"\n"
        );
        check(&text, &[&value, &other]);
        check(&text.replace("Secret", "ConfigMap"), &[]);
        check("kind: Secret\ndata:\n  htpasswd: {{ htpasswd }}\n  token: PHlvdXItdG9rZW4+\n", &[]);
    }

    #[test]
    fn lines_of_a_password_file() {
        let password = Generator::new(72).alphanumeric(14);
        check(&format!("db.example.com:5432:shop:app:{password}\n"), &[&password]);
        check("see src/main.rs:12:34:fn:note1 and 10:20:30:40:50abc\n", &[]);
    }
}
