//! The seam to the secret rules; everything that leaves or is kept goes
//! through here.

use deming_core::review_loop::FoundSecret;
use deming_core::secret::{
    LabelBook, LabelKey, Labels, ScanError, Scanner as _, Secret, position, redact_and_name,
};
use deming_secrets::RuleScanner;

use crate::error::Error;

/// The scanner with all rules.
pub(crate) const SCANNER: RuleScanner = RuleScanner;

/// Finds secrets.
///
/// # Errors
/// When the text could not be scanned whole; it must not be sent or kept.
pub(crate) fn scan(text: &str) -> Result<Vec<Secret>, Error> {
    SCANNER.scan(text).map_err(not_scanned)
}

/// Labels of a new key, for texts that nothing was labelled in before.
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn new_labels() -> Result<Labels, Error> {
    Ok(Labels::new(new_key()?, LabelBook::default()))
}

/// # Errors
/// When the system has no randomness to give.
pub(crate) fn new_key() -> Result<LabelKey, Error> {
    let mut key = [0; 32];
    getrandom::fill(&mut key)
        .map_err(|error| Error::environment(format!("the system gave no randomness: {error}")))?;
    Ok(LabelKey::new(key))
}

/// Replaces secrets by labels before anything is done with a text, and notes
/// where they stood.
pub(crate) struct Redaction {
    pub labels: Labels,
    pub found: Vec<FoundSecret>,
}

impl Redaction {
    pub(crate) fn new(labels: Labels) -> Self {
        Self { labels, found: Vec::new() }
    }

    /// The text with labels; `place` is what people call it: `plan`.
    ///
    /// # Errors
    /// When it could not be scanned whole; it must not be sent or kept.
    pub(crate) fn hide(&mut self, text: &str, place: &str) -> Result<String, Error> {
        let (redacted, named) =
            redact_and_name(&SCANNER, text, &mut self.labels).map_err(not_scanned)?;
        self.found.extend(named.into_iter().map(|it| {
            let at = position(text, it.start);
            let place = place.to_owned();
            FoundSecret { label: it.label, place, line: at.line, column: at.column }
        }));
        Ok(redacted.text)
    }
}

fn not_scanned(error: ScanError) -> Error {
    Error::environment(format!("cannot {error}; nothing was sent"))
        .hint("this should not happen; please report it")
}
