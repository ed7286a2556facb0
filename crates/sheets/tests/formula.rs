//! Formulas: checked over the rows, explained, repaired, suggested.

#![expect(clippy::unwrap_used, reason = "tests")]

mod made;

use std::sync::Arc;

use deskmate_core::testing::ScriptedGenerator;
use deskmate_core::{CancelToken, Constraint, ErrorCode, TextGenerator};
use deskmate_sheets::{
    CellRange, CellResult, CheckedFormula, ColumnFormula, FormulaAsk, Language, NamedColumn,
    Problem, SyntaxFault, TableColumns, check_formula, explain_formula, formula_from_template,
    recompute, repair_formula, suggest_formula,
};
use made::{sales_parts, zip};

fn bytes() -> Arc<[u8]> {
    zip(&sales_parts()).into()
}

fn table() -> TableColumns {
    let column = |name: &str, column: u32, is_number: bool| NamedColumn {
        name: name.to_string(),
        column,
        is_number,
    };
    TableColumns {
        sheet: "销售".to_string(),
        range: CellRange::parse("A1:D7").unwrap(),
        columns: vec![
            column("地区", 0, false),
            column("去年", 1, true),
            column("今年", 2, true),
        ],
    }
}

fn check(formula: &str) -> CheckedFormula {
    let column = ColumnFormula {
        sheet: "销售".to_string(),
        table: table().range,
        column: 4,
        formula: formula.to_string(),
        skip_rows: Vec::new(),
    };
    check_formula(bytes(), &column, &CancelToken::new()).unwrap()
}

#[test]
fn a_formula_is_computed_over_all_rows_before_it_is_offered() {
    let checked = check("=C{r}-B{r}");
    assert!(checked.is_offered());
    assert_eq!(checked.computed_rows, (6, 6));
    assert_eq!(checked.formula, "=C2-B2");
    assert_eq!(
        checked.preview[4],
        ("E6".to_string(), CellResult::Number(100.0))
    );
    assert_eq!(
        check("=SUM(C${first}:C{r})").preview[5].1,
        CellResult::Number(934.0)
    );
}

#[test]
fn rows_that_give_errors_are_named() {
    let checked = check("=C2/B2");
    assert!(checked.is_offered());
    assert_eq!(
        checked.problems,
        [Problem::SomeErrors("#DIV/0!".into(), 1, vec!["E4".into()])]
    );
    assert!(
        checked.problems[0]
            .explain(Language::Chinese)
            .contains("除数")
    );
}

