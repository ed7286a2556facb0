//! Work that can wait lets a question go first, between two computations.
//!
//! What the work has computed so far is set aside without a copy: its cells of the window get a second sequence, and the
//! first one is free for the question. Where the question needs these cells, they are given up and computed once more
//! afterwards; the tokens chosen so far stay chosen.

use llama_cpp_2::token::LlamaToken;

use deskmate_core::{CancelToken, WireError};

use crate::chat::Chat;

/// What can be asked for in the middle of something else.
pub(crate) trait Between {
    /// True when somebody waits.
    fn is_wanted(&mut self) -> bool;

    /// Answers all who wait.
    fn serve(&mut self, chat: &mut Chat<'_>);
}

/// On whose behalf something is computed, and who may come between.
pub(crate) struct Turn<'t> {
    pub(crate) cancel: &'t CancelToken,
    pub(crate) between: Option<&'t mut dyn Between>,
}

impl<'t> Turn<'t> {
    /// Nobody comes between.
    pub(crate) fn alone(cancel: &'t CancelToken) -> Self {
        Self {
            cancel,
            between: None,
        }
    }

    /// Work that lets others go first.
    pub(crate) fn giving_way(cancel: &'t CancelToken, between: &'t mut dyn Between) -> Self {
        Self {
            cancel,
            between: Some(between),
        }
    }

    /// True when it lets others go first, and so computes in short steps.
    pub(crate) fn gives_way(&self) -> bool {
        self.between.is_some()
    }
}

/// What became of work that was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aside {
    /// It is as it was.
    Kept,
    /// Its other sequences were given up; the first one was computed anew.
    Lost,
}

/// Work that was set aside while something else is computed.
#[derive(Debug, Default)]
pub(crate) struct Parked {
    /// Cells of the window that it takes.
    cells: usize,
    /// There is some.
    is_there: bool,
}

impl Chat<'_> {
    /// Lets whoever waits go first. The context holds exactly `held` before and after, and its logits are gone; `others`
    /// are the tokens that the work has in sequences of its own beside these.
    ///
    /// # Errors
    /// Those of computing anew what was given up.
    pub(crate) fn give_way(
        &mut self,
        turn: &mut Turn<'_>,
        others: usize,
    ) -> Result<Aside, WireError> {
        let Some(between) = turn.between.as_deref_mut() else {
            return Ok(Aside::Kept);
        };
        if !between.is_wanted() {
            return Ok(Aside::Kept);
        }
        let held: Vec<LlamaToken> = self.held_tokens().to_vec();
        self.context.set_aside(held.len());
        self.parked = Parked {
            cells: held.len() + others,
            is_there: true,
        };
        between.serve(self);
        let is_there = std::mem::take(&mut self.parked).is_there;
        self.context.watch(turn.cancel);
        if is_there {
            self.context.take_back(held.len());
            self.hold(held);
            return Ok(Aside::Kept);
        }
        self.read(&held, &mut Turn::alone(turn.cancel))?;
        // The last token is always read once more, so all of them are there even where all were.
        Ok(Aside::Lost)
    }

    /// Gives up what was set aside if `tokens` need its room.
    pub(crate) fn make_room(&mut self, tokens: usize) {
        if self.parked.is_there && tokens + self.parked.cells > self.context_window() {
            self.parked = Parked::default();
            self.context.drop_all_but_first();
        }
    }
}
