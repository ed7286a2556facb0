//! Markdown to the passages of a manuscript.

use deskmate_core::{
    BlockContent, Citation, Document, Entry, Manuscript, Passage, ReadLimits, Run, mark_at,
    push_run, runs_text,
};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Stand around the number of a citation mark while the parser runs, so that it neither takes the mark for a link nor
/// forgets which brackets were escaped. Private characters: no text of people has them.
const MARK: char = '\u{E000}';
const END: char = '\u{E001}';

/// The passages of Markdown.
pub(super) fn passages(markdown: &str, citations: &[Citation]) -> Vec<Passage> {
    let source = with_marks(markdown, citations);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(&source, options) {
        reader.event(event);
    }
    reader.finish()
}

/// The source with its marks of known citations set apart.
fn with_marks(markdown: &str, citations: &[Citation]) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(at) = rest.find(['[', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('\\') {
            // What is escaped is text, whatever it is.
            let length = rest.chars().take(2).map(char::len_utf8).sum();
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        match mark_at(rest, citations) {
            // With an address behind it, it is a link or says where one leads.
            Some((marker, length)) if !leads_to_address(&out, &rest[length..]) => {
                out.push_str(&format!("{MARK}{marker}{END}"));
                rest = &rest[length..];
            }
            Some(_) | None => {
                out.push('[');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn leads_to_address(before: &str, after: &str) -> bool {
    let starts_line = before.is_empty() || before.ends_with('\n');
    after.starts_with('(') || (starts_line && after.starts_with(':'))
}

#[derive(Default)]
struct Reader {
    passages: Vec<Passage>,
    runs: Vec<Run>,
    bold: u32,
    italic: u32,
    /// Open lists: counted or not.
    lists: Vec<bool>,
    items: Vec<Entry>,
    /// An item was begun and has no entry yet.
    item_begins: bool,
    rows: Option<Vec<Vec<Vec<Run>>>>,
    /// Inside of front matter, which is no text of the manuscript.
    skips: bool,
    code: bool,
    /// Raw HTML that is being gathered.
    html: Option<String>,
    images: Vec<BlockContent>,
    image: Option<(usize, String)>,
    footnote: Option<(String, Vec<String>)>,
    /// Passages before the last rule.
    rule: Option<usize>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => self.text(&text),
            Event::Text(text) | Event::Code(text) if !self.skips => self.marked(&text),
            Event::Text(_) | Event::Code(_) => {}
            Event::Html(source) => {
                if let Some(html) = &mut self.html {
                    html.push_str(&source);
                }
            }
            Event::InlineHtml(tag) => self.inline_html(&tag),
            Event::InlineMath(formula) => self.text(&format!("${formula}$")),
            Event::DisplayMath(formula) => {
                if self.runs.is_empty() && self.lists.is_empty() && self.rows.is_none() {
                    let text = formula.trim().to_owned();
                    self.keep(BlockContent::Formula { text });
                } else {
                    self.text(&format!("$${formula}$$"));
                }
            }
            Event::FootnoteReference(label) => self.text(&format!("[^{label}]")),
            Event::SoftBreak => self.soft_break(),
            Event::HardBreak => self.text("\n"),
            Event::Rule => {
                self.flush();
                self.flush_list();
                self.rule = Some(self.passages.len());
            }
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::BlockQuote(_) => self.flush(),
            Tag::Heading { .. } => {
                self.flush();
                self.flush_list();
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.code = true;
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some(String::new());
            }
            Tag::MetadataBlock(_) => self.skips = true,
            Tag::List(start) => {
                self.flush();
                self.lists.push(start.is_some());
            }
            Tag::Item => {
                self.flush();
                self.item_begins = true;
            }
            Tag::FootnoteDefinition(label) => {
                self.flush();
                self.footnote = Some((label.to_string(), Vec::new()));
            }
            Tag::Table(_) => {
                self.flush();
                self.flush_list();
                self.rows = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.rows {
                    rows.push(Vec::new());
                }
            }
            Tag::TableCell => self.runs.clear(),
            Tag::Image { dest_url, .. } => {
                let name = dest_url.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = match dest_url.starts_with("data:") {
                    true => String::new(),
                    false => name.to_owned(),
                };
                self.image = Some((runs_text(&self.runs).len(), name));
            }
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. } => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::BlockQuote(_) => self.flush(),
            TagEnd::Item => {
                self.flush();
                self.item_begins = false;
            }
            TagEnd::Heading(level) => {
                let runs = std::mem::take(&mut self.runs);
                let level = level as u8;
                self.passages.push(Passage::Heading { level, runs });
                self.flush();
            }
            TagEnd::CodeBlock => {
                self.code = false;
                if let Some(last) = self.runs.last_mut() {
                    last.text.truncate(last.text.trim_end_matches('\n').len());
                }
                self.flush();
            }
            TagEnd::HtmlBlock => self.html(),
            TagEnd::MetadataBlock(_) => self.skips = false,
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.flush_list();
                }
            }
            TagEnd::FootnoteDefinition => {
                self.flush();
                if let Some((label, texts)) = self.footnote.take() {
                    let text = texts.join("\n");
                    self.keep(BlockContent::Footnote { label, text });
                }
            }
            TagEnd::TableCell => {
                let runs = std::mem::take(&mut self.runs);
                if let Some(row) = self.rows.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(runs);
                }
            }
            TagEnd::Table => {
                if let Some(rows) = self.rows.take() {
                    let header_rows = 1;
                    self.passages.push(Passage::Table { header_rows, rows });
                }
                self.flush();
            }
            TagEnd::Image => {
                if let Some((start, name)) = self.image.take() {
                    let alt = self.take_text_from(start);
                    let alt = if alt.trim().is_empty() { name } else { alt };
                    self.images.push(BlockContent::Image { alt });
                }
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link => {}
        }
    }

    /// Bold and italic that Markdown's own signs cannot say are written as tags.
    fn inline_html(&mut self, tag: &str) {
        match tag.to_ascii_lowercase().as_str() {
            "<b>" | "<strong>" => self.bold += 1,
            "</b>" | "</strong>" => self.bold = self.bold.saturating_sub(1),
            "<i>" | "<em>" => self.italic += 1,
            "</i>" | "</em>" => self.italic = self.italic.saturating_sub(1),
            other if other.starts_with("<br") => self.text("\n"),
            _ => {}
        }
    }

    /// Blocks written in HTML, as a table with merged cells often is.
    fn html(&mut self) {
        let source = self.html.take().unwrap_or_default();
        let read = crate::html::read_fragment(&source, &ReadLimits::default(), Vec::new());
        let document = Document {
            blocks: read.blocks,
            ..Document::default()
        };
        let made = Manuscript::from_document(&document, &[]).passages;
        if self.lists.is_empty() && self.footnote.is_none() {
            self.passages.extend(made);
            return;
        }
        for passage in made {
            self.text(&passage.text());
            self.flush();
        }
    }

    /// Text in which the marks of citations are set apart.
    fn marked(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(MARK) {
            self.text(before);
            rest = after;
            let number = after.split_once(END);
            if let Some((number, after)) = number
                && let Ok(marker) = number.parse()
            {
                let run = Run {
                    bold: self.bold > 0,
                    italic: self.italic > 0,
                    ..Run::citation(marker)
                };
                push_run(&mut self.runs, run);
                rest = after;
            }
        }
        self.text(rest);
    }

    fn text(&mut self, text: &str) {
        let run = Run {
            text: text.to_owned(),
            bold: self.bold > 0,
            italic: self.italic > 0,
            ..Run::default()
        };
        push_run(&mut self.runs, run);
    }

    fn soft_break(&mut self) {
        // East Asian lines join without a space.
        let last = self
            .runs
            .last()
            .and_then(|run| run.text.chars().next_back());
        let wide =
            last.is_some_and(|c| crate::text::display_width(c.encode_utf8(&mut [0; 4])) == 2);
        self.text(if wide { "" } else { " " });
    }

    /// Takes back the text from this byte on.
    fn take_text_from(&mut self, start: usize) -> String {
        let text = runs_text(&self.runs);
        let taken = text.get(start..).unwrap_or_default().to_owned();
        let mut left = start;
        self.runs.retain_mut(|run| {
            run.text.truncate(left.min(run.text.len()));
            left -= run.text.len();
            !run.text.is_empty()
        });
        taken
    }

    fn keep(&mut self, block: BlockContent) {
        self.flush_list();
        self.passages.push(Passage::Kept { block });
    }

    /// Ends the text that is being read.
    fn flush(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        if let Some((_, texts)) = &mut self.footnote {
            if !runs.is_empty() {
                texts.push(runs_text(&runs));
            }
        } else if !self.lists.is_empty() {
            self.entry(runs);
        } else if runs.iter().any(|run| !run.text.trim().is_empty()) {
            self.flush_list();
            self.passages.push(Passage::Paragraph { runs });
        }
        for image in std::mem::take(&mut self.images) {
            self.passages.push(Passage::Kept { block: image });
        }
    }

    /// A text inside a list: a new item, or one more line of the last.
    fn entry(&mut self, runs: Vec<Run>) {
        if runs.is_empty() {
            return;
        }
        let level = u8::try_from(self.lists.len() - 1).unwrap_or(u8::MAX);
        let deepest = self.items.last().map_or(0, |item| item.level + 1);
        let begins = std::mem::take(&mut self.item_begins);
        match self.items.last_mut() {
            Some(last) if !begins => {
                push_run(&mut last.runs, Run::plain("\n"));
                for run in runs {
                    push_run(&mut last.runs, run);
                }
            }
            Some(_) | None => self.items.push(Entry {
                level: level.min(deepest),
                ordered: self.lists.last().copied().unwrap_or(false),
                runs,
            }),
        }
    }

    fn flush_list(&mut self) {
        let items = std::mem::take(&mut self.items);
        if !items.is_empty() {
            self.passages.push(Passage::List { items });
        }
    }

    fn finish(mut self) -> Vec<Passage> {
        self.flush();
        self.lists.clear();
        self.flush_list();
        // Our own list of sources stands behind the last rule.
        if let Some(rule) = self.rule {
            let is_source = |passage: &Passage| match passage {
                Passage::Paragraph { runs } => runs.first().is_some_and(|run| run.cite.is_some()),
                _ => false,
            };
            if self.passages[rule..].iter().all(is_source) {
                self.passages.truncate(rule);
            }
        }
        self.passages
    }
}
