//! The text that leads through each phase; only the one that is due is printed.

use crate::session::event::Phase;

/// What holds in every phase; printed once, when a session starts.
pub const AGREEMENTS: &str = include_str!("prompts/agreements.md");

/// The prompt of a phase.
pub fn prompt(phase: Phase) -> &'static str {
    match phase {
        Phase::Analysis => include_str!("prompts/analysis.md"),
        Phase::Planning => include_str!("prompts/planning.md"),
        Phase::Doing => include_str!("prompts/doing.md"),
        Phase::Checking => include_str!("prompts/checking.md"),
        Phase::Retro => include_str!("prompts/retro.md"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_prompts_together_are_under_ten_kilobytes() {
        let phases: usize = Phase::ALL.into_iter().map(|it| prompt(it).len()).sum();
        assert!(AGREEMENTS.len() + phases < 10_000, "{}", AGREEMENTS.len() + phases);
    }
}
