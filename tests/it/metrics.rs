//! `deming metrics` in real repositories.

use std::fs;

use super::support::{repo::Repo, run::Deming, sandbox::Sandbox};

const TESTED: &str =
    "pub fn sum() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn sums() {}\n}\n";

/// A repository whose second commit has six lines of code, five of them tests.
fn repository(sandbox: &Sandbox) -> Repo<'_> {
    let mut repo = Repo::new(sandbox, "sum");
    repo.write("README.md", "Sums.\n");
    repo.commit("Import");
    repo.write("src/größe.rs", TESTED);
    repo.write("Cargo.lock", "one\ntwo\n");
    repo.commit("Add a sum");
    repo
}

const TABLE: &str = "\
Metrics of the whole history

  Commits (1 with code)                 1
  Median size                           6
  90th percentile                       6
  Largest commit                        6   ·····│·····         at most 200    met
  Lines per commit                      6   ·····│·····         at most 100    met
  Files per commit                      1   █····│·····         at most 5      met
  Large (over 100 product lines)   0 of 1                       at most 20%
  Sprawling (over 5 files)         0 of 1                       at most 10%
  Test pairing                     1 of 1                       at least 50%
  Rework                               0%                 0/6

Sizes are lines of product and test code, added and deleted. A bar reaches \u{2502} at
the target and is full at twice that.
Not counted: 1 root commit
";

#[test]
fn a_subdirectory_measures_the_whole_repository() {
    let sandbox = Sandbox::new();
    let repo = repository(&sandbox);
    for folder in ["", "src", ".git"] {
        let folder = repo.path().join(folder);
        Deming::new(&sandbox).folder(folder).args(["metrics"]).stdout(TABLE).run();
    }
}

#[test]
fn a_folder_without_a_repository_is_an_error_of_the_environment() {
    let sandbox = Sandbox::new();
    Deming::new(&sandbox)
        .args(["metrics"])
        .status(3)
        .stderr(
            "error: `[ROOT]/work` is not inside a git repository\n\
             hint: change to a folder of the repository, or run `git init`\n",
        )
        .run();
}

#[test]
fn a_range_that_git_does_not_know_is_an_error_of_usage() {
    let sandbox = Sandbox::new();
    let repo = repository(&sandbox);
    Deming::new(&sandbox)
        .folder(repo.path())
        .args(["metrics", "--range", "x..y"])
        .status(2)
        .stderr(
            "error: git cannot read the range `x..y`: bad revision 'x..y'\n\
             hint: a range is two revisions, `main..HEAD` for example\n",
        )
        .run();
    Deming::new(&sandbox)
        .folder(repo.path())
        .args(["metrics", "--since", "someday"])
        .status(2)
        .stderr(
            "error: `someday` is not a date that git knows\n\
             hint: for example: --since 2.weeks, --since yesterday\n",
        )
        .run();
}

#[test]
fn a_range_is_never_an_option_of_git() {
    let sandbox = Sandbox::new();
    let repo = repository(&sandbox);
    Deming::new(&sandbox)
        .folder(repo.path())
        .args(["metrics", "--range=--output=stolen"])
        .status(2)
        .stderr(
            "error: git cannot read the range `--output=stolen`: bad revision '--output=stolen'\n\
             hint: a range is two revisions, `main..HEAD` for example\n",
        )
        .run();
    assert!(!repo.path().join("stolen").exists());
}

#[test]
fn no_commits_are_no_error() {
    let sandbox = Sandbox::new();
    let repo = Repo::new(&sandbox, "empty");
    Deming::new(&sandbox)
        .folder(repo.path())
        .args(["metrics"])
        .stdout("Metrics of the whole history\n\nNo commits to measure.\n")
        .run();
}

