//! Any bytes as a model file: a summary or an error, before the native loader sees it.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

fn file() -> &'static PathBuf {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        std::env::temp_dir().join(format!("deskmate-fuzz-{}.gguf", std::process::id()))
    })
}

fuzz_target!(|bytes: &[u8]| {
    if std::fs::write(file(), bytes).is_ok()
        && let Ok(summary) = deskmate_llm::gguf::inspect(file())
    {
        assert!(
            summary.tensor_bytes <= summary.file_bytes,
            "tensors beyond the end of the file"
        );
    }
});
