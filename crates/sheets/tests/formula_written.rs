//! Formulas that an ask spells out, and columns of text: made by code, or left to the model where a word is not understood.

#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::{
    CellRange, CheckedFormula, ColumnFormula, FormulaAsk, NamedColumn, SuggestedFormula,
    TableColumns, blank_column_asked_for, columns_to_fill_down, header_asked_for, suggest_formula,
};

/// A table from column A on; names that end in `=` are columns of text.
fn table(names: &[&str]) -> TableColumns {
    let columns = names.iter().zip(0..).map(|(name, column)| NamedColumn {
        name: name.trim_end_matches('=').to_string(),
        column,
        is_number: !name.ends_with('='),
    });
    TableColumns {
        sheet: "Sheet1".to_string(),
        range: CellRange::parse("A1:Z9").unwrap(),
        columns: columns.collect(),
    }
}

/// What code alone makes of an ask; every formula counts as one that can be computed.
fn suggested(ask: &str, names: &[&str], column: u32) -> Option<SuggestedFormula> {
    let table = table(names);
    let ask = FormulaAsk {
        ask,
        table: &table,
        samples: &[],
        column,
        skip_rows: &[],
    };
    let mut accept = |column: &ColumnFormula| {
        Ok(CheckedFormula {
            formula: column.formula.clone(),
            preview: Vec::new(),
            computed_rows: (8, 8),
            problems: Vec::new(),
        })
    };
    let answer = suggest_formula(&ask, &mut accept, None, &CancelToken::new()).ok()?;
    assert!(answer.is_template);
    Some(answer.suggested)
}

fn check(ask: &str, names: &[&str], expected: Option<(&str, &str)>) {
    let found = suggested(ask, names, names.len() as u32);
    let found = found
        .as_ref()
        .map(|s| (s.header.as_str(), s.formula.as_str()));
    assert_eq!(found, expected, "{ask}");
}

const STOCK: &[&str] = &["品名=", "进价", "售价", "数量"];
const TRIPS: &[&str] = &["Driver=", "Distance km", "Fuel (l)", "Toll"];

#[test]
fn a_formula_that_is_written_out_is_taken_as_it_stands() {
    for (ask, names, formula) in [
        (
            "毛利 = （售价 - 进价）× 数量，算出每行的毛利",
            STOCK,
            Some(("毛利", "=(C{r}-B{r})*D{r}")),
        ),
        (
            "毛利 = （售价 - 进价）× 数量。算出每行的毛利",
            STOCK,
            Some(("毛利", "=(C{r}-B{r})*D{r}")),
        ),
        (
            "列名为“税额”；税额 = 售价 * 税率；税率为 13%",
            STOCK,
            Some(("税额", "=C{r}*0.13")),
        ),
        (
            "Cost = Fuel * price + Toll. Calculate the cost of each trip; the price is 1.75",
            TRIPS,
            Some(("Cost", "=C{r}*1.75+D{r}")),
        ),
        (
            "The formulas are: Cost = Fuel + Toll; Cost per km = Cost / Distance km. Work out the cost per km in a column named \"Cost per km\".",
            TRIPS,
            Some(("Cost per km", "=(C{r}+D{r})/B{r}")),
        ),
        (
            "Growth = (1 + Fuel / Toll) ^ (Distance km * 2). Compute growth.",
            TRIPS,
            Some(("Growth", "=(1+C{r}/D{r})^(B{r}*2)")),
        ),
    ] {
        check(ask, names, formula);
    }
}

#[test]
fn verbs_of_arithmetic_keep_the_order_of_what_they_name() {
    for (ask, formula) in [
        (
            "by subtracting Toll from Fuel in a new column named \"Rest\"",
            Some(("Rest", "=C{r}-D{r}")),
        ),
        (
            "dividing column B by column C, called 'Range'",
            Some(("Range", "=B{r}/C{r}")),
        ),
        (
            "by dividing the sum of Fuel and Toll by Distance km in a column titled \"Rate\"",
            Some(("Rate", "=(C{r}+D{r})/B{r}")),
        ),
        (
            "by multiplying Toll with (1 + Fuel / Distance km) raised to the power of (Toll * 2) in a column named \"X\"",
            Some(("X", "=D{r}*(1+C{r}/B{r})^(D{r}*2)")),
        ),
    ] {
        check(ask, TRIPS, formula);
    }
}

