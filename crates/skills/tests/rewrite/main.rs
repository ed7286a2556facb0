//! Rewrites over fakes: whatever a model does to numbers, dates, names and citations is undone or told.
#![allow(clippy::unwrap_used)]

mod damage;
mod pieces;

use std::collections::BTreeMap;

use deskmate_core::TextGenerator;
use deskmate_core::{CancelToken, Generation, GenerationRequest, StopReason, Usage, WireError};
use deskmate_skills::{Artifact, Rewrite, SkillContext, SkillInput, SkillOutput, find};

/// A model that answers by a function of the paragraph and of how often it was asked for it.
pub(crate) struct Rewriter<F: Fn(&str, usize) -> String + Send + Sync>(
    pub(crate) F,
    std::sync::Mutex<BTreeMap<String, usize>>,
);

impl<F: Fn(&str, usize) -> String + Send + Sync> Rewriter<F> {
    pub(crate) fn new(answer: F) -> Self {
        Self(answer, std::sync::Mutex::default())
    }
}

impl<F: Fn(&str, usize) -> String + Send + Sync> TextGenerator for Rewriter<F> {
    fn generate(
        &self,
        request: &GenerationRequest,
        _cancel: &CancelToken,
        _on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        let prompt = &request.messages.last().unwrap().content;
        let from = prompt.find("<<<\n").unwrap() + 4;
        let to = prompt.find("\n>>>").unwrap();
        let paragraph = &prompt[from..to];
        let mut asked = self.1.lock().unwrap();
        let count = asked.entry(paragraph.to_string()).or_default();
        let answer = (self.0)(paragraph, *count);
        *count += 1;
        Ok(Generation {
            text: serde_json::json!({ "text": answer }).to_string(),
            stop_reason: StopReason::EndOfTurn,
            usage: Usage::default(),
        })
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        Ok(texts.iter().map(|text| text.chars().count()).collect())
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Ok(4_096)
    }
}

pub(crate) fn run(
    generator: &dyn TextGenerator,
    inputs: &[(&str, &str)],
) -> Result<SkillOutput, WireError> {
    let given: BTreeMap<String, String> = inputs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let skill = find("rewrite").unwrap();
    let context = SkillContext {
        generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let input = SkillInput {
        values: skill.spec().complete(&given, 0)?,
        sources: Vec::new(),
    };
    skill.run(&context, &input, &mut |_| {})
}

pub(crate) fn rewrite(generator: &dyn TextGenerator, inputs: &[(&str, &str)]) -> Rewrite {
    match run(generator, inputs).unwrap().artifact {
        Artifact::Rewrite(rewrite) => *rewrite,
        other => panic!("{other:?}"),
    }
}
