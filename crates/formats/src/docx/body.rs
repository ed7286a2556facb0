//! The story of a document: paragraphs, lists and tables in order, under their headings.

use std::collections::HashMap;

use deskmate_core::{Anchor, Block, BlockContent, ErrorCode, ListItem, ReadWarning};

use super::numbering::{Counters, Mark, Numbering};
use super::paragraph::{Attached, Content, Flow, Reading};
use super::styles::{Role, Styles};
use super::{Links, Objects};
use crate::label::{self, NumberFormat};
use crate::look::{self, Keep, Look};
use crate::xml::{Element, Tree};

/// A cell cannot span more columns than Word allows.
const MAX_COLUMNS: usize = 63;

/// Reads stories into blocks.
pub(crate) struct Body<'s> {
    styles: &'s Styles,
    numbering: &'s Numbering,
    objects: &'s Objects,
    links: &'s Links,
    keep: Keep,
    counters: Counters,
    flow: Flow,
    notes: HashMap<(&'static str, String), String>,
    counted: HashMap<&'static str, i64>,
    blocks: Vec<Block>,
    path: Vec<(u8, String)>,
    /// Number of the list that the last block is, so that its next item joins it.
    open_list: Option<String>,
    /// How many cells, notes or text boxes we are in: headings there do not structure the document.
    enclosed: usize,
    /// The last block is a paragraph in the style of captions.
    after_caption: bool,
}

impl<'s> Body<'s> {
    /// A reader with the document's definitions.
    pub(crate) fn new(
        styles: &'s Styles,
        numbering: &'s Numbering,
        objects: &'s Objects,
        links: &'s Links,
        keep: Keep,
    ) -> Self {
        Self {
            styles,
            numbering,
            objects,
            links,
            keep,
            counters: Counters::default(),
            flow: Flow::default(),
            notes: HashMap::new(),
            counted: HashMap::new(),
            blocks: Vec::new(),
            path: Vec::new(),
            open_list: None,
            enclosed: 0,
            after_caption: false,
        }
    }

    /// Reads the notes part of this kind, to be placed where the text refers to them.
    pub(crate) fn read_notes(&mut self, tree: Option<&Tree<'_>>, kind: &'static str) {
        let Some(tree) = tree else { return };
        for note in tree.root().elements().filter(|element| element.is(kind)) {
            // Separator lines are kept among the notes.
            if note
                .attribute("type")
                .is_some_and(|kind| kind.as_ref() != "normal")
            {
                continue;
            }
            let Some(id) = note.attribute("id") else {
                continue;
            };
            let mut text = self.enclosed_text(note);
            if kind == "comment"
                && let Some(author) = note.attribute("author")
                && !author.trim().is_empty()
                && !text.is_empty()
            {
                text = format!("{}: {text}", author.trim());
            }
            self.notes.insert((kind, id.into_owned()), text);
        }
    }

    /// Reads a story: the body, a cell, a note, a text box.
    pub(crate) fn read_story(&mut self, story: Element<'_, '_>) {
        for element in story.elements() {
            match element.name() {
                "p" => self.paragraph(element),
                "tbl" => self.table(element),
                "AlternateContent" => {
                    if let Some(chosen) = element.alternative() {
                        self.read_story(chosen);
                    }
                }
                "sectPr" => self.section(element),
                "del" | "moveFrom" | "tcPr" | "sdtPr" | "sdtEndPr" => {}
                "oMathPara" | "oMath" => self.loose_formula(element),
                _ => self.read_story(element),
            }
        }
    }

