//! Runs git, and nothing else. Claude Code's limit for hooks is the deadline.

use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The variables that git gets; none that sends it to another repository.
const PASSED_ON: [&str; 8] = [
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "GIT_CONFIG_NOSYSTEM",
];

const HARDENED: [&str; 6] = [
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.quotePath=false",
    "--no-optional-locks",
];

/// Its standard output; `None` when it is not there or says no.
pub(super) fn output(folder: &Path, arguments: &[String]) -> Option<Vec<u8>> {
    let path = std::env::var_os("PATH")?;
    #[expect(clippy::disallowed_methods, reason = "the one child of the hook")]
    let output = std::process::Command::new(find(&path, folder)?)
        .args(HARDENED)
        .args(arguments)
        .env_clear()
        .env("PATH", &path)
        .envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs([("LC_MESSAGES", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0")])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}

/// A repository must not choose the program.
fn find(path: &std::ffi::OsStr, excluded: &Path) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute() && !folder.starts_with(excluded))
        .map(|folder| folder.join("git"))
        .find(|file| file.is_file())
}
