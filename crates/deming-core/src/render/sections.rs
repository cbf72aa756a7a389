//! A log as a list of sections, so that what a person edited stays.
//!
//! A section starts at a heading or at a rule (`---`) outside of code. It is
//! compared whole: ours where we wrote exactly this text, a person's otherwise.

use crate::render::markdown::code_lines;

/// A heading with the text up to the next one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Section {
    /// The path of headings, as in `planning-phase/risk-flags`; unique in a log.
    pub key: String,
    /// Whether a rule stands above it.
    pub ruled: bool,
    /// The whole line with its `#`, or empty.
    pub heading: String,
    /// Starts with a line feed where a blank line follows the heading.
    pub body: String,
}

/// Builds the sections of a log in their order and names them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Sections(Vec<Section>);

impl Sections {
    /// Adds a section. `heading` holds its `#` marks; it may be empty.
    pub fn push(&mut self, heading: &str, body: impl Into<String>) {
        self.add(false, heading, body.into());
    }

    /// Adds a section with a rule above it.
    pub fn push_ruled(&mut self, heading: &str, body: impl Into<String>) {
        self.add(true, heading, body.into());
    }

    pub fn as_slice(&self) -> &[Section] {
        &self.0
    }

    fn add(&mut self, ruled: bool, heading: &str, body: String) {
        let body = body.trim_end().to_owned();
        let path = self.path(heading, &body);
        let same = |key: &str| self.0.iter().any(|it| it.key == key);
        let numbered = (2..).map(|number| format!("{path}-{number}"));
        let key = std::iter::once(path.clone()).chain(numbered).find(|key| !same(key));
        let key = key.unwrap_or(path);
        self.0.push(Section { key, ruled, heading: heading.to_owned(), body });
    }

    fn path(&self, heading: &str, body: &str) -> String {
        let name = match level(heading) {
            Some(1) if self.0.iter().all(|it| it.heading.is_empty()) => "title".to_owned(),
            Some(_) => slug(heading),
            None => slug(
                body.trim_start()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .split(':')
                    .next()
                    .unwrap_or_default(),
            ),
        };
        let depth = level(heading).unwrap_or(2);
        let parent = self.0.iter().rev().find(|it| level(&it.heading).is_some_and(|it| it < depth));
        match parent.filter(|it| level(&it.heading) != Some(1)) {
            Some(parent) => format!("{}/{name}", parent.key),
            None => name,
        }
    }
}

/// The text of a log and the sections in it that are a person's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Merged {
    pub text: String,
    /// Keys of sections that were edited, added or removed by a person.
    pub kept: Vec<String>,
}

