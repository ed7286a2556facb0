//! The main part of a presentation: its list of slides replaced, everything about old slides taken out.

use std::ops::Range;

use deskmate_core::{ErrorCode, WireError};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::builtin::NAMESPACES;

/// An element directly below the root.
struct Part {
    name: String,
    range: Range<usize>,
}

/// The part with these slides, given by their relation ids; a notes master is added when its relation is given.
///
/// Sections and custom shows name slides that are gone, so they go as well.
///
/// # Errors
/// `DamagedFile` when the part is not well-formed.
pub(super) fn with_slides(
    xml: &str,
    slide_relations: &[String],
    notes_master: Option<&str>,
) -> Result<String, WireError> {
    let parts = top_level(xml)?;
    let first_free = 256;
    let slides: String = slide_relations
        .iter()
        .enumerate()
        .map(|(index, relation)| {
            format!(
                r#"<p:sldId id="{}" r:id="{relation}"/>"#,
                first_free + index
            )
        })
        .collect();
    let list = format!("<p:sldIdLst {}>{slides}</p:sldIdLst>", declared());
    let notes = notes_master
        .filter(|_| !parts.iter().any(|part| part.name == "notesMasterIdLst"))
        .map(|relation| {
            format!(
                r#"<p:notesMasterIdLst {}><p:notesMasterId r:id="{relation}"/></p:notesMasterIdLst>"#,
                declared()
            )
        })
        .unwrap_or_default();
    let mut out = String::with_capacity(xml.len() + list.len());
    let mut at = 0;
    let (mut has_notes, mut has_list) = (false, false);
    for part in &parts {
        out.push_str(&xml[at..part.range.start]);
        at = part.range.end;
        if matches!(part.name.as_str(), "sldIdLst" | "custShowLst" | "extLst") {
            continue;
        }
        // The order of the schema: masters, notes master, handout master, slides, sizes.
        let is_master = part.name == "sldMasterIdLst";
        let is_before_slides = matches!(
            part.name.as_str(),
            "sldMasterIdLst" | "notesMasterIdLst" | "handoutMasterIdLst"
        );
        if !is_master && !has_notes {
            out.push_str(&notes);
            has_notes = true;
        }
        if !is_before_slides && !has_list {
            out.push_str(&list);
            has_list = true;
        }
        out.push_str(&xml[part.range.clone()]);
    }
    if !has_list {
        return Err(damaged("it has no slide size"));
    }
    out.push_str(&xml[at..]);
    Ok(out)
}

/// Prefixes declared on the spot, whatever the part itself calls them.
fn declared() -> &'static str {
    NAMESPACES
}

fn damaged(why: &str) -> WireError {
    let message = format!("the main part of the template cannot be read: {why}");
    WireError::new(ErrorCode::DamagedFile, message)
        .with_hint("save the template again in its program")
}

fn top_level(xml: &str) -> Result<Vec<Part>, WireError> {
    let mut reader = Reader::from_str(xml);
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    let mut name = String::new();
    loop {
        let before = reader.buffer_position() as usize;
        let event = reader
            .read_event()
            .map_err(|error| damaged(&error.to_string()))?;
        let after = reader.buffer_position() as usize;
        match event {
            Event::Start(element) => {
                if depth == 1 {
                    start = before;
                    name = local(element.local_name().as_ref());
                }
                depth += 1;
            }
            Event::Empty(element) => {
                if depth == 1 {
                    parts.push(Part {
                        name: local(element.local_name().as_ref()),
                        range: before..after,
                    });
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 1 {
                    parts.push(Part {
                        name: std::mem::take(&mut name),
                        range: start..after,
                    });
                }
            }
            Event::Eof => return Ok(parts),
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

fn local(name: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(name.as_ref()).into_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn old_slides_sections_and_shows_go_and_the_order_of_the_schema_is_kept() {
        let xml = r#"<x:presentation xmlns:x="p" xmlns:q="r"><x:sldMasterIdLst><x:sldMasterId q:id="a"/></x:sldMasterIdLst><x:sldIdLst><x:sldId id="300" q:id="old"/></x:sldIdLst><x:sldSz cx="1" cy="1"/><x:notesSz cx="1" cy="1"/><x:custShowLst/><x:extLst><x:ext/></x:extLst></x:presentation>"#;
        let out = with_slides(xml, &["rId9".to_string()], Some("rId10")).unwrap();
        assert!(!out.contains("old") && !out.contains("custShow") && !out.contains("extLst"));
        let at = |text: &str| out.find(text).unwrap();
        assert!(at("sldMasterIdLst") < at("notesMasterIdLst"));
        assert!(at("notesMasterIdLst") < at("<p:sldIdLst"));
        assert!(at("<p:sldIdLst") < at("sldSz"));
        assert!(out.contains(r#"r:id="rId9""#) && out.ends_with("</x:presentation>"));
    }
}
