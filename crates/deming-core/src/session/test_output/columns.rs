//! Summaries with one number to a line.

use super::{TestCounts, labelled};

#[derive(Default)]
pub(super) struct Columns {
    seen: bool,
    passed: u32,
    failed: u32,
    skipped: u32,
    /// Where only a total is given beside the failures.
    total: Option<u32>,
    /// The lines that follow belong to a summary with colons.
    in_dotnet: bool,
    /// Files that ended before their tests; node counts each as a failed test.
    crashed: u32,
}

impl Columns {
    /// Takes a trimmed line if it belongs to such a summary.
    pub(super) fn read(&mut self, line: &str) -> bool {
        // What node prints below an error that nobody caught.
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if bare
            .strip_prefix("Node.js v")
            .is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
        {
            self.crashed = self.crashed.saturating_add(1);
            return true;
        }
        let Some((slot, number)) = self.slot(line) else { return false };
        *slot = slot.saturating_add(number);
        self.seen = true;
        true
    }

    pub(super) fn counts(self) -> Option<TestCounts> {
        let Self { passed, failed, skipped, total, crashed, .. } = self;
        let counted = TestCounts::new(passed, failed, skipped);
        let counts = match total {
            Some(total) if counted.total < total => TestCounts::of_total(total, failed, skipped),
            Some(_) | None => counted,
        };
        self.seen.then_some(counts.with_unloaded(crashed))
    }

    fn slot(&mut self, line: &str) -> Option<(&mut u32, u32)> {
        if line.starts_with("Test run summary:") || line.starts_with("Total tests:") {
            self.in_dotnet = true;
            return labelled(line, "tests:").map(|total| (self.total.insert(0), total));
        }
        if self.in_dotnet
            && let Some((label, number)) = line.split_once(':')
        {
            // dotnet: `Passed: 4`, `failed: 1` below its heading
            let number = number.trim().parse().ok()?;
            return match label.to_lowercase().as_str() {
                "passed" | "succeeded" => Some((&mut self.passed, number)),
                "failed" => Some((&mut self.failed, number)),
                "skipped" => Some((&mut self.skipped, number)),
                _ => None,
            };
        }
        if let Some(line) = line.strip_prefix("ℹ ").or(line.strip_prefix("# ")) {
            // node --test and tape: `ℹ pass 5`, `# fail 0`
            let (word, number) = line.split_once(' ')?;
            let number = number.trim().parse().ok()?;
            return match word {
                "pass" => Some((&mut self.passed, number)),
                "fail" | "cancelled" => Some((&mut self.failed, number)),
                "skipped" | "skip" | "todo" => Some((&mut self.skipped, number)),
                _ => None,
            };
        }
        if let Some(line) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            // JUnit console: `[         5 tests successful      ]`
            let (number, word) = line.trim().split_once(" tests ")?;
            let number = number.parse().ok()?;
            return match word {
                "successful" => Some((&mut self.passed, number)),
                "failed" | "aborted" => Some((&mut self.failed, number)),
                "skipped" => Some((&mut self.skipped, number)),
                _ => None,
            };
        }
        // mocha: `5 passing (20ms)`; playwright: `5 passed (3.0s)`, `1 failed`; bun: `5 pass`
        let (number, rest) = line.split_once(' ')?;
        let number = number.parse().ok()?;
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, "()"));
        if !rest.starts_with('(') || !rest.ends_with(')') {
            return None;
        }
        match word {
            "passing" | "passed" | "pass" => Some((&mut self.passed, number)),
            "failing" | "failed" | "fail" => Some((&mut self.failed, number)),
            "pending" | "skipped" | "skip" => Some((&mut self.skipped, number)),
            _ => None,
        }
    }
}
