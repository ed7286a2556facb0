//! A context of llama.cpp: the only file with `unsafe`.
//!
//! `llama-cpp-2` hides two things of a context that the product needs: the abort callback, without which a running
//! computation cannot be stopped, and `n_outputs_max`, without which 300 MiB are reserved for logits nobody reads. So
//! the context is made here over `llama-cpp-sys-2`; backend, model and vocabulary stay with the safe crate.

#![expect(unsafe_code, reason = "calls into llama.cpp")]

use std::ffi::c_void;
use std::marker::PhantomData;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_sys_2 as sys;

use deskmate_core::CancelToken;

use crate::plan::{KvType, Plan};

/// What a context is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Logits of chosen tokens, several sequences that share what they begin with.
    Chat {
        /// Sequences.
        sequences: u32,
        /// Most tokens of one computation that may ask for logits.
        outputs: u32,
    },
    /// One vector per sequence, up to `sequences` at once.
    Embedding {
        /// Sequences.
        sequences: u32,
        /// Average the tokens although the model does not say how to.
        force_mean: bool,
    },
}

/// Why a computation gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It was cancelled.
    Aborted,
    /// There is no room in the context.
    NoRoom,
    /// Memory ran out.
    OutOfMemory,
    /// The input breaks a rule that would abort the process inside llama.cpp.
    Refused,
    /// Another code of llama.cpp.
    Code(i32),
}

/// One token of a computation over several sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The token.
    pub(crate) token: LlamaToken,
    /// Its place in its sequence, from 0.
    pub(crate) position: usize,
    /// Its sequence.
    pub(crate) sequence: usize,
    /// Its logits are wanted.
    pub(crate) wants_logits: bool,
}

/// A context that borrows its model.
pub(crate) struct Context<'model> {
    raw: NonNull<sys::llama_context>,
    /// Read by the callback while a computation runs; boxed, so that its address stays.
    abort: Box<Mutex<CancelToken>>,
    n_ctx: usize,
    n_batch: usize,
    sequences: usize,
    outputs: usize,
    vocabulary: usize,
    vector_length: usize,
    /// For each token of the last computation, whether it has logits.
    has_logits: Vec<bool>,
    /// Also keeps the context on one thread: a raw pointer is neither `Send` nor `Sync`.
    model: PhantomData<(&'model LlamaModel, *mut ())>,
}

/// The build of llama.cpp, whose states only it reads: the version of `llama-cpp-sys-2`.
pub(crate) const LLAMA_BUILD: &str = "0.1.161";

/// Counts the steps of computations, so that somebody beside them can see that they go on.
static STEPS: AtomicU64 = AtomicU64::new(0);

/// Steps that were computed so far in this process. While it grows, the engine works, however slowly.
pub(crate) fn steps() -> u64 {
    STEPS.load(Ordering::Relaxed)
}

/// Called by llama.cpp between the steps of a computation; true stops it.
unsafe extern "C" fn is_aborted(data: *mut c_void) -> bool {
    STEPS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: `data` is the address of `Context::abort`, which lives as long as the context, and a mutex may be
    // shared between threads.
    let token = unsafe { &*data.cast::<Mutex<CancelToken>>() };
    token
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .is_cancelled()
}

