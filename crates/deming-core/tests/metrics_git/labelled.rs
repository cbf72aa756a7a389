//! Histories with labels written by hand (`labelled.txt`), read and built here.

use std::collections::BTreeMap;

use deming_core::metrics::compute::{Measured, Report};
use deming_core::metrics::file_class::{Class, Override};
use deming_core::metrics::targets::{Metric, Targets};

use super::history::{History, Tree};
use super::repository::Repository;

const SAMPLE: &str = include_str!("labelled.txt");

#[test]
fn every_label_of_the_sample_is_measured() {
    let texts = texts();
    let mut commits = 0;
    for (name, lines) in histories() {
        commits += check(name, &lines, &texts);
    }
    assert!(150 <= commits, "the sample has {commits} labelled commits");
}

/// Builds one history, measures it, compares; returns how many commits it has.
#[track_caller]
fn check(name: &str, lines: &[&str], texts: &BTreeMap<&str, String>) -> usize {
    let mut history = History::default();
    let mut overrides = Vec::new();
    let mut labels: BTreeMap<String, &str> = BTreeMap::new();
    let mut totals = None;
    let mut branch = "main".to_owned();
    for (number, line) in lines.iter().enumerate() {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let subject = format!("commit {number}");
        match command {
            "*" | "merge" => {
                let (steps, label) = rest.rsplit_once("=>").expect("a commit has a label");
                labels.insert(subject.clone(), label.trim());
                let mut steps: Vec<&str> = steps.split(';').map(str::trim).collect();
                if command == "*" {
                    let tree = edited(history.tree(&branch), &steps, texts, number);
                    history.commit(&branch, &subject, tree);
                } else {
                    let other = steps.remove(0);
                    let tree = edited(history.merged(&branch, other), &steps, texts, number);
                    history.merge(&branch, other, &subject, tree);
                }
            }
            "branch" => history.branch(rest, &branch),
            "switch" => branch = rest.to_owned(),
            "class" => {
                let (pattern, class) = rest.split_once(' ').expect("a pattern and a class");
                let class: Class = serde_json::from_str(&format!("\"{class}\"")).unwrap();
                overrides.push(Override { pattern: pattern.to_owned(), class });
            }
            "=" => totals = Some(rest),
            other => panic!("{name}: unknown line `{other}`"),
        }
    }
    let repository = Repository::import(&history.into_stream());
    let report = repository.report(&overrides, &Targets::default());
    let subjects: BTreeMap<String, String> = repository
        .lines(&["log", "--format=%H %s", "main"])
        .iter()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(hash, subject)| (hash.to_owned(), subject.to_owned()))
        .collect();
    let found: BTreeMap<&str, String> =
        report.commits.iter().map(|it| (subjects[&it.hash].as_str(), label_of(it))).collect();
    for (subject, &want) in &labels {
        let label = found.get(subject.as_str()).map_or("left out", String::as_str);
        assert_eq!(label, want, "{name}: {subject}");
    }
    assert_eq!(labels.len(), subjects.len(), "{name}: every commit is labelled and reachable");
    for total in totals.expect("a history has totals").split(", ") {
        let (key, want) = total.rsplit_once(' ').expect("a name and a number");
        assert_eq!(total_of(&report, key), want, "{name}: {key}");
    }
    labels.len()
}

fn label_of(commit: &Measured) -> String {
    let mut label = format!("prod {} test {} files {}", commit.prod, commit.test, commit.files);
    match commit.paired {
        Some(true) => label += " paired",
        Some(false) => label += " alone",
        None => (),
    }
    label
}

fn total_of(report: &Report, key: &str) -> String {
    let share = |metric: &Metric| format!("{}/{}", metric.numerator, metric.denominator);
    let lines = |metric: &Metric| metric.numerator.to_string();
    let metrics = &report.metrics;
    match key {
        "commits" => lines(&metrics.commits),
        "with code" => report.code_commits.to_string(),
        "merges" => report.merges.to_string(),
        "resolved" => report.resolved.len().to_string(),
        "roots" => report.roots.to_string(),
        "moved tests" => report.moved_tests.len().to_string(),
        "half" => lines(&metrics.size_p50),
        "nine of ten" => lines(&metrics.size_p90),
        "largest" => lines(&metrics.largest_commit),
        "large" => share(&metrics.large_commits),
        "sprawling" => share(&metrics.sprawling_commits),
        "pairing" => share(&metrics.test_pairing),
        "rework" => share(&metrics.rework),
        other => panic!("no total is called `{other}`"),
    }
}

/// Applies `+N path`, `-N path`, `~N path`, `mv a b`, `rm a`, `bin a` and
/// `text a name` to a tree.
fn edited(mut tree: Tree, steps: &[&str], texts: &BTreeMap<&str, String>, number: usize) -> Tree {
    for (at, step) in steps.iter().filter(|step| !step.is_empty()).enumerate() {
        let (verb, rest) = step.split_once(' ').expect("a verb and a path");
        let line = |it: usize| format!("line {number}.{at}.{it}\n");
        let fresh = |count: usize| (0..count).map(line).collect::<String>().into_bytes();
        match (verb.split_at(1), rest) {
            (("+", count), path) => {
                tree.entry(bytes(path)).or_default().extend(fresh(count.parse().unwrap()));
            }
            (("-", count), path) => {
                shorten(tree.get_mut(&bytes(path)).unwrap(), count.parse().unwrap());
            }
            (("~", count), path) => {
                let content = tree.get_mut(&bytes(path)).unwrap();
                shorten(content, count.parse().unwrap());
                content.extend(fresh(count.parse().unwrap()));
            }
            (("m", "v"), paths) => {
                let (old, new) = paths.split_once(' ').expect("two paths");
                let content = tree.remove(&bytes(old)).unwrap();
                tree.insert(bytes(new), content);
            }
            (("r", "m"), path) => {
                tree.remove(&bytes(path)).unwrap();
            }
            (("b", "in"), path) => {
                tree.insert(bytes(path), format!("\0{number} {at}").into_bytes());
            }
            (("t", "ext"), rest) => {
                let (path, name) = rest.split_once(' ').expect("a path and a text");
                tree.insert(bytes(path), texts[name].clone().into_bytes());
            }
            (other, _) => panic!("unknown step `{other:?}`"),
        }
    }
    tree
}

fn shorten(content: &mut Vec<u8>, lines: usize) {
    for _ in 0..lines {
        content.pop();
        let end = content.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        content.truncate(end);
    }
}

/// A path with `%20`-like escapes for bytes that the sample cannot hold.
fn bytes(path: &str) -> Vec<u8> {
    let mut parts = path.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    bytes
}

fn histories() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut histories: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut in_text = false;
    for line in SAMPLE.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with("text ") || line == "end" {
            in_text = line != "end";
        } else if let Some(name) = line.strip_prefix("history ") {
            histories.push((name, Vec::new()));
        } else if !in_text && !line.trim().is_empty() {
            histories.last_mut().expect("a history comes first").1.push(line.trim());
        }
    }
    histories
}

/// Contents of files by name, each line of them behind a bar.
fn texts() -> BTreeMap<&'static str, String> {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    let mut open = None;
    for line in SAMPLE.lines() {
        if let Some(name) = line.strip_prefix("text ") {
            open = Some(name);
        } else if line == "end" {
            open = None;
        } else if let (Some(name), Some(content)) = (open, line.strip_prefix('|')) {
            *texts.entry(name).or_default() += &format!("{content}\n");
        }
    }
    texts
}
