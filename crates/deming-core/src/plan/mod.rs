//! A plan as a value: its title, sections and blocks, what it names, and
//! whether its next version is whole. Never reads a file.

mod commands;
mod elision;
mod file_intent;
mod files;
mod outline;
mod path;
mod reader;
mod revision;
mod said;
mod survival;
mod title;
mod wording;

pub use commands::{NamedCommand, commands_named};
pub use elision::{Elision, ElisionKind, elisions};
pub use file_intent::Intent;
pub use files::{NamedFile, files_named};
pub use outline::{Block, BlockKind, Plan, PlanError, Section, Span, SpanKind};
pub use revision::{AnswerText, RevisionRefused, check_revision};
pub(crate) use survival::alike;
pub use title::slug;
pub(crate) use wording::{WordList, bare_heading, is_listed, word_list, words, words_joined};
