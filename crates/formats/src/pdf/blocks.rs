//! Paragraphs and tables of all pages to the blocks of the document: headings, lists, anchors.

use std::collections::HashMap;

use deskmate_core::{Anchor, Block, BlockContent, ListItem};

use super::frame::Turned;
use super::grid::take_grids;
use super::lines::build_lines;
use super::lists::{Mark, split_mark};
use super::page::{Area, Page};
use super::paragraphs::{Paragraph, build_paragraphs};
use super::regions::{Item, order};
use super::tables::{Stretch, Table, split_tables};
use super::text::ends_sentence;

/// A laid-out piece of a page.
pub(super) enum Piece {
    Paragraph(Paragraph),
    Table(Table),
    Note(Area, String),
}

/// Lays one page out.
pub(super) fn lay_out(page: &Page) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for layer in &page.layers {
        let turned = Turned::new(layer.angle);
        let first = pieces.len();
        let mut lines = Vec::new();
        for region in order(take_grids(layer.runs.clone(), &layer.rules)) {
            let mut tables: Vec<Table> = Vec::new();
            let mut runs = Vec::new();
            for item in region {
                match item {
                    Item::Run(run) => runs.push(run),
                    Item::Table(table) => tables.push(table),
                }
            }
            tables.sort_by(|a, b| a.area.top.total_cmp(&b.area.top));
            let mut tables = tables.into_iter().peekable();
            for line in build_lines(runs) {
                while let Some(table) =
                    tables.next_if(|table| table.area.center_y() < line.area.center_y())
                {
                    flush(&mut lines, &mut pieces);
                    pieces.push(Piece::Table(table));
                }
                lines.push(line);
            }
            flush(&mut lines, &mut pieces);
            pieces.extend(tables.map(Piece::Table));
        }
        if layer.angle != 0.0 {
            for piece in &mut pieces[first..] {
                let area = piece.area_mut();
                *area = turned.back(*area);
            }
        }
    }
    let mut pieces = caption_tables(pieces);
    pieces.extend(
        page.notes
            .iter()
            .map(|(area, text)| Piece::Note(*area, text.clone())),
    );
    pieces
}

fn flush(lines: &mut Vec<super::lines::Line>, pieces: &mut Vec<Piece>) {
    for stretch in split_tables(std::mem::take(lines)) {
        match stretch {
            Stretch::Lines(lines) => {
                pieces.extend(build_paragraphs(&lines).into_iter().map(Piece::Paragraph));
            }
            Stretch::Table(table) => pieces.push(Piece::Table(table)),
        }
    }
}

/// Gives each table the short line right above it: its title, its unit or the heads of its columns.
fn caption_tables(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut captioned: Vec<Piece> = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        // Shading that leaves every other row white cuts a table into pieces.
        if let (Piece::Table(table), Some(Piece::Table(above))) = (&piece, captioned.last_mut()) {
            let gap = table.area.top - above.area.bottom;
            let columns = |table: &Table| table.rows.iter().map(Vec::len).max();
            if gap > -3.0
                && gap < 16.0
                && columns(table) == columns(above)
                && table.header_rows == 0
            {
                above.area = above.area.union(&table.area);
                above.rows.extend(table.rows.iter().cloned());
                continue;
            }
        }
        if let Piece::Table(table) = &mut piece
            && let Some(Piece::Paragraph(above)) = captioned.last()
        {
            let gap = table.area.top - above.area.bottom;
            let is_short = above.lines <= 3 && above.text.chars().count() <= 120;
            let is_near =
                gap > -2.0 && gap < 1.3 * above.size && above.area.left < table.area.right;
            if is_short
                && is_near
                && !above.text.ends_with(['。', '.', '；', ';'])
                && split_mark(&above.text).is_none()
            {
                table.caption = Some(above.text.clone());
                table.area = table.area.union(&above.area);
                captioned.pop();
            }
        }
        captioned.push(piece);
    }
    captioned
}

impl Piece {
    fn area_mut(&mut self) -> &mut Area {
        match self {
            Self::Paragraph(paragraph) => &mut paragraph.area,
            Self::Table(table) => &mut table.area,
            Self::Note(area, _) => area,
        }
    }
}

/// Size in half points and weight.
type Style = (u32, bool);

fn style(paragraph: &Paragraph) -> Style {
    ((paragraph.size * 2.0).round() as u32, paragraph.bold)
}

