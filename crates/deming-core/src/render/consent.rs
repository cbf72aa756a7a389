//! The question that a person answers before anything leaves this machine.

use std::fmt::Write as _;

use crate::clean::clean_line;

/// All that a person has to know to answer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ConsentFacts {
    /// For example `Codex`.
    pub reviewer: String,
    /// Where to, through what, with which login.
    pub destination: String,
    /// The whole payload, in bytes.
    pub bytes: usize,
    /// The plan in it, in bytes.
    pub plan_bytes: usize,
    /// How many rounds the yes covers.
    pub rounds: u32,
    /// Files that are sent beside the plan: name and bytes.
    pub attachments: Vec<(String, usize)>,
    /// What the reviewer's own program adds by itself, for example a personal
    /// instructions file.
    pub additions: Vec<String>,
    /// Kinds of secrets that are replaced by labels, with how many of each.
    pub redactions: Vec<(String, usize)>,
    /// Where a copy is kept, if it is.
    pub log: Option<String>,
    /// Folder variables in force: name and value.
    pub overrides: Vec<(String, String)>,
    /// What else should be known, a sentence each.
    pub remarks: Vec<String>,
}

/// The question as plain lines; the options are the caller's.
pub fn question(facts: &ConsentFacts) -> String {
    let mut text =
        format!("This will send your plan to {} for review.\n\n", clean_line(&facts.reviewer));
    let mut point = |line: String| {
        let _ = writeln!(text, "- {line}");
    };
    point(format!(
        "What: the plan ({}), our review instructions and which of the files it names exist; {} in all",
        bytes(facts.plan_bytes),
        bytes(facts.bytes)
    ));
    for (name, size) in &facts.attachments {
        point(format!("Also: the file {} ({})", clean_line(name), bytes(*size)));
    }
    for addition in &facts.additions {
        point(format!("Also: {}", clean_line(addition)));
    }
    point(format!("Where to: {}", clean_line(&facts.destination)));
    if 1 < facts.rounds {
        point(format!("How often: this plan and its revisions, up to {} times", facts.rounds));
    }
    for (kind, count) in &facts.redactions {
        point(format!("Redacted first: {count} × {}", clean_line(kind)));
    }
    if let Some(log) = &facts.log {
        point(format!("A copy will be saved to {}", clean_line(log)));
    }
    for (name, value) in &facts.overrides {
        point(format!("Changed by the environment: {}={}", clean_line(name), clean_line(value)));
    }
    for remark in &facts.remarks {
        point(clean_line(remark));
    }
    text.truncate(text.trim_end().len());
    text
}

/// `1,234 bytes`.
pub fn bytes(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let unit = if count == 1 { "byte" } else { "bytes" };
    format!("{grouped} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_says_what_goes_where() {
        let facts = ConsentFacts {
            reviewer: "Codex".to_owned(),
            destination: "OpenAI, through Codex CLI 0.169.0 at /bin/codex (ChatGPT login)"
                .to_owned(),
            bytes: 1_234_567,
            plan_bytes: 1,
            rounds: 5,
            log: Some("~/.claude/plan-reviews/".to_owned()),
            overrides: vec![("CODEX_HOME".to_owned(), "/x\n- y".to_owned())],
            ..ConsentFacts::default()
        };
        assert_eq!(
            question(&facts),
            "This will send your plan to Codex for review.\n\n\
             - What: the plan (1 byte), our review instructions and which of the files it names \
             exist; 1,234,567 bytes in all\n\
             - Where to: OpenAI, through Codex CLI 0.169.0 at /bin/codex (ChatGPT login)\n\
             - How often: this plan and its revisions, up to 5 times\n\
             - A copy will be saved to ~/.claude/plan-reviews/\n\
             - Changed by the environment: CODEX_HOME=/x - y"
        );
    }
}
