//! A column filled row by row, with a model whose replies are given: what code guarantees whatever a model writes.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use deskmate_core::testing::ScriptedGenerator;
use deskmate_core::{
    CancelToken, ErrorCode, Generation, GenerationRequest, StopReason, TextGenerator, Usage,
    WireError,
};
use deskmate_sheets::{
    FillGap, FillSource, FillTask, FillWish, Filled, OutputValue, Tables, Workbook, fill_rows,
    fill_source,
};

fn complaints() -> Tables {
    let rows: Vec<Vec<String>> = [
        ["投诉台账", "", "", ""],
        ["编号", "投诉内容", "金额", "分类"],
        ["A001", "三天就坏了", "120", ""],
        ["A002", "送货晚了一周", "80", "物流"],
        ["A003", "", "35", ""],
        ["A004", "客服不理人", "60", ""],
        ["合计", "", "295", ""],
    ]
    .iter()
    .map(|row| row.iter().map(ToString::to_string).collect())
    .collect();
    let mut book = Workbook::default();
    book.sheets
        .extend(Workbook::from_rows("a.xlsx", "投诉", &rows).sheets);
    book.path = "a.xlsx".into();
    Tables::understand(&[book], &CancelToken::new()).unwrap()
}

fn task(ask: &str, header: Option<&str>) -> FillTask {
    let wish = FillWish {
        header: header.map(ToOwned::to_owned),
        ..FillWish::default()
    };
    FillTask::of(ask, &wish).unwrap()
}

fn source(tables: &Tables, task: &FillTask) -> FillSource {
    let table = &tables.understanding().tables[0];
    fill_source(tables, table, task, &CancelToken::new()).unwrap()
}

fn run(
    task: &FillTask,
    source: &FillSource,
    model: &dyn TextGenerator,
) -> (Result<(), WireError>, Vec<Option<Filled>>) {
    let mut cells = vec![None; source.rows.len()];
    let result = fill_rows(
        task,
        &source.rows,
        model,
        &CancelToken::new(),
        &mut |index, cell| {
            assert_eq!(cells[index], None, "a row is told once");
            cells[index] = Some(cell);
            Ok(())
        },
    );
    (result, cells)
}

fn text(value: &str) -> Option<Filled> {
    Some(Filled::Value(OutputValue::Text(value.into())))
}

#[test]
fn the_rows_are_those_of_the_sheet_and_what_is_filled_stays() {
    let tables = complaints();
    let task = task("按投诉内容分类：质量、物流、服务、其他", None);
    let source = source(&tables, &task);
    assert_eq!(source.reads, ["投诉内容"]);
    // The total is no row, and A002 has its class already. Rows of the sheet count from 0.
    let rows: Vec<u32> = source.rows.iter().map(|row| row.row).collect();
    assert_eq!(rows, [2, 4, 5]);
    assert_eq!((source.existing, source.kept), (Some(3), 1));
}

#[test]
fn an_ask_that_names_no_column_reads_them_all() {
    let tables = complaints();
    let task = task("写一句给客户的回复", None);
    let source = source(&tables, &task);
    assert_eq!(source.reads, ["编号", "投诉内容", "金额", "分类"]);
    assert_eq!(source.existing, None);
    assert_eq!(
        source.rows[1].fields,
        [
            ("编号".to_string(), "A002".to_string()),
            ("投诉内容".to_string(), "送货晚了一周".to_string()),
            ("金额".to_string(), "80".to_string()),
            ("分类".to_string(), "物流".to_string()),
        ]
    );
}

#[test]
fn a_bad_reply_is_asked_for_once_more_and_then_the_cell_stays_empty() {
    let tables = complaints();
    let task = task("按投诉内容分类：质量、物流、服务、其他", None);
    let source = source(&tables, &task);
    let model = ScriptedGenerator::new(&["质量", "不知道", "售后"], 4000);
    let (result, cells) = run(&task, &source, &model);
    result.unwrap();
    assert_eq!(
        cells,
        [
            text("质量"),
            Some(Filled::Empty(FillGap::BlankRow)),
            Some(Filled::Empty(FillGap::WrongType)),
        ]
    );
    let requests = model.requests();
    assert_eq!(requests.len(), 3, "a blank row is not asked about");
    assert_eq!(requests[0].messages[0], requests[1].messages[0]);
    assert!(requests[2].temperature > 0.0);
}

/// An engine that dies on the rows that hold a word, and on all of them at once when one does.
struct Fragile {
    word: &'static str,
    calls: AtomicUsize,
    seen: Mutex<Vec<String>>,
}

impl Fragile {
    fn on(word: &'static str) -> Self {
        Self {
            word,
            calls: AtomicUsize::new(0),
            seen: Mutex::default(),
        }
    }
}

impl TextGenerator for Fragile {
    fn generate(
        &self,
        request: &GenerationRequest,
        _cancel: &CancelToken,
        _on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let row = request.messages[1].content.clone();
        if row.contains(self.word) {
            return Err(WireError::new(ErrorCode::WorkerCrashed, "it died"));
        }
        self.seen.lock().unwrap().push(row);
        Ok(Generation {
            text: "好的".into(),
            stop_reason: StopReason::EndOfTurn,
            usage: Usage::default(),
        })
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        Ok(vec![1; texts.len()])
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Ok(4000)
    }
}

#[test]
fn a_row_that_kills_the_engine_costs_one_cell() {
    let tables = complaints();
    let task = task("写一句给客户的回复", None);
    let source = source(&tables, &task);
    let model = Fragile::on("A002");
    let (result, cells) = run(&task, &source, &model);
    result.unwrap();
    assert_eq!(
        cells,
        [
            text("好的"),
            Some(Filled::Empty(FillGap::EngineFailed)),
            text("好的"),
            text("好的"),
        ]
    );
    assert_eq!(model.seen.lock().unwrap().len(), 3, "no row is asked twice");
}

#[test]
fn an_engine_that_fails_on_every_row_ends_the_run() {
    let tables = complaints();
    let task = task("写一句给客户的回复", None);
    let source = source(&tables, &task);
    let (result, _) = run(&task, &source, &Fragile::on("A00"));
    assert_eq!(result.unwrap_err().code, ErrorCode::WorkerCrashed);
}

#[test]
fn what_was_told_before_a_stop_stays_told() {
    let tables = complaints();
    let task = task("写一句给客户的回复", None);
    let source = source(&tables, &task);
    let cancel = CancelToken::new();
    let model = ScriptedGenerator::new(&["一", "二", "三", "四"], 4000);
    let mut told = 0;
    let result = fill_rows(&task, &source.rows, &model, &cancel, &mut |_, _| {
        told += 1;
        if told == 2 {
            cancel.cancel();
        }
        Ok(())
    });
    assert_eq!(result.unwrap_err().code, ErrorCode::Cancelled);
    assert_eq!(told, 2);
}

#[test]
fn a_cell_that_cannot_be_kept_ends_the_run() {
    let tables = complaints();
    let task = task("写一句给客户的回复", None);
    let source = source(&tables, &task);
    let model = ScriptedGenerator::new(&["一", "二", "三", "四"], 4000);
    let full = || WireError::new(ErrorCode::DiskFull, "the disk is full");
    let result = fill_rows(
        &task,
        &source.rows,
        &model,
        &CancelToken::new(),
        &mut |_, _| Err(full()),
    );
    assert_eq!(result.unwrap_err().code, ErrorCode::DiskFull);
}
