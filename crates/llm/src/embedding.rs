//! Embedding: texts to unit vectors, several texts per computation.

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use deskmate_core::{CancelToken, EmbeddingRole, ErrorCode, WireError};

use crate::backends::Backends;
use crate::chat::{fault_error, no_context};
use crate::model::Loaded;
use crate::native::{Context, Purpose};
use crate::normalize::nmt_nfkc;

/// Texts of one computation.
const SEQUENCES: u32 = 64;
/// Tokens of one computation unless a text alone has more. Short texts gain from company, texts of 120 tokens do not
/// any more (0.80 against 0.84 s of processor time for twelve, apart and together), and attention between texts, masked
/// out afterwards, costs the square of this.
const PACK_TOKENS: usize = 256;

/// An embedding model with its context.
pub(crate) struct Embedding<'model> {
    model: &'model LlamaModel,
    context: Context<'model>,
    window: usize,
    dimensions: usize,
    normalize: bool,
    query_prefix: String,
    passage_prefix: String,
}

impl<'model> Embedding<'model> {
    /// Makes a context.
    ///
    /// # Errors
    /// `OutOfMemory` when the context cannot be made.
    pub(crate) fn new(backends: &Backends, loaded: &'model Loaded) -> Result<Self, WireError> {
        let purpose = Purpose::Embedding {
            sequences: SEQUENCES,
            // 0 is none: vectors of tokens are of no use here.
            force_mean: loaded.summary.pooling.unwrap_or(0) == 0,
        };
        let context = Context::new(&backends.backend, &loaded.model, &loaded.plan, purpose)
            .ok_or_else(|| no_context(loaded))?;
        if loaded.summary.pooling == Some(4) {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!(
                    "`{}` ranks texts and does not embed them",
                    loaded.params.path.display()
                ),
            )
            .with_hint("choose an embedding model"));
        }
        Ok(Self {
            model: &loaded.model,
            context,
            window: loaded.plan.n_ctx as usize,
            dimensions: usize::try_from(loaded.model.n_embd_out()).unwrap_or(0),
            normalize: loaded.summary.tokenizer.as_deref() == Some("t5"),
            query_prefix: loaded.params.options.query_prefix.clone(),
            passage_prefix: loaded.params.options.passage_prefix.clone(),
        })
    }

    /// Tokens that prefix, text and special tokens may have together.
    pub(crate) fn window(&self) -> usize {
        self.window
    }

    /// Most tokens of a text by [`Self::count_tokens`], so that it fits with either prefix.
    pub(crate) fn max_text_tokens(&self) -> usize {
        let overhead = [EmbeddingRole::Query, EmbeddingRole::Passage]
            .map(|role| self.tokens("", role).len())
            .into_iter()
            .max()
            .unwrap_or(0);
        // Prefix and text may be cut differently together than apart: one more.
        self.window.saturating_sub(overhead + 1)
    }

    /// Tokens of a text, without prefix and special ones.
    pub(crate) fn count_tokens(&self, text: &str) -> usize {
        let text = self.normalized(text);
        self.model
            .vocab()
            .tokenize(text.as_bytes(), false, false)
            .len()
    }

    /// Embeds texts into unit vectors, in their order.
    ///
    /// # Errors
    /// `ContextTooLong` before anything is computed, `Cancelled`.
    pub(crate) fn embed(
        &mut self,
        texts: &[String],
        role: EmbeddingRole,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<f32>>, WireError> {
        let tokens: Vec<Vec<LlamaToken>> =
            texts.iter().map(|text| self.tokens(text, role)).collect();
        for (index, tokens) in tokens.iter().enumerate() {
            self.check_length(index, tokens.len())?;
        }
        self.context.watch(cancel);
        let mut vectors = vec![vec![0.0; self.dimensions]; texts.len()];
        for pack in packs(&tokens, self.pack_limit()) {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let packed: Vec<&[LlamaToken]> =
                pack.iter().map(|index| tokens[*index].as_slice()).collect();
            let computed = self.context.embed(&packed).map_err(fault_error)?;
            for (index, vector) in pack.into_iter().zip(computed) {
                vectors[index] = unit(vector)?;
            }
        }
        Ok(vectors)
    }

    fn pack_limit(&self) -> usize {
        PACK_TOKENS.min(self.context.n_batch())
    }

    fn tokens(&self, text: &str, role: EmbeddingRole) -> Vec<LlamaToken> {
        let prefix = match role {
            EmbeddingRole::Query => &self.query_prefix,
            EmbeddingRole::Passage => &self.passage_prefix,
        };
        let text = format!("{prefix}{}", self.normalized(text));
        self.model.vocab().tokenize(text.as_bytes(), true, false)
    }

    fn normalized(&self, text: &str) -> String {
        if self.normalize {
            nmt_nfkc(text)
        } else {
            text.to_string()
        }
    }

    fn check_length(&self, index: usize, count: usize) -> Result<(), WireError> {
        if count <= self.window {
            return Ok(());
        }
        Err(WireError::new(
            ErrorCode::ContextTooLong,
            format!(
                "text `{index}` has `{count}` tokens with its prefix, and the embedding model takes `{}`",
                self.window
            ),
        )
        .with_hint("cut the text into smaller chunks"))
    }
}

