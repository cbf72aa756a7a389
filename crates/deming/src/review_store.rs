//! Where the reviews are kept: a folder each, with a journal and what belongs
//! to it. The journal is the truth; everything else can be made again.

use chrono::{DateTime, FixedOffset, Local};
use deming_core::journal::{self, Record, Tail};
use deming_core::review_loop::{
    AnswerEvent, OpenQuestion, Question, Review, ReviewEvent, Subject, answer_of,
};
use deming_store::{Folder, Lock};

use crate::environment::Environment;
use crate::error::{Error, ErrorKind};

const JOURNAL: &str = "journal.jsonl";
const JOURNAL_LOCK: &str = "journal.lock";
const WORKER_LOCK: &str = "worker.lock";
const CANCEL: &str = "cancel";
const LOG_WRITTEN: &str = "log.md";
const LOG_NEXT: &str = "log-next.md";
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// One review on disk, locked against other writers of its journal.
#[derive(Debug)]
pub struct StoredReview {
    pub review: Review,
    pub folder: Folder,
    index: Folder,
    _lock: Lock,
}

/// All reviews of a person.
#[derive(Clone, Debug)]
pub struct ReviewStore {
    root: Folder,
    /// A file for each review that is not over, with its project's folder in
    /// it, so that a hook finds it without reading every journal.
    index: Folder,
}

impl ReviewStore {
    pub fn new(environment: &Environment) -> Self {
        Self { root: environment.reviews(), index: environment.state().folder("open") }
    }

