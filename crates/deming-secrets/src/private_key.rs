//! Private keys as blocks: found whole from mark to mark, and by what is there
//! of them where a mark is missing. Looks at the normalised view.

use std::ops::Range;

use crate::hit::Hit;
use crate::randomness::{entropy, is_sequence};

pub(crate) const KIND: &str = "private-key";
/// A block that is longer is not one block.
const LONGEST: usize = 64 * 1024;

/// Finds all private key blocks.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for (at, _) in text.match_indices("PRIVATE KEY") {
        if hits.last().is_some_and(|it| at < it.range.end) {
            continue;
        }
        let Some(mark) = Mark::around(text, at) else { continue };
        let found = match mark.begins {
            true => behind(text, mark.range),
            false => before(text, mark.range),
        };
        hits.extend(found.map(|range| Hit::rule(range, KIND)));
    }
    for (at, _) in text.match_indices("PuTTY-User-Key-File-") {
        let rest = &text[at..];
        let end = rest
            .find("Private-MAC:")
            .map(|it| it + rest[it..].find('\n').unwrap_or(rest.len() - it));
        let end = end
            .filter(|it| *it < LONGEST)
            .or_else(|| rest.find("Private-Lines:").map(|it| it + lines_of_key(&rest[it..]).0));
        hits.extend(end.map(|it| Hit::rule(at..at + it, KIND)));
    }
    hits
}

/// `-----BEGIN … PRIVATE KEY-----` or its end.
struct Mark {
    range: Range<usize>,
    begins: bool,
}

impl Mark {
    fn around(text: &str, at: usize) -> Option<Self> {
        let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let before = &text[line..at];
        let word = before.rfind("BEGIN").max(before.rfind("END"))?;
        let begins = before[word..].starts_with("BEGIN");
        let dashes = before[..word].trim_end();
        let count = dashes.len() - dashes.trim_end_matches('-').len();
        let behind = at + "PRIVATE KEY".len();
        let rest = text[behind..].strip_prefix(" BLOCK").unwrap_or(&text[behind..]);
        let rest_dashes = rest.trim_start().bytes().take_while(|it| *it == b'-').count();
        let end = text.len() - rest.trim_start().len() + rest_dashes;
        let plain = before[word..].len() < 40;
        (3 <= count && 3 <= rest_dashes && plain)
            .then(|| Self { range: line + dashes.len() - count..end, begins })
    }
}

/// The block that begins with this mark: to its end mark, else to the end of
/// the lines that look like its body.
fn behind(text: &str, mark: Range<usize>) -> Option<Range<usize>> {
    let rest = &text[mark.end..text.len().min(ceiling(text, mark.end + LONGEST))];
    let end_mark =
        rest.match_indices("PRIVATE KEY").find_map(|(at, _)| Mark::around(text, mark.end + at));
    if let Some(end) = end_mark.filter(|it| !it.begins) {
        // Marks without a body share their dashes.
        let body = &text[mark.end..end.range.start.max(mark.end)];
        return is_body(body).then_some(mark.start..end.range.end);
    }
    let (length, seen) = lines_of_key(rest);
    (24 <= seen && is_body(&rest[..length])).then_some(mark.start..mark.end + length)
}

/// The block that ends with this mark, its beginning cut off.
fn before(text: &str, mark: Range<usize>) -> Option<Range<usize>> {
    let mut start = mark.start;
    for line in text[..mark.start].trim_end().rsplit('\n') {
        if !is_line(line) || LONGEST < mark.start - start {
            break;
        }
        start = line.as_ptr() as usize - text.as_ptr() as usize;
    }
    is_body(&text[start..mark.start]).then_some(start..mark.end)
}

/// How far the body reaches, and how many characters of it there are.
fn lines_of_key(rest: &str) -> (usize, usize) {
    let (mut length, mut seen, mut position) = (0, 0, 0);
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        let header = line.contains(": ")
            && line.split(": ").next().is_some_and(|it| it.len() < 20 && !it.contains(' '));
        let blank = line.trim_matches(NOISE).is_empty();
        position += line.len();
        if is_line(line) {
            seen += line.trim_matches(NOISE).len();
            length = position - (line.len() - line.trim_end_matches(['\n', '\r']).len());
        } else if !(header && number < 5 || blank && (seen == 0 || number < 6)) {
            // What is left of a last line that was cut within its text.
            let cut =
                line.trim_start_matches(NOISE).bytes().take_while(|it| is_base64(*it)).count();
            if 16 <= cut && seen == 0 {
                let lead = line.len() - line.trim_start_matches(NOISE).len();
                length = position - line.len() + lead + cut;
                seen += cut;
            }
            break;
        }
    }
    (length, seen)
}

const NOISE: [char; 12] = [' ', '\t', '\n', '\r', '"', '\'', ',', '+', '\\', '`', '>', '|'];

/// Whether a line is base64 and nothing else, apart from quotes around it.
fn is_line(line: &str) -> bool {
    let line = line.trim_matches(NOISE);
    let line = line.strip_suffix("...").unwrap_or(line);
    8 <= line.len()
        && line.bytes().all(is_base64)
        && (20 <= line.len() || line.ends_with('=') || line.bytes().any(|it| it.is_ascii_digit()))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Whether what stands between the marks is a key and not a sentence about
/// one, nor an ellipsis in its place.
fn is_body(body: &str) -> bool {
    let key: String = body
        .lines()
        .filter(|it| !it.contains(": "))
        .flat_map(|it| it.split_whitespace())
        .map(|it| it.trim_matches(NOISE))
        .filter(|it| it.bytes().all(is_base64))
        .collect();
    let all = body
        .lines()
        .filter(|it| !it.contains(": "))
        .flat_map(str::chars)
        .filter(|it| it.is_alphanumeric())
        .count();
    40 <= key.len() && all * 3 <= key.len() * 4 && 4.0 < entropy(&key) && !is_sequence(&key)
}

fn ceiling(text: &str, offset: usize) -> usize {
    (offset..text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let found: Vec<&str> = find(text).iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(found, [want]);
    }

    #[test]
    fn blocks_are_found_whole() {
        let mut generator = Generator::new(41);
        for (label, lines) in [
            ("PRIVATE KEY", 1),
            ("RSA PRIVATE KEY", 24),
            ("EC PRIVATE KEY", 3),
            ("OPENSSH PRIVATE KEY", 6),
        ] {
            let block = generator.private_key(label, lines);
            check(&format!("before\n{block}\nafter"), &block);
            let indented = block.replace('\n', "\n    ");
            check(&format!("key: |\n    {indented}\nother: x"), &indented);
        }
    }

    #[test]
    fn a_block_without_its_end_is_found_as_far_as_it_goes() {
        let block = Generator::new(42).private_key("RSA PRIVATE KEY", 8);
        let cut = &block[..block.len() - 200];
        check(&format!("{cut}\n\nThe rest of the plan."), cut);
        check(&format!("{cut}\n```\n"), cut);
        let tail = &block[200..];
        let found = find(tail);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].range.end, tail.len());
    }

    #[test]
    fn talk_about_keys_and_public_keys_are_none() {
        for text in [
            "The line `-----BEGIN OPENSSH PRIVATE KEY-----` must be on its own line; our regex looks for it.",
            "-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n<your key here>\n-----END PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nthe body of the key goes here and should never be committed anywhere\n-----END RSA PRIVATE KEY-----",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
