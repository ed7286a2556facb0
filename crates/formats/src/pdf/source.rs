//! The door to the PDF library: everything that calls it is here, behind one guard against its panics.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use deskmate_core::{ErrorCode, WireError};
use pdf_oxide::PdfDocument;
use pdf_oxide::annotation_types::{AnnotationSubtype, WidgetFieldType};
use pdf_oxide::elements::PathOperation;
use pdf_oxide::extractors::TextExtractor;
use pdf_oxide::fonts::MappingProvenance;
use pdf_oxide::layout::TextChar;
use pdf_oxide::object::Object;

use super::content;
use super::fonts::{mend_bullet, mend_half_width, with_right_widths};
use super::guards::{FormCosts, has_flat_page_tree};
use super::page::Unread;

/// A page content above this is a drawing, in which no tables are looked for.
const MAX_PATH_BYTES: usize = 4 << 20;
/// Paths beyond this number are a drawing, in which no tables are looked for.
pub(super) const MAX_PATHS: usize = 20_000;

/// Runs a call into the library; a panic inside is `None`.
fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

/// An open PDF.
pub(super) struct Source {
    document: PdfDocument,
    hidden_layers: HashSet<String>,
    form_costs: FormCosts,
}

/// A rectangle in the page's own space, origin at the lower left: left, bottom, right, top.
pub(super) type Corners = [f32; 4];

/// A straight piece of a drawn path in the page's own space.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub(super) from: (f32, f32),
    pub(super) to: (f32, f32),
}

/// What the library finds on a page, in the page's own space.
#[derive(Default)]
pub(super) struct RawPage {
    /// Visible part of the page.
    pub(super) view: Corners,
    /// Turn of the page in degrees with the clock: 0, 90, 180, 270.
    pub(super) turn: i32,
    pub(super) chars: Vec<TextChar>,
    /// Names of fonts without any table from codes to characters.
    pub(super) unmapped_fonts: HashSet<String>,
    /// Names of fonts that write from top to bottom.
    pub(super) vertical_fonts: HashSet<String>,
    pub(super) strokes: Vec<Stroke>,
    /// Filled boxes that are not white.
    pub(super) fills: Vec<Corners>,
    pub(super) paths: usize,
    /// Bytes of invisible text that were left out.
    pub(super) invisible_bytes: usize,
    /// Values of form fields.
    pub(super) fields: Vec<(Corners, String)>,
    /// Comments and free text.
    pub(super) notes: Vec<(Corners, String)>,
    /// Why the content was not read.
    pub(super) unread: Option<Unread>,
}

