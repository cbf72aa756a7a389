//! Records what happens in the working tree of an open session: test runs,
//! commits and edits. It decides nothing, and where no session is open it only
//! looks into one folder.

mod commits;
mod edit;
mod git;
mod settings;
mod test_run;

use std::path::{Path, PathBuf};

use deming_store::Folder;

use crate::input::{HookEvent, HookInput};
use crate::origin;
use crate::sessions::{self, OpenSession, Trouble};

/// Says in a session's folder that its person was told of a trouble.
const TOLD: &str = "recording-failed";

/// Records what the event shows. What the person is to be told, if anything is
/// wrong: once, until it works again.
pub(crate) fn record(input: &HookInput) -> Option<String> {
    let open = sessions::open();
    if open.is_empty() {
        return None;
    }
    let (session, done) = match input.tool_name.as_str() {
        "Bash" => {
            let command = deming_core::session::test_command::recognise(input.command());
            let command = command.filter(|_| !is_unfinished(input));
            let folder = command.as_ref().and_then(|it| it.folder.as_deref());
            let session = sessions::holding(&open, &place(&input.cwd, folder)?)?;
            (session, shell(session, input, command))
        }
        "Edit" | "Write" | "MultiEdit" | "NotebookEdit" => {
            if input.event != HookEvent::PostToolUse {
                return None;
            }
            let file = edit::file(input)?;
            let session = sessions::holding(&open, &file)?;
            (session, edit::record(session, input, &file))
        }
        _ => return None,
    };
    tell(session, done)
}

fn shell(
    session: &OpenSession,
    input: &HookInput,
    command: Option<deming_core::session::test_command::TestCommand>,
) -> Result<(), Trouble> {
    let moved = commits::moved(session)?;
    if command.is_none() && moved.is_none() {
        return Ok(());
    }
    is_claude_code()?;
    let lock = session.lock()?;
    // A run and a commit in one line are nearly always in this order.
    if let Some(ran) = command.and_then(|it| test_run::read(session, input, it)) {
        session.append(vec![ran], &lock)?;
    }
    moved.map_or(Ok(()), |moved| commits::record(session, moved, &lock))
}

/// What an agent pipes into this program is no fact.
fn is_claude_code() -> Result<(), Trouble> {
    if origin::is_claude_code() { Ok(()) } else { Err(Trouble::NotClaudeCode) }
}

/// Moved to the background, or stopped by the person: its end was not seen.
fn is_unfinished(input: &HookInput) -> bool {
    let says =
        |name: &str| input.tool_response.get(name).is_some_and(|it| !it.is_null() && it != false);
    says("backgroundTaskId") || says("interrupted") || input.is_interrupt
}

/// Where a line worked: the folder of the shell after it, and the folder that
/// it changed to, as far as the shell has not stayed there.
fn place(cwd: &str, folder: Option<&str>) -> Option<PathBuf> {
    let cwd = Path::new(cwd).canonicalize().ok()?;
    let Some(folder) = folder.filter(|it| !it.starts_with(['~', '$', '-'])) else {
        return Some(cwd);
    };
    let names = || Path::new(folder).components().filter(|it| it.as_os_str() != "..");
    let stayed = names().next().is_none() || cwd.ends_with(names().collect::<PathBuf>());
    let is_absolute = folder.starts_with('/');
    if stayed && !is_absolute {
        return Some(cwd);
    }
    // Where it does not exist, the line did not work there.
    Some(cwd.join(folder).canonicalize().unwrap_or(cwd))
}

fn tell(session: &OpenSession, done: Result<(), Trouble>) -> Option<String> {
    let places = [session.folder.clone(), Folder::new(std::env::temp_dir())];
    let name =
        |at: usize| if at == 0 { TOLD.to_owned() } else { format!("deming-{}-{TOLD}", session.id) };
    let was_told = places.iter().enumerate().any(|(at, it)| it.path().join(name(at)).exists());
    match done {
        Ok(()) => {
            if was_told {
                for (at, place) in places.iter().enumerate() {
                    // A mark that stays silences one message.
                    let _ = place.remove(&name(at));
                }
            }
            None
        }
        Err(_) if was_told => None,
        Err(trouble) => {
            let mut marked = places.iter().enumerate();
            let _ = marked.any(|(at, it)| it.create(&name(at), b"").is_ok());
            Some(format!(
                "Deming could not record what just happened for the PDCA session {}: {}. Work \
                 goes on; the log will miss it.",
                session.id,
                deming_core::clean::clean_line(&trouble.to_string())
            ))
        }
    }
}
