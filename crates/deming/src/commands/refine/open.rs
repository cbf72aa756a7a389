//! `refine open`: takes the task and the plan, and prepares the question.

use std::fmt::Write as _;
use std::path::PathBuf;

use deming_core::clean::{clean, clean_line};
use deming_core::plan::{self, Plan};
use deming_core::render::review_report;
use deming_core::review_loop::{FoundSecret, Opening, ReviewEvent};

use super::{Answer, Context, due, read_input, split_at_plan, words};
use crate::commands::recall;
use crate::error::{Error, ErrorKind};
use crate::outbound::attached;
use crate::project::Project;
use crate::repository_settings::RepositorySettings;
use crate::reviewer::offline;
use crate::secrets::{self, Redaction};
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

    /// A file of the project to send with the plan, if the human agrees to it.
    /// One that git does not track has to be named twice
    #[arg(long, value_name = "PATH")]
    attach: Vec<PathBuf>,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let environment = context.environment;
    let project = Project::around(&environment.folder);
    // Everything is hidden in before it is looked at, so that neither an
    // answer nor an error repeats a value.
    let mut redaction = Redaction::new(secrets::new_labels()?);
    let (known, read) = std::thread::scope(|scope| {
        // Git answers while the text is looked through.
        let known = scope.spawn(|| {
            crate::block_on(async {
                Ok(tokio::join!(
                    git::place(environment, &project.root),
                    offline::repository(environment, &project)
                ))
            })
        });
        let read = read_input("the task and the plan")
            .and_then(|input| read(context, &input, &mut redaction))
            .and_then(|(task, plan)| {
                let files = attached(environment, &project, &arguments.attach, &mut redaction);
                Ok((task, plan, files?))
            });
        let known = known.join().unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Bug, "the question to git ended without an answer"))
        });
        (known, read)
    });
    let (task, plan, attachments) = match read {
        Ok(read) => read,
        Err(error) => {
            return Ok(asked_again(context, arguments, redaction).after_refusal(context, &error));
        }
    };
    let others = context.store.open_in(&project.root)?.0;
    let name = arguments.reviewer.unwrap_or(context.settings.reviewer);
    let first = deming_core::finding::FindingId(1);
    let (place, repository) = known?;
    let lint = offline::check(&plan, &repository, first);
    let folder_name = project.root.file_name().map(|it| it.to_string_lossy().into_owned());
    let project_name = place.remote_name.or(folder_name).unwrap_or_default();
    let slug = match &arguments.slug {
        Some(slug) => redaction.hide(&clean_line(slug), "slug")?,
        None => plan.title.clone(),
    };
    let detached = place.detached_at.map(|it| format!("detached at {it}"));
    let branch = match place.branch.or(detached) {
        Some(branch) => Some(redaction.hide(&clean_line(&branch), "branch")?),
        None => None,
    };
    let (focus, note) = focus(&project, &mut redaction)?;
    let opening = Opening {
        id: review_store::new_id()?,
        task,
        title: plan.title.clone(),
        slug: plan::slug(&slug),
        project: plan::slug(&redaction.hide(&clean_line(&project_name), "name of the project")?),
        root: project.root.to_string_lossy().into_owned(),
        branch,
        reviewer: name.word().to_owned(),
        max_rounds: context.settings.rounds.max,
        max_tokens: context.settings.rounds.tokens,
        plan: plan.text.clone(),
        attachments,
        focus,
        found: redaction.found.clone(),
    };
    let mut text = format!("Creating initial plan for \"{}\"...\n", clean_line(&opening.task));
    // Before the review, so that no label is ever given twice.
    context.store.keep_labels(&opening.id, &redaction.labels)?;
    let stored = context.store.create(ReviewEvent::Opened { opening })?;
    tasks::forget(environment)?;
    let _ = writeln!(text, "Review {} is open: {}.", stored.id(), clean_line(&plan.title));
    for other in others.iter().filter(|it| !it.is_over()) {
        let title = clean_line(&other.opening.title);
        let _ = writeln!(text, "The review {} ({title}) is still open as well.", other.opening.id);
    }
    if let Some(note) = note {
        let _ = writeln!(text, "Note: {note}");
    }
    text.push_str(&words::found(&redaction.found, context.caller.is_agent()));
    if name != ReviewerName::Offline && !lint.outcome.findings().is_empty() {
        let _ = write!(
            text,
            "\nBefore it costs a round, the built-in lint says:\n\n{}\n\
             What of it is true can be mended first: hand over the complete plan once more, and \
             the answer leads back here.\n{}\n",
            review_report::findings(lint.outcome.findings(), lint.outcome.counts()),
            context.launcher.command_with_input(&format!("refine revise {}", stored.id()))
        );
    }
    let opening = &stored.review.opening;
    let task = format!("{} {}", opening.title, opening.task);
    let lessons = recall::lines(environment, &opening.project, &task);
    if !lessons.is_empty() {
        text.push_str("\nLessons of earlier sessions that may fit:\n\n");
        text.extend(lessons.iter().map(|it| format!("- {it}\n")));
    }
    let due = due::due(context, stored)?;
    text.push('\n');
    text.push_str(&due.text);
    Ok(Answer { text, ..due })
}

