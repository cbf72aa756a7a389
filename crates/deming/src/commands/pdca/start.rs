//! `pdca start`: opens the session of this working tree.

use deming_core::clean::clean_line;
use deming_core::render::session_report::standing;
use deming_core::session::event::{By, Event, Mode, Opening, What};
use deming_core::session::prompts::Prompt;
use deming_core::session::start::{Start, mode};
use deming_core::session::told::minutes;

use super::answer::Answer;
use super::here::{self, Done, Found};
use super::{Context, observe, words};
use crate::commands::recall;
use crate::commands::refine::read_input;
use crate::error::Error;
use crate::git;
use crate::project::{self, Project};
use crate::session_store::StoredSession;

/// Opens a session; standard input is what the human typed
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Standard input: the feature on the first line, with options behind it as they
were typed. What follows the first line is the objective.

Example:
  deming pdca start <<'DEMING_EOF'
  JWT authentication with refresh tokens --estimate 2.5h
  DEMING_EOF")]
pub(super) struct Arguments {
    /// How long it will take: `2.5h`, `90 min`
    #[arg(long)]
    estimate: Option<String>,

    /// What, for whom, why
    #[arg(long)]
    objective: Option<String>,

    /// How much ceremony: full, light or emergency [default: full]
    #[arg(long)]
    mode: Option<String>,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let environment = context.environment;
    let project = Project::around(&environment.folder);
    let start = match read_input("the feature").and_then(|it| read(&it, arguments)) {
        Ok(start) => start,
        Err(error) => {
            let mut answer = Answer::new("No session was started.");
            answer.instruction = Some("ask the human for what is missing.".to_owned());
            answer.next = Some(context.launcher.command_with_input("pdca start"));
            return Ok(answer.after_refusal(&error));
        }
    };
    let _starts = context.store.lock_starts()?;
    match here::find_here(context)? {
        Found::None(_) => {}
        Found::Several(answer) => return Ok(answer),
        Found::One(open) => return Ok(open_already(context, &open)),
    }
    let (place, base, email) = crate::block_on(async {
        Ok(tokio::join!(
            git::place(environment, &project.root),
            git::head(environment, &project.root),
            git::email(environment, &project.root)
        ))
    })?;
    let branch = place.branch.clone();
    let opening = Opening {
        feature: start.feature,
        project: project::name_at(place, &project),
        mode: start.mode.unwrap_or_default(),
        estimate_minutes: start.estimate_minutes,
        objective: start.objective,
        branch: branch.map(|it| clean_line(&it)),
        base,
        head_log: observe::head_log(&project.root).map(|it| it.end()),
        email: email.map(|it| clean_line(&it)),
        root: project.root.to_string_lossy().into_owned(),
    };
    let mut stored = context.store.create(&project.root, opening)?;
    let mut text = format!("{}\n", standing(&stored.id, &stored.state));
    if !project.has_git {
        text.push_str("Note: there is no git repository here, so no commits will be recorded.\n");
    }
    if stored.state.mode() != Mode::Emergency {
        let prompt = words::prompt(context, &stored.state, Prompt::Agreements);
        text.push_str(&format!("\n{prompt}"));
    }
    let task = [Some(stored.state.opening.feature.clone()), stored.state.objective.clone()];
    let task = task.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let project = &stored.state.opening.project;
    let mut lessons = recall::lines(environment, project, &task);
    let chosen = recall::last_change(environment, project, &stored.id).map(|it| it.line());
    if let Some(chosen) = &chosen {
        text.push_str(&format!("\nThe last session chose for this one: {chosen}\n"));
        lessons.retain(|it| it != chosen);
    }
    if !lessons.is_empty() {
        text.push_str("\nLessons of earlier sessions that may fit:\n");
        text.extend(lessons.iter().map(|it| format!("- {it}\n")));
    }
    lessons.splice(0..0, chosen);
    if !lessons.is_empty() {
        stored.record(vec![Event::new(By::Helper, What::Recalled { lessons })])?;
    }
    here::finish(context, &mut stored, Done { text, due_before: None })
}

fn open_already(context: &Context<'_>, open: &StoredSession) -> Answer {
    let standing = standing(&open.id, &open.state);
    let mut answer = Answer::new(format!(
        "A session is open here already; the new one was not started.\n\n{standing}"
    ));
    answer.instruction = Some(
        "ask the human whether to go on with it. To start the new one, it is closed by \
         `/pdca-retro` or abandoned by `pdca abandon` with their reason first."
            .to_owned(),
    );
    answer.next = Some(context.launcher.command("pdca next"));
    answer
}

fn read(input: &str, arguments: &Arguments) -> Result<Start, Error> {
    let read = || {
        let mut start = Start::read(&deming_core::clean::clean(input))?;
        if let Some(text) = &arguments.estimate {
            start.estimate_minutes = Some(minutes(text)?);
        }
        if let Some(text) = &arguments.mode {
            start.mode = Some(mode(text)?);
        }
        let objective = arguments.objective.as_deref().map(deming_core::clean::clean);
        start.objective = objective.or(start.objective.take());
        Ok(start)
    };
    read().map_err(|error: deming_core::session::form::FormError| {
        Error::usage(error.to_string()).hint(error.hint())
    })
}
