//! Asks a person on the terminal itself, never on standard input.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};

/// The controlling terminal of this process.
#[derive(Debug)]
pub(crate) struct Terminal {
    file: File,
}

impl Terminal {
    /// The terminal, if this process has one.
    pub(crate) fn open() -> Option<Self> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
        Some(Self { file })
    }

    /// Shows a text and numbered options and gives the index that was chosen.
    ///
    /// The first option is the safe one: it is what an empty line, an unknown
    /// answer or the end of input choose.
    ///
    /// # Errors
    /// When the terminal went away.
    pub(crate) fn choose(&mut self, text: &str, options: &[&str]) -> io::Result<usize> {
        let mut question = format!("{text}\n\n");
        for (index, option) in options.iter().enumerate() {
            question.push_str(&format!("  {}. {option}\n", index + 1));
        }
        question.push_str(&format!("\nYour choice [1 to {}, Enter = 1]: ", options.len()));
        self.file.write_all(question.as_bytes())?;
        let mut answer = String::new();
        BufReader::new(&self.file).read_line(&mut answer)?;
        let chosen = answer.trim().parse::<usize>().ok().and_then(|it| it.checked_sub(1));
        Ok(chosen.filter(|&it| it < options.len()).unwrap_or(0))
    }
}
