//! Where the log of a session is, and what is in it.

use std::path::{Path, PathBuf};

use deming_core::metrics::compute::{Input, Report, compute};
use deming_core::plan;
use deming_core::render::session_log::render;
use deming_core::session::event::{By, Event, What};
use deming_core::session::state::State;
use deming_store::Folder;

use crate::environment::Environment;
use crate::error::Error;
use crate::git_history::{Range, Repository};
use crate::log_file::{Durability, LogFile};
use crate::repository_settings::RepositorySettings;
use crate::session_store::StoredSession;
use crate::settings::Settings;

/// Writes the log and gives its path.
///
/// # Errors
/// When the disk says no; the log on disk is then whole, old or new.
pub(crate) fn write(
    environment: &Environment,
    stored: &mut StoredSession,
    quality: Option<&Report>,
) -> Result<PathBuf, Error> {
    let file = match place_of(environment, &stored.state) {
        Some(file) => file,
        None => place(environment, stored)?,
    };
    let sections = render(&stored.state, quality);
    file.write(&sections, stored.renderings(), Durability::UntilTheNextStep)?;
    Ok(file.path())
}

/// Where the log of a session is, once it has a place.
pub(crate) fn path_of(environment: &Environment, state: &State) -> Option<PathBuf> {
    place_of(environment, state).map(|it| it.path())
}

/// The metrics of exactly the present commits; `None` without any, and where
/// git cannot read them.
pub(crate) fn quality(environment: &Environment, state: &State) -> Option<Report> {
    let hashes: Vec<String> = state.present_commits().map(|it| it.commit.hash.clone()).collect();
    if hashes.is_empty() || !Path::new(&state.opening.root).is_dir() {
        return None;
    }
    let range = Range::Commits(hashes.into_iter().rev().collect());
    let own = Settings::read(environment).map(|it| it.metrics).unwrap_or_default();
    let measure = async {
        let repository = Repository::at(environment, Path::new(&state.opening.root)).await?;
        let settings = RepositorySettings::read(&repository.top)?.metrics.with(own);
        let history = repository.read(&range, &settings.classes).await?;
        Ok(compute(Input {
            commits: &history.commits,
            classifier: &history.classifier,
            targets: &settings.targets.unwrap_or_default(),
            is_shallow: repository.is_shallow,
            net: history.net.as_deref(),
            test_first: Some(state.discipline()),
        }))
    };
    crate::block_on(measure).ok()
}

fn place_of(environment: &Environment, state: &State) -> Option<LogFile> {
    // A whole path stays what it is.
    let path = environment.session_logs().path().join(state.log_path.as_ref()?);
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some(LogFile { folder: Folder::new(path.parent()?), name })
}

/// The folder in the working tree that the person wants logs in. A repository
/// cannot lead it elsewhere by a link.
fn own_folder(environment: &Environment, root: &Path) -> Result<Option<Folder>, Error> {
    let Some(logs) = Settings::read(environment)?.sessions.logs else { return Ok(None) };
    let mut folder = root.to_owned();
    for part in logs.components() {
        folder.push(part);
        if folder.is_symlink() {
            let path = folder.display();
            return Err(Error::environment(format!("`{path}` is a symbolic link"))
                .hint("change `sessions.logs` in your settings, or make it a folder"));
        }
    }
    Ok(Some(Folder::new(folder)))
}

fn place(environment: &Environment, stored: &mut StoredSession) -> Result<LogFile, Error> {
    let opening = &stored.state.opening;
    let project = opening.project.clone();
    let in_project = own_folder(environment, Path::new(&opening.root))?;
    let is_own = in_project.is_some();
    let folder = in_project.unwrap_or_else(|| environment.session_logs().folder(&project));
    let date = stored.state.opened_at.format("%Y-%m-%d");
    let file = LogFile::take(folder, &format!("{date}-{}", plan::slug(&opening.feature)))?;
    let path = match is_own {
        true => file.path().to_string_lossy().into_owned(),
        false => format!("{project}/{}", file.name),
    };
    stored.record(vec![Event::new(By::Helper, What::LogPlaced { path })])?;
    Ok(file)
}
