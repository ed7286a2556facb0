//! The body of an OpenDocument file to blocks. Recursion follows the tree, whose depth is limited.

use std::collections::HashMap;

use deskmate_core::{
    Anchor, BlockContent, Document, ErrorCode, Parsed, ReadLimits, ReadWarning, WireError,
};

use super::inline;
use super::list_styles::ListStyles;
use super::{package, table};
use crate::archive::Archive;
use crate::list::Lists;
use crate::outline::Outline;
use crate::xml::{Element, Tree};

/// Reads the body; `archive` holds embedded formulas, if the file is packed.
///
/// # Errors
/// `DamagedFile` when there is no body.
pub(super) fn read(
    content: &Tree<'_>,
    styles: &Tree<'_>,
    archive: Option<&mut Archive<'_>>,
    limits: &ReadLimits,
) -> Result<Parsed, WireError> {
    let body = content.root().child("body").ok_or_else(|| {
        WireError::new(ErrorCode::DamagedFile, "the document has no body")
            .with_hint("open it in the program it comes from and save it again")
    })?;
    let mut list_styles = ListStyles::default();
    list_styles.add(styles);
    list_styles.add(content);
    let mut reader = Reader {
        outline: Outline::default(),
        lists: Lists::default(),
        list_styles,
        next_numbers: HashMap::new(),
        archive,
        limits: *limits,
        slide: None,
        is_cut: false,
    };
    for element in body.elements() {
        reader.blocks(element, 0);
    }
    reader.flush_list();
    let mut warnings = Vec::new();
    if reader.is_cut {
        warnings.push(ReadWarning::new(
            ErrorCode::Omitted,
            "a table has too many cells, so its end was left out",
        ));
    }
    Ok(Parsed {
        document: Document {
            blocks: reader.outline.finish(),
            ..Document::default()
        },
        warnings,
    })
}

struct Reader<'z, 'b> {
    outline: Outline,
    lists: Lists,
    list_styles: ListStyles,
    /// The number with which a list of this style would go on.
    next_numbers: HashMap<String, u32>,
    archive: Option<&'z mut Archive<'b>>,
    limits: ReadLimits,
    slide: Option<u32>,
    is_cut: bool,
}

impl Reader<'_, '_> {
    /// Adds what stands inside an element.
    fn blocks(&mut self, parent: Element<'_, '_>, depth: usize) {
        // The tree is limited too; this bounds detours through notes and frames.
        if depth > self.limits.max_depth {
            return;
        }
        for element in parent.elements() {
            self.block(element, depth + 1);
        }
    }

    fn block(&mut self, element: Element<'_, '_>, depth: usize) {
        match element.name() {
            "h" => self.heading(element, depth),
            "p" => self.paragraph(element, depth),
            "list" => self.list(element, "", depth),
            "table" => self.table(element),
            "page" => self.page(element, depth),
            "frame" => self.frame(element, depth),
            "annotation" => self.comment(element),
            "section" if element.attribute("display").as_deref() == Some("none") => {}
            // Contents that repeat the document, and what nobody sees.
            "table-of-content"
            | "alphabetical-index"
            | "illustration-index"
            | "table-index"
            | "tracked-changes"
            | "forms"
            | "sequence-decls"
            | "variable-decls"
            | "user-field-decls"
            | "dde-connection-decls"
            | "scripts"
            | "settings"
            | "title"
            | "desc"
            | "glue-point"
            | "event-listeners"
            | "animations"
            | "par" => {}
            _ => self.blocks(element, depth),
        }
    }

    fn push(&mut self, content: BlockContent) {
        let anchor = Anchor {
            slide: self.slide,
            heading: self.outline.path(),
            ..Anchor::default()
        };
        self.outline.push_at(content, anchor);
    }

    fn flush_list(&mut self) {
        if let Some(list) = self.lists.take() {
            self.push(list);
        }
    }

    fn heading(&mut self, element: Element<'_, '_>, depth: usize) {
        let inline = inline::collect(element);
        let text = inline.text.trim().replace('\n', " ");
        let level = element
            .attribute("outline-level")
            .and_then(|level| level.parse::<u8>().ok())
            .unwrap_or(1);
        if !text.is_empty() {
            self.flush_list();
            self.outline.heading(level, &text, None);
        }
        self.after(inline, depth);
    }

    fn paragraph(&mut self, element: Element<'_, '_>, depth: usize) {
        let inline = inline::collect(element);
        let text = inline.text.trim();
        if self.lists.is_open() {
            self.lists.text(text);
        } else if !text.is_empty() {
            self.push(BlockContent::Paragraph {
                text: text.to_owned(),
            });
        }
        self.after(inline, depth);
    }

