//! The events of the Markdown parser to blocks.

use std::collections::BTreeMap;

use deskmate_core::{Block, BlockContent, ReadLimits, ReadWarning};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::html;
use crate::list::{Lists, Numbers};
use crate::outline::Outline;

/// What the events made.
pub(super) struct Read {
    pub(super) title: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) blocks: Vec<Block>,
    pub(super) warnings: Vec<ReadWarning>,
}

/// Reads decoded Markdown.
pub(super) fn read(source: &str, limits: &ReadLimits) -> Read {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader {
        lines: Lines::new(source),
        outline: Outline::default(),
        lists: Lists::default(),
        limits: *limits,
        title: None,
        metadata: BTreeMap::new(),
        warnings: Vec::new(),
        text: String::new(),
        line: 1,
        list_line: 1,
        images: Vec::new(),
        image_starts: Vec::new(),
        footnote: None,
        table: None,
        raw: None,
    };
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        reader.event(event, range.start);
    }
    reader.flush();
    reader.flush_list();
    Read {
        title: reader.title,
        metadata: reader.metadata,
        blocks: reader.outline.finish(),
        warnings: reader.warnings,
    }
}

/// Line starts, to turn offsets that only grow into numbers.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn new(source: &str) -> Self {
        let ends = source
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self { starts }
    }

    fn at(&self, offset: usize) -> u32 {
        let index = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(index).unwrap_or(u32::MAX)
    }
}

/// A table that is being read.
struct Table {
    line: u32,
    rows: Vec<Vec<String>>,
}

/// Text that is not prose.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Code,
    Html,
    FrontMatter,
}

