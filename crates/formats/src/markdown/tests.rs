use deskmate_core::{BlockContent, Document, ReadLimits};

fn read(source: &str) -> Document {
    let (id, parsed) = crate::read(source.as_bytes(), "md", &ReadLimits::default()).unwrap();
    assert_eq!(id, "markdown");
    parsed.document
}

#[test]
fn headings_give_the_path_and_lines_the_place() {
    let document = read(
        "---\ntitle: 年报\nauthor: 张三\n---\n\n# 总览\n\n第一段，\n接着写。\n\n## 收入\n\n正文 $a+b$ 与[^1]。\n\n[^1]: 注释\n",
    );
    assert_eq!(document.title.as_deref(), Some("年报"));
    assert_eq!(document.metadata["author"], "张三");
    let texts: Vec<String> = document.blocks.iter().map(|block| block.text()).collect();
    assert_eq!(
        texts,
        [
            "总览",
            "第一段，接着写。",
            "收入",
            "正文 $a+b$ 与[1]。",
            "注释"
        ]
    );
    assert_eq!(document.blocks[3].anchor.heading, ["总览", "收入"]);
    assert_eq!(document.blocks[3].anchor.line, Some(13));
    assert!(
        matches!(&document.blocks[4].content, BlockContent::Footnote { label, .. } if label == "1")
    );
}

#[test]
fn nested_lists_are_one_block_with_levels() {
    let document = read("1. 一\n   - 甲\n   - 乙\n2. 二\n\n   第二段\n");
    assert_eq!(document.blocks.len(), 1);
    let BlockContent::List { ordered, items } = &document.blocks[0].content else {
        panic!("not a list")
    };
    assert!(ordered);
    let shown: Vec<(u8, String)> = items.iter().map(|item| (item.level, item.line())).collect();
    let expected = [(0, "1. 一"), (1, "甲"), (1, "乙"), (0, "2. 二\n第二段")];
    assert_eq!(
        shown,
        expected.map(|(level, line)| (level, line.to_owned()))
    );
}

#[test]
fn tables_code_formulas_and_pictures_are_blocks() {
    let document = read(
        "| 名称 | 数量 |\n|---|---|\n| 甲 | 3 |\n\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n\n$$\nE = mc^2\n$$\n\n![架构图](http://example.com/a.png)\n",
    );
    let BlockContent::Table {
        header_rows: 1,
        rows,
        ..
    } = &document.blocks[0].content
    else {
        panic!("not a table")
    };
    assert_eq!(rows[1], ["甲", "3"]);
    assert_eq!(document.blocks[1].text(), "let a = 1;\n\nlet b = 2;");
    assert!(
        matches!(&document.blocks[2].content, BlockContent::Formula { text } if text == "E = mc^2")
    );
    assert!(matches!(&document.blocks[3].content, BlockContent::Image { alt } if alt == "架构图"));
}

#[test]
fn html_inside_markdown_is_read_without_its_scripts() {
    let document = read("<div><script>alert(1)</script><p>标记文本</p></div>\n\n正文<br>下一行\n");
    assert_eq!(document.text(), "标记文本\n正文\n下一行");
}

#[test]
fn thousands_of_nested_quotes_and_brackets_end_quickly() {
    for source in [
        ">".repeat(20_000) + "深",
        "[".repeat(50_000),
        "*a **b ".repeat(10_000),
        "- ".repeat(5_000) + "深",
    ] {
        assert!(!read(&source).blocks.is_empty());
    }
}
