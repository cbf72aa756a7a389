//! The only place that runs git: hardened against the person's configuration,
//! so that its output can be read.

use std::path::Path;
use std::time::Duration;

use crate::environment::Environment;
use crate::process::{self, End, Program};

/// What a log says about where it was made.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Place {
    /// `None` on a detached HEAD, without git or outside of a working tree.
    pub branch: Option<String>,
    /// The short hash of a detached HEAD.
    pub detached_at: Option<String>,
    /// The name of the `origin` remote's repository.
    pub remote_name: Option<String>,
}

const DEADLINE: Duration = Duration::from_secs(20);
/// The longest file HEAD that is read, in bytes; a branch's name is shorter.
const HEAD_LIMIT: u64 = 64 * 1024;

/// Options before the subcommand: no pager, no file system monitor, no quoting
/// of paths, whatever the person's configuration says.
pub(crate) const HARDENED: [&str; 9] = [
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.quotePath=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "color.ui=false",
];

/// A hardened call of git in `folder`; `None` when git is not installed.
pub(crate) fn program(
    environment: &Environment,
    folder: &Path,
    arguments: &[&str],
) -> Option<Program> {
    let path = environment.variable("PATH").unwrap_or_default();
    let git = process::find("git", path, folder)?;
    let mut variables = environment.for_child(&[]);
    // Messages are read; the encoding of paths must stay what it is.
    for (name, value) in
        [("LC_MESSAGES", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0")]
    {
        variables.push((name.into(), value.into()));
    }
    Some(Program {
        path: git,
        arguments: HARDENED.iter().chain(arguments).map(Into::into).collect(),
        variables,
        folder: folder.to_owned(),
        stdin: Vec::new(),
    })
}

/// Runs git and gives its output, or `None` when it says no.
pub(crate) async fn output(
    environment: &Environment,
    folder: &Path,
    arguments: &[&str],
) -> Option<Vec<u8>> {
    let program = program(environment, folder, arguments)?;
    let (finished, output) = process::capture(&program, DEADLINE).await.ok()?;
    (finished.end == End::Exited(0)).then_some(output)
}

/// The branch and the remote's name.
pub(crate) async fn place(environment: &Environment, folder: &Path) -> Place {
    let line = |bytes: Option<Vec<u8>>| {
        let text = String::from_utf8_lossy(&bytes?).trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let asked = async {
        match branch_in(folder) {
            Some(branch) => Some(branch),
            None => {
                line(output(environment, folder, &["symbolic-ref", "--short", "-q", "HEAD"]).await)
            }
        }
    };
    let (branch, remote) = tokio::join!(
        asked,
        output(environment, folder, &["config", "--get", "remote.origin.url"]),
    );
    let detached_at = match branch {
        Some(_) => None,
        None => line(output(environment, folder, &["rev-parse", "--short", "-q", "HEAD"]).await),
    };
    Place { branch, detached_at, remote_name: line(remote).and_then(|it| repository_name(&it)) }
}

/// The branch by the file HEAD of a working tree, since each call of git costs a
/// chat more than all that is said here; `None` where the file does not say it.
///
/// Format: `ref: refs/heads/NAME`, gitrepository-layout(5). Where references are
/// kept otherwise the name is `.invalid`.
fn branch_in(folder: &Path) -> Option<String> {
    let path = deming_store::git_folder(folder)?.join("HEAD");
    let text = String::from_utf8(deming_store::read_bounded(&path, HEAD_LIMIT).ok()?).ok()?;
    let name = text.strip_prefix("ref: refs/heads/")?.trim_end();
    (!name.is_empty() && name != ".invalid").then(|| name.to_owned())
}

/// The whole hash of a commit; `None` where git has none that begins so.
pub(crate) async fn commit(environment: &Environment, folder: &Path, hash: &str) -> Option<String> {
    let name = format!("{hash}^{{commit}}");
    let arguments = ["rev-parse", "--verify", "-q", &name];
    let hash = output(environment, folder, &arguments).await?;
    Some(String::from_utf8_lossy(&hash).trim().to_owned())
}

/// The commit that is checked out; `None` before the first one and without git.
pub(crate) async fn head(environment: &Environment, folder: &Path) -> Option<String> {
    let hash = output(environment, folder, &["rev-parse", "--verify", "-q", "HEAD"]).await?;
    let hash = String::from_utf8_lossy(&hash).trim().to_owned();
    (!hash.is_empty()).then_some(hash)
}

/// The e-mail address that commits here are made with; `None` where none is set.
pub(crate) async fn email(environment: &Environment, folder: &Path) -> Option<String> {
    let email = output(environment, folder, &["config", "--get", "user.email"]).await?;
    let email = String::from_utf8_lossy(&email).trim().to_owned();
    (!email.is_empty()).then_some(email)
}

/// The last part of a remote's address, without `.git`.
fn repository_name(address: &str) -> Option<String> {
    let path = address.trim_end_matches('/');
    let name = path.rsplit(['/', ':', '\\']).next()?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    // `..` names nothing.
    name.contains(|it| it != '.').then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branch_stands_in_the_file_head() {
        let folder = tempfile::tempdir().unwrap();
        let check = |text: &str, want: Option<&str>| {
            let git = deming_store::Folder::new(folder.path().join(".git"));
            git.replace("HEAD", text.as_bytes()).unwrap();
            assert_eq!(branch_in(folder.path()).as_deref(), want, "{text}");
        };
        check("ref: refs/heads/main\n", Some("main"));
        check("ref: refs/heads/fix/über-1\n", Some("fix/über-1"));
        check("ref: refs/heads/.invalid\n", None);
        check("ref: refs/remotes/origin/main\n", None);
        check("3f9c2a1e3f9c2a1e3f9c2a1e3f9c2a1e3f9c2a1e\n", None);
    }

    #[test]
    fn names_of_remotes() {
        let name = |address: &str| repository_name(address);
        assert_eq!(name("git@github.com:owner/my-api.git"), Some("my-api".to_owned()));
        assert_eq!(name("https://example.com/owner/my-api/"), Some("my-api".to_owned()));
        assert_eq!(name("/srv/git/my-api.git"), Some("my-api".to_owned()));
        assert_eq!(name("/"), None);
        assert_eq!(name("https://example.com/owner/.."), None);
    }
}
