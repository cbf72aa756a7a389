//! Who called this command: a person in a terminal, or an agent in the shell
//! of Claude Code. An agent gives no consent, and moves no folder of ours.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deming_core::review_loop::HEADLESS;
use deming_origin::{Process, ancestors, claude_code};

use crate::environment::Environment;
use crate::settings;

/// What is known of the caller.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Caller {
    is_agent: bool,
    is_headless: bool,
    /// The Claude Code above us that a person started.
    claude: Option<Process>,
    /// What it started: the shell of its agent.
    shell: Option<Process>,
}

/// Variables that decide where settings, logins and answers are.
const FOLDERS: [&str; 4] = ["HOME", "CLAUDE_CONFIG_DIR", "DEMING_HOME", "CODEX_HOME"];

/// The clocks of a file system and of processes differ by a tick or two.
const SLACK: Duration = Duration::from_millis(200);

impl Caller {
    pub(crate) fn find(environment: &Environment) -> Self {
        let above = ancestors();
        let at = claude_code(&above);
        let claude = at.map(|it| above[it].clone());
        let shell = at.and_then(|it| it.checked_sub(1)).map(|it| above[it].clone());
        Self {
            is_agent: environment.is_inside_claude() || claude.is_some(),
            is_headless: environment
                .variable("CLAUDE_CODE_ENTRYPOINT")
                .is_some_and(|it| it == HEADLESS),
            claude,
            shell,
        }
    }

    /// Whether it may be an agent; then it cannot agree to anything.
    pub(crate) fn is_agent(&self) -> bool {
        self.is_agent
    }

    /// Whether an agent called us that has nobody to ask.
    pub(crate) fn is_alone(&self) -> bool {
        self.is_agent && self.is_headless
    }

    /// The folder variables that are not what Claude Code gave to its shell:
    /// somebody set them for this one call.
    pub(crate) fn moved_folders(&self, environment: &Environment) -> Vec<&'static str> {
        if !environment.is_inside_claude() {
            // Not a plain call of an agent, and nobody who could agree either.
            return Vec::new();
        }
        self.shell.as_ref().map(|it| differing(it, environment)).unwrap_or_default()
    }

    /// Whether the person's settings are what they were when Claude Code was
    /// started, so that a yes in them was given in advance and by nobody else.
    pub(crate) fn has_settings_of_before(&self, environment: &Environment) -> bool {
        match &self.claude {
            None if self.is_agent => environment.overrides().is_empty(),
            None => true,
            Some(claude) => {
                claude.has_variables()
                    && differing(claude, environment).is_empty()
                    && claude.started.is_some_and(|it| is_unchanged_since(it, environment))
            }
        }
    }
}

fn differing(process: &Process, environment: &Environment) -> Vec<&'static str> {
    if !process.has_variables() {
        return Vec::new();
    }
    let value = |it: Option<&std::ffi::OsStr>| -> Option<OsString> {
        it.filter(|it| !it.is_empty()).map(ToOwned::to_owned)
    };
    let differs = |name: &&&str| value(process.variable(name)) != value(environment.variable(name));
    FOLDERS.iter().filter(differs).copied().collect()
}

/// By the time of the last change of anything about the file, which no program
/// can choose.
fn is_unchanged_since(time: SystemTime, environment: &Environment) -> bool {
    let path = environment.state().path().join(settings::FILE);
    let Ok(metadata) = std::fs::metadata(path) else { return false };
    let (Ok(seconds), Ok(nanoseconds)) =
        (u64::try_from(metadata.ctime()), u32::try_from(metadata.ctime_nsec()))
    else {
        return false;
    };
    let changed = UNIX_EPOCH + Duration::new(seconds, nanoseconds);
    changed <= time + SLACK
}
