//! From an ask in words to a checked formula: a template when there is one, else the model, with at most two repairs.

use deskmate_core::{
    CancelToken, Constraint, ErrorCode, GenerationRequest, Message, TextGenerator, WireError,
};
use serde::{Deserialize, Serialize};

use super::between::asks_for_a_place_between;
use super::check::{CheckedFormula, ColumnFormula};
use super::language::Language;
use super::patterns::pattern_formula;
use super::problem::Problem;
use super::repair::repair_formula;
use super::templates::{SuggestedFormula, TableColumns, formula_from_template};
use super::written::{header_asked_for, spells_out, written_formula};
use crate::address::column_name;

/// Answers of a model that are put back to it with what is wrong.
const MAX_REPAIRS: usize = 2;
/// A formula with its header and format is short; a longer one is a model that repeats itself.
const MAX_TOKENS: usize = 300;
/// Characters of an ask that stand in for a header.
const MAX_HEADER: usize = 16;
/// Values of a column that are shown to the model.
const SAMPLE_VALUES: usize = 3;

/// A column asked for in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaAsk<'a> {
    /// What is asked, e.g. `在 F 列算同比增长率`.
    pub ask: &'a str,
    /// The table.
    pub table: &'a TableColumns,
    /// First values of each column, in the order of the columns; they are data to the model.
    pub samples: &'a [Vec<String>],
    /// Column of the formula, from 0.
    pub column: u32,
    /// Rows that get none.
    pub skip_rows: &'a [u32],
}

/// A formula that was found, with its values over the user's rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormulaAnswer {
    /// The formula with its header and format.
    pub suggested: SuggestedFormula,
    /// Its values and notes.
    pub checked: CheckedFormula,
    /// Whether a template gave it, without the model.
    pub is_template: bool,
    /// Answers of the model that were refused before this one.
    pub repairs: usize,
}

/// Computes a column's formula over the user's rows: [`super::check_formula`], here or in another process.
pub type FormulaCheck<'a> = dyn FnMut(&ColumnFormula) -> Result<CheckedFormula, WireError> + 'a;

/// Finds a formula for an ask and has it computed over the user's rows. Without a model only the templates are tried.
///
/// # Errors
/// `InvalidInput` when no formula was found that can be offered; the message says why the last one was refused.
/// Errors of the model and of the check as they are.
pub fn suggest_formula(
    ask: &FormulaAsk<'_>,
    check_formula: &mut FormulaCheck<'_>,
    model: Option<&dyn TextGenerator>,
    cancel: &CancelToken,
) -> Result<FormulaAnswer, WireError> {
    let language = Language::of(ask.ask);
    if asks_for_a_row(ask.ask) {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            "a row is asked for, and only columns are calculated",
        )
        .with_hint(language.pick(
            "请改问一列，或者直接提问得到合计",
            "ask for a column, or ask for the total as a question",
        )));
    }
    if asks_for_a_place_between(ask.ask, ask.table) {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            "a column between others would move every cell and reference to its right, so it is only added beside the table",
        )
        .with_hint(language.pick(
            "请去掉“之间”等位置要求，新列会放在表格右侧",
            "leave the place out, and the column is put to the right of the table",
        )));
    }
    let header = header_of(ask);
    if let Some(suggested) = without_model(ask, header.as_deref()) {
        let checked = check_formula(&column_formula(ask, &suggested))?;
        if checked.is_offered() {
            return Ok(FormulaAnswer {
                suggested,
                checked,
                is_template: true,
                repairs: 0,
            });
        }
    }
    let Some(model) = model else {
        return Err(not_found(language, None));
    };
    let mut messages = first_messages(ask, language);
    let mut refused = None;
    for repairs in 0..=MAX_REPAIRS {
        let request = GenerationRequest {
            constraint: Some(Constraint::JsonSchema(schema())),
            ..GenerationRequest::greedy(messages.clone(), MAX_TOKENS)
        };
        let reply = model.generate(&request, cancel, &mut |_| {})?.text;
        let why = match read_reply(&reply, language) {
            Some(mut suggested) => {
                // Small models name a column by its letter.
                if let Some(header) = &header {
                    suggested.header.clone_from(header);
                } else if suggested.header.chars().all(|c| c.is_ascii_uppercase()) {
                    suggested.header = one_line(ask.ask.trim(), MAX_HEADER);
                }
                if let Some(format) = format_asked_for(ask.ask) {
                    suggested.number_format = Some(format.to_string());
                }
                let checked = check_formula(&column_formula(ask, &suggested))?;
                if checked.is_offered() {
                    return Ok(FormulaAnswer {
                        suggested,
                        checked,
                        is_template: false,
                        repairs,
                    });
                }
                reasons(&checked.problems, language)
            }
            None => language
                .pick(
                    "回答不是要求的 JSON。",
                    "The answer is not the JSON asked for.",
                )
                .to_string(),
        };
        messages.push(Message::assistant(reply));
        messages.push(Message::user(match language {
            Language::Chinese => format!("这个公式不能用：{why}请改正后重新回答。"),
            Language::English => {
                format!("This formula cannot be used: {why} Answer again with it corrected.")
            }
        }));
        refused = Some(why);
    }
    Err(not_found(language, refused.as_deref()))
}

