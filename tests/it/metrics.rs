//! `deming metrics` in real repositories: exit code, answer and messages.

use std::path::Path;
use std::process::{Command, Output};

struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self::folder();
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        Self(folder)
    }

    fn work(&self) -> std::path::PathBuf {
        self.0.path().join("work")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.work().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn commit(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "A change"]);
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.command("git", &self.work(), arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn command(&self, program: &str, folder: &Path, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.0.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["GIT_AUTHOR", "GIT_COMMITTER"].iter().flat_map(|who| {
                [(format!("{who}_NAME"), "Ada"), (format!("{who}_EMAIL"), "ada@host.example")]
            }))
            .output()
            .unwrap()
    }

    /// Exit code, standard output and standard error.
    fn deming(&self, folder: &str, arguments: &[&str]) -> (i32, String, String) {
        let arguments = [&["metrics"], arguments].concat();
        let folder = self.work().join(folder);
        let output = self.command(env!("CARGO_BIN_EXE_deming"), &folder, &arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }
}

const TESTED: &str =
    "pub fn sum() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn sums() {}\n}\n";

#[test]
fn a_subdirectory_measures_the_whole_repository() {
    let repository = Repository::new();
    repository.commit(&[("README.md", "A\n")]);
    repository.commit(&[("src/größe.rs", TESTED), ("Cargo.lock", "a\nb\n")]);
    let want = "\
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

Not counted: 1 root commit
";
    for folder in ["", "src"] {
        assert_eq!(repository.deming(folder, &[]), (0, want.to_owned(), String::new()));
    }
}

#[test]
fn a_folder_without_a_repository_is_an_error_of_the_environment() {
    let repository = Repository::folder();
    let place = repository.work().canonicalize().unwrap();
    let message = format!(
        "error: `{}` is not inside a git repository\n\
         hint: change to a folder of the repository, or run `git init`\n",
        place.display()
    );
    assert_eq!(repository.deming("", &[]), (3, String::new(), message));
}

#[test]
fn a_range_that_git_does_not_know_is_an_error_of_usage() {
    let repository = Repository::new();
    repository.commit(&[("README.md", "A\n")]);
    let range = "error: git cannot read the range `x..y`: bad revision 'x..y'\n\
                 hint: a range is two revisions, `main..HEAD` for example\n";
    assert_eq!(repository.deming("", &["--range", "x..y"]), (2, String::new(), range.to_owned()));
    let date = "error: `someday` is not a date that git knows\n\
                hint: for example: --since 2.weeks, --since 2024-03-01\n";
    assert_eq!(repository.deming("", &["--since", "someday"]), (2, String::new(), date.to_owned()));
}

#[test]
fn a_range_is_never_an_option_of_git() {
    let repository = Repository::new();
    repository.commit(&[("README.md", "A\n")]);
    let (code, answer, _) = repository.deming("", &["--range=--output=stolen"]);
    assert_eq!((code, answer), (2, String::new()));
    assert!(!repository.work().join("stolen").exists());
}

#[test]
fn no_commits_are_no_error() {
    let repository = Repository::new();
    let want = "Metrics of the whole history\n\nNo commits to measure.\n";
    assert_eq!(repository.deming("", &[]), (0, want.to_owned(), String::new()));
}

#[test]
fn a_project_names_its_classes_and_git_attributes_count() {
    let repository = Repository::new();
    repository.commit(&[("README.md", "A\n")]);
    repository.commit(&[
        (".gitattributes", "src/api.ts linguist-generated\n"),
        (".deming.yaml", "metrics: { classes: [ { pattern: skills/, class: prod } ] }\n"),
        ("src/api.ts", "a\nb\n"),
        ("skills/plan.md", "a\nb\nc\n"),
    ]);
    let (code, answer, messages) = repository.deming("", &["--range", "HEAD~1..HEAD", "--json"]);
    assert_eq!((code, messages), (0, String::new()));
    let report: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(report["range"], "HEAD~1..HEAD");
    assert_eq!(
        report["metrics"]["largest_commit"],
        serde_json::json!({
            "value": 3.0, "numerator": 3, "denominator": 1, "target": 200, "met": true,
            "unit": "lines", "bound": "at_most"
        })
    );
    assert_eq!(report["metrics"]["files_per_commit"]["numerator"], 3);

    repository.write(".deming.yaml", "consent: {}\n");
    let (code, answer, messages) = repository.deming("", &[]);
    assert_eq!((code, answer), (3, String::new()));
    assert!(messages.starts_with("error: `.deming.yaml` cannot be used: "), "{messages}");
}

#[test]
fn settings_of_the_user_do_not_matter() {
    let repository = Repository::new();
    repository.commit(&[("README.md", "A\n")]);
    repository.commit(&[("src/größe.rs", TESTED)]);
    let want = repository.deming("", &[]);
    std::fs::write(
        repository.0.path().join("home/.gitconfig"),
        "[alias]\nlog = !false\n[pager]\nlog = false\n[core]\npager = false\n\
         [i18n]\nlogOutputEncoding = UTF-16\n[diff]\nnoPrefix = true\nexternal = false\n\
         relative = true\n[log]\nshowSignature = true\n[color]\nui = always\n",
    )
    .unwrap();
    assert_eq!(repository.deming("src", &[]), want);
}
