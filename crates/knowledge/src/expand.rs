//! Says in the files' words what a question asks in its own: people ask "厂里不给我交社保怎么办", and the law says
//! "用人单位未按时足额缴纳社会保险费的".
//!
//! The model writes the passage that would answer (hypothetical document embeddings, Gao et al. 2022); it is searched
//! together with the question and shown to nobody.

use deskmate_core::{CancelToken, GenerationRequest, Message, TextGenerator, Usage, WireError};

use crate::answer::Engines;
use crate::question::{Language, language_of};
use crate::retrieve::{Evidence, Retrieval, RetrieveOptions, retrieve};

/// Share of the question's telling terms in the best chunks below which the files say it in other words
/// (`deskmate bench abstention --json` prints it for every question of a set).
const HARDLY_ANY: f32 = 0.12;

/// Tokens of what the model writes.
const TOKENS: usize = 80;

/// True when another search with the model's words is worth the model's time.
fn is_in_other_words(evidence: &Evidence) -> bool {
    evidence.cosine > 0.0 && evidence.coverage < HARDLY_ANY
}

/// Searches once more with the model's words, and tells what they took, where the files say in other words what is asked; the evidence stays that of
/// the question alone, so that what the model writes never makes an answer out of nothing.
///
/// # Errors
/// Those of the engines.
pub fn retrieve_expanded(
    question: &str,
    found: Retrieval,
    engines: Engines<'_>,
    options: RetrieveOptions<'_>,
    cancel: &CancelToken,
) -> Result<(Retrieval, Usage), WireError> {
    if !is_in_other_words(&found.evidence) {
        return Ok((found, Usage::default()));
    }
    // In the language of the files: full text finds nothing of a question in another one.
    let language = found.hits.first().map_or_else(
        || language_of(question),
        |hit| language_of(&hit.stored.chunk.text),
    );
    let (query, usage) = expanded(question, language, engines.generator, cancel)?;
    let hits = retrieve(&query, engines.index, engines.embedder, options, cancel)?.hits;
    Ok((Retrieval { hits, ..found }, usage))
}

/// The question with the passage that the model expects to answer it.
fn expanded(
    question: &str,
    language: Language,
    generator: &dyn TextGenerator,
    cancel: &CancelToken,
) -> Result<(String, Usage), WireError> {
    let prompt = match language {
        Language::Chinese => include_str!("prompts/expand.zh.md"),
        Language::English => include_str!("prompts/expand.en.md"),
    };
    let (system, user) = prompt
        .split_once("\n---\n")
        .unwrap_or((prompt, "{question}"));
    let messages = vec![
        Message::system(system),
        Message::user(user.trim_end().replace("{question}", question)),
    ];
    let request = GenerationRequest::greedy(messages, TOKENS);
    let written = generator.generate(&request, cancel, &mut |_| {})?;
    Ok((format!("{question} {}", written.text.trim()), written.usage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_the_files_say_it_in_other_words() {
        let evidence = |coverage, cosine| Evidence {
            coverage,
            cosine,
            ..Evidence::default()
        };
        assert!(is_in_other_words(&evidence(0.04, 0.9)));
        assert!(!is_in_other_words(&evidence(0.4, 0.9)));
        // Without vectors the model's words would only be more words to miss.
        assert!(!is_in_other_words(&evidence(0.04, 0.0)));
    }
}