/// A column of sums is no answer to one who wants a row of them.
fn asks_for_a_row(ask: &str) -> bool {
    let text = ask.to_lowercase();
    [
        "new row",
        "加一行",
        "新的一行",
        "新增一行",
        "合计行",
        "汇总行",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// The header that is there already or that the ask names.
fn header_of(ask: &FormulaAsk<'_>) -> Option<String> {
    let columns = ask.table.columns.iter();
    let own = columns
        .filter(|column| column.column == ask.column && !column.name.trim().is_empty())
        // `2024年/金额` stands in two rows of header.
        .map(|column| {
            column
                .name
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_string()
        });
    own.into_iter().next().or_else(|| header_asked_for(ask.ask))
}

/// A formula that the ask spells out, a pattern, or one that is asked for often.
fn without_model(ask: &FormulaAsk<'_>, header: Option<&str>) -> Option<SuggestedFormula> {
    let often = || match spells_out(ask.ask) {
        true => None,
        false => formula_from_template(ask.ask, ask.table),
    };
    let mut suggested = written_formula(ask.ask, ask.table, header)
        .or_else(|| pattern_formula(ask.ask, ask.table))
        .or_else(often)?;
    if let Some(header) = header {
        suggested.header = header.to_string();
    }
    if let Some(format) = format_asked_for(ask.ask) {
        suggested.number_format = Some(format.to_string());
    }
    Some(suggested)
}

/// The number format that the ask names.
fn format_asked_for(ask: &str) -> Option<&'static str> {
    let text = ask.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["accounting", "会计格式", "会计专用"]) {
        Some("_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)")
    } else if has(&["currency", "货币格式"]) {
        Some("$#,##0.00")
    } else if has(&[
        "percentage format",
        "percentage type",
        "as percentage",
        "百分比格式",
    ]) {
        Some("0.00%")
    } else {
        None
    }
}

fn column_formula(ask: &FormulaAsk<'_>, suggested: &SuggestedFormula) -> ColumnFormula {
    ColumnFormula {
        sheet: ask.table.sheet.clone(),
        table: ask.table.range,
        column: ask.column,
        formula: suggested.formula.clone(),
        skip_rows: ask.skip_rows.to_vec(),
    }
}

fn reasons(problems: &[Problem], language: Language) -> String {
    problems
        .iter()
        .filter(|problem| problem.is_fatal())
        .map(|problem| problem.explain(language))
        .collect()
}

fn first_messages(ask: &FormulaAsk<'_>, language: Language) -> Vec<Message> {
    let instructions = match language {
        Language::Chinese => include_str!("prompts/formula_zh.md"),
        Language::English => include_str!("prompts/formula_en.md"),
    };
    let mut columns = String::new();
    for (index, column) in ask.table.columns.iter().enumerate() {
        let samples: Vec<String> = ask
            .samples
            .get(index)
            .into_iter()
            .flatten()
            .take(SAMPLE_VALUES)
            .map(|value| format!("\"{}\"", one_line(value, 40)))
            .collect();
        columns.push_str(&format!(
            "{} \"{}\" {}: {}\n",
            column_name(column.column),
            one_line(&column.name, 60),
            match column.is_number {
                true => language.pick("数字", "number"),
                false => language.pick("文本", "text"),
            },
            samples.join(", ")
        ));
    }
    let question = match language {
        Language::Chinese => format!(
            "列：\n{columns}新列：{}\n\n要求：{}",
            column_name(ask.column),
            ask.ask
        ),
        Language::English => format!(
            "Columns:\n{columns}New column: {}\n\nAsk: {}",
            column_name(ask.column),
            ask.ask
        ),
    };
    vec![Message::system(instructions), Message::user(question)]
}

fn one_line(text: &str, most: usize) -> String {
    text.chars()
        .map(|c| if c.is_control() || c == '"' { ' ' } else { c })
        .take(most)
        .collect()
}

fn schema() -> serde_json::Value {
    serde_json::json!({
        "type": "object",
        "properties": {
            "header": { "type": "string", "minLength": 1, "maxLength": 40 },
            "formula": { "type": "string", "pattern": "^=[^\\n\\r]{1,400}$" },
            "number_format": { "enum": ["General", "0", "0.0%", "#,##0", "#,##0.00"] }
        },
        "required": ["header", "formula", "number_format"],
        "additionalProperties": false
    })
}

#[derive(Deserialize)]
struct Reply {
    header: String,
    formula: String,
    number_format: String,
}

fn read_reply(reply: &str, language: Language) -> Option<SuggestedFormula> {
    let reply: Reply = serde_json::from_str(reply.trim()).ok()?;
    if reply.header.trim().is_empty() {
        return None;
    }
    // Placeholders are no characters of a formula, so slips are put right on the text around them.
    const STAND_INS: [(&str, &str); 4] = [
        ("{r}", "1000001"),
        ("{previous}", "1000002"),
        ("{first}", "1000003"),
        ("{last}", "1000004"),
    ];
    let mut formula = reply.formula;
    for (placeholder, number) in STAND_INS {
        formula = formula.replace(placeholder, number);
    }
    formula = repair_formula(&formula, language).formula;
    for (placeholder, number) in STAND_INS {
        formula = formula.replace(number, placeholder);
    }
    Some(SuggestedFormula {
        header: reply.header.trim().to_string(),
        formula,
        number_format: Some(reply.number_format).filter(|format| format != "General"),
    })
}

fn not_found(language: Language, why: Option<&str>) -> WireError {
    let message = match why {
        Some(why) => format!("no formula was found that can be offered: {why}"),
        None => "no formula was found for this".to_string(),
    };
    WireError::new(ErrorCode::InvalidInput, message).with_hint(language.pick(
        "请写明用哪几列、怎样计算，例如“用本年减去年再除以去年”",
        "say which columns to use and how, for example “this year minus last year, divided by last year”",
    ))
}
