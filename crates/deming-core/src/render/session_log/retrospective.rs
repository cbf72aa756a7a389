//! Retrospective, metrics, knowledge and lessons: the end of the log.

use super::{QualityLine, UNFILLED, field, gap, lines_or_unfilled, list};
use crate::render::markdown::{block, code, fence, inline};
use crate::render::sections::Sections;
use crate::session::event::{Change, Point};
use crate::session::state::{NextTime, State};
use crate::session::test_first::Discipline;

/// Below this many a share is given as a count alone.
const MIN_FOR_PERCENT: u32 = 5;

pub(super) fn add(state: &State, quality: &[QualityLine], sections: &mut Sections) {
    let retro = &state.retro;
    sections.push_ruled("## RETROSPECTIVE", "");
    sections.push("### What Worked Well", points(&retro.worked, ""));
    sections.push("### What Could Be Better", points(&retro.better, ""));
    let learning = retro.learning.as_ref().map(point);
    sections.push("### Top Learning", learning.unwrap_or(UNFILLED.to_owned()));
    let change = match &retro.change {
        Some(NextTime::Change(change)) => next_time(change),
        Some(NextTime::Nothing { evidence }) => {
            format!("{}\n{}", field("TYPE", "None"), field("ACTION", &inline(evidence)))
        }
        None => UNFILLED.to_owned(),
    };
    sections.push("### Change for Next Time", change);
    sections.push("### Quality Metrics", metrics(state, quality));

    let knowledge = &state.knowledge;
    sections.push_ruled("## KNOWLEDGE CAPTURE", "");
    sections.push("### Patterns Discovered", list(&knowledge.patterns));
    sections.push("### Architecture Insights", list(&knowledge.insights));
    sections.push("### Refactoring Opportunities", list(&knowledge.refactorings));
    sections.push_ruled("", field("Session Complete", &complete(state)));
    sections.push_ruled("## Lessons for Future Sessions", gap(lessons(state)));
}

/// The numbers of a log; one line each, then what they add up to.
fn metrics(state: &State, quality: &[QualityLine]) -> String {
    let commits = state.present_commits().count();
    let own = test_first(state.discipline());
    if commits == 0 && own.is_none() && quality.is_empty() {
        return UNFILLED.to_owned();
    }
    let total = QualityLine {
        label: "Total commits".to_owned(),
        value: commits.to_string(),
        target: None,
        met: None,
    };
    let all: Vec<&QualityLine> = [&total].into_iter().chain(quality).chain(&own).collect();
    let mut lines: Vec<String> = all.iter().map(|it| quality_line(it)).collect();
    let targets = all.iter().filter_map(|it| it.met).count();
    let met = all.iter().filter(|it| it.met == Some(true)).count();
    if 0 < targets {
        let sum = if met == targets {
            "**All targets met! ✅**".to_owned()
        } else {
            format!("**{met} of {targets} targets met**")
        };
        lines.push(format!("\n{sum}"));
    }
    lines.join("\n")
}

fn quality_line(line: &QualityLine) -> String {
    let verdict = match line.met {
        Some(true) => "met",
        Some(false) => "not met",
        None => "not applicable",
    };
    let target = line.target.as_deref().map(|it| format!(" (target {}: {verdict})", inline(it)));
    format!("- {}: {}{}", inline(&line.label), inline(&line.value), target.unwrap_or_default())
}

fn test_first(discipline: Discipline) -> Option<QualityLine> {
    let (first, steps) = (discipline.first(), discipline.steps());
    let classes = [
        ("PROVEN", discipline.proven),
        ("LIKELY", discipline.likely),
        ("TEST_AFTER", discipline.test_after),
        ("NO_TEST", discipline.no_test),
    ];
    let seen = classes.into_iter().filter(|it| 0 < it.1);
    let seen: Vec<String> = seen.map(|(class, count)| format!("{class} {count}")).collect();
    let counts = format!("{first}/{steps} steps");
    let value = if steps < MIN_FOR_PERCENT {
        format!("{counts}: {}", seen.join(", "))
    } else {
        let percent = (200 * first + steps) / (2 * steps);
        format!("{percent}% ({counts}: {})", seen.join(", "))
    };
    let met = discipline.is_met();
    met.map(|_| QualityLine {
        label: "Test-first discipline".to_owned(),
        value,
        target: Some("at least 80%".to_owned()),
        met,
    })
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
    let lessons = points(&state.lessons.lessons, "✅ ");
    let next = state.lessons.next.as_deref().map(inline).filter(|it| !it.is_empty());
    format!("{lessons}\n\n{}", field("Next improvement", &next.unwrap_or(UNFILLED.to_owned())))
}

fn points(points: &[Point], mark: &str) -> String {
    let lines = points.iter().enumerate();
    lines_or_unfilled(lines.map(|(index, it)| format!("{}. {mark}{}", index + 1, point(it))))
}

/// `**Title** - text`
fn point(point: &Point) -> String {
    let text = inline(&point.text);
    let text = if text.is_empty() { text } else { format!(" - {text}") };
    format!("**{}**{text}", inline(&point.title))
}
