//! PDF files through the public door.
#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::{BlockContent, ErrorCode, Parsed, ReadLimits, WireError};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/pdf/", $name)).as_slice()
    };
}

fn try_read(bytes: &[u8]) -> Result<Parsed, WireError> {
    let (id, parsed) = deskmate_formats::read(bytes, "pdf", &ReadLimits::default())?;
    assert_eq!(id, "pdf");
    Ok(parsed)
}

fn read(bytes: &[u8]) -> Parsed {
    try_read(bytes).unwrap()
}

fn codes(parsed: &Parsed) -> Vec<ErrorCode> {
    parsed.warnings.iter().map(|warning| warning.code).collect()
}

fn headings(parsed: &Parsed) -> Vec<(u8, String)> {
    let blocks = parsed.document.blocks.iter();
    blocks
        .filter_map(|block| match &block.content {
            BlockContent::Heading { level, text } => Some((*level, text.clone())),
            _ => None,
        })
        .collect()
}

fn tables(parsed: &Parsed) -> Vec<(usize, Vec<Vec<String>>)> {
    let blocks = parsed.document.blocks.iter();
    blocks
        .filter_map(|block| match &block.content {
            BlockContent::Table {
                header_rows, rows, ..
            } => Some((*header_rows, rows.clone())),
            _ => None,
        })
        .collect()
}

#[test]
fn a_chinese_report_gives_headings_paragraphs_and_a_list_with_their_pages() {
    let parsed = read(fixture!("report_zh.pdf"));
    assert!(parsed.warnings.is_empty());
    assert_eq!(
        headings(&parsed),
        [
            (1, "年度报告".to_owned()),
            (2, "第一章 公司概况".to_owned()),
            (2, "第二章 经营情况".to_owned()),
            (2, "第三章 风险因素".to_owned()),
        ]
    );
    let paragraph = &parsed.document.blocks[2];
    let text = paragraph.text();
    assert!(
        text.starts_with("本公司主要从事办公软件的研发与销售"),
        "{text}"
    );
    assert!(
        text.ends_with("客户续约率保持在较高水平。"),
        "lines join without spaces: {text}"
    );
    assert_eq!(paragraph.anchor.page, Some(1));
    assert_eq!(paragraph.anchor.heading, ["年度报告", "第一章 公司概况"]);
    let [left, top, right, bottom] = paragraph.anchor.bbox.unwrap();
    assert!(left > 70.0 && right < 540.0 && top > 130.0 && bottom < 230.0);
    let list = parsed
        .document
        .blocks
        .iter()
        .find_map(|block| match &block.content {
            BlockContent::List {
                ordered: true,
                items,
            } => Some((block.anchor.page, items.clone())),
            _ => None,
        });
    let (page, items) = list.unwrap();
    assert_eq!(page, Some(2));
    assert_eq!(items[1].line(), "2. 扩大企业客户的覆盖");
}

#[test]
fn title_author_and_pages_are_metadata() {
    let document = read(fixture!("report_zh.pdf")).document;
    assert_eq!(document.title.as_deref(), Some("年度报告"));
    assert_eq!(document.metadata["author"], "测试公司");
    assert_eq!(document.metadata["pages"], "3");
    assert!(document.metadata["created"].starts_with("20"));
}

#[test]
fn running_headers_and_page_numbers_are_dropped() {
    let text = read(fixture!("report_zh.pdf")).document.text();
    assert!(!text.contains("某某股份有限公司"), "{text}");
    assert!(!text.contains("共 3 页"), "{text}");
}

#[test]
fn columns_are_read_one_after_the_other() {
    let text = read(fixture!("two_columns.pdf")).document.text();
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("no `{part}` in {text}"))
    };
    assert!(at("A Short History of the Town") < at("twelfth century"));
    assert!(at("old market square.") < at("In the modern era"));
    assert!(
        at("principal means of transport") < at("search of work."),
        "a hyphen at a line end is undone"
    );
    assert!(at("carries the main road northward") < at("In the modern era"));
    assert!(at("连接南北的主要通道。") < at("右栏第一段讲述近代的变化"));
    assert!(
        text.contains("十二世纪时，商人们在河上修建了一座桥，并对每一辆过桥的货车收取通行费"),
        "{text}"
    );
}

