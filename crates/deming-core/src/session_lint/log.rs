//! The parts of a log that can be checked, with their lines.

use crate::render::markdown::code_lines;
use crate::render::sections::level;
use crate::session_lint::block::Block;
use crate::session_lint::named::{NamedCommit, file_names, named_commits};
use crate::session_lint::numbers::number_before;

/// A log taken apart. Nothing in it was checked yet.
pub(super) struct Log<'a> {
    pub(super) sections: Vec<Section<'a>>,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) blocks: Vec<Block<'a>>,
    /// Commits named in the progress log, under a step or not.
    pub(super) commits: Vec<NamedCommit<'a>>,
}

pub(super) struct Section<'a> {
    pub(super) line: u32,
    pub(super) level: usize,
    /// The heading in lower case without its marks.
    pub(super) name: String,
    pub(super) body: Vec<Line<'a>>,
}

#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) line: u32,
    pub(super) text: &'a str,
    /// Stands in a code fence, or is one.
    pub(super) is_code: bool,
}

/// `**Label:** value`
pub(super) struct Field<'a> {
    pub(super) line: u32,
    pub(super) label: String,
    pub(super) value: &'a str,
}

impl<'a> Log<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let mut sections = vec![Section { line: 1, level: 0, name: String::new(), body: vec![] }];
        let mut fields = vec![];
        for ((index, text), is_code) in text.lines().enumerate().zip(code_lines(text)) {
            let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
            if let Some(level) = level(text).filter(|_| !is_code) {
                let name = text[level..].trim().trim_end_matches(['#', ':']).trim().to_lowercase();
                sections.push(Section { line, level, name, body: vec![] });
                continue;
            }
            if let Some((label, value)) = field(text).filter(|_| !is_code) {
                fields.push(Field { line, label: label.to_lowercase(), value });
            }
            if let Some(section) = sections.last_mut().filter(|_| is_code || text.trim() != "---") {
                section.body.push(Line { line, text, is_code });
            }
        }
        let mut log = Self { sections, fields, blocks: vec![], commits: vec![] };
        log.read_progress();
        log
    }

    pub(super) fn section(&self, name: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|it| it.name == name)
    }

    /// The first line with text of a section, if it holds more than a placeholder.
    pub(super) fn first_line(&self, name: &str) -> Option<Line<'a>> {
        let section = self.section(name).filter(|it| !it.is_unfilled() && !it.is_left_out());
        section.and_then(Section::first_line)
    }

    /// The items of a section, and those below `_In the agent's words, ..:_`.
    pub(super) fn measured_and_told(&self, name: &str) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
        let Some(section) = self.section(name) else { return (vec![], vec![]) };
        let is_mark =
            |it: &&Line<'a>| it.text.starts_with("_In ") && it.text.trim_end().ends_with(":_");
        let mark = section.body.iter().find(is_mark).map_or(u32::MAX, |it| it.line);
        section.items().partition(|it| it.line < mark)
    }

    /// A field of the header, which comes before any text.
    pub(super) fn header(&self, label: &str) -> Option<&Field<'a>> {
        let field = self.fields.iter().find(|it| it.label == label);
        field.filter(|it| !is_placeholder(it.value))
    }

    /// A field at the end of the log, behind all text.
    pub(super) fn footer(&self, label: &str) -> Option<&Field<'a>> {
        let field = self.fields.iter().rfind(|it| it.label == label);
        field.filter(|it| !is_placeholder(it.value))
    }

    /// The number of steps of the plan.
    pub(super) fn step_total(&self) -> Option<u32> {
        number_before(self.first_line("number of steps")?.text, "step")
    }

    /// `- Label: value` in the quality metrics.
    pub(super) fn metric(&self, label: &str) -> Option<(Line<'a>, &'a str)> {
        let mut lines = self.section("quality metrics")?.items();
        lines.find_map(|it| {
            let (found, value) = it.text.trim_start_matches(['-', '*', ' ']).split_once(':')?;
            found.to_lowercase().contains(label).then_some((it, value.trim()))
        })
    }

    /// Named commits, each once however often it is named.
    pub(super) fn distinct_commits(&self) -> usize {
        let mut seen: Vec<&str> = vec![];
        for commit in &self.commits {
            let name = commit.hash.unwrap_or(commit.subject);
            if !seen.contains(&name) {
                seen.push(name);
            }
        }
        seen.len()
    }

    fn read_progress(&mut self) {
        let Some(section) = self.section("progress log") else { return };
        let (mut blocks, mut commits): (Vec<Block<'a>>, Vec<NamedCommit<'a>>) = (vec![], vec![]);
        let mut in_block = false;
        for line in section.body.iter().filter(|it| !it.is_code) {
            if let Some(block) = Block::begun_by(*line) {
                blocks.push(block);
                in_block = true;
            } else if line.text.starts_with("**") {
                in_block = false;
            } else if let Some(fact) = listed(line.text) {
                let named = named_commits(line.line, fact);
                if let Some(paths) = fact.strip_prefix("Files:")
                    && let Some(commit) = commits.last_mut()
                {
                    commit.files = file_names(paths);
                }
                if let Some(block) = blocks.last_mut().filter(|_| in_block) {
                    block.commits += named.len();
                    block.read_item(line.line, fact);
                }
                commits.extend(named);
            }
        }
        self.blocks = blocks;
        self.commits = commits;
    }
}

