//! Tells which shell commands run tests, by their words alone.
//!
//! Nothing is executed or expanded. A command that only lists or compiles
//! tests is not a test run.

use crate::session::shell_line::{Joint, Part, Word, split};

/// A command that runs tests.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TestCommand {
    /// The line that it stands on, long values of variables left out.
    pub line: String,
    pub exit: ExitOf,
    /// The folder that the line changes to first, as it is written.
    pub folder: Option<String>,
}

/// Whose exit code the shell's is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExitOf {
    /// The runner's.
    Runner,
    /// The runner's where it is 0: what comes behind it with `&&` can fail too.
    RunnerAndMore,
    /// That of something behind it (`| tail`, `; echo`).
    Other,
}

const PYTHON_MODULES: [&str; 6] = ["pytest", "unittest", "nose2", "tox", "nox", "behave"];

/// The longest value of a variable that is shown.
const VALUE_LENGTH: usize = 8;

/// Recognises a test run in what a shell is given; `None` for anything else.
pub fn recognise(command: &str) -> Option<TestCommand> {
    let parts = split(command);
    let last = parts.iter().rposition(|part| runs_tests(&texts(&part.words)))?;
    let exit = match &parts[last + 1..] {
        [] => ExitOf::Runner,
        more if more.iter().all(|part| part.joint == Joint::And) => ExitOf::RunnerAndMore,
        _ => ExitOf::Other,
    };
    let line = shown(command, &parts, parts[last].line.clone());
    let change = |part: &Part| match texts(&part.words).as_slice() {
        ["cd" | "pushd", folder] => Some((*folder).to_owned()),
        _ => None,
    };
    Some(TestCommand { line, exit, folder: parts[..last].iter().rev().find_map(change) })
}

pub(super) fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|it| it.text.as_str()).collect()
}

/// The line without what can be a secret: long values before a command, and
/// those of options whose name says so.
fn shown(command: &str, parts: &[Part], line: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    let mut at = line.start;
    for part in parts.iter().filter(|it| it.line == line) {
        let n_before = part.words.iter().take_while(|it| is_assignment(&it.text)).count();
        for (index, word) in part.words.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|it| part.words.get(it));
            if let Some(masked) = masked(&word.text, before, index < n_before) {
                text.push_str(command.get(at..word.place.start).unwrap_or_default());
                text.push_str(&masked);
                at = word.place.end;
            }
        }
    }
    text.push_str(command.get(at..line.end).unwrap_or_default());
    crate::clean::clean_line(&text)
}

/// The word with `…` in the place of a value that is not to be shown.
fn masked(word: &str, before: Option<&Word>, is_variable: bool) -> Option<String> {
    if before.is_some_and(|it| names_a_secret(&it.text)) && !word.starts_with('-') {
        return Some("…".to_owned());
    }
    if let Some((scheme, rest)) = word.split_once("://")
        && let Some((_, host)) = rest.split_once('@')
    {
        return Some(format!("{scheme}://…@{host}"));
    }
    let (name, value) = word.split_once('=')?;
    let is_long = is_variable && VALUE_LENGTH < value.chars().count();
    (is_long || names_a_secret(name)).then(|| format!("{name}=…"))
}

/// `--api-token`: an option whose value is a secret.
fn names_a_secret(option: &str) -> bool {
    let name = option.to_lowercase();
    let words = ["token", "secret", "passw", "credential", "apikey", "api-key", "api_key"];
    name.starts_with('-') && !name.contains('=') && words.iter().any(|it| name.contains(it))
}

pub(super) fn runs_tests(words: &[&str]) -> bool {
    let words = without_wrappers(words);
    let Some((&program, arguments)) = words.split_first() else { return false };
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let only_looks = ["--help", "-h", "--version", "--collect-only", "--co", "--listTests"]
        .into_iter()
        .chain(["--list", "--list-tests", "--no-run", "--dry-run", "--setup-plan", "-DskipTests"])
        .any(|it| arguments.contains(&it));
    if ["sh", "bash", "zsh", "dash"].contains(&name) {
        return match arguments {
            [option, script, ..] if option.starts_with('-') && option.ends_with('c') => {
                recognise(script).is_some()
            }
            // What a shell is given to run is a script, with a folder before it or not.
            _ => arguments.iter().find(|it| !it.starts_with('-')).is_some_and(|it| {
                let name = it.rsplit('/').next().unwrap_or(it);
                names_tests(name.split('.').next().unwrap_or(name)) || is_test_script(it, name)
            }),
        };
    }
    !only_looks && (is_runner(name, arguments) || is_test_script(program, name))
}

