//! Whether Claude Code itself started this process, and not its agent's shell.
//!
//! This raises the bar for a forged answer; it is not a wall. A program of the
//! same user can do whatever the user can (see `docs/privacy.md`).

/// Says no whenever something points at the shell tool.
pub(crate) fn is_claude_code() -> bool {
    // `…_harness` in hooks, `…_agent` in the agent's shell.
    let is_agent = std::env::var("AI_AGENT").is_ok_and(|it| it.ends_with("_agent"));
    !is_agent && parents_fit()
}

/// How `hooks.json` calls this program; Claude Code leaves the variable to the shell.
#[cfg(target_os = "linux")]
const HOOK_LINE: &str = "\"${CLAUDE_PLUGIN_ROOT}/bin/deming-hook\"";

/// A hook's parent is Claude Code, or the one shell that runs its command line.
#[cfg(target_os = "linux")]
fn parents_fit() -> bool {
    use std::path::PathBuf;

    struct Parent {
        id: u32,
        program: PathBuf,
        arguments: Vec<String>,
    }

    fn parent_of(id: &str) -> Option<Parent> {
        // `pid (name) state ppid …`; the name may hold anything but the last `)`.
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let id = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
        let program = std::fs::read_link(format!("/proc/{id}/exe")).ok()?;
        let line = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
        let arguments = line
            .split(|&it| it == 0)
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .filter(|it| !it.is_empty());
        Some(Parent { id, program, arguments: arguments.collect() })
    }

    fn is_claude(parent: &Parent) -> bool {
        let named = |text: &str| text.to_ascii_lowercase().contains("claude");
        let is_node = parent.program.file_name().is_some_and(|it| it == "node" || it == "bun");
        named(&parent.program.to_string_lossy())
            || (is_node && parent.arguments.iter().take(2).any(|it| named(it)))
    }

    /// `sh -c` with the line of `hooks.json`, and nothing more in it.
    fn is_hook_shell(parent: &Parent) -> bool {
        let shells = ["sh", "dash", "bash", "zsh", "ash", "busybox"];
        let program = parent.program.file_name().unwrap_or_default().to_string_lossy();
        let [_, option, line] = parent.arguments.as_slice() else { return false };
        shells.contains(&program.as_ref()) && option == "-c" && line.trim() == HOOK_LINE
    }

    let Some(parent) = parent_of("self") else { return false };
    if !is_hook_shell(&parent) {
        return is_claude(&parent);
    }
    parent_of(&parent.id.to_string()).is_some_and(|it| is_claude(&it))
}

#[cfg(not(target_os = "linux"))]
fn parents_fit() -> bool {
    true
}
