//! Where Deming's folders are, by the variables that can move them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folders of the person, of Claude Code and of Deming.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Homes {
    pub home: PathBuf,
    /// `~/.claude`, or what `CLAUDE_CONFIG_DIR` says.
    pub claude: PathBuf,
    /// State and settings: `deming` in Claude's folder, or what `DEMING_HOME` says.
    pub deming: PathBuf,
    /// `~/.codex`, or what `CODEX_HOME` says.
    pub codex: PathBuf,
}

impl Homes {
    /// `folder` is where relative values start from. `None` without an
    /// absolute `HOME`.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>, folder: &Path) -> Option<Self> {
        let path = |name: &str| variable(name).filter(|it| !it.is_empty()).map(PathBuf::from);
        let home = path("HOME").filter(|it| it.is_absolute())?;
        let claude = folder.join(path("CLAUDE_CONFIG_DIR").unwrap_or(home.join(".claude")));
        let deming = folder.join(path("DEMING_HOME").unwrap_or(claude.join("deming")));
        let codex = folder.join(path("CODEX_HOME").unwrap_or(home.join(".codex")));
        Some(Self { home, claude, deming, codex })
    }
}