impl Source {
    /// Opens a file; an empty user password is tried.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, WireError> {
        let damaged = |reason: String| {
            WireError::new(
                ErrorCode::DamagedFile,
                format!("the PDF cannot be read: {reason}"),
            )
            .with_hint("open it in a PDF reader and save or print it to a new PDF")
        };
        if content::is_nested_too_deep(bytes) {
            return Err(damaged("its objects are nested too deep".to_owned()));
        }
        let opened = guarded(|| PdfDocument::from_bytes(bytes.to_vec()))
            .ok_or_else(|| damaged("its structure is broken".to_owned()))?;
        let document = match opened {
            Ok(document) => document,
            Err(pdf_oxide::Error::EncryptedPdf) => return Err(encrypted()),
            Err(error) => return Err(damaged(error.to_string().to_lowercase())),
        };
        let locked = guarded(|| document.is_encrypted() && !document.is_authenticated());
        if locked.unwrap_or(true) {
            return Err(encrypted());
        }
        if !guarded(|| has_flat_page_tree(&document)).unwrap_or(false) {
            return Err(damaged(
                "its pages are nested too deep or in a circle".to_owned(),
            ));
        }
        let hidden_layers =
            guarded(|| pdf_oxide::optional_content::compute_default_off_ocgs(&document))
                .unwrap_or_default();
        Ok(Self {
            document,
            hidden_layers,
            form_costs: FormCosts::default(),
        })
    }

    /// Number of pages that the file claims.
    pub(super) fn page_count(&self) -> Result<usize, WireError> {
        match guarded(|| self.document.page_count()) {
            Some(Ok(count)) => Ok(count),
            Some(Err(pdf_oxide::Error::EncryptedPdf)) => Err(encrypted()),
            Some(Err(_)) | None => Err(WireError::new(
                ErrorCode::DamagedFile,
                "the PDF has no readable page tree",
            )
            .with_hint("open it in a PDF reader and save or print it to a new PDF")),
        }
    }

    /// A text entry of the document information, e.g. `Title`.
    pub(super) fn info(&self, key: &str) -> Option<String> {
        let text = guarded(|| {
            let info = self.document.trailer().as_dict()?.get("Info")?;
            let info = self.document.resolve_object(info).ok()?;
            let value = self
                .document
                .resolve_object(info.as_dict()?.get(key)?)
                .ok()?;
            Some(pdf_oxide::optional_content::decode_pdf_text_string(
                value.as_string()?,
            ))
        })??;
        let text: String = text.chars().filter(|ch| !ch.is_control()).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.chars().take(500).collect())
    }

    /// Reads a page, counted from 0. `None` when it cannot be read at all.
    pub(super) fn page(&self, index: usize) -> Option<RawPage> {
        guarded(|| self.read_page(index)).flatten()
    }

    fn read_page(&self, index: usize) -> Option<RawPage> {
        let document = &self.document;
        let page = document.get_page(index).ok()?;
        let (left, bottom, right, top) = document
            .get_page_visible_box(index)
            .unwrap_or((0.0, 0.0, 612.0, 792.0));
        let mut raw = RawPage {
            view: [left, bottom, right, top],
            turn: document.get_page_rotation(index).unwrap_or(0),
            ..RawPage::default()
        };
        self.read_annotations(index, &mut raw);
        let stream = document.get_page_content_data(index).ok()?;
        let dict = page.as_dict();
        let resources = dict.and_then(|dict| dict.get("Resources"));
        if stream.is_empty() && dict.is_some_and(|dict| dict.contains_key("Contents")) {
            raw.unread = Some(Unread::Lost);
        }
        if !self.form_costs.is_affordable(document, &stream, resources) {
            raw.unread = Some(Unread::TooMuch);
            return Some(raw);
        }
        if stream.len() <= MAX_PATH_BYTES {
            self.read_paths(index, &mut raw);
        } else {
            raw.paths = usize::MAX;
        }
        if content::may_hide_text(&stream) {
            let visible = content::blank_invisible(&stream);
            // The invisible text over a scan is its OCR layer, the only text there is.
            let is_layer = visible.invisible_bytes > 0
                && visible.visible_bytes * 4 < visible.invisible_bytes
                && self.picture_share(index, raw.view) > 0.3;
            if visible.invisible_bytes > 0 && !is_layer {
                raw.invisible_bytes = visible.invisible_bytes;
                self.read_chars(index, resources, &visible.content, &mut raw);
                return Some(raw);
            }
        }
        self.read_chars(index, resources, &stream, &mut raw);
        Some(raw)
    }

    fn read_chars(
        &self,
        index: usize,
        resources: Option<&Object>,
        stream: &[u8],
        raw: &mut RawPage,
    ) {
        let mut extractor = TextExtractor::new();
        extractor.set_page_index(u32::try_from(index).unwrap_or(u32::MAX));
        if !self.hidden_layers.is_empty() {
            extractor.set_excluded_layers(self.hidden_layers.clone());
        }
        if let Some(resources) = resources {
            extractor.set_resources(resources.clone());
            extractor.set_document(&self.document);
            // A font that does not load leaves its characters to the library's defaults.
            let _ = self.document.load_fonts_public(resources, &mut extractor);
            for (name, font) in extractor.get_font_set() {
                mend_bullet(&font);
                mend_half_width(&font);
                if let Some(font) = with_right_widths(&font) {
                    extractor.add_font(name, font);
                }
            }
        }
        raw.chars = extractor.extract_owned(stream).unwrap_or_default();
        for (_, font) in extractor.get_font_set() {
            if font.best_mapping_provenance() == MappingProvenance::Fallback {
                raw.unmapped_fonts.insert(font.base_font.clone());
            }
            if font.wmode == 1 {
                raw.vertical_fonts.insert(font.base_font.clone());
            }
        }
    }

    fn read_paths(&self, index: usize, raw: &mut RawPage) {
        let Ok(paths) = self.document.extract_paths(index) else {
            return;
        };
        raw.paths = paths.len();
        if paths.len() > MAX_PATHS {
            return;
        }
        for path in &paths {
            let area = path.bbox;
            let corners = [area.x, area.y, area.x + area.width, area.y + area.height];
            let white = path
                .fill_color
                .as_ref()
                .is_none_or(|color| color.r > 0.93 && color.g > 0.93 && color.b > 0.93);
            if !white {
                raw.fills.push(corners);
            }
            let thin = area.width.abs() < 3.0 || area.height.abs() < 3.0;
            if thin && path.operations.len() > 2 {
                // A rule drawn as a narrow filled box.
                let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
                raw.strokes.push(if area.width >= area.height {
                    Stroke {
                        from: (corners[0], y),
                        to: (corners[2], y),
                    }
                } else {
                    Stroke {
                        from: (x, corners[1]),
                        to: (x, corners[3]),
                    }
                });
            } else if thin && matches!(path.operations.as_slice(), [PathOperation::Rectangle(..)]) {
                let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
                raw.strokes.push(if area.width >= area.height {
                    Stroke {
                        from: (corners[0], y),
                        to: (corners[2], y),
                    }
                } else {
                    Stroke {
                        from: (x, corners[1]),
                        to: (x, corners[3]),
                    }
                });
            } else if path.has_stroke() || !white {
                push_sides(&path.operations, &mut raw.strokes);
            }
        }
    }

    fn read_annotations(&self, index: usize, raw: &mut RawPage) {
        let Ok(annotations) = self.document.get_annotations(index) else {
            return;
        };
        for annotation in annotations.iter().take(2_000) {
            let Some(rect) = annotation.rect else {
                continue;
            };
            if annotation.flags.is_hidden() || annotation.flags.is_invisible() {
                continue;
            }
            let corners = rect.map(|value| value as f32);
            match annotation.subtype_enum {
                AnnotationSubtype::Widget => {
                    let button = matches!(
                        annotation.field_type,
                        Some(
                            WidgetFieldType::Button
                                | WidgetFieldType::Checkbox { .. }
                                | WidgetFieldType::Radio { .. }
                                | WidgetFieldType::Signature
                        )
                    );
                    if let Some(value) = &annotation.field_value
                        && !button
                        && !value.trim().is_empty()
                    {
                        raw.fields.push((corners, value.clone()));
                    }
                }
                AnnotationSubtype::Text | AnnotationSubtype::FreeText => {
                    if let Some(text) = &annotation.contents
                        && !text.trim().is_empty()
                    {
                        raw.notes
                            .push((corners, text.replace("\r\n", "\n").replace('\r', "\n")));
                    }
                }
                _ => {}
            }
        }
    }

    /// Share of the page that pictures cover, 0 to 1.
    pub(super) fn picture_share(&self, index: usize, view: Corners) -> f32 {
        let page = ((view[2] - view[0]) * (view[3] - view[1])).max(1.0);
        guarded(|| {
            let Ok(handles) = self.document.page_image_handles(index) else {
                return 0.0;
            };
            let covered: f32 = handles
                .iter()
                .map(|handle| {
                    let area = handle.bbox;
                    let width = (area.x + area.width).min(view[2]) - area.x.max(view[0]);
                    let height = (area.y + area.height).min(view[3]) - area.y.max(view[1]);
                    width.max(0.0) * height.max(0.0)
                })
                .sum();
            (covered / page).clamp(0.0, 1.0)
        })
        .unwrap_or(0.0)
    }

    /// Boxes of the pictures of a page in its own space.
    pub(super) fn pictures(&self, index: usize) -> Vec<Corners> {
        guarded(|| {
            let handles = self.document.page_image_handles(index).unwrap_or_default();
            handles
                .iter()
                .map(|handle| {
                    let area = handle.bbox;
                    [area.x, area.y, area.x + area.width, area.y + area.height]
                })
                .collect()
        })
        .unwrap_or_default()
    }
}

