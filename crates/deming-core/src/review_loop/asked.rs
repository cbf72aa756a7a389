//! A question on its way to a person, and the answer on its way back.
//!
//! The helper writes the question, the hook shows it and writes the answer,
//! the helper reads the answer. Each of the two writes its own file.

use serde::{Deserialize, Serialize};

use crate::journal::Event;

use super::question::Question;

/// What `CLAUDE_CODE_ENTRYPOINT` says where Claude Code has no screen.
pub const HEADLESS: &str = "sdk-cli";

/// Why nothing goes on where no person can be asked.
pub const NOBODY_TO_ASK: &str = "\
A person has to agree before anything is sent, and nobody can be asked here. Nothing was sent. \
They can type /refine-plan-codex in an interactive session, or agree in advance by \
`consent: { standing: [ … ] }` in their own config.yaml (docs/settings.md).";

/// What an open question is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Whether the plan may be sent.
    Consent,
    /// How the loop goes on.
    Decision,
}

/// The one open question of a review (`question.json`).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct OpenQuestion {
    pub version: u32,
    pub review: String,
    /// New for every question, so that an old answer fits no new question.
    pub nonce: String,
    pub subject: Subject,
    pub question: Question,
    /// What the agent runs after an answer, whatever the answer is.
    pub next: String,
}

impl OpenQuestion {
    pub const VERSION: u32 = 1;
    pub const FILE: &str = "question.json";

    /// What the agent writes into its question so that the hook finds ours.
    pub fn mark(review: &str) -> String {
        format!("Deming {review}")
    }
}

/// What the hook wrote down (`answers.jsonl`).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AnswerEvent {
    /// The person saw this text, and nothing else.
    Shown { nonce: String, tool_use_id: String },
    /// The person chose this label.
    Answered { nonce: String, tool_use_id: String, label: String },
}

impl AnswerEvent {
    pub const FILE: &str = "answers.jsonl";
}

impl Event for AnswerEvent {
    const VERSION: u32 = 1;
}

/// The label that was chosen for the question, if it was shown and answered.
///
/// The newest answer counts, and only one that belongs to a showing of this
/// very question.
pub fn answer_of<'a>(
    question: &OpenQuestion,
    events: impl DoubleEndedIterator<Item = &'a AnswerEvent> + Clone,
) -> Option<&'a str> {
    let was_shown = |wanted: &str| {
        events.clone().any(|event| match event {
            AnswerEvent::Shown { nonce, tool_use_id } => {
                *nonce == question.nonce && tool_use_id == wanted
            }
            AnswerEvent::Answered { .. } => false,
        })
    };
    events.clone().rev().find_map(|event| match event {
        AnswerEvent::Answered { nonce, tool_use_id, label }
            if *nonce == question.nonce && was_shown(tool_use_id) =>
        {
            Some(label.as_str())
        }
        AnswerEvent::Answered { .. } | AnswerEvent::Shown { .. } => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(nonce: &str, id: &str) -> AnswerEvent {
        AnswerEvent::Shown { nonce: nonce.to_owned(), tool_use_id: id.to_owned() }
    }

    fn answered(nonce: &str, id: &str, label: &str) -> AnswerEvent {
        AnswerEvent::Answered {
            nonce: nonce.to_owned(),
            tool_use_id: id.to_owned(),
            label: label.to_owned(),
        }
    }

    #[track_caller]
    fn check(events: &[AnswerEvent], want: Option<&str>) {
        let question = OpenQuestion {
            version: OpenQuestion::VERSION,
            review: "r1".to_owned(),
            nonce: "n".to_owned(),
            subject: Subject::Consent,
            question: Question { header: String::new(), text: String::new(), choices: vec![] },
            next: String::new(),
        };
        assert_eq!(answer_of(&question, events.iter()), want);
    }

    #[test]
    fn only_an_answer_to_a_shown_question_counts() {
        check(&[], None);
        check(&[answered("n", "t1", "Yes")], None);
        check(&[shown("n", "t1")], None);
        check(&[shown("n", "t1"), answered("n", "t2", "Yes")], None);
        check(&[shown("old", "t1"), answered("n", "t1", "Yes")], None);
        check(&[shown("n", "t1"), answered("old", "t1", "Yes")], None);
        check(&[shown("n", "t1"), answered("n", "t1", "Yes")], Some("Yes"));
    }

    #[test]
    fn newest_answer_counts() {
        let events = [
            shown("n", "t1"),
            answered("n", "t1", "Yes"),
            shown("n", "t2"),
            answered("n", "t2", "No"),
        ];
        check(&events, Some("No"));
    }
}
