//! The only place that writes to standard output and standard error.
//!
//! Standard output is the answer, whole; standard error is progress (only on a
//! terminal) and errors. A reader that went away is not an error; a full disk is.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deming_core::clean::clean;

use crate::error::Error;
use crate::exit;

/// Whether an answer could not be written.
static WAS_LOST: AtomicBool = AtomicBool::new(false);

/// Whether the last line on the terminal is one that is written anew.
static IS_WAITING: AtomicBool = AtomicBool::new(false);

/// How long a wait may be before it is spoken of.
pub(crate) const SILENCE: Duration = Duration::from_secs(5);

/// Writes the answer.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        && error.kind() != ErrorKind::BrokenPipe
    {
        WAS_LOST.store(true, Ordering::Relaxed);
        drop(stdout);
        let lost = Error::environment(format!("the answer cannot be written: {error}"));
        self::error(&lost.hint("check where standard output goes, and the free space there"));
    }
}

/// The exit code of a command, unless its answer was lost.
pub(crate) fn exit_code(code: u8) -> u8 {
    if WAS_LOST.load(Ordering::Relaxed) { exit::ENVIRONMENT } else { code }
}

/// Whether a person reads the answer on a terminal.
pub(crate) fn is_read_on_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes one line of progress, on a terminal only; gives whether it did.
pub(crate) fn progress(line: &str) -> bool {
    let is_terminal = io::stderr().is_terminal();
    if is_terminal {
        say(&format!("{}\n", clean(line)));
    }
    is_terminal
}

/// Says on a terminal how long something has been waited for, in one line that
/// is written anew.
pub(crate) fn still_waiting(since: Instant) {
    if io::stderr().is_terminal() {
        write(&format!("\rStill waiting for the reply ({} s)", since.elapsed().as_secs()));
        IS_WAITING.store(true, Ordering::Relaxed);
    }
}

/// Ends that line, if there is one.
pub(crate) fn waited() {
    if IS_WAITING.swap(false, Ordering::Relaxed) {
        write("\n");
    }
}

/// Does the work, and says every few seconds that it goes on.
pub(crate) async fn while_waiting<T>(work: impl Future<Output = T>) -> T {
    let since = Instant::now();
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                waited();
                return done;
            }
            () = tokio::time::sleep(SILENCE) => still_waiting(since),
        }
    }
}

/// Writes a remark that does not belong to the answer.
pub(crate) fn note(line: &str) {
    say(&format!("note: {}\n", clean(line)));
}

/// Writes how a command is used, after it was not used so.
pub(crate) fn usage(text: &str) {
    say(&clean(text));
}

/// Writes an error and what to do about it.
pub(crate) fn error(error: &Error) {
    let mut text = format!("error: {}\n", clean(&error.message));
    for hint in &error.hints {
        text.push_str(&format!("hint: {}\n", clean(hint)));
    }
    say(&text);
}

fn say(text: &str) {
    waited();
    write(text);
}

/// Nobody is left to be told when this cannot be written.
fn write(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}