impl<'a> Section<'a> {
    pub(super) fn first_line(&self) -> Option<Line<'a>> {
        self.body.iter().find(|it| !it.text.trim().is_empty()).copied()
    }

    /// The items of the list at the top level.
    pub(super) fn items(&self) -> impl Iterator<Item = Line<'a>> {
        self.body.iter().filter(|it| !it.is_code && item(it.text).is_some()).copied()
    }

    /// `_Left out in emergency mode._`: nothing is there, and that is said.
    pub(super) fn is_left_out(&self) -> bool {
        self.first_line().is_some_and(|it| it.text.trim().starts_with("_Left out"))
    }

    pub(super) fn is_unfilled(&self) -> bool {
        // These stand below the text of a section and are none of it.
        let is_below = |label: &str| ["next improvement", "session complete"].contains(&label);
        let is_own =
            |it: &&Line<'a>| !field(it.text).is_some_and(|it| is_below(&it.0.to_lowercase()));
        let has_text = |it: &&Line<'a>| !it.text.trim().is_empty();
        let mut filled = self.body.iter().filter(|it| has_text(it) && is_own(it));
        match (filled.next(), filled.next()) {
            (None, _) => true,
            (Some(only), None) => !only.is_code && is_placeholder(only.text),
            (Some(_), Some(_)) => false,
        }
    }
}

/// Text that stands for text that was never written.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '*', ' ']).trim();
    let plain = text.trim_matches(['_', '*', '.']).to_lowercase();
    let is_bracketed = text.starts_with('[') && text.ends_with(']') && !text.contains("](");
    is_bracketed
        || ["", "not filled in", "tbd", "todo", "…", "fill in", "?"].contains(&plain.as_str())
}

/// The text of a list item at the top level, without its tick.
pub(super) fn item(text: &str) -> Option<&str> {
    listed(text).map(unticked)
}

/// What is ticked was done by somebody; a commit or a deviation is not ticked.
pub(super) fn listed(text: &str) -> Option<&str> {
    text.strip_prefix("- ").or(text.strip_prefix("* "))
}

pub(super) fn unticked(item: &str) -> &str {
    item.trim_start_matches(['✅', '☑', '✔', '\u{fe0f}', ' '])
}

fn field(text: &str) -> Option<(&str, &str)> {
    let (label, value) = text.strip_prefix("**")?.split_once(":**")?;
    (!label.contains('*')).then_some((label, value.trim()))
}

/// Paths and names in code spans are no numbers.
pub(super) fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect()
}
