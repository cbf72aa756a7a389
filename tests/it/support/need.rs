//! What a test needs beyond this repository: the real clients, and tmux.
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
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Claude | Self::Codex => "run `tests/clients/install`",
            Self::Tmux => "install `tmux`",
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

fn clients() -> PathBuf {
    env::var_os("DEMING_TEST_CLIENTS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/node_modules"),
        PathBuf::from,
    )
}
