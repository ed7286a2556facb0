//! Answers the questions of a set that need no model: `tables_without_model SET_DIR`. Prints a line of JSON per question.

use std::collections::HashMap;

use deskmate_core::CancelToken;
use deskmate_core::testing::ScriptedGenerator;
use deskmate_sheets::{AskOptions, Tables, Workbook, ask};
use serde_json::{Value, json};

#[expect(clippy::print_stdout, reason = "an example prints")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which set?")?;
    let questions = std::fs::read_to_string(format!("{folder}/questions.jsonl"))?;
    let cancel = CancelToken::new();
    let mut open: HashMap<String, Tables> = HashMap::new();
    for line in questions.lines() {
        let question: Value = serde_json::from_str(line)?;
        let table = question["table"].as_str().unwrap_or_default();
        if table.ends_with(".csv") {
            continue;
        }
        if !open.contains_key(table) {
            let book = Workbook::read(table, &std::fs::read(format!("{folder}/{table}"))?)?;
            open.insert(table.to_owned(), Tables::understand(&[book], &cancel)?);
        }
        // A model that says nothing: what is answered was answered by code alone.
        let silent = ScriptedGenerator::new(&[], 100_000);
        let text = question["question"].as_str().unwrap_or_default();
        let answer = ask(
            text,
            &open[table],
            &[],
            &silent,
            AskOptions::default(),
            &cancel,
        )?;
        let cells: Vec<&str> = answer
            .cells
            .iter()
            .map(|cells| cells.range.as_str())
            .collect();
        println!(
            "{}",
            json!({"qid": question["qid"], "question": text, "answered": !answer.abstained, "sure": answer.is_sure(),
                   "values": answer.values, "sql": answer.sql, "cells": cells, "gold": question["answers"], "gold_cells": question["answer_cells"]})
        );
    }
    Ok(())
}
