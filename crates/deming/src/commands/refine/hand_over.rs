//! Values that a person agreed to send as they are: they are kept nowhere, so
//! the author hands them over again for every round, and they go to the process
//! that sends by a pipe.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use deming_core::clean::clean;
use deming_core::review_loop::Review;
use deming_core::secret::{Labels, kind_of, redact_fully};

use super::{Answer, Context, INPUT_LIMIT, payload, words};
use crate::error::Error;
use crate::review_store::StoredReview;
use crate::secrets::SCANNER;

/// The labels whose values the next round needs.
pub(super) fn needed(review: &Review) -> Vec<String> {
    let agreed = review.consent.as_ref().map(|it| it.secrets.as_slice()).unwrap_or_default();
    if agreed.is_empty() {
        return Vec::new();
    }
    let text = payload::text(review);
    agreed.iter().filter(|it| text.contains(it.as_str())).cloned().collect()
}

/// Takes what standard input and the attached files hold of them.
///
/// # Errors
/// When something could not be scanned. `Ok(Err(…))` says what is missing.
pub(super) fn take(
    context: &Context<'_>,
    stored: &StoredReview,
) -> Result<Result<Labels, Answer>, Error> {
    let review = &stored.review;
    let needed = needed(review);
    let mut labels = stored.labels()?;
    if needed.is_empty() {
        return Ok(Ok(labels));
    }
    let of_files = review.opening.attachments.iter();
    for file in of_files.filter(|file| needed.iter().any(|it| file.text.contains(it.as_str()))) {
        let path = Path::new(&review.opening.root).join(&file.name);
        // A file that is gone is missed below, by the label.
        if let Ok(bytes) = deming_store::read_bounded(&path, INPUT_LIMIT) {
            learn(&String::from_utf8_lossy(&bytes), &mut labels)?;
        }
    }
    let needed: Vec<&str> = needed.iter().map(String::as_str).collect();
    let text = payload::text(review);
    if labels.values().restore(&text, &needed).is_err() && !std::io::stdin().is_terminal() {
        let mut bytes = Vec::new();
        let read = std::io::stdin().take(INPUT_LIMIT).read_to_end(&mut bytes);
        if read.is_ok_and(|length| 0 < length) {
            learn(&String::from_utf8_lossy(&bytes), &mut labels)?;
        }
    }
    match labels.values().restore(&text, &needed) {
        Ok(_) => Ok(Ok(labels)),
        Err(missing) => {
            let mut answer = words::describe(context, review);
            let kinds: Vec<&str> = missing.iter().map(|it| kind_of(it)).collect();
            answer.text = format!(
                "Nothing was sent: what was agreed to be sent as it is ({}) is kept nowhere, so it \
                 has to be handed over again.\n{}",
                kinds.join(", "),
                answer.text
            );
            Ok(Err(answer))
        }
    }
}

fn learn(text: &str, labels: &mut Labels) -> Result<(), Error> {
    redact_fully(&SCANNER, &clean(text), labels)
        .map(drop)
        .map_err(|error| Error::environment(format!("cannot {error}; nothing was sent")))
}

/// What goes to the process that sends: nothing where it needs no value.
pub(super) fn parcel(review: &Review, labels: &Labels) -> Vec<u8> {
    let needed = needed(review);
    let pairs: Vec<&(String, String)> =
        labels.values().pairs().iter().filter(|it| needed.contains(&it.0)).collect();
    if pairs.is_empty() { Vec::new() } else { serde_json::to_vec(&pairs).unwrap_or_default() }
}

/// Takes the parcel from standard input; a value that does not fit its label is
/// none.
pub(super) fn receive(labels: &mut Labels) {
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(8 * INPUT_LIMIT).read_to_end(&mut bytes);
    let pairs: Vec<(String, String)> =
        read.ok().and_then(|_| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    for (label, value) in pairs {
        labels.know(&label, &value);
    }
}
