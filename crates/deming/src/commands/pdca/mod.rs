//! `deming pdca …`: the session behind `/pdca-start`, `/pdca` and
//! `/pdca-retro`, one step a call.
//!
//! Every answer says what happened and ends with the one command to run next.
//! Expected states exit with 0, because they serve a chat.

mod answer;
mod close;
mod here;
mod lint;
mod look;
mod observe;
mod start;
mod tell;
mod words;

use deming_core::session::event::Phase;

use crate::environment::Environment;
use crate::error::Error;
use crate::launcher::Launcher;
use crate::session_store::SessionStore;
use crate::{exit, output};

use answer::Answer;
use tell::Tell;

/// The Plan-Do-Check-Act session behind /pdca-start, /pdca and /pdca-retro
///
/// A session belongs to a working tree: analysis, a test-first plan, steps,
/// a completion check and a retrospective, with a log that is written after
/// every call. Every answer ends with the command to run next. What is told
/// comes by standard input, in fields such as `Reason: …`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// The session [default: the open one of this working tree]
    #[arg(long, global = true, value_name = "ID")]
    session: Option<String>,

    /// One JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Start(start::Arguments),
    /// Says in three lines where the session stands, and changes nothing
    Status,
    Next(look::NextArguments),
    /// Takes the objective: what, for whom, why
    Objective(Tell),
    /// Takes a new estimate, with a reason
    Estimate(Tell),
    /// Takes approach, patterns and files
    Analysis(Tell),
    /// Takes steps, checkpoints, acceptance criteria and risks
    Plan(Tell),
    /// Links the plan's review, an id of `deming refine list`
    Reviewed(look::ReviewedArguments),
    /// Takes the human's words that end a phase
    Confirm(PhaseArguments),
    /// Goes back to an earlier phase, with a reason
    Back(PhaseArguments),
    /// Starts, finishes or defers a step
    Step(StepArguments),
    /// Takes a note
    Note(Tell),
    /// Takes a deviation from the plan: what, reason, impact
    Deviation(Tell),
    /// Takes what the human stopped: what, said, why
    Intervention,
    /// Takes the human's words at a checkpoint
    Checkpoint(CheckpointArguments),
    /// Takes the human's answer to a question
    Decide,
    /// Takes the completion check: status, ready, criteria with evidence
    Check(Tell),
    /// Takes what worked, what could be better, the top learning
    Retro(Tell),
    /// Takes the one change for next time that the human chose
    Change(tell::ChangeArguments),
    /// Takes patterns, insights and refactoring chances
    Knowledge(Tell),
    /// Takes lessons and the next improvement
    Lessons(Tell),
    /// Closes the session, with the human's words
    Close,
    /// Closes it before its end, with the human's reason
    Abandon,
    Reopen(close::ReopenArguments),
    /// Prints the log, of the newest session here if none is open
    Log,
    /// Lists the sessions of all projects
    List,
    Lint(lint::Arguments),
}

#[derive(Debug, clap::Args)]
struct PhaseArguments {
    #[arg(value_enum)]
    phase: PhaseName,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum PhaseName {
    Analysis,
    Planning,
    Doing,
    Checking,
}

impl PhaseName {
    fn phase(self) -> Phase {
        match self {
            Self::Analysis => Phase::Analysis,
            Self::Planning => Phase::Planning,
            Self::Doing => Phase::Doing,
            Self::Checking => Phase::Checking,
        }
    }
}

#[derive(Debug, clap::Args)]
struct CheckpointArguments {
    /// The number of the step after which it comes
    step: u32,
}

#[derive(Debug, clap::Args)]
struct StepArguments {
    #[command(subcommand)]
    what: StepWhat,
}

#[derive(Debug, clap::Subcommand)]
enum StepWhat {
    /// Starts a step: what happens from now on belongs to it
    Start {
        /// Its number in the plan
        step: u32,
    },
    /// Finishes a step, or its test; takes what was done, one `- ` line each
    Done {
        /// The first number of a pair is its test, the second its implementation
        step: u32,
    },
    /// Leaves steps out, with a reason
    Defer {
        /// Their numbers in the plan
        #[arg(required = true)]
        steps: Vec<u32>,
    },
}

/// What every step works with.
struct Context<'a> {
    environment: &'a Environment,
    store: SessionStore,
    launcher: Launcher,
    /// The session that was named, instead of the one of this working tree.
    session: Option<&'a str>,
}

pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let context = Context {
        environment,
        store: SessionStore::new(environment),
        launcher: Launcher::find(environment),
        session: arguments.session.as_deref(),
    };
    match said(&context, &arguments.command, arguments.json)? {
        Said::Answer(answer) => {
            let answer = *answer;
            output::print(&if arguments.json { answer.json() } else { answer.render() });
            Ok(exit::DONE)
        }
        Said::Plain { text, code } => {
            output::print(&text);
            Ok(code)
        }
    }
}

/// What a call prints: an answer with what to do next, or a text as it is.
enum Said {
    Answer(Box<Answer>),
    Plain { text: String, code: u8 },
}

fn said(context: &Context<'_>, command: &Command, is_json: bool) -> Result<Said, Error> {
    use deming_core::session::told::Told;
    let told = |told, tell: &Tell| tell::run(context, told, tell.human);
    let humans = |told| tell::run(context, told, true);
    let answer = match command {
        Command::Start(arguments) => start::run(context, arguments),
        Command::Status => look::status(context),
        Command::Next(arguments) => look::next(context, arguments),
        Command::Objective(tell) => told(Told::Objective, tell),
        Command::Estimate(tell) => told(Told::Estimate, tell),
        Command::Analysis(tell) => told(Told::Analysis, tell),
        Command::Plan(tell) => told(Told::Plan, tell),
        Command::Reviewed(arguments) => look::reviewed(context, arguments),
        Command::Confirm(it) => humans(Told::Confirmation(it.phase.phase())),
        Command::Back(it) => tell::run(context, Told::Back(it.phase.phase()), false),
        Command::Step(it) => match &it.what {
            StepWhat::Start { step } => tell::start_step(context, *step),
            StepWhat::Done { step } => tell::run(context, Told::Done(*step), false),
            StepWhat::Defer { steps } => tell::defer(context, steps),
        },
        Command::Note(tell) => told(Told::Note, tell),
        Command::Deviation(tell) => told(Told::Deviation, tell),
        Command::Intervention => humans(Told::Intervention),
        Command::Checkpoint(it) => humans(Told::Checkpoint(it.step)),
        Command::Decide => humans(Told::Decision),
        Command::Check(tell) => told(Told::Check, tell),
        Command::Retro(tell) => told(Told::Retro, tell),
        Command::Change(arguments) => tell::change(context, arguments),
        Command::Knowledge(tell) => told(Told::Knowledge, tell),
        Command::Lessons(tell) => told(Told::Lessons, tell),
        Command::Close => humans(Told::Closing),
        Command::Abandon => humans(Told::Abandonment),
        Command::Reopen(arguments) => close::reopen(context, arguments),
        Command::List if is_json => {
            return Ok(Said::Plain { text: look::list_json(context)?, code: exit::DONE });
        }
        Command::List => look::list(context),
        Command::Log => {
            let log = look::log(context)?;
            let text = match is_json {
                true => format!("{}\n", serde_json::json!({ "version": 1, "log": log })),
                false => log,
            };
            return Ok(Said::Plain { text, code: exit::DONE });
        }
        Command::Lint(arguments) => {
            let (text, code) = lint::run(context, arguments, is_json)?;
            return Ok(Said::Plain { text, code });
        }
    };
    Ok(Said::Answer(Box::new(answer?)))
}