/// Whether a program with these arguments runs tests.
fn is_runner(name: &str, arguments: &[&str]) -> bool {
    let first = arguments.iter().find(|it| !it.starts_with(['-', '+'])).copied();
    let has = |any: &[&str]| arguments.iter().any(|it| any.contains(it));
    let first_is = |any: &[&str]| first.is_some_and(|it| any.contains(&it));
    match name {
        "pytest" | "py.test" | "tox" | "nox" | "jest" | "vitest" | "mocha" | "ava" | "tap"
        | "rspec" | "phpunit" | "pest" | "paratest" | "ctest" | "bats" | "prove" | "gotestsum"
        | "nextest" | "cargo-nextest" | "nose2" | "behave" | "cucumber" | "minitest" | "karma"
        | "busted" | "trial" | "stestr" => true,
        "cargo" | "cross" => {
            first_is(&["test", "t", "nextest", "llvm-cov", "tarpaulin", "mutants"])
                && !(first == Some("nextest") && has(&["list", "archive", "show-config"]))
        }
        // It lists or compiles.
        "go" if arguments.iter().any(|it| *it == "-c" || it.starts_with("-list")) => false,
        "go" | "deno" | "dotnet" | "mix" | "swift" | "zig" | "flutter" | "dart" | "sbt"
        | "lein" | "bazel" | "bazelisk" | "buck2" | "stack" | "cabal" | "dune" | "gleam"
        | "forge" | "hardhat" | "anchor" | "moon" | "meson" | "crystal" | "rails" | "ng"
        | "react-scripts" | "composer" | "playwright" | "wtr" | "pants" => {
            first_is(&["test"]) || first_is(&["build"]) && name == "zig" && has(&["test"])
        }
        "npm" | "pnpm" | "yarn" | "bun" | "turbo" | "nx" | "lerna" => {
            let script = arguments.iter().find(|it| {
                !it.starts_with('-')
                    && !["run", "run-script", "workspaces", "exec", "-r"].contains(*it)
            });
            let is_test = |it: &str| it == "t" || it == "tst" || names_tests(it);
            script.is_some_and(|it| is_test(it) || is_runner(it, &arguments[1..]))
        }
        "node" | "tsx" | "ts-node" => has(&["--test"]) || first.is_some_and(names_a_test_file),
        "cypress" => first_is(&["run"]),
        "mvn" | "mvnw" => has(&["test", "verify", "install", "integration-test", "surefire:test"]),
        "gradle" | "gradlew" => arguments.iter().any(|it| {
            let task = it.rsplit(':').next().unwrap_or(it);
            !it.starts_with('-') && (task == "check" || task == "build" || names_tests(task))
        }),
        "rake" | "make" | "gmake" | "just" | "task" | "ninja" | "mage" | "invoke" | "inv"
        | "poe" | "mise" | "hatch" | "pdm" | "rye" => {
            arguments.iter().any(|it| !it.starts_with('-') && (*it == "check" || names_tests(it)))
        }
        "python" | "python3" | "py" | "pypy3" => {
            let module = arguments.iter().skip_while(|it| !is_module(it)).nth(1).copied();
            let runs_module = module.is_some_and(|it| PYTHON_MODULES.contains(&it));
            runs_module
                || (module.is_none() && first.is_some_and(names_a_test_file))
                || matches!(arguments, [script, "test", ..] if script.ends_with("manage.py"))
        }
        "php" => matches!(arguments, ["artisan", "test", ..]),
        "ruby" => arguments.iter().any(|it| it.starts_with("test/") || it.ends_with("_test.rb")),
        _ => false,
    }
}

/// `tests/test_auth.py`, `login.test.js`
fn names_a_test_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(stem, _)| names_tests(stem))
}

/// `tests/run`, `./run-tests.sh`, `script/test`: a script whose name says so.
fn is_test_script(program: &str, name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let folder = program.rsplit(['/', '\\']).nth(1).unwrap_or_default();
    let is_script = program.contains('/');
    is_script && (names_tests(stem) || ["test", "tests"].contains(&folder) && stem.contains("run"))
}

