//! Computes the metrics of a history: sizes, files, test pairing, rework.
//! Each number keeps its numerator and denominator; none is guessed.

use std::collections::HashMap;

use super::file_class::{Class, Classifier};
use super::history::{Commit, FileChange, Lines, RepoPath};
use super::pairing::Pairing;
use super::targets::{Metric, Target, Targets, Unit};

/// Everything that is measured.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// In git's order, newest first.
    pub commits: &'a [Commit],
    pub classifier: &'a Classifier,
    pub targets: &'a Targets,
    /// Whether the repository lacks older history, so that a commit without a
    /// parent is never one that had none.
    pub is_shallow: bool,
    /// What differs between the two ends of the range ([`super::range::ends`]).
    pub net: Option<&'a [FileChange]>,
    /// From recorded events; git cannot know the order within a commit.
    pub test_first: Option<TestFirst>,
}

/// How the steps of a session came to their tests.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TestFirst {
    pub proven: u64,
    pub likely: u64,
    pub test_after: u64,
    pub no_test: u64,
    /// Not counted as a step either way: nothing was recorded of its order.
    pub not_seen: u64,
    pub not_applicable: u64,
}

/// The metrics of a history and what they were computed from.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub metrics: Metrics,
    pub targets: Targets,
    /// Commits that change product or test lines.
    pub code_commits: u64,
    pub merges: u64,
    /// Merges that differ from the automatic merge of their parents.
    pub resolved: Vec<Resolved>,
    /// Root commits that were left out, since they import rather than change.
    pub roots: u64,
    pub moved_tests: Vec<MovedTest>,
    pub test_first: Option<TestFirst>,
    /// One for each measured commit, in the order of the input.
    pub commits: Vec<Measured>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Commits that are neither merges nor imports.
    pub commits: Metric,
    pub size_p50: Metric,
    pub size_p90: Metric,
    pub largest_commit: Metric,
    pub lines_per_commit: Metric,
    pub files_per_commit: Metric,
    pub large_commits: Metric,
    pub sprawling_commits: Metric,
    pub test_pairing: Metric,
    /// The part of the changed lines that is not left at the end.
    pub rework: Metric,
    pub test_first: Option<Metric>,
}

impl Metrics {
    /// Each metric with its name in JSON, in the order in which to show them.
    pub fn named(&self) -> Vec<(&'static str, Metric)> {
        let mut named = vec![
            ("commits", self.commits),
            ("size_p50", self.size_p50),
            ("size_p90", self.size_p90),
            ("largest_commit", self.largest_commit),
            ("lines_per_commit", self.lines_per_commit),
            ("files_per_commit", self.files_per_commit),
            ("large_commits", self.large_commits),
            ("sprawling_commits", self.sprawling_commits),
            ("test_pairing", self.test_pairing),
            ("rework", self.rework),
        ];
        named.extend(self.test_first.map(|metric| ("test_first", metric)));
        named
    }
}

/// A merge whose result is not the automatic one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resolved {
    pub hash: String,
    pub lines: Lines,
}

/// A rename of a test to a path that is product.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MovedTest {
    pub hash: String,
    pub from: RepoPath,
    pub to: RepoPath,
}

/// What one commit changes. Lines are added plus deleted ones.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Measured {
    pub hash: String,
    pub prod: u64,
    pub test: u64,
    /// Human-written files with at least one changed line.
    pub files: u64,
    /// Whether its product change came with tests; `None` without one.
    pub paired: Option<bool>,
}

impl Measured {
    pub fn size(&self) -> u64 {
        self.prod.saturating_add(self.test)
    }
}

/// Computes all metrics of a history.
pub fn compute(input: Input<'_>) -> Report {
    let roots_are_imports =
        input.is_shallow || input.commits.iter().any(|commit| !commit.is_root());
    let is_left_out =
        |commit: &Commit| commit.is_merge() || (roots_are_imports && commit.is_root());
    let mut classes = Classes { classifier: input.classifier, known: HashMap::new() };
    let changes: Vec<Change> =
        input.commits.iter().map(|commit| classes.change(&commit.files)).collect();
    let pairing = Pairing::new(input.commits, &changes, is_left_out);

    let mut measured = Vec::new();
    let mut moved_tests = Vec::new();
    for (at, commit) in input.commits.iter().enumerate().filter(|(_, it)| !is_left_out(it)) {
        let Change { prod, test, files } = changes[at];
        let paired = (0 < prod).then(|| pairing.has_tests(at));
        measured.push(Measured { hash: commit.hash.clone(), prod, test, files, paired });
        moved_tests.extend(commit.files.iter().filter_map(|file| classes.moved_test(commit, file)));
    }
    let merges = || input.commits.iter().filter(|commit| commit.is_merge());
    let net = input.net.map(|files| classes.change(files));
    Report {
        metrics: metrics(&measured, input.targets, net, input.test_first),
        targets: *input.targets,
        code_commits: count(&measured, |it| 0 < it.size()),
        merges: merges().count() as u64,
        resolved: merges()
            .filter(|commit| 0 < commit.resolution.total())
            .map(|commit| Resolved { hash: commit.hash.clone(), lines: commit.resolution })
            .collect(),
        roots: input.commits.iter().filter(|it| !it.is_merge() && is_left_out(it)).count() as u64,
        moved_tests,
        test_first: input.test_first,
        commits: measured,
    }
}

