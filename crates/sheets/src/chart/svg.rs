//! Charts as SVG: one text, no scripts, no links, fonts of the system.

use std::f64::consts::TAU;
use std::fmt::Write;

use super::axis::{Axis, value_text};
use super::native::COLOURS;
use super::{ChartKind, ChartSpec, label};
use crate::output::{OutputTable, display_width};
use crate::package::xml::escape;

/// Size of a drawing in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SvgOptions {
    /// Width; at least 240.
    pub width: f64,
    /// Height; at least 160.
    pub height: f64,
}

impl Default for SvgOptions {
    fn default() -> Self {
        Self {
            width: 720.0,
            height: 420.0,
        }
    }
}

/// Fonts of the systems we run on that have Chinese; the last one is any font.
const FONTS: &str =
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','Segoe UI',sans-serif";
const INK: &str = "#333333";
const QUIET: &str = "#666666";
const GRID: &str = "#DDDDDD";
/// Half an em of 12 pixels, a little more so that labels never touch.
const CHARACTER: f64 = 6.6;

/// Draws a chart; columns or rows that the table does not have are left out.
pub fn render_svg(chart: &ChartSpec, table: &OutputTable, options: SvgOptions) -> String {
    let (width, height) = (options.width.max(240.0), options.height.max(160.0));
    let mut canvas = Canvas {
        out: String::new(),
        width,
        height,
    };
    let _ = write!(
        canvas.out,
        concat!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" ",
            "aria-label=\"{title}\" font-family=\"{fonts}\" font-size=\"12\" style=\"font-variant-numeric:tabular-nums\">",
            "<rect width=\"{w}\" height=\"{h}\" fill=\"#FFFFFF\"/>"
        ),
        w = number(width),
        h = number(height),
        title = escape(&chart.title),
        fonts = escape(FONTS)
    );
    let title = shortened(&chart.title, ((width - 24.0) / (CHARACTER * 1.25)) as usize);
    canvas.text(
        width / 2.0,
        26.0,
        &title,
        "middle",
        INK,
        " font-size=\"15\" font-weight=\"600\"",
    );
    let drawn = Drawn::of(chart, table);
    match chart.kind {
        ChartKind::Column => canvas.columns(&drawn),
        ChartKind::Bar => canvas.bars(&drawn),
        ChartKind::Line => canvas.line(&drawn),
        ChartKind::Pie => canvas.pie(&drawn),
    }
    canvas.out.push_str("</svg>\n");
    canvas.out
}

struct Drawn<'a> {
    labels: Vec<String>,
    series: Vec<Series<'a>>,
    axis: Axis,
}

struct Series<'a> {
    name: &'a str,
    format: &'a crate::output::ColumnFormat,
    values: Vec<Option<f64>>,
}

impl<'a> Drawn<'a> {
    fn of(chart: &ChartSpec, table: &'a OutputTable) -> Self {
        let series: Vec<Series<'a>> = chart
            .values
            .iter()
            .filter_map(|column| Some((*column, table.columns.get(*column)?)))
            .map(|(column, header)| Series {
                name: &header.name,
                format: &header.format,
                values: (0..table.rows.len())
                    .map(|row| table.value(row, column).number())
                    .collect(),
            })
            .collect();
        let axis = Axis::over(
            series
                .iter()
                .flat_map(|s| s.values.iter().flatten().copied()),
        );
        Self {
            labels: (0..table.rows.len())
                .map(|row| label(table, row, chart.labels))
                .collect(),
            series,
            axis,
        }
    }

    fn mark(&self, value: f64) -> String {
        match self.series.first() {
            Some(series) => self.axis.mark_text(value, series.format),
            None => String::new(),
        }
    }
}

struct Canvas {
    out: String,
    width: f64,
    height: f64,
}

struct Plot {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Canvas {
    fn text(&mut self, x: f64, y: f64, text: &str, anchor: &str, colour: &str, more: &str) {
        let _ = write!(
            self.out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{colour}\"{more}>{}</text>",
            number(x),
            number(y),
            escape(text)
        );
    }

    fn rule(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, colour: &str) {
        let _ = write!(
            self.out,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\"/>",
            number(x1),
            number(y1),
            number(x2),
            number(y2)
        );
    }

