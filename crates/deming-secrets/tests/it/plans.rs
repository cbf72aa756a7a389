//! Ordinary plans full of placeholders, digests and identifiers: not one finding.

use std::path::Path;

use deming_core::secret::{Scanner as _, position};
use deming_secrets::RuleScanner;

#[test]
fn ordinary_plans_hold_no_secrets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/plans");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let found: Vec<String> = RuleScanner
            .scan(&text)
            .unwrap()
            .into_iter()
            .map(|it| format!("{} in line {}", it.kind, position(&text, it.span.start).line))
            .collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
        names.push(path);
    }
    assert_eq!(names.len(), 10);
}
