//! The formatting that a docx really has: defaults, styles with their ancestors, theme faces, direct properties.

use std::collections::HashMap;

use crate::xml::Element;

/// Styles inherit at most so deep; a longer chain is a loop.
const MAX_CHAIN: usize = 20;

/// Paragraph properties; `None` where nothing says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ParagraphFormat {
    pub(super) align: Option<String>,
    /// Twips.
    pub(super) left: Option<i64>,
    pub(super) right: Option<i64>,
    /// Twips; negative for a hanging line.
    pub(super) first: Option<i64>,
    /// Hundredths of characters; they win over twips unless they are 0.
    pub(super) left_chars: Option<i64>,
    pub(super) right_chars: Option<i64>,
    pub(super) first_chars: Option<i64>,
    pub(super) before: Option<i64>,
    pub(super) line: Option<i64>,
    pub(super) line_rule: Option<String>,
    pub(super) page_break_before: Option<bool>,
    pub(super) snap_to_grid: Option<bool>,
}

/// Run properties; `None` where nothing says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct RunFormat {
    pub(super) east_asian: Option<String>,
    pub(super) ascii: Option<String>,
    /// Half points.
    pub(super) size: Option<u32>,
    pub(super) color: Option<String>,
    /// Twentieths of a point between characters.
    pub(super) spacing: Option<i64>,
    pub(super) hidden: Option<bool>,
    /// It takes part in the grid of characters.
    pub(super) snap_to_grid: Option<bool>,
}

#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    paragraph: ParagraphFormat,
    run: RunFormat,
}

/// Everything that formatting is inherited from.
#[derive(Debug, Default)]
pub(super) struct Formats {
    styles: HashMap<String, Style>,
    default_paragraph: Option<String>,
    paragraph: ParagraphFormat,
    run: RunFormat,
    theme: Theme,
}

/// Faces of the theme.
#[derive(Debug, Default)]
pub(super) struct Theme {
    major: Faces,
    minor: Faces,
}

#[derive(Debug, Default)]
struct Faces {
    latin: Option<String>,
    east_asian: Option<String>,
}

impl Theme {
    /// Reads `theme1.xml`.
    pub(super) fn read(root: Element<'_, '_>) -> Self {
        let faces = |name: &str| {
            let Some(fonts) = root.find(name) else {
                return Faces::default();
            };
            let face = |child: &str| {
                fonts
                    .child(child)
                    .and_then(|element| element.attribute("typeface"))
                    .filter(|face| !face.is_empty())
                    .map(|face| face.into_owned())
            };
            let by_script = || {
                fonts
                    .elements()
                    .find(|font| font.attribute("script").as_deref() == Some("Hans"))
                    .and_then(|font| font.attribute("typeface"))
                    .map(|face| face.into_owned())
            };
            Faces {
                latin: face("latin"),
                east_asian: face("ea").or_else(by_script),
            }
        };
        Self {
            major: faces("majorFont"),
            minor: faces("minorFont"),
        }
    }

    fn face(&self, reference: &str) -> Option<String> {
        let faces = if reference.starts_with("major") {
            &self.major
        } else {
            &self.minor
        };
        if reference.ends_with("EastAsia") {
            faces.east_asian.clone()
        } else {
            faces.latin.clone()
        }
    }
}

impl Formats {
    /// Reads `styles.xml`, resolving faces in the theme.
    pub(super) fn read(root: Option<Element<'_, '_>>, theme: Theme) -> Self {
        let mut formats = Self {
            theme,
            ..Self::default()
        };
        let Some(root) = root else { return formats };
        if let Some(defaults) = root.child("docDefaults") {
            formats.run = defaults
                .at(&["rPrDefault", "rPr"])
                .map(|properties| formats.run_of(properties))
                .unwrap_or_default();
            formats.paragraph = defaults
                .at(&["pPrDefault", "pPr"])
                .map(paragraph_of)
                .unwrap_or_default();
        }
        for element in root.elements().filter(|element| element.is("style")) {
            let Some(id) = element.attribute("styleId") else {
                continue;
            };
            let style = Style {
                based_on: element.setting("basedOn").map(|id| id.into_owned()),
                paragraph: element.child("pPr").map(paragraph_of).unwrap_or_default(),
                run: element
                    .child("rPr")
                    .map(|properties| formats.run_of(properties))
                    .unwrap_or_default(),
            };
            let is_default = element
                .attribute("default")
                .is_some_and(|value| value != "0" && value != "false");
            if is_default && element.attribute("type").as_deref() == Some("paragraph") {
                formats.default_paragraph = Some(id.to_string());
            }
            formats.styles.insert(id.into_owned(), style);
        }
        formats
    }

    /// Styles from the named one to its outermost ancestor.
    fn chain<'s>(&'s self, id: Option<&'s str>) -> Vec<&'s Style> {
        let mut chain = Vec::new();
        let mut next = id;
        while let Some(style) = next.and_then(|id| self.styles.get(id)) {
            chain.push(style);
            if chain.len() >= MAX_CHAIN {
                break;
            }
            next = style.based_on.as_deref();
        }
        chain
    }

