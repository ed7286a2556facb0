//! A column that the model fills row by row: a sample first if wished, then all rows, shown before anything is written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use deskmate_core::{CancelToken, JobEvent, Progress, TextGenerator, Usage, WireError};
use deskmate_sheets::{
    CellAddress, CellEdits, CellRange, Edit, FillKind, FillRow, FillSource, FillTask, FillWish,
    Filled, OutputValue, TableInfo, ValueColumn, column_name, fill_rows, fill_source,
};
use serde::{Deserialize, Serialize};

use super::column::{CellChange, choose, column_of, invalid, named_column};
use super::ledger::Ledger;
use crate::app::App;
use crate::home::Home;
use crate::ingest::Sink;
use crate::jobs::{JobKind, JobSpec};
use crate::parse::EditedWorkbook;
use crate::sheets::{OpenSheets, stage};

/// Which column is to be filled, and with what.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FillParams {
    /// The workbook: xlsx or xlsm.
    pub path: PathBuf,
    /// What is asked, e.g. `按投诉内容分类：质量、物流、服务、其他`.
    pub ask: String,
    /// The table, by its name or its sheet's; without one, the one whose columns the ask names.
    pub table: Option<String>,
    /// Header of the column; where the table has one of this name, its blank cells are filled. Without one, it is made
    /// of the ask.
    pub into: Option<String>,
    /// Place of a new column, e.g. `F`; without one, the first that is free beside the table.
    pub column: Option<String>,
    /// Type of the cells: `choice`, `number`, `date`, `yes_no`, `text`; without one, it is read from the ask.
    pub kind: Option<String>,
    /// The choices; with some the type is `choice`.
    pub choices: Vec<String>,
    /// Only so many rows, spread over the table, to see how it goes; such a proposal cannot be written.
    pub sample: Option<usize>,
    /// Ask the model again for what it has filled before.
    pub again: bool,
}

/// A column that was filled.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FillProposal {
    /// Its number, by which it is written; none for a sample, or where nothing could be filled.
    pub id: Option<u64>,
    /// The workbook.
    pub path: PathBuf,
    /// The table's sheet.
    pub sheet: String,
    /// Its last header row and its rows, e.g. `A3:E20`.
    pub range: String,
    /// Header of the column.
    pub header: String,
    /// Type of its cells.
    pub kind: String,
    /// What they may be, for the type `choice`.
    pub choices: Vec<String>,
    /// Headers of the columns that the model saw.
    pub reads: Vec<String>,
    /// Rows to be filled in all.
    pub rows: usize,
    /// Rows of this run: all, or those of the sample.
    pub tried: usize,
    /// Of these the rows with a value.
    pub filled: usize,
    /// Of these the rows whose cell was known from an earlier run or another row that says the same.
    pub known: usize,
    /// Rows whose cell held something already and stays.
    pub kept: usize,
    /// Cells that stay empty, from the top.
    pub empty: Vec<EmptyCell>,
    /// Every cell that writing it changes, the header too, before and after.
    pub changes: Vec<CellChange>,
    /// How quick the model was; none when it was not asked.
    pub rows_per_minute: Option<f64>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// A cell that could not be filled.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmptyCell {
    /// Cell, e.g. `F12`.
    pub cell: String,
    /// Why: `blank_row`, `not_told`, `wrong_type`, `not_in_row`, `too_long`, `row_too_long`, `engine_failed`.
    pub reason: String,
}

