use deskmate_core::{BlockContent, ListItem};

use crate::build::{content_types, contents, package, read, relations};

fn shape(kind: &str, top: u32, left: u32, paragraphs: &[&str]) -> String {
    let holder = if kind.is_empty() {
        String::new()
    } else {
        format!(r#"<p:ph type="{kind}"/>"#)
    };
    let text: String = paragraphs
        .iter()
        .map(|text| format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"))
        .collect();
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/></a:xfrm></p:spPr><p:txBody>{text}</p:txBody></p:sp>"#
    )
}

fn slide(attributes: &str, shapes: &str) -> String {
    format!("<p:sld {attributes}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>")
}

#[test]
fn slides_come_in_shown_order_with_shapes_in_reading_order() {
    let types = content_types("ppt/presentation.xml", "presentationml.presentation.main");
    let presentation = r#"<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId9"/><p:sldId id="257" r:id="rId8"/></p:sldIdLst></p:presentation>"#;
    let table = r#"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="t"/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="9000000"/></p:xfrm><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>
        <a:tr><a:tc gridSpan="2"><a:txBody><a:p><a:r><a:t>头</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"><a:txBody><a:p/></a:txBody></a:tc></a:tr>
        <a:tr><a:tc><a:txBody><a:p><a:r><a:t>左</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>右</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"#;
    let chart_frame = r#"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="8" name="c"/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="9900000"/></p:xfrm><a:graphic><a:graphicData><c:chart r:id="rId2"/></a:graphicData></a:graphic></p:graphicFrame>"#;
    let first = slide(
        "",
        &[
            table,
            chart_frame,
            &shape("", 2_000_000, 5_000_000, &["右边"]),
            &shape("", 2_010_000, 1_000, &["左边"]),
            &shape("body", 4_000_000, 0, &["要点一", "要点二"]),
            &shape("title", 3_000_000, 0, &["大标题"]),
            &shape("ftr", 9_999_999, 0, &["页脚"]),
        ]
        .concat(),
    );
    let second = slide(r#"show="0""#, &shape("title", 0, 0, &["藏"]));
    let chart = r#"<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>销量</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:f>A</c:f><c:strCache><c:pt idx="0"><c:v>甲</c:v></c:pt></c:strCache></c:strRef></c:tx>
        <c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>一月</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:pt idx="0"><c:v>0.30000000000000004</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"#;
    let notes = slide(
        "",
        &[
            shape("sldNum", 0, 0, &["1"]),
            shape("body", 0, 0, &["讲慢点"]),
        ]
        .concat(),
    );
    let file = package(&[
        ("[Content_Types].xml", &types),
        ("ppt/presentation.xml", presentation),
        (
            "ppt/_rels/presentation.xml.rels",
            &relations(&[
                ("rId8", "slide", "slides/slide1.xml"),
                ("rId9", "slide", "slides/slide2.xml"),
            ]),
        ),
        ("ppt/slides/slide1.xml", &second),
        ("ppt/slides/slide2.xml", &first),
        (
            "ppt/slides/_rels/slide2.xml.rels",
            &relations(&[
                ("rId1", "notesSlide", "../notesSlides/n.xml"),
                ("rId2", "chart", "/ppt/charts/c.xml"),
            ]),
        ),
        ("ppt/notesSlides/n.xml", &notes),
        ("ppt/charts/c.xml", chart),
    ]);
    let parsed = read(&file, "pptx").unwrap();
    let text = |text: &str| BlockContent::Paragraph { text: text.into() };
    let item = |text: &str| ListItem {
        level: 0,
        label: String::new(),
        text: text.into(),
    };
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
    assert_eq!(
        contents(&parsed),
        [
            BlockContent::Slide {
                number: 1,
                title: "大标题".into()
            },
            text("左边"),
            text("右边"),
            BlockContent::List {
                ordered: false,
                items: vec![item("要点一"), item("要点二")]
            },
            BlockContent::Table {
                caption: None,
                header_rows: 1,
                rows: vec![row(&["头", ""]), row(&["左", "右"])]
            },
            BlockContent::Table {
                caption: Some("销量".into()),
                header_rows: 1,
                rows: vec![row(&["", "甲"]), row(&["一月", "0.3"])]
            },
            BlockContent::Note {
                text: "讲慢点".into()
            },
            BlockContent::Slide {
                number: 2,
                title: "藏".into()
            },
        ]
    );
    assert_eq!(parsed.document.metadata["hidden_slides"], "2");
    assert_eq!(parsed.document.blocks[1].anchor.slide, Some(1));
    assert_eq!(parsed.document.blocks[1].anchor.heading, ["大标题"]);
}
