//! Messages of llama.cpp: warnings and errors go to standard error, and the last ones are kept, because llama.cpp
//! says why it could not load a model only there.

use std::collections::VecDeque;
use std::fmt::{Debug, Write as _};
use std::io::Write as _;
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

struct ToStandardError;

impl Subscriber for ToStandardError {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::WARN
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
