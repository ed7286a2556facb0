//! Writes into real workbooks and checks that all else stays and that other programs open the result:
//! `cargo run -p deskmate-sheets --example write_back_real -- OUT_FOLDER FOLDER_OR_FILE…`
//!
//! Every workbook with a pivot table, chart, macro, comment, native table or order of calculation gets a column of
//! formulas, a filled cell and a result sheet with a chart, in a copy: the sums by group of its first table that has
//! both, as `sheet result` writes them, or a fixed table where there is none. Then every part of the package that is not named
//! as changed is compared byte for byte, `soffice` converts the copy, and `python3` with openpyxl loads it; both are
//! left out when they are not installed.

#![expect(clippy::print_stdout, reason = "an example prints its figures")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use deskmate_core::CancelToken;
use deskmate_sheets::{
    CellAddress, CellEdits, ChartKind, ChartSpec, ColumnFormat, ColumnKind, Edit, FormulaColumn,
    OutputColumn, OutputTable, OutputValue, ResultOptions, ResultSheet, Tables, Target, Workbook,
    answer_query, apply, plan, result_sheet, undo,
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(out) = arguments.next().map(PathBuf::from) else {
        println!("usage: write_back_real OUT_FOLDER FOLDER_OR_FILE…");
        return;
    };
    let mut files = Vec::new();
    for folder in arguments {
        collect(Path::new(&folder), &mut files);
    }
    files.sort();
    let _ = std::fs::create_dir_all(&out);
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let mut features: BTreeMap<&str, usize> = BTreeMap::new();
    let mut written: Vec<Written> = Vec::new();
    for file in &files {
        let Some(found) = features_of(file) else {
            continue;
        };
        if found.is_empty() {
            continue;
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let copy = out.join(format!("{:03}-{name}", written.len()));
        let _ = std::fs::remove_file(&copy);
        match write_into(file, &copy) {
            Ok(sheet) => {
                for feature in found {
                    *features.entry(feature).or_default() += 1;
                }
                let of = if sheet.name == FIXED {
                    "fixed result"
                } else {
                    "own result"
                };
                *tally.entry(of).or_default() += 1;
                written.push(Written {
                    file: file.clone(),
                    copy,
                    rows: sheet.table.rows.len(),
                    charts: usize::from(sheet.chart.is_some()),
                });
            }
            Err(error) => {
                *tally.entry("refused").or_default() += 1;
                println!("refused {name}: {error}");
            }
        }
    }
    let opened = convert(&out, &written);
    let loaded = load(&written);
    for Written { file, copy, .. } in &written {
        let was_readable = |program: &str| match program {
            "soffice" => opened.as_ref().is_none_or(|opened| opened.contains(copy)),
            _ => loaded.as_ref().is_none_or(|loaded| loaded.contains(copy)),
        };
        for program in ["soffice", "openpyxl"] {
            if was_readable(program) {
                *tally.entry(program).or_default() += 1;
            } else {
                println!("{program} does not open {}", file.display());
            }
        }
    }
    println!("features: {features:?}");
    println!(
        "{} real workbooks written, untouched parts identical in all of them; {tally:?}",
        written.len()
    );
}

/// A copy with the result sheet that was put into it.
struct Written {
    file: PathBuf,
    copy: PathBuf,
    rows: usize,
    charts: usize,
}

/// Name of the result sheet where the workbook has no table to ask.
const FIXED: &str = "固定";

fn write_into(file: &Path, copy: &Path) -> Result<ResultSheet, String> {
    let cancel = CancelToken::new();
    let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
    let workbook = Workbook::read("w.xlsx", &bytes).map_err(|e| e.to_string())?;
    let sheet = own_result(&workbook, &cancel).unwrap_or_else(fixed_result);
    let mut edits = vec![Edit::ResultSheet(sheet.clone())];
    // A sheet of charts has no cells; the first sheet with some gets the column.
    if let Some((sheet, mut used)) = workbook
        .sheets
        .iter()
        .find_map(|sheet| Some((sheet, sheet.used_range()?)))
    {
        used.bottom = used.bottom.max(used.top + 1).min(used.top + 2000);
        let first = CellAddress::new(used.top + 1, used.left);
        edits.push(Edit::FormulaColumn(FormulaColumn {
            sheet: sheet.name.clone(),
            table: used,
            header: "新列 <&>".to_string(),
            formula: format!("=IF(ISNUMBER({first}),{first}*2,LEN({first}))"),
            number_format: Some("#,##0.000".to_string()),
            column: None,
            skip_rows: Vec::new(),
        }));
        edits.push(Edit::Cells(CellEdits {
            sheet: sheet.name.clone(),
            cells: vec![
                (
                    CellAddress::new(used.bottom + 3, used.right + 4),
                    OutputValue::Text("备注".to_string()),
                ),
                (
                    CellAddress::new(used.bottom + 4, used.right + 4),
                    OutputValue::Date(45_352.0),
                ),
            ],
            may_replace: false,
        }));
    }
    let plan = match plan(file, &edits, &cancel) {
        // A table at the edge or a merged corner leaves no room: the result sheet alone is written then.
        Err(error) if error.code == deskmate_core::ErrorCode::InvalidInput => {
            plan_alone(file, &mut edits, &error.message)?
        }
        planned => planned.map_err(|e| e.message)?,
    };
    let applied =
        apply(&plan, &Target::Copy(copy.to_path_buf()), &cancel).map_err(|e| e.message)?;
    let (before, after) = (parts(file)?, parts(copy)?);
    for (name, content) in &before {
        let may_change = applied
            .parts
            .iter()
            .any(|p| p.part.eq_ignore_ascii_case(name));
        if !may_change && after.get(name) != Some(content) {
            return Err(format!("part {name} is not what it was"));
        }
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        if !applied
            .parts
            .iter()
            .any(|p| p.part.eq_ignore_ascii_case(name))
        {
            return Err(format!("part {name} came from nowhere"));
        }
    }
    undo_in_place(file, &edits).map(|()| sheet)
}

/// The sums by group of the first table that has groups and numbers.
fn own_result(workbook: &Workbook, cancel: &CancelToken) -> Option<ResultSheet> {
    let tables = Tables::understand(std::slice::from_ref(workbook), cancel).ok()?;
    let all = &tables.understanding().tables;
    all.iter()
        .filter(|table| table.is_asked(all))
        .find_map(|table| {
            let group = table
                .columns
                .iter()
                .find(|c| c.kind == ColumnKind::Text && (2..=60).contains(&c.distinct))?;
            let number = table.columns.iter().find(|c| c.is_numeric())?;
            let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
            let sql = format!(
                "SELECT {0}, SUM({1}) FROM {2} WHERE {0} IS NOT NULL GROUP BY {0} ORDER BY 2 DESC",
                quoted(&group.name),
                quoted(&number.name),
                quoted(&table.name)
            );
            let question = format!("{} by {}", number.header, group.header);
            let answer = answer_query(&question, &sql, &tables, cancel).ok()?;
            result_sheet(
                &question,
                &answer,
                &tables,
                &ResultOptions::default(),
                cancel,
            )
            .ok()
        })
}

fn plan_alone(
    file: &Path,
    edits: &mut Vec<Edit>,
    why: &str,
) -> Result<deskmate_sheets::Plan, String> {
    println!("only a result sheet for {}: {why}", file.display());
    edits.truncate(1);
    plan(file, edits, &CancelToken::new()).map_err(|e| e.message)
}

/// Writes into a copy of the file itself and goes back: the bytes must be the same.
fn undo_in_place(file: &Path, edits: &[Edit]) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("deskmate-write-back-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let place = folder.join(file.file_name().unwrap_or_default());
    std::fs::copy(file, &place).map_err(|e| e.to_string())?;
    let cancel = CancelToken::new();
    let plan = plan(&place, edits, &cancel).map_err(|e| e.message)?;
    let target = Target::SameFile {
        backups: folder.join("backups"),
    };
    let result = apply(&plan, &target, &cancel).and_then(|applied| undo(&applied));
    let same = std::fs::read(&place).ok() == std::fs::read(file).ok();
    let _ = std::fs::remove_dir_all(&folder);
    match result {
        Ok(()) if same => Ok(()),
        Ok(()) => Err("undo did not restore the file".to_string()),
        // A write reservation refuses the file itself and allows the copy.
        Err(error) if error.code == deskmate_core::ErrorCode::PermissionDenied => Ok(()),
        Err(error) => Err(error.message),
    }
}

fn fixed_result() -> ResultSheet {
    let column = |name: &str, format: ColumnFormat| OutputColumn {
        name: name.to_string(),
        format,
    };
    ResultSheet {
        name: FIXED.to_string(),
        heading: vec!["各地区销售额".to_string()],
        table: OutputTable {
            columns: vec![
                column("地区", ColumnFormat::Text),
                column("销售额", ColumnFormat::Decimal(2)),
                column("日期", ColumnFormat::Date),
            ],
            rows: ["华东", "华南", "华北"]
                .iter()
                .zip([1234.5, 980.0, 455.25])
                .map(|(name, amount)| {
                    vec![
                        OutputValue::Text((*name).to_string()),
                        OutputValue::Number(amount),
                        OutputValue::Date(45_352.0),
                    ]
                })
                .collect(),
        },
        notes: vec!["SELECT 地区, SUM(销售额)".to_string()],
        chart: Some(ChartSpec {
            kind: ChartKind::Column,
            title: "各地区销售额".to_string(),
            labels: 0,
            values: vec![1],
        }),
    }
}

fn features_of(file: &Path) -> Option<Vec<&'static str>> {
    let names: Vec<String> = parts(file).ok()?.into_keys().collect();
    let known = [
        ("pivot", "pivotTables/"),
        ("chart", "charts/"),
        ("macro", "vbaProject.bin"),
        ("comment", "comments"),
        ("table", "tables/table"),
        ("calcChain", "calcChain"),
        ("external link", "externalLinks/"),
    ];
    Some(
        known
            .iter()
            .filter(|(_, piece)| names.iter().any(|name| name.contains(piece)))
            .map(|(feature, _)| *feature)
            .collect(),
    )
}

