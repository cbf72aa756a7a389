//! What became of a commit that is not in HEAD's history any more.

use super::details::Details;
use super::{Inquiry, newest};
use crate::session::reflog::{Move, MoveKind};

impl Inquiry<'_> {
    /// The commit that holds the changes of one that is not in HEAD's history.
    pub(super) fn replacement(&self, hash: &str) -> Option<&str> {
        if !self.behind.contains(hash) {
            return None;
        }
        self.copy_of(hash).or_else(|| self.melted(hash)).or_else(|| self.same_tree(hash))
    }

    /// What an amend or a rebase made of a commit, in HEAD's history.
    pub(super) fn copy_of(&self, hash: &str) -> Option<&str> {
        let mut now = hash;
        // Bounded, since amends can come back to where they were.
        for _ in 0..self.moves.len() {
            let is_from = |it: &&Move| it.old.as_deref() == Some(now) && it.replaces_old();
            match self.moves.iter().rev().find(is_from) {
                Some(it) if !self.behind.contains(&it.new) => return Some(&it.new),
                Some(it) => now = &it.new,
                None => break,
            }
        }
        // A rebase keeps the author's time, and comes after what it copies.
        let old = self.details.get(now)?;
        let is_copy =
            |new: &Details| (&new.author, new.authored_at) == (&old.author, old.authored_at);
        let from = self.position(now).map_or(0, |it| it + 1);
        let later = self.moves.get(from..).unwrap_or_default().iter();
        let picks = later
            .filter(|it| matches!(it.kind, MoveKind::Picked | MoveKind::Squashed))
            .filter(|it| !self.behind.contains(&it.new));
        let picks = newest(picks.map(|it| it.new.as_str()));
        let copies: Vec<&str> =
            picks.into_iter().filter(|it| self.details.get(*it).is_some_and(is_copy)).collect();
        let same_subject =
            |it: &&str| self.details.get(*it).is_some_and(|it| it.subject == old.subject);
        let named: Vec<&str> = copies.iter().copied().filter(same_subject).collect();
        // Commits of one second look alike: a copy with the name of another lost
        // commit is the copy of that one.
        let is_anothers = |copy: &str| {
            let subject = self.details.get(copy).map(|it| &it.subject);
            let mut others = self.behind.iter().filter(|it| *it != now);
            others.any(|it| self.details.get(it).map(|it| &it.subject) == subject)
        };
        match (named.as_slice(), copies.as_slice()) {
            ([only], _) => Some(only),
            ([], [only]) if !is_anothers(only) => Some(only),
            _ => None,
        }
    }

    /// A later commit with the very same content as this one, or as one that
    /// was made on top of it and is lost as well: squashed by hand.
    fn same_tree(&self, hash: &str) -> Option<&str> {
        let made = |it: &&Move| it.makes_a_commit() && !self.behind.contains(&it.new);
        let mut now = hash;
        for _ in 0..self.details.len() {
            let (tree, from) = (&self.details.get(now)?.tree, self.position(now).unwrap_or(0));
            let later = self.moves.iter().skip(from).filter(made);
            let same = |it: &&Move| self.details.get(&it.new).is_some_and(|it| it.tree == *tree);
            if let Some(found) = later.filter(|it| it.new != now).find(same) {
                return Some(&found.new);
            }
            now = self.child_behind(now).filter(|it| self.copy_of(it).is_none())?;
        }
        None
    }

    /// Put together by a rebase with the commit before it.
    fn melted(&self, hash: &str) -> Option<&str> {
        let own = self.details.get(hash)?;
        let squashed = self
            .moves
            .iter()
            .filter(|it| it.kind == MoveKind::Squashed && !self.behind.contains(&it.new));
        let squashed = newest(squashed.map(|it| it.new.as_str()));
        let holds_it = |it: &&str| {
            self.details.get(*it).is_some_and(|found| {
                own.files.iter().all(|file| found.files.iter().any(|it| it.path == file.path))
            })
        };
        let mark = own.subject.strip_prefix("fixup! ").or(own.subject.strip_prefix("squash! "));
        if let Some(subject) = mark {
            let has_subject =
                |it: &&str| self.details.get(*it).is_some_and(|it| it.subject == subject);
            return squashed.into_iter().filter(has_subject).find(holds_it);
        }
        let mut before = own.parents.first()?;
        for _ in 0..self.details.len() {
            if !self.behind.contains(before) {
                break;
            }
            if let Some(copy) = self.copy_of(before) {
                return squashed.into_iter().find(|it| *it == copy).filter(holds_it);
            }
            before = self.details.get(before)?.parents.first()?;
        }
        None
    }

    fn position(&self, hash: &str) -> Option<usize> {
        self.moves.iter().position(|it| it.new == hash)
    }

    fn child_behind(&self, hash: &str) -> Option<&str> {
        let is_child = |it: &&String| {
            self.details.get(*it).is_some_and(|it| it.parents.iter().any(|it| it == hash))
        };
        self.behind.iter().find(is_child).map(String::as_str)
    }
}
