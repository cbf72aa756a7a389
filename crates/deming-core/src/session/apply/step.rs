//! What events do to the steps, checkpoints and commits of a session.

use crate::session::event::{At, By, NewCommit, Phase, PlannedStep, StepKind};
use crate::session::refused::Refused;
use crate::session::state::{
    Checkpoint, Commit, Confirmed, Fact, Item, Plan, Progress, Reached, State, Step, Trace,
};

impl State {
    /// What another plan does to the steps, in words; `None` where nothing.
    pub(super) fn change_of_steps(&self, plan: &Plan) -> Option<String> {
        let titles =
            |plan: &Plan| -> Vec<String> { plan.steps.iter().map(|it| it.title.clone()).collect() };
        let (before, after) = (titles(&self.plan), titles(plan));
        let only = |these: &[String], those: &[String], word: &str| {
            let found: Vec<&str> =
                these.iter().filter(|it| !those.contains(it)).map(String::as_str).collect();
            (!found.is_empty()).then(|| format!("{word}: {}", found.join(", ")))
        };
        let (new, old) = (only(&after, &before, "new"), only(&before, &after, "no more"));
        let said: Vec<String> = new.into_iter().chain(old).collect();
        (!said.is_empty()).then(|| format!("The plan was changed; {}", said.join("; ")))
    }

    /// The plan with other steps or checkpoints; started steps stay as they are.
    pub(super) fn revised_plan(
        &self,
        by: By,
        steps: Option<&[PlannedStep]>,
        checkpoints: Option<&[u32]>,
    ) -> Result<Plan, Refused> {
        let mut plan = self.plan.clone();
        if let Some(steps) = steps {
            if steps.iter().any(|it| it.title.trim().is_empty()) {
                return Err(Refused::EmptyText { what: "a step" });
            }
            plan.steps = Step::numbered(steps.to_vec());
            let started = self.plan.steps.iter().enumerate();
            for (position, old) in started.filter(|(_, it)| it.progress != Progress::Planned) {
                match plan.steps.get_mut(position) {
                    Some(new)
                        if (&new.title, new.first, new.last)
                            == (&old.title, old.first, old.last) =>
                    {
                        let detail = std::mem::take(&mut new.detail);
                        *new = old.clone();
                        if !detail.is_empty() {
                            new.detail = detail;
                        }
                    }
                    Some(_) | None => {
                        return Err(Refused::StartedStepChanged { step: old.first });
                    }
                }
            }
        }
        plan.checkpoints = match checkpoints {
            Some(numbers) => self.revised_checkpoints(&plan.steps, numbers)?,
            None => {
                let is_there = |it: &Checkpoint| plan.steps.iter().any(|step| step.last == it.step);
                plan.checkpoints.into_iter().filter(is_there).collect()
            }
        };
        // Once work has begun, only the human takes a checkpoint away.
        let is_kept = |it: &Checkpoint| plan.checkpoints.iter().any(|new| new.step == it.step);
        let has_begun = self.phase == Phase::Doing;
        if has_begun && by != By::Human && !self.plan.checkpoints.iter().all(is_kept) {
            return Err(Refused::NotHuman { what: "dropping a checkpoint" });
        }
        Ok(plan)
    }

    fn revised_checkpoints(
        &self,
        steps: &[Step],
        numbers: &[u32],
    ) -> Result<Vec<Checkpoint>, Refused> {
        let mut wanted = numbers.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let checkpoint = |step: u32| {
            let Some(ending) = steps.iter().find(|it| it.last == step) else {
                return Err(Refused::MisplacedCheckpoint { step });
            };
            match self.plan.checkpoints.iter().find(|it| it.step == step) {
                Some(known) => Ok(known.clone()),
                None if ending.progress.ended().is_some() => Err(Refused::StepFinished { step }),
                None => Ok(Checkpoint { step, reached: None, confirmed: None }),
            }
        };
        wanted.into_iter().map(checkpoint).collect()
    }

    pub(super) fn start_step(&mut self, at: At, number: u32) -> Result<(), Refused> {
        let position = self.startable(number)?;
        let Some(step) = self.plan.steps.get_mut(position) else { return Ok(()) };
        let last = step.last;
        step.progress = Progress::Started { at: step.progress.started().unwrap_or(at) };
        self.phase = Phase::Doing;
        // What is done again is looked at again.
        if let Some(checkpoint) = self.plan.checkpoints.iter_mut().find(|it| it.step == last) {
            checkpoint.reached = None;
            checkpoint.confirmed = None;
        }
        Ok(())
    }

    pub(super) fn finish_step(
        &mut self,
        at: At,
        by: By,
        number: u32,
        items: &[String],
    ) -> Result<(), Refused> {
        let position = self.startable(number)?;
        let Some(step) = self.plan.steps.get_mut(position) else { return Ok(()) };
        if matches!(step.progress, Progress::Done { .. }) {
            return Err(Refused::StepFinished { step: number });
        }
        let started = step.progress.started().unwrap_or(at);
        let said = items.iter().filter(|it| !it.trim().is_empty());
        step.items.extend(said.map(|text| Item { by, text: text.clone() }));
        let is_half = step.kind == StepKind::Pair && number == step.first;
        step.test_told |= is_half;
        self.phase = Phase::Doing;
        if is_half {
            step.progress = Progress::Started { at: started };
        } else {
            step.progress = Progress::Done { started, at };
            let last = step.last;
            self.reach_checkpoint(at, last);
        }
        Ok(())
    }

