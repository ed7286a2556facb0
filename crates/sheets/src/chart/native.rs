//! The chart part of a workbook.

use super::range_chart::{
    ChartLook, Joined, LegendPlace, Marker, PlotKind, Stacking, Trend, TrendKind,
};
use super::{ChartKind, ChartSpec, label};
use crate::address::{CellAddress, CellRange, column_name};
use crate::output::OutputTable;
use crate::package::xml::escape;

/// Where the table of a chart stands.
pub(crate) struct ChartPlace<'a> {
    /// Name of the sheet.
    pub(crate) sheet: &'a str,
    /// Table with its header row.
    pub(crate) range: CellRange,
    /// The table.
    pub(crate) table: &'a OutputTable,
}

/// A cell as a chart keeps it beside the reference, so that viewers that do not calculate show it too.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CachedPoint {
    /// Nothing.
    Blank,
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// Cells that a chart refers to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CachedRange {
    /// The reference, e.g. `'Sheet1'!$A$2:$A$9`.
    pub(crate) reference: String,
    /// Format code of numbers.
    pub(crate) format: String,
    /// The cells in order.
    pub(crate) points: Vec<CachedPoint>,
}

impl CachedRange {
    /// As the content of `cat`, `val`, `xVal` or `yVal`.
    fn xml(&self, as_numbers: bool) -> String {
        let point = |index: usize, text: &str| {
            format!("<c:pt idx=\"{index}\"><c:v>{}</c:v></c:pt>", escape(text))
        };
        let points = self.points.iter().enumerate();
        let points: String = points
            .filter_map(|(index, cell)| match cell {
                CachedPoint::Number(number) => Some(point(index, &number.to_string())),
                CachedPoint::Text(text) if !as_numbers => Some(point(index, text)),
                CachedPoint::Text(_) | CachedPoint::Blank => None,
            })
            .collect();
        let reference = escape(&self.reference);
        let count = self.points.len();
        if as_numbers {
            let format = escape(&self.format);
            format!(
                "<c:numRef><c:f>{reference}</c:f><c:numCache><c:formatCode>{format}</c:formatCode><c:ptCount val=\"{count}\"/>{points}</c:numCache></c:numRef>"
            )
        } else {
            format!(
                "<c:strRef><c:f>{reference}</c:f><c:strCache><c:ptCount val=\"{count}\"/>{points}</c:strCache></c:strRef>"
            )
        }
    }

    /// Whether a cell holds a text.
    pub(crate) fn has_text(&self) -> bool {
        self.points
            .iter()
            .any(|point| matches!(point, CachedPoint::Text(_)))
    }
}

/// A series with what its cells hold.
pub(crate) struct PlottedSeries {
    /// Reference of the cell with its name, and the name.
    pub(crate) name: Option<(String, String)>,
    /// Labels or x values.
    pub(crate) x: Option<CachedRange>,
    /// Values.
    pub(crate) y: CachedRange,
    /// Shape of its points.
    pub(crate) marker: Option<Marker>,
    /// Its trend line.
    pub(crate) trend: Option<Trend>,
}

/// Colours that can be told apart, also by those who see few colours.
/// Source: Okabe and Ito, https://jfly.uni-koeln.de/color/
pub(super) const COLOURS: [&str; 8] = [
    "0072B2", "E69F00", "009E73", "D55E00", "56B4E9", "CC79A7", "7F7F7F", "F0E442",
];

