//! From a source's table to a chart: which columns are numbers, and how they are best drawn. No model has a say.

use deskmate_core::{BlockContent, Chart, ChartKind, ChartSeries, SlideTable};

/// More categories than this are a table, not a picture.
const MAX_CATEGORIES: usize = 14;
const MAX_SERIES: usize = 3;
/// More rows than this stay in the file: a slide shows the first ones and says so.
const MAX_ROWS: usize = 24;

/// A table of a source, ready for slides.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SourceTable {
    pub(super) caption: Option<String>,
    pub(super) table: SlideTable,
    /// Rows that are left out.
    pub(super) omitted: usize,
    pub(super) chart: Option<Chart>,
}

/// A block's table, when it has at least two rows and two columns with text.
pub(super) fn table_of(block: &BlockContent) -> Option<SourceTable> {
    let BlockContent::Table {
        caption,
        header_rows,
        rows,
    } = block
    else {
        return None;
    };
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| cell.trim().to_string())
                .collect::<Vec<_>>()
        })
        .filter(|row: &Vec<String>| row.iter().any(|cell| !cell.is_empty()))
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if rows.len() < 2 || columns < 2 {
        return None;
    }
    // A first row of words over numbers is a header, said or not.
    let looks_like_header = rows[0].iter().all(|cell| number(cell).is_none())
        && rows[1].iter().any(|cell| number(cell).is_some());
    let header_rows = match *header_rows {
        0 if looks_like_header => 1,
        given => given.min(rows.len() - 1),
    };
    let chart = (header_rows == 1).then(|| chart_of(&rows)).flatten();
    let shown = rows.len().min(MAX_ROWS + header_rows);
    Some(SourceTable {
        caption: caption
            .as_ref()
            .map(|text| text.trim().to_string())
            .filter(|text| !text.is_empty()),
        omitted: rows.len() - shown,
        table: SlideTable {
            header_rows,
            rows: rows.into_iter().take(shown).collect(),
        },
        chart,
    })
}