    pub(super) fn defer_step(&mut self, at: At, number: u32, reason: &str) -> Result<(), Refused> {
        let position = self.doable(number)?;
        let Some(step) = self.plan.steps.get_mut(position) else { return Ok(()) };
        if matches!(step.progress, Progress::Done { .. }) {
            return Err(Refused::StepFinished { step: number });
        }
        let (started, last) = (step.progress.started(), step.last);
        step.progress = Progress::Deferred { started, at, reason: reason.to_owned() };
        self.phase = Phase::Doing;
        self.reach_checkpoint(at, last);
        Ok(())
    }

    pub(super) fn confirm_checkpoint(
        &mut self,
        at: At,
        step: u32,
        words: Option<String>,
    ) -> Result<(), Refused> {
        let run = self.result_run();
        let open = self.plan.checkpoints.iter_mut().find(|it| it.step == step);
        match open.filter(|it| it.reached.is_some() && it.confirmed.is_none()) {
            Some(checkpoint) => {
                checkpoint.confirmed = Some(Confirmed { at, words, run });
                Ok(())
            }
            None => Err(Refused::NoCheckpoint { step }),
        }
    }

    pub(super) fn record_commit(&mut self, at: At, commit: &NewCommit) {
        let after_steps = self.is_after_steps();
        let step = self.attributed().filter(|_| !after_steps);
        if let Some(known) = self.commits.iter_mut().find(|it| it.commit.hash == commit.hash) {
            known.gone = false;
            known.replaced_by = None;
        } else {
            let (steps, commit) = (step.into_iter().collect(), commit.clone());
            let (gone, replaced_by) = (false, None);
            self.commits.push(Commit { at, commit, steps, after_steps, gone, replaced_by });
            self.inherit_steps();
        }
        self.trail.push(Trace { at, step, fact: Fact::Committed { hash: commit.hash.clone() } });
    }

    /// Whether what is committed now belongs to no step: all are done, and the
    /// one that was done last has its commit.
    fn is_after_steps(&self) -> bool {
        let is_ended = self.plan.steps.iter().all(|it| it.progress.ended().is_some());
        let last = self.attributed();
        let has_commit =
            || self.present_commits().any(|it| last.is_some_and(|last| it.steps.contains(&last)));
        last.is_some() && is_ended && (Phase::Doing < self.phase || has_commit())
    }

    pub(super) fn lose_commit(
        &mut self,
        hash: &str,
        replaced_by: Option<&str>,
    ) -> Result<(), Refused> {
        let unknown = || Refused::UnknownCommit { hash: hash.to_owned() };
        let commit = self.commits.iter_mut().find(|it| it.commit.hash == hash);
        let commit = commit.ok_or_else(unknown)?;
        commit.gone = true;
        commit.replaced_by = replaced_by.map(str::to_owned);
        self.inherit_steps();
        Ok(())
    }

    /// The number of the half of the current step that is due.
    pub(super) fn current_number(&self) -> Option<u32> {
        let step = self.current().and_then(|it| self.plan.steps.get(it))?;
        Some(if step.test_told { step.last } else { step.first })
    }

    pub(super) fn known(&self, number: u32) -> Result<usize, Refused> {
        let unknown = Refused::UnknownStep { step: number, last: self.step_count() };
        self.position(number).ok_or(unknown)
    }

    /// A commit belongs to the steps of those that it replaces.
    fn inherit_steps(&mut self) {
        for position in 0..self.commits.len() {
            let hash = &self.commits[position].commit.hash;
            let replaced = self.commits.iter().filter(|it| it.replaced_by.as_ref() == Some(hash));
            let mut steps: Vec<usize> = replaced.flat_map(|it| it.steps.clone()).collect();
            steps.sort_unstable();
            steps.dedup();
            if !steps.is_empty() {
                self.commits[position].steps = steps;
            }
        }
    }

    /// The position of a step that may be worked on now.
    fn startable(&self, number: u32) -> Result<usize, Refused> {
        let position = self.doable(number)?;
        match self.current() {
            Some(current) if current != position => {
                let running = self.plan.steps.get(current).map_or(0, |it| it.first);
                Err(Refused::StepRunning { running })
            }
            Some(_) | None => match self.open_checkpoint() {
                Some(open) if self.position(open.step) != Some(position) => {
                    Err(Refused::CheckpointOpen { step: open.step })
                }
                Some(_) | None => Ok(position),
            },
        }
    }

    fn doable(&self, number: u32) -> Result<usize, Refused> {
        self.reach("work on a step", Phase::Doing)?;
        self.known(number)
    }

    fn reach_checkpoint(&mut self, at: At, step: u32) {
        if let Some(checkpoint) = self.plan.checkpoints.iter_mut().find(|it| it.step == step) {
            checkpoint.reached = Some(Reached { at });
            checkpoint.confirmed = None;
        }
    }
}
