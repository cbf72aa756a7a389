//! How a session moves from phase to phase: on, over phases that need no yes,
//! and back.

use crate::session::event::{At, Phase, What};
use crate::session::refused::Refused;
use crate::session::state::{Confirmation, State};

impl State {
    pub(super) fn confirm(
        &mut self,
        at: At,
        phase: Phase,
        words: Option<String>,
    ) -> Result<(), Refused> {
        let what = "confirming this phase";
        let next = match phase {
            Phase::Analysis => Phase::Planning,
            Phase::Planning => Phase::Doing,
            Phase::Doing => Phase::Checking,
            Phase::Checking => Phase::Retro,
            Phase::Retro => {
                let missing = "it ends with closing the session".to_owned();
                return Err(Refused::Unfinished { phase, missing });
            }
        };
        self.reach(what, phase)?;
        self.finished(phase)?;
        self.confirmations.push(Confirmation { phase, at, words });
        self.phase = next;
        Ok(())
    }

    pub(super) fn go_back(&mut self, what: &'static str, phase: Phase) -> Result<(), Refused> {
        if self.phase <= phase {
            return Err(Refused::WrongPhase { what, wanted: phase, phase: self.phase });
        }
        self.phase = phase;
        self.confirmations.retain(|it| it.phase < phase);
        if phase < Phase::Checking {
            self.check = None;
        }
        Ok(())
    }

    /// Moves on to `wanted` over phases that end without the human's yes.
    pub(super) fn enter(&mut self, what: &'static str, wanted: Phase) -> Result<(), Refused> {
        self.reach(what, wanted)?;
        self.phase = wanted;
        Ok(())
    }

    /// Whether the session may be in the phase `wanted` now.
    pub(super) fn reach(&self, what: &'static str, wanted: Phase) -> Result<(), Refused> {
        let wrong = Refused::WrongPhase { what, wanted, phase: self.phase };
        let passed = || Phase::ALL.into_iter().filter(|&it| self.phase <= it && it < wanted);
        if wanted < self.phase || passed().any(|it| self.mode().confirms(it)) {
            return Err(wrong);
        }
        if passed().any(|it| it == Phase::Doing) { self.finished(Phase::Doing) } else { Ok(()) }
    }

    /// Whether `what` is asked for too early: something is missing that the
    /// mode wants, and nobody said that there is none of it. Unlike a rule of
    /// the fold it is asked of new events alone, so that old journals hold.
    ///
    /// # Errors
    /// When something is missing.
    pub fn check_new(&self, what: &What) -> Result<(), Refused> {
        let phase = if let What::PhaseConfirmed { phase, .. } = what {
            *phase
        } else if matches!(what, What::Closed) {
            Phase::Retro
        } else {
            return Ok(());
        };
        // Whether it is its turn at all is the fold's to say.
        if self.reach(what.name(), phase).is_err() {
            return Ok(());
        }
        match self.wanted(phase) {
            Some(missing) => Err(Refused::Unfinished { phase, missing }),
            None => Ok(()),
        }
    }

    pub(super) fn finished(&self, phase: Phase) -> Result<(), Refused> {
        match self.missing(phase) {
            Some(missing) => Err(Refused::Unfinished { phase, missing }),
            None => Ok(()),
        }
    }
}
