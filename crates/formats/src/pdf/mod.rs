//! PDF: text with page anchors.
//!
//! Here: pages to headings, paragraphs, lists and tables in reading order. Not here: recognising pictures of text;
//! a page without a text layer is reported and left to the reader of pictures.

mod blocks;
mod content;
mod fonts;
mod frame;
mod furniture;
mod grid;
mod guards;
mod legacy_bytes;
mod lines;
mod lists;
mod page;
mod paragraphs;
mod prepare;
mod regions;
mod runs;
mod source;
mod tables;
mod text;
mod write;

pub use write::{manuscript_pdf, render_pdf};

use std::time::{Duration, Instant};

use deskmate_core::{
    Anchor, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError,
};

use page::{Page, Unread};
use source::Source;

/// Time for the pages of one file; a reader without progress for 20 s is stopped from outside.
const TIME_FOR_PAGES: Duration = Duration::from_secs(14);
/// The library keeps every page of a file in memory after the first 64: of a file with more pages than this,
/// only that many are read.
const MANY_PAGES: usize = 20_000;
const PAGES_OF_MANY: usize = 60;
/// So many unreadable pages in a row mean that the rest is missing.
const MISSING_IN_A_ROW: usize = 40;
/// Fewer characters than this on a page with a picture are a stamp or a page number, not its text.
const FEW_CHARACTERS: usize = 20;
/// Stack of the thread that reads; only what is used of it takes memory.
const STACK_BYTES: usize = 64 << 20;

/// Reader of PDF files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pdf;

impl Format for Pdf {
    fn id(&self) -> &'static str {
        "pdf"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["pdf"]
    }

    fn matches(&self, bytes: &[u8], _extension: &str) -> bool {
        // Readers accept the header anywhere in the first kilobyte.
        let head = &bytes[..bytes.len().min(1024)];
        head.windows(5).any(|window| window == b"%PDF-")
    }

    fn read(&self, bytes: &[u8], _limits: &ReadLimits) -> Result<Parsed, WireError> {
        // The library recurses along what files nest; the guards leave it less than this stack.
        std::thread::scope(|scope| {
            let reader = std::thread::Builder::new()
                .name("pdf".to_owned())
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, || read(bytes));
            match reader.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => Err(unreadable("the PDF reader failed on this file")),
                Err(error) => Err(WireError::new(
                    ErrorCode::of_io(&error),
                    format!("could not start a thread to read the PDF: {error}"),
                )),
            }
        })
    }
}

fn unreadable(message: &str) -> WireError {
    WireError::new(ErrorCode::DamagedFile, message)
        .with_hint("open it in a PDF reader and save or print it to a new PDF")
}

fn read(bytes: &[u8]) -> Result<Parsed, WireError> {
    let source = Source::open(bytes)?;
    let count = source.page_count()?;
    let mut warnings = Vec::new();
    let mut pages = read_pages(&source, count, &mut warnings);
    if pages.is_empty() {
        return Err(unreadable("no page of the PDF can be read"));
    }
    let is_blank = pages.iter().all(|page| page.characters == 0);
    for page in &pages {
        warn(page, is_blank, &mut warnings);
    }
    furniture::remove(&mut pages);
    let laid_out = pages
        .iter()
        .map(|page| (page.number, blocks::lay_out(page)))
        .collect();
    let mut document = Document {
        blocks: blocks::build_blocks(laid_out),
        ..Document::default()
    };
    describe(&source, count, &mut document);
    Ok(Parsed { document, warnings })
}

/// Reads page by page within the time, and says what was left out.
fn read_pages(source: &Source, count: usize, warnings: &mut Vec<ReadWarning>) -> Vec<Page> {
    let start = Instant::now();
    let last = if count > MANY_PAGES {
        PAGES_OF_MANY
    } else {
        count
    };
    let mut pages: Vec<Page> = Vec::new();
    let mut missing = 0_usize;
    let mut next = 0;
    while next < last && missing < MISSING_IN_A_ROW && start.elapsed() < TIME_FOR_PAGES {
        match source.page(next) {
            Some(raw) => {
                warn_missing(next, missing, warnings);
                missing = 0;
                pages.push(prepare::prepare(source, next, raw));
            }
            None => missing += 1,
        }
        next += 1;
    }
    if missing == MISSING_IN_A_ROW {
        warn_missing(count, count - next + missing, warnings);
        return pages;
    }
    warn_missing(next, missing, warnings);
    if next < last {
        warnings.push(ReadWarning::new(
            ErrorCode::Omitted,
            format!(
                "reading took too long: pages {} to {count} were left out",
                next + 1
            ),
        ));
    } else if next < count {
        warnings.push(ReadWarning::new(
            ErrorCode::Omitted,
            format!("the file claims {count} pages: only the first {last} were read"),
        ));
    }
    pages
}

