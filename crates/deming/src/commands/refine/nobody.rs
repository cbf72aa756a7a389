//! What is said where a person would have to answer and none can be asked.

use deming_core::review_loop::{NOBODY_TO_ASK, Review, question};

use super::{Context, consent};
use crate::outbound::{AGREE_IN_ADVANCE, NotCovered};

/// Why an agent without a person goes no further, and what a person can do.
pub(super) fn to_ask(context: &Context<'_>, review: &Review) -> String {
    let id = &review.opening.id;
    let by_hand = context.launcher.command(&format!("refine resume {id}"));
    if question(review).is_some() {
        return format!(
            "A person has to decide this, and nobody can be asked here. Nothing more is sent. They \
             can answer in a terminal of their own: {by_hand}"
        );
    }
    match missing(context, review).and_then(|it| it.reason()) {
        None => NOBODY_TO_ASK.to_owned(),
        Some(reason) => format!(
            "A person has to agree before anything more is sent, and nobody can be asked here: \
             {reason}. They can answer in a terminal of their own: {by_hand}"
        ),
    }
}

/// The ways out where a command was typed without a terminal.
pub(super) fn without_terminal(context: &Context<'_>, review: &Review) -> String {
    let here = "There is no terminal to ask on here.\nWhat to do: run the command below in a \
                terminal";
    if question(review).is_some() {
        return here.to_owned();
    }
    let reason = missing(context, review).and_then(|it| it.reason());
    format!("{here}\nWhat to do: {}", reason.unwrap_or_else(|| AGREE_IN_ADVANCE.to_owned()))
}

/// Why no consent in advance is enough; `None` where one is.
fn missing(context: &Context<'_>, review: &Review) -> Option<NotCovered> {
    consent::standing_rounds(context, review).err()
}