    /// What a paragraph has after all inheritance, and what its runs start from.
    pub(super) fn paragraph(
        &self,
        properties: Option<Element<'_, '_>>,
    ) -> (ParagraphFormat, RunFormat) {
        let named = properties.and_then(|properties| properties.setting("pStyle"));
        let id = named
            .as_deref()
            .filter(|id| self.styles.contains_key(*id))
            .or(self.default_paragraph.as_deref());
        let mut paragraph = self.paragraph.clone();
        let mut run = self.run.clone();
        for style in self.chain(id).into_iter().rev() {
            paragraph.overlay(&style.paragraph);
            run.overlay(&style.run);
        }
        if let Some(properties) = properties {
            paragraph.overlay(&paragraph_of(properties));
        }
        (paragraph, run)
    }

    /// What a run has after all inheritance.
    pub(super) fn run(&self, base: &RunFormat, properties: Option<Element<'_, '_>>) -> RunFormat {
        let mut run = base.clone();
        let Some(properties) = properties else {
            return run;
        };
        let named = properties.setting("rStyle");
        for style in self.chain(named.as_deref()).into_iter().rev() {
            run.overlay(&style.run);
        }
        run.overlay(&self.run_of(properties));
        run
    }

    fn run_of(&self, properties: Element<'_, '_>) -> RunFormat {
        let fonts = properties.child("rFonts");
        let face = |theme: &str, direct: &str| {
            let fonts = fonts?;
            fonts
                .attribute(theme)
                .and_then(|reference| self.theme.face(&reference))
                .or_else(|| fonts.attribute(direct).map(|face| face.into_owned()))
        };
        RunFormat {
            east_asian: face("eastAsiaTheme", "eastAsia"),
            ascii: face("asciiTheme", "ascii"),
            size: properties.setting("sz").and_then(|size| size.parse().ok()),
            color: properties
                .setting("color")
                .map(|color| color.to_lowercase()),
            spacing: properties
                .setting("spacing")
                .and_then(|spacing| spacing.parse().ok()),
            hidden: properties
                .child("vanish")
                .map(|_| properties.switch("vanish")),
            snap_to_grid: properties
                .child("snapToGrid")
                .map(|_| properties.switch("snapToGrid")),
        }
    }
}

fn paragraph_of(properties: Element<'_, '_>) -> ParagraphFormat {
    let indent = properties.child("ind");
    let number = |element: Option<Element<'_, '_>>, names: &[&str]| -> Option<i64> {
        let element = element?;
        names
            .iter()
            .find_map(|name| element.attribute(name))
            .and_then(|value| value.parse::<f64>().ok())
            .map(|value| value.round() as i64)
    };
    let hanging = |positive: &[&str], negative: &[&str]| {
        number(indent, negative)
            .filter(|value| *value != 0)
            .map(|value| -value)
            .or_else(|| number(indent, positive))
            .or_else(|| number(indent, negative))
    };
    let spacing = properties.child("spacing");
    ParagraphFormat {
        align: properties.setting("jc").map(|align| align.into_owned()),
        left: number(indent, &["left", "start"]),
        right: number(indent, &["right", "end"]),
        first: hanging(&["firstLine"], &["hanging"]),
        left_chars: number(indent, &["leftChars", "startChars"]),
        right_chars: number(indent, &["rightChars", "endChars"]),
        first_chars: hanging(&["firstLineChars"], &["hangingChars"]),
        before: number(spacing, &["before"]),
        line: number(spacing, &["line"]),
        line_rule: spacing
            .and_then(|spacing| spacing.attribute("lineRule"))
            .map(|rule| rule.into_owned()),
        page_break_before: properties
            .child("pageBreakBefore")
            .map(|_| properties.switch("pageBreakBefore")),
        snap_to_grid: properties
            .child("snapToGrid")
            .map(|_| properties.switch("snapToGrid")),
    }
}

/// Takes over what is said.
macro_rules! overlay {
    ($self:ident, $other:ident, $($field:ident),+) => {
        $(if $other.$field.is_some() {
            $self.$field.clone_from(&$other.$field);
        })+
    };
}

impl ParagraphFormat {
    fn overlay(&mut self, other: &Self) {
        // Twips said nearer to the paragraph end characters said farther away, unless both are said together.
        for (twips, chars, own) in [
            (other.left, other.left_chars, &mut self.left_chars),
            (other.right, other.right_chars, &mut self.right_chars),
            (other.first, other.first_chars, &mut self.first_chars),
        ] {
            if twips.is_some() && chars.is_none() {
                *own = None;
            }
        }
        overlay!(
            self,
            other,
            align,
            left,
            right,
            first,
            left_chars,
            right_chars,
            first_chars,
            before,
            line,
            line_rule,
            page_break_before,
            snap_to_grid
        );
    }

    /// First-line indent in characters of this size; negative for a hanging line.
    pub(super) fn first_in(&self, size: u32) -> f64 {
        characters(self.first_chars, self.first, size)
    }

    /// Left indent in characters of this size.
    pub(super) fn left_in(&self, size: u32) -> f64 {
        characters(self.left_chars, self.left, size)
    }

    /// Right indent in characters of this size.
    pub(super) fn right_in(&self, size: u32) -> f64 {
        characters(self.right_chars, self.right, size)
    }
}

fn characters(hundredths: Option<i64>, twips: Option<i64>, size: u32) -> f64 {
    match hundredths {
        Some(hundredths) if hundredths != 0 => hundredths as f64 / 100.0,
        Some(_) | None => twips.unwrap_or(0) as f64 / (f64::from(size.max(1)) * 10.0),
    }
}

impl RunFormat {
    fn overlay(&mut self, other: &Self) {
        overlay!(
            self,
            other,
            east_asian,
            ascii,
            size,
            color,
            spacing,
            hidden,
            snap_to_grid
        );
    }
}
