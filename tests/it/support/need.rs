//! What a test needs beyond this repository: the real clients, tmux, and Python.
//!
//! Where one is missing the test says loudly that it was skipped; with `CI=true` it fails.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

pub(crate) const TMUX: &str = "tmux";

#[derive(Clone, Copy, Debug)]
pub(crate) enum Need {
    Claude,
    Codex,
    Tmux,
    Python,
}

impl Need {
    fn is_there(self) -> bool {
        match self {
            Self::Claude => claude().is_file(),
            Self::Codex => codex().is_file(),
            Self::Tmux => Command::new(TMUX)
                .arg("-V")
                .stdout(Stdio::null())
                .status()
                .is_ok_and(|it| it.success()),
            Self::Python => python().is_some(),
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Claude | Self::Codex => "run `tests/clients/install`",
            Self::Tmux => "install `tmux`",
            Self::Python => "install `python3`",
        }
    }
}

/// True where all of it is there; otherwise the test returns at once.
#[track_caller]
pub(crate) fn have(needs: &[Need]) -> bool {
    let missing: Vec<Need> = needs.iter().copied().filter(|it| !it.is_there()).collect();
    let Some(first) = missing.first() else { return true };
    let test = thread::current().name().unwrap_or("a test").to_owned();
    let line = format!("SKIPPED {test}: {missing:?} missing, {}", first.advice());
    assert!(env::var("CI").as_deref() != Ok("true"), "{line}");
    // Not a macro: those the test runner hides when a test passes.
    let _closed = writeln!(io::stderr(), "{line}");
    false
}

pub(crate) fn claude() -> PathBuf {
    clients().join(".bin/claude")
}

/// The npm launcher; the native binary lies behind it.
pub(crate) fn codex() -> PathBuf {
    clients().join(".bin/codex")
}

/// Python itself, behind whatever chooses a version of it.
pub(crate) fn python() -> Option<PathBuf> {
    let path = "import os, sys; print(os.path.realpath(sys.executable), end='')";
    let output = Command::new("python3").args(["-c", path]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned().into())
}

fn clients() -> PathBuf {
    env::var_os("DEMING_TEST_CLIENTS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/node_modules"),
        PathBuf::from,
    )
}
