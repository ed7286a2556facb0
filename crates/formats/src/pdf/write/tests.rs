//! Pages read back by our own reader. They need a Chinese face on the computer, as printing does.

use deskmate_core::{
    Anchor, BlockContent, Citation, Entry, Manuscript, Parsed, Passage, ReadLimits, Run,
};

use super::faces::Faces;
use super::flow::characters;
use super::lines::{Piece, Setting, set};
use super::manuscript_pdf;
use crate::docx::DocumentLanguage;

const LONG: &str = "出差人员应当在返回后十五个工作日内，凭批准的申请单、住宿发票和交通票据办理报销手续；逾期未办理的，由部门负责人书面说明原因（见附件二），经财务部审核后“一次性”补报。";

fn heading(level: u8, text: &str) -> Passage {
    Passage::Heading {
        level,
        runs: vec![Run::plain(text)],
    }
}

fn paragraph(text: &str) -> Passage {
    Passage::Paragraph {
        runs: vec![Run::plain(text)],
    }
}

fn manuscript(passages: Vec<Passage>) -> Manuscript {
    Manuscript {
        passages,
        ..Manuscript::default()
    }
}

fn printed(manuscript: &Manuscript) -> (Vec<u8>, Parsed) {
    let bytes = manuscript_pdf("差旅办法", manuscript, DocumentLanguage::Chinese).unwrap();
    let (format, parsed) = crate::read(&bytes, "pdf", &ReadLimits::default()).unwrap();
    assert_eq!(format, "pdf");
    assert_eq!(parsed.warnings, []);
    (bytes, parsed)
}

/// Text without what lines and pages put between its characters.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn positions(text: &str, parts: &[&str]) -> Vec<usize> {
    let text = squeezed(text);
    parts
        .iter()
        .map(|part| {
            let part = squeezed(part);
            assert_eq!(text.matches(&part).count(), 1, "`{part}` in {text}");
            text.find(&part).unwrap()
        })
        .collect()
}

#[test]
fn what_is_printed_is_read_back_in_order() {
    let bold = Run {
        bold: true,
        ..Run::plain("每人每天一百元")
    };
    let italic = Run {
        italic: true,
        ..Run::plain("calendar days")
    };
    let entry = |level: u8, ordered: bool, text: &str| Entry {
        level,
        ordered,
        runs: vec![Run::plain(text)],
    };
    let made = manuscript(vec![
        heading(1, "差旅费管理办法"),
        heading(2, "第一章 总则"),
        paragraph(LONG),
        Passage::Paragraph {
            runs: vec![Run::plain("伙食补助费"), bold, Run::plain(" for "), italic],
        },
        Passage::List {
            items: vec![
                entry(0, true, "住宿费据实报销"),
                entry(1, false, "一类城市六百元"),
                entry(0, true, "交通费包干使用"),
            ],
        },
        paragraph("本办法自发布之日起施行。"),
    ]);
    let (bytes, parsed) = printed(&made);
    let found = positions(
        &parsed.document.text(),
        &[
            "差旅费管理办法",
            "第一章 总则",
            LONG,
            "伙食补助费每人每天一百元 for calendar days",
            "住宿费据实报销",
            "一类城市六百元",
            "交通费包干使用",
            "本办法自发布之日起施行。",
        ],
    );
    assert!(found.is_sorted(), "{found:?}");
    // The faces have tens of megabytes; of them the text's characters alone are in the file.
    assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
}

#[test]
fn a_table_goes_on_over_pages_under_its_header() {
    let cell = |text: String| vec![Run::plain(text)];
    let mut rows = vec![vec![
        cell("序号".into()),
        cell("项目名称".into()),
        cell("说明".into()),
    ]];
    rows.extend((1..=80).map(|number| {
        vec![
            cell(format!("第{number}号")),
            cell(format!("项目{number}部")),
            cell("按规定执行".into()),
        ]
    }));
    let made = manuscript(vec![
        heading(1, "项目表"),
        Passage::Table {
            header_rows: 1,
            rows,
        },
        paragraph("以上共八十项。"),
    ]);
    let (_, parsed) = printed(&made);
    let text = squeezed(&parsed.document.text());
    let places: Vec<usize> = (1..=80)
        .map(|number| text.find(&format!("项目{number}部")).unwrap())
        .collect();
    assert!(places.is_sorted());
    assert!(text.ends_with("以上共八十项。"), "{text}");
    let pages: std::collections::BTreeSet<u32> = parsed
        .document
        .blocks
        .iter()
        .filter_map(|block| block.anchor.page)
        .collect();
    assert!(pages.len() >= 2, "{pages:?}");
    let tables = parsed.document.blocks.iter();
    let tables = tables.filter(|block| matches!(block.content, BlockContent::Table { .. }));
    assert!(tables.count() >= 1);
}

