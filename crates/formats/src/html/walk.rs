//! The parsed page to blocks, in one pass without recursion.

use std::collections::HashMap;

use deskmate_core::{BlockContent, ErrorCode, ReadLimits, ReadWarning};
use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node};

use super::table::Table;
use super::{Page, hidden};
use crate::list::{Lists, Numbers};
use crate::outline::Outline;

/// Hidden text up to this length is a label for a screen reader or a marker.
const MAX_QUIET_HIDDEN_CHARS: usize = 20;

/// Reads a page under these headings.
pub(super) fn read(html: &str, limits: &ReadLimits, headings: Vec<String>) -> Page {
    let tree = Html::parse_document(html);
    let mut walker = Walker {
        outline: Outline::under(headings),
        lists: Lists::default(),
        kinds: table_kinds(&tree),
        max_cells: limits.max_cells,
        text: String::new(),
        images: Vec::new(),
        table: None,
        heading: None,
        preformatted: 0,
        skip: None,
        hidden_characters: 0,
        page: Page::default(),
    };
    for edge in tree.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) => walker.text(text),
                Node::Element(_) => {
                    if let Some(element) = ElementRef::wrap(node) {
                        walker.open(element);
                    }
                }
                Node::Document
                | Node::Fragment
                | Node::Doctype(_)
                | Node::Comment(_)
                | Node::ProcessingInstruction(_) => {}
            },
            Edge::Close(node) => {
                if let Some(element) = ElementRef::wrap(node) {
                    walker.close(element);
                }
            }
        }
    }
    walker.finish()
}

/// What a table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TableKind {
    Data,
    Layout,
}

/// Tells tables of data from tables that only place parts of the page: those hold tables or headings and name
/// no columns.
fn table_kinds(tree: &Html) -> HashMap<NodeId, TableKind> {
    struct Open {
        id: NodeId,
        has_parts: bool,
        names_columns: bool,
    }
    let mut open: Vec<Open> = Vec::new();
    let mut kinds = HashMap::new();
    for edge in tree.tree.root().traverse() {
        let (node, is_open) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        let Some(element) = node.value().as_element() else {
            continue;
        };
        match (element.name(), is_open) {
            ("table", true) => {
                if let Some(outer) = open.last_mut() {
                    outer.has_parts = true;
                }
                open.push(Open {
                    id: node.id(),
                    has_parts: false,
                    names_columns: false,
                });
            }
            ("table", false) => {
                if let Some(table) = open.pop() {
                    let is_layout = table.has_parts && !table.names_columns;
                    let kind = if is_layout {
                        TableKind::Layout
                    } else {
                        TableKind::Data
                    };
                    kinds.insert(table.id, kind);
                }
            }
            ("th" | "caption", true) => {
                if let Some(table) = open.last_mut() {
                    table.names_columns = true;
                }
            }
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", true) => {
                if let Some(table) = open.last_mut() {
                    table.has_parts = true;
                }
            }
            _ => {}
        }
    }
    kinds
}

struct Walker {
    outline: Outline,
    lists: Lists,
    kinds: HashMap<NodeId, TableKind>,
    max_cells: u64,
    /// Text of the block that is being read.
    text: String,
    images: Vec<String>,
    table: Option<(NodeId, Table)>,
    heading: Option<u8>,
    preformatted: usize,
    /// The element whose content is passed over, and whether that is because it is hidden.
    skip: Option<(NodeId, bool)>,
    hidden_characters: usize,
    page: Page,
}

impl Walker {
    fn open(&mut self, element: ElementRef<'_>) {
        if self.skip.is_some() {
            return;
        }
        let name = element.value().name();
        if is_unread(name) || element.attr("role") == Some("navigation") {
            if name == "title" && self.page.title.is_none() {
                let title: String = element.text().collect();
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                self.page.title = (!title.is_empty()).then_some(title);
            }
            self.skip = Some((element.id(), false));
            return;
        }
        if hidden::is_hidden(element) && !matches!(name, "html" | "body") {
            self.skip = Some((element.id(), true));
            return;
        }
        if is_block(name) {
            self.boundary();
        }
        match name {
            "meta" => self.meta(element),
            "br" => self.text.push('\n'),
            "img" => self.image(element),
            "pre" | "textarea" | "listing" => self.preformatted += 1,
            "rt" => self.text.push('（'),
            "math" => self.math(element),
            "ul" | "menu" | "ol" if self.table.is_none() => {
                let first = element
                    .attr("start")
                    .and_then(|start| start.trim().parse().ok());
                let numbers = if name == "ol" {
                    numbers(element.attr("type"))
                } else {
                    Numbers::None
                };
                self.lists.open(numbers, first.unwrap_or(1));
            }
            "li" if self.lists.is_open() && self.table.is_none() => {
                self.lists.item(
                    element
                        .attr("value")
                        .and_then(|value| value.trim().parse().ok()),
                );
            }
            "table" => self.open_table(element.id()),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.table.is_none() => {
                self.heading = Some(name.as_bytes()[1] - b'0');
            }
            _ => self.open_table_part(name, element),
        }
    }

