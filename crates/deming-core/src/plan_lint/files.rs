//! Rules: files to modify are there, files to create are not, and no file is
//! deleted in one place and kept in another.

use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

use crate::finding::Level;
use crate::plan::{Intent, NamedFile};
use crate::plan_lint::finding::{LintFinding, RuleName, listed};
use crate::plan_lint::repository::Repository;

pub(super) fn check(named: &[NamedFile], repository: &Repository) -> Vec<LintFinding> {
    let mut findings = contradictions(named);
    if let Some(files) = &repository.files {
        findings.extend(missing(named, files, repository));
        findings.extend(existing(named, repository));
    }
    findings
}

fn missing(
    named: &[NamedFile],
    files: &BTreeSet<String>,
    repository: &Repository,
) -> Vec<LintFinding> {
    let index = Index::of(files);
    let created = of_intent(named, Intent::Create);
    let mut findings = Vec::new();
    let mut strangers: Vec<String> = Vec::new();
    let mut first_line = None;
    let mut seen = BTreeSet::new();
    for it in named.iter().filter(|it| matches!(it.intent, Intent::Modify | Intent::Delete)) {
        let is_there = repository.has(&it.path) || index.has_tail(&it.path);
        if is_there || created.contains(&it.path.as_str()) || !seen.insert(&it.path) {
            continue;
        }
        let (path, is_deleted) = (&it.path, it.intent == Intent::Delete);
        let near = index.nearest(path);
        if near.is_none() && !is_deleted {
            strangers.push(path.clone());
            first_line = first_line.or(Some(it.line));
            continue;
        }
        let verb = if is_deleted { "deleted" } else { "modified" };
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "correct the path or drop it".to_owned(),
        };
        findings.push(LintFinding {
            rule: RuleName::MissingFile,
            level: Level::Medium,
            line: Some(it.line),
            text: format!("`{path}` is to be {verb} but is not in the repository; {hint}"),
        });
    }
    if !strangers.is_empty() {
        let (are, they) = if strangers.len() == 1 { ("is", "it is") } else { ("are", "they are") };
        findings.push(LintFinding {
            rule: RuleName::MissingFile,
            level: Level::Medium,
            line: first_line,
            text: format!(
                "{} {are} not in the repository; correct the path, or say that {they} new",
                listed(&strangers)
            ),
        });
    }
    findings
}

fn existing(named: &[NamedFile], repository: &Repository) -> Option<LintFinding> {
    let deleted = of_intent(named, Intent::Delete);
    let mut there: Vec<&NamedFile> = Vec::new();
    for it in named.iter().filter(|it| it.intent == Intent::Create) {
        let is_new = !repository.has(&it.path) || deleted.contains(&it.path.as_str());
        if !is_new && !there.iter().any(|known| known.path == it.path) {
            there.push(it);
        }
    }
    let first = there.first()?;
    let paths: Vec<String> = there.iter().map(|it| it.path.clone()).collect();
    let (are, them) = if paths.len() == 1 { ("is", "it is") } else { ("are", "they are") };
    Some(LintFinding {
        rule: RuleName::ExistingFile,
        level: Level::Medium,
        line: Some(first.line),
        text: format!(
            "{} {are} to be created but already in the repository; say whether {them} extended or \
             replaced",
            listed(&paths)
        ),
    })
}

fn contradictions(named: &[NamedFile]) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    for it in named.iter().filter(|it| it.intent == Intent::Delete) {
        let other = named.iter().find(|other| {
            other.path == it.path && matches!(other.intent, Intent::Create | Intent::Modify)
        });
        let Some(other) = other else { continue };
        let verb = if other.intent == Intent::Create { "created" } else { "modified" };
        let path = &it.path;
        findings.push(LintFinding {
            rule: RuleName::Contradiction,
            level: Level::Medium,
            line: Some(it.line),
            text: format!(
                "`{path}` is deleted here but {verb} on line {}; which is meant?",
                other.line
            ),
        });
    }
    findings.dedup_by(|one, other| one.text == other.text);
    findings
}

fn of_intent(named: &[NamedFile], intent: Intent) -> BTreeSet<&str> {
    named.iter().filter(|it| it.intent == intent).map(|it| it.path.as_str()).collect()
}

/// The files by name and by folder, so that a lookup does not walk them all.
struct Index<'a> {
    by_name: BTreeMap<&'a str, Vec<&'a str>>,
    by_folder: BTreeMap<&'a str, Vec<&'a str>>,
}

/// Near paths that are compared for one hint.
const MAX_NEAR: usize = 500;

impl<'a> Index<'a> {
    fn of(files: &'a BTreeSet<String>) -> Self {
        let mut index = Self { by_name: BTreeMap::new(), by_folder: BTreeMap::new() };
        for file in files {
            let (folder, name) = split(file);
            index.by_name.entry(name).or_default().push(file);
            index.by_folder.entry(folder).or_default().push(file);
        }
        index
    }

    /// People leave out the first folders: `auth/login.ts` for `src/auth/login.ts`.
    fn has_tail(&self, path: &str) -> bool {
        let tail = format!("/{path}");
        let same_name = self.by_name.get(split(path).1);
        same_name.is_some_and(|files| files.iter().any(|it| it.ends_with(&tail)))
    }

    /// The most similar file of the same name, or of the same folder.
    fn nearest(&self, path: &str) -> Option<&'a str> {
        let (folder, name) = split(path);
        let ratio = |one: &str, other: &str| TextDiff::from_chars(one, other).ratio();
        let elsewhere = self.by_name.get(name).into_iter().flatten().take(MAX_NEAR);
        let elsewhere =
            elsewhere.map(|it| (*it, ratio(folder, split(it).0))).filter(|(_, it)| 0.6 <= *it);
        let beside = self.by_folder.get(folder).into_iter().flatten().take(MAX_NEAR);
        let beside = beside.map(|it| (*it, ratio(name, split(it).1))).filter(|(_, it)| 0.8 <= *it);
        elsewhere
            .chain(beside)
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .map(|(it, _)| it)
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(path: &str) -> Option<String> {
        let files = ["app/models/user.py", "routes/auth.py", "src/a.ts", "src/b.ts", "README.md"];
        let files: BTreeSet<String> = files.iter().map(|it| (*it).to_owned()).collect();
        Index::of(&files).nearest(path).map(str::to_owned)
    }

    #[test]
    fn a_near_path_is_of_the_same_name_or_folder() {
        assert_eq!(nearest("routes/auht.py"), Some("routes/auth.py".to_owned()));
        assert_eq!(nearest("app/model/user.py"), Some("app/models/user.py".to_owned()));
        assert_eq!(nearest("src/c.tsx"), None);
        assert_eq!(nearest("docs/guides/intro/README.md"), None);
    }
}