/// What the project asks its reviewers to look at. Settings that cannot be used
/// are no reason not to review; they are said.
fn focus(
    project: &Project,
    redaction: &mut Redaction,
) -> Result<(Vec<String>, Option<String>), Error> {
    match RepositorySettings::read(&project.root) {
        Ok(settings) => {
            let place = "focus in .deming.yaml";
            let points = settings.focus.iter().map(|it| redaction.hide(it, place));
            Ok((points.collect::<Result<_, _>>()?, None))
        }
        Err(error) => {
            let message = redaction.hide(&clean_line(&error.message), "settings of the project")?;
            Ok((Vec::new(), Some(format!("{message}; the reviewer is told nothing of it"))))
        }
    }
}

/// The task and the plan, if both are there and whole, with labels in the place
/// of secrets.
fn read(
    context: &Context<'_>,
    input: &str,
    redaction: &mut Redaction,
) -> Result<(String, Plan), Error> {
    let (before, text) = split_at_plan(input);
    if text.is_empty() {
        return Err(Error::usage("no line starts the plan")
            .hint("start the plan with a heading: `# Plan: <title>`"));
    }
    let text = redaction.hide(&(clean(text).trim_end().to_owned() + "\n"), FoundSecret::PLAN)?;
    let plan = Plan::parse_begun(&text)
        .map_err(|error| Error::usage(error.to_string()).hint(error.hint()))?;
    if let Some(elision) = plan::elisions(&plan).first() {
        return Err(words::left_out(elision));
    }
    let written = clean(before).trim().trim_start_matches("Task:").trim().to_owned();
    let task = tasks::typed(context.environment)?.unwrap_or(written);
    if task.is_empty() {
        return Err(Error::usage("the task is missing")
            .hint("write what the human asked for in front of the plan"));
    }
    Ok((redaction.hide(&task, "task")?, plan))
}

fn asked_again(context: &Context<'_>, arguments: &Arguments, mut redaction: Redaction) -> Answer {
    let mut command = "refine open".to_owned();
    if let Some(slug) = &arguments.slug {
        let slug = redaction.hide(&clean_line(slug), "slug").unwrap_or_default();
        let _ = write!(command, " --slug {}", plan::slug(&slug));
    }
    if let Some(reviewer) = arguments.reviewer {
        let _ = write!(command, " --reviewer {}", reviewer.word());
    }
    for path in arguments.attach.iter().filter_map(|it| it.to_str()) {
        // Another name would have to be quoted, and is given again by whoever knows it.
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "._-/".contains(it);
        if path.chars().all(is_plain) {
            let _ = write!(command, " --attach {path}");
        }
    }
    let mut answer = Answer::new(String::new());
    answer.instruction =
        Some("mend it, and hand over the task and the whole plan again.".to_owned());
    answer.next = Some(context.launcher.command_with_input(&command));
    answer
}