#[test]
fn a_word_that_is_neither_column_nor_number_is_left_to_the_model() {
    check("毛利 = 售价 - 进价。算出每行的毛利率", STOCK, None);
    for ask in [
        "Cost = Fuel * price. Calculate the cost.",
        "Cost = Fuel + Toll; Gain = Toll - Fuel. Calculate it.",
        "by dividing Fuel by the length of the road",
        "Profit = Toll - Fuel. Calculate the profit margin.",
        "Cost = Fuel + Toll. Calculate the growth of cost.",
        "Cost = Fuel + Toll. Sum fuel and toll in a new row called \"Total\".",
        "Cost = Toll + Fuel. Calculate the growth in a new column named \"Cost growth\"",
        "mark the trips above 100 and below 5 with \"+\"",
    ] {
        check(ask, TRIPS, None);
    }
}

#[test]
fn marks_joined_values_and_radians_are_columns_too() {
    check(
        "如果数量大于 100 就写“+”，列名为“大单”",
        STOCK,
        Some(("大单", "=IF(D{r}>100,\"+\",\"\")")),
    );
    check(
        "My table has the fuel and the toll. Check whether the Toll exceeds 15 by marking it with '+' in a new column named \"High Toll?\"",
        TRIPS,
        Some(("High Toll?", "=IF(D{r}>15,\"+\",\"\")")),
    );
    check(
        "Concatenate the header and the value of columns A to C in a column named \"All\"",
        TRIPS,
        Some((
            "All",
            "=\"Driver: \"&A{r}&\", Distance km: \"&B{r}&\", Fuel (l): \"&C{r}",
        )),
    );
    check(
        "convert the angles from degrees to radians in a column named \"Radians\"",
        &["Point=", "Angle (Degrees)"],
        Some(("Radians", "=RADIANS(B{r})")),
    );
}

#[test]
fn a_column_with_a_header_and_nothing_below_is_the_one_to_fill() {
    let blank = |names: &[&str]| -> Vec<NamedColumn> {
        names
            .iter()
            .zip(3..)
            .map(|(name, column)| NamedColumn {
                name: (*name).to_string(),
                column,
                is_number: false,
            })
            .collect()
    };
    let ask = "Profit = Sales - Costs; Tax = Profit * rate. Work out the taxes with the rate 20%.";
    assert_eq!(
        blank_column_asked_for(ask, &blank(&["Profit", "Tax"]), &[]),
        Some(4)
    );
    assert_eq!(
        blank_column_asked_for("算占比", &blank(&["备注"]), &[]),
        None
    );
    assert_eq!(
        blank_column_asked_for("fill in the missing column", &blank(&["Cost"]), &[]),
        Some(3)
    );
    // Both names stand in the ask, and one is what is to be filled.
    let books = "The book records the total assets, liabilities, and owner's equity.";
    for (ask, column) in [
        (
            "Fill in the Assets column. Set the Assets and Liabilities & Owner's Equity columns as accounting.",
            Some(3),
        ),
        ("Fill in the Liabilities & Owner's Equity column.", Some(4)),
        (
            "Calculate the annual changes for the Current Assets column.",
            None,
        ),
    ] {
        let blank = blank(&["Assets", "Liabilities & Owner's Equity"]);
        let others = [NamedColumn {
            name: "Current Assets".to_string(),
            column: 1,
            is_number: true,
        }];
        let asked = format!("{books} {ask}");
        let found = blank_column_asked_for(&asked, &blank, &others);
        assert_eq!(found, column, "{asked}");
        assert_eq!(
            blank_column_asked_for(ask, &blank, &others),
            column,
            "{ask}"
        );
    }
    let filled = suggested(ask, &["Week=", "Sales", "Costs", "Profit", "Tax="], 4).unwrap();
    assert_eq!(
        (filled.header.as_str(), filled.formula.as_str()),
        ("Tax", "=D{r}*0.2")
    );
}

