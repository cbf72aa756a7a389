//! `consent revoke`: takes a yes back, or says what takes it back.
//! Never edits the person's settings.

use std::path::Path;

use deming_core::render::consents::lines_to_remove;

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

fn of_review(environment: &Environment, id: &str) -> Result<u8, Error> {
    let review = ReviewStore::new(environment).peek(id)?;
    let id = &review.opening.id;
    if review.is_over() || review.consent.is_none() {
        output::print(&format!("No consent is in force for the review {id}.\n"));
        return Ok(exit::DONE);
    }
    let command = Launcher::find(environment).command(&format!("refine cancel {id}"));
    output::print(&format!(
        "The yes for the review {id} is in force as long as the review is open; its log stays when \
         it ends.\n\nNext: {command}\n"
    ));
    Ok(exit::FINDINGS)
}
