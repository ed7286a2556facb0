//! Text to table over fakes of the engine: what code guarantees whatever a model writes.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use deskmate_core::testing::ScriptedGenerator;
use deskmate_core::{Anchor, Block, BlockContent, CancelToken, Document, ErrorCode, WireError};
use deskmate_sheets::{OutputValue, Value, Workbook};
use deskmate_skills::{
    Artifact, ExtractedTable, SkillContext, SkillInput, SkillOutput, SkillSource, TableColumnKind,
    find,
};

const CONTRACTS: [(u32, &str); 3] = [
    (
        1,
        "合同 HT-001 由北京新星公司承接，合同金额为3.2万元，2024年3月5日签订。",
    ),
    (
        2,
        "合同 HT-002 由上海远航公司承接，合同金额为1,200.50元，签订日期另行通知。",
    ),
    (3, "本办法由采购部负责解释，自印发之日起施行。"),
];

fn source() -> SkillSource {
    let blocks = CONTRACTS.map(|(page, text)| {
        let content = BlockContent::Paragraph {
            text: text.to_owned(),
        };
        Block::new(Anchor::page(page), content)
    });
    SkillSource {
        path: "/资料/合同台账.docx".into(),
        title: "合同台账".into(),
        document: Document {
            blocks: blocks.to_vec(),
            ..Document::default()
        },
        inspection: None,
    }
}

fn run(
    inputs: &[(&str, &str)],
    sources: Vec<SkillSource>,
    replies: &[&str],
) -> (Result<SkillOutput, WireError>, ScriptedGenerator) {
    let generator = ScriptedGenerator::new(replies, 100_000);
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let skill = find("extract-table").unwrap();
    let given: BTreeMap<String, String> = inputs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let values = skill.spec().complete(&given, sources.len()).unwrap();
    let result = skill.run(&context, &SkillInput { values, sources }, &mut |_| {});
    (result, generator)
}

fn table(output: &SkillOutput) -> &ExtractedTable {
    let Artifact::Table(table) = &output.artifact else {
        panic!("{:?}", output.artifact);
    };
    table
}

const COLUMNS: &str = "合同编号、承接方、合同金额、签订日期";

const ROWS: &str = r#"{"rows":[
    {"合同编号":"HT-001","承接方":"北京新星公司","合同金额":"3.2万元","签订日期":"2024年3月5日"},
    {"合同编号":"HT-002","承接方":"上海远航公司","合同金额":"1,200.50元","签订日期":""},
    {"合同编号":"HT-003","承接方":"广州长风公司","合同金额":"900元","签订日期":""},
    {"合同编号":"HT-001","承接方":"北京新星公司","合同金额":"3.2万元","签订日期":"2024年3月5日"}
]}"#;

#[test]
fn rows_are_typed_and_have_their_page_and_invented_ones_are_left_out() {
    let (result, generator) = run(&[("columns", COLUMNS)], vec![source()], &[ROWS]);
    let output = result.unwrap();
    let found = table(&output);
    assert_eq!(generator.requests().len(), 1);
    assert_eq!(found.rows.len(), 2, "HT-001 came twice, HT-003 is nowhere");
    assert_eq!(
        found.rows[0].values,
        [
            OutputValue::Text("HT-001".into()),
            OutputValue::Text("北京新星公司".into()),
            OutputValue::Number(32_000.0),
            OutputValue::date(2024, 3, 5).unwrap(),
        ]
    );
    assert_eq!(found.rows[1].values[2], OutputValue::Number(1_200.5));
    assert_eq!(found.rows[1].values[3], OutputValue::Blank);
    let sources: Vec<&str> = found.rows.iter().map(|row| row.source.as_str()).collect();
    assert_eq!(
        sources,
        ["合同台账.docx，第 1 页", "合同台账.docx，第 2 页"]
    );
    assert_eq!(found.left_out.len(), 1);
    assert!(
        found.left_out[0].starts_with("HT-003"),
        "{:?}",
        found.left_out
    );
    assert_eq!(output.citations.len(), 2);
    assert!(output.citations[1].quote.contains("HT-002"));
    let check = output
        .checks
        .iter()
        .find(|one| one.name == "values_in_source");
    assert!(!check.unwrap().passed);
}

#[test]
fn a_value_that_does_not_stand_there_is_left_blank_and_told() {
    let reply = r#"{"rows":[{"合同编号":"HT-002","承接方":"上海远航公司","合同金额":"1,300元","签订日期":"2024年1月1日"}]}"#;
    let (result, _) = run(&[("columns", COLUMNS)], vec![source()], &[reply]);
    let output = result.unwrap();
    let row = &table(&output).rows[0];
    assert_eq!(row.values[2..], [OutputValue::Blank, OutputValue::Blank]);
    let told = &output.checks[1];
    assert!(
        !told.passed && told.detail.contains("1,300元"),
        "{}",
        told.detail
    );
}

