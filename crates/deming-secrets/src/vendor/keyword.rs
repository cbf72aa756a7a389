//! Which texts can hold a vendor's token at all, known without loading a rule.
//!
//! Each rule has keywords, one of which stands in every text that it matches,
//! and a shortest run of characters without which it matches nothing. Most
//! plans have no such pair, and loading the rules is what a scan costs.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::search;

/// Keyword, characters and the least length of their run, a line each, as the
/// pinned rules have them; `tests/it/keywords.rs` reads them out again.
const TABLE: &str = include_str!("keywords.txt");

struct Table {
    keywords: AhoCorasick,
    /// Beside each keyword; one of them is enough.
    needs: Vec<Vec<Need>>,
}

/// A run of at least `length` bytes of one of [`SETS`].
#[derive(Clone, Copy)]
struct Need {
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
    let longest = SETS.map(|(_, belongs)| longest_run(text.as_bytes(), belongs));
    // A state that reports overlapping keywords never misses one.
    table.keywords.find_overlapping_iter(text).any(|found| {
        table.needs[found.pattern().as_usize()].iter().any(|need| need.length <= longest[need.set])
    })
}

fn longest_run(bytes: &[u8], belongs: Belongs) -> usize {
    bytes.split(|it| !belongs(*it)).map(<[u8]>::len).max().unwrap_or_default()
}

fn read(table: &str) -> Option<Table> {
    let mut keywords: Vec<&str> = Vec::new();
    let mut needs: Vec<Vec<Need>> = Vec::new();
    for line in table.lines() {
        let mut fields = line.rsplitn(3, ' ');
        let length = fields.next()?.parse().ok()?;
        let name = fields.next()?;
        let keyword = fields.next()?;
        let set = SETS.iter().position(|it| it.0 == name)?;
        if keywords.last() != Some(&keyword) {
            keywords.push(keyword);
            needs.push(Vec::new());
        }
        needs.last_mut()?.push(Need { set, length });
    }
    let keywords = search::builder().ascii_case_insensitive(true).build(keywords).ok()?;
    Some(Table { keywords, needs })
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
