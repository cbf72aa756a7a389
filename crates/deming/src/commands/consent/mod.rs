//! `deming consent`: what was agreed to, what was sent under it, and how to
//! take a yes back. Gives none.

mod list;
mod revoke;
mod standing_lines;

use crate::environment::Environment;
use crate::error::Error;

/// Lists what you agreed to send, and takes a yes back
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    List(list::Arguments),
    Revoke(revoke::Arguments),
}

/// # Errors
/// When the settings or the state cannot be read.
pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    match &arguments.step {
        Step::List(arguments) => list::run(environment, arguments),
        Step::Revoke(arguments) => revoke::run(environment, arguments),
    }
}
