//! Tables on slides: column widths by content, the size at which all rows fit, or several slides.

use deskmate_core::SlideTable;

use super::base::{Area, EMU_PER_POINT};
use super::metrics::{line_count, line_height, shortened, text_width};
use super::parts::escape;

/// Sizes that are tried, in points; a table is denser than text.
const SIZES: [f32; 4] = [18.0, 16.0, 14.0, SMALLEST];
/// A table that is too high even at this size is divided.
const SMALLEST: f32 = 12.0;
/// Room inside a cell at left and right, and above and below, in points.
const PADDING: (f32, f32) = (8.0, 4.5);
/// No cell takes more lines than this; what is cut stands in the notes.
const MAX_LINES: usize = 6;
/// More columns than this cannot be read on a slide.
pub(super) const MAX_COLUMNS: usize = 10;

/// A table, or a part of one, with its measures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FittedTable {
    header_rows: usize,
    rows: Vec<Vec<String>>,
    size: f32,
    /// Column widths in points.
    widths: Vec<f32>,
    /// Row heights in points.
    heights: Vec<f32>,
}

/// Fits a table into an area on one slide, or on as many as it needs with the header on each.
///
/// The second value says whether cells were cut.
pub(super) fn fit(table: &SlideTable, area: Area) -> (Vec<FittedTable>, bool) {
    let width = area.width as f32 / EMU_PER_POINT;
    let height = area.height as f32 / EMU_PER_POINT;
    let columns = table
        .rows
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .min(MAX_COLUMNS);
    if columns == 0 {
        return (Vec::new(), false);
    }
    let mut was_cut = table.rows.iter().any(|row| row.len() > columns);
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            (0..columns)
                .map(|column| {
                    row.get(column)
                        .map(|cell| cell.trim().to_string())
                        .unwrap_or_default()
                })
                .collect()
        })
        .collect();
    let header_rows = table.header_rows.min(rows.len().saturating_sub(1));
    for size in SIZES {
        let fitted = measured(header_rows, rows.clone(), size, width);
        if fitted.heights.iter().sum::<f32>() <= height && !has_tall_cell(&fitted) {
            return (vec![fitted], was_cut);
        }
    }
    // Divided: at a readable size, with the header rows again on each slide.
    let size = SMALLEST;
    let shape = measured(header_rows, rows.clone(), size, width);
    let cut_rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .zip(&shape.widths)
                .map(|(cell, width)| {
                    let short = shortened(cell, size, false, width - 2.0 * PADDING.0, MAX_LINES);
                    was_cut |= short != *cell;
                    short
                })
                .collect()
        })
        .collect();
    let heights: Vec<f32> = cut_rows
        .iter()
        .enumerate()
        .map(|(index, row)| row_height(row, size, index < header_rows, &shape.widths))
        .collect();
    let head: f32 = heights[..header_rows].iter().sum();
    let body = &heights[header_rows..];
    let greedy = pack(body, height - head, body.len());
    // The same number of slides, but with about the same number of rows each.
    let even = pack(
        body,
        height - head,
        body.len().div_ceil(greedy.len().max(1)),
    );
    let pages = if even.len() <= greedy.len() {
        even
    } else {
        greedy
    };
    let fitted = pages
        .into_iter()
        .map(|page| {
            let body = page.start + header_rows..page.end + header_rows;
            let picked: Vec<usize> = (0..header_rows).chain(body).collect();
            FittedTable {
                header_rows,
                rows: picked
                    .iter()
                    .map(|index| cut_rows[*index].clone())
                    .collect(),
                size,
                widths: shape.widths.clone(),
                heights: picked.iter().map(|index| heights[*index]).collect(),
            }
        })
        .collect();
    (fitted, was_cut)
}

/// Divides rows into runs that are no higher than `room` and no longer than `most`; a row that alone is higher is alone.
fn pack(heights: &[f32], room: f32, most: usize) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    let mut used = 0.0;
    for (index, row) in heights.iter().enumerate() {
        match runs
            .last_mut()
            .filter(|run| run.len() < most && used + row <= room)
        {
            Some(run) => run.end = index + 1,
            None => {
                runs.push(index..index + 1);
                used = 0.0;
            }
        }
        used += row;
    }
    runs
}

fn has_tall_cell(table: &FittedTable) -> bool {
    table.rows.iter().any(|row| {
        row.iter().zip(&table.widths).any(|(cell, width)| {
            line_count(cell, table.size, false, width - 2.0 * PADDING.0) > MAX_LINES
        })
    })
}

fn measured(header_rows: usize, rows: Vec<Vec<String>>, size: f32, width: f32) -> FittedTable {
    let widths = column_widths(&rows, header_rows, size, width);
    let heights = rows
        .iter()
        .enumerate()
        .map(|(index, row)| row_height(row, size, index < header_rows, &widths))
        .collect();
    FittedTable {
        header_rows,
        rows,
        size,
        widths,
        heights,
    }
}

/// Widths by the widest cell of each column, long texts counted as a line of 14 em, then stretched to the whole.
fn column_widths(rows: &[Vec<String>], header_rows: usize, size: f32, width: f32) -> Vec<f32> {
    let columns = rows.first().map_or(0, Vec::len);
    let mut wanted: Vec<f32> = (0..columns)
        .map(|column| {
            rows.iter()
                .enumerate()
                .map(|(index, row)| text_width(&row[column], size, index < header_rows))
                .fold(size * 2.0, f32::max)
                .min(size * 14.0)
                + 2.0 * PADDING.0
        })
        .collect();
    let sum: f32 = wanted.iter().sum();
    for value in &mut wanted {
        *value *= width / sum;
    }
    wanted
}

