//! What HEAD did in a working tree, by git's log of it. Reads a log's bytes,
//! never a file, and knows nothing of commits but their names.

use crate::session::event::At;

/// One move of HEAD, with who made it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Move {
    /// Absent where the log does not say, and before the first commit.
    pub(super) old: Option<String>,
    pub(super) new: String,
    pub(super) email: String,
    pub(super) seconds: i64,
    pub(super) kind: MoveKind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum MoveKind {
    /// A new commit on top of the old one.
    Made,
    /// A new commit instead of the old one.
    Amended,
    /// A copy of an older commit, by a rebase.
    Picked,
    /// A copy put together with the old one, by a rebase.
    Squashed,
    /// To commits that contain the old one, or nowhere.
    Forward,
    /// A rebase began.
    RebaseStarted,
    /// A rebase ended, well or not.
    RebaseEnded,
    /// Anywhere.
    Jumped,
}

/// The end of `logs/HEAD` in a git folder, from the beginning of a line.
///
/// Format: `old SP new SP name SP <email> SP seconds SP zone TAB message` a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeadLog {
    /// How many bytes of the file stand before.
    start: u64,
    bytes: Vec<u8>,
}

impl HeadLog {
    /// How much of the file is worth reading, in bytes; some thousand moves.
    pub const LIMIT: u64 = 1024 * 1024;

    /// The last bytes of the file, and at which byte they begin.
    pub fn new((mut start, mut bytes): (u64, Vec<u8>)) -> Self {
        if 0 < start {
            let rest = bytes.iter().position(|&it| it == b'\n').map_or(bytes.len(), |it| it + 1);
            bytes.drain(..rest);
            start += rest as u64;
        }
        Self { start, bytes }
    }

    /// How long the file is, in bytes.
    pub fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// All of them, oldest first; lines in another form are left out.
    pub(super) fn moves(&self) -> Vec<Move> {
        decode_file(&self.bytes)
    }

    /// Those that were added since the file was `length` bytes long and HEAD was
    /// at `base`; `None` where that cannot be, because git rewrote its log.
    pub(super) fn since(&self, length: u64, base: Option<&str>) -> Option<Vec<Move>> {
        let Some(own) = length.checked_sub(self.start) else { return Some(self.moves()) };
        let (before, after) = self.bytes.split_at_checked(usize::try_from(own).ok()?)?;
        if before.is_empty() {
            return Some(decode_file(after));
        }
        let last = before.strip_suffix(b"\n")?.rsplit(|it| *it == b'\n').next()?;
        let last = decode_file(last).pop()?;
        (base == Some(&*last.new)).then(|| decode_file(after))
    }
}

fn decode_file(bytes: &[u8]) -> Vec<Move> {
    String::from_utf8_lossy(bytes).lines().filter_map(line).collect()
}

/// What `git log -g` is asked to print of each entry.
pub(super) const FORMAT: &str = "--format=tformat:%H%x00%ge%x00%gd%x00%gs";

/// The answer to [`FORMAT`] with `-z --date=unix`, turned to oldest first.
pub(super) fn decode_answer(bytes: &[u8]) -> Vec<Move> {
    let text = String::from_utf8_lossy(bytes);
    let fields: Vec<&str> = text.split('\0').collect();
    let mut moves: Vec<Move> = vec![];
    for entry in fields.as_chunks::<4>().0.iter().rev() {
        let [new, email, selector, message] = *entry;
        let seconds = selector.rsplit_once("@{").map_or("", |it| it.1.trim_end_matches('}'));
        let old = moves.last().map(|it| it.new.clone());
        moves.extend(read(old, new, email, seconds, message));
    }
    moves
}

/// The part of the log that belongs to a session which began at `since` on `base`.
pub(super) fn of_session(mut moves: Vec<Move>, base: Option<&str>, since: At) -> Vec<Move> {
    let Some(base) = base else { return moves };
    let since = since.timestamp();
    // The name of the base comes first: the clock of a commit can be set.
    match moves.iter().rposition(|it| it.new == base && it.seconds <= since) {
        Some(at_base) => moves.split_off(at_base + 1),
        None => moves.into_iter().filter(|it| since <= it.seconds).collect(),
    }
}

