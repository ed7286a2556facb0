//! Requests that wait, and which of them is next.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;

use deskmate_core::WireError;

use crate::protocol::{Call, Priority, Request};
use crate::worker::Line;

/// The waiting requests of a worker.
pub(crate) struct Inbox {
    line: Line,
    queue: Receiver<Request>,
    /// Taken from the queue and not begun.
    waiting: VecDeque<Request>,
}

impl Inbox {
    pub(crate) fn new(line: Line, queue: Receiver<Request>) -> Self {
        Self {
            line,
            queue,
            waiting: VecDeque::new(),
        }
    }

    /// The next request that was not cancelled while it waited, one that cannot wait before those that can; `None` when
    /// there is nobody to work for.
    pub(crate) fn next(&mut self) -> Option<Request> {
        loop {
            if self.line.is_broken() {
                return None;
            }
            self.take_in();
            let request = match self.urgent_at() {
                Some(at) => self.waiting.remove(at)?,
                None => match self.waiting.pop_front() {
                    Some(request) => request,
                    None => self.queue.recv().ok()?,
                },
            };
            if let Some(request) = self.unless_cancelled(request) {
                return Some(request);
            }
        }
    }

    /// The next request that goes before work that can wait.
    pub(crate) fn next_urgent(&mut self) -> Option<Request> {
        loop {
            self.take_in();
            let at = self.urgent_at()?;
            let request = self.waiting.remove(at)?;
            if let Some(request) = self.unless_cancelled(request) {
                return Some(request);
            }
        }
    }

    /// True when somebody waits who goes before work that can wait.
    pub(crate) fn has_urgent(&mut self) -> bool {
        self.take_in();
        self.urgent_at().is_some()
    }

    fn take_in(&mut self) {
        self.waiting.extend(self.queue.try_iter());
    }

    /// Whatever comes after another model or the end is for that one, and waits for it.
    fn urgent_at(&self) -> Option<usize> {
        self.waiting
            .iter()
            .take_while(|request| !matches!(request.call, Call::Load(_) | Call::Shutdown))
            .position(|request| goes_first(&request.call))
    }

    fn unless_cancelled(&self, request: Request) -> Option<Request> {
        let is_cancelled = self.line.token(request.id).is_cancelled();
        if is_cancelled && request.call != Call::Shutdown {
            self.line.finish(request.id, Err(WireError::cancelled()));
            return None;
        }
        Some(request)
    }
}

/// True for calls that go before work that can wait.
pub(crate) fn goes_first(call: &Call) -> bool {
    match call {
        Call::Generate { priority, .. } => *priority == Priority::Now,
        Call::Look { .. } | Call::CountTokens { .. } => true,
        Call::GenerateMany { .. }
        | Call::Load(_)
        | Call::Embed { .. }
        | Call::Cancel { .. }
        | Call::Devices(_)
        | Call::Bench(_)
        | Call::Compare { .. }
        | Call::Shutdown => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use deskmate_core::GenerationRequest;

    use super::*;
    use crate::protocol::LoadParams;

    fn generate(priority: Priority) -> Call {
        Call::Generate {
            request: GenerationRequest::greedy(Vec::new(), 1),
            saved: None,
            keep: None,
            priority,
        }
    }

    fn load() -> Call {
        Call::Load(LoadParams {
            path: "m.gguf".into(),
            kind: crate::protocol::ModelKind::Chat,
            options: Default::default(),
        })
    }

    fn inbox(calls: Vec<Call>) -> Inbox {
        let (sender, queue) = sync_channel(16);
        for (id, call) in (1..).zip(calls) {
            let _ = sender.send(Request { id, call });
        }
        Inbox::new(Line::new(std::io::sink()), queue)
    }

    fn order(mut inbox: Inbox) -> Vec<u64> {
        std::iter::from_fn(|| inbox.next())
            .map(|request| request.id)
            .collect()
    }

    #[test]
    fn who_cannot_wait_goes_before_who_can_and_each_kind_keeps_its_order() {
        let calls = vec![
            generate(Priority::Later),
            generate(Priority::Now),
            Call::GenerateMany {
                requests: Vec::new(),
            },
            Call::CountTokens { texts: Vec::new() },
        ];
        let mut first = inbox(calls.clone());
        assert!(first.has_urgent());
        assert_eq!(first.next_urgent().map(|request| request.id), Some(2));
        assert_eq!(first.next_urgent().map(|request| request.id), Some(4));
        assert!(first.next_urgent().is_none());
        assert_eq!(order(inbox(calls)), [2, 4, 1, 3]);
    }

    #[test]
    fn nobody_overtakes_the_loading_of_the_model_that_they_ask() {
        let calls = vec![generate(Priority::Later), load(), generate(Priority::Now)];
        assert!(!inbox(calls.clone()).has_urgent());
        assert_eq!(order(inbox(calls)), [1, 2, 3]);
    }
}
