//! Walks the events of the Markdown parser into sections and blocks.
//! Knows no Markdown of its own but list numbers and closing fences.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::plan::outline::{Block, BlockKind, Section, Span, SpanKind};

/// One block is open at a time.
pub(super) struct Reader<'a> {
    text: &'a str,
    /// Byte offset at which each line starts.
    line_starts: Vec<usize>,
    sections: Vec<Section>,
    /// Where the text of the current section starts.
    section_start: usize,
    blocks: Vec<Block>,
    open: Option<Block>,
    /// Lists that are open, by number.
    lists: Vec<usize>,
    n_lists: usize,
    n_tables: usize,
    cell: (usize, usize),
    /// Quotes and footnotes; headings in them open no section.
    quotes: usize,
    strong: usize,
    struck: usize,
    link: Option<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            text,
            line_starts,
            sections: vec![Section {
                level: 0,
                heading: String::new(),
                line: 1,
                text: String::new(),
            }],
            section_start: 0,
            blocks: Vec::new(),
            open: None,
            lists: Vec::new(),
            n_lists: 0,
            n_tables: 0,
            cell: (0, 0),
            quotes: 0,
            strong: 0,
            struck: 0,
            link: None,
        }
    }

    pub(super) fn read(mut self) -> (Vec<Section>, Vec<Block>) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        for (event, range) in Parser::new_ext(self.text, options).into_offset_iter() {
            self.take(event, range);
        }
        self.flush();
        self.close_section(self.text.len());
        let before_headings = &self.sections[0];
        if before_headings.text.trim().is_empty() && 1 < self.sections.len() {
            self.sections.remove(0);
            for block in &mut self.blocks {
                block.section = block.section.saturating_sub(1);
            }
        }
        (self.sections, self.blocks)
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) => self.push_lines(&text, range.start),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(SpanKind::Code, &text, range.start);
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                self.push(SpanKind::Html, &text, range.start);
            }
            Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => {
                let continues_item = self.open.as_ref().is_some_and(|it| {
                    matches!(it.kind, BlockKind::Item { .. }) && it.spans.is_empty()
                });
                if !continues_item {
                    self.open_block(BlockKind::Paragraph, range.start);
                }
            }
            Tag::Heading { level, .. } => {
                let level = level as u8;
                if self.quotes == 0 && self.lists.is_empty() {
                    self.flush();
                    self.close_section(range.start);
                    let line = self.line_at(range.start);
                    let (heading, text) = (String::new(), String::new());
                    self.sections.push(Section { level, heading, line, text });
                    self.section_start = range.end;
                }
                self.open_block(BlockKind::Heading { level }, range.start);
            }
            Tag::CodeBlock(kind) => {
                let kind = self.code_kind(&kind, range);
                self.open_block(kind, range.start);
            }
            Tag::List(_) => {
                self.flush();
                self.lists.push(self.n_lists);
                self.n_lists += 1;
            }
            Tag::Item => {
                let digits: String =
                    self.text[range.start..].chars().take_while(char::is_ascii_digit).collect();
                let kind = BlockKind::Item {
                    depth: self.lists.len(),
                    list: self.lists.last().copied().unwrap_or_default(),
                    number: digits.parse().ok(),
                };
                self.open_block(kind, range.start);
            }
            Tag::Table(_) => self.cell = (0, 0),
            Tag::TableHead | Tag::TableRow => self.cell.1 = 0,
            Tag::TableCell => {
                let (row, column) = self.cell;
                self.open_block(BlockKind::Cell { table: self.n_tables, row, column }, range.start);
            }
            Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::HtmlBlock | Tag::MetadataBlock(_) => self.open_block(BlockKind::Html, range.start),
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.link = Some(dest_url.into_string());
            }
            Tag::Emphasis
            | Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Heading(_) => {
                if self.quotes == 0 && self.lists.is_empty() {
                    let heading = self.open.as_ref().map(Block::text).unwrap_or_default();
                    if let Some(section) = self.sections.last_mut() {
                        section.heading = heading.trim().to_owned();
                    }
                    self.section_start = range.end;
                }
                self.flush();
            }
            TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::MetadataBlock(_)
            | TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::TableCell => {
                self.flush();
                self.cell.1 += 1;
            }
            TagEnd::TableHead | TagEnd::TableRow => self.cell.0 += 1,
            TagEnd::Table => self.n_tables += 1,
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.flush();
                self.quotes -= 1;
            }
            TagEnd::Strong => self.strong -= 1,
            TagEnd::Strikethrough => self.struck -= 1,
            TagEnd::Link | TagEnd::Image => self.link = None,
            TagEnd::Emphasis
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => {}
        }
    }

    fn code_kind(&self, kind: &CodeBlockKind<'_>, range: &Range<usize>) -> BlockKind {
        let CodeBlockKind::Fenced(info) = kind else {
            return BlockKind::Code { language: String::new(), closed: true };
        };
        let language = info.split_whitespace().next().unwrap_or_default().to_lowercase();
        let source = &self.text[range.clone()];
        let fence: String = source.chars().take_while(|&it| it == '`' || it == '~').collect();
        let mut lines = source.lines();
        lines.next();
        let closed = lines
            .next_back()
            .map(|it| it.trim_start_matches(['>', ' ', '\t']).trim_end())
            .is_some_and(|it| it.starts_with(&fence) && it.chars().all(|c| fence.contains(c)));
        BlockKind::Code { language, closed }
    }

    fn open_block(&mut self, kind: BlockKind, at: usize) {
        self.flush();
        let section = self.sections.len() - 1;
        self.open = Some(Block { line: self.line_at(at), section, kind, spans: Vec::new() });
    }

    fn flush(&mut self) {
        self.blocks.extend(self.open.take());
    }

    fn push_lines(&mut self, text: &str, at: usize) {
        if !self.open.as_ref().is_some_and(Block::is_code) {
            let kind = match &self.link {
                Some(target) => SpanKind::Link { target: target.clone() },
                None => SpanKind::Text,
            };
            self.push(kind, text, at);
            return;
        }
        let first = self.line_at(at);
        for (index, line) in text.lines().enumerate() {
            self.push_at(SpanKind::Code, line, first + index);
        }
    }

    fn push(&mut self, kind: SpanKind, text: &str, at: usize) {
        let line = self.line_at(at);
        self.push_at(kind, text, line);
    }

    fn push_at(&mut self, kind: SpanKind, text: &str, line: usize) {
        if 0 < self.struck {
            return;
        }
        let strong = 0 < self.strong;
        let section = self.sections.len() - 1;
        let block = self.open.get_or_insert_with(|| Block {
            line,
            section,
            kind: BlockKind::Paragraph,
            spans: Vec::new(),
        });
        let is_code = block.is_code();
        match block.spans.last_mut() {
            // The parser splits text at every character that could be markup.
            Some(last)
                if !is_code && last.kind == kind && last.line == line && last.strong == strong =>
            {
                last.text.push_str(text);
            }
            Some(_) | None => {
                block.spans.push(Span { line, kind, text: text.to_owned(), strong });
            }
        }
    }

    fn close_section(&mut self, end: usize) {
        let text = self.text[self.section_start.min(end)..end].to_owned();
        if let Some(section) = self.sections.last_mut() {
            section.text = text;
        }
        self.section_start = end;
    }

    fn line_at(&self, at: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= at)
    }
}
