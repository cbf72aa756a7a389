//! Texts and lists as they are kept: nothing empty.

use crate::session::event::{PlannedFile, Point};
use crate::session::refused::Refused;

/// Replaces a list where a new one is given.
pub(super) fn set<T: Clone + Entry>(target: &mut Option<Vec<T>>, new: &Option<Vec<T>>) {
    if let Some(new) = new {
        *target = Some(filled_entries(new));
    }
}

/// Entries without text are left out.
pub(super) fn filled_entries<T: Clone + Entry>(entries: &[T]) -> Vec<T> {
    entries.iter().filter(|it| !it.essence().trim().is_empty()).cloned().collect()
}

/// What makes an entry of a list worth keeping.
pub(super) trait Entry {
    fn essence(&self) -> &str;
}

impl Entry for String {
    fn essence(&self) -> &str {
        self
    }
}

impl Entry for PlannedFile {
    fn essence(&self) -> &str {
        &self.path
    }
}

impl Entry for Point {
    fn essence(&self) -> &str {
        &self.title
    }
}

pub(super) fn filled(what: &'static str, text: &str) -> Result<String, Refused> {
    if text.trim().is_empty() { Err(Refused::EmptyText { what }) } else { Ok(text.to_owned()) }
}
