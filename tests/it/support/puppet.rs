//! A scripted model on strings: it opens a review as it should, then does what
//! the test hands it, turn by turn, and in the end what the helper says.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    author::{Author, heredoc, launcher},
    messages_api::{MessagesApi, Turn},
    prompt::Prompt,
    sample::{PLAN, TASK, sample_author},
    screen::Screen,
};

const SOON: Duration = Duration::from_secs(120);

#[derive(Clone, Default)]
pub(crate) struct Puppet {
    strings: Arc<Mutex<Strings>>,
}

#[derive(Default)]
struct Strings {
    turns: VecDeque<Turn>,
    results: Vec<String>,
    is_free: bool,
    n_idle: usize,
    n_awaited: usize,
}

impl Puppet {
    /// The server of this model.
    pub(crate) fn api(&self) -> MessagesApi {
        let this = self.clone();
        let mut author = sample_author();
        MessagesApi::model(move |prompt| this.turn(prompt, &mut author))
    }

    /// What it does next, each with the result of the one before.
    pub(crate) fn hand(&self, turns: impl IntoIterator<Item = Turn>) {
        self.strings.lock().unwrap().turns.extend(turns);
    }

    /// From the last turn on it does what the helper says.
    pub(crate) fn let_go(&self) {
        self.strings.lock().unwrap().is_free = true;
    }

    /// Waits until it has done what was handed to it, and gives the last result of a tool.
    #[track_caller]
    pub(crate) fn rest(&self, screen: &Screen) -> String {
        let n = {
            let mut strings = self.strings.lock().unwrap();
            strings.n_awaited += 1;
            strings.n_awaited
        };
        screen.wait_for(&format!("What now? ({n})"), SOON);
        self.strings.lock().unwrap().results.last().cloned().unwrap_or_default()
    }

    fn turn(&self, prompt: &Prompt, author: &mut Author) -> Turn {
        let mut strings = self.strings.lock().unwrap();
        strings.results.extend(prompt.tool_result());
        if strings.results.is_empty() {
            let launcher = launcher(&prompt.user_texts()).expect("no launcher is named");
            // Where no hook has heard the task, the model has to say it.
            let text = format!("{TASK}\n\n{PLAN}");
            return heredoc(&format!("{launcher} refine open --slug jwt-auth"), &text);
        }
        match strings.turns.pop_front() {
            Some(turn) => turn,
            None if strings.is_free => author.turn(prompt),
            None => {
                strings.n_idle += 1;
                Turn::text(format!("What now? ({})", strings.n_idle))
            }
        }
    }
}
