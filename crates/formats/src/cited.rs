//! The source behind a citation, as written documents name it.

use deskmate_core::Citation;

/// The source behind a citation in one line.
pub(crate) fn source_line(citation: &Citation) -> String {
    let name = citation
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let anchor = &citation.anchor;
    let place: Vec<String> = [
        anchor.page.map(|page| format!("p. {page}")),
        anchor.slide.map(|slide| format!("slide {slide}")),
        anchor.sheet.clone(),
        anchor.range.clone(),
        anchor.heading.last().map(|heading| format!("§ {heading}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let place = if place.is_empty() {
        String::new()
    } else {
        format!(", {}", place.join(", "))
    };
    let quote = citation.quote.replace('\n', " ");
    format!("{name}{place}: “{quote}”")
}
