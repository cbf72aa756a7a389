//! What a project aims at, and one number held against it.

use serde::{Deserialize, Serialize};

/// Shares of fewer cases than this are shown as counts and not judged.
pub const FEWEST_FOR_A_SHARE: u64 = 5;

/// Bounds, all inclusive. Lines are added plus deleted ones.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Targets {
    /// A commit with more product lines is large.
    pub large_lines: u64,
    /// A commit with more human-written files is sprawling.
    pub sprawling_files: u64,
    /// Product and test lines of the largest commit.
    pub largest_commit: u64,
    /// Product and test lines, on average.
    pub lines_per_commit: u64,
    /// Human-written files, on average.
    pub files_per_commit: u64,
    /// Percent.
    pub large_commits: u64,
    /// Percent.
    pub sprawling_commits: u64,
    /// Percent.
    pub test_pairing: u64,
    /// Percent.
    pub test_first: u64,
}

impl Default for Targets {
    fn default() -> Self {
        Self {
            large_lines: 100,
            sprawling_files: 5,
            largest_commit: 200,
            lines_per_commit: 100,
            files_per_commit: 5,
            large_commits: 20,
            sprawling_commits: 10,
            test_pairing: 50,
            test_first: 80,
        }
    }
}

/// A bound that includes its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    AtMost(u64),
    AtLeast(u64),
}

impl Target {
    pub fn number(self) -> u64 {
        match self {
            Self::AtMost(number) | Self::AtLeast(number) => number,
        }
    }

    /// Compares `numerator / denominator` without rounding.
    fn is_met(self, numerator: u64, denominator: u64) -> bool {
        let numerator = u128::from(numerator);
        let bound = u128::from(self.number()) * u128::from(denominator);
        match self {
            Self::AtMost(_) => numerator <= bound,
            Self::AtLeast(_) => bound <= numerator,
        }
    }
}

/// What a metric counts in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unit {
    Commits,
    Lines,
    Files,
    /// A share, in percent.
    Percent,
}

/// One number with where it comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Metric {
    pub unit: Unit,
    pub numerator: u64,
    /// Zero when there was nothing to measure.
    pub denominator: u64,
    pub target: Option<Target>,
}

impl Metric {
    pub(super) fn number(unit: Unit, number: Option<u64>, target: Option<Target>) -> Self {
        let denominator = u64::from(number.is_some());
        Self { unit, numerator: number.unwrap_or_default(), denominator, target }
    }

    pub(super) fn share(numerator: u64, denominator: u64, target: Option<Target>) -> Self {
        Self { unit: Unit::Percent, numerator, denominator, target }
    }

    /// The number in its unit; `None` when it does not apply, and for a share
    /// of too few cases.
    pub fn value(&self) -> Option<f64> {
        let scale = match self.unit {
            Unit::Percent => 100.0,
            Unit::Commits | Unit::Lines | Unit::Files => 1.0,
        };
        self.is_judged().then(|| self.numerator as f64 * scale / self.denominator as f64)
    }

    /// Whether the target is met; `None` without a target or without a value.
    pub fn met(&self) -> Option<bool> {
        let target = self.target.filter(|_| self.is_judged())?;
        let scale = match self.unit {
            Unit::Percent => 100,
            Unit::Commits | Unit::Lines | Unit::Files => 1,
        };
        Some(target.is_met(self.numerator.saturating_mul(scale), self.denominator))
    }

    /// Whether there was anything to measure.
    pub fn applies(&self) -> bool {
        0 < self.denominator
    }

    fn is_judged(&self) -> bool {
        let fewest = match self.unit {
            Unit::Percent => FEWEST_FOR_A_SHARE,
            Unit::Commits | Unit::Lines | Unit::Files => 1,
        };
        fewest <= self.denominator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(metric: Metric, value: Option<f64>, met: Option<bool>) {
        assert_eq!((metric.value(), metric.met()), (value, met));
    }

    #[test]
    fn targets_include_their_number() {
        let at_most = Some(Target::AtMost(20));
        check(Metric::share(1, 5, at_most), Some(20.0), Some(true));
        check(Metric::share(201, 1000, at_most), Some(20.1), Some(false));
        check(Metric::share(1, 2000, Some(Target::AtLeast(50))), Some(0.05), Some(false));
        check(Metric::share(3, 6, Some(Target::AtLeast(50))), Some(50.0), Some(true));
        check(
            Metric::number(Unit::Lines, Some(200), Some(Target::AtMost(200))),
            Some(200.0),
            Some(true),
        );
    }

    #[test]
    fn few_cases_give_counts_and_none_gives_nothing() {
        let at_most = Some(Target::AtMost(20));
        check(Metric::share(4, 4, at_most), None, None);
        check(Metric::share(0, 0, at_most), None, None);
        check(Metric::number(Unit::Lines, None, at_most), None, None);
        check(Metric::share(1, 5, None), Some(20.0), None);
    }
}
