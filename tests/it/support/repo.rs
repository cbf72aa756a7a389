//! Small git repositories with fixed authors and dates, so that commit hashes repeat.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::{finished::finish, sandbox::Sandbox};

pub(crate) struct Repo<'a> {
    sandbox: &'a Sandbox,
    path: PathBuf,
    n_commits: u32,
}

impl<'a> Repo<'a> {
    /// An empty repository in the sandbox's working folder, on the branch `main`.
    pub(crate) fn new(sandbox: &'a Sandbox, name: &str) -> Self {
        let path = sandbox.work().join(name);
        fs::create_dir_all(&path).unwrap();
        let repo = Self { sandbox, path, n_commits: 0 };
        repo.git(&["init", "--quiet", "--initial-branch", "main"]);
        repo
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Commits all that changed, one minute after the commit before, and returns the hash.
    #[track_caller]
    pub(crate) fn commit(&mut self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.n_commits += 1;
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git in it and returns what it printed, trimmed.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let date =
            format!("2026-01-19T{:02}:{:02}:00Z", 9 + self.n_commits / 60, self.n_commits % 60);
        let mut command: Command = self.sandbox.command("git");
        command
            .args(["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"])
            .args(arguments)
            .current_dir(&self.path);
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), "Author")
                .env(format!("GIT_{role}_EMAIL"), "author@example.invalid")
                .env(format!("GIT_{role}_DATE"), &date);
        }
        finish(&mut command, b"", Duration::from_secs(20)).success().trim().to_owned()
    }
}
