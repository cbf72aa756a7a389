//! A stretch of a view that holds a secret, before it becomes a finding.

use std::ops::Range;

/// What found it; where hits overlap, the greatest names the finding.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Source {
    /// A name, a sentence or a command around the value.
    Context,
    /// The rule of a vendor or the marks of a key block.
    Rule,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Hit {
    pub(crate) range: Range<usize>,
    pub(crate) kind: String,
    pub(crate) source: Source,
}

impl Hit {
    pub(crate) fn context(range: Range<usize>, kind: &str) -> Self {
        Self { range, kind: kind.to_owned(), source: Source::Context }
    }

    pub(crate) fn rule(range: Range<usize>, kind: &str) -> Self {
        Self { range, kind: kind.to_owned(), source: Source::Rule }
    }
}
