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
