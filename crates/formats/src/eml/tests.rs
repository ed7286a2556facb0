use deskmate_core::{Document, ReadLimits};

fn read(bytes: &[u8]) -> Document {
    let (id, parsed) = crate::read(bytes, "eml", &ReadLimits::default()).unwrap();
    assert_eq!(id, "eml");
    parsed.document
}

fn texts(document: &Document) -> Vec<String> {
    document.blocks.iter().map(|block| block.text()).collect()
}

#[test]
fn headers_are_metadata_and_the_first_paragraph() {
    let document = read(b"From: =?utf-8?B?5byg5LiJ?= <zhangsan@example.com>\r\nTo: lisi@example.com\r\nSubject: =?gb18030?B?t/O1urrFvbW9og==?=\r\nDate: Wed, 1 Jan 2025 09:00:00 +0800\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\nt/O1ug==\r\n");
    assert_eq!(document.metadata["from"], "张三 <zhangsan@example.com>");
    assert_eq!(document.metadata["date"], "2025-01-01T09:00:00+08:00");
    assert_eq!(
        document.title.as_deref(),
        Some(document.metadata["subject"].as_str())
    );
    assert!(document.metadata["subject"].starts_with("敷岛号"));
    let texts = texts(&document);
    assert!(texts[0].starts_with("From: 张三 <zhangsan@example.com>\nTo: lisi@example.com\n"));
    assert_eq!(texts[1], "敷岛");
    assert_eq!(document.blocks[1].anchor.line, Some(8));
}

#[test]
fn eight_bit_chinese_without_a_charset_is_read() {
    let source = "From: a@example.com\nSubject: 会议通知\n\n明天上午开会，请准时参加。\n";
    let document = read(&encoding_rs::GBK.encode(source).0);
    assert_eq!(document.title.as_deref(), Some("会议通知"));
    assert_eq!(texts(&document)[1], "明天上午开会，请准时参加。");
}

#[test]
fn an_unknown_charset_is_found_by_content() {
    let document = read("From: a@example.com\nSubject: x\nContent-Type: text/plain; charset=x-unknown-9\n\n标记文本甲1007\n".as_bytes());
    assert_eq!(texts(&document)[1], "标记文本甲1007");
}

#[test]
fn plain_text_is_preferred_and_html_read_where_there_is_none() {
    let both = "From: a@example.com\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n";
    assert_eq!(texts(&read(both.as_bytes()))[1..], ["plain"]);
    let only = "From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n<h1>标题</h1><p>正文</p><script>x</script>\n";
    assert_eq!(texts(&read(only.as_bytes()))[1..], ["标题", "正文"]);
}

#[test]
fn attachments_are_named_without_their_path_and_read_where_known() {
    let source = "From: a@example.com\nSubject: t\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n标记文本\n--b\nContent-Type: application/octet-stream; name=\"../../evil.exe\"\nContent-Disposition: attachment; filename=\"../../evil.exe\"\n\nMZ\x01\x02\x00\x03\x04\x05\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"表.csv\"\n\nname,size\na,3\n--b--\n";
    let document = read(source.as_bytes());
    let texts = texts(&document);
    assert_eq!(texts[1], "标记文本");
    assert_eq!(texts[2], "Attachments: evil.exe; 表.csv");
    assert_eq!(texts[3..], ["表.csv", "name | size\na | 3"]);
    assert_eq!(document.blocks[4].anchor.heading, ["表.csv"]);
}

#[test]
fn messages_inside_messages_end_at_a_depth() {
    let mut inner = String::from("Subject: 最里层\n\n秘密");
    for depth in 0..14 {
        inner = format!(
            "Subject: 第{depth}层\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\nContent-Type: message/rfc822\n\n{inner}\n--b{depth}--\n"
        );
    }
    let text = read(inner.as_bytes()).text();
    assert!(text.contains("第13层") && text.contains("第12层") && !text.contains("秘密"));
}