#[test]
fn figures_stay_in_the_row_of_their_label() {
    let tables = tables(&read(fixture!("table_zh.pdf")));
    assert_eq!(tables.len(), 2, "{tables:?}");
    let (header_rows, ruled) = &tables[0];
    assert_eq!(*header_rows, 1);
    assert_eq!(ruled[0], ["项目", "本期金额", "上期金额", "增减"]);
    assert_eq!(
        ruled[2],
        ["营业成本", "(765,432.10)", "(700,000.00)", "9.35%"]
    );
    let (header_rows, open) = &tables[1];
    assert_eq!(*header_rows, 1);
    assert_eq!(open[0], ["指标", "第一季度", "第二季度", "第三季度"]);
    assert_eq!(open[2], ["出货量", "1,180", "1,320", "1,498"]);
}

#[test]
fn non_embedded_fonts_with_predefined_cmaps_are_read() {
    let text = read(fixture!("predefined_cmaps.pdf")).document.text();
    for expected in [
        "增值税电子普通发票（国标扩展码）",
        "购买方名称：同桌科技有限公司",
        "价税合计：壹佰圆整",
        "校验码与开票日期",
        "统一社会信用代码",
        "臺灣地區公司登記",
        "營業稅額計算",
        "日本語の文書",
    ] {
        assert!(text.contains(expected), "no `{expected}` in {text}");
    }
}

#[test]
fn a_scanned_pdf_yields_warnings_and_no_error() {
    let parsed = read(fixture!("scan.pdf"));
    assert_eq!(codes(&parsed), [ErrorCode::NeedsOcr, ErrorCode::NeedsOcr]);
    let pages: Vec<_> = parsed
        .warnings
        .iter()
        .filter_map(|warning| warning.anchor.as_ref()?.page)
        .collect();
    assert_eq!(pages, [1, 2]);
}

#[test]
fn the_text_layer_of_a_scan_is_kept() {
    let parsed = read(fixture!("ocr_layer.pdf"));
    assert_eq!(codes(&parsed), []);
    assert!(parsed.document.text().contains("它是这一页唯一的文字来源"));
}

#[test]
fn a_pdf_with_a_password_says_so() {
    let error = try_read(fixture!("locked.pdf")).unwrap_err();
    assert_eq!(error.code, ErrorCode::EncryptedPdf);
    assert!(!error.hint.is_empty());
}

#[test]
fn a_pdf_that_only_restricts_printing_is_read() {
    let parsed = read(fixture!("open_to_read.pdf"));
    assert_eq!(parsed.document.text(), "加密文件的正文");
}

#[test]
fn text_that_nobody_can_see_is_left_out_with_a_warning() {
    let parsed = read(fixture!("hidden.pdf"));
    let text = parsed.document.text();
    for hidden in ["WHITE", "OFFPAGE", "TINY", "INVISIBLE"] {
        assert!(!text.contains(hidden), "{text}");
    }
    for seen in [
        "The visible sentence",
        "Another visible sentence.",
        "White on a dark bar is seen",
    ] {
        assert!(text.contains(seen), "no `{seen}` in {text}");
    }
    assert_eq!(codes(&parsed), [ErrorCode::Omitted]);
}

#[test]
fn turned_pages_and_sideways_text_are_read_in_their_own_direction() {
    let parsed = read(fixture!("rotated.pdf"));
    let text = parsed.document.text();
    assert!(
        text.contains("First line on the turned page. Second line on the turned page."),
        "{text}"
    );
    assert!(
        text.contains("Upright text of the second page continues on a second line."),
        "{text}"
    );
    assert!(text.contains("Label along the side"), "{text}");
    let first = parsed.document.blocks[0].anchor.bbox.unwrap();
    assert!(
        first[1] < 60.0 && first[2] < 300.0,
        "the box is on the page as displayed: {first:?}"
    );
}