impl<'model> Context<'model> {
    /// Makes a context; `None` when llama.cpp cannot, mostly for want of memory.
    pub(crate) fn new(
        _backend: &LlamaBackend,
        model: &'model LlamaModel,
        plan: &Plan,
        purpose: Purpose,
    ) -> Option<Self> {
        let abort = Box::new(Mutex::new(CancelToken::new()));
        // SAFETY: plain values.
        let mut params = unsafe { sys::llama_context_default_params() };
        params.n_ctx = plan.n_ctx.max(plan.n_batch);
        params.n_batch = plan.n_batch;
        params.n_ubatch = plan.n_ubatch;
        params.n_threads = i32::try_from(plan.n_threads).unwrap_or(1);
        params.n_threads_batch = i32::try_from(plan.n_threads_batch).unwrap_or(1);
        let kv_type = match plan.kv_type {
            KvType::F16 => sys::GGML_TYPE_F16,
            KvType::Q8_0 => sys::GGML_TYPE_Q8_0,
        };
        params.type_k = kv_type;
        params.type_v = kv_type;
        params.no_perf = true;
        params.offload_kqv = plan.gpu_layers > 0;
        params.op_offload = plan.gpu_layers > 0;
        params.abort_callback = Some(is_aborted);
        params.abort_callback_data = std::ptr::from_ref(&*abort).cast_mut().cast();
        let (sequences, mut outputs) = match purpose {
            Purpose::Chat { sequences, outputs } => (sequences, outputs),
            Purpose::Embedding { sequences, .. } => (sequences, 0),
        };
        params.n_seq_max = sequences;
        // One store of keys and values for all: sequences share the cells of what they begin with.
        params.kv_unified = true;
        match purpose {
            Purpose::Chat { .. } => {
                // Below the number of sequences llama.cpp's own buffer is larger anyway.
                outputs = outputs.max(sequences).min(plan.n_batch);
                params.n_outputs_max = outputs;
            }
            Purpose::Embedding { force_mean, .. } => {
                params.n_outputs_max_per_seq = 0;
                params.embeddings = true;
                if force_mean {
                    params.pooling_type = sys::LLAMA_POOLING_TYPE_MEAN;
                }
            }
        }
        // SAFETY: `LlamaModel` is `repr(transparent)` over `Ptr`, that over `NonNull<llama_model>` (llama-cpp-2
        // 0.1.160, model.rs and ptr.rs; the version is pinned), so a reference to it points at that pointer.
        let raw_model = unsafe { *std::ptr::from_ref(model).cast::<*mut sys::llama_model>() };
        // SAFETY: the model outlives the context by the lifetime; contexts of a model are made on one thread only,
        // because the worker owns both on its main thread; the callback's data lives in `abort`.
        let raw = NonNull::new(unsafe { sys::llama_init_from_model(raw_model, params) })?;
        // SAFETY: `raw` is a valid context.
        let (n_ctx, n_batch) = unsafe {
            (
                sys::llama_n_ctx(raw.as_ptr()),
                sys::llama_n_batch(raw.as_ptr()),
            )
        };
        Some(Self {
            raw,
            abort,
            // llama.cpp rounds the window up to a multiple of 256; what was planned is what is promised.
            n_ctx: n_ctx.min(plan.n_ctx) as usize,
            n_batch: n_batch as usize,
            sequences: sequences as usize,
            outputs: outputs as usize,
            vocabulary: usize::try_from(model.n_vocab()).unwrap_or(0),
            vector_length: usize::try_from(model.n_embd_out()).unwrap_or(0),
            has_logits: Vec::new(),
            model: PhantomData,
        })
    }

    /// Tokens that fit into the window.
    pub(crate) fn n_ctx(&self) -> usize {
        self.n_ctx
    }

    /// Most tokens of one computation.
    pub(crate) fn n_batch(&self) -> usize {
        self.n_batch
    }

    /// From now on this token stops computations.
    pub(crate) fn watch(&self, cancel: &CancelToken) {
        *self.abort.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
    }

    /// Continues sequence 0 by `tokens`, at most `n_batch`; afterwards [`Self::logits`] are those after the last one.
    pub(crate) fn decode(&mut self, tokens: &[LlamaToken]) -> Result<(), Fault> {
        self.has_logits.clear();
        if tokens.is_empty() || tokens.len() > self.n_batch || !self.knows(tokens) {
            return Err(Fault::Refused);
        }
        let mut ids: Vec<sys::llama_token> = tokens.iter().map(|token| token.0).collect();
        let count = i32::try_from(ids.len()).map_err(|_| Fault::Refused)?;
        // SAFETY: the batch points into `ids`, which outlives the call; positions and outputs are left to llama.cpp,
        // which continues the sequence and gives logits for the last token.
        let code = unsafe {
            sys::llama_decode(
                self.raw.as_ptr(),
                sys::llama_batch_get_one(ids.as_mut_ptr(), count),
            )
        };
        fault_of(code)?;
        self.has_logits.resize(tokens.len(), false);
        if let Some(last) = self.has_logits.last_mut() {
            *last = true;
        }
        Ok(())
    }

