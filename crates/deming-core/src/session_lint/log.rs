//! The parts of a log that can be checked, with their lines.

use crate::render::markdown::code_lines;
use crate::render::sections::level;
use crate::session_lint::numbers::{Clock, leading_number, number_before, read_clock};

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

/// A step of the progress log: `**Step 1-2: Title** (14:35)` and its items.
pub(super) struct Block<'a> {
    pub(super) line: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) time: Option<(Clock, &'a str)>,
    pub(super) commits: usize,
    pub(super) says_no_commit: bool,
    /// In progress or deferred.
    pub(super) is_open: bool,
    pub(super) checkpoints: Vec<(u32, u32)>,
    pub(super) deviations: u32,
}

pub(super) struct NamedCommit<'a> {
    pub(super) line: u32,
    pub(super) subject: &'a str,
    pub(super) hash: Option<&'a str>,
    pub(super) files: Vec<&'a str>,
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
        self.section(name).filter(|it| !it.is_unfilled()).and_then(Section::first_line)
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
            if let Some(block) = block(*line) {
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

    pub(super) fn is_unfilled(&self) -> bool {
        let mut filled = self.body.iter().filter(|it| !it.text.trim().is_empty());
        match (filled.next(), filled.next()) {
            (None, _) => true,
            (Some(only), None) => !only.is_code && is_placeholder(only.text),
            (Some(_), Some(_)) => false,
        }
    }
}

impl Block<'_> {
    fn read_item(&mut self, line: u32, fact: &str) {
        let fact = fact.to_lowercase();
        self.says_no_commit |= fact.starts_with("no commit");
        self.is_open |= fact.starts_with("in progress") || fact.starts_with("deferred");
        self.deviations += u32::from(fact.starts_with("deviation:"));
        if let Some(rest) = unticked(&fact).trim_start_matches('*').strip_prefix("checkpoint ")
            && let Some(number) = leading_number(rest)
        {
            self.checkpoints.push((line, number));
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
fn listed(text: &str) -> Option<&str> {
    text.strip_prefix("- ").or(text.strip_prefix("* "))
}

fn unticked(item: &str) -> &str {
    item.trim_start_matches(['✅', '☑', '✔', '\u{fe0f}', ' '])
}

fn field(text: &str) -> Option<(&str, &str)> {
    let (label, value) = text.strip_prefix("**")?.split_once(":**")?;
    (!label.contains('*')).then_some((label, value.trim()))
}

fn block(line: Line<'_>) -> Option<Block<'_>> {
    let text = line.text.trim_start_matches('*');
    let rest = text.strip_prefix("Step ").or(text.strip_prefix("Steps "))?;
    let first = leading_number(rest)?;
    let after = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let last = after.strip_prefix(['-', '–', '—']).and_then(leading_number).unwrap_or(first);
    let inside = rest.rsplit_once('(').and_then(|it| it.1.split_once(')')).map(|it| it.0);
    let time = inside.and_then(|it| Some((read_clock(it)?, it)));
    Some(Block {
        line: line.line,
        first,
        last,
        time,
        commits: 0,
        says_no_commit: false,
        is_open: false,
        checkpoints: vec![],
        deviations: 0,
    })
}

/// `Commit: "Subject" (`abc1234`)`, or several subjects in quotes.
fn named_commits(line: u32, item: &str) -> Vec<NamedCommit<'_>> {
    let labels = ["Commit:", "Commits:", "**Commit:**", "**Commits:**"];
    let rest = labels.iter().find_map(|it| item.strip_prefix(it));
    let Some(rest) = rest.map(str::trim).filter(|it| !is_none(it)) else { return vec![] };
    let commit = |subject, hash| NamedCommit { line, subject, hash, files: vec![] };
    if let Some((subject, hash)) = rest.rsplit_once(" (`")
        && let Some(hash) = hash.strip_suffix("`)").filter(|it| is_hash(it))
    {
        return vec![commit(unquoted(subject), Some(hash))];
    }
    let hashes: Vec<&str> =
        rest.split(['`', ' ', ',', '(', ')']).filter(|it| is_hash(it)).collect();
    if !rest.contains('"') && !hashes.is_empty() {
        return hashes.into_iter().map(|it| commit("", Some(it))).collect();
    }
    let subjects = rest.split("\", \"");
    subjects.map(|it| commit(unquoted(it), None)).collect()
}

/// Without one quote on each side; the text itself may end with one.
fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}

fn is_none(text: &str) -> bool {
    ["", "none", "-", "n/a", "no"].contains(&text.trim_matches(['_', '.']).to_lowercase().as_str())
}

fn is_hash(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_hexdigit())
        && text.bytes().any(|it| it.is_ascii_digit())
}

/// Paths in code spans, or between commas.
fn file_names(paths: &str) -> Vec<&str> {
    if !paths.contains('`') {
        return paths.split(", ").map(str::trim).filter(|it| !it.is_empty()).collect();
    }
    let mut names = vec![];
    let mut rest = paths;
    while let Some(start) = rest.find('`') {
        rest = &rest[start..];
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let (marks, behind) = rest.split_at(ticks);
        let Some(end) = behind.find(marks) else { break };
        names.push(plain_path(&behind[..end]));
        rest = &behind[end + ticks..];
    }
    names
}

/// A path without the blanks and marks that a code span may have.
pub(super) fn plain_path(path: &str) -> &str {
    path.trim_matches(['`', ' '])
}
