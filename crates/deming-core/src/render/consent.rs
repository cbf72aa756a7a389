//! The question that a person answers before anything leaves this machine.

use std::fmt::Write as _;

use crate::clean::clean_line;

/// All that a person has to know to answer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ConsentFacts {
    /// For example `Codex`.
    pub reviewer: String,
    /// What the plan is for, where that is sent as well.
    pub task: Option<String>,
    /// Where to, through what, with which login.
    pub destination: String,
    /// The whole payload, in bytes.
    pub bytes: usize,
    /// The same if what was found goes as it is, where that is known.
    pub bytes_as_it_is: Option<usize>,
    /// The plan in it, in bytes.
    pub plan_bytes: usize,
    /// How many rounds the yes covers.
    pub rounds: u32,
    /// Files that are sent beside the plan: name and bytes.
    pub attachments: Vec<(String, usize)>,
    /// What the project's settings ask the reviewer to look at.
    pub focus: Vec<String>,
    /// What the reviewer's own program adds by itself, for example a personal
    /// instructions file.
    pub additions: Vec<String>,
    /// Secrets that nobody has decided about: kind and place.
    pub found: Vec<String>,
    /// Whether an agent handed them over, so that its chat has them.
    pub is_in_chat: bool,
    /// Kinds of secrets that are replaced by labels, with how many of each.
    pub redactions: Vec<(String, usize)>,
    /// The same for those that go as they are, by an earlier answer.
    pub sent_anyway: Vec<(String, usize)>,
    /// Where a copy is kept, if it is.
    pub log: Option<String>,
    /// Folder variables in force: name and value.
    pub overrides: Vec<(String, String)>,
    /// What else should be known, a sentence each.
    pub remarks: Vec<String>,
}

/// The most characters of a task that a question shows.
const TASK_LIMIT: usize = 300;
/// The most secrets that a question names one by one.
const MOST_FOUND: usize = 12;

/// The question as plain lines; the options are the caller's.
pub fn question(facts: &ConsentFacts) -> String {
    let mut text =
        format!("This will send your plan to {} for review.\n\n", clean_line(&facts.reviewer));
    let mut point = |line: String| {
        let _ = writeln!(text, "- {line}");
    };
    for found in facts.found.iter().take(MOST_FOUND) {
        point(format!("SECRET FOUND: {}", clean_line(found)));
    }
    if MOST_FOUND < facts.found.len() {
        point(format!("SECRETS FOUND: {} more", facts.found.len() - MOST_FOUND));
    }
    if !facts.found.is_empty() && facts.is_in_chat {
        point("Whatever was found stands in this chat already: rotate it".to_owned());
    }
    if let Some(task) = &facts.task {
        point(format!("Task: {}", shortened(&clean_line(task))));
    }
    let with_task = if facts.task.is_some() { "the task, " } else { "" };
    let with_values = match (facts.found.is_empty(), facts.bytes_as_it_is) {
        (true, _) => String::new(),
        (false, None) => " with labels in place of what was found".to_owned(),
        (false, Some(count)) => {
            format!(" with labels in place of what was found, {} as it is", bytes(count))
        }
    };
    point(format!(
        "What: {with_task}the plan ({}), our review instructions and which of the files it names \
         exist; {} in all{with_values}",
        bytes(facts.plan_bytes),
        bytes(facts.bytes)
    ));
    for (name, size) in &facts.attachments {
        point(format!("Also: the file {} ({})", clean_line(name), bytes(*size)));
    }
    for focus in &facts.focus {
        point(format!("Also, as the project's .deming.yaml asks: {}", clean_line(focus)));
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
    for (kind, count) in &facts.sent_anyway {
        point(format!("As it is, by your earlier answer: {count} × {}", clean_line(kind)));
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

fn shortened(task: &str) -> String {
    match task.char_indices().nth(TASK_LIMIT) {
        Some((end, _)) => format!("{}…", task[..end].trim_end()),
        None => task.to_owned(),
    }
}

/// `1,234 bytes`.
pub fn bytes(count: usize) -> String {
    let unit = if count == 1 { "byte" } else { "bytes" };
    format!("{} {unit}", grouped(count as u64))
}

/// `1,234`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
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
    #[test]
    fn secrets_come_first_and_the_task_is_named() {
        let facts = ConsentFacts {
            reviewer: "Codex".to_owned(),
            task: Some("Add login\nto the shop".to_owned()),
            destination: "OpenAI".to_owned(),
            bytes: 20,
            plan_bytes: 10,
            rounds: 1,
            attachments: vec![("src/a.rs".to_owned(), 5)],
            focus: vec!["money is in cents".to_owned()],
            found: vec!["github-pat in the plan, line 3, column 5".to_owned()],
            is_in_chat: true,
            redactions: vec![("password".to_owned(), 2)],
            sent_anyway: vec![("api-key".to_owned(), 1)],
            ..ConsentFacts::default()
        };
        assert_eq!(
            question(&facts),
            "This will send your plan to Codex for review.\n\n\
             - SECRET FOUND: github-pat in the plan, line 3, column 5\n\
             - Whatever was found stands in this chat already: rotate it\n\
             - Task: Add login to the shop\n\
             - What: the task, the plan (10 bytes), our review instructions and which of the files \
             it names exist; 20 bytes in all with labels in place of what was found\n\
             - Also: the file src/a.rs (5 bytes)\n\
             - Also, as the project's .deming.yaml asks: money is in cents\n\
             - Where to: OpenAI\n\
             - Redacted first: 2 × password\n\
             - As it is, by your earlier answer: 1 × api-key"
        );
        let many = ConsentFacts { found: vec!["x".to_owned(); 14], ..ConsentFacts::default() };
        assert!(question(&many).contains("\n- SECRETS FOUND: 2 more\n"));
        let long = ConsentFacts { task: Some("x".repeat(301)), ..ConsentFacts::default() };
        assert!(question(&long).contains(&format!("- Task: {}…\n", "x".repeat(300))));
    }
}
