//! What closed sessions learned, a file a project; made from their journals at
//! the close, so that it is found without reading them all.

use deming_core::lesson::{Lesson, lessons_of};
use deming_core::plan;
use deming_store::Folder;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::error::Error;
use crate::review_store::bug;
use crate::session_store::StoredSession;
use crate::settings::Settings;

const SIZE_LIMIT: u64 = 64 * 1024 * 1024;
const LOCK: &str = "lessons.lock";
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct LessonFile {
    version: u32,
    lessons: Vec<Lesson>,
}

/// Keeps what a session learned, in the place of what it said before.
///
/// # Errors
/// When the disk says no, or the file was changed by hand.
pub(crate) fn keep(environment: &Environment, stored: &StoredSession) -> Result<(), Error> {
    let learned = lessons_of(&stored.id, &stored.state);
    let folder = folder(environment);
    let project = &stored.state.opening.project;
    let _lock = folder.lock(LOCK)?;
    let mut lessons = read(&folder, project)?;
    let before = lessons.clone();
    lessons.retain(|it| it.session() != stored.id);
    lessons.extend(learned);
    if lessons == before {
        return Ok(());
    }
    let file = LessonFile { version: VERSION, lessons };
    let bytes = serde_json::to_vec(&file).map_err(bug)?;
    Ok(folder.replace(&name(project), &bytes)?)
}

/// What the sessions of a project learned, and of those that the person joins.
///
/// # Errors
/// When a file was changed by hand or cannot be read.
pub(crate) fn of_project(
    environment: &Environment,
    settings: &Settings,
    project: &str,
) -> Result<Vec<Lesson>, Error> {
    let folder = folder(environment);
    let mut lessons = vec![];
    for joined in settings.lessons.projects.iter().filter(|it| *it != project) {
        lessons.extend(read(&folder, joined)?);
    }
    lessons.extend(read(&folder, project)?);
    Ok(lessons)
}

fn folder(environment: &Environment) -> Folder {
    environment.state().folder("lessons")
}

/// A project's name comes from a remote's address and from settings.
fn name(project: &str) -> String {
    format!("{}.json", plan::slug(project))
}

fn read(folder: &Folder, project: &str) -> Result<Vec<Lesson>, Error> {
    let name = name(project);
    let Some(bytes) = folder.read(&name, SIZE_LIMIT)? else { return Ok(vec![]) };
    let file: LessonFile = serde_json::from_slice(&bytes).map_err(|error| {
        let path = folder.path().join(&name);
        Error::environment(format!("the lessons in `{}` cannot be read: {error}", path.display()))
            .hint("update Deming, or move the file away")
    })?;
    Ok(file.lessons)
}
