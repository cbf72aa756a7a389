//! `refine accept`: the end of an approved review; takes what was learned.

use deming_core::clean::{clean, clean_line};
use deming_core::review_loop::ReviewEvent;

use super::{Answer, Context, due, ended, words};
use crate::error::Error;
use crate::secrets::Redaction;

/// Ends an approved review; takes the key learnings from standard input
///
/// Only what the reviewer approved, or what the human accepted when asked, can
/// be accepted.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let mut stored = context.store.open(&arguments.id)?;
    if let Err(error) = due::absorb(context, &mut stored) {
        return due::blocked(context, &stored.review, error);
    }
    let Some(by) = stored.review.acceptable_by() else {
        let is_over = stored.review.is_over();
        let mut due = due::due(context, stored)?;
        if !is_over {
            due.text = format!("The plan cannot be accepted yet.\n{}", due.text);
        }
        return Ok(due);
    };
    let mut redaction = Redaction::new(stored.labels()?);
    let learnings = match read_learnings() {
        text if text.trim().is_empty() => Vec::new(),
        text => learnings(&redaction.hide(&text, "learnings")?),
    };
    stored.append(ReviewEvent::Accepted { by, learnings })?;
    let mut answer = ended::answer(context, stored)?;
    let found = words::found(&redaction.found, context.caller.is_agent());
    answer.text = format!("{found}{}", answer.text);
    Ok(answer)
}

/// None is fine.
fn read_learnings() -> String {
    use std::io::Read;
    let mut bytes = Vec::new();
    // Learnings are a comfort: an accepted plan must not fail for them.
    let read = std::io::stdin().take(64 * 1024).read_to_end(&mut bytes);
    read.map(|_| clean(&String::from_utf8_lossy(&bytes))).unwrap_or_default()
}

/// One an item: wrapped lines are joined, headings say nothing.
fn learnings(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    // Where no line has a marker, each is an item of its own.
    let has_markers = text.lines().any(|it| unmarked(it).is_some());
    let mut is_new = true;
    for line in text.lines() {
        let item = unmarked(line);
        let said = clean_line(item.unwrap_or(line));
        if said.is_empty() || said.starts_with('#') || is_title(&said) {
            is_new = true;
            continue;
        }
        match items.last_mut() {
            Some(last)
                if item.is_none() && !is_new && (has_markers || line.starts_with([' ', '\t'])) =>
            {
                last.push(' ');
                last.push_str(&said);
            }
            _ => items.push(said),
        }
        is_new = false;
    }
    items
}

/// The text of a list item; `None` for a line that is none.
fn unmarked(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(item) = ["- ", "* ", "+ ", "\u{2022} "].iter().find_map(|it| line.strip_prefix(it))
    {
        return Some(item);
    }
    let rest = line.trim_start_matches(|it: char| it.is_ascii_digit());
    let item = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    (rest.len() < line.len()).then_some(item)
}

/// The section's own name, however it is marked.
fn is_title(line: &str) -> bool {
    let words: String = line.chars().filter(|it| it.is_alphabetic() || *it == ' ').collect();
    ["key learnings", "learnings"].contains(&words.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        assert_eq!(learnings(text), want, "{text}");
    }

    #[test]
    fn markers_and_headings_are_no_learnings() {
        let want = ["Test first", "Name the files"];
        check("- Test first\n- Name the files\n", &want);
        check("## Key Learnings\n\n1. Test first\n2) Name the files\n", &want);
        check("**Key Learnings:**\n* Test first\n\u{2022} Name the files", &want);
        check("Test first\nName the files", &want);
        check("-5 degrees is cold", &["-5 degrees is cold"]);
    }

    #[test]
    fn wrapped_lines_belong_to_their_item() {
        check(
            "- Test first, and\n  name the\nfiles\n\n- Write **it** down\n",
            &["Test first, and name the files", "Write **it** down"],
        );
        check(
            "Test first, and\n  name the files\nWrite it down",
            &["Test first, and name the files", "Write it down"],
        );
        check("- One\n\nTwo", &["One", "Two"]);
    }
}
