//! Which session a call is about, and the end of every call that changed it:
//! commits taken in, log written, what is due said.

use std::path::Path;

use deming_core::clean::clean_line;
use deming_core::lesson::{Learned, lessons_of};
use deming_core::render::session_report::{evidence_for_check, evidence_for_retro, standing};
use deming_core::session::duration::in_words;
use deming_core::session::event::{ChangeKind, Phase};
use deming_core::session::next_action::{NextAction, next_action};
use deming_core::session::prompts::Prompt;

use super::answer::{Answer, session_json};
use super::{Context, observe, words};
use crate::commands::recall;
use crate::error::Error;
use crate::lesson_store;
use crate::project::Project;
use crate::session_log;
use crate::session_store::StoredSession;

/// The session that a call is about, or what to say where there is none.
pub(super) enum Found {
    One(Box<StoredSession>),
    None(Answer),
    Several(Answer),
}

/// # Errors
/// When the session was named and there is none, or it cannot be read.
pub(super) fn find(context: &Context<'_>) -> Result<Found, Error> {
    if let Some(id) = context.session {
        return Ok(Found::One(Box::new(context.store.open(id)?)));
    }
    find_here(context)
}

/// The open session of this working tree, whichever was named.
///
/// # Errors
/// When one cannot be read.
pub(super) fn find_here(context: &Context<'_>) -> Result<Found, Error> {
    let root = Project::around(&context.environment.folder).root;
    let mut open = vec![];
    for id in context.store.open_in(&root)? {
        let mut stored = context.store.open(&id)?;
        // The closing of it was interrupted.
        if stored.state.is_closed() {
            finish_closing(context, &mut stored)?;
        } else {
            open.push(stored);
        }
    }
    Ok(match (open.pop(), open.as_slice()) {
        (None, _) => Found::None(none_open(context)?),
        (Some(only), []) => Found::One(Box::new(only)),
        (Some(newest), others) => {
            let mut lines: Vec<String> =
                others.iter().map(|it| standing(&it.id, &it.state)).collect();
            lines.push(standing(&newest.id, &newest.state));
            let text = format!("Several sessions are open here:\n\n{}", lines.join("\n\n"));
            let mut answer = Answer::new(text);
            answer.instruction = Some(
                "ask the human which one to go on with; the others can be abandoned by \
                 `pdca abandon --session <id>`."
                    .to_owned(),
            );
            let next = format!("pdca next --session {}", newest.id);
            answer.next = Some(context.launcher.command(&next));
            Found::Several(answer)
        }
    })
}

/// Where there is no session here, those that are open elsewhere are named.
fn none_open(context: &Context<'_>) -> Result<Answer, Error> {
    let mut text = String::from(
        "No session is open in this working tree. To start one, the human types \
         /pdca-start <feature>, or `deming pdca start` in a terminal.\n",
    );
    for (id, root) in context.store.open_anywhere()? {
        let root = String::from_utf8_lossy(&root);
        let place = clean_line(&context.environment.display(Path::new(&*root)));
        text.push_str(&format!("The session {id} is open in `{place}`.\n"));
    }
    Ok(Answer::new(text))
}

/// What a call did, and what was due before it.
pub(super) struct Done {
    pub(super) text: String,
    pub(super) due_before: Option<NextAction>,
}