    /// Computes tokens of several sequences at once, at most `n_batch`; [`Self::logits`] then has those asked for.
    pub(crate) fn decode_entries(&mut self, entries: &[Entry]) -> Result<(), Fault> {
        self.has_logits.clear();
        let asked = entries.iter().filter(|entry| entry.wants_logits).count();
        let known = entries.iter().all(|entry| {
            entry.sequence < self.sequences
                && usize::try_from(entry.token.0).is_ok_and(|id| id < self.vocabulary)
        });
        if entries.is_empty() || entries.len() > self.n_batch || asked > self.outputs || !known {
            return Err(Fault::Refused);
        }
        let mut batch = Arrays::with_capacity(entries.len());
        for entry in entries {
            let position = i32::try_from(entry.position).map_err(|_| Fault::Refused)?;
            let sequence = i32::try_from(entry.sequence).map_err(|_| Fault::Refused)?;
            batch.push(entry.token.0, position, sequence, entry.wants_logits);
        }
        batch.decode(self.raw)?;
        self.has_logits
            .extend(entries.iter().map(|entry| entry.wants_logits));
        Ok(())
    }

    /// The logits after a token of the last computation, counted from its first, one per token of the vocabulary;
    /// `None` when they were not asked for.
    pub(crate) fn logits(&self, index: usize) -> Option<&[f32]> {
        if !self.has_logits.get(index).copied().unwrap_or(false) {
            return None;
        }
        let index = i32::try_from(index).ok()?;
        // SAFETY: a computation succeeded in which this token asked for logits; the call waits for the result.
        let data = unsafe { sys::llama_get_logits_ith(self.raw.as_ptr(), index) };
        if data.is_null() {
            return None;
        }
        // SAFETY: llama.cpp holds `n_vocab` floats there until the next decode, which needs `&mut self`.
        Some(unsafe { std::slice::from_raw_parts(data, self.vocabulary) })
    }

    /// Keeps the first `count` tokens of sequence 0; false when that is impossible and nothing is left at all.
    ///
    /// Logits of the last computation stay readable: they are copied out of it.
    pub(crate) fn keep(&mut self, count: usize) -> bool {
        let kept = self.remove_from(0, count);
        if !kept {
            self.clear();
        }
        kept
    }

    /// Forgets a sequence; the cells that it shares stay with the others.
    pub(crate) fn drop_sequence(&mut self, sequence: usize) {
        self.remove_from(sequence, 0);
    }

    fn remove_from(&mut self, sequence: usize, count: usize) -> bool {
        let (Ok(from), Ok(sequence)) = (i32::try_from(count), i32::try_from(sequence)) else {
            return false;
        };
        // SAFETY: `raw` is valid; a model without memory gives null, which is not passed on.
        unsafe {
            let memory = sys::llama_get_memory(self.raw.as_ptr());
            !memory.is_null() && sys::llama_memory_seq_rm(memory, sequence, from, -1)
        }
    }

    /// Lets `sequence` begin with the first `count` tokens of sequence 0, without computing or copying them.
    pub(crate) fn share(&mut self, sequence: usize, count: usize) -> Result<(), Fault> {
        self.copy(0, sequence, count)
    }

    /// Gives the first `count` tokens of sequence 0 to the last sequence as well, so that sequence 0 can hold others.
    pub(crate) fn set_aside(&mut self, count: usize) {
        let last = self.sequences.saturating_sub(1);
        self.drop_sequence(last);
        // It is there: it was asked for when the context was made.
        let _ = self.copy(0, last, count);
    }

    /// Makes the `count` tokens that were set aside those of sequence 0 again.
    pub(crate) fn take_back(&mut self, count: usize) {
        self.has_logits.clear();
        let last = self.sequences.saturating_sub(1);
        self.drop_sequence(0);
        let _ = self.copy(last, 0, count);
        self.drop_sequence(last);
    }

    /// Forgets all sequences but the first.
    pub(crate) fn drop_all_but_first(&mut self) {
        for sequence in 1..self.sequences {
            self.drop_sequence(sequence);
        }
    }

