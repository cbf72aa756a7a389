//! Asks a person on the terminal itself, never on standard input.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};

use deming_core::clean::clean;
use deming_core::review_loop::Choice;
use rustix::termios::{QueueSelector, tcflush};

/// The controlling terminal of this process.
#[derive(Debug)]
pub(crate) struct Terminal {
    file: File,
}

/// What an empty line stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Enter {
    /// The first choice, where that one loses nothing.
    First,
    /// Nothing: the question is put again.
    Nothing,
}

/// How often a question is put before it counts as left.
const TRIES: u32 = 4;

impl Terminal {
    /// The terminal, if this process has one.
    pub(crate) fn open() -> Option<Self> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
        Some(Self { file })
    }

    /// Shows a text and numbered choices and gives the index that was chosen.
    ///
    /// `None` is a question that was left: the input ended, or what was typed
    /// was none of the numbers, again and again.
    ///
    /// # Errors
    /// When the terminal went away.
    pub(crate) fn choose(
        &mut self,
        text: &str,
        choices: &[Choice],
        enter: Enter,
    ) -> io::Result<Option<usize>> {
        let mut question = format!("{}\n\n", clean(text));
        for (index, choice) in choices.iter().enumerate() {
            question.push_str(&format!("  {}. {}\n", index + 1, choice.label));
            question.push_str(&format!("     {}\n", choice.description));
        }
        self.file.write_all(question.as_bytes())?;
        let numbers = format!("1 to {}", choices.len());
        let prompt = match enter {
            Enter::First => format!("\nYour choice [{numbers}, Enter = 1]: "),
            Enter::Nothing => format!("\nYour choice [{numbers}]: "),
        };
        for _ in 0..TRIES {
            // What was typed before the question was there is no answer to it.
            tcflush(&self.file, QueueSelector::IFlush)?;
            self.file.write_all(prompt.as_bytes())?;
            let mut answer = String::new();
            if BufReader::new(&self.file).read_line(&mut answer)? == 0 {
                break;
            }
            match choice_of(&answer, choices.len(), enter) {
                Some(index) => return Ok(Some(index)),
                None => {
                    let again = format!("Type one of the numbers {numbers}, and Enter.\n");
                    self.file.write_all(again.as_bytes())?;
                }
            }
        }
        self.file.write_all(b"\n")?;
        Ok(None)
    }
}

fn choice_of(answer: &str, n_choices: usize, enter: Enter) -> Option<usize> {
    let index = match (answer.trim(), enter) {
        ("", Enter::First) => Some(0),
        ("", Enter::Nothing) => None,
        (number, _) => number.parse::<usize>().ok()?.checked_sub(1),
    };
    index.filter(|&it| it < n_choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_number_chooses() {
        for typed in ["yes", "y", "0", "4", "-2", "2.", "Yes, proceed", "2 3", "\u{1b}[A"] {
            assert_eq!(choice_of(&format!("{typed}\n"), 3, Enter::First), None, "{typed}");
        }
        assert_eq!(choice_of(" 2 \n", 3, Enter::Nothing), Some(1));
        assert_eq!(choice_of("\n", 3, Enter::First), Some(0));
        assert_eq!(choice_of("\n", 3, Enter::Nothing), None);
    }
}
