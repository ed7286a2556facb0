//! The chart part of a workbook.

use super::{ChartKind, ChartSpec, label};
use crate::address::{CellAddress, CellRange};
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

/// Colours that can be told apart, also by those who see few colours.
/// Source: Okabe and Ito, https://jfly.uni-koeln.de/color/
pub(super) const COLOURS: [&str; 8] = [
    "0072B2", "E69F00", "009E73", "D55E00", "56B4E9", "CC79A7", "7F7F7F", "F0E442",
];

/// The XML of a chart over cells, with their values beside the references so that viewers that do not calculate show
/// it too.
pub(crate) fn chart_part(chart: &ChartSpec, place: &ChartPlace<'_>) -> String {
    let series: String = chart
        .values
        .iter()
        .enumerate()
        .map(|(index, column)| series(chart, place, index, *column))
        .collect();
    let axes = "<c:axId val=\"111\"/><c:axId val=\"222\"/>";
    let plot = match chart.kind {
        ChartKind::Column | ChartKind::Bar => format!(
            "<c:barChart><c:barDir val=\"{}\"/><c:grouping val=\"clustered\"/><c:varyColors val=\"0\"/>{series}<c:gapWidth val=\"60\"/>{axes}</c:barChart>",
            if chart.kind == ChartKind::Bar {
                "bar"
            } else {
                "col"
            }
        ),
        ChartKind::Line => format!(
            "<c:lineChart><c:grouping val=\"standard\"/><c:varyColors val=\"0\"/>{series}<c:marker val=\"1\"/>{axes}</c:lineChart>"
        ),
        ChartKind::Pie => format!(
            "<c:pieChart><c:varyColors val=\"1\"/>{series}<c:firstSliceAng val=\"0\"/></c:pieChart>"
        ),
    };
    let axes = match chart.kind {
        ChartKind::Pie => String::new(),
        ChartKind::Bar => axes_xml("l", "b", true),
        ChartKind::Column | ChartKind::Line => axes_xml("b", "l", false),
    };
    let legend = if chart.values.len() > 1 || chart.kind == ChartKind::Pie {
        "<c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend>"
    } else {
        ""
    };
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" ",
            "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" ",
            "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">",
            "<c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:rPr lang=\"zh-CN\" sz=\"1400\"/>",
            "<a:t>{title}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val=\"0\"/></c:title>",
            "<c:autoTitleDeleted val=\"0\"/><c:plotArea><c:layout/>{plot}{axes}</c:plotArea>{legend}",
            "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart></c:chartSpace>"
        ),
        title = escape(&chart.title),
        plot = plot,
        axes = axes,
        legend = legend
    )
}

fn series(chart: &ChartSpec, place: &ChartPlace<'_>, index: usize, column: usize) -> String {
    let table = place.table;
    let count = table.rows.len();
    let header = CellAddress::new(place.range.top, column as u32);
    let name = escape(&table.columns[column].name);
    let labels: String = (0..count)
        .map(|row| {
            format!(
                "<c:pt idx=\"{row}\"><c:v>{}</c:v></c:pt>",
                escape(&label(table, row, chart.labels))
            )
        })
        .collect();
    let numbers: String = (0..count)
        .filter_map(|row| Some((row, table.value(row, column).number()?)))
        .map(|(row, number)| format!("<c:pt idx=\"{row}\"><c:v>{number}</c:v></c:pt>"))
        .collect();
    let colour = COLOURS[index % COLOURS.len()];
    let shape = match chart.kind {
        ChartKind::Column | ChartKind::Bar => format!(
            "<c:spPr><a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill></c:spPr><c:invertIfNegative val=\"0\"/>"
        ),
        ChartKind::Line => format!(
            "<c:spPr><a:ln w=\"28575\"><a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill></a:ln></c:spPr><c:marker><c:symbol val=\"circle\"/><c:size val=\"5\"/></c:marker>"
        ),
        ChartKind::Pie => concat!(
            "<c:dLbls><c:showLegendKey val=\"0\"/><c:showVal val=\"0\"/><c:showCatName val=\"0\"/>",
            "<c:showSerName val=\"0\"/><c:showPercent val=\"1\"/><c:showBubbleSize val=\"0\"/></c:dLbls>"
        )
        .to_string(),
    };
    let smooth = if chart.kind == ChartKind::Line {
        "<c:smooth val=\"0\"/>"
    } else {
        ""
    };
    format!(
        concat!(
            "<c:ser><c:idx val=\"{index}\"/><c:order val=\"{index}\"/>",
            "<c:tx><c:strRef><c:f>{name_ref}</c:f><c:strCache><c:ptCount val=\"1\"/>",
            "<c:pt idx=\"0\"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>{shape}",
            "<c:cat><c:strRef><c:f>{label_ref}</c:f><c:strCache><c:ptCount val=\"{count}\"/>{labels}</c:strCache></c:strRef></c:cat>",
            "<c:val><c:numRef><c:f>{value_ref}</c:f><c:numCache><c:formatCode>{format}</c:formatCode>",
            "<c:ptCount val=\"{count}\"/>{numbers}</c:numCache></c:numRef></c:val>{smooth}</c:ser>"
        ),
        index = index,
        name_ref = escape(&reference(place.sheet, header, header)),
        name = name,
        shape = shape,
        label_ref = escape(&rows_reference(place, chart.labels)),
        count = count,
        labels = labels,
        value_ref = escape(&rows_reference(place, column)),
        format = escape(&table.columns[column].format.code()),
        numbers = numbers,
        smooth = smooth
    )
}

fn rows_reference(place: &ChartPlace<'_>, column: usize) -> String {
    let column = column as u32;
    reference(
        place.sheet,
        CellAddress::new(place.range.top + 1, column),
        CellAddress::new(place.range.bottom, column),
    )
}

fn reference(sheet: &str, first: CellAddress, last: CellAddress) -> String {
    let absolute = |cell: CellAddress| {
        format!(
            "${}${}",
            crate::address::column_name(cell.column),
            cell.row + 1
        )
    };
    let sheet = sheet.replace('\'', "''");
    if first == last {
        format!("'{sheet}'!{}", absolute(first))
    } else {
        format!("'{sheet}'!{}:{}", absolute(first), absolute(last))
    }
}

fn axes_xml(labels: &str, values: &str, reversed: bool) -> String {
    // The first row of a table stands on top of lying bars only when the axis runs downwards.
    let order = if reversed { "maxMin" } else { "minMax" };
    let crosses = if reversed { "max" } else { "autoZero" };
    format!(
        concat!(
            "<c:catAx><c:axId val=\"111\"/><c:scaling><c:orientation val=\"{order}\"/></c:scaling>",
            "<c:delete val=\"0\"/><c:axPos val=\"{labels}\"/><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/>",
            "<c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/><c:tickLblPos val=\"low\"/>",
            "<c:crossAx val=\"222\"/><c:crosses val=\"autoZero\"/></c:catAx>",
            "<c:valAx><c:axId val=\"222\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling>",
            "<c:delete val=\"0\"/><c:axPos val=\"{values}\"/><c:majorGridlines><c:spPr><a:ln w=\"6350\">",
            "<a:solidFill><a:srgbClr val=\"D9D9D9\"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>",
            "<c:numFmt formatCode=\"General\" sourceLinked=\"1\"/><c:majorTickMark val=\"none\"/>",
            "<c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"111\"/>",
            "<c:crosses val=\"{crosses}\"/></c:valAx>"
        ),
        order = order,
        labels = labels,
        values = values,
        crosses = crosses
    )
}
