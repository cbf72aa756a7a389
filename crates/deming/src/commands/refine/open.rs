//! `refine open`: takes the task and the plan, and prepares the question.

use std::fmt::Write as _;

use deming_core::clean::{clean, clean_line};
use deming_core::plan::{self, Plan};
use deming_core::render::review_report;
use deming_core::review_loop::{ConsentBy, Opening, RecordedConsent, ReviewEvent};

use super::{Answer, Context, due, read_input, send, split_at_plan};
use crate::error::Error;
use crate::outbound::{ConsentSource, standing};
use crate::project::Project;
use crate::reviewer::{Reviewer, offline};
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
    let environment = context.environment;
    let input = read_input("the task and the plan")?;
    let (before, plan_text) = split_at_plan(&input);
    let plan_text = clean(plan_text).trim_end().to_owned() + "\n";
    let plan = Plan::parse(&plan_text)
        .map_err(|error| Error::usage(error.to_string()).hint(error.hint()))?;
    if let Some(elision) = plan::elisions(&plan).first() {
        return Err(Error::usage(format!(
            "line {} leaves something out: `{}`",
            elision.line,
            clean_line(&elision.text)
        ))
        .hint("write the whole plan; what is reviewed and logged is always complete"));
    }
    let typed = tasks::take(environment)?;
    let written = clean(before).trim().trim_start_matches("Task:").trim().to_owned();
    let task = typed.unwrap_or(written);
    if task.trim().is_empty() {
        return Err(Error::usage("the task is missing")
            .hint("write what the human asked for in front of the plan"));
    }
    refuse_secrets(&task, "task")?;
    refuse_secrets(&plan_text, "plan")?;

    let project = Project::around(&environment.folder);
    let name = arguments.reviewer.unwrap_or(context.settings.reviewer);
    let place = crate::block_on(async { Ok(git::place(environment, &project.root).await) })?;
    let folder_name = project.root.file_name().map(|it| it.to_string_lossy().into_owned());
    let project_name = place.remote_name.or(folder_name).unwrap_or_default();
    let opening = Opening {
        id: review_store::new_id()?,
        task: task.trim().to_owned(),
        title: plan.title.clone(),
        slug: plan::slug(arguments.slug.as_deref().unwrap_or(&plan.title)),
        project: plan::slug(&project_name),
        root: project.root.to_string_lossy().into_owned(),
        branch: place.branch.map(|it| clean_line(&it)),
        reviewer: name.word().to_owned(),
        max_rounds: context.settings.rounds.max,
        plan: plan_text.clone(),
        attachments: Vec::new(),
    };
    let first = deming_core::finding::FindingId(1);
    let lint = crate::block_on(offline::review(environment, &plan_text, &project, first))?;
    let heading = format!("Creating initial plan for \"{}\"...\n", clean_line(&opening.task));
    let mut stored = context.store.create(ReviewEvent::Opened { opening })?;
    prepare_consent(context, &mut stored, &project, name)?;

    let mut text = heading;
    let _ = writeln!(text, "Review {} is open: {}.", stored.id(), clean_line(&plan.title));
    if !lint.outcome.findings().is_empty() {
        let _ = write!(
            text,
            "\nBefore it costs a round, the built-in lint says:\n\n{}\n",
            review_report::findings(lint.outcome.findings(), lint.outcome.counts())
        );
    }
    let due = due::due(context, &stored)?;
    text.push('\n');
    text.push_str(&due.text);
    Ok(Answer { text, ..due })
}

/// Takes the yes of the settings, or puts the question to the human.
fn prepare_consent(
    context: &Context<'_>,
    stored: &mut review_store::StoredReview,
    project: &Project,
    name: ReviewerName,
) -> Result<(), Error> {
    if name == ReviewerName::Offline {
        let consent = RecordedConsent {
            by: ConsentBy::NotNeeded,
            destination: offline::DESTINATION.to_owned(),
            rounds: context.settings.rounds.max,
            logging: true,
            attachments: Vec::new(),
            secrets: Vec::new(),
        };
        return stored.append(ReviewEvent::Consented { consent });
    }
    let reviewer = crate::block_on(Reviewer::prepare(
        name,
        context.environment,
        &context.settings,
        &project.root,
    ))?;
    let destination = reviewer.destination();
    let given = standing(&context.settings, name, &project.root, &destination);
    match given.as_ref().map(|it| it.source()) {
        Some(ConsentSource::Standing { rounds, .. }) => {
            let consent = RecordedConsent {
                by: ConsentBy::Standing,
                destination: destination.key,
                rounds: *rounds,
                logging: true,
                attachments: Vec::new(),
                secrets: Vec::new(),
            };
            stored.append(ReviewEvent::Consented { consent })
        }
        Some(ConsentSource::Terminal | ConsentSource::Recorded) | None => {
            send::ask_for_consent(context, stored, &reviewer)
        }
    }
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
