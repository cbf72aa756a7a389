//! What the process was started with, read once.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use deming_store::{Folder, Homes};

use crate::error::Error;
use crate::project::Project;

/// The variables, folders and names that decide where things are.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    pub homes: Homes,
    /// The folder that the command was typed in.
    pub folder: PathBuf,
    variables: BTreeMap<OsString, OsString>,
}

/// Variables that a repository's own Claude settings could set to lead a
/// person's settings, logins or logs astray; they are always named.
const OVERRIDES: [&str; 3] = ["DEMING_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME"];

/// What a child process may see of our environment: enough to run, to reach
/// the network as the person does, and to find the keychain; no credentials.
const PASSED_ON: [&str; 32] = [
    "ALL_PROXY",
    "CODEX_CA_CERTIFICATE",
    "CODEX_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOGNAME",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "PATH",
    "SHELL",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

impl Environment {
    /// Reads the process' environment.
    ///
    /// # Errors
    /// When there is no home folder or no current folder.
    pub(crate) fn read() -> Result<Self, Error> {
        let folder = std::env::current_dir().map_err(|error| {
            Error::environment(format!("the current folder cannot be read: {error}"))
                .hint("change to a folder that exists")
        })?;
        Self::new(std::env::vars_os().collect(), folder)
    }

    /// # Errors
    /// When `HOME` is not an absolute path.
    pub(crate) fn new(
        variables: BTreeMap<OsString, OsString>,
        folder: PathBuf,
    ) -> Result<Self, Error> {
        let variable = |name: &str| variables.get(OsStr::new(name)).cloned();
        let homes = Homes::find(variable, &folder).ok_or_else(|| {
            Error::environment("HOME is not set to an absolute path")
                .hint("set HOME to your home folder")
        })?;
        Ok(Self { homes, folder, variables })
    }

    /// The folder of our state and settings.
    pub(crate) fn state(&self) -> Folder {
        Folder::new(&self.homes.deming)
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|it| !it.is_empty())
    }

    /// The names of the folder variables in force, with what they say.
    pub(crate) fn overrides(&self) -> Vec<(&'static str, String)> {
        let defaults =
            ["claude/deming", "claude", "codex"].map(|it| self.homes.home.join(format!(".{it}")));
        let pairs = OVERRIDES.into_iter().zip(defaults);
        let set = pairs.filter_map(|(name, default)| {
            let value = self.variable(name)?;
            (Path::new(value) != default).then(|| (name, value.to_string_lossy().into_owned()))
        });
        set.collect()
    }

    /// A folder variable in force that leads into the project, if there is
    /// one: then it may be the repository's, and the settings with it.
    pub(crate) fn override_into_project(&self) -> Option<&'static str> {
        let project = Project::around(&self.folder);
        let leads_into = |name: &str| {
            let path = match name {
                "DEMING_HOME" => &self.homes.deming,
                "CODEX_HOME" => &self.homes.codex,
                _ => &self.homes.claude,
            };
            let path = path.canonicalize().unwrap_or_else(|_| path.clone());
            path.starts_with(&project.root)
        };
        self.overrides().into_iter().map(|(name, _)| name).find(|it| leads_into(it))
    }

    /// What a child process gets to see; credentials are added by name.
    pub(crate) fn for_child(&self, credentials: &[&str]) -> Vec<(OsString, OsString)> {
        let names = PASSED_ON.iter().chain(credentials);
        let value = |name: &str| {
            let value = self.variable(name)?;
            // The child runs in another folder, where a relative path means another place.
            let is_codex = name == "CODEX_HOME";
            Some(if is_codex { self.homes.codex.clone().into() } else { value.to_owned() })
        };
        names.filter_map(|&name| Some((OsString::from(name), value(name)?))).collect()
    }

    /// What a process of ours that outlives us gets: all but what belongs to
    /// Claude Code and its agent.
    pub(crate) fn for_worker(&self) -> Vec<(OsString, OsString)> {
        let ours = self.variables.iter().filter(|(name, _)| {
            let name = name.to_string_lossy();
            let is_claude = name.starts_with("CLAUDE") || name.starts_with("ANTHROPIC_");
            name == "CLAUDE_CONFIG_DIR" || !(is_claude || name == "AI_AGENT")
        });
        ours.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Where reviews keep their state.
    pub(crate) fn reviews(&self) -> Folder {
        self.state().folder("reviews")
    }

    /// Where the logs of plan reviews are kept.
    pub(crate) fn review_logs(&self) -> Folder {
        Folder::new(self.homes.claude.join("plan-reviews"))
    }

    /// Where PDCA sessions keep their state.
    pub(crate) fn sessions(&self) -> Folder {
        self.state().folder("sessions")
    }

    /// Where the logs of PDCA sessions are kept.
    pub(crate) fn session_logs(&self) -> Folder {
        Folder::new(self.homes.claude.join("pdca-sessions"))
    }

    /// Whether an agent's shell tool started us; its answers are not a person's.
    pub(crate) fn is_inside_claude(&self) -> bool {
        self.variable("CLAUDECODE").is_some() || self.variable("AI_AGENT").is_some()
    }

    /// Shortens a path in the home folder to `~/…`, for display.
    pub(crate) fn display(&self, path: &Path) -> String {
        match path.strip_prefix(&self.homes.home) {
            Ok(rest) => format!("~/{}", rest.display()),
            Err(_) => path.display().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        let variables =
            pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Environment::new(variables.collect(), PathBuf::from("/repo")).unwrap()
    }

    #[test]
    fn folders_follow_their_variables() {
        let plain = environment(&[("HOME", "/home/u")]);
        assert_eq!(plain.homes.deming, Path::new("/home/u/.claude/deming"));
        assert!(plain.overrides().is_empty());
        let moved = environment(&[("HOME", "/home/u"), ("CLAUDE_CONFIG_DIR", "cfg")]);
        assert_eq!(moved.homes.deming, Path::new("/repo/cfg/deming"));
        assert_eq!(moved.overrides(), vec![("CLAUDE_CONFIG_DIR", "cfg".to_owned())]);
    }

    #[test]
    fn children_find_codex_home_from_another_folder() {
        let environment = environment(&[("HOME", "/home/u"), ("CODEX_HOME", "codex")]);
        let child = environment.for_child(&[]);
        let want = (OsString::from("CODEX_HOME"), OsString::from("/repo/codex"));
        assert!(child.contains(&want), "{child:?}");
    }

    #[test]
    fn folders_in_the_project_are_told_from_others() {
        let inside = |pairs: &[(&str, &str)]| environment(pairs).override_into_project();
        assert_eq!(inside(&[("HOME", "/repo")]), None);
        assert_eq!(inside(&[("HOME", "/home/u"), ("CODEX_HOME", "/opt/codex")]), None);
        assert_eq!(inside(&[("HOME", "/home/u"), ("CODEX_HOME", ".codex")]), Some("CODEX_HOME"));
        let moved = [("HOME", "/home/u"), ("DEMING_HOME", "/repo/.deming")];
        assert_eq!(inside(&moved), Some("DEMING_HOME"));
    }

    #[test]
    fn children_see_no_credentials() {
        let variables = [
            ("HOME", "/home/u"),
            ("PATH", "/bin"),
            ("ANTHROPIC_API_KEY", "a"),
            ("CLAUDECODE", "1"),
            ("CODEX_API_KEY", "k"),
            ("FOO_SECRET", "s"),
        ];
        let names = |credentials: &[&str]| -> Vec<String> {
            let pairs = environment(&variables).for_child(credentials);
            pairs.into_iter().map(|(name, _)| name.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(names(&[]), ["HOME", "PATH"]);
        assert_eq!(names(&["CODEX_API_KEY"]), ["HOME", "PATH", "CODEX_API_KEY"]);
    }
}