struct Reader {
    lines: Lines,
    outline: Outline,
    lists: Lists,
    limits: ReadLimits,
    title: Option<String>,
    metadata: BTreeMap<String, String>,
    warnings: Vec<ReadWarning>,
    /// Text of the block that is being read, and where it started.
    text: String,
    line: u32,
    list_line: u32,
    /// Descriptions of the pictures in the current block.
    images: Vec<String>,
    image_starts: Vec<(usize, String)>,
    footnote: Option<(String, Vec<String>)>,
    table: Option<Table>,
    raw: Option<Raw>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, offset: usize) {
        match event {
            Event::Start(tag) => self.start(tag, offset),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text.push_str(&text),
            Event::Code(text) => self.text.push_str(&text),
            Event::InlineMath(text) => {
                self.text.push('$');
                self.text.push_str(&text);
                self.text.push('$');
            }
            Event::DisplayMath(text) => self.display_math(&text),
            Event::Html(html) => self.text.push_str(&html),
            Event::InlineHtml(html) => {
                if html.to_ascii_lowercase().starts_with("<br") {
                    self.text.push('\n');
                }
            }
            Event::FootnoteReference(label) => {
                self.text.push('[');
                self.text.push_str(&label);
                self.text.push(']');
            }
            Event::SoftBreak => self.soft_break(),
            Event::HardBreak => self.text.push('\n'),
            Event::Rule => self.flush(),
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::BlockQuote(_) => self.begin(offset),
            Tag::CodeBlock(_) => {
                self.begin(offset);
                self.raw = Some(Raw::Code);
            }
            Tag::HtmlBlock => {
                self.begin(offset);
                self.raw = Some(Raw::Html);
            }
            Tag::MetadataBlock(_) => {
                self.begin(offset);
                self.raw = Some(Raw::FrontMatter);
            }
            Tag::List(start) => {
                self.begin(offset);
                if !self.lists.is_open() {
                    self.list_line = self.line;
                }
                let numbers = if start.is_some() {
                    Numbers::Decimal
                } else {
                    Numbers::None
                };
                let first = start
                    .and_then(|start| u32::try_from(start).ok())
                    .unwrap_or(1);
                self.lists.open(numbers, first);
            }
            Tag::Item => {
                self.begin(offset);
                self.lists.item(None);
            }
            Tag::FootnoteDefinition(label) => {
                self.begin(offset);
                self.footnote = Some((label.to_string(), Vec::new()));
            }
            Tag::Table(_) => {
                self.begin(offset);
                self.flush_list();
                self.table = Some(Table {
                    line: self.line,
                    rows: Vec::new(),
                });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => self.text.clear(),
            Tag::Image { dest_url, .. } => {
                self.image_starts
                    .push((self.text.len(), file_name(&dest_url)));
            }
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. } => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Item | TagEnd::BlockQuote(_) => self.flush(),
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::CodeBlock => {
                self.raw = None;
                let code = std::mem::take(&mut self.text);
                self.add_text(code.trim_end_matches('\n'));
            }
            TagEnd::HtmlBlock => self.html(),
            TagEnd::MetadataBlock(_) => self.front_matter(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.close();
                if !self.lists.is_open() {
                    self.flush_list();
                }
            }
            TagEnd::FootnoteDefinition => {
                self.flush();
                if let Some((label, texts)) = self.footnote.take() {
                    let text = texts.join("\n");
                    self.outline
                        .push(BlockContent::Footnote { label, text }, Some(self.line));
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text).trim().to_owned();
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.table(),
            TagEnd::Image => {
                if let Some((start, name)) = self.image_starts.pop() {
                    let alt = self.text.split_off(start.min(self.text.len()));
                    let alt = if alt.trim().is_empty() { name } else { alt };
                    self.images.push(alt);
                }
            }
            TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link => {}
        }
    }

    /// Ends what was open without an end of its own, as the text of a tight list item before a nested list.
    fn begin(&mut self, offset: usize) {
        self.flush();
        self.line = self.lines.at(offset);
    }

    fn flush(&mut self) {
        if self.raw.is_some() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        self.add_text(&text);
        for alt in std::mem::take(&mut self.images) {
            self.outline
                .push(BlockContent::Image { alt }, Some(self.line));
        }
    }

    fn add_text(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if let Some((_, texts)) = &mut self.footnote {
            texts.push(text.trim().to_owned());
        } else if self.lists.is_open() {
            self.lists.text(text);
        } else {
            self.outline.paragraph(text, Some(self.line));
        }
    }

    fn flush_list(&mut self) {
        if let Some(list) = self.lists.take() {
            self.outline.push(list, Some(self.list_line));
        }
        self.list_line = self.line;
    }

    fn soft_break(&mut self) {
        // East Asian lines join without a space.
        let wide = self
            .text
            .chars()
            .next_back()
            .is_some_and(|c| crate::text::display_width(c.encode_utf8(&mut [0; 4])) == 2);
        self.text.push_str(if wide { "" } else { " " });
    }

    fn heading(&mut self, level: HeadingLevel) {
        let text = std::mem::take(&mut self.text).replace('\n', " ");
        self.flush_list();
        let level = level as u8;
        if self.title.is_none() && level == 1 && !text.trim().is_empty() {
            self.title = Some(text.trim().to_owned());
        }
        self.outline.heading(level, &text, Some(self.line));
        self.flush();
    }

    fn display_math(&mut self, formula: &str) {
        if self.text.trim().is_empty()
            && self.table.is_none()
            && !self.lists.is_open()
            && self.footnote.is_none()
        {
            let text = formula.trim().to_owned();
            self.outline
                .push(BlockContent::Formula { text }, Some(self.line));
        } else {
            self.text.push_str("$$");
            self.text.push_str(formula);
            self.text.push_str("$$");
        }
    }

    fn html(&mut self) {
        self.raw = None;
        let source = std::mem::take(&mut self.text);
        let read = html::read_fragment(&source, &self.limits, self.outline.path());
        self.warnings.extend(read.warnings);
        if self.lists.is_open() || self.footnote.is_some() {
            let texts: Vec<String> = read.blocks.iter().map(Block::text).collect();
            self.add_text(&texts.join("\n"));
            return;
        }
        for mut block in read.blocks {
            if let BlockContent::Heading { level, text } = &block.content {
                self.outline.heading(*level, text, Some(self.line));
                continue;
            }
            block.anchor.line = Some(self.line);
            self.outline.push_at(block.content, block.anchor);
        }
    }

    fn table(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        let content = BlockContent::Table {
            caption: None,
            header_rows: 1,
            rows: table.rows,
        };
        self.outline.push(content, Some(table.line));
        self.flush();
    }

    /// Takes `key: value` lines; nested values are not metadata that anyone would search.
    fn front_matter(&mut self) {
        self.raw = None;
        let source = std::mem::take(&mut self.text);
        for line in source.lines() {
            if line.starts_with([' ', '\t', '-', '#']) {
                continue;
            }
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim().trim_matches(['"', '\'']);
            if value.is_empty() {
                continue;
            }
            let key = key.trim().to_lowercase();
            if key == "title" {
                self.title = Some(value.to_owned());
            }
            self.metadata.insert(key, value.to_owned());
        }
    }
}

/// The last part of a picture's address; nothing for pictures inside the text.
fn file_name(url: &str) -> String {
    if url.starts_with("data:") {
        return String::new();
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}
