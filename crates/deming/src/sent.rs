//! The record of what was sent: when, where to, how many bytes, by which yes.
//! Append-only, and without any content.

use deming_core::review_loop::{Attempt, Review};
use serde_json::json;

use crate::environment::Environment;
use crate::error::Error;
use crate::review_store::now;

/// The name of the file in Deming's folder.
pub const FILE: &str = "sent.jsonl";

/// Writes down one payload, before it goes out.
///
/// # Errors
/// When it cannot be written; the payload must not go out then.
pub fn record(
    environment: &Environment,
    review: &Review,
    round: u32,
    attempt: &Attempt,
) -> Result<(), Error> {
    let consent = review.consent.as_ref();
    let line = json!({
        "version": 1,
        "at": now().to_rfc3339(),
        "review": review.opening.id,
        "project": review.opening.root,
        "round": round,
        "reviewer": attempt.reviewer,
        "destination": attempt.destination,
        "bytes": attempt.bytes,
        "consent": consent.map(|it| it.by),
    });
    Ok(environment.state().append(FILE, format!("{line}\n").as_bytes())?)
}