fn line(line: &str) -> Option<Move> {
    let (head, message) = line.split_once('\t').unwrap_or((line, ""));
    let (old, rest) = head.split_once(' ')?;
    let (new, rest) = rest.split_once(' ')?;
    let (who, time) = rest.rsplit_once("> ")?;
    let email = who.rsplit_once('<')?.1;
    let seconds = time.split(' ').next()?;
    let old = old.bytes().any(|it| it != b'0').then(|| old.to_owned());
    read(old, new, email, seconds, message)
}

fn read(old: Option<String>, new: &str, email: &str, seconds: &str, message: &str) -> Option<Move> {
    let is_hash = 40 <= new.len() && new.bytes().all(|it| it.is_ascii_hexdigit());
    let kind = kind(old.as_deref(), new, message);
    let seconds = seconds.parse().ok()?;
    is_hash.then(|| Move { old, new: new.to_owned(), email: email.to_owned(), seconds, kind })
}

/// Messages as git 2.20 to 2.50 writes them; the word before the colon can be
/// set by a script, and is then a jump.
fn kind(old: Option<&str>, new: &str, message: &str) -> MoveKind {
    let (action, rest) = message.split_once(": ").unwrap_or((message, ""));
    let stage = action.rsplit_once(" (").map_or("", |it| it.1.trim_end_matches(')'));
    let is_rebase = action.starts_with("rebase")
        || action.starts_with("pull") && !stage.is_empty()
        || action == "rebase finished";
    if is_rebase {
        return match stage {
            "start" => MoveKind::RebaseStarted,
            "finish" | "abort" => MoveKind::RebaseEnded,
            "squash" | "fixup" => MoveKind::Squashed,
            "reset" => MoveKind::Jumped,
            "" if action == "rebase finished" => MoveKind::RebaseEnded,
            "" if rest.starts_with("aborting") => MoveKind::RebaseEnded,
            "" if rest.starts_with("checkout ") => MoveKind::RebaseStarted,
            _ => MoveKind::Picked,
        };
    }
    if old == Some(new) {
        return MoveKind::Forward;
    }
    match action {
        "commit (amend)" => MoveKind::Amended,
        "cherry-pick" if rest == "fast-forward" => MoveKind::Forward,
        "commit"
        | "commit (initial)"
        | "commit (merge)"
        | "commit (cherry-pick)"
        | "cherry-pick"
        | "revert"
        | "am" => MoveKind::Made,
        _ if ["merge ", "pull"].iter().any(|it| action.starts_with(it)) => MoveKind::Forward,
        _ => MoveKind::Jumped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    #[track_caller]
    fn check(message: &str, want: MoveKind) {
        let line = format!("{A} {B} Ada <L> <ada@host.example> 1700000000 +0100\t{message}\n");
        let (old, new) = (Some(A.to_owned()), B.to_owned());
        let email = "ada@host.example".to_owned();
        assert_eq!(
            decode_file(line.as_bytes()),
            [Move { old, new, email, seconds: 1_700_000_000, kind: want }],
            "{message}"
        );
    }

    #[test]
    fn moves_are_told_by_gits_message() {
        check("commit: two", MoveKind::Made);
        check("commit (initial): one", MoveKind::Made);
        check("commit (amend): two", MoveKind::Amended);
        check("cherry-pick: three", MoveKind::Made);
        check("cherry-pick: fast-forward", MoveKind::Forward);
        check("revert: Revert \"four\"", MoveKind::Made);
        check("pull -q --rebase origin main (start): checkout 7d1d", MoveKind::RebaseStarted);
        check("pull -q --rebase origin main (pick): two", MoveKind::Picked);
        check("rebase (squash): four", MoveKind::Squashed);
        check("rebase -i (fixup): four", MoveKind::Squashed);
        check("rebase (continue): four", MoveKind::Picked);
        check("rebase: checkout main", MoveKind::RebaseStarted);
        check("rebase: four", MoveKind::Picked);
        check("rebase: aborting", MoveKind::RebaseEnded);
        check("rebase finished: returning to refs/heads/x", MoveKind::RebaseEnded);
        check("rebase (finish): returning to refs/heads/feat", MoveKind::RebaseEnded);
        check("pull -q: Fast-forward", MoveKind::Forward);
        check("merge feat: Merge made by the 'ort' strategy.", MoveKind::Forward);
        check("checkout: moving from main to feat", MoveKind::Jumped);
        check("reset: moving to HEAD~2", MoveKind::Jumped);
        check("export from jj", MoveKind::Jumped);
        check("", MoveKind::Jumped);
    }

    #[test]
    fn lines_in_another_form_are_left_out() {
        assert_eq!(decode_file(b"ref: refs/heads/main\n\xff\n"), []);
    }

    #[test]
    fn answer_of_git_says_the_same_as_the_file() {
        let file = format!(
            "{} {A} Ada <ada@host.example> 1700000000 +0000\tcommit (initial): one\n\
             {A} {B} Ada <ada@host.example> 1700000001 +0000\tcommit: two\n",
            "0".repeat(40)
        );
        let answer = format!(
            "{B}\0ada@host.example\0HEAD@{{1700000001}}\0commit: two\0\
             {A}\0ada@host.example\0HEAD@{{1700000000}}\0commit (initial): one\0"
        );
        assert_eq!(decode_answer(answer.as_bytes()), decode_file(file.as_bytes()));
        assert_eq!(decode_answer(answer.as_bytes()).len(), 2);
    }

    #[test]
    fn moves_since_the_opening_are_those_behind_its_length() {
        let line = |hash: &str| format!("{A} {hash} A <a@b.example> 5 +0000\tcommit: x\n");
        let text = [A, B, A, B].map(line).concat();
        let length = line(A).len() as u64;
        let log = |start: u64| {
            let start = usize::try_from(start).unwrap();
            HeadLog::new((start as u64, text.as_bytes()[start..].to_vec()))
        };
        let count = |start, opened, base| log(start).since(opened, base).map(|it| it.len());
        assert_eq!(count(0, length, Some(A)), Some(3));
        assert_eq!(count(0, 3 * length, Some(A)), Some(1));
        assert_eq!(count(0, 0, None), Some(4));
        // Only the end was read: from a whole line on.
        assert_eq!(count(length + 1, 3 * length, Some(A)), Some(1));
        assert_eq!(count(length + 1, length, Some(A)), Some(2));
        assert_eq!(log(length + 1).end(), 4 * length);
        // Written anew since, by the removal of old entries.
        assert_eq!(count(0, 5 * length, Some(A)), None);
        assert_eq!(count(0, length + 1, Some(A)), None);
        assert_eq!(count(0, 2 * length, Some(A)), None);
    }

    #[test]
    fn session_begins_behind_its_base() {
        let since = chrono::DateTime::parse_from_rfc3339("2023-11-14T22:13:20.5Z").unwrap();
        let at = |hash: &str, seconds: i64| {
            let line = format!("{A} {hash} A <a@b.example> {seconds} +0000\tcommit: x\n");
            decode_file(line.as_bytes())
        };
        let names = |moves: Vec<Move>| -> Vec<i64> { moves.iter().map(|it| it.seconds).collect() };
        let since_base = |moves: &[Vec<Move>]| names(of_session(moves.concat(), Some(A), since));
        let (start, c) = (since.timestamp(), &"c".repeat(40));
        // In the same second as the opening, and a commit with an old clock.
        assert_eq!(since_base(&[at(A, start - 9), at(B, start), at(c, 5)]), [start, 5]);
        // Back at the base in the middle of the session.
        assert_eq!(
            since_base(&[at(A, start - 9), at(B, start + 1), at(A, start + 2)]),
            [start + 1, start + 2]
        );
        // A log that was cut begins later.
        assert_eq!(since_base(&[at(B, start - 9), at(c, start)]), [start]);
        // Opened in the second of its base commit.
        assert_eq!(since_base(&[at(A, start), at(B, start)]), [start]);
        assert_eq!(names(of_session(at(B, 1), None, since)), [1]);
    }
}
