//! Where reviews stand, as one value: rendered for people or as JSON.

use deming_core::finding::Finding;
use deming_core::render::markdown::cell;
use deming_core::review_loop::Review;
use serde::Serialize;

use super::{Context, words};
use crate::error::Error;
use crate::review_store::bug;

/// The answer of `refine list --json` and `refine status --json`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(super) struct Summaries {
    version: u32,
    pub reviews: Vec<Summary>,
    /// A sentence for each review that cannot be read.
    pub diagnostics: Vec<String>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(super) struct Summary {
    pub id: String,
    opened: String,
    project: String,
    pub title: String,
    pub plan_version: u32,
    iterations: u32,
    pub state: &'static str,
    is_over: bool,
    /// Those that are open.
    findings: Vec<Finding>,
    /// What is due, and the command that does it; of `status` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Due>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
struct Due {
    text: String,
    next: Option<String>,
}

impl Summaries {
    pub(super) fn of(
        context: &Context<'_>,
        reviews: &[Review],
        diagnostics: Vec<String>,
        with_due: bool,
    ) -> Self {
        let reviews = reviews.iter().map(|it| Summary::of(context, it, with_due));
        Self { version: 1, reviews: reviews.collect(), diagnostics }
    }

    /// One object on one line.
    ///
    /// # Errors
    /// When it cannot be encoded, which is a bug.
    pub(super) fn json(&self) -> Result<String, Error> {
        Ok(serde_json::to_string(self).map_err(bug)? + "\n")
    }

    /// A table, the newest review first.
    pub(super) fn table(&self) -> String {
        let mut text = String::from(
            "| Review | Opened | Project | Plan | Iterations | State |\n\
             | --- | --- | --- | --- | --- | --- |\n",
        );
        for it in self.reviews.iter().rev() {
            text.push_str(&format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                it.id,
                it.opened.get(..16).unwrap_or_default().replace('T', " "),
                cell(&it.project),
                cell(&it.title),
                it.iterations,
                it.state
            ));
        }
        for sentence in &self.diagnostics {
            text.push_str(&format!("\nNote: {sentence}\n"));
        }
        text
    }
}

impl Summary {
    fn of(context: &Context<'_>, review: &Review, with_due: bool) -> Self {
        Self {
            id: review.opening.id.clone(),
            opened: review.opened.to_rfc3339(),
            project: review.opening.project.clone(),
            title: review.opening.title.clone(),
            plan_version: review.plan().number,
            iterations: review.rounds_used(),
            state: words::state(context, review),
            is_over: review.is_over(),
            findings: review.ledger.open_findings(),
            due: with_due.then(|| {
                let answer = words::describe(context, review);
                Due { text: answer.text, next: answer.next }
            }),
        }
    }
}
