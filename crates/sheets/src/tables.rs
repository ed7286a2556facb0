//! Tables of workbooks in SQLite: understood, typed, in memory.

use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, Value as SqlValue};

use deskmate_core::CancelToken;

use crate::frame::Frame;
use crate::grid::Grid;
use crate::island::{Island, islands};
use crate::labels;
use crate::layout::{Shape, lay_out};
use crate::names::{Names, identifier};
use crate::run::{self, QueryResult, Scalar};
use crate::typing::Typed;
use crate::understanding::{Column, ColumnKind, Correction, TableInfo, Understanding};
use crate::{CellRange, Error, Sheet, Workbook};

/// Tables found in one set of workbooks; more than this cannot be shown to anybody.
const MAX_TABLES: usize = 200;
/// Cells of a table up to which its values can also be found by the names of row and column.
const MAX_LABELLED: usize = 6000;

/// Typed tables in SQLite with what was understood of them.
#[derive(Debug)]
pub struct Tables {
    connection: Mutex<Connection>,
    understanding: Understanding,
}

impl Tables {
    /// Finds the tables of workbooks and lays them down in SQLite, in memory.
    ///
    /// # Errors
    /// [`Error::NoTable`] when there is none; [`Error::Cancelled`].
    pub fn understand(books: &[Workbook], cancel: &CancelToken) -> Result<Self, Error> {
        Self::understand_with(books, &[], cancel)
    }

    /// As [`Tables::understand`], with tables that the user has pointed out instead of those found in their place.
    ///
    /// # Errors
    /// As [`Tables::understand`].
    pub fn understand_with(
        books: &[Workbook],
        corrections: &[Correction],
        cancel: &CancelToken,
    ) -> Result<Self, Error> {
        let mut connection = Connection::open_in_memory()?;
        // The worker that does this may open no file, not even a temporary one.
        connection.execute_batch("PRAGMA temp_store = MEMORY")?;
        connection.execute_batch(labels::SCHEMA)?;
        let mut builder = Builder {
            names: Names::default(),
            understanding: Understanding::default(),
        };
        for book in books {
            for warning in &book.warnings {
                builder.understanding.warnings.push(warning.message.clone());
            }
            for sheet in &book.sheets {
                builder.add_sheet(&mut connection, book, sheet, corrections, cancel)?;
            }
        }
        if builder.understanding.tables.is_empty() {
            let names: Vec<String> = books
                .iter()
                .map(|book| format!("`{}`", book.path))
                .collect();
            return Err(Error::NoTable(names.join(", ")));
        }
        builder.combine(&connection)?;
        run::lock(&mut connection)?;
        Ok(Self {
            connection: Mutex::new(connection),
            understanding: builder.understanding,
        })
    }

    /// What was understood.
    pub fn understanding(&self) -> &Understanding {
        &self.understanding
    }

    /// Runs one SELECT over the tables, read-only.
    ///
    /// # Errors
    /// [`Error::RefusedQuery`], [`Error::FailedQuery`], [`Error::SlowQuery`], [`Error::Cancelled`].
    pub fn query(&self, sql: &str, cancel: &CancelToken) -> Result<QueryResult, Error> {
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        run::run(&mut connection, sql, cancel)
    }

    /// As [`Tables::query`], with another limit of rows.
    pub(crate) fn query_up_to(
        &self,
        limit: usize,
        sql: &str,
        cancel: &CancelToken,
    ) -> Result<QueryResult, Error> {
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        run::run_limited(&mut connection, sql, limit, cancel)
    }

    /// The values of the first column of a query, at most `limit`.
    pub(crate) fn column(
        &self,
        sql: &str,
        limit: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<Scalar>, Error> {
        Ok(self
            .query_up_to(limit, sql, cancel)?
            .rows
            .into_iter()
            .filter_map(|row| row.into_iter().next())
            .collect())
    }

    /// Tables and understanding as the bytes of one SQLite file, so that another process can write them down and ask.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let text = serde_json::to_string(&self.understanding).unwrap_or_default();
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Adding the understanding needs what queries may not do: the lock is taken off for that long.
        run::unlock(&mut connection)?;
        let added = connection
            .execute_batch(
                "CREATE TABLE IF NOT EXISTS _understanding(json TEXT NOT NULL) STRICT; DELETE FROM _understanding",
            )
            .and_then(|()| connection.execute("INSERT INTO _understanding VALUES (?1)", [text]))
            .and_then(|_| connection.serialize("main").map(|bytes| bytes.to_vec()));
        run::lock(&mut connection)?;
        Ok(added?)
    }

