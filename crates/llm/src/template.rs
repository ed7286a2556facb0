//! The model's own chat template: from messages to the text it was trained on.
//!
//! The template comes from the model file and is not trusted: it runs with a limit on steps and depth, and what users
//! and their files say can never become a control token of the model.

use minijinja::{Environment, Error as JinjaError, ErrorKind, Value, context};
use serde::Serialize;

use deskmate_core::{ErrorCode, Message, Role, WireError};

/// Steps that a template may take; a conversation of 100 messages takes about 50,000.
const FUEL: u64 = 20_000_000;
/// Depth of nested blocks and macros.
const DEPTH: usize = 64;

/// For a model that brings no template: the form most models know.
const CHATML: &str = "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + \
                      '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}";
/// Ends of a message in that form, for a model to which they are plain text.
const CHATML_STOPS: [&str; 2] = ["<|im_end|>", "<|im_start|>"];

/// A part of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text of the template: control tokens in it count.
    Frame(String),
    /// Text of a message: it is only ever text.
    Content(String),
}

/// A chat template with the two tokens that templates name.
#[derive(Debug, Clone)]
pub(crate) struct ChatTemplate {
    source: Option<String>,
    bos: String,
    eos: String,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: &'a str,
}

impl ChatTemplate {
    /// The template of a model, or ChatML when it has none; `bos` and `eos` are the texts of its tokens.
    pub(crate) fn new(source: Option<String>, bos: String, eos: String) -> Self {
        Self { source, bos, eos }
    }

    /// Stop texts that a model needs which was trained on another form.
    pub(crate) fn stops(&self) -> &'static [&'static str] {
        match self.source {
            Some(_) => &[],
            None => &CHATML_STOPS,
        }
    }

    /// Turns messages into a prompt that ends where the model's answer begins.
    ///
    /// `controls` are the texts of the model's control tokens. Where no message holds one, the prompt is one frame and
    /// exactly what the template gives. Where one does, the contents are kept apart, so that `<|im_end|>` in a user's
    /// file does not end the user's message. If a template changes contents, so that they cannot be found again, the
    /// control texts in them are broken up instead.
    ///
    /// # Errors
    /// `InvalidInput` when the template refuses the messages.
    pub(crate) fn prompt(
        &self,
        messages: &[Message],
        controls: &[String],
    ) -> Result<Vec<Piece>, WireError> {
        let (messages, plain) = self.render_or_merge(messages)?;
        let suspect = |message: &Message| {
            controls
                .iter()
                .any(|control| message.content.contains(control.as_str()))
        };
        if !messages.iter().any(suspect) {
            return Ok(vec![Piece::Frame(plain)]);
        }
        if let Some(pieces) = self.pieces(&messages, &plain) {
            return Ok(pieces);
        }
        let harmless: Vec<Message> = messages
            .iter()
            .map(|message| Message {
                role: message.role,
                content: break_up(&message.content, controls),
            })
            .collect();
        Ok(vec![Piece::Frame(self.render(&harmless)?)])
    }

    /// Renders; a template that knows no system message gets it in front of the first user message.
    fn render_or_merge(&self, messages: &[Message]) -> Result<(Vec<Message>, String), WireError> {
        let first = match self.render(messages) {
            Ok(text) => return Ok((messages.to_vec(), text)),
            Err(error) => error,
        };
        match messages {
            [system, user, rest @ ..] if system.role == Role::System && user.role == Role::User => {
                let merged = Message::user(format!("{}\n\n{}", system.content, user.content));
                let merged: Vec<Message> = std::iter::once(merged)
                    .chain(rest.iter().cloned())
                    .collect();
                let text = self.render(&merged).map_err(|_| first)?;
                Ok((merged, text))
            }
            _ => Err(first),
        }
    }

    /// Contents kept apart from the frame, if the template only puts them in place.
    fn pieces(&self, messages: &[Message], plain: &str) -> Option<Vec<Piece>> {
        // Private-use characters: no template looks for them or takes them for white space.
        let mark = |index: usize| format!("\u{f8f0}{index}\u{f8f1}");
        let marked: Vec<Message> = messages
            .iter()
            .enumerate()
            .map(|(index, message)| Message {
                role: message.role,
                content: mark(index),
            })
            .collect();
        let rendered = self.render(&marked).ok()?;
        let mut pieces = Vec::new();
        let mut rest = rendered.as_str();
        while let Some((frame, after)) = rest.split_once('\u{f8f0}') {
            let (index, after) = after.split_once('\u{f8f1}')?;
            let message = messages.get(index.parse::<usize>().ok()?)?;
            pieces.push(Piece::Frame(frame.to_string()));
            pieces.push(Piece::Content(message.content.clone()));
            rest = after;
        }
        pieces.push(Piece::Frame(rest.to_string()));
        let joined: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Frame(text) | Piece::Content(text) => text.as_str(),
            })
            .collect();
        (joined == plain).then_some(pieces)
    }

    fn render(&self, messages: &[Message]) -> Result<String, WireError> {
        let refused = |error: JinjaError| {
            WireError::new(
                ErrorCode::InvalidInput,
                format!("the chat template of the model cannot be used: {error:#}"),
            )
            .with_hint("use another model; this one may not be a chat model")
        };
        let turns: Vec<Turn<'_>> = messages.iter().map(turn).collect();
        let environment = environment();
        let template = environment
            .template_from_str(self.source.as_deref().unwrap_or(CHATML))
            .map_err(refused)?;
        // No tools, no documents, no date: what is not defined, templates leave out, and a prompt without the date
        // begins alike tomorrow.
        let mut text = template
            .render(context! {
                messages => Value::from_serialize(&turns),
                add_generation_prompt => true,
                enable_thinking => false,
                bos_token => self.bos,
                eos_token => self.eos,
            })
            .map_err(refused)?;
        // Models whose template opens a block for thinking get it closed: office work must not wait for it.
        if text.trim_end().ends_with("<think>") {
            text.truncate(text.trim_end().len());
            text.push_str("\n\n</think>\n\n");
        }
        Ok(text)
    }
}

fn turn(message: &Message) -> Turn<'_> {
    Turn {
        role: match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        },
        content: &message.content,
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // As Hugging Face renders them.
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_function(
        "raise_exception",
        |reason: String| -> Result<Value, JinjaError> {
            Err(JinjaError::new(ErrorKind::InvalidOperation, reason))
        },
    );
    environment
}

/// Puts a zero-width space behind the first character of every control text.
fn break_up(content: &str, controls: &[String]) -> String {
    let mut text = content.to_string();
    for control in controls {
        let mut characters = control.chars();
        let Some(first) = characters.next() else {
            continue;
        };
        let rest = characters.as_str();
        if !rest.is_empty() && text.contains(control.as_str()) {
            text = text.replace(control.as_str(), &format!("{first}\u{200b}{rest}"));
        }
    }
    text
}

#[cfg(test)]
mod tests;
