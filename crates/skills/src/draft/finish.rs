//! A written section as it stands in the draft: sentences joined to paragraphs, with their markers and marks.

use deskmate_core::{Citation, StoredChunk};
use deskmate_knowledge::{Language, Support};

use super::section::Writing;
use super::value::DraftSection;

/// A written section as it stands in the draft.
pub(super) fn finish(
    section: &DraftSection,
    writing: &Writing,
    language: Language,
    citations: &mut Vec<Citation>,
) -> DraftSection {
    let mut out = DraftSection {
        paragraphs: Vec::new(),
        unverified: Vec::new(),
        is_gap: writing.is_gap,
        ..section.clone()
    };
    if writing.is_gap {
        let points = section.points.join(match language {
            Language::Chinese => "；",
            Language::English => "; ",
        });
        out.paragraphs.push(match language {
            Language::Chinese => format!("〔此处待补充：{points}〕"),
            Language::English => format!("[To be written: {points}]"),
        });
        return out;
    }
    let mut last = None;
    for sentence in &writing.sentences {
        let mut text = sentence.text.clone();
        if !sentence.unverified.is_empty() {
            text.push_str(match language {
                Language::Chinese => "〔数字待核实〕",
                Language::English => " [figures to be checked]",
            });
            out.unverified.extend(sentence.unverified.iter().cloned());
        }
        if let Some(support) = &sentence.support {
            text.push_str(&format!(
                "[{}]",
                marker(support, &writing.chunks, citations)
            ));
        }
        match out.paragraphs.last_mut() {
            Some(paragraph) if last == Some(sentence.paragraph) => {
                if language == Language::English {
                    paragraph.push(' ');
                }
                paragraph.push_str(&text);
            }
            Some(_) | None => out.paragraphs.push(text),
        }
        last = Some(sentence.paragraph);
    }
    out
}

/// The marker of a place: that of the same place before, else the next one.
fn marker(support: &Support, chunks: &[StoredChunk], citations: &mut Vec<Citation>) -> u32 {
    let path = &chunks[support.passage].path;
    let same = |known: &&Citation| known.path == *path && known.quote == support.quote;
    if let Some(known) = citations.iter().find(same) {
        return known.marker;
    }
    let marker = citations.iter().map(|one| one.marker).max().unwrap_or(0) + 1;
    citations.push(Citation {
        marker,
        path: path.clone(),
        anchor: support.anchor.clone(),
        quote: support.quote.clone(),
    });
    marker
}
