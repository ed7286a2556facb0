//! From a slide's content to pages whose every text fits its place: smaller, shorter, or on one more slide.

use std::borrow::Cow;

use deskmate_core::{Bullet, Chart, Slide, SlideColumn, SlideContent};

use super::base::{Area, Base, Holder, Layout};
use super::chart::drawable;
use super::choose::{self, Wanted, layout_for};
use super::fit::{
    LEAST_SCALE, LevelStyle, Line, Spacing, TextBox, runs, scale_to_fit, scaled, style_of,
};
use super::metrics::{line_count, shortened};
use super::style::Look;
use super::table::{self, FittedTable};

/// A slide as it will be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Page {
    /// Index of its layout.
    pub(super) layout: usize,
    pub(super) elements: Vec<Element>,
    /// Whole texts that the slide shows cut, for the notes.
    pub(super) cut: Vec<String>,
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Element {
    Text {
        place: Place,
        lines: Vec<Line>,
        /// Share of the layout's sizes.
        scale: f32,
    },
    Table {
        place: Place,
        table: FittedTable,
    },
    Chart {
        place: Place,
        chart: Chart,
    },
}

/// A place on a slide: a placeholder of the layout, or a box of its own where the layout has none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Kind and index of the placeholder.
    pub(super) holder: Option<(String, Option<String>)>,
    pub(super) area: Area,
    insets: [i64; 4],
    pub(super) levels: Vec<LevelStyle>,
    /// As in [`Holder`].
    pub(super) looks: Vec<Look>,
}

impl Place {
    fn of(holder: &Holder) -> Self {
        Self {
            holder: Some((holder.kind.clone(), holder.index.clone())),
            area: holder.area,
            insets: holder.insets,
            levels: holder.levels.clone(),
            looks: holder.looks.clone(),
        }
    }

    fn free(area: Area, size: f32, bold: bool) -> Self {
        let level = |index: u8| LevelStyle {
            size: (size - 2.0 * f32::from(index)).max(12.0),
            margin: f32::from(index) * 18.0,
            space_before: Spacing::Share(0.4),
            bold,
            ..LevelStyle::PLAIN
        };
        Self {
            holder: None,
            area,
            insets: [91_440, 45_720, 91_440, 45_720],
            levels: (0..5).map(level).collect(),
            looks: Vec::new(),
        }
    }

    fn text_box(&self) -> TextBox {
        self.area.text_box(self.insets)
    }
}

/// Words that the writer itself puts on slides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    /// Behind the title of a slide that goes on, with its number for `{n}`.
    pub(super) continued: &'static str,
}

/// Lays out one slide on one page or several.
pub(super) fn pages_of(base: &Base, slide: &Slide, words: Words) -> (Vec<Page>, bool) {
    let wanted = match &slide.content {
        SlideContent::Title { .. } => Wanted::Title,
        SlideContent::Section { .. } => Wanted::Section,
        SlideContent::Bullets { .. } => Wanted::Content,
        SlideContent::TwoColumns { .. } => Wanted::TwoColumns,
        SlideContent::Table { .. } => Wanted::Table,
        SlideContent::Chart { .. } => Wanted::Chart,
        SlideContent::Quote { .. } => Wanted::Quote,
        SlideContent::Closing { .. } => Wanted::Closing,
    };
    let (index, is_wanted) = layout_for(base, wanted);
    let setter = Setter {
        base,
        layout: &base.layouts[index],
        index,
        words,
    };
    (setter.set(&slide.content), is_wanted)
}

#[derive(Clone, Copy)]
struct Setter<'a> {
    base: &'a Base,
    layout: &'a Layout,
    index: usize,
    words: Words,
}

