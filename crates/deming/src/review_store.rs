//! Where the reviews are kept: a folder each, with a journal and what belongs
//! to it. The journal is the truth; everything else can be made again.

mod failpoint;
mod files;
mod labels;

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Local};
use deming_core::diagnostic::Diagnostic;
use deming_core::journal::{self, Record, Tail};
use deming_core::review_loop::{Review, ReviewEvent};
use deming_store::{Folder, Lock};

use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::output;

const JOURNAL: &str = "journal.jsonl";
const JOURNAL_LOCK: &str = "journal.lock";
const WORKER_LOCK: &str = "worker.lock";
const CANCEL: &str = "cancel";
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// The longest path of a project in the index.
const ROOT_LIMIT: u64 = 64 * 1024;
/// How often a process tries to become the one that waits, 5 ms apart.
const LOCK_TRIES: u32 = 100;

/// One review on disk, locked against other writers of its journal.
#[derive(Debug)]
pub(crate) struct StoredReview {
    pub review: Review,
    pub folder: Folder,
    index: Folder,
    _lock: Lock,
}

/// All reviews of a person.
#[derive(Clone, Debug)]
pub(crate) struct ReviewStore {
    root: Folder,
    /// A file for each review that is not over, with its project's folder in
    /// it, so that a hook finds it without reading every journal.
    index: Folder,
}

impl ReviewStore {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self { root: environment.reviews(), index: environment.state().folder("open") }
    }

    /// Starts a review with its first event.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn create(&self, event: ReviewEvent) -> Result<StoredReview, Error> {
        let ReviewEvent::Opened { opening } = &event else {
            return Err(Error::new(ErrorKind::Bug, "a review starts by being opened"));
        };
        let folder = self.root.folder(&opening.id);
        let root = opening.root.clone();
        let id = opening.id.clone();
        let lock = folder.lock(JOURNAL_LOCK)?;
        let record = Record::new(now(), event);
        let review = Review::fold(std::slice::from_ref(&record)).map_err(bug)?;
        // First, so that a review is never there without being found.
        self.index.replace(&id, root.as_bytes())?;
        folder.create(JOURNAL, encode(&record)?.as_bytes())?;
        failpoint::reached(&record.event);
        Ok(StoredReview { review, folder, index: self.index.clone(), _lock: lock })
    }

    /// Opens a review for reading and writing.
    ///
    /// # Errors
    /// When there is none with this id, or its journal cannot be trusted.
    pub(crate) fn open(&self, id: &str) -> Result<StoredReview, Error> {
        let folder = self.existing(id)?;
        let lock = folder.lock(JOURNAL_LOCK)?;
        let (review, reports) = load(&folder, id)?;
        for report in reports {
            output::note(report.as_str());
        }
        Ok(StoredReview { review, folder, index: self.index.clone(), _lock: lock })
    }

    /// Reads a review as it is now, without waiting for its writer.
    ///
    /// # Errors
    /// As [`ReviewStore::open`].
    pub(crate) fn peek(&self, id: &str) -> Result<Review, Error> {
        Ok(load(&self.existing(id)?, id)?.0)
    }

    /// The reviews of a project that are not closed, oldest first, and a
    /// sentence for each that cannot be read.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn open_in(&self, root: &Path) -> Result<(Vec<Review>, Vec<String>), Error> {
        let mut ids = Vec::new();
        for id in self.index.names()?.into_iter().filter(|it| is_id(it)) {
            let of_root = self.index.read(&id, ROOT_LIMIT)?.unwrap_or_default();
            if of_root == root.as_os_str().as_encoded_bytes() {
                // Without a journal the review ended before it began.
                match self.existing(&id) {
                    Ok(_) => ids.push(id),
                    Err(_) => self.index.remove(&id)?,
                }
            }
        }
        Ok(self.read_all(ids))
    }

    /// The reviews that can be read, oldest first, and a sentence for each that
    /// cannot.
    ///
    /// # Errors
    /// When the folder of all reviews cannot be listed.
    pub(crate) fn all(&self) -> Result<(Vec<Review>, Vec<String>), Error> {
        let ids = self.root.names()?.into_iter().filter(|it| is_id(it));
        Ok(self.read_all(ids))
    }

    fn read_all(&self, ids: impl IntoIterator<Item = String>) -> (Vec<Review>, Vec<String>) {
        let mut reviews = Vec::new();
        let mut unreadable = Vec::new();
        for id in ids {
            match load(&self.root.folder(&id), &id) {
                Ok((review, _)) => reviews.push(review),
                Err(error) => unreadable.push(error.message),
            }
        }
        reviews.sort_by_key(|it| it.opened);
        (reviews, unreadable)
    }

    /// Whether a process is waiting for a reply in this review.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn is_worker_alive(&self, id: &str) -> Result<bool, Error> {
        Ok(self.existing(id)?.try_lock(WORKER_LOCK)?.is_none())
    }

    /// Asks the process that waits for a reply to stop.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn ask_to_stop(&self, id: &str) -> Result<(), Error> {
        Ok(self.existing(id)?.replace(CANCEL, b"")?)
    }

    /// Takes the place of the one process that waits for a reply, and clears
    /// an old request to stop.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn become_worker(&self, id: &str) -> Result<Option<Lock>, Error> {
        let folder = self.existing(id)?;
        for _ in 0..LOCK_TRIES {
            if let Some(lock) = folder.try_lock(WORKER_LOCK)? {
                folder.remove(CANCEL)?;
                return Ok(Some(lock));
            }
            // Whoever asks whether we are alive holds it for a moment.
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(None)
    }

    /// Also when the review was forgotten, and the request with it.
    pub(crate) fn was_asked_to_stop(&self, id: &str) -> bool {
        let is_asked = self.root.folder(id).read(CANCEL, 0).is_ok_and(|it| it.is_some());
        is_asked || self.existing(id).is_err()
    }

    fn existing(&self, id: &str) -> Result<Folder, Error> {
        let folder = self.root.folder(id);
        if is_id(id) && folder.path().join(JOURNAL).is_file() {
            Ok(folder)
        } else {
            let shown = deming_core::clean::clean_line(id);
            Err(Error::usage(format!("there is no review `{shown}`"))
                .hint("run `deming refine list`"))
        }
    }
}

