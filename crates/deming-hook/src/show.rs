//! Shows the helper's answers to the person: the screen folds the output of
//! commands to a few lines, and a message of a hook it does not.

use deming_core::session::event::Phase;
use deming_core::session::prompts::{AGREEMENTS, prompt};

use crate::call;
use crate::input::HookInput;

/// Steps whose answers a person wants to read whole.
const SHOWN: [&str; 7] = ["open", "send", "wait", "revise", "accept", "resume", "cancel"];

/// The answer to PostToolUse of Bash.
pub(crate) fn to_human(input: &HookInput) -> Option<String> {
    let line = input.command();
    if !line.contains("deming") {
        return None;
    }
    let call = call::read(line).ok()?;
    let name = call.program.file_name()?;
    let words: Vec<&str> = call.words.iter().map(String::as_str).collect();
    let is_shown = match words.as_slice() {
        ["refine", step, ..] => SHOWN.contains(step),
        // The log is for the agent to answer from, and long.
        ["pdca", step, ..] => *step != "log",
        _ => false,
    };
    if name != "deming" || !is_shown {
        return None;
    }
    let output = input.tool_response.get("stdout")?.as_str()?;
    let text = for_human(output);
    (!text.is_empty()).then(|| format!("\n{text}"))
}

/// The answer without what only the agent needs.
fn for_human(output: &str) -> String {
    let prompts = Phase::ALL.into_iter().map(prompt).chain([AGREEMENTS]);
    let prompts = prompts.filter_map(|it| output.find(it.trim_end()));
    let marks = ["\nTo do: ", "\nNext: "].into_iter().filter_map(|mark| output.rfind(mark));
    let end = prompts.chain(marks).min();
    deming_core::clean::clean(&output[..end.unwrap_or(output.len())]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn person_does_not_read_the_agents_lines() {
        assert_eq!(for_human("Findings\n\nTo do: ask\n\nNext: \"/p\" x\n"), "Findings");
        assert_eq!(for_human("Done.\n"), "Done.");
        let doing = prompt(Phase::Doing);
        assert_eq!(for_human(&format!("Step 2 is done.\n\n{doing}\nNext: x")), "Step 2 is done.");
    }
}