    /// The blocks, and warnings about what was left out.
    pub(crate) fn finish(self) -> (Vec<Block>, Vec<ReadWarning>) {
        let mut warnings = Vec::new();
        if self.flow.hid_text {
            warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                "hidden text was left out",
            ));
        }
        if self.keep == Keep::Looks {
            warnings.extend(look::lost(&self.flow.lost));
        }
        (self.blocks, warnings)
    }

    fn section(&mut self, section: Element<'_, '_>) {
        let has = |name: &str| section.child(name).is_some();
        if has("headerReference") || has("footerReference") {
            self.flow.lost.insert("page headers and footers");
        }
    }

    fn push(&mut self, content: BlockContent) {
        let anchor = Anchor {
            heading: self.path.iter().map(|(_, text)| text.clone()).collect(),
            ..Anchor::default()
        };
        self.open_list = None;
        self.after_caption = false;
        self.blocks.push(Block::new(anchor, content));
    }

    fn loose_formula(&mut self, element: Element<'_, '_>) {
        let text = crate::formula::linear(element);
        if !text.trim().is_empty() {
            self.push(BlockContent::Formula { text });
        }
    }

    fn paragraph(&mut self, paragraph: Element<'_, '_>) {
        let properties = paragraph.child("pPr");
        let style = properties.and_then(|properties| properties.setting("pStyle"));
        let style = style.as_deref();
        let reading = Reading {
            styles: self.styles,
            hidden: style.is_some_and(|style| self.styles.hidden(style)),
            keep: self.keep,
            look: self.look(properties, style),
            links: self.links,
        };
        if let Some(section) = properties.and_then(|properties| properties.child("sectPr")) {
            self.section(section);
        }
        let content = Content::read(paragraph, reading, &mut self.flow);
        let text = content.text.trim().to_owned();
        if !text.is_empty() {
            let mark = self.mark(properties, style);
            let role = self.role(properties, style);
            self.place_text(text, mark, role, &content);
        }
        for attached in content.attached {
            self.attached(attached);
        }
    }

    /// What a paragraph's style says of its look; a heading is bold by being one.
    fn look(&self, properties: Option<Element<'_, '_>>, style: Option<&str>) -> Look {
        let role = self.role(properties, style);
        match (style, role) {
            (Some(style), Role::Body | Role::Caption) => {
                let (bold, italic) = self.styles.look(style);
                Look {
                    bold: bold.unwrap_or(false),
                    italic: italic.unwrap_or(false),
                }
            }
            _ => Look::default(),
        }
    }

    fn role(&self, properties: Option<Element<'_, '_>>, style: Option<&str>) -> Role {
        let outline = properties
            .and_then(|properties| properties.setting("outlineLvl"))
            .and_then(|level| level.parse::<u8>().ok());
        match outline {
            Some(level @ 0..=8) => Role::Heading(level + 1),
            // Level 9 means body text, even for a heading style.
            Some(_) => Role::Body,
            None => self.styles.role(style),
        }
    }

    fn mark(
        &mut self,
        properties: Option<Element<'_, '_>>,
        style: Option<&str>,
    ) -> Option<(String, u8, Mark)> {
        let direct = properties.and_then(|properties| properties.child("numPr"));
        let of_style = self.styles.number(style);
        let number = direct
            .and_then(|direct| direct.setting("numId"))
            .or_else(|| of_style.map(|(number, _)| number.into()))?;
        if number.as_ref() == "0" {
            return None;
        }
        let level = direct
            .and_then(|direct| direct.setting("ilvl"))
            .and_then(|level| level.parse().ok())
            .or_else(|| self.numbering.level_of_style(&number, style?))
            .or(of_style.map(|(_, level)| level))
            .unwrap_or(0)
            .min(8);
        let mark = self.numbering.count(&mut self.counters, &number, level)?;
        Some((number.into_owned(), level, mark))
    }

    fn place_text(
        &mut self,
        text: String,
        mark: Option<(String, u8, Mark)>,
        role: Role,
        content: &Content<'_, '_>,
    ) {
        let heading = match role {
            _ if self.enclosed > 0 => None,
            Role::Heading(level) => Some(level),
            Role::Title => Some(1),
            Role::Caption | Role::Body => None,
        };
        match (heading, mark) {
            (Some(level), mark) => {
                let text = look::without_bold(&text.replace('\n', " "));
                let text = match mark {
                    Some((_, _, mark)) if !mark.label.is_empty() => {
                        format!("{} {text}", mark.label)
                    }
                    _ => text,
                };
                self.path.retain(|(outer, _)| *outer < level);
                self.push(BlockContent::Heading {
                    level: level.min(9),
                    text: text.clone(),
                });
                self.path.push((level, text));
            }
            (None, Some((number, level, mark))) => self.list_item(number, level, mark, text),
            (None, None) if content.formulas > 0 && !content.has_words => {
                self.push(BlockContent::Formula { text });
            }
            (None, None) => {
                self.push(BlockContent::Paragraph { text });
                self.after_caption = role == Role::Caption;
            }
        }
    }

    fn list_item(&mut self, number: String, level: u8, mark: Mark, text: String) {
        let item = ListItem {
            level,
            label: mark.label,
            text,
        };
        let joins = match (&self.open_list, self.blocks.last()) {
            (Some(open), Some(last)) => match &last.content {
                BlockContent::List { ordered, .. } => {
                    *open == number || level > 0 || *ordered == mark.ordered
                }
                _ => false,
            },
            _ => false,
        };
        if joins
            && let Some(BlockContent::List { items, .. }) =
                self.blocks.last_mut().map(|block| &mut block.content)
        {
            items.push(item);
        } else {
            self.push(BlockContent::List {
                ordered: mark.ordered,
                items: vec![item],
            });
        }
        self.open_list = Some(number);
    }

    fn attached(&mut self, attached: Attached<'_, '_>) {
        match attached {
            Attached::Image(alt) => self.push(BlockContent::Image { alt }),
            Attached::Drawing(drawing) => {
                for content in self.objects.of(drawing) {
                    self.push(content.clone());
                }
            }
            Attached::TextBox(story) => {
                self.enclosed += 1;
                self.open_list = None;
                let fields = std::mem::take(&mut self.flow);
                self.read_story(story);
                let inner = std::mem::replace(&mut self.flow, fields);
                self.flow.take_notes_of(inner);
                self.enclosed -= 1;
                self.open_list = None;
            }
            Attached::Note(kind, id) => self.note(kind, id),
        }
    }

    fn note(&mut self, kind: &'static str, id: String) {
        let Some(text) = self.notes.get(&(kind, id)).cloned() else {
            return;
        };
        let count = self.counted.entry(kind).or_insert(0);
        *count += 1;
        let count = *count;
        if text.trim().is_empty() {
            return;
        }
        let label = match kind {
            "footnote" => count.to_string(),
            "endnote" => label::format(count, NumberFormat::LowerRoman),
            _ => return self.push(BlockContent::Note { text }),
        };
        self.push(BlockContent::Footnote { label, text });
    }

    /// Text of a story that stands inside something else; notes it refers to are kept for after it.
    fn enclosed_blocks(&mut self, story: Element<'_, '_>) -> Vec<Block> {
        let outer = std::mem::take(&mut self.blocks);
        let fields = std::mem::take(&mut self.flow);
        self.enclosed += 1;
        self.open_list = None;
        self.read_story(story);
        self.enclosed -= 1;
        self.open_list = None;
        let inner = std::mem::replace(&mut self.flow, fields);
        self.flow.take_notes_of(inner);
        std::mem::replace(&mut self.blocks, outer)
    }

    fn enclosed_text(&mut self, story: Element<'_, '_>) -> String {
        let blocks = self.enclosed_blocks(story);
        flat_text(&blocks)
    }

    fn table(&mut self, table: Element<'_, '_>) {
        let after_caption = self.after_caption;
        let mut rows = Vec::new();
        let merges =
            |element: &Element<'_, '_>| matches!(element.name(), "gridSpan" | "vMerge" | "hMerge");
        if table.descendants().any(|element| merges(&element)) {
            self.flow.lost.insert("merged cells");
        }
        let mut marked_headers = 0;
        let mut later = Vec::new();
        let mut table_rows = Vec::new();
        collect(table, "tr", &mut table_rows);
        for row in table_rows {
            let properties = row.child("trPr");
            if properties.is_some_and(|properties| properties.child("del").is_some()) {
                continue;
            }
            if properties.is_some_and(|properties| properties.switch("tblHeader"))
                && marked_headers == rows.len()
            {
                marked_headers += 1;
            }
            let skipped = properties
                .and_then(|properties| properties.setting("gridBefore"))
                .and_then(|count| count.parse().ok())
                .unwrap_or(0_usize);
            let mut cells = vec![String::new(); skipped.min(MAX_COLUMNS)];
            let mut row_cells = Vec::new();
            collect(row, "tc", &mut row_cells);
            for cell in row_cells {
                let (text, span) = self.cell(cell, &mut later);
                cells.push(text);
                cells.extend(std::iter::repeat_n(String::new(), span - 1));
            }
            rows.push(cells);
        }
        if rows.iter().flatten().all(|cell| cell.is_empty()) {
            rows.clear();
        }
        if !rows.is_empty() {
            let header_rows = header_rows(table, marked_headers, &rows);
            let caption = self.take_caption(after_caption);
            self.push(BlockContent::Table {
                caption,
                header_rows,
                rows,
            });
        }
        for content in later {
            self.push(content);
        }
    }

    fn cell(&mut self, cell: Element<'_, '_>, later: &mut Vec<BlockContent>) -> (String, usize) {
        let properties = cell.child("tcPr");
        let span = properties
            .and_then(|properties| properties.setting("gridSpan"))
            .and_then(|span| span.parse().ok())
            .unwrap_or(1_usize)
            .clamp(1, MAX_COLUMNS);
        let continued = properties.is_some_and(|properties| {
            ["vMerge", "hMerge"].iter().any(|name| {
                properties
                    .child(name)
                    .is_some_and(|merge| merge.attribute("val").as_deref() != Some("restart"))
            })
        });
        let blocks = self.enclosed_blocks(cell);
        if continued {
            return (String::new(), span);
        }
        let (notes, text): (Vec<Block>, Vec<Block>) = blocks.into_iter().partition(|block| {
            matches!(
                block.content,
                BlockContent::Footnote { .. }
                    | BlockContent::Note { .. }
                    | BlockContent::Image { .. }
            )
        });
        later.extend(notes.into_iter().map(|block| block.content));
        (flat_text(&text), span)
    }

    /// A caption paragraph right above a table becomes the table's caption, told by its words or by its style.
    fn take_caption(&mut self, after_caption: bool) -> Option<String> {
        if self.enclosed > 0 {
            return None;
        }
        let caption = match &self.blocks.last()?.content {
            BlockContent::Paragraph { text }
                if is_table_caption(&look::plain(text))
                    || (after_caption && !is_figure_caption(&look::plain(text))) =>
            {
                text.clone()
            }
            _ => return None,
        };
        self.blocks.pop();
        Some(caption)
    }
}

