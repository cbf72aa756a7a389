//! The report of the doctor, for people and for scripts.

use std::fmt::Write as _;

use super::markdown::inline;
use super::table::table;
use crate::doctor::{Report, State};

/// A sentence, the table, and a numbered line of advice for whatever has one.
pub fn markdown(report: &Report) -> String {
    let who = match report.reviewer.as_str() {
        "codex" => "by Codex",
        "openai" => "by the HTTP reviewer",
        _ => "by the offline lint",
    };
    let mut text = match report.problems() {
        0 => format!("Ready: a review {who} can start.\n\n"),
        1 => format!("One thing is in the way of a review {who}.\n\n"),
        count => format!("{count} things are in the way of a review {who}.\n\n"),
    };
    let rows: Vec<[String; 3]> = report
        .checks
        .iter()
        .map(|it| [word(it.state).to_owned(), it.title.to_owned(), it.found.clone()])
        .collect();
    text.push_str(&table(["State", "What", "Found"], &rows));
    let mut advised: Vec<_> = report.checks.iter().filter(|it| it.advice.is_some()).collect();
    // What is in the way comes first.
    advised.sort_by_key(|it| std::cmp::Reverse(it.state));
    if !advised.is_empty() {
        text.push_str("\nWhat to do:\n\n");
    }
    for (index, check) in advised.iter().enumerate() {
        let advice = inline(check.advice.as_deref().unwrap_or_default());
        let optional = if check.state == State::Problem { "" } else { " (optional)" };
        let _ = writeln!(text, "{}. {}{optional}: {advice}", index + 1, check.title);
    }
    text
}

/// One object on one line, as `docs/commands.md` describes it.
pub fn json(report: &Report) -> String {
    serde_json::to_string(report).unwrap_or_default() + "\n"
}

fn word(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Note => "note",
        State::Problem => "PROBLEM",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Check;

    fn report() -> Report {
        let checks = vec![
            Check::ok("helper", "Helper", "0.1.0 at ~/x|y"),
            Check::ok("git", "git", "not found on PATH").note().advice("install git"),
            Check::ok("codex", "Codex CLI", "not found\u{1b}[2J on PATH")
                .problem()
                .advice("npm install -g @openai/codex"),
        ];
        Report::new("codex", checks)
    }

    #[test]
    fn table_says_what_is_in_the_way_first() {
        assert_eq!(
            markdown(&report()),
            "One thing is in the way of a review by Codex.\n\n\
             | State   | What      | Found |\n\
             | ------- | --------- | --- |\n\
             | ok      | Helper    | 0.1.0 at ~/x\\|y |\n\
             | note    | git       | not found on PATH |\n\
             | PROBLEM | Codex CLI | not found on PATH |\n\n\
             What to do:\n\n\
             1. Codex CLI: npm install -g @openai/codex\n\
             2. git (optional): install git\n"
        );
    }

    #[test]
    fn json_holds_the_same_checks() {
        let value: serde_json::Value = serde_json::from_str(&json(&report())).unwrap();
        assert_eq!(
            value,
            serde_json::json!({
                "version": 1, "ready": false, "reviewer": "codex",
                "checks": [
                    { "id": "helper", "state": "ok", "found": "0.1.0 at ~/x|y", "advice": null },
                    { "id": "git", "state": "note", "found": "not found on PATH", "advice": "install git" },
                    { "id": "codex", "state": "problem", "found": "not found\u{1b}[2J on PATH",
                      "advice": "npm install -g @openai/codex" },
                ]
            })
        );
    }
}