/// The XML of the chart of a result.
pub(crate) fn result_chart_part(chart: &ChartSpec, place: &ChartPlace<'_>) -> String {
    let table = place.table;
    let kind = match chart.kind {
        ChartKind::Column => PlotKind::Column,
        ChartKind::Bar => PlotKind::Bar,
        ChartKind::Line => PlotKind::Line,
        ChartKind::Pie => PlotKind::Pie,
    };
    let has_legend = chart.values.len() > 1 || kind == PlotKind::Pie;
    let look = ChartLook {
        title: Some(chart.title.clone()),
        legend: has_legend.then_some(LegendPlace::Bottom),
        ..ChartLook::of(kind)
    };
    let rows = |column: usize| {
        let column = column as u32;
        CellRange {
            top: place.range.top + 1,
            left: column,
            bottom: place.range.bottom,
            right: column,
        }
    };
    let series: Vec<PlottedSeries> = chart
        .values
        .iter()
        .map(|column| PlottedSeries {
            name: Some((
                reference(
                    place.sheet,
                    CellRange {
                        top: place.range.top,
                        bottom: place.range.top,
                        ..rows(*column)
                    },
                ),
                table.columns[*column].name.clone(),
            )),
            x: Some(CachedRange {
                reference: reference(place.sheet, rows(chart.labels)),
                format: String::new(),
                points: (0..table.rows.len())
                    .map(|row| CachedPoint::Text(label(table, row, chart.labels)))
                    .collect(),
            }),
            y: CachedRange {
                reference: reference(place.sheet, rows(*column)),
                format: table.columns[*column].format.code(),
                points: (0..table.rows.len())
                    .map(|row| match table.value(row, *column).number() {
                        Some(number) => CachedPoint::Number(number),
                        None => CachedPoint::Blank,
                    })
                    .collect(),
            },
            marker: None,
            trend: None,
        })
        .collect();
    chart_part(&look, &series)
}

/// The XML of a chart over cells.
pub(crate) fn chart_part(look: &ChartLook, series: &[PlottedSeries]) -> String {
    let plotted: String = series
        .iter()
        .enumerate()
        .map(|(index, series)| series_xml(look, index, series))
        .collect();
    let ids = "<c:axId val=\"111\"/><c:axId val=\"222\"/>";
    let grouping = match (look.stacking, look.kind) {
        (Stacking::Beside, PlotKind::Column | PlotKind::Bar) => "clustered",
        (Stacking::Beside, _) => "standard",
        (Stacking::Stacked, _) => "stacked",
        (Stacking::Percent, _) => "percentStacked",
    };
    let plot = match look.kind {
        PlotKind::Column | PlotKind::Bar => format!(
            "<c:barChart><c:barDir val=\"{}\"/><c:grouping val=\"{grouping}\"/><c:varyColors val=\"0\"/>{plotted}<c:gapWidth val=\"60\"/>{}{ids}</c:barChart>",
            if look.kind == PlotKind::Bar {
                "bar"
            } else {
                "col"
            },
            // Bars that are stacked stand at one place only when they overlap wholly.
            if look.stacking == Stacking::Beside {
                ""
            } else {
                "<c:overlap val=\"100\"/>"
            }
        ),
        PlotKind::Line => format!(
            "<c:lineChart><c:grouping val=\"{grouping}\"/><c:varyColors val=\"0\"/>{plotted}<c:marker val=\"1\"/>{ids}</c:lineChart>"
        ),
        PlotKind::Area => format!(
            "<c:areaChart><c:grouping val=\"{grouping}\"/><c:varyColors val=\"0\"/>{plotted}{ids}</c:areaChart>"
        ),
        PlotKind::Scatter => format!(
            "<c:scatterChart><c:scatterStyle val=\"{}\"/><c:varyColors val=\"0\"/>{plotted}{ids}</c:scatterChart>",
            if look.joined == Joined::Smooth {
                "smoothMarker"
            } else {
                "lineMarker"
            }
        ),
        PlotKind::Pie => format!(
            "<c:pieChart><c:varyColors val=\"1\"/>{plotted}<c:firstSliceAng val=\"0\"/></c:pieChart>"
        ),
    };
    let legend = match look.legend {
        Some(place) => format!(
            "<c:legend><c:legendPos val=\"{}\"/><c:overlay val=\"0\"/></c:legend>",
            match place {
                LegendPlace::Bottom => "b",
                LegendPlace::Top => "t",
                LegendPlace::Left => "l",
                LegendPlace::Right => "r",
            }
        ),
        None => String::new(),
    };
    let title = look.title.as_deref().map_or(String::new(), |text| {
        title_xml(text, "", " lang=\"zh-CN\" sz=\"1400\"")
    });
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" ",
            "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" ",
            "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">",
            "<c:chart>{title}<c:autoTitleDeleted val=\"0\"/>",
            "<c:plotArea><c:layout/>{plot}{axes}</c:plotArea>{legend}",
            "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart></c:chartSpace>"
        ),
        title = title,
        plot = plot,
        axes = axes_xml(look),
        legend = legend
    )
}

