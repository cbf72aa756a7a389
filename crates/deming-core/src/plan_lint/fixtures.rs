//! Runs the lint over the plans in `tests/fixtures/lint`: each `NAME.md` has
//! a `NAME.expected` with every finding, line by line, or `no findings`.

use std::path::{Path, PathBuf};

use crate::plan::Plan;
use crate::plan_lint::{Repository, Runner, lint};

#[track_caller]
fn read(path: &Path) -> String {
    #[expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/lint")
}

/// A listing has a path per line, or `npm: build`, `make: lint`, `just: ci`.
fn repository(name: &str) -> Repository {
    let mut repository = Repository { files: Some([].into()), ..Repository::default() };
    for line in read(&folder().join(format!("repositories/{name}.txt"))).lines() {
        let (runner, script) = line.split_once(": ").unwrap_or(("", line));
        let runner = match runner {
            "npm" => Runner::Npm,
            "make" => Runner::Make,
            "just" => Runner::Just,
            _ => {
                repository.files.get_or_insert_default().insert(line.to_owned());
                continue;
            }
        };
        repository.scripts.entry(runner).or_default().insert(script.to_owned());
    }
    repository
}

fn names() -> Vec<String> {
    #[expect(clippy::disallowed_methods, reason = "a test lists its fixtures")]
    let entries = std::fs::read_dir(folder()).unwrap();
    let files = entries.map(|it| it.unwrap().path());
    let plans = files.filter(|it| it.extension().is_some_and(|it| it == "md"));
    let mut names: Vec<String> =
        plans.map(|it| it.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn findings(name: &str, header: &[&str]) -> String {
    let mut known = Repository::default();
    for line in header {
        match line.split_once(": ") {
            Some(("repository", it)) => known = repository(it),
            Some(("folder", it)) => known.folder = it.to_owned(),
            Some(_) | None => panic!("{name}: `{line}` is not understood"),
        }
    }
    let plan = Plan::parse(&read(&folder().join(format!("{name}.md")))).unwrap();
    let findings = lint(&plan, &known);
    if findings.is_empty() {
        return "no findings".to_owned();
    }
    let lines = findings.iter().map(|it| format!("{} {} - {it}", it.level, it.rule));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_plan_has_exactly_its_findings() {
    let mut wrong = Vec::new();
    for name in names() {
        let expected = read(&folder().join(format!("{name}.expected")));
        let lines: Vec<&str> = expected.lines().collect();
        let is_header = |it: &&&str| it.starts_with("repository: ") || it.starts_with("folder: ");
        let n_header = lines.iter().take_while(is_header).count();
        let have = findings(&name, &lines[..n_header]);
        let want = lines[n_header..].join("\n");
        if have != want {
            wrong.push(format!("== {name}\n-- have\n{have}\n-- want\n{want}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_are_enough_plans_of_both_kinds() {
    let is_good = |name: &String| {
        read(&folder().join(format!("{name}.expected"))).trim_end().ends_with("no findings")
    };
    let (good, bad): (Vec<String>, Vec<String>) = names().into_iter().partition(is_good);
    assert!(14 <= good.len() && 18 <= bad.len(), "{} good, {} bad", good.len(), bad.len());
}
