//! The only place that writes to standard output and standard error.
//!
//! Standard output is the answer, whole; standard error is progress (only on a
//! terminal) and errors. A reader that went away is not an error.

use std::io::{self, IsTerminal, Write};

use crate::error::Error;

/// Writes the answer.
pub(crate) fn print(text: &str) {
    ignore_closed(io::stdout().lock().write_all(text.as_bytes()));
}

/// Writes one line of progress, on a terminal only.
pub(crate) fn progress(line: &str) {
    if io::stderr().is_terminal() {
        ignore_closed(writeln!(io::stderr().lock(), "{line}"));
    }
}

/// Writes a remark that does not belong to the answer.
pub(crate) fn note(line: &str) {
    ignore_closed(writeln!(io::stderr().lock(), "note: {line}"));
}

/// Writes how a command is used, after it was not used so.
pub(crate) fn usage(text: &str) {
    ignore_closed(io::stderr().lock().write_all(text.as_bytes()));
}

/// Writes an error and what to do about it.
pub(crate) fn error(error: &Error) {
    let mut text = format!("error: {}\n", error.message);
    for hint in &error.hints {
        text.push_str(&format!("hint: {hint}\n"));
    }
    ignore_closed(io::stderr().lock().write_all(text.as_bytes()));
}

/// Nobody is left to be told when a pipe is closed.
fn ignore_closed(result: io::Result<()>) {
    drop(result);
}
