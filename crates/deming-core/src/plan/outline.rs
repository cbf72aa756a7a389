//! Reads a Markdown plan into sections and blocks, each with its line.
//! Headings inside code never count. Never changes what the plan says.

use crate::clean::clean;
use crate::plan::reader::Reader;
use crate::plan::title::{is_without_title, title_of_first_line, title_of_heading};

/// A plan as it was written, with what its Markdown means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    pub title: String,
    /// The whole text; line feeds only, one at the end. A code fence around
    /// the whole plan is replaced by empty lines, so that lines keep their number.
    pub text: String,
    /// In order, the title's own first. A plan that starts with text has a
    /// section of level 0 without a heading before the others.
    pub sections: Vec<Section>,
    pub blocks: Vec<Block>,
}

/// A heading and the text up to the next heading of any level.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Section {
    /// 1 to 6; 0 for the text before the first heading.
    pub level: u8,
    /// Without markup.
    pub heading: String,
    /// Counted from 1.
    pub line: usize,
    /// Markdown, without blank lines around it.
    pub text: String,
}

/// A paragraph, list item, cell, heading or code block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
    pub line: usize,
    /// Index into [`Plan::sections`].
    pub section: usize,
    pub kind: BlockKind,
    /// Struck-out text is left out.
    pub spans: Vec<Span>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BlockKind {
    Heading {
        level: u8,
    },
    Paragraph,
    Item {
        /// 1 for an item of an outermost list.
        depth: usize,
        /// Which list of the plan, counted from 0.
        list: usize,
        /// As written; `None` for a bullet.
        number: Option<u64>,
    },
    Cell {
        table: usize,
        /// 0 is the header.
        row: usize,
        column: usize,
    },
    Code {
        /// The first word after the fence, in lower case; empty where there is none.
        language: String,
        /// False for a fence that the plan never closes.
        closed: bool,
    },
    Html,
}

/// A piece of one line with one meaning.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Span {
    pub line: usize,
    pub kind: SpanKind,
    pub text: String,
    pub strong: bool,
}

impl Span {
    pub fn is_code(&self) -> bool {
        self.kind == SpanKind::Code
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SpanKind {
    Text,
    Code,
    Html,
    Link { target: String },
}

#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PlanError {
    #[error("the plan is empty")]
    Empty,
    #[error("the plan has no title")]
    NoTitle,
    #[error("the plan has headings alone and no text")]
    NoText,
}

impl PlanError {
    /// One action that gets further.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "write the plan first: a heading, then what is to be done",
            Self::NoTitle => "write what it is for into its first heading: `# Plan: <title>`",
            Self::NoText => "write below its headings what is to be done",
        }
    }
}

impl Plan {
    /// Reads a plan. Its title is its first heading, without `Plan:` and
    /// `(vN)`; a plan without headings is called by its first line.
    ///
    /// # Errors
    /// When there is nothing that can be seen.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let text = unwrapped(&normalised(text));
        if clean(&text).trim().is_empty() {
            return Err(PlanError::Empty);
        }
        let (mut sections, blocks) = Reader::new(&text).read();
        let title = match sections.iter().find(|it| !it.heading.is_empty()) {
            Some(first) => title_of_heading(&first.heading),
            None => title_of_first_line(&text),
        };
        for section in &mut sections {
            section.text = trimmed_lines(&section.text).to_owned();
        }
        Ok(Self { title, text, sections, blocks })
    }

    /// Reads a plan that somebody is to agree to: it has a title and a text.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn parse_begun(text: &str) -> Result<Self, PlanError> {
        let plan = Self::parse(text)?;
        let first = plan.sections.iter().find(|it| 0 < it.level);
        if first.is_some_and(|it| is_without_title(&it.heading)) {
            return Err(PlanError::NoTitle);
        }
        if plan.blocks.iter().all(|it| matches!(it.kind, BlockKind::Heading { .. }))
            && plan.sections.iter().all(|it| it.text.is_empty())
        {
            return Err(PlanError::NoText);
        }
        Ok(plan)
    }

    /// The section that holds a block.
    pub fn section_of(&self, block: &Block) -> &Section {
        &self.sections[block.section]
    }

    /// Whether a section has neither text nor subsections.
    pub fn is_empty_section(&self, index: usize) -> bool {
        let section = &self.sections[index];
        let has_subsection =
            self.sections.get(index + 1).is_some_and(|next| section.level < next.level);
        section.text.is_empty() && !has_subsection
    }
}

