//! What `deming scan` says to people: kind and place of each finding, never a
//! value.

use super::markdown::{code, item};
use crate::clean::clean_line;
use crate::secret::{Action, Redacted, Secret, position};

/// The findings in a text, as Markdown.
///
/// `name` says which text it was: a path, or `standard input`.
pub fn markdown(name: &str, text: &str, redacted: &Redacted) -> String {
    let name = code(name);
    let secrets = &redacted.secrets;
    if secrets.is_empty() {
        return format!("No secrets in {name}.\n");
    }
    let noun = if secrets.len() == 1 { "secret" } else { "secrets" };
    let mut report = format!("{} {noun} in {name}\n\n", secrets.len());
    for secret in secrets {
        report.push_str(&item("- ", &line(text, secret)));
        report.push('\n');
    }
    let sent = lines_with_labels(&redacted.text);
    if !sent.is_empty() {
        report.push_str(&format!("\nIn their place labels would be sent:\n\n{sent}"));
    }
    report.push_str("\nTake them out, and rotate each that was ever shared.\n");
    report
}

/// The most lines that are shown, and the most characters of one.
const MOST_LINES: usize = 20;
const LINE_LENGTH: usize = 160;

/// The lines that hold a label, with their numbers.
fn lines_with_labels(text: &str) -> String {
    let with_label = text.lines().zip(1..).filter(|(line, _)| line.contains("[REDACTED:"));
    let mut lines: Vec<String> = with_label
        .map(|(line, number)| {
            let shown: String = line.trim().chars().take(LINE_LENGTH).collect();
            let cut = if shown.len() < line.trim().len() { "…" } else { "" };
            format!(
                "{}\n",
                item("- ", &format!("line {number}: {}{cut}", code(&clean_line(&shown))))
            )
        })
        .collect();
    if MOST_LINES < lines.len() {
        let left = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("- {left} more\n"));
    }
    lines.concat()
}

fn line(text: &str, secret: &Secret) -> String {
    let at = position(text, secret.span.start);
    let action = match secret.action {
        Action::Block => "nothing is sent until a person decides",
        Action::Redact => "by its context; nothing is sent until a person decides",
    };
    format!("line {}, column {}: {} ({action})", at.line, at.column, secret.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(secrets: Vec<Secret>, want: &str) {
        let redacted = Redacted { text: String::new(), secrets };
        assert_eq!(markdown("a plan.md", "one\ntwo three\n", &redacted), want);
    }

    #[test]
    fn a_clean_text_is_one_line() {
        check(Vec::new(), "No secrets in `a plan.md`.\n");
    }

    #[test]
    fn what_would_be_sent_is_shown_line_by_line() {
        let text = "a\n  key: [REDACTED:password#1] `x`\n".to_owned();
        assert_eq!(lines_with_labels(&text), "- line 2: `` key: [REDACTED:password#1] `x` ``\n");
        let many = "[REDACTED:password#1]\n".repeat(25);
        assert!(lines_with_labels(&many).ends_with("\n- 5 more\n"));
    }

    #[test]
    fn findings_are_named_by_kind_and_place() {
        check(
            vec![
                Secret { span: 0..3, kind: "github-pat".to_owned(), action: Action::Block },
                Secret { span: 8..13, kind: "password".to_owned(), action: Action::Redact },
            ],
            "2 secrets in `a plan.md`\n\n\
             - line 1, column 1: github-pat (nothing is sent until a person decides)\n\
             - line 2, column 5: password (by its context; nothing is sent until a person decides)\n\n\
             Take them out, and rotate each that was ever shared.\n",
        );
    }
}
