//! The commands that a plan means to run. Never runs one.

use crate::plan::outline::{BlockKind, Plan, SpanKind};

/// A command that a plan names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedCommand {
    /// One simple command, without prompt and comment: `npm run build`.
    pub text: String,
    /// Counted from 1.
    pub line: usize,
}

/// Languages whose code blocks hold commands.
const SHELLS: [&str; 9] =
    ["bash", "sh", "shell", "zsh", "fish", "console", "shellsession", "terminal", "shell-session"];

/// Programs that make a piece of inline code a command.
const PROGRAMS: [&str; 24] = [
    "bun", "bundle", "cargo", "composer", "docker", "go", "gradle", "just", "make", "mvn", "npm",
    "npx", "php", "pip", "pnpm", "poetry", "pytest", "python", "python3", "rake", "task", "tox",
    "uv", "yarn",
];

/// Lists the commands in shell code blocks and inline code, in order.
pub fn commands_named(plan: &Plan) -> Vec<NamedCommand> {
    let mut commands = Vec::new();
    for block in &plan.blocks {
        let is_shell = match &block.kind {
            BlockKind::Code { language, .. } if language.is_empty() => {
                block.spans.iter().find(|it| !it.text.trim().is_empty()).is_some_and(|it| {
                    it.text.trim_start().starts_with("$ ") || starts_with_program(&it.text)
                })
            }
            BlockKind::Code { language, .. } => SHELLS.contains(&language.as_str()),
            BlockKind::Heading { .. }
            | BlockKind::Paragraph
            | BlockKind::Item { .. }
            | BlockKind::Cell { .. }
            | BlockKind::Html => false,
        };
        let is_code_block = block.is_code();
        for span in block.spans.iter().filter(|it| it.kind == SpanKind::Code) {
            if is_shell || !is_code_block && starts_with_program(&span.text) {
                let simple = simple_commands(&span.text);
                commands.extend(simple.map(|text| NamedCommand { text, line: span.line }));
            }
        }
    }
    commands
}

fn starts_with_program(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    PROGRAMS.contains(&first)
}

/// Splits a line of shell at `&&`, `||`, `;` and `|`; quotes are not read,
/// which a look at a command's first words does not need.
fn simple_commands(line: &str) -> impl Iterator<Item = String> {
    let line = line.trim();
    let line = line.strip_prefix("$ ").unwrap_or(line);
    let line = if line.starts_with('#') { "" } else { line };
    let line = line.split_once(" #").map_or(line, |(command, _)| command);
    line.split(['&', ';', '|'])
        .map(|it| it.trim().trim_end_matches('\\').trim_end().to_owned())
        .filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(&str, usize)]) {
        let plan = Plan::parse(text).unwrap();
        let commands = commands_named(&plan);
        let have: Vec<_> = commands.iter().map(|it| (it.text.as_str(), it.line)).collect();
        assert_eq!(have, want);
    }

    #[test]
    fn shell_blocks_and_inline_code_are_read() {
        check(
            "Run `npm run build` and `user.save`.\n\n```bash\n# first\n$ cd api && make test # all\nnpm ci\n```\n",
            &[("npm run build", 1), ("cd api", 5), ("make test", 5), ("npm ci", 6)],
        );
        check("```\nmake lint\n```\n\n```\nmodels/\n```\n", &[("make lint", 2)]);
    }

    #[test]
    fn other_code_is_no_command() {
        check("```python\nmake = 1\n```\nA `make_user` call; make sure that it runs.\n", &[]);
    }
}