/// Adds the straight sides of a path.
fn push_sides(operations: &[PathOperation], strokes: &mut Vec<Stroke>) {
    let (mut start, mut at) = ((0.0, 0.0), (0.0, 0.0));
    for operation in operations.iter().take(500) {
        match *operation {
            PathOperation::MoveTo(x, y) => {
                start = (x, y);
                at = start;
            }
            PathOperation::LineTo(x, y) => {
                strokes.push(Stroke {
                    from: at,
                    to: (x, y),
                });
                at = (x, y);
            }
            PathOperation::CurveTo(_, _, _, _, x, y) => at = (x, y),
            PathOperation::Rectangle(x, y, width, height) => {
                let corners = [
                    (x, y),
                    (x + width, y),
                    (x + width, y + height),
                    (x, y + height),
                ];
                for side in 0..4 {
                    strokes.push(Stroke {
                        from: corners[side],
                        to: corners[(side + 1) % 4],
                    });
                }
            }
            PathOperation::ClosePath => {
                strokes.push(Stroke {
                    from: at,
                    to: start,
                });
                at = start;
            }
        }
    }
}

fn encrypted() -> WireError {
    WireError::new(
        ErrorCode::EncryptedPdf,
        "the PDF is protected by a password",
    )
    .with_hint(
        "open it with its password in a PDF reader, save a copy without the password and add that",
    )
}
