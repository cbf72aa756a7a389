//! Finds the tests that came with a product change, or right before it.
//! Says nothing of the order within one commit, which git does not know.

use std::collections::HashMap;

use super::compute::Change;
use super::history::Commit;

/// Finds the tests of a product change.
pub(super) struct Pairing<'a, F> {
    commits: &'a [Commit],
    changes: &'a [Change],
    by_hash: HashMap<&'a str, usize>,
    is_left_out: F,
}

impl<'a, F: Fn(&Commit) -> bool> Pairing<'a, F> {
    pub(super) fn new(commits: &'a [Commit], changes: &'a [Change], is_left_out: F) -> Self {
        let by_hash = commits.iter().enumerate().map(|(at, it)| (it.hash.as_str(), at)).collect();
        Self { commits, changes, by_hash, is_left_out }
    }

    /// In the commit itself, or in the commit before it that touches code, if
    /// that one has tests alone. Commits in between that touch no code, and
    /// merges, do not stand in the way; the way is along first parents.
    pub(super) fn has_tests(&self, at: usize) -> bool {
        if 0 < self.changes[at].test {
            return true;
        }
        let mut at = at;
        // Bounded, since the order of commits is an input.
        for _ in self.commits {
            let parent = self.commits[at].parents.first();
            let Some(&before) = parent.and_then(|hash| self.by_hash.get(hash.as_str())) else {
                return false;
            };
            let commit = &self.commits[before];
            let Change { prod, test, .. } = self.changes[before];
            if !commit.is_merge() && ((self.is_left_out)(commit) || 0 < prod + test) {
                return !(self.is_left_out)(commit) && prod == 0;
            }
            at = before;
        }
        false
    }
}
