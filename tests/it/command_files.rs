//! The command files of the plugin: what Claude Code reads of them, what they
//! cost, and whether the helper knows each command line in them.

use std::{fs, path::Path};

use serde_yaml::Value;

use super::support::{run::Deming, sandbox::Sandbox};

const KEYS: [&str; 5] =
    ["allowed-tools", "argument-hint", "description", "disable-model-invocation", "name"];
const TOKEN_LIMIT: usize = 1_200;

/// Name, front matter and text of each.
fn commands() -> Vec<(String, Value, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../commands");
    let paths = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let read = |path: &Path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(path).unwrap();
        let front = text.strip_prefix("---\n").and_then(|it| it.split_once("\n---\n"));
        let front = front.unwrap_or_else(|| panic!("{name} has no front matter")).0;
        // Claude Code drops all of it where it cannot be read.
        (name, serde_yaml::from_str(front).unwrap(), text)
    };
    let commands: Vec<_> = paths.map(|it| read(&it)).collect();
    assert!(commands.iter().any(|it| it.0 == "refine-plan-codex"));
    commands
}

#[test]
fn front_matter_makes_the_bare_name_work_for_the_human_alone() {
    for (name, front, _) in commands() {
        let front = front.as_mapping().unwrap();
        let keys: Vec<&str> = front.keys().map(|it| it.as_str().unwrap()).collect();
        assert!(keys.iter().all(|it| KEYS.contains(it)), "{name}: {keys:?}");
        assert_eq!(front["name"], name.as_str());
        assert_eq!(front["disable-model-invocation"], true, "{name}");
        let description = front["description"].as_str().unwrap();
        assert!((20..160).contains(&description.len()), "{name}: {description}");
        let tools = front["allowed-tools"].as_str().unwrap();
        for tool in tools.split(", ") {
            let is_helper = tool.starts_with("Bash(\"${CLAUDE_PLUGIN_ROOT}/bin/deming\" ");
            let is_name = tool.bytes().all(|it| it.is_ascii_alphabetic());
            assert!(is_helper || (is_name && tool != "Bash"), "{name}: {tool}");
        }
    }
}

/// By bytes: English with paths and code has four and more to a token, so that
/// three and a half give more tokens than there are.
#[test]
fn each_command_is_cheap_to_read() {
    for (name, _, text) in commands() {
        let n_tokens = text.len() * 2 / 7;
        assert!(n_tokens < TOKEN_LIMIT, "{name}: {n_tokens} tokens");
        assert!(!text.contains("!`"), "{name} runs a line before anybody read it");
    }
}

#[test]
fn the_helper_knows_each_command_line() {
    let sandbox = Sandbox::new();
    let mut n_lines = 0;
    for (name, _, text) in commands() {
        for line in text.split("/bin/deming\"").skip(1) {
            let end = line.find(['\n', '`', ':', ')']).unwrap_or(line.len());
            let line = line[..end].split(" <<").next().unwrap();
            if line.contains('…') {
                continue;
            }
            // `<slug>` stands for a word.
            let words = line.split_whitespace().map(|it| it.trim_matches(['<', '>']));
            let words: Vec<&str> = words.chain(["--help"]).collect();
            let finished = Deming::new(&sandbox).args(&words).output();
            assert_eq!(finished.code(), Some(0), "{name}: {words:?}: {}", finished.stderr);
            n_lines += 1;
        }
    }
    assert!(4 < n_lines, "{n_lines} command lines");
    let unknown = Deming::new(&sandbox).args(["refine", "open", "--slugg", "x", "--help"]).output();
    assert_eq!(unknown.code(), Some(2), "an unknown option is noticed beside `--help`");
}
