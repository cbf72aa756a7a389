//! What a person agreed to, and what was sent under it: for people and scripts.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::consent::bytes;
use super::markdown::{fence, inline};
use super::table::table;
use crate::review_loop::ConsentBy;

/// A yes that is written into the person's settings.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct StandingYes {
    pub project: String,
    /// The word of the reviewer: `codex`.
    pub reviewer: String,
    /// Rounds of each review.
    pub rounds: u32,
    /// `block` or `redact`.
    pub secrets: String,
}

/// The yes of one open review.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ReviewYes {
    pub review: String,
    pub title: String,
    pub project: String,
    pub given: Option<DateTime<FixedOffset>>,
    pub by: ConsentBy,
    pub destination: String,
    pub rounds_left: u32,
    /// When it was taken back, if it was.
    pub revoked: Option<DateTime<FixedOffset>>,
    /// Whether a log may be kept.
    pub logging: bool,
    /// Files that may go with the plan.
    pub attachments: Vec<String>,
    /// Labels of the secrets that may be sent as they are.
    pub secrets: Vec<String>,
}

/// One payload that went out.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct SentPayload {
    pub at: DateTime<FixedOffset>,
    pub review: Option<String>,
    pub round: u32,
    pub project: String,
    pub destination: String,
    pub bytes: u64,
    pub by: Option<ConsentBy>,
    /// Whether it asked the reviewer to restate a reply.
    pub repair: bool,
}

/// Every yes that is in force.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Consents {
    pub version: u32,
    /// The settings file, for display.
    pub file: String,
    pub standing: Vec<StandingYes>,
    pub reviews: Vec<ReviewYes>,
    /// What could not be read, a sentence each.
    pub diagnostics: Vec<String>,
}

/// The newest of what was sent.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct SentList {
    pub version: u32,
    /// All payloads in the record, shown or not.
    pub count: usize,
    pub bytes: u64,
    /// Newest first.
    pub sent: Vec<SentPayload>,
    pub diagnostics: Vec<String>,
}

/// Both lists, the settings' first.
pub fn consents(found: &Consents) -> String {
    let mut text = inline(&format!("Given in advance, in {}:", found.file)) + "\n\n";
    let rows: Vec<[String; 4]> = found
        .standing
        .iter()
        .map(|it| {
            let rounds = format!("{} a review", it.rounds);
            [it.reviewer.clone(), rounds, it.secrets.clone(), it.project.clone()]
        })
        .collect();
    text.push_str(&list_or_none(["Reviewer", "Rounds", "Secrets", "Project"], &rows));
    text.push_str("\nGiven for reviews that are open:\n\n");
    let rows: Vec<[String; 7]> = found
        .reviews
        .iter()
        .map(|it| {
            [
                it.review.clone(),
                it.given.map_or_else(|| "unknown".to_owned(), minute),
                by_words(it.by).to_owned(),
                match it.revoked {
                    Some(at) => format!("0, taken back {}", minute(at)),
                    None => it.rounds_left.to_string(),
                },
                if it.logging { "yes" } else { "no" }.to_owned(),
                it.destination.clone(),
                plan_and_files(it),
            ]
        })
        .collect();
    let headings = ["Review", "Given", "How", "Rounds left", "Log", "Where to", "What"];
    text.push_str(&list_or_none(headings, &rows));
    text + &notes(&found.diagnostics)
}

/// The payloads, newest first, and how many there are in all.
pub fn sent(found: &SentList) -> String {
    if found.count == 0 {
        return format!("Nothing was sent so far.\n{}", notes(&found.diagnostics));
    }
    let noun = if found.count == 1 { "payload" } else { "payloads" };
    let size = bytes(usize::try_from(found.bytes).unwrap_or(usize::MAX));
    let mut text = format!("{} {noun} sent, {size} in all", found.count);
    if found.sent.len() < found.count {
        text.push_str(&format!("; the newest {}", found.sent.len()));
    }
    text.push_str(":\n\n");
    let rows: Vec<[String; 7]> = found
        .sent
        .iter()
        .map(|it| {
            [
                minute(it.at),
                it.review.clone().unwrap_or_else(|| "single".to_owned()),
                if it.repair { format!("{}, restated", it.round) } else { it.round.to_string() },
                bytes(usize::try_from(it.bytes).unwrap_or(usize::MAX)),
                it.by.map_or("unknown", by_words).to_owned(),
                it.destination.clone(),
                it.project.clone(),
            ]
        })
        .collect();
    let headings = ["When", "Review", "Round", "Size", "Yes", "Where to", "Project"];
    text.push_str(&table(headings, &rows));
    text + &notes(&found.diagnostics)
}

