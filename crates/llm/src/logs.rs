//! Messages of llama.cpp: warnings and errors go to standard error, and the last ones are kept, because llama.cpp
//! says why it could not load a model only there.

use std::collections::VecDeque;
use std::fmt::{Debug, Write as _};
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Lines that are kept.
const KEPT: usize = 8;
/// Longest line that is kept, in bytes.
const LONGEST: usize = 500;

static INSTALL: Once = Once::new();
static LAST: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
/// KiB of all buffers that llama.cpp said it made.
static BUFFERS_KIB: AtomicU64 = AtomicU64::new(0);

/// Takes the messages of llama.cpp over, once per process.
pub(crate) fn install() {
    INSTALL.call_once(|| {
        // A subscriber that the program has set already is left in place.
        let _ = tracing::subscriber::set_global_default(ToStandardError);
        llama_cpp_2::send_logs_to_tracing(llama_cpp_2::LogOptions::default());
    });
}

/// Takes the errors since the last call out, oldest first, divided by `; `.
pub(crate) fn take_errors() -> String {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let lines: Vec<String> = last.drain(..).collect();
    lines.join("; ")
}

/// Bytes of the buffers for weights, context and computing that llama.cpp said it made in this process.
pub(crate) fn buffer_bytes() -> u64 {
    BUFFERS_KIB.load(Ordering::Relaxed) << 10
}

/// KiB of `CPU_Mapped model buffer size =  1059.89 MiB`, as it stands in a message.
fn buffer_kib(line: &str) -> Option<u64> {
    let (_, size) = line.split_once("buffer size =")?;
    let mib: f64 = size.trim().strip_suffix("MiB")?.trim().parse().ok()?;
    Some((mib * 1_024.0) as u64)
}

struct ToStandardError;

impl Subscriber for ToStandardError {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        let line = message.0.trim();
        if line.is_empty() {
            return;
        }
        if *event.metadata().level() == Level::INFO {
            BUFFERS_KIB.fetch_add(buffer_kib(line).unwrap_or(0), Ordering::Relaxed);
            return;
        }
        // A closed standard error is no reason to fail.
        let _ = writeln!(std::io::stderr().lock(), "llama.cpp: {line}");
        if *event.metadata().level() == Level::ERROR {
            let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
            if last.len() == KEPT {
                last.pop_front();
            }
            let end = line.floor_char_boundary(LONGEST);
            last.push_back(line[..end].to_string());
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.0.push_str(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_buffer_is_read_from_its_message() {
        let line = "load_tensors:   CPU_Mapped model buffer size =  1059.50 MiB";
        assert_eq!(buffer_kib(line), Some(1_084_928));
        assert_eq!(buffer_kib("llama_context: n_ctx = 8192"), None);
    }
}