/// Numbers of the texts that are computed together: alike in length, at most `limit` tokens unless one has more.
/// Texts without any token are in none.
fn packs(texts: &[Vec<LlamaToken>], limit: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..texts.len())
        .filter(|index| !texts[*index].is_empty())
        .collect();
    order.sort_by_key(|index| texts[*index].len());
    let mut packs: Vec<Vec<usize>> = Vec::new();
    let mut used = usize::MAX;
    for index in order {
        let length = texts[index].len();
        match packs.last_mut() {
            Some(pack)
                if used.saturating_add(length) <= limit && pack.len() < SEQUENCES as usize =>
            {
                used += length;
                pack.push(index);
            }
            _ => {
                used = length;
                packs.push(vec![index]);
            }
        }
    }
    packs
}

fn unit(mut vector: Vec<f32>) -> Result<Vec<f32>, WireError> {
    let norm = vector
        .iter()
        .map(|x| f64::from(*x).powi(2))
        .sum::<f64>()
        .sqrt();
    if !norm.is_finite() || norm <= 0.0 {
        return Err(WireError::new(
            ErrorCode::ModelDamaged,
            "the embedding model gave a vector that is not a number",
        )
        .with_hint("get the embedding model again"));
    }
    for x in &mut vector {
        *x = (f64::from(*x) / norm) as f32;
    }
    Ok(vector)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn texts(lengths: &[usize]) -> Vec<Vec<LlamaToken>> {
        lengths
            .iter()
            .map(|length| vec![LlamaToken(1); *length])
            .collect()
    }

    #[test]
    fn every_text_is_packed_once_within_the_limit_and_empty_ones_not_at_all() {
        let texts = texts(&[300, 10, 0, 200, 512, 5, 600]);
        let packs = packs(&texts, 512);
        let mut seen: Vec<usize> = packs.iter().flatten().copied().collect();
        seen.sort_unstable();
        assert_eq!(seen, vec![0, 1, 3, 4, 5, 6]);
        for pack in &packs {
            let total: usize = pack.iter().map(|index| texts[*index].len()).sum();
            assert!(total <= 512 || pack.len() == 1);
        }
    }

    #[test]
    fn a_pack_has_no_more_texts_than_the_context_has_sequences() {
        let packs = packs(&texts(&[1; 200]), 512);
        assert_eq!(
            packs.iter().map(Vec::len).collect::<Vec<_>>(),
            vec![64, 64, 64, 8]
        );
    }

    #[test]
    fn vectors_get_length_one_and_nonsense_is_refused() {
        assert_eq!(unit(vec![3.0, 4.0]).unwrap(), vec![0.6, 0.8]);
        assert!(unit(vec![f32::NAN, 1.0]).is_err());
        assert!(unit(vec![0.0, 0.0]).is_err());
    }
}
