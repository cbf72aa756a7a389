//! Where the sessions are kept: a folder each, with a journal and the log as
//! we rendered it. The journal is the truth; hooks append to it as well.

use std::path::Path;

use chrono::{DateTime, FixedOffset};
use deming_core::clean::clean_line;
use deming_core::journal::{self, Record};
use deming_core::session::event::{By, Event, Opening, What};
use deming_core::session::refused::Refused;
use deming_core::session::replay;
use deming_core::session::state::State;
use deming_store::{Folder, Lock};

use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::log_file::Renderings;
use crate::output;
use crate::review_store::{append_line, bug, now, random_word};

const JOURNAL: &str = "journal.jsonl";
const JOURNAL_LOCK: &str = "journal.lock";
/// Held while a session is opened, so that a folder never gets two.
const START_LOCK: &str = "start.lock";
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// The longest path of a working tree in the index.
const ROOT_LIMIT: u64 = 64 * 1024;

/// One session on disk, locked against other writers of its journal.
#[derive(Debug)]
pub(crate) struct StoredSession {
    pub id: String,
    pub state: State,
    folder: Folder,
    index: Folder,
    _lock: Lock,
}

/// A session as it was read, without a lock.
#[derive(Debug)]
pub(crate) struct ReadSession {
    pub id: String,
    pub state: State,
}

/// All sessions of a person.
#[derive(Clone, Debug)]
pub(crate) struct SessionStore {
    root: Folder,
    /// A file for each session that is open, with its working tree in it, so
    /// that a hook finds it without reading every journal.
    index: Folder,
}

impl SessionStore {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self { root: environment.sessions(), index: environment.state().folder("open-sessions") }
    }

    /// Waits until no other process opens a session.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn lock_starts(&self) -> Result<Lock, Error> {
        Ok(self.root.lock(START_LOCK)?)
    }

    /// Starts a session of the working tree `root`.
    ///
    /// # Errors
    /// When the disk says no, or the opening says nothing.
    pub(crate) fn create(&self, root: &Path, opening: Opening) -> Result<StoredSession, Error> {
        let id = format!("s{}", random_word(6)?);
        let folder = self.root.folder(&id);
        let lock = folder.lock(JOURNAL_LOCK)?;
        let record = Record::new(now(), Event::new(By::Helper, What::Opened(opening)));
        let state = State::open(&record).map_err(|refused| refusal(&refused))?;
        // First, so that a session is never there without being found.
        self.index.replace(&id, root.as_os_str().as_encoded_bytes())?;
        folder.create(JOURNAL, encode(&record)?.as_bytes())?;
        Ok(StoredSession { id, state, folder, index: self.index.clone(), _lock: lock })
    }

    /// Opens a session for reading and writing.
    ///
    /// # Errors
    /// When there is none with this id, or its journal cannot be trusted.
    pub(crate) fn open(&self, id: &str) -> Result<StoredSession, Error> {
        let folder = self.existing(id)?;
        let lock = folder.lock(JOURNAL_LOCK)?;
        let (state, reports) = load(&folder, id)?;
        for report in reports {
            output::note(&report);
        }
        let index = self.index.clone();
        Ok(StoredSession { id: id.to_owned(), state, folder, index, _lock: lock })
    }

    /// Reads a session as it is now, without waiting for its writer.
    ///
    /// # Errors
    /// As [`SessionStore::open`].
    pub(crate) fn peek(&self, id: &str) -> Result<ReadSession, Error> {
        let (state, _) = load(&self.existing(id)?, id)?;
        Ok(ReadSession { id: id.to_owned(), state })
    }

    /// The ids of the open sessions of a working tree; usually one at most.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn open_in(&self, root: &Path) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        for (id, of_root) in self.open_anywhere()? {
            if of_root == root.as_os_str().as_encoded_bytes() {
                // Without a journal the session ended before it began.
                match self.existing(&id) {
                    Ok(_) => ids.push(id),
                    Err(_) => self.index.remove(&id)?,
                }
            }
        }
        Ok(ids)
    }

    /// The ids of all open sessions, each with its working tree.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn open_anywhere(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let ids = self.index.names()?.into_iter().filter(|it| is_id(it));
        ids.map(|id| {
            let root = self.index.read(&id, ROOT_LIMIT)?.unwrap_or_default();
            Ok((id, root))
        })
        .collect()
    }

    /// The sessions that can be read, oldest first, and a sentence for each
    /// that cannot.
    ///
    /// # Errors
    /// When the folder of all sessions cannot be listed.
    pub(crate) fn all(&self) -> Result<(Vec<ReadSession>, Vec<String>), Error> {
        let mut sessions = Vec::new();
        let mut unreadable = Vec::new();
        for id in self.root.names()?.into_iter().filter(|it| is_id(it)) {
            match load(&self.root.folder(&id), &id) {
                Ok((state, _)) => sessions.push(ReadSession { id, state }),
                Err(error) => unreadable.push(error.message),
            }
        }
        sessions.sort_by_key(|it| it.state.opened_at);
        Ok((sessions, unreadable))
    }

    fn existing(&self, id: &str) -> Result<Folder, Error> {
        let folder = self.root.folder(id);
        if is_id(id) && folder.path().join(JOURNAL).is_file() {
            Ok(folder)
        } else {
            Err(Error::usage(format!("there is no session `{}`", clean_line(id)))
                .hint("run `deming pdca list`"))
        }
    }
}

