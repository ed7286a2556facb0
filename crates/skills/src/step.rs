//! One step of a pipeline: a prompt, a schema, a check; asked twice at most.

use deskmate_core::{
    Constraint, ErrorCode, GenerationRequest, Message, StopReason, Usage, WireError,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::skill::SkillContext;

/// The model within one run of a skill, with what it took.
pub(crate) struct Model<'a> {
    pub(crate) context: &'a SkillContext<'a>,
    pub(crate) usage: Usage,
    /// Steps whose first reply was of no use.
    pub(crate) retried: usize,
    /// Steps that gave nothing at all.
    pub(crate) failed: usize,
    /// Whether a reply that ran out of tokens is closed and taken.
    takes_cut: bool,
}

/// What a step asks.
pub(crate) struct Step<'p> {
    /// The instruction, from a prompt file.
    pub(crate) instruction: &'p str,
    /// Quoted material; fenced by [`Model::ask`].
    pub(crate) material: &'p str,
    /// What is asked about it, after the material; may be empty.
    pub(crate) request: &'p str,
    /// Form of the reply.
    pub(crate) schema: Value,
    /// Tokens the reply may have.
    pub(crate) max_tokens: usize,
}

impl<'a> Model<'a> {
    /// A model that has not been asked anything yet.
    pub(crate) fn new(context: &'a SkillContext<'a>) -> Self {
        Self {
            context,
            usage: Usage::default(),
            retried: 0,
            failed: 0,
            takes_cut: false,
        }
    }

    /// As [`Model::ask`], but a reply that ran out of tokens is closed where it stops and taken: prose of which whole
    /// sentences are used loses nothing but its last one, and a small model seldom ends where it was asked to.
    ///
    /// # Errors
    /// As [`Model::ask`].
    pub(crate) fn ask_open<T: DeserializeOwned, R>(
        &mut self,
        step: &Step<'_>,
        accept: &mut dyn FnMut(T) -> Result<Option<R>, WireError>,
    ) -> Result<Option<R>, WireError> {
        self.takes_cut = true;
        let answer = self.ask(step, accept);
        self.takes_cut = false;
        answer
    }

    /// Asks until `accept` takes a reply, twice at most; `None` when it took none.
    ///
    /// The second time is not greedy, or it would give the same reply.
    ///
    /// # Errors
    /// `Cancelled` and the errors of an engine that is not there at all. A worker that dies, times out or refuses the
    /// length is a reply of no use.
    pub(crate) fn ask<T: DeserializeOwned, R>(
        &mut self,
        step: &Step<'_>,
        accept: &mut dyn FnMut(T) -> Result<Option<R>, WireError>,
    ) -> Result<Option<R>, WireError> {
        for attempt in 0..2_u32 {
            if self.context.cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            if let Some(reply) = self.reply(step, attempt)?
                && let Some(value) = parse::<T>(&reply)
                && let Some(result) = accept(value)?
            {
                return Ok(Some(result));
            }
            self.retried += usize::from(attempt == 0);
        }
        self.failed += 1;
        Ok(None)
    }

    /// Asks once for a text of a regular form, greedily.
    ///
    /// # Errors
    /// As [`Model::ask`].
    pub(crate) fn ask_form(
        &mut self,
        instruction: &str,
        material: &str,
        constraint: Option<Constraint>,
        max_tokens: usize,
    ) -> Result<Option<String>, WireError> {
        let mut request = GenerationRequest::greedy(
            vec![
                Message::system(instruction.trim_end()),
                Message::user(material),
            ],
            max_tokens,
        );
        request.constraint = constraint;
        self.run(&request)
    }

    fn reply(&mut self, step: &Step<'_>, attempt: u32) -> Result<Option<String>, WireError> {
        let mut material = fenced(step.material);
        if !step.request.is_empty() {
            material.push_str("\n\n");
            material.push_str(step.request);
        }
        let mut request = GenerationRequest::greedy(
            vec![
                Message::system(step.instruction.trim_end()),
                Message::user(material),
            ],
            step.max_tokens,
        );
        request.constraint = Some(Constraint::JsonSchema(step.schema.clone()));
        if attempt > 0 {
            request.temperature = 0.6;
            request.seed = attempt;
        }
        self.run(&request)
    }

