//! Questions to the library that a workbook answers: calculated over all its rows, never read off passages.

use std::path::{Path, PathBuf};

use deskmate_core::{
    Anchor, CancelToken, Citation, ErrorCode, Hit, JobEvent, SourceId, Usage, WireError,
};
use deskmate_knowledge::{Answer, Evidence, Rankings, RetrieveOptions, Turn, wants_calculation};
use deskmate_sheets::{ColumnKind, SheetAnswer, TableInfo, ask_by_code};

use crate::app::{App, Asked};
use crate::ingest::Sink;
use crate::sheets::{OpenSheets, SheetParams, stage};

/// Names of files that are tables throughout.
const WORKBOOKS: [&str; 8] = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "et"];

/// Hits from which the evidence is taken; the first names the file that a question is about.
const HITS: usize = 5;

/// A table with fewer records is as well read as calculated.
const FEWEST_ROWS: usize = 2;

/// An answer that was calculated.
pub(crate) struct Calculated {
    /// As it stands in a conversation, its places as citations.
    pub(crate) answer: Answer,
    /// The result with its query.
    pub(crate) table: SheetAnswer,
}

impl App {
    /// Calculates the answer where the best hit is in a workbook and the question asks for a calculation, or is understood
    /// whole by code, as one that names the row and the column of a value; `None` when it does not, or when the tables do
    /// not answer it, and then the passages may.
    ///
    /// # Errors
    /// `Cancelled`; those of the store and the engines. A workbook that cannot be read is no error here.
    pub(crate) fn calculate(
        &self,
        asked: Asked<'_>,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<Option<Calculated>, WireError> {
        let calculates = wants_calculation(asked.text);
        if !calculates && asks_for_reasons(asked.text) {
            return Ok(None);
        }
        let Some((path, evidence)) = self.workbook_for(asked.text, asked.scope, cancel)? else {
            return Ok(None);
        };
        if calculates {
            sink(stage("calculating"));
        }
        let table = match self.ask_workbook(&path, asked.text, calculates, cancel) {
            Ok(Some(table)) => table,
            Err(error) if error.code == ErrorCode::Cancelled => return Err(error),
            Ok(None) | Err(_) => return Ok(None),
        };
        if table.abstained {
            return Ok(None);
        }
        let answer = as_answer(asked.text, &table, evidence);
        sink(JobEvent::Sources {
            sources: answer.citations.clone(),
        });
        sink(JobEvent::Text {
            delta: answer.answer.clone(),
        });
        Ok(Some(Calculated { answer, table }))
    }

    /// Asks a workbook; without `calculates` only what code understands whole, and no model has to guess.
    fn ask_workbook(
        &self,
        path: &Path,
        question: &str,
        calculates: bool,
        cancel: &CancelToken,
    ) -> Result<Option<SheetAnswer>, WireError> {
        let paths = [path.to_path_buf()];
        let sheets = OpenSheets::open(&paths, &[], cancel)?;
        if !sheets.understanding().tables.iter().any(is_calculable) {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "the workbook holds no table with numbers",
            ));
        }
        if !calculates {
            return Ok(ask_by_code(question, sheets.tables(), cancel)?);
        }
        let params = SheetParams {
            paths: paths.to_vec(),
            question: question.to_string(),
            ..SheetParams::default()
        };
        self.ask_tables(sheets.tables(), &params, cancel).map(Some)
    }

    /// The workbook that a question is about: the file of the best hit, if it is one.
    fn workbook_for(
        &self,
        question: &str,
        scope: Option<&[SourceId]>,
        cancel: &CancelToken,
    ) -> Result<Option<(PathBuf, Evidence)>, WireError> {
        let options = RetrieveOptions {
            limit: HITS,
            scope,
            per_source: HITS,
            rankings: Rankings::Both,
        };
        let found = self.retrieve(question, options, cancel)?;
        Ok(best_workbook(&found.hits).map(|path| (path.to_path_buf(), found.evidence)))
    }
}

/// A figure is no answer to a why or how.
fn asks_for_reasons(question: &str) -> bool {
    const ASKS: [&str; 9] = [
        "为什么",
        "为何",
        "原因",
        "如何",
        "怎",
        "解释",
        "why",
        "how come",
        "explain",
    ];
    let folded = question.to_lowercase();
    ASKS.iter().any(|word| folded.contains(word))
}

fn best_workbook(hits: &[Hit]) -> Option<&Path> {
    let first = hits.first()?;
    let path = first.stored.path.as_path();
    is_workbook(path).then_some(path)
}

/// Records with a column of numbers; a workbook may as well hold nothing but text.
fn is_calculable(table: &TableInfo) -> bool {
    table.rows >= FEWEST_ROWS
        && table
            .columns
            .iter()
            .any(|column| matches!(column.kind, ColumnKind::Integer | ColumnKind::Number))
}

fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        let extension = extension.to_string_lossy().to_lowercase();
        WORKBOOKS.contains(&extension.as_str())
    })
}

fn as_answer(question: &str, table: &SheetAnswer, evidence: Evidence) -> Answer {
    let citations: Vec<Citation> = (1..)
        .zip(&table.cells)
        .map(|(marker, cells)| Citation {
            marker,
            path: PathBuf::from(&cells.path),
            anchor: Anchor::cells(&cells.sheet, &cells.range),
            quote: format!("{}!{}", cells.sheet, cells.range),
        })
        .collect();
    let markers: String = citations
        .iter()
        .map(|c| format!("[{}]", c.marker))
        .collect();
    let text = format!("{}{markers}", table.answer);
    let unsupported = table
        .checks
        .iter()
        .filter(|check| !check.passed)
        .map(|check| check.detail.clone())
        .collect();
    Answer {
        turn: Turn {
            question: question.to_string(),
            query: question.to_string(),
            reply: table.answer.clone(),
            ..Turn::default()
        },
        answer: text,
        citations,
        abstained: false,
        unsupported,
        usage: Usage::default(),
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use deskmate_core::{Chunk, StoredChunk};

    use super::*;

    fn hit(path: &str) -> Hit {
        Hit {
            stored: StoredChunk {
                id: 1,
                source_id: 1,
                path: path.into(),
                chunk: Chunk {
                    ordinal: 0,
                    heading: Vec::new(),
                    text: String::new(),
                    spans: Vec::new(),
                },
            },
            score: 1.0,
            cosine: None,
            bm25: None,
        }
    }

    #[test]
    fn a_workbook_is_asked_only_when_it_is_the_best_hit() {
        let hits = [hit("/a/台账.XLSX"), hit("/a/b.pdf")];
        assert_eq!(best_workbook(&hits), Some(Path::new("/a/台账.XLSX")));
        assert_eq!(best_workbook(&[hit("/a/b.pdf"), hit("/a/c.csv")]), None);
        assert_eq!(best_workbook(&[]), None);
    }
}
