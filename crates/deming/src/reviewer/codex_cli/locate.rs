//! Finds the Codex CLI: the native binary, also behind npm's Node launcher.
//!
//! Asking a binary for its version costs a process, so the answer is kept
//! until the file changes.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use deming_core::clean::clean_line;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::error::Error;
use crate::process::{self, End, Program};

/// The oldest version with `--ephemeral` and `--ignore-user-config`.
pub(crate) const MINIMUM: Version = Version(0, 122, 0);
/// The newest version that the tests run with.
pub(crate) const NEWEST_TESTED: Version = Version(0, 169, 0);

const INSTALL_HINT: &str = "install Codex: npm install -g @openai/codex";
const OFFLINE_HINT: &str = "or review without an account: --reviewer offline";
const CACHE: &str = "codex.json";
const CACHE_LIMIT: u64 = 64 * 1024;

/// A version of Codex, by its three numbers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub(crate) struct Version(pub u32, pub u32, pub u32);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// A Codex that can be run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Installation {
    /// As found on `PATH`.
    pub launcher: PathBuf,
    /// What is started: the native binary, or the launcher where there is none.
    pub program: PathBuf,
    /// Whether `program` is a script, which needs its interpreter from `PATH`.
    pub is_script: bool,
    pub version: Version,
}

/// A file, as long as nobody changes it.
#[derive(Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub(super) struct Binary {
    program: PathBuf,
    /// Nanoseconds since 1970.
    modified: u128,
    size: u64,
}

impl Binary {
    /// # Errors
    /// When the file cannot be looked at.
    pub(super) fn of(program: &Path) -> std::io::Result<Self> {
        let metadata = std::fs::metadata(program)?;
        let modified = metadata.modified().ok().and_then(|it| it.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            program: program.to_owned(),
            modified: modified.unwrap_or_default().as_nanos(),
            size: metadata.len(),
        })
    }
}

/// What was learned of a file.
#[derive(Debug, Eq, PartialEq, Serialize, Deserialize)]
struct Known {
    binary: Binary,
    version: Version,
}

/// Finds Codex on `PATH` and checks its version.
///
/// # Errors
/// When there is none, it does not run, or it is too old.
pub(crate) async fn locate(
    environment: &Environment,
    project: &Path,
) -> Result<Installation, Error> {
    let path = environment.variable("PATH").unwrap_or_default();
    let launcher = process::find("codex", path, project).ok_or_else(|| {
        let missing = Error::environment("the Codex CLI was not found on PATH");
        let missing = match process::passed_over("codex", path, project) {
            Some(inside) => missing.hint(format!(
                "`{}` is not used, since it lies in the project or PATH names its folder without a \
                 `/` in front; install Codex outside of the project",
                inside.display()
            )),
            None => missing.hint(INSTALL_HINT),
        };
        missing.hint(OFFLINE_HINT)
    })?;
    let program = native_binary(&launcher).unwrap_or_else(|| launcher.clone());
    let version = version_of(environment, &program).await?;
    if version < MINIMUM {
        let found = launcher.display();
        return Err(Error::environment(format!(
            "Codex {version} at `{found}` is too old; {MINIMUM} or newer is needed"
        ))
        .hint("update it: npm install -g @openai/codex@latest")
        .hint(OFFLINE_HINT));
    }
    let is_script = is_script(&program);
    Ok(Installation { launcher, program, is_script, version })
}

/// One that cannot be looked at may be a script as well.
fn is_script(program: &Path) -> bool {
    let mut start = [0; 2];
    let read = File::open(program).and_then(|mut it| it.read_exact(&mut start));
    read.is_err() || start == *b"#!"
}

