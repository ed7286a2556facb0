use std::collections::BTreeMap;

use deskmate_core::{ArtifactKind, CancelToken, Document, ErrorCode, ReadLimits};
use deskmate_formats::{fix_official, read};
use deskmate_skills::{
    Artifact, ChangeKind, NoGenerator, ObligationDirection, OfficialInspection, SkillContext,
    SkillInput, SkillOutput, SkillSource, compare_documents, find,
};

fn text(content: &str) -> Document {
    read(content.as_bytes(), "txt", &ReadLimits::default())
        .unwrap()
        .1
        .document
}

fn source(title: &str, content: &str) -> SkillSource {
    SkillSource {
        path: title.into(),
        title: title.into(),
        document: text(content),
        inspection: None,
    }
}

fn run(
    id: &str,
    given: &[(&str, &str)],
    sources: Vec<SkillSource>,
) -> Result<SkillOutput, deskmate_core::WireError> {
    let skill = find(id).unwrap();
    assert!(!skill.spec().needs_model);
    let given: BTreeMap<String, String> = given
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let values = skill.spec().complete(&given, sources.len())?;
    let context = SkillContext {
        generator: &NoGenerator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    skill.run(&context, &SkillInput { values, sources }, &mut |_| {})
}

#[test]
fn the_comparison_is_a_table_in_docx_and_markdown() {
    let output = run(
        "compare",
        &[],
        vec![
            source(
                "旧版",
                "第一条　各部门应当每月报送一次统计报表。\n\n第二条　本办法自发布之日起施行。",
            ),
            source(
                "新版",
                "第一条　各部门可以每季度报送一次统计报表。\n\n第二条　本办法自发布之日起施行。",
            ),
        ],
    )
    .unwrap();
    assert!(output.checks[0].passed, "{:?}", output.checks);
    assert_eq!(output.artifact.kind(), ArtifactKind::Comparison);
    assert_eq!(output.artifact.extensions()[0], "docx");
    let docx = output.artifact.render("docx", &[]).unwrap();
    let back = read(&docx, "docx", &ReadLimits::default())
        .unwrap()
        .1
        .document
        .text();
    for wanted in [
        "义务减弱：应当 → 可以",
        "时间：每月 → 每季度",
        "实质修改",
        "第一条",
    ] {
        assert!(back.contains(wanted), "{wanted}: {back}");
    }
    let markdown = String::from_utf8(output.artifact.render("md", &[]).unwrap()).unwrap();
    assert!(markdown.contains("| 序号 |"), "{markdown}");
    assert_eq!(
        output.artifact.render("pptx", &[]).unwrap_err().code,
        ErrorCode::InvalidInput
    );
}

#[test]
fn english_duties_amounts_and_wording_are_told_apart() {
    let old = text(
        "Article 1. The supplier shall deliver the goods within 30 days.\n\nArticle 2. The buyer may inspect the goods at the warehouse of the supplier.\n\nArticle 3. Late delivery is charged at 0.5% of the price for each day.\n\nArticle 4. The parties shall utilise the official form for notices under this agreement.",
    );
    let new = text(
        "Article 1. The supplier should deliver the goods within 30 days.\n\nArticle 2. The buyer must inspect the goods at the warehouse of the supplier.\n\nArticle 3. Late delivery is charged at 0.8% of the price for each day.\n\nArticle 4. The parties shall use the official form for notices under this agreement.",
    );
    let rows = compare_documents(("old", &old), ("new", &new)).rows;
    let kinds: Vec<ChangeKind> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(
        kinds,
        [
            ChangeKind::Substance,
            ChangeKind::Substance,
            ChangeKind::Substance,
            ChangeKind::Wording
        ],
        "{rows:#?}"
    );
    assert_eq!(
        rows[0].obligation.as_ref().unwrap().direction,
        ObligationDirection::Weakened
    );
    assert_eq!(
        rows[1].obligation.as_ref().unwrap().direction,
        ObligationDirection::Strengthened
    );
    assert_eq!(rows[2].amounts[0].new, "0.8%");
}

#[test]
fn amounts_in_other_spellings_are_the_same_amount() {
    let old = text("第一条　预算超过一万二千元的项目应当招标，保证金为百分之五。");
    let new = text("第一条　预算超过1.2万元的项目应当招标，保证金为5%。");
    let rows = compare_documents(("a", &old), ("b", &new)).rows;
    assert!(rows.iter().all(|row| row.amounts.is_empty()), "{rows:#?}");
}

#[test]
fn one_file_or_an_empty_one_is_refused() {
    let error = run("compare", &[], vec![source("a", "第一条　文字。")]).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    let mut empty = source("b", "文字");
    empty.document = Document::default();
    let error = run("compare", &[], vec![source("a", "第一条　文字。"), empty]).unwrap_err();
    assert_eq!(error.code, ErrorCode::EmptyFile);
}

const DRAFT: &str = "关于做好值班工作的通知\n\n各部门：\n现将有关事项通知如下。\n一、值班时间\n国庆期间全天值班。\n\n办公室\n2024年9月25日\n";

#[test]
fn a_draft_becomes_an_official_document_without_a_model() {
    let given = [
        ("issuer_mark", "××公司文件"),
        ("number", "×公司〔2024〕7号"),
    ];
    let output = run("gongwen-format", &given, vec![source("值班", DRAFT)]).unwrap();
    assert!(output.checks[0].passed, "{:?}", output.checks);
    let docx = output.artifact.render("docx", &[]).unwrap();
    let report = deskmate_formats::check_official(&docx, &ReadLimits::default()).unwrap();
    assert_eq!(report.findings, []);
    let back = output.artifact.text(&[]);
    assert!(
        back.contains("×公司〔2024〕7号") && back.contains("# 关于做好值班工作的通知"),
        "{back}"
    );
}

#[test]
fn a_check_reports_and_a_fix_gives_a_clean_copy() {
    let laid_out = run("gongwen-format", &[], vec![source("值班", DRAFT)]).unwrap();
    let docx = laid_out.artifact.render("docx", &[]).unwrap();
    // Word's own margins instead of those of the standard.
    let broken = {
        use std::io::{Cursor, Read, Write};
        let mut archive = zip::ZipArchive::new(Cursor::new(&docx[..])).unwrap();
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            let text = String::from_utf8(content)
                .unwrap()
                .replace("w:top=\"2098\"", "w:top=\"1440\"");
            writer
                .start_file(
                    file.name().unwrap(),
                    zip::write::SimpleFileOptions::default(),
                )
                .unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let (report, correction) = fix_official(&broken, &ReadLimits::default()).unwrap();
    let checked = || {
        let mut source = source("值班", DRAFT);
        source.inspection = Some(OfficialInspection {
            report: report.clone(),
            correction: correction.clone(),
        });
        source
    };
    let output = run("gongwen-check", &[], vec![checked()]).unwrap();
    assert!(!output.checks[0].passed);
    assert!(
        output.artifact.text(&[]).contains("天头为25.4毫米"),
        "{}",
        output.artifact.text(&[])
    );
    let english = run("gongwen-check", &[("language", "en")], vec![checked()]).unwrap();
    assert!(english.artifact.text(&[]).contains("top margin"));
    let fixed = run("gongwen-check", &[("fix", "yes")], vec![checked()]).unwrap();
    let Artifact::OfficialCorrection(_) = &fixed.artifact else {
        panic!("{:?}", fixed.artifact);
    };
    let copy = fixed.artifact.render("docx", &[]).unwrap();
    assert_eq!(
        deskmate_formats::check_official(&copy, &ReadLimits::default())
            .unwrap()
            .findings,
        []
    );
}

#[test]
fn a_file_that_is_no_docx_cannot_be_checked_and_the_error_says_what_to_do() {
    let error = run("gongwen-check", &[], vec![source("值班", DRAFT)]).unwrap_err();
    assert_eq!(error.code, ErrorCode::UnsupportedFormat);
    assert!(error.hint.contains("gongwen-format"));
}
