//! Any SQL over a workbook's tables: rows or a refusal, and nothing is changed.
#![no_main]

use std::sync::OnceLock;

use deskmate_core::CancelToken;
use deskmate_sheets::{QueryResult, Tables, Workbook};
use libfuzzer_sys::fuzz_target;

struct Shop {
    tables: Tables,
    sum: String,
    before: QueryResult,
}

fn shop() -> &'static std::sync::Mutex<Shop> {
    static SHOP: OnceLock<std::sync::Mutex<Shop>> = OnceLock::new();
    SHOP.get_or_init(|| {
        let rows: Vec<Vec<String>> = [
            ["区域", "金额"],
            ["华东", "100"],
            ["华北", "200"],
            ["华南", "300"],
        ]
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
        let book = Workbook::from_rows("a.xlsx", "表", &rows);
        let tables = Tables::understand(&[book], &CancelToken::new()).expect("a plain table");
        let sum = format!(
            "SELECT sum(\"金额\") FROM \"{}\"",
            tables.understanding().tables[0].name
        );
        let before = tables
            .query(&sum, &CancelToken::new())
            .expect("a plain sum");
        std::sync::Mutex::new(Shop {
            tables,
            sum,
            before,
        })
    })
}

fuzz_target!(|sql: &str| {
    let shop = shop().lock().expect("one thread");
    let name = &shop.tables.understanding().tables[0].name;
    let _ = shop.tables.query(
        &sql.replace("t1", &format!("\"{name}\"")),
        &CancelToken::new(),
    );
    assert_eq!(
        shop.tables
            .query(&shop.sum, &CancelToken::new())
            .ok()
            .as_ref(),
        Some(&shop.before)
    );
});
