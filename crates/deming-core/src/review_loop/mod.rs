//! The review loop: which state follows which event, and what is due next.
//!
//! States are never stored: a [`Review`] is the fold of its [`ReviewEvent`]s.
//! [`Review::apply`] is the only place that changes one, [`Review::phase`]
//! the only thing that says what is due. Nothing here acts.

mod asked;
mod budget;
mod event;
mod ledger;
mod phase;
mod question;
mod review;
mod transition;

pub use asked::{AnswerEvent, HEADLESS, NOBODY_TO_ASK, OpenQuestion, Subject, answer_of};
pub use budget::convergence;
pub use event::{
    AcceptedBy, Answer, AnswerKind, AttachedFile, Attempt, CancelledBy, ConsentBy, Decision,
    FoundSecret, Opening, RecordedConsent, ReviewEvent, RevokeReason,
};
pub use ledger::{Ledger, Status, Tracked};
pub use phase::{End, Phase};
pub use question::{
    Choice, NO_CANCEL, Question, REDACT, REDACT_WITHOUT_LOG, SEND_ANYWAY, YES_BUT_DO_NOT_LOG,
    YES_PROCEED, consent_choices, question, secret_choices,
};
pub use review::{PlanVersion, Review, RoundRecord, Settlement, interrupted, is_interruption};
pub use transition::InvalidTransition;

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;
