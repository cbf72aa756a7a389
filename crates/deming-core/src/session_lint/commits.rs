//! Commits: counted, named, and in git.

use super::block::Block;
use super::log::Log;
use super::named::{NamedCommit, plain_path};
use super::numbers::{first_decimal, first_ratio, leading_number};
use super::{GitCommit, GitFacts, Metrics, Report, Rule, about};
use crate::clean::clean_line;
use crate::render::markdown::inline;

pub(super) fn check(log: &Log<'_>, git: Option<&GitFacts>, report: &mut Report) {
    let named = log.distinct_commits();
    let total = log
        .metric("total commits")
        .and_then(|(line, value)| Some((line.line, usize::try_from(leading_number(value)?).ok()?)));
    let left_out = left_out(log);
    if let Some((line, total)) = total.filter(|it| it.1 + left_out != named) {
        let message = match left_out {
            0 => format!("{} counted", commits(total)),
            some => format!("{} counted and {some} not counted", commits(total)),
        };
        let steps: Vec<String> =
            log.blocks.iter().filter(|it| it.commits == 0).map(Block::name).collect();
        let silent = if total < named || steps.is_empty() {
            String::new()
        } else {
            format!("; none at step {}", steps.join(", "))
        };
        let truth = format!("{named} named in the progress log{silent}");
        report.add(line, Rule::CommitCount, message, truth);
    }
    for (line, value) in log.metric("test-first").into_iter().chain(log.metric("test pairing")) {
        if let Some((part, all)) = first_ratio(value).filter(|_| value.contains("commits"))
            && usize::try_from(all).is_ok_and(|it| named < it)
        {
            let message = format!("{part} of {all} commits");
            let truth = format!("{named} named in the progress log");
            report.add(line.line, Rule::CommitCount, message, truth);
        }
    }
    if 0 < named || total.is_some_and(|it| 0 < it.1) {
        check_steps(log, report);
    }
    if let Some(git) = git {
        check_git(log, git, total.map(|(line, total)| (line, total + left_out)), report);
    }
}

/// `Not counted: 2 merges`: commits that are named and stand in no metric.
fn left_out(log: &Log<'_>) -> usize {
    let lines = log.section("quality metrics").into_iter().flat_map(|it| it.items());
    let notes = lines.filter_map(|it| it.text.split_once("Not counted: "));
    let numbers = notes.filter_map(|(_, text)| usize::try_from(leading_number(text)?).ok());
    numbers.sum()
}

/// A step that is done names a commit, or says that there is none.
fn check_steps(log: &Log<'_>, report: &mut Report) {
    let last = log.blocks.last().map(|it| it.line);
    let has_ended = log.first_line("end time").is_some();
    for block in &log.blocks {
        let is_under_way = Some(block.line) == last && !has_ended;
        if block.commits == 0 && !block.says_no_commit && !block.is_open() && !is_under_way {
            let message = format!("step {} ends without a commit", block.name());
            let truth = "name its commit, or say that there is none";
            report.add(block.line, Rule::StepWithoutCommit, message, truth);
        }
    }
}

fn check_git(log: &Log<'_>, git: &GitFacts, total: Option<(u32, usize)>, report: &mut Report) {
    for named in &log.commits {
        let message = || format!("commit `{}`", named.hash.unwrap_or(named.subject));
        if let Some(commit) = find(&git.commits, named) {
            check_commit(named, commit, report);
        } else if find(&git.strangers, named).is_some() {
            let truth = "git has it, and it is none of the session's";
            report.add(named.line, Rule::GitCommit, message(), truth);
        } else {
            report.add(named.line, Rule::GitCommit, message(), "git has no such commit here");
        }
    }
    let given = [("base commit", about::base(log)), ("at commit", about::tested(log))];
    for (what, (line, hash)) in given.into_iter().filter_map(|it| Some((it.0, it.1?))) {
        if let Some((_, truth)) = git.wrong.iter().find(|it| it.0 == hash) {
            report.add(line, Rule::GitCommit, format!("{what} `{hash}`"), truth.clone());
        }
    }
    let in_git = git.commits.len();
    if let Some((line, total)) = total
        && (in_git < total || git.is_exact && in_git != total)
    {
        let message = format!("{} counted", commits(total));
        report.add(line, Rule::GitCount, message, format!("git has {in_git}"));
    }
    if git.is_exact
        && let Some(section) = log.section("progress log")
    {
        let is_named = |commit: &&GitCommit| {
            log.commits
                .iter()
                .any(|it| find(&git.commits, it).is_some_and(|found| found == *commit))
        };
        for commit in git.commits.iter().filter(|it| !is_named(it)) {
            let hash = commit.hash.get(..7).unwrap_or(&commit.hash);
            let truth = format!("git has `{hash}` \"{}\"", commit.subject);
            report.add(section.line, Rule::GitCommit, "a commit is not named", truth);
        }
    }
    check_lines(log, git, report);
    if let Some(measured) = &git.measured {
        check_metrics(log, measured, report);
    }
}