fn title_xml(text: &str, body: &str, run: &str) -> String {
    format!(
        "<c:title><c:tx><c:rich><a:bodyPr{body}/><a:p><a:r><a:rPr{run}/><a:t>{}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val=\"0\"/></c:title>",
        escape(text)
    )
}

fn series_xml(look: &ChartLook, index: usize, series: &PlottedSeries) -> String {
    let colour = COLOURS[index % COLOURS.len()];
    let fill = format!("<a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill>");
    let marker = |size: u8| {
        format!(
            "<c:marker><c:symbol val=\"{}\"/><c:size val=\"{size}\"/><c:spPr>{fill}<a:ln>{fill}</a:ln></c:spPr></c:marker>",
            match series.marker.unwrap_or(Marker::Circle) {
                Marker::Circle => "circle",
                Marker::Square => "square",
                Marker::Triangle => "triangle",
                Marker::Diamond => "diamond",
                Marker::Cross => "x",
            }
        )
    };
    let line = |width: u32| format!("<c:spPr><a:ln w=\"{width}\">{fill}</a:ln></c:spPr>");
    let shape = match look.kind {
        PlotKind::Column | PlotKind::Bar => {
            format!("<c:spPr>{fill}</c:spPr><c:invertIfNegative val=\"0\"/>")
        }
        PlotKind::Area => format!("<c:spPr>{fill}</c:spPr>"),
        PlotKind::Line => format!("{}{}", line(28_575), marker(5)),
        PlotKind::Scatter if look.joined == Joined::Usual => format!(
            "<c:spPr><a:ln w=\"19050\"><a:noFill/></a:ln></c:spPr>{}",
            marker(6)
        ),
        PlotKind::Scatter => format!("{}{}", line(19_050), marker(5)),
        PlotKind::Pie => String::new(),
    };
    let (shows_value, shows_share) = (look.has_data_labels, look.kind == PlotKind::Pie);
    let labels = if shows_value || shows_share {
        format!(
            concat!(
                "<c:dLbls><c:showLegendKey val=\"0\"/><c:showVal val=\"{}\"/><c:showCatName val=\"0\"/>",
                "<c:showSerName val=\"0\"/><c:showPercent val=\"{}\"/><c:showBubbleSize val=\"0\"/></c:dLbls>"
            ),
            u8::from(shows_value),
            u8::from(shows_share)
        )
    } else {
        String::new()
    };
    let trend = match (series.trend, look.kind) {
        // A pie has no axis to fit a curve along.
        (Some(_), PlotKind::Pie) | (None, _) => String::new(),
        (Some(trend), _) => trend_xml(trend),
    };
    let name = series
        .name
        .as_ref()
        .map_or(String::new(), |(reference, name)| {
            format!(
                concat!(
                    "<c:tx><c:strRef><c:f>{}</c:f><c:strCache><c:ptCount val=\"1\"/>",
                    "<c:pt idx=\"0\"><c:v>{}</c:v></c:pt></c:strCache></c:strRef></c:tx>"
                ),
                escape(reference),
                escape(name)
            )
        });
    let (x_tag, y_tag) = match look.kind {
        PlotKind::Scatter => ("xVal", "yVal"),
        PlotKind::Column | PlotKind::Bar | PlotKind::Line | PlotKind::Pie | PlotKind::Area => {
            ("cat", "val")
        }
    };
    let x = series.x.as_ref().map_or(String::new(), |x| {
        format!("<c:{x_tag}>{}</c:{x_tag}>", x.xml(!x.has_text()))
    });
    let y = format!("<c:{y_tag}>{}</c:{y_tag}>", series.y.xml(true));
    let smooth = match look.kind {
        PlotKind::Line | PlotKind::Scatter => format!(
            "<c:smooth val=\"{}\"/>",
            u8::from(look.joined == Joined::Smooth)
        ),
        PlotKind::Column | PlotKind::Bar | PlotKind::Pie | PlotKind::Area => String::new(),
    };
    format!(
        "<c:ser><c:idx val=\"{index}\"/><c:order val=\"{index}\"/>{name}{shape}{labels}{trend}{x}{y}{smooth}</c:ser>"
    )
}