    fn run(&mut self, request: &GenerationRequest) -> Result<Option<String>, WireError> {
        let generator = self.context.generator;
        match generator.generate(request, self.context.cancel, &mut |_| {}) {
            Ok(generation) => {
                self.usage.prompt_tokens += generation.usage.prompt_tokens;
                self.usage.reused_tokens += generation.usage.reused_tokens;
                self.usage.generated_tokens += generation.usage.generated_tokens;
                self.usage.total_ms += generation.usage.total_ms;
                let is_cut = generation.stop_reason == StopReason::MaxTokens;
                Ok(
                    match (is_cut && request.constraint.is_some(), self.takes_cut) {
                        (false, _) => Some(generation.text),
                        (true, true) => Some(closed(&generation.text)),
                        (true, false) => None,
                    },
                )
            }
            Err(error) => match error.code {
                ErrorCode::WorkerCrashed | ErrorCode::TimedOut | ErrorCode::ContextTooLong => {
                    Ok(None)
                }
                _ => Err(error),
            },
        }
    }

    /// Tokens that material may have beside a reply of `reply_tokens` and the instruction.
    ///
    /// # Errors
    /// Those of the engine.
    pub(crate) fn room(&self, reply_tokens: usize, most: usize) -> Result<usize, WireError> {
        let window = self.context.generator.context_window()?;
        Ok(most.min(window.saturating_sub(reply_tokens + 500)).max(64))
    }
}

/// Material between marks that the prompts name.
pub(crate) fn fenced(material: &str) -> String {
    // Marks inside the material would end it early.
    let inner = material.replace("<<<", "«").replace(">>>", "»");
    format!("<<<\n{}\n>>>", inner.trim())
}

/// A reply as a value; small models like to fence JSON or to say something before it.
pub(crate) fn parse<T: DeserializeOwned>(reply: &str) -> Option<T> {
    let (start, end) = (reply.find('{')?, reply.rfind('}')?);
    serde_json::from_str(reply.get(start..=end)?).ok()
}

/// JSON that stops anywhere, with its string, lists and objects closed.
fn closed(reply: &str) -> String {
    let mut open = Vec::new();
    let (mut in_string, mut is_escaped) = (false, false);
    for c in reply.chars() {
        match (in_string, c) {
            (true, _) if is_escaped => is_escaped = false,
            (true, '\\') => is_escaped = true,
            (_, '"') => in_string = !in_string,
            (true, _) => {}
            (false, '{') => open.push('}'),
            (false, '[') => open.push(']'),
            (false, '}' | ']') => {
                open.pop();
            }
            (false, _) => {}
        }
    }
    let mut out = reply.to_owned();
    if is_escaped {
        out.pop();
    }
    if in_string {
        out.push('"');
    }
    let end = out.trim_end().trim_end_matches(',').len();
    out.truncate(end);
    out.extend(open.into_iter().rev());
    out
}

/// A schema for an object with exactly these properties.
pub(crate) fn object(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let map: serde_json::Map<String, Value> = properties
        .iter()
        .map(|(name, schema)| (name.to_string(), schema.clone()))
        .collect();
    serde_json::json!({
        "type": "object",
        "properties": map,
        "required": names,
        "additionalProperties": false
    })
}

/// A schema for a text of at most `most` characters.
pub(crate) fn text(most: usize) -> Value {
    serde_json::json!({ "type": "string", "minLength": 1, "maxLength": most })
}

/// A schema for a list.
pub(crate) fn list(item: Value, least: usize, most: usize) -> Value {
    serde_json::json!({ "type": "array", "items": item, "minItems": least, "maxItems": most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_stops_anywhere_is_closed() {
        for (cut, whole) in [
            (r#"{"paragraphs":["一。二"#, r#"{"paragraphs":["一。二"]}"#),
            (r#"{"paragraphs":["a","#, r#"{"paragraphs":["a"]}"#),
            (r#"{"a":["x\"y"#, r#"{"a":["x\"y"]}"#),
            (r#"{"a":"x"}"#, r#"{"a":"x"}"#),
        ] {
            assert_eq!(closed(cut), whole);
        }
        // A backslash at the very end escapes nothing.
        assert_eq!(closed("{\"a\":\"x\\"), "{\"a\":\"x\"}");
    }
}
