//! Holds `docs/commands.md` to the commands that there are. Only a test.

use clap::{Command, CommandFactory as _};

use crate::cli::Cli;

const COMMANDS: &str = include_str!("../../../docs/commands.md");

/// The names of all commands that people see: `deming refine open`.
fn names(command: &Command, before: &str) -> Vec<String> {
    let visible = command.get_subcommands().filter(|it| !it.is_hide_set());
    visible
        .flat_map(|it| {
            let name = format!("{before} {}", it.get_name());
            let below = names(it, &name);
            if below.is_empty() { vec![name] } else { below }
        })
        .collect()
}

#[test]
fn every_command_has_its_section() {
    let headings: Vec<&str> = COMMANDS.lines().filter(|it| it.starts_with("##")).collect();
    let missing: Vec<String> = names(&Cli::command(), "deming")
        .into_iter()
        .filter(|name| !headings.iter().any(|it| it.contains(&format!("`{name}`"))))
        .collect();
    assert!(missing.is_empty(), "docs/commands.md has no heading for {missing:?}");
}

#[test]
fn every_section_has_its_command() {
    let names = names(&Cli::command(), "deming");
    let headed = COMMANDS
        .lines()
        .filter(|it| it.starts_with("##"))
        .flat_map(|it| it.split('`').skip(1).step_by(2))
        .filter(|it| it.starts_with("deming "));
    let gone: Vec<&str> = headed.filter(|it| !names.iter().any(|name| name == it)).collect();
    assert!(gone.is_empty(), "docs/commands.md has a heading for {gone:?}");
}

#[test]
fn every_option_is_described() {
    fn options(command: &Command) -> Vec<String> {
        let own = command.get_arguments().filter(|it| !it.is_hide_set());
        let own = own.filter_map(|it| it.get_long()).map(|it| format!("`--{it}"));
        let below = command.get_subcommands().filter(|it| !it.is_hide_set());
        own.chain(below.flat_map(options)).collect()
    }
    let missing: Vec<String> =
        options(&Cli::command()).into_iter().filter(|it| !COMMANDS.contains(it.as_str())).collect();
    assert!(missing.is_empty(), "docs/commands.md does not name {missing:?}");
}
