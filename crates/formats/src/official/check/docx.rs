//! A docx as the checker sees it: paragraphs with their real formatting, sections, page numbers.

use deskmate_core::{ErrorCode, ReadLimits, WireError};

use super::super::formatting::{Formats, ParagraphFormat, RunFormat, Theme};
use crate::archive::{PackageKind, package_kind};
use crate::docx::{Counters, Numbering, Styles};
use crate::package::{Package, Relations};
use crate::xml::{Element, Tree};

/// What is read of a docx.
#[derive(Debug, Default)]
pub(in crate::official) struct Reading {
    /// All `w:p` of the body in document order, those of tables included.
    pub(in crate::official) paragraphs: Vec<Paragraph>,
    /// In order.
    pub(in crate::official) sections: Vec<Section>,
    /// Odd and even pages have footers of their own.
    pub(in crate::official) even_and_odd: bool,
    /// Size of the default paragraph style in half points: the grid counts its characters.
    pub(in crate::official) default_size: u32,
}

/// A paragraph.
#[derive(Debug, Clone, Default)]
pub(in crate::official) struct Paragraph {
    /// Number of automatic numbering, as shown.
    pub(in crate::official) label: String,
    /// Its text.
    pub(in crate::official) text: String,
    /// Its runs with text.
    pub(in crate::official) runs: Vec<Run>,
    /// After inheritance.
    pub(in crate::official) format: ParagraphFormat,
    /// What its runs start from.
    pub(in crate::official) run: RunFormat,
    /// It stands in a table or text box.
    pub(in crate::official) in_table: bool,
    /// A page break stands before its text, or a section ended before it.
    pub(in crate::official) starts_page: bool,
    /// A line is drawn under it.
    pub(in crate::official) has_bottom_line: bool,
    /// It carries a drawing.
    pub(in crate::official) has_drawing: bool,
}

/// A run with text.
#[derive(Debug, Clone, Default)]
pub(in crate::official) struct Run {
    /// Its text.
    pub(in crate::official) text: String,
    /// After inheritance.
    pub(in crate::official) format: RunFormat,
}

/// A section's page.
#[derive(Debug, Clone, Default)]
pub(in crate::official) struct Section {
    pub(in crate::official) width: i64,
    pub(in crate::official) height: i64,
    pub(in crate::official) top: i64,
    pub(in crate::official) bottom: i64,
    pub(in crate::official) left: i64,
    pub(in crate::official) right: i64,
    /// Kind of the grid; empty without one.
    pub(in crate::official) grid: String,
    pub(in crate::official) line_pitch: i64,
    /// 4096ths of a point.
    pub(in crate::official) char_space: i64,
    /// Page number of odd (or all) pages, and of even pages.
    pub(in crate::official) odd: Option<PageNumber>,
    pub(in crate::official) even: Option<PageNumber>,
}

/// A page number in a footer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::official) struct PageNumber {
    /// Text around the number, which stands as `#`.
    pub(in crate::official) text: String,
    pub(in crate::official) face: Option<String>,
    pub(in crate::official) size: Option<u32>,
    /// `left`, `center`, `right`, `outside`.
    pub(in crate::official) align: String,
    /// Indents towards the aligned edge, in characters.
    pub(in crate::official) indent: f64,
}

