//! A completion check that contradicts its own evidence is refused.

use crate::clean::clean_line;
use crate::session::event::{By, Check, Status};
use crate::session::refused::Refused;
use crate::session::state::State;
use crate::session::test_run::Outcome;

impl State {
    pub(super) fn check_contradictions(&self, by: By, check: &Check) -> Result<(), Refused> {
        let (ticks, criteria) = (check.criteria.len(), self.plan.criteria.len());
        let all_met = check.criteria.iter().all(|it| it.met);
        if ticks != criteria {
            return Err(Refused::CriteriaMismatch { ticks, criteria });
        }
        match (check.status, check.ready) {
            (Status::Complete, _) if !all_met => {
                Err(Refused::Contradiction("complete, and a criterion is not met"))
            }
            (Status::NeedsWork, true) => {
                Err(Refused::Contradiction("ready to close, and it needs work"))
            }
            (Status::Complete, true) => self.check_tests(by, check),
            (Status::Complete | Status::NeedsWork, false) => Ok(()),
        }
    }

    /// The agent is ready only on a green run; a human may decide with a reason.
    pub(super) fn check_tests(&self, by: By, check: &Check) -> Result<(), Refused> {
        let run = self.result_run();
        let command = run.as_ref().map(|it| clean_line(&it.ran.command)).unwrap_or_default();
        let doubt = match run.map(|it| it.ran.outcome()) {
            Some(Outcome::Green) => return Ok(()),
            Some(Outcome::Red) => format!("the last run of `{command}` has failures"),
            Some(Outcome::Broken) => {
                format!("the last run of `{command}` did not get to all of its tests")
            }
            Some(Outcome::NoEvidence) | None if self.has_uncounted_run() => {
                "a run since the last edit did not say how many tests there were".to_owned()
            }
            Some(Outcome::NoEvidence) | None => {
                "no test is known to have run since the last edit".to_owned()
            }
        };
        let is_decided =
            by == By::Human && check.reason.as_ref().is_some_and(|it| !it.trim().is_empty());
        if is_decided { Ok(()) } else { Err(Refused::NotProven(doubt)) }
    }
}