    fn close(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        if let Some((id, _)) = self.skip {
            if id == element.id() {
                self.skip = None;
            }
            return;
        }
        match name {
            "pre" | "textarea" | "listing" => {
                self.boundary();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "rt" => self.text.push('）'),
            "ul" | "menu" | "ol" if self.table.is_none() => {
                self.boundary();
                self.lists.close();
                if !self.lists.is_open() {
                    self.flush_list();
                }
            }
            "table" => self.close_table(element.id()),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.table.is_none() => self.close_heading(),
            "caption" | "td" | "th" | "tr" | "thead" if self.table.is_some() => {
                self.close_table_part(name)
            }
            _ if is_block(name) => self.boundary(),
            _ => {}
        }
    }

    fn open_table(&mut self, id: NodeId) {
        if self.table.is_none() && self.kinds.get(&id) == Some(&TableKind::Data) {
            self.flush_list();
            self.table = Some((id, Table::default()));
        }
    }

    fn open_table_part(&mut self, name: &str, element: ElementRef<'_>) {
        let Some((_, table)) = self.table.as_mut().filter(|(id, _)| belongs(element, *id)) else {
            return;
        };
        match name {
            "thead" => table.enter_head(true),
            "tr" => table.open_row(),
            "td" | "th" => {
                table.open_cell(
                    name == "th",
                    element.attr("colspan"),
                    element.attr("rowspan"),
                );
                self.text.clear();
            }
            "caption" => self.text.clear(),
            _ => {}
        }
    }

    fn close_table_part(&mut self, name: &str) {
        let Some((_, table)) = &mut self.table else {
            return;
        };
        match name {
            "thead" => table.enter_head(false),
            "tr" => table.close_row(),
            "caption" => {
                let text = trimmed(&std::mem::take(&mut self.text));
                table.caption = (!text.is_empty()).then_some(text);
            }
            _ => {
                let text = trimmed(&self.text);
                table.close_cell(text, self.max_cells);
                self.text.clear();
            }
        }
    }

    fn close_table(&mut self, id: NodeId) {
        if self.table.as_ref().is_none_or(|(open, _)| *open != id) {
            self.boundary();
            return;
        }
        let Some((_, table)) = self.table.take() else {
            return;
        };
        if table.is_cut() {
            self.page.warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                "a table has too many cells, so its end was left out",
            ));
        }
        if let Some(content) = table.finish() {
            self.outline.push(content, None);
        }
        self.flush_images();
    }

    fn close_heading(&mut self) {
        let Some(level) = self.heading.take() else {
            return;
        };
        let text = std::mem::take(&mut self.text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.lists.is_open() && !text.is_empty() {
            self.flush_list();
        }
        if level == 1 && self.page.title.is_none() && !text.is_empty() {
            self.page.title = Some(text.clone());
        }
        self.outline.heading(level, &text, None);
        self.flush_images();
    }

    /// Ends a block: what stands before and after is not one paragraph.
    fn boundary(&mut self) {
        if self.table.is_some() {
            if !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            return;
        }
        if self.heading.is_some() {
            self.text.push(' ');
            return;
        }
        let text = std::mem::take(&mut self.text);
        if self.lists.is_open() {
            self.lists.text(&trimmed(&text));
        } else if self.preformatted > 0 {
            self.outline.paragraph(text.trim_end(), None);
        } else {
            self.outline.paragraph(&trimmed(&text), None);
        }
        if !self.lists.is_open() {
            self.flush_images();
        }
    }

    fn flush_list(&mut self) {
        if let Some(list) = self.lists.take() {
            self.outline.push(list, None);
        }
        self.flush_images();
    }

    fn flush_images(&mut self) {
        for alt in std::mem::take(&mut self.images) {
            self.outline.push(BlockContent::Image { alt }, None);
        }
    }

    fn text(&mut self, text: &str) {
        match self.skip {
            Some((_, true)) => {
                self.hidden_characters += text.chars().filter(|c| !c.is_whitespace()).count();
                return;
            }
            Some((_, false)) => return,
            None => {}
        }
        if self.preformatted > 0 {
            self.text.push_str(text);
            return;
        }
        push_collapsed(&mut self.text, text);
    }

    fn image(&mut self, element: ElementRef<'_>) {
        let alt = element.attr("alt").unwrap_or("").trim();
        if !alt.is_empty() {
            self.images.push(alt.to_owned());
        }
    }

    /// Formulas carry their source beside the drawn form; the source reads better.
    fn math(&mut self, element: ElementRef<'_>) {
        let annotation = element
            .descendants()
            .filter_map(ElementRef::wrap)
            .find(|inner| inner.value().name() == "annotation")
            .map(|inner| inner.text().collect::<String>());
        let source = annotation.or_else(|| element.attr("alttext").map(str::to_owned));
        if let Some(source) = source.filter(|source| !source.trim().is_empty()) {
            self.text.push_str(source.trim());
            self.skip = Some((element.id(), false));
        }
    }

    fn meta(&mut self, element: ElementRef<'_>) {
        let name = element.attr("name").unwrap_or("").to_ascii_lowercase();
        let content = element.attr("content").unwrap_or("").trim();
        if !content.is_empty()
            && matches!(
                name.as_str(),
                "author" | "description" | "keywords" | "date"
            )
        {
            self.page
                .metadata
                .insert(name, content.chars().take(1000).collect());
        }
    }

    fn finish(mut self) -> Page {
        self.boundary();
        self.flush_list();
        if self.hidden_characters > MAX_QUIET_HIDDEN_CHARS {
            self.page.warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                format!(
                    "{} characters of hidden text were left out",
                    self.hidden_characters
                ),
            ));
        }
        self.page.blocks = self.outline.finish();
        self.page
    }
}

