//! Retrospective, metrics, knowledge and lessons: the end of the log.

use super::{UNFILLED, field, gap, lines_or_none, list, said};
use crate::metrics::compute::Report;
use crate::render::markdown::{block, code, fence, inline};
use crate::render::metrics::log_list;
use crate::render::sections::Sections;
use crate::session::event::{Change, Phase, Point};
use crate::session::state::{NextTime, State};

pub(super) fn add(state: &State, quality: Option<&Report>, sections: &mut Sections) {
    let retro = &state.retro;
    let told = |text: String| said(state, Phase::Retro, text);
    sections.push_ruled("## RETROSPECTIVE", "");
    sections.push("### What Worked Well", told(points(retro.worked.as_deref(), "")));
    sections.push("### What Could Be Better", told(points(retro.better.as_deref(), "")));
    let learning = retro.learning.as_ref().map(point);
    sections.push("### Top Learning", told(learning.unwrap_or(UNFILLED.to_owned())));
    let change = match &retro.change {
        Some(NextTime::Change(change)) => next_time(change),
        Some(NextTime::Nothing { evidence }) => {
            format!("{}\n{}", field("TYPE", "None"), field("ACTION", &inline(evidence)))
        }
        None => UNFILLED.to_owned(),
    };
    sections.push("### Change for Next Time", told(change));
    sections.push("### Quality Metrics", metrics(state, quality));

    let knowledge = &state.knowledge;
    sections.push_ruled("## KNOWLEDGE CAPTURE", "");
    sections.push("### Patterns Discovered", told(list(knowledge.patterns.as_deref())));
    sections.push("### Architecture Insights", told(list(knowledge.insights.as_deref())));
    sections.push("### Refactoring Opportunities", told(list(knowledge.refactorings.as_deref())));
    sections.push_ruled("", field("Session Complete", &complete(state)));
    sections.push_ruled("## Lessons for Future Sessions", gap(lessons(state)));
}

/// The metrics of the session's commits, or what is known without them.
fn metrics(state: &State, quality: Option<&Report>) -> String {
    let commits = state.present_commits().count();
    match quality.filter(|it| measured(it) == commits) {
        Some(report) if !report.commits.is_empty() => log_list(report).trim_end().to_owned(),
        Some(_) | None if commits == 0 => UNFILLED.to_owned(),
        Some(_) | None => {
            let counts = state.discipline();
            let first = counts.proven + counts.likely;
            let steps = first + counts.test_after + counts.no_test;
            format!(
                "- Total commits: {commits}\n- Test-first discipline: {first} of {steps} steps\n\
                 - Other metrics were not measured"
            )
        }
    }
}

/// How many commits a report is about, those that it does not count included.
fn measured(report: &Report) -> usize {
    let left_out = usize::try_from(report.merges.saturating_add(report.roots));
    report.commits.len().saturating_add(left_out.unwrap_or(usize::MAX))
}

fn next_time(change: &Change) -> String {
    let place = change.place.as_deref().map(|it| format!(" under \"{}\"", inline(it)));
    let place = place.unwrap_or_default();
    let action = match &change.file {
        Some(file) => format!("Add to {}{place}:", code(file)),
        None => format!("Do from now on{place}:"),
    };
    let action = field("ACTION", &action);
    let mut text =
        format!("{}\n{action}\n{}", field("TYPE", change.kind.word()), fence(&change.text, ""));
    if let Some(why) = change.why.as_deref().filter(|it| !it.trim().is_empty()) {
        text.push_str(&format!("\n\nWhy: {}", block(why)));
    }
    text
}

fn complete(state: &State) -> String {
    match &state.closing {
        Some(closing) => {
            let at = closing.at.with_timezone(&state.opened_at.timezone());
            let time = at.time().to_string();
            format!("{} {}", at.date_naive(), time.get(..5).unwrap_or(&time))
        }
        None => UNFILLED.to_owned(),
    }
}

fn lessons(state: &State) -> String {
    let told = |text: String| said(state, Phase::Retro, text);
    let lessons = told(points(state.lessons.lessons.as_deref(), "✅ "));
    let next = state.lessons.next.as_deref().map(inline).filter(|it| !it.is_empty());
    format!(
        "{lessons}\n\n{}",
        field("Next improvement", &told(next.unwrap_or(UNFILLED.to_owned())))
    )
}

fn points(points: Option<&[Point]>, mark: &str) -> String {
    let mut number = 0;
    lines_or_none(points, |it| {
        number += 1;
        format!("{number}. {mark}{}", point(it))
    })
}

/// `**Title** - text`
fn point(point: &Point) -> String {
    let text = inline(&point.text);
    let text = if text.is_empty() { text } else { format!(" - {text}") };
    format!("**{}**{text}", inline(&point.title))
}
