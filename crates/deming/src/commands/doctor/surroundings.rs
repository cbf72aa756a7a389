//! What a review is told by files and variables: settings, the project's own
//! settings, and the variables that move folders.

use std::os::unix::fs::PermissionsExt;

use deming_core::doctor::Check;

use super::{from_error, only_if, quoted};
use crate::environment::Environment;
use crate::project::Project;
use crate::repository_settings::{self, RepositorySettings};
use crate::settings::{self, ReviewerName, Settings};

/// The person's settings as far as they can be used, and how they are.
pub(super) fn settings(environment: &Environment) -> (Settings, Check) {
    let path = environment.state().path().join(settings::FILE);
    let shown = environment.display(&path);
    let check = |found: String| Check::ok("settings", "Settings", found);
    let read = match Settings::read(environment) {
        Ok(read) => read,
        Err(error) => return (Settings::default(), from_error("settings", "Settings", &error)),
    };
    let reviewer = read.reviewer.word();
    let Ok(metadata) = std::fs::metadata(&path) else {
        return (read, check(format!("reviewer {reviewer}, by default: there is no {shown}")));
    };
    let mode = metadata.permissions().mode() & 0o777;
    let check = check(format!("reviewer {reviewer}, by {shown}"));
    if mode & 0o022 == 0 {
        return (read, check);
    }
    let found = format!("others can write consents into it ({mode:04o}): {shown}");
    let check = Check { found, ..check };
    (read, check.note().advice(format!("chmod 600 {}", quoted(&path))))
}

/// The project's own settings file, where there is one.
pub(super) fn project_settings(environment: &Environment, project: &Project) -> Option<Check> {
    let path = project.root.join(repository_settings::FILE);
    path.symlink_metadata().ok()?;
    let shown = environment.display(&path);
    Some(match RepositorySettings::read(&project.root) {
        Ok(_) => Check::ok("project_settings", "Project settings", format!("used: {shown}")),
        Err(error) => from_error("project_settings", "Project settings", &error),
    })
}

/// The folder variables in force: a repository's own Claude settings can set
/// them.
pub(super) fn overrides(environment: &Environment, settings: &Settings) -> Vec<Check> {
    let check = |(name, value): (&'static str, String)| {
        let value = deming_core::clean::clean_line(&value);
        let check = Check::ok("environment", "Environment", format!("{name}={value} is in force"));
        if name == "CODEX_HOME" && !environment.homes.codex.is_dir() {
            let is_needed = settings.reviewer == ReviewerName::Codex;
            let found = format!("{name}={value} names no folder, which stops Codex");
            return only_if(is_needed, Check { found, ..check })
                .advice(format!("unset {name}, or make the folder"));
        }
        check.note().advice(format!(
            "unset {name} unless you set it yourself: a project's Claude Code settings can do so"
        ))
    };
    environment.overrides().into_iter().map(check).collect()
}
