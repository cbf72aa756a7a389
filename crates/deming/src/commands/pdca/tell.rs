//! The commands that take something by standard input and record it.

use deming_core::render::session_report::steps;
use deming_core::session::event::{By, Event, What};
use deming_core::session::next_action::next_action;
use deming_core::session::told::Told;

use super::answer::Answer;
use super::here::{self, Done, Found};
use super::{Context, words};
use crate::commands::refine::read_input;
use crate::error::{Error, ErrorKind};

#[derive(Debug, clap::Args)]
pub(super) struct Tell {
    /// These are the human's words, passed on
    #[arg(long)]
    pub(super) human: bool,
}

/// Records what standard input says.
///
/// # Errors
/// When the session cannot be read or written.
pub(super) fn run(context: &Context<'_>, told: Told, is_human: bool) -> Result<Answer, Error> {
    let input = read_input("what is to be recorded");
    record(context, is_human || told.is_humans(), || {
        let events = told.read(&input?);
        events.map_err(|error| Error::usage(error.to_string()).hint(error.hint()))
    })
}

/// Leaves steps out, all for the same reason.
///
/// # Errors
/// As [`run`].
pub(super) fn defer(context: &Context<'_>, steps: &[u32]) -> Result<Answer, Error> {
    let input = read_input("the reason");
    record(context, false, || {
        let input = input?;
        let events = steps.iter().map(|&step| Told::Deferral(step).read(&input));
        let events = events.collect::<Result<Vec<_>, _>>();
        let events = events.map_err(|error| Error::usage(error.to_string()).hint(error.hint()))?;
        Ok(events.concat())
    })
}

/// Starts a step, which takes no words.
///
/// # Errors
/// As [`run`].
pub(super) fn start_step(context: &Context<'_>, step: u32) -> Result<Answer, Error> {
    record(context, false, || Ok(vec![What::StepStarted { step }]))
}

fn record(
    context: &Context<'_>,
    is_human: bool,
    events: impl FnOnce() -> Result<Vec<What>, Error>,
) -> Result<Answer, Error> {
    let mut stored = match here::find(context)? {
        Found::One(stored) => stored,
        Found::None(answer) | Found::Several(answer) => return Ok(answer),
    };
    let mut text = here::observe(context, &mut stored);
    let due_before = next_action(&stored.state);
    let by = if is_human { By::Human } else { By::Agent };
    let told = events().and_then(|it| {
        let mut said = words::recorded(&it);
        let has_steps = it.iter().any(|it| matches!(it, What::PlanSet { steps: Some(_), .. }));
        stored.record(it.into_iter().map(|it| Event::new(by, it)).collect())?;
        if has_steps {
            said.push_str(&steps(&stored.state));
        }
        Ok(said)
    });
    match told {
        Ok(said) => {
            text.push_str(&said);
            here::finish(context, &mut stored, Done { text, due_before: Some(due_before) })
        }
        Err(error) if error.kind == ErrorKind::Usage => {
            let done = Done { text, due_before: Some(due_before) };
            Ok(here::finish(context, &mut stored, done)?.after_refusal(&error))
        }
        Err(error) => Err(error),
    }
}