    /// Adds what hangs on a paragraph: notes, comments, frames.
    fn after(&mut self, inline: inline::Inline<'_, '_>, depth: usize) {
        for (label, body) in inline.footnotes {
            let text = plain_text(body);
            if !text.is_empty() {
                self.flush_list();
                self.push(BlockContent::Footnote { label, text });
            }
        }
        for comment in inline.comments {
            self.comment(comment);
        }
        for frame in inline.frames {
            self.frame(frame, depth + 1);
        }
    }

    fn comment(&mut self, element: Element<'_, '_>) {
        let text = plain_text(element);
        if !text.is_empty() {
            self.flush_list();
            self.push(BlockContent::Note { text });
        }
    }

    fn list(&mut self, element: Element<'_, '_>, outer_style: &str, depth: usize) {
        if depth > self.limits.max_depth {
            return;
        }
        let style = element
            .attribute("style-name")
            .map_or(outer_style.to_owned(), |name| name.into_owned());
        let is_outermost = !self.lists.is_open();
        let level = self.lists.depth() as u32 + 1;
        let mark = self.list_styles.mark(&style, level);
        let goes_on = element.attribute("continue-numbering").as_deref() == Some("true")
            || element.attribute("continue-list").is_some();
        let start = match self.next_numbers.get(&style) {
            Some(next) if is_outermost && goes_on => *next,
            _ => mark.start,
        };
        self.lists
            .open_labelled(mark.numbers, start, &mark.prefix, &mark.suffix);
        for item in element.elements() {
            match item.name() {
                "list-item" => {
                    let number = item
                        .attribute("start-value")
                        .and_then(|value| value.parse().ok());
                    self.lists.item(number);
                }
                "list-header" => self.lists.unnumbered_item(),
                _ => continue,
            }
            for child in item.elements() {
                if child.is("list") {
                    self.list(child, &style, depth + 1);
                } else {
                    self.block(child, depth + 1);
                }
            }
        }
        let next = self.lists.close();
        if is_outermost {
            self.next_numbers.insert(style, next);
            self.flush_list();
        }
    }

    fn table(&mut self, element: Element<'_, '_>) {
        self.flush_list();
        let read = table::read(element, self.limits.max_cells);
        self.is_cut |= read.is_cut;
        if let Some(content) = read.content {
            self.push(content);
        }
    }

    fn frame(&mut self, element: Element<'_, '_>, depth: usize) {
        if depth > self.limits.max_depth {
            return;
        }
        let alt = ["title", "desc"]
            .into_iter()
            .find_map(|name| element.child(name))
            .map(|element| element.own_text().trim().to_owned())
            .unwrap_or_default();
        let object = element.child("object");
        if let Some(formula) = object.and_then(|object| self.formula(object)) {
            self.flush_list();
            self.push(BlockContent::Formula { text: formula });
            return;
        }
        if element.child("image").is_some()
            && element.child("text-box").is_none()
            && object.is_none()
        {
            if !alt.is_empty() {
                self.flush_list();
                self.push(BlockContent::Image { alt });
            }
            return;
        }
        // The text of a frame is no part of the list item that it is anchored in.
        let outer = std::mem::take(&mut self.lists);
        self.blocks(element, depth);
        self.flush_list();
        self.lists = outer;
    }

    fn formula(&mut self, object: Element<'_, '_>) -> Option<String> {
        if let Some(math) = object.child("math") {
            return package::formula_of(math);
        }
        let href = object.attribute("href")?;
        let limits = self.limits;
        package::formula(self.archive.as_mut()?, &href, &limits)
    }

    /// A slide: its title, its text, its notes.
    fn page(&mut self, element: Element<'_, '_>, depth: usize) {
        self.flush_list();
        let number = self.slide.map_or(1, |slide| slide.saturating_add(1));
        self.slide = Some(number);
        self.outline.leave_from(0);
        let is_title =
            |frame: &Element<'_, '_>| frame.attribute("class").as_deref() == Some("title");
        let title = element
            .elements()
            .find(is_title)
            .map(|frame| plain_text(frame).replace('\n', " "))
            .unwrap_or_default();
        self.push(BlockContent::Slide { number, title });
        let mut title_seen = false;
        for child in element.elements() {
            if is_title(&child) && !title_seen {
                title_seen = true;
            } else if child.is("notes") {
                self.notes(child);
            } else {
                self.block(child, depth + 1);
                self.flush_list();
            }
        }
    }

    fn notes(&mut self, element: Element<'_, '_>) {
        for frame in element.elements() {
            let class = frame.attribute("class");
            if matches!(
                class.as_deref(),
                Some("page" | "page-number" | "date-time" | "header" | "footer")
            ) {
                continue;
            }
            let text = plain_text(frame);
            if !text.is_empty() {
                self.push(BlockContent::Note { text });
            }
        }
    }
}

/// The paragraphs below an element, one per line.
fn plain_text(element: Element<'_, '_>) -> String {
    let lines: Vec<String> = element
        .descendants()
        .filter(|element| matches!(element.name(), "p" | "h"))
        .map(|paragraph| inline::collect(paragraph).text.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}
