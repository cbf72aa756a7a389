//! What a review remembers of the secrets that were found in it: keyed hashes,
//! and the key, apart from each other and no longer than the review is open.
//! Never a value.

use deming_core::secret::{LabelBook, LabelKey, Labels};
use deming_store::Folder;

use super::{ReviewStore, SIZE_LIMIT, StoredReview, to_json};
use crate::error::Error;
use crate::secrets;

const BOOK: &str = "labels.json";
const KEY: &str = "label-key";

impl ReviewStore {
    /// Keeps the labels of a review that is about to be created.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn keep_labels(&self, id: &str, labels: &Labels) -> Result<(), Error> {
        keep(&self.root.folder(id), labels)
    }
}

impl StoredReview {
    /// The labels that were given so far, to give more.
    ///
    /// # Errors
    /// When they are there and cannot be read.
    pub(crate) fn labels(&self) -> Result<Labels, Error> {
        let unreadable = |_| {
            Error::environment(format!("`{BOOK}` of the review {} cannot be read", self.id()))
                .hint("cancel the review and open it anew")
        };
        let book = match self.folder.read(BOOK, SIZE_LIMIT)? {
            Some(bytes) => serde_json::from_slice::<LabelBook>(&bytes).map_err(unreadable)?,
            None => LabelBook::default(),
        };
        // Without its key nothing is known again, and the numbers go on.
        let bytes = self.folder.read(KEY, 32)?;
        let key = match bytes.and_then(|it| <[u8; 32]>::try_from(it).ok()) {
            Some(bytes) => LabelKey::new(bytes),
            None => secrets::new_key()?,
        };
        Ok(Labels::new(key, book))
    }

    /// Keeps the labels, before anything that has them in it is kept.
    ///
    /// # Errors
    /// When the disk says no.
    pub(crate) fn keep_labels(&self, labels: &Labels) -> Result<(), Error> {
        keep(&self.folder, labels)
    }

    /// Forgets hashes and key: nothing more is said in this review.
    ///
    /// # Errors
    /// When the disk says no.
    pub(super) fn forget_labels(&self) -> Result<(), Error> {
        self.folder.remove(KEY)?;
        Ok(self.folder.remove(BOOK)?)
    }
}

fn keep(folder: &Folder, labels: &Labels) -> Result<(), Error> {
    if *labels.book() == LabelBook::default() {
        return Ok(());
    }
    folder.replace(KEY, labels.key().bytes())?;
    Ok(folder.replace(BOOK, &to_json(labels.book())?)?)
}
