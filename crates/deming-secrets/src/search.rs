//! How the searches of this crate are built: quickly, since a process searches
//! a few kilobytes and ends.

use aho_corasick::{AhoCorasickBuilder, AhoCorasickKind};

/// A builder whose automaton is small; the fastest kind takes longer to build
/// than a plan takes to search.
pub(crate) fn builder() -> AhoCorasickBuilder {
    let mut builder = aho_corasick::AhoCorasick::builder();
    builder.kind(Some(AhoCorasickKind::NoncontiguousNFA)).prefilter(false);
    builder
}