/// The end of a call: the log is written, and what is due now is said.
///
/// # Errors
/// When the index cannot be written.
pub(super) fn finish(
    context: &Context<'_>,
    stored: &mut StoredSession,
    done: Done,
) -> Result<Answer, Error> {
    let quality = session_log::quality(context.environment, &stored.state);
    let written = session_log::write(context.environment, stored, quality.as_ref());
    let mut text = done.text;
    if let Err(error) = &written {
        text.push_str(&format!("Note: the log was not written: {}\n", error.message));
    }
    let due = next_action(&stored.state);
    let log = session_log::path_of(context.environment, &stored.state)
        .map(|it| context.environment.display(&it));
    let mut answer = if stored.state.is_closed() {
        if let Err(error) = lesson_store::keep(context.environment, stored) {
            text.push_str(&format!("Note: the lessons were not kept: {}\n", error.message));
        }
        stored.delist()?;
        let mut answer = Answer::new(format!("{text}{}", ended(stored, log.as_deref())));
        offer_change(context, stored, &mut answer);
        answer
    } else {
        let mut answer = words::due(context, stored, &due);
        let phase = words::phase_of(&due);
        if phase.is_some() && phase != done.due_before.as_ref().and_then(words::phase_of) {
            answer.prompt =
                phase.map(|it| words::prompt(context, &stored.state, Prompt::Phase(it)));
            text.push_str(&evidence(context, &due, stored, quality.as_ref()));
        }
        answer.text = text;
        if answer.text.trim().is_empty() {
            answer.text = format!("Due: {due}");
        }
        answer
    };
    answer.session = Some(session_json(&stored.id, &stored.state, &due, log.as_deref()));
    Ok(answer)
}

/// What the check and the retrospective start from.
fn evidence(
    context: &Context<'_>,
    due: &NextAction,
    stored: &StoredSession,
    quality: Option<&deming_core::metrics::compute::Report>,
) -> String {
    let weakened = || observe::weakened(context, &stored.state);
    match words::phase_of(due) {
        Some(Phase::Checking) => {
            format!("\n{}", evidence_for_check(&stored.state, &weakened()))
        }
        Some(Phase::Retro) => {
            let project = &stored.state.opening.project;
            let last = recall::last_change(context.environment, project, &stored.id);
            let last = last.map(|it| {
                format!("\nThe last session chose: {}\nAsk whether it helped.\n", it.line())
            });
            let evidence = evidence_for_retro(&stored.state, quality, &weakened());
            format!("\n{evidence}{}", last.unwrap_or_default())
        }
        Some(Phase::Analysis | Phase::Planning | Phase::Doing) | None => String::new(),
    }
}

fn ended(stored: &StoredSession, log: Option<&str>) -> String {
    let state = &stored.state;
    let how = match state.closing.as_ref().and_then(|it| it.abandoned.as_ref()) {
        Some(_) => "abandoned",
        None => "complete",
    };
    let time = in_words(state.active_minutes());
    let log = log.map(|it| format!("Documentation saved to: {it}\n")).unwrap_or_default();
    format!("Session {} is {how} after {time}.\n{log}", stored.id)
}

/// A change of a prompt of ours can be put into it at once.
fn offer_change(context: &Context<'_>, stored: &StoredSession, answer: &mut Answer) {
    let lessons = lessons_of(&stored.id, &stored.state);
    let ours = lessons.iter().find_map(|it| match &it.learned {
        Learned::Change(change) if change.kind == ChangeKind::Prompt => {
            Prompt::of_file(change.file.as_deref()?).map(|prompt| (it, prompt))
        }
        Learned::Change(_)
        | Learned::Lesson(_)
        | Learned::Learning(_)
        | Learned::Pattern { .. }
        | Learned::Insight { .. } => None,
    });
    if let Some((lesson, prompt)) = ours {
        answer.instruction = Some(format!(
            "ask the human whether the chosen change goes into Deming's prompt `{}` for this \
             project; run the command below only if they say yes. It can be reverted.",
            prompt.word()
        ));
        answer.next = Some(context.launcher.command(&format!("prompts apply {}", lesson.id)));
    }
}

/// Takes in what git knows; what goes wrong there is said, never fatal.
pub(super) fn observe(context: &Context<'_>, stored: &mut StoredSession) -> String {
    match observe::take_in(context, stored) {
        Ok(text) => text,
        Err(error) => format!("Note: commits were not taken in: {}\n", error.message),
    }
}

fn finish_closing(context: &Context<'_>, stored: &mut StoredSession) -> Result<(), Error> {
    let done = Done { text: String::new(), due_before: None };
    finish(context, stored, done).map(drop)
}
