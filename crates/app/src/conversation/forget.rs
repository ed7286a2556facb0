//! What is left of an answer when a file that it rests on is forgotten.
//!
//! Questions are the user's own words and stay. Of an answer the sentences stay that rest on other files alone; the
//! rest gives way to a mark, also what cites nothing, since it cannot be told where that is from.

use std::collections::HashSet;

use deskmate_core::Role;
use deskmate_knowledge::sentences;
use deskmate_store::{Forgotten, NewMessage};

use super::view::AnswerRecord;

/// Stands where something was erased.
pub(crate) const ERASED_MARK: &str = "[…]";

/// The message without what rests on forgotten files; `None` when nothing of it does. `follows`: something before it in
/// the conversation did, and was in its prompt.
pub(crate) fn redact(
    message: &NewMessage,
    forgotten: &Forgotten,
    follows: bool,
) -> Option<NewMessage> {
    if message.role != Role::Assistant {
        return None;
    }
    let record: AnswerRecord = serde_json::from_value(message.extra.clone()).unwrap_or_default();
    let gone: HashSet<u32> = message
        .citations
        .iter()
        .filter(|citation| forgotten.holds(&citation.path))
        .map(|citation| citation.marker)
        .collect();
    let had_passages = record.turn.as_ref().is_some_and(|turn| {
        let mut ids = turn.chunk_ids.iter();
        ids.any(|id| forgotten.chunk_ids.contains(id))
    });
    let had_sources = record.sources.iter().any(|path| forgotten.holds(path));
    if gone.is_empty() && !had_passages && !had_sources && !follows {
        return None;
    }
    // A result is calculated from all of its tables.
    let is_calculated = record.sql.is_some();
    let content = if record.abstained {
        // Says that there is no answer, and nothing else.
        message.content.clone()
    } else if is_calculated && gone.is_empty() && !had_sources {
        message.content.clone()
    } else if is_calculated || message.citations.is_empty() {
        erased(&message.content)
    } else {
        without(&message.content, &gone)
    };
    let is_erased = content != message.content;
    let mut citations = message.citations.clone();
    citations.retain(|citation| content.contains(&format!("[{}]", citation.marker)));
    let left = AnswerRecord {
        // It holds the model's words, and its passages are gone.
        turn: None,
        // So may this: it was completed from a passage.
        understood: None,
        unsupported: Vec::new(),
        sql: record.sql.filter(|_| !is_erased),
        sources: Vec::new(),
        forgotten: record.forgotten || is_erased,
        ..record
    };
    Some(NewMessage {
        role: message.role,
        content,
        citations,
        extra: serde_json::to_value(left).unwrap_or_default(),
    })
}

fn erased(content: &str) -> String {
    if content.trim().is_empty() {
        String::new()
    } else {
        ERASED_MARK.to_string()
    }
}

/// The sentences that cite something, and nothing of what is gone.
fn without(content: &str, gone: &HashSet<u32>) -> String {
    let mut out = String::new();
    for range in sentences(content) {
        let sentence = &content[range];
        let cited = markers(sentence);
        if !cited.is_empty() && cited.iter().all(|marker| !gone.contains(marker)) {
            out.push_str(sentence);
        } else if !sentence.trim().is_empty() {
            let is_behind_one = out.trim_end().ends_with(ERASED_MARK);
            if is_behind_one {
                out.truncate(out.trim_end().len());
            } else {
                out.push_str(ERASED_MARK);
            }
            // The end of the line stays where one ended.
            out.push(if sentence.ends_with('\n') { '\n' } else { ' ' });
        }
    }
    out.trim().to_string()
}

