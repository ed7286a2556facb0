//! Decks to `.pptx`: native text in placeholders, tables, charts with their data, notes, on our theme or the user's own.
//!
//! Here: measuring, dividing and writing. Not here: what a deck says. Our own writer, because no kept crate fills the
//! placeholders of a foreign template; entry: [`write_pptx`].

mod base;
mod builtin;
mod chart;
mod choose;
mod fit;
mod metrics;
mod page;
mod parts;
mod presentation;
mod slide;
mod style;
mod table;
mod workbook;

use deskmate_core::{Citation, Deck, ErrorCode, ReadWarning, Slide, WireError};

use crate::xml::Tree;
use base::Base;
use page::{Element, Page, Words, pages_of};
use parts::{Parts, Relation, escape};
use slide::Frame;

const TYPE: &str = "application/vnd.openxmlformats-officedocument";
const MAIN_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";
/// More slides than this are no deck; a deck beyond is refused instead of eating the disk.
const MAX_SLIDES: usize = 2_000;

/// How a deck is written.
#[derive(Debug, Clone, Default)]
pub struct DeckOptions<'a> {
    /// A `.pptx` or `.potx` whose master, layouts and theme are used; its slides are left out.
    pub template: Option<&'a [u8]>,
    /// Time of making as `2026-11-24T08:00:00Z`, for the file's properties; absent when not known.
    pub created: Option<String>,
}

/// A written deck.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenDeck {
    /// The file.
    pub bytes: Vec<u8>,
    /// Slides in it; more than the deck has when some were divided.
    pub slides: usize,
    /// Layouts that the template lacks, texts that were cut (and stand whole in the notes).
    pub warnings: Vec<ReadWarning>,
}

/// Writes a deck as a PowerPoint file.
///
/// Every text is measured by built-in tables of widths, the same on each machine: what is too much is set smaller down
/// to 14 pt, then goes on on another slide; a single text that no slide can hold is cut and stands whole in the notes.
///
/// # Errors
/// `InvalidInput` for a deck without slides or a template that is none; `DamagedFile`, `EncryptedFile`, `ArchiveBomb`
/// for a template that cannot be read.
pub fn write_pptx(deck: &Deck, options: &DeckOptions<'_>) -> Result<WrittenDeck, WireError> {
    if deck.slides.is_empty() || deck.slides.len() > MAX_SLIDES {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("a deck of {} slides cannot be written", deck.slides.len()),
        ));
    }
    let parts = match options.template {
        Some(bytes) => Parts::open(bytes)?,
        None => builtin::parts(),
    };
    let mut base = Base::read(parts)?;
    let mut warnings = Vec::new();
    let is_chinese = deck.language.starts_with("zh");
    let words = Words {
        continued: if is_chinese { "（{n}）" } else { " ({n})" },
    };
    let mut written: Vec<(Page, &Slide, bool)> = Vec::new();
    let mut missing = 0;
    for slide in &deck.slides {
        let (pages, is_wanted) = pages_of(&base, slide, words);
        missing += usize::from(!is_wanted);
        for (index, page) in pages.into_iter().enumerate() {
            written.push((page, slide, index == 0));
        }
    }
    if missing > 0 {
        warnings.push(ReadWarning::new(
            ErrorCode::Omitted,
            format!("the template has no layout of the usual kind for {missing} slides; the nearest was used"),
        ));
    }
    let cut = written
        .iter()
        .filter(|(page, ..)| !page.cut.is_empty())
        .count();
    if cut > 0 {
        warnings.push(ReadWarning::new(
            ErrorCode::Omitted,
            format!("{cut} slides show a text cut to fit; it stands whole in their notes"),
        ));
    }
    let slides = written.len();
    let bytes = assemble(&mut base, deck, &written, options)?;
    Ok(WrittenDeck {
        bytes,
        slides,
        warnings,
    })
}

/// Checks that a file can be the template of a deck.
///
/// # Errors
/// Those of [`write_pptx`] for a template.
pub fn check_template(bytes: &[u8]) -> Result<(), WireError> {
    Base::read(Parts::open(bytes)?).map(drop)
}

