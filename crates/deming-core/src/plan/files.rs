//! The files that a plan names, and what it means to do with each.
//! In doubt a file is only mentioned, so that no rule speaks about it.

use std::collections::HashMap;

use crate::plan::file_intent::{
    Intent, exact_intent, intent_after, intent_before, is_enumerated, listed_intent,
};
use crate::plan::outline::{Block, BlockKind, Plan, Span, SpanKind};
use crate::plan::path::{Setting, path_in};

/// A file that a plan names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedFile {
    /// Relative, with `/`, as written.
    pub path: String,
    pub intent: Intent,
    /// Counted from 1.
    pub line: usize,
}

/// Lists every file that the plan names, in order, repetitions included.
pub fn files_named(plan: &Plan) -> Vec<NamedFile> {
    let mut labels = Labels::of(plan);
    let rows = intents_of_rows(plan);
    let mut files = Vec::new();
    for block in &plan.blocks {
        let label = labels.take(block);
        match &block.kind {
            BlockKind::Code { language, .. } => {
                if let (Some(Some(intent)), "" | "text" | "txt") = (label, language.as_str()) {
                    files.extend(block.spans.iter().filter_map(|it| file_of_code_line(it, intent)));
                }
            }
            BlockKind::Cell { table, row, .. } => {
                let word = rows.get(&(*table, *row)).copied();
                let intent = word.or(label.flatten());
                files.extend(files_of_block(block, intent));
            }
            BlockKind::Item { .. } => files.extend(files_of_block(block, label.flatten())),
            BlockKind::Heading { .. } | BlockKind::Paragraph => {
                files.extend(files_of_block(block, None));
            }
            BlockKind::Html => {}
        }
    }
    files
}

/// What a cell of its own says about the file of its row.
fn intents_of_rows(plan: &Plan) -> HashMap<(usize, usize), Intent> {
    let intent_of = |it: &Block| match it.kind {
        BlockKind::Cell { table, row, .. } => Some(((table, row), exact_intent(&it.text())?)),
        BlockKind::Heading { .. }
        | BlockKind::Paragraph
        | BlockKind::Item { .. }
        | BlockKind::Code { .. }
        | BlockKind::Html => None,
    };
    plan.blocks.iter().filter_map(intent_of).collect()
}

/// What headings, lead-in lines and outer items say about the files below
/// them. The outer `None` of each: nothing about files. The inner one: files
/// are listed, but not what is to be done with them.
struct Labels {
    sections: Vec<Option<Option<Intent>>>,
    /// Depth of the item that spoke (0 for a lead-in paragraph), and its word.
    lines: Vec<(usize, Option<Intent>)>,
}

impl Labels {
    fn of(plan: &Plan) -> Self {
        let mut above: Vec<(u8, Option<Option<Intent>>)> = Vec::new();
        let mut sections = Vec::new();
        for section in &plan.sections {
            above.retain(|(level, _)| *level < section.level);
            let outer = above.last().and_then(|(_, it)| *it);
            let said = listed_intent(&section.heading, outer.is_some()).or(outer);
            above.push((section.level, said));
            sections.push(said);
        }
        Self { sections, lines: Vec::new() }
    }

    fn take(&mut self, block: &Block) -> Option<Option<Intent>> {
        let leads_in = || block.text().trim_end().ends_with([':', '：']) || block.is_strong();
        match block.kind {
            BlockKind::Heading { .. } => self.lines.clear(),
            BlockKind::Paragraph => {
                self.lines.clear();
                if leads_in() {
                    let about_files = self.sections[block.section].is_some();
                    self.lines.extend(listed_intent(&block.text(), about_files).map(|it| (0, it)));
                }
            }
            BlockKind::Item { depth, .. } => {
                self.lines.retain(|(at, _)| *at < depth);
                let current = self.current(block);
                if leads_in() && candidates(block).is_empty() {
                    let intent = listed_intent(&block.text(), current.is_some());
                    self.lines.extend(intent.map(|it| (depth, it)));
                }
                return current;
            }
            BlockKind::Cell { .. } | BlockKind::Code { .. } | BlockKind::Html => {}
        }
        self.current(block)
    }