impl StoredSession {
    /// Appends events that belong together: all of them, or none.
    ///
    /// # Errors
    /// When one of them is not possible now; the session is then what it was.
    pub(crate) fn record(&mut self, events: Vec<Event>) -> Result<(), Error> {
        self.record_at(now(), events)
    }

    fn record_at(&mut self, at: DateTime<FixedOffset>, events: Vec<Event>) -> Result<(), Error> {
        let mut next = self.state.clone();
        let mut lines = String::new();
        for event in events {
            next.check_new(&event.what).map_err(|refused| refusal(&refused))?;
            let record = Record::new(at, event);
            next.apply(&record).map_err(|refused| refusal(&refused))?;
            lines.push_str(&encode(&record)?);
        }
        if !lines.is_empty() {
            append_line(&self.folder, JOURNAL, &lines)?;
        }
        self.state = next;
        Ok(())
    }

    /// Makes a session that was reopened be found again in this working tree.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn enlist(&self, root: &Path) -> Result<(), Error> {
        Ok(self.index.replace(&self.id, root.as_os_str().as_encoded_bytes())?)
    }

    /// The last act of a session that is closed: it is found no longer.
    ///
    /// # Errors
    /// When the disk says no; the next command that looks tries again.
    pub(crate) fn delist(&self) -> Result<(), Error> {
        Ok(self.index.remove(&self.id)?)
    }

    /// The log as it was rendered so far.
    pub(crate) fn renderings(&self) -> Renderings<'_> {
        Renderings::in_folder(&self.folder)
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 7
        && text.starts_with('s')
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
}

fn load(folder: &Folder, id: &str) -> Result<(State, Vec<String>), Error> {
    let bytes = folder.read(JOURNAL, SIZE_LIMIT)?.unwrap_or_default();
    let refused = |reason: String, hint: &str| {
        Error::environment(format!("the session `{id}` cannot be read: {reason}")).hint(hint)
    };
    let (records, torn) = journal::decode::<Event>(&bytes)
        .map_err(|error| refused(error.to_string(), error.hint()))?;
    let (state, left_out) =
        replay(&records).map_err(|error| refused(error.to_string(), "move its folder away"))?;
    let reports = torn.iter().chain(&left_out).map(|it| it.as_str().to_owned());
    Ok((state, reports.collect()))
}

/// What the session does not accept, as an error that the chat goes on after.
fn refusal(refused: &Refused) -> Error {
    Error::new(ErrorKind::Usage, refused.to_string()).hint(refused.hint())
}

fn encode(record: &Record<Event>) -> Result<String, Error> {
    journal::encode(record).map_err(bug)
}
