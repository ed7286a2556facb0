//! Which of the installed models do the work.

use std::path::PathBuf;

use deskmate_core::{CancelToken, ErrorCode, WireError};

use crate::engine::EmbeddingFacts;
use crate::models::{ModelKind, ModelStatus, ModelStore};

/// The chat model to use, with its file.
///
/// # Errors
/// `ModelNotInstalled` when there is none.
pub(crate) fn chat(
    models: &ModelStore,
    wanted: Option<&str>,
) -> Result<(String, PathBuf), WireError> {
    let id = chat_id(models, wanted)?.ok_or_else(|| missing(models, ModelKind::Chat))?;
    let path = models.path(&id, &CancelToken::new(), &mut |_| {})?;
    Ok((id, path))
}

/// The id of the chat model to use: `DESKMATE_CHAT_MODEL`, else the wanted one if it is installed, else the proposed
/// one, else the largest installed.
pub(crate) fn chat_id(
    models: &ModelStore,
    wanted: Option<&str>,
) -> Result<Option<String>, WireError> {
    let named = std::env::var("DESKMATE_CHAT_MODEL").unwrap_or_default();
    if !named.is_empty() {
        return Ok(Some(named));
    }
    let installed = installed(models, ModelKind::Chat)?;
    let proposed = models.catalog().proposed(ModelKind::Chat);
    let proposed = proposed.map(|entry| entry.id.as_str());
    let of_id = |id: Option<&str>| {
        installed
            .iter()
            .find(|status| Some(status.id.as_str()) == id)
    };
    Ok(of_id(wanted)
        .or_else(|| of_id(proposed))
        .or_else(|| installed.iter().max_by_key(|status| status.bytes))
        .map(|status| status.id.clone()))
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