    /// Opens a file of what [`Tables::to_bytes`] gave, for reading only.
    ///
    /// # Errors
    /// [`Error::Storage`] when the file is missing or not ours.
    pub fn open(path: &std::path::Path) -> Result<Self, Error> {
        let mut connection = Connection::open_with_flags(
            path,
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        let text: String =
            connection.query_row("SELECT json FROM _understanding", [], |row| row.get(0))?;
        let understanding =
            serde_json::from_str(&text).map_err(|_| rusqlite::Error::InvalidQuery)?;
        run::lock(&mut connection)?;
        Ok(Self {
            connection: Mutex::new(connection),
            understanding,
        })
    }
}

struct Builder {
    names: Names,
    understanding: Understanding,
}

impl Builder {
    fn add_sheet(
        &mut self,
        connection: &mut Connection,
        book: &Workbook,
        sheet: &Sheet,
        corrections: &[Correction],
        cancel: &CancelToken,
    ) -> Result<(), Error> {
        let own: Vec<&Correction> = corrections
            .iter()
            .filter(|correction| correction.path == book.path && correction.sheet == sheet.name)
            .collect();
        let corrected;
        let sheet = if own.is_empty() {
            sheet
        } else {
            corrected = with_corrections(sheet, &own);
            &corrected
        };
        let mut pending: Vec<String> = Vec::new();
        let found = islands(sheet);
        let count = found.len();
        for (index, island) in found.into_iter().enumerate() {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            if self.understanding.tables.len() >= MAX_TABLES {
                self.understanding
                    .warnings
                    .push(format!("only the first {MAX_TABLES} tables are used"));
                return Ok(());
            }
            let Some(grid) = Grid::new(sheet, island.rows.clone(), island.columns.clone()) else {
                self.understanding.warnings.push(format!(
                    "the cells of sheet `{}` lie too far apart to be a table",
                    sheet.name
                ));
                continue;
            };
            // A line that stands alone names what comes below it, or explains what stands above.
            if let Some(line) = lone_line(&grid, &island, count) {
                let previous = self.understanding.tables.last_mut();
                let is_note = crate::value::is_note(&line) || index + 1 == count;
                match previous
                    .filter(|table| is_note && table.path == book.path && table.sheet == sheet.name)
                {
                    Some(table) => table.notes.push(line),
                    None => pending.push(line),
                }
                continue;
            }
            let titles = std::mem::take(&mut pending);
            self.add_island(connection, book, sheet, &grid, &island, titles)?;
        }
        Ok(())
    }