fn parts(file: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|e| e.to_string())?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|e| e.to_string())?;
        parts.insert(name, content);
    }
    Ok(parts)
}

/// Copies that LibreOffice converts; `None` without LibreOffice.
fn convert(out: &Path, written: &[Written]) -> Option<Vec<PathBuf>> {
    let converted = out.join("converted");
    let _ = std::fs::remove_dir_all(&converted);
    let profile = out.join("profile");
    Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(&converted)
        .args(written.iter().map(|one| &one.copy))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    Some(
        written
            .iter()
            .map(|one| one.copy.clone())
            .filter(|copy| {
                let pdf = converted
                    .join(copy.file_stem().unwrap_or_default())
                    .display()
                    .to_string();
                std::fs::metadata(format!("{pdf}.pdf")).is_ok_and(|meta| meta.len() > 500)
            })
            .collect(),
    )
}

/// Copies that openpyxl loads with the result sheet in them, its table and chart over the same cells; `None` without
/// python and openpyxl.
fn load(written: &[Written]) -> Option<Vec<PathBuf>> {
    let output = Command::new("python3")
        .args(["-c", LOAD])
        .args(written.iter().flat_map(|one| {
            let numbers = [one.rows, one.charts].map(|n| n.to_string().into());
            std::iter::once(one.copy.clone().into_os_string()).chain(numbers)
        }))
        .output()
        .ok()?;
    println!("{}", String::from_utf8_lossy(&output.stderr));
    Some(
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(PathBuf::from)
            .collect(),
    )
}

/// Takes `path rows charts` again and again, prints each path that is as it should be.
const LOAD: &str = r#"
import sys, openpyxl
for path, rows, charts in zip(*[iter(sys.argv[1:])] * 3):
    try:
        book = openpyxl.load_workbook(path, keep_vba=True)
        sheet = book[book.sheetnames[-1]]
        (table,) = sheet.tables.values()
        first, last = table.ref.split(':')
        height = sheet[last].row - sheet[first].row
        assert first == 'A3' and height == int(rows), (table.ref, rows)
        assert len(sheet._charts) == int(charts), len(sheet._charts)
        for chart in sheet._charts:
            for series in chart.series:
                end = series.val.numRef.f.rsplit('$', 1)[1]
                assert series.val.numRef.f.startswith("'") and int(end) == 3 + int(rows), series.val.numRef.f
        print(path)
    except Exception as error:
        print('fault', path, repr(error)[:200], file=sys.stderr)
"#;

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            collect(&entry.path(), files);
        }
    } else if path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("xlsx") || e.eq_ignore_ascii_case("xlsm"))
    {
        files.push(path.to_path_buf());
    }
}
