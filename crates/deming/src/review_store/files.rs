//! What lies beside the journal of a review: the open question, the answers
//! that the hook writes, and the logs as we rendered them.

use deming_core::journal;
use deming_core::review_loop::{AnswerEvent, OpenQuestion, Question, Subject, answer_of};

use super::{SIZE_LIMIT, StoredReview, random_word, to_json};
use crate::error::Error;

const LOG_WRITTEN: &str = "log.md";
const LOG_NEXT: &str = "log-next.md";

impl StoredReview {
    /// Writes the question that the hook will show; one that is open already
    /// stays, with the answer that may be on its way.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn ask(
        &self,
        subject: Subject,
        question: Question,
        next: String,
    ) -> Result<(), Error> {
        if let Some((open, _)) = self.answer()?
            && (open.subject, &open.question, &open.next) == (subject, &question, &next)
        {
            return Ok(());
        }
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
    pub(crate) fn answer(&self) -> Result<Option<(OpenQuestion, Option<String>)>, Error> {
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
    pub(crate) fn close_question(&self) -> Result<(), Error> {
        Ok(self.folder.remove(OpenQuestion::FILE)?)
    }

    /// The logs as we rendered them: the last that was written, and the one
    /// that was being written when a crash may have come between.
    ///
    /// # Errors
    /// When one is there and cannot be read.
    pub(crate) fn logs_written(&self) -> Result<Vec<String>, Error> {
        let mut logs = Vec::new();
        for name in [LOG_WRITTEN, LOG_NEXT] {
            let bytes = self.folder.read(name, SIZE_LIMIT)?;
            logs.extend(bytes.map(|it| String::from_utf8_lossy(&it).into_owned()));
        }
        Ok(logs)
    }

    /// # Errors
    /// When the disk says no.
    pub(crate) fn before_log_written(&self, text: &str) -> Result<(), Error> {
        Ok(self.folder.replace(LOG_NEXT, text.as_bytes())?)
    }

    /// # Errors
    /// When the disk says no.
    pub(crate) fn after_log_written(&self, text: &str) -> Result<(), Error> {
        Ok(self.folder.replace(LOG_WRITTEN, text.as_bytes())?)
    }
}
