//! Keys as JSON objects (RFC 7517): only their private members are secret,
//! the public ones may be shown to anybody.

use crate::hit::Hit;
use crate::literal::quoted;
use crate::placeholder::is_placeholder;
use crate::randomness::score;

/// RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// Finds the private members of all such objects.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (at, _) in text.match_indices("\"kty\"") {
        let start = text[..at].rfind('{').unwrap_or(at);
        let end = text[at..].find('}').map_or(text.len(), |it| at + it);
        for member in PRIVATE {
            let name = format!("\"{member}\"");
            for (found, _) in text[start..end].match_indices(&name) {
                let rest = &text[start + found + name.len()..end];
                let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
                let range = value.and_then(|it| quoted(text, end - it.len()));
                hits.extend(
                    range
                        .filter(|it| is_key(&text[it.clone()]))
                        .map(|it| Hit::rule(it, "private-jwk")),
                );
            }
        }
    }
    hits
}

fn is_key(value: &str) -> bool {
    16 <= value.len() && 0.3 < score(value) && !is_placeholder(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[test]
    fn private_members_alone_are_found() {
        let mut generator = Generator::new(91);
        let (public, private) = (generator.alphanumeric(43), generator.alphanumeric(43));
        let key = format!(r#"{{"kty": "EC", "x": "{public}", "d": "{private}"}}"#);
        let found: Vec<&str> = find(&key).iter().map(|it| &key[it.range.clone()]).collect();
        assert_eq!(found, [private.as_str()]);
        assert_eq!(find(&key.replace("\"d\"", "\"y\"")), []);
    }
}
