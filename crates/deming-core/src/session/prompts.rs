//! The text that leads through each phase; only the one that is due is printed.
//!
//! A change that a retrospective chose can be put into it; then it says so.

use serde::{Deserialize, Serialize};

use crate::clean::clean;
use crate::session::event::Phase;

/// What holds in every phase; printed once, when a session starts.
pub const AGREEMENTS: &str = include_str!("prompts/agreements.md");

/// The most lines that one change adds.
pub const MAX_LINES: usize = 10;

/// A text of ours that a change can be put into.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prompt {
    Agreements,
    #[serde(untagged)]
    Phase(Phase),
}

/// A change that was put into a prompt.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PromptChange {
    /// The id of the lesson that it came from.
    pub id: String,
    pub prompt: Prompt,
    /// The heading under which it stands, if that is one of the prompt's.
    pub place: Option<String>,
    pub text: String,
    /// The project that it holds in; all of them where absent.
    pub project: Option<String>,
}

/// The prompt of a phase, as it is without any change.
pub fn prompt(phase: Phase) -> &'static str {
    Prompt::Phase(phase).text()
}

impl Prompt {
    pub const ALL: [Self; 6] = [
        Self::Agreements,
        Self::Phase(Phase::Analysis),
        Self::Phase(Phase::Planning),
        Self::Phase(Phase::Doing),
        Self::Phase(Phase::Checking),
        Self::Phase(Phase::Retro),
    ];

    pub fn text(self) -> &'static str {
        match self {
            Self::Agreements => AGREEMENTS,
            Self::Phase(Phase::Analysis) => include_str!("prompts/analysis.md"),
            Self::Phase(Phase::Planning) => include_str!("prompts/planning.md"),
            Self::Phase(Phase::Doing) => include_str!("prompts/doing.md"),
            Self::Phase(Phase::Checking) => include_str!("prompts/checking.md"),
            Self::Phase(Phase::Retro) => include_str!("prompts/retro.md"),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Agreements => "agreements",
            Self::Phase(phase) => phase.word(),
        }
    }

    /// The prompt that a file name means: `analysis-prompt.md`, `check.md`.
    pub fn of_file(file: &str) -> Option<Self> {
        let name = file.rsplit('/').next().unwrap_or_default().to_lowercase();
        let name = name.strip_suffix(".md").unwrap_or(&name);
        let name = name.trim_end_matches("prompt").trim_matches(['-', '_', ' ']);
        let names: [(&[&str], Self); 6] = [
            (&["agreements", "working-agreements", "agreement"], Self::Agreements),
            (&["analysis", "analyze", "analyse"], Self::Phase(Phase::Analysis)),
            (&["planning", "plan"], Self::Phase(Phase::Planning)),
            (&["doing", "do", "tdd", "implementation"], Self::Phase(Phase::Doing)),
            (
                &["checking", "check", "completion", "completion-check"],
                Self::Phase(Phase::Checking),
            ),
            (&["retro", "retrospective", "act"], Self::Phase(Phase::Retro)),
        ];
        names.iter().find(|it| it.0.contains(&name)).map(|it| it.1)
    }

    /// The text with these changes in it, and a line that says so.
    pub fn changed(self, changes: &[PromptChange]) -> String {
        let mut text = self.text().to_owned();
        let own: Vec<&PromptChange> = changes.iter().filter(|it| it.prompt == self).collect();
        for change in &own {
            text = inserted(&text, change.place.as_deref(), &clean(&change.text));
        }
        if !own.is_empty() {
            let ids: Vec<&str> = own.iter().map(|it| it.id.as_str()).collect();
            let ids = ids.join(", ");
            text.push_str(&format!("\n_Changed by {ids}; see `deming prompts list`._\n"));
        }
        text
    }
}

/// The text with more lines at the end of the section `place`, or at its end.
fn inserted(text: &str, place: Option<&str>, more: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let title = |line: &str| line.trim_start_matches('#').trim().to_lowercase();
    let wanted = place.map(title);
    let heading = lines.iter().position(|it| it.starts_with('#') && Some(title(it)) == wanted);
    let end = heading.map_or(lines.len(), |at| {
        let next = lines[at + 1..].iter().position(|it| it.starts_with('#'));
        next.map_or(lines.len(), |it| at + 1 + it)
    });
    let blank = lines[..end].iter().rev().take_while(|it| it.is_empty()).count();
    let (before, after) = lines.split_at(end - blank);
    let more: Vec<&str> = more.trim_end().lines().collect();
    let mut all = [before, &more, after].concat().join("\n");
    all.push('\n');
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(prompt: Prompt, place: Option<&str>) -> PromptChange {
        PromptChange {
            id: "sabc234-2".to_owned(),
            prompt,
            place: place.map(str::to_owned),
            text: "- Who has a key?".to_owned(),
            project: None,
        }
    }

    #[test]
    fn all_prompts_together_are_under_ten_kilobytes() {
        let all: usize = Prompt::ALL.into_iter().map(|it| it.text().len()).sum();
        assert!(all < 10_000, "{all}");
    }

    #[test]
    fn names_of_files_mean_prompts() {
        let of = Prompt::of_file;
        assert_eq!(of("analysis-prompt.md"), Some(Prompt::Phase(Phase::Analysis)));
        assert_eq!(of("prompts/Check.md"), Some(Prompt::Phase(Phase::Checking)));
        assert_eq!(of("CLAUDE.md"), None);
    }

    #[test]
    fn change_stands_under_its_heading_and_is_named() {
        let prompt = Prompt::Phase(Phase::Analysis);
        let text = prompt.changed(&[change(prompt, Some("RECOMMENDED APPROACH"))]);
        let want = "shown.\n\nRecord approach, patterns and files. Then ask the human to confirm \
                    or correct.\n- Who has a key?\n\n_Changed by sabc234-2";
        assert!(text.contains(want), "{text}");
        let text = prompt.changed(&[change(prompt, Some("Answer"))]);
        assert!(text.contains("low, medium or high.\n- Who has a key?\n\n## Reco"), "{text}");
        let other = Prompt::Phase(Phase::Doing);
        assert_eq!(other.changed(&[change(prompt, None)]), other.text());
    }

    #[test]
    fn prompts_come_back_from_their_words() {
        for prompt in Prompt::ALL {
            let json = serde_json::to_string(&prompt).unwrap();
            assert_eq!(json, format!("\"{}\"", prompt.word()));
            assert_eq!(serde_json::from_str::<Prompt>(&json).unwrap(), prompt);
        }
    }
}
