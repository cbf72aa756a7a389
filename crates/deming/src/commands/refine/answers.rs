//! Reads the author's answers to findings, in the forms that agents write.
//! What looks like an answer and is none is reported, never swallowed.

use deming_core::finding::{FindingId, Level};
use deming_core::review_loop::{Answer, AnswerKind, Review, Status};

use crate::error::Error;

/// How an answer is written.
const FORM: &str = "write `F1 fixed: how`, `F1 rejected: why` or `F1 deferred: why`";

/// Words after `F1 fixed` that begin the text without a colon.
const LEAD_INS: [&str; 17] = [
    "and", "as", "at", "because", "by", "for", "from", "here", "in", "on", "see", "since",
    "through", "to", "until", "via", "with",
];

/// What stands between the parts of an answer.
const SEPARATORS: [char; 6] = [':', '-', '\u{2013}', '\u{2014}', '=', '\u{2192}'];

/// A line that begins with the name of a finding.
struct Line<'a> {
    ids: Vec<FindingId>,
    /// `None` where the line is no answer.
    said: Option<(AnswerKind, &'a str)>,
}

/// Reads the answers, each with its further lines, and whatever is wrong with
/// any of them.
pub(super) fn read(text: &str) -> (Vec<Answer>, Vec<Error>) {
    let mut answers: Vec<Answer> = Vec::new();
    let mut errors = Vec::new();
    // How many of the newest answers the next lines belong to.
    let mut n_current = 0;
    let mut was_refused = false;
    let mut is_code = false;
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        let is_fence = line.trim_start().starts_with("```");
        let is_inside = is_code || is_fence && 0 < n_current;
        is_code ^= is_fence;
        let parsed = match is_inside {
            true => None,
            false => read_line(line),
        };
        match parsed {
            Some(Line { ids, said: Some((kind, text)) }) => {
                n_current = ids.len();
                was_refused = false;
                let text = text.to_owned();
                answers.extend(ids.into_iter().map(|id| Answer { id, kind, text: text.clone() }));
            }
            Some(Line { ids, said: None }) => {
                n_current = 0;
                was_refused = true;
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                let shown = line.trim();
                errors.push(
                    Error::usage(format!(
                        "the line on {} is not an answer: `{shown}`",
                        ids.join(", ")
                    ))
                    .hint(FORM),
                );
            }
            None if !is_inside && is_heading(line) => {
                n_current = 0;
                // Nothing that follows belongs to what was refused.
                was_refused = false;
            }
            None if 0 < n_current => {
                let start = answers.len() - n_current;
                for answer in &mut answers[start..] {
                    if !answer.text.is_empty() {
                        answer.text.push('\n');
                    }
                    answer.text.push_str(line.trim());
                }
            }
            None if was_refused => {}
            None => {
                errors.push(Error::usage(format!("`{}` is not an answer", line.trim())).hint(FORM));
                was_refused = true;
            }
        }
    }
    for answer in answers.iter().filter(|it| it.text.is_empty()) {
        let (id, word) = (answer.id, answer.kind.word());
        let how = if answer.kind == AnswerKind::Fixed { "how" } else { "why" };
        errors.push(Error::usage(format!("{id} {word} does not say {how}")).hint(FORM));
    }
    (answers, errors)
}

/// A heading, a rule, or the head of a table.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let word: String = line.chars().filter(|it| it.is_alphabetic()).collect();
    let is_title = ["answers", "responses"].contains(&word.to_lowercase().as_str());
    line.starts_with('#') || line.starts_with('|') || is_title || line.chars().all(|it| it == '-')
}

fn read_line(line: &str) -> Option<Line<'_>> {
    let line = line.trim();
    match line.strip_prefix('|') {
        Some(row) => read_row(row.strip_suffix('|').unwrap_or(row)),
        None => read_sentence(line),
    }
}