#[test]
fn english_paragraphs_headings_and_bullets_are_rebuilt() {
    let parsed = read(fixture!("memo_en.pdf"));
    assert_eq!(
        headings(&parsed),
        [
            (1, "Quarterly Memo".to_owned()),
            (2, "1 Summary".to_owned()),
            (2, "2 Actions".to_owned())
        ]
    );
    let text = parsed.document.text();
    assert!(
        text.contains("the board considered the outlook favourable"),
        "{text}"
    );
    assert!(text.contains("planned for the autumn, after"), "{text}");
    let items = parsed
        .document
        .blocks
        .iter()
        .find_map(|block| match &block.content {
            BlockContent::List {
                ordered: false,
                items,
            } => Some(items.clone()),
            _ => None,
        });
    let items = items.unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(
        items[0].text,
        "Finish the audit of the subsidiaries before the end of the month so that the board can decide"
    );
}

#[test]
fn a_truncated_file_gives_its_whole_pages_or_a_clear_error() {
    let whole = fixture!("report_zh.pdf");
    for percent in (5..100).step_by(5) {
        match try_read(&whole[..whole.len() * percent / 100]) {
            Ok(parsed) => assert!(
                !parsed.document.is_empty() || !parsed.warnings.is_empty(),
                "cut at {percent} % is an empty success"
            ),
            Err(error) => assert_eq!(error.code, ErrorCode::DamagedFile, "cut at {percent} %"),
        }
    }
}

#[test]
fn what_only_claims_to_be_a_pdf_is_damaged() {
    let error = try_read(b"%PDF-1.7\nnothing here").unwrap_err();
    assert_eq!(error.code, ErrorCode::DamagedFile);
}

#[test]
fn vertical_text_is_read_by_columns_from_the_right() {
    let text = read(fixture!("vertical.pdf")).document.text();
    assert_eq!(
        text,
        "臺灣位於亞洲東部太平洋西北側的島嶼自古以來即有原住民居住其後漢人移入開墾形成今日樣貌"
    );
}

/// A PDF of these objects, the first of them the catalogue.
fn pdf_of(objects: &[String]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        pdf.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    pdf.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    pdf
}

fn stream(content: &str) -> String {
    format!("<</Length {}>>stream\n{content}\nendstream", content.len())
}

const FONT: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

#[track_caller]
fn is_bounded(bytes: &[u8]) -> Result<Parsed, WireError> {
    let start = std::time::Instant::now();
    let result = try_read(bytes);
    assert!(start.elapsed().as_secs() < 18, "took {:?}", start.elapsed());
    result
}

#[test]
fn a_page_count_of_a_million_reads_the_pages_that_exist() {
    let parsed = is_bounded(&pdf_of(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1000000>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>".to_owned(),
        stream("BT /F 12 Tf 20 200 Td (the only page) Tj ET"),
        FONT.to_owned(),
    ]))
    .unwrap();
    assert_eq!(parsed.document.text(), "the only page");
}

#[test]
fn circles_in_the_page_tree_and_in_forms_come_to_an_end() {
    let circle = pdf_of(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>".to_owned(),
    ]);
    assert!(is_bounded(&circle).is_err_and(|error| error.code == ErrorCode::DamagedFile));
    let form = "<</Type/XObject/Subtype/Form/BBox[0 0 300 300]/Resources<</XObject<</X 5 0 R>>/Font<</F 6 0 R>>>>";
    let content = "BT /F 12 Tf 20 100 Td (inside) Tj ET /X Do /X Do";
    let forms = pdf_of(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</XObject<</X 5 0 R>>/Font<</F 6 0 R>>>>/Contents 4 0 R>>".to_owned(),
        stream("BT /F 12 Tf 20 200 Td (outside) Tj ET /X Do"),
        format!("{form}/Length {}>>stream\n{content}\nendstream", content.len()),
        FONT.to_owned(),
    ]);
    assert!(
        is_bounded(&forms)
            .unwrap()
            .document
            .text()
            .contains("outside")
    );
}

