//! A stretch of a git history as values: commits, the files they change, and
//! how many lines. Never what a file is for; that is [`super::file_class`].

use std::collections::HashSet;
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;

use crate::clean::clean_line;

/// A path inside a repository, in the bytes that git keeps.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for RepoPath {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

/// Safe to show: bytes that are not UTF-8 are replaced, escapes removed.
impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean_line(&String::from_utf8_lossy(&self.0)))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// Keeps one copy of each path, since a history names the same few thousand
/// paths again and again.
#[derive(Debug, Default)]
pub(super) struct PathTable(HashSet<RepoPath>);

impl PathTable {
    pub(super) fn intern(&mut self, bytes: &[u8]) -> RepoPath {
        if let Some(path) = self.0.get(bytes) {
            return path.clone();
        }
        let path = RepoPath::from(bytes);
        self.0.insert(path.clone());
        path
    }
}

impl std::borrow::Borrow<[u8]> for RepoPath {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

/// Lines that a diff adds and deletes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Lines {
    pub added: u64,
    pub deleted: u64,
}

impl Lines {
    pub const NONE: Self = Self { added: 0, deleted: 0 };

    /// What a person has to read: added and deleted lines together.
    pub fn total(self) -> u64 {
        self.added.saturating_add(self.deleted)
    }

    pub fn saturating_sub(self, other: Self) -> Self {
        Self {
            added: self.added.saturating_sub(other.added),
            deleted: self.deleted.saturating_sub(other.deleted),
        }
    }
}

impl AddAssign for Lines {
    fn add_assign(&mut self, other: Self) {
        self.added = self.added.saturating_add(other.added);
        self.deleted = self.deleted.saturating_add(other.deleted);
    }
}

/// One file of a commit's diff against its parent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileChange {
    /// The new path, or the old one of a deleted file.
    pub path: RepoPath,
    /// The path before a rename.
    pub from: Option<RepoPath>,
    /// `None` for a binary file.
    pub lines: Option<Lines>,
    /// How many of `lines` are tests written inside a product file.
    pub inline_tests: Lines,
}

/// One commit. A merge has no files here: its branch's work counts where it
/// was done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Commit {
    /// Hexadecimal, 40 or 64 digits.
    pub hash: String,
    pub parents: Vec<String>,
    pub author: String,
    pub email: String,
    /// Seconds since 1970, UTC, as the author's clock had it.
    pub authored_at: i64,
    /// Seconds since 1970, UTC; changes when a commit is rebased or amended.
    pub committed_at: i64,
    /// The first paragraph of the message on one line, not yet cleaned.
    pub subject: String,
    pub files: Vec<FileChange>,
    /// What a merge changes against the automatic merge of its parents, where
    /// git was asked for it.
    pub resolution: Lines,
}

impl Commit {
    pub fn is_merge(&self) -> bool {
        1 < self.parents.len()
    }

    /// A root commit, or the edge of a shallow clone: nothing to compare with.
    pub fn is_root(&self) -> bool {
        self.parents.is_empty()
    }

    /// Lines of all files, whatever they are for.
    pub fn lines(&self) -> Lines {
        let mut sum = Lines::NONE;
        for lines in self.files.iter().filter_map(|file| file.lines) {
            sum += lines;
        }
        sum
    }
}
