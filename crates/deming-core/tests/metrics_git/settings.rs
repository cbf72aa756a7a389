//! What a user or a repository has set must not change what we read.

use std::path::Path;

use deming_core::metrics::git_log::{Merges, Pass, log_arguments, net_arguments};
use deming_core::metrics::{numstat, patch};

use super::history::{History, Tree};
use super::repository::{Repository, run};

/// Settings that change the output of a plain `git log` or `git diff`, or run
/// programs.
const HOSTILE: &str = r#"
[alias]
    log = !echo alias
    diff = !echo alias
[pager]
    log = false-pager
    diff = false-pager
[core]
    pager = false-pager
    quotePath = true
    attributesFile = attributes
    abbrev = 4
[i18n]
    logOutputEncoding = ISO-8859-1
[log]
    showSignature = true
    showRoot = false
    decorate = full
    date = relative
    diffMerges = first-parent
    mailmap = true
    follow = true
[format]
    pretty = oneline
    notes = true
[diff]
    renames = false
    noPrefix = true
    mnemonicPrefix = true
    relative = true
    external = false-differ
    algorithm = patience
    context = 9
    interHunkContext = 9
    submodule = log
    orderFile = order
    indentHeuristic = false
    wordRegex = .
    colorMoved = zebra
    wsErrorHighlight = all
    renameLimit = 1
    ignoreSubmodules = none
    noindex = true
[diff "odd"]
    textconv = false-text
    command = false-differ
[merge]
    conflictStyle = diff3
    renames = false
    directoryRenames = false
    renameLimit = 1
    verbosity = 5
[color]
    ui = always
    diff = always
[gpg]
    program = false-gpg
[column]
    ui = always
"#;

fn repository() -> Repository {
    let mut history = History::default();
    let file = |text: &str| text.repeat(20).into_bytes();
    let mut tree = Tree::from([
        (b"src/a.rs".to_vec(), file("one\n")),
        (b"src/both.rs".to_vec(), b"base\n".to_vec()),
    ]);
    history.commit("main", "Import", tree.clone());
    history.branch("topic", "main");
    tree.insert(b"src/both.rs".to_vec(), b"ours\n".to_vec());
    tree.insert("src/größe.rs".as_bytes().to_vec(), file("two\n"));
    history.commit("main", "Größe", tree.clone());
    let mut other = history.tree("topic");
    other.insert(b"src/both.rs".to_vec(), b"theirs\n".to_vec());
    other.insert(b"src/b.rs".to_vec(), file("three\n"));
    history.commit("topic", "Topic", other);
    let merged = history.merged("main", "topic");
    history.merge("main", "topic", "Merge", merged);
    let mut tree = history.tree("main");
    let moved = tree.remove(b"src/a.rs".as_slice()).unwrap();
    tree.insert(b"tests/a.rs".to_vec(), [moved, b"four\n".to_vec()].concat());
    history.commit("main", "Move", tree);
    Repository::import(&history.into_stream())
}

#[test]
fn settings_and_attributes_of_the_user_change_nothing() {
    let repository = repository();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let attributes = folder.path().join("attributes");
    let order = folder.path().join("order");
    write(&attributes, "*.rs -diff\n*.rs diff=odd\n");
    write(&order, "tests/*\n");
    let hostile = HOSTILE
        .replace("= attributes", &format!("= {}", attributes.display()))
        .replace("= order", &format!("= {}", order.display()));
    write(&config, &hostile);
    let none = Path::new("/dev/null");
    let log = |pass, merges| {
        let arguments =
            [log_arguments(pass, merges), vec!["--end-of-options", "main", "--"]].concat();
        [none, &config].map(|config| run(repository.path(), &arguments, b"", config))
    };
    for merges in [Merges::HeadersOnly, Merges::Resolutions] {
        let [plain, other] = log(Pass::Counts, merges);
        assert_eq!(numstat::decode(&other), numstat::decode(&plain));
        let [plain, other] = log(Pass::Hunks, merges).map(|answer| {
            let mut decoder = patch::Decoder::default();
            decoder.push(&answer);
            decoder.finish()
        });
        assert_eq!(other, plain);
        assert_eq!(plain.0.len(), 5);
    }
    let net = [net_arguments(), vec!["main~3", "main"]].concat();
    let [plain, other] = [none, &config].map(|config| run(repository.path(), &net, b"", config));
    assert_eq!(numstat::decode_files(&other), numstat::decode_files(&plain));
    assert!(!plain.is_empty());
}

#[expect(clippy::disallowed_methods, reason = "a test of settings writes a settings file")]
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
