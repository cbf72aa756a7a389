//! What the programs that we start get to see: nothing of Claude Code, and no
//! key that is not theirs.

use std::{fs, os::unix::fs::PermissionsExt};

use super::support::{run::Deming, sample::PLAN, sandbox::Sandbox};

/// Names that a child must not see, with a value to look for.
const FOREIGN: [&str; 12] = [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_PLUGIN_ROOT",
    "CODEX_API_KEY",
    "DEMING_LAUNCHER",
    "FOO_SECRET",
    "GITHUB_TOKEN",
    "GIT_DIR",
    "GIT_SSH_COMMAND",
    "OPENAI_API_KEY",
];

/// A program that notes its environment, under a name of its own a time.
fn noting(sandbox: &Sandbox, name: &str) {
    let notes = sandbox.root().join("notes");
    fs::create_dir_all(&notes).unwrap();
    let script = format!("#!/bin/sh\nenv >\"{}/{name}-$$\"\nexit 1\n", notes.display());
    let path = sandbox.write(&format!("bin/{name}"), &script);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn programs_that_we_start_see_no_foreign_keys() {
    let sandbox = Sandbox::new();
    for name in ["git", "codex", "claude"] {
        noting(&sandbox, name);
    }
    let input = format!("Task\n\n{PLAN}");
    for arguments in [
        &["refine", "open", "--reviewer", "offline"][..],
        &["refine", "open"],
        &["metrics"],
        &["doctor"],
        &["review", "-"],
    ] {
        let run = Deming::new(&sandbox).args(arguments).stdin(input.as_str());
        FOREIGN.iter().fold(run, |it, name| it.env(name, "foreign")).output();
    }
    let mut seen: Vec<String> = Vec::new();
    for entry in fs::read_dir(sandbox.root().join("notes")).unwrap().map(Result::unwrap) {
        let text = fs::read_to_string(entry.path()).unwrap();
        assert!(!text.contains("foreign"), "{}: {text}", entry.path().display());
        assert!(!text.lines().any(|it| it.starts_with("CLAUDE")), "{text}");
        let name = entry.file_name().into_string().unwrap();
        seen.push(name.split('-').next().unwrap().to_owned());
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["claude", "codex", "git"]);
}