/// A row of a table: the findings, the word, the text, with a level anywhere.
fn read_row(row: &str) -> Option<Line<'_>> {
    let (first, rest) = row.split_once('|')?;
    let mut cursor = Cursor { text: first };
    let ids = cursor.ids()?;
    cursor.skip_marks();
    let mut rest = rest;
    while cursor.text.is_empty() {
        let (cell, after) = rest.split_once('|').unwrap_or((rest, ""));
        let mut cell = Cursor { text: cell };
        cell.skip_marks();
        match cell.kind() {
            Some(kind) => return Some(Line { ids, said: Some((kind, after.trim())) }),
            None if cell.level() && !after.is_empty() => rest = after,
            None => break,
        }
    }
    Some(Line { ids, said: None })
}

fn read_sentence(line: &str) -> Option<Line<'_>> {
    let mut cursor = Cursor { text: without_marker(line) };
    let ids = cursor.ids()?;
    Some(Line { ids, said: cursor.said(line) })
}

/// The line without its bullet, number, box or heading mark.
fn without_marker(line: &str) -> &str {
    let line = line.trim_start_matches('#').trim_start();
    let line = line.trim_start_matches(['-', '*', '+', '>', '\u{2022}']).trim_start();
    let digits = line.trim_start_matches(|it: char| it.is_ascii_digit());
    let line = match digits.strip_prefix(['.', ')']).filter(|_| digits.len() < line.len()) {
        Some(rest) => rest.trim_start(),
        None => line,
    };
    ["[x]", "[X]", "[ ]"].iter().find_map(|it| line.strip_prefix(it)).unwrap_or(line)
}

/// What is left to read of a line.
struct Cursor<'a> {
    text: &'a str,
}

impl<'a> Cursor<'a> {
    /// Blanks, emphasis and brackets say nothing.
    fn skip_marks(&mut self) {
        let is_mark = |it: char| it.is_whitespace() || "*_`()[]".contains(it);
        self.text = self.text.trim_start_matches(is_mark);
    }

    fn word(&self) -> &'a str {
        let end = self.text.find(|it: char| !it.is_alphanumeric()).unwrap_or(self.text.len());
        &self.text[..end]
    }

    fn id(&mut self) -> Option<FindingId> {
        let word = self.word();
        let id = word.parse().ok()?;
        let rest = &self.text[word.len()..];
        // `F1's` and `F1_key` name something else.
        if rest.starts_with(['\'', '\u{2019}', '/', '.']) && !rest[1..].starts_with(['F', 'f', ' '])
        {
            return None;
        }
        self.text = rest;
        Some(id)
    }

    /// One or more findings: `F1`, `F1, F2 and F3`, `F1 [HIGH] & F2 [LOW]`.
    fn ids(&mut self) -> Option<Vec<FindingId>> {
        self.skip_marks();
        let mut ids = vec![self.id()?];
        loop {
            self.skip_marks();
            self.level();
            self.skip_marks();
            let before = self.text;
            let mut rest = before.trim_start_matches([',', '&', '/', '+']).trim_start();
            if let Some(after) = rest.strip_prefix("and ") {
                rest = after;
            }
            if rest.len() == before.len() {
                return Some(ids);
            }
            self.text = rest;
            self.skip_marks();
            match self.id() {
                Some(id) => ids.push(id),
                None => {
                    self.text = before;
                    return Some(ids);
                }
            }
        }
    }

    /// Takes the word of a level, if one is there.
    fn level(&mut self) -> bool {
        let word = self.word();
        let is_level = Level::from_word(word).is_some();
        if is_level {
            self.text = &self.text[word.len()..];
        }
        is_level
    }

    fn kind(&mut self) -> Option<AnswerKind> {
        let word = self.word();
        let kind = AnswerKind::from_word(word)?;
        self.text = &self.text[word.len()..];
        Some(kind)
    }

    /// The word behind the findings, and the text behind the word.
    fn said(&mut self, line: &str) -> Option<(AnswerKind, &'a str)> {
        self.skip_marks();
        self.text = self.text.trim_start_matches(SEPARATORS);
        self.skip_marks();
        let before = self.text;
        let kind = self.kind()?;
        let is_bracketed = line[..line.len() - before.len()].trim_end().ends_with(['(', '[']);
        let rest =
            self.text.trim_start_matches(|it: char| it.is_whitespace() || "*_`)]".contains(it));
        let after = rest.trim_start_matches(SEPARATORS);
        let has_separator = after.len() < rest.len();
        let word = after.split(|it: char| !it.is_alphabetic()).next().unwrap_or_default();
        let leads_in = LEAD_INS.contains(&word.to_ascii_lowercase().as_str());
        if !has_separator && !leads_in && !is_bracketed && !rest.is_empty() {
            return None;
        }
        let head = &line[..line.len() - after.len()];
        Some((kind, without_half_marks(head, after.trim())))
    }
}