/// What no counting of lines, with or without generated files, can give.
fn check_lines(log: &Log<'_>, git: &GitFacts, report: &mut Report) {
    let largest = git.commits.iter().map(|it| it.lines).max().map_or(0.0, f64::from);
    let mut check = |label: &str, most: f64, truth: String| {
        if let Some((line, value)) = log.metric(label)
            && let Some((claimed, _)) = first_decimal(value)
            && most + claimed.slack() < claimed.value
        {
            report.add(line.line, Rule::GitLines, format!("{label}: {value}"), truth);
        }
    };
    let truth = format!("the largest commit in git has {largest} lines");
    check("largest commit", largest, truth.clone());
    check("lines per commit", largest, truth);
    if !git.is_exact || git.measured.is_some() {
        return;
    }
    let files: usize = git.commits.iter().map(|it| it.files.len()).sum();
    let lines = git.commits.iter().map(|it| it.lines).fold(0, u32::saturating_add);
    let files = u32::try_from(files).unwrap_or(u32::MAX);
    for (label, most, what) in
        [("files touched", files, "files"), ("lines per commit", lines, "lines")]
    {
        if let Some((line, value)) = log.metric(label)
            && first_ratio(value).is_some_and(|it| most < it.0)
        {
            let truth = format!("the commits in git have {most} {what}");
            report.add(line.line, Rule::GitLines, format!("{label}: {value}"), truth);
        }
    }
}

/// The numbers of a log against the same numbers, measured once more.
fn check_metrics(log: &Log<'_>, measured: &Metrics, report: &mut Report) {
    let metrics = [
        ("largest commit", measured.largest_commit),
        ("files touched", measured.files_per_commit),
        ("lines per commit", measured.lines_per_commit),
        ("test pairing", measured.test_pairing),
    ];
    for (label, metric) in metrics {
        let Some((line, value)) = log.metric(label) else { continue };
        let has_finding = report.findings.iter().any(|it| it.line == line.line);
        let cases = (metric.numerator, metric.denominator);
        let is_counted = first_ratio(value).map(|it| (u64::from(it.0), u64::from(it.1)));
        let is_same = match (is_counted, metric.value(), first_decimal(value)) {
            (Some(ratio), _, _) => ratio == cases,
            (None, Some(exact), Some((claimed, _))) => {
                (claimed.value - exact).abs() <= claimed.slack()
            }
            (None, _, _) => true,
        };
        if !is_same && !has_finding {
            let truth = match (label, cases) {
                ("largest commit", (lines, _)) => format!("{lines} lines by git"),
                (_, (part, all)) => format!("{part} in {all} by git"),
            };
            report.add(line.line, Rule::GitLines, format!("{label}: {value}"), truth);
        }
    }
}

fn check_commit(named: &NamedCommit<'_>, commit: &GitCommit, report: &mut Report) {
    if !named.subject.is_empty() && !is_called(named, commit) {
        let message = format!("the commit is called \"{}\"", named.subject);
        report.add(
            named.line,
            Rule::GitCommit,
            message,
            format!("git says \"{}\"", commit.subject),
        );
    }
    for file in &named.files {
        if !commit.files.iter().any(|it| plain_path(&clean_line(it)) == *file) {
            let message = format!("the commit holds `{file}`");
            let truth = "git has no such file in this commit";
            report.add(named.line + 1, Rule::GitCommit, message, truth);
        }
    }
}

fn find<'a>(commits: &'a [GitCommit], named: &NamedCommit<'_>) -> Option<&'a GitCommit> {
    commits.iter().find(|it| match named.hash {
        Some(hash) => it.hash.starts_with(&hash.to_lowercase()),
        None => is_called(named, it),
    })
}

/// As it is, or as a log writes it.
fn is_called(named: &NamedCommit<'_>, commit: &GitCommit) -> bool {
    named.subject == commit.subject || named.subject == inline(&commit.subject)
}

fn commits(number: usize) -> String {
    format!("{number} commit{}", if number == 1 { "" } else { "s" })
}
