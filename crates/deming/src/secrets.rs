//! The seam to the secret rules; everything that leaves or is kept goes
//! through here.

use deming_core::secret::{Scanner as _, Secret};
use deming_secrets::RuleScanner;

use crate::error::Error;

/// The scanner with all rules.
pub(crate) const SCANNER: RuleScanner = RuleScanner;

/// Finds secrets.
///
/// # Errors
/// When the text could not be scanned whole; it must not be sent or kept.
pub(crate) fn scan(text: &str) -> Result<Vec<Secret>, Error> {
    SCANNER.scan(text).map_err(|error| {
        Error::environment(format!("cannot {error}; nothing was sent"))
            .hint("this should not happen; please report it")
    })
}
