//! The table of keywords against the rules of the library: what it leaves
//! unasked, no rule could have matched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/vendor.rs");
const TABLE: &str = include_str!("../../src/vendor/keywords.txt");
/// Runs below this are not worth telling from any text.
const SHORTEST: usize = 14;

/// Which bytes a set of `src/vendor/keyword.rs` holds beside those beyond ASCII.
type Set = fn(u8) -> bool;

const SETS: [(&str, Set); 3] = [
    ("plain", |it| it.is_ascii_alphanumeric()),
    ("word", |it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-')),
    ("wide", |it| !it.is_ascii_whitespace() && !matches!(it, b'"' | b'\'' | b'`')),
];

#[test]
fn the_table_says_what_the_rules_need() {
    let want = table(&rule_file());
    if std::env::var_os("DEMING_WRITE_KEYWORDS").is_some() {
        print_to_file(&want);
    }
    assert_eq!(TABLE, want, "read the difference, then set DEMING_WRITE_KEYWORDS=1 once");
}

#[expect(clippy::disallowed_methods, reason = "a table for the source, written on request")]
fn print_to_file(table: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/vendor/keywords.txt");
    std::fs::write(path, table).unwrap();
}

/// The rules as the library ships them; it has no door to their text.
#[expect(clippy::disallowed_methods, reason = "cargo alone knows where a library's files are")]
fn rule_file() -> String {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        // Of other platforms nothing was downloaded.
        .args(["--filter-platform", "host-tuple"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let library = packages.iter().find(|it| it["name"] == "veloci").unwrap();
    let manifest = PathBuf::from(library["manifest_path"].as_str().unwrap());
    let folder = manifest.parent().map(Path::to_path_buf).unwrap();
    std::fs::read_to_string(folder.join("vendor/betterleaks/betterleaks.toml")).unwrap()
}

/// Each keyword with what the rules behind it need at least.
fn table(rules: &str) -> String {
    let rules: toml::Table = toml::from_str(rules).unwrap();
    let excluded = excluded();
    let mut needs: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for rule in rules["rules"].as_array().unwrap() {
        let text = |name: &str| rule.get(name).and_then(toml::Value::as_str);
        let Some(pattern) = text("regex").filter(|_| text("path").is_none()) else { continue };
        let id = text("id").unwrap();
        let silent = rule.get("skipReport").and_then(toml::Value::as_bool).unwrap_or_default();
        if silent || excluded.iter().any(|it| matches(it, id)) {
            continue;
        }
        let (set, length) = need(pattern);
        let keywords = rule["keywords"].as_array().unwrap();
        assert!(!keywords.is_empty(), "`{id}` could match any text");
        for keyword in keywords {
            let keyword = keyword.as_str().unwrap().to_lowercase();
            let least = needs.entry((keyword, set)).or_insert(length);
            *least = length.min(*least);
        }
    }
    needs.iter().map(|((keyword, set), length)| format!("{keyword} {set} {length}\n")).collect()
}

/// The patterns of the rules that are switched off, from the one list of them.
fn excluded() -> Vec<String> {
    let source = std::fs::read_to_string(SOURCE).unwrap();
    let list = source.split("const EXCLUDED").nth(1).unwrap().split("];").next().unwrap();
    let patterns: Vec<String> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(20 < patterns.len());
    patterns
}

fn matches(pattern: &str, id: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => id.ends_with(end),
        (_, Some(start)) => id.starts_with(start),
        (None, None) => id == pattern,
    }
}

/// The narrowest set with a run that tells something, else any text.
fn need(pattern: &str) -> (&'static str, usize) {
    let hir = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern).unwrap();
    SETS.iter()
        .map(|(name, set)| (*name, run(&hir, *set)))
        .find(|(_, length)| SHORTEST <= *length)
        .unwrap_or(("wide", 0))
}

/// The longest run of bytes of the set that every match is certain to hold.
fn run(hir: &Hir, set: Set) -> usize {
    measure(hir, set).longest
}

#[derive(Clone, Copy, Default)]
struct Measure {
    longest: usize,
    /// The least length, where nothing else can be in between.
    solid: Option<usize>,
}

impl Measure {
    fn solid(length: usize) -> Self {
        Self { longest: length, solid: Some(length) }
    }
}

fn measure(hir: &Hir, set: Set) -> Measure {
    let holds = |it: u8| !it.is_ascii() || set(it);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Measure::solid(0),
        HirKind::Literal(literal) => {
            let runs = literal.0.split(|it| !holds(*it)).map(<[u8]>::len);
            let is_solid = literal.0.iter().all(|it| holds(*it));
            Measure {
                longest: runs.max().unwrap_or_default(),
                solid: is_solid.then_some(literal.0.len()),
            }
        }
        HirKind::Class(class) => {
            let ascii = |start: u32, end: u32| {
                (start..=end.min(0x7f)).all(|it| u8::try_from(it).is_ok_and(holds))
            };
            let is_solid = match class {
                Class::Unicode(class) => {
                    class.ranges().iter().all(|it| ascii(it.start().into(), it.end().into()))
                }
                Class::Bytes(class) => {
                    class.ranges().iter().all(|it| ascii(it.start().into(), it.end().into()))
                }
            };
            if is_solid { Measure::solid(1) } else { Measure::default() }
        }
        HirKind::Repetition(repetition) => {
            let inner = measure(&repetition.sub, set);
            let least = usize::try_from(repetition.min).unwrap();
            match inner.solid {
                Some(length) => Measure::solid(length * least),
                None if least == 0 => Measure::default(),
                None => Measure { longest: inner.longest, solid: None },
            }
        }
        HirKind::Capture(capture) => measure(&capture.sub, set),
        HirKind::Concat(parts) => {
            let mut whole = Measure::solid(0);
            let mut open = 0;
            for part in parts.iter().map(|it| measure(it, set)) {
                match part.solid {
                    Some(length) => open += length,
                    None => {
                        open = 0;
                        whole.solid = None;
                    }
                }
                whole.longest = whole.longest.max(open).max(part.longest);
            }
            whole.solid = whole.solid.map(|_| open);
            whole
        }
        HirKind::Alternation(parts) => {
            let parts: Vec<Measure> = parts.iter().map(|it| measure(it, set)).collect();
            Measure {
                longest: parts.iter().map(|it| it.longest).min().unwrap_or_default(),
                solid: parts.iter().map(|it| it.solid).min().flatten(),
            }
        }
    }
}

#[test]
fn runs_are_measured() {
    let plain = SETS[0].1;
    for (pattern, want) in [
        ("[a-z]{20}", 20),
        ("ghp_[a-z0-9]{36}", 36),
        ("(?i)[a-z]{4,9}x", 5),
        ("(?:a{3}|b{5})[0-9]{2}", 5),
        ("(?:a{3}|-b{5})[0-9]{2}", 3),
        (".{5}a{2}b?c{2}", 4),
        ("a{9}.?b{4}", 9),
        ("(?:ab-){3}", 2),
        ("(?:ab-)*", 0),
    ] {
        let hir = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern).unwrap();
        assert_eq!(run(&hir, plain), want, "{pattern}");
    }
}
