//! Finds JSON objects in any text and keeps what other readers drop: keys that
//! occur twice, and objects that look like a reply but cannot be parsed.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use memchr::{memchr, memrchr};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::bytes::{holds, is_one_of, position};
use crate::clean::{clean, cleaned, is_plain};

/// A JSON value; objects keep every key in its order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Number(f64),
    /// Cleaned, since an escape such as `\u001b` hides from the text around it.
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// The keys are cleaned and in lower case.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl Json<'_> {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().find(|it| it.0 == key).map(|it| &it.1),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => None,
        }
    }
}

/// The objects of a text that are not inside another object.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub(super) objects: Vec<(Range<usize>, Json<'a>)>,
    /// Where something begins like a reply in JSON but does not parse.
    pub(super) broken: Vec<usize>,
}

/// Reads every object; the effort is bounded by a multiple of the text's length.
pub(super) fn find(text: &str) -> Found<'_> {
    let bytes = text.as_bytes();
    let mut found = Found::default();
    let mut budget = bytes.len().saturating_mul(6).saturating_add(4096);
    let last_close = memrchr(b'}', bytes).unwrap_or_default();
    let mut at = 0;
    while let Some(offset) = memchr(b'{', &bytes[at..]) {
        let start = at + offset;
        at = start + 1;
        if !opens_object(bytes, start) {
            continue;
        }
        if budget == 0 {
            found.broken.push(start);
            break;
        }
        let parsed = object_end(bytes, start, last_close, &mut budget)
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
fn object_end(bytes: &[u8], start: usize, last_close: usize, budget: &mut usize) -> Option<usize> {
    let until = bytes.len().min(start.saturating_add(*budget));
    let piece = &bytes[start..until];
    let close = if start < last_close { closing_brace(piece) } else { None };
    let end = close.map(|it| start + it + 1);
    *budget -= end.unwrap_or(until) - start;
    end
}

/// Where the object closes that the bytes begin with.
fn closing_brace(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'"' => at += string_end(&bytes[at + 1..])? + 1,
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Where the closing mark of a string stands.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += position(bytes.get(at..)?, |it| is_one_of(it, [b'"', b'\\']))?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(cleaned(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(clean(value).into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(if is_plain(&value) { value.into() } else { clean(&value).into() }))
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some((Key(key), value)) = map.next_entry()? {
            entries.push((key, value));
        }
        Ok(Json::Object(entries))
    }
}

/// The key of an object, cleaned and in lower case.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the key of an object")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        let folded = is_plain(key) && !holds(key.as_bytes(), |it| it.is_ascii_uppercase());
        Ok(Key(if folded { key.into() } else { folded_key(key).into() }))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(folded_key(key).into()))
    }
}

fn folded_key(key: &str) -> String {
    if is_plain(key) { key.to_ascii_lowercase() } else { clean(key).to_lowercase() }
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
        let want =
            Json::Object(vec![("a".into(), Json::Number(1.0)), ("a".into(), Json::Number(2.0))]);
        assert_eq!(found.objects[0].1, want);
    }

    #[test]
    fn escapes_inside_strings_are_cleaned() {
        let found = find("{\"a\":\"HI\\u200bGH\\u001b[2J\"}");
        assert_eq!(found.objects[0].1.get("a"), Some(&Json::Text("HIGH".into())));
    }

    #[test]
    fn many_open_braces_end_soon() {
        let text = "{\"a\":".repeat(100_000);
        check(&text, &[], 1);
    }
}
