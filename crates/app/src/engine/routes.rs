//! Several callers of one worker: each hears the replies to its own call, and all hear that the worker works.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use deskmate_llm::protocol::{Reply, Response};

use crate::process::{Waited, wait};

/// Replies that one caller may be behind; a longer answer than most has fewer pieces. Beyond it the others wait for that
/// caller too.
const BEHIND: usize = 1_024;

/// The calls that a worker has not answered.
#[derive(Default)]
pub(super) struct Routes {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// The worker says no more.
    has_ended: bool,
    calls: HashMap<u64, SyncSender<Reply>>,
}

/// A call as long as its caller waits for replies.
pub(super) struct Route {
    id: u64,
    routes: Arc<Routes>,
    replies: Receiver<Reply>,
}

/// Hands replies on; dropped when the worker says no more, it tells all callers.
pub(super) struct Deliverer(pub(super) Arc<Routes>);

impl Routes {
    /// The way back for a call of this number.
    pub(super) fn open(self: &Arc<Self>, id: u64) -> Route {
        let (sender, replies) = sync_channel(BEHIND);
        let mut open = self.lock();
        if !open.has_ended {
            open.calls.insert(id, sender);
        }
        Route {
            id,
            routes: Arc::clone(self),
            replies,
        }
    }

    /// Calls that wait for replies.
    pub(super) fn count(&self) -> usize {
        self.lock().calls.len()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Route {
    /// Waits for a reply until a point in time.
    pub(super) fn wait(&self, until: Instant) -> Waited<Reply> {
        wait(&self.replies, until)
    }
}

impl Drop for Route {
    fn drop(&mut self) {
        self.routes.lock().calls.remove(&self.id);
    }
}

impl Deliverer {
    /// Hands a reply to whom it belongs to; what nobody waits for any more is dropped.
    pub(super) fn deliver(&self, response: Response) {
        if response.reply == Reply::Working {
            for caller in self.0.lock().calls.values() {
                // One that is behind has other things to hear.
                let _ = caller.try_send(Reply::Working);
            }
            return;
        }
        let caller = self.0.lock().calls.get(&response.id).cloned();
        if let Some(caller) = caller {
            // A caller that has gone needs it no more. Not under the lock: a caller may be slow.
            let _ = caller.send(response.reply);
        }
    }
}

impl Drop for Deliverer {
    fn drop(&mut self) {
        let mut open = self.0.lock();
        open.has_ended = true;
        open.calls.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn text(id: u64, delta: &str) -> Response {
        Response {
            id,
            reply: Reply::Text {
                delta: delta.to_owned(),
            },
        }
    }

    fn heard(route: &Route) -> Option<String> {
        match route.wait(Instant::now() + Duration::from_millis(1)) {
            Waited::Reply(Reply::Text { delta }) => Some(delta),
            Waited::Reply(other) => Some(format!("{other:?}")),
            Waited::Nothing => Some(String::new()),
            Waited::Gone => None,
        }
    }

    #[test]
    fn each_caller_hears_its_own_and_all_hear_that_the_worker_works() {
        let routes = Arc::new(Routes::default());
        let deliverer = Deliverer(Arc::clone(&routes));
        let (one, two) = (routes.open(1), routes.open(2));
        deliverer.deliver(text(2, "b"));
        deliverer.deliver(text(1, "a"));
        deliverer.deliver(text(9, "nobody's"));
        deliverer.deliver(Response {
            id: 0,
            reply: Reply::Working,
        });
        assert_eq!(heard(&one).as_deref(), Some("a"));
        assert_eq!(heard(&two).as_deref(), Some("b"));
        assert_eq!(heard(&one).as_deref(), Some("Working"));
        assert_eq!(heard(&two).as_deref(), Some("Working"));
        assert_eq!(heard(&one).as_deref(), Some(""));
        drop(one);
        assert_eq!(routes.count(), 1);
    }

    #[test]
    fn a_worker_that_says_no_more_is_heard_of_by_all_also_by_those_who_come_later() {
        let routes = Arc::new(Routes::default());
        let deliverer = Deliverer(Arc::clone(&routes));
        let before = routes.open(1);
        drop(deliverer);
        assert_eq!(heard(&before), None);
        assert_eq!(heard(&routes.open(2)), None);
    }
}
