//! Why a formula is not offered, and what to do about it, in words.

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::syntax::{SyntaxError, SyntaxFault};

/// Something about a formula that keeps it from being offered, or that a user should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// It is no formula.
    Syntax(SyntaxError),
    /// It calls functions that the engine cannot compute, so nobody can check them here.
    UnsupportedFunctions(Vec<String>),
    /// It reads another workbook; links are never followed.
    OtherWorkbook,
    /// It calls a function that reaches outside of the workbook.
    ReachesOutside(String),
    /// It reads itself, directly or through other cells.
    Circular,
    /// It names a sheet that the workbook does not have.
    UnknownSheet(String),
    /// It names something that the workbook does not know.
    UnknownName(String),
    /// It calculates with whole ranges, which only an array formula may.
    RangeArithmetic,
    /// Its result would run over into other cells.
    Spills(String),
    /// It reads only cells without values in every row.
    ReadsNothing,
    /// It gives an error in every row.
    AlwaysError(String),
    /// It gives errors in some rows: error, how many rows, the first cells.
    SomeErrors(String, usize, Vec<String>),
    /// It gives another value whenever it is computed.
    Volatile(String),
}

impl Problem {
    /// Whether the formula is refused because of it; otherwise it is a note.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Syntax(_)
            | Self::UnsupportedFunctions(_)
            | Self::OtherWorkbook
            | Self::ReachesOutside(_)
            | Self::Circular
            | Self::UnknownSheet(_)
            | Self::UnknownName(_)
            | Self::RangeArithmetic
            | Self::Spills(_)
            | Self::ReadsNothing
            | Self::AlwaysError(_) => true,
            Self::SomeErrors(..) | Self::Volatile(_) => false,
        }
    }

    /// One sentence: what is wrong and what to do.
    pub fn explain(&self, language: Language) -> String {
        let chinese = language == Language::Chinese;
        match self {
            Self::Syntax(error) => syntax(*error, language),
            Self::UnsupportedFunctions(names) => {
                let names = names.join(if chinese { "、" } else { ", " });
                if chinese {
                    format!("函数 {names} 无法在本机计算和核对，请改用其他函数。")
                } else {
                    format!("{names} cannot be computed and checked here; use other functions.")
                }
            }
            Self::OtherWorkbook => language
                .pick(
                    "公式引用了其他工作簿。外部链接不会被打开，请先把数据复制到本工作簿。",
                    "The formula reads another workbook. Links are never followed; copy the data into this workbook first.",
                )
                .to_string(),
            Self::ReachesOutside(name) => {
                if chinese {
                    format!("函数 {name} 会访问工作簿以外的内容，因此不使用。")
                } else {
                    format!("{name} reaches outside of the workbook and is not used.")
                }
            }
            Self::Circular => language
                .pick(
                    "公式引用了它自己（循环引用），请改为引用其他列。",
                    "The formula reads its own cell (a circular reference); let it read other columns.",
                )
                .to_string(),
            Self::UnknownSheet(name) => {
                if chinese {
                    format!("工作簿中没有名为“{name}”的工作表。")
                } else {
                    format!("The workbook has no sheet named “{name}”.")
                }
            }
            Self::UnknownName(name) => {
                if chinese {
                    format!("“{name}”不是函数、单元格或已定义的名称；文本要放在英文双引号里。")
                } else {
                    format!("“{name}” is no function, cell or defined name; text needs double quotes.")
                }
            }
            Self::RangeArithmetic => language
                .pick(
                    "公式对整块区域逐项运算，普通公式只会取其中一个单元格；请改用 SUMPRODUCT，或引用本行的单元格。",
                    "The formula calculates with whole ranges, of which a plain formula takes one cell; use SUMPRODUCT or the cells of the row.",
                )
                .to_string(),
            Self::Spills(name) => {
                if chinese {
                    format!("函数 {name} 的结果会占用相邻单元格，不能用作整列公式。")
                } else {
                    format!("The result of {name} runs over into other cells and cannot fill a column.")
                }
            }
            Self::ReadsNothing => language
                .pick(
                    "公式引用的单元格都是空的，请检查列是否正确。",
                    "All cells that the formula reads are empty; check the columns.",
                )
                .to_string(),
            Self::AlwaysError(error) => {
                let reason = error_reason(error, language);
                if chinese {
                    format!("每一行都得到 {error}：{reason}")
                } else {
                    format!("Every row gives {error}: {reason}")
                }
            }
            Self::SomeErrors(error, count, cells) => {
                let reason = error_reason(error, language);
                let cells = cells.join(if chinese { "、" } else { ", " });
                if chinese {
                    format!("{count} 行得到 {error}（如 {cells}）：{reason}")
                } else {
                    format!("{count} rows give {error} (such as {cells}): {reason}")
                }
            }
            Self::Volatile(name) => {
                if chinese {
                    format!("函数 {name} 的值每次重新计算都可能变化。")
                } else {
                    format!("{name} may give another value whenever it is computed.")
                }
            }
        }
    }
}

fn syntax(error: SyntaxError, language: Language) -> String {
    let at = error.position;
    let (chinese, english) = match error.fault {
        SyntaxFault::Empty => ("公式是空的", "the formula is empty"),
        SyntaxFault::Unclosed => ("缺少右括号", "a closing parenthesis is missing"),
        SyntaxFault::Unopened => ("多了一个右括号", "there is a closing parenthesis too many"),
        SyntaxFault::OpenText => ("文本缺少结束的双引号", "a text in quotes does not end"),
        SyntaxFault::MissingValue => ("这里缺少数值或单元格", "a value or cell is missing"),
        SyntaxFault::MissingOperator => {
            ("这里缺少运算符或逗号", "an operator or a comma is missing")
        }
        SyntaxFault::StrangeCharacter => (
            "这里有公式中不能使用的字符",
            "there is a character that a formula cannot have",
        ),
        SyntaxFault::TooDeep => ("嵌套层数太多", "it is nested too deep"),
    };
    match language {
        Language::Chinese => format!("公式第 {at} 个字符处：{chinese}。"),
        Language::English => format!("At character {at} of the formula {english}."),
    }
}

/// What an error value means.
pub(crate) fn error_reason(error: &str, language: Language) -> &'static str {
    match error {
        "#DIV/0!" => language.pick(
            "除数为 0 或为空；可用 IFERROR 给出替代值。",
            "the divisor is 0 or empty; IFERROR gives another value.",
        ),
        "#VALUE!" => language.pick(
            "参与计算的单元格里有文本；可用 VALUE 转成数字，或检查引用的列。",
            "a cell it calculates with holds text; VALUE turns it into a number, or the column is not the right one.",
        ),
        "#N/A" => language.pick(
            "查找的值没有找到；检查查找列，或用 IFERROR 给出替代值。",
            "the value looked for was not found; check the column, or IFERROR gives another value.",
        ),
        "#REF!" => language.pick(
            "引用超出了表格或已被删除。",
            "a reference points outside of the sheet or was deleted.",
        ),
        "#NAME?" => language.pick(
            "有不认识的函数或名称。",
            "it has a function or name that is not known.",
        ),
        "#NUM!" => language.pick(
            "参数超出了函数允许的范围。",
            "an argument is outside of what the function allows.",
        ),
        "#CIRC!" => language.pick("单元格互相引用。", "cells read each other in a circle."),
        _ => language.pick("无法得到结果。", "there is no result."),
    }
}
