//! Tells which shell commands run tests, by their words alone.
//!
//! Nothing is executed or expanded. A command that only lists or compiles
//! tests is not a test run.

/// A command that runs tests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TestCommand {
    /// The shell's exit code is the runner's.
    Direct,
    /// Something after the runner decides the exit code (`| tail`, `; echo`).
    Masked,
}

const PYTHON_MODULES: [&str; 6] = ["pytest", "unittest", "nose2", "tox", "nox", "behave"];

/// Recognises a test run in a line of shell; `None` for any other command.
pub fn recognise(command: &str) -> Option<TestCommand> {
    let parts = split_commands(command);
    let runs = parts.iter().map(|part| runs_tests(&part.words)).collect::<Vec<_>>();
    let last = runs.iter().rposition(|&it| it)?;
    // Behind `&&` a command runs only after the tests passed, and its own failure
    // would look like theirs; that is told apart by the counts.
    let is_direct = parts[last + 1..].iter().all(|part| part.joint == Joint::And);
    Some(if is_direct { TestCommand::Direct } else { TestCommand::Masked })
}

/// What stands between a command and the one before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Joint {
    Start,
    And,
    /// `;`, `|`, `||`, `&` or a new line.
    Other,
}

struct Part {
    joint: Joint,
    words: Vec<String>,
}

/// Splits at shell operators outside of quotes; quotes are taken off.
fn split_commands(command: &str) -> Vec<Part> {
    let mut parts = vec![Part { joint: Joint::Start, words: vec![] }];
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = command.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some('"') | None, '\\') => {
                let next = characters.next().filter(|&it| it != '\n');
                word.get_or_insert_default().extend(next);
            }
            (Some(_), _) => word.get_or_insert_default().push(character),
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ' | '\t') => end_word(&mut parts, &mut word),
            (None, '#') if word.is_none() => {
                while characters.next_if(|&it| it != '\n').is_some() {}
            }
            (None, '&') if word.as_deref().is_some_and(|it| it.ends_with('>')) => {
                word.get_or_insert_default().push(character);
            }
            (None, '&' | '|' | ';' | '\n' | '(' | ')') => {
                end_word(&mut parts, &mut word);
                let doubled = characters.next_if_eq(&character).is_some();
                let joint = if character == '&' && doubled { Joint::And } else { Joint::Other };
                if parts.last().is_some_and(|it| !it.words.is_empty()) {
                    parts.push(Part { joint, words: vec![] });
                }
            }
            (None, other) => word.get_or_insert_default().push(other),
        }
    }
    end_word(&mut parts, &mut word);
    parts.retain(|it| !it.words.is_empty());
    parts
}

fn end_word(parts: &mut [Part], word: &mut Option<String>) {
    if let (Some(part), Some(word)) = (parts.last_mut(), word.take()) {
        part.words.push(word);
    }
}

fn runs_tests(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = without_wrappers(&words);
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
            _ => arguments.iter().any(|it| is_test_script(it, it.rsplit('/').next().unwrap_or(it))),
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
        "node" | "tsx" => has(&["--test"]),
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
                || matches!(arguments, [script, "test", ..] if script.ends_with("manage.py"))
        }
        "php" => matches!(arguments, ["artisan", "test", ..]),
        "ruby" => arguments.iter().any(|it| it.starts_with("test/") || it.ends_with("_test.rb")),
        _ => false,
    }
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
fn without_wrappers<'a, 'b>(mut words: &'b [&'a str]) -> &'b [&'a str] {
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

fn is_module(word: &str) -> bool {
    word == "-m"
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(want: Option<TestCommand>, commands: &[&str]) {
        for command in commands {
            assert_eq!(recognise(command), want, "{command}");
        }
    }

    #[test]
    fn runners_are_recognised() {
        check(
            Some(TestCommand::Direct),
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
            ],
        );
    }

    #[test]
    fn wrappers_are_looked_through() {
        check(
            Some(TestCommand::Direct),
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
                "cargo test && git commit -am 'tests pass'",
                "(cd app; pytest)",
                "bash -lc 'cd app && pytest'",
                "bash tests/run --fast",
            ],
        );
    }

    #[test]
    fn exit_code_behind_something_else_is_not_the_runners() {
        check(
            Some(TestCommand::Masked),
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
                "# cargo test",
                "vim test/a.rb",
                "make latest",
                "node contest.js",
            ],
        );
    }
}
