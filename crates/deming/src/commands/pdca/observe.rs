//! Takes in the commits of a session from git, so that none is missed where no
//! hook saw it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use deming_core::metrics::file_class::Classifier;
use deming_core::session::commits::Inquiry;
use deming_core::session::event::{By, Event};

use super::{Context, words};
use crate::error::Error;
use crate::git;
use crate::repository_settings::RepositorySettings;
use crate::session_store::StoredSession;
use crate::settings::Settings;

/// How much of HEAD's log is read, from its end.
const LOG_LIMIT: u64 = 1024 * 1024;

/// Records what is new, and says it in a line for each.
///
/// # Errors
/// When settings cannot be read or the journal cannot be written.
pub(super) fn take_in(context: &Context<'_>, stored: &mut StoredSession) -> Result<String, Error> {
    let root = PathBuf::from(&stored.state.opening.root);
    let has_git = root.join(".git").symlink_metadata().is_ok();
    if stored.state.is_closed() || !has_git {
        return Ok(String::new());
    }
    let log = head_log(&root);
    if log.is_none() && !is_begun(context, &root)? {
        return Ok(String::new());
    }
    let mut inquiry = Inquiry::new(&stored.state, log.as_deref());
    if let Some(first) = inquiry.question() {
        crate::block_on(async {
            let mut question = Some(first);
            while let Some(arguments) = question {
                let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
                let output = git::output(context.environment, &root, &words).await;
                inquiry.answer(output.as_deref());
                question = inquiry.question();
            }
            Ok(())
        })?;
    }
    let own = Settings::read(context.environment)?.metrics;
    let settings = RepositorySettings::read(&root)?.metrics.with(own);
    let (classifier, _) = Classifier::new(&settings.classes, HashMap::new());
    let (events, notes) = inquiry.events(&classifier);
    let mut text = words::recorded(&events);
    for note in notes {
        text.push_str(&format!("Note: {}.\n", note.as_str()));
    }
    stored.record(events.into_iter().map(|it| Event::new(By::Helper, it)).collect())?;
    Ok(text)
}

/// Whether anything was committed yet.
fn is_begun(context: &Context<'_>, root: &Path) -> Result<bool, Error> {
    crate::block_on(async { Ok(git::head(context.environment, root).await.is_some()) })
}

/// The end of the log of HEAD in the git folder of this working tree, from the
/// beginning of a line; `None` where it cannot be read, so that git is asked.
fn head_log(root: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(git_folder(root)?.join("logs/HEAD")).ok()?;
    let length = file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
    let start = length.saturating_sub(LOG_LIMIT);
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = Vec::new();
    file.take(LOG_LIMIT).read_to_end(&mut bytes).ok()?;
    if 0 < start {
        let end = bytes.iter().position(|&it| it == b'\n').map_or(bytes.len(), |at| at + 1);
        bytes.drain(..end);
    }
    Some(bytes)
}

/// `.git`, or the folder that it names in a linked working tree.
fn git_folder(root: &Path) -> Option<PathBuf> {
    let entry = root.join(".git");
    if entry.is_dir() {
        return Some(entry);
    }
    let text = deming_store::read_bounded(&entry, 64 * 1024).ok()?;
    let text = String::from_utf8(text).ok()?;
    Some(root.join(text.trim_end().strip_prefix("gitdir: ")?))
}
