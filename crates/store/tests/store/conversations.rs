//! Conversations as trees, jobs, and the schema before them.

use std::time::{Duration, Instant};

use deskmate_core::{Anchor, Citation, ErrorCode, Role, WireError};
use deskmate_store::{
    ConversationId, ConversationQuery, Feedback, JobOutcome, JobState, Library, Message, MessageId,
    NewJob, NewMessage, Verdict,
};

use crate::support::{catalogue, open};

fn said(role: Role, content: &str) -> NewMessage {
    NewMessage {
        role,
        content: content.to_string(),
        citations: Vec::new(),
        extra: serde_json::Value::Null,
    }
}

fn ask(
    library: &Library,
    id: ConversationId,
    parent: Option<MessageId>,
    question: &str,
    answer: &str,
) -> (Message, Message) {
    let question = library
        .append_message(id, parent, said(Role::User, question))
        .unwrap();
    let answer = library
        .append_message(id, Some(question.id), said(Role::Assistant, answer))
        .unwrap();
    (question, answer)
}

fn texts(library: &Library, id: ConversationId) -> Vec<String> {
    let conversation = library.conversation(id).unwrap();
    let messages = conversation.messages.into_iter();
    messages.map(|message| message.message.content).collect()
}

fn titles(library: &Library, text: &str) -> Vec<String> {
    let query = ConversationQuery {
        text: text.to_string(),
        offset: 0,
        limit: 100,
    };
    let page = library.conversations(&query).unwrap();
    page.conversations.into_iter().map(|c| c.title).collect()
}

#[test]
fn a_conversation_keeps_its_messages_with_all_that_belongs_to_them() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_conversation("预算").unwrap();
    let question = said(Role::User, "预算是多少？");
    let answer = NewMessage {
        role: Role::Assistant,
        content: "一百万元".to_string(),
        citations: vec![Citation {
            marker: 1,
            path: "/d/a.md".into(),
            anchor: Anchor::page(2),
            quote: "预算一百万元".to_string(),
        }],
        extra: serde_json::json!({"sql": "SELECT 1"}),
    };
    let first = library.append_message(id, None, question.clone()).unwrap();
    library
        .append_message(id, Some(first.id), answer.clone())
        .unwrap();
    drop(library);
    let library = open(home.path());
    let conversation = library.conversation(id).unwrap();
    let messages: Vec<NewMessage> = conversation
        .messages
        .into_iter()
        .map(|message| message.message)
        .collect();
    assert_eq!(messages, [question, answer]);
    assert_eq!(conversation.summary.turn_count, 2);
    library.rename_conversation(id, "新标题").unwrap();
    assert_eq!(titles(&library, ""), ["新标题"]);
    assert_eq!(library.conversation_titled("新标题").unwrap(), Some(id));
}

#[test]
fn an_edited_question_begins_a_branch_and_the_old_one_can_be_had_back() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_conversation("one").unwrap();
    let (_, first) = ask(&library, id, None, "q1", "a1");
    let (old, _) = ask(&library, id, Some(first.id), "q2", "a2");
    ask(&library, id, None, "other beginning", "other answer");
    library.select_branch(id, old.id).unwrap();
    let (edited, _) = ask(&library, id, Some(first.id), "q2 edited", "a2 edited");
    assert_eq!(texts(&library, id), ["q1", "a1", "q2 edited", "a2 edited"]);
    assert_eq!(edited.siblings, [old.id, edited.id]);
    // Down to the answer below the question.
    library.select_branch(id, old.id).unwrap();
    assert_eq!(texts(&library, id), ["q1", "a1", "q2", "a2"]);
    let messages = library.conversation(id).unwrap().messages;
    assert_eq!(messages[2].siblings, [old.id, edited.id]);
    assert_eq!(messages[0].siblings.len(), 2);
}

#[test]
fn a_repeated_answer_stands_beside_the_first() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_conversation("one").unwrap();
    let (question, first) = ask(&library, id, None, "q", "first");
    let second = library
        .append_message(id, Some(question.id), said(Role::Assistant, "second"))
        .unwrap();
    assert_eq!(second.siblings, [first.id, second.id]);
    assert_eq!(texts(&library, id), ["q", "second"]);
    assert_eq!(library.branch(id, first.id).unwrap().len(), 2);
}

#[test]
fn a_message_of_another_conversation_is_no_parent() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let one = library.create_conversation("one").unwrap();
    let two = library.create_conversation("two").unwrap();
    let (question, _) = ask(&library, one, None, "q", "a");
    let error = library
        .append_message(two, Some(question.id), said(Role::User, "?"))
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    let error = library.select_branch(two, question.id).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    assert_eq!(texts(&library, two), Vec::<String>::new());
}

#[test]
fn what_the_user_thinks_is_kept_with_the_message() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_conversation("one").unwrap();
    let (_, answer) = ask(&library, id, None, "q", "a");
    let feedback = Feedback {
        value: Verdict::Down,
        note: "金额不对".to_string(),
    };
    library.set_feedback(answer.id, Some(&feedback)).unwrap();
    assert_eq!(library.message(answer.id).unwrap().feedback, Some(feedback));
    library.set_feedback(answer.id, None).unwrap();
    assert_eq!(library.message(answer.id).unwrap().feedback, None);
    assert_eq!(
        library.set_feedback(999, None).unwrap_err().code,
        ErrorCode::NotFound
    );
}

