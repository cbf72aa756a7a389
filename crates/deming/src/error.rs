//! What can go wrong in a command: a kind, a sentence and what to do.

use deming_core::failure::{Failure, FailureKind};
use deming_store::StoreError;

use crate::exit;

/// Who has to act, which is also the exit code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ErrorKind {
    Usage,
    Environment,
    Review(FailureKind),
    Consent,
    Bug,
}

impl ErrorKind {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Usage => exit::USAGE,
            Self::Environment | Self::Review(FailureKind::Environment) => exit::ENVIRONMENT,
            Self::Review(_) => exit::REVIEW,
            Self::Consent => exit::CONSENT,
            Self::Bug => exit::BUG,
        }
    }
}

/// An error that a person can act on.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Error {
    pub kind: ErrorKind,
    pub message: String,
    /// One action each.
    pub hints: Vec<String>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Environment, message)
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error in the terms of a review, for its JSON.
    pub(crate) fn as_failure(&self) -> Failure {
        let kind = match self.kind {
            ErrorKind::Review(kind) => kind,
            ErrorKind::Usage | ErrorKind::Environment | ErrorKind::Consent => {
                FailureKind::Environment
            }
            ErrorKind::Bug => FailureKind::Unknown,
        };
        Failure::with_hint(kind, &self.message, self.hints.join("; "))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self {
            kind: ErrorKind::Review(failure.kind),
            message: failure.message,
            hints: vec![failure.hint],
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Io { source, .. } => Self::environment(format!("cannot {error}: {source}"))
                .hint("check the permissions and the free space there"),
            // Each is a sentence about a path, as it is.
            StoreError::LeadsOut { .. }
            | StoreError::NotInside(_)
            | StoreError::NotAFile(_)
            | StoreError::TooLarge { .. } => {
                Self::environment(error.to_string()).hint("look at what is there, and move it away")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_file_is_a_whole_sentence() {
        let message = |error: StoreError| Error::from(error).message;
        assert_eq!(message(StoreError::NotAFile("/a".into())), "`/a` is not a regular file");
        let source = std::io::Error::other("no space");
        let error = StoreError::Io { action: "write", path: "/a".into(), source };
        assert_eq!(message(error), "cannot write `/a`: no space");
    }
}
