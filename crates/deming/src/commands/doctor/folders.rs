//! The folders that Deming writes to: there, a person's own, and writable.
//! Looks without writing.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use deming_core::doctor::{Check, State};
use rustix::fs::{Access, access};
use rustix::io::Errno;

use super::{from_error, quoted};
use crate::claude_sandbox;
use crate::environment::Environment;

/// The state and the logs, and the sandbox that makes them read-only.
pub(super) fn checks(environment: &Environment) -> Vec<Check> {
    let folders = [
        ("state", "State", environment.state().path().to_owned()),
        ("review_logs", "Review logs", environment.review_logs().path().to_owned()),
        ("session_logs", "Session logs", environment.homes.claude.join("pdca-sessions")),
    ];
    let mut checks: Vec<Check> =
        folders.iter().map(|(id, title, path)| folder(environment, id, title, path)).collect();
    if let Some(error) = claude_sandbox::found(environment) {
        // One cause, so one advice.
        for check in checks.iter_mut().filter(|it| it.state == State::Problem) {
            check.state = State::Note;
            check.advice = None;
        }
        checks.insert(0, from_error("sandbox", "Sandbox", &error));
    }
    checks
}

fn folder(environment: &Environment, id: &'static str, title: &'static str, path: &Path) -> Check {
    let shown = environment.display(path);
    let check = |found: String| Check::ok(id, title, found);
    // A folder that is not there yet is made in the nearest one that is.
    let existing = path.ancestors().find(|it| it.symlink_metadata().is_ok());
    let existing = existing.unwrap_or(Path::new("/"));
    let Ok(metadata) = std::fs::metadata(existing) else {
        return check(format!("cannot be looked at: {shown}"))
            .problem()
            .advice(format!("check the permissions of {}", quoted(existing)));
    };
    if !metadata.is_dir() {
        return check(format!("cannot be made, {} is not a folder: {shown}", existing.display()))
            .problem()
            .advice(format!("move {} away", quoted(existing)));
    }
    match access(existing, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => {}
        Err(Errno::ROFS) => {
            return check(format!("on a read-only file system: {shown}"))
                .problem()
                .advice("set DEMING_HOME or CLAUDE_CONFIG_DIR to a folder that can be written");
        }
        Err(error) => {
            return check(format!("not writable ({error}): {shown}"))
                .problem()
                .advice(format!("check the owner and the permissions of {}", quoted(existing)));
        }
    }
    if existing != path {
        return check(format!("will be made when needed: {shown}"));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return check(format!("writable by you alone: {shown}"));
    }
    check(format!("open to others ({mode:04o}): {shown}"))
        .note()
        .advice(format!("chmod 700 {}", quoted(path)))
}