impl Reading {
    /// Reads a docx.
    ///
    /// # Errors
    /// `UnsupportedFormat` when it is none; those of the package.
    pub(in crate::official) fn open(bytes: &[u8], limits: &ReadLimits) -> Result<Self, WireError> {
        if package_kind(bytes) != Some(PackageKind::Word) {
            return Err(WireError::new(
                ErrorCode::UnsupportedFormat,
                "only a docx can be checked against the standard",
            )
            .with_hint("save it as docx, or lay it out anew with `gongwen-format`"));
        }
        let mut package = Package::open(bytes, limits)?;
        let main = package.main_part("word/document.xml")?;
        let text = package.required(&main)?;
        let tree = Tree::parse(&text, &main, package.max_depth())?;
        let relations = package.relations(&main)?;
        let theme = match part(&mut package, &relations, "theme")? {
            Some((name, text)) => package
                .tree(Some(&text), &name)
                .map(|tree| Theme::read(tree.root()))
                .unwrap_or_default(),
            None => Theme::default(),
        };
        let styles_text = part(&mut package, &relations, "styles")?;
        let styles_tree = styles_text
            .as_ref()
            .and_then(|(name, text)| package.tree(Some(text), name));
        let styles_root = styles_tree.as_ref().map(Tree::root);
        let formats = Formats::read(styles_root, theme);
        let list_styles = styles_root.map(Styles::read).unwrap_or_default();
        let numbering = match part(&mut package, &relations, "numbering")? {
            Some((name, text)) => package
                .tree(Some(&text), &name)
                .map(|tree| Numbering::read(tree.root(), &list_styles))
                .unwrap_or_default(),
            None => Numbering::default(),
        };
        let settings = part(&mut package, &relations, "settings")?;
        let even_and_odd = settings
            .as_ref()
            .and_then(|(name, text)| package.tree(Some(text), name))
            .is_some_and(|tree| tree.root().switch("evenAndOddHeaders"));
        let (_, normal) = formats.paragraph(None);
        let mut walk = Walk {
            formats: &formats,
            list_styles: &list_styles,
            numbering: &numbering,
            counters: Counters::default(),
            reading: Self {
                even_and_odd,
                default_size: normal.size.unwrap_or(20),
                ..Self::default()
            },
            after_section: false,
        };
        let root = tree.root();
        let body = root.child("body").unwrap_or(root);
        walk.story(body, false);
        let mut reading = walk.reading;
        let properties: Vec<Element<'_, '_>> = body
            .descendants()
            .filter(|element| element.is("sectPr"))
            .collect();
        for element in properties {
            let section = section(
                element,
                &mut package,
                &relations,
                &formats,
                reading.sections.last(),
            )?;
            reading.sections.push(section);
        }
        Ok(reading)
    }
}

fn part(
    package: &mut Package<'_>,
    relations: &Relations,
    kind: &str,
) -> Result<Option<(String, String)>, WireError> {
    let Some(relation) = relations.values().find(|relation| relation.kind == kind) else {
        return Ok(None);
    };
    let text = package.optional(&relation.target)?;
    Ok(text.map(|text| (relation.target.clone(), text)))
}

struct Walk<'s> {
    formats: &'s Formats,
    list_styles: &'s Styles,
    numbering: &'s Numbering,
    counters: Counters,
    reading: Reading,
    after_section: bool,
}

