//! Our plugin as a person has it: the tree's own files, and the helper where
//! the launchers look for it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{repo::Repo, responses_api::ResponsesApi, sandbox::Sandbox};

/// The key of the loopback reviewer.
pub(crate) const KEY: &str = "LOOPBACK_KEY";

const PARTS: [&str; 6] = ["plugin.json", ".claude-plugin", "bin", "commands", "hooks", "docs"];

pub(crate) fn helper() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_deming"))
}

/// Copies the plugin into the sandbox, installs the helper, and gives the
/// plugin's folder.
pub(crate) fn set_up(sandbox: &Sandbox) -> PathBuf {
    let root = sandbox.root().join("plugin");
    fs::create_dir_all(&root).unwrap();
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    for part in PARTS {
        copy(&tree.join(part), &root.join(part));
    }
    let installed = installed(sandbox);
    fs::create_dir_all(&installed).unwrap();
    fs::copy(helper(), installed.join("deming")).unwrap();
    fs::copy(hook(), installed.join("deming-hook")).unwrap();
    root
}

/// Where the launchers look for the programs.
pub(crate) fn installed(sandbox: &Sandbox) -> PathBuf {
    sandbox.home().join(".local/lib/deming").join(env!("CARGO_PKG_VERSION"))
}

/// The hook program that was built beside the helper.
pub(crate) fn hook() -> PathBuf {
    let hook = helper().with_file_name("deming-hook");
    assert!(hook.is_file(), "build it: cargo build -p deming-hook");
    hook
}

/// The person's settings: Codex at a loopback address, and a yes in advance
/// for `standing`.
pub(crate) fn configure(sandbox: &Sandbox, api: &ResponsesApi, standing: Option<&Repo<'_>>) {
    let consent = standing.map(|repo| {
        let path = repo.path().display();
        format!("consent: {{ standing: [ {{ project: {path}, reviewer: codex }} ] }}\n")
    });
    let address = format!("base_url: \"{}\", api_key_env: {KEY}", api.url());
    let settings = format!(
        "reviewers: {{ codex: {{ {address}, model: gpt-5-codex }} }}\n{}",
        consent.unwrap_or_default()
    );
    sandbox.write("home/.claude/deming/config.yaml", &settings);
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}