/// The text of a log, with one line feed at its end.
pub fn join(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        let parts = [section.heading.as_str(), section.body.as_str()];
        let filled: Vec<&str> = parts.into_iter().filter(|it| !it.trim().is_empty()).collect();
        if section.ruled {
            text.push_str("---\n\n");
        }
        if !filled.is_empty() {
            text.push_str(&filled.join("\n"));
            text.push_str("\n\n");
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The sections of a log, with the keys that [`Sections`] gave them.
pub fn split(text: &str) -> Vec<Section> {
    let text = text.replace("\r\n", "\n");
    let mut sections = Sections::default();
    let mut open: Option<(bool, &str, Vec<&str>)> = None;
    for (line, is_code) in text.lines().zip(code_lines(&text)) {
        let starts = !is_code && level(line).is_some();
        let is_rule = !is_code && line.trim_end() == "---";
        if starts || is_rule {
            let ruled = starts && open.as_ref().is_some_and(|it| it.0 && is_blank(it));
            if let Some((ruled, heading, body)) = open.take().filter(|_| !ruled) {
                sections.add(ruled, heading, body_of(heading, &body));
            }
            open = Some(if starts { (ruled, line, vec![]) } else { (true, "", vec![]) });
        } else {
            open.get_or_insert((false, "", vec![])).2.push(line);
        }
    }
    if let Some((ruled, heading, body)) = open {
        sections.add(ruled, heading, body_of(heading, &body));
    }
    sections.0
}

/// Puts the newly rendered sections into the log on disk.
///
/// `ours` are the joined texts that Deming rendered itself, never a merged one:
/// the last that was written, and the one that was being written when a crash
/// may have come between. A section on disk that stands in none of them is a
/// person's and stays as it is; one that a person took out stays out.
pub fn merge(rendered: &[Section], ours: &[&str], on_disk: &str) -> Merged {
    let rendered = split(&join(rendered));
    let ours: Vec<Vec<Section>> = ours.iter().map(|text| split(text)).collect();
    let disk = split(on_disk);
    let was_written = |key: &str| ours.iter().any(|it| find(it, key).is_some());
    let is_ours = |section: &Section| {
        let written = ours.iter().filter_map(|it| find(it, &section.key));
        written.chain(find(&rendered, &section.key)).any(|it| is_same(it, section))
    };

    let mut kept = vec![];
    let mut merged: Vec<&Section> = vec![];
    for section in &rendered {
        match find(&disk, &section.key) {
            Some(edited) if !is_ours(edited) => {
                kept.push(section.key.clone());
                merged.push(edited);
            }
            None if was_written(&section.key) => kept.push(section.key.clone()),
            Some(_) | None => merged.push(section),
        }
    }
    let mut after: Option<&str> = None;
    for section in &disk {
        if find(&rendered, &section.key).is_none() && !is_ours(section) {
            let before = merged.iter().position(|it| Some(it.key.as_str()) == after);
            merged.insert(before.map_or(0, |at| at + 1), section);
            kept.push(section.key.clone());
        }
        if merged.iter().any(|it| it.key == section.key) {
            after = Some(&section.key);
        }
    }
    let merged: Vec<Section> = merged.into_iter().cloned().collect();
    Merged { text: join(&merged), kept }
}

/// The level of an ATX heading at the start of a line.
pub(crate) fn level(line: &str) -> Option<usize> {
    let marks = line.bytes().take_while(|&byte| byte == b'#').count();
    let is_heading = (1..=6).contains(&marks) && line[marks..].starts_with([' ', '\t']);
    is_heading.then_some(marks)
}

fn find<'a>(sections: &'a [Section], key: &str) -> Option<&'a Section> {
    sections.iter().find(|it| it.key == key)
}

/// The same to a reader: blanks at line ends and around the text do not count.
fn is_same(one: &Section, other: &Section) -> bool {
    let lines = |section: &Section| -> Vec<String> {
        section.body.trim().lines().map(|it| it.trim_end().to_owned()).collect()
    };
    one.heading.trim_end() == other.heading.trim_end() && lines(one) == lines(other)
}

fn is_blank((_, heading, body): &(bool, &str, Vec<&str>)) -> bool {
    heading.is_empty() && body.iter().all(|line| line.trim().is_empty())
}

/// At most one blank line above the text, none below.
fn body_of(heading: &str, lines: &[&str]) -> String {
    let text = lines.join("\n");
    let has_gap = !heading.is_empty() && text.starts_with('\n') && !text.trim().is_empty();
    format!("{}{}", if has_gap { "\n" } else { "" }, text.trim_matches('\n'))
}

