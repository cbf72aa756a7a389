//! The exit codes that scripts rely on.

/// Done, or approved, or only minor findings.
pub const DONE: u8 = 0;
/// Blocking findings, or problems found by a lint or a scan.
pub const FINDINGS: u8 = 1;
/// The command line, or a file that it names, is not right.
pub const USAGE: u8 = 2;
/// Codex or git missing, not logged in, unsupported version, no permission.
pub const ENVIRONMENT: u8 = 3;
/// The review failed or its reply could not be read.
pub const REVIEW: u8 = 4;
/// A human has to say yes first; nothing was sent.
pub const CONSENT: u8 = 5;
/// A bug of ours.
pub const BUG: u8 = 70;
