//! Summaries over fakes of the engines.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use deskmate_core::testing::ScriptedGenerator;
use deskmate_core::{Anchor, Block, BlockContent, CancelToken, Document, ErrorCode};
use deskmate_skills::{Artifact, SkillContext, SkillInput, SkillSource, find, registry};

fn source(sections: &[(&str, &str)]) -> SkillSource {
    let mut blocks = Vec::new();
    for (heading, text) in sections {
        let anchor = Anchor {
            heading: vec![heading.to_string()],
            ..Anchor::page(1)
        };
        let content = BlockContent::Paragraph {
            text: text.to_string(),
        };
        blocks.push(Block::new(anchor, content));
    }
    SkillSource {
        path: "报告.docx".into(),
        title: "报告".into(),
        document: Document {
            blocks,
            ..Document::default()
        },
        inspection: None,
    }
}

fn input(source: SkillSource) -> SkillInput {
    let values = find("summarize")
        .unwrap()
        .spec()
        .complete(&BTreeMap::new(), 1)
        .unwrap();
    SkillInput {
        values,
        sources: vec![source],
    }
}

#[test]
fn every_skill_has_a_readable_spec_and_its_own_id() {
    let mut ids: Vec<&str> = registry()
        .iter()
        .map(|skill| skill.spec().id.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), registry().len());
}

#[test]
fn each_section_is_summarized_with_a_marker_and_invented_sentences_are_dropped() {
    let long = "公司全年营业收入达到三百二十亿元，同比增长百分之八。".repeat(20);
    let other = "研发人员增加到一千二百人，新产品上市十五款。".repeat(20);
    let generator = ScriptedGenerator::new(
        &[
            "全年营业收入达到三百二十亿元。公司将在火星设立办事处。",
            "研发人员增加到一千二百人。",
            "全年营业收入达到三百二十亿元，研发人员增加到一千二百人。",
        ],
        1_000,
    );
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let source = source(&[("经营情况", &long), ("研发情况", &other)]);
    let output = find("summarize")
        .unwrap()
        .run(&context, &input(source), &mut |_| {})
        .unwrap();
    let Artifact::Document(document) = &output.artifact else {
        panic!("{:?}", output.artifact);
    };
    let text = document.text();
    assert!(text.contains("全年营业收入达到三百二十亿元。[1]"), "{text}");
    assert!(!text.contains("火星"), "{text}");
    assert!(!output.citations.is_empty());
}

#[test]
fn a_document_of_one_part_is_summarized_once() {
    let text = "公司全年营业收入达到三百二十亿元，同比增长百分之八。";
    // A second request would take the second reply.
    let replies = ["全年营业收入达到三百二十亿元。", "同比增长百分之八。"];
    let generator = ScriptedGenerator::new(&replies, 4_000);
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let source = source(&[("经营情况", text)]);
    let output = find("summarize")
        .unwrap()
        .run(&context, &input(source), &mut |_| {})
        .unwrap();
    let text = output.artifact.text(&[]);
    assert!(text.contains("全年营业收入达到三百二十亿元。[1]"), "{text}");
    assert!(!text.contains("同比增长"), "{text}");
}

#[test]
fn a_sentence_with_a_term_of_its_own_in_the_sources_place_takes_the_sources() {
    let long = "住宿费在限额内据实报销，超出部分由本人承担。伙食补助费按出差自然天数计算，每人每天一百元，包干使用。市内交通费由单位统一结算。";
    let reply = "工资补助费按出差自然天数计算，每人每天一百元。";
    // The part, then the whole of the parts.
    let generator = ScriptedGenerator::new(&[reply, reply], 1_000);
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let output = find("summarize")
        .unwrap()
        .run(&context, &input(source(&[("补助", long)])), &mut |_| {})
        .unwrap();
    let Artifact::Document(document) = &output.artifact else {
        panic!("{:?}", output.artifact);
    };
    let text = document.text();
    assert!(!text.contains("工资"), "{text}");
    assert!(
        text.contains("伙食补助费按出差自然天数计算，每人每天一百元。[1]"),
        "{text}"
    );
}

#[test]
fn a_document_without_text_is_an_error_that_names_it() {
    let generator = ScriptedGenerator::new(&[], 1_000);
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let error = find("summarize")
        .unwrap()
        .run(&context, &input(source(&[])), &mut |_| {})
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::EmptyFile);
}