/// Says that `missing` pages before page index `end` could not be read.
fn warn_missing(end: usize, missing: usize, warnings: &mut Vec<ReadWarning>) {
    let first = end + 1 - missing;
    let message = match missing {
        0 => return,
        1 => "the page is broken and was left out".to_owned(),
        _ => format!("pages {first} to {end} are broken or missing"),
    };
    let at = Anchor::page(u32::try_from(first).unwrap_or(u32::MAX));
    warnings.push(ReadWarning::new(ErrorCode::PartlyDamaged, message).at(at));
}

/// Says what a page could not give.
fn warn(page: &Page, document_is_blank: bool, warnings: &mut Vec<ReadWarning>) {
    let mut say = |code: ErrorCode, message: String| {
        warnings.push(ReadWarning::new(code, message).at(Anchor::page(page.number)));
    };
    let few = page.characters < FEW_CHARACTERS && page.picture_share > 0.3;
    let drawn = page.has_marks || page.picture_share > 0.02 || document_is_blank;
    match page.unread {
        Some(Unread::Lost) => say(
            ErrorCode::PartlyDamaged,
            "the content of the page is missing from the file".to_owned(),
        ),
        Some(Unread::TooMuch) => say(
            ErrorCode::Omitted,
            "the page holds too much to be read".to_owned(),
        ),
        None if few || page.characters == 0 && drawn => say(
            ErrorCode::NeedsOcr,
            "the page is a picture without text".to_owned(),
        ),
        None => {}
    }
    // Above 5 % a page is better looked at by another reader or by OCR; below, single symbols are missing.
    if page.unreadable * 20 > page.characters {
        say(
            ErrorCode::PartlyDamaged,
            format!(
                "{} of {} characters have no known meaning",
                page.unreadable, page.characters
            ),
        );
    }
    if page.hidden.characters > 0 {
        say(
            ErrorCode::Omitted,
            "text that cannot be seen on the page was left out".to_owned(),
        );
    }
}

/// Adds title, author and the like.
fn describe(source: &Source, count: usize, document: &mut Document) {
    document.title = source
        .info("Title")
        .filter(|title| !title.starts_with("untitled"));
    document
        .metadata
        .insert("pages".to_owned(), count.to_string());
    for (key, name) in [
        ("Author", "author"),
        ("Subject", "subject"),
        ("Keywords", "keywords"),
    ] {
        if let Some(value) = source
            .info(key)
            .filter(|value| value != "anonymous" && value != "unspecified")
        {
            document.metadata.insert(name.to_owned(), value);
        }
    }
    if let Some(created) = source.info("CreationDate") {
        document
            .metadata
            .insert("created".to_owned(), iso_date(&created));
    }
}

/// `D:20240131120000+08'00'` as `2024-01-31T12:00:00+08:00`; anything else as it is.
fn iso_date(text: &str) -> String {
    let digits: String = text
        .trim_start_matches("D:")
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.len() < 8 {
        return text.to_owned();
    }
    let mut date = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8]);
    if digits.len() >= 14 {
        date.push_str(&format!(
            "T{}:{}:{}",
            &digits[8..10],
            &digits[10..12],
            &digits[12..14]
        ));
        let zone = text
            .trim_start_matches("D:")
            .trim_start_matches(|ch: char| ch.is_ascii_digit());
        let zone: String = zone.trim_end_matches('\'').replace('\'', ":");
        if zone.starts_with(['+', '-']) || zone == "Z" {
            date.push_str(&zone);
        }
    }
    date
}
