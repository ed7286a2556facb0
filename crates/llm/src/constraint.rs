//! Holding generated text to a form: JSON Schema, regular expression or grammar, by llguidance.
//!
//! The matcher is driven from here and not as a sampler of llama.cpp: its errors come back as errors, a token is given
//! to it exactly once, and nothing of it can end the process.

use std::panic::{AssertUnwindSafe, catch_unwind};

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};

use deskmate_core::{Constraint, ErrorCode, WireError};
use serde_json::{Value, json};

use crate::sampling::Sampler;

/// Makes forms for one model; building it takes some hundred milliseconds, so there is one per model.
pub(crate) struct FormFactory(ParserFactory);

impl FormFactory {
    /// Reads the vocabulary of a model.
    pub(crate) fn new(model: &LlamaModel) -> Result<Self, WireError> {
        let failed = |reason: String| {
            WireError::new(
                ErrorCode::Internal,
                format!("the vocabulary of the model cannot be used for constraints: {reason}"),
            )
        };
        let vocabulary = LlamaSampler::llguidance_tok_env(model);
        let mut factory =
            ParserFactory::new_simple(&vocabulary).map_err(|error| failed(error.to_string()))?;
        factory.quiet();
        // Errors with the text so far could carry the user's content into a log.
        factory.limits_mut().verbose_errors = false;
        Ok(Self(factory))
    }

    /// Starts a form.
    ///
    /// # Errors
    /// `InvalidInput` when the schema, expression or grammar is wrong or too large.
    pub(crate) fn start(&self, constraint: &Constraint) -> Result<Form, WireError> {
        let wrong = |reason: String| {
            WireError::new(
                ErrorCode::InvalidInput,
                format!("the constraint cannot be used: {reason}"),
            )
        };
        let grammar = match constraint {
            Constraint::JsonSchema(schema) => {
                TopLevelGrammar::from_json_schema(with_fixed_spacing(schema))
            }
            Constraint::Regex(expression) => TopLevelGrammar::from_regex(expression),
            Constraint::Lark(grammar) => TopLevelGrammar::from_lark(grammar.clone()),
        };
        let parser = catch_unwind(AssertUnwindSafe(|| self.0.create_parser(grammar)))
            .map_err(|_| wrong("it is beyond what can be handled".to_string()))?;
        let matcher = Matcher::new(parser);
        match matcher.get_error() {
            Some(reason) => Err(wrong(reason)),
            None => Ok(Form(matcher)),
        }
    }
}

/// JSON as models write it, `{"a": 1, "b": 2}`: with free white space small models run away into blank lines.
fn with_fixed_spacing(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut()
        && !object.contains_key("x-guidance")
    {
        object.insert(
            "x-guidance".to_string(),
            json!({"whitespace_flexible": false, "item_separator": ", ", "key_separator": ": "}),
        );
    }
    schema
}

/// A form that is being filled.
pub(crate) struct Form(Matcher);

impl Form {
    /// Chooses the next token among those that the form allows; `None` when it allows none.
    pub(crate) fn choose(
        &mut self,
        logits: &[f32],
        sampler: &mut Sampler,
    ) -> Result<Option<usize>, WireError> {
        if sampler.is_greedy() {
            // Mostly the likeliest token is allowed, and asking for one is much quicker than for all.
            let likeliest = sampler.choose_any(logits);
            if let Some(token) = likeliest
                && let Ok(id) = u32::try_from(token)
                && self.0.validate_tokens(&[id]).map_err(broken)? == 1
            {
                return Ok(Some(token));
            }
        }
        let allowed = self.0.compute_mask_or_eos().map_err(broken)?;
        let candidates = allowed.iter().map(|id| id as usize);
        Ok(sampler.choose(logits, candidates))
    }

    /// Goes on by a chosen token.
    pub(crate) fn accept(&mut self, token: usize) -> Result<(), WireError> {
        let id = u32::try_from(token).map_err(broken)?;
        self.0.consume_token(id).map_err(broken)
    }

    /// The form is complete and allows nothing more.
    pub(crate) fn is_finished(&self) -> bool {
        self.0.is_stopped()
    }
}

fn broken(error: impl std::fmt::Display) -> WireError {
    WireError::new(
        ErrorCode::Internal,
        format!("the constraint could not be followed: {error}"),
    )
}
