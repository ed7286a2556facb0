//! What a chat model is asked, also in the middle of work that can wait.

use std::time::Instant;

use deskmate_core::WireError;

use crate::chat::{Chat, Habits};
use crate::inbox::Inbox;
use crate::protocol::{Call, Reply, Request};
use crate::turns::{Between, Turn};
use crate::worker::{Line, wrong_kind};
use crate::writer::milliseconds_since;

/// Those who may come between: whatever waits and cannot.
pub(crate) struct Others<'w> {
    pub(crate) line: &'w Line,
    pub(crate) inbox: &'w mut Inbox,
}

impl Between for Others<'_> {
    fn is_wanted(&mut self) -> bool {
        self.inbox.has_urgent()
    }

    fn serve(&mut self, chat: &mut Chat<'_>) {
        while let Some(Request { id, call }) = self.inbox.next_urgent() {
            let cancel = self.line.token(id);
            let result = answer(self.line, chat, id, call, Turn::alone(&cancel));
            self.line.finish(id, result);
        }
    }
}

/// Answers what a chat model is asked.
pub(crate) fn answer(
    line: &Line,
    chat: &mut Chat<'_>,
    id: u64,
    call: Call,
    mut turn: Turn<'_>,
) -> Result<Reply, WireError> {
    match call {
        Call::Generate {
            request,
            saved,
            keep,
            ..
        } => {
            let begun = Instant::now();
            if let Some(saved) = saved {
                let tokens = chat.restore(&saved.engine, &saved.data.0);
                line.send(id, Reply::Restored { tokens });
            }
            let restored_ms = milliseconds_since(begun);
            let habits = Habits::default();
            let mut generation =
                chat.generate_in_turn(&request, habits, &mut turn, &mut |delta| {
                    line.send(
                        id,
                        Reply::Text {
                            delta: delta.to_string(),
                        },
                    );
                })?;
            let state = keep.and_then(|keep| chat.save(&keep, &generation.usage));
            // Whoever waits for the first word waits for the loading too.
            generation.usage.ttft_ms += restored_ms;
            generation.usage.total_ms += restored_ms;
            if let Some(state) = state {
                line.send_raw(id, &state);
            }
            Ok(Reply::Done { generation })
        }
        Call::GenerateMany { requests } => chat
            .generate_many(&requests, &mut turn, &mut |index, generation| {
                line.send(id, Reply::Answer { index, generation });
            })
            .map(|()| Reply::AllDone),
        Call::Look { messages } => chat
            .look(&messages)
            .map(|(tokens, held)| Reply::Prompt { tokens, held }),
        Call::CountTokens { texts } => Ok(Reply::Counts {
            counts: texts.iter().map(|text| chat.count_tokens(text)).collect(),
        }),
        Call::Load(_)
        | Call::Embed { .. }
        | Call::Cancel { .. }
        | Call::Devices(_)
        | Call::Bench(_)
        | Call::Compare { .. }
        | Call::Shutdown => Err(wrong_kind("this is nothing that a chat model answers")),
    }
}
