//! Claude Code's own sandbox around a command: nothing that Deming does for a
//! review works in it, so it is named instead of failing at each part.

use crate::environment::Environment;
use crate::error::Error;
use crate::launcher::Launcher;

/// What is wrong and what to do, if the sandbox runs this process.
///
/// As seen with Claude Code 2.1.197: the sandbox sets `SANDBOX_RUNTIME`, mounts
/// all but the project read-only, lets nobody out but through its own proxy and
/// ends all processes with the command. `excludedCommands` compares the first
/// word of a call without its quotes, and only a pattern with an end matches.
pub(crate) fn found(environment: &Environment) -> Option<Error> {
    environment.variable("SANDBOX_RUNTIME")?;
    let launcher = Launcher::find(environment).command("");
    let path = launcher.trim().trim_matches('"');
    let settings = environment.display(&environment.homes.claude.join("settings.json"));
    Some(
        Error::environment(
            "Claude Code's own sandbox runs this command: no state can be written, Codex has no \
             network, and a round would end with the command",
        )
        .hint(format!(
            "let the helper run outside of it: in {settings}, \
             \"sandbox\": {{ \"excludedCommands\": [\"{path}:*\"] }}"
        ))
        .hint("or run the command in a terminal of your own"),
    )
}