/// Letters and digits in lower case with single hyphens between.
fn slug(text: &str) -> String {
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "text".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(duration: &str) -> Sections {
        let mut sections = Sections::default();
        sections.push("# Log", "\n_Legend._");
        sections.push_ruled("", "**Date:** 2030-01-02\n**Feature:** doors");
        sections.push("## Objective", "\nOpen doors.");
        sections.push_ruled("## NOTES", "");
        sections.push("### Duration", duration);
        sections.push("### Code", "```\n# no heading\n---\n```");
        sections.push_ruled("", "**Complete:** today");
        sections.push_ruled("## Lessons", "\n1. a");
        sections
    }

    const TEXT: &str = "# Log\n\n_Legend._\n\n---\n\n**Date:** 2030-01-02\n**Feature:** doors\n\n\
## Objective\n\nOpen doors.\n\n---\n\n## NOTES\n\n### Duration\nnone\n\n\
### Code\n```\n# no heading\n---\n```\n\n---\n\n**Complete:** today\n\n---\n\n## Lessons\n\n1. a\n";

    /// The log with another duration, merged into `on_disk`.
    #[track_caller]
    fn check(on_disk: &str, want: &str, kept: &[&str]) {
        let rendered = log("2 hours");
        let merged = merge(rendered.as_slice(), &[TEXT], on_disk);
        assert_eq!(
            merged,
            Merged { text: want.to_owned(), kept: kept.iter().map(|&it| it.to_owned()).collect() }
        );
        let again = merge(log("3 hours").as_slice(), &[&join(rendered.as_slice())], &merged.text);
        assert_eq!(again.kept, merged.kept, "what was kept once is kept again");
    }

    #[test]
    fn join_and_split_are_inverse() {
        let sections = log("none");
        assert_eq!(join(sections.as_slice()), TEXT);
        assert_eq!(split(TEXT), sections.0);
        let keys: Vec<String> = split(TEXT).into_iter().map(|it| it.key).collect();
        let want = ["title", "date", "objective", "notes", "notes/duration", "notes/code"];
        assert_eq!(keys[..6], want);
        assert_eq!(keys[6..], ["complete", "lessons"]);
    }

    #[test]
    fn untouched_log_is_replaced() {
        let want = TEXT.replace("none", "2 hours");
        check(TEXT, &want, &[]);
        check(&TEXT.replace('\n', "\r\n"), &want, &[]);
        check(&TEXT.replace("doors.\n", "doors.  \n\n\n"), &want, &[]);
    }

    #[test]
    fn edited_section_stays_and_others_go_on() {
        let edit = |text: &str| text.replace("Open doors.", "Open and close doors.");
        check(&edit(TEXT), &edit(&TEXT.replace("none", "2 hours")), &["objective"]);
        let edit = |text: &str| text.replace("### Duration\nnone", "### Duration\na while");
        check(&edit(TEXT), &edit(TEXT), &["notes/duration"]);
    }

    #[test]
    fn added_section_stays_in_its_place() {
        let added = "### Duration\nnone\n\n### Mine\nWords.\n\n#### Deeper\nMore.\n";
        let on_disk = TEXT.replace("### Duration\nnone\n", added);
        let want = on_disk.replace("none", "2 hours");
        check(&on_disk, &want, &["notes/mine", "notes/mine/deeper"]);
    }

    #[test]
    fn removed_section_stays_out() {
        let remove = |text: &str| text.replace("## Objective\n\nOpen doors.\n\n", "");
        check(&remove(TEXT), &remove(&TEXT.replace("none", "2 hours")), &["objective"]);
    }

    #[test]
    fn new_section_is_added() {
        let mut rendered = log("none");
        rendered.push("### More", "b");
        let merged = merge(rendered.as_slice(), &[TEXT], TEXT);
        assert_eq!(merged, Merged { text: format!("{TEXT}\n### More\nb\n"), kept: vec![] });
    }

    #[test]
    fn text_of_an_interrupted_write_is_ours() {
        let half = join(log("2 hours").as_slice());
        let merged = merge(log("3 hours").as_slice(), &[TEXT, &half], &half);
        assert_eq!(merged, Merged { text: join(log("3 hours").as_slice()), kept: vec![] });
    }

    #[test]
    fn equal_headings_have_keys_of_their_own() {
        let keys: Vec<String> =
            split("## A\n\n## A\n\n### B\n").into_iter().map(|it| it.key).collect();
        assert_eq!(keys, ["a", "a-2", "a-2/b"]);
    }
}