/// Emphasis that began in front of the text ends in it: what is left of it goes.
fn without_half_marks<'a>(head: &str, text: &'a str) -> &'a str {
    let mut text = text;
    for mark in ["**", "__", "*", "_", "`"] {
        if head.matches(mark).count() % 2 == 1 {
            let kept = text.strip_prefix(mark).or_else(|| text.strip_suffix(mark));
            text = kept.unwrap_or(text).trim();
        }
    }
    text
}

/// Every open HIGH and MEDIUM has an answer, and no answer is for nothing. All
/// that is wrong is reported at once.
pub(super) fn check(review: &Review, answers: &[Answer]) -> Vec<Error> {
    let mut errors = Vec::new();
    for (index, answer) in answers.iter().enumerate() {
        let id = answer.id;
        let status = review.ledger.get(id).map(|it| it.status);
        if answers[..index].iter().any(|it| it.id == id) {
            let twice = Error::usage(format!("{id} is answered twice"));
            errors.push(twice.hint("give each finding one answer"));
            continue;
        }
        match status {
            Some(Status::Open) => {}
            Some(Status::Fixed | Status::Withdrawn | Status::Kept) => {
                let closed = Error::usage(format!("{id} is closed already"));
                errors.push(closed.hint("answer the findings that are open, and no others"));
            }
            None => errors.push(
                Error::usage(format!("there is no finding {id}"))
                    .hint(format!("run `deming refine status {}`", review.opening.id)),
            ),
        }
    }
    let unanswered: Vec<String> = review
        .ledger
        .open()
        .filter(|it| it.finding.level.is_blocking())
        // One that came with a plan that nobody has seen yet still counts.
        .filter(|it| it.answer.is_none() || it.is_insisted || review.is_sent())
        .filter(|it| !answers.iter().any(|answer| answer.id == it.finding.id))
        .map(|it| format!("{} [{}]", it.finding.id, it.finding.level))
        .collect();
    if !unanswered.is_empty() {
        errors.push(
            Error::usage(format!("not answered: {}", unanswered.join(", ")))
                .hint("answer each as `F1 fixed: how`, `F1 rejected: why` or `F1 deferred: why`"),
        );
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    use AnswerKind::{Deferred, Fixed, Rejected};

    #[track_caller]
    fn check(text: &str, want: &[(u32, AnswerKind, &str)]) {
        let (answers, errors) = read(text);
        let answers: Vec<_> =
            answers.iter().map(|it| (it.id.0, it.kind, it.text.as_str())).collect();
        assert_eq!((answers.as_slice(), errors.as_slice()), (want, &[][..]), "{text}");
    }

    #[track_caller]
    fn check_refused(text: &str, want: &[&str]) {
        let (_, errors) = read(text);
        let messages: Vec<&str> = errors.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(messages, want, "{text}");
    }

    #[test]
    fn answers_are_lines_with_their_continuations() {
        check(
            "- F1 fixed: refresh token\n  in section 3\n\nF2 REJECTED: the gateway does it\n",
            &[(1, Fixed, "refresh token\nin section 3"), (2, Rejected, "the gateway does it")],
        );
        check(
            "F1 fixed:\n```\nF2 stays\n```\nF3 deferred: later",
            &[(1, Fixed, "```\nF2 stays\n```"), (3, Deferred, "later")],
        );
    }

    #[test]
    fn one_answer_is_read_in_every_form() {
        for line in [
            "F1 fixed: by x",
            "f1 FIXED: by x",
            "* F1 fixed: by x",
            "1. F1 fixed: by x",
            "- [x] F1 fixed: by x",
            "### F1 fixed: by x",
            "**F1 fixed:** by x",
            "**F1** fixed: by x",
            "- **F1** **fixed**: by x",
            "**F1 fixed: by x**",
            "`F1` fixed: by x",
            "F1 [HIGH] fixed: by x",
            "**F1 [HIGH]** - fixed: by x",
            "F1 (HIGH) fixed: by x",
            "F1: fixed - by x",
            "F1 - fixed \u{2013} by x",
            "F1 \u{2014} fixed \u{2014} by x",
            "F1 fixed by x",
            "F1: fixed by x",
            "F1 (fixed) by x",
            "F1 (fixed): by x",
            "[F1] fixed: by x",
            "| F1 | fixed | by x |",
            "| **F1** | HIGH | Fixed | by x |",
        ] {
            check(line, &[(1, Fixed, "by x")]);
        }
        check("F1 fixed in step 4", &[(1, Fixed, "in step 4")]);
        check("**F2 fixed:** step 4", &[(2, Fixed, "step 4")]);
        check("F2 fixed: `x` is **new**", &[(2, Fixed, "`x` is **new**")]);
        check("F2 fixed: **new** x", &[(2, Fixed, "**new** x")]);
    }

    #[test]
    fn one_line_may_answer_several_findings() {
        let both = [(1, Fixed, "x"), (2, Fixed, "x")];
        for line in [
            "F1, F2 fixed: x",
            "F1 and F2 fixed: x",
            "F1 & F2: fixed: x",
            "F1/F2 fixed: x",
            "**F1**, **F2** fixed: x",
            "F1 [HIGH], F2 [LOW] fixed: x",
            "F1, and F2 fixed: x",
            "| F1, F2 | fixed | x |",
        ] {
            check(line, &both);
        }
        check("F1, F2 fixed: x\n  y", &[(1, Fixed, "x\ny"), (2, Fixed, "x\ny")]);
    }

    #[test]
    fn headings_say_nothing() {
        check(
            "## Answers\n\nF1 fixed: x\n\n### Rejected\nF2 rejected: y\n---\n",
            &[(1, Fixed, "x"), (2, Rejected, "y")],
        );
        check("**Answers:**\nF1 fixed: x", &[(1, Fixed, "x")]);
        check(
            "| Finding | Answer | How |\n|---|---|---|\n| F1 | fixed | x |\n| F2 | deferred | y |",
            &[(1, Fixed, "x"), (2, Deferred, "y")],
        );
    }

    #[test]
    fn what_is_no_answer_is_named_and_not_swallowed() {
        check_refused(
            "F1 fixed: x\nF2 maybe: y\n  more\nF3 fixed: z",
            &["the line on F2 is not an answer: `F2 maybe: y`"],
        );
        for line in [
            "F2 not fixed: y",
            "F2 is not fixed: y",
            "F2: won't be fixed",
            "F2 partially fixed: y",
            "F2 fixed? no",
            "F2 unfixed: y",
            "F2 (not fixed)",
            "F2",
            "| F2 | not fixed | y |",
        ] {
            let want = format!("the line on F2 is not an answer: `{line}`");
            check_refused(&format!("F1 fixed: x\n{line}"), &[&want]);
        }
        check_refused("F1 fixed:", &["F1 fixed does not say how"]);
        check_refused("F1 rejected", &["F1 rejected does not say why"]);
        check_refused("What is this?\nAnd this?", &["`What is this?` is not an answer"]);
    }

    #[test]
    fn one_id_is_not_another() {
        check("F10 deferred: later", &[(10, Deferred, "later")]);
        check_refused("F1x fixed: a", &["`F1x fixed: a` is not an answer"]);
        check("F1 fixed: a\nF1's token is new", &[(1, Fixed, "a\nF1's token is new")]);
    }

    #[test]
    fn an_answer_in_a_second_form_is_its_own() {
        check("F1 fixed: x\nF2: rejected - y", &[(1, Fixed, "x"), (2, Rejected, "y")]);
    }
}