/// Whether `test` or `tests` is one of the words of a name such as `test:unit`.
fn names_tests(name: &str) -> bool {
    let camel = name.starts_with("test") && name[4..].starts_with(char::is_uppercase)
        || name.ends_with("Test")
        || name.ends_with("Tests");
    let mut words = name.split([':', '-', '_', '.', '/']);
    camel || words.any(|it| ["test", "tests", "spec", "specs", "e2e", "unittest"].contains(&it))
}

/// Takes off assignments, shells and programs that run another one.
pub(super) fn without_wrappers<'a, 'b>(mut words: &'b [&'a str]) -> &'b [&'a str] {
    while let Some((&first, rest)) = words.split_first() {
        let name = first.rsplit('/').next().unwrap_or(first);
        let skipped = match name {
            _ if is_assignment(first) => 0,
            "if" | "while" | "then" | "do" | "!" | "time" | "command" | "exec" | "env"
            | "nohup" | "sudo" | "stdbuf" | "xvfb-run" | "npx" | "bunx" | "pnpx" | "dotenv"
            | "{" => 0,
            "nice" | "timeout" | "ionice" | "unbuffer" => rest
                .iter()
                .take_while(|it| {
                    it.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
                })
                .count(),
            "poetry" | "uv" | "pipenv" | "hatch" | "pdm" | "rye" | "pixi" | "coverage"
                if rest.first() == Some(&"run") =>
            {
                1
            }
            "docker" | "podman" | "docker-compose" | "podman-compose" | "kubectl" => {
                match inside_of_container(rest) {
                    Some(skipped) => skipped,
                    None => return words,
                }
            }
            "bundle" | "direnv" | "mise" | "asdf" if rest.first() == Some(&"exec") => 1,
            _ => return words,
        };
        words = &rest[skipped..];
        // Options of the wrapper stand before the command.
        let options = words.iter().take_while(|it| it.starts_with('-') && !is_module(it)).count();
        words = &words[options..];
        // `coverage run -m pytest`
        if words.first().is_some_and(|it| is_module(it)) {
            words = &words[1..];
        }
    }
    words
}

/// How many words stand before the command of `compose run app …`, `exec app …`.
fn inside_of_container(arguments: &[&str]) -> Option<usize> {
    const WITH_VALUE: [&str; 25] = [
        "-e",
        "--env",
        "--env-file",
        "-f",
        "--file",
        "-H",
        "--host",
        "-c",
        "--container",
        "--context",
        "-l",
        "--label",
        "-n",
        "--name",
        "--namespace",
        "--network",
        "-p",
        "--profile",
        "--project-name",
        "--platform",
        "-u",
        "--user",
        "-v",
        "--volume",
        "-w",
    ];
    let takes_value =
        |it: &str| WITH_VALUE.contains(&it) || it == "--workdir" || it == "--entrypoint";
    let mut at = 0;
    let mut is_started = false;
    while let Some(word) = arguments.get(at) {
        at += 1;
        match *word {
            "--" => {}
            word if word.starts_with('-') => at += usize::from(takes_value(word)),
            "compose" | "container" if !is_started => {}
            "run" | "exec" if !is_started => is_started = true,
            // The image, the container or the service.
            _ if is_started => {
                let dashes = arguments.get(at..)?.iter().take_while(|it| **it == "--").count();
                return Some(at + dashes);
            }
            _ => return None,
        }
    }
    None
}

fn is_module(word: &str) -> bool {
    word == "-m"
}

