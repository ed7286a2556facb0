//! The columns of a table: named by the user, or proposed by the model from the beginning of the text.

use deskmate_core::{ErrorCode, WireError};
use deskmate_knowledge::Language;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::step::{Model, Step, list, object, text};

/// Columns of a table; a small model keeps no more in mind.
const MOST_COLUMNS: usize = 12;
/// Columns that the model proposes.
const MOST_PROPOSED: usize = 8;
/// Characters of a header.
const LONGEST_NAME: usize = 24;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableColumnKind {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// Days.
    Date,
}

/// A column of an extracted table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Header.
    pub name: String,
    /// What its values are.
    pub kind: TableColumnKind,
}

/// Reads columns as the user names them: `合同编号、金额:number、签订日期:date`. Empty for none.
///
/// # Errors
/// `InvalidInput` for an unknown type, a name that is too long or named twice, too many columns.
pub(super) fn named_columns(given: &str) -> Result<Vec<TableColumn>, WireError> {
    let mut columns: Vec<TableColumn> = Vec::new();
    let parts = given.split(['\n', '、', ',', '，', ';', '；']);
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let (name, kind) = match part.split_once([':', '：']) {
            Some((name, kind)) => (name.trim(), kind_named(kind.trim())?),
            None => (part, kind_of_name(part)),
        };
        let length = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) {
            return Err(invalid(format!("`{name}` cannot be the name of a column")));
        }
        if columns.iter().any(|column| column.name == name) {
            return Err(invalid(format!("the column `{name}` is named twice")));
        }
        columns.push(TableColumn {
            name: name.to_owned(),
            kind,
        });
    }
    if columns.len() > MOST_COLUMNS {
        return Err(invalid(format!(
            "a table has at most {MOST_COLUMNS} columns, and {} are named",
            columns.len()
        ))
        .with_hint("make two tables"));
    }
    Ok(columns)
}

/// Asks the model for the columns of a text.
///
/// # Errors
/// Those of the engine; `InvalidInput` when it proposes none that can be used.
pub(super) fn proposed_columns(
    model: &mut Model<'_>,
    what: &str,
    material: &str,
    language: Language,
) -> Result<Vec<TableColumn>, WireError> {
    #[derive(Deserialize)]
    struct Proposal {
        columns: Vec<Proposed>,
    }
    #[derive(Deserialize)]
    struct Proposed {
        name: String,
        r#type: TableColumnKind,
    }
    let kind = json!({ "enum": ["text", "number", "date"] });
    let column = object(&[("name", text(LONGEST_NAME)), ("type", kind)]);
    let step = Step {
        instruction: match language {
            Language::Chinese => include_str!("prompts/plan.zh.md"),
            Language::English => include_str!("prompts/plan.en.md"),
        },
        material,
        request: &row_in_words(what, language),
        schema: object(&[("columns", list(column, 2, MOST_PROPOSED))]),
        max_tokens: 400,
    };
    let columns = model.ask(&step, &mut |proposal: Proposal| {
        let mut columns: Vec<TableColumn> = Vec::new();
        for Proposed { name, r#type } in proposal.columns {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            if !name.is_empty() && columns.iter().all(|known| known.name != name) {
                columns.push(TableColumn { name, kind: r#type });
            }
        }
        Ok((columns.len() >= 2).then_some(columns))
    })?;
    columns.ok_or_else(|| {
        invalid("no columns could be proposed for this text".to_owned())
            .with_hint("name them: `columns`, e.g. 合同编号、金额:number、签订日期:date")
    })
}

/// What a row is, for the end of a request; empty when it was not said.
pub(super) fn row_in_words(what: &str, language: Language) -> String {
    match (what.trim(), language) {
        ("", _) => String::new(),
        (what, Language::Chinese) => format!("每一行是：{what}"),
        (what, Language::English) => format!("Each row is: {what}"),
    }
}

fn kind_named(kind: &str) -> Result<TableColumnKind, WireError> {
    match kind.to_lowercase().as_str() {
        "text" | "文字" | "文本" => Ok(TableColumnKind::Text),
        "number" | "数字" | "数" | "金额" => Ok(TableColumnKind::Number),
        "date" | "日期" => Ok(TableColumnKind::Date),
        _ => Err(invalid(format!("`{kind}` is no type of a column"))
            .with_hint("types are text, number, date")),
    }
}

/// The type that a name stands for where none is given.
fn kind_of_name(name: &str) -> TableColumnKind {
    let lower = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["日期", "时间", "期限", "date", "deadline", "due"]) {
        return TableColumnKind::Date;
    }
    let is_count = has(&[
        "金额", "数量", "单价", "总价", "价格", "价款", "比例", "税率", "费用", "人数", "面积",
        "amount", "price", "quantity", "total", "rate", "percent", "cost",
    ]);
    // 编号 and 电话 are digits that name something.
    let is_name = has(&["编号", "号码", "代码", "电话", "number", "code", "id"]);
    match is_count && !is_name {
        true => TableColumnKind::Number,
        false => TableColumnKind::Text,
    }
}

fn invalid(message: String) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_with_the_types_that_are_given_or_meant() {
        let columns = named_columns("合同编号、甲方，金额\n签订日期, 备注:text;交付:日期").unwrap();
        let kinds: Vec<(&str, TableColumnKind)> = columns
            .iter()
            .map(|column| (column.name.as_str(), column.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("合同编号", TableColumnKind::Text),
                ("甲方", TableColumnKind::Text),
                ("金额", TableColumnKind::Number),
                ("签订日期", TableColumnKind::Date),
                ("备注", TableColumnKind::Text),
                ("交付", TableColumnKind::Date),
            ]
        );
        assert_eq!(named_columns(" \n").unwrap(), []);
    }

    #[test]
    fn an_unknown_type_and_a_name_given_twice_are_refused() {
        for given in ["金额:colour", "金额、金额", &"长".repeat(30)] {
            assert_eq!(
                named_columns(given).unwrap_err().code,
                ErrorCode::InvalidInput,
                "{given}"
            );
        }
    }
}
