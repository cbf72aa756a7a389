//! The commands that take something by standard input and record it.

use deming_core::render::session_report::steps;
use deming_core::session::event::{By, Event, What};
use deming_core::session::next_action::next_action;
use deming_core::session::state::State;
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
    record(context, is_human || told.is_humans(), |_| {
        let events = told.read(&input?);
        events.map_err(|error| Error::usage(error.to_string()).hint(error.hint()))
    })
}

#[derive(Debug, clap::Args)]
pub(super) struct ChangeArguments {
    /// Instead of the one that was chosen before
    #[arg(long)]
    replace: bool,
}

/// Takes the one change, and no second one unless that is said.
///
/// # Errors
/// As [`run`].
pub(super) fn change(context: &Context<'_>, arguments: &ChangeArguments) -> Result<Answer, Error> {
    let input = read_input("the change");
    record(context, true, |state| {
        if state.retro.change.is_some() && !arguments.replace {
            return Err(Error::usage("one change for next time was chosen already")
                .hint("if the human chooses another instead, run `pdca change --replace`"));
        }
        let events = Told::Change.read(&input?);
        events.map_err(|error| Error::usage(error.to_string()).hint(error.hint()))
    })
}

/// Leaves steps out, all for the same reason.
///
/// # Errors
/// As [`run`].
pub(super) fn defer(context: &Context<'_>, steps: &[u32]) -> Result<Answer, Error> {
    let input = read_input("the reason");
    record(context, false, |_| {
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
    record(context, false, |_| Ok(vec![What::StepStarted { step }]))
}

fn record(
    context: &Context<'_>,
    is_human: bool,
    events: impl FnOnce(&State) -> Result<Vec<What>, Error>,
) -> Result<Answer, Error> {
    let mut stored = match here::find(context)? {
        Found::One(stored) => stored,
        Found::None(answer) | Found::Several(answer) => return Ok(answer),
    };
    let mut text = here::observe(context, &mut stored);
    let due_before = next_action(&stored.state);
    let by = if is_human { By::Human } else { By::Agent };
    let told = events(&stored.state).and_then(|it| {
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