#[test]
fn deep_nesting_does_not_bring_the_reader_down() {
    let nested = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let pdf = pdf_of(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[3 0 R]/Count 1/Nested {nested}>>"),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>".to_owned(),
        stream(&format!("{nested} BT /F 12 Tf 20 200 Td (after) Tj ET")),
        FONT.to_owned(),
    ]);
    // Read or refused: both are fine, falling over is not.
    let _ = is_bounded(&pdf);
}

fn page_with(font: &str, content: &str, more: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 300]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R/Annots[6 0 R 7 0 R]>>"
            .to_owned(),
        stream(content),
        font.to_owned(),
    ];
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    pdf_of(&objects)
}

#[test]
fn gbk_text_under_a_latin_font_is_repaired() {
    let widths = "500 ".repeat(256);
    let font = format!(
        "<</Type/Font/Subtype/TrueType/BaseFont/SimSun/Encoding/WinAnsiEncoding/FirstChar 0/LastChar 255/Widths[{widths}]>>"
    );
    // 中华人民共和国劳动合同法实施条例
    let hex = "D6D0BBAAC8CBC3F1B9B2BACDB9FAC0CDB6AFBACFCDACB7A8CAB5CAA9CCF5C0FD";
    let pdf = page_with(&font, &format!("BT /F 12 Tf 20 200 Td <{hex}> Tj ET"), &[]);
    assert_eq!(
        read(&pdf).document.text(),
        "中华人民共和国劳动合同法实施条例"
    );
}

#[test]
fn half_width_figures_addressed_by_cid_are_read() {
    let font = "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/W[814 908 500]>>]>>";
    // CIDs 830 to 833 of Adobe-GB1: the half-width figures 0 to 3.
    let pdf = page_with(font, "BT /F 12 Tf 20 200 Td <033F034003410342> Tj ET", &[]);
    assert_eq!(read(&pdf).document.text(), "1234");
}

#[test]
fn form_fields_and_comments_are_read() {
    let pdf = page_with(
        FONT,
        "BT /F 12 Tf 20 200 Td (Applicant:) Tj ET",
        &[
            "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Li Ming)/Rect[90 195 250 215]>>",
            "<</Type/Annot/Subtype/Text/Contents(please check this)/Rect[300 250 320 270]>>",
        ],
    );
    let document = read(&pdf).document;
    assert_eq!(document.blocks[0].text(), "Applicant: Li Ming");
    assert_eq!(
        document.blocks[1].content,
        BlockContent::Note {
            text: "please check this".to_owned()
        }
    );
}

#[test]
fn forms_that_call_each_other_twice_are_not_drawn_a_trillion_times() {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</XObject<</X 6 0 R>>>>/Contents 4 0 R>>".to_owned(),
        stream("/X Do"),
        FONT.to_owned(),
    ];
    for form in 6..46 {
        let content = "/X Do /X Do BT /F 9 Tf 10 10 Td (again) Tj ET";
        objects.push(format!(
            "<</Type/XObject/Subtype/Form/BBox[0 0 300 300]/Resources<</Font<</F 5 0 R>>/XObject<</X {} 0 R>>>>/Length {}>>stream\n{content}\nendstream",
            form + 1,
            content.len()
        ));
    }
    let parsed = is_bounded(&pdf_of(&objects)).unwrap();
    assert_eq!(codes(&parsed), [ErrorCode::Omitted]);
}

#[test]
fn a_page_tree_that_is_a_circle_is_refused_at_once() {
    let pdf = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 >>\nendobj\n\
        3 0 obj\n<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 7 >>\nendobj\n\
        trailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n";
    assert_eq!(try_read(pdf).unwrap_err().code, ErrorCode::DamagedFile);
}
