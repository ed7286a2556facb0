//! Ten clean files: what the formatter writes with varied content, and variants that the standard allows.

use deskmate_formats::{OfficialDocument, render_official};

use crate::samples::{LETTER, NOTICE, REQUEST, changed, laid_out, parse, report};

/// The figure: `cargo test -p deskmate-formats --test official clean_files -- --nocapture`.
#[test]
fn clean_files_raise_no_alarm() {
    let files = files();
    let mut alarms = Vec::new();
    for (name, bytes) in &files {
        for finding in report(bytes).findings {
            alarms.push(format!(
                "{name}: {} {} {}",
                finding.rule, finding.quote, finding.message_zh
            ));
        }
    }
    println!("clean files {}, false alarms {}", files.len(), alarms.len());
    assert!(files.len() >= 10);
    assert!(alarms.is_empty(), "{alarms:#?}");
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let notice = laid_out(NOTICE);
    let of = |official: &OfficialDocument| render_official(official).unwrap();
    vec![
        ("notice with every element", notice.clone()),
        ("request with a signer", laid_out(REQUEST)),
        ("letter without a head", laid_out(LETTER)),
        ("letter without a seal", of(&parse(LETTER).unsealed())),
        (
            "long signature",
            laid_out(&LETTER.replace(
                "××市应急管理局办公室",
                "××市推进新型城镇化工作领导小组办公室",
            )),
        ),
        ("announcement without recipients", laid_out(ANNOUNCEMENT)),
        ("joint notice", laid_out(JOINT)),
        (
            "faces of other makers",
            changed(&notice, "word/styles.xml", &|text| {
                text.replace("仿宋", "仿宋_GB2312")
                    .replace("楷体", "楷体_GB2312")
                    .replace("黑体", "SimHei")
                    .replace("方正小标宋简体", "方正小标宋_GBK")
            }),
        ),
        ("exact spacing of 29 points and indents in twips", {
            let styles = changed(&notice, "word/styles.xml", &|text| {
                text.replace(r#"w:line="579""#, r#"w:line="580""#).replace(
                    r#" w:firstLineChars="200" w:firstLine="632""#,
                    r#" w:firstLine="640""#,
                )
            });
            changed(&styles, "word/document.xml", &|text| {
                text.replace(r#"w:top="2098""#, r#"w:top="2120""#)
            })
        }),
        (
            "written in Word with theme faces",
            WORD.with(|word| word.clone()),
        ),
        (
            "leading spaces for indents",
            changed(&notice, "word/document.xml", &|text| {
                text.replacen(
                r#"<w:pStyle w:val="Normal"/></w:pPr><w:r><w:rPr></w:rPr><w:t xml:space="preserve">为切实"#,
                r#"<w:pStyle w:val="OfficialRecipients"/></w:pPr><w:r><w:rPr></w:rPr><w:t xml:space="preserve">　　为切实"#,
                1,
            )
            }),
        ),
        ("one footer in a frame at the outer edge", {
            let once = changed(&notice, "word/footer1.xml", &|text| {
                text.replace("<w:pPr>", r#"<w:pPr><w:framePr w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="outside" w:y="1"/>"#)
            });
            let settings = changed(&once, "word/settings.xml", &|text| {
                text.replace("<w:evenAndOddHeaders/>", "")
            });
            changed(&settings, "word/document.xml", &|text| {
                text.replace(
                    r#"<w:footerReference w:type="even" r:id="rIdFooter2"/>"#,
                    "",
                )
            })
        }),
    ]
}

const ANNOUNCEMENT: &str = "\
××市市场监督管理局关于公布不合格食品信息的公告

　　根据《中华人民共和国食品安全法》有关规定，现将抽检情况公告如下：
　　一、总体情况。本次共抽检12类食品365批次，合格率98.6%（见附件）。
　　二、处置措施
　　（一）对不合格食品依法下架、召回。
　　（二）对生产经营者立案调查，并将结果于2024年12月31日前向社会公布，接受监督。

　　附件：不合格食品名单

××市市场监督管理局
2024年11月3日
";

const JOINT: &str = "\
特急
××省财政厅 ××省教育厅文件
×财教〔2024〕102号

××省财政厅 ××省教育厅关于下达2024年城乡义务教育补助经费预算的通知

各市、县财政局、教育局：
　　为支持城乡义务教育发展，现下达补助经费，专项用于公用经费补助、校舍安全保障等支出。请按照《××省城乡义务教育补助经费管理办法》（×财教〔2021〕5号）执行，加强资金监管。

××省财政厅
××省教育厅
2024年6月18日
";

thread_local! {
    static WORD: Vec<u8> = word();
}

/// As Word writes it: faces by the theme and by direct properties, numbers of headings by automatic numbering.
fn word() -> Vec<u8> {
    use std::io::{Cursor, Write};
    const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    let p = |properties: &str, run: &str, text: &str| {
        format!(
            r#"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"#
        )
    };
    let title = r#"<w:rFonts w:hint="eastAsia" w:ascii="方正小标宋简体" w:eastAsia="方正小标宋简体"/><w:sz w:val="44"/>"#;
    let flush = r#"<w:ind w:firstLine="0"/>"#;
    let hei = r#"<w:rFonts w:hint="eastAsia" w:eastAsia="黑体"/>"#;
    let numbered = r#"<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>"#;
    let body = [
        p(
            &format!(r#"{flush}<w:jc w:val="center"/>"#),
            title,
            "关于做好安全生产工作的通知",
        ),
        p(flush, "", ""),
        p(flush, "", "各单位："),
        p("", "", "为做好安全生产工作，现就有关事项通知如下。"),
        p(numbered, hei, "提高认识"),
        p("", "", "各单位要提高思想认识。"),
        p(numbered, hei, "落实责任"),
        p("", r#"<w:color w:val="auto"/>"#, "主要负责人是第一责任人。"),
        p(flush, "", ""),
        p(
            r#"<w:jc w:val="right"/><w:ind w:firstLine="0"/>"#,
            "",
            "××市安全生产委员会　　　",
        ),
        p(
            r#"<w:ind w:firstLine="0" w:right="1280"/><w:jc w:val="right"/>"#,
            "",
            "2024年11月8日",
        ),
    ]
    .concat()
    .replace(
        r#"<w:jc w:val="right"/><w:ind w:firstLine="0"/>"#,
        r#"<w:ind w:firstLine="0"/><w:jc w:val="right"/>"#,
    );
    let document = format!(
        r#"<w:document {W}><w:body>{body}<w:sectPr><w:footerReference w:type="default" r:id="rId5"/><w:footerReference w:type="even" r:id="rId6"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="1304" w:gutter="0"/><w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-849"/></w:sectPr></w:body></w:document>"#
    );
    let styles = format!(
        r#"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:hAnsiTheme="minorHAnsi"/><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>
        <w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:pPr><w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/></w:pPr><w:rPr><w:sz w:val="32"/></w:rPr></w:style></w:styles>"#
    );
    let theme = r#"<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:fontScheme name="x"><a:majorFont><a:latin typeface="Cambria"/><a:ea typeface=""/></a:majorFont><a:minorFont><a:latin typeface="Calibri"/><a:ea typeface=""/><a:font script="Hans" typeface="仿宋"/></a:minorFont></a:fontScheme></a:themeElements></a:theme>"#;
    let numbering = format!(
        r#"<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#
    );
    let footer = |align: &str, indent: &str| {
        format!(
            r#"<w:ftr {W}><w:p><w:pPr><w:ind {indent} w:firstLine="0"/><w:jc w:val="{align}"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t>— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:rPr><w:rFonts w:ascii="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple><w:r><w:rPr><w:rFonts w:ascii="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t> —</w:t></w:r></w:p></w:ftr>"#
        )
    };
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: u8, kind: &str, target: &str| {
        format!(r#"<Relationship Id="rId{id}" Type="{kinds}/{kind}" Target="{target}"/>"#)
    };
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}{}{}{}{}{}</Relationships>",
        relation(1, "styles", "styles.xml"),
        relation(2, "theme", "theme/theme1.xml"),
        relation(3, "numbering", "numbering.xml"),
        relation(4, "settings", "settings.xml"),
        relation(5, "footer", "footer1.xml"),
        relation(6, "footer", "footer2.xml"),
    );
    let parts = [
        ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#.to_owned()),
        ("_rels/.rels", format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>", relation(1, "officeDocument", "word/document.xml"))),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", relations),
        ("word/styles.xml", styles),
        ("word/theme/theme1.xml", theme.to_owned()),
        ("word/numbering.xml", numbering),
        ("word/settings.xml", format!("<w:settings {W}><w:evenAndOddHeaders/></w:settings>")),
        ("word/footer1.xml", footer("right", r#"w:right="280""#)),
        ("word/footer2.xml", footer("left", r#"w:left="280""#)),
    ];
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
