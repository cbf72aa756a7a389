//! `deming refine …`: the loop behind `/refine-plan-codex`, one step a call.
//!
//! Every answer says where the review stands and ends with the one command to
//! run next. Expected states exit with 0, because they serve a chat.

mod accept;
mod answers;
mod cancel;
mod consent;
mod due;
mod ended;
mod hand_over;
mod list;
mod nobody;
mod open;
mod payload;
mod resume;
mod revise;
mod send;
mod show;
mod summary;
mod words;
mod worker;

use std::io::{IsTerminal, Read};

use crate::caller::Caller;
use crate::claude_sandbox::found;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::launcher::Launcher;
use crate::review_store::ReviewStore;
use crate::settings::Settings;
use crate::{exit, output};

/// The loop behind /refine-plan-codex, one step a call
///
/// A review is opened with a task and a plan, sent to the reviewer after a
/// human's yes, revised, and sent again, until it is approved, accepted,
/// stopped or cancelled. Every answer ends with the command to run next.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    Open(open::Arguments),
    Send(send::Arguments),
    Wait(send::WaitArguments),
    Revise(revise::Arguments),
    Accept(accept::Arguments),
    Cancel(cancel::Arguments),
    Resume(resume::Arguments),
    Status(resume::StatusArguments),
    List(list::Arguments),
    Show(show::Arguments),
    Prune(list::PruneArguments),
    #[command(hide = true)]
    Worker(worker::Arguments),
}

impl Step {
    /// Whether it writes, or talks to anybody.
    fn needs_the_machine(&self) -> bool {
        match self {
            Self::Status(_) | Self::List(_) | Self::Show(_) => false,
            Self::Open(_)
            | Self::Send(_)
            | Self::Wait(_)
            | Self::Revise(_)
            | Self::Accept(_)
            | Self::Cancel(_)
            | Self::Resume(_)
            | Self::Prune(_)
            | Self::Worker(_) => true,
        }
    }
}

/// What every step works with.
struct Context<'a> {
    environment: &'a Environment,
    settings: Settings,
    store: ReviewStore,
    launcher: Launcher,
    caller: Caller,
}

pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let context = Context {
        environment,
        settings: Settings::read(environment)?,
        store: ReviewStore::new(environment),
        launcher: Launcher::find(environment),
        caller: Caller::find(environment),
    };
    if let [first, ..] = context.caller.moved_folders(environment).as_slice() {
        return Err(Error::usage(format!("{first} was set for this one call"))
            .hint("run the command exactly as `Next:` gives it")
            .hint("whoever wants another folder sets it before Claude Code is started"));
    }
    if let Some(error) = arguments.step.needs_the_machine().then(|| found(environment)).flatten() {
        output::print(&Answer::in_sandbox(&context, &error).render());
        return Ok(exit::DONE);
    }
    match take(&context, &arguments.step) {
        Ok(text) => output::print(&text),
        Err(error) if error.kind == ErrorKind::Usage && context.caller.is_agent() => {
            // A chat has to go on from a wrong id as well.
            let hints = error.hints.iter().map(|it| context.launcher.respell(it)).collect();
            let next = context.launcher.command("refine status");
            output::print(&format!("Next: {next}\n"));
            return Err(Error { hints, ..error });
        }
        Err(error) => return Err(error),
    }
    Ok(exit::DONE)
}

fn take(context: &Context<'_>, step: &Step) -> Result<String, Error> {
    let answer = match step {
        Step::Open(arguments) => open::run(context, arguments)?,
        Step::Send(arguments) => send::run(context, arguments)?,
        Step::Wait(arguments) => send::wait(context, arguments)?,
        Step::Revise(arguments) => revise::run(context, arguments)?,
        Step::Accept(arguments) => accept::run(context, arguments)?,
        Step::Cancel(arguments) => cancel::run(context, arguments)?,
        Step::Resume(arguments) => resume::run(context, arguments)?,
        Step::Status(arguments) => return resume::status(context, arguments),
        Step::List(arguments) => return list::run(context, arguments),
        Step::Show(arguments) => return show::run(context, arguments),
        Step::Prune(arguments) => list::prune(context, arguments)?,
        Step::Worker(arguments) => worker::run(context, arguments)?,
    };
    Ok(answer.render())
}

/// What a step tells the agent and the human.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Answer {
    /// What happened, for both to read.
    text: String,
    /// What the agent has to do besides running `next`.
    instruction: Option<String>,
    /// The one command to run next.
    next: Option<String>,
}

impl Answer {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), instruction: None, next: None }
    }

    /// Why nothing works where we are, and how to get out.
    fn in_sandbox(context: &Context<'_>, error: &Error) -> Self {
        let todo = due::todo(context, error);
        let text = format!("Nothing was done or sent: {}.\n{todo}", error.message);
        let instruction = Some("tell the human, and go on only when they say so.".to_owned());
        Self { text, instruction, next: None }
    }

    /// The same, behind the reason why what was handed over was not taken.
    fn after_refusal(self, context: &Context<'_>, error: &Error) -> Self {
        let text = format!("Not taken, and nothing was changed: {}.\n", error.message);
        Self { text: format!("{text}{}", due::todo(context, error)), ..self }
    }

    /// The same for several reasons, so that all of them are mended at once.
    fn after_refusals(self, context: &Context<'_>, errors: &[Error]) -> Self {
        if let [error] = errors {
            return self.after_refusal(context, error);
        }
        let mut text =
            format!("Not taken, and nothing was changed, for {} reasons:\n\n", errors.len());
        for error in errors {
            text.push_str(&format!("- {}\n", error.message));
            for line in due::todo(context, error).lines() {
                text.push_str(&format!("  {line}\n"));
            }
        }
        Self { text: format!("{text}\n{}", self.text), ..self }
    }

    fn render(&self) -> String {
        let mut text = self.text.trim_end().to_owned();
        text.push('\n');
        if let Some(instruction) = &self.instruction {
            text.push_str(&format!("\nTo do: {instruction}\n"));
        }
        if let Some(next) = &self.next {
            text.push_str(&format!("\nNext: {next}\n"));
        }
        text
    }
}

/// The largest text that an agent may hand over, in bytes.
const INPUT_LIMIT: u64 = 1_000_000;

/// Reads what the agent handed over by standard input.
pub(crate) fn read_input(what: &str) -> Result<String, Error> {
    if std::io::stdin().is_terminal() {
        output::progress(&format!("Type {what} here; end it with Ctrl-D."));
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(INPUT_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::usage(format!("standard input cannot be read: {error}")))?;
    if INPUT_LIMIT < bytes.len() as u64 {
        return Err(Error::usage(format!("there is more than {INPUT_LIMIT} bytes of {what}"))
            .hint("shorten it"));
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::usage("standard input is not UTF-8"))?;
    if text.trim().is_empty() {
        return Err(Error::usage(format!("standard input is empty; it takes {what}"))
            .hint("pass it by a quoted heredoc: <<'DEMING_EOF' … DEMING_EOF"));
    }
    Ok(text)
}

/// Splits at the first first-level heading: what stands before, and the plan.
fn split_at_plan(input: &str) -> (&str, &str) {
    let mut start = 0;
    for line in input.split_inclusive('\n') {
        if line.starts_with("# ") {
            return (&input[..start], &input[start..]);
        }
        start += line.len();
    }
    (input, "")
}
