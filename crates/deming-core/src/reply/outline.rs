//! The blocks of a Markdown reply as one flat list with places in the source.
//! Nothing of the source is lost: what Markdown would hide becomes a paragraph.

use std::ops::Range;

use memchr::{memchr, memchr_iter};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::reply::inert::without_marks;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Heading(u8),
    /// A list item; its text follows as blocks of its own.
    Item {
        list: usize,
    },
    Paragraph,
    Html,
    Code,
    /// Anything inside a block quote.
    Quote,
    /// In a box, so that the blocks of a long list stay small.
    Row(Box<TableRow>),
    Rule,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct TableRow {
    pub(super) table: usize,
    /// Bytes of the source.
    pub(super) cells: Vec<Range<usize>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Bytes of the source.
    pub(super) range: Range<usize>,
    /// How many list items are open around the block.
    pub(super) depth: usize,
    /// The index after the last block inside an item; its own index otherwise.
    pub(super) end: usize,
}

/// Reads the blocks in the order of the source.
pub(super) fn outline(text: &str) -> Vec<Block> {
    blocks_of(text, &without_marks(text), PIECE)
}

/// Bytes that are parsed at once, and more until a heading follows, so that what the
/// parser keeps of them stays in the caches of a processor.
const PIECE: usize = 32 * 1024;

/// An item and those after it in its list.
pub(super) fn items(blocks: &[Block], first: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(first), move |it| {
        let next = blocks[*it].end;
        let is_next = blocks.get(next).is_some_and(|it| {
            matches!(it.kind, Kind::Item { .. }) && it.kind == blocks[first].kind
        });
        is_next.then_some(next)
    })
}

/// Bytes of a short block; more room than that is made when it is needed.
const FEWEST_BYTES: usize = 16;

/// The blocks of a text, as they stand in one that differs in no block; it is parsed in
/// pieces of about that many bytes. A piece holds the first line of the next one, so that
/// the parser says whether all before it has ended.
fn blocks_of(text: &str, parsed: &str, piece: usize) -> Vec<Block> {
    // An item of a list makes two.
    let most = 2 * memchr_iter(b'\n', text.as_bytes()).count();
    let blocks = Vec::with_capacity(most.min(text.len() / FEWEST_BYTES));
    let mut builder = Builder { text, blocks, ..Builder::default() };
    let bars = memchr(b'|', text.as_bytes()).is_some();
    let options = if bars { Options::ENABLE_TABLES } else { Options::empty() };
    let mut start = 0;
    let mut length = piece;
    while start < text.len() {
        let line = opening_line(parsed, start + length);
        let before = builder.progress();
        for (event, range) in Parser::new_ext(&parsed[start..line.end], options).into_offset_iter()
        {
            builder.see(&event, start + range.start..start + range.end);
        }
        if line.is_empty() {
            break;
        }
        if builder.take_back(line.start) {
            start = line.start;
            length = piece;
        } else {
            builder.go_back(before);
            length *= 2;
        }
    }
    builder.fill_gap(text.len());
    builder.blocks
}

/// The first line from a place on that looks like a heading or an item of a list outside
/// of everything else; empty where there is none.
fn opening_line(text: &str, at: usize) -> Range<usize> {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let mut starts = memchr_iter(b'\n', rest).map(|it| at + it + 1);
    let Some(start) = starts.find(|it| opens_block(&text.as_bytes()[*it..])) else {
        return text.len()..text.len();
    };
    let length = memchr(b'\n', &text.as_bytes()[start..]);
    start..length.map_or(text.len(), |it| start + it + 1)
}

fn opens_block(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|it| it.is_ascii_digit()).count();
    match line[digits..] {
        [b'#', ..] | [b'-' | b'*' | b'+', b' ', ..] => digits == 0,
        [b'.' | b')', b' ', ..] => 0 < digits,
        _ => false,
    }
}

#[derive(Default)]
struct Builder<'a> {
    text: &'a str,
    blocks: Vec<Block>,
    /// Indexes of the items that are open.
    items: Vec<usize>,
    lists: Vec<usize>,
    list_count: usize,
    table_count: usize,
    quotes: usize,
    /// A leaf is open; inline events inside it need no block.
    in_leaf: bool,
    /// The paragraph that collects the inline events of a tight item.
    tight: Option<usize>,
    /// The source before this is covered by blocks.
    covered: usize,
    /// The last heading or item outside of everything else.
    outer: Option<Outer>,
    /// The list that the first item of a piece belongs to, unless it begins one.
    goes_on: Option<usize>,
}

/// How far a builder was, while nothing was open.
#[derive(Clone, Copy)]
struct Progress {
    blocks: usize,
    lists: usize,
    tables: usize,
    covered: usize,
    /// The list that the next item belongs to, unless it begins one.
    goes_on: Option<usize>,
}

