//! Legend, points, trend lines, labels and axes that an ask names.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::mentions::Request;
use crate::chart::range_chart::{
    ChartLook, Joined, LegendPlace, Marker, PlotKind, Stacking, Trend, TrendKind,
};

/// Degree of a polynomial that the ask does not tell.
const USUAL_DEGREE: u8 = 2;

/// The looks of a chart, and what is said of single columns.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) chart: ChartLook,
    /// The ask says where the legend is, or that there is none.
    pub(super) says_legend: bool,
    markers: Vec<(Option<u32>, Marker)>,
    trends: Vec<(Option<u32>, Trend)>,
}

impl Look {
    pub(super) fn read(request: &Request, kind: PlotKind) -> Self {
        let text = request.chart_text();
        let mut chart = ChartLook::of(kind);
        let legend = legend(request);
        if let Some(place) = legend {
            chart.legend = place;
        }
        let has = |pattern: &Regex| pattern.is_match(text);
        static LABELS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?:add|show|display|with)\s+(?:the\s+)?(?:data|value) labels|data labels|数据标签|标出数值|显示数值")
                .expect("the pattern is valid")
        });
        static NO_LABELS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?:without|no|hide|remove)\s+(?:the\s+|any\s+)?data labels|(?:不要|不显示|去掉|无)数据标签")
                .expect("the pattern is valid")
        });
        chart.has_data_labels = has(&LABELS) && !has(&NO_LABELS);
        static HIDDEN: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?:turn off|hide|remove|delete|without|no)\s+(?:the\s+)?(?:(x|horizontal)|y|vertical)[\s-]*axis|(?:隐藏|不显示|不要|去掉|关闭)(?:(x\s*轴|横轴|横坐标)|y\s*轴|纵轴|纵坐标)",
            )
            .expect("the pattern is valid")
        });
        // `without the y-axis title`: the axis itself stays.
        static PART: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"^(?:['’]s?)?[\s-]*(?:titles?|labels?|names?|headings?|captions?|gridlines?|grid lines?)\b|^轴?的?(?:标题|标签|名称|名字|网格线)",
            )
            .expect("the pattern is valid")
        });
        for found in HIDDEN.captures_iter(text) {
            if found
                .get(0)
                .is_some_and(|whole| PART.is_match(&text[whole.end()..]))
            {
                continue;
            }
            let is_x = found.get(1).or(found.get(2)).is_some();
            chart.hides_x_axis |= is_x;
            chart.hides_y_axis |= !is_x;
        }
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["100%", "百分比堆积", "percent stacked"]) {
            chart.stacking = Stacking::Percent;
        } else if says(&["stacked", "堆积", "堆叠"]) {
            chart.stacking = Stacking::Stacked;
        }
        if says(&["smooth", "平滑"]) {
            chart.joined = Joined::Smooth;
        } else if says(&["straight line", "with lines", "connected", "带直线", "连线"]) {
            chart.joined = Joined::Straight;
        }
        Self {
            chart,
            says_legend: legend.is_some(),
            markers: markers(request),
            trends: trends(request),
        }
    }

    pub(super) fn marker_of(&self, column: u32) -> Option<Marker> {
        of_column(&self.markers, column)
    }

    pub(super) fn trend_of(&self, column: u32) -> Option<Trend> {
        of_column(&self.trends, column)
    }
}

/// Whether a text of lower case ends in words that take away what comes next: `without the`, `不要`.
pub(super) fn is_to_go(text: &str) -> bool {
    static GONE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:turn off|hide|remove|delete|without|no)\s+(?:the\s+|an?\s+|any\s+)?$|(?:隐藏|不显示|不要|去掉|关闭|无)$",
        )
        .expect("the pattern is valid")
    });
    GONE.is_match(text)
}

/// What is said of this column, else what is said of all.
fn of_column<T: Copy>(said: &[(Option<u32>, T)], column: u32) -> Option<T> {
    let of = |wanted: Option<u32>| {
        said.iter()
            .find(|(of, _)| *of == wanted)
            .map(|(_, what)| *what)
    };
    of(Some(column)).or_else(|| of(None))
}

/// Where the legend is to be; `Some(None)` when there is to be none.
fn legend(request: &Request) -> Option<Option<LegendPlace>> {
    static NONE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?:without|no|hide|remove|turn off|delete)\s+(?:the\s+|any\s+|a\s+)?(?:chart\s+)?legend|(?:不要|不显示|不带|去掉|隐藏|无|没有)图例",
        )
        .expect("the pattern is valid")
    });
    static PLACE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?:legends?\b[^.;]*?\b(bottom|top|left|right|below|above)\b)|图例[^。；，]{0,10}?(下|底|上|顶|左|右)|(下|底|上|顶|左|右)(?:方|部|侧|边|面)?(?:的|显示|放)*图例",
        )
        .expect("the pattern is valid")
    });
    let text = request.chart_text();
    if NONE.is_match(text) {
        return Some(None);
    }
    if let Some(found) = PLACE.captures(text) {
        let word = found.iter().skip(1).flatten().next()?.as_str();
        return Some(Some(match word {
            "bottom" | "below" | "下" | "底" => LegendPlace::Bottom,
            "top" | "above" | "上" | "顶" => LegendPlace::Top,
            "left" | "左" => LegendPlace::Left,
            _ => LegendPlace::Right,
        }));
    }
    (text.contains("legend") || text.contains("图例")).then_some(Some(LegendPlace::Bottom))
}

