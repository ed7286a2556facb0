use deskmate_core::{BlockContent, ErrorCode, ReadLimits};

/// Reads text through the public door; gives each block as its kind, line and text.
fn check(source: &str, expected: &[(&str, u32, &str)]) {
    let (id, parsed) = crate::read(source.as_bytes(), "txt", &ReadLimits::default()).unwrap();
    assert_eq!(id, "text");
    let found: Vec<(&str, u32, String)> = parsed
        .document
        .blocks
        .iter()
        .map(|block| {
            let kind = match block.content {
                BlockContent::Heading { level: 1, .. } => "h1",
                BlockContent::Heading { .. } => "h2",
                _ => "p",
            };
            (kind, block.anchor.line.unwrap_or(0), block.text())
        })
        .collect();
    let found: Vec<(&str, u32, &str)> =
        found.iter().map(|(k, l, t)| (*k, *l, t.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn blank_lines_divide_paragraphs_and_anchors_name_their_first_line() {
    check(
        "一段。\n\n\n二段。\r\n\r\n三段。",
        &[("p", 1, "一段。"), ("p", 4, "二段。"), ("p", 6, "三段。")],
    );
    check("one\r\rtwo", &[("p", 1, "one"), ("p", 3, "two")]);
}

#[test]
fn wrapped_chinese_is_joined_without_spaces() {
    check(
        "　　为了保障旅游者和旅游经营者的合法权益，规范旅游市场\n秩序，保护和合理利用旅游资源，促进旅游业持续健康发展，\n制定本法。\n　　第二段也是这样写的，它只有一行多一点，然后就在这里换\n行结束。",
        &[
            (
                "p",
                1,
                "为了保障旅游者和旅游经营者的合法权益，规范旅游市场秩序，保护和合理利用旅游资源，促进旅游业持续健康发展，制定本法。",
            ),
            (
                "p",
                4,
                "第二段也是这样写的，它只有一行多一点，然后就在这里换行结束。",
            ),
        ],
    );
}

#[test]
fn wrapped_english_is_joined_with_spaces() {
    check(
        "The movement which would become the United Methodist\nChurch began in the mid-18th century within the Church\nof England. A small group of students met there.",
        &[(
            "p",
            1,
            "The movement which would become the United Methodist Church began in the mid-18th century within the Church of England. A small group of students met there.",
        )],
    );
}

#[test]
fn short_lines_keep_their_breaks() {
    check(
        "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡",
        &[("p", 1, "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡")],
    );
    check("- milk\n- bread", &[("p", 1, "- milk\n- bread")]);
}

#[test]
fn legal_chapters_and_sections_are_headings_and_articles_paragraphs() {
    let source = "某某条例\n\n第一章 总则\n第一条 为了规范，制定本条例。\n第二条 本条例适用于本市。\n第二节　附则\n依照第一章规定的办法办理。";
    check(
        source,
        &[
            ("p", 1, "某某条例"),
            ("h1", 3, "第一章 总则"),
            ("p", 4, "第一条 为了规范，制定本条例。"),
            ("p", 5, "第二条 本条例适用于本市。"),
            ("h2", 6, "第二节　附则"),
            ("p", 7, "依照第一章规定的办法办理。"),
        ],
    );
    let (_, parsed) = crate::read(source.as_bytes(), "txt", &ReadLimits::default()).unwrap();
    assert_eq!(parsed.document.title.as_deref(), Some("某某条例"));
    assert_eq!(
        parsed.document.blocks[5].anchor.heading,
        ["第一章 总则", "第二节　附则"]
    );
}

#[test]
fn a_transcript_keeps_one_paragraph_per_speaker() {
    check(
        "00:01 张三：大家好，我们开始吧。\n00:05 李四：好的。\n先看预算。\n00:09 张三：预算是三万元。",
        &[
            ("p", 1, "00:01 张三：大家好，我们开始吧。"),
            ("p", 2, "00:05 李四：好的。\n先看预算。"),
            ("p", 4, "00:09 张三：预算是三万元。"),
        ],
    );
}

#[test]
fn long_lines_without_blank_ones_between_are_paragraphs() {
    let one = "这一行是一个完整的段落，它没有被手工换行，因此比通常的一行要长得多，编辑器会自动折行显示它，写的人没有按下回车键。";
    let two = "第二行也是一个完整的段落，同样很长，同样没有被手工换行，因此它应当成为一个单独的段落，并且带有自己的行号作为出处。";
    check(&format!("{one}\n{two}"), &[("p", 1, one), ("p", 2, two)]);
}

#[test]
fn white_space_alone_is_an_empty_file() {
    let error = crate::read(b" \n\t\n", "txt", &ReadLimits::default()).unwrap_err();
    assert_eq!(error.code, ErrorCode::EmptyFile);
}

#[test]
fn binary_content_is_unsupported_whatever_its_name() {
    let noise: Vec<u8> = (0..4000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let error = crate::read(&noise, "txt", &ReadLimits::default()).unwrap_err();
    assert_eq!(error.code, ErrorCode::UnsupportedFormat);
}