impl Walk<'_> {
    /// Every paragraph below, in document order, as the corrections count them.
    fn story(&mut self, element: Element<'_, '_>, in_table: bool) {
        for child in element.elements() {
            if child.is("p") {
                self.paragraph(child, in_table);
                // Text boxes hold paragraphs of their own.
                self.story(child, true);
            } else {
                self.story(child, in_table || child.is("tbl"));
            }
        }
    }

    fn paragraph(&mut self, element: Element<'_, '_>, in_table: bool) {
        let properties = element.child("pPr");
        let (format, run) = self.formats.paragraph(properties);
        let mut paragraph = Paragraph {
            label: self.label(properties),
            starts_page: std::mem::take(&mut self.after_section)
                || format.page_break_before == Some(true),
            has_bottom_line: properties
                .and_then(|properties| properties.at(&["pBdr", "bottom"]))
                .and_then(|line| line.attribute("val"))
                .is_some_and(|kind| kind != "none" && kind != "nil"),
            format,
            run,
            in_table,
            ..Paragraph::default()
        };
        self.inline(element, &mut paragraph, &mut Vec::new());
        // A break at the end of the paragraph before begins this one's page.
        let broken = self
            .reading
            .paragraphs
            .last()
            .is_some_and(|before| before.text.ends_with('\u{C}'));
        if broken {
            if let Some(before) = self.reading.paragraphs.last_mut() {
                before.text.pop();
            }
            paragraph.starts_page = true;
        }
        if let Some(rest) = paragraph.text.strip_prefix('\u{C}')
            && !rest.is_empty()
        {
            paragraph.starts_page = true;
            paragraph.text = rest.to_owned();
        }
        if paragraph.text.is_empty() && paragraph.starts_page && broken {
            paragraph.text.push('\u{C}');
        }
        self.after_section = properties.is_some_and(|properties| {
            properties
                .child("sectPr")
                .is_some_and(|section| section.setting("type").as_deref() != Some("continuous"))
        });
        self.reading.paragraphs.push(paragraph);
    }

    fn label(&mut self, properties: Option<Element<'_, '_>>) -> String {
        let style = properties.and_then(|properties| properties.setting("pStyle"));
        let of_style = self.list_styles.number(style.as_deref());
        let direct = properties.and_then(|properties| properties.child("numPr"));
        let number = direct
            .and_then(|direct| direct.setting("numId"))
            .map(|number| number.into_owned())
            .or_else(|| of_style.map(|(number, _)| number.to_owned()));
        let Some(number) = number.filter(|number| number != "0") else {
            return String::new();
        };
        let level = direct
            .and_then(|direct| direct.setting("ilvl"))
            .and_then(|level| level.parse().ok())
            .or(of_style.map(|(_, level)| level))
            .unwrap_or(0)
            .min(8);
        self.numbering
            .count(&mut self.counters, &number, level)
            .map(|mark| mark.label)
            .unwrap_or_default()
    }

    fn inline(&self, element: Element<'_, '_>, paragraph: &mut Paragraph, fields: &mut Vec<bool>) {
        for child in element.elements() {
            match child.name() {
                "r" => self.run(child, paragraph, fields),
                "pPr" | "del" | "moveFrom" | "txbxContent" => {}
                "drawing" | "pict" => paragraph.has_drawing = true,
                _ => self.inline(child, paragraph, fields),
            }
        }
    }

    fn run(&self, element: Element<'_, '_>, paragraph: &mut Paragraph, fields: &mut Vec<bool>) {
        let format = self.formats.run(&paragraph.run, element.child("rPr"));
        let mut text = String::new();
        for child in element.elements() {
            match child.name() {
                "fldChar" => match child.attribute("fldCharType").as_deref() {
                    Some("begin") => fields.push(true),
                    Some("separate") => {
                        if let Some(instruction) = fields.last_mut() {
                            *instruction = false;
                        }
                    }
                    _ => {
                        fields.pop();
                    }
                },
                "t" if !fields.contains(&true) => text.push_str(&child.own_text()),
                "tab" => text.push('\t'),
                "br" if matches!(child.attribute("type").as_deref(), Some("page")) => {
                    text.push('\u{C}')
                }
                // A break inside a title divides no words.
                "br" | "cr" => text.push('\n'),
                "noBreakHyphen" => text.push('-'),
                "drawing" | "pict" | "AlternateContent" => paragraph.has_drawing = true,
                _ => {}
            }
        }
        if format.hidden == Some(true) || text.is_empty() {
            return;
        }
        paragraph.text.push_str(&text);
        paragraph.runs.push(Run { text, format });
    }
}

