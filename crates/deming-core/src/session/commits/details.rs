//! What a session has to know of a commit, as git prints it.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::metrics::file_class::{Class, Classifier};
use crate::metrics::history::FileChange;
use crate::metrics::numstat;
use crate::session::event::{CommitFile, FileClass, NewCommit};

/// A commit as git describes it.
#[derive(Clone, Debug)]
pub(super) struct Details {
    pub(super) parents: Vec<String>,
    pub(super) tree: String,
    pub(super) author: String,
    pub(super) authored_at: i64,
    pub(super) subject: String,
    pub(super) files: Vec<FileChange>,
}

/// What git is asked to print of each commit, besides its files.
pub(super) const FORMAT: &str = "--format=tformat:%x01%H%x00%P%x00%T%x00%ae%x00%at%x00%s";

pub(super) fn new_commit(hash: &str, details: &Details, classifier: &Classifier) -> NewCommit {
    let file = |file: &FileChange| CommitFile {
        path: String::from_utf8_lossy(file.path.as_bytes()).into_owned(),
        class: classifier.classify(&file.path, file.lines.is_none()).into(),
    };
    let lines = details.files.iter().filter_map(|it| it.lines).map(|it| it.total());
    NewCommit {
        hash: hash.to_owned(),
        subject: details.subject.clone(),
        files: details.files.iter().map(file).collect(),
        lines: u32::try_from(lines.fold(0, u64::saturating_add)).unwrap_or(u32::MAX),
        patch_id: None,
        tree: Some(details.tree.clone()),
        other_author: false,
    }
}

/// The answer to [`FORMAT`] with `-z --numstat`.
pub(super) fn decode(output: &[u8], diagnostics: &mut Vec<Diagnostic>) -> HashMap<String, Details> {
    let mut found = HashMap::new();
    let mut rest = output;
    while let [1, commit @ ..] = rest {
        // A mark stands at the beginning and behind a NUL, and no file begins so.
        let end = commit.windows(2).position(|it| it == b"\0\x01");
        let (commit, next) = commit.split_at(end.map_or(commit.len(), |it| it + 1));
        rest = next;
        let mut fields = commit.splitn(7, |&it| it == 0);
        let mut text = || String::from_utf8_lossy(fields.next().unwrap_or_default()).into_owned();
        let (hash, parents, tree, author) = (text(), text(), text(), text());
        let (authored_at, subject) = (text().parse().unwrap_or(0), text());
        let (files, unread) = numstat::decode_files(fields.next().unwrap_or_default());
        diagnostics.extend(unread);
        let parents = parents.split_ascii_whitespace().map(str::to_owned).collect();
        found.insert(hash, Details { parents, tree, author, authored_at, subject, files });
    }
    found
}

impl From<Class> for FileClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Test => Self::Test,
            Class::Prod => Self::Product,
            Class::Generated
            | Class::Vendored
            | Class::Binary
            | Class::Fixture
            | Class::Docs
            | Class::Config => Self::Other,
        }
    }
}
