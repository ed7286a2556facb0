//! The worker's side: one file after the other, within limits, until the host closes the pipe.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use deskmate_core::{ErrorCode, ReadLimits, WireError};
use deskmate_llm::frame::{read_frame, write_frame};

use super::{MAX_FILE_BYTES, ParseReply, ParseRequest};

/// Private memory that a worker may have. A reader that asks for more dies, and its file with it.
const MAX_MEMORY_BYTES: u64 = 512 << 20;

/// Readers of nested formats recurse; the depth limits of `ReadLimits` fit well into this.
const STACK_BYTES: usize = 32 << 20;

/// Reads files from the host until it closes the pipe.
pub(crate) fn serve(input: impl Read + Send, output: impl Write + Send) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    rlimit::setrlimit(rlimit::Resource::DATA, MAX_MEMORY_BYTES, MAX_MEMORY_BYTES)?;
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
    while let Ok(Some(request)) = read_frame::<ParseRequest>(&mut input) {
        let bytes = read_blocks(&mut input)?;
        let reply = parse(&request, &bytes);
        drop(bytes);
        if write_frame(&mut output, &reply).is_err() {
            let error = WireError::new(
                ErrorCode::FileTooLarge,
                "its content is too large to be handed over",
            );
            write_frame(&mut output, &ParseReply::Failed(error)).map_err(std::io::Error::other)?;
        }
    }
    Ok(())
}

fn parse(request: &ParseRequest, bytes: &[u8]) -> ParseReply {
    match catch_unwind(AssertUnwindSafe(|| reply(request, bytes))) {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) => ParseReply::Failed(error),
        Err(_) => ParseReply::Failed(
            WireError::new(
                ErrorCode::DamagedFile,
                "its content could not be understood",
            )
            .with_hint("open it in the program it comes from, save it again and add it again"),
        ),
    }
}

fn reply(request: &ParseRequest, bytes: &[u8]) -> Result<ParseReply, WireError> {
    let limits = ReadLimits::default();
    if request.inspect_official {
        let found = deskmate_formats::fix_official(bytes, &limits)?;
        return Ok(ParseReply::Inspected(Box::new(found)));
    }
    let (format, parsed) = deskmate_formats::read(bytes, &request.extension, &limits)?;
    Ok(ParseReply::Parsed {
        format: format.to_string(),
        parsed: Box::new(parsed),
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