    /// Starts a review with its first event.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn create(&self, event: ReviewEvent) -> Result<StoredReview, Error> {
        let ReviewEvent::Opened { opening } = &event else {
            return Err(Error::new(ErrorKind::Bug, "a review starts by being opened"));
        };
        let folder = self.root.folder(&opening.id);
        let root = opening.root.clone();
        let id = opening.id.clone();
        let lock = folder.lock(JOURNAL_LOCK)?;
        let record = Record::new(now(), event);
        let review = Review::fold(std::slice::from_ref(&record)).map_err(bug)?;
        folder.create(JOURNAL, encode(&record)?.as_bytes())?;
        self.index.replace(&id, root.as_bytes())?;
        Ok(StoredReview { review, folder, index: self.index.clone(), _lock: lock })
    }

    /// Opens a review for reading and writing.
    ///
    /// # Errors
    /// When there is none with this id, or its journal cannot be trusted.
    pub fn open(&self, id: &str) -> Result<StoredReview, Error> {
        let folder = self.existing(id)?;
        let lock = folder.lock(JOURNAL_LOCK)?;
        let review = load(&folder, id)?;
        Ok(StoredReview { review, folder, index: self.index.clone(), _lock: lock })
    }

    /// Reads a review as it is now, without waiting for its writer.
    ///
    /// # Errors
    /// As [`ReviewStore::open`].
    pub fn peek(&self, id: &str) -> Result<Review, Error> {
        load(&self.existing(id)?, id)
    }

    /// The reviews that can be read, oldest first, and a sentence for each that
    /// cannot.
    ///
    /// # Errors
    /// When the folder of all reviews cannot be listed.
    pub fn all(&self) -> Result<(Vec<Review>, Vec<String>), Error> {
        let mut reviews = Vec::new();
        let mut unreadable = Vec::new();
        for id in self.root.names()?.into_iter().filter(|it| is_id(it)) {
            match load(&self.root.folder(&id), &id) {
                Ok(review) => reviews.push(review),
                Err(error) => unreadable.push(error.message),
            }
        }
        reviews.sort_by_key(|it| it.opened);
        Ok((reviews, unreadable))
    }

    /// Whether a process is waiting for a reply in this review.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn is_worker_alive(&self, id: &str) -> Result<bool, Error> {
        Ok(self.existing(id)?.try_lock(WORKER_LOCK)?.is_none())
    }

    /// Asks the process that waits for a reply to stop.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn ask_to_stop(&self, id: &str) -> Result<(), Error> {
        Ok(self.existing(id)?.replace(CANCEL, b"")?)
    }

    /// Takes the place of the one process that waits for a reply, and clears
    /// an old request to stop.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn become_worker(&self, id: &str) -> Result<Option<Lock>, Error> {
        let folder = self.existing(id)?;
        let lock = folder.try_lock(WORKER_LOCK)?;
        if lock.is_some() {
            folder.remove(CANCEL)?;
        }
        Ok(lock)
    }

    pub fn was_asked_to_stop(&self, id: &str) -> bool {
        self.root.folder(id).read(CANCEL, 0).is_ok_and(|it| it.is_some())
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
    pub fn id(&self) -> &str {
        &self.review.opening.id
    }

    /// Appends an event, on the disk before this returns.
    ///
    /// # Errors
    /// When the event does not fit, or the disk says no; the review is then
    /// what it was.
    pub fn append(&mut self, event: ReviewEvent) -> Result<(), Error> {
        let record = Record::new(now(), event);
        let mut next = self.review.clone();
        next.apply(&record).map_err(|error| {
            Error::usage(error.to_string())
                .hint(format!("run `deming refine status {}`", self.review.opening.id))
        })?;
        append_line(&self.folder, JOURNAL, &encode(&record)?)?;
        self.review = next;
        if self.review.is_over() {
            self.index.remove(&self.review.opening.id)?;
        }
        Ok(())
    }

    /// Writes the question that the hook will show.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn ask(&self, subject: Subject, question: Question, next: String) -> Result<(), Error> {
        let open = OpenQuestion {
            version: OpenQuestion::VERSION,
            review: self.id().to_owned(),
            nonce: random_word(16)?,
            subject,
            question,
            next,
        };
        Ok(self.folder.replace(OpenQuestion::FILE, &to_json(&open)?)?)
    }

    /// The open question and the label that a person chose for it.
    ///
    /// # Errors
    /// When the files of the hook cannot be read; an answer in them is lost
    /// rather than guessed.
    pub fn answer(&self) -> Result<Option<(OpenQuestion, Option<String>)>, Error> {
        let Some(bytes) = self.folder.read(OpenQuestion::FILE, SIZE_LIMIT)? else {
            return Ok(None);
        };
        let Ok(open) = serde_json::from_slice::<OpenQuestion>(&bytes) else {
            return Ok(None);
        };
        let bytes = self.folder.read(AnswerEvent::FILE, SIZE_LIMIT)?.unwrap_or_default();
        let (records, _) = journal::decode::<AnswerEvent>(&bytes).map_err(|error| {
            Error::environment(format!("the recorded answers cannot be read: {error}"))
                .hint(error.hint())
        })?;
        let label = answer_of(&open, records.iter().map(|it| &it.event)).map(str::to_owned);
        Ok(Some((open, label)))
    }

    /// Closes the open question: an answer to it no longer counts.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn close_question(&self) -> Result<(), Error> {
        Ok(self.folder.remove(OpenQuestion::FILE)?)
    }

    /// The logs as we rendered them: the last that was written, and the one
    /// that was being written when a crash may have come between.
    ///
    /// # Errors
    /// When one is there and cannot be read.
    pub fn logs_written(&self) -> Result<Vec<String>, Error> {
        let mut logs = Vec::new();
        for name in [LOG_WRITTEN, LOG_NEXT] {
            let bytes = self.folder.read(name, SIZE_LIMIT)?;
            logs.extend(bytes.map(|it| String::from_utf8_lossy(&it).into_owned()));
        }
        Ok(logs)
    }

    /// # Errors
    /// When the disk says no.
    pub fn before_log_written(&self, text: &str) -> Result<(), Error> {
        Ok(self.folder.replace(LOG_NEXT, text.as_bytes())?)
    }

    /// # Errors
    /// When the disk says no.
    pub fn after_log_written(&self, text: &str) -> Result<(), Error> {
        Ok(self.folder.replace(LOG_WRITTEN, text.as_bytes())?)
    }

    /// Removes all that the review kept.
    ///
    /// # Errors
    /// When something of it stays; it is named.
    pub fn forget(self) -> Result<(), Error> {
        Ok(self.folder.remove_all()?)
    }
}

/// The local time, with its offset.
pub fn now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

/// A random word of `length` letters and digits.
///
/// # Errors
/// When the system has no randomness to give.
pub fn random_word(length: usize) -> Result<String, Error> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::environment(format!("the system gave no randomness: {error}")))?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// `r` and six letters or digits: short enough to type.
pub fn new_id() -> Result<String, Error> {
    Ok(format!("r{}", random_word(6)?))
}

fn is_id(text: &str) -> bool {
    text.len() == 7
        && text.starts_with('r')
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
}

fn load(folder: &Folder, id: &str) -> Result<Review, Error> {
    let bytes = folder.read(JOURNAL, SIZE_LIMIT)?.unwrap_or_default();
    let refused = |reason: String, hint: &str| {
        Error::environment(format!("the review `{id}` cannot be read: {reason}")).hint(hint)
    };
    let (records, _) = journal::decode::<ReviewEvent>(&bytes)
        .map_err(|error| refused(error.to_string(), error.hint()))?;
    Review::fold(&records).map_err(|error| refused(error.to_string(), "move its folder away"))
}

/// Appends a line to a journal, after what a cut-off write may have left.
fn append_line(folder: &Folder, name: &str, line: &str) -> Result<(), Error> {
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

fn bug(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Bug, error.to_string())
}