    fn copy(&mut self, from: usize, sequence: usize, count: usize) -> Result<(), Fault> {
        if from.max(sequence) >= self.sequences {
            return Err(Fault::Refused);
        }
        let from = i32::try_from(from).map_err(|_| Fault::Refused)?;
        let count = i32::try_from(count).map_err(|_| Fault::Refused)?;
        let sequence = i32::try_from(sequence).map_err(|_| Fault::Refused)?;
        // SAFETY: as in `remove_from`; with one store for all sequences any range may be shared.
        unsafe {
            let memory = sys::llama_get_memory(self.raw.as_ptr());
            if memory.is_null() {
                return Err(Fault::Refused);
            }
            sys::llama_memory_seq_cp(memory, from, sequence, 0, count);
        }
        Ok(())
    }

    /// Bytes that [`Self::write_state`] takes for sequence 0.
    pub(crate) fn state_bytes(&self) -> usize {
        // SAFETY: `raw` is valid; it counts without writing.
        unsafe { sys::llama_state_seq_get_size_ext(self.raw.as_ptr(), 0, 0) }
    }

    /// Writes the keys and values of sequence 0 into exactly [`Self::state_bytes`]; false when llama.cpp cannot.
    pub(crate) fn write_state(&self, state: &mut [u8]) -> bool {
        // SAFETY: llama.cpp writes at most the length that it is given, and gives 0 for an error.
        let written = unsafe {
            sys::llama_state_seq_get_data_ext(
                self.raw.as_ptr(),
                state.as_mut_ptr(),
                state.len(),
                0,
                0,
            )
        };
        written == state.len()
    }

    /// Makes these keys and values, which must be those of `count` tokens, sequence 0; false when they do not fit, and then
    /// it is empty. The bytes must be whole: see [`crate::saved`].
    pub(crate) fn read_state(&mut self, state: &[u8], count: usize) -> bool {
        self.has_logits.clear();
        self.drop_sequence(0);
        // SAFETY: llama.cpp reads at most the length that it is given; what does not fit its own shape is an error and
        // gives 0. Only bytes come here that llama.cpp itself wrote, as their checksum shows.
        let read = unsafe {
            sys::llama_state_seq_set_data_ext(self.raw.as_ptr(), state.as_ptr(), state.len(), 0, 0)
        };
        // SAFETY: as in `remove_from`.
        let (first, last) = unsafe {
            let memory = sys::llama_get_memory(self.raw.as_ptr());
            if memory.is_null() {
                return false;
            }
            (
                sys::llama_memory_seq_pos_min(memory, 0),
                sys::llama_memory_seq_pos_max(memory, 0),
            )
        };
        let whole = read == state.len()
            && first == 0
            && usize::try_from(last).is_ok_and(|last| last + 1 == count);
        if !whole {
            self.drop_sequence(0);
        }
        whole
    }

    /// True for tokens that the model has.
    pub(crate) fn knows_all(&self, tokens: &[LlamaToken]) -> bool {
        self.knows(tokens)
    }

    /// Forgets all sequences.
    pub(crate) fn clear(&mut self) {
        self.has_logits.clear();
        // SAFETY: as in `remove_from`.
        unsafe {
            let memory = sys::llama_get_memory(self.raw.as_ptr());
            if !memory.is_null() {
                sys::llama_memory_clear(memory, false);
            }
        }
    }

    /// Computes one vector per sequence; together at most `n_batch` tokens, none empty.
    pub(crate) fn embed(&mut self, texts: &[&[LlamaToken]]) -> Result<Vec<Vec<f32>>, Fault> {
        let total: usize = texts.iter().map(|tokens| tokens.len()).sum();
        let bad = texts
            .iter()
            .any(|tokens| tokens.is_empty() || !self.knows(tokens));
        if bad || total == 0 || total > self.n_batch || texts.len() > self.sequences {
            return Err(Fault::Refused);
        }
        self.clear();
        let mut batch = Arrays::with_capacity(total);
        for (sequence, tokens) in texts.iter().enumerate() {
            let sequence = i32::try_from(sequence).map_err(|_| Fault::Refused)?;
            for (position, token) in tokens.iter().enumerate() {
                let position = i32::try_from(position).map_err(|_| Fault::Refused)?;
                batch.push(token.0, position, sequence, true);
            }
        }
        batch.decode(self.raw)?;
        (0..texts.len())
            .map(|sequence| {
                let sequence = i32::try_from(sequence).map_err(|_| Fault::Refused)?;
                // SAFETY: `raw` is valid; an unknown sequence gives null.
                let data = unsafe { sys::llama_get_embeddings_seq(self.raw.as_ptr(), sequence) };
                if data.is_null() {
                    return Err(Fault::Code(0));
                }
                // SAFETY: with any pooling but ranking, llama.cpp holds `n_embd_out` floats per sequence.
                Ok(unsafe { std::slice::from_raw_parts(data, self.vector_length) }.to_vec())
            })
            .collect()
    }

