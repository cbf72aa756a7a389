//! `deming prompts`: changes that retrospectives chose, and the phase prompts
//! with them.

use clap::{Args, Subcommand};
use deming_core::clean::clean_line;
use deming_core::lesson::{Learned, Lesson};
use deming_core::render::markdown::{code, fence};
use deming_core::session::event::{Change, ChangeKind};
use deming_core::session::prompts::{MAX_LINES, Prompt, PromptChange};
use serde_json::json;

use crate::environment::Environment;
use crate::error::Error;
use crate::project::{self, Project};
use crate::settings::Settings;
use crate::{exit, lesson_store, output, prompt_store};

/// Shows changes of kind PROMPT, and puts them into the phase prompts
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists the changes that sessions of this project chose, and those in force
    List {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Puts a change into a phase prompt, for this project
    Apply {
        /// The change, as `prompts list` names it
        id: String,
        /// Another prompt than its file says: agreements, analysis, planning, doing, checking, retro
        #[arg(long)]
        prompt: Option<String>,
        /// For all projects
        #[arg(long)]
        everywhere: bool,
    },
    /// Takes a change out of its prompt again
    Revert {
        /// The change
        id: String,
    },
}

/// # Errors
/// When lessons, changes or settings cannot be read or written.
pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let project = Project::around(&environment.folder);
    let name = crate::block_on(async { Ok(project::name(environment, &project).await) })?;
    let text = match &arguments.what {
        What::List { json } => list(environment, &name, *json)?,
        What::Apply { id, prompt, everywhere } => {
            let project = (!everywhere).then_some(name.as_str());
            apply(environment, &name, id, prompt.as_deref(), project)?
        }
        What::Revert { id } => revert(environment, id)?,
    };
    output::print(&text);
    Ok(exit::DONE)
}

fn list(environment: &Environment, project: &str, is_json: bool) -> Result<String, Error> {
    let proposed = proposed(environment, project)?;
    let applied = prompt_store::of_project(environment, project)?;
    if is_json {
        let value = json!({ "version": 1, "applied": applied, "proposed": proposed });
        return Ok(format!("{value}\n"));
    }
    let mut text = String::new();
    for change in &applied {
        let place = change.place.as_deref().map(|it| format!(", {}", code(it)));
        let scope = if change.project.is_some() { "this project" } else { "all projects" };
        text.push_str(&format!(
            "{}: in force in `{}`{} for {scope}\n{}\n\n",
            clean_line(&change.id),
            change.prompt.word(),
            place.unwrap_or_default(),
            fence(&change.text, "")
        ));
    }
    for lesson in proposed.iter().filter(|it| !applied.iter().any(|known| known.id == it.id)) {
        let Learned::Change(change) = &lesson.learned else { continue };
        let file = change.file.as_deref().unwrap_or("no file");
        let note = match of_file(change) {
            Some(_) => "not in force",
            None => "not about a prompt of ours; apply it with `--prompt`, or by hand",
        };
        text.push_str(&format!(
            "{}: {note}, for {} ({})\n{}\n\n",
            lesson.id,
            code(file),
            lesson.on,
            fence(&change.text, "")
        ));
    }
    if text.is_empty() {
        text.push_str("No session of this project has chosen a change of a prompt.\n");
    }
    Ok(text.trim_end().to_owned() + "\n")
}

fn apply(
    environment: &Environment,
    project: &str,
    id: &str,
    prompt: Option<&str>,
    scope: Option<&str>,
) -> Result<String, Error> {
    let proposed = proposed(environment, project)?;
    let lesson = proposed.iter().find(|it| it.id == id).ok_or_else(|| unknown(id))?;
    let Learned::Change(change) = &lesson.learned else { return Err(unknown(id)) };
    let named = match prompt {
        Some(word) => {
            Some(Prompt::ALL.into_iter().find(|it| it.word() == word).ok_or_else(|| {
                Error::usage(format!("there is no prompt `{}`", clean_line(word)))
                    .hint("choose agreements, analysis, planning, doing, checking or retro")
            })?)
        }
        None => of_file(change),
    };
    let prompt = named.ok_or_else(|| {
        Error::usage("the change is not about a prompt of ours")
            .hint("name one with `--prompt`, or change the file by hand")
    })?;
    let lines = change.text.lines().count();
    if MAX_LINES < lines {
        return Err(Error::usage(format!(
            "the change has {lines} lines; a prompt grows by at most {MAX_LINES} at once"
        ))
        .hint("choose a shorter text in the next retrospective"));
    }
    let applied = PromptChange {
        id: id.to_owned(),
        prompt,
        place: change.place.clone(),
        text: change.text.clone(),
        project: scope.map(str::to_owned),
    };
    prompt_store::apply(environment, applied)?;
    Ok(format!(
        "The prompt `{}` now says, for {}:\n{}\nTake it out again: deming prompts revert {id}\n",
        prompt.word(),
        if scope.is_some() { "this project" } else { "all projects" },
        fence(&change.text, "")
    ))
}

fn revert(environment: &Environment, id: &str) -> Result<String, Error> {
    if prompt_store::revert(environment, id)? {
        Ok(format!("{} is in no prompt any more.\n", clean_line(id)))
    } else {
        Err(unknown(id))
    }
}

/// The changes of kind PROMPT that sessions of the project chose.
fn proposed(environment: &Environment, project: &str) -> Result<Vec<Lesson>, Error> {
    let settings = Settings::read(environment)?;
    let mut lessons = lesson_store::of_project(environment, &settings, project)?;
    lessons.retain(
        |it| matches!(&it.learned, Learned::Change(change) if change.kind == ChangeKind::Prompt),
    );
    Ok(lessons)
}

fn of_file(change: &Change) -> Option<Prompt> {
    Prompt::of_file(change.file.as_deref()?)
}

fn unknown(id: &str) -> Error {
    Error::usage(format!("there is no change `{}`", clean_line(id)))
        .hint("run `deming prompts list`")
}
