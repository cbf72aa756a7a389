//! The shell around `deming-core`: the command line, files, processes and the
//! terminal. Decisions about plans and sessions are made in the core.

mod address;
mod caller;
mod claude_sandbox;
mod cli;
mod commands;
#[cfg(test)]
mod documented;
mod drive;
mod environment;
mod error;
mod exit;
mod git;
mod git_history;
mod interrupt;
mod launcher;
mod lesson_store;
mod log_file;
mod outbound;
mod output;
mod process;
mod project;
mod prompt_store;
mod repository_settings;
mod review_log;
mod review_store;
mod reviewer;
mod secrets;
mod sent;
mod session_log;
mod session_store;
mod settings;
mod settings_error;
mod tasks;
mod terminal;

use std::ffi::OsString;

use clap::Parser;
use clap::error::ErrorKind as ClapErrorKind;

use cli::{Cli, Command};
use environment::Environment;
use error::Error;

/// Runs one command and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return answer_clap(&error),
    };
    match dispatch(cli.command) {
        Ok(code) => output::exit_code(code),
        Err(error) => {
            output::error(&error);
            error.kind.exit_code()
        }
    }
}

fn dispatch(command: Command) -> Result<u8, Error> {
    let environment = Environment::read()?;
    match command {
        Command::Review(arguments) => commands::review::run(&environment, &arguments),
        Command::Refine(arguments) => commands::refine::run(&environment, &arguments),
        Command::Pdca(arguments) => commands::pdca::run(&environment, &arguments),
        Command::Recall(arguments) => commands::recall::run(&environment, &arguments),
        Command::Prompts(arguments) => commands::prompts::run(&environment, &arguments),
        Command::Metrics(arguments) => commands::metrics::run(&environment, &arguments),
        Command::Scan(arguments) => commands::scan::run(&environment, &arguments),
        Command::Config(arguments) => commands::config::run(&environment, &arguments),
        Command::Consent(arguments) => commands::consent::run(&environment, &arguments),
        Command::Doctor(arguments) => commands::doctor::run(&environment, &arguments),
    }
}

/// Waits for the outside, on this thread.
fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::environment(format!("the runtime did not start: {error}")))?;
    runtime.block_on(work)
}

/// Help and version are answers; everything else is a usage error.
#[expect(clippy::wildcard_enum_match_arm, reason = "the rest are all usage errors")]
fn answer_clap(error: &clap::Error) -> u8 {
    let text = error.render().to_string();
    match error.kind() {
        ClapErrorKind::DisplayHelp | ClapErrorKind::DisplayVersion => {
            output::print(&text);
            output::exit_code(exit::DONE)
        }
        _ => {
            output::usage(&text);
            exit::USAGE
        }
    }
}
