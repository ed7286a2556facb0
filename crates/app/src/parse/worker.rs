//! The worker's side: one file after the other, within limits, until the host closes the pipe.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use deskmate_core::{CancelToken, Citation, Document, ErrorCode, ReadLimits, WireError};
use deskmate_llm::frame::{FrameError, read_frame, write_frame};
use deskmate_sheets::{Correction, Tables, Workbook};

use super::{MAX_FILE_BYTES, ParseReply, ParseRequest, ParseTask, edit};

/// Private memory that a worker may have. A reader that asks for more dies, and its file with it.
const MAX_MEMORY_BYTES: u64 = 512 << 20;

/// Readers of nested formats recurse; the depth limits of `ReadLimits` fit well into this.
const STACK_BYTES: usize = 32 << 20;

/// Bytes of a part of what is too long for one frame.
const PART_BYTES: usize = 1 << 20;

/// Bytes of a part of a document: the host holds a few of them at once for each reader.
const DOCUMENT_PART_BYTES: usize = 128 << 10;

/// Sets the limit of memory for this process; to be called while it may still do so.
pub(crate) fn limit_memory() -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    rlimit::setrlimit(rlimit::Resource::DATA, MAX_MEMORY_BYTES, MAX_MEMORY_BYTES)?;
    Ok(())
}

/// Reads files from the host until it closes the pipe.
pub(crate) fn serve(input: impl Read + Send, output: impl Write + Send) -> std::io::Result<()> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new()
            .name("parse".into())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || work(input, output))?;
        reader
            .join()
            .unwrap_or_else(|_| Err(std::io::Error::other("the parse thread panicked")))
    })
}

fn work(mut input: impl Read, mut output: impl Write) -> std::io::Result<()> {
    let mut books: Vec<Workbook> = Vec::new();
    let mut kept: Arc<[u8]> = Arc::default();
    while let Ok(Some(request)) = read_frame::<ParseRequest>(&mut input) {
        let reply = match request.task {
            ParseTask::Document => {
                let bytes = read_blocks(&mut input)?;
                let mut document = Document::default();
                let reply = guarded(|| parse(&request.extension, &bytes, &mut document));
                // The bytes are no longer needed when the parts are made.
                drop(bytes);
                if matches!(reply, ParseReply::Parsed { .. }) {
                    write_document(&mut output, &reply, document)?
                } else {
                    reply
                }
            }
            ParseTask::InspectOfficial => {
                let bytes = read_blocks(&mut input)?;
                guarded(|| inspect_official(&bytes))
            }
            ParseTask::Manuscript { citations } => {
                let bytes = read_blocks(&mut input)?;
                guarded(|| manuscript(&request.extension, &bytes, &citations))
            }
            ParseTask::KeepCells { path } => {
                let bytes = read_blocks(&mut input)?;
                guarded(|| match cells(&path, &request.extension, &bytes) {
                    Ok(book) => {
                        books.push(book);
                        ParseReply::Kept
                    }
                    Err(error) => ParseReply::Failed(error),
                })
            }
            ParseTask::MakeTables { corrections } => {
                let books = std::mem::take(&mut books);
                let mut made = Vec::new();
                let reply = guarded(|| match tables(books, &corrections) {
                    Ok(bytes) => {
                        made = bytes;
                        ParseReply::Written
                    }
                    Err(error) => ParseReply::Failed(error),
                });
                write_parts(&mut output, &made)?;
                reply
            }
            ParseTask::KeepBytes => {
                kept = read_blocks(&mut input)?.into();
                ParseReply::Kept
            }
            ParseTask::Edit(task) => {
                let mut made = Vec::new();
                let reply = guarded(|| match edit::work(task, &kept) {
                    Ok((reply, bytes)) => {
                        made = bytes;
                        ParseReply::Edited(Box::new(reply))
                    }
                    Err(error) => ParseReply::Failed(error),
                });
                write_parts(&mut output, &made)?;
                reply
            }
        };
        if write_frame(&mut output, &reply).is_err() {
            write_frame(&mut output, &too_large()).map_err(std::io::Error::other)?;
        }
    }
    Ok(())
}

