//! A question in a conversation: asked, answered, kept, also when it is stopped.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use deskmate_core::{
    CancelToken, ErrorCode, JobEvent, Progress, Role, SourceId, TextGenerator, WireError,
};
use deskmate_knowledge::UNSUPPORTED_MARK;
use deskmate_store::{ConversationId, Message, MessageId, NewMessage, SourceState};
use serde::{Deserialize, Serialize};

use super::view::{AnswerRecord, MessageView, Stopped, StoppedBy};
use super::{title_of, turns_of};
use crate::app::{Answered, App, Asked};
use crate::changes::Changed;
use crate::ingest::Sink;

/// A question about files that are just being added waits for them, but not for ever.
const MOST_WAITING: Duration = Duration::from_secs(90);

/// What of the files a question is asked of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Scope {
    /// Files and folders; empty for the whole library.
    #[serde(default)]
    pub paths: Vec<PathBuf>,
}

/// A question, and its place in a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AskParams"))]
#[serde(default)]
pub struct ConverseParams {
    /// The question; of no meaning with `regenerate`.
    pub question: String,
    /// What of the files it is asked of.
    pub scope: Scope,
    /// The conversation; none begins one.
    pub conversation: Option<ConversationId>,
    /// The message that the question follows; none for the newest of the branch.
    pub parent: Option<MessageId>,
    /// The question that this one is an edited version of; it follows the same message.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub edit: Option<MessageId>,
    /// Answer the question of this message once more instead of adding a question.
    pub regenerate: Option<MessageId>,
    /// Only the answer itself, in few words.
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub brief: bool,
}

/// A question with its answer as they are kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AskResult"))]
pub struct ConverseResult {
    /// Their conversation.
    pub conversation: ConversationId,
    /// The question.
    pub question: MessageView,
    /// The answer.
    pub answer: MessageView,
    /// How full the context window is.
    pub context: ContextUse,
}

/// How full the context window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ContextUse {
    /// Tokens of the last prompt and its answer.
    pub used: u64,
    /// Tokens that there is room for.
    pub window: usize,
}

impl App {
    /// Answers a question in a conversation and keeps both. What came of an answer until it was stopped is kept too.
    ///
    /// # Errors
    /// `ModelNotInstalled`, and `NotFound` for files, conversations and messages, before anything is kept; then those
    /// of [`App::ask`], with the question and the beginning of the answer kept.
    pub fn converse(
        &self,
        params: &ConverseParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<ConverseResult, WireError> {
        let (result, _) = self.converse_with_answer(params, cancel, sink)?;
        Ok(result)
    }

    pub(crate) fn converse_with_answer(
        &self,
        params: &ConverseParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<(ConverseResult, Answered), WireError> {
        let scope = self.scope(&params.scope.paths)?;
        let chat = self.chat()?;
        let question = self.place_question(params)?;
        self.changes().tell(Changed::Conversations);
        let library = self.library();
        let history = match question.parent {
            Some(parent) => turns_of(&library.branch(question.conversation, parent)?),
            None => Vec::new(),
        };
        let mut heard = String::new();
        let mut sources: Vec<PathBuf> = Vec::new();
        let asked = Asked {
            text: &question.message.content,
            brief: params.brief,
            scope: scope.as_deref(),
            history: &history,
        };
        let answered = self
            .wait_for_files(scope.as_deref(), cancel, &mut *sink)
            .and_then(|()| chat.load(cancel, &mut |fraction| sink(loading(fraction))))
            .and_then(|()| {
                self.answer(asked, &chat, cancel, &mut |event| {
                    match &event {
                        JobEvent::Text { delta } => heard.push_str(delta),
                        JobEvent::Sources { sources: told } => {
                            sources.extend(told.iter().map(|source| source.path.clone()));
                        }
                        _ => {}
                    }
                    sink(event);
                })
            });
        let kept = match &answered {
            Ok(answered) => finished(answered),
            Err(error) => stopped(&heard, sources, error),
        }?;
        let kept = library.append_message(question.conversation, Some(question.id), kept)?;
        self.changes().tell(Changed::Conversations);
        let answered = answered?;
        let usage = answered.answer.usage;
        self.note_speed(&chat, &usage);
        let result = ConverseResult {
            conversation: question.conversation,
            context: ContextUse {
                used: usage.prompt_tokens + usage.generated_tokens,
                window: chat.context_window()?,
            },
            question: question.into(),
            answer: kept.into(),
        };
        Ok((result, answered))
    }

    /// Waits while files that the question is about are still being read.
    fn wait_for_files(
        &self,
        scope: Option<&[SourceId]>,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<(), WireError> {
        let begun = Instant::now();
        loop {
            let (waiting, total) = self.unread_files(scope)?;
            if waiting == 0 || !self.traffic().is_ingesting() || begun.elapsed() > MOST_WAITING {
                return Ok(());
            }
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            sink(JobEvent::Progress(Progress {
                stage: "reading".to_string(),
                done: total - waiting,
                total: Some(total),
                eta_ms: None,
                item: None,
            }));
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Files of the scope that cannot be found yet, and all of them. Of the whole library, one that can be found is enough.
    fn unread_files(&self, scope: Option<&[SourceId]>) -> Result<(u64, u64), WireError> {
        let Some(ids) = scope else {
            let files = self.library().stats()?.files;
            let searchable = files.words + files.ready;
            let waiting = if searchable > 0 { 0 } else { files.pending };
            return Ok((waiting, files.pending + searchable));
        };
        let mut waiting = 0;
        for id in ids {
            let source = self.library().source(*id)?;
            waiting += u64::from(source.is_some_and(|s| s.state == SourceState::Pending));
        }
        Ok((waiting, ids.len() as u64))
    }

    /// The question as a kept message: a new one, or the one to be answered again.
    fn place_question(&self, params: &ConverseParams) -> Result<Message, WireError> {
        let library = self.library();
        if let Some(id) = params.regenerate {
            let mut message = library.message(id)?;
            if let (Role::Assistant, Some(parent)) = (message.message.role, message.parent) {
                message = library.message(parent)?;
            }
            return Ok(message);
        }
        let question = params.question.trim();
        if question.is_empty() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "the question is empty",
            ));
        }
        let (conversation, parent) = match (params.conversation, params.edit) {
            (None, _) => (library.create_conversation(&title_of(question))?, None),
            (Some(id), Some(edited)) => (id, library.message(edited)?.parent),
            (Some(id), None) => {
                let messages = library.conversation(id)?.messages;
                let newest = messages.last().map(|message| message.id);
                (id, params.parent.or(newest))
            }
        };
        let message = NewMessage {
            role: Role::User,
            content: question.to_string(),
            citations: Vec::new(),
            extra: serde_json::Value::Null,
        };
        library.append_message(conversation, parent, message)
    }
}

fn loading(fraction: f32) -> JobEvent {
    JobEvent::Progress(Progress {
        stage: "loading".to_string(),
        done: (fraction.clamp(0.0, 1.0) * 100.0) as u64,
        total: Some(100),
        eta_ms: None,
        item: None,
    })
}

fn finished(answered: &Answered) -> Result<NewMessage, WireError> {
    let answer = &answered.answer;
    let sql = answered
        .table
        .as_ref()
        .map(serde_json::to_value)
        .transpose()
        .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))?;
    let record = AnswerRecord {
        sql,
        turn: Some(answer.turn.clone()),
        unsupported: answer.unsupported.clone(),
        understood: answered.understood.clone(),
        abstained: answer.abstained,
        usage: Some(answer.usage),
        ..AnswerRecord::default()
    };
    Ok(NewMessage {
        role: Role::Assistant,
        content: answer.answer.clone(),
        citations: answer.citations.clone(),
        extra: record_json(&record)?,
    })
}