/// The value of a cell that is a number and nothing else, a percent sign and a currency sign aside.
pub(super) fn number(cell: &str) -> Option<f64> {
    let text: String = cell
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '\u{a0}' | '¥' | '￥' | '$'))
        .map(|c| {
            if matches!(c, '−' | '–' | '－') {
                '-'
            } else {
                c
            }
        })
        .collect();
    let text = text.trim_end_matches(['%', '％']);
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    if text.is_empty() || !is_plain {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// True for a name of a total, which would dwarf its parts in a chart.
fn is_total(name: &str) -> bool {
    let name = name.to_lowercase();
    ["合计", "总计", "小计", "共计", "total", "sum"]
        .iter()
        .any(|word| name.contains(word))
}

fn chart_of(rows: &[Vec<String>]) -> Option<Chart> {
    let (header, body) = rows.split_first()?;
    let body: Vec<&Vec<String>> = body
        .iter()
        .filter(|row| !row.first().is_some_and(|name| is_total(name)))
        .collect();
    if !(2..=MAX_CATEGORIES).contains(&body.len()) {
        return None;
    }
    let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
    let categories: Vec<String> = body.iter().map(|row| cell(row, 0)).collect();
    let mut distinct = categories.clone();
    distinct.sort();
    distinct.dedup();
    if distinct.len() != categories.len() || categories.iter().any(String::is_empty) {
        return None;
    }
    let numeric: Vec<usize> = (1..header.len())
        .filter(|column| {
            let found = body
                .iter()
                .filter(|row| number(&cell(row, *column)).is_some())
                .count();
            // A gap or two is a gap; more is no series.
            found >= 2 && found * 4 >= body.len() * 3
        })
        .filter(|column| !is_number_of_row(&header[*column]))
        .collect();
    let last = *numeric.last()?;
    // Only quantities of one unit stand on one axis. The last column is what a table comes down to.
    let (_, unit) = name_and_unit(&header[last]);
    let is_percent = |column: usize| {
        body.iter()
            .any(|row| cell(row, column).ends_with(['%', '％']))
    };
    let mut chosen: Vec<usize> = numeric
        .iter()
        .copied()
        .filter(|column| {
            name_and_unit(&header[*column]).1 == unit
                && is_percent(*column) == is_percent(last)
                && !is_total(&header[*column])
        })
        .collect();
    if chosen.is_empty() {
        chosen.push(last);
    }
    chosen.truncate(MAX_SERIES);
    let series: Vec<ChartSeries> = chosen
        .iter()
        .map(|column| ChartSeries {
            name: name_and_unit(&header[*column]).0,
            values: body.iter().map(|row| number(&cell(row, *column))).collect(),
        })
        .collect();
    let unit = match (unit.is_empty(), is_percent(last)) {
        (true, true) => "%".to_string(),
        _ => unit,
    };
    let unit = if unit.is_empty() && series.len() == 1 {
        series[0].name.clone()
    } else {
        unit
    };
    let kind = kind_of(&categories, &header[0], &series, is_percent(last));
    Some(Chart {
        kind,
        categories,
        series,
        unit,
    })
}

fn is_number_of_row(name: &str) -> bool {
    matches!(
        name.trim().to_lowercase().as_str(),
        "序号" | "编号" | "no." | "no" | "#" | "id" | "年份" | "year"
    )
}

/// `拉力 F/N` is a name and its unit; `销售额（万元）` likewise.
fn name_and_unit(header: &str) -> (String, String) {
    let header = header.trim();
    for (open, close) in [('（', '）'), ('(', ')')] {
        if let Some((name, rest)) = header.split_once(open)
            && let Some(unit) = rest.strip_suffix(close)
            && !name.trim().is_empty()
            && unit.chars().count() <= 12
        {
            return (
                name.trim_end_matches(['/', ' ']).to_string(),
                unit.to_string(),
            );
        }
    }
    match header.rsplit_once('/') {
        Some((name, unit))
            if !name.trim().is_empty() && (1..=8).contains(&unit.chars().count()) =>
        {
            (name.trim().to_string(), unit.trim().to_string())
        }
        Some(_) | None => (header.to_string(), String::new()),
    }
}

fn kind_of(
    categories: &[String],
    axis: &str,
    series: &[ChartSeries],
    is_percent: bool,
) -> ChartKind {
    let sum: f64 = series[0].values.iter().flatten().sum();
    let is_share = series.len() == 1
        && categories.len() <= 7
        && series[0].values.iter().flatten().all(|value| *value >= 0.0)
        && ((is_percent && (sum - 100.0).abs() < 1.5) || axis.contains("占比"));
    if is_share {
        return ChartKind::Pie;
    }
    let is_time = |name: &String| {
        let name = name.to_lowercase();
        let digits = name.chars().filter(char::is_ascii_digit).count();
        let year = digits == 4 && (name.starts_with("19") || name.starts_with("20"));
        year || name.contains("季度")
            || (digits > 0 && name.chars().count() <= 8 && name.contains(['年', '月', '日', '周']))
            || (name.len() <= 7 && name.starts_with('q') && digits > 0)
            || [
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ]
            .iter()
            .any(|month| name.starts_with(month) && name.len() <= 9)
    };
    if categories.len() >= 3 && categories.iter().all(is_time) {
        ChartKind::Line
    } else {
        ChartKind::Bar
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> SourceTable {
        let rows = rows
            .iter()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect();
        table_of(&BlockContent::Table {
            caption: None,
            header_rows: 0,
            rows,
        })
        .unwrap()
    }

    #[test]
    fn columns_of_one_unit_are_drawn_together_and_others_left_out() {
        let found = table(&[
            &["材料", "最大静摩擦因数", "动摩擦因数"],
            &["木—木", "0.40", "0.30"],
            &["钢—冰", "0.03", "0.02"],
        ]);
        let chart = found.chart.unwrap();
        assert_eq!(chart.kind, ChartKind::Bar);
        assert_eq!(chart.series.len(), 2);
        assert_eq!(chart.series[1].values, [Some(0.3), Some(0.02)]);
        let found = table(&[
            &["实验次数", "质量 M/kg", "加速度 a/(m·s⁻²)"],
            &["1", "0.50", "0.20"],
            &["2", "0.50", "0.41"],
        ]);
        assert_eq!(found.chart.unwrap().series.len(), 1);
    }

    #[test]
    fn time_is_a_line_shares_are_a_pie_and_totals_are_not_drawn() {
        let line = table(&[
            &["季度", "收入（万元）"],
            &["一季度", "10"],
            &["二季度", "12"],
            &["三季度", "15"],
            &["合计", "37"],
        ]);
        let chart = line.chart.unwrap();
        assert_eq!(
            (chart.kind, chart.categories.len(), chart.unit.as_str()),
            (ChartKind::Line, 3, "万元")
        );
        let pie = table(&[&["渠道", "占比"], &["线上", "62%"], &["线下", "38%"]]);
        assert_eq!(pie.chart.unwrap().kind, ChartKind::Pie);
    }

    #[test]
    fn words_are_no_chart() {
        assert_eq!(
            table(&[&["姓名", "部门"], &["张三", "财务部"], &["李四", "人事部"]]).chart,
            None
        );
    }

    #[test]
    fn a_long_table_shows_its_first_rows_and_counts_the_rest() {
        let rows: Vec<Vec<String>> = (0..100)
            .map(|n| vec![format!("行{n}"), "文字".to_string()])
            .collect();
        let content = BlockContent::Table {
            caption: None,
            header_rows: 0,
            rows,
        };
        let found = table_of(&content).unwrap();
        assert_eq!((found.table.rows.len(), found.omitted), (24, 76));
    }
}