/// A document in parts: what is known of it as a whole, then its blocks; gives what ends them.
fn write_document(
    output: &mut impl Write,
    head: &ParseReply,
    mut document: Document,
) -> std::io::Result<ParseReply> {
    if write_frame(output, head).is_err() {
        return Ok(too_large());
    }
    for part in document.take_parts(DOCUMENT_PART_BYTES) {
        match write_frame(output, &ParseReply::Blocks(part)) {
            Ok(()) => {}
            // A cell of that size; nothing of it was written.
            Err(FrameError::TooLarge { .. }) => return Ok(too_large()),
            Err(error) => return Err(std::io::Error::other(error)),
        }
    }
    Ok(ParseReply::Written)
}

fn too_large() -> ParseReply {
    ParseReply::Failed(WireError::new(
        ErrorCode::FileTooLarge,
        "its content is too large to be handed over",
    ))
}

/// Bytes that are too many for one frame.
fn write_parts(output: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    for part in bytes.chunks(PART_BYTES) {
        let base64 = BASE64.encode(part);
        write_frame(output, &ParseReply::Part { base64 }).map_err(std::io::Error::other)?;
    }
    Ok(())
}

/// The bytes of a SQLite file with all tables of these workbooks.
fn tables(books: Vec<Workbook>, corrections: &[Correction]) -> Result<Vec<u8>, WireError> {
    // The host kills a worker that it no longer waits for; nobody else sets a token here.
    let tables = Tables::understand_with(&books, corrections, &CancelToken::new())?;
    drop(books);
    Ok(tables.to_bytes()?)
}

/// What the checker of official documents finds, and a corrected copy.
fn inspect_official(bytes: &[u8]) -> ParseReply {
    match deskmate_formats::fix_official(bytes, &ReadLimits::default()) {
        Ok(found) => ParseReply::Inspected(Box::new(found)),
        Err(error) => ParseReply::Failed(error),
    }
}

/// Something to go on writing.
fn manuscript(extension: &str, bytes: &[u8], citations: &[Citation]) -> ParseReply {
    let limits = ReadLimits::default();
    match deskmate_formats::read_manuscript(bytes, extension, citations, &limits) {
        Ok(read) => ParseReply::Manuscript(Box::new(read)),
        Err(error) => ParseReply::Failed(error),
    }
}

/// Reads a document; its blocks go into `document`, all else into the reply.
fn parse(extension: &str, bytes: &[u8], document: &mut Document) -> ParseReply {
    match deskmate_formats::read(bytes, extension, &ReadLimits::default()) {
        Ok((format, mut parsed)) => {
            document.blocks = std::mem::take(&mut parsed.document.blocks);
            ParseReply::Parsed {
                format: format.to_string(),
                parsed: Box::new(parsed),
            }
        }
        Err(error) => ParseReply::Failed(error),
    }
}

/// The cells of a workbook; of any other file those of the tables in it.
fn cells(path: &str, extension: &str, bytes: &[u8]) -> Result<Workbook, WireError> {
    if Workbook::is_readable(bytes) {
        match Workbook::read(path, bytes) {
            Ok(book) => return Ok(book),
            // The reader of documents repairs more, and tells a Word file from a workbook.
            Err(deskmate_sheets::Error::DamagedWorkbook(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let (_, parsed) = deskmate_formats::read(bytes, extension, &ReadLimits::default())?;
    Ok(Workbook::from_document(path, &parsed))
}

fn guarded(work: impl FnOnce() -> ParseReply) -> ParseReply {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        ParseReply::Failed(
            WireError::new(
                ErrorCode::DamagedFile,
                "its content could not be understood",
            )
            .with_hint("open it in the program it comes from, save it again and add it again"),
        )
    })
}

fn read_blocks(input: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut length = [0_u8; 4];
        input.read_exact(&mut length)?;
        let length = u64::from(u32::from_le_bytes(length));
        if length == 0 {
            return Ok(bytes);
        }
        if bytes.len() as u64 + length > MAX_FILE_BYTES {
            return Err(std::io::Error::other("the file exceeds the limit"));
        }
        input.by_ref().take(length).read_to_end(&mut bytes)?;
    }
}