#[test]
fn a_number_format_is_taken_from_the_ask() {
    let asked = "Cost = Fuel + Toll. Calculate the cost and set it as accounting number type.";
    let format = suggested(asked, TRIPS, 4).unwrap().number_format.unwrap();
    assert!(format.starts_with("_($* #,##0.00_)"), "{format}");
    assert_eq!(
        header_asked_for("写在名为「毛利」的列"),
        Some("毛利".to_string())
    );
}

#[test]
fn a_column_between_others_is_refused_and_one_beside_the_table_is_not() {
    // The table reaches to column Z.
    for ask in [
        "Multiply Fuel by Toll in a new column named \"Cost\" between columns A and B",
        "Insert a column between Distance km and Fuel: Cost = Fuel * Toll",
        "Cost = Fuel * Toll. Add a new column after column B for the cost.",
        "Cost = Fuel * Toll. Add the cost column before column C.",
        "在A列和B列之间插入一列，毛利 = 售价 - 进价",
        "在B列后面新增一列毛利，毛利 = 售价 - 进价",
        "新增一列毛利，位于B列和C列之间",
        "在售价和进价中间加一列毛利",
        "把毛利放在进价和售价之间，毛利 = 售价 - 进价",
        "在B、C列之间的位置新增一列毛利",
        "在进价和售价之间，新增一列毛利",
        "Insert a Total column between B and C: Total = Fuel + Toll",
        "Insert a column named \"Average\" between columns B and C",
        "Add a new number column between Fuel and Toll",
    ] {
        let names = if ask.is_ascii() { TRIPS } else { STOCK };
        let table = table(names);
        let ask = FormulaAsk {
            ask,
            table: &table,
            samples: &[],
            column: 4,
            skip_rows: &[],
        };
        let mut never = |_: &ColumnFormula| unreachable!("nothing is computed");
        let error = suggest_formula(&ask, &mut never, None, &CancelToken::new()).unwrap_err();
        assert!(
            error.message.contains("between others"),
            "{}: {error:?}",
            ask.ask
        );
    }
    check(
        "Add a new column with the difference between Fuel and Toll",
        TRIPS,
        Some(("Difference", "=C{r}-D{r}")),
    );
    check(
        "Cost = Fuel * Toll. Calculate the cost right after column Z.",
        TRIPS,
        Some(("Cost", "=C{r}*D{r}")),
    );
    check(
        "算售价和进价之间的差额",
        STOCK,
        Some(("差额", "=C{r}-B{r}")),
    );
}

#[test]
fn what_lies_between_two_columns_is_no_place_for_a_column() {
    for ask in [
        "加一列计算开始和结束之间的天数",
        "新增一列，入职和离职之间的月数",
        "添加两个日期之间的天数",
        "加一列计算B列和C列之间的差额",
        "新增一列，入职和离职之间相差几天",
        "加一列算开始和结束之间天数",
        "加一列中间价",
        "Add a column for the interval between Start and End",
        "Insert a column with the average between B and C",
        "Insert a column with the sum between B and C",
        "Add a new column showing the time elapsed between Start and End",
        "Insert the ratio between Fuel and Toll in a new column",
    ] {
        let table = table(&["x", "y"]);
        let ask = FormulaAsk {
            ask,
            table: &table,
            samples: &[],
            column: 4,
            skip_rows: &[],
        };
        let mut none = |_: &ColumnFormula| Err(WireError::new(ErrorCode::InvalidInput, "computed"));
        let refused = suggest_formula(&ask, &mut none, None, &CancelToken::new())
            .is_err_and(|error| error.message.contains("between others"));
        assert!(!refused, "{}", ask.ask);
    }
}

#[test]
fn columns_to_fill_down_are_those_that_the_asking_sentence_names() {
    let table = table(&["Mass", "Pull", "Mass", "Push"]);
    for (ask, columns) in [
        (
            "Fill out the rest of the rows for columns B and D using B2 and D2.",
            vec![1, 3],
        ),
        ("Column A is given. Fill column B down.", vec![1]),
        ("把B列其余各行填满", vec![1]),
        ("用第二行的公式补全B、D列", vec![1, 3]),
        ("Fill in the Pull column", vec![1]),
        ("Calculate Pull times Push", vec![]),
    ] {
        assert_eq!(columns_to_fill_down(ask, &table), columns, "{ask}");
    }
}
