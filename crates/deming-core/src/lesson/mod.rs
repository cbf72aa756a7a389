//! What sessions learned: taken from a session at its close, and found again
//! by the words of a new task. Never guesses: what shares no telling word with
//! the task does not come back.

mod rank;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::render::markdown::{code, inline};
use crate::session::event::{Change, Point};
use crate::session::state::{NextTime, State};

pub use rank::rank;

/// Something that a session learned.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// The session's id and a number in it: `s4f2abc-3`.
    pub id: String,
    pub project: String,
    /// The feature of the session.
    pub feature: String,
    pub on: NaiveDate,
    pub learned: Learned,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learned {
    Lesson(Point),
    /// The top learning of the retrospective.
    Learning(Point),
    /// The change for next time.
    Change(Change),
    Pattern {
        text: String,
    },
    Insight {
        text: String,
    },
}

impl Lesson {
    /// The session that it came from.
    pub fn session(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// Its words, without who said them when.
    pub fn text(&self) -> String {
        match &self.learned {
            Learned::Lesson(point) | Learned::Learning(point) if point.text.is_empty() => {
                inline(&point.title)
            }
            Learned::Lesson(point) | Learned::Learning(point) => {
                format!("{} - {}", inline(&point.title), inline(&point.text))
            }
            Learned::Change(change) => {
                let file = change.file.as_deref().map(|it| format!(" for {}", code(it)));
                let text = inline(&change.text);
                format!("{}{}: {text}", change.kind.word(), file.unwrap_or_default())
            }
            Learned::Pattern { text } | Learned::Insight { text } => inline(text),
        }
    }

    /// One line with its source: `… (2026-01-19, JWT authentication)`.
    pub fn line(&self) -> String {
        format!("{} ({}, {})", self.text(), self.on, inline(&self.feature))
    }
}

/// What a session learned, in the order of its log.
pub fn lessons_of(id: &str, state: &State) -> Vec<Lesson> {
    let mut learned: Vec<Learned> = vec![];
    learned.extend(state.retro.learning.clone().map(Learned::Learning));
    if let Some(NextTime::Change(change)) = &state.retro.change {
        learned.push(Learned::Change(change.clone()));
    }
    let texts = |it: &Option<Vec<String>>| it.clone().unwrap_or_default();
    let patterns = texts(&state.knowledge.patterns).into_iter();
    learned.extend(patterns.map(|text| Learned::Pattern { text }));
    let insights = texts(&state.knowledge.insights).into_iter();
    learned.extend(insights.map(|text| Learned::Insight { text }));
    let lessons = state.lessons.lessons.clone().unwrap_or_default();
    learned.extend(lessons.into_iter().map(Learned::Lesson));
    let lesson = |(index, learned)| Lesson {
        id: format!("{id}-{}", index + 1),
        project: state.opening.project.clone(),
        feature: state.opening.feature.clone(),
        on: state.last_at.date_naive(),
        learned,
    };
    learned.into_iter().enumerate().map(lesson).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::event::{ChangeKind, Mode, What};
    use crate::session::sample::Sample;

    #[test]
    fn session_gives_its_lessons_in_the_order_of_the_log() {
        let point = |title: &str, text: &str| Point { title: title.into(), text: text.into() };
        let mut sample = Sample::opened(Mode::Emergency);
        sample.state.phase = crate::session::event::Phase::Retro;
        sample.agent(What::RetroSet {
            worked: None,
            better: None,
            learning: Some(point("Ask for keys", "")),
        });
        sample.human(What::ChangeChosen(Change {
            kind: ChangeKind::Prompt,
            file: Some("analysis.md".into()),
            place: None,
            text: "- Who has a key?".into(),
            why: None,
        }));
        sample.agent(What::LessonsSet {
            lessons: Some(vec![point("Locks", "they jam")]),
            next: None,
        });
        let lessons = lessons_of("sabc234", &sample.state);
        let json = serde_json::to_string(&lessons).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Lesson>>(&json).unwrap(), lessons);
        let lines: Vec<String> = lessons.iter().map(Lesson::line).collect();
        let source = "(2030-01-15, Doors that lock)";
        assert_eq!(
            lines,
            [
                format!("Ask for keys {source}"),
                format!("PROMPT for `analysis.md`: \\- Who has a key? {source}"),
                format!("Locks - they jam {source}"),
            ]
        );
    }
}
