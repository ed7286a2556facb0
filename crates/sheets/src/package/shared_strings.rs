//! The shared strings of a workbook, formatting left out.

use std::io::BufRead;

use deskmate_core::WireError;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::xml::{damaged, refuse_doctype, resolve_reference};

/// Reads the shared strings in order; phonetic readings are not part of a text.
///
/// # Errors
/// `DamagedFile` when the part is not well-formed.
pub(crate) fn read_shared_strings(input: impl BufRead) -> Result<Vec<String>, WireError> {
    const PART: &str = "sharedStrings.xml";
    let mut reader = Reader::from_reader(input);
    let mut buffer = Vec::new();
    let mut strings = Vec::new();
    let (mut current, mut in_text, mut phonetic) = (String::new(), false, 0_usize);
    loop {
        buffer.clear();
        match reader
            .read_event_into(&mut buffer)
            .map_err(|cause| damaged(PART, cause))?
        {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "si" => current.clear(),
                "t" => in_text = phonetic == 0,
                "rPh" => phonetic += 1,
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => strings.push(String::new()),
            Event::Empty(_) => {}
            Event::End(tag) => match tag.local_name().as_ref() {
                "si" => strings.push(std::mem::take(&mut current)),
                "t" => in_text = false,
                "rPh" => phonetic = phonetic.saturating_sub(1),
                _ => {}
            },
            Event::Text(text) if in_text => current.push_str(&text),
            Event::CData(text) if in_text => current.push_str(&text),
            Event::GeneralRef(name) if in_text => current.push_str(&resolve_reference(&name)),
            Event::DocType(_) => return Err(refuse_doctype(PART)),
            Event::Eof => return Ok(strings),
            Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_) => {}
        }
    }
}
