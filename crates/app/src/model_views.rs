//! The models as a shell shows them: what fits, how fast, what is here, what is in use.

use deskmate_core::{CancelToken, ErrorCode, Usage, WireError};
use serde::Serialize;

use crate::app::App;
use crate::changes::Changed;
use crate::doctor;
use crate::engine::ChatEngine;
use crate::models::{ModelKind, ModelStatus, Tier};
use crate::select;

/// Slower than this is no pleasure to wait for, and is not proposed.
const READABLE_TOKENS_PER_SECOND: f64 = 3.0;

/// Answers of fewer tokens say nothing about the speed.
const TELLING_TOKENS: u64 = 16;

/// A model, on this machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ModelView {
    /// Short name.
    pub id: String,
    /// What it does.
    pub kind: ModelKind,
    /// Name for people.
    pub name: String,
    /// SPDX name of its licence; empty for the user's own.
    pub license: String,
    /// Size of its file.
    pub bytes: u64,
    /// It is here.
    pub installed: bool,
    /// Its file has the right checksum; none when that was not looked at.
    pub sha256_ok: Option<bool>,
    /// It fits into this machine's memory.
    pub fits: bool,
    /// Memory it takes.
    pub needed_bytes: u64,
    /// Tokens per second that are expected.
    pub predicted_tokens_per_second: Option<f64>,
    /// Tokens per second of the last answers.
    pub measured_tokens_per_second: Option<f64>,
    /// One of the three choices that are offered on this machine.
    pub tier: Option<Choice>,
    /// In use as the chat or the embedding model.
    pub active: bool,
    /// In memory now.
    pub loaded: bool,
    /// Bytes that a download has brought; none when none is begun.
    pub downloaded_bytes: Option<u64>,
}

/// The choices among chat models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Answers soonest.
    Fast,
    /// Between the two.
    Balanced,
    /// Knows most.
    Strong,
}

impl App {
    /// All models.
    ///
    /// # Errors
    /// Those of the models folder and of starting a worker.
    pub fn model_views(&self, cancel: &CancelToken) -> Result<Vec<ModelView>, WireError> {
        let machine = self.machine_facts().get(cancel)?;
        let active = self.active_chat()?.map(|status| status.id);
        let loaded = self.loaded_chat();
        let embedding = self.library().embedding().map(|e| e.model_id);
        let mut views = Vec::new();
        for status in self.models().list()? {
            let entry = self.models().catalog().find(&status.id);
            let fit = doctor::fit(&status.id, status.bytes, entry, &machine);
            let is_chat = status.kind == ModelKind::Chat;
            let is_embedding = embedding
                .as_deref()
                .is_some_and(|id| id.split('@').next() == Some(status.id.as_str()));
            views.push(ModelView {
                license: entry.map_or_else(String::new, |entry| entry.licence.clone()),
                bytes: status.bytes,
                installed: status.installed,
                sha256_ok: status.sha256_ok,
                fits: fit.fits,
                needed_bytes: fit.needed_bytes,
                predicted_tokens_per_second: fit.predicted_tokens_per_second.filter(|_| is_chat),
                measured_tokens_per_second: self.measured_speed(&status.id),
                tier: None,
                active: active.as_deref() == Some(status.id.as_str()) || is_embedding,
                loaded: loaded.as_ref().is_some_and(|chat| {
                    chat.model_id() == status.id && chat.process_id().is_some()
                }),
                downloaded_bytes: self.models().downloaded_bytes(&status.id),
                kind: status.kind,
                name: status.name,
                id: status.id,
            });
        }
        self.choose(&mut views);
        Ok(views)
    }

    /// Marks the choices.
    fn choose(&self, views: &mut [ModelView]) {
        let catalog = self.models().catalog();
        let candidates: Vec<Candidate> = views
            .iter()
            .enumerate()
            .filter(|(_, view)| view.kind == ModelKind::Chat && view.fits)
            .map(|(index, view)| Candidate {
                index,
                bytes: view.bytes,
                is_test: catalog
                    .find(&view.id)
                    .is_some_and(|entry| entry.tier == Tier::Test),
                is_proposed: catalog
                    .proposed(ModelKind::Chat)
                    .is_some_and(|entry| entry.id == view.id),
                speed: view.predicted_tokens_per_second,
            })
            .collect();
        for (index, choice) in choices(&candidates) {
            views[index].tier = Some(choice);
        }
    }

