//! Takes in the commits of a session from git, so that none is missed where no
//! hook saw it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use deming_core::metrics::file_class::Classifier;
use deming_core::session::commits::{HeadLog, Inquiry};
use deming_core::session::event::{By, Event};
use deming_core::session::state::State;
use deming_core::session::weakened::{self, Weakened};
use deming_store::{git_folder, read_end};

use super::{Context, words};
use crate::error::Error;
use crate::git;
use crate::repository_settings::RepositorySettings;
use crate::session_store::StoredSession;
use crate::settings::Settings;

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
    let mut inquiry = Inquiry::new(&stored.state, log.as_ref());
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
    for subject in inquiry.of_others() {
        let subject = deming_core::render::markdown::inline(subject);
        text.push_str(&format!(
            "Note: the commit \"{subject}\" is not the session's; another person is its author.\n"
        ));
    }
    for note in notes {
        text.push_str(&format!("Note: {}.\n", note.as_str()));
    }
    stored.record(events.into_iter().map(|it| Event::new(By::Helper, it)).collect())?;
    Ok(text)
}

/// What the session's commits took from the tests; empty where git cannot say.
pub(super) fn weakened(context: &Context<'_>, state: &State) -> Vec<Weakened> {
    let Some(arguments) = weakened::question(state) else { return vec![] };
    let root = Path::new(&state.opening.root);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let asked = async { Ok(git::output(context.environment, root, &words).await) };
    let output = crate::block_on(asked).ok().flatten().unwrap_or_default();
    weakened::decode(&output)
}

/// Whether anything was committed yet.
fn is_begun(context: &Context<'_>, root: &Path) -> Result<bool, Error> {
    crate::block_on(async { Ok(git::head(context.environment, root).await.is_some()) })
}

/// The end of the log of HEAD in the git folder of this working tree; `None`
/// where it cannot be read, so that git is asked.
pub(super) fn head_log(root: &Path) -> Option<HeadLog> {
    let path = git_folder(root)?.join("logs/HEAD");
    read_end(&path, HeadLog::LIMIT).ok().map(HeadLog::new)
}