#[test]
fn an_input_that_the_skill_does_not_know_is_refused() {
    let spec = find("summarize").unwrap().spec();
    let given = BTreeMap::from([("colour".to_string(), "red".to_string())]);
    assert_eq!(
        spec.complete(&given, 1).unwrap_err().code,
        ErrorCode::InvalidInput
    );
    assert_eq!(
        spec.complete(&BTreeMap::new(), 0).unwrap_err().code,
        ErrorCode::InvalidInput
    );
}

fn run_shape(shape: &str, replies: &[&str], source: SkillSource) -> deskmate_skills::SkillOutput {
    let generator = ScriptedGenerator::new(replies, 4_000);
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let given = BTreeMap::from([("shape".to_string(), shape.to_string())]);
    let skill = find("summarize").unwrap();
    let input = SkillInput {
        values: skill.spec().complete(&given, 1).unwrap(),
        sources: vec![source],
    };
    skill.run(&context, &input, &mut |_| {}).unwrap()
}

fn minutes() -> SkillSource {
    source(&[(
        "周会",
        "张伟负责在6月15日前完成苏州仓的网络验收。李娜整理供应商报价。会议室空调已经修好。",
    )])
}

fn table_of(output: &deskmate_skills::SkillOutput) -> Vec<Vec<String>> {
    let Artifact::Document(document) = &output.artifact else {
        panic!("{:?}", output.artifact);
    };
    document
        .blocks
        .iter()
        .find_map(|block| match &block.content {
            BlockContent::Table { rows, .. } => Some(rows.clone()),
            _ => None,
        })
        .unwrap()
}

#[test]
fn who_and_when_of_a_task_stand_in_the_source_or_are_left_empty() {
    let output = run_shape(
        "actions",
        &[
            r#"{"entries":[{"text":"完成苏州仓的网络验收","who":"张伟","until":"6月15日前"},{"text":"整理供应商报价","who":"王强","until":"下周一"},{"text":"购买三台服务器","who":"李娜","until":""}]}"#,
        ],
        minutes(),
    );
    let rows = table_of(&output);
    assert_eq!(rows[0], ["事项", "负责人", "时限"]);
    assert_eq!(rows[1], ["完成苏州仓的网络验收[1]", "张伟", "6月15日前"]);
    assert_eq!(
        rows[2],
        ["整理供应商报价[2]", "", ""],
        "invented: who and when"
    );
    assert_eq!(
        rows.len(),
        3,
        "a task without a place is left out: {rows:?}"
    );
    assert_eq!(output.citations.len(), 2);
}

#[test]
fn a_document_without_tasks_says_so_and_one_without_useful_points_is_quoted() {
    let none = run_shape("actions", &[r#"{"entries":[]}"#], minutes());
    let Artifact::Document(document) = &none.artifact else {
        panic!("{:?}", none.artifact);
    };
    assert!(document.text().contains("没有找到"), "{}", document.text());
    let quoted = run_shape(
        "table",
        &[
            r#"{"entries":[{"subject":"火星","text":"火星办事处将于明年成立。"}]}"#,
            "no json",
            "no json",
        ],
        minutes(),
    );
    let rows = table_of(&quoted);
    assert_eq!(rows[1][0], "周会");
    assert!(rows[1][1].contains("[1]"), "{rows:?}");
    let points = run_shape(
        "key-points",
        &[r#"{"entries":[{"text":"会议室空调已经修好。"},{"text":"会议室的空调已经修好。"}]}"#],
        minutes(),
    );
    let Artifact::Document(document) = &points.artifact else {
        panic!("{:?}", points.artifact);
    };
    let items = document
        .blocks
        .iter()
        .find_map(|block| match &block.content {
            BlockContent::List { items, .. } => Some(items.len()),
            _ => None,
        });
    assert_eq!(items, Some(1), "said twice: {}", document.text());
}

#[test]
fn one_sentence_is_asked_for_at_once_and_what_comes_behind_it_is_cut() {
    let generator = ScriptedGenerator::new(
        &["张伟在6月15日前完成苏州仓的网络验收。李娜整理供应商报价。"],
        4_000,
    );
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let given = BTreeMap::from([("shape".to_string(), "sentence".to_string())]);
    let skill = find("summarize").unwrap();
    let input = SkillInput {
        values: skill.spec().complete(&given, 1).unwrap(),
        sources: vec![minutes()],
    };
    let output = skill.run(&context, &input, &mut |_| {}).unwrap();
    let Artifact::Document(document) = &output.artifact else {
        panic!("{:?}", output.artifact);
    };
    assert_eq!(
        generator.requests().len(),
        1,
        "a short document is read once"
    );
    assert_eq!(
        document.blocks.last().unwrap().text(),
        "张伟在6月15日前完成苏州仓的网络验收。[1]"
    );
}