/// Whether a row or cell is part of this table and not of one inside it.
fn belongs(element: ElementRef<'_>, table: NodeId) -> bool {
    element
        .ancestors()
        .find(|node| {
            node.value()
                .as_element()
                .is_some_and(|element| element.name() == "table")
        })
        .is_some_and(|node| node.id() == table)
}

fn numbers(kind: Option<&str>) -> Numbers {
    match kind {
        Some("a") => Numbers::LowerLetter,
        Some("A") => Numbers::UpperLetter,
        Some("i") => Numbers::LowerRoman,
        Some("I") => Numbers::UpperRoman,
        _ => Numbers::Decimal,
    }
}

/// Elements whose content is no reading matter.
fn is_unread(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "title"
            | "nav"
            | "iframe"
            | "svg"
            | "canvas"
            | "audio"
            | "video"
            | "select"
            | "datalist"
            | "button"
            | "rp"
            | "noframes"
            | "map"
            | "dialog"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "textarea"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Adds text with its white space collapsed; a line break between East Asian characters is none.
fn push_collapsed(out: &mut String, text: &str) {
    let mut space: Option<bool> = None;
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{0C}') {
            space = Some(space.unwrap_or(false) || c == '\n');
            continue;
        }
        if matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{AD}') {
            continue;
        }
        if let Some(has_break) = space.take() {
            push_space(out, has_break, c);
        }
        out.push(if c == '\u{A0}' { ' ' } else { c });
    }
    if space.is_some() && !out.is_empty() && !out.ends_with([' ', '\n']) {
        out.push(' ');
    }
}

fn push_space(out: &mut String, has_break: bool, next: char) {
    if out.is_empty() || out.ends_with([' ', '\n']) {
        return;
    }
    let is_wide = |c: char| crate::text::display_width(c.encode_utf8(&mut [0; 4])) == 2;
    let joins = has_break && is_wide(next) && out.chars().next_back().is_some_and(is_wide);
    if !joins {
        out.push(' ');
    }
}

/// The text with each line trimmed and blank lines dropped.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}