impl Block {
    /// What it says, without markup, on one line.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.lines().into_iter().map(|(_, text)| text).collect();
        lines.join(if matches!(self.kind, BlockKind::Code { .. }) { "\n" } else { " " })
    }

    /// What each of its lines says, without markup.
    pub fn lines(&self) -> Vec<(usize, String)> {
        self.lines_with(|span| &span.text)
    }

    /// The same with a mark in place of inline code, which no prose rule reads.
    pub fn prose(&self) -> Vec<(usize, String)> {
        self.lines_with(|span| if span.is_code() { "\u{fffc}" } else { &span.text })
    }

    fn lines_with<'a>(&'a self, text_of: impl Fn(&'a Span) -> &'a str) -> Vec<(usize, String)> {
        let mut lines: Vec<(usize, String)> = Vec::new();
        for span in &self.spans {
            match lines.last_mut() {
                Some((line, text)) if *line == span.line => text.push_str(text_of(span)),
                Some(_) | None => lines.push((span.line, text_of(span).to_owned())),
            }
        }
        lines
    }

    /// Whether all of its text is bold, as in a heading made by hand.
    pub fn is_strong(&self) -> bool {
        let mut spans = self.spans.iter().filter(|it| !it.text.trim().is_empty()).peekable();
        spans.peek().is_some() && spans.all(|it| it.strong || it.text.trim() == ":")
    }

    pub fn is_code(&self) -> bool {
        matches!(self.kind, BlockKind::Code { .. })
    }
}

fn normalised(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    format!("{}\n", text.trim_end())
}

/// Agents like to fence a whole plan; what is inside is the plan.
fn unwrapped(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let Some(first) = lines.iter().position(|it| !it.trim().is_empty()) else {
        return text.to_owned();
    };
    let open = lines[first].trim_start();
    let mark = if open.starts_with("~~~") { '~' } else { '`' };
    let length = open.chars().take_while(|&it| it == mark).count();
    let info = open[length..].trim().to_lowercase();
    let last = lines.len() - 1;
    let closes = lines[last].trim().len() == length
        && lines[last].trim().chars().all(|it| it == mark)
        && first < last;
    let is_markdown = info == "markdown" || info == "md";
    let starts_with_heading = lines[first + 1..]
        .iter()
        .find(|it| !it.trim().is_empty())
        .is_some_and(|it| it.starts_with("# "));
    if length < 3 || !closes || !(is_markdown || info.is_empty() && starts_with_heading) {
        return text.to_owned();
    }
    let mut inner = lines;
    inner[first] = "";
    inner[last] = "";
    format!("{}\n", inner.join("\n").trim_end())
}

