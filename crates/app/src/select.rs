//! Which of the installed models do the work.

use std::path::PathBuf;

use deskmate_core::{CancelToken, ErrorCode, WireError};

use crate::engine::EmbeddingFacts;
use crate::models::{ModelKind, ModelStatus, ModelStore};

/// The chat model to use: `DESKMATE_CHAT_MODEL`, else the proposed one, else the largest installed.
///
/// # Errors
/// `ModelNotInstalled` when there is none.
pub(crate) fn chat(models: &ModelStore) -> Result<PathBuf, WireError> {
    let id = match std::env::var("DESKMATE_CHAT_MODEL") {
        Ok(id) if !id.is_empty() => id,
        Ok(_) | Err(_) => {
            let installed = installed(models, ModelKind::Chat)?;
            let proposed = models
                .catalog()
                .proposed(ModelKind::Chat)
                .map(|entry| entry.id.clone());
            installed
                .iter()
                .find(|status| Some(&status.id) == proposed.as_ref())
                .or_else(|| installed.iter().max_by_key(|status| status.bytes))
                .map(|status| status.id.clone())
                .ok_or_else(|| missing(models, ModelKind::Chat))?
        }
    };
    models.path(&id, &CancelToken::new(), &mut |_| {})
}

/// The embedding model to use, if one is installed: `DESKMATE_EMBEDDING_MODEL`, else the proposed one.
pub(crate) fn embedding(models: &ModelStore) -> Result<Option<EmbeddingFacts>, WireError> {
    let named = std::env::var("DESKMATE_EMBEDDING_MODEL")
        .ok()
        .filter(|id| !id.is_empty());
    let proposed = models
        .catalog()
        .proposed(ModelKind::Embedding)
        .map(|entry| entry.id.clone());
    let Some(id) = named.or(proposed) else {
        return Ok(None);
    };
    let entry = models.catalog().find(&id);
    let (Some(entry), Some(facts)) = (entry, entry.and_then(|entry| entry.embedding.as_ref()))
    else {
        return Ok(None);
    };
    if !models.status(&id)?.installed {
        return Ok(None);
    }
    let path = models.path(&id, &CancelToken::new(), &mut |_| {})?;
    Ok(Some(EmbeddingFacts {
        model_id: format!(
            "{id}@{}",
            entry.sha256.as_deref().map_or("own", |sha| &sha[..8])
        ),
        path,
        dimensions: facts.dimensions,
        // What the prefix and the special tokens take.
        max_tokens: facts.max_tokens.saturating_sub(8),
        query_prefix: facts.query_prefix.clone(),
        passage_prefix: facts.passage_prefix.clone(),
    }))
}

fn installed(models: &ModelStore, kind: ModelKind) -> Result<Vec<ModelStatus>, WireError> {
    Ok(models
        .list()?
        .into_iter()
        .filter(|status| status.installed && status.kind == kind)
        .collect())
}

fn missing(models: &ModelStore, kind: ModelKind) -> WireError {
    let id = models
        .catalog()
        .proposed(kind)
        .map_or_else(String::new, |entry| entry.id.clone());
    WireError::new(ErrorCode::ModelNotInstalled, "no language model is installed").with_hint(format!(
        "get one with `deskmate models get {id}`, or add a GGUF file with `deskmate models add FILE`; \
         `deskmate search` works without"
    ))
}
