//! Commits: counted, named, and in git.

use super::block::Block;
use super::log::Log;
use super::named::{NamedCommit, plain_path};
use super::numbers::{first_decimal, first_ratio, leading_number};
use super::{GitCommit, GitFacts, Report, Rule};
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
        match find(git, named) {
            Some(commit) => check_commit(named, commit, report),
            None => {
                let name = named.hash.unwrap_or(named.subject);
                let message = format!("commit `{name}`");
                report.add(named.line, Rule::GitCommit, message, "git has no such commit here");
            }
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
            log.commits.iter().any(|it| find(git, it).is_some_and(|found| found == *commit))
        };
        for commit in git.commits.iter().filter(|it| !is_named(it)) {
            let hash = commit.hash.get(..7).unwrap_or(&commit.hash);
            let truth = format!("git has `{hash}` \"{}\"", commit.subject);
            report.add(section.line, Rule::GitCommit, "a commit is not named", truth);
        }
    }
    let largest = git.commits.iter().map(|it| it.lines).max().unwrap_or(0);
    for label in ["largest commit", "lines per commit"] {
        if let Some((line, value)) = log.metric(label)
            && let Some((claimed, _)) = first_decimal(value)
            && f64::from(largest) + claimed.slack() < claimed.value
        {
            let message = format!("{label}: {value}");
            let truth = format!("the largest commit in git has {largest} lines");
            report.add(line.line, Rule::GitLines, message, truth);
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

fn find<'a>(git: &'a GitFacts, named: &NamedCommit<'_>) -> Option<&'a GitCommit> {
    git.commits.iter().find(|it| match named.hash {
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
