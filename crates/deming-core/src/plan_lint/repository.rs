//! What is known of a repository: which files it has and which scripts its
//! runners offer. The shell collects it; nothing here looks at a disk.

use std::collections::{BTreeMap, BTreeSet};

/// What a plan is compared with. Everything that is not known keeps its rule silent.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Repository {
    /// Tracked and untracked files, relative to the root, with `/`.
    pub files: Option<BTreeSet<String>>,
    /// The folder that the plan was written in, relative to the root; its
    /// paths may start there as well. Empty for the root.
    pub folder: String,
    /// What each runner of the repository offers.
    pub scripts: BTreeMap<Runner, BTreeSet<String>>,
}

/// A program that runs scripts which a repository defines by name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Runner {
    /// npm, pnpm, yarn and bun, by the `scripts` of `package.json`.
    Npm,
    Make,
    Just,
}

impl Repository {
    /// Whether a path is there, from the root or from the plan's folder.
    pub fn has(&self, path: &str) -> bool {
        let Some(files) = &self.files else { return false };
        files.contains(path)
            || !self.folder.is_empty()
                && files.contains(&format!("{}/{path}", self.folder.trim_end_matches('/')))
    }
}

/// The scripts of a `package.json`; none for a text that is not one.
pub fn npm_scripts(package_json: &str) -> BTreeSet<String> {
    let package: serde_json::Value = serde_json::from_str(package_json).unwrap_or_default();
    let scripts = package.get("scripts").and_then(serde_json::Value::as_object);
    scripts.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// The targets of a makefile. `None` where it includes others or has patterns
/// for targets, so that its own list is not the whole truth.
pub fn make_targets(makefile: &str) -> Option<BTreeSet<String>> {
    let mut targets = BTreeSet::new();
    for line in makefile.lines().filter(|it| !it.starts_with(['\t', '#', ' '])) {
        if line.trim_start_matches('-').starts_with("include ") {
            return None;
        }
        let Some((names, rest)) = line.split_once(':') else { continue };
        let is_assignment = rest.starts_with('=') || rest.starts_with(":=") || names.contains('=');
        if is_assignment {
            continue;
        }
        if names.contains('%') || names.contains('$') {
            return None;
        }
        let names = names.split_whitespace().filter(|it| !it.starts_with('.'));
        targets.extend(names.map(str::to_owned));
    }
    Some(targets)
}

/// The recipes of a justfile. `None` where it imports others.
pub fn just_recipes(justfile: &str) -> Option<BTreeSet<String>> {
    let mut recipes = BTreeSet::new();
    for line in justfile.lines().filter(|it| !it.starts_with(['\t', '#', ' ', '['])) {
        let first = line.split_whitespace().next().unwrap_or_default();
        if matches!(first, "import" | "import?" | "mod" | "mod?") {
            return None;
        }
        let Some((head, rest)) = line.split_once(':') else { continue };
        if first == "alias" {
            recipes
                .extend(line.split_whitespace().nth(1).map(|it| it.trim_end_matches(':').into()));
        } else if !rest.starts_with('=') && first != "set" && first != "export" {
            let name = head.split_whitespace().next().unwrap_or_default();
            recipes.insert(name.trim_start_matches('@').to_owned());
        }
    }
    Some(recipes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn scripts_of_a_package_are_read() {
        let package = r#"{"name":"x","scripts":{"build":"tsc","test:unit":"vitest"}}"#;
        assert_eq!(npm_scripts(package), set(&["build", "test:unit"]));
        assert_eq!(npm_scripts("not json"), set(&[]));
        assert_eq!(npm_scripts("[]"), set(&[]));
    }

    #[test]
    fn targets_of_a_makefile_are_read() {
        let makefile =
            "CC := gcc\nURL = a:b\n.PHONY: all\nall: build test # x\n\tcc a:b\nbuild clean:\n";
        assert_eq!(make_targets(makefile), Some(set(&["all", "build", "clean"])));
        assert_eq!(make_targets("include common.mk\nall:\n"), None);
        assert_eq!(make_targets("%.o: %.c\n"), None);
    }

    #[test]
    fn recipes_of_a_justfile_are_read() {
        let justfile =
            "set shell := ['sh']\nx := 'a:b'\nalias t := test\n\n@test filter='':\n  cargo test\n";
        assert_eq!(just_recipes(justfile), Some(set(&["t", "test"])));
        assert_eq!(just_recipes("mod ci\n"), None);
    }
}