/// `表 1 …`, `表1-2 …`, `Table 3: …`: short, with a number.
fn is_table_caption(text: &str) -> bool {
    let rest = text
        .strip_prefix('表')
        .or_else(|| text.strip_prefix("Table"))
        .or_else(|| text.strip_prefix("TABLE"));
    text.chars().count() <= 80
        && !text.contains('\n')
        && rest.is_some_and(|rest| {
            rest.trim_start()
                .starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
        })
}

/// `图 1 …`, `Figure 1 …`: the caption of a picture that stands above a table by chance.
fn is_figure_caption(text: &str) -> bool {
    text.starts_with('图') || text.to_lowercase().starts_with("fig")
}

/// Rows that repeat on every page are headers; else the look that marks a first row, if its cells are all filled.
fn header_rows(table: Element<'_, '_>, marked: usize, rows: &[Vec<String>]) -> usize {
    if marked > 0 {
        return marked.min(rows.len());
    }
    let look = table.at(&["tblPr", "tblLook"]);
    let first_row = look.is_some_and(|look| {
        look.attribute("firstRow")
            .map(|value| value.as_ref() == "1" || value.as_ref() == "true")
            .or_else(|| {
                let bits = u32::from_str_radix(&look.attribute("val")?, 16).ok()?;
                Some(bits & 0x20 != 0)
            })
            .unwrap_or(false)
    });
    let filled = rows
        .first()
        .is_some_and(|row| row.len() > 1 && row.iter().all(|cell| !cell.is_empty()));
    usize::from(first_row && filled && rows.len() > 1)
}

/// Rows or cells, also those inside content controls.
fn collect<'t, 'a>(element: Element<'t, 'a>, name: &str, found: &mut Vec<Element<'t, 'a>>) {
    for child in element.elements() {
        if child.is(name) {
            found.push(child);
        } else if matches!(
            child.name(),
            "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" | "smartTag"
        ) {
            collect(child, name, found);
        }
    }
}

fn flat_text(blocks: &[Block]) -> String {
    let lines: Vec<String> = blocks
        .iter()
        .filter(|block| !matches!(block.content, BlockContent::Image { .. }))
        .map(Block::text)
        .filter(|text| !text.is_empty())
        .collect();
    lines.join("\n")
}