#[test]
fn a_source_stands_at_the_foot_of_the_page_that_cites_it_first() {
    let citation = |marker: u32, quote: &str| Citation {
        marker,
        path: "/d/办法.docx".into(),
        anchor: Anchor::page(7),
        quote: quote.to_owned(),
    };
    let cited = |text: &str, marker: u32| Passage::Paragraph {
        runs: vec![Run::plain(text), Run::citation(marker)],
    };
    let mut passages = vec![cited("开头的话", 1)];
    passages.extend((0..30).map(|_| paragraph(LONG)));
    passages.push(cited("结尾的话", 2));
    passages.push(cited("又引一次", 1));
    let made = Manuscript {
        passages,
        comments: Vec::new(),
        citations: vec![citation(1, "第一处原文"), citation(2, "第二处原文")],
    };
    let (_, parsed) = printed(&made);
    let page_of = |part: &str| {
        let blocks = parsed.document.blocks.iter();
        let pages: Vec<u32> = blocks
            .filter(|block| squeezed(&block.text()).contains(part))
            .filter_map(|block| block.anchor.page)
            .collect();
        assert_eq!(pages.len(), 1, "`{part}` on {pages:?}");
        pages[0]
    };
    assert_eq!(page_of("第一处原文"), page_of("开头的话"));
    assert_eq!(page_of("第二处原文"), page_of("结尾的话"));
    assert!(page_of("开头的话") < page_of("结尾的话"));
}

fn lines_of(text: &str, width: f32) -> Vec<(String, f32)> {
    let made = manuscript(vec![paragraph(text)]);
    let language = DocumentLanguage::Chinese;
    let faces = Faces::of_system(&characters(&made), language).unwrap();
    let piece = Piece {
        text,
        bold: false,
        italic: false,
        cite: None,
    };
    let setting = Setting {
        size: 10.0,
        width,
        justified: true,
        language,
    };
    let lines = set(&[piece], setting, &faces).into_iter();
    lines
        .map(|line| (line.letters.iter().map(|l| l.c).collect(), line.width))
        .collect()
}

#[test]
fn no_line_begins_with_a_mark_that_ends_or_ends_with_one_that_begins() {
    for width in (60..200).step_by(7) {
        let lines = lines_of(LONG, width as f32);
        let whole: String = lines.iter().map(|(line, _)| line.as_str()).collect();
        assert_eq!(whole, LONG);
        for (line, length) in &lines {
            assert!(
                !line.starts_with(['，', '。', '、', '；', '）', '”']),
                "{line}"
            );
            assert!(!line.ends_with(['（', '“']), "{line}");
            // A mark at the end hangs out by the half of it that is empty.
            assert!(*length <= width as f32 + 5.1, "{line} is {length} wide");
        }
    }
}

#[test]
fn lines_that_others_follow_are_full() {
    let lines = lines_of(LONG, 121.0);
    for (line, length) in &lines[..lines.len() - 1] {
        assert!((*length - 121.0).abs() < 5.1, "{line} is {length} wide");
    }
}

#[test]
fn a_word_longer_than_a_line_is_broken() {
    let address = "https://example.com/".to_owned() + &"a".repeat(120);
    let lines = lines_of(&address, 150.0);
    assert!(lines.len() > 2);
    assert!(lines.iter().all(|(_, length)| *length <= 150.0));
}

/// `DESKMATE_SAMPLES=folder cargo test -p deskmate-formats pdf_sample -- --ignored`, for the eye and other programs.
#[test]
#[ignore = "writes a file into the folder DESKMATE_SAMPLES"]
fn writes_a_pdf_sample() {
    let folder = std::path::PathBuf::from(std::env::var("DESKMATE_SAMPLES").unwrap());
    let source = std::fs::read_to_string(folder.join("sample.md")).unwrap();
    let read = crate::read_manuscript_text(&source, &[]);
    let bytes = manuscript_pdf("样本", &read.manuscript, DocumentLanguage::Chinese).unwrap();
    std::fs::write(folder.join("sample.pdf"), bytes).unwrap();
}
