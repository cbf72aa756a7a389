//! Finds JSON objects in any text and keeps what other readers drop: keys that
//! occur twice, and objects that look like a reply but cannot be parsed.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::clean::clean;

/// A JSON value; objects keep every key in its order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    /// Cleaned, since an escape such as `\u001b` hides from the text around it.
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().find(|it| it.0 == key).map(|it| &it.1),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => None,
        }
    }
}

/// The objects of a text that are not inside another object.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) objects: Vec<(Range<usize>, Json)>,
    /// Where something begins like a reply in JSON but does not parse.
    pub(super) broken: Vec<usize>,
}

/// Reads every object; the effort is bounded by a multiple of the text's length.
pub(super) fn find(text: &str) -> Found {
    let bytes = text.as_bytes();
    let mut found = Found::default();
    let mut budget = bytes.len().saturating_mul(6).saturating_add(4096);
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(|it| *it == b'{') {
        let start = at + offset;
        at = start + 1;
        if !opens_object(bytes, start) {
            continue;
        }
        if budget == 0 {
            found.broken.push(start);
            break;
        }
        let parsed = object_end(bytes, start, &mut budget)
            .and_then(|end| Some((end, serde_json::from_str(&text[start..end]).ok()?)));
        match parsed {
            Some((end, value)) => {
                found.objects.push((start..end, value));
                at = end;
            }
            None if begins_reply(&text[start..]) => found.broken.push(start),
            None => {}
        }
    }
    found
}

/// Whether a key or the end follows, which is rare for a brace in prose.
fn opens_object(bytes: &[u8], start: usize) -> bool {
    let next = bytes[start + 1..].iter().take(256).find(|it| !it.is_ascii_whitespace());
    matches!(next, Some(b'"' | b'}'))
}

fn begins_reply(text: &str) -> bool {
    let Some(open) = text.find('"') else { return false };
    let key = text[open + 1..].split('"').next().unwrap_or_default();
    let keys =
        ["verdict", "findings", "prior", "level", "severity", "decision", "issues", "approved"];
    keys.iter().any(|it| key.eq_ignore_ascii_case(it))
}

/// The end of the object at `start`, by its braces outside of strings.
fn object_end(bytes: &[u8], start: usize, budget: &mut usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (offset, byte) in bytes[start..].iter().enumerate() {
        if *budget == 0 {
            return None;
        }
        *budget -= 1;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return Some(start + offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

/// Whether there is nothing to clean.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|it| matches!(it, b'\n' | b' '..=b'~'))
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(if is_plain(value) { value.to_owned() } else { clean(value) }))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(if is_plain(&value) { value } else { clean(&value) }))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some((mut key, value)) = map.next_entry::<String, Json>()? {
            if !is_plain(&key) {
                key = clean(&key).to_lowercase();
            }
            key.make_ascii_lowercase();
            entries.push((key, value));
        }
        Ok(Json::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, objects: &[&str], broken: usize) {
        let found = find(text);
        let pieces: Vec<&str> = found.objects.iter().map(|it| &text[it.0.clone()]).collect();
        assert_eq!((pieces.as_slice(), found.broken.len()), (objects, broken));
    }

    #[test]
    fn objects_are_found_in_prose() {
        check("a {x} {\"a\": {\"b\": \"}\"}} b {}", &["{\"a\": {\"b\": \"}\"}}", "{}"], 0);
    }

    #[test]
    fn cut_replies_are_broken_and_their_parts_are_read() {
        check(
            "{\"verdict\":\"approve\",\"findings\":[{\"level\":\"low\"},{\"lev",
            &["{\"level\":\"low\"}"],
            1,
        );
    }

    #[test]
    fn keys_that_occur_twice_are_kept() {
        let found = find("{\"a\":1,\"a\":2}");
        let want = Json::Object(vec![
            ("a".to_owned(), Json::Number(1.0)),
            ("a".to_owned(), Json::Number(2.0)),
        ]);
        assert_eq!(found.objects[0].1, want);
    }

    #[test]
    fn escapes_inside_strings_are_cleaned() {
        let found = find("{\"a\":\"HI\\u200bGH\\u001b[2J\"}");
        assert_eq!(found.objects[0].1.get("a"), Some(&Json::Text("HIGH".to_owned())));
    }

    #[test]
    fn many_open_braces_end_soon() {
        let text = "{\"a\":".repeat(100_000);
        check(&text, &[], 1);
    }
}
