//! The PDCA sessions that are open: where they are, what they hold, and how a
//! fact is appended to one. Changes nothing else of them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use deming_core::journal::{self, JournalError, Record, Tail};
use deming_core::session::event::{By, Event, What};
use deming_core::session::refused::Refused;
use deming_core::session::replay;
use deming_core::session::state::State;
use deming_store::{Folder, Lock, StoreError};

use crate::reviews;

const JOURNAL: &str = "journal.jsonl";
const JOURNAL_LOCK: &str = "journal.lock";
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
const ROOT_LIMIT: u64 = 64 * 1024;
/// The end of a journal, in bytes, that tells how it ends.
const TAIL_LENGTH: u64 = 64 * 1024;
/// Claude Code stops a hook after five seconds.
const PATIENCE: Duration = Duration::from_secs(2);
const NAP: Duration = Duration::from_millis(5);

/// A session that is open in a working tree.
#[derive(Clone, Debug)]
pub(crate) struct OpenSession {
    pub(crate) id: String,
    pub(crate) root: PathBuf,
    pub(crate) folder: Folder,
}

/// Why a fact was not recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{0}: {reason}", reason = reason(.0))]
    Store(#[from] StoreError),
    #[error("another process writes to the session")]
    Busy,
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("{0}")]
    Git(String),
    #[error("it is not certain that Claude Code itself called the hook")]
    NotClaudeCode,
}

fn reason(error: &StoreError) -> String {
    std::error::Error::source(error).map_or_else(String::new, ToString::to_string)
}

/// The open sessions of all working trees.
pub(crate) fn open() -> Vec<OpenSession> {
    let Some(home) = reviews::state() else { return vec![] };
    let index = home.folder("open-sessions");
    let ids = index.names().unwrap_or_default().into_iter().filter(|it| is_id(it));
    ids.filter_map(|id| {
        let root = index.read(&id, ROOT_LIMIT).ok()??;
        let root = PathBuf::from(std::ffi::OsString::from_vec(root));
        let folder = home.folder("sessions").folder(&id);
        root.is_absolute().then_some(OpenSession { id, root, folder })
    })
    .collect()
}

/// The session whose working tree holds this place; of nested ones the inner.
pub(crate) fn holding<'a>(sessions: &'a [OpenSession], place: &Path) -> Option<&'a OpenSession> {
    let around = sessions.iter().filter(|it| place.starts_with(&it.root));
    around.max_by_key(|it| it.root.components().count())
}

impl OpenSession {
    pub(crate) fn load(&self) -> Result<State, Trouble> {
        let bytes = self.folder.read(JOURNAL, SIZE_LIMIT)?.unwrap_or_default();
        let (records, _) = journal::decode::<Event>(&bytes)?;
        Ok(replay(&records)?.0)
    }

    /// Keeps other writers away while it is held.
    pub(crate) fn lock(&self) -> Result<Lock, Trouble> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.folder.try_lock(JOURNAL_LOCK)? {
                Some(lock) => return Ok(lock),
                None if Instant::now() < end => std::thread::sleep(NAP),
                None => return Err(Trouble::Busy),
            }
        }
    }

    /// Appends facts that were seen now, in one write that is waited for.
    pub(crate) fn append(&self, facts: Vec<What>, _: &Lock) -> Result<(), Trouble> {
        let now = chrono::Local::now().fixed_offset();
        let mut lines = String::new();
        for fact in facts {
            let record = Record::new(now, Event::new(By::Hook, fact));
            lines += &journal::encode(&record).unwrap_or_default();
        }
        match self.tail()? {
            Tail::Whole => {}
            Tail::NoLineFeed => lines.insert(0, '\n'),
            Tail::Torn { keep } => self.folder.cut(JOURNAL, keep as u64)?,
        }
        Ok(self.folder.append(JOURNAL, lines.as_bytes())?)
    }

    /// How the journal ends, by its last lines alone.
    fn tail(&self) -> Result<Tail, Trouble> {
        let last = |length: u64| -> std::io::Result<(u64, Vec<u8>)> {
            let mut file = File::open(self.folder.path().join(JOURNAL))?;
            let start = file.metadata()?.len().saturating_sub(length);
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = vec![];
            file.read_to_end(&mut bytes)?;
            Ok((start, bytes))
        };
        let (start, bytes) = last(TAIL_LENGTH).unwrap_or_default();
        if start == 0 || bytes.contains(&b'\n') {
            return Ok(match journal::tail(&bytes) {
                Tail::Torn { keep } => {
                    Tail::Torn { keep: keep + usize::try_from(start).unwrap_or(0) }
                }
                whole @ (Tail::Whole | Tail::NoLineFeed) => whole,
            });
        }
        let bytes = self.folder.read(JOURNAL, SIZE_LIMIT)?.unwrap_or_default();
        Ok(journal::tail(&bytes))
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 7
        && text.starts_with('s')
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
}
