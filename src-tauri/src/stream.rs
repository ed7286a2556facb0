//! Events of a job on their way to the window.

use std::time::{Duration, Instant};

use deskmate_core::JobEvent;
use tauri::ipc::Channel;

/// Text goes out at most so often, which is as often as a window shows it.
const BETWEEN_TEXTS: Duration = Duration::from_millis(16);

/// A channel that puts text together which comes faster than it can be shown.
pub(crate) struct Stream {
    channel: Channel<JobEvent>,
    text: Together,
}

/// Text that waits.
#[derive(Default)]
struct Together {
    waiting: String,
    sent: Option<Instant>,
}

impl Together {
    /// Takes more text; gives what is to be sent now.
    fn push(&mut self, delta: &str, now: Instant) -> Option<String> {
        self.waiting.push_str(delta);
        let is_due = self
            .sent
            .is_none_or(|sent| now.duration_since(sent) >= BETWEEN_TEXTS);
        if !is_due {
            return None;
        }
        self.sent = Some(now);
        Some(std::mem::take(&mut self.waiting))
    }

    fn take(&mut self) -> Option<String> {
        Some(std::mem::take(&mut self.waiting)).filter(|text| !text.is_empty())
    }
}

impl Stream {
    pub(crate) fn new(channel: Channel<JobEvent>) -> Self {
        Self {
            channel,
            text: Together::default(),
        }
    }

    /// Sends an event; text may wait for more of it.
    pub(crate) fn send(&mut self, event: JobEvent) {
        if let JobEvent::Text { delta } = &event {
            if let Some(delta) = self.text.push(delta, Instant::now()) {
                self.put(JobEvent::Text { delta });
            }
            return;
        }
        self.flush();
        self.put(event);
    }

    fn flush(&mut self) {
        if let Some(delta) = self.text.take() {
            self.put(JobEvent::Text { delta });
        }
    }

    fn put(&self, event: JobEvent) {
        // A window that is closing hears nothing any more.
        let _ = self.channel.send(event);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_comes_too_fast_is_put_together_and_none_is_lost() {
        let mut text = Together::default();
        let start = Instant::now();
        assert_eq!(text.push("十五", start).as_deref(), Some("十五"));
        assert_eq!(text.push("个", start), None);
        let later = start + BETWEEN_TEXTS;
        assert_eq!(text.push("工作日", later).as_deref(), Some("个工作日"));
        assert_eq!(text.push("内", later), None);
        assert_eq!(text.take().as_deref(), Some("内"));
        assert_eq!(text.take(), None);
    }
}
