//! A program that a person works with: it has our terminal, and no deadline.
//!
//! Only what a person at a terminal asked for is run like this.

use std::fs::OpenOptions;
use std::process::Stdio;

use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

use super::{End, Program, StartError, end_of};

/// Runs it on the controlling terminal until the person ends it.
///
/// Ctrl-C is the program's while it runs.
///
/// # Errors
/// When there is no terminal, or it could not be started.
pub(crate) async fn run(program: &Program) -> Result<End, StartError> {
    let failed = |source| StartError { path: program.path.clone(), source };
    let terminal = || {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty");
        file.map(Stdio::from).map_err(failed)
    };
    // Held, so that the interrupt does not end us and leave the editor alone.
    let _interrupts = [SignalKind::interrupt(), SignalKind::quit()].map(signal);
    #[expect(clippy::disallowed_methods, reason = "this module is the place for it")]
    let mut command = Command::new(&program.path);
    command
        .args(&program.arguments)
        .env_clear()
        .envs(program.variables.iter().cloned())
        .current_dir(&program.folder)
        .stdin(terminal()?)
        .stdout(terminal()?)
        .stderr(terminal()?);
    let mut child = command.spawn().map_err(failed)?;
    Ok(end_of(child.wait().await))
}