fn row_height(row: &[String], size: f32, bold: bool, widths: &[f32]) -> f32 {
    row.iter()
        .zip(widths)
        .map(|(cell, width)| {
            let lines = line_count(cell, size, bold, (width - 2.0 * PADDING.0).max(size));
            lines as f32 * line_height(cell, size)
        })
        .fold(size * 1.25, f32::max)
        + 2.0 * PADDING.1
}

/// The theme's faces are written down: LibreOffice does not take them for a table whose style the file does not hold.
const FACES: &str = r#"<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>"#;

/// The table as a graphic frame's content, and the height that it takes in English Metric Units.
pub(super) fn table_xml(table: &FittedTable, language: &str) -> (String, i64) {
    let emu = |points: f32| (points * EMU_PER_POINT).round() as i64;
    let grid: String = table
        .widths
        .iter()
        .map(|width| format!(r#"<a:gridCol w="{}"/>"#, emu(*width)))
        .collect();
    let numeric: Vec<bool> = (0..table.widths.len())
        .map(|column| is_numeric(table, column))
        .collect();
    let mut rows = String::new();
    for (index, (row, height)) in table.rows.iter().zip(&table.heights).enumerate() {
        let bold = if index < table.header_rows {
            r#" b="1""#
        } else {
            ""
        };
        rows.push_str(&format!(r#"<a:tr h="{}">"#, emu(*height)));
        for (column, cell) in row.iter().enumerate() {
            let align = if numeric[column] { "r" } else { "l" };
            let properties = format!(
                r#"lang="{}" sz="{}"{bold}"#,
                escape(language),
                (table.size * 100.0) as u32
            );
            let paragraphs: String = cell
                .split('\n')
                .map(|line| {
                    let run = if line.is_empty() {
                        String::new()
                    } else {
                        format!(r#"<a:r><a:rPr {properties}>{FACES}</a:rPr><a:t>{}</a:t></a:r>"#, escape(line))
                    };
                    format!(r#"<a:p><a:pPr algn="{align}" hangingPunct="0"/>{run}<a:endParaRPr {properties}>{FACES}</a:endParaRPr></a:p>"#)
                })
                .collect();
            rows.push_str(&format!(
                r#"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</a:txBody><a:tcPr marL="{}" marR="{}" marT="{}" marB="{}" anchor="ctr"/></a:tc>"#,
                emu(PADDING.0),
                emu(PADDING.0),
                emu(PADDING.1),
                emu(PADDING.1),
            ));
        }
        rows.push_str("</a:tr>");
    }
    let first = if table.header_rows > 0 {
        r#" firstRow="1""#
    } else {
        ""
    };
    let xml = format!(
        r#"<a:tbl><a:tblPr{first} bandRow="1"><a:tableStyleId>{{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}}</a:tableStyleId></a:tblPr><a:tblGrid>{grid}</a:tblGrid>{rows}</a:tbl>"#
    );
    (xml, table.heights.iter().map(|height| emu(*height)).sum())
}

/// True when the cells below the header are numbers, so that they stand under each other at the right.
fn is_numeric(table: &FittedTable, column: usize) -> bool {
    let mut cells = table.rows[table.header_rows..]
        .iter()
        .map(|row| row[column].as_str())
        .filter(|cell| !cell.is_empty())
        .peekable();
    let is_number = |cell: &str| {
        let digits = cell.chars().filter(char::is_ascii_digit).count();
        digits > 0
            && cell.chars().all(|c| {
                c.is_ascii_digit()
                    || matches!(
                        c,
                        '.' | ',' | '-' | '+' | '%' | '−' | ' ' | '¥' | '$' | '％'
                    )
            })
    };
    cells.peek().is_some() && cells.all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area {
        x: 0,
        y: 0,
        width: 10_000_000,
        height: 4_000_000,
    };

    fn table(rows: usize, cell: &str) -> SlideTable {
        let mut all = vec![vec!["名称".to_string(), "数值".to_string()]];
        all.extend((0..rows).map(|_| vec![cell.to_string(), "12.5".to_string()]));
        SlideTable {
            header_rows: 1,
            rows: all,
        }
    }

    #[test]
    fn a_small_table_is_one_piece_at_full_size() {
        let (pages, was_cut) = fit(&table(4, "木—木"), AREA);
        assert_eq!((pages.len(), was_cut), (1, false));
        assert_eq!(pages[0].size, 18.0);
    }

    #[test]
    fn a_long_table_goes_on_under_its_header_and_loses_no_row() {
        let (pages, _) = fit(&table(60, "橡胶轮胎"), AREA);
        assert!(pages.len() > 1);
        let height = AREA.height as f32 / EMU_PER_POINT;
        let mut rows = 0;
        for page in &pages {
            assert_eq!(page.rows[0][0], "名称");
            assert!(page.heights.iter().sum::<f32>() <= height);
            rows += page.rows.len() - 1;
        }
        assert_eq!(rows, 60);
    }

    #[test]
    fn an_endless_cell_is_cut_and_said_to_be() {
        let (pages, was_cut) = fit(&table(1, &"长".repeat(5_000)), AREA);
        assert!(was_cut);
        assert_eq!(pages.len(), 1);
    }

    #[test]
    fn an_empty_table_gives_nothing() {
        assert_eq!(fit(&SlideTable::default(), AREA).0, []);
    }
}