/// What came until the end. Its markers go: what they stand for is known only of a whole answer.
fn stopped(
    heard: &str,
    mut sources: Vec<PathBuf>,
    error: &WireError,
) -> Result<NewMessage, WireError> {
    sources.sort();
    sources.dedup();
    let record = AnswerRecord {
        sources,
        stopped: Some(match error.code {
            ErrorCode::Cancelled => Stopped::By(StoppedBy::User),
            _ => Stopped::Failed(error.clone()),
        }),
        ..AnswerRecord::default()
    };
    Ok(NewMessage {
        role: Role::Assistant,
        content: without_markers(heard),
        citations: Vec::new(),
        extra: record_json(&record)?,
    })
}

fn record_json(record: &AnswerRecord) -> Result<serde_json::Value, WireError> {
    serde_json::to_value(record)
        .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))
}

/// The text without `[1]` and `[?]`.
fn without_markers(text: &str) -> String {
    let text = text.replace(UNSUPPORTED_MARK, "");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('[') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let digits = from[1..].chars().take_while(char::is_ascii_digit).count();
        if digits > 0 && from[1 + digits..].starts_with(']') {
            rest = &from[digits + 2..];
        } else {
            out.push('[');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_go_and_other_brackets_stay() {
        assert_eq!(
            without_markers("十五个工作日内[1]，见[附件2]。[?] [12]a[3"),
            "十五个工作日内，见[附件2]。 a[3"
        );
    }

    #[test]
    fn an_answer_that_is_stopped_says_by_whom() {
        let by_user =
            stopped("half", Vec::new(), &WireError::cancelled()).map(|message| message.extra);
        assert_eq!(
            by_user.ok().and_then(|extra| extra.get("stopped").cloned()),
            Some(serde_json::json!("user"))
        );
        let error = WireError::new(ErrorCode::WorkerCrashed, "it died");
        let record = stopped("", Vec::new(), &error).map(|message| message.extra);
        let record: Option<AnswerRecord> = record.ok().and_then(|e| serde_json::from_value(e).ok());
        assert_eq!(
            record.and_then(|record| record.stopped),
            Some(Stopped::Failed(error))
        );
    }
}
