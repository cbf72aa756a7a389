//! What a secret scanner answers, and what is put in place of what it found.
//! The rules live in the crate `deming-secrets`; values are never stored.

mod label;
mod redaction;
mod report;
mod values;

use std::ops::Range;

pub use label::{LabelBook, LabelKey, Labels, kind_of, mask_labels};
pub use redaction::{Labelled, Redacted, redact, redact_and_name, redact_fully};
pub use report::{Position, Report, ReportedSecret, position};
pub use values::Values;

/// What happens to a secret before anything leaves this machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Nothing is sent until a person decides.
    Block,
    /// The value is replaced by a label and the rest is sent.
    Redact,
}

/// Where a secret stands. Never the value itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Secret {
    /// Bytes of the scanned text, on character boundaries.
    pub span: Range<usize>,
    /// A stable kebab-case name: `github-pat`, `private-key`.
    pub kind: String,
    pub action: Action,
}

/// The scan could not be done; nothing may be sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("scan for secrets: {0}")]
pub struct ScanError(pub String);

/// Finds secrets in text; spans are sorted and do not overlap.
pub trait Scanner {
    /// # Errors
    /// When the text could not be scanned whole. Callers must not send then.
    fn scan(&self, text: &str) -> Result<Vec<Secret>, ScanError>;
}