    fn rectangle(&mut self, plot: &Plot, colour: &str, title: &str) {
        let _ = write!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#{colour}\"><title>{}</title></rect>",
            number(plot.left),
            number(plot.top),
            number(plot.width.max(0.5)),
            number(plot.height.max(0.5)),
            escape(title)
        );
    }

    /// Names of the series under the title; returns where the drawing may begin.
    fn legend(&mut self, names: &[&str]) -> f64 {
        if names.len() < 2 {
            return 44.0;
        }
        let most = ((self.width - 40.0) / names.len() as f64 / CHARACTER) as usize;
        let names: Vec<String> = names
            .iter()
            .map(|name| shortened(name, most.saturating_sub(5).max(4)))
            .collect();
        let widths: Vec<f64> = names
            .iter()
            .map(|name| 30.0 + display_width(name) as f64 * CHARACTER)
            .collect();
        let mut x = (self.width - widths.iter().sum::<f64>()) / 2.0;
        for (index, name) in names.iter().enumerate() {
            let swatch = Plot {
                left: x,
                top: 39.0,
                width: 11.0,
                height: 11.0,
            };
            self.rectangle(&swatch, COLOURS[index % COLOURS.len()], name);
            self.text(x + 16.0, 49.0, name, "start", QUIET, "");
            x += widths[index];
        }
        62.0
    }