impl App {
    /// Fills a column row by row as a job; see [`App::suggest_fill`].
    ///
    /// # Errors
    /// As [`App::suggest_fill`].
    pub fn fill_job(
        &self,
        params: &FillParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<FillProposal, WireError> {
        let spec = JobSpec {
            kind: JobKind::Sheet,
            title: params.ask.chars().take(80).collect(),
            params: serde_json::Value::Null,
        };
        self.run_job(&spec, cancel, sink, &mut |cancel, sink| {
            Ok((self.suggest_fill(params, cancel, sink)?, Usage::default()))
        })
    }

    /// Fills a column row by row and works out what writing it will change. Nothing is written into the workbook.
    ///
    /// What the model has filled is kept as it comes: after a stop or a crash the same call goes on where it was.
    ///
    /// # Errors
    /// `InvalidInput` for an empty ask, a type or column that is none, a table that is full; `NotFound` without such a
    /// file or table; `ModelNotInstalled`; `Cancelled`; those of reading, of the engine and of `deskmate_sheets::plan`.
    pub fn suggest_fill(
        &self,
        params: &FillParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<FillProposal, WireError> {
        let wish = FillWish {
            kind: params.kind.clone(),
            choices: params.choices.clone(),
            header: params.into.clone(),
        };
        let task = FillTask::of(&params.ask, &wish)?;
        sink(stage("reading"));
        let sheets = OpenSheets::open(std::slice::from_ref(&params.path), &[], cancel)?;
        let table = choose(sheets.understanding(), params.table.as_deref(), &params.ask)?;
        let mut source = fill_source(sheets.tables(), table, &task, cancel)?;
        if source.rows.is_empty() {
            return Err(
                invalid(&format!("no cell of column `{}` is blank", task.header))
                    .with_hint("name another column with --into"),
            );
        }
        let rows = source.rows.len();
        if let Some(sample) = params.sample {
            source.rows = sample_of(source.rows, sample.max(1));
        }
        // What would refuse the change is found before the model works for an hour.
        let mut book = EditedWorkbook::open(&params.path, cancel)?;
        let letters = params.column.clone().or_else(|| named_column(&params.ask));
        let place = letters.as_deref().map(column_of).transpose()?;
        let header_alone = edit_of(table, &source, &task, place, &[]);
        let planned = book.plan(vec![header_alone], cancel)?;
        let column = match source.existing {
            Some(column) => column,
            None => planned
                .changes
                .first()
                .and_then(|change| CellAddress::parse(&change.cell))
                .map_or(table.data.right + 1, |cell| cell.column),
        };

        let chat = self.chat()?;
        let model = chat.for_rows();
        let work = Work {
            home: self.home(),
            path: &params.path,
            task: &task,
            source: &source,
            model: (&model, chat.model_id()),
            again: params.again,
        };
        let filled = work.fill(cancel, sink)?;
        let values: Vec<(u32, OutputValue)> = source
            .rows
            .iter()
            .zip(&filled.cells)
            .filter_map(|(row, cell)| Some((row.row, cell.value()?.clone())))
            .collect();
        let edit = edit_of(table, &source, &task, Some(column), &values);
        let plan = book.plan(vec![edit], cancel)?;
        let is_written = params.sample.is_none() && !values.is_empty();
        Ok(FillProposal {
            path: params.path.clone(),
            sheet: table.sheet.clone(),
            range: range_of(table).to_string(),
            header: task.header.clone(),
            kind: task.kind.name().to_owned(),
            choices: match &task.kind {
                FillKind::Choice(choices) => choices.clone(),
                FillKind::Number | FillKind::Date | FillKind::YesNo | FillKind::Text => Vec::new(),
            },
            rows,
            tried: source.rows.len(),
            filled: values.len(),
            known: filled.known,
            kept: source.kept,
            empty: empty_cells(&source.rows, &filled.cells, column),
            changes: plan
                .changes
                .iter()
                .map(|change| CellChange {
                    cell: change.cell.clone(),
                    before: change.before.clone(),
                    after: change.after.clone(),
                })
                .collect(),
            rows_per_minute: filled.rows_per_minute,
            notes: plan.notes.clone(),
            reads: source.reads,
            id: is_written.then(|| self.proposals().keep(plan, Some(filled.ledger))),
        })
    }
}

/// Everything that filling the rows of a column needs.
struct Work<'a> {
    home: &'a Home,
    path: &'a Path,
    task: &'a FillTask,
    source: &'a FillSource,
    /// The model and its name.
    model: (&'a dyn TextGenerator, &'a str),
    again: bool,
}

impl Work<'_> {
    /// Fills what is not known yet, one row of each kind, and keeps it as it comes.
    fn fill(&self, cancel: &CancelToken, sink: Sink<'_>) -> Result<FilledRows, WireError> {
        let (model, name) = self.model;
        let rows = &self.source.rows;
        let reads = &self.source.reads;
        let mut ledger = Ledger::open(self.home, self.path, self.task, reads, name, self.again)?;
        let keys: Vec<String> = rows.iter().map(Ledger::key).collect();
        let mut asked: Vec<FillRow> = Vec::new();
        let mut asked_keys: Vec<&String> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for (row, key) in rows.iter().zip(&keys) {
            if ledger.get(key).is_none() && seen.insert(key) {
                asked.push(row.clone());
                asked_keys.push(key);
            }
        }
        let known = rows.len() - asked.len();
        let begun = Instant::now();
        let mut tell = |done: usize| {
            let spent = begun.elapsed().as_millis() as u64;
            let left = (asked.len() - done) as u64;
            sink(JobEvent::Progress(Progress {
                stage: "filling".to_owned(),
                done: (known + done) as u64,
                total: Some(rows.len() as u64),
                eta_ms: (done > 0).then(|| spent / done as u64 * left),
                item: None,
            }));
        };
        tell(0);
        let mut done = 0;
        fill_rows(self.task, &asked, model, cancel, &mut |index, cell| {
            ledger.keep(asked_keys[index].clone(), cell)?;
            done += 1;
            tell(done);
            Ok(())
        })?;
        let minutes = begun.elapsed().as_secs_f64() / 60.0;
        let speed = (asked.len() as f64 / minutes.max(1e-9) * 10.0).round() / 10.0;
        Ok(FilledRows {
            cells: keys
                .iter()
                .filter_map(|key| ledger.get(key).cloned())
                .collect(),
            known,
            rows_per_minute: (!asked.is_empty()).then_some(speed),
            ledger: ledger.place().to_path_buf(),
        })
    }
}