impl Setter<'_> {
    fn set(&self, content: &SlideContent) -> Vec<Page> {
        match content {
            SlideContent::Title { title, subtitle } | SlideContent::Section { title, subtitle } => {
                let lines: Vec<Line> = subtitle.lines().map(|text| line(0, text)).collect();
                self.text_pages(title, &lines)
            }
            SlideContent::Bullets { title, items } => self.text_pages(title, &bullet_lines(items)),
            SlideContent::Closing { title, lines } => {
                let lines: Vec<Line> = lines.iter().map(|text| line(0, text)).collect();
                self.text_pages(title, &lines)
            }
            SlideContent::Quote { text, attribution } => {
                self.text_pages(attribution, &[line(0, text)])
            }
            SlideContent::TwoColumns { title, left, right } => {
                self.column_pages(title, left, right)
            }
            SlideContent::Table { title, table } => {
                let place = self.frame("tbl");
                let (tables, was_cut) = table::fit(table, place.area);
                let mut pages = self.numbered(title, tables.len());
                for (page, table) in pages.iter_mut().zip(tables) {
                    page.elements.push(Element::Table {
                        place: place.clone(),
                        table,
                    });
                }
                if let Some(page) = pages.first_mut().filter(|_| was_cut) {
                    page.cut
                        .extend(table.rows.iter().map(|row| row.join(" | ")));
                }
                pages
            }
            SlideContent::Chart { title, chart } => {
                let mut page = self.page(title);
                page.elements.push(Element::Chart {
                    place: self.frame("chart"),
                    chart: drawable(chart),
                });
                vec![page]
            }
        }
    }

    /// The place for a table or a chart.
    fn frame(&self, kind: &str) -> Place {
        match choose::frame(self.layout, kind) {
            Some(holder) => Place::of(holder),
            None => Place::free(choose::free_area(self.base, self.layout), 18.0, false),
        }
    }

    /// A page with its title alone.
    fn page(&self, title: &str) -> Page {
        let mut page = Page {
            layout: self.index,
            elements: Vec::new(),
            cut: Vec::new(),
        };
        let title = title.trim();
        if title.is_empty() {
            return page;
        }
        let place = match choose::title(self.layout) {
            Some(holder) => Place::of(holder),
            None => Place::free(choose::free_title(self.base), 28.0, true),
        };
        let element = fitted(place, vec![line(0, title)], &mut page.cut);
        page.elements.push(element);
        page
    }

    /// `count` pages whose titles say which of them each is.
    fn numbered(&self, title: &str, count: usize) -> Vec<Page> {
        (0..count.max(1))
            .map(|index| self.page(&continued(title, index, count, self.words)))
            .collect()
    }

    fn text_pages(&self, title: &str, lines: &[Line]) -> Vec<Page> {
        let lines: Vec<Line> = lines
            .iter()
            .filter(|line| !line.text.trim().is_empty())
            .cloned()
            .collect();
        if lines.is_empty() {
            return vec![self.page(title)];
        }
        let place = match choose::bodies(self.layout).first() {
            Some(holder) => Place::of(holder),
            None => Place::free(choose::free_area(self.base, self.layout), 20.0, false),
        };
        if scale_to_fit(&lines, &place.levels, place.text_box()).is_some() {
            let mut page = self.page(title);
            let element = fitted(place, lines, &mut page.cut);
            page.elements.push(element);
            return vec![page];
        }
        // Divided at a size that still looks like the layout's own.
        let scale = 0.85;
        let parts = runs(&lines, &place.levels, place.text_box(), scale);
        let mut pages = self.numbered(title, parts.len());
        for (page, range) in pages.iter_mut().zip(parts) {
            let element = fitted(place.clone(), lines[range].to_vec(), &mut page.cut);
            page.elements.push(element);
        }
        pages
    }

    fn column_pages(&self, title: &str, left: &SlideColumn, right: &SlideColumn) -> Vec<Page> {
        let Some(places) = choose::columns(self.layout) else {
            return self.text_pages(title, &joined(&[left, right]));
        };
        let columns = [left, right];
        let areas_fit = columns.iter().zip(places).all(|(column, (heading, list))| {
            let place = Place::of(list);
            let lines = column_lines(column, heading.is_some());
            scale_to_fit(&lines, &place.levels, place.text_box()).is_some()
        });
        if !areas_fit {
            // Too much for half a slide: one slide after the other.
            return columns
                .iter()
                .flat_map(|column| {
                    let title = if column.heading.is_empty() {
                        Cow::Borrowed(title)
                    } else {
                        Cow::Owned(format!("{title} · {}", column.heading))
                    };
                    let (index, _) = layout_for(self.base, Wanted::Content);
                    let content = Setter {
                        layout: &self.base.layouts[index],
                        index,
                        ..*self
                    };
                    content.text_pages(&title, &bullet_lines(&column.items))
                })
                .collect();
        }
        let mut page = self.page(title);
        // Both columns at one size, or the slide looks like two.
        let scale = columns
            .iter()
            .zip(places)
            .filter_map(|(column, (heading, list))| {
                let place = Place::of(list);
                let lines = column_lines(column, heading.is_some());
                scale_to_fit(&lines, &place.levels, place.text_box())
            })
            .fold(1.0_f32, f32::min);
        for (column, (heading, list)) in columns.iter().zip(places) {
            if let Some(holder) = heading.filter(|_| !column.heading.is_empty()) {
                let element = fitted(
                    Place::of(holder),
                    vec![line(0, &column.heading)],
                    &mut page.cut,
                );
                page.elements.push(element);
            }
            let lines = column_lines(column, heading.is_some());
            if !lines.is_empty() {
                page.elements.push(Element::Text {
                    place: Place::of(list),
                    lines,
                    scale,
                });
            }
        }
        vec![page]
    }
}

