//! Who started this process: a person, Claude Code, or the shell of its agent.
//!
//! It reads what the kernel says and never what the process was told. Where
//! there is no `/proc` it knows nothing, and its answers say so.

mod process;

pub use process::Process;

/// The processes above this one, the nearest first. Empty where the system
/// does not tell.
pub fn ancestors() -> Vec<Process> {
    /// More would be a circle.
    const MOST: usize = 128;
    let first = process::parent_of("self");
    std::iter::successors(first, |it| process::parent_of(&it.id.to_string())).take(MOST).collect()
}

/// Which of the processes above this one is the Claude Code that a person
/// started: the outermost, since an agent can start another one, or anything
/// that is called so, and give it whatever it likes.
pub fn claude_code(ancestors: &[Process]) -> Option<usize> {
    let outermost = ancestors.iter().rposition(Process::is_claude_code)?;
    // Where npm could not put the program in place, a script starts it.
    let inner = outermost.checked_sub(1).filter(|&it| ancestors[it].is_claude_code());
    Some(inner.filter(|_| ancestors[outermost].is_claude_codes_launcher()).unwrap_or(outermost))
}

/// The process that made the socket on standard input; `None` when standard
/// input is a pipe, a file or a terminal, or the system does not tell.
#[cfg(target_os = "linux")]
pub fn peer_of_stdin() -> Option<u32> {
    let peer = rustix::net::sockopt::socket_peercred(std::io::stdin()).ok()?;
    u32::try_from(peer.pid.as_raw_nonzero().get()).ok()
}

#[cfg(not(target_os = "linux"))]
pub fn peer_of_stdin() -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::*;

    #[track_caller]
    fn check(programs: &[&str], want: Option<usize>) {
        let process = |line: &&str| Process {
            program: PathBuf::from(line.split(' ').next().unwrap_or_default()),
            arguments: line.split(' ').map(OsString::from).collect(),
            ..Process::default()
        };
        let ancestors: Vec<Process> = programs.iter().map(process).collect();
        assert_eq!(claude_code(&ancestors), want, "{programs:?}");
    }

    #[test]
    fn the_claude_code_that_counts_is_the_outermost() {
        check(&["/usr/bin/bash", "/opt/claude", "/usr/bin/zsh"], Some(1));
        check(&["/tmp/claude", "/opt/claude", "/usr/bin/zsh"], Some(1));
        check(&["/tmp/claude", "/usr/bin/bash", "/opt/claude"], Some(2));
        check(&["/usr/bin/bash", "/usr/bin/zsh"], None);
        let script = "/usr/bin/node /usr/lib/claude-code/cli-wrapper.cjs";
        check(&["/usr/bin/bash", "/usr/lib/claude-code/claude", script], Some(1));
        check(&["/usr/bin/bash", script], Some(1));
    }
}
