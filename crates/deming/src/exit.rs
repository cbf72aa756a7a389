//! The exit codes that scripts rely on.

/// Done, or approved, or only minor findings.
pub(crate) const DONE: u8 = 0;
/// Blocking findings, or problems found by a lint or a scan.
pub(crate) const FINDINGS: u8 = 1;
/// The command line, or a file that it names, is not right.
pub(crate) const USAGE: u8 = 2;
/// Codex or git missing, not logged in, unsupported version, no permission.
pub(crate) const ENVIRONMENT: u8 = 3;
/// The review failed or its reply could not be read.
pub(crate) const REVIEW: u8 = 4;
/// A human has to say yes first; nothing was sent.
pub(crate) const CONSENT: u8 = 5;
/// A bug of ours.
pub(crate) const BUG: u8 = 70;
