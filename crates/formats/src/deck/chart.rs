//! Native charts: bars, lines and pies that keep their numbers.

use deskmate_core::{Chart, ChartKind, ChartSeries};

use super::builtin::XML;
use super::metrics::shortened;
use super::parts::escape;
use super::workbook::{column_name, number_text};

/// Names longer than this make the axis eat the chart, in points at 14 pt.
const LABEL_WIDTH: f32 = 150.0;

/// The chart as it is drawn: names short enough for an axis, a pie of one series without negative parts.
pub(super) fn drawable(chart: &Chart) -> Chart {
    let mut chart = chart.clone();
    for category in &mut chart.categories {
        *category = shortened(category.trim(), 14.0, false, LABEL_WIDTH, 1);
    }
    let has_negative = |series: &ChartSeries| series.values.iter().flatten().any(|v| *v < 0.0);
    if chart.kind == ChartKind::Pie {
        chart.series.truncate(1);
        // A pie cannot show a negative share.
        if chart.series.iter().any(has_negative) {
            chart.kind = ChartKind::Bar;
        }
    }
    for series in &mut chart.series {
        series.values.resize(chart.categories.len(), None);
        for value in &mut series.values {
            *value = value.filter(|value| value.is_finite());
        }
    }
    chart
}

/// The chart part; `rId1` is its workbook. The chart must be [`drawable`].
pub(super) fn chart_xml(chart: &Chart, language: &str) -> String {
    let plot = match chart.kind {
        ChartKind::Bar => {
            let series = all_series(chart, &|index| shape_fill(index));
            let labels = data_labels(chart, "outEnd", false);
            format!(
                r#"<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}{labels}<c:gapWidth val="80"/><c:overlap val="-10"/><c:axId val="111111111"/><c:axId val="222222222"/></c:barChart>{}"#,
                axes(chart)
            )
        }
        ChartKind::Line => {
            let series = all_series(chart, &|index| {
                let colour = accent(index);
                format!(
                    r#"<c:spPr><a:ln w="28575" cap="rnd"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:round/></a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="7"/><c:spPr><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr></c:marker>"#
                )
            });
            let labels = data_labels(chart, "t", false);
            format!(
                r#"<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}{labels}<c:marker val="1"/><c:axId val="111111111"/><c:axId val="222222222"/></c:lineChart>{}"#,
                axes(chart)
            )
        }
        ChartKind::Pie => {
            let series = all_series(chart, &|_| {
                (0..chart.categories.len())
                    .map(|point| {
                        format!(
                            r#"<c:dPt><c:idx val="{point}"/><c:bubble3D val="0"/><c:spPr><a:solidFill><a:schemeClr val="{}"/></a:solidFill><a:ln w="12700"><a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:ln></c:spPr></c:dPt>"#,
                            accent(point)
                        )
                    })
                    .collect()
            });
            let labels = data_labels(chart, "outEnd", true);
            format!(
                r#"<c:pieChart><c:varyColors val="1"/>{series}{labels}<c:firstSliceAng val="0"/></c:pieChart>"#
            )
        }
    };
    let legend = if chart.kind == ChartKind::Pie || chart.series.len() > 1 {
        format!(
            r#"<c:legend><c:legendPos val="{}"/><c:overlay val="0"/>{}</c:legend>"#,
            if chart.kind == ChartKind::Pie {
                "r"
            } else {
                "b"
            },
            text_style(1400, "tx1")
        )
    } else {
        String::new()
    };
    format!(
        r#"{XML}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><c:date1904 val="0"/><c:lang val="{}"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plot}</c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1400"/></a:pPr><a:endParaRPr lang="{}"/></a:p></c:txPr><c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>"#,
        escape(language),
        escape(language)
    )
}

fn accent(index: usize) -> String {
    format!("accent{}", index % 6 + 1)
}

fn shape_fill(index: usize) -> String {
    format!(
        r#"<c:spPr><a:solidFill><a:schemeClr val="{}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>"#,
        accent(index)
    )
}

fn text_style(size: u32, colour: &str) -> String {
    format!(
        r#"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>"#
    )
}

fn all_series(chart: &Chart, look: &dyn Fn(usize) -> String) -> String {
    let last = chart.categories.len() + 1;
    let categories: String = chart
        .categories
        .iter()
        .enumerate()
        .map(|(index, name)| format!(r#"<c:pt idx="{index}"><c:v>{}</c:v></c:pt>"#, escape(name)))
        .collect();
    let count = chart.categories.len();
    chart
        .series
        .iter()
        .enumerate()
        .map(|(index, series)| {
            let column = column_name(index + 1);
            let values: String = series
                .values
                .iter()
                .enumerate()
                .filter_map(|(at, value)| {
                    let value = number_text((*value)?);
                    Some(format!(r#"<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>"#))
                })
                .collect();
            format!(
                r#"<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{}</c:v></c:pt></c:strCache></c:strRef></c:tx>{}<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache><c:ptCount val="{count}"/>{categories}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val>{}</c:ser>"#,
                escape(&series.name),
                look(index),
                if chart.kind == ChartKind::Line { r#"<c:smooth val="0"/>"# } else { "" },
            )
        })
        .collect()
}

/// Values at the points while there are few; many would cover each other.
fn data_labels(chart: &Chart, position: &str, is_share: bool) -> String {
    let points = chart.series.len() * chart.categories.len();
    let shown = is_share || points <= 12;
    let place = if shown {
        format!(
            r#"{}<c:dLblPos val="{position}"/>"#,
            text_style(1200, "tx1")
        )
    } else {
        String::new()
    };
    format!(
        r#"<c:dLbls>{place}<c:showLegendKey val="0"/><c:showVal val="{}"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="{}"/><c:showBubbleSize val="0"/></c:dLbls>"#,
        u8::from(shown && !is_share),
        u8::from(is_share)
    )
}

fn axes(chart: &Chart) -> String {
    let title = if chart.unit.is_empty() {
        String::new()
    } else {
        format!(
            r#"<c:title><c:tx><c:rich><a:bodyPr rot="-5400000" vert="horz"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1200" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1200" b="0"/><a:t>{}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>"#,
            escape(&chart.unit)
        )
    };
    let rule = r#"<c:spPr><a:ln w="9525"><a:solidFill><a:schemeClr val="accent5"/></a:solidFill></a:ln></c:spPr>"#;
    let grid = r#"<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:schemeClr val="bg1"><a:lumMod val="85000"/></a:schemeClr></a:solidFill></a:ln></c:spPr></c:majorGridlines>"#;
    let none = r#"<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"#;
    format!(
        r#"<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{rule}{}<c:crossAx val="222222222"/><c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx><c:valAx><c:axId val="222222222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>{grid}{title}<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{none}{}<c:crossAx val="111111111"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>"#,
        text_style(1400, "tx1"),
        text_style(1200, "accent5"),
    )
}
