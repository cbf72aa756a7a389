//! What `deming scan` says to people: kind and place of each finding, never a
//! value.

use super::markdown::{code, item};
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
    report.push_str("\nTake them out, and rotate each that was ever shared.\n");
    report
}

fn line(text: &str, secret: &Secret) -> String {
    let at = position(text, secret.span.start);
    let action = match secret.action {
        Action::Block => "nothing is sent until a person decides",
        Action::Redact => "replaced by a label before anything is sent",
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
    fn findings_are_named_by_kind_and_place() {
        check(
            vec![
                Secret { span: 0..3, kind: "github-pat".to_owned(), action: Action::Block },
                Secret { span: 8..13, kind: "password".to_owned(), action: Action::Redact },
            ],
            "2 secrets in `a plan.md`\n\n\
             - line 1, column 1: github-pat (nothing is sent until a person decides)\n\
             - line 2, column 5: password (replaced by a label before anything is sent)\n\n\
             Take them out, and rotate each that was ever shared.\n",
        );
    }
}
