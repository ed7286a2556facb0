use deskmate_core::{Anchor, Block, BlockContent, Document, ReadLimits};
use deskmate_formats::{OfficialBlock, SealLayout, parse_official, read, render_official};

use crate::samples::{LETTER, NOTICE, REQUEST, laid_out, parse, part, rules};

#[test]
fn every_element_of_a_draft_is_recognised() {
    let official = parse(NOTICE);
    assert_eq!(official.copy_number.as_deref(), Some("000123"));
    assert_eq!(official.secrecy.as_deref(), Some("机密★1年"));
    assert_eq!(official.urgency.as_deref(), Some("特急"));
    assert_eq!(official.issuer_mark.as_deref(), Some("××市人民政府文件"));
    assert_eq!(official.number.as_deref(), Some("×政发〔2024〕15号"));
    assert_eq!(
        official.title,
        "××市人民政府关于进一步加强城市地下管线建设管理工作的通知"
    );
    assert_eq!(
        official.recipients.as_deref(),
        Some("各区县人民政府，市政府各部门、各直属机构")
    );
    assert_eq!(official.attachments.len(), 2);
    assert_eq!(official.attachments[0], "地下管线普查工作方案");
    assert_eq!(official.signatories, ["××市人民政府"]);
    assert_eq!(official.date.as_deref(), Some("2024年3月5日"));
    assert_eq!(official.note.as_deref(), Some("（此件公开发布）"));
    assert_eq!(official.annexes.len(), 1);
    assert_eq!(official.annexes[0].title, "地下管线普查工作方案");
    assert_eq!(official.printer.as_deref(), Some("××市人民政府办公室"));
    assert_eq!(official.print_date.as_deref(), Some("2024年3月6日"));
    assert!(official.copies.unwrap().ends_with("市检察院"));
    let levels: Vec<u8> = official
        .body
        .iter()
        .map(|block| match block {
            OfficialBlock::Text { level, .. } => *level,
            OfficialBlock::Table { .. } => 9,
        })
        .collect();
    assert_eq!(levels, [0, 1, 2, 0, 2, 1, 3, 4, 4, 3, 1, 0]);
}

#[test]
fn a_document_to_a_higher_body_names_its_signer() {
    let official = parse(REQUEST);
    assert_eq!(official.signer.as_deref(), Some("王建国"));
    assert_eq!(official.number.as_deref(), Some("×政〔2023〕8号"));
    assert_eq!(official.body.len(), 2);
}

#[test]
fn loose_forms_are_brought_into_those_of_the_standard() {
    let official = parse(
        "×政发[24]第05号\n\n关于做好值班工作的通知\n\n各部门:\n请各部门(含分公司)抓紧,按时报送。\n一.加强领导\n(一)落实责任\n1、明确人员\n(1)到岗到位\n\n附件:值班表。\n\n办公室\n二〇二四年三月五日\n",
    );
    assert_eq!(official.number.as_deref(), Some("×政发〔2024〕5号"));
    assert_eq!(official.date.as_deref(), Some("2024年3月5日"));
    assert_eq!(official.attachments, ["值班表"]);
    let texts: Vec<String> = official
        .body
        .iter()
        .map(|block| match block {
            OfficialBlock::Text {
                number, lead, rest, ..
            } => format!("{number}{lead}{rest}"),
            OfficialBlock::Table { .. } => String::new(),
        })
        .collect();
    assert_eq!(
        texts,
        [
            "请各部门（含分公司）抓紧，按时报送。",
            "一、加强领导",
            "（一）落实责任",
            "1.明确人员",
            "（1）到岗到位"
        ]
    );
}

#[test]
fn headings_of_a_word_or_markdown_draft_get_their_numbers() {
    let block = |content| Block::new(Anchor::default(), content);
    let heading = |level, text: &str| {
        block(BlockContent::Heading {
            level,
            text: text.into(),
        })
    };
    let paragraph = |text: &str| block(BlockContent::Paragraph { text: text.into() });
    let document = Document {
        blocks: vec![
            heading(1, "关于开展年度检查的通知"),
            paragraph("各部门："),
            paragraph("现通知如下。"),
            heading(2, "时间安排"),
            heading(3, "自查阶段"),
            heading(3, "抽查阶段"),
            heading(2, "工作要求"),
            heading(3, "压实责任"),
            paragraph("办公室"),
            paragraph("2024-03-05"),
        ],
        ..Document::default()
    };
    let official = parse_official(&document);
    let numbers: Vec<&str> = official
        .body
        .iter()
        .filter_map(|block| match block {
            OfficialBlock::Text { number, .. } => Some(number.as_str()),
            OfficialBlock::Table { .. } => None,
        })
        .collect();
    assert_eq!(numbers, ["", "一、", "（一）", "（二）", "二、", "（一）"]);
    assert_eq!(official.title, "关于开展年度检查的通知");
}

#[test]
fn what_the_formatter_writes_passes_the_checker() {
    for draft in [NOTICE, REQUEST, LETTER] {
        assert_eq!(rules(&laid_out(draft)), [""; 0], "{draft}");
    }
    let unsealed = parse(LETTER).unsealed();
    assert_eq!(unsealed.seal, SealLayout::Unsealed);
    assert_eq!(rules(&render_official(&unsealed).unwrap()), [""; 0]);
}

#[test]
fn reading_the_file_back_and_laying_it_out_again_changes_nothing() {
    for draft in [NOTICE, REQUEST, LETTER] {
        let official = parse(draft);
        let bytes = render_official(&official).unwrap();
        let (_, parsed) = read(&bytes, "docx", &ReadLimits::default()).unwrap();
        assert_eq!(parse_official(&parsed.document), official, "{draft}");
    }
}

#[test]
fn the_page_has_the_measures_of_the_standard() {
    let text = part(&laid_out(NOTICE), "word/document.xml");
    for wanted in [
        r#"<w:pgSz w:w="11906" w:h="16838"/>"#,
        r#"w:top="2098" w:right="1474" w:bottom="1984" w:left="1588""#,
        r#"<w:docGrid w:type="lines" w:linePitch="579"/>"#,
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
}

/// Writes the samples for a look at their pages: `DESKMATE_SAMPLES=folder cargo test … writes_official_samples -- --ignored`.
#[test]
#[ignore = "writes files into the folder DESKMATE_SAMPLES"]
fn writes_official_samples() {
    let folder = std::path::PathBuf::from(std::env::var("DESKMATE_SAMPLES").unwrap());
    for (name, draft) in [("notice", NOTICE), ("request", REQUEST), ("letter", LETTER)] {
        std::fs::write(folder.join(format!("{name}.docx")), laid_out(draft)).unwrap();
    }
}
