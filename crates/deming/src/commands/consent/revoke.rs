//! `consent revoke`: takes a yes back, or says what takes it back.
//! Never edits the person's settings.

use std::path::Path;

use deming_core::render::consents::lines_to_remove;
use deming_core::review_loop::{ConsentBy, ReviewEvent, RevokeReason, Subject};

use super::standing_lines::entries;
use crate::environment::Environment;
use crate::error::Error;
use crate::launcher::Launcher;
use crate::review_store::ReviewStore;
use crate::settings::{self, Settings};
use crate::{exit, output};

/// Takes back the yes of a review, or shows how to take back one in advance
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes: 0 no such consent is in force any more, 1 it still is; the answer
says what to do.")]
pub(super) struct Arguments {
    /// A review such as `r4f2abc`, or the folder of a project: `.` for this one
    #[arg(value_name = "REVIEW|PROJECT")]
    what: String,
}

const SIZE_LIMIT: u64 = 1024 * 1024;

pub(super) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let folder = environment.folder.join(&arguments.what);
    if folder.is_dir() {
        return in_advance(environment, &folder);
    }
    of_review(environment, &arguments.what)
}

/// A yes of the settings is taken back by removing its lines.
fn in_advance(environment: &Environment, folder: &Path) -> Result<u8, Error> {
    let settings = Settings::read(environment)?;
    let state = environment.state();
    let text = state.read(settings::FILE, SIZE_LIMIT)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let wanted = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let projects = settings.consent.standing.iter().map(|it| &it.project);
    let lines: Vec<_> = projects
        .zip(entries(&text))
        .filter(|(project, _)| project.canonicalize().is_ok_and(|it| it == wanted))
        .map(|(_, lines)| lines)
        .collect();
    if lines.is_empty() {
        let shown = environment.display(&wanted);
        output::print(&format!("No consent in advance is in force for {shown}.\n"));
        return Ok(exit::DONE);
    }
    let file = environment.display(&state.path().join(settings::FILE));
    output::print(&lines_to_remove(&file, &lines));
    Ok(exit::FINDINGS)
}

/// A yes of a review ends at once; the review stays open and asks anew.
fn of_review(environment: &Environment, id: &str) -> Result<u8, Error> {
    let store = ReviewStore::new(environment);
    let mut stored = store.open(id)?;
    let id = stored.id().to_owned();
    // An answer that is on its way must not become a new yes.
    if stored.answer()?.is_some_and(|(open, _)| open.subject == Subject::Consent) {
        stored.close_question()?;
    }
    let review = &stored.review;
    let leaves = review.consent.as_ref().is_some_and(|it| it.by != ConsentBy::NotNeeded);
    if review.is_over() || !leaves || review.revoked.is_some() {
        output::print(&format!("No consent is in force for the review {id}.\n"));
        return Ok(exit::DONE);
    }
    stored.append(ReviewEvent::Revoked { reason: RevokeReason::Asked })?;
    drop(stored);
    let mut text =
        format!("The yes for the review {id} is taken back: nothing more is sent under it.\n");
    if store.is_worker_alive(&id)? {
        store.ask_to_stop(&id)?;
        text.push_str("The round under way is stopped; what had gone out has gone out.\n");
    }
    let launcher = Launcher::find(environment);
    let [resume, cancel] =
        ["resume", "cancel"].map(|it| launcher.command(&format!("refine {it} {id}")));
    output::print(&format!(
        "{text}The review stays open and asks before it sends again.\n\n\
         Go on: {resume}\nEnd it: {cancel}\n"
    ));
    Ok(exit::DONE)
}
