//! Word documents taken up to be written on.

use deskmate_core::{Entry, Manuscript, Passage, ReadLimits, Run};
use deskmate_formats::{DocumentLanguage, ReadManuscript, manuscript_docx, read_manuscript};

use crate::build::{docx, read};

fn run(text: &str, bold: bool, italic: bool) -> Run {
    Run {
        bold,
        italic,
        ..Run::plain(text)
    }
}

fn import(bytes: &[u8]) -> ReadManuscript {
    read_manuscript(bytes, "docx", &[], &ReadLimits::default()).unwrap()
}

fn messages(read: &ReadManuscript) -> Vec<&str> {
    read.warnings.iter().map(|w| w.message.as_str()).collect()
}

#[test]
fn bold_and_italic_of_a_docx_come_into_the_manuscript() {
    let body = r#"<w:p><w:r><w:t xml:space="preserve">标准是</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">一百</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>元 </w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>，另行通知</w:t></w:r><w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>。</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:b/><w:i/></w:rPr><w:t>both</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">  </w:t></w:r></w:p>"#;
    let read = import(&docx(body, &[]));
    assert_eq!(
        read.manuscript.passages,
        [
            Passage::Paragraph {
                runs: vec![
                    Run::plain("标准是"),
                    run("一百元 ", true, false),
                    run("，另行通知", false, true),
                    Run::plain("。"),
                ],
            },
            Passage::Paragraph {
                runs: vec![run("both", true, true)],
            },
        ]
    );
    assert_eq!(messages(&read), [""; 0]);
}

#[test]
fn a_style_may_make_the_text_bold_and_a_heading_is_bold_by_itself() {
    let styles = r#"<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style><w:style w:type="character" w:styleId="S"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="L"><w:name w:val="lead"/><w:rPr><w:i/></w:rPr></w:style></w:styles>"#;
    let body = r#"<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>总则</w:t></w:r></w:p><w:p><w:r><w:rPr><w:rStyle w:val="S"/></w:rPr><w:t>粗</w:t></w:r><w:r><w:t>体</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="L"/></w:pPr><w:r><w:t>导语</w:t></w:r></w:p>"#;
    let read = import(&docx(body, &[("word/styles.xml", styles)]));
    assert_eq!(
        read.manuscript.passages,
        [
            Passage::Heading {
                level: 1,
                runs: vec![Run::plain("总则")],
            },
            Passage::Paragraph {
                runs: vec![run("粗", true, false), Run::plain("体")],
            },
            Passage::Paragraph {
                runs: vec![run("导语", false, true)],
            },
        ]
    );
    assert_eq!(read.title.as_deref(), Some("总则"));
}

#[test]
fn a_link_is_its_text_with_the_address_behind_it() {
    let links = r#"<Relationships><Relationship Id="r1" Type="x/hyperlink" Target="https://example.com/rules" TargetMode="External"/><Relationship Id="r2" Type="x/hyperlink" Target="mailto:a@example.com" TargetMode="External"/></Relationships>"#;
    let body = r#"<w:p xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:hyperlink r:id="r1"><w:r><w:t>办法</w:t></w:r></w:hyperlink><w:r><w:t>，</w:t></w:r><w:hyperlink r:id="r2"><w:r><w:t>a@example.com</w:t></w:r></w:hyperlink></w:p>"#;
    let bytes = docx(body, &[("word/_rels/document.xml.rels", links)]);
    assert_eq!(
        import(&bytes).manuscript.text(),
        "办法 (https://example.com/rules)，a@example.com"
    );
    // A document that is only read has the words alone.
    assert_eq!(
        read(&bytes, "docx").unwrap().document.text(),
        "办法，a@example.com"
    );
}

#[test]
fn what_a_manuscript_cannot_keep_is_named() {
    let body = r#"<w:p><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>线</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>红</w:t></w:r></w:p><w:sectPr><w:footerReference w:type="default"/></w:sectPr>"#;
    let read = import(&docx(body, &[]));
    assert_eq!(
        messages(&read),
        [
            "not kept in the manuscript: page headers and footers, superscripts and subscripts, text colours, tracked changes, underlining"
        ]
    );
}

#[test]
fn a_document_that_is_only_read_has_no_marks() {
    let body = r#"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>粗</w:t></w:r></w:p>"#;
    let parsed = read(&docx(body, &[]), "docx").unwrap();
    assert_eq!(parsed.document.text(), "粗");
    assert_eq!(parsed.warnings, []);
}

#[test]
fn what_was_written_as_docx_is_the_same_manuscript_again() {
    let entry = |level: u8, ordered: bool, runs: Vec<Run>| Entry {
        level,
        ordered,
        runs,
    };
    let manuscript = Manuscript {
        passages: vec![
            Passage::Heading {
                level: 1,
                runs: vec![Run::plain("差旅 & 报销")],
            },
            Passage::Paragraph {
                runs: vec![
                    run("一百元", true, false),
                    Run::plain(" and "),
                    run("some words", false, true),
                ],
            },
            Passage::List {
                items: vec![
                    entry(0, false, vec![run("甲", true, true)]),
                    entry(0, false, vec![Run::plain("乙"), run("丙", true, false)]),
                ],
            },
            Passage::Table {
                header_rows: 1,
                rows: vec![
                    vec![vec![Run::plain("项目")], vec![Run::plain("金额")]],
                    vec![
                        vec![run("合计", true, false)],
                        vec![Run::plain("1"), run("00", false, true)],
                    ],
                ],
            },
        ],
        ..Manuscript::default()
    };
    let bytes = manuscript_docx("差旅", &manuscript, DocumentLanguage::Chinese).unwrap();
    let back = import(&bytes).manuscript.passages;
    // The title stands first, as a heading of its own.
    let from = back.len() - manuscript.passages.len();
    assert_eq!(back[from..], manuscript.passages);
}
