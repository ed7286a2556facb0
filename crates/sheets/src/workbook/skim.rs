//! The XML of a sheet without what its rows hold: of a row without formulas only its own tag is passed on.
//!
//! Values and formats come from the cell reader. What is still to be found in the rows is which of them are hidden and
//! where formulas stand; to read millions of cells as XML for that would take as long as reading their values.

use std::io::Read;

use memchr::{memchr, memmem};

/// Bytes read at a time.
const BLOCK: usize = 1 << 18;
/// A row longer than this is passed on as it is, and so is all after it.
const MAX_ROW_BYTES: usize = 16 << 20;

/// Where in the sheet the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    BeforeRows,
    Rows,
    AfterRows,
}

/// Passes on the XML of a sheet without the cells of rows that hold no formula.
pub(super) struct Skim<R> {
    source: R,
    /// Read and not looked at yet.
    pending: Vec<u8>,
    /// To be passed on, from `taken`.
    ready: Vec<u8>,
    taken: usize,
    at: At,
    is_at_end: bool,
}

impl<R: Read> Skim<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            pending: Vec::new(),
            ready: Vec::new(),
            taken: 0,
            at: At::BeforeRows,
            is_at_end: false,
        }
    }

    /// Reads one more block and moves what is decided to `ready`.
    fn go_on(&mut self) -> std::io::Result<()> {
        let start = self.pending.len();
        self.pending.resize(start + BLOCK, 0);
        let read = self.source.read(&mut self.pending[start..]);
        self.pending
            .truncate(start + read.as_ref().copied().unwrap_or(0));
        self.is_at_end = read? == 0;
        let mut done = 0;
        if self.at == At::BeforeRows {
            // Before the rows there are a few hundred bytes; the tag may be cut by the end of a block.
            match memmem::find(&self.pending, b"<sheetData") {
                Some(found) => {
                    done = found + 1;
                    self.ready.extend_from_slice(&self.pending[..done]);
                    self.at = At::Rows;
                }
                None if self.pending.len() > MAX_ROW_BYTES => self.at = At::AfterRows,
                None => {}
            }
        }
        if self.at == At::Rows {
            done = self.rows(done);
            if self.at == At::Rows && self.pending.len() - done > MAX_ROW_BYTES {
                self.at = At::AfterRows;
            }
        }
        if self.at == At::AfterRows || self.is_at_end {
            self.ready.extend_from_slice(&self.pending[done..]);
            done = self.pending.len();
        }
        self.pending.drain(..done);
        Ok(())
    }

    /// Passes on the rows that are there whole, from `done`; gives where it stopped.
    fn rows(&mut self, mut done: usize) -> usize {
        let end = memmem::find(&self.pending[done..], b"</sheetData").map(|end| done + end);
        let known = &self.pending[..end.unwrap_or(self.pending.len())];
        let next = |from: usize| memmem::find(&known[from..], b"<row").map(|at| from + at);
        let Some(first) = next(done) else {
            if end.is_some() {
                self.at = At::AfterRows;
            }
            return done;
        };
        self.ready.extend_from_slice(&known[done..first]);
        done = first;
        loop {
            let row_end = match (next(done + 1), end) {
                (Some(next), _) => next,
                (None, Some(end)) => end,
                (None, None) => return done,
            };
            let row = &known[done..row_end];
            let told = told(row);
            self.ready.extend_from_slice(told);
            if told.len() < row.len() && told.ends_with(b">") && !told.ends_with(b"/>") {
                self.ready.pop();
                self.ready.extend_from_slice(b"/>");
            }
            done = row_end;
            if Some(done) == end {
                self.at = At::AfterRows;
                return done;
            }
        }
    }
}

/// What a row tells beside its values: all of it where there is a formula, else its own tag.
fn told(row: &[u8]) -> &[u8] {
    if memmem::find(row, b"<f").is_some() {
        return row;
    }
    match memchr(b'>', row) {
        // A `>` in an attribute ends no tag.
        Some(end) if row[..end].iter().filter(|byte| **byte == b'"').count() % 2 == 0 => {
            &row[..=end]
        }
        Some(_) | None => row,
    }
}

impl<R: Read> Read for Skim<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.taken == self.ready.len() {
            self.ready.clear();
            self.taken = 0;
            if self.is_at_end {
                return Ok(0);
            }
            self.go_on()?;
        }
        let count = out.len().min(self.ready.len() - self.taken);
        out[..count].copy_from_slice(&self.ready[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in small pieces, so that every tag is cut somewhere.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(out.len());
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn check(sheet: &str, expected: &str) {
        for piece in [1, 3, 7, 1000] {
            let mut out = String::new();
            Skim::new(Pieces(sheet.as_bytes(), piece))
                .read_to_string(&mut out)
                .expect("text stays text");
            assert_eq!(out, expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn rows_without_formulas_leave_only_their_tag() {
        check(
            "<w><cols/><sheetData><row r=\"1\"><c><v>1</v></c></row><row r=\"2\" hidden=\"1\"><c><f>A1</f></c></row>\
             <row r=\"3\"/></sheetData><mergeCells/></w>",
            "<w><cols/><sheetData><row r=\"1\"/><row r=\"2\" hidden=\"1\"><c><f>A1</f></c></row>\
             <row r=\"3\"/></sheetData><mergeCells/></w>",
        );
    }

    #[test]
    fn what_it_does_not_know_is_passed_on_as_it_is() {
        for sheet in [
            "",
            "<x:w><x:sheetData><x:row r=\"1\"><x:c/></x:row></x:sheetData></x:w>",
            "<w><sheetData/><mergeCells/></w>",
            "<w><sheetData></sheetData></w>",
            "<w><sheetData><row a=\">\"><c/></row></sheetData></w>",
            "<w><sheetData><row r=\"1\"",
        ] {
            check(sheet, sheet);
        }
    }
}
