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
