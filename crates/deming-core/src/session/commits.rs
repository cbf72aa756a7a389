//! Which commits a session gained and lost, from git's own records of this
//! working tree. Says what git is to be asked and reads the answers; never
//! starts git.
//!
//! A commit belongs to the session when HEAD's log shows that it was made here
//! since the session began, and its author is who made it. What was pulled or
//! merged in was made elsewhere. A commit is lost when no branch holds it, or
//! when an amend or a rebase put another in its place.

mod details;
mod replacement;

use std::collections::{HashMap, HashSet};

use details::Details;

pub use super::reflog::HeadLog;
use super::reflog::{self, Move, MoveKind};
use crate::diagnostic::Diagnostic;
use crate::metrics::file_class::Classifier;
use crate::metrics::git_log::{COMPARISON, SETTINGS};
use crate::session::event::{NewCommit, What};
use crate::session::state::{Commit, State};

/// A dialogue with git: while there is a [`question`](Self::question), run git
/// with it in the working tree and [`answer`](Self::answer).
#[derive(Debug)]
pub struct Inquiry<'a> {
    state: &'a State,
    moves: Vec<Move>,
    stage: Stage,
    /// Not in HEAD's history.
    behind: HashSet<String>,
    /// Not in HEAD's history and on no local branch.
    adrift: HashSet<String>,
    details: HashMap<String, Details>,
    /// Lost without a replacement, and somewhere else all the same.
    elsewhere: HashSet<String>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stage {
    Log,
    Behind,
    Adrift,
    Details,
    Elsewhere,
    Done,
    /// Nothing can be said now.
    Unknown,
}

/// More commits than this are not asked for at once; the newest ones are.
const MOST: usize = 400;

impl<'a> Inquiry<'a> {
    /// `log` is of the working tree's own git folder; `None` where git keeps it
    /// in another form, and has to be asked.
    pub fn new(state: &'a State, log: Option<&HeadLog>) -> Self {
        let mut inquiry = Self {
            state,
            moves: vec![],
            stage: Stage::Log,
            behind: HashSet::new(),
            adrift: HashSet::new(),
            details: HashMap::new(),
            elsewhere: HashSet::new(),
            diagnostics: vec![],
        };
        if let Some(log) = log {
            let opening = &state.opening;
            let since = opening.head_log.and_then(|it| log.since(it, opening.base.as_deref()));
            match since {
                Some(moves) => inquiry.follow(moves),
                None => inquiry.begin(log.moves()),
            }
        }
        inquiry
    }

    /// The arguments that git is to be run with next; `None` when all is known.
    pub fn question(&self) -> Option<Vec<String>> {
        let (command, commits): (&[&str], Vec<&str>) = match self.stage {
            Stage::Log => {
                let most = "--max-count=2000";
                let command = ["log", "-g", "-z", "--date=unix", most, reflog::FORMAT, "HEAD"];
                return Some(SETTINGS.iter().chain(&command).map(ToString::to_string).collect());
            }
            Stage::Behind => (&["rev-list", "--ignore-missing"], self.known()),
            Stage::Adrift | Stage::Elsewhere => {
                (&["rev-list", "--ignore-missing"], self.open_ones())
            }
            Stage::Details => {
                let own = ["--numstat", "--no-diff-merges", "--no-show-signature", "--no-notes"];
                let more =
                    ["--encoding=UTF-8", "--ignore-missing", "--no-walk=unsorted", details::FORMAT];
                let words = SETTINGS.iter().chain(&["log"]).chain(&COMPARISON);
                let words = words.chain(&own).chain(&more).copied();
                let words = words.chain(self.open_ones()).chain(["--"]);
                return Some(words.map(str::to_owned).collect());
            }
            Stage::Done | Stage::Unknown => return None,
        };
        let not: &[&str] = match self.stage {
            Stage::Behind => &["HEAD"],
            Stage::Adrift => &["--branches"],
            Stage::Elsewhere | Stage::Log | Stage::Details | Stage::Done | Stage::Unknown => {
                &["--remotes", "--tags"]
            }
        };
        let words = SETTINGS.iter().chain(command).copied().chain(commits).chain(["--not"]);
        Some(words.chain(not.iter().copied()).chain(["--"]).map(str::to_owned).collect())
    }

    /// Takes git's standard output; `None` when git failed.
    pub fn answer(&mut self, output: Option<&[u8]>) {
        let Some(output) = output else {
            let asked = format!("git could not say which commits are new ({:?})", self.stage);
            self.diagnostics.push(Diagnostic::new(asked));
            self.stage = Stage::Unknown;
            return;
        };
        match self.stage {
            Stage::Log => return self.begin(reflog::decode_answer(output)),
            Stage::Behind => self.behind = self.named(output),
            Stage::Adrift => self.adrift = self.named(output),
            Stage::Details => self.details = details::decode(output, &mut self.diagnostics),
            Stage::Elsewhere => {
                let nowhere = self.named(output);
                let lost = self.open_ones().into_iter().filter(|it| !nowhere.contains(*it));
                self.elsewhere = lost.map(str::to_owned).collect();
            }
            Stage::Done | Stage::Unknown => {}
        }
        self.advance();
    }

