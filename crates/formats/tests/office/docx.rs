use deskmate_core::{BlockContent, ErrorCode, ListItem};

use crate::build::{W, contents, docx, read, relations, texts};

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn styled(style: &str, text: &str) -> String {
    format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#)
}

fn numbered(number: u8, level: u8, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#
    )
}

fn item(level: u8, label: &str, text: &str) -> ListItem {
    ListItem {
        level,
        label: label.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn headings_come_from_styles_and_stand_above_their_blocks() {
    let styles = format!(
        r#"<w:styles xmlns:w="{W}">
        <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
        <w:style w:type="paragraph" w:styleId="a"><w:name w:val="我的标题"/><w:basedOn w:val="2"/></w:style>
        <w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 2"/></w:style></w:styles>"#
    );
    let body = [
        styled("1", "总则"),
        styled("a", "目的"),
        p("正文。"),
        r#"<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>附则</w:t></w:r></w:p>"#
            .to_owned(),
        p("末段。"),
    ]
    .concat();
    let parsed = read(&docx(&body, &[("word/styles.xml", &styles)]), "docx").unwrap();
    assert_eq!(
        contents(&parsed)[..2],
        [
            BlockContent::Heading {
                level: 1,
                text: "总则".into()
            },
            BlockContent::Heading {
                level: 2,
                text: "目的".into()
            }
        ]
    );
    let paths: Vec<Vec<String>> = parsed
        .document
        .blocks
        .iter()
        .map(|block| block.anchor.heading.clone())
        .collect();
    assert_eq!(paths[1], ["总则"]);
    assert_eq!(paths[2], ["总则", "目的"]);
    assert_eq!(paths[4], ["附则"]);
}

#[test]
fn list_labels_are_computed_as_word_shows_them() {
    let numbering = format!(
        r#"<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
        <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2.%3"/></w:lvl>
        </w:abstractNum><w:abstractNum w:abstractNumId="1">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>"#
    );
    let body = [
        numbered(1, 0, "甲"),
        numbered(1, 1, "乙"),
        numbered(1, 1, "丙"),
        numbered(1, 2, "丁"),
        numbered(1, 0, "戊"),
        numbered(1, 1, "己"),
        p("中断"),
        numbered(2, 0, "点"),
        numbered(1, 0, "庚"),
    ]
    .concat();
    let parsed = read(&docx(&body, &[("word/numbering.xml", &numbering)]), "docx").unwrap();
    assert_eq!(
        contents(&parsed),
        [
            BlockContent::List {
                ordered: true,
                items: vec![
                    item(0, "一、", "甲"),
                    item(1, "（一）", "乙"),
                    item(1, "（二）", "丙"),
                    item(2, "1.2.1", "丁"),
                    item(0, "二、", "戊"),
                    item(1, "（一）", "己"),
                ],
            },
            BlockContent::Paragraph {
                text: "中断".into()
            },
            BlockContent::List {
                ordered: false,
                items: vec![item(0, "", "点")],
            },
            BlockContent::List {
                ordered: true,
                items: vec![item(0, "三、", "庚")],
            },
        ]
    );
}

#[test]
fn merged_cells_have_their_text_once() {
    let body = format!(
        r#"<w:tbl><w:tblPr><w:tblLook w:firstRow="1"/></w:tblPr>
        <w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{}</w:tc><w:tc>{}</w:tc></w:tr>
        <w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{}</w:tc><w:tc>{}</w:tc><w:tc><w:p/></w:tc></w:tr>
        <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{}</w:tc><w:tc><w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>"#,
        p("宽"),
        p("单"),
        p("高"),
        p("乙"),
        p("隐"),
        p("内一"),
        p("内二")
    );
    let parsed = read(&docx(&body, &[]), "docx").unwrap();
    let BlockContent::Table { rows, .. } = &contents(&parsed)[0] else {
        panic!("a table is expected")
    };
    assert_eq!(
        *rows,
        [
            vec!["宽", "", "单"],
            vec!["高", "乙", ""],
            vec!["", "内一 | 内二"]
        ]
    );
}

#[test]
fn hidden_text_deletions_and_field_codes_are_left_out() {
    let body = r#"<w:p>
        <w:r><w:t xml:space="preserve">公开 </w:t></w:r>
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>秘密</w:t></w:r>
        <w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>
        <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r>
        <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>12</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
        <w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>尾</w:t><w:br/><w:t>行</w:t></w:r></w:p>"#;
    let parsed = read(&docx(body, &[]), "docx").unwrap();
    assert_eq!(texts(&parsed), ["公开 新12链接\t尾\n行"]);
    assert_eq!(parsed.warnings[0].code, ErrorCode::Omitted);
    assert!(parsed.warnings[0].message.contains("hidden"));
}

#[test]
fn text_boxes_are_read_once_though_written_twice() {
    let inner = p("框内");
    let body = format!(
        r#"<w:p><w:r><w:t>前</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>
        <mc:Fallback><w:pict><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"#
    );
    let parsed = read(&docx(&body, &[]), "docx").unwrap();
    assert_eq!(texts(&parsed), ["前", "框内"]);
}

#[test]
fn notes_and_comments_follow_the_paragraph_that_refers_to_them() {
    let footnotes = format!(
        r#"<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="0"/><w:footnote w:id="2">{}</w:footnote></w:footnotes>"#,
        p("脚注文")
    );
    let comments = format!(
        r#"<w:comments xmlns:w="{W}"><w:comment w:id="5" w:author="王">{}</w:comment></w:comments>"#,
        p("请改")
    );
    let rels = relations(&[
        ("r1", "footnotes", "footnotes.xml"),
        ("r2", "comments", "comments.xml"),
    ]);
    let body = r#"<w:p><w:r><w:t>句</w:t><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="5"/></w:r></w:p><w:p><w:r><w:t>后</w:t></w:r></w:p>"#;
    let parsed = read(
        &docx(
            body,
            &[
                ("word/footnotes.xml", &footnotes),
                ("word/comments.xml", &comments),
                ("word/_rels/document.xml.rels", &rels),
            ],
        ),
        "docx",
    )
    .unwrap();
    assert_eq!(
        contents(&parsed)[1..3],
        [
            BlockContent::Footnote {
                label: "1".into(),
                text: "脚注文".into()
            },
            BlockContent::Note {
                text: "王: 请改".into()
            }
        ]
    );
}

#[test]
fn a_formula_alone_is_a_formula_block() {
    let body = r#"<w:p><m:oMathPara><m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:rad><m:deg/><m:e><m:r><m:t>y+2</m:t></m:r></m:e></m:rad></m:den></m:f></m:oMath></m:oMathPara></w:p>"#;
    let parsed = read(&docx(body, &[]), "docx").unwrap();
    assert_eq!(
        contents(&parsed),
        [BlockContent::Formula {
            text: "x=1/(√(y+2))".into()
        }]
    );
}

#[test]
fn broken_optional_parts_cost_only_themselves() {
    let parsed = read(
        &docx(&p("还在"), &[("word/styles.xml", "not xml at all < <")]),
        "docx",
    )
    .unwrap();
    assert_eq!(texts(&parsed), ["还在"]);
    assert_eq!(parsed.warnings[0].code, ErrorCode::PartlyDamaged);
}

#[test]
fn metadata_comes_from_the_core_properties() {
    let core = r#"<cp:coreProperties><dc:title>年度报告</dc:title><dc:creator>李四</dc:creator><dcterms:created>2024-03-05T08:00:00Z</dcterms:created></cp:coreProperties>"#;
    let parsed = read(&docx(&p("文"), &[("docProps/core.xml", core)]), "docx").unwrap();
    assert_eq!(parsed.document.title.as_deref(), Some("年度报告"));
    assert_eq!(parsed.document.metadata["author"], "李四");
    assert_eq!(parsed.document.metadata["created"], "2024-03-05T08:00:00Z");
}
