//! What a decoder did not understand and skipped, in one sentence each.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A sentence about input that was not understood. Never the verdict itself.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Diagnostic(String);

impl Diagnostic {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
