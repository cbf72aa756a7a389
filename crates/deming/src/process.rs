//! The only place that starts programs.
//!
//! A child gets a process group of its own, exactly the environment that it is
//! given, and a deadline over the whole group; when we stop waiting, for
//! whatever reason, nothing of the group is left.

pub(crate) mod interactive;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// A program to run.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub path: PathBuf,
    pub arguments: Vec<OsString>,
    /// All that the child sees; nothing is inherited.
    pub variables: Vec<(OsString, OsString)>,
    pub folder: PathBuf,
    pub stdin: Vec<u8>,
}

/// How a child ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    Exited(i32),
    /// By a signal that was not ours.
    Signalled(i32),
    /// The deadline passed; the group was ended.
    DeadlinePassed,
    /// `on_line` asked for it; the group was ended.
    Stopped,
    /// The caller's cancellation came; the group was ended.
    Cancelled,
}

/// What is left of a child that ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub end: End,
    /// The last part of standard error, as text.
    pub stderr: String,
}

/// Whether to go on reading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Flow {
    Continue,
    Stop,
}

/// The program could not be started.
#[derive(Debug, thiserror::Error)]
#[error("start `{}`: {source}", path.display())]
pub(crate) struct StartError {
    path: PathBuf,
    pub source: io::Error,
}

/// How long a group that was asked to end may take before it is killed.
const GRACE: Duration = Duration::from_secs(1);
/// How much of standard error is kept, in bytes.
const STDERR_KEPT: usize = 64 * 1024;
/// The most that is read at once, in bytes.
const CHUNK: usize = 256 * 1024;
/// The longest line that is read, in bytes.
const LINE_LIMIT: u64 = 64 * 1024 * 1024;

/// Runs a program, its standard output line by line, until it ends, the
/// deadline passes, `on_line` says stop or `cancelled` completes.
///
/// # Errors
/// When it could not be started.
pub(crate) async fn run(
    program: &Program,
    deadline: Duration,
    cancelled: impl Future<Output = ()>,
    mut on_line: impl FnMut(&[u8]) -> Flow,
) -> Result<Finished, StartError> {
    let read = async |stdout: ChildStdout| {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut limited = (&mut reader).take(LINE_LIMIT);
            match limited.read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return Flow::Continue,
                Ok(_) if on_line(&line) == Flow::Stop => return Flow::Stop,
                Ok(_) => {}
            }
        }
    };
    supervise(program, deadline, cancelled, read).await
}

/// The same with the output in pieces as they come, for output that is much or
/// has no lines.
///
/// # Errors
/// When it could not be started.
pub(crate) async fn run_chunks(
    program: &Program,
    deadline: Duration,
    cancelled: impl Future<Output = ()>,
    mut on_chunk: impl FnMut(&[u8]),
) -> Result<Finished, StartError> {
    let read = async |mut stdout: ChildStdout| {
        let mut chunk = vec![0; CHUNK];
        loop {
            match stdout.read(&mut chunk).await {
                Ok(0) | Err(_) => return Flow::Continue,
                Ok(length) => on_chunk(&chunk[..length]),
            }
        }
    };
    supervise(program, deadline, cancelled, read).await
}

async fn supervise(
    program: &Program,
    deadline: Duration,
    cancelled: impl Future<Output = ()>,
    read: impl AsyncFnOnce(ChildStdout) -> Flow,
) -> Result<Finished, StartError> {
    let deadline = Instant::now() + deadline;
    let mut child = start(program)?;
    let group = Group::of(&child);
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let mut stderr = child.stderr.take();

    let mut kept = Vec::new();
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A child that ends without reading is judged by how it ends.
            let _ = stdin.write_all(&program.stdin).await;
        }
    };
    let drain = async {
        let mut chunk = [0; 8192];
        while let Some(stderr) = &mut stderr {
            match stderr.read(&mut chunk).await {
                Ok(0) | Err(_) => break,
                Ok(length) => {
                    kept.extend_from_slice(&chunk[..length]);
                    let excess = kept.len().saturating_sub(STDERR_KEPT);
                    kept.drain(..excess);
                }
            }
        }
    };
    let read = async {
        match stdout {
            Some(stdout) => read(stdout).await,
            None => Flow::Continue,
        }
    };
    let whole = async {
        let mut all = std::pin::pin!(async { tokio::join!(feed, drain, read).2 });
        tokio::select! {
            flow = &mut all => match flow {
                Flow::Stop => None,
                Flow::Continue => Some(child.wait().await),
            },
            status = child.wait() => {
                // Something of the group may hold the pipes open for ever.
                match timeout(GRACE, all).await {
                    Ok(Flow::Stop) => None,
                    Ok(Flow::Continue) | Err(_) => Some(status),
                }
            }
        }
    };
    let end = tokio::select! {
        biased;
        () = cancelled => End::Cancelled,
        ended = whole => match ended {
            Some(status) => end_of(status),
            None => End::Stopped,
        },
        () = sleep_until(deadline) => End::DeadlinePassed,
    };
    match end {
        End::Exited(_) | End::Signalled(_) => {}
        End::DeadlinePassed | End::Stopped | End::Cancelled => {
            group.signal(Signal::INT);
            // An orderly end lets Codex remove what it has on disk.
            let _ = timeout(GRACE, child.wait()).await;
        }
    }
    group.end(&mut child).await;
    Ok(Finished { end, stderr: String::from_utf8_lossy(&kept).into_owned() })
}