fn section(
    element: Element<'_, '_>,
    package: &mut Package<'_>,
    relations: &Relations,
    formats: &Formats,
    before: Option<&Section>,
) -> Result<Section, WireError> {
    let number = |child: &str, name: &str| -> Option<i64> {
        element
            .child(child)?
            .attribute(name)?
            .parse::<f64>()
            .ok()
            .map(|value| value.round() as i64)
    };
    let mut section = Section {
        width: number("pgSz", "w").unwrap_or(12_240),
        height: number("pgSz", "h").unwrap_or(15_840),
        top: number("pgMar", "top").unwrap_or(1_440).abs(),
        bottom: number("pgMar", "bottom").unwrap_or(1_440).abs(),
        left: number("pgMar", "left").unwrap_or(1_800) + number("pgMar", "gutter").unwrap_or(0),
        right: number("pgMar", "right").unwrap_or(1_800),
        grid: element
            .child("docGrid")
            .and_then(|grid| grid.attribute("type"))
            .filter(|kind| kind != "default")
            .map(|kind| kind.into_owned())
            .unwrap_or_default(),
        line_pitch: number("docGrid", "linePitch").unwrap_or(0),
        char_space: number("docGrid", "charSpace").unwrap_or(0),
        // A section without footers of its own goes on with those before.
        odd: before.and_then(|before| before.odd.clone()),
        even: before.and_then(|before| before.even.clone()),
    };
    for reference in element
        .elements()
        .filter(|child| child.is("footerReference") || child.is("headerReference"))
    {
        let Some(relation) = reference
            .attribute("id")
            .and_then(|id| relations.get(id.as_ref()))
        else {
            continue;
        };
        let text = package.optional(&relation.target)?;
        let Some(tree) = package.tree(text.as_ref(), &relation.target) else {
            continue;
        };
        let number = page_number(tree.root(), formats);
        if reference.is("headerReference") && number.is_none() {
            continue;
        }
        match reference.attribute("type").as_deref() {
            Some("even") => section.even = number,
            Some("first") => {}
            _ => section.odd = number,
        }
    }
    Ok(section)
}

/// The paragraph with the page field.
fn page_number(root: Element<'_, '_>, formats: &Formats) -> Option<PageNumber> {
    let is_page = |instruction: &str| instruction.trim().to_uppercase().starts_with("PAGE");
    let holder = root
        .descendants()
        .filter(|element| element.is("p"))
        .filter(|paragraph| {
            paragraph.descendants().any(|element| match element.name() {
                "instrText" => is_page(&element.own_text()),
                "fldSimple" => element
                    .attribute("instr")
                    .is_some_and(|text| is_page(&text)),
                _ => false,
            })
            // The innermost, where the number stands in a text box.
        })
        .last()?;
    let (format, base) = formats.paragraph(holder.child("pPr"));
    let mut number = PageNumber::default();
    let mut inside = false;
    for element in holder.descendants() {
        match element.name() {
            "r" => {
                let run = formats.run(&base, element.child("rPr"));
                let shows = element
                    .elements()
                    .any(|child| child.is("t") || child.is("fldChar") || child.is("instrText"));
                // The face of the digits is that of the field.
                if shows && (number.face.is_none() || inside) {
                    number.face = run.ascii;
                    number.size = run.size;
                }
            }
            "fldChar" => match element.attribute("fldCharType").as_deref() {
                Some("begin") => {
                    inside = true;
                    number.text.push('#');
                }
                Some("end") => inside = false,
                _ => {}
            },
            "fldSimple" => number.text.push('#'),
            "t" if !inside => {
                let text = element.own_text();
                // The shown number of a simple field is not text around it.
                if !text.chars().all(|c| c.is_ascii_digit()) || text.is_empty() {
                    number.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    let size = number.size.unwrap_or(base.size.unwrap_or(20));
    number.size = number.size.or(base.size);
    let frame = holder
        .at(&["pPr", "framePr"])
        .and_then(|frame| frame.attribute("xAlign"));
    let align = match frame.as_deref() {
        Some("outside") => "outside",
        Some("right") => "right",
        Some("center") => "center",
        Some("left") => "left",
        _ => match format.align.as_deref() {
            Some("right" | "end") => "right",
            Some("center") => "center",
            _ => "left",
        },
    };
    number.align = align.to_owned();
    let leading = number.text.chars().take_while(|c| *c == '\u{3000}').count() as f64;
    let trailing = number
        .text
        .chars()
        .rev()
        .take_while(|c| *c == '\u{3000}')
        .count() as f64;
    number.indent = match align {
        "right" => format.right_in(size) + trailing,
        "left" => format.left_in(size) + format.first_in(size).max(0.0) + leading,
        _ => 1.0,
    };
    Some(number)
}
