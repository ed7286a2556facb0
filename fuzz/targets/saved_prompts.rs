//! Any bytes as a saved prompt: the state whose checksum fits, or an error, before llama.cpp sees it.
#![no_main]

use deskmate_llm::saved;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut input = bytes;
    let _ = saved::read_head(&mut input);
    if let Ok((head, state)) = saved::open(bytes) {
        assert_eq!(head.state_bytes, state.len() as u64);
    }
});
