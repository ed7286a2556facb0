//! Any grid of cells: tables or the word that there is none.
#![no_main]

use deskmate_core::CancelToken;
use deskmate_sheets::{Error, Tables, Workbook};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let rows: Vec<Vec<String>> = text
        .split('\n')
        .map(|row| row.split('\t').map(str::to_string).collect())
        .collect();
    let book = Workbook::from_rows("a.xlsx", "表", &rows);
    match Tables::understand(&[book], &CancelToken::new()) {
        Ok(tables) => assert!(tables.to_bytes().is_ok_and(|bytes| !bytes.is_empty())),
        Err(Error::NoTable(_)) => {}
        Err(other) => panic!("{other}"),
    }
});
