//! One process, as `/proc` describes it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A process above this one. What may not be read of it is empty.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Process {
    pub id: u32,
    /// The file that it runs.
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// What it was started with, not what it changed since.
    pub variables: Option<Vec<(OsString, OsString)>>,
    /// When it was started, by the clock as it is now.
    pub started: Option<SystemTime>,
}

impl Process {
    /// Whether it is Claude Code, by the file that it runs or the script that
    /// `node` or `bun` runs for it.
    pub fn is_claude_code(&self) -> bool {
        names_claude_code(&self.program) || self.script().is_some_and(names_claude_code)
    }

    /// Whether it only starts Claude Code and waits for it.
    pub(crate) fn is_claude_codes_launcher(&self) -> bool {
        self.script().is_some_and(|it| it.ends_with("cli-wrapper.cjs"))
    }

    /// What `node` or `bun` runs.
    fn script(&self) -> Option<&Path> {
        let is_runtime = self.program.file_name().is_some_and(|it| it == "node" || it == "bun");
        let script = self.arguments.iter().skip(1).find(|it| !starts_with_hyphen(it));
        script.filter(|_| is_runtime).map(Path::new)
    }

    /// A variable that it was started with.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let variables = self.variables.as_ref()?;
        variables.iter().find(|it| it.0 == name).map(|it| it.1.as_os_str())
    }

    /// Whether what it was started with could be read.
    pub fn has_variables(&self) -> bool {
        self.variables.is_some()
    }
}

fn starts_with_hyphen(argument: &OsStr) -> bool {
    argument.as_encoded_bytes().starts_with(b"-")
}

/// As npm, the native installer and the editors' extensions place it. A folder
/// that is only called `claude`, a home say, does not make a program Claude Code.
fn names_claude_code(program: &Path) -> bool {
    let text = program.to_string_lossy();
    // The kernel says so of a program that an update replaced while it ran.
    let path = Path::new(text.trim_end_matches(" (deleted)"));
    let is_named =
        path.file_name().is_some_and(|it| ["claude", "claude.exe"].iter().any(|name| it == *name));
    let is_package = path.components().any(|it| {
        let name = it.as_os_str().to_string_lossy();
        name == "claude-code" || name.starts_with("anthropic.claude-code")
    });
    is_named || is_package || text.contains("/claude/versions/")
}

/// The parent of the process with this name in `/proc`.
#[cfg(target_os = "linux")]
pub(crate) fn parent_of(id: &str) -> Option<Process> {
    use std::os::unix::ffi::OsStringExt;

    let parts = |bytes: Vec<u8>| -> Vec<OsString> {
        let parts = bytes.split(|&it| it == 0).filter(|it| !it.is_empty());
        parts.map(|it| OsString::from_vec(it.to_vec())).collect()
    };
    let id: u32 = stat_field(id, 1)?.parse().ok()?;
    if id == 0 {
        return None;
    }
    let program = std::fs::read_link(format!("/proc/{id}/exe")).unwrap_or_default();
    let arguments = std::fs::read(format!("/proc/{id}/cmdline")).map(parts).unwrap_or_default();
    let variables = std::fs::read(format!("/proc/{id}/environ")).map(parts).ok();
    let variables = variables.map(|it| it.iter().filter_map(|it| variable(it)).collect());
    let ticks = stat_field(&id.to_string(), 19).and_then(|it| it.parse().ok());
    let started = ticks.and_then(time_of);
    Some(Process { id, program, arguments, variables, started })
}

/// A field of `/proc/…/stat` behind the name: 0 is the state, 1 the parent, 19
/// the start in clock ticks since the system came up.
#[cfg(target_os = "linux")]
fn stat_field(id: &str, index: usize) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name may hold anything but the last `)`.
    stat.rsplit_once(") ")?.1.split(' ').nth(index).map(str::to_owned)
}

#[cfg(target_os = "linux")]
fn time_of(ticks: u64) -> Option<SystemTime> {
    use std::time::Duration;

    let per_second = rustix::param::clock_ticks_per_second().max(1);
    let since_boot = Duration::from_millis(ticks.checked_mul(1000)? / per_second);
    let uptime = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let uptime =
        Duration::new(u64::try_from(uptime.tv_sec).ok()?, u32::try_from(uptime.tv_nsec).ok()?);
    SystemTime::now().checked_sub(uptime.checked_sub(since_boot)?)
}

#[cfg(target_os = "linux")]
fn variable(text: &OsStr) -> Option<(OsString, OsString)> {
    use std::os::unix::ffi::OsStrExt;

    let bytes = text.as_bytes();
    let at = bytes.iter().position(|&it| it == b'=')?;
    let part = |bytes: &[u8]| OsStr::from_bytes(bytes).to_owned();
    Some((part(&bytes[..at]), part(&bytes[at + 1..])))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn parent_of(_: &str) -> Option<Process> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(program: &str, arguments: &[&str], want: bool) {
        let process = Process {
            program: PathBuf::from(program),
            arguments: arguments.iter().map(OsString::from).collect(),
            ..Process::default()
        };
        assert_eq!(process.is_claude_code(), want, "{process:?}");
    }

    #[test]
    fn claude_code_is_known_however_it_was_installed() {
        check("/usr/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe", &["claude"], true);
        check("/home/u/.local/share/claude/versions/2.1.197", &["claude"], true);
        check("/home/u/.local/share/claude/versions/2.1.1 (deleted)", &["claude"], true);
        check("/opt/claude (deleted)", &["claude"], true);
        check("/usr/bin/node", &["node", "--no-warnings", "/usr/local/bin/claude"], true);
        check("/e/anthropic.claude-code-2.1.0/resources/native-binary/claude", &[], true);
    }

    #[test]
    fn programs_of_a_person_called_claude_are_not_claude_code() {
        check("/home/claude/.local/bin/zsh", &["zsh"], false);
        check("/usr/bin/node", &["node", "/home/claude/server.js"], false);
        check("/usr/bin/bash", &["bash", "/usr/local/bin/claude"], false);
        check("/opt/claude-desktop/claude-desktop", &[], false);
        check("", &[], false);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn ancestors_are_nearest_first_with_what_they_were_started_with() {
        let ancestors = crate::ancestors();
        assert_eq!(ancestors[0].id, std::os::unix::process::parent_id());
        assert!(ancestors[0].has_variables(), "{:?}", ancestors[0]);
        assert!(ancestors[0].variable("PATH").is_some());
        let age = std::time::SystemTime::now().duration_since(ancestors[0].started.unwrap());
        assert!(age.is_ok_and(|it| it.as_secs() < 24 * 3600), "{:?}", ancestors[0].started);
    }
}
