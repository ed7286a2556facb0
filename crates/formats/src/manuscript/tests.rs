use deskmate_core::{
    Anchor, BlockContent, Citation, Comment, Entry, Manuscript, Passage, ReadLimits, Run,
};

use super::{manuscript_html, manuscript_markdown, read_manuscript, read_manuscript_text};
use crate::{DocumentLanguage, manuscript_docx, read};

fn citation(marker: u32) -> Citation {
    Citation {
        marker,
        path: "/d/办法_1.pdf".into(),
        anchor: Anchor::page(7),
        quote: "每人每天*一百*元".into(),
    }
}

fn bold(text: &str) -> Run {
    Run {
        bold: true,
        ..Run::plain(text)
    }
}

fn italic(text: &str) -> Run {
    Run {
        italic: true,
        ..Run::plain(text)
    }
}

fn paragraph(runs: &[Run]) -> Passage {
    Passage::Paragraph {
        runs: runs.to_vec(),
    }
}

fn entry(level: u8, ordered: bool, text: &str) -> Entry {
    Entry {
        level,
        ordered,
        runs: vec![Run::plain(text)],
    }
}

/// What is written as Markdown and read again is the same.
fn check(passages: Vec<Passage>) {
    let manuscript = Manuscript {
        passages,
        comments: Vec::new(),
        citations: vec![citation(1), citation(12)],
    };
    let markdown = manuscript_markdown(&manuscript);
    let back = read_manuscript_text(&markdown, &manuscript.citations);
    assert_eq!(back.manuscript, manuscript, "{markdown}");
}

#[test]
fn bold_italic_and_citations_come_back_from_markdown() {
    check(vec![
        Passage::Heading {
            level: 2,
            runs: vec![Run::plain("一、"), bold("总则")],
        },
        paragraph(&[
            Run::plain("标准是"),
            bold("一百元，"),
            Run::plain("见"),
            Run::citation(1),
            Run::citation(12),
            Run::plain("；"),
            italic("另行通知"),
            Run::plain("。"),
        ]),
        paragraph(&[
            bold("（一）"),
            italic("甲 "),
            Run {
                bold: true,
                italic: true,
                ..Run::plain("乙")
            },
        ]),
        paragraph(&[
            Run::plain("a word "),
            bold("in bold"),
            Run::plain(" between"),
        ]),
    ]);
}

#[test]
fn signs_of_markdown_are_text_when_they_are_text() {
    for text in [
        "# no heading",
        "- no list\n+ nor this\n> nor a quote",
        "1. no list\n2) nor this",
        "2*3*4 and a_b_c and `code` and [1] and [x](y) and <b>",
        "a | b\n--- | ---",
        "~~~\n&amp; \\ ![x] $5 and $7",
        "$F=ma$ 与 $\\frac{a}{b}$",
        "  两个空格开头，末尾也有  ",
        "第一行\n  第二行\n\t第三行",
        "===",
        "https://example.com/a_b?c=d&e=f",
    ] {
        check(vec![paragraph(&[Run::plain(text)])]);
    }
}

#[test]
fn lists_in_lists_come_back_with_their_kinds() {
    check(vec![
        Passage::List {
            items: vec![
                entry(0, true, "甲"),
                entry(1, false, "甲一\n第二行"),
                entry(2, true, "深"),
                entry(1, false, "甲二"),
                entry(0, true, "乙"),
            ],
        },
        Passage::List {
            items: vec![entry(0, true, "另一个列表"), entry(1, true, "内")],
        },
        paragraph(&[Run::plain("之后")]),
    ]);
    let many = (0..12).map(|n| entry(0, true, &format!("项{n}"))).collect();
    check(vec![Passage::List { items: many }]);
}

#[test]
fn tables_and_kept_blocks_come_back() {
    let cell = |text: &str| vec![Run::plain(text)];
    check(vec![
        Passage::Table {
            header_rows: 1,
            rows: vec![
                vec![cell("项目"), cell("金额|元")],
                vec![vec![bold("合计"), Run::citation(1)], Vec::new()],
                vec![cell("两\n行"), cell("-1")],
            ],
        },
        Passage::Kept {
            block: BlockContent::Image {
                alt: "流程图".into(),
            },
        },
        Passage::Kept {
            block: BlockContent::Formula {
                text: "E=mc^2".into(),
            },
        },
    ]);
}

#[test]
fn tables_in_html_inside_markdown_are_read() {
    let markdown = "前\n\n<table><tr><td>甲</td><td>乙</td></tr></table>\n\n后";
    let read = read_manuscript_text(markdown, &[]);
    assert_eq!(read.manuscript.text(), "前\n甲 | 乙\n后");
}

