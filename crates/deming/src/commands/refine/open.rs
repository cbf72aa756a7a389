//! `refine open`: takes the task and the plan, and prepares the question.

use std::fmt::Write as _;

use deming_core::clean::{clean, clean_line};
use deming_core::plan::{self, Plan};
use deming_core::render::review_report;
use deming_core::review_loop::{Opening, ReviewEvent};

use super::{Answer, Context, due, read_input, split_at_plan};
use crate::error::Error;
use crate::project::Project;
use crate::reviewer::offline;
use crate::settings::ReviewerName;
use crate::{git, review_store, tasks};

/// Opens a review with a task and a plan from standard input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Standard input: the task, then the plan from its `# Plan: …` heading on.
Inside Claude Code the task that the human typed is known already; then the
plan alone is enough.

Example:
  deming refine open --slug jwt-auth <<'DEMING_EOF'
  Add JWT authentication to my FastAPI backend

  # Plan: JWT Authentication for FastAPI
  …
  DEMING_EOF")]
pub(super) struct Arguments {
    /// A short name for the log file, such as `jwt-auth` [default: from the title]
    #[arg(long)]
    slug: Option<String>,

    /// Who reviews [default: `reviewer` in config.yaml, else codex]
    #[arg(long, value_enum)]
    reviewer: Option<ReviewerName>,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let read = read_input("the task and the plan").and_then(|input| read(context, &input));
    let (task, plan) = match read {
        Ok(read) => read,
        Err(error) => return Ok(asked_again(context, arguments).after_refusal(&error)),
    };
    let environment = context.environment;
    let project = Project::around(&environment.folder);
    let others = context.store.open_in(&project.root)?.0;
    let name = arguments.reviewer.unwrap_or(context.settings.reviewer);
    let first = deming_core::finding::FindingId(1);
    let (place, lint) = crate::block_on(async {
        let (place, lint) = tokio::join!(
            git::place(environment, &project.root),
            offline::review(environment, &plan.text, &project, first),
        );
        Ok((place, lint?))
    })?;
    let folder_name = project.root.file_name().map(|it| it.to_string_lossy().into_owned());
    let project_name = place.remote_name.or(folder_name).unwrap_or_default();
    let opening = Opening {
        id: review_store::new_id()?,
        task,
        title: plan.title.clone(),
        slug: plan::slug(arguments.slug.as_deref().unwrap_or(&plan.title)),
        project: plan::slug(&project_name),
        root: project.root.to_string_lossy().into_owned(),
        branch: place.branch.map(|it| clean_line(&it)),
        reviewer: name.word().to_owned(),
        max_rounds: context.settings.rounds.max,
        plan: plan.text.clone(),
        attachments: Vec::new(),
    };
    let mut text = format!("Creating initial plan for \"{}\"...\n", clean_line(&opening.task));
    let stored = context.store.create(ReviewEvent::Opened { opening })?;
    tasks::forget(environment)?;
    let _ = writeln!(text, "Review {} is open: {}.", stored.id(), clean_line(&plan.title));
    for other in others.iter().filter(|it| !it.is_over()) {
        let title = clean_line(&other.opening.title);
        let _ = writeln!(text, "The review {} ({title}) is still open as well.", other.opening.id);
    }
    if name != ReviewerName::Offline && !lint.outcome.findings().is_empty() {
        let _ = write!(
            text,
            "\nBefore it costs a round, the built-in lint says:\n\n{}\n",
            review_report::findings(lint.outcome.findings(), lint.outcome.counts())
        );
    }
    let due = due::due(context, stored)?;
    text.push('\n');
    text.push_str(&due.text);
    Ok(Answer { text, ..due })
}

/// The task and the plan, if both are there, whole and without a secret.
fn read(context: &Context<'_>, input: &str) -> Result<(String, Plan), Error> {
    let (before, text) = split_at_plan(input);
    if text.is_empty() {
        return Err(Error::usage("no line starts the plan")
            .hint("start the plan with a heading: `# Plan: <title>`"));
    }
    let text = clean(text).trim_end().to_owned() + "\n";
    let plan =
        Plan::parse(&text).map_err(|error| Error::usage(error.to_string()).hint(error.hint()))?;
    if let Some(elision) = plan::elisions(&plan).first() {
        return Err(Error::usage(format!(
            "line {} leaves something out: `{}`",
            elision.line,
            clean_line(&elision.text)
        ))
        .hint("write the whole plan; what is reviewed and logged is always complete"));
    }
    let written = clean(before).trim().trim_start_matches("Task:").trim().to_owned();
    let task = tasks::typed(context.environment)?.unwrap_or(written);
    if task.is_empty() {
        return Err(Error::usage("the task is missing")
            .hint("write what the human asked for in front of the plan"));
    }
    refuse_secrets(&task, "task")?;
    refuse_secrets(&text, "plan")?;
    Ok((task, plan))
}

fn asked_again(context: &Context<'_>, arguments: &Arguments) -> Answer {
    let mut command = "refine open".to_owned();
    if let Some(slug) = &arguments.slug {
        let _ = write!(command, " --slug {}", plan::slug(slug));
    }
    if let Some(reviewer) = arguments.reviewer {
        let _ = write!(command, " --reviewer {}", reviewer.word());
    }
    let mut answer = Answer::new(String::new());
    answer.instruction =
        Some("mend it, and hand over the task and the whole plan again.".to_owned());
    answer.next = Some(context.launcher.command_with_input(&command));
    answer
}

/// Secrets are found before anything is stored, so that nothing has to be
/// taken out of a journal again.
pub(super) fn refuse_secrets(text: &str, what: &str) -> Result<(), Error> {
    let found = crate::secrets::scan(text)?;
    let Some(first) = found.first() else { return Ok(()) };
    let at = deming_core::secret::position(text, first.span.start);
    Err(Error::new(
        crate::error::ErrorKind::Consent,
        format!(
            "the {what} holds a secret ({}, line {}, column {}); nothing was stored or sent",
            first.kind, at.line, at.column
        ),
    )
    .hint("take it out and run the command again")
    .hint("it stands in this chat already: tell the human to rotate it"))
}
