//! How much a test run covers, by the words of its command: all of a runner's
//! tests, or a selection of them.
//!
//! A word that is not known to leave the selection alone counts as part of it.

use crate::session::event::TestRan;
use crate::session::shell_line::split;
use crate::session::test_command::{is_assignment, runs_tests, texts, without_wrappers};

/// Whether `newer` says at least as much as `older` did: the same selection of
/// the same runner, or all of its tests and no fewer of them.
///
/// `root` is the top of the working tree, which a line may change to by name.
pub(super) fn covers(newer: &TestRan, older: &TestRan, root: &str) -> bool {
    if newer.command == older.command {
        return true;
    }
    let size = |ran: &TestRan| ran.counts.map_or(0, |it| it.total);
    let unit = |ran: &TestRan| ran.counts.map(|it| it.unit);
    let is_as_large = match (unit(newer), unit(older)) {
        (Some(new), Some(old)) if new != old => true,
        (Some(_) | None, Some(_) | None) => size(older) <= size(newer),
    };
    let (new, old) = (scopes(&newer.command, root), scopes(&older.command, root));
    let is_in = |old: &Scope| {
        new.iter().any(|new| {
            (&new.folder, &new.family) == (&old.folder, &old.family)
                && (new.selection == old.selection || new.selection.is_empty() && is_as_large)
        })
    };
    !old.is_empty() && old.iter().all(is_in)
}

/// What one runner of a line was told to run.
#[derive(Debug, Eq, PartialEq)]
struct Scope {
    /// The folder that the line changed to before; absent at the top.
    folder: Option<String>,
    family: String,
    /// Sorted; empty where all tests are run.
    selection: Vec<String>,
}

fn scopes(line: &str, root: &str) -> Vec<Scope> {
    let mut folder = None;
    let mut found = vec![];
    for part in split(line) {
        let words = texts(&part.words);
        if let ["cd" | "pushd", to] = words.as_slice() {
            let is_root = [root, ".", "./"].contains(&to.trim_end_matches('/'));
            folder = (!is_root).then(|| (*to).trim_end_matches('/').to_owned());
        } else if runs_tests(&words) {
            found.push(scope(folder.clone(), &words));
        }
    }
    found
}

fn scope(folder: Option<String>, words: &[&str]) -> Scope {
    let inner = without_wrappers(words);
    let before = words.iter().take(words.len() - inner.len());
    let settings = before.filter(|it| is_assignment(it) && !is_neutral_variable(it));
    let (program, arguments) = inner.split_first().unwrap_or((&"", &[]));
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let arguments = arguments.iter().filter(|it| !is_neutral(it));
    let mut selection: Vec<String> = settings.chain(arguments).map(|it| (*it).to_owned()).collect();
    selection.sort();
    Scope { folder, family: family(name, program).to_owned(), selection }
}

/// Runners that run the same tests; a script is only itself.
fn family<'a>(name: &'a str, program: &'a str) -> &'a str {
    match name {
        "pytest" | "py.test" | "python" | "python3" | "py" | "pypy3" | "tox" | "nox" | "nose2" => {
            "python"
        }
        "npm" | "pnpm" | "yarn" | "bun" | "jest" | "vitest" | "mocha" | "ava" | "tap" | "node"
        | "tsx" | "ts-node" => "node",
        "cargo" | "cross" | "nextest" | "cargo-nextest" => "cargo",
        "go" | "gotestsum" => "go",
        "mvn" | "mvnw" => "maven",
        "gradle" | "gradlew" => "gradle",
        "phpunit" | "pest" | "paratest" => "php",
        _ => program,
    }
}

fn is_neutral_variable(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or(word);
    ["CI", "RUST_BACKTRACE", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "NODE_ENV", "TERM"]
        .contains(&name)
}

/// A word that selects no tests: how they are run and shown.
fn is_neutral(word: &str) -> bool {
    const WORDS: [&str; 57] = [
        "test",
        "t",
        "tst",
        "run",
        "run-script",
        "exec",
        "nextest",
        "unittest",
        "pytest",
        "jest",
        "vitest",
        "mocha",
        "discover",
        "-m",
        "--",
        "./...",
        ".",
        "-q",
        "-qq",
        "--quiet",
        "-v",
        "-vv",
        "-vvv",
        "--verbose",
        "-s",
        "--silent",
        "-x",
        "-ra",
        "-rA",
        "-rf",
        "--nocapture",
        "--no-capture",
        "--workspace",
        "--all",
        "--all-targets",
        "--all-features",
        "--release",
        "--locked",
        "--offline",
        "--frozen",
        "--no-fail-fast",
        "--no-header",
        "--no-summary",
        "-race",
        "-cover",
        "-count=1",
        "--ci",
        "--run",
        "--test",
        "--coverage",
        "--cov",
        "--no-cov",
        "--watch=false",
        "--watchAll=false",
        "--runInBand",
        "-i",
        "--exitfirst",
    ];
    const STARTS: [&str; 8] = [
        "--tb=",
        "--color",
        "--colour",
        "--reporter=",
        "--cov=",
        "--cov-report",
        "--durations=",
        "--maxfail=",
    ];
    let redirected = word.trim_start_matches(|it: char| it.is_ascii_digit());
    WORDS.contains(&word)
        || STARTS.iter().any(|it| word.starts_with(it))
        || redirected.starts_with('>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::test_output::TestCounts;

    fn ran(command: &str, total: u32) -> TestRan {
        TestRan {
            command: command.to_owned(),
            exit: Some(0),
            counts: (0 < total).then(|| TestCounts::new(total, 0, 0)),
            commit: None,
            dirty: false,
            changed: None,
        }
    }

    #[track_caller]
    fn check(newer: (&str, u32), older: (&str, u32), want: bool) {
        let covered = covers(&ran(newer.0, newer.1), &ran(older.0, older.1), "/srv/house");
        assert_eq!(covered, want, "{newer:?} over {older:?}");
    }

    #[test]
    fn whole_run_of_a_runner_covers_its_parts() {
        check(("cargo test", 9), ("cargo test -p core", 5), true);
        check(("python -m pytest -q", 9), (".venv/bin/pytest tests/test_a.py", 5), true);
        check(("npm test", 9), ("npx jest src/a.test.js", 5), true);
        check(("cd /srv/house && CI=1 pytest", 5), ("pytest -x 2>&1 | tail -3", 5), true);
        check(("pytest tests/test_a.py -v", 2), ("pytest -q tests/test_a.py", 5), true);
        check(("npm test && pytest", 9), ("pytest -k a", 5), true);
        // It did not get to its tests.
        check(("cargo test", 9), ("cargo test -p core", 0), true);
    }

    #[test]
    fn part_covers_no_whole_and_a_runner_no_other() {
        check(("cargo test -p core", 5), ("cargo test", 9), false);
        check(("cargo test", 4), ("cargo test -p core", 5), false);
        check(("cargo test -p core", 5), ("cargo test", 0), false);
        check(("npm test", 40), ("pytest", 5), false);
        check(("npm run test:unit", 40), ("npm run test:db", 5), false);
        check(("cd web && npm test", 40), ("cd api && npm test", 5), false);
        check(("pytest", 9), ("npm test && pytest", 5), false);
        check(("DATABASE=a pytest", 9), ("DATABASE=b pytest", 5), false);
        check(("./run-tests.sh", 9), ("tests/run", 5), false);
    }
}