#[test]
fn pictures_of_a_file_are_said_to_be_left_behind() {
    let limits = ReadLimits::default();
    let markdown = "# 题\n\n**粗**体\n\n![图一](a.png)\n";
    let read = read_manuscript(markdown.as_bytes(), "md", &[], &limits).unwrap();
    assert_eq!(read.title.as_deref(), Some("题"));
    assert_eq!(
        read.manuscript.passages[1],
        paragraph(&[bold("粗"), Run::plain("体")])
    );
    assert_eq!(
        read.warnings[0].message,
        "of 1 pictures only the descriptions are kept"
    );
    let none = read_manuscript(b"plain text", "txt", &[], &limits).unwrap();
    assert_eq!(none.warnings, []);
}

fn sample() -> Manuscript {
    let on = |id: u32, run: Run| Run {
        comments: vec![id],
        ..run
    };
    let comment = |id: u32, text: &str, resolved: bool| Comment {
        id,
        text: text.to_owned(),
        resolved,
        at_ms: 0,
    };
    Manuscript {
        passages: vec![
            Passage::Heading {
                level: 1,
                runs: vec![Run::plain("差旅 & 报销")],
            },
            paragraph(&[
                on(5, Run::plain("标准[9]是")),
                on(5, bold("一百元")),
                Run::citation(1),
                on(7, Run::plain("。")),
                on(8, italic("已办。")),
            ]),
            Passage::List {
                items: vec![
                    entry(0, false, "甲"),
                    entry(1, true, "一"),
                    entry(1, true, "二"),
                    entry(0, false, "乙"),
                    entry(1, true, "又一"),
                ],
            },
            Passage::Table {
                header_rows: 1,
                rows: vec![
                    vec![vec![Run::plain("项目")], vec![Run::plain("金额")]],
                    vec![vec![bold("合计")], vec![Run::plain("100")]],
                ],
            },
            Passage::Kept {
                block: BlockContent::Note {
                    text: "原有批注".into(),
                },
            },
        ],
        comments: vec![
            comment(5, "请核对\n金额", false),
            comment(7, "句号？", false),
            comment(8, "不再显示", true),
        ],
        citations: vec![citation(1)],
    }
}

fn part(package: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn a_docx_has_the_marks_the_sources_and_the_open_comments() {
    let bytes = manuscript_docx("差旅", &sample(), DocumentLanguage::Chinese).unwrap();
    let (_, parsed) = read(&bytes, "docx", &ReadLimits::default()).unwrap();
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.document.title.as_deref(), Some("差旅"));
    let text = parsed.document.text();
    for part in [
        "差旅 & 报销",
        "标准[9]是一百元",
        "办法_1.pdf, p. 7",
        "请核对",
        "句号？",
        "原有批注",
        "甲\n1. 一\n2. 二\n乙\n1. 又一",
        "合计 | 100",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("不再显示"), "{text}");
    let story = part(&bytes, "word/document.xml");
    assert!(story.contains("<w:b/><w:bCs/></w:rPr><w:t xml:space=\"preserve\">一百元"));
    for sign in ["commentRangeStart", "commentRangeEnd", "commentReference"] {
        assert_eq!(
            story.matches(&format!("w:{sign} w:id=\"5\"")).count(),
            1,
            "{sign}"
        );
    }
}

#[test]
fn a_page_has_marks_that_lead_to_sources() {
    let html = manuscript_html("差旅", &sample());
    assert!(html.contains("<strong>一百元</strong><sup><a href=\"#source-1\">[1]</a></sup>"));
    assert!(html.contains("<p id=\"source-1\">[1] 办法_1.pdf, p. 7"));
    assert!(html.contains("<ul><li>甲<ol><li>一</li><li>二</li></ol></li><li>乙<ol>"));
    assert!(html.contains("<th>项目</th>") && !html.contains("请核对"));
}

/// `DESKMATE_SAMPLES=folder cargo test -p deskmate-formats manuscript_sample -- --ignored`, for other programs to open.
#[test]
#[ignore = "writes a file into the folder DESKMATE_SAMPLES"]
fn writes_a_manuscript_sample() {
    let folder = std::path::PathBuf::from(std::env::var("DESKMATE_SAMPLES").unwrap());
    let bytes = manuscript_docx("差旅", &sample(), DocumentLanguage::Chinese).unwrap();
    std::fs::write(folder.join("manuscript.docx"), bytes).unwrap();
    std::fs::write(folder.join("manuscript.md"), manuscript_markdown(&sample())).unwrap();
    std::fs::write(
        folder.join("manuscript.html"),
        manuscript_html("差旅", &sample()),
    )
    .unwrap();
}
