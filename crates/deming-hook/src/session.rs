//! Puts the state of open work back into a fresh context: the PDCA session of
//! this working tree in three lines, the plan review of this project in two.
//! Says nothing where nothing is open.

use std::path::{Path, PathBuf};

use deming_core::clean::clean_line;
use deming_core::review_loop::Review;
use deming_core::session::next_action::next_action;
use deming_core::session::state::{Progress, State};
use serde_json::Value;

use crate::input::HookInput;
use crate::sessions::{self, OpenSession};
use crate::{call, reviews};

/// The answer to SessionStart.
pub(crate) fn remind(input: &HookInput) -> Option<Value> {
    let folder = Path::new(&input.cwd).canonicalize().ok()?;
    let lines: Vec<String> = [session(&folder), review(&folder)].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| {
        serde_json::json!({ "hookSpecificOutput": {
            "hookEventName": "SessionStart", "additionalContext": lines.join("\n\n")
        } })
    })
}

fn session(folder: &Path) -> Option<String> {
    let open = sessions::open();
    let session = sessions::holding(&open, folder)?;
    let launcher = launcher();
    let (what, next) = match session.load() {
        Ok(state) if state.is_closed() => return None,
        Ok(state) => (in_two_lines(session, &state), "status"),
        Err(trouble) => {
            let id = &session.id;
            let why = clean_line(&trouble.to_string());
            (
                format!(
                    "A PDCA session is open in this working tree ({id}).\nIt cannot be read: {why}"
                ),
                "list",
            )
        }
    };
    Some(format!("{what}\nNext: \"{}\" pdca {next}", launcher.display()))
}

fn in_two_lines(session: &OpenSession, state: &State) -> String {
    let is_done = |it: &Progress| matches!(it, Progress::Done { .. } | Progress::Deferred { .. });
    let steps = state.plan.steps.iter().filter(|it| is_done(&it.progress));
    let done: u32 = steps.map(|it| it.last + 1 - it.first).sum();
    let steps = match state.step_count() {
        0 => String::new(),
        all => format!(", {done} of {all} steps finished"),
    };
    format!(
        "A PDCA session is open in this working tree: \"{}\" ({}, since {}).\nPhase {}{steps}. \
         Due: {}.",
        clean_line(&state.opening.feature),
        session.id,
        state.opened_at.format("%Y-%m-%d %H:%M"),
        state.phase.word(),
        clean_line(&next_action(state).to_string()),
    )
}

fn review(folder: &Path) -> Option<String> {
    let open = reviews::state()?.folder("open");
    let ids = open.names().ok()?;
    let here: Vec<Review> = ids
        .iter()
        .filter(|id| {
            // The file holds the project's folder, so that no journal of
            // another project has to be read.
            let root = open.read(id, 64 * 1024).ok().flatten().unwrap_or_default();
            let root = String::from_utf8_lossy(&root).into_owned();
            !root.is_empty() && folder.starts_with(root)
        })
        .filter_map(|id| reviews::load(&reviews::folder(id)?))
        .filter(|it| !it.is_over())
        .collect();
    let newest = here.iter().max_by_key(|it| it.updated)?;
    let id = &newest.opening.id;
    Some(format!(
        "A plan review is open in this project: \"{}\" ({id}, {}). When the human wants to go on \
         with it, do not start another.\nNext: \"{}\" refine resume {id}",
        clean_line(&newest.opening.title),
        newest.phase().word(),
        launcher().display()
    ))
}

fn launcher() -> PathBuf {
    let root = std::env::var("CLAUDE_PLUGIN_ROOT").unwrap_or_default();
    call::normal(&root).join("bin/deming")
}