fn markers(request: &Request) -> Vec<(Option<u32>, Marker)> {
    static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(circle|circular|round|圆)|(square|正方形|方形|方块)|(triang|三角)|(diamond|rhomb|菱形)|(\bcross|叉)")
            .expect("the pattern is valid")
    });
    let mut found = Vec::new();
    for sentence in sentences_with(request, &["marker", "标记", "数据点"]) {
        let text = request.slice(sentence.clone());
        let mut from = sentence.start;
        for shape in SHAPE.captures_iter(text) {
            let Some(whole) = shape.get(0) else { continue };
            let marker = match (1..=5).find(|group| shape.get(*group).is_some()) {
                Some(1) => Marker::Circle,
                Some(2) => Marker::Square,
                Some(3) => Marker::Triangle,
                Some(4) => Marker::Diamond,
                _ => Marker::Cross,
            };
            let at = sentence.start + whole.start();
            // `Range as square`: the column stands before the shape. The sentence that says what is drawn names columns
            // for that.
            let column = match is_first(request, &sentence) {
                true => None,
                false => request.mentions_in(from..at).last(),
            };
            found.push((column.and_then(|m| m.columns.first().copied()), marker));
            from = sentence.start + whole.end();
        }
    }
    found
}

fn trends(request: &Request) -> Vec<(Option<u32>, Trend)> {
    static DEGREE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:degree|order)\s*(?:of\s*)?(\d)|(\d)(?:nd|rd|th)?[\s-]*(?:degree|order)|(\d)\s*(?:次|阶)")
            .expect("the pattern is valid")
    });
    // `nonlinear` and `非线性` are other curves.
    static LINEAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^a-z-])linear|(?:^|[^非])线性").expect("the pattern is valid")
    });
    let mut found = Vec::new();
    for sentence in sentences_with(
        request,
        &["trend line", "trendline", "trend lines", "趋势线"],
    ) {
        let text = without_columns(request, sentence.clone());
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let kind = if LINEAR.is_match(&text) {
            TrendKind::Linear
        } else if has(&["polynomial", "quadratic", "多项式", "二次"]) {
            let degree = DEGREE
                .captures(request.slice(sentence.clone()))
                .and_then(|found| found.iter().skip(1).flatten().next())
                .and_then(|digit| digit.as_str().parse().ok())
                .unwrap_or(USUAL_DEGREE);
            TrendKind::Polynomial(degree)
        } else if has(&["exponential", "指数"]) {
            TrendKind::Exponential
        } else if has(&["logarithm", "对数"]) {
            TrendKind::Logarithmic
        } else if has(&["power", "幂"]) {
            TrendKind::Power
        } else {
            TrendKind::Linear
        };
        let trend = Trend {
            kind,
            shows_equation: has(&["equation", "formula", "公式", "方程"]),
        };
        // In the sentence that says what is drawn, columns are named for that.
        let columns: Vec<u32> = match is_first(request, &sentence) {
            true => Vec::new(),
            false => request
                .mentions_in(sentence.clone())
                .flat_map(|m| m.columns.iter().copied())
                .collect(),
        };
        if columns.is_empty() {
            found.push((None, trend));
        }
        found.extend(columns.into_iter().map(|column| (Some(column), trend)));
    }
    found
}

/// Whether this is the sentence that says what is drawn.
fn is_first(request: &Request, sentence: &Range<usize>) -> bool {
    request.chart_sentences().next().as_ref() == Some(sentence)
}

/// The text of a sentence without the columns that it names: `Power` and `价格指数` are no curves.
fn without_columns(request: &Request, sentence: Range<usize>) -> String {
    let mut text = String::new();
    let mut from = sentence.start;
    for mention in request.mentions_in(sentence.clone()) {
        text.push_str(request.slice(from..mention.at.start.max(from)));
        text.push(' ');
        from = from.max(mention.at.end);
    }
    text.push_str(request.slice(from..sentence.end));
    text
}

fn sentences_with<'r>(
    request: &'r Request,
    words: &'r [&'r str],
) -> impl Iterator<Item = Range<usize>> + 'r {
    request.chart_sentences().filter(move |sentence| {
        let text = request.slice(sentence.clone());
        words.iter().any(|word| text.contains(word))
    })
}
