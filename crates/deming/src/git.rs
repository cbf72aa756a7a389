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
    let (branch, remote) = tokio::join!(
        output(environment, folder, &["symbolic-ref", "--short", "-q", "HEAD"]),
        output(environment, folder, &["config", "--get", "remote.origin.url"]),
    );
    let line = |bytes: Option<Vec<u8>>| {
        let text = String::from_utf8_lossy(&bytes?).trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let branch = line(branch);
    let detached_at = match branch {
        Some(_) => None,
        None => line(output(environment, folder, &["rev-parse", "--short", "-q", "HEAD"]).await),
    };
    Place { branch, detached_at, remote_name: line(remote).and_then(|it| repository_name(&it)) }
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
    fn names_of_remotes() {
        let name = |address: &str| repository_name(address);
        assert_eq!(name("git@github.com:owner/my-api.git"), Some("my-api".to_owned()));
        assert_eq!(name("https://example.com/owner/my-api/"), Some("my-api".to_owned()));
        assert_eq!(name("/srv/git/my-api.git"), Some("my-api".to_owned()));
        assert_eq!(name("/"), None);
        assert_eq!(name("https://example.com/owner/.."), None);
    }
}
