//! The commands that look: where a session stands, what is due, its log.

use deming_core::clean::clean_line;
use deming_core::render::markdown::cell;
use deming_core::render::sections::join;
use deming_core::render::session_log::render;
use deming_core::render::session_report::{agreed, standing, steps};
use deming_core::review_loop::{AcceptedBy, Phase as ReviewPhase};
use deming_core::session::event::{By, Event, Phase, What};
use deming_core::session::next_action::next_action;
use deming_core::session::state::State;

use super::answer::{Answer, session_json};
use super::here::{self, Done, Found};
use super::{Context, words};
use crate::error::Error;
use crate::project::Project;
use crate::review_store::ReviewStore;
use crate::session_log;
use crate::session_store::ReadSession;
use crate::settings::ReviewerName;

/// Goes on wherever the session was left: says what is due, with its prompt
#[derive(Debug, clap::Args)]
pub(super) struct NextArguments {
    /// Towards the end: open steps are finished or deferred, then the check
    #[arg(long)]
    end: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReviewedArguments {
    /// The review
    review: String,
}

pub(super) fn status(context: &Context<'_>) -> Result<Answer, Error> {
    let stored = match here::find(context)? {
        Found::One(stored) => stored,
        Found::None(answer) | Found::Several(answer) => return Ok(answer),
    };
    let due = next_action(&stored.state);
    let mut answer = words::due(context, &stored, &due);
    answer.text = standing(&stored.id, &stored.state);
    let log = session_log::path_of(context.environment, &stored.state);
    let log = log.map(|it| context.environment.display(&it));
    if let Some(log) = &log {
        answer.text.push_str(&format!("\nLog: {log}"));
    }
    answer.session = Some(session_json(&stored.id, &stored.state, &due, log.as_deref()));
    Ok(answer)
}

pub(super) fn next(context: &Context<'_>, arguments: &NextArguments) -> Result<Answer, Error> {
    let mut stored = match here::find(context)? {
        Found::One(stored) => stored,
        Found::None(answer) | Found::Several(answer) => return Ok(answer),
    };
    let observed = here::observe(context, &mut stored);
    let plan = match stored.state.plan.steps.is_empty() || stored.state.is_closed() {
        true => String::new(),
        false => format!("\n{}", steps(&stored.state)),
    };
    let log = session_log::path_of(context.environment, &stored.state);
    let log = log.map(|it| format!("Log: {}\n", context.environment.display(&it)));
    let text = format!(
        "{}\n{}{}{observed}{plan}",
        standing(&stored.id, &stored.state),
        agreed(&stored.state),
        log.unwrap_or_default()
    );
    let mut answer = here::finish(context, &mut stored, Done { text, due_before: None })?;
    if arguments.end {
        towards_the_end(context, &stored.state, &mut answer);
    }
    Ok(answer)
}

/// What is still open is finished, deferred or given up by the human.
fn towards_the_end(context: &Context<'_>, state: &State, answer: &mut Answer) {
    let open = state.plan.steps.iter().filter(|it| it.progress.ended().is_none());
    let open: Vec<String> = open.map(|it| it.first.to_string()).collect();
    let named = context.session.map(|it| format!(" --session {it}")).unwrap_or_default();
    let command = |step: &str| context.launcher.command_with_input(&format!("pdca {step}{named}"));
    if state.is_closed() {
        // There is nothing to bring to an end.
    } else if state.phase < Phase::Doing {
        answer.prompt = None;
        answer.instruction = Some(
            "nothing was built yet. Ask the human whether to go on with the session (by `pdca \
             next`) or to abandon it with their reason."
                .to_owned(),
        );
        answer.next = Some(command("abandon"));
    } else if next_action(state).step().is_some() {
        answer.prompt = None;
        answer.instruction = Some(
            "steps are open. Ask the human which of them are finished first (by `pdca next`) and \
             which are deferred; leave out the numbers of those that are not, and pass on the \
             reason."
                .to_owned(),
        );
        answer.next = Some(command(&format!("step defer {}", open.join(" "))));
    }
}

/// The log with all that was recorded so far; of a closed session as it is on
/// disk, or as it would be written.
pub(super) fn log(context: &Context<'_>) -> Result<String, Error> {
    let ReadSession { id, state } = match context.session {
        Some(id) => context.store.peek(id)?,
        None => newest_here(context)?,
    };
    let state = if state.is_closed() { state } else { refreshed(context, &id)? };
    let on_disk = session_log::path_of(context.environment, &state)
        .and_then(|it| deming_store::read_bounded(&it, 64 * 1024 * 1024).ok())
        .filter(|it| !it.is_empty());
    Ok(match on_disk {
        Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        None => {
            let quality = session_log::quality(context.environment, &state);
            join(render(&state, quality.as_ref()).as_slice())
        }
    })
}

/// Takes in what happened since the last call and writes the log, as each call
/// does.
fn refreshed(context: &Context<'_>, id: &str) -> Result<State, Error> {
    let mut stored = context.store.open(id)?;
    here::observe(context, &mut stored);
    let quality = session_log::quality(context.environment, &stored.state);
    session_log::write(context.environment, &mut stored, quality.as_ref())?;
    Ok(stored.state)
}

fn newest_here(context: &Context<'_>) -> Result<ReadSession, Error> {
    let root = Project::around(&context.environment.folder).root;
    if let Some(id) = context.store.open_in(&root)?.last() {
        return context.store.peek(id);
    }
    let (sessions, _) = context.store.all()?;
    let here = sessions.into_iter().rfind(|it| it.state.opening.root == root.to_string_lossy());
    here.ok_or_else(|| {
        Error::usage("there is no session of this working tree").hint("run `deming pdca list`")
    })
}

pub(super) fn list(context: &Context<'_>) -> Result<Answer, Error> {
    let (sessions, unreadable) = context.store.all()?;
    if sessions.is_empty() && unreadable.is_empty() {
        return Ok(Answer::new(
            "There is no session yet. Type /pdca-start <feature> to start one.",
        ));
    }
    let mut text = String::from(
        "| Session | Opened | Project | Feature | State |\n| --- | --- | --- | --- | --- |\n",
    );
    for session in sessions.iter().rev() {
        let state = &session.state;
        let abandoned = state.closing.as_ref().is_some_and(|it| it.abandoned.is_some());
        let word = match (state.is_closed(), abandoned) {
            (false, _) => state.phase.word(),
            (true, true) => "abandoned",
            (true, false) => "complete",
        };
        text.push_str(&format!(
            "| {} | {} | {} | {} | {word} |\n",
            session.id,
            state.opened_at.format("%Y-%m-%d %H:%M"),
            cell(&state.opening.project),
            cell(&state.opening.feature),
        ));
    }
    for sentence in unreadable {
        text.push_str(&format!("\nNote: {sentence}\n"));
    }
    Ok(Answer::new(text))
}

pub(super) fn list_json(context: &Context<'_>) -> Result<String, Error> {
    let (sessions, unreadable) = context.store.all()?;
    let sessions = sessions.iter().rev().map(|it| {
        let log = session_log::path_of(context.environment, &it.state);
        let log = log.map(|it| context.environment.display(&it));
        session_json(&it.id, &it.state, &next_action(&it.state), log.as_deref())
    });
    let sessions: Vec<serde_json::Value> = sessions.collect();
    let value =
        serde_json::json!({ "version": 1, "sessions": sessions, "diagnostics": unreadable });
    Ok(format!("{value}\n"))
}

pub(super) fn reviewed(
    context: &Context<'_>,
    arguments: &ReviewedArguments,
) -> Result<Answer, Error> {
    let review = ReviewStore::new(context.environment).peek(&arguments.review)?;
    let mut stored = match here::find(context)? {
        Found::One(stored) => stored,
        Found::None(answer) | Found::Several(answer) => return Ok(answer),
    };
    let done = Done { text: String::new(), due_before: Some(next_action(&stored.state)) };
    let ReviewPhase::Accepted { by } = review.phase() else {
        let id = clean_line(&arguments.review);
        let error = Error::usage(format!("the review {id} has not accepted a plan"))
            .hint("finish it by `/refine-plan-codex`");
        return Ok(here::finish(context, &mut stored, done)?.after_refusal(&error));
    };
    let outcome = match by {
        AcceptedBy::Reviewer if review.opening.reviewer == ReviewerName::Offline.word() => {
            "Passed the built-in lint"
        }
        AcceptedBy::Reviewer => "Approved by the reviewer",
        AcceptedBy::Person => "Accepted by the human",
        AcceptedBy::Rule => "Accepted by rule",
    };
    let what = What::PlanReviewed {
        review: review.opening.id.clone(),
        rounds: review.rounds_used(),
        outcome: outcome.to_owned(),
    };
    stored.record(vec![Event::new(By::Helper, what)])?;
    let title = clean_line(&review.opening.title);
    let text = format!("Linked the review of \"{title}\": {outcome}.\n");
    here::finish(context, &mut stored, Done { text, ..done })
}
