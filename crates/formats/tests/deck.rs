//! Decks through the public door: what is written can be read again, whatever stands on the slides.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Read, Write};

use deskmate_core::{
    Anchor, BlockContent, Bullet, Chart, ChartKind, ChartSeries, Citation, Deck, Document,
    ErrorCode, ReadLimits, Slide, SlideColumn, SlideContent, SlideTable,
};
use deskmate_formats::{DeckOptions, WrittenDeck, write_pptx};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn bullets(title: &str, texts: &[String]) -> Slide {
    Slide::new(SlideContent::Bullets {
        title: title.into(),
        items: texts.iter().map(Bullet::new).collect(),
    })
}

fn chart(kind: ChartKind) -> Slide {
    Slide::new(SlideContent::Chart {
        title: "季度收入".into(),
        chart: Chart {
            kind,
            categories: vec!["一季度".into(), "二季度".into(), "三季度".into()],
            series: vec![ChartSeries {
                name: "收入".into(),
                values: vec![Some(12.5), None, Some(15.0)],
            }],
            unit: "万元".into(),
        },
    })
}

fn deck(slides: Vec<Slide>) -> Deck {
    Deck {
        title: "牛顿运动定律".into(),
        language: "zh-CN".into(),
        slides,
        citations: vec![Citation {
            marker: 1,
            path: "高中物理.docx".into(),
            anchor: Anchor {
                heading: vec!["惯性与质量".into()],
                ..Anchor::page(3)
            },
            quote: "一切物体在任何情况下都具有惯性。".into(),
        }],
    }
}

fn write(deck: &Deck) -> WrittenDeck {
    write_pptx(deck, &DeckOptions::default()).unwrap()
}

fn with_template(deck: &Deck, template: &[u8]) -> WrittenDeck {
    let options = DeckOptions {
        template: Some(template),
        created: None,
    };
    write_pptx(deck, &options).unwrap()
}