#[test]
fn the_workbook_has_numbers_days_and_texts_and_no_formula() {
    let text = "编号 A1 的备注是 =HYPERLINK(\"http://x\")，金额 12.50 元，日期 2024-05-01。";
    let reply = r#"{"rows":[{"编号":"A1","备注":"=HYPERLINK(\"http://x\")","金额":"12.50","日期":"2024-05-01"}]}"#;
    let inputs = [("columns", "编号、备注、金额、日期"), ("text", text)];
    let (result, _) = run(&inputs, Vec::new(), &[reply]);
    let output = result.unwrap();
    assert_eq!(
        output.citations,
        [],
        "a pasted text has no file to point to"
    );
    let bytes = output.artifact.render("xlsx", &output.citations).unwrap();
    let book = Workbook::read("t.xlsx", &bytes).unwrap();
    let sheet = &book.sheets[0];
    let cell = |column| sheet.cell(1, column).unwrap();
    assert_eq!(
        cell(1).value,
        Value::Text("=HYPERLINK(\"http://x\")".into())
    );
    assert_eq!(cell(1).formula, None);
    assert_eq!(cell(2).value, Value::Number(12.5));
    assert_eq!(cell(2).format.as_deref(), Some("#,##0.00"));
    assert!(matches!(cell(3).value, Value::Date(_)), "{:?}", cell(3));
    assert_eq!(cell(4).value, Value::Text("粘贴的文字，第 1 段".into()));
    assert_eq!(sheet.tables[0].header_rows, 1, "a native table");
}

#[test]
fn columns_that_are_not_named_are_proposed_once() {
    let plan =
        r#"{"columns":[{"name":"合同编号","type":"text"},{"name":"合同金额","type":"number"}]}"#;
    let rows = r#"{"rows":[{"合同编号":"HT-001","合同金额":"3.2万元"}]}"#;
    let (result, generator) = run(&[("what", "每份合同")], vec![source()], &[plan, rows]);
    let output = result.unwrap();
    let kinds: Vec<TableColumnKind> = table(&output).columns.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [TableColumnKind::Text, TableColumnKind::Number]);
    let requests = generator.requests();
    assert!(
        requests[0].messages[1]
            .content
            .contains("每一行是：每份合同")
    );
    assert!(requests[1].messages[1].content.contains("HT-002"));
}

#[test]
fn replies_of_no_use_leave_an_empty_table_that_says_what_was_not_read() {
    let (result, _) = run(&[("columns", COLUMNS)], vec![source()], &[]);
    let output = result.unwrap();
    assert_eq!(table(&output).rows, []);
    let failed: Vec<&str> = output
        .checks
        .iter()
        .filter(|check| !check.passed)
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(failed, ["rows_found", "sections_read"]);
    for extension in output.artifact.extensions() {
        assert!(!output.artifact.render(extension, &[]).unwrap().is_empty());
    }
}

#[test]
fn without_text_and_with_wrong_columns_it_says_what_to_do() {
    let (nothing, _) = run(&[("columns", COLUMNS)], Vec::new(), &[]);
    assert_eq!(nothing.unwrap_err().code, ErrorCode::EmptyFile);
    let (wrong, _) = run(&[("columns", "金额:colour")], vec![source()], &[]);
    assert_eq!(wrong.unwrap_err().code, ErrorCode::InvalidInput);
}

/// What the model is asked, word for word: a changed prompt changes a file beside this one.
#[track_caller]
fn check_prompt(generator: &ScriptedGenerator, expected: &str, name: &str) {
    let requests = generator.requests();
    let messages: Vec<String> = requests[0]
        .messages
        .iter()
        .map(|message| format!("[{:?}]\n{}\n", message.role, message.content))
        .collect();
    let actual = messages.join("\n");
    if std::env::var_os("UPDATE_PROMPTS").is_some() {
        let folder = env!("CARGO_MANIFEST_DIR");
        std::fs::write(format!("{folder}/tests/extract_table/{name}"), actual).unwrap();
        return;
    }
    assert_eq!(
        actual, expected,
        "run with UPDATE_PROMPTS=1 and read the difference"
    );
}

#[test]
fn the_rows_of_a_section_are_asked_for_with_the_section_fenced() {
    let inputs = [("columns", COLUMNS), ("what", "每份合同")];
    let (_, generator) = run(&inputs, vec![source()], &[ROWS]);
    check_prompt(&generator, include_str!("rows.txt"), "rows.txt");
}

#[test]
fn columns_are_asked_for_with_the_beginning_fenced() {
    let text = "Order 17 of 12 pumps is due on March 5, 2024.";
    let (_, generator) = run(&[("text", text), ("what", "each order")], Vec::new(), &[]);
    check_prompt(&generator, include_str!("plan.txt"), "plan.txt");
}