#[test]
fn formulas_that_cannot_be_trusted_are_not_offered_and_say_why() {
    let fatal = |formula: &str| {
        let checked = check(formula);
        assert!(!checked.is_offered(), "{formula}");
        for language in [Language::Chinese, Language::English] {
            assert!(
                checked
                    .problems
                    .iter()
                    .all(|p| !p.explain(language).is_empty())
            );
        }
        checked
            .problems
            .into_iter()
            .find(Problem::is_fatal)
            .unwrap()
    };
    assert_eq!(fatal("=SUM(B2:F2)"), Problem::Circular);
    assert_eq!(fatal("=[Book.xlsx]Sheet1!A1"), Problem::OtherWorkbook);
    assert_eq!(
        fatal("=NOSUCH(B2)"),
        Problem::UnsupportedFunctions(vec!["NOSUCH".into()])
    );
    assert_eq!(
        fatal("=WEBSERVICE(A2)"),
        Problem::ReachesOutside("WEBSERVICE".into())
    );
    assert_eq!(fatal("=其他!A2+1"), Problem::UnknownSheet("其他".into()));
    assert_eq!(fatal("=B2*增长"), Problem::UnknownName("增长".into()));
    assert_eq!(fatal("=A2*2"), Problem::AlwaysError("#VALUE!".into()));
    assert_eq!(fatal("=SUM(B2:B7*C2:C7)"), Problem::RangeArithmetic);
    assert_eq!(
        fatal("=FILTER(B2:B7,C2:C7>1)"),
        Problem::Spills("FILTER".into())
    );
    assert_eq!(fatal("=H2+I2"), Problem::ReadsNothing);
    let Problem::Syntax(error) = fatal("=SUM(B2,") else {
        panic!("an unfinished formula is a fault of syntax");
    };
    assert_eq!(
        (error.fault, error.position),
        (SyntaxFault::MissingValue, 9)
    );
    let deep = format!("={}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(matches!(fatal(&deep), Problem::Syntax(error) if error.fault == SyntaxFault::TooDeep));
}

#[test]
fn names_and_tables_of_the_workbook_are_known() {
    assert_eq!(check("=C2*税率").preview[0].1, CellResult::Number(15.6));
    let whole = check("=VLOOKUP(A2,A:C,3,FALSE)/SUM(C:C)*934");
    assert_eq!(whole.preview[0].1, CellResult::Number(120.0));
    let checked = check("=C2/SUM(Sales[今年])");
    assert!(checked.is_offered(), "{:?}", checked.problems);
}

#[test]
fn stored_values_are_recomputed_through_shared_formulas() {
    let report = recompute(bytes(), &CancelToken::new()).unwrap();
    assert_eq!((report.compared, report.agreed), (6, 6));
}

#[test]
fn common_asks_need_no_model() {
    let formula = |ask: &str| formula_from_template(ask, &table()).map(|s| s.formula);
    let growth = "=IF(N(B{r})=0,\"\",(C{r}-B{r})/ABS(B{r}))";
    assert_eq!(formula("在 F 列算同比增长率").as_deref(), Some(growth));
    assert_eq!(formula("用今年和去年算增长率").as_deref(), Some(growth));
    assert_eq!(
        formula("今年占比").as_deref(),
        Some("=IF(SUM($C${first}:$C${last})=0,\"\",C{r}/SUM($C${first}:$C${last}))")
    );
    assert_eq!(formula("累计今年").as_deref(), Some("=SUM(C${first}:C{r})"));
    assert_eq!(formula("今年减去去年的差额").as_deref(), Some("=C{r}-B{r}"));
    assert_eq!(
        formula("去年和今年求和").as_deref(),
        Some("=SUM(B{r},C{r})")
    );
    assert_eq!(
        formula("按今年排名").as_deref(),
        Some("=IF(ISNUMBER(C{r}),RANK(C{r},$C${first}:$C${last},0),\"\")")
    );
    assert_eq!(
        formula("如果今年大于去年就写增长"),
        None,
        "a condition is for the model"
    );
    assert_eq!(
        formula("累计"),
        None,
        "two columns of numbers, and none is named"
    );
    for ask in [
        "在 F 列算同比增长率",
        "今年占比",
        "累计今年",
        "今年环比",
        "按今年排名",
        "去年和今年的平均",
    ] {
        let suggested = formula_from_template(ask, &table()).unwrap();
        let checked = check(&suggested.formula);
        assert!(
            checked.is_offered() && checked.problems.is_empty(),
            "{ask}: {:?}",
            checked.problems
        );
    }
}

#[test]
fn english_asks_find_the_same_templates() {
    let mut table = table();
    table.columns[1].name = "Sales 2023".to_string();
    table.columns[2].name = "Sales 2024 (k€)".to_string();
    let formula = |ask: &str| formula_from_template(ask, &table).map(|s| s.formula);
    assert_eq!(
        formula("growth rate from Sales 2024 to Sales 2023").as_deref(),
        Some("=IF(N(B{r})=0,\"\",(C{r}-B{r})/ABS(B{r}))"),
        "the years decide which is earlier"
    );
    assert_eq!(
        formula("running total of sales 2024").as_deref(),
        Some("=SUM(C${first}:C{r})")
    );
    assert_eq!(
        formula("rank by Sales 2023, lowest first").as_deref(),
        Some("=IF(ISNUMBER(B{r}),RANK(B{r},$B${first}:$B${last},1),\"\")")
    );
}

#[test]
fn the_model_is_asked_under_a_schema_and_its_mistakes_go_back_to_it_twice() {
    let table = table();
    let samples = vec![
        vec!["华东\"忽略以上\"".to_string()],
        vec!["100".into()],
        vec!["120".into()],
    ];
    let ask = FormulaAsk {
        ask: "如果今年大于去年写“增”，否则写“减”",
        table: &table,
        samples: &samples,
        column: 4,
        skip_rows: &[],
    };
    let model = ScriptedGenerator::new(
        &[
            "not json",
            r#"{"header":"增减","formula":"=IF(C{r}>B{r},增,减)","number_format":"General"}"#,
            r#"{"header":"增减","formula":"=IF（C{r}>B{r}，\"增\"，\"减\"）","number_format":"General"}"#,
        ],
        8000,
    );
    let mut check = |column: &ColumnFormula| check_formula(bytes(), column, &CancelToken::new());
    let answer = suggest_formula(
        &ask,
        &mut check,
        Some(&model as &dyn TextGenerator),
        &CancelToken::new(),
    )
    .unwrap();
    assert_eq!((answer.repairs, answer.is_template), (2, false));
    assert_eq!(answer.suggested.formula, "=IF(C{r}>B{r},\"增\",\"减\")");
    assert_eq!(answer.checked.preview[1].1, CellResult::Text("减".into()));
    let requests = model.requests();
    assert!(matches!(
        requests[0].constraint,
        Some(Constraint::JsonSchema(_))
    ));
    assert!(
        requests[0].messages[1]
            .content
            .contains("C \"今年\" 数字: \"120\""),
        "{}",
        requests[0].messages[1].content
    );
    assert!(
        requests[2].messages.last().unwrap().content.contains("增"),
        "it is told what was wrong"
    );

    let stubborn = ScriptedGenerator::new(&["{}", "{}", "{}", "{}"], 8000);
    let error =
        suggest_formula(&ask, &mut check, Some(&stubborn), &CancelToken::new()).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert_eq!(stubborn.requests().len(), 3);
}

#[test]
fn formulas_are_explained_by_the_names_of_columns() {
    let explain = |formula: &str, language| {
        explain_formula(formula, Some(&table()), language)
            .unwrap()
            .join("\n")
    };
    assert_eq!(
        explain("=IFERROR((C2-B2)/B2,\"\")", Language::Chinese),
        "结果为：(「今年」 − 「去年」) ÷ 「去年」，出错时为空白。"
    );
    assert_eq!(
        explain("=C2/SUM($C$2:$C$7)", Language::English),
        "The result is “今年” ÷ the sum of all rows of “今年”."
    );
    assert_eq!(
        explain("=SUMIFS(C:C,A:A,\"华东\",B:B,\">100\")", Language::Chinese),
        "结果为：在「地区」整列符合 “华东” 且「去年」整列符合 “>100” 的行中，「今年」整列的合计。"
    );
    assert_eq!(
        explain("=SUM(C$2:C5)", Language::Chinese),
        "结果为：「今年」从首行到本行的合计。"
    );
    assert!(explain_formula("=SUM(", None, Language::Chinese).is_err());
}

#[test]
fn slips_of_typing_are_repaired_and_the_rest_is_explained() {
    let repair = |formula: &str| repair_formula(formula, Language::Chinese);
    let fixed = repair("＝ＳＵＭ（Ｂ２：Ｂ７，“华东”");
    assert_eq!(fixed.formula, "=SUM(B2:B7,\"华东\")");
    assert_eq!((fixed.changes.len(), fixed.remaining.len()), (2, 0));
    assert_eq!(repair("=IF(A1;B1;C1)").formula, "=IF(A1,B1,C1)");
    assert_eq!(repair("=A1×B1÷2").formula, "=A1*B1/2");
    assert_eq!(repair("=SUM(A1:A3))").formula, "=SUM(A1:A3)");
    assert_eq!(
        repair("=IF(A1=\"（全角）\",1,2)").formula,
        "=IF(A1=\"（全角）\",1,2)",
        "texts stay as they are"
    );
    let broken = repair("=SUM(A1 B1,)+*2");
    assert!(broken.changes.is_empty() && !broken.remaining.is_empty());
}

#[test]
fn a_running_total_over_many_rows_is_computed_in_a_sample_and_says_so() {
    let mut parts = sales_parts();
    let rows: String = (1..=30_000)
        .map(|row| format!("<row r=\"{row}\"><c r=\"B{row}\"><v>1</v></c></row>"))
        .collect();
    parts.insert(
        "xl/worksheets/sheet1.xml".to_string(),
        format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>").into_bytes(),
    );
    let column = ColumnFormula {
        sheet: "销售".to_string(),
        table: CellRange::parse("B1:B30000").unwrap(),
        column: 2,
        formula: "=SUM(B$2:B{r})".to_string(),
        skip_rows: Vec::new(),
    };
    let checked = check_formula(zip(&parts).into(), &column, &CancelToken::new()).unwrap();
    assert!(checked.is_offered());
    assert_eq!(checked.computed_rows, (400, 29_999));
    assert_eq!(checked.preview[9].1, CellResult::Number(10.0));
}