    fn current(&self, block: &Block) -> Option<Option<Intent>> {
        self.lines.last().map_or(self.sections[block.section], |(_, it)| Some(*it))
    }
}

/// A path in a block, with the text around it up to its neighbours.
struct Candidate {
    path: String,
    line: usize,
    before: String,
    after: String,
}

fn files_of_block(block: &Block, listed: Option<Intent>) -> Vec<NamedFile> {
    let mut carried = None;
    let mut files = Vec::new();
    for (index, it) in candidates(block).into_iter().enumerate() {
        let at_start = is_enumerated(&it.before) && (index == 0 || carried.is_some());
        let inherited = if index == 0 { listed } else { carried };
        let intent = intent_after(&it.after)
            .or_else(|| intent_before(&it.before, &it.after))
            .or(inherited.filter(|_| at_start));
        carried = intent;
        files.push(NamedFile {
            path: it.path,
            intent: intent.unwrap_or(Intent::Mention),
            line: it.line,
        });
    }
    files
}

fn candidates(block: &Block) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut text = String::new();
    let push = |path: String, line: usize, text: &mut String, found: &mut Vec<Candidate>| {
        if let Some(last) = found.last_mut() {
            last.after.clone_from(text);
        }
        found.push(Candidate { path, line, before: std::mem::take(text), after: String::new() });
    };
    for (index, span) in block.spans.iter().enumerate() {
        match &span.kind {
            SpanKind::Code => match path_in(&span.text, Setting::Code) {
                Some(path) => push(path, span.line, &mut text, &mut found),
                None => text.push_str(&format!(" `{}` ", span.text)),
            },
            SpanKind::Link { target } => match path_in(target, Setting::Code) {
                Some(path) => push(path, span.line, &mut text, &mut found),
                None => text.push_str(&span.text),
            },
            SpanKind::Text => {
                let mut rest = span.text.as_str();
                for word in span.text.split_inclusive(char::is_whitespace) {
                    let leads = index == 0 && rest.len() == span.text.len();
                    rest = &rest[word.len()..];
                    match path_in(word.trim(), Setting::Prose) {
                        Some(path) if path.contains('/') || leads && is_separated(rest) => {
                            push(path, span.line, &mut text, &mut found);
                            let tail = word.trim().trim_start_matches(|it| it != ':' && it != ',');
                            text.push_str(tail);
                            text.push(' ');
                        }
                        Some(_) | None => text.push_str(word),
                    }
                }
            }
            SpanKind::Html => {}
        }
    }
    if let Some(last) = found.last_mut() {
        last.after = text;
    }
    found
}

/// A name without a slash counts in prose only where a list would have it.
fn is_separated(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with(['-', '–', '—', ':', '(', '→', '|'])
}

