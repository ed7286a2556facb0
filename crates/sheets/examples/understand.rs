//! Prints what is understood of workbooks as JSON: `understand FILE…`, and runs a query with `--sql SQL`.

use deskmate_core::CancelToken;
use deskmate_sheets::{Tables, Workbook};

#[expect(clippy::print_stdout, reason = "an example prints")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut books = Vec::new();
    let mut queries = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--sql" {
            queries.extend(arguments.next());
        } else if argument.ends_with(".csv") {
            let text = std::fs::read_to_string(&argument)?;
            let rows: Vec<Vec<String>> = serde_json::from_str(&text)?;
            books.push(Workbook::from_rows(&argument, "csv", &rows));
        } else {
            books.push(Workbook::read(&argument, &std::fs::read(&argument)?)?);
        }
    }
    let cancel = CancelToken::new();
    let tables = Tables::understand(&books, &cancel)?;
    if queries.is_empty() {
        println!("{}", serde_json::to_string_pretty(tables.understanding())?);
    }
    for sql in queries {
        match tables.query(&sql, &cancel) {
            Ok(result) => println!("{}", serde_json::to_string(&result)?),
            Err(error) => println!(
                "{{\"error\":{}}}",
                serde_json::to_string(&error.to_string())?
            ),
        }
    }
    Ok(())
}
