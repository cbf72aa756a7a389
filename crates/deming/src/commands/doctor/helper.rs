//! The helper itself: which one runs, what started it, and who has its name.

use std::path::{Path, PathBuf};

use deming_core::doctor::Check;

use crate::environment::Environment;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const LAUNCHER_LIMIT: u64 = 64 * 1024;
const REINSTALL: &str = "run `install.sh` again, or /deming-setup in Claude Code";

/// Which helper this is, and whether its hooks came with it.
pub(super) fn helper(environment: &Environment) -> Check {
    let check = |found: String| Check::ok("helper", "Helper", found);
    let Ok(program) = std::env::current_exe() else {
        return check(format!("{VERSION}, at a place that cannot be found out")).note();
    };
    let place = environment.display(&program);
    if program.with_file_name("deming-hook").is_file() {
        return check(format!("{VERSION} at {place}"));
    }
    check(format!(
        "{VERSION} at {place}, without `deming-hook` beside it: no answer in Claude Code counts"
    ))
    .note()
    .advice(REINSTALL)
}

/// Whether the launcher that called us starts this version.
pub(super) fn plugin(environment: &Environment) -> Check {
    let check = |found: String| Check::ok("plugin", "Plugin", found);
    let Some(launcher) = launcher(environment) else { return installed(environment) };
    let place = environment.display(&launcher);
    let text = deming_store::read_bounded(&launcher, LAUNCHER_LIMIT).unwrap_or_default();
    match launched_version(&String::from_utf8_lossy(&text)) {
        Some(VERSION) => check(format!("{VERSION}, started by {place}")),
        Some(other) => check(format!("{other} at {place}, but this helper is {VERSION}"))
            .note()
            .advice(REINSTALL),
        None => {
            check(format!("{place} does not say which version it starts")).note().advice(REINSTALL)
        }
    }
}

/// What the launcher says of itself; only a whole path is believed.
fn launcher(environment: &Environment) -> Option<PathBuf> {
    environment.variable("DEMING_LAUNCHER").map(PathBuf::from).filter(|it| it.is_absolute())
}

/// The line `version=…` of a launcher.
fn launched_version(script: &str) -> Option<&str> {
    script.lines().find_map(|it| it.strip_prefix("version=")).map(str::trim)
}

/// What Claude Code says that it has installed.
///
/// Format: `plugins/installed_plugins.json` of Claude Code 2.1.
fn installed(environment: &Environment) -> Check {
    let check = |found: String| Check::ok("plugin", "Plugin", found);
    let path = environment.homes.claude.join("plugins/installed_plugins.json");
    let bytes = deming_store::read_bounded(&path, 16 * 1024 * 1024).unwrap_or_default();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let plugins = value.get("plugins").and_then(serde_json::Value::as_object);
    let entry = plugins.and_then(|it| it.iter().find(|(name, _)| name.starts_with("deming@")));
    let version = entry.and_then(|(_, it)| it.get(0)?.get("version")?.as_str());
    match version {
        Some(VERSION) => check(format!("{VERSION} is installed in Claude Code")),
        Some(other) => {
            let other = deming_core::clean::clean_line(other);
            check(format!("{other} is installed in Claude Code, this helper is {VERSION}"))
                .note()
                .advice("`claude plugin marketplace update deming`, then `claude plugin update deming@deming`")
        }
        None => check("not installed in Claude Code".to_owned()).note().advice(
            "once Claude Code is there, run `./install.sh` in your copy of Deming, or add its \
                 marketplace in Claude Code (/plugin marketplace add …) and type \
                 /plugin install deming@deming",
        ),
    }
}

/// What a person gets who types `deming`. The plugin does not look there.
pub(super) fn on_path(environment: &Environment) -> Check {
    let check = |found: String| Check::ok("path", "On PATH", found);
    let path = environment.variable("PATH").unwrap_or_default();
    // Relative entries too: whoever types the name gets what lies there.
    let first = std::env::split_paths(path)
        .map(|folder| environment.folder.join(folder).join("deming"))
        .find(|it| it.is_file());
    let Some(first) = first else {
        return check("`deming` is not on PATH; only terminals need it there".to_owned());
    };
    let place = environment.display(&first);
    let own = std::env::current_exe().ok();
    let is_ours = own.is_some_and(|it| is_same(&it, &first))
        || launcher(environment).is_some_and(|it| is_same(&it, &first));
    if is_ours {
        return check(format!("`deming` is {place}"));
    }
    check(format!("`deming` is another program, {place}; the plugin does not use it"))
        .note()
        .advice("remove it, or type the whole path of the helper in a terminal")
}

fn is_same(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        (Ok(_) | Err(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn launcher_says_its_version() {
        assert_eq!(launched_version("#!/bin/sh\n# x\nversion=0.1.0\nexec\n"), Some("0.1.0"));
        assert_eq!(launched_version("#!/bin/sh\nmy_version=2\n"), None);
    }
}
