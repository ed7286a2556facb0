//! Documents written as docx and read back by our own reader.
#![allow(clippy::unwrap_used)]

use deskmate_core::{Anchor, Block, BlockContent, Citation, Document, ListItem, ReadLimits};
use deskmate_formats::{DocumentLanguage, DocxOptions, read, render_docx, render_html};

fn document(contents: Vec<BlockContent>) -> Document {
    Document {
        title: Some("写作样例".into()),
        metadata: [("author".to_owned(), "张三 & 李四".to_owned())].into(),
        blocks: contents
            .into_iter()
            .map(|content| Block::new(Anchor::default(), content))
            .collect(),
    }
}

fn heading(level: u8, text: &str) -> BlockContent {
    BlockContent::Heading {
        level,
        text: text.into(),
    }
}

fn paragraph(text: &str) -> BlockContent {
    BlockContent::Paragraph { text: text.into() }
}

fn list(ordered: bool, items: &[(u8, &str, &str)]) -> BlockContent {
    BlockContent::List {
        ordered,
        items: items
            .iter()
            .map(|(level, label, text)| ListItem {
                level: *level,
                label: (*label).into(),
                text: (*text).into(),
            })
            .collect(),
    }
}

fn table(caption: Option<&str>, header_rows: usize, rows: &[&[&str]]) -> BlockContent {
    BlockContent::Table {
        caption: caption.map(Into::into),
        header_rows,
        rows: rows
            .iter()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect(),
    }
}

fn round_trip(document: &Document) -> Document {
    let bytes = render_docx(document, &DocxOptions::default()).unwrap();
    let (format, parsed) = read(&bytes, "docx", &ReadLimits::default()).unwrap();
    assert_eq!(format, "docx");
    assert_eq!(parsed.warnings, []);
    parsed.document
}

fn contents(document: &Document) -> Vec<BlockContent> {
    document
        .blocks
        .iter()
        .map(|block| block.content.clone())
        .collect()
}

fn check(contents_in: Vec<BlockContent>) {
    let document = document(contents_in);
    let back = round_trip(&document);
    assert_eq!(contents(&back), contents(&document));
    assert_eq!(back.title, document.title);
    assert_eq!(back.metadata, document.metadata);
}

#[test]
fn headings_paragraphs_and_line_breaks_come_back() {
    let mut blocks: Vec<BlockContent> = (1..=9)
        .map(|level| heading(level, "标题 & <角括号>"))
        .collect();
    blocks.push(paragraph("第一行\n第二行\t有制表符，“引号”'单'。"));
    blocks.push(paragraph(
        "Plain English text with a $5 price and a $7 price.",
    ));
    check(blocks);
}

#[test]
fn labels_of_lists_are_counted_by_word_and_come_back() {
    check(vec![
        list(false, &[(0, "", "苹果"), (1, "", "红"), (0, "", "梨")]),
        paragraph("间隔"),
        list(
            true,
            &[
                (0, "1.", "甲"),
                (1, "(a)", "细"),
                (1, "(b)", "细"),
                (0, "2.", "乙"),
                (1, "(a)", "又"),
            ],
        ),
        paragraph("间隔"),
        list(
            true,
            &[
                (0, "一、", "总则"),
                (1, "（一）", "目的"),
                (1, "（二）", "范围"),
                (0, "二、", "职责"),
            ],
        ),
        paragraph("间隔"),
        list(true, &[(0, "第三条", "接着编号"), (0, "第四条", "再接着")]),
        paragraph("间隔"),
        list(true, &[(0, "③", "圈码"), (0, "④", "圈码")]),
        paragraph("间隔"),
        // No counter makes these: they stand as they are.
        list(
            true,
            &[(0, "1.", "甲"), (0, "3.", "跳号"), (0, "附则", "文字")],
        ),
    ]);
}

#[test]
fn tables_keep_captions_header_rows_ragged_rows_and_empty_cells() {
    check(vec![
        table(
            Some("各部门预算"),
            1,
            &[
                &["部门", "金额（万元）"],
                &["办公室", "1,200"],
                &["财务处", ""],
            ],
        ),
        table(
            Some("表2 明细"),
            2,
            &[&["甲", "乙", "丙"], &["子", "丑", "寅"], &["一", "二\n三"]],
        ),
        table(None, 0, &[&["无", "表头"], &["值", "值"]]),
        paragraph("表后"),
    ]);
}

#[test]
fn notes_comments_and_pictures_come_back_where_they_hung() {
    check(vec![
        paragraph("有脚注的一段。"),
        BlockContent::Footnote {
            label: "1".into(),
            text: "脚注的文字".into(),
        },
        BlockContent::Footnote {
            label: "2".into(),
            text: "第二个".into(),
        },
        list(false, &[(0, "", "项目")]),
        BlockContent::Note {
            text: "批注".into(),
        },
        BlockContent::Image {
            alt: "流程图：\"申请\" → 审批".into(),
        },
        heading(1, "末"),
    ]);
}

