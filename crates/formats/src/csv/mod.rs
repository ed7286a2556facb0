//! Delimited text: one table, its delimiter and header guessed.

mod sniff;

use deskmate_core::{
    Anchor, Block, BlockContent, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning,
    WireError,
};

use crate::{encoding, text};

/// Reader of comma, semicolon, tab and pipe separated values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Csv;

impl Format for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv"]
    }

    fn matches(&self, bytes: &[u8], extension: &str) -> bool {
        if !encoding::is_text(bytes) {
            return false;
        }
        match extension {
            "csv" | "tsv" | "tab" => true,
            // Prose has commas too: under a text's name only a grid of tabs is a table.
            "txt" => sniff::is_grid(&encoding::head_text(bytes, sniff::HEAD_BYTES), &['\t']),
            // Web sites send such tables under a workbook's name.
            "xls" | "xlsx" | "et" => {
                sniff::is_regular(&encoding::head_text(bytes, sniff::HEAD_BYTES))
            }
            "log" | "md" | "markdown" | "html" | "htm" | "xhtml" | "eml" | "rtf" | "json"
            | "xml" => false,
            _ => sniff::is_grid(
                &encoding::head_text(bytes, sniff::HEAD_BYTES),
                &sniff::DELIMITERS,
            ),
        }
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let decoded = encoding::decode(bytes);
        let mut warnings: Vec<ReadWarning> = text::decoding_warning(&decoded).into_iter().collect();
        let (delimiter, source) = sniff::delimiter(&decoded.text);
        let mut table = parse(source, delimiter, true, limits);
        if table.quote_ran_away {
            table = parse(source, delimiter, false, limits);
            warnings.push(ReadWarning::new(
                ErrorCode::PartlyDamaged,
                "a quotation mark is never closed, so quotation marks were read as characters",
            ));
        }
        if table.rows.is_empty() {
            return Err(text::blank());
        }
        let range = range(&table.rows);
        if table.left_out {
            warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                format!("only the first {} rows were read", table.rows.len()),
            ));
        }
        let mut document = Document::default();
        document
            .metadata
            .insert("encoding".into(), decoded.encoding.into());
        document.blocks.push(Block::new(
            Anchor {
                line: Some(1),
                range: Some(range),
                ..Anchor::default()
            },
            BlockContent::Table {
                caption: None,
                header_rows: usize::from(sniff::has_header(&table.rows)),
                rows: table.rows,
            },
        ));
        Ok(Parsed { document, warnings })
    }
}

/// Line breaks in one cell above which an unclosed quotation mark is likelier than a cell of prose.
const MAX_CELL_LINES: usize = 500;

struct Rows {
    rows: Vec<Vec<String>>,
    left_out: bool,
    quote_ran_away: bool,
}

/// Columns that are read, as many as a sheet of Excel has.
const MAX_COLUMNS: usize = 16_384;

fn parse(source: &str, delimiter: u8, quoting: bool, limits: &ReadLimits) -> Rows {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(source.as_bytes());
    let mut read = Rows {
        rows: Vec::new(),
        left_out: false,
        quote_ran_away: false,
    };
    let mut record = csv::StringRecord::new();
    let mut cells = 0_u64;
    // The text is valid UTF-8 and lengths may differ, so the only end is the end.
    while let Ok(true) = reader.read_record(&mut record) {
        if record.len() > MAX_COLUMNS {
            read.left_out = true;
            record.truncate(MAX_COLUMNS);
        }
        cells += record.len() as u64;
        if cells > limits.max_cells {
            read.left_out = true;
            break;
        }
        let row: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if quoting
            && row
                .iter()
                .any(|cell| cell.bytes().filter(|byte| *byte == b'\n').count() > MAX_CELL_LINES)
        {
            read.quote_ran_away = true;
            break;
        }
        read.rows.push(row);
    }
    while read
        .rows
        .last()
        .is_some_and(|row| row.iter().all(String::is_empty))
    {
        read.rows.pop();
    }
    read
}

/// The cells that rows cover, e.g. `A1:C40`.
fn range(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
    format!("A1:{}{}", column_name(columns), rows.len())
}

/// The name of a column by its number from 1: 1 is `A`, 27 is `AA`.
fn column_name(mut number: usize) -> String {
    let mut name = Vec::new();
    while number > 0 {
        number -= 1;
        name.push(char::from(b'A' + (number % 26) as u8));
        number /= 26;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