/// What came of the rows, in their order.
struct FilledRows {
    cells: Vec<Filled>,
    known: usize,
    rows_per_minute: Option<f64>,
    ledger: PathBuf,
}

/// Some rows that say something, spread over all of them.
fn sample_of(rows: Vec<FillRow>, wanted: usize) -> Vec<FillRow> {
    let telling: Vec<FillRow> = rows
        .into_iter()
        .filter(|row| row.without_model().is_none())
        .collect();
    let (all, wanted) = (telling.len(), wanted.min(telling.len()));
    (0..wanted)
        .map(|at| telling[at * all / wanted].clone())
        .collect()
}

/// The last header row and the rows.
fn range_of(table: &TableInfo) -> CellRange {
    CellRange {
        top: table.data.top - 1,
        ..table.data
    }
}

fn edit_of(
    table: &TableInfo,
    source: &FillSource,
    task: &FillTask,
    column: Option<u32>,
    values: &[(u32, OutputValue)],
) -> Edit {
    match source.existing {
        Some(column) => Edit::Cells(CellEdits {
            sheet: table.sheet.clone(),
            cells: values
                .iter()
                .map(|(row, value)| (CellAddress::new(*row, column), value.clone()))
                .collect(),
            may_replace: false,
        }),
        None => Edit::ValueColumn(ValueColumn {
            sheet: table.sheet.clone(),
            table: range_of(table),
            header: task.header.clone(),
            column,
            values: values.to_vec(),
        }),
    }
}

