//! What the names of fields of a JSON reply tell, where the fields are not ours.

use crate::finding::Level;
use crate::reply::terms::level_of;

/// The level in a key such as `high`, `critical_issues` or `nonBlocking`.
pub(super) fn key_level(key: &str) -> Option<Level> {
    let words: Vec<&str> = key.split(|it: char| !it.is_alphanumeric()).collect();
    if words.iter().any(|it| matches!(*it, "non" | "nonblocking" | "optional")) {
        return Some(Level::Low);
    }
    if key.contains("blocking") || key.contains("blocker") || key.starts_with("must") {
        return Some(if key.contains("non") { Level::Low } else { Level::High });
    }
    words.iter().filter_map(|it| level_of(it)).max()
}

/// Keys whose "true" or number speaks against an approval.
pub(super) fn is_alarming(key: &str) -> bool {
    [
        "error",
        "block",
        "issue",
        "reject",
        "outstanding",
        "fail",
        "concern",
        "revis",
        "change",
        "finding",
    ]
    .iter()
    .any(|it| key.contains(it))
}

/// Fields that say which review this is, and nothing of the plan.
pub(super) fn names_the_review(key: &str) -> bool {
    matches!(
        key,
        "model" | "version" | "id" | "round" | "iteration" | "date" | "timestamp" | "$schema"
    )
}

pub(super) fn is_name(text: &str) -> bool {
    text.len() <= 80 && !text.contains(char::is_whitespace)
}

/// Names that hold the reply itself, not an example or an earlier one.
pub(super) fn is_wrapper(key: &str) -> bool {
    matches!(
        key,
        "review"
            | "reply"
            | "result"
            | "response"
            | "output"
            | "data"
            | "answer"
            | "report"
            | "message"
            | "content"
            | "plan_review"
    )
}