#[test]
fn a_project_names_its_classes_and_git_attributes_count() {
    let sandbox = Sandbox::new();
    let mut repo = repository(&sandbox);
    repo.write(".gitattributes", "src/api.ts linguist-generated\n");
    repo.write(".deming.yaml", "metrics: { classes: [ { pattern: skills/, class: prod } ] }\n");
    repo.write("src/api.ts", "a\nb\n");
    repo.write("skills/plan.md", "a\nb\nc\n");
    repo.commit("Add a skill");
    let json = |arguments: &[&str]| {
        let run = Deming::new(&sandbox).folder(repo.path()).args(["metrics", "--json"]);
        let answer = run.args(arguments.iter().copied()).output().success();
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()
    };
    let report = json(&["--commits", "1"]);
    assert_eq!(report["range"], "the last commit");
    assert_eq!(
        report["metrics"]["largest_commit"],
        serde_json::json!({
            "value": 3.0, "numerator": 3, "denominator": 1, "target": 200, "met": true,
            "unit": "lines", "bound": "at_most",
        })
    );
    assert_eq!(report["metrics"]["files_per_commit"]["numerator"], 3);

    sandbox.write(
        "home/.claude/deming/config.yaml",
        "metrics: { classes: [ { pattern: '*.md', class: docs } ], targets: { files_per_commit: 2 } }\n",
    );
    let own = json(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(own["metrics"]["largest_commit"]["value"], serde_json::Value::Null);
    assert_eq!(own["metrics"]["files_per_commit"]["met"], false);
}

#[test]
fn a_repository_cannot_bring_other_settings() {
    let sandbox = Sandbox::new();
    let repo = repository(&sandbox);
    repo.write(".deming.yaml", "consent: {}\n");
    Deming::new(&sandbox)
        .folder(repo.path())
        .args(["metrics"])
        .status(3)
        .stderr(
            "error: `.deming.yaml` cannot be used: a repository may not decide `consent`; \
             that is for each person's own config.yaml\n\
             hint: mend the file; docs/settings.md lists every key\n",
        )
        .run();
}

#[test]
fn the_persons_own_git_settings_do_not_matter() {
    let sandbox = Sandbox::new();
    let repo = repository(&sandbox);
    sandbox.write(
        "home/.gitconfig",
        "[alias]\nlog = !false\n[pager]\nlog = false\n[core]\npager = false\n\
         [i18n]\nlogOutputEncoding = UTF-16\n[diff]\nnoPrefix = true\nexternal = false\n\
         relative = true\n[log]\nshowSignature = true\n[color]\nui = always\n",
    );
    let src = repo.path().join("src");
    Deming::new(&sandbox).folder(src).args(["metrics"]).stdout(TABLE).run();
}

#[test]
fn a_shallow_clone_imports_at_its_edge() {
    let sandbox = Sandbox::new();
    let repo = repository(&sandbox);
    let address = format!("file://{}", repo.path().display());
    repo.git(&["clone", "--quiet", "--depth", "1", &address, "../shallow"]);
    Deming::new(&sandbox)
        .folder(sandbox.work().join("shallow"))
        .args(["metrics"])
        .stdout("Metrics of the whole history\n\nNo commits to measure.\n")
        .run();
}

#[test]
fn a_change_that_a_merge_smuggles_in_is_named() {
    let sandbox = Sandbox::new();
    let mut repo = repository(&sandbox);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("src/topic.py", "a\n");
    repo.commit("Topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-commit", "topic"]);
    repo.write("src/hidden.py", "a\nb\n");
    repo.commit("Merge");
    let run = Deming::new(&sandbox).folder(repo.path()).args(["metrics"]).output();
    let notes: Vec<&str> = run.stdout.lines().filter(|it| it.starts_with("Not")).collect();
    assert_eq!(
        notes,
        ["Not counted: 1 merge; 1 resolved by hand, 2 lines", "Not counted: 1 root commit"]
    );
    // Nothing stays behind of the merge that git repeats.
    let left = fs::read_dir(repo.path().join(".git/objects")).unwrap().filter_map(Result::ok);
    let names: Vec<_> = left.map(|it| it.file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|it| !it.starts_with("tmp")), "{names:?}");
}