fn assemble(
    base: &mut Base,
    deck: &Deck,
    written: &[(Page, &Slide, bool)],
    options: &DeckOptions<'_>,
) -> Result<Vec<u8>, WireError> {
    let language = if deck.language.is_empty() {
        "zh-CN"
    } else {
        deck.language.as_str()
    };
    let main = base.presentation.clone();
    let mut relations: Vec<Relation> = base
        .parts
        .relations(&main)
        .into_iter()
        // What tells of the template's own slides goes with them.
        .filter(|relation| {
            !matches!(
                relation.short(),
                "slide" | "viewProps" | "commentAuthors" | "authors" | "tags" | "printerSettings"
            )
        })
        .collect();
    if !relations.iter().any(|one| one.short() == "tableStyles") {
        // LibreOffice saves none, and then shows tables bare: black figures on a dark master.
        builtin::put_table_styles(&mut base.parts);
        let id = free_id(&relations);
        relations.push(Relation::new(&id, "tableStyles", "/ppt/tableStyles.xml"));
    }
    base.parts.put_relations(&main, &relations);
    // Chosen before parts are added: the names of parts that only old slides reach become free.
    base.parts.put_relations("", &root_relations(base));
    base.parts.remove_unreachable();
    let notes_master = notes_master(base, &main, &mut relations, written);
    let mut slide_ids = Vec::new();
    for (index, (page, slide, is_first)) in written.iter().enumerate() {
        let part = format!("ppt/slides/slide{}.xml", index + 1);
        let layout = base.layouts[page.layout].clone();
        let mut own = vec![Relation::new(
            "rId1",
            "slideLayout",
            &absolute(&layout.part),
        )];
        for element in &page.elements {
            if let Element::Chart { chart, .. } = element {
                let name = add_chart(base, chart, language)?;
                own.push(Relation::new("rId2", "chart", &absolute(&name)));
            }
        }
        let notes = notes_text(deck, slide, page, *is_first);
        if let Some((master, body_index)) = notes_master.as_ref().filter(|_| !notes.is_empty()) {
            let name = format!("ppt/notesSlides/notesSlide{}.xml", index + 1);
            let kind = format!("{TYPE}.presentationml.notesSlide+xml");
            base.parts
                .put(&name, &kind, slide::notes_xml(&notes, body_index, language));
            base.parts.put_relations(
                &name,
                &[
                    Relation::new("rId1", "notesMaster", &absolute(master)),
                    Relation::new("rId2", "slide", &absolute(&part)),
                ],
            );
            own.push(Relation::new("rId3", "notesSlide", &absolute(&name)));
        }
        let holder = |kind: &str| layout.holders.iter().find(|holder| holder.kind == kind);
        let footer = footer_text(deck, slide);
        let xml = slide::slide_xml(
            page,
            &Frame {
                footer: holder("ftr").map(|holder| (holder, footer.as_str())),
                number: holder("sldNum").map(|holder| (holder, index + 1)),
                language,
                chart_relation: "rId2",
            },
        );
        base.parts
            .put(&part, &format!("{TYPE}.presentationml.slide+xml"), xml);
        base.parts.put_relations(&part, &own);
        let id = free_id(&relations);
        relations.push(Relation::new(&id, "slide", &absolute(&part)));
        slide_ids.push(id);
    }
    let text = base.parts.text(&main).unwrap_or_default();
    let notes_id = relations
        .iter()
        .find(|relation| relation.short() == "notesMaster")
        .map(|relation| relation.id.clone());
    let xml = presentation::with_slides(&text, &slide_ids, notes_id.as_deref())?;
    base.parts.put(&main, MAIN_TYPE, xml);
    base.parts.put_relations(&main, &relations);
    put_properties(base, deck, options, written.len());
    std::mem::take(&mut base.parts).into_bytes()
}

/// Targets that do not depend on the folder of the part that points to them.
fn absolute(part: &str) -> String {
    format!("/{part}")
}

fn free_id(relations: &[Relation]) -> String {
    (1..)
        .map(|number| format!("rId{number}"))
        .find(|id| !relations.iter().any(|relation| relation.id == *id))
        .unwrap_or_default()
}

/// The package's own relations: the presentation and the properties that are written anew.
fn root_relations(base: &Base) -> Vec<Relation> {
    let package = "http://schemas.openxmlformats.org/package/2006/relationships/metadata";
    let mut relations = vec![
        Relation::new("rId1", "officeDocument", &base.presentation),
        Relation {
            kind: format!("{package}/core-properties"),
            ..Relation::new("rId2", "", "docProps/core.xml")
        },
        Relation::new("rId3", "extended-properties", "docProps/app.xml"),
    ];
    // Labels of the user's organisation stay.
    let kept = base.parts.relations("").into_iter();
    for (index, relation) in kept
        .filter(|r| r.short() == "custom-properties")
        .enumerate()
    {
        relations.push(Relation {
            id: format!("rId{}", index + 4),
            ..relation
        });
    }
    relations
}

fn put_properties(base: &mut Base, deck: &Deck, options: &DeckOptions<'_>, slides: usize) {
    let created = options
        .created
        .as_ref()
        .map(|time| {
            let time = escape(time);
            format!(r#"<dcterms:created xsi:type="dcterms:W3CDTF">{time}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">{time}</dcterms:modified>"#)
        })
        .unwrap_or_default();
    base.parts.put(
        "docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        format!(
            r#"{}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{}</dc:title>{created}</cp:coreProperties>"#,
            builtin::XML,
            escape(&deck.title)
        ),
    );
    base.parts.put(
        "docProps/app.xml",
        &format!("{TYPE}.extended-properties+xml"),
        format!(
            r#"{}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Deskmate</Application><Slides>{slides}</Slides></Properties>"#,
            builtin::XML
        ),
    );
}

