//! Which texts can hold a vendor's token at all, known without loading a rule.
//!
//! Each rule has keywords, one of which stands in every text that it matches,
//! and a shortest run of characters without which it matches nothing. Most
//! plans have no such pair, and loading the rules is what a scan costs.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Keyword, characters and the least length of their run, a line each, as the
/// pinned rules have them; `tests/it/keywords.rs` reads them out again.
const TABLE: &str = include_str!("keywords.txt");

/// Found by their first two bytes: an automaton of so many words takes longer
/// to build than a plan takes to search.
struct Table {
    /// A bit for each pair of bytes that starts a keyword.
    starts: Vec<u64>,
    keywords: HashMap<[u8; 2], Vec<Keyword>>,
}

/// A keyword in lower case, and the run that has to be there as well.
struct Keyword {
    word: &'static str,
    set: usize,
    length: usize,
}

type Belongs = fn(u8) -> bool;

/// Bytes beyond ASCII belong to each, since some rules take any of them.
const SETS: [(&str, Belongs); 3] = [
    ("plain", |it| it.is_ascii_alphanumeric() || !it.is_ascii()),
    ("word", |it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-') || !it.is_ascii()),
    ("wide", |it| !it.is_ascii_whitespace() && !matches!(it, b'"' | b'\'' | b'`')),
];

static READ: LazyLock<Option<Table>> = LazyLock::new(|| read(TABLE));

/// Whether any rule might match; also when the table is broken, so that the
/// rules themselves are asked.
pub(super) fn may_match(text: &str) -> bool {
    let Some(table) = READ.as_ref() else { return true };
    let bytes = text.as_bytes();
    let longest = SETS.map(|(_, belongs)| longest_run(bytes, belongs));
    let mut pairs = bytes.windows(2).enumerate();
    pairs.any(|(at, pair)| {
        let pair = [pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase()];
        let bit = usize::from(u16::from_be_bytes(pair));
        table.starts[bit / 64] >> (bit % 64) & 1 == 1
            && table.keywords.get(&pair).is_some_and(|keywords| {
                keywords.iter().any(|it| {
                    it.length <= longest[it.set]
                        && bytes[at..]
                            .get(..it.word.len())
                            .is_some_and(|found| found.eq_ignore_ascii_case(it.word.as_bytes()))
                })
            })
    })
}

fn longest_run(bytes: &[u8], belongs: Belongs) -> usize {
    bytes.split(|it| !belongs(*it)).map(<[u8]>::len).max().unwrap_or_default()
}

fn read(table: &'static str) -> Option<Table> {
    let mut starts = vec![0_u64; (1 << 16) / 64];
    let mut keywords: HashMap<[u8; 2], Vec<Keyword>> = HashMap::new();
    for line in table.lines() {
        let mut fields = line.rsplitn(3, ' ');
        let length = fields.next()?.parse().ok()?;
        let name = fields.next()?;
        let word = fields.next()?;
        let set = SETS.iter().position(|it| it.0 == name)?;
        let pair = word.as_bytes().first_chunk::<2>()?.map(|it| it.to_ascii_lowercase());
        let bit = usize::from(u16::from_be_bytes(pair));
        starts[bit / 64] |= 1 << (bit % 64);
        keywords.entry(pair).or_default().push(Keyword { word, set, length });
    }
    Some(Table { starts, keywords })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: bool) {
        assert_eq!(may_match(text), want, "{text}");
    }

    #[test]
    fn the_table_can_be_read() {
        assert!(READ.is_some());
        assert!(read("ghp_ plain").is_none());
        assert!(read("ghp_ strange 3").is_none());
        assert!(read("g plain 3").is_none());
    }

    #[test]
    fn prose_needs_no_rules() {
        check(
            "Store the key in the vault, then run `test_login` in src/auth/session_store.rs.",
            false,
        );
    }

    #[test]
    fn a_keyword_beside_a_long_run_needs_them() {
        let run = "a1".repeat(18);
        check(&format!("gh{}_{run}", "p"), true);
        check(&format!("GH{}_{run}", "P"), true);
        check(&run, false);
    }
}
