//! Thirty-six files with one known error each.

use crate::samples::{NOTICE, REQUEST, changed, laid_out, paragraph, replaced};

/// What is wrong, the rule that must say so, the file.
pub(crate) struct Seed {
    pub(crate) name: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) bytes: Vec<u8>,
}

const DOCUMENT: &str = "word/document.xml";
const STYLES: &str = "word/styles.xml";
const SONG: &str = r#"<w:r><w:rPr><w:rFonts w:eastAsia="宋体"/>"#;

pub(crate) fn all() -> Vec<Seed> {
    let base = laid_out(NOTICE);
    let request = laid_out(REQUEST);
    let seed = |name, rule, bytes| Seed { name, rule, bytes };
    let document = |from: &str, to: &str| replaced(&base, from, to);
    let in_paragraph = |words: &str, from: &str, to: &str| {
        paragraph(&base, words, &|text| text.replacen(from, to, 1))
    };
    let body = "为切实加强城市地下管线建设管理";
    let footers = |from: &str, to: &str| {
        let once = changed(&base, "word/footer1.xml", &|text| text.replace(from, to));
        changed(&once, "word/footer2.xml", &|text| text.replace(from, to))
    };
    vec![
        seed(
            "Letter paper",
            "page_size",
            document(r#"w:w="11906" w:h="16838""#, r#"w:w="12240" w:h="15840""#),
        ),
        seed(
            "top margin of Word",
            "top_margin",
            document(r#"w:top="2098""#, r#"w:top="1440""#),
        ),
        seed(
            "left margin of Word",
            "left_margin",
            document(r#"w:left="1588" w:header"#, r#"w:left="1800" w:header"#),
        ),
        seed(
            "narrow text",
            "type_area_width",
            document(r#"w:right="1474""#, r#"w:right="1800""#),
        ),
        seed(
            "low text",
            "type_area_height",
            document(r#"w:bottom="1984""#, r#"w:bottom="1440""#),
        ),
        seed(
            "line spacing of 1.5",
            "lines_per_page",
            changed(&base, STYLES, &|text| {
                text.replace(
                    r#"w:line="579" w:lineRule="exact""#,
                    r#"w:line="720" w:lineRule="exact""#,
                )
            }),
        ),
        seed(
            "no grid of characters",
            "characters_per_line",
            changed(&base, STYLES, &|text| {
                text.replace(r#"<w:spacing w:val="-5"/>"#, "")
            }),
        ),
        seed(
            "one paragraph with another spacing",
            "lines_per_page",
            in_paragraph(
                "各部门要加强组织领导",
                "</w:pPr>",
                r#"<w:spacing w:line="400" w:lineRule="exact"/></w:pPr>"#,
            ),
        ),
        seed(
            "no page numbers",
            "page_number",
            changed(&base, DOCUMENT, &|text| {
                text.replace(r#"<w:footerReference w:type="default" r:id="rIdFooter1"/><w:footerReference w:type="even" r:id="rIdFooter2"/>"#, "")
            }),
        ),
        seed(
            "page numbers in Times",
            "page_number_face",
            footers(r#"w:ascii="宋体""#, r#"w:ascii="Times New Roman""#),
        ),
        seed(
            "page numbers of 小五",
            "page_number_size",
            footers(r#"<w:sz w:val="28"/>"#, r#"<w:sz w:val="18"/>"#),
        ),
        seed(
            "page numbers without dashes",
            "page_number_dashes",
            footers("—", ""),
        ),
        seed(
            "page numbers in the middle",
            "page_number_place",
            changed(&base, "word/footer1.xml", &|text| {
                text.replace(r#"<w:jc w:val="right"/>"#, r#"<w:jc w:val="center"/>"#)
            }),
        ),
        seed(
            "body in Song, directly",
            "body_face",
            in_paragraph(body, "<w:r><w:rPr>", SONG),
        ),
        seed(
            "body in Song, by the style",
            "body_face",
            changed(&base, STYLES, &|text| {
                text.replacen(r#"w:eastAsia="仿宋""#, r#"w:eastAsia="宋体""#, 1)
            }),
        ),
        seed(
            "body of 小四",
            "body_size",
            in_paragraph(body, "<w:r><w:rPr>", r#"<w:r><w:rPr><w:sz w:val="24"/>"#),
        ),
        seed(
            "no indent",
            "body_indent",
            in_paragraph(
                body,
                "</w:pPr>",
                r#"<w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr>"#,
            ),
        ),
        seed(
            "blue words",
            "text_colour",
            in_paragraph(
                body,
                "<w:r><w:rPr>",
                r#"<w:r><w:rPr><w:color w:val="0000FF"/>"#,
            ),
        ),
        seed(
            "first level in FangSong",
            "heading_1_face",
            changed(&base, STYLES, &|text| {
                text.replace(r#"w:eastAsia="黑体""#, r#"w:eastAsia="仿宋""#)
            }),
        ),
        seed(
            "second level in Hei",
            "heading_2_face",
            changed(&base, STYLES, &|text| {
                text.replace(r#"w:eastAsia="楷体""#, r#"w:eastAsia="黑体""#)
            }),
        ),
        seed(
            "half-width parentheses around the second level",
            "heading_number_form",
            document("（一）指导思想", "(一)指导思想"),
        ),
        seed(
            "1、 for 1.",
            "heading_number_form",
            document("1.编制综合规划", "1、编制综合规划"),
        ),
        seed(
            "a number left out",
            "heading_number_order",
            document("三、保障措施", "四、保障措施"),
        ),
        seed(
            "title in Hei",
            "title_face",
            changed(&base, STYLES, &|text| {
                text.replace(r#"w:eastAsia="方正小标宋简体""#, r#"w:eastAsia="黑体""#)
            }),
        ),
        seed(
            "title of 小二",
            "title_size",
            changed(&base, STYLES, &|text| {
                text.replace(r#"<w:sz w:val="44"/>"#, r#"<w:sz w:val="36"/>"#)
            }),
        ),
        seed(
            "title to the left",
            "title_place",
            in_paragraph(
                "OfficialTitle",
                "</w:pPr>",
                r#"<w:jc w:val="left"/></w:pPr>"#,
            ),
        ),
        seed(
            "square brackets in the number",
            "number_form",
            document("〔2024〕15号", "[2024]15号"),
        ),
        seed(
            "第 in the number",
            "number_form",
            document("〔2024〕15号", "〔2024〕第15号"),
        ),
        seed(
            "half-width colon behind the recipients",
            "recipients_colon",
            document("各直属机构：", "各直属机构:"),
        ),
        seed(
            "indented recipients",
            "recipients_place",
            in_paragraph(
                "各直属机构：",
                "</w:pPr>",
                r#"<w:ind w:firstLineChars="200" w:firstLine="640"/></w:pPr>"#,
            ),
        ),
        seed(
            "full stop behind an attachment",
            "attachment_punctuation",
            document("1.地下管线普查工作方案", "1.地下管线普查工作方案。"),
        ),
        seed(
            "date in Chinese digits",
            "date_form",
            document("2024年3月5日", "二〇二四年三月五日"),
        ),
        seed(
            "date with padding",
            "date_form",
            document("2024年3月5日", "2024年03月05日"),
        ),
        seed(
            "date at the edge",
            "date_place",
            in_paragraph(
                "2024年3月5日",
                r#"w:rightChars="400" w:right="1263""#,
                r#"w:rightChars="0" w:right="0""#,
            ),
        ),
        seed(
            "annex on the same page",
            "annex_page",
            document("<w:pageBreakBefore/>", ""),
        ),
        seed(
            "colon behind 附件1",
            "annex_mark",
            document("附件1</w:t>", "附件1：</w:t>"),
        ),
        seed(
            "copies without a full stop",
            "copies_form",
            document("市检察院。", "市检察院"),
        ),
        seed(
            "copies of 3号",
            "copies_size",
            changed(&base, STYLES, &|text| {
                let at = text.find("OfficialImprint").unwrap();
                format!("{}{}", &text[..at], text[at..].replace("28", "32"))
            }),
        ),
        seed(
            "issuing body in black",
            "issuer_colour",
            document(
                r#"<w:color w:val="FF0000"/><w:sz"#,
                r#"<w:color w:val="000000"/><w:sz"#,
            ),
        ),
        seed(
            "no red line",
            "red_line",
            changed(&base, DOCUMENT, &|text| {
                text.replace("<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"11\" w:color=\"FF0000\"/></w:pBdr>", "")
            }),
        ),
        seed(
            "signer in FangSong",
            "signer_face",
            changed(&request, DOCUMENT, &|text| {
                text.replace(r#"w:eastAsia="楷体""#, r#"w:eastAsia="仿宋""#)
            }),
        ),
        seed(
            "half-width comma",
            "punctuation",
            document("保障城市安全运行，", "保障城市安全运行,"),
        ),
    ]
}