    /// What happened, in the order in which it is to be recorded. Empty before
    /// the last answer.
    pub fn events(&self, classifier: &Classifier) -> (Vec<What>, Vec<Diagnostic>) {
        let mut events = vec![];
        if self.stage == Stage::Done {
            let new = self.new_commits().into_iter();
            events.extend(new.filter_map(|hash| {
                let details = self.details.get(hash)?;
                let commit = details::new_commit(hash, details, classifier);
                let mut made = self.moves.iter().filter(|it| it.new == hash);
                let other_author = !made.any(|it| self.is_by_its_maker(it));
                Some(What::CommitRecorded(NewCommit { other_author, ..commit }))
            }));
            let back = self.state.commits.iter().filter(|it| self.came_back(it));
            events.extend(back.map(|it| What::CommitRecorded(it.commit.clone())));
            let lost = self.lost().into_iter().filter(|it| !self.elsewhere.contains(*it));
            events.extend(lost.map(|hash| What::CommitGone {
                hash: hash.to_owned(),
                replaced_by: self.replacement(hash).map(str::to_owned),
            }));
        }
        (events, self.diagnostics.clone())
    }

    fn begin(&mut self, moves: Vec<Move>) {
        if moves.is_empty() {
            let what = "git keeps no log of HEAD here, so commits are not recorded";
            self.diagnostics.push(Diagnostic::new(what));
        }
        let opening = &self.state.opening;
        let since = self.state.opened_at;
        self.follow(reflog::of_session(moves, opening.base.as_deref(), since));
    }

    fn follow(&mut self, moves: Vec<Move>) {
        self.moves = moves;
        self.advance();
    }

    /// The next stage that has something to ask.
    fn advance(&mut self) {
        self.stage = match self.stage {
            Stage::Log if self.is_rebasing() => Stage::Unknown,
            Stage::Log if self.only_forward() => Stage::Details,
            Stage::Log => Stage::Behind,
            Stage::Behind => Stage::Adrift,
            Stage::Adrift => Stage::Details,
            Stage::Details => Stage::Elsewhere,
            Stage::Elsewhere => Stage::Done,
            end @ (Stage::Done | Stage::Unknown) => end,
        };
        let has_question = match self.stage {
            Stage::Behind => !self.known().is_empty(),
            Stage::Adrift | Stage::Details | Stage::Elsewhere => !self.open_ones().is_empty(),
            Stage::Log | Stage::Done | Stage::Unknown => true,
        };
        if !has_question {
            self.advance();
        }
    }

    /// In the middle of a rebase, old and new commits exist side by side. One
    /// that was given up leaves no mark, but HEAD goes elsewhere then.
    fn is_rebasing(&self) -> bool {
        use MoveKind::{Jumped, RebaseEnded, RebaseStarted};
        let mut ends = self.moves.iter().rev().map(|it| it.kind);
        ends.find(|it| matches!(it, RebaseStarted | RebaseEnded | Jumped)) == Some(RebaseStarted)
    }

    fn only_forward(&self) -> bool {
        self.moves.iter().all(|it| matches!(it.kind, MoveKind::Made | MoveKind::Forward))
    }

    /// Every commit that this session can have a say about.
    fn known(&self) -> Vec<&str> {
        let recorded = self.state.commits.iter().map(|it| it.commit.hash.as_str());
        let made = self.moves.iter().filter(|it| it.makes_a_commit());
        newest(recorded.chain(made.map(|it| it.new.as_str())))
    }

    /// The commits that the question of this stage is about.
    fn open_ones(&self) -> Vec<&str> {
        match self.stage {
            Stage::Adrift => {
                self.known().into_iter().filter(|it| self.behind.contains(*it)).collect()
            }
            Stage::Details => {
                let is_new = |it: &&str| self.recorded(it).is_none_or(|it| it.gone);
                // What was lost is looked for among what there is.
                if self.behind.is_empty() {
                    self.known().into_iter().filter(is_new).collect()
                } else {
                    self.known()
                }
            }
            Stage::Elsewhere => {
                let lost = self.lost().into_iter();
                lost.filter(|it| self.replacement(it).is_none()).collect()
            }
            Stage::Log | Stage::Behind | Stage::Done | Stage::Unknown => vec![],
        }
    }