fn metrics(
    commits: &[Measured],
    targets: &Targets,
    net: Option<Change>,
    test_first: Option<TestFirst>,
) -> Metrics {
    let total = commits.len() as u64;
    let mut sizes: Vec<u64> = commits.iter().map(Measured::size).filter(|&it| 0 < it).collect();
    sizes.sort_unstable();
    let code = sizes.len() as u64;
    let lines: u64 = sizes.iter().sum();
    let product = count(commits, |it| 0 < it.prod);
    let size = |number, target| Metric::number(Unit::Lines, number, target);
    let average = |unit, sum, count, target| Metric {
        unit,
        numerator: sum,
        denominator: count,
        target: Some(Target::AtMost(target)),
    };
    let at_most = |percent| Some(Target::AtMost(percent));
    Metrics {
        commits: Metric::number(Unit::Commits, Some(total), None),
        size_p50: size(percentile(&sizes, 50), None),
        size_p90: size(percentile(&sizes, 90), None),
        largest_commit: size(sizes.last().copied(), at_most(targets.largest_commit)),
        lines_per_commit: average(Unit::Lines, lines, code, targets.lines_per_commit),
        files_per_commit: average(
            Unit::Files,
            commits.iter().map(|it| it.files).sum(),
            total,
            targets.files_per_commit,
        ),
        large_commits: Metric::share(
            count(commits, |it| targets.large_lines < it.prod),
            code,
            at_most(targets.large_commits),
        ),
        sprawling_commits: Metric::share(
            count(commits, |it| targets.sprawling_files < it.files),
            total,
            at_most(targets.sprawling_commits),
        ),
        test_pairing: Metric::share(
            count(commits, |it| it.paired == Some(true)),
            product,
            Some(Target::AtLeast(targets.test_pairing)),
        ),
        rework: rework(lines, net),
        test_first: test_first.map(|it| {
            let right = it.proven + it.likely;
            let steps = right + it.test_after + it.no_test;
            Metric::share(right, steps, Some(Target::AtLeast(targets.test_first)))
        }),
    }
}

fn count(commits: &[Measured], is_counted: impl Fn(&Measured) -> bool) -> u64 {
    commits.iter().filter(|it| is_counted(it)).count() as u64
}

/// The nearest rank: the least size that so many percent of the commits do not
/// exceed.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// Lines that were changed again later, of all changed lines. More net than
/// changed lines means that the range is not one line of work: no number then.
fn rework(lines: u64, net: Option<Change>) -> Metric {
    let net = net.map(|net| net.prod.saturating_add(net.test)).filter(|net| *net <= lines);
    match net {
        Some(net) => {
            Metric { unit: Unit::Percent, numerator: lines - net, denominator: lines, target: None }
        }
        None => Metric::share(0, 0, None),
    }
}

/// Lines of one diff by what they are for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Change {
    pub(super) prod: u64,
    pub(super) test: u64,
    files: u64,
}

struct Classes<'a> {
    classifier: &'a Classifier,
    known: HashMap<(RepoPath, bool), Class>,
}

impl Classes<'_> {
    fn of(&mut self, path: &RepoPath, is_binary: bool) -> Class {
        let classify = || self.classifier.classify(path, is_binary);
        *self.known.entry((path.clone(), is_binary)).or_insert_with(classify)
    }

    fn change(&mut self, files: &[FileChange]) -> Change {
        let mut change = Change::default();
        for file in files {
            let class = self.of(&file.path, file.lines.is_none());
            let lines = file.lines.unwrap_or_default();
            if lines == Lines::NONE || !class.is_human_written() {
                continue;
            }
            change.files += 1;
            match class {
                Class::Prod => {
                    let tests = file.inline_tests.total().min(lines.total());
                    change.prod += lines.total() - tests;
                    change.test += tests;
                }
                Class::Test => change.test += lines.total(),
                Class::Docs
                | Class::Config
                | Class::Generated
                | Class::Vendored
                | Class::Binary
                | Class::Fixture => (),
            }
        }
        change
    }

    fn moved_test(&mut self, commit: &Commit, file: &FileChange) -> Option<MovedTest> {
        let from = file.from.as_ref()?;
        let is_moved =
            self.of(from, false) == Class::Test && self.of(&file.path, false) == Class::Prod;
        is_moved.then(|| MovedTest {
            hash: commit.hash.clone(),
            from: from.clone(),
            to: file.path.clone(),
        })
    }
}