#[test]
fn a_deleted_conversation_can_be_taken_back_until_it_is_purged() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_conversation("one").unwrap();
    ask(&library, id, None, "q", "a");
    library.delete_conversation(id).unwrap();
    assert!(titles(&library, "").is_empty());
    assert!(titles(&library, "q").is_empty());
    assert_eq!(
        library.conversation(id).unwrap_err().code,
        ErrorCode::NotFound
    );
    library.restore_conversation(id).unwrap();
    assert_eq!(texts(&library, id), ["q", "a"]);
    library.delete_conversation(id).unwrap();
    let age = Duration::from_secs(3_600);
    assert_eq!(library.purge_conversations(age).unwrap(), 0);
    assert_eq!(library.purge_conversations(Duration::ZERO).unwrap(), 1);
    assert_eq!(
        library.restore_conversation(id).unwrap_err().code,
        ErrorCode::NotFound
    );
}

#[test]
fn conversations_are_found_by_title_and_by_what_was_said() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    for (title, answer) in [
        ("差旅", "报销要在15个工作日内"),
        ("Budget 100%", "一百万元"),
    ] {
        let id = library.create_conversation(title).unwrap();
        ask(&library, id, None, "问题", answer);
    }
    assert_eq!(titles(&library, "工作日"), ["差旅"]);
    assert_eq!(titles(&library, "budget"), ["Budget 100%"]);
    assert_eq!(titles(&library, "100%"), ["Budget 100%"]);
    assert_eq!(titles(&library, "1_0"), Vec::<String>::new());
    assert_eq!(titles(&library, "问题").len(), 2);
}

#[test]
fn ten_thousand_conversations_are_listed_and_a_long_one_is_opened_in_a_moment() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let behind = catalogue(home.path());
    behind
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
             INSERT INTO conversations (title, created_at_ms, updated_at_ms) SELECT 't' || i, i, i FROM n; \
             INSERT INTO messages (conversation_id, role, content, citations, extra, created_at_ms) \
             SELECT id, 'user', 'what was said', '[]', 'null', 1 FROM conversations; \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
             INSERT INTO messages (id, conversation_id, parent_id, role, content, citations, extra, created_at_ms) \
             SELECT 20000 + i, 5, CASE i WHEN 1 THEN NULL ELSE 19999 + i END, 'user', 'm' || i, '[]', 'null', 1 FROM n; \
             UPDATE conversations SET leaf_id = 22000 WHERE id = 5;",
        )
        .unwrap();
    let begun = Instant::now();
    let query = ConversationQuery {
        offset: 9_900,
        limit: 50,
        ..ConversationQuery::default()
    };
    let page = library.conversations(&query).unwrap();
    assert_eq!((page.total, page.conversations.len()), (10_000, 50));
    assert_eq!(page.conversations[0].title, "t100");
    let long = library.conversation(5).unwrap();
    assert_eq!(long.messages.len(), 2_000);
    assert_eq!(long.messages[1_999].message.content, "m2000");
    // Milliseconds when the machine is quiet; a plan that looks through all messages per row takes minutes.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn turns_of_the_version_before_become_one_branch() {
    let home = tempfile::tempdir().unwrap();
    let before = catalogue(home.path());
    before
        .execute_batch(include_str!("../../src/catalogue/schema_1.sql"))
        .unwrap();
    before
        .execute_batch(
            "INSERT INTO conversations VALUES (7, '差旅', 1, 9, NULL), (8, 'empty', 1, 1, NULL); \
             INSERT INTO turns VALUES (7, 0, 'user', 'q1', '[]', 'null', 5), \
             (7, 1, 'assistant', 'a1', '[]', '{\"question\":\"q1\",\"query\":\"q1\",\"chunk_ids\":[3],\"reply\":\"a\"}', 6), \
             (7, 2, 'user', 'q2', '[]', 'null', 7), (7, 3, 'assistant', 'a2', '[]', 'null', 8); \
             PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(before);
    let library = open(home.path());
    assert_eq!(library.open_report().migrated, Some((1, 4)));
    assert!(home.path().join("backups/catalog-v1-0.sqlite").exists());
    let conversation = library.conversation(7).unwrap();
    let messages = &conversation.messages;
    assert_eq!(texts(&library, 7), ["q1", "a1", "q2", "a2"]);
    assert_eq!(messages[3].parent, Some(messages[2].id));
    assert_eq!(messages[1].message.extra["turn"]["chunk_ids"][0], 3);
    assert_eq!(messages[1].created_at_ms, 6);
    assert_eq!(conversation.summary.updated_at_ms, 9);
    assert!(texts(&library, 8).is_empty());
    ask(&library, 7, Some(messages[3].id), "q3", "a3");
    assert_eq!(texts(&library, 7).len(), 6);
}

#[test]
fn jobs_are_listed_newest_first_and_survive_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let job = |title: &str| NewJob {
        kind: "add".to_string(),
        title: title.to_string(),
        params: serde_json::json!({"paths": ["/d"]}),
    };
    let first = library.begin_job(&job("first")).unwrap();
    let second = library.begin_job(&job("second")).unwrap();
    let failed = JobOutcome {
        error: Some(WireError::new(ErrorCode::DiskFull, "the disk is full")),
        artifact: Some("/d/out.md".to_string()),
        ..JobOutcome::default()
    };
    library
        .update_job(first, JobState::Failed, &failed)
        .unwrap();
    drop(library);
    let library = open(home.path());
    let jobs = library.jobs().unwrap();
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    assert_eq!(ids, [second, first]);
    assert_eq!(jobs[0].state, JobState::Running);
    assert_eq!(jobs[0].job, job("second"));
    assert_eq!(jobs[1].error, failed.error);
    assert!(jobs[1].ended_ms.is_some());
    assert_eq!(library.clear_jobs().unwrap(), 1);
    assert_eq!(library.jobs().unwrap().len(), 1);
}