/// The native binary that npm's launcher would start, if `launcher` is one.
///
/// Layout of the npm packages 0.98 to 0.169: the platform's package lies
/// beside or below `@openai/codex`, or its files inside of it.
fn native_binary(launcher: &Path) -> Option<PathBuf> {
    let script = launcher.canonicalize().ok()?;
    if script.file_name()? != "codex.js" {
        return None;
    }
    let (package, target) = platform()?;
    let own = script.parent()?.parent()?;
    let beside = own.ancestors().skip(1).map(|it| it.join("node_modules/@openai").join(package));
    let sibling = own.parent().map(|it| it.join(package));
    let below = own.join("node_modules/@openai").join(package);
    let homes = sibling.into_iter().chain([below, own.to_owned()]).chain(beside);
    let binaries = homes.flat_map(|home| {
        let vendor = home.join("vendor").join(target);
        [vendor.join("bin/codex"), vendor.join("codex/codex")]
    });
    binaries.into_iter().find(|it| it.is_file())
}

fn platform() -> Option<(&'static str, &'static str)> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some(("codex-linux-x64", "x86_64-unknown-linux-musl")),
        ("linux", "aarch64") => Some(("codex-linux-arm64", "aarch64-unknown-linux-musl")),
        ("macos", "x86_64") => Some(("codex-darwin-x64", "x86_64-apple-darwin")),
        ("macos", "aarch64") => Some(("codex-darwin-arm64", "aarch64-apple-darwin")),
        _ => None,
    }
}

async fn version_of(environment: &Environment, program: &Path) -> Result<Version, Error> {
    let shown = program.display();
    let broken = |reason: String| {
        Error::environment(format!("`{shown} --version` {reason}"))
            .hint("reinstall Codex: npm install -g @openai/codex")
            .hint(OFFLINE_HINT)
    };
    let binary = Binary::of(program).map_err(|error| broken(error.to_string()))?;
    let state = environment.state();
    let cached = state.read(CACHE, CACHE_LIMIT).ok().flatten();
    let known = cached.and_then(|bytes| serde_json::from_slice::<Known>(&bytes).ok());
    if let Some(known) = known
        && known.binary == binary
    {
        return Ok(known.version);
    }
    let asked = Program {
        path: program.to_owned(),
        arguments: vec!["--version".into()],
        variables: environment.for_child(&[]),
        folder: std::env::temp_dir(),
        stdin: Vec::new(),
    };
    let (finished, output) = process::capture(&asked, Duration::from_secs(20))
        .await
        .map_err(|error| broken(format!("did not start: {}", error.source)))?;
    let output = String::from_utf8_lossy(&output).into_owned();
    match (finished.end, parse_version(&output)) {
        (End::Exited(0), Some(version)) => {
            // Only a saving: the next run asks again when it cannot be kept.
            if let Ok(bytes) = serde_json::to_vec(&Known { binary, version }) {
                let _ = state.replace(CACHE, &bytes);
            }
            Ok(version)
        }
        (End::Exited(0), None) => Err(broken(format!("printed `{}`", clean_line(&output)))),
        (end, _) => Err(broken(end_words(end, &finished.stderr))),
    }
}

fn end_words(end: End, stderr: &str) -> String {
    let said = stderr.lines().map(str::trim).rfind(|it| !it.is_empty()).map(clean_line);
    let said = said.map(|it| format!(": {it}")).unwrap_or_default();
    match end {
        End::Exited(code) => format!("ended with exit code {code}{said}"),
        End::Signalled(signal) => format!("was killed by signal {signal}{said}"),
        End::DeadlinePassed | End::Stopped | End::Cancelled => "did not end".to_owned(),
    }
}

/// Reads `codex-cli 0.169.0`; a suffix such as `-alpha.1` is left out.
fn parse_version(output: &str) -> Option<Version> {
    let mut numbers = output.split_whitespace().nth(1)?.split(['.', '-', '+']);
    let mut next = || numbers.next()?.parse().ok();
    Some(Version(next()?, next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_by_number() {
        assert_eq!(parse_version("codex-cli 0.169.0\n"), Some(Version(0, 169, 0)));
        assert_eq!(parse_version("codex-cli 0.122.1-alpha.2"), Some(Version(0, 122, 1)));
        assert_eq!(parse_version("codex"), None);
        assert!(Version(0, 98, 0) < MINIMUM && MINIMUM < Version(1, 0, 0));
    }
}
