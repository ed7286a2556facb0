//! Tables and queries of any kind: no sheet and no SQL ends the program, and no SQL changes anything.
#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::CancelToken;
use deskmate_core::testing::Dice;
use deskmate_sheets::{Error, Tables, Workbook};

const CELLS: [&str; 22] = [
    "",
    "",
    "",
    "区域",
    "华东",
    "合计",
    "小计",
    "1,200.5",
    "（200）",
    "３００",
    "12%",
    "2024年3月",
    "2024/5/6",
    "#REF!",
    "单位：万元",
    "注：",
    "-",
    "𠀀",
    "a\nb",
    "'; DROP TABLE t; --",
    "1e400",
    "\"x\"",
];

const WORDS: [&str; 38] = [
    "SELECT ",
    "* ",
    "FROM ",
    "t1 ",
    "\"金额\" ",
    "WHERE ",
    "1 ",
    "= ",
    "'x' ",
    "(",
    ")",
    ", ",
    "; ",
    "sum(",
    "count(*) ",
    "GROUP BY ",
    "UNION ALL ",
    "WITH r AS (",
    "INSERT INTO ",
    "DELETE FROM ",
    "DROP TABLE ",
    "ATTACH 'x' AS y ",
    "PRAGMA writable_schema=1 ",
    "load_extension('x') ",
    "randomblob(99999999) ",
    "-- ",
    "/* ",
    "*/ ",
    "LIMIT 9 ",
    "CREATE TABLE z(a) ",
    "UPDATE t1 SET ",
    "VACUUM ",
    "\u{0}",
    "『",
    "CAST(",
    "LIKE ",
    "GLOB ",
    "NULL ",
];

fn any_rows(dice: &mut Dice) -> Vec<Vec<String>> {
    let width = 1 + dice.below(7);
    (0..dice.below(14))
        .map(|_| {
            let cells = if dice.below(6) == 0 {
                dice.below(9)
            } else {
                width
            };
            (0..cells)
                .map(|_| (*dice.pick(&CELLS)).to_string())
                .collect()
        })
        .collect()
}

#[test]
fn any_sheet_is_understood_or_has_no_table() {
    let mut dice = Dice::new(29);
    let mut found = 0;
    for _ in 0..250 {
        let book = Workbook::from_rows("a.xlsx", "表", &any_rows(&mut dice));
        match Tables::understand(&[book], &CancelToken::new()) {
            Ok(tables) => {
                found += tables.understanding().tables.len();
                assert!(!tables.to_bytes().unwrap().is_empty());
            }
            Err(Error::NoTable(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert!(found > 50, "{found}");
}

#[test]
fn any_sql_answers_or_is_refused_and_changes_nothing() {
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
    let tables = Tables::understand(&[book], &CancelToken::new()).unwrap();
    let name = tables.understanding().tables[0].name.clone();
    let sum = format!("SELECT sum(\"金额\") FROM \"{name}\"");
    let before = tables.query(&sum, &CancelToken::new()).unwrap();
    let mut dice = Dice::new(31);
    let mut refused = 0;
    for _ in 0..3_000 {
        let sql = dice
            .text(&WORDS, 10)
            .replace("t1 ", &format!("\"{name}\" "));
        let sql = match dice.below(3) {
            0 => format!("{sum}; {sql}"),
            1 => format!("SELECT {sql}"),
            _ => sql,
        };
        refused += usize::from(tables.query(&sql, &CancelToken::new()).is_err());
    }
    assert!(refused > 1_000, "{refused}");
    assert_eq!(tables.query(&sum, &CancelToken::new()).unwrap(), before);
    assert!(!std::path::Path::new("x").exists());
}
