//! What code cannot read is put to a model, under a schema that lets it name only columns of the table.

use deskmate_core::{
    CancelToken, Constraint, GenerationRequest, Message, TextGenerator, WireError,
};
use serde::Deserialize;

use super::roles::Drawn;
use super::{ChartAsk, undecided};
use crate::chart::range_chart::PlotKind;
use crate::formula::{Language, NamedColumn};

/// The answer is a kind and a few headers.
const MAX_TOKENS: usize = 200;

#[derive(Deserialize)]
struct Reply {
    kind: PlotKind,
    x: String,
    y: Vec<String>,
}

/// Lets the model choose the kind and the columns.
///
/// # Errors
/// `InvalidInput` when its answer draws nothing; those of the model.
pub(super) fn choose(
    ask: &ChartAsk<'_>,
    model: &dyn TextGenerator,
    cancel: &CancelToken,
) -> Result<(PlotKind, Drawn), WireError> {
    let language = Language::of(ask.ask);
    let headers = |wanted: fn(&NamedColumn) -> bool| -> Vec<&str> {
        let columns = ask.table.columns.iter();
        columns
            .filter(|column| wanted(column))
            .map(|column| column.name.as_str())
            .collect()
    };
    let (all, numbers) = (headers(|_| true), headers(|column| column.is_number));
    if numbers.is_empty() {
        return Err(undecided(language));
    }
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "kind": { "enum": ["column", "bar", "line", "pie", "area", "scatter"] },
            "x": { "enum": all },
            "y": { "type": "array", "items": { "enum": numbers }, "minItems": 1, "maxItems": 4 }
        },
        "required": ["kind", "x", "y"],
        "additionalProperties": false
    });
    let columns: Vec<String> = ask
        .table
        .columns
        .iter()
        .map(|column| {
            let kind = match column.is_number {
                true => language.pick("数字", "number"),
                false => language.pick("文本", "text"),
            };
            format!("\"{}\" {kind}", column.name)
        })
        .collect();
    let columns = columns.join("\n");
    let (instructions, question) = match language {
        Language::Chinese => (
            include_str!("prompts/chart_zh.md"),
            format!("列：\n{columns}\n\n要求：{}", ask.ask),
        ),
        Language::English => (
            include_str!("prompts/chart_en.md"),
            format!("Columns:\n{columns}\n\nAsk: {}", ask.ask),
        ),
    };
    let request = GenerationRequest {
        constraint: Some(Constraint::JsonSchema(schema)),
        ..GenerationRequest::greedy(
            vec![Message::system(instructions), Message::user(question)],
            MAX_TOKENS,
        )
    };
    let text = model.generate(&request, cancel, &mut |_| {})?.text;
    let reply: Reply = serde_json::from_str(text.trim()).map_err(|_| undecided(language))?;
    let place = |name: &str| {
        let mut columns = ask.table.columns.iter();
        columns
            .find(|column| column.name == name)
            .map(|column| (column.column, column.is_number))
    };
    let x = place(&reply.x).map(|(column, _)| column);
    let mut series: Vec<(Option<u32>, u32)> = Vec::new();
    for name in &reply.y {
        if let Some((column, true)) = place(name)
            && Some(column) != x
            && series.iter().all(|(_, drawn)| *drawn != column)
        {
            series.push((x, column));
        }
    }
    match series.is_empty() {
        true => Err(undecided(language)),
        false => Ok((reply.kind, Drawn { series })),
    }
}