fn empty_cells(rows: &[FillRow], cells: &[Filled], column: u32) -> Vec<EmptyCell> {
    let letters = column_name(column);
    rows.iter()
        .zip(cells)
        .filter_map(|(row, cell)| match cell {
            Filled::Value(_) => None,
            Filled::Empty(gap) => Some(EmptyCell {
                cell: format!("{letters}{}", row.row + 1),
                reason: gap.name().to_owned(),
            }),
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use deskmate_core::ErrorCode;
    use deskmate_core::testing::ScriptedGenerator;
    use deskmate_sheets::FillGap;

    use super::*;

    fn rows(texts: &[&str]) -> Vec<FillRow> {
        (1..)
            .zip(texts)
            .map(|(row, text)| FillRow {
                row,
                fields: match text.is_empty() {
                    true => Vec::new(),
                    false => vec![("内容".to_owned(), text.to_string())],
                },
            })
            .collect()
    }

    struct Desk {
        home: Home,
        _folder: tempfile::TempDir,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            Self {
                home: Home::locate(Some(folder.path())),
                _folder: folder,
            }
        }

        /// Fills these rows; after so many steps the user stops it.
        fn fill(
            &self,
            texts: &[&str],
            model: &ScriptedGenerator,
            stop_after: Option<u64>,
        ) -> Result<FilledRows, WireError> {
            let cancel = CancelToken::new();
            let task = FillTask::of("分类：甲、乙", &FillWish::default()).unwrap();
            let source = FillSource {
                reads: vec!["内容".to_owned()],
                rows: rows(texts),
                existing: None,
                kept: 0,
            };
            let work = Work {
                home: &self.home,
                path: Path::new("/资料/台账.xlsx"),
                task: &task,
                source: &source,
                model: (model, "m"),
                again: false,
            };
            work.fill(&cancel, &mut |event| {
                if let JobEvent::Progress(progress) = event
                    && Some(progress.done) == stop_after
                {
                    cancel.cancel();
                }
            })
        }
    }

    fn value(text: &str) -> Filled {
        Filled::Value(OutputValue::Text(text.to_owned()))
    }

    #[test]
    fn a_run_that_was_stopped_goes_on_where_it_was() {
        let desk = Desk::new();
        let texts = ["一", "二", "三", "四"];
        let first = ScriptedGenerator::new(&["甲", "乙"], 4_000);
        let stopped = desk.fill(&texts, &first, Some(2));
        assert_eq!(
            stopped.err().map(|error| error.code),
            Some(ErrorCode::Cancelled)
        );
        let second = ScriptedGenerator::new(&["乙", "甲"], 4_000);
        let filled = desk.fill(&texts, &second, None).unwrap();
        assert_eq!(filled.cells, ["甲", "乙", "乙", "甲"].map(value));
        assert_eq!((filled.known, second.requests().len()), (2, 2));
    }

    #[test]
    fn rows_that_say_the_same_are_asked_about_once() {
        let desk = Desk::new();
        let model = ScriptedGenerator::new(&["甲", "乙"], 4_000);
        let filled = desk.fill(&["一", "二", "一", ""], &model, None).unwrap();
        let expected = [
            value("甲"),
            value("乙"),
            value("甲"),
            Filled::Empty(FillGap::BlankRow),
        ];
        assert_eq!(filled.cells, expected);
        assert_eq!(model.requests().len(), 2);
    }

    #[test]
    fn a_sample_is_spread_over_the_rows_that_say_something() {
        let rows: Vec<FillRow> = (0..20)
            .map(|row| FillRow {
                row,
                fields: match row % 2 {
                    0 => vec![("a".to_owned(), row.to_string())],
                    _ => Vec::new(),
                },
            })
            .collect();
        let of = |wanted| -> Vec<u32> {
            let sample = sample_of(rows.clone(), wanted);
            sample.iter().map(|row| row.row).collect()
        };
        assert_eq!(of(5), [0, 4, 8, 12, 16]);
        assert_eq!(of(40).len(), 10);
    }
}
