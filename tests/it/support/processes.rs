//! The processes of a sandbox, found by the home that they were given.

use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use super::sandbox::Sandbox;

const PATIENCE: Duration = Duration::from_secs(10);

/// The ids of processes whose command line has all of these words.
pub(crate) fn of(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let home = format!("HOME={}\0", sandbox.home().display());
    let ids =
        fs::read_dir("/proc").unwrap().filter_map(|it| it.ok()?.file_name().into_string().ok());
    ids.filter(|id| id.bytes().all(|it| it.is_ascii_digit()))
        .filter(|id| {
            let read = |name: &str| {
                let bytes = fs::read(format!("/proc/{id}/{name}")).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            };
            let line = read("cmdline").replace('\0', " ");
            // A zombie has no command line any more.
            !line.is_empty()
                && words.iter().all(|it| line.contains(it))
                && read("environ").contains(&home)
        })
        .collect()
}

/// Waits until there is one, and gives its id.
#[track_caller]
pub(crate) fn wait_for(sandbox: &Sandbox, words: &[&str]) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(id) = of(sandbox, words).pop() {
            return id;
        }
        assert!(Instant::now() < end, "no process has {words:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until there is none.
#[track_caller]
pub(crate) fn wait_for_none(sandbox: &Sandbox, words: &[&str]) {
    let end = Instant::now() + PATIENCE;
    while !of(sandbox, words).is_empty() {
        assert!(Instant::now() < end, "a process with {words:?} is left");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Sends a signal, `TERM` say, to one process.
#[track_caller]
pub(crate) fn signal(id: &str, name: &str) {
    let status = Command::new("/bin/kill").args([&format!("-{name}"), id]).status();
    assert!(status.unwrap().success(), "no process {id}");
}