    fn knows(&self, tokens: &[LlamaToken]) -> bool {
        tokens
            .iter()
            .all(|token| usize::try_from(token.0).is_ok_and(|id| id < self.vocabulary))
    }
}

impl Drop for Context<'_> {
    fn drop(&mut self) {
        // SAFETY: made by `llama_init_from_model`, freed once.
        unsafe { sys::llama_free(self.raw.as_ptr()) }
    }
}

/// The arrays of a batch with sequences.
struct Arrays {
    tokens: Vec<sys::llama_token>,
    positions: Vec<sys::llama_pos>,
    sequences: Vec<sys::llama_seq_id>,
    outputs: Vec<i8>,
}

impl Arrays {
    fn with_capacity(count: usize) -> Self {
        Self {
            tokens: Vec::with_capacity(count),
            positions: Vec::with_capacity(count),
            sequences: Vec::with_capacity(count),
            outputs: Vec::with_capacity(count),
        }
    }

    fn push(&mut self, token: i32, position: i32, sequence: i32, wants_output: bool) {
        self.tokens.push(token);
        self.positions.push(position);
        self.sequences.push(sequence);
        self.outputs.push(i8::from(wants_output));
    }

    fn decode(mut self, context: NonNull<sys::llama_context>) -> Result<(), Fault> {
        let count = self.tokens.len();
        let mut one_each = vec![1_i32; count];
        let mut of_token: Vec<*mut sys::llama_seq_id> =
            self.sequences.iter_mut().map(std::ptr::from_mut).collect();
        let batch = sys::llama_batch {
            n_tokens: i32::try_from(count).map_err(|_| Fault::Refused)?,
            token: self.tokens.as_mut_ptr(),
            embd: std::ptr::null_mut(),
            pos: self.positions.as_mut_ptr(),
            n_seq_id: one_each.as_mut_ptr(),
            seq_id: of_token.as_mut_ptr(),
            logits: self.outputs.as_mut_ptr(),
        };
        // SAFETY: every array has `count` entries and outlives the call; each entry of `seq_id` points at one id, as
        // `n_seq_id` says; llama.cpp only reads them.
        fault_of(unsafe { sys::llama_decode(context.as_ptr(), batch) })
    }
}

fn fault_of(code: i32) -> Result<(), Fault> {
    // A graphics device calls nothing between its steps: there a computation is one.
    STEPS.fetch_add(1, Ordering::Relaxed);
    match code {
        0 => Ok(()),
        1 => Err(Fault::NoRoom),
        2 => Err(Fault::Aborted),
        -2 => Err(Fault::OutOfMemory),
        other => Err(Fault::Code(other)),
    }
}

/// What a build for the processor says of its fitness here: 0 for none, higher for better; `None` when the library cannot
/// be opened or says nothing.
pub(crate) fn score_of_back_end(path: &Path) -> Option<i32> {
    // SAFETY: the library lies beside the program and is part of it; its start-up code only registers types. The symbol
    // is declared in llama.cpp as `int ggml_backend_score(void)`.
    unsafe {
        let library = libloading::Library::new(path).ok()?;
        let score = library
            .get::<unsafe extern "C" fn() -> std::ffi::c_int>(b"ggml_backend_score\0")
            .ok()?;
        Some(score())
    }
}

/// Loads a back end; one that does not fit is left out by llama.cpp itself.
pub(crate) fn load_back_end(path: &Path) {
    let Some(path) = path
        .to_str()
        .and_then(|path| std::ffi::CString::new(path).ok())
    else {
        return;
    };
    // SAFETY: the path is a valid C string for the length of the call.
    unsafe {
        sys::ggml_backend_load(path.as_ptr());
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    #[test]
    fn the_build_is_the_one_that_is_linked() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let line = format!("llama-cpp-sys-2 = \"={}\"", super::LLAMA_BUILD);
        assert!(manifest.contains(&line), "no `{line}`");
    }
}