fn file_of_code_line(span: &Span, intent: Intent) -> Option<NamedFile> {
    let (word, rest) = span.text.trim().split_once(' ').unwrap_or((span.text.trim(), ""));
    let path = path_in(word, Setting::Prose).filter(|it| it.contains('/') || is_separated(rest))?;
    let intent = intent_after(rest).unwrap_or(intent);
    Some(NamedFile { path, intent, line: span.line })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(&str, Intent, usize)]) {
        let plan = Plan::parse(text).unwrap();
        let files = files_named(&plan);
        let have: Vec<_> = files.iter().map(|it| (it.path.as_str(), it.intent, it.line)).collect();
        assert_eq!(have, want);
    }

    use Intent::{Create, Delete, Mention, Modify};

    #[test]
    fn a_heading_says_what_happens_to_its_files() {
        check(
            "# P\n## Files to modify\n- shop/cart.py - Add totals\n- main.py - Include the router\n\n\
             ## New files\n- `a/b.rs`: see `c/d.rs`\n\n## Files to delete\n* old.py\n\n## Files\n- x/y.py\n",
            &[
                ("shop/cart.py", Modify, 3),
                ("main.py", Modify, 4),
                ("a/b.rs", Create, 7),
                ("c/d.rs", Mention, 7),
                ("old.py", Delete, 10),
                ("x/y.py", Mention, 13),
            ],
        );
    }

    #[test]
    fn subheadings_and_lead_ins_say_it_too() {
        check(
            "# P\n## Files\n### New\n- a/x.py\n### Modified\n- b/y.py\n\n## Step 1\n**Files to change:**\n\
             - c/z.py\n\nThen.\n\n- d/w.py\n",
            &[
                ("a/x.py", Create, 4),
                ("b/y.py", Modify, 6),
                ("c/z.py", Modify, 10),
                ("d/w.py", Mention, 14),
            ],
        );
        check(
            "- Files to modify:\n  - a/x.py\n- New files:\n  - b/y.py\n- c/z.py\n",
            &[("a/x.py", Modify, 2), ("b/y.py", Create, 4), ("c/z.py", Mention, 5)],
        );
    }

    #[test]
    fn a_word_beside_the_file_wins() {
        check(
            "## Files to modify\n- a/x.py (new) - thing\n- b/y.py - new file for tokens\n- c/z.py (delete)\n\
             - d/w.py (unchanged)\n- Create `e/v.py`\n- e/u.py - Create login endpoint\n\
             - f/t.py - Add the user model (new).\n",
            &[
                ("a/x.py", Create, 2),
                ("b/y.py", Create, 3),
                ("c/z.py", Delete, 4),
                ("d/w.py", Mention, 5),
                ("e/v.py", Create, 6),
                ("e/u.py", Modify, 7),
                ("f/t.py", Create, 8),
            ],
        );
    }

    #[test]
    fn prose_says_it_only_next_to_the_path() {
        check(
            "1. Create `a.py` and `b.py`.\n2. Add a test to `c.py`.\n3. Update the file `d.py`, like `e.py`.\n\
             4. Do not delete `f.py`, remove `i.py` from the build.\n5. Reuse src/g.py and [h](lib/h.ts).\n",
            &[
                ("a.py", Create, 1),
                ("b.py", Create, 1),
                ("c.py", Mention, 2),
                ("d.py", Modify, 3),
                ("e.py", Mention, 3),
                ("f.py", Mention, 4),
                ("i.py", Mention, 4),
                ("src/g.py", Mention, 5),
                ("lib/h.ts", Mention, 5),
            ],
        );
    }

    #[test]
    fn tables_and_plain_code_lists_are_read() {
        check(
            "## Files\n| File | Action | Why |\n|---|---|---|\n| `a/x.ts` | Create | Holds b/y.ts |\n\
             | c/z.ts | modify | |\n\n## Files to change\n```\nd/w.ts   adds a field\nMakefile - target\n```\n",
            &[
                ("a/x.ts", Create, 4),
                ("b/y.ts", Mention, 4),
                ("c/z.ts", Modify, 5),
                ("d/w.ts", Modify, 9),
                ("Makefile", Modify, 10),
            ],
        );
    }

    #[test]
    fn packages_addresses_and_alternatives_are_no_files() {
        check(
            "## Files to modify\n- python-jose[cryptography]\n- https://example.com/a.html\n- Node.js 20\n\
             - Node.js - runtime\n- read/write access\n- see example.org/docs/x.html\n",
            &[],
        );
    }

    #[test]
    fn other_languages_are_understood_or_only_mentioned() {
        check("## Geänderte Dateien\n- a/x.py\n", &[("a/x.py", Modify, 2)]);
        check(
            "## 修改的文件\n- a/x.py\n## 新規ファイル\n- b/y.py\n",
            &[("a/x.py", Modify, 2), ("b/y.py", Create, 4)],
        );
        check(
            "## Files to modify\n- `a.py` → `b.py`\n- `c.py`, `d.py`\n",
            &[("a.py", Modify, 2), ("b.py", Mention, 2), ("c.py", Modify, 3), ("d.py", Modify, 3)],
        );
        check("## Muutettavat tiedostot\n- a/x.py\n", &[("a/x.py", Mention, 2)]);
    }
}
