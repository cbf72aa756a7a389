//! Keeps the Markdown log of a session: made again after every call, a
//! person's own edits left as they are.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use deming_core::metrics::compute::{Input, Report, compute};
use deming_core::plan;
use deming_core::render::sections::{Sections, join, merge};
use deming_core::render::session_log::render;
use deming_core::session::event::{By, Event, What};
use deming_core::session::state::State;
use deming_store::Folder;

use crate::environment::Environment;
use crate::error::Error;
use crate::git_history::{Range, Repository};
use crate::repository_settings::RepositorySettings;
use crate::session_store::StoredSession;
use crate::settings::Settings;

const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// How many sessions of one name a day may have.
const NAMES: u32 = 1000;

/// Writes the log and gives its path.
///
/// # Errors
/// When the disk says no; the log on disk is then whole, old or new.
pub(crate) fn write(
    environment: &Environment,
    stored: &mut StoredSession,
    quality: Option<&Report>,
) -> Result<PathBuf, Error> {
    let (folder, name) = match place_of(environment, &stored.state) {
        Some(place) => place,
        None => place(environment, stored)?,
    };
    let sections: Sections = render(&stored.state, quality);
    let rendered = join(sections.as_slice());
    let before = stored.logs_rendered()?;
    let ours: Vec<&str> = before.iter().map(String::as_str).collect();
    let on_disk = folder.read(&name, SIZE_LIMIT)?;
    let merged = match &on_disk {
        // A log that a person threw away is not an edit; it is written again.
        None => None,
        Some(bytes) if bytes.is_empty() => None,
        Some(bytes) => Some(merge(sections.as_slice(), &ours, &String::from_utf8_lossy(bytes))),
    };
    let (text, has_edits) = match &merged {
        Some(merged) => (&merged.text, !merged.kept.is_empty()),
        None => (&rendered, false),
    };
    if ours.last() != Some(&rendered.as_str()) {
        stored.log_rendered(&before, &rendered)?;
    }
    if on_disk.as_deref() == Some(text.as_bytes()) {
        // It is what it should be.
    } else if has_edits {
        folder.replace(&name, text.as_bytes())?;
    } else {
        folder.replace_soon(&name, text.as_bytes())?;
    }
    Ok(folder.path().join(name))
}

/// Where the log of a session is, once it has a place.
pub(crate) fn path_of(environment: &Environment, state: &State) -> Option<PathBuf> {
    place_of(environment, state).map(|(folder, name)| folder.path().join(name))
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

fn place_of(environment: &Environment, state: &State) -> Option<(Folder, String)> {
    // A whole path stays what it is.
    let path = environment.session_logs().path().join(state.log_path.as_ref()?);
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some((Folder::new(path.parent()?), name))
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

/// Takes a name that no other session and no person has: `…`, `…-2`, `…-3`.
fn place(environment: &Environment, stored: &mut StoredSession) -> Result<(Folder, String), Error> {
    let opening = &stored.state.opening;
    let project = opening.project.clone();
    let in_project = own_folder(environment, Path::new(&opening.root))?;
    let is_own = in_project.is_some();
    let folder = in_project.unwrap_or_else(|| environment.session_logs().folder(&project));
    let date = stored.state.opened_at.format("%Y-%m-%d");
    let base = format!("{date}-{}", plan::slug(&opening.feature));
    for number in 1..NAMES {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("{base}{suffix}.md");
        match folder.create(&name, b"") {
            Ok(()) => {
                let path = match is_own {
                    true => folder.path().join(&name).to_string_lossy().into_owned(),
                    false => format!("{project}/{name}"),
                };
                let what = What::LogPlaced { path };
                stored.record(vec![Event::new(By::Helper, what)])?;
                return Ok((folder, name));
            }
            Err(error) if error.io_kind() == Some(ErrorKind::AlreadyExists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::environment(format!("there are {NAMES} logs called `{base}`"))
        .hint("move some of them away"))
}