impl StoredReview {
    pub(crate) fn id(&self) -> &str {
        &self.review.opening.id
    }

    /// Appends an event, on the disk before this returns.
    ///
    /// # Errors
    /// When the event does not fit, or the disk says no; the review is then
    /// what it was.
    pub(crate) fn append(&mut self, event: ReviewEvent) -> Result<(), Error> {
        let record = Record::new(now(), event);
        let mut next = self.review.clone();
        next.apply(&record).map_err(|error| {
            Error::usage(error.to_string())
                .hint(format!("run `deming refine status {}`", self.review.opening.id))
        })?;
        append_line(&self.folder, JOURNAL, &encode(&record)?)?;
        failpoint::reached(&record.event);
        self.review = next;
        Ok(())
    }

    /// Whether the review is over and all that its end asks for was done.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn is_closed(&self) -> Result<bool, Error> {
        Ok(self.review.is_over() && self.index.read(self.id(), ROOT_LIMIT)?.is_none())
    }

    /// The last act of a review that is over: it is found no longer. Where the
    /// person wanted no log, all that it kept is removed before.
    ///
    /// # Errors
    /// When the disk says no; what is left is removed by the next attempt.
    pub(crate) fn close(self) -> Result<(), Error> {
        let id = self.id().to_owned();
        if self.review.consent.is_some() && !self.review.logging() {
            self.folder.remove_all()?;
        } else {
            self.close_question()?;
            self.forget_labels()?;
        }
        Ok(self.index.remove(&id)?)
    }

    /// Removes all that the review kept, but for its log.
    ///
    /// # Errors
    /// When something of it stays; it is named.
    pub(crate) fn forget(self) -> Result<(), Error> {
        self.folder.remove_all()?;
        Ok(self.index.remove(self.id())?)
    }
}

/// The local time, with its offset.
pub(crate) fn now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

/// A random word of `length` letters and digits.
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn random_word(length: usize) -> Result<String, Error> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::environment(format!("the system gave no randomness: {error}")))?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// `r` and six letters or digits: short enough to type.
pub(crate) fn new_id() -> Result<String, Error> {
    Ok(format!("r{}", random_word(6)?))
}

fn is_id(text: &str) -> bool {
    text.len() == 7
        && text.starts_with('r')
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
}

fn load(folder: &Folder, id: &str) -> Result<(Review, Vec<Diagnostic>), Error> {
    let bytes = folder.read(JOURNAL, SIZE_LIMIT)?.unwrap_or_default();
    let refused = |reason: String, hint: &str| {
        Error::environment(format!("the review `{id}` cannot be read: {reason}")).hint(hint)
    };
    let (records, reports) = journal::decode::<ReviewEvent>(&bytes)
        .map_err(|error| refused(error.to_string(), error.hint()))?;
    let review = Review::fold(&records)
        .map_err(|error| refused(error.to_string(), "move its folder away"))?;
    Ok((review, reports))
}

/// Appends a line to a journal, after what a cut-off write may have left.
pub(crate) fn append_line(folder: &Folder, name: &str, line: &str) -> Result<(), Error> {
    let bytes = folder.read(name, SIZE_LIMIT)?.unwrap_or_default();
    match journal::tail(&bytes) {
        Tail::Whole => Ok(folder.append(name, line.as_bytes())?),
        Tail::NoLineFeed => Ok(folder.append(name, format!("\n{line}").as_bytes())?),
        Tail::Torn { keep } => {
            folder.cut(name, keep as u64)?;
            Ok(folder.append(name, line.as_bytes())?)
        }
    }
}

fn encode(record: &Record<ReviewEvent>) -> Result<String, Error> {
    journal::encode(record).map_err(bug)
}

fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(bug)
}

pub(crate) fn bug(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Bug, error.to_string())
}