/// Runs a program to its end and gives its whole standard output.
///
/// # Errors
/// When it could not be started.
pub(crate) async fn capture(
    program: &Program,
    deadline: Duration,
) -> Result<(Finished, Vec<u8>), StartError> {
    let mut output = Vec::new();
    let never = std::future::pending();
    let finished = run(program, deadline, never, |line| {
        output.extend_from_slice(line);
        Flow::Continue
    })
    .await?;
    Ok((finished, output))
}

/// Starts a program that outlives us, with nothing of ours attached. Its input
/// is handed over before this returns.
///
/// The program must make itself the leader of a session of its own
/// ([`lead_session`]) as its first act.
///
/// # Errors
/// When it could not be started.
pub(crate) fn detach(program: &Program) -> Result<(), StartError> {
    #[expect(clippy::disallowed_methods, reason = "this module is the place for it")]
    let mut command = std::process::Command::new(&program.path);
    command
        .args(&program.arguments)
        .env_clear()
        .envs(program.variables.iter().cloned())
        .current_dir(&program.folder)
        .stdin(if program.stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let not_started = |source| StartError { path: program.path.clone(), source };
    let mut child = command.spawn().map_err(not_started)?;
    match child.stdin.take() {
        Some(mut stdin) => stdin.write_all(&program.stdin).map_err(not_started),
        None => Ok(()),
    }
}

/// Leaves the session and the process group of whoever started us.
pub(crate) fn lead_session() {
    // Refused only to a process that leads its group already: then we are free.
    let _ = rustix::process::setsid();
}

/// The first executable file called `name` on `path`, leaving out relative
/// entries and those inside `excluded`: a repository must not choose programs.
pub(crate) fn find(name: &str, path: &std::ffi::OsStr, excluded: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute() && !folder.starts_with(excluded))
        .map(|folder| folder.join(name))
        .find(|file| {
            std::fs::metadata(file)
                .is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
        })
}

/// The program of that name which `find` passes over, since it lies in a folder
/// that somebody else may have filled.
pub(crate) fn passed_over(name: &str, path: &std::ffi::OsStr, excluded: &Path) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder| !folder.is_absolute() || folder.starts_with(excluded))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn start(program: &Program) -> Result<Child, StartError> {
    #[expect(clippy::disallowed_methods, reason = "this module is the place for it")]
    let mut command = Command::new(&program.path);
    command
        .args(&program.arguments)
        .env_clear()
        .envs(program.variables.iter().cloned())
        .current_dir(&program.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    command.spawn().map_err(|source| StartError { path: program.path.clone(), source })
}

fn end_of(status: io::Result<ExitStatus>) -> End {
    use std::os::unix::process::ExitStatusExt;
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => End::Exited(code),
            (None, signal) => End::Signalled(signal.unwrap_or_default()),
        },
        // Its status is lost, so it cannot count as a success.
        Err(_) => End::Signalled(0),
    }
}

/// The process group of a child; killed when dropped.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|it| i32::try_from(it).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// Says whether there was anybody to signal.
    fn signal(&self, signal: Signal) -> bool {
        self.0.is_some_and(|group| kill_process_group(group, signal).is_ok())
    }

    /// Kills what is left and waits, shortly, until it is gone.
    async fn end(mut self, leader: &mut Child) {
        self.signal(Signal::KILL);
        let _ = leader.wait().await;
        for _ in 0..50 {
            if !self.signal(Signal::KILL) {
                break;
            }
            sleep(Duration::from_millis(2)).await;
        }
        // The number may soon be somebody else's.
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