/// Title of the part `index` of `count`.
fn continued(title: &str, index: usize, count: usize, words: Words) -> String {
    if count <= 1 || title.trim().is_empty() {
        return title.to_string();
    }
    let number = format!("{}/{count}", index + 1);
    format!("{title}{}", words.continued.replace("{n}", &number))
}

fn line(level: usize, text: &str) -> Line {
    Line {
        level,
        text: text.trim().to_string(),
    }
}

fn bullet_lines(items: &[Bullet]) -> Vec<Line> {
    items
        .iter()
        .map(|item| line(usize::from(item.level.min(4)), &item.text))
        .collect()
}

fn column_lines(column: &SlideColumn, has_heading: bool) -> Vec<Line> {
    if has_heading || column.heading.is_empty() {
        return bullet_lines(&column.items);
    }
    joined(&[column])
}

/// Columns one below the other: headings as points, their points one level deeper.
fn joined(columns: &[&SlideColumn]) -> Vec<Line> {
    let mut lines = Vec::new();
    for column in columns {
        let depth = usize::from(!column.heading.is_empty());
        if depth > 0 {
            lines.push(line(0, &column.heading));
        }
        for item in &column.items {
            lines.push(line((usize::from(item.level) + depth).min(4), &item.text));
        }
    }
    lines
}

/// Sets lines into a place; what cannot be made to fit is cut, and the whole text kept in `cut`.
fn fitted(place: Place, mut lines: Vec<Line>, cut: &mut Vec<String>) -> Element {
    let area = place.text_box();
    if let Some(scale) = scale_to_fit(&lines, &place.levels, area) {
        return Element::Text {
            place,
            lines,
            scale,
        };
    }
    // Each line gets its share of the room at the smallest size.
    let scale = LEAST_SCALE;
    let share = area.height / lines.len().max(1) as f32;
    for line in &mut lines {
        let style = style_of(&place.levels, line.level);
        let size = scaled(style.size, scale);
        let width = style.room(area.width, size);
        let one = style.line(&line.text, size) + style.before(size) * 0.5;
        let room = ((share / one).floor() as usize).max(1);
        if line_count(&line.text, size, style.bold, width) > room {
            cut.push(line.text.clone());
            line.text = shortened(&line.text, size, style.bold, width, room);
        }
    }
    Element::Text {
        place,
        lines,
        scale,
    }
}
