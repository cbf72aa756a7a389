//! A scripted model that does what `/refine-plan-codex` asks of it: it hands
//! over plans, asks when told to ask, and follows `Next:`.

use std::collections::VecDeque;

use serde_json::json;

use super::{messages_api::Turn, prompt::Prompt};

/// What the model writes, in the order in which it is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Author {
    pub(crate) slug: &'static str,
    pub(crate) first_plan: String,
    /// The text of each revision: the answers, an empty line, the new plan.
    pub(crate) revisions: VecDeque<String>,
    pub(crate) learnings: String,
}

/// What the model says when no command is left.
pub(crate) const THE_END: &str = "That is the reviewed plan.";

impl Author {
    /// The next turn, from what stands in the prompt.
    pub(crate) fn turn(&mut self, prompt: &Prompt) -> Turn {
        let said = prompt.tool_result().unwrap_or_default();
        // A `Next:` of the human, a file or a finding is no order.
        let mut context = prompt.new_texts();
        context.retain(|it| it.contains("hook additional context:"));
        if let Some(mark) = said.contains("To do: call AskUserQuestion").then(|| mark(&said)) {
            return ask(&mark);
        }
        let next = last_line(&said).or_else(|| next(&context.join("\n")));
        match next {
            Some(command) => self.run(&command),
            None => match launcher(&prompt.user_texts()) {
                Some(launcher) if said.is_empty() => {
                    let command = format!("{launcher} refine open --slug {}", self.slug);
                    heredoc(&command, &self.first_plan)
                }
                Some(_) | None => Turn::text(THE_END),
            },
        }
    }

    fn run(&mut self, command: &str) -> Turn {
        let Some(command) = command.strip_suffix(" <<'DEMING_EOF'") else {
            return Turn::bash(command);
        };
        let text = if command.contains(" refine accept ") {
            self.learnings.clone()
        } else {
            self.revisions.pop_front().expect("the script has no revision left")
        };
        heredoc(command, &text)
    }
}

/// A call of AskUserQuestion with the model's own wording.
pub(crate) fn ask(question: &str) -> Turn {
    Turn::tool(
        "AskUserQuestion",
        json!({ "questions": [{
            "question": question, "header": "Deming", "multiSelect": false,
            "options": [
                { "label": "Yes", "description": "Go on" },
                { "label": "No", "description": "Stop" },
            ],
        }] }),
    )
}

/// The command with this text as its input, ended by a word that is no line of it.
pub(crate) fn heredoc(command: &str, text: &str) -> Turn {
    let text = text.trim_end();
    let mut word = "DEMING_EOF".to_owned();
    while text.lines().any(|it| it == word) {
        word.push('_');
    }
    Turn::bash(format!("{command} <<'{word}'\n{text}\n{word}"))
}

/// The command that the helper's answer ends with.
fn last_line(answer: &str) -> Option<String> {
    answer.trim_end().lines().last().and_then(next)
}

/// The last command that a text of our hooks gives.
pub(crate) fn next(text: &str) -> Option<String> {
    let line = text.lines().rev().find_map(|it| it.trim().strip_prefix("Next: "));
    line.map(str::to_owned)
}

/// What the question has to be, from `the one question "Deming r…"`.
fn mark(text: &str) -> String {
    let start = text.find("\"Deming ").expect("the question is not named") + 1;
    text[start..].split('"').next().unwrap().to_owned()
}

/// The launcher, as the expanded command names it.
pub(crate) fn launcher(texts: &[String]) -> Option<String> {
    let text = texts.iter().find(|it| it.contains("refine open --slug"))?;
    let line = text.lines().find(|it| it.contains("refine open --slug"))?;
    Some(line.trim().split(" refine open").next()?.to_owned())
}
