//! The kind of chart that an ask names.

use std::sync::LazyLock;

use regex::Regex;

use crate::chart::range_chart::PlotKind;

/// The kind that a text of lower case names; `None` when it names none.
pub(super) fn asked_for(text: &str) -> Option<PlotKind> {
    static KINDS: LazyLock<[(Regex, PlotKind); 6]> = LazyLock::new(|| {
        let kind = |pattern: &str, kind: PlotKind| {
            (Regex::new(pattern).expect("the pattern is valid"), kind)
        };
        [
            kind(r"scatter|\bxy (?:chart|plot|graph)|散点", PlotKind::Scatter),
            kind(r"\bpie\b|饼图|饼状|扇形图", PlotKind::Pie),
            kind(r"\barea (?:chart|graph|plot)|面积图", PlotKind::Area),
            kind(
                r"\bcolumn (?:chart|graph|plot)|(?:clustered|stacked) columns?|柱形图|柱状图|柱图",
                PlotKind::Column,
            ),
            kind(
                r"\bbar (?:chart|graph|plot)|(?:horizontal|lying) bars|条形图",
                PlotKind::Bar,
            ),
            kind(
                r"\bline (?:chart|graph|plot)|折线|曲线图|线图|\btrends?\b|走势|趋势",
                PlotKind::Line,
            ),
        ]
    });
    static TREND_LINE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"trend ?lines?|趋势线").expect("the pattern is valid"));
    let text = TREND_LINE.replace_all(text, " ");
    KINDS
        .iter()
        .find(|(pattern, _)| pattern.is_match(&text))
        .map(|(_, kind)| *kind)
}

/// The word for a kind of chart that we do not draw.
pub(super) fn unsupported(text: &str) -> Option<&str> {
    static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"histogram|radar|bubble chart|waterfall|box ?plot|box and whisker|doughnut|donut|treemap|sunburst|funnel|candlestick|stock chart|combo chart|secondary axis|pivot ?chart|heat ?map|直方图|雷达图|气泡图|瀑布图|箱线图|箱形图|环形图|圆环图|树状图|旭日图|漏斗图|股价图|组合图|次坐标轴|副坐标轴|透视图|热力图",
        )
        .expect("the pattern is valid")
    });
    OTHERS.find(text).map(|found| found.as_str())
}

/// Whether a text of lower case wants a sheet of its own for the chart.
pub(super) fn wants_new_sheet(text: &str) -> bool {
    static NEW: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:new|separate|another|different|own) (?:work)?sheet|新(?:的|建|增|开|加)?(?:一个|一张|个|张)?(?:的)?(?:工作表|表单|sheet)|新建[^。；]{0,12}(?:工作表|sheet)|另(?:一|起一|外一)(?:张|个)?(?:工作)?表|单独(?:的)?(?:一张|一个)?(?:工作表|sheet)",
        )
        .expect("the pattern is valid")
    });
    NEW.is_match(text)
}