/// A heading or an item outside of everything else.
struct Outer {
    start: usize,
    /// How far the builder was before it.
    before: Progress,
}

impl Builder<'_> {
    fn progress(&self) -> Progress {
        Progress {
            blocks: self.blocks.len(),
            lists: self.list_count,
            tables: self.table_count,
            covered: self.covered,
            goes_on: self.goes_on,
        }
    }

    fn go_back(&mut self, to: Progress) {
        self.blocks.truncate(to.blocks);
        self.list_count = to.lists;
        self.table_count = to.tables;
        self.covered = to.covered;
        self.goes_on = to.goes_on;
    }

    /// Takes the last block back that is to be read again as the first of what follows;
    /// false if none begins there, since the line belongs to something above it.
    fn take_back(&mut self, at: usize) -> bool {
        let last = self.outer.take().filter(|it| it.start == at);
        if let Some(Outer { before, .. }) = last {
            self.go_back(before);
        }
        last.is_some()
    }

    fn open_list(&mut self, start: usize) {
        let list = match self.goes_on.take() {
            Some(list) => list,
            None => {
                // The first item is taken back with its list.
                self.note_outer(start, None);
                self.list_count += 1;
                self.list_count
            }
        };
        self.lists.push(list);
    }

    /// Notes where a block begins that is inside of no other, and the list that it goes
    /// on with.
    fn note_outer(&mut self, start: usize, list: Option<usize>) {
        if self.items.is_empty() && self.quotes == 0 {
            self.fill_gap(start);
            self.outer =
                Some(Outer { start, before: Progress { goes_on: list, ..self.progress() } });
        }
    }

    fn see(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.finish(*tag, range),
            Event::Rule => self.leaf(Kind::Rule, range),
            Event::Html(_) => {
                if !self.in_leaf {
                    self.leaf(Kind::Html, range);
                }
            }
            Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::TaskListMarker(_) => self.inline(range),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.open_leaf(Kind::Paragraph, range),
            Tag::Heading { level, .. } => {
                self.note_outer(range.start, None);
                self.open_leaf(Kind::Heading(*level as u8), range);
            }
            Tag::CodeBlock(_) => self.open_leaf(Kind::Code, range),
            Tag::HtmlBlock => self.open_leaf(Kind::Html, range),
            Tag::BlockQuote(_) => {
                self.tight = None;
                self.quotes += 1;
            }
            Tag::List(_) => {
                self.tight = None;
                self.open_list(range.start);
            }
            Tag::Item => {
                self.tight = None;
                self.fill_gap(range.start);
                let list = self.lists.last().copied().unwrap_or_default();
                if self.outer.as_ref().is_none_or(|it| it.start != range.start) {
                    self.note_outer(range.start, Some(list));
                }
                self.items.push(self.blocks.len());
                self.push(Kind::Item { list }, range, self.items.len() - 1);
            }
            Tag::Table(_) => {
                self.tight = None;
                self.table_count += 1;
            }
            Tag::TableHead | Tag::TableRow => {
                let row = TableRow { table: self.table_count, cells: Vec::new() };
                self.open_leaf(Kind::Row(Box::new(row)), range);
            }
            Tag::TableCell => {
                if let Some(Block { kind: Kind::Row(row), .. }) = self.blocks.last_mut() {
                    row.cells.push(range);
                }
            }
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. } => self.inline(range),
        }
    }

    fn finish(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::TableRow => self.in_leaf = false,
            TagEnd::BlockQuote(_) => {
                self.tight = None;
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => {
                self.tight = None;
                self.lists.pop();
            }
            TagEnd::Item => {
                self.tight = None;
                self.fill_gap(range.end);
                let end = self.blocks.len();
                if let Some(item) = self.items.pop() {
                    self.blocks[item].end = end;
                }
            }
            TagEnd::Table
            | TagEnd::TableCell
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_)
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image => {}
        }
    }

    /// Inline text outside a leaf is the text of a tight item.
    fn inline(&mut self, range: Range<usize>) {
        if self.in_leaf {
            return;
        }
        match self.tight {
            Some(index) => {
                let block = &mut self.blocks[index];
                block.range.end = block.range.end.max(range.end);
                self.covered = self.covered.max(range.end);
            }
            None => {
                // The parser leaves the backslash before the first character out.
                let escape = usize::from(self.text[..range.start].ends_with('\\'));
                self.leaf(Kind::Paragraph, range.start - escape..range.end);
                self.tight = Some(self.blocks.len() - 1);
            }
        }
    }

    fn open_leaf(&mut self, kind: Kind, range: Range<usize>) {
        self.tight = None;
        self.in_leaf = true;
        self.leaf(kind, range);
    }

    fn leaf(&mut self, kind: Kind, range: Range<usize>) {
        self.fill_gap(range.start);
        self.covered = self.covered.max(range.end);
        let kind = if 0 < self.quotes { Kind::Quote } else { kind };
        self.push(kind, range, self.items.len());
    }

    fn push(&mut self, kind: Kind, range: Range<usize>, depth: usize) {
        let end = self.blocks.len() + 1;
        self.blocks.push(Block { kind, range, depth, end });
    }

    /// Covers source that no block holds, such as a link definition.
    fn fill_gap(&mut self, until: usize) {
        if self.covered < until {
            let gap = &self.text[self.covered..until];
            if gap.contains(char::is_alphabetic) {
                let kind = if 0 < self.quotes { Kind::Quote } else { Kind::Paragraph };
                let range = self.covered..until;
                self.push(kind, range, self.items.len());
                self.tight = None;
            }
            self.covered = until;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(&str, usize, &str)]) {
        let found = outline(text);
        let found: Vec<_> = found
            .iter()
            .map(|block| {
                let kind = match &block.kind {
                    Kind::Heading(_) => "heading",
                    Kind::Item { .. } => "item",
                    Kind::Paragraph => "paragraph",
                    Kind::Html => "html",
                    Kind::Code => "code",
                    Kind::Quote => "quote",
                    Kind::Row(_) => "row",
                    Kind::Rule => "rule",
                };
                (kind, block.depth, text[block.range.clone()].trim())
            })
            .collect();
        assert_eq!(found, want);
    }

    #[test]
    fn tight_items_have_a_paragraph() {
        check(
            "- a **b**\n  c\n  - d\n- e\n",
            &[
                ("item", 0, "- a **b**\n  c\n  - d"),
                ("paragraph", 1, "a **b**\n  c"),
                ("item", 1, "- d"),
                ("paragraph", 2, "d"),
                ("item", 0, "- e"),
                ("paragraph", 1, "e"),
            ],
        );
    }

    #[test]
    fn link_definitions_are_not_lost() {
        check(
            "[HIGH]: rollback\n\nx\n",
            &[("paragraph", 0, "[HIGH]: rollback"), ("paragraph", 0, "x")],
        );
        check(
            "- [HIGH]: rollback\n",
            &[("item", 0, "- [HIGH]: rollback"), ("paragraph", 1, "- [HIGH]: rollback")],
        );
    }

    #[test]
    fn quotes_code_and_tables_keep_their_place() {
        check(
            "> q\n\n```\nc\n```\n\n| a | b |\n|---|---|\n| c | d |\n",
            &[
                ("quote", 0, "q"),
                ("code", 0, "```\nc\n```"),
                ("row", 0, "| a | b |"),
                ("row", 0, "| c | d |"),
            ],
        );
    }

    /// What begins or ends blocks, and what stands beside stars and brackets.
    const PIECES: &str = r#"
        * ** *** _ __ - + 1. 2) > # ## = --- a bc ` `` ``` ~~~ | \| |-| [ ] [a] [a]: [*a*]: /b <b>
        "c ( ) (a) ![ \ \* \[ < </ <a <b*> <div> </div> <div <!-- --> <? ?> <!a <![CDATA[ ]]>
        <script> </script> <a*b@c.d> <http://a*[b> & &amp; ; : ,
    "#;
    const BLANKS: [&str; 9] =
        [" ", "  ", "    ", "\t", "\n", "\n\n", "\n|-|\n", "\u{a0}", "\u{2014}"];

    const STARTS: [&str; 12] = [
        "\n# ",
        "\n\n### a",
        "\n```\n\n# ",
        "\n# a\n",
        "\n- ",
        "\n- a",
        "\n\n- ",
        "\n* a\n",
        "\n1. ",
        "\n\n2. a",
        "\n3) b",
        "\n  - ",
    ];

    /// Blocks without the blanks around paragraphs, which depend on whether a list is
    /// tight and decide nothing.
    fn trimmed(text: &str, mut blocks: Vec<Block>) -> Vec<Block> {
        for block in blocks.iter_mut().filter(|it| it.kind == Kind::Paragraph) {
            let length = text[block.range.clone()].trim_end().len();
            block.range.end = block.range.start + length;
        }
        blocks
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn marks_that_are_taken_out_change_no_block(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(PIECES.split_whitespace().collect::<Vec<_>>()),
                    prop::sample::select(BLANKS.to_vec()),
                ],
                0..32,
            ),
        ) {
            let text = pieces.concat();
            prop_assert_eq!(outline(&text), blocks_of(&text, &text, PIECE));
        }

        #[test]
        fn pieces_change_no_block(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(PIECES.split_whitespace().collect::<Vec<_>>()),
                    prop::sample::select(BLANKS.to_vec()),
                    prop::sample::select(STARTS.to_vec()),
                ],
                0..32,
            ),
        ) {
            let text = pieces.concat();
            let pieced = blocks_of(&text, &text, 1);
            prop_assert_eq!(
                trimmed(&text, pieced),
                trimmed(&text, blocks_of(&text, &text, PIECE)),
            );
        }
    }
}
