//! One test run, by what Claude Code tells of the call.

use std::path::Path;

use deming_core::session::event::{TestRan, What};
use deming_core::session::test_command::{ExitOf, TestCommand};
use deming_core::session::test_output::{parse_counts, says_nothing_started};
use deming_core::session::work_tree::WorkTree;
use serde_json::Value;

use super::git;
use crate::input::{HookEvent, HookInput};
use crate::sessions::OpenSession;

/// What stands in a failure for the part that Claude Code left out: the middle
/// of 10,000 characters, and what is beyond 30,000.
const CUT: &str = " characters truncated]";

/// Output that Claude Code keeps in a file is read up to this length.
const OUTPUT_LIMIT: u64 = 16 * 1024 * 1024;

/// `None` where the command was mistyped and no runner was started.
pub(super) fn read(session: &OpenSession, input: &HookInput, command: TestCommand) -> Option<What> {
    let (exit, output) = ended(input);
    let counts = parse_counts(&output);
    if counts.is_none() && exit != Some(0) && says_nothing_started(&output) {
        return None;
    }
    // Without its summary a failure says nothing: not even that no test ran.
    let is_cut = counts.is_none() && output.contains(CUT);
    let exit = exit.filter(|_| !is_cut);
    let exit = exit.filter(|&exit| match command.exit {
        ExitOf::Runner => true,
        // When what comes behind it failed, the runner had passed.
        ExitOf::RunnerAndMore => {
            exit == 0 || counts.is_none_or(|it| 0 < it.failed || it.ran() == 0)
        }
        ExitOf::Other => false,
    });
    let (tree, dirty) = tree(&session.root);
    Some(What::TestRan(TestRan {
        command: command.line,
        exit,
        counts,
        commit: tree.commit.clone(),
        dirty,
        changed: tree.named().filter(|it| !it.is_empty()),
    }))
}

/// The exit code and the whole output. A failure is told as text:
/// `Exit code 3`, a line feed, and the output, cut in its middle when long.
fn ended(input: &HookInput) -> (Option<i32>, String) {
    if input.event == HookEvent::PostToolUseFailure {
        let (first, output) = input.error.split_once('\n').unwrap_or((&input.error, ""));
        let exit = first.strip_prefix("Exit code ").and_then(|it| it.trim().parse().ok());
        return (exit, output.to_owned());
    }
    let text = |name: &str| input.tool_response.get(name).and_then(Value::as_str);
    // Long output is cut at its end here, where the summary stands; a file has all of it.
    let kept = text("persistedOutputPath")
        .and_then(|path| deming_store::read_bounded(Path::new(path), OUTPUT_LIMIT).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let shown = || [text("stdout"), text("stderr")].map(Option::unwrap_or_default).join("\n");
    (Some(0), kept.unwrap_or_else(shown))
}

/// What is checked out, and whether files differ from it. Where git does not
/// say, they may.
fn tree(root: &Path) -> (WorkTree, bool) {
    if !root.join(".git").exists() {
        return (WorkTree::default(), false);
    }
    let Some(output) = git::output(root, &WorkTree::QUESTION.map(str::to_owned)) else {
        return (WorkTree::default(), true);
    };
    let tree = WorkTree::decode(&output);
    let is_dirty = !tree.changed.is_empty();
    (tree, is_dirty)
}