pub(super) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(want: Option<ExitOf>, commands: &[&str]) {
        for command in commands {
            assert_eq!(recognise(command).map(|it| it.exit), want, "{command}");
        }
    }

    #[test]
    fn runners_are_recognised() {
        check(
            Some(ExitOf::Runner),
            &[
                "cargo test",
                "cargo +nightly test -p core -- name",
                "cargo t",
                "cargo nextest run --workspace",
                "pytest -q tests/test_auth.py::test_login",
                "python -m pytest",
                "python3 -W error -m unittest discover",
                "python manage.py test",
                "go test ./...",
                "npm test",
                "npm run test:unit -- --watch=false",
                "npm t",
                "yarn test",
                "pnpm -r test",
                "pnpm exec vitest run",
                "npx jest --ci",
                "npx --yes vitest run",
                "node --test",
                "deno test -A",
                "bun test",
                "mvn -q test",
                "./mvnw verify",
                "./gradlew :app:testDebug",
                "bundle exec rspec spec/a_spec.rb",
                "bin/rails test",
                "vendor/bin/phpunit",
                "php artisan test",
                "ctest --output-on-failure",
                "make check",
                "dotnet test",
                "bats test/",
                "mix test",
                "just test",
                "tests/run",
                "./run-tests.sh",
                "./run_tests.sh",
            ],
        );
    }

    #[test]
    fn wrappers_are_looked_through() {
        check(
            Some(ExitOf::Runner),
            &[
                "cd app && cargo test",
                "RUST_BACKTRACE=1 cargo test",
                "timeout 60 pytest",
                "env -i A=b pytest",
                "poetry run pytest",
                "uv run --frozen pytest",
                "coverage run -m pytest",
                "time go test ./...",
                "cargo build && cargo test 2>&1",
                "(cd app; pytest)",
                "bash -lc 'cd app && pytest'",
                "bash tests/run --fast",
                "bash run_tests.sh",
                "sh -e test.sh --fast",
                "sh scripts/test.sh",
                "docker compose run --rm -e CI=1 app pytest -q",
                "docker compose -f ci.yml exec -T app python -m pytest",
                "docker-compose run app npm test",
                "docker exec -it -w /srv house_app_1 go test ./...",
                "docker run --rm -v .:/srv rust:1 cargo test",
                "kubectl exec pod/app -- pytest",
                "python3 tests/test_auth.py -v",
                "node login.test.js",
            ],
        );
    }

    #[test]
    fn exit_code_behind_something_else_is_not_the_runners() {
        check(
            Some(ExitOf::Other),
            &[
                "cargo test | tail -5",
                "pytest 2>&1 | tee log",
                "pytest; echo done",
                "pytest || true",
                "npm test &\nwait",
            ],
        );
    }

    #[test]
    fn failure_of_what_comes_behind_is_not_the_runners() {
        check(Some(ExitOf::RunnerAndMore), &["cargo test && git commit -am 'tests pass'"]);
    }

    #[track_caller]
    fn check_line(command: &str, want: &str, folder: Option<&str>) {
        let found = recognise(command).map(|it| (it.line, it.folder));
        assert_eq!(found, Some((want.to_owned(), folder.map(str::to_owned))), "{command}");
    }

    #[test]
    fn line_of_the_runner_is_shown_without_long_values() {
        check_line("  pytest -q 2>&1 | tail -5", "pytest -q 2>&1 | tail -5", None);
        check_line("cat >a.py <<'E'\nx\nE\nCI=1 pytest a.py", "CI=1 pytest a.py", None);
        check_line("TOKEN=\"abcdefghi jkl\" CI=1 go test", "TOKEN=… CI=1 go test", None);
        check_line("pytest --api-key abc --token=x -v", "pytest --api-key … --token=… -v", None);
        check_line("pytest --db=pg://u:p@h/d", "pytest --db=pg://…@h/d", None);
        check_line("cd app && X=abcdefghi npm t", "cd app && X=… npm t", Some("app"));
        check_line("cd 'my app'\npytest", "pytest", Some("my app"));
        check_line("(cd a; cd b; pytest; cd c)", "(cd a; cd b; pytest; cd c)", Some("b"));
    }

    #[test]
    fn other_commands_run_no_tests() {
        check(
            None,
            &[
                "",
                "ls tests",
                "cat tests/run",
                "git commit -m 'cargo test passes'",
                "echo 'pytest'",
                "cargo build --tests",
                "cargo test --no-run",
                "cargo nextest list",
                "pytest --collect-only",
                "npm install jest",
                "npm run build",
                "pip install pytest",
                "grep -r 'go test' .",
                "go build ./...",
                "go test -list . ./...",
                "go test -c",
                "bash build.sh tests",
                "docker run --name pytest app ls",
                "docker build -t pytest .",
                "docker compose up test",
                "# cargo test",
                "vim test/a.rb",
                "make latest",
                "node contest.js",
                "cat >run.md <<E\npytest\nE",
                "python3 tests/conftest.py",
                "python3 -m http.server test.py",
            ],
        );
    }
}