    fn named(&self, output: &[u8]) -> HashSet<String> {
        let output = String::from_utf8_lossy(output);
        let named: HashSet<&str> = output.lines().collect();
        self.known().into_iter().filter(|it| named.contains(it)).map(str::to_owned).collect()
    }

    fn recorded(&self, hash: &str) -> Option<&'a Commit> {
        self.state.commits.iter().find(|it| it.commit.hash == hash)
    }

    /// Commits made here that are there and not recorded, oldest first.
    fn new_commits(&self) -> Vec<&str> {
        let made = self.moves.iter().filter(|it| it.is_work()).map(|it| it.new.as_str());
        let recorded = self.state.commits.iter().map(|it| it.commit.hash.as_str());
        let replacements: HashSet<&str> =
            recorded.chain(made).filter_map(|it| self.replacement(it)).collect();
        let is_new = |it: &&Move| {
            let is_merge = self.details.get(&it.new).is_none_or(|it| 1 < it.parents.len());
            let is_own = !is_merge && (self.is_by_its_maker(it) || self.is_amend_of_own(it));
            // A copy counts as what it was copied from.
            let is_work = it.is_work() || replacements.contains(it.new.as_str());
            is_own
                && is_work
                && it.makes_a_commit()
                && self.is_there(&it.new)
                && self.recorded(&it.new).is_none()
        };
        newest(self.moves.iter().filter(is_new).map(|it| it.new.as_str()))
    }

    /// Whether the author is who made the commit here, and the session's person
    /// where that is known.
    fn is_by_its_maker(&self, made: &Move) -> bool {
        let author = self.details.get(&made.new).map(|it| it.author.as_str());
        let person = self.state.opening.email.as_deref().unwrap_or(&made.email);
        author.is_some_and(|it| it.eq_ignore_ascii_case(person))
    }

    /// Whether it was made of a commit of the session, whoever is its author now.
    fn is_amend_of_own(&self, made: &Move) -> bool {
        let mut now = made;
        for _ in 0..self.moves.len() {
            let Some(old) = now.old.as_deref().filter(|_| now.kind == MoveKind::Amended) else {
                return false;
            };
            if self.recorded(old).is_some() {
                return true;
            }
            match self.moves.iter().find(|it| it.new == old) {
                Some(before) if self.is_by_its_maker(before) => return true,
                Some(before) => now = before,
                None => return false,
            }
        }
        false
    }

    /// Subjects of commits that were made here since the last event, and that
    /// are not the session's because another person is their author.
    pub fn of_others(&self) -> Vec<&str> {
        if self.stage != Stage::Done {
            return vec![];
        }
        let since = self.state.last_at.timestamp();
        let made = self.moves.iter().filter(|it| it.is_work() && since <= it.seconds);
        let of_others = made.filter(|it| {
            self.is_there(&it.new)
                && self.recorded(&it.new).is_none()
                && !self.is_by_its_maker(it)
                && !self.is_amend_of_own(it)
        });
        of_others.filter_map(|it| self.details.get(&it.new)).map(|it| it.subject.as_str()).collect()
    }

    /// Recorded commits that are not there any more.
    fn lost(&self) -> Vec<&str> {
        let present = self.state.present_commits().map(|it| it.commit.hash.as_str());
        present.filter(|it| !self.is_there(it)).collect()
    }

    fn came_back(&self, commit: &Commit) -> bool {
        let hash = &commit.commit.hash;
        !self.only_forward()
            && commit.gone
            && self.details.contains_key(hash)
            && self.is_there(hash)
    }

    /// On a branch, and not replaced on the one that is checked out.
    fn is_there(&self, hash: &str) -> bool {
        let is_replaced = self.behind.contains(hash) && self.copy_of(hash).is_some();
        !is_replaced && !self.adrift.contains(hash)
    }
}

impl Move {
    pub(super) fn makes_a_commit(&self) -> bool {
        match self.kind {
            MoveKind::Made | MoveKind::Amended | MoveKind::Picked | MoveKind::Squashed => true,
            MoveKind::Forward
            | MoveKind::RebaseStarted
            | MoveKind::RebaseEnded
            | MoveKind::Jumped => false,
        }
    }

    fn is_work(&self) -> bool {
        matches!(self.kind, MoveKind::Made | MoveKind::Amended)
    }

    pub(super) fn replaces_old(&self) -> bool {
        matches!(self.kind, MoveKind::Amended | MoveKind::Squashed)
    }
}

/// Each once, in their order; of too many the last ones.
fn newest<'b>(all: impl Iterator<Item = &'b str>) -> Vec<&'b str> {
    let mut seen = HashSet::new();
    let mut all: Vec<&str> = all.filter(|it| seen.insert(*it)).collect();
    all.drain(..all.len().saturating_sub(MOST));
    all
}
