//! What lies beside the journal of a review: the open question, the answers
//! that the hook writes, and the log as it was rendered.

use deming_core::journal;
use deming_core::review_loop::{AnswerEvent, OpenQuestion, Question, Subject, answer_of};

use super::{SIZE_LIMIT, StoredReview, random_word, to_json};
use crate::error::Error;
use crate::log_file::Renderings;

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

    /// The log as it was rendered so far.
    pub(crate) fn renderings(&self) -> Renderings<'_> {
        Renderings::in_folder(&self.folder)
    }
}