    fn add_island(
        &mut self,
        connection: &mut Connection,
        book: &Workbook,
        sheet: &Sheet,
        grid: &Grid<'_>,
        island: &Island,
        above: Vec<String>,
    ) -> Result<(), Error> {
        let mut layout = lay_out(grid, island.defined.map(|(header, _)| header as usize));
        if let Some((_, totals)) = island.defined {
            layout.bottom = layout.bottom.saturating_sub(totals as usize);
        }
        layout.titles.splice(0..0, above);
        let frame = (layout.shape != Shape::Form).then(|| Frame::new(grid, &layout));
        let is_empty = frame
            .as_ref()
            .is_some_and(|frame| frame.records.is_empty() || frame.columns.is_empty());
        let filled: usize = (layout.top..=layout.bottom)
            .map(|row| grid.filled(row))
            .sum();
        if filled < 2 || layout.header_rows == 0 && grid.width() == 1 && filled < 4 {
            let text = grid.text(layout.top, 0);
            self.understanding.warnings.push(format!(
                "sheet `{}` has a line that is no table: {}",
                sheet.name,
                text.chars().take(80).collect::<String>()
            ));
            return Ok(());
        }
        let name = self
            .names
            .unique(&table_name(book, sheet, island, &layout.titles));
        let (width, height) = (grid.width(), grid.height());
        let mut info = TableInfo {
            name,
            path: book.path.clone(),
            sheet: sheet.name.clone(),
            titles: layout.titles.clone(),
            range: grid.range(0, 0, height - 1, width - 1),
            data: grid.range(
                (layout.top + layout.header_rows).min(layout.bottom),
                0,
                layout.bottom,
                width - 1,
            ),
            header_rows: layout.header_rows,
            shape: layout.shape,
            columns: Vec::new(),
            rows: 0,
            left_out: Vec::new(),
            notes: layout.notes.clone(),
            hidden_rows: grid
                .rows
                .iter()
                .filter(|row| grid.sheet_row_hidden(**row))
                .count(),
            is_sheet_hidden: sheet.is_hidden,
            rows_not_read: sheet.rows_left_out,
            has_labels: filled <= MAX_LABELLED,
            combines: Vec::new(),
        };
        if let Some(frame) = frame.filter(|_| !is_empty) {
            info.columns = frame.columns.clone();
            info.rows = frame.records.len();
            info.left_out = frame.left_out.clone();
            write_frame(connection, &info.name, &frame)?;
        }
        if info.has_labels {
            labels::write(connection, &info.name, grid, &layout)?;
        }
        self.understanding.tables.push(info);
        Ok(())
    }
}

impl Builder {
    /// Tables of one kind on several sheets (a sheet per month, per class) also become one, with the sheet as a column.
    fn combine(&mut self, connection: &Connection) -> Result<(), Error> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (index, table) in self.understanding.tables.iter().enumerate() {
            if table.columns.len() < 2 {
                continue;
            }
            let same = groups.iter_mut().find(|group| {
                let first = &self.understanding.tables[group[0]];
                first.columns.len() == table.columns.len()
                    && first
                        .columns
                        .iter()
                        .zip(&table.columns)
                        .all(|(a, b)| a.name == b.name && a.unit == b.unit)
            });
            match same {
                Some(group) => group.push(index),
                None => groups.push(vec![index]),
            }
        }
        for group in groups.into_iter().filter(|group| group.len() > 1) {
            self.combine_group(connection, &group)?;
        }
        Ok(())
    }

    fn combine_group(&mut self, connection: &Connection, group: &[usize]) -> Result<(), Error> {
        let parts: Vec<TableInfo> = group
            .iter()
            .map(|index| self.understanding.tables[*index].clone())
            .collect();
        let mut combined = parts[0].clone();
        combined.name = self.names.unique("all_sheets");
        combined.combines = parts.iter().map(|part| part.name.clone()).collect();
        combined.has_labels = false;
        combined.rows = parts.iter().map(|part| part.rows).sum();
        combined.left_out = Vec::new();
        combined.rows_not_read = parts.iter().map(|part| part.rows_not_read).sum();
        let files: std::collections::HashSet<&str> =
            parts.iter().map(|part| part.path.as_str()).collect();
        let source = |part: &TableInfo| {
            if files.len() > 1 {
                let file = part.path.rsplit(['/', '\\']).next().unwrap_or(&part.path);
                format!("{file} {}", part.sheet)
            } else {
                part.sheet.clone()
            }
        };
        let mut selects = Vec::new();
        for part in &parts {
            // A column of one sheet may be whole numbers and of another not; the union takes both.
            let columns: Vec<String> = part
                .columns
                .iter()
                .map(|column| quoted(&column.name))
                .collect();
            selects.push(format!(
                "SELECT _row, '{}' AS sheet_name, {} FROM {}",
                source(part).replace('\'', "''"),
                columns.join(", "),
                quoted(&part.name)
            ));
        }
        connection.execute_batch(&format!(
            "CREATE VIEW {} AS {}",
            quoted(&combined.name),
            selects.join(" UNION ALL ")
        ))?;
        for (index, column) in combined.columns.iter_mut().enumerate() {
            column.raw = None;
            for part in &parts[1..] {
                let other = &part.columns[index];
                if column.kind != other.kind {
                    column.kind = if column.is_numeric() && other.is_numeric() {
                        ColumnKind::Number
                    } else {
                        ColumnKind::Text
                    };
                }
                column.distinct = column.distinct.max(other.distinct);
                column.unread += other.unread;
                column.blank += other.blank;
                for sample in &other.samples {
                    if !column.samples.contains(sample) && column.samples.len() < 60 {
                        column.samples.push(sample.clone());
                    }
                }
            }
            column.distinct = column.distinct.max(column.samples.len());
        }
        combined.columns.push(Column {
            name: "sheet_name".to_owned(),
            header: "sheet_name".to_owned(),
            kind: ColumnKind::Text,
            unit: None,
            place: u32::MAX,
            is_hidden: false,
            raw: None,
            distinct: parts.len(),
            samples: parts.iter().map(source).collect(),
            unread: 0,
            blank: 0,
        });
        self.understanding.tables.push(combined);
        Ok(())
    }
}

