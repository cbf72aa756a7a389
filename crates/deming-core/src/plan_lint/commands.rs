//! Rule: the scripts and targets that the plan runs are there, unless the
//! plan touches the file that defines them.

use std::collections::BTreeSet;

use similar::get_close_matches;

use crate::finding::Level;
use crate::plan::{NamedFile, Plan, commands_named};
use crate::plan_lint::finding::{LintFinding, RuleName};
use crate::plan_lint::repository::{Repository, Runner};

pub(super) fn check(plan: &Plan, files: &[NamedFile], repository: &Repository) -> Vec<LintFinding> {
    let touches = |names: &[&str]| {
        files.iter().any(|it| names.iter().any(|name| it.path.rsplit('/').next() == Some(name)))
    };
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for command in commands_named(plan) {
        let Some((runner, script)) = script_of(&command.text) else { continue };
        let Some(known) = repository.scripts.get(&runner) else { continue };
        let defined_in: &[&str] = match runner {
            Runner::Npm => &["package.json"],
            Runner::Make => &["Makefile", "makefile", "GNUmakefile"],
            Runner::Just => &["justfile", "Justfile"],
        };
        if known.contains(script) || touches(defined_in) || !seen.insert(script.to_owned()) {
            continue;
        }
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let hint = match get_close_matches(script, &known, 1, 0.6).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("define it in `{}`, or name the one that is there", defined_in[0]),
        };
        let what = match runner {
            Runner::Npm => "script",
            Runner::Make => "make target",
            Runner::Just => "recipe",
        };
        findings.push(LintFinding {
            rule: RuleName::UnknownCommand,
            level: Level::Low,
            line: Some(command.line),
            text: format!(
                "`{}` runs a {what} that the repository does not have; {hint}",
                command.text
            ),
        });
    }
    findings
}

/// The script that a command runs; none where it is run elsewhere or named by
/// a variable.
fn script_of(command: &str) -> Option<(Runner, &str)> {
    let mut words = command.split_whitespace();
    let program = words.next()?;
    let rest: Vec<&str> = words.collect();
    let runner = match program {
        "npm" | "pnpm" | "yarn" | "bun" => Runner::Npm,
        "make" => Runner::Make,
        "just" => Runner::Just,
        _ => return None,
    };
    let moves = |it: &&str| {
        is_option(
            it,
            &["-C", "-f", "-w", "--prefix", "--dir", "--workspace", "--filter", "--cwd", "-d"],
        )
    };
    if rest.iter().any(moves) {
        return None;
    }
    let script = match (runner, rest.as_slice()) {
        (Runner::Npm, ["run" | "run-script", script, ..]) => *script,
        (Runner::Npm, [script @ ("test" | "start"), ..]) if program != "bun" => *script,
        (Runner::Npm, _) => return None,
        (Runner::Make | Runner::Just, _) => {
            *rest.iter().find(|it| !it.starts_with('-') && !it.contains('='))?
        }
    };
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | ':' | '.');
    (script.chars().all(is_name) && !script.starts_with('-')).then_some((runner, script))
}

fn is_option(word: &str, options: &[&str]) -> bool {
    options.iter().any(|it| word == *it || word.starts_with(&format!("{it}=")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_script(command: &str, want: Option<(Runner, &str)>) {
        assert_eq!(script_of(command), want, "{command}");
    }

    #[test]
    fn scripts_are_read_out_of_commands() {
        check_script("npm run test:unit -- --watch", Some((Runner::Npm, "test:unit")));
        check_script("yarn test", Some((Runner::Npm, "test")));
        check_script("make -j4 CC=clang lint", Some((Runner::Make, "lint")));
        check_script("just ci", Some((Runner::Just, "ci")));
    }

    #[test]
    fn what_cannot_be_known_is_left_alone() {
        check_script("npm install", None);
        check_script("npm run -w api build", None);
        check_script("make -C docs html", None);
        check_script("make $TARGET", None);
        check_script("make", None);
        check_script("bun test", None);
        check_script("cargo test", None);
    }
}