#[test]
fn the_mark_of_a_footnote_becomes_its_reference() {
    let document = document(vec![
        paragraph("前半句[^a]，后半句。"),
        BlockContent::Footnote {
            label: "a".into(),
            text: "出处".into(),
        },
    ]);
    let back = round_trip(&document);
    assert_eq!(back.blocks[0].text(), "前半句，后半句。");
    assert_eq!(back.blocks[1].text(), "出处");
}

#[test]
fn markers_of_citations_become_footnotes_with_their_source() {
    let citation = Citation {
        marker: 3,
        path: "某处/办法.pdf".into(),
        anchor: Anchor::page(7),
        quote: "每人每天一百元".into(),
    };
    let document = document(vec![paragraph("标准是一百元。[3] 另见[9]。")]);
    let options = DocxOptions {
        citations: &[citation],
        language: DocumentLanguage::Chinese,
    };
    let bytes = render_docx(&document, &options).unwrap();
    let (_, parsed) = read(&bytes, "docx", &ReadLimits::default()).unwrap();
    let texts: Vec<String> = parsed.document.blocks.iter().map(Block::text).collect();
    assert_eq!(
        texts,
        [
            "标准是一百元。 另见[9]。",
            "办法.pdf, p. 7: “每人每天一百元”"
        ]
    );
}

#[test]
fn formulas_are_native_alone_and_inside_a_sentence() {
    let document = document(vec![
        BlockContent::Formula {
            text: r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}".into(),
        },
        paragraph(r"牛顿第二定律 $F=ma$ 与动能 \(\frac{1}{2}mv^2\) 。"),
    ]);
    let back = round_trip(&document);
    assert_eq!(
        contents(&back),
        [
            BlockContent::Formula {
                text: "x=(-b±√(b^2-4ac))/(2a)".into()
            },
            paragraph("牛顿第二定律 F=ma 与动能 1/2mv^2 。"),
        ]
    );
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = document(vec![heading(1, "一"), paragraph("二")]);
    let options = DocxOptions::default();
    assert_eq!(
        render_docx(&document, &options).unwrap(),
        render_docx(&document, &options).unwrap()
    );
}

#[test]
fn nothing_and_forbidden_characters_still_give_a_file_that_opens() {
    for contents in [
        vec![],
        vec![paragraph("\u{0}\u{8}坏字符\u{FFFF}")],
        vec![table(None, 0, &[&[], &["甲"]])],
        vec![BlockContent::Footnote {
            label: "1".into(),
            text: "开头的脚注".into(),
        }],
    ] {
        round_trip(&document(contents));
    }
}

#[test]
fn a_page_of_html_escapes_and_marks_header_cells() {
    let html = render_html(&document(vec![
        heading(2, "标题 <b>"),
        list(true, &[(0, "一、", "甲")]),
        table(None, 1, &[&["列"], &["值"]]),
    ]));
    assert!(html.contains("<h2>标题 &lt;b&gt;</h2>"));
    assert!(html.contains("<th>列</th>") && html.contains("<td>值</td>"));
    assert!(html.contains("一、 甲"));
}

/// Writes the sample for a look at its pages: `DESKMATE_SAMPLES=folder cargo test -p deskmate-formats writes_a_sample -- --ignored`.
#[test]
#[ignore = "writes files into the folder DESKMATE_SAMPLES"]
fn writes_a_sample() {
    let folder = std::path::PathBuf::from(std::env::var("DESKMATE_SAMPLES").unwrap());
    let document = document(vec![
        heading(1, "牛顿运动定律"),
        paragraph("力是改变物体运动状态的原因。设物体质量为 $m$，加速度为 $a$，则合力 $F=ma$。"),
        BlockContent::Footnote {
            label: "1".into(),
            text: "见教材第四章。".into(),
        },
        heading(2, "公式"),
        BlockContent::Formula {
            text: r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}".into(),
        },
        BlockContent::Formula {
            text: r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}".into(),
        },
        BlockContent::Formula {
            text: r"\int_{0}^{\infty} e^{-x^2} dx = \frac{\sqrt{\pi}}{2}".into(),
        },
        BlockContent::Formula {
            text: r"A=\begin{pmatrix}a & b\\ c & d\end{pmatrix}, \vec{F}=m\vec{a}, \lim x_{n}"
                .into(),
        },
        heading(2, "步骤"),
        list(
            true,
            &[
                (0, "一、", "准备器材"),
                (1, "（一）", "小车"),
                (1, "（二）", "打点计时器"),
                (0, "二、", "测量"),
            ],
        ),
        list(false, &[(0, "", "要点"), (1, "", "细节")]),
        table(
            Some("表1 测量结果"),
            1,
            &[
                &["次数", "质量（kg）", "加速度（m/s²）"],
                &["1", "0.50", "1.96"],
                &["2", "1.00", "0.98"],
            ],
        ),
        BlockContent::Image {
            alt: "实验装置".into(),
        },
    ]);
    let bytes = render_docx(&document, &DocxOptions::default()).unwrap();
    std::fs::write(folder.join("document.docx"), bytes).unwrap();
}