fn with_corrections(sheet: &Sheet, corrections: &[&Correction]) -> Sheet {
    let mut corrected = sheet.clone();
    corrected.tables.retain(|table| {
        !corrections
            .iter()
            .any(|correction| overlap(correction.range, table.range))
    });
    for correction in corrections {
        corrected.tables.push(crate::DefinedTable {
            name: sheet.name.clone(),
            range: correction.range,
            header_rows: correction.header_rows,
            totals_rows: 0,
        });
    }
    corrected
}

fn overlap(a: CellRange, b: CellRange) -> bool {
    a.top <= b.bottom && b.top <= a.bottom && a.left <= b.right && b.left <= a.right
}

/// The text of an island that is one line and no table.
fn lone_line(grid: &Grid<'_>, island: &Island, count: usize) -> Option<String> {
    if island.defined.is_some() || grid.height() > 2 || count < 2 {
        return None;
    }
    let texts: Vec<String> = (0..grid.height())
        .flat_map(|row| (0..grid.width()).map(move |column| (row, column)))
        .filter(|(row, column)| grid.own(*row, *column).is_some())
        .map(|(row, column)| grid.text(row, column))
        .collect();
    let is_line = grid.height() == 1 && texts.len() <= 2 || texts.len() == 1;
    is_line.then(|| texts.join(" "))
}

fn table_name(book: &Workbook, sheet: &Sheet, island: &Island, titles: &[String]) -> String {
    if let Some(name) = island.name.as_ref().filter(|name| !name.is_empty()) {
        return identifier(name, 0, false);
    }
    let is_generic = |name: &str| {
        let lower = name.to_lowercase();
        let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        ["sheet", "工作表", "表", "sheet "].contains(&stem) || name.trim().is_empty()
    };
    if !is_generic(&sheet.name) {
        return identifier(&sheet.name, 0, false);
    }
    if let Some(title) = titles
        .iter()
        .find(|title| (2..=20).contains(&title.chars().count()))
    {
        return identifier(title, 0, false);
    }
    let file = book.path.rsplit(['/', '\\']).next().unwrap_or(&book.path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_word = stem.chars().any(char::is_alphabetic) && stem.chars().count() <= 30;
    if is_word {
        identifier(stem, 0, false)
    } else {
        "t".to_owned()
    }
}

/// Quotes a name for SQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn write_frame(
    connection: &mut Connection,
    table: &str,
    frame: &Frame<'_, '_>,
) -> Result<(), Error> {
    let mut definitions = vec!["_row INTEGER NOT NULL".to_owned()];
    for column in &frame.columns {
        let kind = match column.kind {
            ColumnKind::Text | ColumnKind::Date => "TEXT",
            ColumnKind::Integer => "INTEGER",
            ColumnKind::Number => "REAL",
        };
        definitions.push(format!("{} {kind}", quoted(&column.name)));
        if let Some(raw) = &column.raw {
            definitions.push(format!("{} TEXT", quoted(raw)));
        }
    }
    let transaction = connection.transaction()?;
    transaction.execute_batch(&format!(
        "CREATE TABLE {} ({}) STRICT",
        quoted(table),
        definitions.join(", ")
    ))?;
    {
        let marks = vec!["?"; definitions.len()].join(",");
        let mut insert =
            transaction.prepare(&format!("INSERT INTO {} VALUES ({marks})", quoted(table)))?;
        for record in &frame.records {
            let mut index = 1;
            insert.raw_bind_parameter(index, frame.line(*record))?;
            for (field, column) in frame.columns.iter().enumerate() {
                index += 1;
                insert.raw_bind_parameter(index, frame.typed(*record, field))?;
                if column.raw.is_some() {
                    index += 1;
                    insert.raw_bind_parameter(index, frame.raw(*record, field))?;
                }
            }
            insert.raw_execute()?;
        }
    }
    transaction.commit()?;
    Ok(())
}

impl rusqlite::ToSql for Typed<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(SqlValue::Null),
            Self::Integer(number) => ToSqlOutput::Owned(SqlValue::Integer(*number)),
            Self::Real(number) => ToSqlOutput::Owned(SqlValue::Real(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed((&**text).into()),
        })
    }
}
