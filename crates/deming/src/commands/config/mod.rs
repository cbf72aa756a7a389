//! `deming config`: the person's settings file, shown, edited and checked.
//! Nothing but the person's own editor changes it.

mod check;
mod edit;
mod show;
mod template;

use crate::environment::Environment;
use crate::error::Error;

/// Shows, edits and checks your settings
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Your settings are `config.yaml` in Deming's folder, ~/.claude/deming unless
DEMING_HOME or CLAUDE_CONFIG_DIR moves it. docs/settings.md lists every key.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    Show(show::Arguments),
    Edit(edit::Arguments),
    Check(check::Arguments),
}

/// # Errors
/// When the settings cannot be used, or the editor cannot be started.
pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    match &arguments.step {
        Step::Show(arguments) => show::run(environment, arguments),
        Step::Edit(arguments) => edit::run(environment, arguments),
        Step::Check(arguments) => check::run(environment, arguments),
    }
}
