//! The scanner as a whole: against a labelled corpus, against texts that are
//! drawn when the tests run, and against ordinary plans.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail loudly")]

mod corpus;
mod drawn;
#[path = "../../src/generate.rs"]
mod generate;
mod keywords;
mod measure;
mod plans;
mod redaction;