/// The numbers of the markers in a sentence.
fn markers(sentence: &str) -> Vec<u32> {
    sentence
        .split('[')
        .skip(1)
        .filter_map(|rest| rest.split_once(']')?.0.parse().ok())
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::path::PathBuf;

    use deskmate_core::{Anchor, Citation};
    use deskmate_knowledge::Turn;

    use super::*;

    fn citation(marker: u32, path: &str) -> Citation {
        Citation {
            marker,
            path: path.into(),
            anchor: Anchor::page(1),
            quote: format!("quote {marker}"),
        }
    }

    fn answer(content: &str, citations: Vec<Citation>, record: &AnswerRecord) -> NewMessage {
        NewMessage {
            role: Role::Assistant,
            content: content.into(),
            citations,
            extra: serde_json::to_value(record).unwrap(),
        }
    }

    fn forgotten(path: &str) -> Forgotten {
        Forgotten {
            paths: vec![PathBuf::from(path)],
            chunk_ids: HashSet::from([7]),
        }
    }

    fn turn(chunk_ids: Vec<i64>) -> AnswerRecord {
        AnswerRecord {
            turn: Some(Turn {
                reply: "the model's words".into(),
                chunk_ids,
                ..Turn::default()
            }),
            ..AnswerRecord::default()
        }
    }

    #[test]
    fn sentences_that_rest_on_other_files_stay_and_the_rest_goes() {
        let message = answer(
            "限额是五百元[1]。机密在此[2]。没有出处[?]。两者都有[1][2]。\n末句在此[1]。",
            vec![citation(1, "/d/a.docx"), citation(2, "/d/secret.docx")],
            &turn(vec![7]),
        );
        let left = redact(&message, &forgotten("/d/secret.docx"), false).unwrap();
        assert_eq!(left.content, "限额是五百元[1]。[…]\n末句在此[1]。");
        assert_eq!(left.citations, [citation(1, "/d/a.docx")]);
        let record: AnswerRecord = serde_json::from_value(left.extra.clone()).unwrap();
        assert!(record.forgotten && record.turn.is_none());
        assert!(!left.extra.to_string().contains("the model's words"));
    }

    #[test]
    fn an_answer_from_other_files_stays_as_it_is() {
        let message = answer(
            "五百元[1]。",
            vec![citation(1, "/d/a.docx")],
            &turn(vec![1]),
        );
        assert_eq!(redact(&message, &forgotten("/d/b"), false), None);
        let question = NewMessage {
            role: Role::User,
            ..message
        };
        assert_eq!(redact(&question, &forgotten("/d"), true), None);
    }

    #[test]
    fn an_answer_that_had_the_file_in_its_prompt_loses_what_cites_nothing() {
        let message = answer(
            "五百元[1]。说不清从哪里来[?]。",
            vec![citation(1, "/d/a.docx")],
            &turn(vec![7]),
        );
        let left = redact(&message, &forgotten("/d/secret.docx"), false).unwrap();
        assert_eq!(left.content, "五百元[1]。[…]");
    }

    #[test]
    fn an_answer_behind_one_that_was_changed_keeps_only_what_it_cites() {
        let message = answer(
            "如上所述，机密在此[?]。五百元[1]。",
            vec![citation(1, "/d/a.docx")],
            &turn(vec![1]),
        );
        let left = redact(&message, &forgotten("/d/secret.docx"), true).unwrap();
        assert_eq!(left.content, "[…] 五百元[1]。");
    }

    #[test]
    fn a_calculated_answer_goes_with_its_rows() {
        let record = AnswerRecord {
            sql: Some(serde_json::json!({ "rows": [["机密", 9]] })),
            ..turn(Vec::new())
        };
        let message = answer("合计九百万[1]。", vec![citation(1, "/d/t.xlsx")], &record);
        let left = redact(&message, &forgotten("/d/t.xlsx"), false).unwrap();
        assert_eq!(left.content, ERASED_MARK);
        assert!(left.citations.is_empty());
        assert!(!left.extra.to_string().contains("机密"));
    }

    #[test]
    fn an_answer_that_was_stopped_goes_when_the_file_was_among_its_sources() {
        let record = AnswerRecord {
            sources: vec!["/d/secret.docx".into()],
            ..AnswerRecord::default()
        };
        let message = answer("机密在", Vec::new(), &record);
        let left = redact(&message, &forgotten("/d"), false).unwrap();
        assert_eq!(left.content, ERASED_MARK);
        assert!(!left.extra.to_string().contains("secret"));
    }
}
