//! Whether Claude Code itself started this process, and not its agent's shell.
//!
//! This raises the bar for a forged answer; it is not a wall. A program of the
//! same user can do whatever the user can (see `docs/privacy.md`).

use deming_origin::{Process, ancestors, claude_code, peer_of_stdin};

/// How `hooks.json` calls this program; Claude Code leaves the variable to the shell.
const HOOK_LINE: &str = "\"${CLAUDE_PLUGIN_ROOT}/bin/deming-hook\"";

/// Says no whenever something points at anything but a hook.
pub(crate) fn is_claude_code() -> bool {
    // `…_harness` in hooks, `…_agent` in the agent's shell.
    let is_agent = std::env::var("AI_AGENT").is_ok_and(|it| it.ends_with("_agent"));
    let ancestors = ancestors();
    // Where the system does not tell about processes, the variable is all there is.
    let is_known = cfg!(target_os = "linux") || !ancestors.is_empty();
    !is_agent && (!is_known || fits(&ancestors, peer_of_stdin()))
}

/// A hook's parent is Claude Code, or the one shell that runs its command line;
/// its input comes by a socket that this Claude Code made. Neither can be had
/// in the agent's shell, not by `exec` and not by a heredoc.
fn fits(ancestors: &[Process], peer: Option<u32>) -> bool {
    let Some(claude) = claude_code(ancestors) else { return false };
    let is_hook = match &ancestors[..claude] {
        [] => true,
        [shell] => is_hook_shell(shell),
        _ => false,
    };
    is_hook && peer == Some(ancestors[claude].id)
}

/// `sh -c` with the line of `hooks.json`, and nothing more in it.
fn is_hook_shell(process: &Process) -> bool {
    let shells = ["sh", "dash", "bash", "zsh", "ash", "busybox"];
    let program = process.program.file_name().unwrap_or_default().to_string_lossy();
    let [_, option, line] = process.arguments.as_slice() else { return false };
    shells.contains(&program.as_ref())
        && option == "-c"
        && line.to_string_lossy().trim() == HOOK_LINE
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::*;

    const CLAUDE: &str = "/opt/claude-code/bin/claude.exe";

    fn process(id: u32, program: &str, arguments: &[&str]) -> Process {
        Process {
            id,
            program: PathBuf::from(program),
            arguments: arguments.iter().map(OsString::from).collect(),
            ..Process::default()
        }
    }

    fn hook_shell() -> Process {
        process(2, "/usr/bin/dash", &["/bin/sh", "-c", HOOK_LINE])
    }

    #[track_caller]
    fn check(ancestors: &[Process], peer: Option<u32>, want: bool) {
        assert_eq!(fits(ancestors, peer), want, "{ancestors:?}");
    }

    #[test]
    fn hook_is_told_by_its_shell_and_its_socket() {
        let claude = process(3, CLAUDE, &["claude"]);
        let person = process(4, "/usr/bin/zsh", &["zsh"]);
        check(&[hook_shell(), claude.clone(), person.clone()], Some(3), true);
        check(&[claude, person], Some(3), true);
    }

    #[test]
    fn shell_of_the_agent_is_no_hook() {
        let claude = process(3, CLAUDE, &["claude"]);
        let shell = process(2, "/usr/bin/bash", &["bash", "-c", "source x && eval '…'"]);
        check(&[shell.clone(), claude.clone()], Some(3), false);
        // `exec` in it, with a heredoc or a socket of its own.
        check(std::slice::from_ref(&claude), None, false);
        check(std::slice::from_ref(&claude), Some(9), false);
        // A program in it that plays the hook's shell, or Claude Code.
        check(&[hook_shell(), shell, claude.clone()], Some(3), false);
        let other = process(5, "/tmp/claude", &["claude"]);
        check(&[other.clone(), claude.clone()], Some(5), false);
        check(&[hook_shell(), other, claude], Some(5), false);
        check(&[], None, false);
    }
}