fn trimmed_lines(text: &str) -> &str {
    let text = text.trim_end();
    let start = text.len() - text.trim_start().len();
    let line_start = text[..start].rfind('\n').map_or(0, |it| it + 1);
    &text[line_start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_sections(text: &str, want: &[(u8, &str, usize, &str)]) {
        let plan = Plan::parse(text).unwrap();
        let have: Vec<_> = plan
            .sections
            .iter()
            .map(|it| (it.level, it.heading.as_str(), it.line, it.text.as_str()))
            .collect();
        assert_eq!(have, want);
    }

    #[track_caller]
    fn check_blocks(text: &str, want: &[(usize, BlockKind, &str)]) {
        let plan = Plan::parse(text).unwrap();
        let have: Vec<_> =
            plan.blocks.iter().map(|it| (it.line, it.kind.clone(), it.text())).collect();
        let want: Vec<_> = want
            .iter()
            .map(|(line, kind, text)| (*line, kind.clone(), (*text).to_owned()))
            .collect();
        assert_eq!(have, want);
    }

    #[test]
    fn sections_keep_their_lines_and_text() {
        check_sections(
            "# Plan: X (v2)\r\n\r\nWhy.\r\n\r\n## Steps\r\n1. One\r\n   - a\r\n\r\nTests\n-----\nAll.\n",
            &[
                (1, "Plan: X (v2)", 1, "Why."),
                (2, "Steps", 5, "1. One\n   - a"),
                (2, "Tests", 9, "All."),
            ],
        );
    }

    #[test]
    fn text_before_the_first_heading_is_a_section() {
        check_sections("Intro.\n\n# Plan: X\n", &[(0, "", 1, "Intro."), (1, "Plan: X", 3, "")]);
        check_sections("- only\n- bullets", &[(0, "", 1, "- only\n- bullets")]);
    }

    #[test]
    fn headings_in_code_and_quotes_open_no_section() {
        check_sections(
            "# P\n\n```sh\n# not a heading\n```\n\n> # nor this\n\n    # nor that\n",
            &[(1, "P", 1, "```sh\n# not a heading\n```\n\n> # nor this\n\n    # nor that")],
        );
    }

    #[test]
    fn a_fence_around_the_whole_plan_is_not_part_of_it() {
        check_sections(
            "```markdown\n# Plan: X\n\n```sh\nmake\n```\n```\n",
            &[(1, "Plan: X", 2, "```sh\nmake\n```")],
        );
        check_sections("```sh\nmake\n```\n", &[(0, "", 1, "```sh\nmake\n```")]);
    }

    #[test]
    fn front_matter_is_not_the_title() {
        assert_eq!(Plan::parse("---\ntitle: y\n---\n# Plan: X\n").unwrap().title, "X");
    }

    #[test]
    fn blocks_know_what_they_are() {
        let item = |depth, list, number| BlockKind::Item { depth, list, number };
        let cell = |row, column| BlockKind::Cell { table: 0, row, column };
        check_blocks(
            "1. One `a.py`\n   - ~~gone~~ in\n2. Two\n\n   More\n\n| F | W |\n|---|---|\n| a | b |\n",
            &[
                (1, item(1, 0, Some(1)), "One a.py"),
                (2, item(2, 1, None), " in"),
                (3, item(1, 0, Some(2)), "Two"),
                (5, BlockKind::Paragraph, "More"),
                (7, cell(0, 0), "F"),
                (7, cell(0, 1), "W"),
                (9, cell(1, 0), "a"),
                (9, cell(1, 1), "b"),
            ],
        );
    }

    #[test]
    fn an_open_fence_is_known() {
        let code = |language: &str, closed| BlockKind::Code { language: language.into(), closed };
        check_blocks("```Py\nx\ny\n```\n", &[(1, code("py", true), "x\ny")]);
        check_blocks("~~~\nx\n```\n", &[(1, code("", false), "x\n```")]);
        check_blocks("```", &[(1, code("", false), "")]);
        check_blocks(
            "- a\n\n  ```\n  x\n  ```\n",
            &[
                (1, BlockKind::Item { depth: 1, list: 0, number: None }, "a"),
                (3, code("", true), "x"),
            ],
        );
    }

    #[test]
    fn white_space_is_no_plan() {
        assert_eq!(Plan::parse("\u{200b}\n"), Err(PlanError::Empty));
        assert_eq!(Plan::parse("\u{feff} \n\t\r\n"), Err(PlanError::Empty));
        assert_eq!(Plan::parse(""), Err(PlanError::Empty));
    }

    #[test]
    fn a_plan_without_title_or_text_is_not_begun() {
        let begun = |text: &str| Plan::parse_begun(text).map(|it| it.title);
        assert_eq!(begun("# Plan: X\n\n"), Err(PlanError::NoText));
        assert_eq!(begun("# Plan: X\n\n## Steps\n## Tests\n"), Err(PlanError::NoText));
        assert_eq!(begun("# Plan:\n\nDo it.\n"), Err(PlanError::NoTitle));
        assert_eq!(begun("# Plan: (v2)\n\nDo it.\n"), Err(PlanError::NoTitle));
        assert_eq!(begun("# Plan\n\nDo it.\n"), Ok("Plan".to_owned()));
    }
}
