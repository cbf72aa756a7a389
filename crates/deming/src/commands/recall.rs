//! `deming recall`: what earlier sessions learned that fits some words.

use clap::Args;
use deming_core::clean::clean_line;
use deming_core::lesson::{Learned, Lesson, rank};
use serde_json::json;

use crate::environment::Environment;
use crate::error::Error;
use crate::project::{self, Project};
use crate::settings::Settings;
use crate::{exit, lesson_store, output};

/// Finds what earlier sessions of this project learned about some words
///
/// Lessons, learnings, changes, patterns and insights of closed sessions, best
/// first; nothing where nothing fits. Other projects only where `lessons.projects`
/// in your settings joins them.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The task at hand, in a few words
    #[arg(required = true)]
    words: Vec<String>,
    /// At most so many
    #[arg(long, default_value_t = MOST)]
    most: usize,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// How many lessons come back by themselves: a handful.
const MOST: usize = 5;

/// # Errors
/// When the lessons or the settings cannot be read.
pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let project = Project::around(&environment.folder);
    let name = crate::block_on(async { Ok(project::name(environment, &project).await) })?;
    let settings = Settings::read(environment)?;
    let lessons = lesson_store::of_project(environment, &settings, &name)?;
    let found = rank(&lessons, &arguments.words.join(" "), arguments.most);
    let text = if arguments.json {
        format!("{}\n", json!({ "version": 1, "project": name, "lessons": found }))
    } else if found.is_empty() {
        format!("No earlier lesson of `{}` fits.\n", clean_line(&name))
    } else {
        list(&found)
    };
    output::print(&text);
    Ok(exit::DONE)
}

/// The lessons that fit a task, as lines; what cannot be read is noted, because
/// a task does not wait for its lessons.
pub(crate) fn lines(environment: &Environment, project: &str, task: &str) -> Vec<String> {
    let lessons = Settings::read(environment)
        .and_then(|settings| lesson_store::of_project(environment, &settings, project));
    match lessons {
        Ok(lessons) => rank(&lessons, task, MOST).iter().map(|it| it.line()).collect(),
        Err(error) => {
            output::note(&error.message);
            vec![]
        }
    }
}

/// The change that the last closed session of the project chose, other than
/// this one.
pub(crate) fn last_change(
    environment: &Environment,
    project: &str,
    session: &str,
) -> Option<Lesson> {
    let lessons = Settings::read(environment)
        .and_then(|settings| lesson_store::of_project(environment, &settings, project));
    lessons.unwrap_or_default().into_iter().rfind(|it| {
        let is_change = matches!(it.learned, Learned::Change(_));
        is_change && it.project == project && it.session() != session
    })
}

fn list(lessons: &[&Lesson]) -> String {
    lessons.iter().map(|it| format!("- {} [{}]\n", it.line(), it.id)).collect()
}
