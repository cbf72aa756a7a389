//! The helper behind the slash commands. This file only wires.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(deming::run(std::env::args_os()))
}
