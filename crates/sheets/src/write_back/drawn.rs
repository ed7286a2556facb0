//! What a planned chart will draw, so that it can be shown before it is written.

use deskmate_core::number_text;
use serde::{Deserialize, Serialize};

use crate::chart::{CachedPoint, CachedRange, PlottedSeries};
use crate::workbook::date_text;

/// Points of a series that a plan carries; a preview tells no more of them apart.
const POINTS_KEPT: usize = 500;
/// Days between the date systems that begin with 1900 and with 1904.
const DAYS_TO_1904: f64 = 1462.0;

/// A series as it will be drawn, of what its cells hold now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnSeries {
    /// Its first 500 points.
    pub points: Vec<DrawnPoint>,
    /// Its points in all.
    pub count: usize,
}

/// A point of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnPoint {
    /// What stands below it; its number, from 1, in a series without labels.
    pub label: String,
    /// Its x value: that of its cell, or its number where a cell holds no number, as spreadsheet programs count.
    pub x: Option<f64>,
    /// Its value; none where the cell holds no number.
    pub y: Option<f64>,
}

impl DrawnSeries {
    pub(super) fn of(series: &PlottedSeries, is_1904: bool) -> Self {
        let points = series.y.points.iter().enumerate().take(POINTS_KEPT);
        let points = points
            .map(|(index, y)| {
                let (label, x) = along(series.x.as_ref(), index, is_1904);
                let y = match y {
                    CachedPoint::Number(number) => Some(*number),
                    CachedPoint::Text(_) | CachedPoint::Blank => None,
                };
                DrawnPoint { label, x, y }
            })
            .collect();
        Self {
            points,
            count: series.y.points.len(),
        }
    }
}

/// The label and the x value of a point.
fn along(range: Option<&CachedRange>, index: usize, is_1904: bool) -> (String, Option<f64>) {
    let number = (index + 1) as f64;
    let Some(range) = range else {
        return (number_text(number), Some(number));
    };
    let (label, x) = match range.points.get(index) {
        Some(CachedPoint::Number(value)) if is_date_code(&range.format) => {
            let days = if is_1904 { DAYS_TO_1904 } else { 0.0 };
            (date_text(value + days), Some(*value))
        }
        Some(CachedPoint::Number(value)) => (number_text(*value), Some(*value)),
        Some(CachedPoint::Text(text)) => (text.clone(), None),
        Some(CachedPoint::Blank) | None => (String::new(), None),
    };
    let x = if range.has_text() { Some(number) } else { x };
    (label, x)
}

/// Whether numbers of this format are shown as dates or times.
fn is_date_code(code: &str) -> bool {
    let mut is_quoted = false;
    let mut is_bracketed = false;
    let mut is_escaped = false;
    !code.eq_ignore_ascii_case("general")
        && code.chars().any(|c| {
            if std::mem::take(&mut is_escaped) {
                return false;
            }
            match c {
                '"' => is_quoted = !is_quoted,
                _ if is_quoted => {}
                '\\' | '_' | '*' => is_escaped = true,
                '[' => is_bracketed = true,
                ']' => is_bracketed = false,
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' if !is_bracketed => {
                    return true;
                }
                _ => {}
            }
            false
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(format: &str, points: Vec<CachedPoint>) -> CachedRange {
        CachedRange {
            reference: String::new(),
            format: format.to_string(),
            points,
        }
    }

    fn drawn(x: Option<CachedRange>, is_1904: bool) -> Vec<(String, Option<f64>)> {
        let y = range("General", vec![CachedPoint::Number(5.0); 2]);
        let series = PlottedSeries {
            name: None,
            x,
            y,
            marker: None,
            trend: None,
        };
        let points = DrawnSeries::of(&series, is_1904).points.into_iter();
        points.map(|point| (point.label, point.x)).collect()
    }

    #[test]
    fn labels_are_what_the_cells_show() {
        let (first, second) = (CachedPoint::Number(45_356.0), CachedPoint::Blank);
        let dates = range("yyyy/m/d", vec![first, second]);
        assert_eq!(
            drawn(Some(dates.clone()), false),
            [
                ("2024-03-05".to_string(), Some(45_356.0)),
                (String::new(), None)
            ]
        );
        assert_eq!(drawn(Some(dates), true)[0].0, "2028-03-06");
        let numbers = vec![CachedPoint::Number(2023.0), CachedPoint::Number(0.5)];
        assert_eq!(
            drawn(Some(range("General", numbers)), false),
            [
                ("2023".to_string(), Some(2023.0)),
                ("0.5".to_string(), Some(0.5))
            ]
        );
    }

    #[test]
    fn points_are_numbered_where_x_is_no_number() {
        let texts = vec![CachedPoint::Text("甲".into()), CachedPoint::Number(9.0)];
        assert_eq!(
            drawn(Some(range("General", texts)), false),
            [("甲".to_string(), Some(1.0)), ("9".to_string(), Some(2.0))]
        );
        assert_eq!(
            drawn(None, false),
            [("1".to_string(), Some(1.0)), ("2".to_string(), Some(2.0))]
        );
    }

    #[test]
    fn formats_of_dates_are_known_by_their_letters() {
        for code in ["yyyy-mm-dd", "m\"月\"d\"日\"", "[$-804]h:mm", "d-mmm"] {
            assert!(is_date_code(code), "{code}");
        }
        for code in ["General", "#,##0.00", "0\" days\"", "[Red]0", "0.0%", "0_d"] {
            assert!(!is_date_code(code), "{code}");
        }
    }
}
