//! Looks for new commits, but only when HEAD has moved.

use std::path::PathBuf;

use deming_core::session::commits::{HeadLog, Inquiry};
use deming_store::{Lock, git_folder, read_end};

use super::{git, settings};
use crate::sessions::{OpenSession, Trouble};

/// What HEAD's log looked like at the last look, in the session's folder.
const SEEN: &str = "head-seen";
const SEEN_LIMIT: u64 = 64 * 1024;

/// HEAD as it is, where that is new.
#[derive(Debug)]
pub(super) struct Moved {
    seen: String,
    log: Option<PathBuf>,
}

/// `None` where HEAD is where it was, and without git.
pub(super) fn moved(session: &OpenSession) -> Result<Option<Moved>, Trouble> {
    let Some(folder) = git_folder(&session.root) else { return Ok(None) };
    let log = folder.join("logs/HEAD");
    let moved = match std::fs::metadata(&log) {
        Ok(metadata) => {
            let changed = metadata.modified().ok();
            let changed = changed.and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
            let seen = format!("{} {}", metadata.len(), changed.unwrap_or_default().as_nanos());
            Moved { seen, log: Some(log) }
        }
        // Another kind of store keeps its log elsewhere, and says when it changed.
        Err(_) => {
            let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            Moved { seen: text("HEAD") + &text("reftable/tables.list"), log: None }
        }
    };
    let seen = session.folder.read(SEEN, SEEN_LIMIT)?;
    Ok((seen.as_deref() != Some(moved.seen.as_bytes())).then_some(moved))
}

pub(super) fn record(session: &OpenSession, moved: Moved, lock: &Lock) -> Result<(), Trouble> {
    let state = session.load()?;
    let log = moved.log.and_then(|it| read_end(&it, HeadLog::LIMIT).ok()).map(HeadLog::new);
    let mut inquiry = Inquiry::new(&state, log.as_ref());
    while let Some(question) = inquiry.question() {
        inquiry.answer(git::output(&session.root, &question).as_deref());
    }
    let (events, diagnostics) = inquiry.events(&settings::classifier(&session.root));
    if !events.is_empty() {
        session.append(events, lock)?;
    }
    session.folder.replace_soon(SEEN, moved.seen.as_bytes())?;
    match diagnostics.first() {
        Some(diagnostic) => Err(Trouble::Git(diagnostic.to_string())),
        None => Ok(()),
    }
}
