//! Writes one drawing of each kind, to look at: `cargo run -p deskmate-sheets --example charts -- OUT_FOLDER`

#![expect(clippy::print_stdout, reason = "an example says what it wrote")]

use std::path::PathBuf;

use deskmate_sheets::{
    ColumnFormat, OutputColumn, OutputTable, OutputValue, SvgOptions, choose_chart, render_svg,
};

fn main() -> std::io::Result<()> {
    let out = std::env::args()
        .nth(1)
        .map_or_else(PathBuf::new, PathBuf::from);
    let money = ColumnFormat::Decimal(1);
    let drawings = [
        (
            "column",
            table(
                &[
                    ("地区", ColumnFormat::Text),
                    ("去年销售额（万元）", money.clone()),
                    ("今年销售额（万元）", money.clone()),
                ],
                &[
                    ("华东", &[1034.5, 1210.0]),
                    ("华南", &[980.0, 899.5]),
                    ("华北", &[-120.0, 310.2]),
                    ("西南", &[455.0, 600.0]),
                ],
            ),
        ),
        (
            "bar",
            table(
                &[
                    ("部门", ColumnFormat::Text),
                    ("人数", ColumnFormat::Integer),
                ],
                &[
                    ("信息技术与数据管理中心", &[132.0]),
                    ("人力资源部", &[18.0]),
                    ("Research and development", &[260.0]),
                    ("后勤保障与安全生产管理办公室", &[45.0]),
                ],
            ),
        ),
        (
            "line",
            table(
                &[
                    ("月份", ColumnFormat::Text),
                    ("收入", ColumnFormat::Integer),
                    ("成本", ColumnFormat::Integer),
                ],
                &[
                    ("2024年1月", &[120_000.0, 90_000.0]),
                    ("2024年2月", &[98_000.0, 91_000.0]),
                    ("2024年3月", &[143_000.0, 102_000.0]),
                    ("2024年4月", &[150_500.0, 99_000.0]),
                    ("2024年5月", &[171_000.0, 120_000.0]),
                ],
            ),
        ),
        (
            "pie",
            table(
                &[
                    ("产品", ColumnFormat::Text),
                    ("占比", ColumnFormat::Percent(1)),
                ],
                &[
                    ("云服务", &[0.42]),
                    ("硬件", &[0.31]),
                    ("咨询与培训", &[0.2]),
                    ("其他", &[0.07]),
                ],
            ),
        ),
    ];
    for (name, table) in drawings {
        if let Some(chart) = choose_chart(&table, "各项目情况（单位：万元）") {
            let path = out.join(format!("{name}.svg"));
            std::fs::write(&path, render_svg(&chart, &table, SvgOptions::default()))?;
            println!("{} {:?}", path.display(), chart.kind);
        }
    }
    Ok(())
}

fn table(columns: &[(&str, ColumnFormat)], rows: &[(&str, &[f64])]) -> OutputTable {
    OutputTable {
        columns: columns
            .iter()
            .map(|(name, format)| OutputColumn {
                name: (*name).to_string(),
                format: format.clone(),
            })
            .collect(),
        rows: rows
            .iter()
            .map(|(label, numbers)| {
                std::iter::once(OutputValue::Text((*label).to_string()))
                    .chain(numbers.iter().map(|number| OutputValue::Number(*number)))
                    .collect()
            })
            .collect(),
    }
}