    /// Takes a chat model into use from the next question on.
    ///
    /// # Errors
    /// `ModelNotInstalled`, `NotFound`, `InvalidInput` for a model that does not chat.
    pub fn use_model(&self, id: &str) -> Result<(), WireError> {
        let status = self.models().status(id)?;
        if status.kind != ModelKind::Chat {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("`{id}` is not a chat model"),
            ));
        }
        if !status.installed {
            return Err(WireError::new(
                ErrorCode::ModelNotInstalled,
                format!("model `{id}` is not on this machine"),
            )
            .with_hint(format!("run `deskmate models get {id}`")));
        }
        let mut settings = self.settings()?;
        settings.chat_model = Some(id.to_string());
        self.set_settings(&settings)
    }

    /// Lets go of the chat model in memory; the next question loads it again.
    pub fn unload_model(&self) {
        self.let_go_of_chat();
        self.changes().tell(Changed::Models);
    }

    /// The chat model that the next question would be answered by.
    pub(crate) fn active_chat(&self) -> Result<Option<ModelStatus>, WireError> {
        let wanted = self.settings()?.chat_model;
        let id = select::chat_id(self.models(), wanted.as_deref())?;
        // A name from the environment may stand for nothing; the question then says so.
        Ok(id.and_then(|id| self.models().status(&id).ok()))
    }

    /// Keeps how fast an answer came.
    pub(crate) fn note_speed(&self, chat: &ChatEngine, usage: &Usage) {
        let generating_ms = usage.total_ms.saturating_sub(usage.ttft_ms);
        if usage.generated_tokens < TELLING_TOKENS || generating_ms == 0 {
            return;
        }
        let speed = (usage.generated_tokens - 1) as f64 * 1_000.0 / generating_ms as f64;
        // A figure for the models' page is not worth a failure.
        let _ = self
            .library()
            .set_setting(&speed_key(chat.model_id()), &speed);
    }

    fn measured_speed(&self, id: &str) -> Option<f64> {
        self.library().setting(&speed_key(id)).ok().flatten()
    }
}

fn speed_key(id: &str) -> String {
    format!("tokens_per_second:{id}")
}

/// What the choice depends on.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    index: usize,
    bytes: u64,
    is_test: bool,
    is_proposed: bool,
    speed: Option<f64>,
}

/// The largest model that is quick enough is strong, the smallest fast, the proposed one between them balanced; where
/// there are fewer models there are fewer choices. Models for tests are offered only when nothing else is left.
fn choices(candidates: &[Candidate]) -> Vec<(usize, Choice)> {
    let quick = |candidate: &&Candidate| {
        candidate
            .speed
            .is_none_or(|speed| speed >= READABLE_TOKENS_PER_SECOND)
    };
    let mut pool: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| !candidate.is_test)
        .filter(quick)
        .collect();
    if pool.is_empty() {
        pool = candidates.iter().filter(quick).collect();
    }
    if pool.is_empty() {
        pool = candidates.iter().collect();
    }
    pool.sort_by_key(|candidate| candidate.bytes);
    match pool.as_slice() {
        [] => Vec::new(),
        [one] => vec![(one.index, Choice::Balanced)],
        [fast, strong] => vec![(fast.index, Choice::Fast), (strong.index, Choice::Strong)],
        [fast, between @ .., strong] => {
            let balanced = between
                .iter()
                .find(|candidate| candidate.is_proposed)
                .or_else(|| between.get(between.len() / 2));
            let mut all = vec![(fast.index, Choice::Fast), (strong.index, Choice::Strong)];
            all.extend(balanced.map(|candidate| (candidate.index, Choice::Balanced)));
            all
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(index: usize, bytes: u64, speed: f64) -> Candidate {
        Candidate {
            index,
            bytes,
            is_test: bytes < 10,
            is_proposed: bytes == 11,
            speed: Some(speed),
        }
    }

    fn check(candidates: &[Candidate], expected: &[(usize, Choice)]) {
        let mut found = choices(candidates);
        found.sort_by_key(|(index, _)| *index);
        assert_eq!(found, expected);
    }

    #[test]
    fn three_choices_where_there_are_three_that_are_quick_enough() {
        let all = [
            candidate(0, 11, 20.0),
            candidate(1, 5, 60.0),
            candidate(2, 18, 12.0),
            candidate(3, 25, 8.0),
            candidate(4, 50, 2.0),
        ];
        check(
            &all,
            &[
                (0, Choice::Fast),
                (2, Choice::Balanced),
                (3, Choice::Strong),
            ],
        );
    }

    #[test]
    fn fewer_models_are_fewer_choices() {
        check(&[], &[]);
        check(&[candidate(0, 11, 20.0)], &[(0, Choice::Balanced)]);
        check(
            &[candidate(0, 11, 20.0), candidate(1, 18, 12.0)],
            &[(0, Choice::Fast), (1, Choice::Strong)],
        );
        // Only a test model runs at all.
        check(
            &[candidate(0, 5, 20.0), candidate(1, 18, 0.5)],
            &[(0, Choice::Balanced)],
        );
    }
}