fn trend_xml(trend: Trend) -> String {
    let kind = match trend.kind {
        TrendKind::Linear => "<c:trendlineType val=\"linear\"/>".to_string(),
        TrendKind::Polynomial(degree) => format!(
            "<c:trendlineType val=\"poly\"/><c:order val=\"{}\"/>",
            degree.clamp(2, 6)
        ),
        TrendKind::Exponential => "<c:trendlineType val=\"exp\"/>".to_string(),
        TrendKind::Logarithmic => "<c:trendlineType val=\"log\"/>".to_string(),
        TrendKind::Power => "<c:trendlineType val=\"power\"/>".to_string(),
    };
    format!(
        "<c:trendline>{kind}<c:dispRSqr val=\"0\"/><c:dispEq val=\"{}\"/></c:trendline>",
        u8::from(trend.shows_equation)
    )
}

/// The reference of a range of a sheet, with its name in quotes.
pub(crate) fn reference(sheet: &str, range: CellRange) -> String {
    let absolute = |cell: CellAddress| format!("${}${}", column_name(cell.column), cell.row + 1);
    let sheet = sheet.replace('\'', "''");
    let first = absolute(CellAddress::new(range.top, range.left));
    if range.cells() == 1 {
        format!("'{sheet}'!{first}")
    } else {
        let last = absolute(CellAddress::new(range.bottom, range.right));
        format!("'{sheet}'!{first}:{last}")
    }
}

fn axes_xml(look: &ChartLook) -> String {
    let is_lying = look.kind == PlotKind::Bar;
    if look.kind == PlotKind::Pie {
        return String::new();
    }
    // The first row of a table stands on top of lying bars only when the axis runs downwards.
    let order = if is_lying { "maxMin" } else { "minMax" };
    let crosses = if is_lying { "max" } else { "autoZero" };
    let (labels, values) = if is_lying { ("l", "b") } else { ("b", "l") };
    let title = |text: &Option<String>, place: &str| {
        // Beside an upright axis the title stands upright too.
        let body = match place {
            "l" => " rot=\"-5400000\" vert=\"horz\"",
            _ => "",
        };
        text.as_deref().map_or(String::new(), |text| {
            title_xml(text, body, " lang=\"zh-CN\"")
        })
    };
    let (tag, label_place, marks) = match look.kind {
        PlotKind::Scatter => ("valAx", "low", "out"),
        PlotKind::Column | PlotKind::Bar | PlotKind::Line | PlotKind::Pie | PlotKind::Area => {
            ("catAx", "low", "none")
        }
    };
    format!(
        concat!(
            "<c:{tag}><c:axId val=\"111\"/><c:scaling><c:orientation val=\"{order}\"/></c:scaling>",
            "<c:delete val=\"{hides_x}\"/><c:axPos val=\"{labels}\"/>{x_title}",
            "<c:numFmt formatCode=\"General\" sourceLinked=\"1\"/>",
            "<c:majorTickMark val=\"{marks}\"/><c:minorTickMark val=\"none\"/><c:tickLblPos val=\"{label_place}\"/>",
            "<c:crossAx val=\"222\"/><c:crosses val=\"autoZero\"/></c:{tag}>",
            "<c:valAx><c:axId val=\"222\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling>",
            "<c:delete val=\"{hides_y}\"/><c:axPos val=\"{values}\"/><c:majorGridlines><c:spPr><a:ln w=\"6350\">",
            "<a:solidFill><a:srgbClr val=\"D9D9D9\"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>{y_title}",
            "<c:numFmt formatCode=\"General\" sourceLinked=\"1\"/><c:majorTickMark val=\"none\"/>",
            "<c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"111\"/>",
            "<c:crosses val=\"{crosses}\"/></c:valAx>"
        ),
        tag = tag,
        order = order,
        hides_x = u8::from(look.hides_x_axis),
        labels = labels,
        x_title = title(&look.x_title, labels),
        marks = marks,
        label_place = label_place,
        hides_y = u8::from(look.hides_y_axis),
        values = values,
        y_title = title(&look.y_title, values),
        crosses = crosses
    )
}
