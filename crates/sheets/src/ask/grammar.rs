//! The grammar of the queries that a model may write: one SELECT over the real tables and columns.

use crate::TableInfo;

/// A Lark grammar for llguidance whose names are those of these tables.
pub(crate) fn sql_grammar(tables: &[&TableInfo]) -> String {
    let literals = |names: Vec<String>| {
        let mut names: Vec<String> = names
            .into_iter()
            .map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")))
            .collect();
        names.sort();
        names.dedup();
        names.join(" | ")
    };
    let table_names = literals(tables.iter().map(|table| table.name.clone()).collect());
    let mut columns: Vec<String> = tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| column.name.clone()))
        .collect();
    columns.push("_row".to_owned());
    let column_names = literals(columns);
    let join = if tables.len() > 1 {
        "source: table (\" JOIN \" table \" ON \" column \" = \" column)*\n"
    } else {
        "source: table\n"
    };
    format!(
        r#"start: select
select: "SELECT " "DISTINCT "? items " FROM " source (" WHERE " cond)? (" GROUP BY " exprs (" HAVING " cond)?)? (" ORDER BY " orders)? (" LIMIT " INTEGER)?
items: "*" | item (", " item)*
item: expr (" AS " ALIAS)?
{join}exprs: expr (", " expr)*
orders: order (", " order)*
order: expr (" ASC" | " DESC")?
cond: test ((" AND " | " OR ") test)*
test: "NOT "? (compare | "(" cond ")")
compare: expr (" " OPERATOR " " expr | " IS NULL" | " IS NOT NULL" | " BETWEEN " expr " AND " expr | (" NOT")? " IN (" (select | values) ")" | (" NOT")? " LIKE " TEXT)
values: value (", " value)*
expr: term ((" ")? SIGN (" ")? term)*
term: value | column | ALIAS | call | case | "(" select ")" | "(" expr ")" | "-" term
call: "COUNT(*)" | ("COUNT(" | "SUM(" | "AVG(" | "MIN(" | "MAX(") "DISTINCT "? argument ")" | "ROUND(" expr ", " INTEGER ")" | ("ABS(" | "LENGTH(" | "LOWER(" | "UPPER(" | "TRIM(") expr ")" | "CAST(" expr " AS " ("INTEGER" | "REAL" | "TEXT") ")" | "strftime(" TEXT ", " column ")" | "SUBSTR(" expr ", " INTEGER (", " INTEGER)? ")" | "COALESCE(" expr ", " expr ")"
argument: expr (" " OPERATOR " " expr)?
case: "CASE WHEN " cond " THEN " expr (" ELSE " expr)? " END"
value: NUMBER | TEXT
table: TABLE (" " ALIAS)?
column: (TABLE "." | ALIAS ".")? COLUMN
TABLE: {table_names}
COLUMN: {column_names}
OPERATOR: "=" | "<>" | "!=" | ">=" | "<=" | ">" | "<"
SIGN: "+" | "-" | "*" | "/"
ALIAS: /[a-z][a-z_]{{0,15}}[0-9]?/
INTEGER: /[0-9]{{1,6}}/
NUMBER: /[0-9]{{1,15}}(\.[0-9]{{1,6}})?/
TEXT: /'[^'\n]{{0,120}}'/
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CellRange, Column, ColumnKind, Shape};

    #[test]
    fn the_grammar_names_the_real_tables_and_columns() {
        let range = CellRange {
            top: 0,
            left: 0,
            bottom: 1,
            right: 1,
        };
        let table = TableInfo {
            name: "销售".into(),
            path: String::new(),
            sheet: String::new(),
            titles: Vec::new(),
            range,
            data: range,
            header_rows: 1,
            shape: Shape::Records,
            columns: vec![Column {
                name: "金额_元".into(),
                header: "金额(元)".into(),
                kind: ColumnKind::Number,
                unit: None,
                place: 0,
                is_hidden: false,
                raw: None,
                distinct: 0,
                samples: Vec::new(),
                unread: 0,
                blank: 0,
            }],
            rows: 1,
            left_out: Vec::new(),
            notes: Vec::new(),
            hidden_rows: 0,
            is_sheet_hidden: false,
            rows_not_read: 0,
            has_labels: false,
            combines: Vec::new(),
        };
        let grammar = sql_grammar(&[&table]);
        assert!(grammar.contains("TABLE: \"销售\"\n"));
        assert!(grammar.contains("COLUMN: \"_row\" | \"金额_元\"\n"));
    }
}
