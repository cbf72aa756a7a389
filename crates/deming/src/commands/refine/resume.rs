//! `refine resume` and `refine status`: where a review stands and what is due.

use deming_core::clean::clean_line;
use deming_core::render::markdown::fence;
use deming_core::review_loop::{Phase, Review};

use super::summary::Summaries;
use super::words::{self, cut};
use super::{Answer, Context, due};
use crate::error::Error;
use crate::output;
use crate::project::Project;

/// Goes on with a review wherever it was left: takes answers and late replies
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review [default: the open one of this project]
    id: Option<String>,
}

/// Says where a review stands, without changing anything
#[derive(Debug, clap::Args)]
pub(super) struct StatusArguments {
    /// The review [default: the open ones of this project]
    id: Option<String>,

    /// Print one JSON object instead of Markdown
    #[arg(long)]
    json: bool,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let id = match &arguments.id {
        Some(id) => id.clone(),
        None => match open_here(context)?.as_slice() {
            [] => return Ok(none_open()),
            [review] => review.opening.id.clone(),
            several => return Ok(which(context, several)),
        },
    };
    let mut stored = context.store.open(&id)?;
    let taken =
        due::absorb(context, &mut stored).and_then(|()| due::ask_on_terminal(context, &mut stored));
    if let Err(error) = taken {
        return due::blocked(context, &stored.review, error);
    }
    let logged = match stored.review.is_over() {
        true => None,
        false => words::log(context, &mut stored),
    };
    let heading = heading(context, &stored.review);
    let owes_text = matches!(
        stored.review.phase(),
        Phase::Revising | Phase::MinorOnly | Phase::Approved { .. }
    );
    let feedback = (owes_text && !stored.review.rounds.is_empty())
        .then(|| words::feedback(context, &stored.review));
    // After `/clear` the agent has neither the plan nor the findings.
    let plan = matches!(stored.review.phase(), Phase::Revising).then(|| {
        let text = cut(context, &stored.review, &stored.review.plan().text);
        format!("The newest plan:\n\n{}", fence(&text, "markdown"))
    });
    let mut answer = due::due(context, stored)?;
    let parts = [Some(heading), plan, feedback, logged, Some(answer.text)];
    answer.text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    Ok(answer)
}

pub(super) fn status(context: &Context<'_>, arguments: &StatusArguments) -> Result<String, Error> {
    let (reviews, unreadable) = match &arguments.id {
        Some(id) => (vec![context.store.peek(id)?], Vec::new()),
        None => read_here(context)?,
    };
    if arguments.json {
        return Summaries::of(context, &reviews, unreadable, true).json();
    }
    say(&unreadable);
    let answer = match reviews.as_slice() {
        [] => none_open(),
        [review] => {
            let mut answer = words::describe(context, review);
            let open = words::open_findings(review);
            let open = match open.is_empty() {
                true => open,
                false => format!("\n\nOpen findings:\n\n{open}"),
            };
            answer.text = format!("{}\n{}{open}", heading(context, review), answer.text);
            answer
        }
        several => which(context, several),
    };
    Ok(answer.render())
}

fn heading(context: &Context<'_>, review: &Review) -> String {
    let title = clean_line(&review.opening.title);
    let plan = review.plan().number;
    let state = words::state(context, review);
    format!("Review {}: {title} (plan v{plan}, {state})", review.opening.id)
}

fn none_open() -> Answer {
    Answer::new("No review is open in this project. Type /refine-plan-codex <task> to start one.")
}

fn which(context: &Context<'_>, several: &[Review]) -> Answer {
    let lines: Vec<String> = several.iter().map(|it| heading(context, it)).collect();
    let mut answer = Answer::new(format!("Several reviews are open here:\n{}", lines.join("\n")));
    answer.instruction = Some(
        "ask the human which one to go on with, and put its id in the place of the one below."
            .to_owned(),
    );
    let newest = several.last().map(|it| it.opening.id.as_str()).unwrap_or_default();
    answer.next = Some(context.launcher.command(&format!("refine resume {newest}")));
    answer
}

/// The reviews of this project that are not closed, oldest first.
fn open_here(context: &Context<'_>) -> Result<Vec<Review>, Error> {
    let (reviews, unreadable) = read_here(context)?;
    say(&unreadable);
    Ok(reviews)
}

fn read_here(context: &Context<'_>) -> Result<(Vec<Review>, Vec<String>), Error> {
    context.store.open_in(&Project::around(&context.environment.folder).root)
}

fn say(unreadable: &[String]) {
    for sentence in unreadable {
        output::note(sentence);
    }
}