    fn series_names<'a>(drawn: &Drawn<'a>) -> Vec<&'a str> {
        drawn.series.iter().map(|series| series.name).collect()
    }

    /// Grid, marks and labels of upright charts.
    fn upright(&mut self, drawn: &Drawn<'_>) -> Plot {
        let top = self.legend(&Self::series_names(drawn));
        let marks = drawn.axis.marks();
        let widest = marks
            .iter()
            .map(|mark| display_width(&drawn.mark(*mark)))
            .max()
            .unwrap_or(1);
        let left = 20.0 + widest as f64 * CHARACTER;
        let count = drawn.labels.len().max(1) as f64;
        let slot = (self.width - left - 20.0) / count;
        let longest = drawn
            .labels
            .iter()
            .map(|l| display_width(l))
            .max()
            .unwrap_or(1);
        // Labels that do not fit side by side are turned, and when even that is too tight only some are shown.
        let turned = longest as f64 * CHARACTER > slot - 4.0;
        let shown_width = longest.min(14);
        let foot = if turned {
            24.0 + shown_width as f64 * CHARACTER * 0.75
        } else {
            30.0
        };
        let plot = Plot {
            left,
            top,
            width: self.width - left - 20.0,
            height: (self.height - top - foot).max(40.0),
        };
        for mark in marks {
            let y = plot.top + plot.height * (1.0 - drawn.axis.share(mark));
            self.rule(plot.left, y, plot.left + plot.width, y, GRID);
            self.text(
                plot.left - 8.0,
                y + 4.0,
                &drawn.mark(mark),
                "end",
                QUIET,
                "",
            );
        }
        let every = if turned {
            (16.0 / slot).ceil().max(1.0) as usize
        } else {
            1
        };
        for (index, label) in drawn.labels.iter().enumerate().step_by(every) {
            let x = plot.left + slot * (index as f64 + 0.5);
            let y = plot.top + plot.height + 18.0;
            if turned {
                let turn = format!(" transform=\"rotate(-45 {} {})\"", number(x), number(y));
                self.text(x, y, &shortened(label, shown_width), "end", INK, &turn);
            } else {
                self.text(x, y, label, "middle", INK, "");
            }
        }
        plot
    }

    fn zero_line(&mut self, plot: &Plot, drawn: &Drawn<'_>) {
        let y = plot.top + plot.height * (1.0 - drawn.axis.share(0.0));
        self.rule(plot.left, y, plot.left + plot.width, y, QUIET);
    }

    fn columns(&mut self, drawn: &Drawn<'_>) {
        let plot = self.upright(drawn);
        let slot = plot.width / drawn.labels.len().max(1) as f64;
        let count = drawn.series.len().max(1) as f64;
        let bar = (slot * 0.7 / count).min(56.0);
        let zero = plot.top + plot.height * (1.0 - drawn.axis.share(0.0));
        for (index, series) in drawn.series.iter().enumerate() {
            for (row, value) in series.values.iter().enumerate() {
                let Some(value) = value else { continue };
                let y = plot.top + plot.height * (1.0 - drawn.axis.share(*value));
                let x = plot.left + slot * (row as f64 + 0.5) + bar * (index as f64 - count / 2.0);
                let shown = value_text(*value, series.format);
                let shape = Plot {
                    left: x,
                    top: y.min(zero),
                    width: bar * 0.94,
                    height: (y - zero).abs(),
                };
                let title = format!("{} {}: {shown}", drawn.labels[row], series.name);
                self.rectangle(&shape, COLOURS[index % COLOURS.len()], &title);
                let fits = display_width(&shown) as f64 * CHARACTER <= slot / count;
                if fits && count <= 2.0 {
                    let above = if *value < 0.0 { y + 14.0 } else { y - 5.0 };
                    self.text(
                        x + bar * 0.47,
                        above,
                        &shown,
                        "middle",
                        INK,
                        " font-size=\"11\"",
                    );
                }
            }
        }
        self.zero_line(&plot, drawn);
    }

    fn line(&mut self, drawn: &Drawn<'_>) {
        let plot = self.upright(drawn);
        self.zero_line(&plot, drawn);
        let slot = plot.width / drawn.labels.len().max(1) as f64;
        for (index, series) in drawn.series.iter().enumerate() {
            let colour = COLOURS[index % COLOURS.len()];
            let mut path = String::new();
            let mut dots = String::new();
            let mut pen_is_up = true;
            for (row, value) in series.values.iter().enumerate() {
                // A value that is missing is a gap and not a zero.
                let Some(value) = value else {
                    pen_is_up = true;
                    continue;
                };
                let x = plot.left + slot * (row as f64 + 0.5);
                let y = plot.top + plot.height * (1.0 - drawn.axis.share(*value));
                let step = if pen_is_up { 'M' } else { 'L' };
                let _ = write!(path, "{step}{} {} ", number(x), number(y));
                let _ = write!(
                    dots,
                    "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"#{colour}\"><title>{}</title></circle>",
                    number(x),
                    number(y),
                    escape(&format!(
                        "{} {}: {}",
                        drawn.labels[row],
                        series.name,
                        value_text(*value, series.format)
                    ))
                );
                pen_is_up = false;
            }
            let _ = write!(
                self.out,
                "<path d=\"{}\" fill=\"none\" stroke=\"#{colour}\" stroke-width=\"2.2\" stroke-linejoin=\"round\"/>{dots}",
                path.trim_end()
            );
        }
    }

    fn bars(&mut self, drawn: &Drawn<'_>) {
        let top = self.legend(&Self::series_names(drawn));
        let longest = drawn
            .labels
            .iter()
            .map(|l| display_width(l))
            .max()
            .unwrap_or(1);
        let most = ((self.width * 0.36) / CHARACTER) as usize;
        let left = 20.0 + longest.min(most) as f64 * CHARACTER;
        let plot = Plot {
            left,
            top,
            width: self.width - left - 70.0,
            height: self.height - top - 30.0,
        };
        for mark in drawn.axis.marks() {
            let x = plot.left + plot.width * drawn.axis.share(mark);
            self.rule(x, plot.top, x, plot.top + plot.height, GRID);
            self.text(
                x,
                plot.top + plot.height + 18.0,
                &drawn.mark(mark),
                "middle",
                QUIET,
                "",
            );
        }
        let slot = plot.height / drawn.labels.len().max(1) as f64;
        let count = drawn.series.len().max(1) as f64;
        let bar = (slot * 0.74 / count).min(32.0);
        let zero = plot.left + plot.width * drawn.axis.share(0.0);
        let every = (13.0 / slot).ceil().max(1.0) as usize;
        for (row, label) in drawn.labels.iter().enumerate() {
            let middle = plot.top + slot * (row as f64 + 0.5);
            if row.is_multiple_of(every) {
                self.text(
                    plot.left - 8.0,
                    middle + 4.0,
                    &shortened(label, most),
                    "end",
                    INK,
                    "",
                );
            }
            for (index, series) in drawn.series.iter().enumerate() {
                let Some(value) = series.values[row] else {
                    continue;
                };
                let x = plot.left + plot.width * drawn.axis.share(value);
                let shown = value_text(value, series.format);
                let shape = Plot {
                    left: x.min(zero),
                    top: middle + bar * (index as f64 - count / 2.0),
                    width: (x - zero).abs(),
                    height: bar * 0.94,
                };
                let title = format!("{label} {}: {shown}", series.name);
                self.rectangle(&shape, COLOURS[index % COLOURS.len()], &title);
                if bar >= 9.0 {
                    let (at, anchor) = if value < 0.0 {
                        (x - 5.0, "end")
                    } else {
                        (x + 5.0, "start")
                    };
                    let y = shape.top + bar * 0.5 + 3.5;
                    self.text(at, y, &shown, anchor, INK, " font-size=\"11\"");
                }
            }
        }
        self.rule(zero, plot.top, zero, plot.top + plot.height, QUIET);
    }

    fn pie(&mut self, drawn: &Drawn<'_>) {
        let Some(series) = drawn.series.first() else {
            return;
        };
        let values: Vec<f64> = series
            .values
            .iter()
            .map(|value| value.unwrap_or(0.0).max(0.0))
            .collect();
        let total: f64 = values.iter().sum();
        if total <= 0.0 {
            return;
        }
        let radius = ((self.height - 80.0) / 2.0).min(self.width * 0.26);
        let (x, y) = (self.width * 0.32, 50.0 + (self.height - 60.0) / 2.0);
        let mut angle = -TAU / 4.0;
        let step = ((self.height - 80.0) / values.len() as f64).min(26.0);
        let first = y - step * (values.len() as f64 - 1.0) / 2.0;
        let left = (x + radius + 36.0).min(self.width * 0.62);
        let room = ((self.width - left - 90.0) / CHARACTER) as usize;
        for (row, value) in values.iter().enumerate() {
            let share = value / total;
            let shown = format!("{:.1}%", share * 100.0);
            let title = format!(
                "{}: {} ({shown})",
                drawn.labels[row],
                value_text(*value, series.format)
            );
            let colour = COLOURS[row % COLOURS.len()];
            self.slice((x, y, radius), (angle, share), colour, &title);
            angle += share * TAU;
            let line = first + step * row as f64;
            let swatch = Plot {
                left,
                top: line - 9.0,
                width: 11.0,
                height: 11.0,
            };
            self.rectangle(&swatch, colour, &title);
            let name = shortened(&drawn.labels[row], room.max(6));
            self.text(left + 18.0, line, &name, "start", INK, "");
            let end = self.width - 24.0;
            self.text(end, line, &shown, "end", QUIET, "");
        }
    }

    fn slice(
        &mut self,
        (x, y, radius): (f64, f64, f64),
        (angle, share): (f64, f64),
        colour: &str,
        title: &str,
    ) {
        let title = escape(title);
        if share > 0.999_999 {
            let _ = write!(
                self.out,
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"#{colour}\"><title>{title}</title></circle>",
                number(x),
                number(y),
                number(radius)
            );
            return;
        }
        let end = angle + share * TAU;
        let _ = write!(
            self.out,
            "<path d=\"M{} {} L{} {} A{r} {r} 0 {} 1 {} {} Z\" fill=\"#{colour}\" stroke=\"#FFFFFF\"><title>{title}</title></path>",
            number(x),
            number(y),
            number(x + radius * angle.cos()),
            number(y + radius * angle.sin()),
            u8::from(share > 0.5),
            number(x + radius * end.cos()),
            number(y + radius * end.sin()),
            r = number(radius)
        );
    }
}

fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}

/// A text of at most so many half-width characters; the cut is shown.
fn shortened(text: &str, most: usize) -> String {
    if display_width(text) <= most {
        return text.to_string();
    }
    let mut out = String::new();
    for c in text.chars() {
        if display_width(&out) + display_width(&c.to_string()) + 1 > most {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}
