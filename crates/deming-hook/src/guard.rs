//! Keeps an agent's hands off what Deming keeps of its person: settings with a
//! yes in them, journals, answers. They are the person's to change.
//!
//! Like `origin`, this raises the bar and is no wall.

use std::path::Path;

use serde_json::{Value, json};

use crate::call::normal;
use crate::input::HookInput;
use crate::reviews;

const REASON: &str = "Deming's settings and records are the human's. Tell them what to change, \
                      or use the helper: `refine status` and `refine show` say what it keeps.";

/// Programs that only show a file.
const READERS: [&str; 7] = ["cat", "head", "tail", "ls", "stat", "wc", "grep"];

/// Names in Deming's folder that decide what is sent.
const RECORDS: [&str; 6] =
    ["config.yaml", "reviews", "asked", "answers.jsonl", "journal.jsonl", "question.json"];

/// The answer to PreToolUse of a tool that writes files.
pub(crate) fn judge_file(input: &HookInput) -> Option<Value> {
    let path = input.tool_input.get("file_path")?.as_str()?;
    let path = normal(&Path::new(&input.cwd).join(path).to_string_lossy());
    let is_ours = path.starts_with(reviews::state()?.path());
    is_ours.then(|| deny(REASON))
}

/// The same for a line of the shell tool that names our folder and may write.
pub(crate) fn judge_line(line: &str) -> Option<Value> {
    let state = reviews::state()?;
    let folder = state.path().to_string_lossy();
    let names_folder = line.contains(folder.as_ref()) || line.contains(".claude/deming");
    let names_record = RECORDS.iter().any(|it| line.contains(it));
    // A link has another name than what it leads to.
    let makes_link = line.split_whitespace().any(|it| it == "ln");
    (names_folder && (names_record || makes_link) && !only_reads(line)).then(|| deny(REASON))
}

fn only_reads(line: &str) -> bool {
    let is_plain = !line.contains(['>', '<', '|', ';', '&', '`', '$', '\n']);
    is_plain && line.split_whitespace().next().is_some_and(|it| READERS.contains(&it))
}

pub(crate) fn deny(reason: &str) -> Value {
    json!({
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, want: bool) {
        assert_eq!(judge_line(line).is_some(), want, "{line}");
    }

    #[test]
    fn records_can_be_read_and_not_written() {
        check("cat ~/.claude/deming/config.yaml", false);
        check("grep -n rounds /home/u/.claude/deming/config.yaml", false);
        check("echo 'consent: {}' >> ~/.claude/deming/config.yaml", true);
        check("cat ~/.claude/deming/config.yaml; id > x", true);
        check("python3 -c \"open('/home/u/.claude/deming/reviews/r1/answers.jsonl', 'a')\"", true);
        check("cd ~/.claude/deming && tee -a asked/toolu_1", true);
        check("cd /tmp && ln -s ~/.claude/deming x", true);
        check("cp /tmp/journal.jsonl ~/.claude/deming/reviews/rabcdef/", true);
    }

    #[test]
    fn other_lines_are_nobodys_business() {
        check("cargo test -p deming-hook", false);
        check("grep -rn answers.jsonl crates/deming/src | head", false);
        check("echo x > /srv/deming/config.yaml", false);
    }
}