/// Makes the blocks of a document from the pieces of its pages.
pub(super) fn build_blocks(pages: Vec<(u32, Vec<Piece>)>) -> Vec<Block> {
    let levels = heading_levels(&pages);
    let mut path: Vec<(u8, String)> = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut last_mark: Option<Mark> = None;
    for (number, pieces) in pages {
        for piece in pieces {
            let mark = last_mark.take();
            let at = |area: Area, path: &[(u8, String)]| Anchor {
                page: Some(number),
                bbox: Some([area.left, area.top, area.right, area.bottom].map(tenth)),
                heading: path.iter().map(|(_, text)| text.clone()).collect(),
                ..Anchor::default()
            };
            match piece {
                Piece::Paragraph(paragraph) => {
                    let level = levels.get(&style(&paragraph)).copied();
                    if let Some(level) = level.filter(|_| is_heading_text(&paragraph)) {
                        path.retain(|(above, _)| *above < level);
                        let text = paragraph.text.replace('\n', " ");
                        blocks.push(Block::new(
                            at(paragraph.area, &path),
                            BlockContent::Heading {
                                level,
                                text: text.clone(),
                            },
                        ));
                        path.push((level, text));
                    } else {
                        last_mark =
                            push_paragraph(&mut blocks, at(paragraph.area, &path), paragraph, mark);
                    }
                }
                Piece::Table(table) => blocks.push(Block::new(
                    at(table.area, &path),
                    BlockContent::Table {
                        caption: table.caption,
                        header_rows: table.header_rows,
                        rows: table.rows,
                    },
                )),
                Piece::Note(area, text) => {
                    blocks.push(Block::new(at(area, &path), BlockContent::Note { text }));
                }
            }
        }
    }
    unlist_single_items(blocks)
}

fn tenth(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

/// Adds a paragraph, or an item to the list that it continues. Gives the mark of the item.
fn push_paragraph(
    blocks: &mut Vec<Block>,
    anchor: Anchor,
    paragraph: Paragraph,
    before: Option<Mark>,
) -> Option<Mark> {
    let Some((mark, label, text)) = split_mark(&paragraph.text) else {
        blocks.push(Block::new(
            anchor,
            BlockContent::Paragraph {
                text: paragraph.text,
            },
        ));
        return None;
    };
    let item = ListItem {
        level: 0,
        label: label.to_owned(),
        text: text.to_owned(),
    };
    if before.is_some_and(|before| mark.follows(before))
        && let Some(Block {
            anchor: list,
            content: BlockContent::List { items, .. },
        }) = blocks.last_mut()
    {
        items.push(item);
        // A list that runs over a page break keeps the box of its first page.
        if list.page == anchor.page
            && let (Some(known), Some(new)) = (&mut list.bbox, anchor.bbox)
        {
            *known = [
                known[0].min(new[0]),
                known[1].min(new[1]),
                known[2].max(new[2]),
                known[3].max(new[3]),
            ];
        }
    } else {
        blocks.push(Block::new(
            anchor,
            BlockContent::List {
                ordered: mark != Mark::Bullet,
                items: vec![item],
            },
        ));
    }
    Some(mark)
}

/// A numbered paragraph that no other follows is a paragraph.
fn unlist_single_items(blocks: Vec<Block>) -> Vec<Block> {
    blocks
        .into_iter()
        .map(|block| match &block.content {
            BlockContent::List {
                ordered: true,
                items,
            } if items.len() == 1 => {
                let text = items.first().map(ListItem::line).unwrap_or_default();
                Block::new(block.anchor, BlockContent::Paragraph { text })
            }
            _ => block,
        })
        .collect()
}

/// Level of each style that stands out from the body text.
fn heading_levels(pages: &[(u32, Vec<Piece>)]) -> HashMap<Style, u8> {
    let mut weight: HashMap<Style, usize> = HashMap::new();
    let mut headings: HashMap<Style, usize> = HashMap::new();
    let paragraphs = pages
        .iter()
        .flat_map(|(_, pieces)| pieces)
        .filter_map(|piece| match piece {
            Piece::Paragraph(paragraph) => Some(paragraph),
            Piece::Table(_) | Piece::Note(..) => None,
        });
    for paragraph in paragraphs {
        *weight.entry(style(paragraph)).or_default() += paragraph.text.chars().count();
        if is_heading_text(paragraph) {
            *headings.entry(style(paragraph)).or_default() += paragraph.text.chars().count();
        }
    }
    let Some((&body, _)) = weight
        .iter()
        .max_by_key(|(style, count)| (**count, **style))
    else {
        return HashMap::new();
    };
    let total: usize = weight.values().sum();
    let mut styles: Vec<Style> = headings
        .into_iter()
        .filter(|(style, count)| {
            let larger = style.0 as f32 >= 1.12 * body.0 as f32;
            let bolder = style.1 && !body.1 && style.0 as f32 >= 0.97 * body.0 as f32;
            // What fills a third of the document, or hardly ever stands alone, is no heading style.
            let whole = weight.get(style).copied().unwrap_or(0);
            (larger || bolder) && whole * 3 < total && count * 5 >= whole
        })
        .map(|(style, _)| style)
        .collect();
    styles.sort_unstable_by_key(|&style| std::cmp::Reverse(style));
    let levels = styles.into_iter().enumerate();
    levels
        .map(|(rank, style)| (style, (rank + 1).min(3) as u8))
        .collect()
}

fn is_heading_text(paragraph: &Paragraph) -> bool {
    let length = paragraph.text.chars().count();
    let letters = paragraph
        .text
        .chars()
        .filter(|ch| ch.is_alphabetic())
        .count();
    paragraph.lines <= 3
        && length <= 120
        && letters >= 2
        && letters * 2 >= length
        && (!ends_sentence(&paragraph.text)
            || paragraph.text.ends_with(['?', '？', '：', ':']) && length < 30)
        && !paragraph.text.ends_with(['，', ',', '、'])
}
