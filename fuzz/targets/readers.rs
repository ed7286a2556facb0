//! Any bytes under any name that the readers of text take: a document or a reason.
#![no_main]

use deskmate_core::ReadLimits;
use libfuzzer_sys::fuzz_target;

const EXTENSIONS: [&str; 7] = ["txt", "csv", "tsv", "md", "html", "rtf", "eml"];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    // Archives and PDFs are other people's readers behind ours, and the process around them is their limit.
    if rest.starts_with(b"PK")
        || rest.starts_with(b"%PDF")
        || rest.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
    {
        return;
    }
    let extension = EXTENSIONS[usize::from(*first) % EXTENSIONS.len()];
    let _ = deskmate_formats::read(rest, extension, &ReadLimits::default());
});