/// The notes master and the index of its text, added where the base has none and some slide needs it.
fn notes_master(
    base: &mut Base,
    main: &str,
    relations: &mut Vec<Relation>,
    written: &[(Page, &Slide, bool)],
) -> Option<(String, String)> {
    let is_needed = written.iter().any(|(page, slide, _)| {
        !slide.notes.is_empty() || !slide.markers.is_empty() || !page.cut.is_empty()
    });
    if !is_needed {
        return None;
    }
    if let Some(master) = base
        .parts
        .related(main, "notesMaster")
        .filter(|part| base.parts.contains(part))
    {
        let index = body_index(&base.parts, &master).unwrap_or_else(|| "1".to_string());
        return Some((master, index));
    }
    let master = builtin::add_notes_master(&mut base.parts);
    relations.push(Relation::new(
        &free_id(relations),
        "notesMaster",
        &absolute(&master),
    ));
    let index = body_index(&base.parts, &master).unwrap_or_else(|| "1".to_string());
    Some((master, index))
}

fn body_index(parts: &Parts, master: &str) -> Option<String> {
    let text = parts.text(master)?;
    let tree = Tree::parse(&text, master, 200).ok()?;
    let found = tree
        .root()
        .descendants()
        .find(|element| element.is("ph") && element.attribute("type").as_deref() == Some("body"))?;
    found.attribute("idx").map(|index| index.into_owned())
}

fn add_chart(
    base: &mut Base,
    chart: &deskmate_core::Chart,
    language: &str,
) -> Result<String, WireError> {
    let name = base.parts.free_name("ppt/charts/chart", "xml");
    let book = base
        .parts
        .free_name("ppt/embeddings/Microsoft_Excel_Sheet", "xlsx");
    base.parts
        .put_default("xlsx", &format!("{TYPE}.spreadsheetml.sheet"));
    base.parts.put(&book, "", workbook::workbook(chart)?);
    let kind = format!("{TYPE}.drawingml.chart+xml");
    base.parts
        .put(&name, &kind, chart::chart_xml(chart, language));
    base.parts
        .put_relations(&name, &[Relation::new("rId1", "package", &absolute(&book))]);
    Ok(name)
}

fn cited<'d>(deck: &'d Deck, slide: &Slide) -> Vec<&'d Citation> {
    deck.citations
        .iter()
        .filter(|citation| slide.markers.contains(&citation.marker))
        .collect()
}

/// A place in words, e.g. `第3页 · 惯性与质量`.
fn place_text(citation: &Citation, is_chinese: bool) -> String {
    let anchor = &citation.anchor;
    let page = anchor.page.map(|page| {
        if is_chinese {
            format!("第{page}页")
        } else {
            format!("p. {page}")
        }
    });
    let slide = anchor.slide.map(|slide| {
        if is_chinese {
            format!("第{slide}张幻灯片")
        } else {
            format!("slide {slide}")
        }
    });
    let sheet = anchor.sheet.clone();
    let heading = anchor.heading.last().cloned();
    let parts: Vec<String> = [page, slide, sheet, heading]
        .into_iter()
        .flatten()
        .collect();
    parts.join(" · ")
}

fn file_name(citation: &Citation) -> String {
    let name = citation.path.file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The source line at the foot of a slide: each file once, with its places.
fn footer_text(deck: &Deck, slide: &Slide) -> String {
    let is_chinese = deck.language.starts_with("zh");
    let mut files: Vec<(String, Vec<String>)> = Vec::new();
    for citation in cited(deck, slide) {
        let name = file_name(citation);
        let place = place_text(citation, is_chinese);
        match files.iter_mut().find(|(known, _)| *known == name) {
            Some((_, places)) if places.contains(&place) => {}
            Some((_, places)) => places.push(place),
            None => files.push((name, vec![place])),
        }
    }
    if files.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = files
        .into_iter()
        .map(|(name, places)| {
            let places: Vec<String> = places
                .into_iter()
                .filter(|place| !place.is_empty())
                .collect();
            if places.is_empty() {
                name
            } else if is_chinese {
                format!("《{name}》{}", places.join("、"))
            } else {
                format!("{name}, {}", places.join("; "))
            }
        })
        .collect();
    if is_chinese {
        format!("来源：{}", parts.join("；"))
    } else {
        format!("Source: {}", parts.join("; "))
    }
}

/// What the speaker sees: the notes, texts that the slide shows cut, and the places with their words.
fn notes_text(deck: &Deck, slide: &Slide, page: &Page, is_first: bool) -> String {
    let is_chinese = deck.language.starts_with("zh");
    let mut lines: Vec<String> = Vec::new();
    if is_first && !slide.notes.is_empty() {
        lines.push(slide.notes.clone());
    }
    lines.extend(page.cut.iter().cloned());
    if is_first {
        for citation in cited(deck, slide) {
            let place = place_text(citation, is_chinese);
            let quote = citation.quote.replace('\n', " ");
            lines.push(if is_chinese {
                format!(
                    "[{}] 《{}》{place}：“{quote}”",
                    citation.marker,
                    file_name(citation)
                )
            } else {
                format!(
                    "[{}] {}, {place}: “{quote}”",
                    citation.marker,
                    file_name(citation)
                )
            });
        }
    }
    lines.join("\n")
}