fn read(bytes: &[u8]) -> Document {
    deskmate_formats::read(bytes, "pptx", &ReadLimits::default())
        .unwrap()
        .1
        .document
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn names(bytes: &[u8]) -> Vec<String> {
    let zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    zip.file_names()
        .map(|name| name.unwrap().into_owned())
        .collect()
}

/// A copy of a package with some parts changed, others dropped.
fn rewritten(bytes: &[u8], change: impl Fn(&str, String) -> Option<String>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names(bytes) {
        if let Some(text) = change(&name, part_lossy(bytes, &name)) {
            writer
                .start_file(&name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn part_lossy(bytes: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut content = Vec::new();
    zip.by_name(name)
        .unwrap()
        .read_to_end(&mut content)
        .unwrap();
    String::from_utf8_lossy(&content).into_owned()
}

#[test]
fn what_stands_on_the_slides_is_read_back_with_tables_and_notes() {
    let table = SlideTable {
        header_rows: 1,
        rows: vec![
            vec!["材料".into(), "动摩擦因数".into()],
            vec!["木—木".into(), "0.30".into()],
        ],
    };
    let mut first = bullets("惯性 & <质量>", &["质量是惯性大小的量度".into()]);
    first.notes = "举例说明。".into();
    first.markers = vec![1];
    let slides = vec![
        Slide::new(SlideContent::Title {
            title: "牛顿运动定律".into(),
            subtitle: "高一物理".into(),
        }),
        first,
        Slide::new(SlideContent::Table {
            title: "摩擦因数".into(),
            table,
        }),
    ];
    let document = read(&write(&deck(slides)).bytes);
    let text = document.text();
    for expected in [
        "牛顿运动定律",
        "惯性 & <质量>",
        "质量是惯性大小的量度",
        "举例说明。",
        "第3页",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let rows = document
        .blocks
        .iter()
        .find_map(|block| match &block.content {
            BlockContent::Table { rows, .. } => Some(rows.clone()),
            _ => None,
        });
    assert_eq!(rows.unwrap()[1], ["木—木", "0.30"]);
}

#[test]
fn a_chart_carries_its_numbers_in_a_workbook() {
    for kind in [ChartKind::Bar, ChartKind::Line, ChartKind::Pie] {
        let written = write(&deck(vec![chart(kind)]));
        let xml = part(&written.bytes, "ppt/charts/chart1.xml");
        assert!(xml.contains("<c:v>12.5</c:v>") && xml.contains("三季度"));
        let mut zip = ZipArchive::new(Cursor::new(&written.bytes)).unwrap();
        let mut book = Vec::new();
        zip.by_name("ppt/embeddings/Microsoft_Excel_Sheet1.xlsx")
            .unwrap()
            .read_to_end(&mut book)
            .unwrap();
        let sheet = deskmate_formats::read(&book, "xlsx", &ReadLimits::default())
            .unwrap()
            .1;
        assert!(
            sheet.document.text().contains("三季度 | 15"),
            "{}",
            sheet.document.text()
        );
    }
}

#[test]
fn too_many_points_go_on_on_another_slide_and_none_is_lost() {
    let texts: Vec<String> = (0..30)
        .map(|n| {
            format!("第{n}点：物体的加速度与它受到的合力成正比，与它的质量成反比，方向与合力相同")
        })
        .collect();
    let written = write(&deck(vec![bullets("要点", &texts)]));
    assert!(written.slides > 1);
    let text = read(&written.bytes).text();
    for n in 0..30 {
        assert!(text.contains(&format!("第{n}点")), "{n}");
    }
    assert!(text.contains(&format!("要点（1/{}）", written.slides)));
}

#[test]
fn a_text_that_no_slide_can_hold_is_cut_and_stands_whole_in_the_notes() {
    let endless = "力是改变物体运动状态的原因，".repeat(400);
    let written = write(&deck(vec![bullets("要点", std::slice::from_ref(&endless))]));
    assert_eq!(written.warnings.len(), 1);
    assert!(part(&written.bytes, "ppt/slides/slide1.xml").contains('…'));
    assert!(part(&written.bytes, "ppt/notesSlides/notesSlide1.xml").contains(&endless));
}

#[test]
fn a_template_keeps_its_master_and_loses_its_slides() {
    let old = write(&deck(vec![
        bullets("旧的一页", &["旧的要点".into()]),
        chart(ChartKind::Bar),
    ]));
    let template = rewritten(&old.bytes, |name, text| {
        Some(match name {
            "ppt/slideMasters/slideMaster1.xml" => text.replace("sz=\"2800\"", "sz=\"3000\""),
            _ => text,
        })
    });
    let written = with_template(
        &deck(vec![bullets("新的一页", &["新的要点".into()])]),
        &template,
    );
    let text = read(&written.bytes).text();
    assert!(
        text.contains("新的要点") && !text.contains("旧的"),
        "{text}"
    );
    assert!(part(&written.bytes, "ppt/slideMasters/slideMaster1.xml").contains("sz=\"3000\""));
    let names = names(&written.bytes);
    assert!(
        !names
            .iter()
            .any(|name| name.contains("chart1") || name.contains("slide2.xml")),
        "{names:?}"
    );
}

#[test]
fn a_template_without_the_expected_layouts_still_gives_every_slide() {
    let base = write(&deck(vec![bullets("一", &["二".into()])]));
    // Only the layout with a title alone is left.
    let template = rewritten(&base.bytes, |name, text| {
        Some(if name == "ppt/slideMasters/_rels/slideMaster1.xml.rels" {
            (1..=10).filter(|n| *n != 9).fold(text, |text, n| {
                let start = text.find(&format!("<Relationship Id=\"rId{n}\"")).unwrap();
                let end = start + text[start..].find("/>").unwrap() + 2;
                format!("{}{}", &text[..start], &text[end..])
            })
        } else if name == "ppt/slideMasters/slideMaster1.xml" {
            let start = text.find("<p:sldLayoutIdLst>").unwrap();
            let end = text.find("</p:sldLayoutIdLst>").unwrap();
            format!(
                "{}<p:sldLayoutIdLst><p:sldLayoutId id=\"2147483657\" r:id=\"rId9\"/>{}",
                &text[..start],
                &text[end..]
            )
        } else {
            text
        })
    });
    let slides = vec![
        Slide::new(SlideContent::Title {
            title: "题目".into(),
            subtitle: "副题".into(),
        }),
        bullets("要点", &["第一点".into()]),
        Slide::new(SlideContent::TwoColumns {
            title: "比较".into(),
            left: SlideColumn {
                heading: "平衡力".into(),
                items: vec![Bullet::new("作用在同一物体上")],
            },
            right: SlideColumn {
                heading: "相互作用力".into(),
                items: vec![Bullet::new("作用在两个物体上")],
            },
        }),
        chart(ChartKind::Bar),
    ];
    let written = with_template(&deck(slides), &template);
    let text = read(&written.bytes).text();
    for expected in ["题目", "副题", "第一点", "平衡力", "作用在两个物体上"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert_eq!(written.warnings[0].code, ErrorCode::Omitted);
}

/// A text without its parts from `start` to `end`.
fn without(mut text: String, start: &str, end: &str) -> String {
    while let Some(from) = text.find(start) {
        let to = from + text[from..].find(end).unwrap() + end.len();
        text.replace_range(from..to, "");
    }
    text
}

/// A template that states no size in its styles, only on the sample text of its master.
fn template_without_styles(size: u32) -> Vec<u8> {
    let base = write(&deck(vec![bullets("一", &["二".into()])]));
    rewritten(&base.bytes, |name, text| {
        if !name.starts_with("ppt/slideMasters/s") && !name.starts_with("ppt/slideLayouts/s") {
            return Some(text);
        }
        let text = without(text, "<p:txStyles>", "</p:txStyles>");
        let text = without(text, "<a:lstStyle>", "</a:lstStyle>");
        Some(match name.starts_with("ppt/slideMasters") {
            true => text.replace(
                "<a:rPr lang=\"zh-CN\"/>",
                &format!(
                    "<a:rPr lang=\"zh-CN\" sz=\"{size}00\"><a:solidFill><a:srgbClr val=\"fafafa\"/></a:solidFill></a:rPr>"
                ),
            ),
            false => text,
        })
    })
}

#[test]
fn a_size_that_only_the_sample_text_of_the_master_has_is_measured_and_written_down() {
    let texts: Vec<String> = (0..4)
        .map(|n| format!("第{n}点：{}", "力".repeat(30)))
        .collect();
    let deck = deck(vec![bullets("牛顿第一定律", &texts)]);
    let small = with_template(&deck, &template_without_styles(20));
    assert_eq!(small.slides, 1);
    // Title, four points and the number: one program takes the sample's size for the slide's, another 18 points: only what is written is the same in both.
    let slide = part(&small.bytes, "ppt/slides/slide1.xml");
    assert_eq!(slide.matches("sz=\"2000\"").count(), 6, "{slide}");
    // The colour goes with it: the master may be dark.
    assert_eq!(slide.matches("fafafa").count(), 6, "{slide}");
    let large = with_template(&deck, &template_without_styles(60));
    assert!(large.slides > 1, "four long points of 60 points in one box");
}

#[test]
fn a_template_without_table_styles_gets_them() {
    let template = rewritten(&template_without_styles(20), |name, text| {
        (name != "ppt/tableStyles.xml").then(|| match name {
            "ppt/_rels/presentation.xml.rels" => {
                let at = text.find("tableStyles").unwrap();
                let from = text[..at].rfind("<Relationship ").unwrap();
                let to = at + text[at..].find("/>").unwrap() + 2;
                format!("{}{}", &text[..from], &text[to..])
            }
            _ => text,
        })
    });
    let written = with_template(&deck(vec![bullets("一", &["二".into()])]), &template);
    assert!(names(&written.bytes).contains(&"ppt/tableStyles.xml".to_string()));
    assert!(part(&written.bytes, "ppt/_rels/presentation.xml.rels").contains("tableStyles"));
    assert!(part(&written.bytes, "[Content_Types].xml").contains("tableStyles"));
}

#[test]
fn without_any_size_the_text_style_of_the_presentation_counts() {
    let deck = deck(vec![bullets("牛顿第一定律", &["惯性".into()])]);
    let template = rewritten(&template_without_styles(20), |name, text| {
        Some(match name {
            "ppt/presentation.xml" => without(text, "<p:defaultTextStyle>", "</p:defaultTextStyle>").replace(
                "</p:presentation>",
                "<p:defaultTextStyle><a:lvl1pPr><a:defRPr sz=\"2200\"/></a:lvl1pPr></p:defaultTextStyle></p:presentation>",
            ),
            _ => text.replace(" sz=\"2000\"", ""),
        })
    });
    let written = with_template(&deck, &template);
    let slide = part(&written.bytes, "ppt/slides/slide1.xml");
    assert_eq!(slide.matches("sz=\"2200\"").count(), 3, "{slide}");
}

#[test]
fn a_file_that_is_no_presentation_is_refused_as_a_template() {
    let deck = deck(vec![bullets("一", &["二".into()])]);
    for (bytes, code) in [
        (b"not a zip".to_vec(), ErrorCode::DamagedFile),
        (
            rewritten(&write(&deck).bytes, |name, text| {
                (!name.contains("presentation.xml")).then_some(text)
            }),
            ErrorCode::InvalidInput,
        ),
    ] {
        let options = DeckOptions {
            template: Some(&bytes),
            created: None,
        };
        let error = write_pptx(&deck, &options).unwrap_err();
        assert_eq!(error.code, code, "{error}");
    }
}

#[test]
fn a_deck_without_slides_is_refused() {
    let error = write_pptx(&deck(Vec::new()), &DeckOptions::default()).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
}

#[test]
fn characters_that_xml_forbids_are_left_out() {
    let written = write(&deck(vec![bullets(
        "一\u{1}二\u{b}",
        &["三\u{0}四\u{ffff}".into()],
    )]));
    let text = read(&written.bytes).text();
    assert!(text.contains("一二") && text.contains("三四"), "{text}");
}

#[test]
fn the_same_deck_gives_the_same_bytes() {
    let deck = deck(vec![bullets("一", &["二".into()]), chart(ChartKind::Pie)]);
    assert_eq!(write(&deck).bytes, write(&deck).bytes);
}
