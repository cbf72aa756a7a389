//! One run of `deming`, with everything that it says compared.
//!
//! Status 0 and silence are what a test expects unless it says otherwise, and
//! all mismatches are shown at once.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use super::{
    finished::{Finished, attend, finish},
    normal::normalise,
    sandbox::Sandbox,
    terminal::Terminal,
};

const DEADLINE: Duration = Duration::from_secs(60);

#[must_use]
pub(crate) struct Deming<'a> {
    sandbox: &'a Sandbox,
    program: PathBuf,
    folder: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(String, OsString)>,
    stdin: Vec<u8>,
    answers: Option<Vec<(String, String)>>,
    status: i32,
    stdout: String,
    stderr: String,
    terminal: String,
}

impl<'a> Deming<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox) -> Self {
        Self {
            sandbox,
            program: PathBuf::from(env!("CARGO_BIN_EXE_deming")),
            folder: sandbox.work(),
            arguments: Vec::new(),
            environment: Vec::new(),
            stdin: Vec::new(),
            answers: None,
            status: 0,
            stdout: String::new(),
            stderr: String::new(),
            terminal: String::new(),
        }
    }

    /// Another program under the same rules, `deming-hook` or a launcher.
    pub(crate) fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    pub(crate) fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = folder.as_ref().to_owned();
        self
    }

    pub(crate) fn args<I: IntoIterator<Item: Into<OsString>>>(mut self, arguments: I) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Gives it a terminal; when `question` is to be read there, `keys` are typed. Stdin stays a pipe.
    pub(crate) fn answer(mut self, question: &str, keys: &str) -> Self {
        let answer = (question.to_owned(), keys.to_owned());
        self.answers.get_or_insert_default().push(answer);
        self
    }

    pub(crate) fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn stdout(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdout);
        self
    }

    pub(crate) fn stderr(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stderr);
        self
    }

    /// What the terminal shows in the end, typed answers included.
    pub(crate) fn terminal(mut self, text: &str) -> Self {
        text.clone_into(&mut self.terminal);
        self
    }

    /// Runs it and compares status, stdout, stderr and terminal.
    #[track_caller]
    pub(crate) fn run(self) {
        let (finished, terminal) = self.finish();
        let status = finished.code().map_or_else(|| "killed".to_owned(), |it| it.to_string());
        let compared = [
            ("status", self.status.to_string(), status),
            ("stdout", self.stdout, self.sandbox.normalise(&finished.stdout)),
            ("stderr", self.stderr, self.sandbox.normalise(&finished.stderr)),
            ("terminal", self.terminal, self.sandbox.normalise(&terminal)),
        ];
        let mismatches: Vec<String> = compared
            .iter()
            .map(|(what, want, got)| (what, want, normalise(got)))
            .filter(|(_, want, got)| *want != got)
            .map(|(what, want, got)| {
                format!("--- {what}, wanted:\n{want}\n--- {what}, got:\n{got}\n")
            })
            .collect();
        assert!(mismatches.is_empty(), "`deming {:?}`\n{}", self.arguments, mismatches.concat());
    }

    /// Runs it without a judgement, for tests that look into the output.
    #[track_caller]
    pub(crate) fn output(self) -> Finished {
        self.finish().0
    }

    #[track_caller]
    fn finish(&self) -> (Finished, String) {
        let Some(answers) = &self.answers else {
            let mut command = self.sandbox.command(&self.program);
            return (finish(self.prepare(&mut command), &self.stdin, DEADLINE), String::new());
        };
        // The terminal makes the session, so the command must not.
        let mut command = Command::new(&self.program);
        command.env_clear().envs(self.sandbox.environment());
        self.prepare(&mut command);
        let (pty, pts) = pty_process::blocking::open().unwrap();
        let child = pty_process::blocking::Command::from(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn(pts)
            .unwrap();
        let terminal = Terminal::start(pty, answers.clone());
        let finished = attend(child, &self.stdin, DEADLINE);
        (finished, terminal.transcript())
    }

    fn prepare<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .args(&self.arguments)
            .envs(self.environment.iter().cloned())
            .current_dir(&self.folder)
    }
}

/// The hook binary, built beside `deming` from the sources as they are now.
pub(crate) fn deming_hook() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            let deming = Path::new(env!("CARGO_BIN_EXE_deming"));
            let target = deming.ancestors().nth(2).unwrap();
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--quiet", "--offline", "--package", "deming-hook"]);
            cargo.arg("--target-dir").arg(target);
            if deming.ancestors().nth(1).is_some_and(|it| it.ends_with("release")) {
                cargo.arg("--release");
            }
            assert!(cargo.status().unwrap().success(), "deming-hook does not build");
            deming.with_file_name("deming-hook")
        })
        .clone()
}
