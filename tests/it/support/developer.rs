//! A scripted model that does what the `/pdca` commands ask of it: it follows
//! `Next:`, asks the human where it is told to, and writes tests and code.

use std::{collections::VecDeque, path::PathBuf};

use serde_json::json;

use super::{
    author::{heredoc, next},
    messages_api::Turn,
    prompt::Prompt,
};

/// One test and implementation pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// Without its ending, in `tests` and in `src`.
    pub(crate) name: &'static str,
    pub(crate) test: &'static str,
    pub(crate) code: &'static str,
    pub(crate) red: &'static str,
    pub(crate) green: &'static str,
    pub(crate) commit: &'static str,
}

/// Where the model stops and says so, for the human to type something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    /// A part of the command that it would run next.
    pub(crate) before: &'static str,
    pub(crate) said: &'static str,
}

/// What the model does besides, before the command with `before` in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aside {
    pub(crate) before: &'static str,
    pub(crate) command: &'static str,
    pub(crate) text: &'static str,
}

/// What it makes of something that the human typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    pub(crate) typed: &'static str,
    pub(crate) command: &'static str,
    pub(crate) text: &'static str,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Developer {
    pub(crate) pairs: Vec<Pair>,
    /// The project's folder.
    pub(crate) root: PathBuf,
    /// How the project's tests are run.
    pub(crate) run_tests: &'static str,
    /// What is passed on to a command, by its end.
    pub(crate) texts: Vec<(&'static str, &'static str)>,
    /// What is asked before a command, by a part of it, and the choices.
    pub(crate) questions: Vec<(&'static str, &'static str, &'static [&'static str])>,
    pub(crate) stops: Vec<Stop>,
    pub(crate) asides: Vec<Aside>,
    pub(crate) heard: Vec<Heard>,
    /// What is still to be done before anything else.
    pub(crate) queue: VecDeque<Turn>,
    /// The command that waits for an answer, or for the tests.
    pub(crate) pending: Option<String>,
    /// Before which commands the tests were run: the analysis and the check.
    pub(crate) has_run: Vec<&'static str>,
    pub(crate) launcher: String,
}

impl Developer {
    pub(crate) fn turn(&mut self, prompt: &Prompt) -> Turn {
        let said = prompt.tool_results().join("\n");
        if said.is_empty() {
            return self.hear(&prompt.user_texts());
        }
        if let Some(turn) = self.queue.pop_front() {
            return turn;
        }
        if let Some(answer) = answer(&said)
            && let Some(command) = self.pending.take()
        {
            return self.tell(&command, Some(&answer));
        }
        match self.pending.take().or_else(|| next(&said)) {
            Some(command) => self.follow(&command),
            None => Turn::text(format!("Nothing is left to do. {said}")),
        }
    }

    /// The human typed something; reminders of Claude Code can stand behind it.
    fn hear(&mut self, texts: &[String]) -> Turn {
        if let Some(launcher) = texts.iter().rev().find_map(|it| launcher(it)) {
            self.launcher = launcher;
        }
        for text in texts.iter().rev() {
            if let Some(heard) = self.heard.iter().position(|it| text.contains(it.typed)) {
                let heard = self.heard.remove(heard);
                return heredoc(&format!("{} pdca {}", self.launcher, heard.command), heard.text);
            }
            if let Some(feature) = between(text, "<feature>\n", "\n</feature>") {
                return heredoc(&format!("{} pdca start", self.launcher), feature);
            }
            if text.contains("<said>") {
                return Turn::bash(format!("{} pdca next --end", self.launcher));
            }
            if text.contains("<what>") {
                return Turn::bash(format!("{} pdca next", self.launcher));
            }
        }
        Turn::text("What do you mean?")
    }

    fn follow(&mut self, command: &str) -> Turn {
        if let Some(at) = self.stops.iter().position(|it| command.contains(it.before)) {
            return Turn::text(self.stops.remove(at).said);
        }
        if let Some(at) = self.asides.iter().position(|it| command.contains(it.before)) {
            let aside = self.asides.remove(at);
            return heredoc(&format!("{} pdca {}", self.launcher, aside.command), aside.text);
        }
        let fresh = [" pdca analysis ", " pdca check "].into_iter().find(|it| command.contains(it));
        if let Some(fresh) = fresh.filter(|it| !self.has_run.contains(it)) {
            self.has_run.push(fresh);
            self.pending = Some(command.to_owned());
            return Turn::bash(self.run_tests);
        }
        let question = self.questions.iter().find(|it| command.contains(it.0)).copied();
        if let Some((_, question, choices)) = question {
            self.pending = Some(command.to_owned());
            return ask(question, choices);
        }
        match step_done(command) {
            Some(number) => self.work(number, command),
            None => self.tell(command, None),
        }
    }

    /// Half of a pair: writes, runs the tests, commits what is green.
    fn work(&mut self, number: usize, command: &str) -> Turn {
        let pair = self.pairs[(number - 1) / 2];
        let is_red = number % 2 == 1;
        let (file, content) = match is_red {
            true => (format!("tests/{}.test.js", pair.name), pair.test),
            false => (format!("src/{}.js", pair.name), pair.code),
        };
        let file = json!({ "file_path": self.root.join(file), "content": content });
        self.queue.push_back(Turn::bash(self.run_tests));
        if !is_red {
            let commit = format!("git add . && git commit -q -m \"{}\"", pair.commit);
            self.queue.push_back(Turn::bash(commit));
        }
        let done = if is_red { pair.red } else { pair.green };
        let line = command.strip_suffix(" <<'DEMING_EOF'").unwrap();
        self.queue.push_back(heredoc(line, &format!("- {done}")));
        Turn::tool("Write", file)
    }

    /// Runs a command, with its text where it takes one.
    fn tell(&mut self, command: &str, answer: Option<&str>) -> Turn {
        let Some(line) = command.strip_suffix(" <<'DEMING_EOF'") else {
            return Turn::bash(command);
        };
        let text = self.texts.iter().find(|it| line.ends_with(it.0)).map(|it| it.1);
        let words = answer.map(|it| format!("Words: {it}"));
        let text = match (text, words) {
            (Some(text), _) => text.to_owned(),
            (None, Some(words)) => words,
            (None, None) => panic!("nothing to say to `{line}`"),
        };
        heredoc(line, &text)
    }
}

fn ask(question: &str, choices: &[&str]) -> Turn {
    let options: Vec<_> =
        choices.iter().map(|it| json!({ "label": it, "description": it })).collect();
    let question = json!({
        "question": question, "header": "PDCA", "multiSelect": false, "options": options
    });
    Turn::tool("AskUserQuestion", json!({ "questions": [question] }))
}

/// What the human chose, from `…"Question"="Answer". You can now…`.
fn answer(said: &str) -> Option<String> {
    let rest = said.split_once("have been answered: ")?.1;
    let end = rest.rfind("\". You can now")?;
    let start = rest[..end].rfind("\"=\"")? + 3;
    Some(rest[start..end].to_owned())
}

/// The number in `… pdca step done 3 <<'DEMING_EOF'`.
fn step_done(command: &str) -> Option<usize> {
    command.split_once(" pdca step done ")?.1.split(' ').next()?.parse().ok()
}

/// The launcher, as an expanded command names it.
fn launcher(text: &str) -> Option<String> {
    let at = text.find("\" pdca ")?;
    let start = text[..at].rfind('"')?;
    Some(text[start..=at].to_owned())
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|it| it.0)
}