/// The lines of a settings file that hold a yes, with their numbers.
pub fn lines_to_remove(file: &str, entries: &[Vec<(usize, String)>]) -> String {
    let noun = if entries.len() == 1 { "This consent is" } else { "These consents are" };
    let how = format!("Remove these lines of {file}, for example with `deming config edit`:");
    let mut text = format!(
        "{noun} in force until you remove it from your settings; Deming does not edit them.\n{}\n",
        inline(&how)
    );
    for lines in entries {
        let shown: Vec<String> =
            lines.iter().map(|(number, line)| format!("{number:>4}  {line}")).collect();
        text.push_str(&format!("\n{}\n", fence(&shown.join("\n"), "text")));
    }
    text
}

/// One object on one line.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

fn list_or_none<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() { "None.\n".to_owned() } else { table(headings, rows) }
}

fn plan_and_files(it: &ReviewYes) -> String {
    let mut text = format!("{} ({})", it.title, it.project);
    for file in &it.attachments {
        text.push_str(&format!(", {file}"));
    }
    for label in &it.secrets {
        text.push_str(&format!(", {label} as it is"));
    }
    text
}

fn notes(diagnostics: &[String]) -> String {
    diagnostics.iter().map(|it| format!("\nNote: {}\n", inline(it))).collect()
}

/// `2026-01-19 14:05`, in the time of the machine that wrote it.
fn minute(at: DateTime<FixedOffset>) -> String {
    at.naive_local().to_string().chars().take(16).collect()
}

/// How a yes was given.
fn by_words(by: ConsentBy) -> &'static str {
    match by {
        ConsentBy::Question => "in Claude Code",
        ConsentBy::Terminal => "on a terminal",
        ConsentBy::Standing => "in advance",
        ConsentBy::NotNeeded => "not needed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-01-19T14:05:33+01:00").unwrap()
    }

    #[test]
    fn every_yes_in_force_is_listed() {
        let found = Consents {
            version: 1,
            file: "/c.yaml".to_owned(),
            standing: vec![StandingYes {
                project: "/p".to_owned(),
                reviewer: "codex".to_owned(),
                rounds: 5,
                secrets: "block".to_owned(),
            }],
            reviews: vec![ReviewYes {
                review: "r234567".to_owned(),
                title: "JWT | auth".to_owned(),
                project: "my-api".to_owned(),
                given: Some(at()),
                by: ConsentBy::Question,
                destination: "codex OpenAI".to_owned(),
                rounds_left: 0,
                revoked: Some(at()),
                logging: false,
                attachments: vec!["a.rs".to_owned()],
                secrets: vec!["[REDACTED:password#1]".to_owned()],
            }],
            diagnostics: vec!["one is broken".to_owned()],
        };
        assert_eq!(
            consents(&found),
            "Given in advance, in /c.yaml:\n\n\
             | Reviewer | Rounds     | Secrets | Project |\n\
             | -------- | ---------- | ------- | --- |\n\
             | codex    | 5 a review | block   | /p |\n\n\
             Given for reviews that are open:\n\n\
             | Review  | Given            | How            | Rounds left                    | Log | Where to     | What |\n\
             | ------- | ---------------- | -------------- | ------------------------------ | --- | ------------ | --- |\n\
             | r234567 | 2026-01-19 14:05 | in Claude Code | 0, taken back 2026-01-19 14:05 | no  | codex OpenAI | JWT \\| auth (my-api), a.rs, [REDACTED:password#1] as it is |\n\n\
             Note: one is broken\n"
        );
    }

    #[test]
    fn sent_payloads_are_counted_and_listed() {
        assert_eq!(sent(&SentList::default()), "Nothing was sent so far.\n");
        let found = SentList {
            version: 1,
            count: 2,
            bytes: 5_000,
            sent: vec![SentPayload {
                at: at(),
                review: None,
                round: 1,
                project: "/p".to_owned(),
                destination: "codex OpenAI".to_owned(),
                bytes: 2_500,
                by: Some(ConsentBy::Terminal),
                repair: true,
            }],
            diagnostics: Vec::new(),
        };
        assert_eq!(
            sent(&found),
            "2 payloads sent, 5,000 bytes in all; the newest 1:\n\n\
             | When             | Review | Round       | Size        | Yes           | Where to     | Project |\n\
             | ---------------- | ------ | ----------- | ----------- | ------------- | ------------ | --- |\n\
             | 2026-01-19 14:05 | single | 1, restated | 2,500 bytes | on a terminal | codex OpenAI | /p |\n"
        );
    }

    #[test]
    fn lines_to_remove_are_quoted_with_their_numbers() {
        let entries = [vec![(4, "- project: /p".to_owned()), (5, "  reviewer: codex".to_owned())]];
        assert_eq!(
            lines_to_remove("/c.yaml", &entries),
            "This consent is in force until you remove it from your settings; Deming does not edit \
             them.\nRemove these lines of /c.yaml, for example with `deming config edit`:\n\n\
             ```text\n   4  - project: /p\n   5    reviewer: codex\n```\n"
        );
    }
}
