//! Runs one child to its end or its deadline and keeps what it said.
//!
//! The whole process group ends with it, so that no test leaves a process behind.

use std::{
    io::{Read, Write},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

/// How long a child that has ended may go on holding its output open.
const DRAIN: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Finished {
    /// `None`: killed at the deadline.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// `None`: killed, by a signal or at the deadline.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.and_then(|it| it.code())
    }

    /// Stdout of a child that must have succeeded.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!(self.code(), Some(0), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self.stdout
    }
}

/// Runs a command of a sandbox, which leads a process group of its own.
#[track_caller]
pub(crate) fn finish(command: &mut Command, stdin: &[u8], deadline: Duration) -> Finished {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap_or_else(|it| panic!("`{command:?}` does not start: {it}"));
    attend(child, stdin, deadline)
}

/// Feeds and drains a child whose three streams are pipes, until it ends or must.
#[track_caller]
pub(crate) fn attend(mut child: Child, stdin: &[u8], deadline: Duration) -> Finished {
    let mut input = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    thread::spawn(move || {
        // A child that does not read its input is free not to.
        let _closed = input.write_all(&stdin);
    });
    let stdout = read_all(child.stdout.take().unwrap());
    let stderr = read_all(child.stderr.take().unwrap());
    let status = wait_until(&mut child, Instant::now() + deadline);
    kill_group(child.id());
    if status.is_none() {
        let _killed = child.wait();
    }
    Finished { status, stdout: drained(&stdout), stderr: drained(&stderr) }
}

/// `None` at the deadline.
fn wait_until(child: &mut Child, end: Instant) -> Option<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if end <= Instant::now() {
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn read_all(mut stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _cut = stream.read_to_end(&mut bytes);
        let _nobody_waits = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

#[track_caller]
fn drained(output: &Receiver<String>) -> String {
    output
        .recv_timeout(DRAIN)
        .unwrap_or_else(|_| panic!("a process that was left behind holds the output open"))
}

/// An empty group is no error.
fn kill_group(group: u32) {
    let _none_left = Command::new("/bin/sh")
        .args(["-c", &format!("kill -KILL -{group}")])
        .stderr(Stdio::null())
        .status();
}
