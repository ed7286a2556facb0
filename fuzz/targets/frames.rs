//! Any bytes in a pipe: messages or an error, never more.
#![no_main]

use deskmate_llm::frame::{FrameError, read_frame};
use deskmate_llm::protocol::{Reply, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut input = bytes;
    while let Ok(Some(_)) | Err(FrameError::Malformed(_)) = read_frame::<Request>(&mut input) {}
    let mut input = bytes;
    while let Ok(Some(_)) | Err(FrameError::Malformed(_)) = read_frame::<Reply>(&mut input) {}
});
