//! A program in a terminal, typed into and read by means of tmux.
//!
//! Each screen has a tmux server of its own, on a socket of its own, that ends with it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{need::TMUX, sandbox::Sandbox};

const COLUMNS: &str = "160";
/// Enough for a whole review: a newer Claude Code leaves nothing to scroll back to.
const ROWS: &str = "200";
const MARK: char = '❯';
const MAX_ENTERS: usize = 4;
const MAX_POLLS: usize = 60;
const MAX_OPTIONS: usize = 12;
const HANG_UP: Duration = Duration::from_secs(3);
const SETTLE: Duration = Duration::from_millis(150);

/// The last screen of a program that has ended can still be read.
const SETTINGS: &str = "set -g history-limit 20000\nset -g remain-on-exit on\n";

pub(crate) struct Screen {
    socket: PathBuf,
    settings: PathBuf,
}

impl Screen {
    /// Starts `program` in `folder` with the environment given and nothing else.
    pub(crate) fn start(
        sandbox: &Sandbox,
        folder: &Path,
        program: &[String],
        environment: &[(String, String)],
    ) -> Self {
        static N_SCREENS: AtomicUsize = AtomicUsize::new(0);
        let n = N_SCREENS.fetch_add(1, Ordering::SeqCst);
        let settings = sandbox.write("tmux.conf", SETTINGS);
        let this = Self { socket: sandbox.root().join(format!("tmux-{n}")), settings };
        let mut command =
            vec!["env".to_owned(), "-i".to_owned(), "TERM=screen-256color".to_owned()];
        command.extend(environment.iter().map(|(name, value)| format!("{name}={value}")));
        command.extend_from_slice(program);
        let folder = folder.display().to_string();
        let mut arguments =
            vec!["new-session", "-d", "-s", "it", "-x", COLUMNS, "-y", ROWS, "-c", &folder, "--"];
        arguments.extend(command.iter().map(String::as_str));
        this.tmux(&arguments);
        this
    }

    /// Types a message and sends it. One with line ends is pasted, behind the
    /// command that it may begin with: a pasted command is none.
    #[track_caller]
    pub(crate) fn submit(&self, text: &str) {
        let empty = marked_line(&self.settle());
        if text.contains('\n') {
            let command = text.starts_with('/').then(|| text.split_once(' ')).flatten();
            if let Some((command, _)) = command {
                self.tmux(&["send-keys", "-t", "it", "-l", "--", &format!("{command} ")]);
                assert!(self.leaves(&empty, MAX_POLLS), "nothing can be typed:\n{}", self.screen());
                self.settle();
            }
            let pasted = command.map_or(text, |it| it.1);
            self.tmux(&["set-buffer", "-b", "it", "--", pasted]);
            self.tmux(&["paste-buffer", "-p", "-d", "-b", "it", "-t", "it"]);
        } else {
            self.tmux(&["send-keys", "-t", "it", "-l", "--", text]);
        }
        assert!(self.leaves(&empty, MAX_POLLS), "nothing can be typed:\n{}", self.screen());
        let typed = marked_line(&self.settle());
        // An Enter is ignored while a paste is taken in; the input line tells.
        for _ in 0..MAX_ENTERS {
            self.tmux(&["send-keys", "-t", "it", "Enter"]);
            if self.leaves(&typed, MAX_POLLS / MAX_ENTERS) {
                return;
            }
        }
        panic!("`{text}` was typed and not taken:\n{}", self.screen());
    }

    /// Types into a dialog that is open, without an Enter.
    pub(crate) fn type_text(&self, text: &str) {
        self.settle();
        self.tmux(&["send-keys", "-t", "it", "-l", "--", text]);
    }

    /// A key by its tmux name: `Enter`, `Escape`, `Down`, `C-c`.
    pub(crate) fn press(&self, key: &str) {
        self.settle();
        self.tmux(&["send-keys", "-t", "it", key]);
    }

    /// Moves to the option that begins with `label`, and takes it.
    #[track_caller]
    pub(crate) fn select(&self, label: &str) {
        for _ in 0..MAX_OPTIONS {
            let screen = self.settle();
            let options: Vec<(u32, &str)> = screen.lines().filter_map(option).collect();
            let wanted = options.iter().rfind(|it| it.1.starts_with(label));
            let marked = marked_line(&screen);
            let (Some((wanted, _)), Some((here, _))) = (wanted, marked.as_deref().and_then(option))
            else {
                break;
            };
            if *wanted == here {
                self.press("Enter");
                return;
            }
            self.press(if *wanted < here { "Up" } else { "Down" });
            // A key more before this one is drawn would lead past it.
            assert!(self.leaves(&marked, MAX_POLLS), "the mark stays:\n{}", self.screen());
        }
        panic!("`{label}` is not among the options:\n{}", self.screen());
    }

    /// What is visible now.
    pub(crate) fn screen(&self) -> String {
        let output = self.tmux(&["capture-pane", "-p", "-t", "it"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The visible part and what was scrolled out of it, wrapped lines joined.
    pub(crate) fn scrollback(&self) -> String {
        let output = self.tmux(&["capture-pane", "-p", "-J", "-S", "-", "-t", "it"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until `text` is visible, and returns that screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str, timeout: Duration) -> String {
        let end = Instant::now() + timeout;
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return screen;
            }
            assert!(Instant::now() < end, "`{text}` did not appear within {timeout:?}:\n{screen}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn leaves(&self, marked: &Option<String>, n_polls: usize) -> bool {
        (0..n_polls).any(|_| {
            thread::sleep(SETTLE);
            marked_line(&self.screen()) != *marked
        })
    }

    /// Waits until the program has drawn what the last keys did; a key before that is lost.
    fn settle(&self) -> String {
        let end = Instant::now() + SETTLE * 20;
        let mut last = self.screen();
        while Instant::now() < end {
            thread::sleep(SETTLE);
            let screen = self.screen();
            if screen == last {
                break;
            }
            last = screen;
        }
        last
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        Command::new(TMUX)
            .arg("-f")
            .arg(&self.settings)
            .arg("-S")
            .arg(&self.socket)
            .args(arguments)
            .env_remove("TMUX")
            .output()
            .unwrap()
    }
}

impl Drop for Screen {
    /// Hangs up, and returns when the program has written its last file.
    fn drop(&mut self) {
        let output = self.tmux(&["display-message", "-p", "-t", "it", "#{pane_pid}"]);
        let process = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        self.tmux(&["kill-server"]);
        if process.is_empty() {
            return;
        }
        let end = Instant::now() + HANG_UP;
        while is_running(&process) {
            if end < Instant::now() {
                let _gone = Command::new("/bin/kill").args(["-KILL", &process]).output();
                break;
            }
            thread::sleep(SETTLE / 5);
        }
    }
}

/// The option that is marked, or the line that is typed into.
fn marked_line(screen: &str) -> Option<String> {
    screen.lines().rfind(|it| it.trim_start().starts_with(MARK)).map(str::to_owned)
}

/// `❯ 2. Yes` is the second option, `Yes`.
fn option(line: &str) -> Option<(u32, &str)> {
    let (number, label) = line.trim_start_matches([' ', MARK]).split_once(". ")?;
    Some((number.parse().ok()?, label))
}

fn is_running(process: &str) -> bool {
    Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output()
        .is_ok_and(|it| !it.stdout.is_empty() && !it.stdout.starts_with(b"Z"))
}
